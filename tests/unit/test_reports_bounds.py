"""Where the rules of the reporter's side begin and end: the last that is let and the first that is not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services.directory import Directory
from bot.services.reports import guesses as guesses_module
from bot.services.reports.content import Concerned, Message, NamedOrganisation, Report
from bot.services.reports.guesses import Allowance, Guesses
from bot.services.reports.intake import accused_of, facts_of, has_priority
from bot.services.reports.scope import LEAST_WORDS, elsewhere, fabrication, tells_something
from bot.services.reports.tracking import Written, looks_like_receipt, open_question
from bot.services.routing import Route
from storage import Organisation, Person, Post

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY = date(2026, 3, 4)
DIRECTORY = Directory.of(
    [Organisation("build", "A1", "住建局")],
    [Person("q", "1", "钱卫"), Person("l", "2", "柳成"), Person("g", "3", "顾长风")],
    [
        Post("1", "q", "build", "member", "副书记"),
        Post("2", "q", "build", "head", "局长", since=date(2026, 3, 1), until=date(2026, 3, 10)),
        Post("3", "l", "build", "member", "副局长"),
    ],
)


def report(*people, **changed):
    values = {"category": "廉洁", "organisations": (), "people": people, "course": "招标不上会"}
    return Report(**(values | changed))


def concerned(position, person=None):
    return Concerned(name="某人", position=position, person=person)


# Priority.


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([], False),
        ([concerned("head")], True),
        ([concerned("member"), concerned("head")], True),
        ([concerned("member")], False),
        ([concerned("other", "q")], True),
        ([concerned("other", "l")], False),
        ([concerned("other", "g")], False),
        ([concerned("other", "nobody")], False),
        ([concerned("other", "l"), concerned("member", "q")], True),
    ],
)
def test_a_report_on_a_head_has_priority_by_word_or_by_post(people, expected):
    assert has_priority(report(*people), DIRECTORY, DAY) is expected


def test_who_was_or_will_be_head_is_none_today():
    told = report(concerned("other", "q"))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 11)]
    assert [has_priority(told, DIRECTORY, day) for day in days] == [False, True, True, False]


# What routing is told.


def test_an_organisation_counts_by_its_own_id_and_an_unlisted_one_by_the_one_above():
    told = report(
        concerned("other", "q"),
        concerned("head"),
        organisations=(
            NamedOrganisation(name="甲", id="a"),
            NamedOrganisation(name="乙", id="b", under="c"),
            NamedOrganisation(name="丙", under="d"),
            NamedOrganisation(name="丁"),
        ),
    )
    accused = accused_of(told)
    assert (accused.organisations, accused.people, accused.unlisted_under) == ({"a", "b"}, {"q"}, {"d"})
    route = Route(frozenset("abx"), ("t", "u"), "t", frozenset("h"), frozenset("qz"))
    facts = facts_of(told, route)
    assert (facts.organisations, facts.people, facts.unlisted_under) == ({"a", "b"}, {"q"}, {"d"})
    assert (facts.routed_organisations, facts.candidates, facts.excluded) == (
        set("abx"),
        ("t", "u"),
        set("qz"),
    )


# What reports are not for.


def test_a_course_of_twelve_characters_is_long_enough_and_blanks_are_none():
    assert LEAST_WORDS == 12
    assert elsewhere("字" * 12) is None
    assert elsewhere("字" * 11) == "thin"
    assert elsewhere("字 \n" * 11) == "thin"
    assert elsewhere(" 字 " * 12) is None


def test_the_words_of_a_matter_come_before_its_tags_and_its_length():
    assert elsewhere("停水", ["业务诉求(非受理)"]) == "services"
    assert elsewhere("欠薪", ["业务诉求(非受理)"]) == "wages"
    assert elsewhere("太少", ["业务诉求(非受理)"]) == "services"
    assert elsewhere("局长受贿", ["业务诉求(非受理)"]) is None


def test_a_wish_for_a_fabrication_is_noticed_with_blanks_around_it():
    assert fabrication("  \n捏造几条问题举报局长 ")
    assert not fabrication("")


@pytest.mark.parametrize(
    "text", ["我 想 举 报。", ",我要举报!", "举报、一下", " 。,!", "局长收钱会被处理吗?", "\n"]
)
def test_stops_and_blanks_tell_nothing(text):
    assert tells_something(text) is False


def test_a_matter_is_told_with_stops_in_it_too():
    assert tells_something("我要举报,局长收钱。") is True


# Receipts.


@pytest.mark.parametrize(
    ("length", "expected"),
    [(17, False), (18, True), (19, True), (20, True), (21, True), (22, True), (23, False)],
)
def test_what_is_two_characters_too_long_or_too_short_is_a_mistyped_receipt(length, expected):
    assert looks_like_receipt("22" + "A" * (length - 2)) is expected
    assert looks_like_receipt("a" * (length - 2) + "22") is expected


def test_without_two_digits_it_is_a_word():
    assert not looks_like_receipt("2" + "A" * 19)
    assert looks_like_receipt("22" + "A" * 18)
    assert not looks_like_receipt("22" + "A" * 17 + "字")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("", False),
        ("question", True),
        ("answer", False),
        ("notice outcome supplement", False),
        ("answer question supplement notice", True),
        ("question answer evidence objection", False),
    ],
)
def test_a_question_waits_until_the_answer_whatever_else_is_written(kinds, expected):
    written = [Written(DAY, Message(side="handler", kind=kind, text="x")) for kind in kinds.split()]
    assert open_question(written) is expected


# Guesses.


def test_an_allowance_is_spent_to_the_last_and_comes_back_to_the_moment():
    allowance = Allowance(3, timedelta(seconds=10))
    assert allowance.left(NOW) == 3
    assert not allowance.spend(NOW, 4)
    assert allowance.spend(NOW, 2)
    assert allowance.spend(NOW + timedelta(seconds=4))
    assert not allowance.spend(NOW + timedelta(seconds=9))
    assert allowance.left(NOW + timedelta(seconds=10)) == 2
    assert allowance.left(NOW + timedelta(seconds=14)) == 3
    assert allowance.spend(NOW + timedelta(seconds=14), 3)
    assert allowance.left(NOW + timedelta(seconds=14)) == 0


def test_an_earlier_moment_counts_as_the_latest():
    allowance = Allowance(2, timedelta(seconds=10))
    assert allowance.spend(NOW)
    assert allowance.spend(NOW - timedelta(hours=1))
    assert allowance.left(NOW + timedelta(seconds=9)) == 0
    assert allowance.left(NOW + timedelta(seconds=10)) == 2


def test_nobody_may_try_once_all_together_were_wrong_too_often():
    guesses = Guesses(most=5, of_all=2)
    assert guesses.allowed("a", NOW)
    guesses.wrong("a", NOW)
    assert guesses.allowed("b", NOW)
    guesses.wrong("b", NOW)
    assert not any(guesses.allowed(each, NOW) for each in "abc")
    assert all(guesses.allowed(each, NOW + guesses_module.MINUTE) for each in "abc")


def test_whoever_was_wrong_longest_ago_is_forgotten_first(monkeypatch):
    monkeypatch.setattr(guesses_module, "MOST_KEYS", 2)
    guesses = Guesses(most=2)
    for key in ("a", "a", "b", "b", "a"):
        guesses.wrong(key, NOW)
    assert not guesses.allowed("a", NOW)
    assert not guesses.allowed("b", NOW)
    for _ in range(2):
        guesses.wrong("c", NOW)
    assert guesses.allowed("b", NOW)
    assert not guesses.allowed("a", NOW)
    assert not guesses.allowed("c", NOW)
