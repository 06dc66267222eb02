"""The console's pages of reports: what each shows, what each form does, and who sees nothing at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.reports.content import Contact, FileLabel
from bot.services.reports.intake import Attached, attach
from storage.schema_cases import cases
from tests.support.console_cases import CASES, actions, adds, at_work, form, page, row
from tests.support.console_house import console_house


@pytest.fixture
async def house(tmp_path, database_url):
    async with console_house(tmp_path, database_url) as opened:
        yield opened


@pytest.fixture
async def lite(tmp_path, sqlite_stores):
    async with console_house(tmp_path, await sqlite_stores.migrated()) as opened:
        yield opened


async def test_a_case_is_worked_from_the_queue_to_its_end(house):
    contact = Contact(name="王平", contact="13900000000")
    filed = await house.city.filed(contact=contact, files=(b"first", b"second"), when="去年", where="局里")
    user = await at_work(house)
    (line,) = user.view.rows
    assert line[0] == filed.number
    assert "优先" in line[1]
    view = await user.opens(page(filed.number))
    for words in ("王平 13900000000", "钱卫(一把手)", "青石区住房和城乡建设局", "去年", "局里", "招标", "告知受理",
                  "《纪检监察机关处理检举控告工作规则》", "待接收", "已收到", "优先受理"):  # fmt: skip
        assert words in view.text, words
    await form(user, filed.number, "ask", question="是哪一次招标?")
    assert (user.view.path, user.view.said) == (page(filed.number), "已向举报人提问。")
    assert "我方提问" in user.view.text
    assert (await row(house, filed.number)).status == "incomplete"
    await adds(house, filed.receipt, "answer", "三月那次")
    await user.opens(CASES)
    assert "有新补充" in user.view.rows[0][1]
    await user.opens(page(filed.number))
    await user.opens(CASES)
    assert "有新补充" not in user.view.rows[0][1]
    for then in ("screening", "accepted", "verification"):
        await user.opens(page(filed.number))
        await form(user, filed.number, "status", status=then)
        assert user.view.said == "状态已更改。"
    await form(user, filed.number, "answer", notice="正在核实。")
    await form(user, filed.number, "close", outcome="")
    assert "尚未告知" in user.view.said
    assert (await row(house, filed.number)).internal == "answer_due"
    await form(user, filed.number, "close", outcome="已查清。")
    closed = await row(house, filed.number)
    assert (closed.status, closed.internal) == ("closed", "answered")
    await user.opens(CASES)
    assert "没有符合条件" in user.view.text
    await user.opens(f"{CASES}?group=closed")
    assert user.view.rows[0][0] == filed.number


async def test_after_closing_an_objection_stands_out_and_the_case_is_taken_up_again(house):
    filed = await house.city.filed()
    user = await at_work(house)
    await user.opens(page(filed.number))
    await form(user, filed.number, "status", status="screening")
    await form(user, filed.number, "close", outcome="请向法院起诉", outside="yes")
    assert (await row(house, filed.number)).status == "outside"
    assert "匿名" in user.view.text
    assert f"{page(filed.number)}/ask" not in user.view.answer.text
    await form(user, filed.number, "status", status="archived")
    await adds(house, filed.receipt, "objection", "不服这一结果")
    await adds(house, filed.receipt, "evidence", "另有账本")
    view = await user.opens(page(filed.number))
    assert view.text.count("办结后提出") == 2
    assert (await row(house, filed.number)).internal == "review"
    await form(user, filed.number, "ask", question="账本在哪里?")
    assert "已向举报人提问" in user.view.said


async def test_a_missed_deadline_shows_while_it_passes_and_ever_after(lite):
    filed = await lite.city.filed()
    user = await at_work(lite)
    for days, said in ((0, ""), (-1, "逾期"), (9, "曾逾期")):
        async with lite.city.work() as work:
            due = lite.city.today + timedelta(days=days)
            await work.cases.set_status(filed.number, "received", "waiting", lite.city.today, due=due)
        for more in ("", "/sheet"):
            view = await user.opens(page(filed.number) + more)
            assert view.tree.xpath("string(//span[@class='mark late'])") == said


async def test_only_what_may_follow_is_offered_and_anything_else_is_refused(lite):
    filed = await lite.city.filed()
    user = await at_work(lite)
    await user.opens(page(filed.number))
    offered = user.view.tree.xpath("//select[@name='status']/option/@value")
    assert offered == ["screening"]
    for then, said in (("archived", "之后不能转为"), ("answered", "之后不能转为"), ("dance", "没有这个状态")):
        view = await form(user, filed.number, "status", status=then)
        assert (view.status, said in view.alert) == (422, True)
    assert (await row(lite, filed.number)).internal == "waiting"


async def test_what_was_typed_stands_in_its_form_when_it_is_refused(lite):
    filed = await lite.city.filed()
    user = await at_work(lite)
    await user.opens(page(filed.number))
    long = "长" * 4001
    view = await form(user, filed.number, "ask", question=long)
    assert (view.status, "4000" in view.alert) == (422, True)
    assert view.fields(f"{page(filed.number)}/ask")["question"] == long
    await user.opens(page(filed.number))
    await form(user, filed.number, "status", status="screening")
    view = await form(user, filed.number, "close", outcome="  ", outside="yes")
    assert "须写明去向" in view.alert
    assert view.fields(f"{page(filed.number)}/close")["outside"] == "yes"
    view = await form(user, filed.number, "merge", target="0000000000")
    assert view.status == 403
    assert "没有这一件" in view.alert


async def test_a_case_is_handed_over_with_its_reason_and_is_gone(house):
    filed = await house.city.filed()
    user = await at_work(house)
    await user.opens(page(filed.number))
    city = await house.city.organisation("临江市委")
    assert user.view.tree.xpath("//select[@name='organisation']/option/@value") == [city]
    bureau = await house.city.organisation("青石区住房和城乡建设局")
    view = await form(user, filed.number, "transfer", organisation=bureau, reason="理由很长")
    assert "不能移送" in view.alert
    assert view.fields(f"{page(filed.number)}/transfer")["reason"] == "理由很长"
    fields = view.fields(f"{page(filed.number)}/transfer") | {"organisation": city}
    await user.posts(f"{page(filed.number)}/transfer", fields)
    assert (user.view.path, "已移送" in user.view.said) == (CASES, True)
    await user.posts(f"{page(filed.number)}/transfer", fields)
    assert user.view.path == CASES
    assert (await user.opens(page(filed.number))).status == 403
    above = await at_work(house, "冬青")
    view = await above.opens(page(filed.number))
    assert "理由很长" in view.text
    assert "举报人看不到" in view.text
    assert (await actions(house, filed.number)).count(f"transfer:{city}") == 1


async def test_two_cases_become_one_and_the_other_is_named_only_to_who_may_see_it(lite):
    first, second = await lite.city.filed(text="第一件"), await lite.city.filed(text="第二件")
    user = await at_work(lite)
    await user.opens(page(first.number))
    await form(user, first.number, "merge", target=f" {second.number.lower()} ")
    assert user.view.said == "已并案。"
    assert page(second.number) in user.view.links
    person = await lite.city.person("韦正")
    async with lite.city.work() as work:
        facts = await work.cases.facts(second.number)
        shut = replace(facts, excluded=facts.excluded | {person.id})
        await work.cases.set_facts(second.number, shut)
    view = await user.opens(page(first.number))
    assert second.number not in view.answer.text
    assert "另一件" in view.text


async def test_a_form_sent_twice_does_its_step_once(house):
    filed = await house.city.filed()
    user = await at_work(house)
    await user.opens(page(filed.number))
    action = f"{page(filed.number)}/answer"
    fields = user.view.fields(action) | {"notice": "只说一次"}
    for _ in range(3):
        await user.posts(action, fields)
        assert (user.view.status, user.view.path) == (200, page(filed.number))
    assert user.view.text.count("只说一次") == 1
    assert (await actions(house, filed.number)).count("answer") == 1


async def test_a_long_queue_comes_by_pages_and_filters_stay(house):
    for number in range(28):
        await house.city.filed(category="政治" if number % 9 else "廉洁")
    user = await at_work(house)
    assert len(user.view.rows) == 25
    assert "共 2 页,28 条" in user.view.text
    first = [each[0] for each in user.view.rows]
    view = await user.opens(f"{CASES}?page=2")
    assert len(view.rows) == 3
    assert not set(first) & {each[0] for each in view.rows}
    view = await user.opens(f"{CASES}?category=政治&priority=yes&deadline=nonsense&group=nonsense&page=99")
    assert "共 1 页,24 条" in view.text
    assert {each[3] for each in view.rows} == {"政治"}
    assert view.tree.xpath("//select[@name='category']/option[@selected]/@value") == ["政治"]
    async with house.city.work() as work:
        day = house.city.today - timedelta(days=1)
        await work.cases._session.execute(cases.update().where(cases.c.number.in_(first[:2])).values(due=day))
        await work.audit.append("reporter", "supplemented", first[1], day)
    view = await user.opens(f"{CASES}?deadline=overdue")
    assert {each[0] for each in view.rows} == set(first[:2])
    assert all("逾期" in each[1] for each in view.rows)
    view = await user.opens(f"{CASES}?deadline=overdue&news=yes")
    assert [each[0] for each in view.rows] == [first[1]]
    assert (await user.opens(f"{CASES}?deadline=soon")).rows == []


async def test_attachments_come_to_be_saved_and_never_to_be_shown(house):
    filed = await house.city.filed(files=(b"<script>x</script>", b"second" * 40_000))
    user = await at_work(house)
    view = await user.opens(page(filed.number))
    assert f"{page(filed.number)}/files/2" in view.links
    for place, content in ((1, b"<script>x</script>"), (2, b"second" * 40_000)):
        answer = await user.downloads(f"{page(filed.number)}/files/{place}")
        assert answer.content == content
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["content-type"].partition(";")[0] == "text/plain"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    for place in ("3", "0", "-1", "x", "1" * 30):
        assert "没有这个附件" in (await user.opens(f"{page(filed.number)}/files/{place}")).alert
    assert [each for each in await actions(house, filed.number) if each.startswith("file:")] == [
        "file:1",
        "file:2",
    ]


async def test_a_file_of_an_odd_kind_gets_a_harmless_one(lite):
    filed = await lite.city.filed()
    async with lite.city.work() as work:
        case = await work.cases.by_receipt(filed.receipt)
        label = FileLabel(media_type="text/html", ending=".html", size=1)
        await attach(work, case.key, [Attached(label, b"x")], lite.city.today)
    user = await at_work(lite)
    answer = await user.downloads(f"{page(filed.number)}/files/1")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "html" not in answer.headers["content-disposition"]


async def test_the_sheet_leaves_name_and_contact_out_unless_asked_for(lite):
    filed = await lite.city.filed(contact=Contact(name="王平", contact="13900000000"))
    user = await at_work(lite)
    view = await user.opens(page(filed.number, "sheet"))
    assert "王平" not in view.answer.text
    assert "13900000000" not in view.answer.text
    assert "招标" in view.text
    view = await user.opens(page(filed.number, "sheet") + "?contact=yes")
    assert "王平 13900000000" in view.text
    assert await actions(lite, filed.number) == ["filed", "open", "open"]


async def test_the_steps_are_told_in_words_and_looking_at_them_is_one(lite):
    filed = await lite.city.filed(files=(b"x",))
    user = await at_work(lite)
    await user.opens(page(filed.number))
    await user.downloads(f"{page(filed.number)}/files/1")
    await form(user, filed.number, "status", status="screening")
    lan = (await lite.city.handler("蓝月")).id
    async with lite.city.work() as work:
        for action in (f"notice:news:7:{lan}", f"withdrawn:{lan}", "withdrawn:gone", "moves up"):
            await work.audit.append("system", action, filed.number, lite.city.today)
        await work.audit.append("handler:gone", "merge", filed.number, lite.city.today)
    view = await user.opens(page(filed.number, "steps"))
    told = [tuple(each[2:]) for each in reversed(view.rows)]
    assert told == [
        ("举报人", "提交举报"),
        ("韦正", "打开查看"),
        ("韦正", "下载附件1"),
        ("韦正", "转为“待甄别”"),
        ("韦正", "打开查看"),
        ("系统", "发出通知(有新补充)"),
        ("系统", "收回蓝月的密钥"),
        ("系统", "收回原受理人的密钥"),
        ("系统", "应移送上级"),
        ("原受理人", "并入另一件"),
    ]
    view = await user.opens(page(filed.number, "steps"))
    assert view.rows[0][2:] == ["韦正", "查看办理记录"]
    assert (await actions(lite, filed.number))[-1] == "audit"


async def test_figures_leave_small_numbers_out(lite):
    for _ in range(7):
        await lite.city.filed()
    for _ in range(2):
        await lite.city.filed(category="政治")
    user = await at_work(lite)
    view = await user.opens(f"{CASES}/figures")
    found = {each[0]: each[1] for each in view.rows}
    assert "合计:9" in view.text
    assert (found["政治"], found["廉洁"]) == ("—", "—")
    assert found["第 4 季度"] == "9"
    view = await user.opens(f"{CASES}/figures?year=2020")
    assert "2020" in view.tree.xpath("string(//h1)")
    assert {each[1] for each in view.rows} == {"0"}
    for year in ("x", "20266", "²²²²", "0000"):
        view = await user.opens(f"{CASES}/figures?year={year}")
        assert view.status in {200, 422}
