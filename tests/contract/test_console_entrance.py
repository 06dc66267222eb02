"""In and out of the console, as somebody with a browser without scripts goes, and as an attacker tries. Both databases."""

import asyncio

import pyotp
import pytest

from bot.services.accounts import issue_link
from tests.support.console_house import PASSPHRASE, SECONDS, console_house

ROUTE = "/console/sign-in"


@pytest.fixture
async def house(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


async def tries(user, name, passphrase, code=""):
    await user.opens(ROUTE)
    return await user.submits(ROUTE, name=name, secret_passphrase=passphrase, secret_code=code)


async def test_nobody_sees_anything_before_signing_in(house):
    user = await house.stranger()
    view = await user.opens("/console")
    assert view.path == ROUTE
    assert view.areas == []


async def test_an_invitation_makes_an_account_once(house):
    code = await house.invitation("韦正")
    first, second = await house.stranger(), await house.stranger()
    for user in (first, second):
        await user.opens("/console/join")
        await user.submits("/console/join", code=code, secret_new=PASSPHRASE, secret_again=PASSPHRASE)
    assert first.view.path == "/console"
    assert "韦正" in first.view.text
    assert (second.view.status, "已经用过" in second.view.alert) == (403, True)
    assert (await first.opens("/console")).path == "/console"
    assert (await second.opens("/console")).path == ROUTE


@pytest.mark.parametrize(("new", "again"), [("short", "short"), (PASSPHRASE, PASSPHRASE + "吗"), ("", "")])
async def test_a_bad_passphrase_does_not_use_the_invitation_up(house, new, again):
    user, code = await house.stranger(), await house.invitation("韦正")
    await user.opens("/console/join")
    view = await user.submits("/console/join", code=code, secret_new=new, secret_again=again)
    assert view.status == 403
    assert view.fields("/console/join")["code"] == code
    await user.submits("/console/join", secret_new=PASSPHRASE, secret_again=PASSPHRASE)
    assert user.view.path == "/console"


async def test_signing_out_and_in_again_gives_another_token(house):
    user = await house.signed_in("韦正")
    before = dict(user.client.cookies)
    await user.opens("/console/account")
    await user.submits("/console/sign-out")
    assert user.view.said.startswith("已退出登录")
    assert (await user.opens("/console")).path == ROUTE
    await tries(user, "P05", PASSPHRASE)
    assert user.view.path == "/console"
    assert dict(user.client.cookies) != before


async def test_a_planted_token_is_worth_nothing_after_signing_in(house):
    attacker, victim = await house.stranger(), await house.stranger()
    await house.signed_in("韦正")
    await attacker.opens(ROUTE)
    victim.client.cookies.update(attacker.client.cookies)
    await tries(victim, "韦正", PASSPHRASE)
    assert victim.view.path == "/console"
    assert (await attacker.opens("/console")).path == ROUTE


async def test_a_forged_cookie_opens_nothing(house):
    user = await house.signed_in("韦正")
    (cookie,) = [each for each in user.client.cookies.jar if each.name == "yanlu_desk"]
    cookie.value = cookie.value[:-4] + "AAAA"
    assert (await user.opens("/console")).path == ROUTE


async def test_unknown_names_and_wrong_passphrases_are_answered_alike(house):
    await house.signed_in("韦正")
    user = await house.stranger()
    wrong, unknown = (
        await tries(user, "韦正", "不对不对不对不对"),
        await tries(user, "没有这人", "不对不对不对不对"),
    )
    assert (wrong.status, wrong.alert) == (unknown.status, unknown.alert) == (403, wrong.alert)
    assert "不符" in wrong.alert


@pytest.mark.parametrize("name", ["韦正", "没有这人"])
async def test_after_five_wrong_tries_the_right_one_waits_too(house, name):
    await house.signed_in("韦正")
    user = await house.stranger()
    said = [(await tries(user, name, f"wrong {number}")).alert for number in range(7)]
    assert ["暂停" in each for each in said] == [False] * 5 + [True] * 2
    if name == "韦正":
        assert "暂停" in (await tries(user, name, PASSPHRASE)).alert
        house.wait(minutes=16)
        assert (await tries(user, name, PASSPHRASE)).path == "/console"


async def test_tries_side_by_side_are_counted(house):
    await house.signed_in("韦正")
    users = [await house.stranger() for _ in range(12)]
    views = await asyncio.gather(*(tries(each, "韦正", "wrong") for each in users))
    assert sum("暂停" in each.alert for each in views) == 12 - 5


async def test_a_locked_session_asks_for_the_passphrase_and_goes_on(house):
    user = await house.signed_in("韦正")
    house.wait(minutes=16)
    view = await user.opens("/console/account")
    assert (view.path, view.areas) == ("/console/resume", [])
    assert "不符" in (await user.submits("/console/resume", secret_passphrase="wrong")).alert
    view = await user.submits("/console/resume", secret_passphrase=PASSPHRASE)
    assert view.path == "/console/account"


async def test_what_was_typed_survives_a_lock_and_is_not_shown_to_another_person(house):
    user = await house.signed_in("韦正")
    await user.opens("/console/account")
    fields = user.view.fields("/console/account/passphrase") | {"note": "写了很久的一段话\n第二行"}
    house.wait(minutes=16)
    locked = await user.posts("/console/account/passphrase", fields)
    assert "内容已保留" in locked.alert
    assert "写了很久" not in locked.text
    again = await user.submits("/console/resume", secret_passphrase=PASSPHRASE)
    assert again.fields("/console/account/passphrase")["note"] == fields["note"]
    assert "secret_passphrase" not in again.fields("/console/account/passphrase")

    house.wait(minutes=16)
    carried = (await user.posts("/console/account/passphrase", fields)).fields("/console/resume")
    await house.signed_in("蓝月")
    other = await house.stranger()
    await other.opens(ROUTE)
    carried |= other.view.fields(ROUTE) | {"name": "蓝月", "secret_passphrase": PASSPHRASE}
    view = await other.posts(ROUTE, carried)
    assert "写了很久" not in view.answer.text


async def test_a_session_ends_after_half_a_day_however_busy(house):
    user = await house.signed_in("韦正")
    for _ in range(73):
        house.wait(minutes=10)
        view = await user.opens("/console/account")
    assert view.path == ROUTE


async def test_codes_are_asked_for_once_switched_on_and_none_works_twice(house):
    user = await house.signed_in("韦正")
    await user.opens("/console/account/codes")
    secret = user.view.fields("/console/account/codes")["secret_seed"]
    codes = pyotp.TOTP(secret)
    assert (
        "不符"
        in (
            await user.submits("/console/account/codes", secret_passphrase=PASSPHRASE, secret_code="000000")
        ).alert
    )
    await user.opens("/console/account/codes")
    secret = user.view.fields("/console/account/codes")["secret_seed"]
    codes = pyotp.TOTP(secret)
    await user.submits("/console/account/codes", secret_passphrase=PASSPHRASE, secret_code=codes.at(SECONDS))
    assert "已启用" in user.view.text
    other = await house.stranger()
    assert "启用了动态验证码" in (await tries(other, "韦正", PASSPHRASE)).alert
    assert "不符" in (await tries(other, "韦正", PASSPHRASE, codes.at(SECONDS))).alert
    assert "不符" in (await tries(other, "韦正", "wrong", codes.at(SECONDS + 30))).alert
    assert (await tries(other, "韦正", PASSPHRASE, codes.at(SECONDS + 30))).path == "/console"
    third = await house.stranger()
    assert "不符" in (await tries(third, "韦正", PASSPHRASE, codes.at(SECONDS + 30))).alert


async def test_codes_are_switched_on_by_whoever_knows_the_passphrase_and_put_others_out(house):
    user, other = await house.signed_in("韦正"), await house.signed_in("韦正")
    await user.opens("/console/account/codes")
    codes = pyotp.TOTP(user.view.fields("/console/account/codes")["secret_seed"])
    typed = {"secret_code": codes.at(SECONDS)}
    assert (await user.submits("/console/account/codes", secret_passphrase="wrong", **typed)).status == 403
    assert "未启用" in (await user.opens("/console/account")).text
    await user.opens("/console/account/codes")
    codes = pyotp.TOTP(user.view.fields("/console/account/codes")["secret_seed"])
    typed = {"secret_code": codes.at(SECONDS)}
    assert (
        "已启用" in (await user.submits("/console/account/codes", secret_passphrase=PASSPHRASE, **typed)).text
    )
    assert (await other.opens("/console")).path == ROUTE


async def test_wrong_codes_with_the_right_passphrase_add_up(house):
    user = await house.signed_in("韦正")
    await user.opens("/console/account/codes")
    codes = pyotp.TOTP(user.view.fields("/console/account/codes")["secret_seed"])
    await user.submits("/console/account/codes", secret_passphrase=PASSPHRASE, secret_code=codes.at(SECONDS))
    other = await house.stranger()
    said = [(await tries(other, "韦正", PASSPHRASE, f"{number:06}")).alert for number in range(7)]
    assert "暂停" in said[-1]


async def test_a_link_from_the_bot_signs_in_once_and_only_when_pressed(house):
    await house.signed_in("韦正")
    person = await house.city.person("韦正")
    async with house.city.work() as work:
        code = await issue_link(work, person.id, house.city.clock())
    path = f"/console/link/{code}"
    user, other = await house.stranger(), await house.stranger()
    for _ in range(3):
        assert (await user.opens(path)).status == 200
    assert (await user.submits(path)).path == "/console"
    await other.opens(path)
    assert "失效" in (await other.submits(path)).alert


async def test_a_link_for_somebody_without_an_account_asks_for_a_passphrase_first(house):
    person = await house.city.person("顾长风")
    async with house.city.work() as work:
        code = await issue_link(work, person.id, house.city.clock())
    user = await house.stranger()
    await user.opens(f"/console/link/{code}")
    await user.submits(f"/console/link/{code}")
    await user.submits("/console/join", secret_new=PASSPHRASE, secret_again=PASSPHRASE)
    assert user.view.path == "/console"
    assert "顾长风" in user.view.text


async def test_a_link_lapses_after_five_minutes(house):
    await house.signed_in("韦正")
    person = await house.city.person("韦正")
    async with house.city.work() as work:
        code = await issue_link(work, person.id, house.city.clock())
    house.wait(minutes=6)
    user = await house.stranger()
    await user.opens(f"/console/link/{code}")
    assert "失效" in (await user.submits(f"/console/link/{code}")).alert


async def test_out_everywhere_is_out_everywhere(house):
    here, there = await house.signed_in("韦正"), await house.signed_in("韦正")
    view = await here.opens("/console/account")
    assert view.text.count("登录时间") == 2
    await here.posts("/console/sign-out", here.view.fields("/console/sign-out") | {"everywhere": "yes"})
    assert (await there.opens("/console")).path == ROUTE


async def test_a_new_passphrase_ends_the_other_sessions_and_needs_the_old_one(house):
    here, there = await house.signed_in("韦正"), await house.signed_in("韦正")
    await here.opens("/console/account")
    fresh = "换了一句更长的口令了"
    typed = {"secret_new": fresh, "secret_again": fresh}
    assert (
        "不符"
        in (await here.submits("/console/account/passphrase", secret_passphrase="wrong", **typed)).alert
    )
    await here.opens("/console/account")
    view = await here.submits("/console/account/passphrase", secret_passphrase=PASSPHRASE, **typed)
    assert "已更改" in view.said
    assert (await there.opens("/console")).path == ROUTE
    user = await house.stranger()
    assert (await tries(user, "韦正", fresh)).path == "/console"


async def test_the_history_tells_what_happened(house):
    user = await house.signed_in("韦正")
    other = await house.stranger()
    await tries(other, "韦正", "wrong")
    view = await user.opens("/console/account")
    assert [row[1] for row in view.rows] == ["口令不符", "凭邀请码设立账号"]


@pytest.mark.parametrize("token", ["", "forged", None])
async def test_a_form_without_our_token_does_nothing_and_keeps_what_was_typed(house, token):
    user = await house.signed_in("韦正")
    await user.opens("/console/account")
    fields = (
        user.view.fields("/console/account/codes/stop")
        if False
        else {"note": "一段不短的文字,不应丢失在路上"}
    )
    if token is not None:
        fields["form"] = token
    view = await user.posts("/console/account/passphrase", fields)
    assert view.status == 403
    assert "一段不短的文字" in view.answer.text


async def test_another_sites_form_is_refused(house):
    user = await house.signed_in("韦正")
    await user.opens("/console/account")
    fields = user.view.fields("/console/sign-out")
    view = await user.posts("/console/sign-out", fields, **{"Sec-Fetch-Site": "cross-site"})
    assert view.status == 403
    assert (await user.opens("/console")).path == "/console"


async def test_another_persons_token_is_not_ours(house):
    user, other = await house.signed_in("韦正"), await house.signed_in("蓝月")
    await other.opens("/console/account")
    await user.opens("/console/account")
    view = await user.posts("/console/sign-out", other.view.fields("/console/sign-out"))
    assert view.status == 403
    assert (await user.opens("/console")).path == "/console"


async def kept_keys(house, who):
    """Whether each session of somebody holds a key."""
    person = await house.city.person(who)
    async with house.city.work() as work:
        return [each.opened is not None for each in await work.console_sessions.of(person.id)]


async def test_a_handler_unlocks_and_the_key_is_put_away_again(house):
    user = await house.signed_in("韦正")
    await user.opens("/console/unlock")
    view = await user.submits("/console/unlock", secret_passphrase="wrong")
    assert view.status == 403
    assert await kept_keys(house, "韦正") == [False]
    await user.submits("/console/unlock", secret_passphrase=house.city.passphrase("韦正"))
    assert await kept_keys(house, "韦正") == [True]
    house.wait(minutes=16)
    await user.opens("/console")
    assert await kept_keys(house, "韦正") == [False]


async def test_an_offer_becomes_a_key_that_only_its_person_knows(house):
    person, city = await house.city.person("顾长风"), await house.city.organisation("临江市委")
    async with house.city.work() as work:
        await work.accounts.offer(person.id, city, house.city.today)
    user = await house.signed_in("顾长风")
    assert "/console/cases" not in user.view.areas
    await user.opens("/console/account")
    key = "举报密钥另有一句口令"
    await user.submits("/console/account/key", secret_new=key, secret_again=key)
    assert "/console/cases" in user.view.areas
    again = await user.posts("/console/account/key", {"form": user.view.fields("/console/sign-out")["form"]})
    assert again.status == 403
    await user.opens("/console/unlock")
    await user.submits("/console/unlock", secret_passphrase=key)
    assert user.view.alert == ""
    async with house.city.work() as work:
        assert await work.audit.verify() is None


async def test_a_person_who_lost_every_post_sees_no_area(house):
    user = await house.signed_in("江海")
    assert "/console/records" in user.view.areas
    former = await house.signed_in("江帆")
    assert former.view.areas == ["/console", "/console/account"]
