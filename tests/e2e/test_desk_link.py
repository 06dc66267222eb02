"""From a chat to the console: a link for the person the chat is bound to, and for nobody else."""

import re

import pytest

from tests.support.console_house import PASSPHRASE, console_house
from tests.support.web_service import browser
from tests.support.web_user import WebUser

LINK = re.compile(r"http://127\.0\.0\.1:8765(/console/link/[0-9A-Z-]+)")


@pytest.fixture
async def house(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated(), whole=True) as opened:
        yield opened


async def test_somebody_who_joined_in_a_chat_gets_a_link_that_signs_in_once(house):
    async with browser(house.app) as client:
        user = WebUser(client)
        await user.says("/desk")
        await user.sees("还没有绑定")
        await user.says(await house.invitation("韦正"))
        await user.says("/desk")
        address = LINK.search(await user.sees("只能使用一次"))[1]
    desk = await house.stranger()
    await desk.opens(address)
    await desk.submits(address)
    await desk.submits("/console/join", secret_new=PASSPHRASE, secret_again=PASSPHRASE)
    assert "韦正" in desk.view.text
    other = await house.stranger()
    await other.opens(address)
    assert "失效" in (await other.submits(address)).alert
