"""A month of a city's work, over terminals and Telegram, on both databases; then every figure of every export.

The month is lived once for each database (tests/support/city_march.py); what came out is compared with the
test's own books (tests/support/city_accounts.py).
"""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from bot.commands.main import app
from tests.support.city_accounts import Task
from tests.support.city_data import city_xlsx, made_city
from tests.support.city_exports import (
    counted,
    day_of,
    expected_row,
    mine,
    paper,
    printed,
    sees_task,
    sheets,
    state,
)
from tests.support.city_march import EXCUSE, VIEWERS, Lived, lived_month
from tests.support.city_month import spelt
from tests.support.city_script import DESKS, LEDGERS, MARCH


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def lived(request, tmp_path_factory) -> Lived:
    stores = request.getfixturevalue("sqlite_stores" if request.param == "sqlite" else "postgres_stores")
    return asyncio.run(lived_month(tmp_path_factory.mktemp("home"), asyncio.run(stores.empty())))


# The ledger as Excel


@pytest.mark.parametrize("key", VIEWERS)
@pytest.mark.parametrize("what", ["export", "march"])
def test_the_ledger_holds_each_talk_the_viewer_may_have_and_says_of_it_what_was_confirmed(lived, key, what):
    rows = sheets(lived.files[key, what])["谈话记录"]
    talks, _ = lived.books.exported(lived.person(key), lived.today)
    wanted = [each for each in talks if what == "export" or each.day >= MARCH[0].replace(day=1)]
    assert [row["编号"] for row in rows] == [
        each.number for each in sorted(wanted, key=lambda each: (each.day, each.id))
    ]
    by_number = {row["编号"]: row for row in rows}
    for talk in wanted:
        assert printed(by_number[talk.number]) == expected_row(lived, talk)


@pytest.mark.parametrize("key", VIEWERS)
def test_the_tickets_sheet_follows_each_problem_to_its_end(lived, key):
    rows = sheets(lived.files[key, "export"])["问题与整改"]
    talks, entries = lived.books.exported(lived.person(key), lived.today)
    records = {each.id: each.number for each in (*talks, *entries)}
    city = lived.books.city
    names = {each.person: each.name for each in city.seats}
    wanted = {
        f"问题-{task.id:06d}": (
            records[task.record], task.kind, task.text, city.unit(task.unit).name, names.get(task.responsible or "", ""),
            task.opened, task.due, state(task, lived.today), task.closed, task.late(lived.today),
            "\n".join(f"{spelt(day)} {action}：{text}" for day, action, text in task.steps),
        )
        for task in lived.books.tasks
        if task.record in records
    }  # fmt: skip
    found = {
        row["编号"]: (
            row["来源记录"], row["类别"], row["问题或要求"], row["责任单位"], row["责任人"] or "", day_of(row["提出日期"]),
            day_of(row["时限"]), row["状态"], day_of(row["销号日期"]), row["逾期天数"], row["办理情况"] or "",
        )
        for row in rows
    }  # fmt: skip
    assert found == wanted
    assert any(task.overdue(lived.today) for task in lived.books.tasks)


@pytest.mark.parametrize("key", VIEWERS)
def test_the_other_ledgers_have_a_sheet_each(lived, key):
    found = sheets(lived.files[key, "export"])
    _, entries = lived.books.exported(lived.person(key), lived.today)
    names = {kind: name for _, name, kind, _ in LEDGERS}
    wanted: dict[str, list[str]] = {}
    for each in sorted(entries, key=lambda each: (each.day, each.id)):
        wanted.setdefault(names[each.kind], []).append(each.number)
    assert {
        name: [row["编号"] for row in rows] for name, rows in found.items() if name in names.values()
    } == wanted


# The duty report


@pytest.mark.parametrize("key", ["区委书记", "区联络员"])
def test_each_figure_of_the_duty_report_names_its_records(lived, key):
    head = lived.person("区委书记")
    _, (*_, table) = paper(lived.files[key, "statement"])
    figures = {row[1]: (row[2], set(re.findall(r"\d{4}-\d{6}", row[3]))) for row in table[1:]}
    led = [each for each in lived.books.talks if each.talker == head and not each.void]
    numbers = {each.number for each in led}
    assert figures["谈话总数"] == (f"{len(led)}次", numbers)
    for kind, count in Counter(each.type for each in led).items():
        assert figures[f"{kind}次数"] == (f"{count}次", {each.number for each in led if each.type == kind})
    late = [each.number for each in led if each.late_reason]
    assert figures["其中补录"] == (f"{len(late)}次", set(late))
    owed = [each for each in lived.books.owed(lived.today) if head in each.owers]
    for kind in {each.type for each in owed}:
        of_kind = [each for each in owed if each.type == kind]
        done = [each for each in of_kind if len(lived.books.held(each)) >= each.needed]
        held = {talk.number for each in done for talk in lived.books.held(each)}
        assert figures[f"{kind}应谈人数"][0] == f"{len(of_kind)}人"
        assert figures[f"{kind}已谈人数"] == (f"{len(done)}人", held)
        assert figures[f"{kind}未谈人数"][0] == f"{len(of_kind) - len(done)}人"


@pytest.mark.parametrize("key", ["区委书记", "区联络员"])
def test_the_duty_report_counts_what_was_put_right(lived, key):
    head = lived.person("区委书记")
    lines, (*_, table) = paper(lived.files[key, "statement"])
    figures = {row[1]: (row[2], set(re.findall(r"\d{4}-\d{6}", row[3]))) for row in table[1:]}
    led = {each.id: each.number for each in lived.books.talks if each.talker == head and not each.void}
    tasks = [each for each in lived.books.tasks if each.record in led]

    def figure(which: list[Task]) -> tuple[str, set[str]]:
        return f"{len(which)}项", {led[each.record] for each in which}

    still = [each for each in tasks if each.closed is None]
    late = [each for each in still if each.overdue(lived.today)]
    assert late
    assert figures["提出的问题和要求"] == figure(tasks)
    assert figures["已销号"] == figure([each for each in tasks if each.closed])
    assert figures["未销号"] == figure(still)
    assert figures["其中逾期未销号"] == figure(late)
    for task in late:
        named = [line for line in lines if f"“{task.text}”" in line and led[task.record] in line]
        assert any(f"已逾期{task.late(lived.today)}天" in line for line in named), task


# Figures by message, and the yearly figures


@pytest.mark.parametrize("key", VIEWERS)
def test_the_figures_told_are_those_of_the_records(lived, key):
    said = lived.answers[key, "stats"]
    talks = counted(lived, key)
    assert f"谈话 {len(talks)} 次" in said
    told_types = dict(re.findall(r"^- (\S+谈|\S+谈话|批评教育|相互提醒):(\d+)$", said, re.MULTILINE))
    assert told_types == {name: str(count) for name, count in Counter(each.type for each in talks).items()}


@pytest.mark.parametrize("key", VIEWERS)
def test_the_yearly_figures_agree_with_the_message_they_come_with(lived, key):
    lines, tables = paper(lived.files[key, "stats"])
    total = int(re.search(r"谈话 (\d+) 次", lived.answers[key, "stats"]).group(1))
    assert any(f"共{total}次" in line for line in lines)
    by_quarter = {row[0]: [int(each) for each in row[1:]] for row in tables[0][1:]}
    assert by_quarter["合计"] == [total, 0, 0, 0, total]


@pytest.mark.parametrize("key", VIEWERS)
def test_the_yearly_figures_count_by_type_month_and_organisation(lived, key):
    lines, tables = paper(lived.files[key, "stats"])
    talks = counted(lived, key)
    months = {row[0]: [int(each) for each in row[1:]] for row in tables[1][1:]}
    for kind in {each.type for each in talks}:
        of_kind = Counter(each.day.month for each in talks if each.type == kind)
        assert months[kind] == [*(of_kind[month] for month in range(1, 13)), sum(of_kind.values())]
    assert any(f"其中补录{sum(bool(each.late_reason) for each in talks)}次" in line for line in lines)
    city = lived.books.city
    places = Counter(city.unit(unit).name for each in talks for unit in set(each.places.values()))
    assert {row[0]: int(row[1]) for row in tables[2][1:] if row[1] != "0"} == dict(places)


@pytest.mark.parametrize("key", VIEWERS)
def test_the_yearly_figures_say_how_many_talks_each_organisation_is_owed(lived, key):
    _, tables = paper(lived.files[key, "stats"])
    city = lived.books.city
    scope = city.below(city.seats_of(lived.person(key), lived.today)[0].unit)
    owed = [each for each in lived.books.owed(lived.today) if each.unit in scope]
    assert tables[2][0][2:5] == ["应谈人次", "已谈人次", "未谈人次"]
    by_name = {row[0]: row[2:5] for row in tables[2][1:] if row[2] != "—"}
    assert by_name.keys() == {city.unit(each.unit).name for each in owed}
    for unit in {each.unit for each in owed}:
        sums = lived.books.sums([each for each in owed if each.unit == unit], lived.today)
        assert by_name[city.unit(unit).name] == [str(each) for each in sums[:3]]


@pytest.mark.parametrize("key", VIEWERS)
def test_what_is_still_owed_is_told_in_figures_and_by_name(lived, key):
    said = lived.answers[key, "todo"]
    owed = mine(lived, key)
    needed, held, missing, late = lived.books.sums(owed, lived.today)
    assert (
        f"应谈 {needed} 人次,已谈 {held},未谈 {missing}" + (f",其中 {late} 项逾期" if late else "。") in said
    )
    names = {each.person: each.name for each in lived.books.city.seats}
    still = [each for each in owed if len(lived.books.held(each)) < each.needed]
    lines = [line for line in said.splitlines() if line.startswith("- ")]
    assert len(lines) == min(len(still), 30)
    assert all(any(f"{names[each.subject]} {each.type}" in line for each in still) for line in lines)
    assert sum("已逾期" in line for line in lines) == late


@pytest.mark.parametrize("key", VIEWERS)
def test_the_share_of_supervision_talks_by_organisation(lived, key):
    said = lived.answers[key, "coverage"]
    owed = [each for each in mine(lived, key) if each.type == "监督谈话"]
    needed, held, _, _ = lived.books.sums(owed, lived.today)
    if not needed:
        assert "应谈 0 人次" in said
        return
    assert f"应谈 {needed} 人次,已谈 {held}({100 * held / needed:.0f}%)" in said
    city = lived.books.city
    shares = dict(re.findall(r"^- (\S+?):(\d+/\d+)", said, re.MULTILINE))
    for unit in {each.unit for each in owed}:
        total = lived.books.sums([each for each in owed if each.unit == unit], lived.today)
        assert shares.get(city.unit(unit).name, f"{total[1]}/{total[0]}") == f"{total[1]}/{total[0]}"


@pytest.mark.parametrize("key", VIEWERS)
def test_overdue_tasks_are_listed_with_the_days_they_are_late(lived, key):
    said = lived.answers[key, "overdue"]
    late = [each for each in lived.books.tasks if each.overdue(lived.today) and sees_task(lived, key, each)]
    assert (f"逾期未整改 {len(late)} 项" if late else "没有逾期未整改的事项") in said
    for task in late:
        assert re.search(
            rf"^{task.id}\. .*{re.escape(task.text)}.*逾期{task.late(lived.today)}天", said, re.MULTILINE
        )


# Everything else


def test_the_month_was_a_busy_one(lived):
    books = lived.books
    assert len(books.talks) >= 60
    assert {each.kind for each in books.entries} == {kind for _, _, kind, _ in LEDGERS}
    assert sum(bool(each.late_reason) for each in books.talks) >= 4
    assert sum(bool(each.alike) for each in books.talks) >= 3
    assert sum(bool(each.void) for each in books.talks) == 2
    assert len(lived.month.mended) <= 60, lived.month.mended  # of some 450 fields read back on the cards


def test_a_talk_filed_in_time_stays_so_when_it_is_corrected_later(lived):
    assert "补录原因" not in lived.answers["市委书记", "fix"]
    assert "更正的原因" in lived.answers["市委书记", "fix"]


@pytest.mark.parametrize("key", VIEWERS)
def test_tickets_and_marks_are_counted_in_the_figures(lived, key):
    said = lived.answers[key, "stats"]
    talks, void = counted(lived, key), counted(lived, key, void=True)
    assert f"补录 {sum(bool(each.late_reason) for each in talks)}," in said
    assert f"内容相近 {sum(bool(each.alike) for each in talks)}," in said
    assert f"作废 {len(void)}。" in said


def test_a_reason_given_stands_beside_the_name_in_the_list_and_in_the_duty_report(lived):
    name, kind = lived.seen["excused"].split(" ")
    (line,) = (each for each in lived.answers["区委书记", "todo"].splitlines() if EXCUSE in each)
    assert f"{name} {kind}" in line
    lines, _ = paper(lived.files["区委书记", "statement"])
    (told,) = (each for each in lines if EXCUSE in each)
    assert f"{name}的{kind}" in told


def test_no_reminder_came_twice_or_out_of_hours(lived):
    heard = Counter((key, text) for key, _, text in lived.month.reminders)
    assert [each for each, times in heard.items() if times > 1] == []
    assert heard
    for _, at, _ in lived.month.reminders:
        assert at.weekday() < 5
        assert 9 <= at.hour < 17


@pytest.mark.parametrize("key", [key for key, *_ in DESKS])
def test_everybody_finds_the_talks_they_led(lived, key):
    viewer = lived.person(key)
    wanted = {each.number for each in lived.books.talks if viewer == each.talker}
    assert wanted <= set(lived.lists[key])
    allowed = {each.number for each in lived.books.talks if viewer in (each.author, each.talker)}
    allowed |= {each.number for each in lived.books.entries if viewer in (each.author, each.chair)}
    assert set(lived.lists[key]) <= allowed


@pytest.mark.parametrize("key", ["区联络员", "区纪委书记", "教育局长", "临港联络员"])
def test_everybody_finds_the_records_they_wrote(lived, key):
    viewer = lived.person(key)
    wanted = {each.number for each in (*lived.books.talks, *lived.books.entries) if viewer == each.author}
    assert wanted <= set(lived.lists[key])


@pytest.mark.parametrize("key", ["区委书记", "区联络员", "住建局长"])
def test_late_tasks_are_named_once_a_week_to_who_must_see_to_them(lived, key):
    """The responsible person, or the head; and the liaison of the unit: on the first working day of each week late."""
    city, viewer = lived.books.city, lived.person(key)
    seat = city.seats_of(viewer, lived.today)[0]
    wanted = set()
    for task in lived.books.tasks:
        concerned = viewer == task.responsible or (
            seat.unit == task.unit
            and (seat.role == "liaison" or (seat.role == "head" and not task.responsible))
        )
        for week, day in _late_days(task) if concerned else ():
            wanted.add((task.id, week, day))
    heard = set()
    for to, at, text in lived.month.reminders:
        found = re.search(r"整改事项 (\d+) 应于\S+前完成,已逾期 (\d+) 天", text)
        if to == key and found:
            heard.add((int(found.group(1)), (int(found.group(2)) - 1) // 7, at.date()))
    assert heard == wanted


def _late_days(task: Task) -> Iterator[tuple[int, date]]:
    """The first working day of each week that a task is late in March, while it is open."""
    for week in range(5):
        if task.due is None:
            return
        days = [task.due + timedelta(days=1 + 7 * week + at) for at in range(7)]
        open_days = [day for day in days if day.weekday() < 5 and task.opened <= day <= MARCH[1]]
        day = next((day for day in open_days if day > task.opened), None)
        if day is not None and (task.closed is None or task.closed >= day):
            yield week, day


# The command


def test_the_command_takes_the_whole_city_in_and_nothing_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("YANLU_HOME", str(tmp_path / "home"))
    city = made_city()
    path = tmp_path / "全市.xlsx"
    path.write_bytes(city_xlsx(city))
    whole = len(city.units) + 2 * len(city.seats)
    outputs = [CliRunner().invoke(app, ["org", "import", str(path)]) for _ in range(2)]
    assert [each.exit_code for each in outputs] == [0, 0], outputs
    assert f"新增 {whole} 项" in outputs[0].output
    assert f"新增 0 项,变更 0 项,离任 0 项,不变 {whole} 项" in outputs[1].output
