"""The console's work in a real Chromium, from the first page to the last: on a phone, at a desk, without scripts."""

import re

import pytest
import pytest_asyncio

from tests.support.browser_user import chromium, chromium_path
from tests.support.console_city import VIEWS, BrowserDesk, ConsoleCity, console_city
from tests.support.paper_reading import everything
from yanlu.texts import console as texts
from yanlu.texts import console_cases, console_coverage, console_documents, console_organisation, conversation
from yanlu.texts import console_records as records

pytestmark = pytest.mark.asyncio(loop_scope="module")

RECEIPT = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")
STORY = "去年以来的工程招标从来不上会,都是一个人说了算。"
NEW_HANDLER = {"phone": "韦正", "desk": "蓝月", "plain": "温故"}
TALKED_TO = {
    "phone": ("住建局钱卫局长", "钱卫"),
    "desk": ("教育局柯兰局长", "柯兰"),
    "plain": ("北桥街道温良书记", "温良"),
}
QUESTION = {
    "phone": "述责述廉大会上谁来提问题啊请问",
    "desk": "民主生活会上级要不要派人参加啊请问",
    "plain": "领导班子成员之间怎么互相监督啊请问",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    pytest.importorskip("playwright", reason="Playwright is not installed")
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine")
    async with console_city(tmp_path_factory.mktemp("console"), handlers=(("冬青", "临江市委"),)) as city:
        yield city


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chrome(city):
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(params=VIEWS, loop_scope="module")
async def view(request):
    return request.param


async def offered(city: ConsoleCity, chrome, view: str, who: str) -> str:
    """The administrator offers, the handler makes the key; gives its passphrase."""
    async with city.desk(chrome, view) as admin:
        await admin.signs_in("管清")
        await admin.opens("/console/organisation/handlers")
        await admin.fills(person=who, organisation="青石区委")
        await admin.presses(console_organisation.OFFER)
        await admin.sees(console_organisation.SAID["offered"])
    async with city.desk(chrome, view) as handler:
        await handler.signs_in(who)
        await handler.follows(texts.OFFERED)
        passphrase = f"{who}独自记得的一句话"
        await handler.fills(secret_new=passphrase, secret_again=passphrase)
        await handler.presses(texts.KEY_MAKE)
        await handler.sees(texts.SAID["key_made"])
    return passphrase


async def reported(city: ConsoleCity, chrome, view: str) -> str:
    """A citizen reports in the chat; gives the receipt."""
    async with city.citizen(chrome, view) as user:
        await user.says("/report")
        for label in ("继续", "廉洁", "跳过"):
            await user.taps(label)
        await user.says("青石区住房和城乡建设局")
        await user.taps("完成")
        await user.says("钱卫")
        await user.taps("完成")
        await user.says("去年五月")
        await user.taps("跳过")
        await user.says(STORY)
        for label in ("完成", "跳过", "匿名"):
            await user.taps(label)
        await user.sees("谁能看到:青石区委负责受理的人员")
        await user.taps("提交")
        return RECEIPT.search(await user.sees("查询码"))[0]


async def answered(city: ConsoleCity, chrome, view: str, receipt: str, asked: str, answer: str) -> None:
    async with city.citizen(chrome, view) as user:
        await user.says(receipt)
        await user.sees(asked)
        await user.taps("回复")
        await user.says(answer)
        await user.taps("完成")
        await user.taps("跳过")
        await user.taps("提交")
        await user.sees(answer)


async def goes_to(desk: BrowserDesk, *statuses: str) -> None:
    """Take the case that is shown through these statuses."""
    for status in statuses:
        await desk.unfolds(console_cases.CHANGE_STATUS)
        await desk.fills(status=status)
        await desk.presses(console_cases.CHANGE)
        await desk.sees(console_cases.SAID["status"])


async def test_a_report_from_the_chat_to_the_handler_and_back(city, chrome, view):
    who = NEW_HANDLER[view]
    passphrase = await offered(city, chrome, view, who)
    receipt = await reported(city, chrome, view)
    async with city.desk(chrome, view) as desk:
        await desk.signs_in(who)
        await desk.follows(texts.GO_UNLOCK)
        await desk.fills(secret_passphrase=passphrase)
        await desk.presses(texts.UNLOCK)
        assert await desk.page.locator("tbody tr").count() == 1
        async with desk.page.expect_navigation():
            await desk.page.locator("tbody a").click()
        await desk.sees(STORY, "钱卫")
        await desk.unfolds(console_cases.ASK)
        await desk.fills(question="请说明是哪几项工程")
        await desk.presses(console_cases.SEND)
        await desk.sees(console_cases.SAID["asked"], "请说明是哪几项工程")
        assert await desk.fits()
        case = desk.path
        await answered(city, chrome, view, receipt, "请说明是哪几项工程", "三号路和体育馆")
        await desk.opens("/console/cases")
        await desk.sees(console_cases.NEWS)
        await desk.opens(case)
        await desk.sees("三号路和体育馆")
        await goes_to(desk, "screening", "accepted", "verification")
        await desk.unfolds(console_cases.CLOSE)
        await desk.fills(outcome="已核实,问题属实,已责令整改。")
        await desk.presses(console_cases.CLOSE)
        await desk.sees(console_cases.SAID["closed"])
    async with city.citizen(chrome, view) as user:
        await user.says(receipt)
        await user.sees("已核实,问题属实,已责令整改。")


async def test_a_talk_in_one_sentence_its_correction_its_form_and_the_ledger(city, chrome, view):
    mention, name = TALKED_TO[view]
    async with city.desk(chrome, view) as desk:
        await desk.signs_in("简单")
        await desk.opens("/console/records")
        await desk.fills(
            sentence=f"昨天下午三点,顾长风书记在区委三楼会议室同{mention}作监督谈话,"
            f"指出{name}工程变更审批不严,要求12月10日前报整改方案"
        )
        if not desk.scripts:
            await desk.presses(records.READ)
        await desk.page.locator("#reading dl").wait_for()
        await desk.sees("顾长风", name, "区委三楼会议室", "2026年11月22日")
        await desk.presses(records.GO_CHECK)
        await desk.fills(points="管好班子\n廉洁用权")
        await filed(desk, records.SUBMIT_TALK)
        await desk.sees(records.SAID["filed"], "管好班子")
        assert await desk.fits()
        record = desk.path
        await desk.follows(records.CORRECT)
        await desk.fills(place="区委二楼会议室", why="地点有误")
        await filed(desk, records.SUBMIT_FIX)
        await desk.sees(records.SAID["corrected"], "区委二楼会议室")
        await desk.follows(records.VERSIONS)
        assert "二" in "".join(await desk.page.locator("ins").all_inner_texts())
        assert "三" in "".join(await desk.page.locator("del").all_inner_texts())
        await desk.opens(record)
        kept, content = await desk.saves(desk.page.get_by_role("link", name=records.FORM_FILE))
        assert kept.endswith(".docx")
        assert name in everything(content)
        await desk.opens("/console/records")
        await desk.presses(records.EXPORT)
        assert desk.path.startswith("/console/jobs/")
        await desk.follows(texts.NAV_HOME)
        await desk.follows(texts.JOBS_TITLE)
        await desk.follows(texts.JOB_KINDS["ledger"])
        await desk.finished()
        kept, content = await desk.saves(desk.page.get_by_role("link", name=texts.JOB_FILE))
        assert (kept[-5:], content[:2]) == (".xlsx", b"PK")


async def filed(desk: BrowserDesk, button: str) -> None:
    """Press the button, and once more where hints were shown first."""
    await desk.presses(button)
    if not re.fullmatch(r"/console/records/\d+", desk.path):
        await desk.sees(records.LOOK_AGAIN)
        await desk.presses(button)


async def test_a_head_goes_down_the_tree_and_takes_the_statement_home(city, chrome, view):
    async with city.desk(chrome, view) as desk:
        await desk.signs_in("顾长风")
        await desk.follows(texts.NAV_COVERAGE)
        top = desk.path
        await desk.sees(console_coverage.SUMMARY, "青石区教育局")
        assert await desk.page.locator("svg[role=img]").count() == 2
        await desk.follows("青石区教育局")
        assert await desk.fits()
        await desk.follows(console_coverage.TO_PEOPLE)
        await desk.sees("柯兰", "欧阳明")
        await desk.follows("青石区委")
        assert desk.path in {top, f"{top}/people"}
        await desk.opens(top)
        await desk.presses(console_coverage.MAKE_STATEMENT)
        await desk.finished()
        kept, content = await desk.saves(desk.page.get_by_role("link", name=texts.JOB_FILE))
        assert kept.endswith(".docx")
        assert "监督下级" in everything(content)


async def test_an_administrator_imports_takes_in_a_document_and_answers_a_question(
    city, chrome, view, tmp_path
):
    number = 50 + list(VIEWS).index(view)
    rows = tmp_path / "组织.csv"
    rows.write_text(f"组织编码,名称,上级编码\nA01{number},青石区第{number}中学,A01\n", "utf-8")
    paper = tmp_path / "办法.txt"
    paper.write_text(
        f"青石区会议管理办法之{number}\n2020年3月1日发布\n第一条 为规范会议管理,制定本办法。\n"
        f"第二条 会议材料应当提前{number}天印发。\n",
        "utf-8",
    )
    async with city.citizen(chrome, view) as user:
        await user.says("/handin")
        await user.says(QUESTION[view])
        await user.says("不清楚")
        await user.taps(conversation.HANDIN_CONFIRM)
    async with city.desk(chrome, view) as desk:
        await desk.signs_in("管清")
        await desk.opens("/console/organisation/import")
        await desk.page.set_input_files("#file", str(rows))
        await desk.presses(console_organisation.LOOK)
        await desk.sees("新增 1")
        await desk.presses(console_organisation.TAKE)
        await desk.finished()
        await desk.opens("/console/documents")
        await desk.page.set_input_files("#file", str(paper))
        await desk.presses(console_documents.LOOK)
        await desk.sees(console_documents.PREVIEW, f"提前{number}天印发")
        await desk.presses(console_documents.TAKE)
        await desk.finished()
        await desk.opens("/console/documents")
        await desk.sees(f"青石区会议管理办法之{number}")
        assert await desk.fits()
        await desk.follows(console_documents.QUESTIONS)
        await desk.follows(QUESTION[view])
        await desk.fills(text=f"由上级决定,此为第{number}号答复。", measure="1.6")
        await desk.presses(console_documents.CONFIRM)
        await desk.sees(console_documents.SAID["answered"])
    async with city.citizen(chrome, view) as user:
        await user.says(QUESTION[view])
        await user.sees(f"此为第{number}号答复")
