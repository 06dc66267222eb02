"""People as a sentence names them: talkers, subjects, companions, the recorder."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from knowledge.talks.mentions import Mention
from knowledge.talks.tagged import Author, Stretch
from knowledge.talks.words import load_words

SELF: Final = frozenset({"我", "本人", "自己", "俺", "我本人", "我自己", "咱", "笔者"})
_NEWLY: Final = re.compile(
    r"新近|新[上到提当就]?(?:任|来|调来|调|提拔|提|接任|聘|到|晋升|选)的?|刚(?:刚)?(?:上任|到任|提拔|来|调来|接手|当上)(?:的|不久的)?"
)
_JOINT: Final = re.compile(r"[\s(（,，、:：的是为即\"“”]{0,2}")
_BODY: Final = re.compile(r"..(?:里|单位|部门|系统|机关|班子)$")
_FAMILIAR: Final = "老小大阿"
_EDGES: Final = " \t\n,.;:!?()、。“”\"'<>《》【】-—的是"


def mention_of(words: str, rank: str = "") -> Mention:
    """Read a name or 称谓; `rank` is the unit and title said beside it."""
    words = words.strip(_EDGES)
    unit, title, newly = _unit_and_title(rank)
    surname = _surname(words)
    if len(words) == 2 and words[0] in _FAMILIAR and words[1] in load_words().surnames:
        return Mention(words, surname=words[1], title=title, unit=unit, newly=newly)
    if surname and words[len(surname) :] in load_words().short_titles:
        return Mention(words, surname=surname, title=title or words[len(surname) :], unit=unit, newly=newly)
    if words[2:] in load_words().short_titles and _familiar(words[:2]):
        return Mention(words, surname=words[1], title=title or words[2:], unit=unit, newly=newly)
    inner = load_words().titles.search(words)
    if inner is not None:
        return _titled(words, inner, rank)
    return Mention(words, name=words, surname=surname, title=title, unit=unit, newly=newly)


def _titled(words: str, inner: re.Match[str], rank: str) -> Mention:
    """A name with a title grown to it: 区委书记秦放, 秦放书记; or a title alone: 新来的局长."""
    after = words[inner.end() :].strip(_EDGES)
    unit, title, newly = _unit_and_title(rank + words[: inner.end()])
    if _plausible(after):
        return Mention(after, name=after, surname=_surname(after), title=title, unit=unit, newly=newly)
    if _familiar(after):
        return Mention(after, surname=after[1], title=title, unit=unit, newly=newly)
    before = words[: inner.start()]
    if not after and _plausible(before):
        unit = _unit_and_title(rank)[0]
        return Mention(before, name=before, surname=_surname(before), title=inner.group(), unit=unit)
    return Mention(words, title=title, unit=unit, newly=newly)


def _familiar(words: str) -> bool:
    return len(words) == 2 and words[0] in _FAMILIAR and words[1] in load_words().surnames


def _surname(words: str) -> str:
    surnames = load_words().surnames
    if words[:2] in surnames and len(words) > 2:
        return words[:2]
    return words[:1] if words[:1] in surnames else ""


def is_person(words: str) -> bool:
    """Whether the words may stand for somebody: a name, 老杜, 周书记, 区委书记秦放; a bare unit or title does not."""
    words = words.strip(_EDGES)
    told = mention_of(words)
    if _BODY.search(words):
        return False
    return words in SELF or bool(told.surname and (not told.name or _plausible(told.name)))


def _plausible(words: str) -> bool:
    surname = _surname(words)
    return bool(surname) and 1 <= len(words) - len(surname) <= 2


def _unit_and_title(rank: str) -> tuple[str, str, bool]:
    """Cut 西关街道新来的党工委书记 into its unit, its title, and whether the post is new."""
    newly = _NEWLY.search(rank)
    if newly is not None:
        rank = rank[: newly.start()] + " " + rank[newly.end() :]
    titles = list(load_words().titles.finditer(rank))
    if not titles:
        return rank.strip(_EDGES).replace(" ", ""), "", newly is not None
    unit = rank[: titles[0].start()].strip(_EDGES)
    return unit.replace(" ", ""), rank[titles[0].start() :].strip(_EDGES).replace(" ", ""), newly is not None


def mentions(text: str, stretches: Sequence[Stretch], tag: str) -> tuple[Mention, ...]:
    """The people of a tag, each once, in order."""
    return _once(mention_of(text[each.start : each.end]) for each in stretches if each.tag == tag)


def talkers(text: str, stretches: Sequence[Stretch], author: Author) -> tuple[Mention, ...]:
    """Who talked: those named, else the author; nobody where a clerk names nobody."""
    named = [
        himself(author) if _is_author(each.text, author) else each for each in mentions(text, stretches, "w")
    ]
    if named:
        return _once(named)
    return () if is_clerk(author) else (himself(author),)


def recorder(text: str, stretches: Sequence[Stretch], author: Author) -> Mention | None:
    """Who took the notes, where that was said."""
    for each in mentions(text, stretches, "r"):
        return himself(author) if _is_author(each.text, author) else each
    return None


def subjects(
    text: str, stretches: Sequence[Stretch], author: Author, others: Sequence[Mention]
) -> tuple[Mention, ...]:
    """Who was talked with. `others` are the talkers, companions and recorder, who are not counted again."""
    ranks = [each for each in stretches if each.tag == "u"]
    found: list[Mention] = []
    used: set[Stretch] = set()
    for each in stretches:
        if each.tag == "s" and not _SAYS.match(text, each.start, each.end):
            rank = _rank_of(text, each, ranks)
            used |= {rank} if rank else set()
            told = mention_of(text[each.start : each.end], text[rank.start : rank.end] if rank else "")
            found.append(himself(author) if _is_author(told.text, author) else told)
    named = [each for each in _once(found) if not any(_same(each, other) for other in others)]
    if named:
        return tuple(named)
    groups = [each for each in stretches if each.tag == "g"]
    lone = [each for each in groups if _is_one(text[each.start : each.end])]
    if lone:
        return _once(mention_of(text[each.start : each.end].rpartition("的")[2]) for each in lone)
    return (
        () if groups else _once(mention_of(text[each.start : each.end]) for each in ranks if each not in used)
    )


_SAYS: Final = re.compile("[谈聊说](?:了|过|完|话|心|一|下|$)")
"""A verb that was taken for a name: 跟我们科长|谈了下."""


def _rank_of(text: str, subject: Stretch, ranks: Sequence[Stretch]) -> Stretch | None:
    """The unit and title that stand right before the subject, else right after."""
    for rank in ranks:
        if rank.end <= subject.start and _JOINT.fullmatch(text[rank.end : subject.start]):
            return rank
    for rank in ranks:
        if subject.end <= rank.start and _JOINT.fullmatch(text[subject.end : rank.start]):
            return rank
    return None


def _is_one(words: str) -> bool:
    """Whether what was taken for a group is one person: 青石区委的秦放."""
    unit, of, name = words.strip(_EDGES).rpartition("的")
    return bool(of and unit) and not _MANY.search(words) and is_person(name)


_MANY: Final = re.compile(
    "[全各们几数等]|班子|成员|其他|[两一二三四五六七八九十百\\d](?:名|位|家|个|人)|人员|干部|职工|部门|科室|单位"
)


def group(text: str, stretches: Sequence[Stretch], subjects: Sequence[Mention] = ()) -> str | None:
    """The group talked with, as said; beside named subjects only words that mean several people are one."""
    words = (text[each.start : each.end].strip(_EDGES) for each in stretches if each.tag == "g")
    return next((each for each in words if not _is_one(each) and (not subjects or _MANY.search(each))), None)


def himself(author: Author) -> Mention:
    """The author, named in full."""
    return Mention(
        author.name, name=author.name, surname=_surname(author.name), title=author.position, unit=author.unit
    )


def is_clerk(author: Author) -> bool:
    """Whether the author writes for others by his position: a clerk, or one named by his office alone (信息科)."""
    position = author.position
    if _LEADS.search(position):
        return False
    return bool(
        load_words().clerks.search(position) or _OFFICE.search(position) or not _POST.search(position)
    )


_LEADS: Final = re.compile(
    r"书记(?!员)|常委(?![办会秘])|(?:局|部|区|县|镇|乡|市|院|校|处|所|站)长(?!助理)|组长$|董事|总经理|一把手|主席"
)
_POST: Final = re.compile(r"长|主任|委员|成员|理事|总|经理|负责|政委|[教指]导员|调研员|督学|巡视员|代表|^$")
_OFFICE: Final = re.compile(r"(?:办公室|[党政院校局厅馆委]办|党政办|党建办)(?:副?主任)?$")
"""The head of an office writes for the heads; one of a 巡察办 or 编办 heads a body of its own."""


def _is_author(words: str, author: Author) -> bool:
    return words in SELF or (bool(author.name) and author.name in words)


def _once(found: Iterable[Mention]) -> tuple[Mention, ...]:
    kept: list[Mention] = []
    for each in found:
        if each.text and not any(_same(each, other) for other in kept):
            kept.append(each)
    return tuple(kept)


def _same(later: Mention, earlier: Mention) -> bool:
    """Whether a later mention is the same person: the same words, or 韦院长 after 院长韦东升."""
    if later.text == earlier.text or (later.name and later.name == earlier.name):
        return True
    if later.name or not later.surname or later.surname != earlier.surname:
        return False
    return bool(earlier.name) and (
        not later.title or later.title[-2:] in earlier.title or later.title in earlier.title
    )
