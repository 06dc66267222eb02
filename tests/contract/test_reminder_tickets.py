"""Who is reminded of a ticket: those who may see it, as the table says. On both databases."""

from datetime import timedelta

import pytest

from bot.services.directory import DirectoryService
from bot.services.reminder_words import ReminderWords
from bot.services.standing import StandingService
from storage import Post, Reminder
from tests.support.stored_city import NOW, TODAY, settled, talk, ticket

LIAISON = Post("li-liaison", "li", "bureau", "liaison", "办公室科员")


@pytest.mark.parametrize("talk_type", ["监督谈话", "诫勉谈话"])
@pytest.mark.parametrize(("responsible", "told"), [("qian", {"qian"}), (None, {"qian", "li"})])
async def test_who_may_not_see_a_ticket_is_not_told_its_number(database, talk_type, responsible, told):
    directories = DirectoryService(database)
    async with database.transaction(NOW) as work:
        await settled(work)
        await work.people.put_posts([LIAISON])
        record = await work.ledger.file(talk(talk_type=talk_type), NOW)
        assert record is not None
        (id_,) = await work.tickets.add(
            [ticket(1, responsible=responsible, due=TODAY + timedelta(days=1))], TODAY
        )
        directory = await directories.of(work)
        words = ReminderWords(work, directory, StandingService(directories), TODAY)
        said = {
            who: await words.of(Reminder(f"key-{who}", who, "ticket_due", f"ticket:{id_}", NOW))
            for who in ("qian", "li")
        }
    assert {who for who, each in said.items() if each is not None} == told
