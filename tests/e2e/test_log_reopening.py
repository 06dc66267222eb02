"""A ticket that was struck off too early is taken up again in the chat."""

import pytest

from storage import TicketQuery
from tests.support.city_house import CITY_ROADS, city_house
from yanlu.texts import records

SAID = (
    "/talk 今天上午9点在区委会议室跟钱卫做了监督谈话,主要讲班子团结,指出采购程序不规范,"
    "要求12月10日前报整改方案,他表态立即整改,简单记录"
)


@pytest.fixture(params=CITY_ROADS)
async def city(request, tmp_path, sqlite_stores):
    async with city_house(tmp_path / "home", await sqlite_stores.migrated(), request.param) as city:
        yield city


async def test_a_closed_ticket_is_opened_again_by_who_may_close_it(city):
    head, subject = await city.user("顾长风"), await city.user("钱卫")
    await head.says(SAID)
    await head.taps("确认归档")
    await city.guesses(head, "close:start:1")
    await head.says("文号8号")
    await head.taps(records.CLOSE_CONFIRM)
    await city.guesses(subject, "tickets:show:1")
    await subject.sees("已销号")
    assert records.REOPEN_TICKET not in city.offered(subject)
    await city.guesses(subject, "reopen:start:1")
    await subject.sees(records.TICKET_GONE)
    await city.guesses(head, "tickets:show:1")
    await head.taps(records.REOPEN_TICKET)
    await head.says("佐证不实")
    await head.taps(records.REOPEN_CONFIRM)
    await head.sees(records.TICKET_REOPENED)
    async with city.work() as work:
        (ticket,) = [each for each in await work.tickets.find(TicketQuery(), limit=9) if each.id == 1]
    assert (ticket.closed, [note.action for note in ticket.notes]) == (None, ["close", "reopen"])
    await city.guesses(head, "reopen:start:1")
    await head.sees(records.TICKET_GONE)
