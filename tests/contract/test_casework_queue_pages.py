"""The queue by pages: its order and filters, what counts, and that the keys it goes by are the right ones."""

from datetime import timedelta

import pytest

from bot.services.casework import rechecks, settling
from bot.services.casework.queue import QueueFilter, queue_length, queue_page
from bot.services.casework.settling import rechecked
from bot.services.casework.statistics import figures, year_figures
from storage.schema_cases import case_facts, cases
from tests.support.case_desk import case_desk, whole_queue


@pytest.fixture
async def city(database):
    return await case_desk(database)


@pytest.fixture
def put(city):
    """Do to the tables what no service does."""

    async def run(statement):
        async with city.work() as work:
            await work.cases._session.execute(statement)

    return run


async def made(city, put, *kinds):
    """Cases with these columns set, in the order given."""
    numbers = []
    for changed in kinds:
        filed = await city.filed()
        values = {
            "priority": False,
            "due": city.today,
            "filed": city.today,
            "status": "received",
            "internal": "waiting",
            **changed,
        }
        await put(cases.update().where(cases.c.number == filed.number).values(**values))
        numbers.append(filed.number)
    return numbers


async def shown(city, chosen=None, who="wei", **stretch):
    """Numbers of a page of the queue, and the length of the whole."""
    chosen = chosen or QueueFilter()
    async with city.sitting(who) as at:
        length = await queue_length(at, chosen)
        return [each.row.number for each in await queue_page(at, chosen, **stretch)], length


async def wrote(city, number, action="supplemented", actor="reporter"):
    async with city.work() as work:
        await work.audit.append(actor, action, number, city.today)


async def test_open_before_closed_then_priority_the_deadline_news_the_age_and_the_number(city, put):
    def after(days):
        return city.today + timedelta(days=days)

    closed = {"status": "closed", "internal": "answered", "due": None, "closed": city.today}
    numbers = await made(
        city,
        put,
        {"priority": True, "status": "closed", "internal": "answer_due", "due": after(1)},
        {"priority": True, "due": after(2)},
        {"priority": True, "due": None},
        {"due": after(1)},
        {"due": after(1), "filed": after(-1)},
        {"due": after(1)},
        {"due": after(9), "filed": after(-9)},
        {"due": None, "filed": after(-3)},
        {"due": None, "filed": after(-2)},
        {**closed, "status": "outside", "priority": True},
        {**closed, "filed": after(-1)},
        closed,
    )
    await wrote(city, numbers[3])
    everything, length = await shown(city, QueueFilter("all"))
    assert (everything, length) == (numbers, 12)
    assert await shown(city) == (numbers[:9], 9)
    assert await shown(city, QueueFilter("closed")) == (numbers[9:], 3)
    for offset in range(0, 12, 5):
        assert await shown(city, QueueFilter("all"), limit=5, offset=offset) == (
            numbers[offset : offset + 5],
            12,
        )
    async with city.sitting("wei") as at:
        whole = await whole_queue(at, "all")
    assert [each.row.number for each in whole] == numbers


async def test_cases_that_are_alike_stand_by_their_number(city, put):
    numbers = await made(city, put, {}, {}, {}, {})
    assert await shown(city) == (sorted(numbers), 4)


@pytest.mark.parametrize(
    ("chosen", "which"),
    [
        (QueueFilter(deadline="overdue"), [0]),
        (QueueFilter(deadline="soon"), [1, 2]),
        (QueueFilter(priority=True), [3]),
        (QueueFilter(category="政治"), [4]),
        (QueueFilter(category="没有的类别"), []),
        (QueueFilter(news=True), [0, 5]),
        (QueueFilter(news=True, deadline="overdue"), [0]),
        (QueueFilter("closed", news=True), []),
    ],
)
async def test_filters_leave_what_all_of_them_say(city, put, chosen, which):
    def after(days):
        return {"due": city.today + timedelta(days=days)}

    numbers = await made(
        city,
        put,
        after(-1),
        after(0),
        after(5),
        {**after(6), "priority": True},
        {**after(7), "category": "政治"},
        after(8),
    )
    for place, action in ((0, "objected"), (5, "new evidence"), (3, "answered"), (4, "withdrew contact")):
        await wrote(city, numbers[place], action)
    await wrote(city, numbers[3], "open", "handler:somebody")
    assert await shown(city, chosen) == ([numbers[each] for each in which], len(which))


async def test_another_handlers_cases_are_in_no_list_count_or_figure(city):
    await city.filed(about="wei", at="district")
    mine = await city.filed()
    assert await shown(city) == ([mine.number], 1)
    assert await shown(city, who="shen") == ([], 0)
    async with city.sitting("shen") as at:
        assert (await year_figures(at, at.day.year)).total == 0


async def test_who_becomes_conflicted_counts_nothing_before_any_chore_has_run(city):
    filed = await city.filed()
    assert await shown(city, who="lan") == ([filed.number], 1)
    session = await city.unlocked("lan")
    await city.appoint("lan", "bureau")
    assert await shown(city, who=session) == ([], 0)
    assert [who for who, _ in await city.steps(filed.number)] == ["reporter", "system"]
    assert await shown(city) == ([filed.number], 1)


async def test_figures_count_nothing_for_who_becomes_conflicted_either(city):
    for _ in range(6):
        await city.filed()
    async with city.sitting("lan") as at:
        assert (await year_figures(at, at.day.year)).total == 6
    session = await city.unlocked("lan")
    await city.appoint("lan", "bureau")
    async with city.sitting(session) as at:
        assert (await year_figures(at, at.day.year)).total == 0


async def test_what_was_routed_by_older_posts_and_kept_after_the_recheck_is_not_counted(city, monkeypatch):
    """As when a report is routed, the posts change, all is rechecked, and only then the report is kept."""
    first = await city.filed()
    await shown(city)
    session = await city.unlocked("lan")
    async with city.work() as work:
        older = await city.desk.directories.of(work)
    await city.appoint("lan", "bureau")
    async with city.work() as work:
        assert await rechecked(work, city.desk, city.today)

    async def of(_):
        return older

    with monkeypatch.context() as patched:
        patched.setattr(city.desk.directories, "of", of)
        late = await city.filed()
    async with city.work() as work:
        lan = await work.handlers.by_person("lan")
        assert [each.row.number for each in await work.case_lists.held(lan.id)] == [late.number]
    assert await shown(city, who=session) == ([], 0)
    assert sorted((await shown(city))[0]) == sorted([first.number, late.number])


async def test_many_new_cases_are_looked_at_at_once_and_then_no_more(city, monkeypatch):
    monkeypatch.setattr(settling, "MOST_RECENT", 2)
    done = []
    whole = rechecks.recheck

    async def counted(*given):
        done.append(given)
        return await whole(*given)

    monkeypatch.setattr(rechecks, "recheck", counted)
    lengths = []
    for _ in range(5):
        await city.filed()
        lengths.append((await shown(city))[1])
    assert lengths == [1, 2, 3, 4, 5]
    assert len(done) == 2  # on the first look, and once three were new


async def test_a_case_whose_facts_do_not_open_is_not_shown(city, put):
    filed, other = await city.filed(), await city.filed()
    await shown(city)
    await put(case_facts.update().where(case_facts.c.case == filed.number).values(sealed=b"x"))
    numbers, _ = await shown(city)
    assert numbers == [other.number]


async def test_figures_from_the_store_are_those_of_the_rows(city, put):
    def ago(days):
        return city.today - timedelta(days=days)

    kinds = [
        {"filed": ago(days), "category": category, "due": due, "late": late, **state}
        for days, category, due, late, state in (
            *[(3, "廉洁", city.today, False, {})] * 7,
            *[(40, "政治", ago(1), False, {"status": "handling", "internal": "inquiry"})] * 6,
            *[(50, "组织", None, True, {"status": "closed", "internal": "answered", "closed": ago(2)})] * 5,
            *[(90, "生活", None, False, {"status": "outside", "internal": "answered", "closed": ago(2)})] * 2,
            *[(400, "生活", None, False, {"status": "closed", "internal": "answered", "closed": ago(2)})],
        )
    ]
    await made(city, put, *kinds)
    categories = ("政治", "没有的")
    for year in (2024, 2025, 2026, 0, 10_000):
        async with city.sitting("wei") as at:
            rows = [each.row for each in await whole_queue(at, "all")]
            found = await year_figures(at, year, categories)
            assert found == figures(rows, year, at.day, categories)
