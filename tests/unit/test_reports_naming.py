"""How organisations and people are found by what a reporter types and taps."""

from datetime import date

import pytest

from bot.dialogs.report_people import People, is_open, person_of, read_person, shown_person
from bot.dialogs.report_places import offered_places, place_of, read_place, settled_places, shown_place
from bot.services.directory import Directory
from bot.services.reports.content import MAX_CONCERNED, MAX_ORGANISATIONS
from storage import Organisation, Person, Post

ON = date(2026, 3, 4)
DIRECTORY = Directory.of(
    [
        Organisation("city", "A", "临江市委", None, ("市委",)),
        Organisation("east", "A1", "东区区委", "city"),
        Organisation("west", "A2", "西区区委", "city"),
        Organisation("build", "A11", "东区住房和城乡建设局", "east", ("住建局",)),
        Organisation("school-e", "A12", "东区教育局", "east", ("教育局",)),
        Organisation("school-w", "A21", "西区教育局", "west"),
    ],
    [Person("q", "1", "钱卫"), Person("l", "2", "李明"), Person("m", "3", "李明"), Person("z", "4", "赵静")],
    [
        Post("1", "q", "build", "head", "局长"),
        Post("2", "l", "school-e", "member", "副局长"),
        Post("3", "m", "school-w", "section", "科长"),
        Post("4", "z", "east", "head", "区委书记"),
    ],
)


def places(*typed: str) -> tuple[list[str], str]:
    """What the form holds after each was typed or tapped."""
    values, told = [], ""
    for each in typed:
        values, told = settled_places([*values, read_place(each, None)], DIRECTORY)
    return values, told


def people(*typed: str, near: tuple[str, ...] = ("build",)) -> tuple[list[str], str]:
    values, told = [], ""
    for each in typed:
        values, told = People(DIRECTORY, near, ON).settled([*values, read_person(each, None)])
    return values, told


def labels(options) -> list[str]:
    return [option.label for option in options]


@pytest.mark.parametrize("typed", ["东区住房和城乡建设局", "住建局"])
def test_a_name_that_means_one_organisation_only_is_taken(typed):
    (value,), told = places(typed)
    assert place_of(value).id == "build"
    assert (shown_place(value), told) == ("东区住房和城乡建设局", "")


@pytest.mark.parametrize("typed", ["zhujianju", "zjj", "东区住房", "建设局"])
def test_a_part_of_a_name_or_its_pinyin_is_offered_and_taken_by_a_tap(typed):
    values, told = places(typed)
    assert typed in told
    offered = offered_places(values, DIRECTORY)
    assert "东区住房和城乡建设局(东区区委)" in labels(offered)
    (value,), told = places(typed, offered[0].value)
    assert (place_of(value).id, told) == ("build", "")


def test_one_name_of_two_organisations_is_never_decided_for_the_reporter():
    values, _ = places("教育局")
    assert labels(offered_places(values, DIRECTORY)) == [
        "东区教育局(东区区委)",
        "西区教育局(西区区委)",
        "没有列出",
    ]


def test_an_organisation_that_is_not_listed_hangs_under_the_one_picked():
    values, told = places("幸福社区", "w:")
    assert "没有列出" in told
    assert labels(offered_places(values, DIRECTORY))[0] == "临江市委"
    (value,), told = places("幸福社区", "w:", "o:east")
    place = place_of(value)
    assert (place.name, place.id, place.under) == ("幸福社区", None, "east")
    assert (shown_place(value), told) == ("幸福社区(未列出,上级为东区区委)", "")


def test_the_one_above_can_be_typed_as_well():
    (value,), _ = places("幸福社区", "w:", "市委")
    assert place_of(value).under == "city"
    values, _ = places("幸福社区", "w:", "区委")
    assert labels(offered_places(values, DIRECTORY)) == ["东区区委(临江市委)", "西区区委(临江市委)"]
    values, told = places("幸福社区", "w:", "不存在的")
    assert "没有找到" in told
    assert offered_places(values, DIRECTORY)


def test_several_organisations_are_gathered_and_each_stands_once():
    values, _ = places("住建局", "教育局", "o:school-w", "住建局")
    assert [place_of(each).id for each in values] == ["build", "school-w"]


def test_a_button_of_an_organisation_that_is_gone_changes_nothing():
    assert places("教育局", "o:dissolved")[0] == places("教育局")[0]
    assert places("w:") == ([], "")
    assert places("o:dissolved") == ([], "")


def test_typing_something_else_starts_the_search_anew():
    values, _ = places("教育局", "住建局")
    assert [place_of(each).id for each in values] == ["build"]
    values, told = places("教育局", "火星局")
    assert "没有找到" in told
    assert labels(offered_places(values, DIRECTORY)) == ["没有列出"]


def test_there_are_bounds():
    values = [f"o:{number}\x1f单位{number}" for number in range(MAX_ORGANISATIONS + 1)]
    kept, told = settled_places(values, DIRECTORY)
    assert len(kept) == MAX_ORGANISATIONS
    assert "最多" in told
    values = [f"n:人{number}\x1fother" for number in range(MAX_CONCERNED + 1)]
    kept, told = People(DIRECTORY, (), ON).settled(values)
    assert len(kept) == MAX_CONCERNED
    assert "最多" in told


def test_nothing_typed_can_pass_for_a_settled_value():
    (value,), _ = places("o:city\x1f别的单位")
    assert shown_place(value).endswith("(待确认)")
    (value,), _ = people("n:某人\x1fother")
    assert is_open(value)


def test_somebody_of_the_organisation_is_known_by_name():
    (value,), told = people("钱卫")
    assert person_of(value).model_dump() == {"name": "钱卫", "position": "head", "person": "q"}
    assert (shown_person(value), told) == ("钱卫(一把手)", "")


def test_the_one_head_is_known_by_the_kind_of_post_alone():
    (value,), _ = people("=:head")
    assert person_of(value).person == "q"
    (value,), _ = people("=:member")
    assert (person_of(value).person, person_of(value).name) == (None, "姓名不详的班子成员")
    (value,), _ = people("=:head", near=("build", "east"))
    assert person_of(value).person is None


def test_a_name_that_others_bear_as_well_is_asked_about():
    values, told = people("李明")
    assert "李明" in told
    offered = People(DIRECTORY, ("build",), ON).offered(values)
    assert len(offered) == 3
    assert offered[-1].label == "都不是"
    picked = next(option.value for option in offered if "东区教育局" in option.label)
    (value,), _ = people("李明", picked)
    assert (person_of(value).person, person_of(value).position) == ("l", "member")


def test_somebody_known_elsewhere_only_is_not_taken_without_asking():
    values, told = people("赵静")
    assert is_open(values[0])
    assert told


def test_a_stranger_is_named_with_the_kind_of_post():
    values, told = people("王小五")
    assert "王小五" in told
    assert labels(People(DIRECTORY, (), ON).offered(values)) == ["一把手", "班子成员", "其他人员"]
    assert shown_person(values[0]) == "王小五(待确认)"
    (value,), told = people("王小五", "=:other")
    assert person_of(value).model_dump() == {"name": "王小五", "position": "other", "person": None}
    assert told == ""


def test_none_of_those_found_is_a_stranger():
    (value,), _ = people("李明", "n:", "=:member")
    assert person_of(value).person is None


def test_buttons_that_make_no_sense_change_nothing():
    assert people("=:king") == ([], "")
    assert people("p:nobody") == ([], "")
    assert people("n:") == ([], "")
    assert people("李明", "p:nobody")[0] == people("李明")[0]
