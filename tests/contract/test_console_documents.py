"""The console's pages on documents, questions and feedback, for administrators. On both databases."""

import pytest

from knowledge.catalogue import digest_document, load_catalogue
from tests.support.console_house import console_house

ROOT = "/console/documents"
QUESTIONS = f"{ROOT}/questions"
TEXT = (
    "某某市机关会议管理办法\n2020年3月1日发布\n第一条 为规范会议管理,制定本办法。\n"
    "第二条 领导班子会议应当提前一天通知。\n第三条 党委(党组)应当定期听取述责述廉,并进行民主测评。\n"
)
FILE = ("办法.txt", TEXT.encode())


@pytest.fixture
async def house(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
async def admin(house):
    return await house.signed_in("管清")


async def done(user):
    """Wait for the job whose page is shown."""
    for _ in range(400):
        if "正在进行" not in user.view.text:
            return user.view
        await user.opens(user.view.path)
    raise AssertionError(user.view.text)


async def taken(admin, file=FILE, **corrected):
    await admin.opens(ROOT)
    await admin.submits(f"{ROOT}/look", file=file)
    await admin.submits(f"{ROOT}/take", **corrected)
    return await done(admin)


async def test_a_file_is_seen_before_it_is_taken_in(house, admin):
    await admin.opens(ROOT)
    view = await admin.submits(f"{ROOT}/look", file=FILE)
    assert "领导班子会议应当提前一天通知" in view.text
    assert "没有与各项措施相对应的段落" in view.text
    assert view.fields(f"{ROOT}/take")["title"] == "某某市机关会议管理办法"
    assert await house.parts.library.documents() == []
    await admin.submits(f"{ROOT}/take", title="会议管理办法(试行)", effective="2020-04-01")
    assert "已完成" in (await done(admin)).text
    (stored,) = await house.parts.library.documents()
    assert (stored.title, str(stored.effective)) == ("会议管理办法(试行)", "2020-04-01")
    answer = house.parts.library.latest.answer("领导班子会议要提前多久通知?")
    assert any("提前一天" in each.quote for each in answer.citations)


async def test_what_words_a_measure_is_counted_by_measure(admin):
    digest = digest_document(load_catalogue())
    await admin.opens(ROOT)
    view = await admin.submits(f"{ROOT}/look", file=("要点.txt", digest.text.encode()))
    counted = {row[0]: int(row[1]) for row in view.rows if len(row) == 2 and row[1].isdecimal()}
    assert sum(count > 0 for count in counted.values()) >= 15


async def test_the_same_file_twice_changes_nothing_and_says_so(house, admin):
    await taken(admin)
    await admin.opens(ROOT)
    view = await admin.submits(f"{ROOT}/look", file=FILE)
    assert "不产生变化" in view.said
    await admin.submits(f"{ROOT}/take")
    await done(admin)
    assert len(await house.parts.library.documents(include_retired=True)) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.4 broken"),
        ("a.docx", b"PK\x03\x04"),
        ("a.txt", b""),
        ("a.exe", b"MZ\x90\x00\x03" * 50),
    ],
)
async def test_a_broken_file_is_refused_whole(house, admin, name, content):
    await admin.opens(ROOT)
    view = await admin.submits(f"{ROOT}/look", file=(name, content))
    assert view.status == 422
    assert view.alert
    assert await house.parts.library.documents() == []


@pytest.mark.parametrize(("field", "value"), [("title", ""), ("issued", "去年"), ("effective", "2020-13-01")])
async def test_a_bad_correction_keeps_the_others(house, admin, field, value):
    await admin.opens(ROOT)
    await admin.submits(f"{ROOT}/look", file=FILE)
    view = await admin.submits(f"{ROOT}/take", **{"title": "改过的名称", "issuer": "某机关", field: value})
    assert view.status == 422
    assert view.fields(f"{ROOT}/take")["issuer"] == "某机关"
    assert await house.parts.library.documents() == []


async def test_a_newer_edition_takes_the_place_of_the_older_and_one_is_retired_by_hand(house, admin):
    await taken(admin, effective="2020-04-01")
    await taken(admin, ("办法.txt", TEXT.replace("一天", "两天").encode()), effective="2022-01-01")
    view = await admin.opens(ROOT)
    assert [row[1] for row in view.rows] == ["2", "1"]
    assert "停用" in view.rows[1][5]
    (form,) = [each for each in view.tree.forms if each.get("action", "").endswith("/retire")]
    address = form.get("action")
    assert (await admin.submits(address, on="明天")).status == 422
    await admin.opens(ROOT)
    await admin.submits(address, on="2026-11-23")
    assert await house.parts.library.documents() == []


async def test_a_file_looked_at_waits_half_an_hour(house, admin):
    await admin.opens(ROOT)
    await admin.submits(f"{ROOT}/look", file=FILE)
    fields = admin.view.fields(f"{ROOT}/take")
    for _ in range(4):
        house.wait(minutes=10)
        await admin.opens(ROOT)
    assert "保留期" in (await admin.posts(f"{ROOT}/take", fields)).alert


async def test_a_question_is_answered_in_place_and_remembered(house, admin):
    asked = "述责述廉大会上谁来提问题啊请问"
    async with house.city.work() as work:
        await work.questions.add(asked, None, house.city.clock())
    view = await admin.opens(QUESTIONS)
    assert view.rows == [[asked, "2026-11-23"]]
    (address,) = [each for each in view.links if each.startswith(f"{QUESTIONS}/")]
    view = await admin.opens(address)
    assert "述责述廉" in view.text
    assert "见问" in (await admin.opens(f"{address}?q=见问")).answer.text
    assert (await admin.submits(f"{address}/answer", text="", measure="1.6")).status == 422
    await admin.opens(address)
    view = await admin.submits(f"{address}/answer", text="由参会人员提问。", measure="9.9")
    assert view.status == 422
    assert view.fields(f"{address}/answer")["text"] == "由参会人员提问。"
    await admin.submits(f"{address}/answer", measure="1.6")
    assert (await admin.opens(QUESTIONS)).rows == []
    assert (await admin.opens(f"{QUESTIONS}?answered=yes")).rows[0][2] == "由参会人员提问。"
    answer = house.parts.library.latest.answer(asked)
    assert "由参会人员提问" in answer.text
    assert answer.citations[0].measure == "1.6"


async def test_a_question_can_be_dropped(house, admin):
    async with house.city.work() as work:
        id_ = await work.questions.add("<script>alert(1)</script>", None, house.city.clock())
    view = await admin.opens(f"{QUESTIONS}/{id_}")
    assert "<script>alert" not in view.answer.text
    await admin.submits(f"{QUESTIONS}/{id_}/drop")
    assert (await admin.opens(f"{QUESTIONS}/{id_}")).status == 422


@pytest.mark.parametrize("id_", ["0", "-1", "x", "999999999999999999999", "%F0%9F%92%A9"])
async def test_no_question_by_a_strange_number(admin, id_):
    view = await admin.opens(f"{QUESTIONS}/{id_}")
    assert "没有这个问题" in view.alert


async def test_feedback_is_counted_by_measure(house, admin):
    async with house.city.work() as work:
        for helpful in (True, True, False):
            await work.feedback.add("问", "answer", helpful=helpful, measure="1.6", day=house.city.today)
        await work.feedback.add("问", "nearest", helpful=False, measure=None, day=house.city.today)
    view = await admin.opens(f"{ROOT}/feedback")
    assert [row[1:] for row in view.rows] == [["2", "1"], ["0", "1"]]
