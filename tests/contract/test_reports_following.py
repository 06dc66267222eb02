"""What is kept of a report when it is handed in, and what its receipt lets its holder do. On both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.services.casework import handling
from bot.services.reports import tracking
from bot.services.reports.content import Concerned, Contact, FileLabel, Message, NamedOrganisation, Report
from bot.services.reports.guesses import WINDOW, Guesses
from bot.services.reports.intake import Attached, HandIn, route_of, submit
from bot.services.reports.proof import organisation_name, proof_of
from bot.services.reports.tracking import (
    add,
    conversation,
    has_contact,
    looked_up,
    open_question,
    withdraw_contact,
)
from storage import Handler, Post
from storage.receipts import new_receipt
from tests.support.case_desk import STORY, case_desk
from yanlu.errors import YanluError
from yanlu.texts import reports as texts


@pytest.fixture
async def city(database):
    return await case_desk(database)


def told(place="bureau", *people, **changed):
    values = {
        "category": "工作",
        "organisations": (NamedOrganisation(name="被反映单位", id=place),),
        "people": people,
        "course": STORY,
    }
    return Report(**(values | changed))


def file(content=b"x"):
    return Attached(FileLabel(media_type="text/plain", ending=".txt", size=len(content)), content)


async def adds(city, receipt, kind="supplement", files=(), text="补充一句"):
    async with city.work() as work:
        case = await work.cases.by_receipt(receipt)
        await add(work, city.desk, case, kind=kind, text=text, files=files, day=city.today)


async def stands(city, number, status, internal, due=None):
    async with city.work() as work:
        await work.cases.set_status(number, status, internal, city.today, due=due)


# Handing in.


async def test_the_queue_is_told_category_priority_day_and_deadline_and_no_more(city):
    city.wait(days=1)
    report = told("bureau", Concerned(name="柳成", position="member", person="liu"))
    async with city.work() as work:
        plain = await submit(work, city.desk, HandIn(report), city.today)
        urgent = await submit(
            work,
            city.desk,
            HandIn(told("bureau", Concerned(name="钱卫", position="other", person="qian"))),
            city.today,
        )
    row = await city.row(plain.number)
    assert (row.organisation, row.category, row.status, row.internal) == (
        "district",
        "工作",
        "received",
        "waiting",
    )
    assert (row.filed, row.due) == (date(2026, 3, 5), date(2026, 3, 26))
    assert (plain.priority, row.priority, plain.organisation) == (False, False, "district")
    assert (urgent.priority, (await city.row(urgent.number)).priority) == (True, True)
    assert plain.number != urgent.number
    assert plain.receipt not in repr(plain)
    async with city.work() as work:
        (entry,) = await work.audit.of(plain.number)
    assert (entry.actor, entry.action, entry.day) == ("reporter", "filed", date(2026, 3, 5))


async def test_every_handler_of_the_receiving_level_who_is_not_shut_out_and_its_paper_get_it(city):
    await city.appoint("lan", "bureau")
    contact = Contact(name="王平", contact="13900000000")
    async with city.work() as work:
        filed = await submit(
            work, city.desk, HandIn(told(), contact, (file(b"one"), file(b"three"))), city.today
        )
        (case,) = await work.cases.routed()
        ids = {each.id: each.person for each in await work.handlers.all()}
        assert {ids[each] for each in case.holders} == {"wei"}
        assert case.facts.excluded == {"qian", "liu", "lan"}
        assert case.facts.organisations == case.facts.routed_organisations == {"bureau"}
        assert (await work.cases.recover(city.papers["district"], filed.number)).row.number == filed.number
        opened = await work.cases.by_receipt(filed.receipt)
        assert Contact.unpacked(await work.cases.contact(opened.key)) == contact
        files = [
            (FileLabel.unpacked(each.name).size, each.day) for each in await work.case_files.of(opened.key)
        ]
        assert files == [(3, city.today), (5, city.today)]
        content = [
            b"".join([piece async for piece in work.case_files.open(opened.key, place)]) for place in (1, 2)
        ]
        assert content == [b"one", b"three"]


async def test_where_it_would_go_is_where_it_goes(city):
    for place, people in (("bureau", ()), ("district", ("wei",)), ("city", ()), ("white", ("qian",))):
        named = tuple(Concerned(name=each, position="other", person=each) for each in people)
        async with city.work() as work:
            directory = await city.desk.directories.of(work)
            route = await route_of(work, directory, told(place, *named), city.today)
            filed = await submit(work, city.desk, HandIn(told(place, *named)), city.today)
        assert route.receiving == (None if filed is None else filed.organisation), place
    assert filed.organisation == "city"


async def test_it_goes_by_the_posts_of_its_day(city):
    async with city.work() as work:
        posts = [each for each in (await city.desk.directories.of(work)).posts if each.person == "wei"]
        await work.people.put_posts(
            [
                replace(posts[0], id="later", organisation="bureau", since=city.today + timedelta(days=1)),
                Post("head", "liu", "bureau", "head", "局长", since=city.today + timedelta(days=1)),
            ]
        )
    for recipients in ({"wei", "lan"}, {"lan"}):
        async with city.work() as work:
            directory = await city.desk.directories.of(work)
            assert (await route_of(work, directory, told(), city.today)).recipients == recipients
            report = told("bureau", Concerned(name="柳成", position="other", person="liu"))
            filed = await submit(work, city.desk, HandIn(report), city.today)
            assert filed.priority is (recipients == {"lan"})
            (case,) = await work.cases.routed([filed.number])
            people = {each.id: each.person for each in await work.handlers.all()}
            assert {people[each] for each in case.holders} == recipients
        city.wait(days=1)


async def test_a_handler_who_is_revoked_at_that_moment_is_owned_up_to_in_full(city, monkeypatch):
    """Between the look at the handlers and the sealing, 韦正's row is another's."""
    from storage.handlers import Handlers

    by_person = Handlers.by_person

    async def another(self, person) -> Handler | None:
        found = await by_person(self, person)
        return replace(found, public=bytes(32)) if person == "wei" else found

    monkeypatch.setattr(Handlers, "by_person", another)
    with pytest.raises(YanluError) as refused:
        async with city.work() as work:
            await submit(work, city.desk, HandIn(told()), city.today)
    assert (refused.value.happened, refused.value.kept, refused.value.next_step) == texts.CHANGED
    assert type(refused.value) is YanluError
    async with city.work() as work:
        assert await work.cases.routed() == []


# Looking up.


async def test_a_right_receipt_forgives_nothing_and_costs_nothing(city):
    filed, guesses = await city.filed(), Guesses(most=2)
    async with city.work() as work:
        for typed, found in ((new_receipt(), False), (filed.receipt, True), (filed.receipt, True)):
            looked = await looked_up(work, guesses, "key", typed, city.now)
            assert (looked.case is not None, looked.refused) == (found, False)
        assert looked.case.row.number == filed.number
        assert (await looked_up(work, guesses, "key", new_receipt(), city.now)).refused is False
        looked = await looked_up(work, guesses, "key", filed.receipt, city.now)
        assert (looked.case, looked.refused) == (None, True)
        assert (await looked_up(work, guesses, "key", filed.receipt, city.now + WINDOW)).case is not None


# What is written.


async def test_the_conversation_tells_days_and_hides_why_a_case_was_handed_over(city):
    filed = await city.filed()
    await adds(city, filed.receipt)
    city.wait(days=2)
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        for kind in ("transfer", "question"):
            message = Message(side="handler", kind=kind, text=kind)
            await work.case_messages.add(case.key, message.packed(), city.today)
        written = await conversation(work, case)
    assert [(each.day, each.message.side, each.message.kind, each.message.text) for each in written] == [
        (date(2026, 3, 4), "reporter", "supplement", "补充一句"),
        (date(2026, 3, 6), "handler", "question", "question"),
    ]
    assert open_question(written)
    assert "补充一句" not in repr(written)


@pytest.mark.parametrize(
    ("kind", "action", "internal"),
    [
        ("answer", "answered", "answered"),
        ("supplement", "supplemented", "answered"),
        ("objection", "objected", "review"),
        ("evidence", "new evidence", "review"),
    ],
)
async def test_what_is_added_to_a_closed_case_reopens_it_or_not(city, kind, action, internal):
    filed = await city.filed()
    await stands(city, filed.number, "closed", "answered")
    city.wait(days=1)
    await adds(city, filed.receipt, kind, (file(),))
    row = await city.row(filed.number)
    assert row.internal == internal
    if internal == "review":
        assert (row.status, row.due, row.changed) == ("handling", date(2026, 6, 3), city.today)
    async with city.work() as work:
        entry = (await work.audit.of(filed.number))[-1]
        case = await work.cases.by_receipt(filed.receipt)
        assert [each.day for each in await work.case_files.of(case.key)] == [city.today]
        assert [each.day for each in await work.case_messages.of(case.key)] == [city.today]
    assert (entry.actor, entry.action, entry.day) == ("reporter", action, city.today)


async def test_only_an_answer_ends_the_waiting_for_one(city):
    filed = await city.filed()
    await stands(city, filed.number, "incomplete", "screening", due=date(2026, 3, 20))
    for kind in ("supplement", "objection", "evidence"):
        await adds(city, filed.receipt, kind)
        assert (await city.row(filed.number)).status == "incomplete"
    await adds(city, filed.receipt, "answer")
    row = await city.row(filed.number)
    assert (row.status, row.internal, row.due) == ("received", "screening", date(2026, 3, 20))


async def test_a_case_takes_so_many_messages_and_files_and_not_one_more(city, monkeypatch):
    monkeypatch.setattr(tracking, "MOST_MESSAGES", 3)
    monkeypatch.setattr(tracking, "MOST_FILES", 4)
    filed = await city.filed(files=(b"1", b"2"))
    await adds(city, filed.receipt, files=(file(), file()))
    for files in ((file(),), (file(), file())):
        with pytest.raises(YanluError) as refused:
            await adds(city, filed.receipt, files=files)
        assert refused.value.happened == texts.CASE_FULL
    await adds(city, filed.receipt)
    async with city.sitting("wei") as at:
        await handling.answer(at, filed.number, "已收到")
    with pytest.raises(YanluError):
        await adds(city, filed.receipt)
    async with city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        assert len(await work.case_messages.of(case.key)) == 3
        assert len(await work.case_files.of(case.key)) == 4


async def test_name_and_contact_are_there_until_they_are_withdrawn(city):
    named, anonymous = await city.filed(contact=Contact(name="王平")), await city.filed()
    city.wait(days=3)
    async with city.work() as work:
        case = await work.cases.by_receipt(named.receipt)
        assert await has_contact(work, case) is True
        assert await has_contact(work, await work.cases.by_receipt(anonymous.receipt)) is False
        await withdraw_contact(work, case, city.today)
        assert await has_contact(work, case) is False
        entry = (await work.audit.of(named.number))[-1]
    assert (entry.actor, entry.action, entry.day) == ("reporter", "withdrew contact", city.today)


# The proof.


async def test_the_proof_is_a_text_with_the_number_the_day_the_level_and_the_fingerprint(city):
    filed = await city.filed()
    city.wait(days=9)
    async with city.work() as work:
        directory = await city.desk.directories.of(work)
        proof = await proof_of(work, directory, await work.cases.by_receipt(filed.receipt))
    assert (proof.number, proof.filed, proof.organisation, proof.digest) == (
        filed.number,
        date(2026, 3, 4),
        "青区委",
        filed.digest,
    )
    assert proof.text == texts.proof(filed.number, date(2026, 3, 4), "青区委", filed.digest)
    assert proof.file.name == texts.proof_name(filed.number)
    assert proof.file.content.decode() == proof.text + "\n"
    assert organisation_name(directory, "city") == "沈市委"
    assert organisation_name(directory, "gone") == "gone"
