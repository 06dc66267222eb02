"""What stands around every character of a talk sentence: the signs that the tagger weighs."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from knowledge.talks.leanings import Leanings
from knowledge.talks.people import is_clerk
from knowledge.talks.tagged import Author
from knowledge.talks.words import (
    any_of,
    called,
    clauses,
    flat,
    hints_of,
    load_words,
    type_names,
    type_pattern,
    words_of,
)

_NONE: Final = "-"
_OPENING: Final = 3
"""So many characters may stand before the lead that opens a clause."""


def signs(
    text: str, author: Author, spans: Sequence[tuple[str, int, int]], leanings: Leanings
) -> list[list[str]]:
    """The signs of each character. `spans`: known stretches (kind, start, end), such as dates and deadlines."""
    plain = flat(text)
    size = len(plain)
    characters = [_character(each) for each in plain]
    marks: list[list[str]] = [[] for _ in range(size)]
    _mark_words(plain, marks)
    _mark_author(author, marks)
    _mark_spans(marks, spans)
    _mark_lists(plain, author, marks)
    _mark_clauses(plain, marks)
    _mark_leanings(plain, marks, leanings)
    _mark_repeats(plain, marks)
    padded = ["^"] * 3 + characters + ["$"] * 3
    for i in range(size):
        a, b, c, d, e, f, g = padded[i : i + 7]
        marks[i] += (
            "b", f"0{d}", f"-1{c}", f"1{e}", f"-2{b}", f"2{f}", f"-3{a}", f"3{g}",
            f"A{c}{d}", f"B{d}{e}", f"C{b}{c}", f"D{e}{f}", f"E{b}{c}{d}", f"F{d}{e}{f}", f"G{c}{d}{e}",
        )  # fmt: skip
    return marks


def _character(character: str) -> str:
    if character.isdigit() and character.isascii():
        return "0"
    if character.isascii() and character.isalpha():
        return "a"
    return "/" if character == "\n" else character


def _mark_words(plain: str, marks: list[list[str]]) -> None:
    """The word a character stands in, its part of speech, its place in it, and the words beside."""
    words = words_of(plain)
    at = 0
    edge = ("^", "^")
    padded = [edge, *words, edge]
    for (before, kind_before), (word, kind), (after, kind_after) in zip(
        padded, words, padded[2:], strict=False
    ):
        for offset in range(len(word)):
            place = "S" if len(word) == 1 else "B" if offset == 0 else "E" if offset == len(word) - 1 else "M"
            marks[at + offset] += (
                f"w{word}", f"p{place}{kind}", f"x{place}{before}", f"y{place}{after}",
                f"v{place}{kind_before}", f"z{place}{kind_after}", f"u{place}{kind_before}{kind}{kind_after}",
            )  # fmt: skip
        at += len(word)


def _mark_author(author: Author, marks: list[list[str]]) -> None:
    """Whether the author writes for others, by itself and with the word a character stands in."""
    clerk = "jc" if is_clerk(author) else "jh"
    for each in marks:
        each.extend((clerk, clerk + each[0], clerk + each[4]))


def _mark_spans(marks: list[list[str]], spans: Sequence[tuple[str, int, int]]) -> None:
    for kind, start, end in spans:
        for i in range(start, min(end, len(marks))):
            marks[i].append(f"{kind}{'B' if i == start else 'I'}")
        if end < len(marks):
            marks[end].append(f"{kind}>")
        if start:
            marks[start - 1].append(f"{kind}<")


def _mark_lists(plain: str, author: Author, marks: list[list[str]]) -> None:
    """Talk types, titles, surnames and the author's own name."""
    words = load_words()
    lists = [("Y", type_pattern()), ("T", words.titles), ("c", called())]
    if author.name:
        lists.append(("N", any_of([author.name])))
    for kind, pattern in lists:
        _mark_spans(marks, [(kind, *found.span()) for found in pattern.finditer(plain)])
    for i, character in enumerate(plain):
        if character in words.surnames or plain[i : i + 2] in words.surnames:
            marks[i].append("n")
            if i + 1 < len(marks):
                marks[i + 1].append("n<")
            if i + 2 < len(marks):
                marks[i + 2].append("n<<")


def _mark_clauses(plain: str, marks: list[list[str]]) -> None:
    """What a clause begins with, hints at, and what led to it; and the same of the clauses beside it."""
    words = load_words()
    parts = list(clauses(plain))
    hints = [hints_of(plain[start:end]) for start, end in parts]
    lead, kinds, passed = _NONE, _NONE, 0
    for at, (start, end) in enumerate(parts):
        clause = plain[start:end]
        hint = f"{hints[at]}"
        before = hints[at - 1] if at else _NONE
        after = hints[at + 1] if at + 1 < len(parts) else _NONE
        shared = [
            f"cf{clause[:2]}",
            f"cg{clause[-1:]}",
            f"cl{min((end - start) // 4, 5)}",
            f"cn{hint}",
            f"cb{before}",
            f"ca{after}",
            f"cd{hint}{before}",
            f"ce{hint}{after}",
            f"ch{_opening(plain, parts, at + 1)}",
            f"ci{_opening(plain, parts, at + 1)}{hint}",
        ]
        found = [(each.start() + start, each.end() + start) for each in words.leads.finditer(clause)]
        edges = [start, *(edge for _, edge in found), end]
        spoken = [None, *(plain[a:b] for a, b in found)]
        for (left, right), said in zip(pairwise(edges), spoken, strict=True):
            if said is not None:
                lead, kinds, passed = said, "".join(kind[0] for kind in words.lead_kinds[said]), 0
            near = min(passed, 3)
            for i in range(left, right):
                marks[i] += (
                    *shared,
                    f"l{lead}{near}",
                    f"k{kinds}{near}",
                    f"m{kinds}{near}{hint}",
                    f"o{min(i - left, 6)}{kinds}",
                )
        passed += 1


def _mark_leanings(plain: str, marks: list[list[str]], leanings: Leanings) -> None:
    """What a clause leans to as a whole, what the clauses beside it, before it and after it do, and the talk's type."""
    told = list(leanings.marks(plain))
    kinds = [own[0] for *_, own in told]
    named = type_pattern().search(plain)
    talk = type_names()[named.group()] if named else ""
    for at, (start, end, own) in enumerate(told):
        last, then = kinds[at - 1] if at else _NONE, kinds[at + 1] if at + 1 < len(told) else _NONE
        before, after = kinds[:at], kinds[at + 1 :]
        seen = f"{'Sb' in before:d}{'Sq' in before:d}{'Sk' in before:d}{'Sb' in after:d}{'Sq' in after:d}"
        shared = (*own, f"<{last}", f">{then}", f"<{last}{own[0]}", f">{own[0]}{then}")
        shared += (
            f"H{seen[:3]}",
            f"H{seen[:2]}{own[0]}",
            f"h{seen[3:]}{own[0]}",
            f"t{talk}",
            f"t{talk}{own[0]}",
        )
        for i in range(start, end):
            marks[i] += shared


def _mark_repeats(plain: str, marks: list[list[str]]) -> None:
    """What was said before already, such as the name of the one who now answers."""
    for i in range(2, len(plain) - 1):
        pair = plain[i : i + 2]
        if pair.isalpha() and not pair.isascii() and pair in plain[:i]:
            marks[i].append("r")
            marks[i + 1].append("r<")
            for behind in range(i + 2, min(i + 5, len(plain))):
                marks[behind].append("r<<")


def _opening(plain: str, parts: Sequence[tuple[int, int]], at: int) -> str:
    """The kinds of the lead that a clause opens with."""
    words = load_words()
    found = words.leads.search(plain, *parts[at]) if at < len(parts) else None
    if found is None or found.start() - parts[at][0] > _OPENING:
        return _NONE
    return "".join(kind[0] for kind in words.lead_kinds[found.group()])
