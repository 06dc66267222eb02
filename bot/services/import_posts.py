"""The rows of people in office: who, where, as what, since and until when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from bot.services.import_plan import Draft, id_of, required
from bot.services.organisation_rows import Row
from storage import Person, Post, Role
from yanlu.texts import imports as texts
from yanlu.texts.organisations import OTHER_ROLE_WORDS, ROLES

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
_EXCEL_DAY = re.compile(r"[2-7]\d{4}")
_EXCEL_ZERO = date(1899, 12, 30)
_YEARS = (1949, 2100)
_NO_DAY = frozenset({"-", "—", "——", "/", "无", "至今", "现任"})
_ROLES: Mapping[str, Role] = {
    **{label: cast("Role", code) for code, label in ROLES.items()},
    **{code: cast("Role", code) for code in ROLES},
    **{word: cast("Role", code) for word, code in OTHER_ROLE_WORDS.items()},
}


def take_posts(rows: Iterable[Row], draft: Draft) -> None:
    """Take the posts of a file, with the people who hold them, into the draft."""
    for row in rows:
        before = len(draft.problems)
        name, place = required(row, "姓名", draft), required(row, "组织编码", draft)
        title, role = required(row, "职务", draft), _role(row, draft)
        since, until = _day(row, "任职日期", draft), _day(row, "离任日期", draft)
        if since and until and until < since:
            draft.wrong(row.at("离任日期"), texts.UNTIL_BEFORE_SINCE)
        organisation = draft.organisations.get(place) or draft.directory.organisation_of_code(place)
        if place and organisation is None:
            draft.wrong(row.at("组织编码"), texts.unknown_organisation(place))
        if len(draft.problems) > before or role is None or organisation is None:
            continue
        person = _person(row, name, place, draft)
        if person is not None:
            post = Post("", person.id, organisation.id, role, title, since, until)
            _take_post(row, post, draft)


def _role(row: Row, draft: Draft) -> Role | None:
    word = required(row, "身份", draft)
    role = _ROLES.get(word)
    if word and role is None:
        draft.wrong(row.at("身份"), texts.unknown_role(word, tuple(ROLES.values())))
    return role


def _day(row: Row, column: str, draft: Draft) -> date | None:
    """The day in a cell, None when it is empty. Months alone are refused: no day is invented."""
    cell = row.cells.get(column)
    if cell is None or cell.value in _NO_DAY:
        return None
    day = cell.value if isinstance(cell.value, date) else read_day(cell.value)
    if day is None or not _YEARS[0] <= day.year <= _YEARS[1]:
        draft.wrong(cell.place, texts.bad_date(cell.text))
        return None
    return day


def read_day(text: str) -> date | None:
    """A day written as 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日, 20260131 or Excel's number; else None."""
    text = text.strip().removesuffix("00:00:00").strip()
    if _EXCEL_DAY.fullmatch(text):
        return _EXCEL_ZERO + timedelta(days=int(text))
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


def _person(row: Row, name: str, place: str, draft: Draft) -> Person | None:
    """The person of a row, by their code; without one by name and organisation."""
    code = row.text("人员编码") or f"{name}@{place}"
    known = draft.directory.person_of_code(code)
    seen = draft.people.get(code)
    if seen is not None and seen.name != name:
        draft.wrong(row.at("人员编码"), texts.other_name(code, seen.name, draft.places["p" + code]))
        return None
    political = row.text("政治面貌") or (seen.political if seen else known.political if known else None)
    made = Person(known.id if known else id_of("person", code), code, name, political)
    draft.people[code] = made
    draft.places.setdefault("p" + code, row.at("姓名"))
    return made


def _take_post(row: Row, post: Post, draft: Draft) -> None:
    candidates = [
        each
        for each in draft.directory.posts_of(post.person)
        if each.organisation == post.organisation and each.id not in draft.posts
    ]
    known = next((each for each in candidates if _same_post(each, post)), None) or next(
        (each for each in candidates if _same_retold(each, post)), None
    )
    since = post.since.isoformat() if post.since else ""
    id_ = known.id if known else id_of("post", post.person, post.organisation, post.role, post.title, since)
    if id_ in draft.posts:
        draft.wrong(row.place, texts.duplicate_post(draft.places["t" + id_]))
        return
    if known is not None and post.since is None:
        post = replace(post, since=known.since)
    if known is not None and post.until is None:
        post = replace(post, until=known.until)
    draft.posts[id_] = replace(post, id=id_)
    draft.places["t" + id_] = row.place


def _same_post(known: Post, told: Post) -> bool:
    return (known.role, known.title, known.since) == (told.role, told.title, told.since)


def _same_retold(known: Post, told: Post) -> bool:
    """The same post with a better date, title or role; a later time in office after its end is another one."""
    if known.until is not None and (told.since is None or told.since > known.until):
        return told.since is None and known.until == told.until and known.title == told.title
    if known.since == told.since or told.since is None or known.since is None:
        return known.role == told.role or known.title == told.title
    return known.role == told.role and known.title == told.title
