"""Talks at the console, typed into the form's fields, for tests of the records area."""

from tests.support.console_house import ConsoleHouse
from tests.support.console_user import ConsoleUser, ConsoleView

NEW = "/console/records/new"
HEAD, SUBJECT = "顾长风", "青石区住房和城乡建设局局长 钱卫"
TALK = {
    "type": "监督谈话",
    "talkers": "青石区委书记 顾长风",
    "subjects": SUBJECT,
    "day": "2026-11-20",
    "points": "工程变更审批\n廉洁用权",
    "problems": "变更审批不严",
    "demands": "报整改方案(2026年12月10日前)",
}


async def files(user: ConsoleUser, **changed: str) -> ConsoleView:
    """Fill in the form of a talk and press its button; hints are looked at and the button pressed again."""
    await user.opens(NEW)
    view = await user.submits(NEW, **{**TALK, **changed})
    return await user.submits(NEW) if view.status == 200 and view.path == NEW else view


async def head_at_work(house: ConsoleHouse, **changed: str) -> tuple[ConsoleUser, str]:
    """The head of the district, who has filed a talk; gives the address of its page."""
    user = await house.signed_in(HEAD)
    view = await files(user, **changed)
    assert view.path.startswith("/console/records/"), view.text
    return user, view.path
