"""Second thoughts on what the tagger drew: rules that hold whatever the sentence is about."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from knowledge.talks.completing import completed
from knowledge.talks.delegating import delegated
from knowledge.talks.demanding import complained, demanded
from knowledge.talks.gaps import filled
from knowledge.talks.leading import led
from knowledge.talks.naming import labelled_talkers, named
from knowledge.talks.roles import parties, roles
from knowledge.talks.settling import settled
from knowledge.talks.substance import is_wrong
from knowledge.talks.tagged import Author, Stretch, covered

_LISTED: Final = re.compile(r"\s*(?:、|和|以及|及|与|并|,和|，和)\s*")
_CONTENT: Final = frozenset("kbq")
_PEOPLE: Final = frozenset("wsrce")
_FORM_WORDS: Final = frozenset(
    {
        "时间",
        "地点",
        "记录",
        "类型",
        "对象",
        "内容",
        "要点",
        "开展",
        "进行",
        "补登",
        "补录",
        "补记",
        "录入",
        "登记",
    }
)
_LOG_WISH: Final = re.compile(
    r"(?:请|麻烦|帮我?忙?)?(?:先)?(?:记|登|录|存|补)(?:上|录|记|登|入|档|个|一)*(?:下|笔|条|底)?"
)
_PARTY: Final = re.compile(
    r"的[一二三四五六七八九十两几\d]+(?:家|[个名位家]?[^,，的\s]{0,2}(?:单位|企业|公司|学校|医院|负责人|部门|局|街道|乡镇|镇|乡|村|支行|科室|站所|同志|干部))$"
)
_PARTY_BEHIND: Final = re.compile(r"的[两二三四五六七八九十几\d]+(?:家|[个名位](?!问题|方面|地方|事))")
"""考核倒数的两家 says who was talked with; 考核倒数 alone is then no problem told."""
_WEAKNESS: Final = re.compile(r"(?:风险|隐患|漏洞|苗头|短板|不足|矛盾|盲区|缺口)$")
_NUMBER: Final = re.compile(r"[,，;；。\s]*(?:\(?\d{1,2}[.、)）]?|[一二三四五六七八九十]是|[①-⑩])\s*")
_NEXT_NUMBER: Final = re.compile(
    r"[,，;；。\s]*(?:[(（]?[2-9][.、)）]|[二三四五六七八九][是、.]|[②-⑩])[,，\s]*"
)
_AGAIN: Final = re.compile("又|老是?|总是?|还是|一直|经常|屡次?")
_ANSWER: Final = re.compile(
    r"(?<![跟对和同向给与])(?:[他她]们?|对方|本人|两人|二人)(?:也|都|均)?(?:说|表示|表态|承认|答应|保证|讲)[:：,，]?$"
)
_SAYING: Final = re.compile(r"[,，、\s]*(?:[他她]|还|也|并|又)*(?:说|表示|保证|答应|讲)[:：,，]?")
_ADMITTED: Final = re.compile(r"(?:[他她]|[两二三几]位?个?人)?(?:也|都|均)?(?:当场)?承认了?(?=.{4})")
_TOLD: Final = re.compile(r"(?<!我)(?<!我们)(?:表示|表态|承诺|保证|答应)[^。!！?？\n]{0,40}$")
"""Words for an answer, in the same sentence before what may still be part of it."""
_LEADS_AGAIN: Final = re.compile(
    r"要求|让|叫|责|嘱|强调|督促|限|指出|问题|反映|因|但|不过|我|提|点|请|希望|建议|批评|说他|说她|[:：;；\d]|[月周底日天]"
)
_NOTHING: Final = re.compile(
    r"已经?(?:登记|归档|记录)|(?:首先代表[^,，。]{1,8}|代表(?:[省市州区县镇乡街局院校组党班单集公支领]|我们?)[^,，。]{0,7})|没(?:有)?(?:别的|其他|其它)|这事(?:不小|影响不好)|(?:[两二三]个?人|都|均)没意见|没(?:有)?提(?:什么|啥|具体)?要求|没(?:有)?(?:发现)?(?:什么|啥)?(?:大)?问题"
    r"|(?:开始|从|到|至)?[^,，。]{0,8}结束|[^,，。]{0,16}[聊谈说碰见]的"
    r"|(?:已经?)?(?:对?[其他她])?(?:批评教育|教育提醒|提醒教育|谈话提醒|批评提醒)过?了?|到[^,，。]{1,8}(?:那儿|那里|这儿|那)了?"
    r"|[一几两三四五六七八九十]名?[个位]?(?:中层|干部|同志)|(?:[^,，。]{0,8})(?:陪着|陪同|在场|记录|记的)"
)
"""What may look like a topic, a problem or a demand, and tells of none."""
_ORDER: Final = re.compile(
    r"别(?!的|人)|不要|不准|不得|不许|务必|必须|一律|请(?!客|托|吃|假|示|求)|今后|往后要|以后[要别每先]"
)
_BLAMED: Final = re.compile(r"的(?:毛病|现象|不足|苗头性?问题?|问题(?!线索)(?=[\s,，。;；让要]|$))")
_HANDED_IN: Final = re.compile(
    r"(?:上午|下午|晚上?|[早中]午)?(?:就|再)?(?:交|报|上报|办完|完成|回话|给我|拿来|送来)"
)
_PRAISED: Final = re.compile(r"(?:肯定|表扬|夸奖|称赞)了?(?:[他她其]们?|该[^,，。;；\s]{1,4})?的?$")
_HEADINGS: Final = frozenset({"整改", "整改要求", "要求", "措施", "整改措施", "落实", "整改落实"})
_ROOM: Final = re.compile(
    r"[^,，。;；!！?？\s不没未]{0,10}(?:会议室|办公室|谈话室|接待室|活动室|会客室|值班室|茶水间|茶室|宿舍|报告厅|多功能厅|学术厅|餐厅|大厅|礼堂"
    r"|食堂|操场边?|后院|院里|院子|楼道|楼下|门口|走廊|车库|咖啡厅|图书馆|档案馆|现场|工地|车间|干校|[一二三四五六七八九十\d]+楼|\d{3,4}室?)"
)
_EDGE: Final = re.compile(r"[,，。;；\s]|$")
_BEFORE: Final = re.compile(r"(?:^|[,，。;；\s:：在到])$")
_LABEL: Final = re.compile(
    r"(?P<q>要求|措施|整改|责成)[^,，。;；:：、\n]{0,4}[:：]|(?P<b>问题|指出|点出|毛病|不足|事由)[^,，。;；:：、\n]{0,4}[:：]"
    r"|(?P<other>[^,，。;；:：、\d\s]{2,4}[:：])"
)
_SAID: Final = re.compile("(?:[说讲答]|表示|承认|解释)[^,，。]{0,2}$")
_VIEWS: Final = re.compile("[他她]?对.+的(?:建议|意见|想法|看法|打算|期望)")
_PROMISED: Final = re.compile("答应|保证|承诺|表示|表态|愿意|回去[后就]")
_AFFAIR: Final = re.compile("的(?:事|谈|聊|谈话)")
_LABEL_ENDS: Final = re.compile(r"[。\n]|期限|时限|要求|指出|表示|表态")


def mended(
    text: str, author: Author, stretches: Sequence[Stretch], days: Sequence[tuple[str, int, int]] = ()
) -> tuple[Stretch, ...]:
    """The stretches after all rules. `days`: where days, times and deadlines stand, which are never people."""
    dated = covered((Stretch("d", start, end) for _, start, end in days), len(text))
    kept = [each for each in _told_of(text, stretches) if not _mistaken(text, each, dated)]
    kept = labelled_talkers(text, named(text, _parties(text, _placed(text, kept))))
    kept = parties(text, delegated(text, author, roles(text, author, kept)))
    kept = _ordered(text, _alike(text, _unlabelled(text, kept)))
    kept = _due_later(text, _labelled(text, led(text, _numbered(text, kept))))
    kept = _answers(text, demanded(text, complained(text, completed(text, kept))))
    return tuple(filled(text, settled(text, kept)))


def _mistaken(text: str, stretch: Stretch, dated: bytearray) -> bool:
    """Whether a stretch is a day taken for something else, a word of the form, or the wish to have it logged."""
    words = text[stretch.start : stretch.end]
    if stretch.tag in "dtlxyza":
        return False
    if dated.find(0, stretch.start, stretch.end) < 0:
        return True
    if stretch.tag in _PEOPLE:
        return words in _FORM_WORDS
    return stretch.tag in _CONTENT and (
        _LOG_WISH.fullmatch(words) is not None
        or _NOTHING.fullmatch(words) is not None
        or _PRAISED.search(text[: stretch.start]) is not None
    )


def _placed(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The name of a room standing alone is the place, not what was spoken about: 学术报告厅."""
    found = any(each.tag == "p" for each in stretches)
    kept: list[Stretch] = []
    for each in stretches:
        alone = each.tag in "kbqus" and _ROOM.fullmatch(text[each.start : each.end])
        bounded = alone and _EDGE.match(text[each.end :]) and _BEFORE.search(text[: each.start])
        if bounded and not found:
            found = True
            kept.append(replace(each, tag="p"))
        elif not bounded:
            kept.append(each)
    return kept


def _unlabelled(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches without a label of the form taken for a demand: 整改 8月15日前建立制度."""
    others = sum(each.tag == "q" for each in stretches) > 1
    return [
        each
        for each in stretches
        if not (others and each.tag == "q" and text[each.start : each.end] in _HEADINGS)
    ]


def _parties(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """排名靠后的三个单位 is no problem: it is the group talked with, or says who the named ones are."""
    named = any(each.tag in "sg" for each in stretches)
    kept: list[Stretch] = []
    for each in stretches:
        if each.tag in _CONTENT and _PARTY_BEHIND.match(text, each.end):
            continue
        if each.tag not in _CONTENT or not _PARTY.search(text[each.start : each.end]):
            kept.append(each)
        elif not named:
            kept.append(replace(each, tag="g"))
    return kept


def _answers(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """What the subject himself utters is his answer: 他说今后推掉; 表示接受, 回去就改."""
    given: list[Stretch] = []
    for each in (_again(text, one) for one in stretches):
        told = _TOLD.search(text[: each.start]) if each.tag in "bq" else None
        uttered = each.tag == "q" and _ANSWER.search(text[: each.start])
        last = given[-1] if given and given[-1].tag == "a" else None
        if each.tag == "q" and last is not None:
            uttered = (
                uttered or _SAYING.fullmatch(text, last.end, each.start) or _PROMISED.match(text, each.start)
            )
        if uttered or (told and not _LEADS_AGAIN.search(text[told.start() : each.start])):
            given.append(replace(each, tag="a"))
        else:
            given.append(each)
    return given if any(each.tag == "b" for each in given) else _admitted(text, given)


def _again(text: str, each: Stretch) -> Stretch:
    """又填错了 is what is wrong, not an answer."""
    words = text[each.start : each.end]
    wrong = each.tag == "a" and _AGAIN.match(words) and is_wrong(words)
    return (
        replace(each, tag="b")
        if wrong and not _SAID.search(text, max(0, each.start - 6), each.start)
        else each
    )


def _admitted(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Where no problem is told, what is wrong and was admitted is one: 两人都承认入库不验收."""
    given: list[Stretch] = []
    for each in stretches:
        found = _ADMITTED.match(text, each.start, each.end) if each.tag == "a" else None
        alone = not any(one.tag in _CONTENT for one in stretches)
        if found and (alone or is_wrong(text[found.end() : each.end])):
            given += [replace(each, end=found.end()), Stretch("b", found.end(), each.end)]
        else:
            given.append(each)
    return given


def _ordered(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """What begins like an order (别…, 不准…, 务必…) is a demand; what is called a 毛病 or 问题 in so many words is one."""
    given = [
        replace(each, tag="k") if each.tag in "bq" and _VIEWS.fullmatch(text, each.start, each.end) else each
        for each in stretches
    ]
    given = [
        replace(each, tag="q") if each.tag in "kb" and _ORDER.match(text, each.start) else each
        for each in given
    ]
    return [
        replace(each, tag="b") if each.tag == "k" and _BLAMED.match(text, each.end) else each
        for each in given
    ]


def _due_later(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A day behind a demand with 交, 报, 办完 after it is its deadline, not the day of the talk."""
    given: list[Stretch] = []
    seen: set[str] = set()
    for each in stretches:
        behind = seen >= {"q", "d"}
        seen.add(each.tag)
        if each.tag == "d" and behind and _HANDED_IN.match(text, each.end):
            given.append(replace(each, tag="l"))
        elif each.tag == "t" and given and given[-1].tag == "l" and given[-1].end == each.start:
            given[-1] = replace(given[-1], end=each.end)
        else:
            given.append(each)
    return given


def _told_of(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A day with 的事 behind it, or before all else without 前 or 内, tells when the talk was: 今天早上的事."""
    given: list[Stretch] = []
    for at, each in enumerate(stretches):
        after = stretches[at + 1] if at + 1 < len(stretches) else None
        end = after.end if after is not None and after.tag == "t" and after.start == each.end else each.end
        given.append(replace(each, tag="d") if each.tag == "l" and _AFFAIR.match(text, end) else each)
    return given


def _alike(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Items parted by 、 are topics, problems or demands together: the kind of most, of the first where even."""
    runs: list[list[Stretch]] = []
    for each in stretches:
        last = runs[-1][-1] if runs else None
        if last is not None and _one_list(text, last, each):
            runs[-1].append(each)
        else:
            runs.append([each])
    mended_runs: list[Stretch] = []
    for run in runs:
        kind = Counter(each.tag for each in run).most_common(1)[0][0]
        mended_runs += [each if each.tag == kind else replace(each, tag=kind) for each in run]
    return mended_runs


def _numbered(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """A risk or a gap numbered in one list with a problem (1… 2…) is a problem, not a topic."""
    given = list(stretches)
    for at, each in enumerate(given):
        beside = [other for other in given[max(at - 1, 0) : at + 2] if other.tag == "b"]
        gaps = (
            text[min(each.end, one.end) : _past_number(text, max(each.start, one.start))] for one in beside
        )
        if (
            each.tag in "kq"
            and _WEAKNESS.search(text[each.start : each.end])
            and any(map(_NUMBER.fullmatch, gaps))
        ):
            given[at] = replace(each, tag="b")
    return given


def _past_number(text: str, start: int) -> int:
    """Where the words of an item begin behind the number that the tagger took in with them."""
    while start < len(text) and text[start].isdigit():
        start += 1
    return start


def _one_list(text: str, last: Stretch, each: Stretch) -> bool:
    gap, tags = text[last.end : each.start], {last.tag, each.tag}
    return bool(
        (tags <= _CONTENT and _LISTED.fullmatch(gap)) or (tags == {"k", "q"} and _NEXT_NUMBER.fullmatch(gap))
    )


def _labelled(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """What stands under a label (要求:1.… 2.…, 问题:…) is what the label says."""
    labels = [(found.end(), found.lastgroup or "") for found in _LABEL.finditer(text)]
    under = [(each, _under(text, each, labels)) for each in stretches]
    return [replace(each, tag=kind) if kind else each for each, kind in under]


def _under(text: str, stretch: Stretch, labels: Sequence[tuple[int, str]]) -> str:
    """The kind of the label over a topic, problem or demand; "" where none is."""
    over = [label for label in labels if label[0] <= stretch.start]
    if stretch.tag not in _CONTENT or not over or _LABEL_ENDS.search(text[over[-1][0] : stretch.start]):
        return ""
    return over[-1][1] if over[-1][1] in _CONTENT else ""
