"""Who sent whom, and one person one part: 高书记委托方部长, 罗书记出差 委托我; a clerk's notes with two leaders."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from knowledge.talks.people import is_clerk
from knowledge.talks.tagged import Author, Stretch

_SENDS: Final = re.compile(
    r"(?:同志)?[^,，。;；\s◇]{0,8}?[,，\s]{0,2}(?:(?:委托|授权|委派|指派)了?(?:[^,，。;；\s◇]{0,6}?)|(?:同意|批准|授意|决定)[,，\s]{0,2}由)(?=◇|(?:我|本人)(?![登记录补写报填]))"
)
_LETS: Final = re.compile(
    r"(?:同志)?[^,，。;；\s◇]{0,8}?[,，\s]{0,2}(?:安排|派|让)(?P<who>◇+)(?:同志)?[^,，。;；◇]{0,14}?(?<!要)[跟找约对与同](?!我|他|她|其)"
)
_I_SENT: Final = re.compile(
    r"(?:^|(?<=[,，。;；:：\s]))(?:我|本人)(?:让|派|叫|安排|委托|请)(?P<who>◇+)(?:同志)?(?:去|代我)[^,，。;；◇]{0,8}?"
    r"[跟找约对与同](?=[^,，。;；]{0,10}◇)"
)
_OBEYS: Final = re.compile(r"(?:受|按照?|遵照?)[^,，。;；\s]{0,6}$")
_INSTEAD: Final = re.compile(r"(?<=.)(?:替|代替?|代表)$")
_FOR_HIM: Final = re.compile(r"(?:同志)?[跟找约对与同和]")
_WE: Final = re.compile(
    r"(?:^|(?<=[,，。;；:：\s]))(?P<me>我|本人)[和跟与同](?P<unit>[^,，。;；\s◇]{0,10})(?P<who>◇+)(?:同志)?谈的"
)
_ASKED: Final = re.compile(r"(?:同志)?(?:的)?(?:委托|指派|授权|委派|之托|安排)")
_LINK: Final = re.compile(r"[跟和与同找对约给][^,，。;；\s]{0,2}$")
_BREAK: Final = re.compile(r"[,，。;；\s]")
_PEOPLE: Final = frozenset("wse")


def delegated(text: str, author: Author, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with who sent another apart from who talked, and each person with one part throughout."""
    given = _sent(text, stretches)
    given = _we(text, _one_part(text, given))
    return _parted(text, given) if is_clerk(author) else given


def _sent(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """X委托Y: Y talked. 受X委托: X did not."""
    plain = _masked(text, stretches)
    given = list(stretches)
    talkers = sum(each.tag == "w" for each in given)
    for found in _I_SENT.finditer(plain):
        given = [replace(each, tag="w") if each.start == found.start("who") else each for each in given]
    for at, each in enumerate(given):
        if each.tag not in _PEOPLE:
            continue
        if _OBEYS.search(text, max(0, each.start - 12), each.start) and _ASKED.match(text, each.end):
            given[at] = replace(each, tag="e")
            continue
        if (
            talkers - (each.tag == "w")
            and _INSTEAD.search(text, max(0, each.start - 4), each.start)
            and _FOR_HIM.match(text, each.end)
        ):
            given[at] = replace(each, tag="e")
            continue
        sends = _SENDS.match(plain, each.end)
        lets = _LETS.match(plain, each.end) if each.tag == "w" else None
        if sends is None and lets is None:
            continue
        start = sends.end() if sends else lets.start("who") if lets else 0
        other = next((i for i in range(at + 1, len(given)) if given[i].start == start), None)
        if other is not None and given[other].tag in _PEOPLE:
            given[at], given[other] = replace(each, tag="e"), replace(given[other], tag="w")
        elif text.startswith(("我", "本人"), start):
            given[at] = replace(each, tag="e")
            if other is None:
                end = start + (1 if text[start] == "我" else 2)
                return sorted((*given, Stretch("w", start, end)), key=lambda one: one.start)
    return given


def _we(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """我和尚武谈的, where somebody else was named before: both talked."""
    found = _WE.search(_masked(text, stretches))
    if found is None or not any(each.tag in "sg" and each.end <= found.start() for each in stretches):
        return list(stretches)
    me = Stretch("w", *found.span("me"))
    kept = [
        replace(each, tag="w") if found.start("who") <= each.start < found.end() else each
        for each in stretches
        if each.start != me.start and not (each.tag == "u" and found.start() <= each.start < found.end())
    ]
    return sorted((*kept, me), key=lambda each: each.start)


def _masked(text: str, stretches: Sequence[Stretch]) -> str:
    characters = list(text)
    for each in stretches:
        if each.tag in _PEOPLE and text[each.start : each.end] not in ("我", "本人"):
            characters[each.start : each.end] = "◇" * (each.end - each.start)
    return "".join(characters)


def _one_part(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Somebody named twice, once as talker and once as talked with, is what he is at first."""
    first: dict[str, str] = {}
    given: list[Stretch] = []
    for each in stretches:
        if each.tag in "ws" and each.end - each.start > 1:
            tag = first.setdefault(text[each.start : each.end], each.tag)
            given.append(replace(each, tag=tag))
        else:
            given.append(each)
    return given


def _parted(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Of talkers alone in a clerk's notes, who stands behind 与, or behind his unit in a new clause, was talked with."""
    if any(each.tag in "sg" for each in stretches):
        return list(stretches)
    given = list(stretches)
    talked = [at for at, each in enumerate(given) if each.tag == "w"]
    for before, at in pairwise(talked):
        unit = given[at - 1] if given[at - 1].tag == "u" else None
        start = unit.start if unit else given[at].start
        between = text[given[before].end : start]
        linked = _LINK.search(between) and len(between) > 1
        if linked or (unit is not None and _BREAK.search(between)):
            return [
                replace(each, tag="s") if i >= at and each.tag == "w" else each
                for i, each in enumerate(given)
            ]
    return given
