"""What stands in the files and messages of a month, and what the books say should stand there."""

import io
from datetime import date, datetime

from tests.support.city_accounts import RESTRICTED, Owed, Talk, Task
from tests.support.city_march import Lived
from tests.support.city_month import spelt


def sheets(content: bytes) -> dict[str, list[dict[str, object]]]:
    """The rows of each sheet, by the names of the columns."""
    from openpyxl import load_workbook

    found = {}
    for sheet in load_workbook(io.BytesIO(content)):
        rows = list(sheet.iter_rows(values_only=True))
        heads = next(at for at, row in enumerate(rows) if row[0] == "编号")
        found[sheet.title] = [
            dict(zip(rows[heads], row, strict=False)) for row in rows[heads + 1 :] if row[0] is not None
        ]
    return found


def day_of(value: object) -> date | None:
    return value.date() if isinstance(value, datetime) else value  # type: ignore[return-value]


def printed(row: dict[str, object]) -> dict[str, object]:
    return {
        **{name: row[name] or "" for name in (
            "谈话类型", "谈话人", "谈话对象", "对象单位", "谈话要点", "指出的问题", "整改要求", "补录", "作废",
            "内容相似的记录", "补录原因", "作废原因", "记录单位", "录入人", "版本",
        )},
        "谈话日期": day_of(row["谈话日期"]),
        "录入日期": day_of(row["录入日期"]),
        "整改时限": day_of(row["整改时限"]),
    }  # fmt: skip


def expected_row(lived: Lived, talk: Talk) -> dict[str, object]:
    city = lived.books.city
    names = {each.person: each.name for each in city.seats}
    numbers = {each.id: each.number for each in lived.books.talks}
    seats = [
        next(seat for seat in city.seats_of(each, talk.day) if seat.unit == talk.places[each])
        for each in talk.subjects
    ]
    demands = [f"{text}（{spelt(due)}前）" if due else text for text, due in talk.demands]
    return {
        "谈话类型": talk.type,
        "谈话人": city.shown(talk.talker, talk.day),
        "谈话对象": "、".join(f"{each.title} {each.name}" for each in seats),
        "对象单位": "、".join(dict.fromkeys(city.unit(each.unit).name for each in seats)),
        "谈话要点": numbered(talk.points),
        "指出的问题": numbered(talk.problems),
        "整改要求": numbered(demands),
        "补录": "是" if talk.late_reason else "否",
        "作废": "是" if talk.void else "否",
        "内容相似的记录": "、".join(numbers[each] for each in talk.alike),
        "补录原因": talk.late_reason,
        "作废原因": talk.void,
        "记录单位": city.unit(talk.ledger).name,
        "录入人": names[talk.author],
        "版本": talk.versions,
        "谈话日期": talk.day,
        "录入日期": talk.filed,
        "整改时限": talk.deadline,
    }


def numbered(parts) -> str:
    return parts[0] if len(parts) == 1 else "\n".join(f"{at}.{each}" for at, each in enumerate(parts, 1))


def state(task: Task, on: date) -> str:
    if task.closed:
        return "已销号"
    return "逾期未销号" if task.overdue(on) else "办理中" if task.due else "办理中，未定时限"


def paper(content: bytes):
    """The paragraphs of a Word file, and its tables cell by cell."""
    from docx import Document

    page = Document(io.BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in page.tables]
    return [each.text for each in page.paragraphs], tables


def counted(lived: Lived, key: str, *, void: bool = False) -> list[Talk]:
    """The filed (or void) talks that may be counted for somebody, of their unit and all below."""
    city, viewer = lived.books.city, lived.person(key)
    seat = city.seats_of(viewer, lived.today)[0]
    scope = city.below(seat.unit)
    watches = seat.role in {"head", "discipline", "organisation"}
    return [
        each
        for each in lived.books.talks
        if bool(each.void) == void
        and each.ledger in scope
        and (
            viewer in (each.talker, each.author)
            or (watches and viewer not in each.subjects)
            or (seat.role == "liaison" and each.ledger == seat.unit and each.type not in RESTRICTED)
        )
    ]


def mine(lived: Lived, key: str) -> list[Owed]:
    """What is owed by somebody; for a liaison: by their unit."""
    viewer = lived.person(key)
    seat = lived.books.city.seats_of(viewer, lived.today)[0]
    owed = lived.books.owed(lived.today)
    if seat.role == "liaison":
        return [each for each in owed if each.owed_by == seat.unit]
    return [each for each in owed if viewer in each.owers]


def sees_task(lived: Lived, key: str, task: Task) -> bool:
    """Whose task it is; and who may see its record, where it is to be done by their unit or one below."""
    viewer, books = lived.person(key), lived.books
    scope = books.city.below(books.city.seats_of(viewer, lived.today)[0].unit)
    talk = next((each for each in books.talks if each.id == task.record), None)
    entry = next((each for each in books.entries if each.id == task.record), None)
    if task.unit not in scope:
        return False
    if task.responsible == viewer:
        return True
    if talk is not None:
        return books.may_export(viewer, talk, lived.today)
    seat = books.city.seats_of(viewer, lived.today)[0]
    return entry is not None and (
        entry.author == viewer
        or (task.responsible is None and seat.unit == task.unit and seat.role in {"head", "liaison"})
        or (seat.role == "liaison" and seat.unit == entry.ledger)
        or (seat.role in {"discipline", "organisation"} and seat.unit in books.city.above(entry.ledger))
    )
