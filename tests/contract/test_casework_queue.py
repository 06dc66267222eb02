"""What is marked on a case in the queue, on both databases."""

from datetime import timedelta

import pytest

from bot.services.casework.queue import latest_news
from tests.support.case_desk import case_desk, whole_queue


@pytest.fixture
async def city(database):
    return await case_desk(database)


async def queued(city, group="open"):
    async with city.sitting("wei") as at:
        return await whole_queue(at, group)


async def stands(city, number, days, status="received", internal="waiting"):
    due = None if days is None else city.today + timedelta(days=days)
    async with city.work() as work:
        await work.cases.set_status(number, status, internal, city.today, due=due)


async def test_a_case_is_marked_by_its_deadline(city):
    filed = await city.filed()
    for days, marked in (
        (-1, "overdue"),
        (0, "soon"),
        (1, "soon"),
        (5, "soon"),
        (6, None),
        (None, "unknown"),
    ):
        await stands(city, filed.number, days)
        (found,) = await queued(city)
        assert found.row.number == filed.number
        marks = [name for name in ("overdue", "soon", "news", "unknown") if getattr(found, name)]
        assert marks == ([] if marked is None else [marked]), days


async def test_a_closed_case_is_marked_only_while_its_result_is_untold(city):
    filed = await city.filed()
    await stands(city, filed.number, 3, "closed", "answer_due")
    (found,) = await queued(city)
    assert (found.soon, found.unknown) == (True, False)
    await stands(city, filed.number, None, "outside", "answered")
    assert await queued(city) == ()
    (found,) = await queued(city, "all")
    assert (found.soon, found.overdue, found.unknown) == (False, False, False)


@pytest.mark.parametrize(
    ("steps", "news"),
    [
        ([], None),
        ([("reporter", "supplemented")], 2),
        ([("reporter", "answered"), ("reporter", "objected"), ("handler:x", "answer")], 3),
        ([("reporter", "new evidence"), ("system", "open"), ("reporter", "withdrew contact")], 2),
        ([("reporter", "supplemented"), ("handler:x", "open"), ("handler:y", "file:1")], None),
        ([("handler:x", "open"), ("reporter", "supplemented"), ("handler:x", "status:screening")], 3),
        ([("handler:x", "answered")], None),
    ],
)
async def test_news_is_what_the_reporter_wrote_since_a_handler_opened_the_case(city, steps, news):
    """By its id in the log, whose first step is the filing."""
    filed = await city.filed()
    async with city.work() as work:
        for actor, action in steps:
            await work.audit.append(actor, action, filed.number, city.today)
        assert (await latest_news(work)).get(filed.number) == news
    (found,) = await queued(city)
    assert found.news is (news is not None)
