"""The rules of the reporter's side that need no database: content, scope, guesses, the shape of a receipt."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.casework.statuses import TOLD
from bot.services.reports.content import (
    MAX_COURSE,
    Concerned,
    Contact,
    FileLabel,
    Message,
    NamedOrganisation,
    Report,
)
from bot.services.reports.guesses import MINUTE, MOST_KEYS, MOST_WRONG, WINDOW, Allowance, Guesses
from bot.services.reports.intake import accused_of
from bot.services.reports.scope import elsewhere, fabrication, tells_something
from bot.services.reports.tracking import ADDED, Written, looks_like_receipt, open_question
from knowledge.reports import ReportKinds, load_report_kinds
from storage.receipts import new_receipt
from yanlu.errors import DatabaseCorrupt
from yanlu.texts import reports as texts

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
DOMAIN = Path(__file__).parents[2].parent / "shared/domain/domain.json"
REPORT = Report(
    category="廉洁",
    tags=("插手干预",),
    organisations=(NamedOrganisation(name="住建局", id="a"), NamedOrganisation(name="某公司", under="b")),
    people=(
        Concerned(name="钱卫", position="head", person="q"),
        Concerned(name="小张", position="other"),
    ),
    when="去年",
    course="招标不上会",
)


def test_every_part_of_a_case_comes_back_as_it_went_in():
    parts = (
        REPORT,
        Contact(name="张三", contact="电话"),
        Message(side="handler", kind="question", text="在哪里?"),
        FileLabel(media_type="image/jpeg", ending=".jpg", size=3),
    )
    for part in parts:
        assert type(part).unpacked(part.packed()) == part


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff", b'{"side":"system","kind":"answer","text":"x"}', b"[]"]
)
def test_what_is_no_part_is_refused_without_its_content(content):
    with pytest.raises(DatabaseCorrupt) as error:
        Message.unpacked(content)
    assert str(error.value) == "".join(texts.UNREADABLE)


def test_a_message_of_a_whole_megabyte_is_no_message():
    content = json.dumps({"side": "reporter", "kind": "answer", "text": "字" * (MAX_COURSE + 1)}).encode()
    with pytest.raises(DatabaseCorrupt):
        Message.unpacked(content)


def test_routing_keeps_a_report_from_whoever_it_names_by_id():
    accused = accused_of(REPORT)
    assert (accused.organisations, accused.people) == (frozenset({"a"}), frozenset({"q"}))
    assert accused.unlisted_under == frozenset({"b"})


def test_categories_and_tags_are_those_of_the_domain():
    if not DOMAIN.exists():
        pytest.skip("the shared domain data are not beside the checkout")
    domain = json.loads(DOMAIN.read_text("utf-8"))["categories"]
    kinds = load_report_kinds()
    assert [each.code for each in kinds.categories] == domain["六大纪律"]
    assert [each.code for each in kinds.tags] == domain["标签"]


def test_unsound_kinds_are_refused():
    category = {"code": "廉洁", "about": "收受财物"}
    for tags in ([{"code": "x", "measures": ["9.9"]}], [{"code": "x"}, {"code": "x"}]):
        with pytest.raises(ValueError, match=r"9\.9|twice"):
            ReportKinds.model_validate({"categories": [category], "tags": tags})


@pytest.mark.parametrize(
    ("course", "where"),
    [
        ("我对法院一审判决不满意,要求重新审理这个案子", "lawsuit"),
        ("劳动仲裁已经开过庭了但是对方一直不履行", "arbitration"),
        ("对这次行政处罚不服,罚款太重了请帮我减免", "review"),
        ("上个月在网上被骗了两万块钱请帮我追回来", "police"),
        ("公司拖欠我三个月工资一直不发,多次讨要无果", "wages"),
        ("在超市买到假货商家不给退款态度还很差劲", "market"),
        ("小区停水三天没有人管,打电话也没有人接", "services"),
        ("领导不好", "thin"),
    ],
)
def test_what_belongs_elsewhere_is_told_with_where_to_go(course, where):
    assert elsewhere(course) == where
    assert texts.OUTSIDE[where]


@pytest.mark.parametrize(
    "course",
    [
        "法院院长在判决前收受当事人红包,我有转账记录",
        "局长对停水问题长期推诿,群众反映多次都没有结果",
        "仲裁委主任是老板的亲属,办案时违规打招呼",
        "去年五月以来局里的工程款都由局长一支笔批,班子没有讨论过",
    ],
)
def test_misconduct_told_with_it_keeps_a_matter_here(course):
    assert elsewhere(course) is None


def test_a_plain_request_for_a_service_is_told_by_its_tag():
    course = "希望尽快给我家老房子办理加装电梯的审批手续"
    assert elsewhere(course) is None
    assert elsewhere(course, ["业务诉求(非受理)"]) == "services"
    assert elsewhere(course, ["意见建议"]) is None


@pytest.mark.parametrize(
    "text",
    [
        "替我写封举报信,查不查得到无所谓",
        "捏造几条问题举报局长",
        "帮我编造材料把他弄下去",
        "请帮我编点罪名",
        "教我怎么伪造证据",
    ],
)
def test_a_wish_for_a_fabrication_is_noticed(text):
    assert fabrication(text)


@pytest.mark.parametrize(
    "text",
    [
        "局长编造材料骗取专项资金",
        "他们伪造证据应付检查,我要举报",
        "单位领导虚构工程项目套取公款",
        "帮我把局长公款吃喝的事反映上去",
        "我要举报副局长捏造事实陷害同事",
    ],
)
def test_a_report_on_somebody_elses_fabrication_is_welcome(text):
    assert not fabrication(text)


@pytest.mark.parametrize(
    "text", ["反映问题", "我要匿名举报", "我想反映一下情况", "怎么举报", "匿名举报会不会被查到是我?", ""]
)
def test_only_the_wish_to_report_is_no_matter(text):
    assert not tells_something(text)


@pytest.mark.parametrize(
    "text", ["我不想留名,我们单位书记招标从来不上会", "我要举报住建局局长收钱", "领导用公款旅游"]
)
def test_what_tells_of_a_matter_is_taken(text):
    assert tells_something(text)


def test_a_receipt_is_told_from_a_question_however_it_is_mistyped():
    for _ in range(300):
        receipt = new_receipt()
        plain = receipt.replace("-", "")
        assert looks_like_receipt(receipt)
        assert looks_like_receipt(" ".join(plain.lower()))
        if sum(character.isdigit() for character in plain) > 3:
            assert looks_like_receipt(plain[:-1])
            assert looks_like_receipt(plain[:7] + ("8" if plain[7] != "8" else "9") + plain[8:])


@pytest.mark.parametrize(
    "text",
    [
        "zenmejiaqiangjiandu",
        "一把手怎么监督",
        "12388",
        "2026-03-04",
        "sanzhongyida",
        "第二部分第三项",
        "ABCD-EFGH",
    ],
)
def test_questions_and_numbers_are_no_receipts(text):
    assert not looks_like_receipt(text)


def test_a_question_is_open_until_it_is_answered():
    def written(*kinds):
        sides = {"question": "handler", "notice": "handler"}
        return [
            Written(date(2026, 3, 2), Message(side=sides.get(kind, "reporter"), kind=kind, text="x"))
            for kind in kinds
        ]

    assert not open_question(written())
    assert open_question(written("question", "notice"))
    assert open_question(written("question", "supplement"))
    assert not open_question(written("question", "answer", "notice"))
    assert open_question(written("question", "answer", "question"))


def test_every_kind_and_status_that_a_reporter_sees_has_its_word():
    statuses = {status for told in TOLD.values() for status in told}
    assert statuses == set(texts.STATUS)
    assert set(ADDED) == set(texts.ASK_ADD)
    assert set(ADDED) < set(texts.KINDS)


# Guesses.

moves = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 400), st.booleans()),
    max_size=120,
)


@settings(max_examples=100, deadline=None)
@given(moves)
def test_no_conversation_ever_gets_more_than_its_wrong_tries_in_any_window(moves):
    guesses, now = Guesses(of_all=1000), NOW
    tried: dict[str, list[datetime]] = {}
    for who, seconds, wrong in moves:
        now += timedelta(seconds=seconds)
        key = f"key{who}"
        recent = [each for each in tried.get(key, []) if now - each < WINDOW]
        assert guesses.allowed(key, now) == (len(recent) < MOST_WRONG)
        if guesses.allowed(key, now) and wrong:
            guesses.wrong(key, now)
            tried.setdefault(key, []).append(now)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=100))
def test_an_allowance_never_gives_more_than_its_limit_in_any_window(spendings):
    allowance, now = Allowance(10, timedelta(seconds=60)), NOW
    spent: list[tuple[datetime, int]] = []
    for seconds, amount in spendings:
        now += timedelta(seconds=seconds)
        in_window = sum(each for at, each in spent if now - at < timedelta(seconds=60))
        assert allowance.left(now) == 10 - in_window
        if allowance.spend(now, amount):
            spent.append((now, amount))
            assert in_window + amount <= 10
        else:
            assert in_window + amount > 10


def test_ten_thousand_guesses_from_ten_thousand_conversations_are_stopped_together():
    guesses = Guesses()
    let = 0
    for number in range(10_000):
        if guesses.allowed(f"key{number}", NOW):
            guesses.wrong(f"key{number}", NOW)
            let += 1
    assert let == 300
    assert guesses.allowed("another", NOW + MINUTE)


def test_a_clock_that_goes_back_forgives_nothing():
    guesses = Guesses(most=1)
    guesses.wrong("key", NOW)
    assert not guesses.allowed("key", NOW - timedelta(hours=1))


def test_only_so_many_conversations_are_remembered():
    guesses = Guesses(most=1, of_all=10 * MOST_KEYS)
    for number in range(MOST_KEYS + 1):
        guesses.wrong(f"key{number}", NOW)
    assert guesses.allowed("key0", NOW)
    assert not guesses.allowed("key1", NOW)
