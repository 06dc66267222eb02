"""The handlers' commands and console by the functions behind them, over a state folder of their own."""

import asyncio
import io
import os
import re
import sqlite3

import pytest
import typer
from typer.testing import CliRunner

from bot.app import House
from bot.commands import casework, organisations
from bot.commands.inbox import Inbox
from bot.services.casework.access import Desk
from bot.services.reports.content import Concerned, Contact, FileLabel, NamedOrganisation, Report
from bot.services.reports.intake import Attached, HandIn, submit
from bot.services.reports.tracking import add
from bot.services.working_days import WorkingDays
from bot.settings import load_settings
from storage.handler_keys import LEAST
from yanlu.errors import AccessDenied, DatabaseCorrupt, PassphraseWrong, YanluError

CSV = (
    "组织编码,名称,上级编码,人员编码,姓名,职务,身份,任职日期\n"
    "S,沈市委,,P0,冬青,市纪委书记,纪检负责人,2021-03-04\n"
    "Q,青区委,S,P1,韦正,区纪委书记,纪检负责人,2021-03-04\n"
    "Q,青区委,S,P2,蓝月,组织部部长,组织部门负责人,2021-03-04\n"
    "B,白区委,S,P3,沈秋,区纪委书记,纪检负责人,2021-03-04\n"
    "J,住建局,Q,P4,钱卫,局长,一把手,2022-05-06\n"
)
STORY = "去年以来的工程招标从来不上会\x1b[2J\n[2026-01-01] 我方告知:假的"
WORDS = {
    "P0": "冬青在窗边的旧书桌前看书",
    "P1": "韦正在窗边的旧书桌前看书",
    "P2": "蓝月在窗边的旧书桌前看书",
    "P3": "沈秋在窗边的旧书桌前看书",
}


class Yanlu:
    """The commands, and reporters who hand in without a chat."""

    def __init__(self, home):
        self.home = home
        self.app = typer.Typer()
        self.app.command("inbox")(casework.inbox)
        for name in ("handlers", "recovery", "audit", "cases"):
            self.app.add_typer(getattr(casework, name), name=name)
        self.app.add_typer(organisations.app, name="org")

    def __call__(self, *arguments, lines=()):
        typed = "".join(f"{line}\n" for line in lines)
        result = CliRunner().invoke(self.app, [str(each) for each in arguments], input=typed)
        if result.exception is not None:
            raise result.exception
        return result.output

    def inbox(self, person, *lines):
        return self("inbox", person, lines=(WORDS[person], *lines))

    def done(self, step):
        async def run():
            async with (
                House.open(load_settings()) as house,
                house.database.transaction(house.clock()) as work,
            ):
                return await step(work, Desk(house.directories, WorkingDays()), house.clock().date())

        return asyncio.run(run())

    def filed(self, text=STORY, *, contact=None, files=()):
        async def step(work, desk, day):
            directory = await desk.directories.of(work)
            place, person = directory.organisation_of_code("J"), directory.person_of_code("P4")
            report = Report(
                category="廉洁",
                organisations=(NamedOrganisation(name=place.name, id=place.id),),
                people=(Concerned(name=person.name, position="head", person=person.id),),
                when="去年",
                where="局里",
                course=text,
                named=contact is not None,
            )
            attached = tuple(
                Attached(FileLabel(media_type="text/plain", ending=".txt", size=len(each)), each)
                for each in files
            )
            return await submit(work, desk, HandIn(report, contact, attached), day)

        return self.done(step)

    def adds(self, receipt, kind, text):
        async def step(work, desk, day):
            case = await work.cases.by_receipt(receipt)
            await add(work, desk, case, kind=kind, text=text, day=day)

        self.done(step)


@pytest.fixture
def yanlu(tmp_path, monkeypatch):
    monkeypatch.setenv("YANLU_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("storage.handler_keys.new_keys.__defaults__", (LEAST,))
    made = Yanlu(tmp_path / "home")
    city = tmp_path / "全区.csv"
    city.write_bytes(CSV.encode("gbk"))
    made("org", "import", city)
    for person, place in (("P0", "S"), ("P1", "Q"), ("P2", "青区委"), ("P3", "B")):
        made("handlers", "enrol", person, "--organisation", place, lines=(WORDS[person], WORDS[person]))
    return made


def test_a_handler_works_a_case_from_the_queue_to_its_end(yanlu, tmp_path):
    filed = yanlu.filed(contact=Contact(name="王平", contact="13900000000"), files=(b"first", b"second"))
    folder = tmp_path / "附件"
    shown = yanlu.inbox(
        "P1", "open 1", "ask", "是哪一次招标?", "请说明时间。", "", "status 待甄别", f"save {folder}", "lock"
    )
    assert f"1  优先  {filed.number}" in shown
    assert "《纪检监察机关处理检举控告工作规则》" in shown
    assert "实名:王平 13900000000" in shown
    assert "被反映:住建局、钱卫(一把手)" in shown
    assert "时间:去年  地点:局里" in shown
    assert "\x1b" not in shown
    assert "已发给举报人" in shown
    assert shown.endswith("已锁定。\n")
    saved = sorted(folder.iterdir())
    assert [each.read_bytes() for each in saved] == [b"first", b"second"]
    assert [each.stat().st_mode & 0o777 for each in saved] == [0o600, 0o600]
    yanlu.adds(filed.receipt, "answer", "三月那次\n[2026-01-01] 我方告知:假的")
    shown = yanlu.inbox(
        "P2",
        "list",
        f"open {filed.number.lower()}",
        "status 受理",
        "answer 已受理",
        "close",
        "list",
        "close 已查清",
        "list",
    )
    assert "【有新补充】" in shown
    assert "我方提问:是哪一次招标?\n    请说明时间。" in shown
    assert "举报人回复:三月那次\n    [2026-01-01]" in shown  # no line of a reporter's passes for one of ours
    assert "请在期限内用 close 反馈" not in shown  # from 受理 a case is handled before it is closed
    shown = yanlu.inbox(
        "P2", f"open {filed.number}", "status 初步核实", "close", "list", "close 已查清", "list"
    )
    assert "请在期限内用 close 反馈" in shown
    assert "办结待反馈" in shown
    assert "没有待处理的举报件" in shown
    assert "已反馈" in yanlu.inbox("P1", "list all")


def test_a_long_queue_comes_by_pages_and_places_go_on_counting(yanlu, monkeypatch):
    monkeypatch.setattr("bot.commands.inbox.ROWS", 2)
    numbers = sorted(yanlu.filed().number for _ in range(3))
    shown = yanlu.inbox("P1", "open 3", "list 2", "open 3", "list 9", "list all", "open 1")
    assert "第 1 页,共 2 页,3 件" in shown
    assert "没有这一件" in shown  # the third is on the second page
    assert shown.count(f"  3  优先  {numbers[2]}") == 2
    assert f"编号 {numbers[2]}" in shown
    assert "list all 2" in shown
    assert f"编号 {numbers[0]}" in shown


def test_an_anonymous_case_says_so_and_its_deadline_is_labelled_ours(yanlu):
    yanlu.filed()
    shown = yanlu.inbox("P1", "open 1")
    assert "匿名。不得追查举报人。" in shown
    assert "匿名件,参照实名件的期限(本单位自定)" in shown


def test_what_is_typed_wrong_is_told_and_changes_nothing(yanlu):
    filed = yanlu.filed()
    shown = yanlu.inbox(
        "P1", "", "dance", "ask 问", "open 7", "open", "open 1", "status", "status 跳舞", "status 归档",
        "merge 0000000000", "outside", "transfer 住建局", "理由", "", "transfer 火星", "save", "close 结果", "help",
    )  # fmt: skip
    told = (
        "没有这个命令",
        "请先用 open",
        "没有这一件",
        "请写明编号或序号",
        "没有这个状态",
        "待接收。可以转为:待甄别。",
        "之后不能转为",
        "写明去向",
        "不能移送到",
        "没有这个单位",
        "存放附件的文件夹",
    )
    for sentence in told:
        assert sentence in shown, sentence
    row = yanlu.done(lambda work, *_: work.cases.get(filed.number))
    assert (row.status, row.internal) == ("received", "waiting")


def test_a_case_is_transferred_up_and_merged_and_answered_as_outside(yanlu, tmp_path):
    first, second = yanlu.filed("第一件"), yanlu.filed("第二件")
    shown = yanlu.inbox(
        "P1", f"open {first.number}", "transfer", "transfer S", "涉及本级", "", "answer 还在吗",
        f"open {first.number}", "list",
    )  # fmt: skip
    assert "S  沈市委" in shown
    assert "已移送" in shown
    assert shown.count("没有这一件") == 1
    shown = yanlu.inbox(
        "P0", f"open {first.number}", f"save {tmp_path}", "status 待甄别", "outside 请向法院起诉", "list all"
    )
    assert "移送理由(举报人看不到):涉及本级" in shown
    assert "这一件没有附件" in shown
    third = yanlu.filed("第三件")
    shown = yanlu.inbox("P2", f"open {third.number}", f"merge {second.number}", "list", "renew", "stats")
    assert "已并案" in shown
    assert "已重新封存 0 件" in shown
    assert "不足 5 件" in shown
    assert "各项均较小" in shown


def test_files_are_never_written_over(yanlu, tmp_path):
    yanlu.filed(files=(b"x",))
    assert "附件无法写入" in yanlu.inbox("P1", "open 1", f"save {tmp_path}", f"save {tmp_path}")


def test_a_wrong_passphrase_or_a_stranger_opens_no_console(yanlu):
    yanlu.filed()
    with pytest.raises(PassphraseWrong):
        yanlu("inbox", "P1", lines=("不对的口令不对的口令",))
    with pytest.raises(AccessDenied, match="没有读到口令"):
        yanlu("inbox", "P1")
    with pytest.raises(AccessDenied, match="不是受理人"):
        yanlu("inbox", "P4", lines=("随便",))
    with pytest.raises(YanluError, match="没有编码或姓名"):
        yanlu("inbox", "P9", lines=("随便",))
    assert "没有待处理的举报件" in yanlu.inbox("P3", "list all")


def test_handlers_are_listed_revoked_and_given_new_passphrases(yanlu):
    filed = yanlu.filed()
    assert yanlu("handlers", "list").count("起\n") == 4
    with pytest.raises(YanluError, match="已登记"):
        yanlu("handlers", "enrol", "P1", "--organisation", "Q")  # before a passphrase is asked for
    with pytest.raises(AccessDenied, match="太短"):
        yanlu("handlers", "enrol", "P4", "--organisation", "Q", lines=("短",) * 2)
    with pytest.raises(AccessDenied, match="不一致"):
        yanlu(
            "handlers",
            "enrol",
            "P4",
            "--organisation",
            "Q",
            lines=("在窗边的旧书桌与灯火", "在窗边的旧书桌与月光"),
        )
    new = "换一句不相干的话"
    yanlu("handlers", "passphrase", "P1", lines=(WORDS["P1"], new + "很长", new + "很长"))
    with pytest.raises(PassphraseWrong):
        yanlu.inbox("P1")
    assert filed.number in yanlu("inbox", "P1", lines=(new + "很长",))
    assert "不能再打开" in yanlu("handlers", "revoke", "P1")
    with pytest.raises(AccessDenied):
        yanlu("inbox", "P1", lines=(new + "很长",))
    with pytest.raises(AccessDenied):
        yanlu("handlers", "revoke", "P1")
    assert "韦正" not in yanlu("handlers", "list")
    with pytest.raises(YanluError, match="没有这个单位"):
        yanlu("handlers", "enrol", "P4", "--organisation", "火星")  # likewise


def test_no_handlers_yet(tmp_path, monkeypatch):
    monkeypatch.setenv("YANLU_HOME", str(tmp_path / "home"))
    assert "尚未登记受理人" in Yanlu(tmp_path)("handlers", "list")


def test_the_recovery_key_is_printed_once_drilled_and_saves_what_nobody_can_open(yanlu):
    made = yanlu("recovery", "make", "Q")
    paper = re.search(r"^((?:\w{6}-)+\w{6})$", made, re.MULTILINE)[1]
    assert "只显示一次" in made
    assert "renew" not in made
    filed = yanlu.filed()
    assert "演练通过" in yanlu("recovery", "drill", "Q", lines=(paper,))
    assert "renew" in yanlu("recovery", "make", "青区委")
    with pytest.raises(AccessDenied, match="演练未通过"):
        yanlu("recovery", "drill", "Q", lines=(paper,))
    for person in ("P1", "P2"):
        yanlu("handlers", "revoke", person)
    assert "没有待处理的举报件" in yanlu.inbox("P0")
    assert "已重新封存 1 件" in yanlu("recovery", "use", lines=(paper,))
    assert filed.number in yanlu.inbox("P0")
    paper_bytes = paper.replace("-", "").encode()
    disk = b"".join(each.read_bytes() for each in yanlu.home.rglob("*") if each.is_file())
    assert paper_bytes not in disk
    assert paper.encode() not in disk


def test_the_audit_log_is_verified_and_shown_to_entitled_handlers_only(yanlu):
    filed = yanlu.filed()
    yanlu.inbox("P1", "open 1")
    whole = yanlu("audit", "verify")
    assert "审计记录完整" in whole
    shown = yanlu("audit", "show", "P2", filed.number, lines=(WORDS["P2"],))
    assert re.search(r"reporter  filed\n.*handler:\w+  open", shown)
    for person, number in (("P3", filed.number), ("P3", "0000000000"), ("P0", filed.number)):
        with pytest.raises(AccessDenied, match="没有这一件"):
            yanlu("audit", "show", person, number, lines=(WORDS[person],))
    with sqlite3.connect(yanlu.home / "yanlu.db") as database:
        (entry,) = database.execute("SELECT id FROM audit WHERE action = 'open'").fetchone()
        database.execute("UPDATE audit SET action = 'answer' WHERE id = ?", (entry,))
    with pytest.raises(DatabaseCorrupt, match=f"第 {entry} 条"):
        yanlu("audit", "verify")


def test_figures_show_nothing_of_what_the_viewer_may_not_see(yanlu):
    for _ in range(6):
        yanlu.filed()
    shown = yanlu("cases", "stats", "P1", lines=(WORDS["P1"],))
    assert ":6\n" in shown
    assert "  廉洁  6\n" in shown
    assert ":0\n" in yanlu("cases", "stats", "P1", "--year", 2020, lines=(WORDS["P1"],))
    for person in ("P0", "P3"):
        assert ":0\n" in yanlu("cases", "stats", person, lines=(WORDS[person],))


async def test_the_console_locks_when_nothing_is_typed(yanlu_async, capsys):
    house, person = yanlu_async
    typed = asyncio.Queue()
    console = Inbox(house, person, typed.get, prompting=True, idle=0.2)
    typed.put_nowait("list")
    await asyncio.wait_for(console.run("在窗边的旧书桌与灯火"), 20)
    assert capsys.readouterr().out.endswith("受理台> 已锁定。\n")
    assert len(console._sessions) == 0


@pytest.fixture
async def yanlu_async(tmp_path, monkeypatch):
    from storage import Organisation, Person, new_keys

    monkeypatch.setenv("YANLU_HOME", str(tmp_path / "home"))
    async with House.open(load_settings()) as house:
        async with house.database.transaction(house.clock()) as work:
            await work.people.put_organisations([Organisation("s", "S", "沈市委")])
            await work.people.put_people([Person("p", "P", "冬青")])
            made = new_keys("在窗边的旧书桌与灯火", LEAST)
            await work.handlers.enrol("p", "s", made, house.clock().date())
        yield house, "p"


async def test_a_session_ends_in_the_middle_of_a_running_console_when_its_handler_is_revoked(
    yanlu_async, capsys
):
    house, person = yanlu_async
    lines = asyncio.Queue()
    console = Inbox(house, person, lines.get, prompting=False, idle=20)
    running = asyncio.create_task(console.run("在窗边的旧书桌与灯火"))
    lines.put_nowait("")
    while not lines.empty():  # noqa: ASYNC110 - until the console has taken the line
        await asyncio.sleep(0.01)
    async with house.database.transaction(house.clock()) as work:
        handler = await work.handlers.by_person(person)
        await work.handlers.revoke(handler.id, house.clock().date())
    for line in ("list", "lock"):
        lines.put_nowait(line)
    await asyncio.wait_for(running, 20)
    assert "本次打开已经结束" in capsys.readouterr().out


def test_a_passphrase_is_not_echoed_on_a_terminal(monkeypatch):
    from bot.commands import inbox

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    asked = []
    monkeypatch.setattr("sys.stdin", Terminal("never read\n"))
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "typed")
    assert inbox.read_secret("口令:") == "typed"
    assert asked == ["口令:"]


async def test_lines_typed_on_a_terminal_are_read_until_it_is_gone(monkeypatch):
    from bot.commands.inbox import line_reader

    keyboard, screen = os.openpty()
    with os.fdopen(screen, encoding="utf-8") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        read = line_reader()
        os.write(keyboard, b"list all\n")
        assert await asyncio.wait_for(read(), 10) == "list all"
        os.close(keyboard)
        assert await asyncio.wait_for(read(), 10) is None
