"""The whole way of a report over every road: told, kept from the accused, read, asked back, answered, closed."""

import io
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from PIL import Image

from bot.services.casework import handling
from bot.services.casework.access import Sitting
from storage import Unlocked
from tests.support import attachment_files, attachment_office, attachment_sounds
from tests.support.report_house import ROADS, ReportHouse, report_house
from tests.support.telegram_user import TelegramUser
from tests.support.web_user import WebUser
from yanlu.errors import AccessDenied

RECEIPT = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")
OTHER = {"terminal": "web", "web": "polling", "polling": "terminal", "webhook": "web"}
LONG = "从去年三月起,三号路工程分成五段发包,都没有上会。" * 150
PLACES = "青石区住房和城乡建设局、青石区教育局、第三建筑公司(未列出,上级为青石区住房和城乡建设局)"


@pytest.fixture(params=ROADS)
async def house(request, tmp_path, database_url):
    async with report_house(tmp_path, database_url, request.param) as opened:
        yield opened


@dataclass
class Worker:
    """A handler at work on the one case there is."""

    house: ReportHouse
    unlocked: Unlocked

    @asynccontextmanager
    async def sitting(self):
        async with self.house.work() as work:
            yield Sitting(work, self.house.desk, self.unlocked, self.house.today)

    async def folder(self):
        (number,) = await self.house.numbers()
        async with self.sitting() as sitting:
            return await handling.read_case(sitting, number)

    async def does(self, step, *words):
        (number,) = await self.house.numbers()
        async with self.sitting() as sitting:
            return await step(sitting, number, *words)

    async def files(self) -> list[tuple[str, bytes]]:
        """Kind and content of each file, as the handler gets them."""
        folder = await self.folder()
        found = []
        for each in folder.files:
            async with self.sitting() as sitting:
                pieces = [
                    piece async for piece in handling.read_file(sitting, folder.row.number, each.position)
                ]
            found.append((each.label.media_type, b"".join(pieces)))
        return found


@pytest.mark.parametrize("named", [False, True], ids=["anonymous", "by name"])
async def test_a_report_goes_all_the_way(house, tmp_path, named):
    user = await house.stranger()
    await agrees(user)
    await names_everybody(user)
    await tells(user)
    await attaches(user, tmp_path)
    number, receipt = await submits(user, named=named)

    worker = Worker(house, await house.unlocked("韦正"))
    await reads(worker, named=named)
    await worker.does(handling.set_status, "screening")
    await worker.does(handling.ask, "第二段是哪个单位施工的?")

    back = await house.stranger(OTHER[house.road])
    await back.says(spoiled(receipt))
    await back.sees("当前状态:待补充")
    await back.sees("受理单位提问:第二段是哪个单位施工的?")
    await answers(back, tmp_path)
    assert (await worker.folder()).messages[-1].message.text == "第三建筑公司\n合同在附件里"
    kind, paper = (await worker.files())[-1]
    assert kind == "application/pdf"
    assert attachment_files.traces(paper) == []

    await keeps_the_proof(house, back, number)
    await withdraws(back, worker, named=named)
    await worker.does(handling.set_status, "accepted")
    await worker.does(handling.set_status, "verification")
    await worker.does(handling.close, "已责令整改,并在全区通报。")
    await back.taps("查看进度")
    await back.sees("当前状态:已办结")
    await back.sees("办理结果:已责令整改,并在全区通报。")


async def agrees(user) -> None:
    await user.says("/report")
    notice = await user.sees("谁能看到")
    assert all(
        words in notice for words in ("谁看不到", "藏不住什么", "错告不等于诬告", "12388", "严禁输入涉密信息")
    )
    await user.taps("继续")
    await user.taps("廉洁")
    await user.taps("跳过")


async def names_everybody(user) -> None:
    """One organisation by its short name, one by pinyin, one that is not listed; a head, a known and an unknown name."""
    await user.says("住建局")
    await user.sees("已有:青石区住房和城乡建设局")
    await user.says("jiaoyuju")
    await user.taps("青石区教育局(青石区委)")
    await user.says("第三建筑公司")
    await user.taps("没有列出")
    await user.says("住建局")
    await user.sees("第三建筑公司(未列出,上级为青石区住房和城乡建设局)")
    await user.taps("完成")
    await user.says("钱卫")
    await user.says("路人甲")
    await user.taps("其他人员")
    await user.says("柳成")
    await user.sees("柳成(班子成员)")
    await user.taps("完成")


async def tells(user) -> None:
    await user.says("去年三月起")
    await user.says("三号路工地和局里")
    await user.says(LONG)
    await user.says("第二段:合同也是一个人签的")
    await user.taps("完成")


async def attaches(user, folder) -> None:
    """A picture and a recording that tell of their maker, as the road sends them, and what is no document."""
    photo, sound, bad = folder / "张三拍的.jpg", folder / "张三录的.ogg", folder / "张三打包的.zip"
    photo.write_bytes(attachment_files.jpeg())
    sound.write_bytes(attachment_sounds.ogg("opus"))
    bad.write_bytes(b"PK\x03\x04 not a document")
    if isinstance(user, TelegramUser):
        await user.sends_as("photo", photo)
        await user.sees("已有:图片")
        await user.sends_as("voice", sound)
    else:
        await user.sends(photo)
        await user.sees("已有:图片")
        await user.sends(sound)
    await user.sees("录音")
    await user.sends(bad)
    await user.sees("已有:图片")
    await user.taps("完成")


async def submits(user, *, named: bool) -> tuple[str, str]:
    """Reviews and hands in; gives number and receipt, which is shown this once."""
    await user.taps("实名" if named else "匿名")
    if named:
        await user.says("张三丰")
        await user.says("电话一三九")
    card = await user.sees("请核对")
    for words in (f"单位:{PLACES}", "被反映人:钱卫(一把手)、路人甲(其他人员)、柳成(班子成员)"):
        assert words in card
    assert "谁能看到:青石区委负责受理的人员" in card
    assert "谁看不到:被反映人,第三建筑公司" not in card
    assert "第三建筑公司" in card.partition("谁看不到")[2]
    await user.taps("提交")
    said = await user.sees("查询码:")
    receipt, number = RECEIPT.search(said)[0], re.search(r"件号:([^。]+)。", said)[1]
    await user.taps("查看进度")
    await user.sees("当前状态:已收到")
    await user.does_not_see(receipt)
    await cleans(user, receipt)
    return number, receipt


async def cleans(user, receipt: str) -> None:
    """Has the chat cleaned: nothing of the report is left but where the channel says so."""
    if isinstance(user, TelegramUser):
        user.api.tap(user.api.messages_to(user.id)[-1], "track:sweep")
        await user.api.until(lambda: len(user.api.messages_to(user.id)) == 1, "the chat was not cleaned")
        (left,) = user.api.messages_to(user.id)
        assert "已删除本次对话中的" in left.text
        return
    await user.taps("清理对话")
    await user.does_not_see(receipt)
    if isinstance(user, WebUser):
        assert receipt not in user.page.answer.text


async def reads(worker: Worker, *, named: bool) -> None:
    """The handler has every word, and the files cleaned and whole; whoever is accused has nothing."""
    folder = await worker.folder()
    report = folder.report
    assert report.course == f"{LONG}\n第二段:合同也是一个人签的"
    assert [each.name for each in report.people] == ["钱卫", "路人甲", "柳成"]
    assert [each.name for each in report.organisations][-1] == "第三建筑公司"
    assert (folder.contact is not None) is named
    (photo, sound) = await worker.files()
    assert (photo[0], sound[0]) == ("image/jpeg", "audio/ogg")
    assert attachment_files.traces(photo[1]) == attachment_files.traces(sound[1]) == []
    with Image.open(io.BytesIO(photo[1])) as picture:
        picture.load()
        assert not picture.getexif()
    assert sound[1].startswith(b"OggS")
    city = Worker(worker.house, await worker.house.unlocked("冬青"))
    with pytest.raises(AccessDenied):
        await city.folder()


def spoiled(receipt: str) -> str:
    """A receipt as a hasty hand types it."""
    return receipt.replace("-", "  ").lower().replace("0", "o").replace("1", "l")


async def answers(back, folder) -> None:
    paper = folder / "张三的合同.pdf"
    paper.write_bytes(attachment_files.pdf_page())
    await back.taps("回复")
    await back.says("第三建筑公司")
    await back.says("合同在附件里")
    await back.taps("完成")
    await back.sends(paper)
    await back.taps("完成")
    await back.taps("提交")
    await back.sees("您的回复:第三建筑公司")
    await back.does_not_see("张三")


async def keeps_the_proof(house, back, number: str) -> None:
    await back.taps("提交凭证")
    proof = await back.sees("内容校验值")
    assert f"件号:{number}" in proof
    assert "受理单位:青石区委" in proof
    file = (await house.received(back))[-1].content.decode()
    assert all(line in proof for line in file.splitlines())
    assert not RECEIPT.search(file)
    await back.taps("查看进度")


async def withdraws(back, worker: Worker, *, named: bool) -> None:
    if not named:
        assert (await worker.folder()).contact is None
        return
    await back.taps("撤回联系方式")
    await back.sees("确定撤回吗")
    await back.taps("确定撤回")
    await back.sees("已撤回")
    assert (await worker.folder()).contact is None
    await back.does_not_see("撤回联系方式")


async def test_a_document_of_many_parts_comes_clean_over_every_road(house, tmp_path):
    user = await house.stranger()
    await user.says("/report")
    for label in ("继续", "廉洁", "跳过"):
        await user.taps(label)
    await user.says("住建局")
    for label in ("完成", "跳过", "跳过", "跳过"):
        await user.taps(label)
    await user.says("见附件")
    await user.taps("完成")
    for name, content in (("表.xlsx", attachment_office.xlsx()), ("片.mp4", attachment_sounds.film())):
        (tmp_path / name).write_bytes(content)
    await user.sends(tmp_path / "表.xlsx")
    if isinstance(user, TelegramUser):
        for field in ("video", "video_note", "animation"):
            await user.sends_as(field, tmp_path / "片.mp4")
            await user.sees("录像")
    else:
        await user.sends(tmp_path / "片.mp4")
        await user.sees("录像")
    for label in ("完成", "匿名", "提交"):
        await user.taps(label)
    await user.sees("查询码:")
    files = await Worker(house, await house.unlocked("蓝月")).files()
    assert len(files) == (4 if isinstance(user, TelegramUser) else 2)
    assert {kind.partition("/")[0] for kind, _ in files} == {"application", "video"}
    assert [attachment_files.traces(content) for _, content in files] == [[]] * len(files)


async def test_a_recording_sent_where_nobody_asks_for_a_file_is_declined(tmp_path, database_url):
    async with report_house(tmp_path, database_url, "polling") as house:
        sound = tmp_path / "a.ogg"
        sound.write_bytes(attachment_sounds.ogg("opus"))
        user = await house.stranger()
        await user.sends_as("voice", sound)
        await user.sees("暂不能处理这类消息")
        await user.says("/report")
        await user.sends_as("voice", sound)
        await user.sees("暂不能处理这类消息")
        await user.sees("尚未填完")
        assert not [call for call in house.api.calls if call.method == "getFile"]
