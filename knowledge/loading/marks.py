"""What a line shows of the structure: headings, parts, articles, bullets, outline numbers, speakers.

Each function looks at one line only; what the lines mean together is decided in `structure`.
"""

import re
from dataclasses import dataclass
from typing import Literal

MarkKind = Literal["heading", "division", "article", "part", "outline", "bullet", "question", "answer"]

_CN = "一二三四五六七八九十百千零〇两"
_NUMBER = rf"[{_CN}\d]{{1,8}}"
_LONGEST_HEADING = 40
_CLOSERS = "。；;.!！?？：:，,、…"
BULLETS = "•●▪◆■○◦‣·◇□★☆➤►▶‧∙"

_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_DIVISION = re.compile(rf"第\s*{_NUMBER}\s*(分编|编|篇|部分|章|节|目)(?![规之的中以])")
_NAMED_DIVISION = re.compile(
    r"(?:总\s*则|附\s*则|序\s*言|前\s*言|目\s*[录次]|附[件录表]\s*[一二三四五六七八九十\d]{0,3})$"
)
_ARTICLE = re.compile(rf"第\s*(?P<number>{_NUMBER})\s*条(?:之[{_CN}]{{1,2}})?(?P<rest>.?)", re.DOTALL)
_REFERENCE = re.compile(r"[规的所至、和或与及中第款项，,以之未应须可不均]")
_PART = re.compile(
    r"(?:PART\s{0,3}[.·]?\s{0,3})?(0\d|[1-9]\d?|[一二三四五六七八九十]{1,3}|[壹贰叁肆伍陆柒捌玖拾])$",
    re.IGNORECASE,
)
_OUTLINES = (
    re.compile(r"(?P<label>[一二三四五六七八九十]{1,3})[、.．]\s*"),
    re.compile(r"(?P<label>[（(][一二三四五六七八九十]{1,3}[）)])[、.．]?\s*"),
    re.compile(
        r"(?P<label>\d{1,3}(?:\.\d{1,3}){0,4})(?:[、．]\s*|[.)）](?!\d)\s*|(?<=\d\.\d)\s+(?=[^\d\s]))"
    ),
    re.compile(r"(?P<label>[（(]\d{1,3}[）)]|[①-⑳])[、.．]?\s*"),
)
_BULLET = re.compile(rf"(?:[{BULLETS}]\s*|[-*+–]\s+)(?=\S)")
_TURN = rf"(?:(?:\d{{1,3}}[.、．]|[{_CN}]{{1,3}}、|[（(]\d{{1,3}}[）)])\s*)?[【\[]?"
_COLON = r"\s{0,3}\d{0,3}\s{0,3}[】\]]?\s{0,3}[:：]\s*"
_QUESTION = re.compile(
    _TURN + r"(?:本报|本刊|新华社)?(?:记者问|记者提问|记者|主持人|网友|提问|问题|问|Q)" + _COLON
)
_ANSWER = re.compile(
    _TURN + r"(?:(?:有关|相关|主要)?负责(?:人|同志)(?:表示|介绍|答|说)?|答复|回复|回答|解答|答|A)" + _COLON
)
_SPEAKER = re.compile(r"[\u4e00-\u9fff·]{2,12}\s*[:：]\s*")
_DIVISION_RANKS = {"编": 11, "篇": 11, "部分": 11, "分编": 12, "章": 13, "节": 14, "目": 15}
_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NAMED_RANK = 13
PART_RANK = 16
OUTLINE_RANK = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands at the head of a line.

    `rank` orders headings (smaller is higher), `label` is the number as written, `skip` counts the code
    points of the line that are a sign and no words (a bullet, 记者:, "##").
    """

    kind: MarkKind
    rank: int = 0
    label: str = ""
    skip: int = 0


PLAIN_HEADING = Mark("heading", rank=PART_RANK)
"""A heading that only its place shows to be one."""


def heading(line: str) -> Mark | None:
    """Read a heading marked with "#", as markdown writes it and the readers of html and docx do."""
    match = _HEADING.match(line)
    if not match:
        return None
    return Mark("heading", rank=len(match[1]), skip=match.end())


def division(line: str) -> Mark | None:
    """Read 编, 章, 节 …: 第一章 总则; or the bare names 总则, 附则, 附件1 …."""
    if len(line) > _LONGEST_HEADING or line[-1] in _CLOSERS:
        return None
    match = _DIVISION.match(line)
    if match:
        return Mark("division", rank=_DIVISION_RANKS[match[1]], label=match[0])
    return Mark("division", rank=NAMED_RANK, label=line) if _NAMED_DIVISION.match(line) else None


def article(line: str) -> tuple[Mark, bool] | None:
    """Read 第三条 or 第十条之一, and whether something sets it off from the words that follow.

    Where nothing does, the line may as well go on with a reference (第三条规定的…): None if it plainly does.
    """
    match = _ARTICLE.match(line)
    if not match:
        return None
    rest = match["rest"]
    set_off = not rest or rest.isspace() or rest in "【[:：　"
    if not set_off and _REFERENCE.match(rest):
        return None
    label = line[: match.start("rest")]
    return Mark("article", label="".join(label.split())), set_off


def part(line: str) -> Mark | None:
    """Read a line that holds only a part's number: 01, 一, PART 2."""
    match = _PART.match(line)
    return Mark("part", rank=PART_RANK, label=match[1]) if match else None


def outline(line: str) -> Mark | None:
    """Read 一、 （一） 1. (1) at the head of a line."""
    for depth, pattern in enumerate(_OUTLINES):
        match = pattern.match(line)
        if match and match.end() < len(line):
            deeper = match["label"].count(".") if depth == 2 else 0
            return Mark("outline", rank=OUTLINE_RANK + 2 * depth + min(deeper, 1), label=match["label"])
    return None


def bullet(line: str) -> Mark | None:
    """Read •, ■, "- " … at the head of a line."""
    match = _BULLET.match(line)
    return Mark("bullet", skip=match.end()) if match else None


def speaker(line: str) -> Mark | None:
    """Read 记者: or 答: (问/答, Q/A, numbered or not) at the head of a line."""
    match = _QUESTION.match(line)
    if match:
        return Mark("question", skip=match.end())
    match = _ANSWER.match(line)
    return Mark("answer", skip=match.end()) if match else None


def named_speaker(line: str) -> Mark | None:
    """Read a name and a colon, which after a question means the one who answers."""
    match = _SPEAKER.match(line)
    return Mark("answer", skip=match.end()) if match else None


def number(label: str) -> int:
    """Give back the number in 第三条 or 第一百二十条之一 (120); 0 where there is none."""
    digits = re.search(r"\d+", label)
    if digits:
        return int(digits[0])
    total = unit = 0
    for char in label.partition("条")[0]:
        if char in _UNITS:
            total += (unit or 1) * _UNITS[char]
            unit = 0
        elif char in _VALUES:
            unit = _VALUES[char]
    return total + unit


def like_heading(words: str) -> bool:
    """Whether words (without their number) read as a heading: short and not closed as a sentence is."""
    if not 0 < len(words) <= _LONGEST_HEADING or words[-1] in _CLOSERS:
        return False
    return " | " not in words and not bullet(words)


def run_in_title(words: str) -> str:
    """Give back the title that opens a paragraph (加强组织领导。各级…), "" if it has none."""
    title, stop, rest = words.partition("。")
    return title if stop and rest and len(title) <= 30 and not re.search(r"[，,；;：:]", title) else ""
