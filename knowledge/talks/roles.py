"""Who is who: people put right by the words beside them, whatever the tagger drew."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from knowledge.talks.people import SELF, is_clerk, is_person, mention_of
from knowledge.talks.tagged import Author, Stretch

_RECORDS: Final = re.compile(r"(?:同志)?(?:做的?|作的?|负责)?(?:记录|记的|执笔|整理)(?![不缺混])")
_BESIDE: Final = re.compile(
    r"(?:同志)?(?:也|都)?(?:(?:一起|一同|一块儿?|一道)(?=.{0,3}[跟找同与对约给去])|陪同|陪谈|参加|在场|列席|陪着|旁听)"
)
_TAKEN_ALONG: Final = re.compile(r"带[着上了]?[^,，。;；\s]{0,6}$")
_JOINTLY: Final = re.compile(r"(?:一起|一块儿?|一道|一同|共同|联合|两个)")
_VERB: Final = re.compile("[谈说聊讲][过了完到]")
_BEHALF: Final = re.compile(r"(?:按照?|受|替|代|奉|遵照?)[^,，。;；]{0,4}$")
_LOGS: Final = re.compile(r"(?:同志)?[补录登记报存写]")
_SENT: Final = re.compile(r"(?:同志)?[让叫派](?:我|本人)去?(?:跟|找|约|对|同|与)(?!他|她)")
_GOING: Final = re.compile(r"[到去来一跟找同对约与和给]")
_SPOKE: Final = re.compile(r"(?:主)?谈(?:的|[,，。;；]|$)")
_AFTER_WITH: Final = re.compile(
    r"(?:^|[,，。;；:：!！?？\s\d日天午点半分])(?:[^,，。;；\s]{0,10})?[跟同与找向]$"
)
_WITH: Final = re.compile(r"[^,，。;；!！?？\n]{0,24}?(?:跟|找|对|约|同|与|和|给|向)")
_LABELLED: Final = re.compile(
    r"(?:(?P<s>被(?:谈话|约谈)人|对象)(?:还?有|是|为)?[:：\s]{0,3}|(?P<w>谈话人|主谈人?|约谈人)(?:有|是|为)?[:：\s]{0,3}"
    r"|(?P<r>(?<!谈话)记录(?:人|员)?)[:：是为\s]{0,3}"
    r"|(?P<c>陪谈|陪同|参加|列席|在场)(?:人员?(?:还?有|是|为)?[:：\s]{0,3}|(?:谈话)?的(?:还?有|是)(?:[^,，。;；\s]{1,6}\s?)?|[:：]\s?))$"
)
_JOINED: Final = re.compile(r"[\s的]*(?:、|和|与|及|以及)?\s*")
_OF: Final = re.compile("的?")
_ME: Final = re.compile(
    r"[跟找对与和同约给向](?P<me>我)(?=(?:单独)?(?:做了?|作了?|进行了?|开展了?|谈|聊|约谈|诫勉|批评教育|提醒谈|监督谈|任职谈|廉政谈))"
)
_SUFFERED: Final = re.compile(
    r"(?P<me>我)[^,，。;；!！?？\n]{0,12}?被(?=[^,，。;；!！?？\n]{1,14}?(?:约谈|谈话|诫勉|批评))"
)
_CALLED_AWAY: Final = re.compile(
    r"(?:^|[,，。;；\s])被(?=[^,，。;；!！?？\n我]{2,14}?(?:[叫喊请找]去|约谈|谈话|诫勉|批评))[^。!！?？\n]*?(?P<me>我)"
)
_FIRST_IN_RANK: Final = re.compile(r"^(?!.*副).*(?:书记(?!员)|[局院校场]长|主任|董事长)")
_JUST_TALKED: Final = re.compile(r"(?:单独)?[谈聊](?!话)")
_ABOVE: Final = re.compile(r"书记|[省市州县区乡镇]长|领导|[省市州]|政委")
_TOGETHER: Final = re.compile(
    r"(?:(?<![跟找和与对把给同向])我|(?:(?<=[,，。;；\s日午点半])|^)[^,，。;；\s◇跟找和与对把给同约向]{0,6}◇+)(?:和|跟|与|同|、)[^,，。;；\s◇]{0,8}(?:◇+|(?<=[和跟与同])我)"
    r"[^,，。;；◇]{0,14}?(?:一起|一块儿?|一道|一同|共同|联合|一并)(?:[^,，。;；◇]{0,3}(?:[约找跟同与对给把◎]|集体|谈)|(?=◇))"
)
_AND: Final = frozenset("和与跟同、")
_TALK: Final = re.compile(r"约谈|[跟找与和对同约]")
_LINKS: Final = frozenset("跟找和与对把给同、")
_NEAR: Final = 24
_MEMBERS: Final = 2
"""So many named after a group are its members."""
_STOP: Final = re.compile(r"[,，。;；!！?？\n]")
_ENUMERATED: Final = re.compile(r"(?![,，\s]*(?:和|与|及|以及|还有|加上))")


def roles(text: str, author: Author, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with people as the words beside them say: 小池做记录, 黄磊一起, 谈话人 …, 找我谈."""
    given = _ranks(text, _whole(text, [each for each in stretches if not _odd(text, each)]))
    passive = _talked_to(text, author, given)
    if passive is not None:
        return passive
    stood = list(_labelled(text, _together(text, [_role(text, each) for each in given])))
    if any(each.tag in "sug" for each in stood):
        given = stood
    given = _listed(text, _spoke(text, _answering(given)))
    if is_clerk(author):
        return _headed(text, given)
    given = [_sender(text, each) for each in given]
    alone = not any(each.tag in "sg" for each in given)
    joint = {each for each in stood if each.tag == "w"} - {each for each in stretches if each.tag == "w"}
    joint |= {each for each in given if each.tag == "w" and _JOINTLY.match(text, each.end)}
    return [
        replace(each, tag="s")
        if each.tag == "w"
        and _another(text, each)
        and each not in joint
        and not _SPOKE.match(text, each.end)
        and (alone or _AFTER_WITH.search(text[: each.start]))
        else each
        for each in given
    ]


def parties(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches without a group whose members are then named: 三个科长:小虞、小冼、小臧."""
    kept: list[Stretch] = []
    for at, each in enumerate(stretches):
        enumerated = each.tag == "g" and _ENUMERATED.match(text, each.end)
        if not enumerated or sum(other.tag == "s" for other in stretches[at + 1 :]) < _MEMBERS:
            kept.append(each)
    return kept


def _together(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """我和组织部长卜凡一起找…, 荀局和彭组长共同约谈…: all before 一起 talked, where somebody is named behind."""
    characters = list(text)
    for each in stretches:
        if each.tag in "wscu":
            characters[each.start : each.end] = "◇" * (each.end - each.start)
        elif each.tag == "y":
            characters[each.start : each.end] = "◎" * (each.end - each.start)
    masked = "".join(characters)
    given = list(stretches)
    for found in _TOGETHER.finditer(masked):
        if not any(each.tag in "sgu" and found.end() <= each.start < found.end() + _NEAR for each in given):
            continue
        given = [
            replace(each, tag="w")
            if each.tag in "sc" and found.start() <= each.start and each.end <= found.end()
            else each
            for each in given
        ]
        me = masked.find("我", found.start(), found.end())
        if me >= 0 and not any(each.start <= me < each.end for each in given):
            given = sorted((*given, Stretch("w", me, me + 1)), key=lambda each: each.start)
    return given


def _odd(text: str, stretch: Stretch) -> bool:
    """Whether a stretch begins as no name does (不商量), or is a verb: 谈过."""
    if stretch.tag not in "sw":
        return False
    return (
        text[stretch.start] in "不没就还也在又替"
        or _VERB.fullmatch(text, stretch.start, stretch.end) is not None
    )


def _ranks(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A unit or a bare title taken for somebody, right before somebody named, is that one's unit and title."""
    given = list(stretches)
    for at, (one, other) in enumerate(pairwise(stretches)):
        if one.tag in "us" and other.tag == "s" and one.end == other.start:
            given[at : at + 2] = _named_in_front(text, one, other)
        titled = one.tag in "ws" and other.tag in "ws" and one.end == other.start
        if titled and is_person(text[one.start : one.end]) and not is_person(text[other.start : other.end]):
            given[at : at + 2] = [replace(one, end=other.end), replace(other, start=other.end)]
        beside = one.tag in "ws" and other.tag in "ws" and _OF.fullmatch(text[one.end : other.start])
        if beside and not is_person(text[one.start : one.end]):
            given[at] = replace(one, tag="u")
    return [each for each in given if each.start < each.end]


def _named_in_front(text: str, rank: Stretch, title: Stretch) -> list[Stretch]:
    """Both stretches, or the name and the title behind it as one: 段旭副 + 局长."""
    whole = replace(title, start=rank.start)
    words = text[whole.start : whole.end]
    named = (
        not is_person(text[title.start : title.end]) and is_person(words) and mention_of(words).name != words
    )
    return [replace(whole, start=whole.end, end=whole.end), whole] if named else [rank, title]


def _whole(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A name that was cut short is drawn as it stands elsewhere in the sentence."""
    names = {text[each.start : each.end] for each in stretches if each.tag in "wsrc"}
    taken = {each.start for each in stretches}
    given: list[Stretch] = []
    for each in stretches:
        words = text[each.start : each.end]
        longer = max(
            (name for name in names if name.startswith(words) and text.startswith(name, each.start)),
            key=len,
            default=words,
        )
        free = each.tag in "wsrc" and not taken & set(range(each.end, each.start + len(longer)))
        given.append(replace(each, end=each.start + len(longer)) if free else each)
    return given


def _listed(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Who stands in one list with a subject is a subject; of two alone, parted by 和, the second one is."""
    given = list(stretches)
    people = [at for at, each in enumerate(given) if each.tag in "ws"]
    for before, at, then in zip(people, people[1:], people[2:], strict=False):
        gap = text[given[at].end : given[then].start]
        unit = sum(each.end - each.start for each in given[at + 1 : then] if each.tag == "u")
        listed = (
            gap[:1] in _AND
            and len(gap) - unit <= 1
            and _TALK.search(text[given[before].end : given[at].start])
        )
        if given[before].tag == given[at].tag == "w" and given[then].tag == "s" and listed:
            given[at] = replace(given[at], tag="s")
    talked = [at for at in people if given[at].tag == "w"]
    if len(talked) == len(people) == 2 and not any(each.tag in "gu" for each in given):
        first, second = given[talked[0]], given[talked[1]]
        if text[first.end : second.start] in _AND:
            given[talked[1]] = replace(second, tag="s")
    return given


def _talked_to(text: str, author: Author, stretches: Sequence[Stretch]) -> list[Stretch] | None:
    """鲍部长找我谈, 我被鲍部长约谈: he talked, with the author; None where the sentence says no such thing."""
    if _CALLED_AWAY.search(text) and any(each.tag == "s" for each in stretches[:1]):
        stretches = [replace(stretches[0], tag="w"), *stretches[1:]]
    for found in (*_ME.finditer(text), *_SUFFERED.finditer(text), *_CALLED_AWAY.finditer(text)):
        at, suffered = found.start("me"), found.re is _SUFFERED
        begun = found.start() if found.re is _CALLED_AWAY else 0
        near = [
            each
            for each in stretches
            if each.tag in "ws"
            and text[each.start : each.end] not in SELF
            and (found.end() <= each.start if suffered else begun <= each.start and each.end <= at)
            and (found.re is _CALLED_AWAY or not _STOP.search(text[min(each.end, at) : max(each.start, at)]))
        ]
        if found.re is _ME and _reported(text, author, near, at):
            continue
        if near:
            rest = [each for each in stretches if each.end <= at or at < each.start]
            turned = [replace(each, tag="w") if each in near else each for each in rest]
            turned = [each for each in turned if each.tag != "s" or is_person(text[each.start : each.end])]
            return sorted((*turned, Stretch("s", at, at + 1)), key=lambda each: each.start)
    return None


def _reported(text: str, author: Author, near: Sequence[Stretch], me: int) -> bool:
    """Whether those who 跟我谈 are below an author who heads his unit, as far as the words before 我 tell."""
    below = bool(near) and all(each.tag == "s" for each in near) and _JUST_TALKED.match(text, me + 1)
    return bool(below) and bool(_FIRST_IN_RANK.search(author.position)) and not _ABOVE.search(text, 0, me)


def _labelled(text: str, stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """People behind a word of the form: 谈话人 …, 陪谈: …、…."""
    kind, end = "", 0
    for each in stretches:
        label = _LABELLED.search(text, max(each.start - 18, 0), each.start) if each.tag in "uwsrc" else None
        if label:
            kind = label.lastgroup or ""
        elif each.tag not in "uwsc" or not _JOINED.fullmatch(text, end, each.start):
            kind = ""
        end = each.end
        yield replace(each, tag=kind) if kind and each.tag != "u" else each


def _answering(stretches: Sequence[Stretch]) -> list[Stretch]:
    """A second talker whose answer follows (邬书记当场认领) is the subject named again."""
    talked = False
    given: list[Stretch] = []
    for at, each in enumerate(stretches):
        answer = next((other for other in stretches[at + 1 : at + 2] if other.tag == "a"), None)
        again = talked and any(other.tag == "s" for other in stretches[:at])
        if each.tag == "w" and again and answer is not None and answer.start - each.end <= 1:
            given.append(replace(each, tag="s"))
        else:
            given.append(each)
        talked = talked or each.tag == "w"
    return given


def _spoke(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Of several people, the one with 谈的 behind him talked: 会计老孔那条, 武政委谈的."""
    others = sum(each.tag == "s" for each in stretches) > 1 or any(each.tag == "g" for each in stretches)
    talked = any(each.tag == "w" for each in stretches)
    return [
        replace(each, tag="w")
        if each.tag == "s"
        and others
        and not talked
        and _SPOKE.match(text, each.end)
        and not _AFTER_WITH.search(text[: each.start])
        and not _in_list(text, stretches, at)
        else each
        for at, each in enumerate(stretches)
    ]


def _in_list(text: str, stretches: Sequence[Stretch], at: int) -> bool:
    """Whether a linking word stands before somebody, or before his unit."""
    start = stretches[at - 1].start if at and stretches[at - 1].tag == "u" else stretches[at].start
    return text[start - 1 : start] in _LINKS


def _sender(text: str, stretch: Stretch) -> Stretch:
    """Who only asked the author to talk (按彭书记的意思, 贾书记让我去跟…) did not talk himself."""
    behalf = _BEHALF.search(text[: stretch.start]) and not _LOGS.match(text, stretch.end)
    sent = behalf or _SENT.match(text, stretch.end)
    return replace(stretch, tag="e") if stretch.tag == "w" and sent and _another(text, stretch) else stretch


def _another(text: str, talker: Stretch) -> bool:
    """Whether a talker is named otherwise than 我: who writes for himself and names one person talked with him."""
    return text[talker.start : talker.end] not in SELF


def _role(text: str, stretch: Stretch) -> Stretch:
    if stretch.tag not in "swc":
        return stretch
    after = text[stretch.end :]
    if _RECORDS.match(after):
        return replace(stretch, tag="r")
    if (stretch.tag == "s" and _BESIDE.match(after)) or (
        stretch.tag != "c" and _TAKEN_ALONG.search(text[: stretch.start]) and _GOING.match(after)
    ):
        return replace(stretch, tag="c")
    return stretch


def _headed(text: str, stretches: list[Stretch]) -> list[Stretch]:
    """In a clerk's sentence without a talker: of two people parted by 跟, 找, 对 … the first one talked."""
    if any(each.tag == "w" for each in stretches):
        return stretches
    people = [
        each
        for at, each in enumerate(stretches)
        if each.tag == "s"
        or (each.tag == "u" and not any(other.tag == "s" for other in stretches[at + 1 : at + 2]))
    ]
    for first, second in pairwise(people):
        led_in = text[first.start - 1 : first.start] in _LINKS
        if first.tag == "s" and not led_in and _WITH.match(text[first.end : second.start]):
            turned = [replace(each, tag="w") if each == first else each for each in stretches]
            return [
                each for each in turned if each.tag != "u" or each.end != first.start or second.tag != "u"
            ]
    return stretches
