"""Whom a sentence means. The expectations follow from the posts in tests/support/small_city.py."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.directory import Directory
from bot.services.people_matching import Match, decided, matches, understood
from bot.services.titles import split_title, surname_of
from knowledge.talks.mentions import Mention
from storage import Organisation, Person, Post
from tests.support.small_city import TODAY, directories, small_city

CITY = small_city()


def found(mention, near="district", on=TODAY):
    mention = Mention(mention) if isinstance(mention, str) else mention
    return matches(mention, CITY, near=near, on=on)


@pytest.mark.parametrize(
    ("said", "near", "person"),
    [
        ("卫东", "school", "卫东"),
        ("卫东同志", "district", "卫东"),
        ("住建局卫东", "district", "卫东"),
        ("住建局局长卫东", "district", "卫东"),
        ("老鲍", "district", "鲍雪"),
        ("农业农村局老鲍", "discipline", "鲍雪"),
        ("顾书记", "district", "顾长风"),
        ("柯局", "office", "柯兰"),
        ("柳局", "education", "柳成"),  # a vice is politely called without 副
        ("住建局长", "district", "卫东"),
        ("区住建局局长", "district", "卫东"),
        ("市住建委主任", "district", "卫国"),
        ("新来的局长", "district", "鲍雪"),
        ("北桥街道书记", "district", "温良"),
        ("街道书记", "north", "温良"),
        ("北桥街道办事处主任", "district", "温和"),
        ("办事处主任", "north", "温和"),
        ("纪委书记", "district", "韦正"),
        ("二中校长", "office", "龙云"),
        ("基教科科长", "education", "欧阳明"),
        ("欧阳科长", "education", "欧阳明"),
        ("教育局的欧阳科长", "district", "欧阳明"),
        ("长风同志", "district", "顾长风"),
        ("温主任", "district", "温和"),
    ],
)
def test_a_clear_mention_is_decided(said, near, person):
    sure = decided(found(said, near))
    assert sure is not None, found(said, near)
    assert sure.person == person


@pytest.mark.parametrize(
    ("said", "near", "people"),
    [
        ("街道书记", "district", {"温良", "江帆"}),
        ("局长", "district", {"卫东", "鲍雪", "柯兰"}),
        ("老卫", "farming", {"卫东", "卫国"}),
        ("老温", "north", {"温良", "温和"}),
        ("顾书记", "north", {"顾长风", "顾全"}),
    ],
)
def test_who_fits_several_is_not_guessed(said, near, people):
    assert {each.person for each in found(said, near)} >= people
    assert decided(found(said, near)) is None


@pytest.mark.parametrize("said", ["张三", "老张", "火星局局长", "", "。", "副市长", "南渡街道办事处主任"])
def test_who_fits_nobody_gives_nothing(said):
    assert found(said) == ()


def test_the_parts_a_reader_took_apart_count_like_the_text():
    whole = found("农业农村局老鲍", "discipline")
    parts = found(Mention("老鲍", surname="鲍", unit="农业农村局"), "discipline")
    assert [each.person for each in whole] == [each.person for each in parts]
    newly = found(Mention("局长", title="局长", newly=True))
    assert decided(newly).person == "鲍雪"


def test_a_name_put_in_for_a_form_of_address_is_understood():
    said = understood(Mention("老鲍", name="老鲍"), CITY)
    assert (said.name, said.surname) == ("", "鲍")
    assert understood(Mention("温书记", name="温书记"), CITY).title == "书记"


def test_past_holders_are_meant_on_their_days():
    assert decided(found("农业农村局局长", on=date(2026, 9, 1))).person == "柏松"
    assert decided(found("农业农村局局长")).person == "鲍雪"
    assert found("老柏") == ()


def test_a_full_name_is_known_even_out_of_office():
    assert decided(found("柏松")).person == "柏松"


def test_a_name_with_another_organisation_is_less_likely_than_with_their_own():
    own, other = found("住建局卫东")[0], found("教育局卫东")[0]
    assert own.score - other.score > 0.2


def test_two_of_one_name_are_told_apart_by_what_is_said_else_asked():
    place = [Organisation("r", "r", "区委"), *(Organisation(x, x, f"{x}局", "r") for x in "甲乙")]
    people = [Person("1", "1", "王磊"), Person("2", "2", "王磊")]
    posts = [Post("a", "1", "甲", "head", "局长"), Post("b", "2", "乙", "head", "局长")]
    twins = Directory.of(place, people, posts)
    assert decided(matches(Mention("王磊"), twins, near="r", on=TODAY)) is None
    assert decided(matches(Mention("乙局王磊"), twins, near="r", on=TODAY)).person == "2"
    assert decided(matches(Mention("王磊"), twins, near=None, on=TODAY)) is None


def test_a_slip_of_the_same_sound_is_offered_and_not_decided():
    heard = found("鲍学")
    assert [each.person for each in heard] == ["鲍雪"]
    assert decided(heard) is None


@pytest.mark.parametrize(
    ("scores", "first"),
    [((0.9, 0.7), "0"), ((0.9, 0.85), None), ((0.4,), None), ((), None), ((0.9, 0.9), None)],
)
def test_decided_needs_a_clear_lead(scores, first):
    sure = decided(tuple(Match(str(n), score, "name") for n, score in enumerate(scores)))
    assert (sure and sure.person) == first


@pytest.mark.parametrize(
    ("name", "surname"),
    [("卫东", "卫"), ("欧阳明", "欧阳"), ("欧阳", "欧"), ("示例·书记", ""), ("A", ""), ("买买提·艾力", "")],
)
def test_surnames(name, surname):
    assert surname_of(name) == surname


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("周书记", ("周", "书记")),
        ("沈局", ("沈", "局")),
        ("常务副区长", ("", "常务副区长")),
        ("街道党工委副书记", ("街道", "党工委副书记")),
        ("老杜", ("老杜", "")),
        ("住建局", ("住建局", "")),
    ],
)
def test_titles_are_cut_off(text, parts):
    assert split_title(text) == parts


@given(st.text(max_size=20), directories())
def test_no_text_breaks_it_and_scores_are_in_order(text, directory):
    near = next(iter(directory.organisations))
    hits = matches(Mention(text), directory, near=near, on=date(2026, 7, 1))
    assert [each.score for each in hits] == sorted((each.score for each in hits), reverse=True)
    assert all(0 <= each.score <= 1 and each.person in directory.people for each in hits)
    assert len({each.person for each in hits}) == len(hits)


def test_in_a_city_of_thousands_the_place_named_decides():
    organisations = [
        Organisation("r", "r", "市委"),
        *(Organisation(f"o{n}", f"o{n}", f"第{n}局", "r") for n in range(500)),
    ]
    people = [Person(f"p{n}", f"p{n}", f"{'赵钱孙李周吴郑王'[n % 8]}{chr(0x4E00 + n)}") for n in range(5000)]
    posts = [Post(f"t{n}", f"p{n}", f"o{n % 500}", "member", "副局长") for n in range(5000)]
    city = Directory.of(organisations, people, posts)
    matches(Mention("第7局副局长"), city, near="o7", on=TODAY)
    found = [matches(Mention(said), city, near="o7", on=TODAY) for said in ("第7局副局长", "某某某")]
    assert {city.posts_of(each.person, TODAY)[0].organisation for each in found[0][:10]} == {"o7"}
    assert found[1] == ()


def test_a_place_that_looks_like_a_name_is_the_place():
    from bot.services.sample_organisation import sample_rows

    directory = Directory.of(*sample_rows())
    mention = Mention(text="东街道", name="东街道", surname="东", title="书记", unit="东街道")
    found = matches(mention, directory, near=None, on=date(2026, 8, 14))
    assert [directory.person(each.person).name for each in found][:1] == ["示例·东街道书记"]
    stranger = Mention(text="陈东街", name="陈东街", surname="陈", title="书记", unit="东街道")
    assert matches(stranger, directory, near=None, on=date(2026, 8, 14)) == ()
