"""The console under attack: what was broken into once, each with the way that was taken. On SQLite."""

import asyncio
from datetime import timedelta

import pyotp
import pytest

from bot.channels.web import uploads
from bot.channels.web.console.frame import Frame
from bot.channels.web.console.jobs import _TAKES
from bot.channels.web.console.routes import console
from bot.channels.web.pages import Pages
from bot.channels.web.security import once
from bot.services.accounts import issue_link
from bot.services.passphrases import Hashing
from storage import RecordQuery, TicketQuery
from tests.support.console_house import PASSPHRASE, SECONDS, console_house
from tests.support.console_records import HEAD, TALK, head_at_work
from tests.support.report_house import STORY
from yanlu.errors import YanluError
from yanlu.texts import console as console_texts

SIGN_IN = "/console/sign-in"
ACCOUNT = "/console/account"
FRESH = "换了一句更长的口令了"


@pytest.fixture
async def house(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


async def tries(user, name, passphrase, code=""):
    await user.opens(SIGN_IN)
    return await user.submits(SIGN_IN, name=name, secret_passphrase=passphrase, secret_code=code)


async def link_for(house, who):
    person = await house.city.person(who)
    async with house.city.work() as work:
        return await issue_link(work, person.id, house.city.clock())


async def with_codes(house, who):
    """Somebody who has switched one-time codes on; their codes."""
    user = await house.signed_in(who)
    await user.opens(f"{ACCOUNT}/codes")
    codes = pyotp.TOTP(user.view.fields(f"{ACCOUNT}/codes")["secret_seed"])
    await user.submits(f"{ACCOUNT}/codes", secret_passphrase=PASSPHRASE, secret_code=codes.at(SECONDS))
    assert "已启用" in user.view.text
    return user, codes


# One-time codes, links, tries.


async def test_a_link_is_no_way_round_one_time_codes_by_setting_a_new_passphrase(house):
    user, _ = await with_codes(house, "韦正")
    code = await link_for(house, "韦正")
    thief = await house.stranger()
    await thief.opens("/console/join")
    view = await thief.submits("/console/join", code=code, secret_new=FRESH, secret_again=FRESH)
    assert (view.status, "动态验证码" in view.alert) == (403, True)
    assert (await user.opens("/console")).path == "/console"
    person = await house.city.person("韦正")
    async with house.city.work() as work:
        assert (await work.accounts.get(person.id)).codes


async def test_who_sits_at_an_open_session_cannot_put_one_time_codes_of_their_own_in_place(house):
    user, codes = await with_codes(house, "韦正")
    own = pyotp.random_base32()
    token = user.view.fields("/console/sign-out")["form"]
    typed = {
        "form": token,
        "secret_seed": own,
        "secret_passphrase": PASSPHRASE,
        "secret_code": pyotp.TOTP(own).at(SECONDS),
    }
    await user.posts(f"{ACCOUNT}/codes", typed)
    other = await house.stranger()
    assert (await tries(other, "韦正", PASSPHRASE, codes.at(SECONDS + 30))).path == "/console"


@pytest.mark.parametrize("seed", ["", "AAAA", "A" * 31, "é" * 32])
async def test_one_time_codes_of_a_poor_secret_are_not_switched_on(house, seed):
    user = await house.signed_in("韦正")
    await user.opens(f"{ACCOUNT}/codes")
    try:
        code = pyotp.TOTP(seed).at(SECONDS)
    except ValueError:
        code = "000000"
    changed = {"secret_seed": seed}
    typed = {"secret_passphrase": PASSPHRASE, "secret_code": code}
    view = await user.submits(f"{ACCOUNT}/codes", changed=changed, **typed)
    assert view.status == 403


async def test_a_link_that_is_pressed_again_and_again_still_lapses(house):
    code = await link_for(house, "顾长风")
    user = await house.stranger()
    for _ in range(3):
        await user.opens(f"/console/link/{code}")
        await user.submits(f"/console/link/{code}")
        house.wait(minutes=2)
    await user.opens(f"/console/link/{code}")
    assert "失效" in (await user.submits(f"/console/link/{code}")).alert


@pytest.mark.parametrize("way", ["link", "invitation"])
async def test_of_two_browsers_with_one_code_at_the_same_time_one_gets_in(house, way):
    await house.signed_in("韦正")
    users = [await house.stranger() for _ in range(4)]
    code = await (link_for(house, "韦正") if way == "link" else house.invitation("韦正"))
    path = f"/console/link/{code}" if way == "link" else "/console/join"
    typed = {} if way == "link" else {"code": code, "secret_new": FRESH, "secret_again": FRESH}
    for each in users:
        await each.opens(path)
    await asyncio.gather(*(each.submits(path, **typed) for each in users))
    inside = [(await each.opens("/console")).path == "/console" for each in users]
    assert sum(inside) == 1


async def test_hammering_an_account_does_not_fill_its_history(house):
    await house.signed_in("韦正")
    thief = await house.stranger()
    person = await house.city.person("韦正")
    for _ in range(5):
        await tries(thief, "韦正", "wrong")
    async with house.city.work() as work:
        before = await work.accounts.history_length(person.id)
    for _ in range(9):
        assert "暂停" in (await tries(thief, "韦正", "wrong")).alert
    async with house.city.work() as work:
        assert await work.accounts.history_length(person.id) <= before + 1
        assert "paused" in {each.event for each in await work.accounts.history(person.id, limit=3)}


async def test_an_old_history_is_forgotten(house):
    await house.signed_in("韦正")
    person, before = await house.city.person("韦正"), house.city.clock()
    async with house.city.work() as work:
        await work.accounts.purge_history(before)
        assert await work.accounts.history_length(person.id) == 1
        await work.accounts.purge_history(before + timedelta(seconds=1))
        assert await work.accounts.history_length(person.id) == 0


@pytest.mark.parametrize(
    "names", [("P05", " P05", "P05 ", "P05", "P05\u3000"), ("Q05", " Q05", "Q05 ", "Q05", "Q05\u3000")]
)
async def test_spellings_of_a_name_are_counted_together_whether_somebody_has_it_or_not(house, names):
    await house.signed_in("韦正")
    thief = await house.stranger()
    said = [(await tries(thief, name, "wrong")).alert for name in (*names, *names[:2])]
    assert ["暂停" in each for each in said] == [False] * 5 + [True] * 2


async def test_names_nobody_has_take_little_room(house):
    thief = await house.stranger()
    await tries(thief, "x" * 60_000, "wrong")
    kept = house.parts.door._tries._unknown
    assert kept
    assert all(len(name) < 200 for name in kept)


# Sessions.


class Meanwhile:
    """Lets something happen right after a passphrase was found to be right."""

    def __init__(self, monkeypatch, action):
        usual = Hashing.verified

        async def verified(hashing, stored, passphrase):
            found = await usual(hashing, stored, passphrase)
            if found and not self.done:
                self.done = True
                await action()
            return found

        self.done = False
        monkeypatch.setattr(Hashing, "verified", verified)


async def changed(house, who, passphrase):
    """The person puts the account under another passphrase, from another browser, and is done."""
    from bot.services.passphrases import hashed
    from storage import LEAST

    person = await house.city.person(who)
    async with house.city.work() as work:
        await work.accounts.set_passphrase(person.id, hashed(passphrase, LEAST), house.city.clock())
        await work.console_sessions.end_of(person.id)


async def test_who_signs_in_while_the_passphrase_is_changed_is_not_in_afterwards(house, monkeypatch):
    await house.signed_in("韦正")
    thief = await house.stranger()
    await thief.opens(SIGN_IN)
    Meanwhile(monkeypatch, lambda: changed(house, "韦正", FRESH))
    await thief.submits(SIGN_IN, name="韦正", secret_passphrase=PASSPHRASE)
    assert (await thief.opens("/console")).path == SIGN_IN


async def test_who_signs_in_while_one_time_codes_are_switched_on_is_not_in(house, monkeypatch):
    await house.signed_in("韦正")
    person = await house.city.person("韦正")
    thief = await house.stranger()
    await thief.opens(SIGN_IN)

    async def switched_on():
        async with house.city.work() as work:
            await work.accounts.set_secret(person.id, pyotp.random_base32())

    Meanwhile(monkeypatch, switched_on)
    await thief.submits(SIGN_IN, name="韦正", secret_passphrase=PASSPHRASE)
    assert (await thief.opens("/console")).path == SIGN_IN


async def test_who_changes_the_passphrase_while_it_is_changed_elsewhere_does_not_win(house, monkeypatch):
    thief = await house.signed_in("韦正")
    await thief.opens(ACCOUNT)
    Meanwhile(monkeypatch, lambda: changed(house, "韦正", FRESH))
    mine = "偷来的人另设一句口令"
    view = await thief.submits(
        f"{ACCOUNT}/passphrase", secret_passphrase=PASSPHRASE, secret_new=mine, secret_again=mine
    )
    assert "已更改" not in view.answer.text
    assert (await tries(await house.stranger(), "韦正", FRESH)).path == "/console"


@pytest.mark.parametrize(
    "path", ["/console/../leave", "/console/./x", "/console/%2e%2e/x", "//evil", "https://evil"]
)
async def test_signing_in_leads_nowhere_but_to_the_console(house, path):
    await house.signed_in("韦正")
    user = await house.stranger()
    await user.opens(SIGN_IN)
    fields = user.view.fields(SIGN_IN) | {"again": path, "name": "韦正", "secret_passphrase": PASSPHRASE}
    answer = await user.client.post(SIGN_IN, data=fields, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


async def test_a_form_that_names_nobody_is_shown_to_nobody(house):
    """A page of another site can make an old browser post a form of its choice; it must not wait for who signs in."""
    await house.signed_in("管清")
    user = await house.stranger()
    forged = {"person": "P09", "organisation": "A01"}
    await user.posts("/console/organisation/handlers/offer", forged, Origin="null")
    view = await user.submits(SIGN_IN, name="管清", secret_passphrase=PASSPHRASE)
    assert view.path == "/console"
    assert "handlers/offer" not in view.answer.text


async def test_of_several_who_sign_in_with_one_code_at_the_same_time_one_gets_in(house):
    _, codes = await with_codes(house, "韦正")
    users = [await house.stranger() for _ in range(3)]
    code = codes.at(SECONDS + 30)
    views = await asyncio.gather(*(tries(each, "韦正", PASSPHRASE, code) for each in users))
    assert sorted(each.status for each in views) == [200, 403, 403]


async def test_a_form_that_is_sent_several_times_at_once_does_its_work_once(house):
    head, _ = await head_at_work(house)
    await head.opens("/console/records")
    fields = head.view.fields("/console/records/export")
    sent = [head.client.post("/console/records/export", data=fields) for _ in range(4)]
    await asyncio.gather(*sent)
    assert len((await head.opens("/console/jobs")).rows) == 1


async def test_who_is_revoked_while_a_request_is_under_way_is_told_nothing_by_it(house, monkeypatch):
    filed = await house.city.filed()
    user = await house.signed_in("蓝月")
    await house.unlocks(user, "蓝月")
    path = f"/console/cases/{filed.number}"
    assert STORY in (await user.opens(path)).text
    person, usual = await house.city.person("蓝月"), Frame._call

    async def revoked(frame, page, request, seat):
        call = await usual(frame, page, request, seat)
        async with house.city.work() as work:
            handler = await work.handlers.by_person(person.id)
            await work.handlers.revoke(handler.id, house.city.today)
        return call

    monkeypatch.setattr(Frame, "_call", revoked)
    view = await user.opens(path)
    assert (view.status, STORY in view.text) == (403, False)


# Handlers' keys.

HANDLERS = "/console/organisation/handlers"
KEY = "举报密钥另有一句口令"


async def test_an_administrator_offers_themselves_nothing(house):
    admin = await house.signed_in("管清")
    await admin.opens(HANDLERS)
    await admin.submits(f"{HANDLERS}/offer", person="管清", organisation="A01")
    me = await house.city.person("管清")
    async with house.city.work() as work:
        assert await work.accounts.offer_of(me.id) is None


@pytest.mark.parametrize("who", ["管清", "江帆"])
async def test_an_offer_is_nothing_to_an_administrator_or_who_left_every_post(house, who):
    person, city = await house.city.person(who), await house.city.organisation("临江市委")
    async with house.city.work() as work:
        await work.accounts.offer(person.id, city, house.city.today)
    user = await house.signed_in(who)
    await user.opens(ACCOUNT)
    await user.submits(f"{ACCOUNT}/key", secret_new=KEY, secret_again=KEY)
    async with house.city.work() as work:
        assert await work.handlers.by_person(person.id) is None


async def test_without_an_offer_nobody_makes_the_server_stretch_a_passphrase(house, monkeypatch):
    from bot.services import account_keys

    made = []
    monkeypatch.setattr(account_keys, "new_keys", lambda *_: made.append(1))
    user = await house.signed_in("简单")
    await user.opens(ACCOUNT)
    token = user.view.fields("/console/sign-out")["form"]
    view = await user.posts(f"{ACCOUNT}/key", {"form": token, "secret_new": KEY, "secret_again": KEY})
    assert (view.status, made) == (403, [])


async def test_an_offer_that_is_taken_up_in_two_tabs_at_once_makes_one_key(house):
    person, city = await house.city.person("顾长风"), await house.city.organisation("临江市委")
    async with house.city.work() as work:
        await work.accounts.offer(person.id, city, house.city.today)
    user = await house.signed_in("顾长风")
    await user.opens(ACCOUNT)
    fields = user.view.fields(f"{ACCOUNT}/key") | {"secret_new": KEY, "secret_again": KEY}
    sent = [user.client.post(f"{ACCOUNT}/key", data=fields, follow_redirects=False) for _ in range(3)]
    assert sorted(each.status_code for each in await asyncio.gather(*sent)) == [303, 403, 403]
    async with house.city.work() as work:
        assert len([each for each in await work.handlers.all() if each.person == person.id]) == 1


async def test_the_passphrase_of_a_key_is_not_guessed_by_changing_it(house):
    user = await house.signed_in("韦正")
    said = []
    for number in range(7):
        await user.opens(ACCOUNT)
        typed = {"secret_passphrase": f"wrong {number}", "secret_new": FRESH, "secret_again": FRESH}
        said.append((await user.submits(f"{ACCOUNT}/key/passphrase", **typed)).alert)
    assert ["暂停" in each for each in said] == [False] * 5 + [True] * 2


async def test_a_handler_who_left_every_post_opens_nothing_at_the_console(house):
    filed = await house.city.filed()
    user = await house.signed_in("蓝月")
    await house.unlocks(user, "蓝月")
    assert filed.number in (await user.opens("/console/cases")).text
    person = await house.city.person("蓝月")
    (post,) = (await house.city.directory()).posts_of(person.id)
    async with house.city.work() as work:
        await work.people.end_post(post.id, house.city.today - timedelta(days=1))
    for path in ("/console/cases", f"/console/cases/{filed.number}", "/console/unlock", "/console/recovery"):
        view = await user.opens(path)
        assert (view.status, filed.number in view.text) == (403, False), path


# Files that wait, jobs, bodies.

IMPORT = "/console/organisation/import"


def csv(code, name):
    return f"组织编码,名称,上级编码\n{code},{name},A01\n".encode()


async def job_ends(user):
    for _ in range(200):
        await user.opens(user.view.path)
        if "正在进行" not in user.view.text:
            return
        await asyncio.sleep(0.02)


async def test_what_is_confirmed_in_one_tab_is_not_what_another_tab_looked_at(house):
    admin = await house.signed_in("管清")
    await admin.opens(IMPORT)
    await admin.submits(f"{IMPORT}/look", file=("a.csv", csv("A0198", "青石区文旅局")))
    first = admin.view.fields(f"{IMPORT}/take")
    await admin.submits(f"{IMPORT}/look", file=("b.csv", csv("A0199", "青石区冒名局")))
    view = await admin.posts(f"{IMPORT}/take", first)
    assert (view.status, "核对" in view.alert, "b.csv" in view.text) == (409, True, True)
    assert {each.code for each in (await house.city.directory()).organisations.values()}.isdisjoint(
        {"A0198", "A0199"}
    )
    await admin.submits(f"{IMPORT}/take")
    await job_ends(admin)
    assert "A0199" in {each.code for each in (await house.city.directory()).organisations.values()}


async def test_a_document_that_is_taken_in_is_the_one_that_was_looked_at(house):
    root = "/console/documents"
    admin = await house.signed_in("管清")
    await admin.opens(root)
    await admin.submits(f"{root}/look", file=("甲.txt", "甲办法\n第一条 为加强管理制定本办法。".encode()))
    first = admin.view.fields(f"{root}/take")
    await admin.opens(root)
    await admin.submits(f"{root}/look", file=("乙.txt", "乙办法\n第一条 为另一件事制定本办法。".encode()))
    view = await admin.posts(f"{root}/take", first | {"title": "甲办法"})
    assert (view.status, "核对" in view.alert) == (409, True)
    assert "甲" not in view.fields(f"{root}/take")["title"]
    assert not await house.parts.library.documents()


async def test_nobody_starts_more_jobs_than_are_soon_done(house, monkeypatch):
    from bot.channels.web.console import records

    gate = asyncio.Event()

    async def waits(*_):
        await gate.wait()
        raise YanluError("没有生成。")

    monkeypatch.setattr(records.RecordsPages, "_exported", waits)
    user, _ = await head_at_work(house)
    other = await house.signed_in("韦正")
    alerts = []
    for _ in range(6):
        await user.opens("/console/records")
        alerts.append((await user.submits("/console/records/export")).alert)
    token = other.view.fields("/console/sign-out")["form"]
    view = await other.posts("/console/records/export", {"form": token, "once": "A" * 22})
    gate.set()
    assert ["尚未完成" in each for each in alerts] == [False] * 4 + [True] * 2
    assert view.path.startswith("/console/jobs/")


def test_every_kind_of_job_takes_a_right():
    assert set(_TAKES) == set(console_texts.JOB_KINDS)


async def test_the_file_of_a_job_is_its_persons_alone_and_only_while_they_hold_a_post(house):
    user, _ = await head_at_work(house)
    await user.opens("/console/records")
    await user.submits("/console/records/export")
    await job_ends(user)
    file = f"{user.view.path}/file"
    taken = await user.downloads(file)
    assert taken.headers["content-disposition"].startswith("attachment")
    assert taken.headers["cache-control"] == "no-store"
    for who in ("简单", "管清", "江帆"):
        other = await house.signed_in(who)
        answers = [await other.downloads(each) for each in (file, "/console/jobs/0/file")]
        assert [each.status_code for each in answers] == [422, 422]
        assert all("没有这个任务" in each.text for each in answers)
    person = await house.city.person(HEAD)
    (post,) = (await house.city.directory()).posts_of(person.id)
    async with house.city.work() as work:
        await work.people.end_post(post.id, house.city.today - timedelta(days=1))
    assert "没有这个任务" in (await user.downloads(file)).text


@pytest.mark.parametrize("path", ["/console/sign-in", "/console/documents/look"])
async def test_who_is_not_signed_in_takes_no_room_from_those_who_are(house, monkeypatch, path):
    monkeypatch.setattr(uploads, "IN_FLIGHT", 2 * 1024 * 1024)
    user = await house.signed_in("简单")
    await user.opens("/console/account")
    token = user.view.fields("/console/sign-out")["form"]
    stranger = await house.stranger()
    said = []

    async def body():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(8):
            yield b"x" * 700_000
        said.append(await user.posts("/console/lock", {"form": token}))
        yield b"\r\n--x--\r\n"

    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await stranger.client.post(path, content=body(), headers=headers)
    assert said[0].status != 503
    assert answer.status_code < 500


async def test_a_file_that_comes_after_the_session_ended_leaves_what_was_typed(house):
    admin = await house.signed_in("管清")
    await admin.opens("/console/documents")
    fields = admin.view.fields("/console/documents/look") | {"note": "一段不短的文字,不应丢失在路上"}
    house.wait(hours=13)
    view = await admin.posts("/console/documents/look", fields, file=("a.txt", b"x" * 2_000_000))
    assert view.path == "/console/documents/look"
    assert view.fields(SIGN_IN)["kept.note"] == fields["note"]


# What belongs to others.


async def restricted(house):
    """A restricted talk of the head with his deputy, who is late with what was demanded."""
    changed = {
        "type": "诫勉谈话",
        "subjects": "青石区委副书记 温故",
        "demands": "报整改方案(2026年11月21日前)",
    }
    return await head_at_work(house, **changed)


async def test_the_first_page_counts_no_ticket_that_is_not_its_persons(house):
    await restricted(house)
    user = await house.signed_in("简单")
    view = await user.opens("/console/tickets?state=overdue")
    assert view.rows == []
    view = await user.opens("/console")
    assert "整改" not in view.text


async def belongings(house):
    """A restricted talk, its ticket, a planned talk, a case and a job, by their addresses; each beside one of nothing."""
    head, record = await restricted(house)
    plan = {"type": "监督谈话", "talkers": "青石区委书记 顾长风", "subjects": "钱卫", "day": "2026-11-30"}
    await head.opens("/console/plans/new")
    await head.submits("/console/plans/new", **plan)
    await head.opens("/console/records")
    await head.submits("/console/records/export")
    job = head.view.path
    await job_ends(head)
    filed = await house.city.filed(about="韦正")
    async with house.city.work() as work:
        (ticket, *_) = await work.tickets.find(TicketQuery(), limit=9)
        (planned,) = await work.plans.find()
    return {
        "/console/records/{id}": (record.rpartition("/")[2], "99"),
        "/console/tickets/{id}": (str(ticket.id), "99"),
        "/console/plans/{id}": (str(planned.id), "99"),
        "/console/jobs/{id}": (job.rpartition("/")[2], "0" * 24),
        "/console/cases/{number}": (filed.number, "0123456789"),
    }


async def contents(house):
    """All that a step of somebody could have changed."""
    async with house.city.work() as work:
        records = await work.ledger.find(RecordQuery(states=("filed", "void")), limit=9)
        tickets = await work.tickets.find(TicketQuery(), limit=9)
        return records, tickets, await work.plans.find(), await work.accounts.offers()


SENT = {
    "text": "一句说明",
    "due": "2026-12-20",
    "reason": "填写有误",
    "day": "2026-12-01",
    "version": "1",
    "question": "何时何地?",
    "status": "screening",
    "outcome": "已了结",
    "notice": "已收到",
    **TALK,
    "points": "别的要点",
    "problems": "别的问题",
}


OTHERS = ("沈秋", "柯兰", "钱卫", "简单", "温故", "管清", "江帆", "韦正")
"""Other units, the subject of a plan, a liaison, the subject of the talk, who runs the house, who left, the accused."""
OWN = {("温故", "/console/tickets/{id}"), ("简单", "/console/plans/{id}")}
"""What they may see all the same: what they must do, and what their unit plans."""


async def test_what_belongs_to_others_is_answered_like_what_is_not_there(house):
    things = await belongings(house)
    before = await contents(house)
    pages = console(house.parts, Pages(), house.city.house.database.keys.opaque).pages
    for who in OTHERS:
        user = await house.signed_in(who)
        if who == "韦正":
            await house.unlocks(user, who)
        await user.opens("/console/account")
        token = user.view.fields("/console/sign-out")["form"]
        tried = 0
        for page in pages:
            found = next((each for each in things if page.path.startswith(each)), "")
            if not found or (who, found) in OWN:
                continue
            for step in ("note", "due", "close", "reopen") if "{step}" in page.path else ("",):
                path = page.path.replace("{step}", step).replace("{position}", "1")
                sent = {**SENT, "form": token}
                said = [await answered(user, page.method, path, found, id_, sent) for id_ in things[found]]
                assert said[0] == said[1], (who, page.method, path)
                assert "变更审批" not in said[0][1], (who, page.method, path)
                tried += 1
        assert tried > 15, who
    assert await contents(house) == before


async def answered(user, method, path, place, id_, fields):
    """What is said of the thing of an id, without the id."""
    path = path.replace(place, f"{place.rpartition('/')[0]}/{id_}")
    view = await (user.opens(path) if method == "GET" else user.posts(path, {**fields, "once": once()}))
    return view.status, view.text.replace(id_, "#"), view.path.replace(id_, "#")


# The house itself.


async def test_a_rush_at_the_entrance_keeps_nobody_waiting_who_is_in(house):
    user = await house.signed_in("韦正")
    house.parts.door._hashing._waiting = 10_000
    assert "请稍后" in (await tries(await house.stranger(), "蓝月", PASSPHRASE)).alert
    house.wait(minutes=16)
    await user.opens("/console")
    assert (await user.submits("/console/resume", secret_passphrase=PASSPHRASE)).path == "/console"
    await house.unlocks(user, "韦正")


async def test_who_shortens_the_keeping_of_reports_does_so_on_record(house):
    settings = "/console/organisation/settings"
    admin = await house.signed_in("管清")
    await admin.opens(settings)
    typed = {"close_days": "90", "kept_days": "1", "notice_minutes": "0"}
    await admin.submits(f"{settings}/terms", **typed)
    view = await admin.opens("/console/organisation/audit")
    assert any("保存时间" in cell for row in view.rows for cell in row)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", ""])
async def test_only_forms_are_forms(house, kind):
    user = await house.signed_in("韦正")
    await user.opens(ACCOUNT)
    token = user.view.fields("/console/sign-out")["form"]
    for body in (f'{{"form": "{token}"}}', f"form={token}"):
        answer = await user.client.post("/console/sign-out", content=body, headers={"content-type": kind})
        assert answer.status_code == 400
    assert (await user.opens("/console")).path == "/console"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "GET"])
async def test_no_other_method_stands_in_for_a_form(house, method):
    user = await house.signed_in("韦正")
    await user.opens(ACCOUNT)
    token = user.view.fields("/console/sign-out")["form"]
    headers = {"X-HTTP-Method-Override": "POST", "content-type": "application/x-www-form-urlencoded"}
    path = f"/console/sign-out?_method=POST&form={token}"
    answer = await user.client.request(method, path, content=f"form={token}", headers=headers)
    assert (answer.status_code, answer.headers["cache-control"]) == (405, "no-store")
    assert (await user.opens("/console")).path == "/console"


SPELLINGS = (
    "//console/organisation",
    "/console//organisation",
    "/%63onsole/organisation",
    "/console%2forganisation",
    "/x/../console/organisation",
    "/console/organisation/",
    "/console;/organisation",
    "/CONSOLE/organisation",
    "/console/organisation%00",
    "/static/../console/organisation",
)


async def test_no_spelling_of_an_address_gets_round_signing_in(house):
    admin = await house.signed_in("管清")
    assert "下级组织数" in (await admin.downloads("/console/organisation")).text
    for user in (await house.stranger(), await house.signed_in("柳成")):
        for path in SPELLINGS:
            for method in ("GET", "HEAD"):
                answer = await user.client.request(method, path, headers={"Host": "evil.example"})
                assert "下级组织数" not in answer.text, path
                assert answer.headers["cache-control"] == "no-store", path
                assert "evil" not in answer.text, path


@pytest.mark.parametrize("path", ["/console", "/console/account?page=1", "/console/sign-in", "/"])
async def test_a_link_of_another_site_takes_nobodys_session_away(house, path):
    """SameSite=Strict: the browser comes without its cookie, and would put a new one in its place."""
    user = await house.signed_in("韦正")
    await user.opens("/")
    held = dict(user.client.cookies)
    away = await house.stranger()
    for site in ("cross-site", "same-site"):
        answer = await away.client.get(path, headers={"Sec-Fetch-Site": site})
        assert "set-cookie" not in answer.headers
        assert 'http-equiv="refresh"' in answer.text
    again = await user.client.get(path, headers={"Sec-Fetch-Site": "same-origin"})
    assert 'http-equiv="refresh"' not in again.text
    assert dict(user.client.cookies) == held
