"""Works out the automatic numbers of Word paragraphs (第一条, 一、, （一）, 1.), which are not in the text.

After ECMA-376 part 1, section 17.9: a paragraph names a list and a level; the list's levels give format and
pattern.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_CHINESE = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    }
)
_DEEPEST_STYLE = 20


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    pattern: str
    start: int
    spaced: bool


class Numbering:
    """Counts the lists of one document as its paragraphs pass by, in order."""

    def __init__(self, numbering: "BaseOxmlElement | None") -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if numbering is None:
            return
        for abstract in numbering.findall(f"{_WORD}abstractNum"):
            key = abstract.get(f"{_WORD}abstractNumId", "")
            self._levels[key] = dict(map(_level, abstract.findall(f"{_WORD}lvl")))
        for concrete in numbering.findall(f"{_WORD}num"):
            self._lists[concrete.get(f"{_WORD}numId", "")] = _value(concrete, "abstractNumId") or ""

    def label(self, paragraph: "BaseOxmlElement", style: "BaseOxmlElement | None") -> str:
        """Give back the number before `paragraph` ("第一条 "), "• " for a bullet, "" where there is none.

        `style` is the paragraph's style element, which may carry the list.
        """
        place = _place(paragraph) or _place_by_style(style)
        if not place:
            return ""
        number, depth = place
        abstract = self._lists.get(number, "")
        level = self._levels.get(abstract, {}).get(depth)
        if level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return "• "
        counts = self._counts.setdefault(abstract, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        words = self._fill(level.pattern, abstract, counts)
        return words + (" " if level.spaced and words and words[-1] not in "、）)" else "")

    def _fill(self, pattern: str, abstract: str, counts: dict[int, int]) -> str:
        for depth in range(9):
            sign = f"%{depth + 1}"
            if sign in pattern:
                level = self._levels[abstract].get(depth)
                count = counts.get(depth, level.start if level else 1)
                pattern = pattern.replace(sign, written(count, level.form if level else "decimal"))
        return pattern


def written(number: int, form: str) -> str:
    """Give back `number` in one of Word's number formats; unknown formats are written 1, 2, 3."""
    if form in _CHINESE:
        return chinese(number)
    if form == "chineseLegalSimplified":
        return chinese(number).translate(_LEGAL)
    if form == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr((65 if form == "upperLetter" else 97) + number - 1)
    return str(number)


def chinese(number: int) -> str:
    """Write 1 … 9,999 in Chinese signs (十二, 一百零三); others in digits."""
    if not 1 <= number <= 9999:
        return str(number)
    words = ""
    gap = False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + sign
        gap = not digit
    return words.removeprefix("一") if 10 <= number < 20 else words


def _level(element: "BaseOxmlElement") -> tuple[int, _Level]:
    start = _value(element, "start") or "1"
    return int(element.get(f"{_WORD}ilvl", "0")), _Level(
        form=_value(element, "numFmt") or "decimal",
        pattern=_value(element, "lvlText") or "",
        start=int(start),
        spaced=_value(element, "suff") != "nothing",
    )


def _place(element: "BaseOxmlElement") -> tuple[str, int] | None:
    """Give back the list and level that `element` (a paragraph or a style) names."""
    found = element.find(f"{_WORD}pPr/{_WORD}numPr")
    if found is None:
        return None
    number = _value(found, "numId")
    return (number, int(_value(found, "ilvl") or "0")) if number else None


def _place_by_style(style: "BaseOxmlElement | None") -> tuple[str, int] | None:
    for _ in range(_DEEPEST_STYLE):
        if style is None:
            return None
        place = _place(style)
        if place:
            return place
        style = style.base_style
    return None


def _value(element: "BaseOxmlElement", name: str) -> str | None:
    found = element.find(f"{_WORD}{name}")
    value: str | None = found.get(f"{_WORD}val") if found is not None else None
    return value
