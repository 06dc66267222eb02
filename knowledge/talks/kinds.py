"""Which talk type a sentence names."""

import re
from collections.abc import Sequence
from typing import Final

from knowledge.talks.tagged import Stretch, covered
from knowledge.talks.words import type_names, type_pattern

_LOOSE: Final = (
    ("集体谈话", r"集体.{0,4}谈"),
    ("纪委书记交流提醒", r"交流提醒|常态化?.{0,3}交流"),
    ("相互提醒", r"相互.{0,2}提醒|互相.{0,2}提醒|互提醒"),
    ("任职谈话", r"(?:任职|任前|履新|到任|上任|就职|入职).{0,4}[谈话]"),
    ("诫勉谈话", r"诫勉"),
    ("函询跟踪", r"函询"),
    ("批评教育", r"批评.{0,2}教育"),
    ("廉政谈话", r"廉[政洁].{0,4}谈"),
    ("监督谈话", r"监督.{0,3}谈"),
    ("谈心谈话", r"(?:谈|交)(?:了|过|完|的|个|一|[两几]?次|回|场|番|会儿?)*心"),
    ("提醒谈话", r"提醒.{0,3}谈|谈话提醒"),
    ("约谈", r"约.{0,2}谈"),
)  # the more particular first
_LOOSE_PATTERNS: Final = tuple((code, re.compile(pattern)) for code, pattern in _LOOSE)
_PARTICULAR: Final = frozenset({"集体谈话", "纪委书记交流提醒", "相互提醒", "任职谈话", "廉政谈话"})
"""Types whose names are also parts of others': 集体任职谈话, 任前廉政谈话, 廉政约谈."""
_SETTLED: Final = re.compile(r"(?:算|按|作为|属于|归为|记为|记作|记成|归)(?:是|作|个|一次)?$")
"""What stands before the type that the author settles on: 算相互提醒记一笔."""
_PARTED: Final = re.compile(
    r"(?:谈|交)(?:了|过|完|的|一|[两几]?次|回|场|番|会儿?|个){1,4}心(?![理得态情里思脏病愿事眼血])"
)
"""谈心 with words between: 谈了次心, 谈的心, 交了交心."""
_ASKED: Final = re.compile("函询")
_UNTOLD: Final = frozenset("kbqzap")


def type_of(words: str) -> str | None:
    """The talk type that the words name, the most particular one; None where they name none."""
    named = [type_names()[found.group()] for found in type_pattern().finditer(words)]
    loose = [code for code, pattern in _LOOSE_PATTERNS if pattern.search(words)]
    if loose and (not named or loose[0] in _PARTICULAR):
        return loose[0]
    return named[0] if named else None


def talk_type(plain: str, stretches: Sequence[Stretch]) -> str | None:
    """The type of the talk told in a flat text with these stretches."""
    tagged = [each for each in stretches if each.tag == "y"]
    for stretch in tagged:
        if _SETTLED.search(plain[: stretch.start]):
            code = type_of(plain[stretch.start : stretch.end])
            if code is not None:
                return code
    for stretch in tagged:
        code = type_of(plain[stretch.start : stretch.end])
        if code is not None:
            return code
    return _named_outside(plain, [each for each in stretches if each.tag in _UNTOLD])


def _named_outside(plain: str, content: Sequence[Stretch]) -> str | None:
    """A type named where no content, reason or place stands."""
    taken = covered(content, len(plain))
    names = (found for found in type_pattern().finditer(plain) if taken.find(1, *found.span()) < 0)
    named = next((type_names()[found.group()] for found in names), None)
    if named is not None:
        return named
    if (asked := _ASKED.search(plain)) and taken.find(1, *asked.span()) < 0:
        return "函询跟踪"
    parted = (found for found in _PARTED.finditer(plain) if taken.find(1, *found.span()) < 0)
    return next(("谈心谈话" for _ in parted), None)
