"""Handing in: who gets it, what is kept, and what is not."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.services.reports import tracking
from bot.services.reports.content import Contact, FileLabel, Report
from bot.services.reports.guesses import Guesses
from bot.services.reports.intake import Attached, HandIn, submit
from bot.services.reports.proof import organisation_name, proof_of
from bot.services.reports.tracking import add, has_contact, looked_up, withdraw_contact
from storage import CaseKey, KeyRing
from storage.receipts import new_receipt
from storage.report_sealing import REPORT
from tests.support.report_house import STORY, report_house
from yanlu.errors import AccessDenied, YanluError


@pytest.fixture
async def house(tmp_path, database_url):
    async with report_house(tmp_path, database_url) as opened:
        yield opened


async def test_a_report_on_a_head_is_kept_for_those_above_and_opens_to_them(house):
    filed = await house.filed("钱卫", files=(b"a list",))
    assert filed.organisation == await house.organisation("青石区委")
    assert filed.priority
    for who in ("韦正", "蓝月"):
        unlocked = await house.unlocked(who)
        async with house.work() as work:
            case = await work.cases.open(unlocked, filed.number)
            report = Report.unpacked(await work.cases.report(case.key))
            assert report.course == STORY
            assert len(await work.case_files.of(case.key)) == 1
            assert await work.cases.contact(case.key) == b""


async def test_a_report_by_name_seals_the_contact_and_withdrawing_it_forgets_it(house):
    filed = await house.filed("钱卫", contact=Contact(name="张三", contact="电话一二三"))
    async with house.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        assert Contact.unpacked(await work.cases.contact(case.key)).name == "张三"
        await withdraw_contact(work, case, house.today)
    async with house.work() as work:
        assert not await has_contact(work, case)
        steps = [each.action for each in await work.audit.of(filed.number)]
        assert steps == ["filed", "withdrew contact"]
        assert {each.actor for each in await work.audit.of(filed.number)} == {"reporter"}


async def test_what_routing_must_know_later_is_kept_with_the_case(house):
    filed = await house.filed("顾长风")
    assert filed.organisation == await house.organisation("临江市委")
    async with house.work() as work:
        facts = await work.cases.facts(filed.number)
    wei = await house.person("韦正")
    assert facts.routed_organisations == {await house.organisation("青石区委")}
    assert wei.id in facts.excluded


async def test_nothing_is_kept_when_nobody_may_receive(house):
    report = await house.report("夏至")
    async with house.work() as work:
        assert await submit(work, house.desk, HandIn(report), house.today) is None
        assert await work.audit.head() == (0, bytes(32))
    assert await house.numbers() == []


async def test_a_handler_who_is_revoked_at_that_moment_stops_it_and_nothing_is_kept(house, monkeypatch):
    from storage.cases import Cases

    async def refused(self, new):
        raise AccessDenied("revoked")

    report = await house.report()
    monkeypatch.setattr(Cases, "file", refused)
    with pytest.raises(YanluError, match="有变动"):
        async with house.work() as work:
            await submit(work, house.desk, HandIn(report), house.today)
    assert await house.numbers() == []


async def test_a_report_is_taken_beyond_the_official_calendar_without_a_deadline(house):
    house.at(2035, 1, 2)
    filed = await house.filed()
    async with house.work() as work:
        assert (await work.cases.get(filed.number)).due is None


async def test_the_first_deadline_does_not_tell_whether_a_name_was_given(house):
    anonymous, named = await house.filed(), await house.filed(contact=Contact(name="张三"))
    async with house.work() as work:
        assert (await work.cases.get(anonymous.number)).due == (await work.cases.get(named.number)).due


# Following.


async def test_every_receipt_that_opens_nothing_is_looked_up_by_the_same_work(house, monkeypatch):
    filed, gone = await house.filed(), await house.filed()
    async with house.work() as work:
        await work.cases.erase(gone.number, house.today)
    costs = {}
    for name, typed in {
        "right": filed.receipt,
        "unknown": new_receipt(),
        "malformed": "not a receipt at all",
        "empty": "",
        "mistyped": filed.receipt[:-1] + ("0" if filed.receipt[-1] != "0" else "1"),
        "erased": gone.receipt,
    }.items():
        async with house.work() as work:
            counted = []
            execute, derived, unwrapped = work.cases._session.execute, KeyRing.derived, CaseKey.unwrapped

            async def counting(*args, execute=execute, counted=counted, **kw):
                counted.append("statement")
                return await execute(*args, **kw)

            def deriving(self, *args, derived=derived, counted=counted):
                counted.append("derivation")
                return derived(self, *args)

            def unwrapping(*args, unwrapped=unwrapped, counted=counted):
                counted.append(f"unwrapping {len(args[0])}")
                return unwrapped(*args)

            with monkeypatch.context() as patched:
                patched.setattr(work.cases, "_session", SimpleNamespace(execute=counting))
                patched.setattr(KeyRing, "derived", deriving)
                patched.setattr(CaseKey, "unwrapped", unwrapping)
                looked = await looked_up(work, Guesses(), "key", typed, house.now)
            assert (looked.case is not None) is (name == "right")
            costs[name] = counted
    assert len({tuple(each) for each in costs.values()}) == 1, costs
    assert costs["right"]


async def test_after_five_wrong_receipts_a_right_one_is_not_even_looked_up(house):
    filed, guesses = await house.filed(), Guesses()
    async with house.work() as work:
        for _ in range(5):
            assert not (await looked_up(work, guesses, "key", new_receipt(), house.now)).refused
        assert (await looked_up(work, guesses, "key", filed.receipt, house.now)).refused
        assert (await looked_up(work, guesses, "another", filed.receipt, house.now)).case is not None
        later = house.now + timedelta(minutes=15)
        assert (await looked_up(work, guesses, "key", filed.receipt, later)).case is not None


async def test_an_answer_ends_the_waiting_and_an_objection_reopens_a_closed_case(house):
    filed = await house.filed()
    async with house.work() as work:
        await work.cases.set_status(filed.number, "incomplete", "screening", house.today, due=None)
    await added(house, filed, "answer")
    assert await standing(house, filed) == ("received", "screening")
    await added(house, filed, "supplement")
    assert await standing(house, filed) == ("received", "screening")
    async with house.work() as work:
        await work.cases.set_status(filed.number, "closed", "answered", house.today, due=None)
    await added(house, filed, "objection")
    assert await standing(house, filed) == ("handling", "review")
    async with house.work() as work:
        steps = [each.action for each in await work.audit.of(filed.number)]
    assert steps == ["filed", "answered", "supplemented", "objected"]


async def test_nobody_fills_the_disk_with_a_receipt(house, monkeypatch):
    filed = await house.filed(files=(b"one",))
    monkeypatch.setattr(tracking, "MOST_MESSAGES", 2)
    await added(house, filed, "supplement")
    await added(house, filed, "supplement")
    with pytest.raises(YanluError, match="上限"):
        await added(house, filed, "supplement")
    monkeypatch.setattr(tracking, "MOST_MESSAGES", 9)
    monkeypatch.setattr(tracking, "MOST_FILES", 1)
    with pytest.raises(YanluError, match="上限"):
        await added(house, filed, "supplement", b"another")


async def test_the_proof_names_case_day_level_and_a_hash_that_handlers_can_check(house):
    filed, unlocked = await house.filed(), await house.unlocked("韦正")
    async with house.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        proof = await proof_of(work, await house.house.directories.of(work), case)
        opened = await work.cases.open(unlocked, filed.number)
        report = await work.cases.report(opened.key)
    assert proof.digest == filed.digest == opened.key.digest(REPORT, report)
    for part in (filed.number, "青石区委", "2026年11月23日", proof.digest):
        assert part in proof.text
    assert STORY not in proof.text
    assert filed.receipt not in proof.file.content.decode()
    assert proof.file.media_type == "text/plain"


async def test_an_organisation_that_was_dissolved_goes_by_its_id(house):
    directory = await house.directory()
    assert organisation_name(directory, "gone") == "gone"


async def added(house, filed, kind, *files):
    attached = [Attached(FileLabel(media_type="text/plain", ending=".txt", size=1), each) for each in files]
    async with house.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        await add(work, house.desk, case, kind=kind, text="补充一句", files=attached, day=house.today)


async def standing(house, filed):
    async with house.work() as work:
        row = await work.cases.get(filed.number)
    return row.status, row.internal
