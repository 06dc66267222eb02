"""What a sentence about figures asks for: which list, file or count, of which talks, of when. Pure.

The words are looked for, not parsed: such sentences are short and name what they want.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.services.directory import Directory
from bot.services.duties import Period
from knowledge.records import load_record_kinds
from knowledge.talks.dates import find_times
from yanlu.texts import standing
from yanlu.texts import standing_dialog as texts

What = Literal["owed", "held", "coverage", "tickets", "export", "tickets_export", "statement", "figures"]

_STATEMENT = re.compile("述职(?!述责)|素材|履职材料")
_FILE = re.compile(
    "导出|导个|导一|导成|导张|台账|打印|打成|excel|表格|出张表|做成表|出个表|下载", re.IGNORECASE
)
_PICTURE = re.compile("图|趋势|按月|按季|排名|排个|排序|对比|比例|占比")
_TICKETS = re.compile("整改|销号|没改|未改|要求|回访|问题清单|反馈问题")
_OVERDUE = re.compile("逾期|超期|过期|到期|拖着|超时|没按时")
_NOT_HELD = re.compile(
    "没谈|未谈|还没|没有谈|差谁|还差|还剩|剩几|剩谁|欠|没轮|没做|没跟|未做|没开展|谁没|未开展"
)
_SHARE = re.compile("覆盖|完成率|进度|比率|完成情况")
_SINCE = re.compile("以来|至今|到现在|到今天|起")
_LIST = re.compile("谈过|谈了|列出来|名单|列一下|查一下|有哪些|哪几次|记录")
_HEADS = re.compile("一把手|书记|局长|主官|负责人|班长")
_MEMBERS = re.compile("班子成员|副职|成员|班子里")


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted. Empty tuples and None mean: all. `organisation` and `person` are ids."""

    what: What
    period: Period
    talk_types: tuple[str, ...] = ()
    ledger: str | None = None
    organisation: str | None = None
    person: str | None = None
    role: Literal["head", "member"] | None = None
    overdue: bool = False
    wide: bool = False


def requested(text: str, now: datetime, directory: Directory) -> Request:
    """Read a sentence; without a period it means this year."""
    talk_types, ledger = _kinds(text)
    return Request(
        what=_what(text, talk_types, ledger),
        period=period_in(text, now),
        talk_types=talk_types,
        ledger=ledger,
        organisation=_organisation(text, directory),
        person=_person(text, directory),
        role="member" if _MEMBERS.search(text) else "head" if _HEADS.search(text) else None,
        overdue=bool(_OVERDUE.search(text)),
        wide="下级" in text or "各" in text or "全" in text,
    )


def _what(text: str, talk_types: tuple[str, ...], ledger: str | None) -> What:
    """The first that holds, from the most particular on."""
    tickets = bool(_TICKETS.search(text)) and ledger is None
    late = bool(_OVERDUE.search(text)) and not tickets
    wanted: tuple[tuple[What, object], ...] = (
        ("statement", _STATEMENT.search(text)),
        ("tickets_export", tickets and _FILE.search(text)),
        ("export", _FILE.search(text)),
        ("tickets", tickets and not talk_types),
        ("owed", late or _NOT_HELD.search(text)),
        ("coverage", _SHARE.search(text)),
        ("figures", _PICTURE.search(text)),
        ("held", _LIST.search(text)),
    )
    return next((what for what, holds in wanted if holds), "figures")


def period_in(text: str, now: datetime) -> Period:
    """The period a sentence names: a span, a day, or what began then (…以来); this year where it names none."""
    for spoken in find_times(text, now):
        if spoken.day is None:
            continue
        end = spoken.until or spoken.day
        if _SINCE.match(text.partition(spoken.text)[2]):
            end = max(now.date(), spoken.day)
        return labelled(spoken.day, end)
    return Period.year(now.year)


def labelled(start: date, end: date) -> Period:
    """A stretch of days with its name as it stands in a file, which is read on other days than this."""
    year = Period.year(start.year)
    quarter = Period.quarter(start.year, (start.month + 2) // 3)
    month = Period(start.replace(day=1), start.replace(day=monthrange(start.year, start.month)[1]))
    meant = Period(start, end)
    if meant in (year, quarter):
        return year if meant == year else quarter
    if meant == month:
        return Period(start, end, texts.month(start.year, start.month))
    return Period(start, end, standing.day(start) if start == end else texts.span(start, end))


def _kinds(text: str) -> tuple[tuple[str, ...], str | None]:
    """The talk types and the ledger that are named; a longer name hides the shorter ones in it."""
    kinds = load_record_kinds()
    named = {name: talk.code for talk in kinds.talks for name in (talk.code, *talk.terms)}
    rest, found = text, []
    for name in sorted(named, key=len, reverse=True):
        if name in rest:
            found.append(named[name])
            rest = rest.replace(name, " ")
    ledger = next((each.code for each in kinds.ledgers if each.name in rest), None)
    return tuple(dict.fromkeys(found)), ledger


def _organisation(text: str, directory: Directory) -> str | None:
    """The organisation whose name, or short name, stands in the sentence; the longest where several do."""
    names = [
        (name, each.id)
        for each in directory.organisations.values()
        for name in (each.name, *each.short_names)
        if len(name) > 1 and name in text
    ]
    return max(names, key=lambda pair: len(pair[0]))[1] if names else None


def _person(text: str, directory: Directory) -> str | None:
    """The person whose whole name stands in the sentence, where only one bears it."""
    name = directory.name_in(text)
    bearers = directory.bearers(name) if name else ()
    return bearers[0].id if len(bearers) == 1 else None
