"""Who stands where: the tree, the posts on a day, finding by name."""

from datetime import date

import pytest
from hypothesis import given

from bot.services.directory import Directory, DirectoryService, cycle_in
from storage import Organisation, Person, Post
from tests.support.small_city import TODAY, directories, small_city
from yanlu.errors import YanluError

CITY = small_city()


def test_the_tree_is_walked_up_and_down():
    assert [each.id for each in CITY.ancestors("school")] == ["education", "district", "city"]
    assert CITY.ancestors("city") == ()
    assert {each.id for each in CITY.children("education")} == {"office", "school"}
    assert set(CITY.below("education")) == {"education", "office", "school"}
    assert [each.id for each in CITY.roots] == ["city"]


def test_posts_are_those_held_on_the_day_both_ends_included():
    assert [post.person for post in CITY.posts_at("farming", date(2026, 9, 30))] == ["柏松"]
    assert [post.person for post in CITY.posts_at("farming", date(2026, 10, 1))] == ["鲍雪"]
    assert CITY.posts_of("柏松", TODAY) == ()
    assert [post.organisation for post in CITY.posts_of("柏松")] == ["farming"]


def test_the_weightiest_post_comes_first_and_heads_are_named():
    assert [post.organisation for post in CITY.posts_of("韦正", TODAY)] == ["discipline", "district"]
    assert [each.name for each in CITY.heads("farming", TODAY)] == ["鲍雪"]
    assert CITY.heads("office", TODAY) == ()


@pytest.mark.parametrize(
    ("person", "other", "above"),
    [
        ("顾长风", "龙云", True),  # head of a strict ancestor
        ("韦正", "卫东", True),  # a leading post there
        ("柯兰", "柳成", True),  # head over a member of the same organisation
        ("柳成", "柯兰", False),
        ("龙云", "柯兰", False),
        ("温良", "江帆", False),  # beside each other
        ("简单", "龙云", False),  # a clerk above is nobody's superior
        ("管清", "龙云", False),
        ("柏松", "鲍雪", False),  # no longer in office
        ("顾长风", "顾长风", False),
        ("欧阳明", "龙云", False),
    ],
)
def test_who_stands_above_whom(person, other, above):
    assert CITY.is_above(person, other, TODAY) is above


def test_who_somebody_is_depends_on_the_day_and_the_place():
    assert CITY.who("柏松", date(2026, 9, 30)).shown == "青石区农业农村局局长 柏松"
    assert CITY.who("柏松", TODAY).shown == "柏松"
    assert CITY.who("韦正", TODAY).unit == "青石区纪委监委"
    assert CITY.who("韦正", TODAY, "district").title == "区委常委、区纪委书记、区监委主任"
    assert CITY.who("顾长风", date.max).person == "顾长风"
    with pytest.raises(KeyError):
        CITY.who("无此人", TODAY)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("青石区教育局党组", "education"),
        ("教育局", "education"),
        ("农业农村局", "farming"),
        ("农业局", "farming"),
        ("二中", "school"),
        ("市住建委", "city housing"),
        ("北桥", "north"),
        ("beiqiaojiedao", "north"),
        ("bqjd", "north"),
        ("北乔街道", "north"),
    ],
)
def test_organisations_are_found_by_name_abbreviation_pinyin_and_sound(text, first):
    assert CITY.find_organisations(text)[0].id == first


def test_people_are_found_and_nothing_is_found_for_nothing():
    assert [each.name for each in CITY.find_people("欧阳明")] == ["欧阳明"]
    assert [each.name for each in CITY.find_people("ouyangming")] == ["欧阳明"]
    assert {each.name for each in CITY.find_people("温")} == {"温良", "温和"}
    for text in ("", "  ", "。", "火星办事处"):
        assert CITY.find_organisations(text) == ()
    assert len(CITY.find_organisations("青石区", 3)) == 3


def test_a_circle_of_organisations_is_refused_with_their_names():
    rows = [Organisation("a", "a", "甲局", "b"), Organisation("b", "b", "乙局", "a")]
    with pytest.raises(YanluError, match=r"成环.*甲局 → 乙局 → 甲局"):
        Directory.of(rows, [], [])


def test_an_own_parent_is_a_circle():
    with pytest.raises(YanluError, match="成环"):
        Directory.of([Organisation("a", "a", "甲局", "a")], [], [])


def test_what_is_not_there_is_refused():
    with pytest.raises(YanluError, match="上级组织不存在"):
        Directory.of([Organisation("a", "a", "甲局", "x")], [], [])
    with pytest.raises(YanluError, match="所指的人员或组织不存在"):
        Directory.of([Organisation("a", "a", "甲局")], [], [Post("t", "p", "a", "head", "局长")])


@given(directories())
def test_above_and_below_mirror_each_other_and_nobody_is_both(directory):
    for one in directory.organisations:
        assert all(one in directory.below(each.id) for each in directory.ancestors(one))
        assert one not in {each.id for each in directory.ancestors(one)}
    day = date(2026, 7, 1)
    for post in directory.posts:
        assert (post in directory.posts_of(post.person, day)) == (
            post in directory.posts_at(post.organisation, day)
        )
        assert not directory.is_above(post.person, post.person, day)


def test_a_circle_is_found_wherever_one_starts():
    assert cycle_in({"a": None, "b": "a", "c": "b"}) == ()
    assert set(cycle_in({"x": "a", "a": "b", "b": "c", "c": "a"})) == {"a", "b", "c"}


class _Rows:
    """Stands for `work.people`; `during` is done once while the rows are read."""

    def __init__(self) -> None:
        self.number, self.loads, self.during = 1, 0, None
        self.rows = ([Organisation("a", "a", "甲局")], [Person("p", "p", "某某")], [])

    @property
    def people(self):
        return self

    async def version(self):
        return self.number

    async def load(self):
        self.loads += 1
        rows, during, self.during = self.rows, self.during, None
        if during:
            during()
        return rows


async def test_the_directory_is_put_together_once_a_version():
    service, work = DirectoryService(None), _Rows()
    first = await service.of(work)
    assert await service.of(work) is first
    work.rows, work.number = ([Organisation("a", "a", "新名")], [], []), 2
    assert (await service.of(work)).organisation("a").name == "新名"
    assert work.loads == 2


async def test_rows_read_while_somebody_commits_are_read_again():
    service, work = DirectoryService(None), _Rows()

    def committed():
        work.rows, work.number = ([Organisation("a", "a", "新名")], [], []), 2

    work.during = committed
    assert (await service.of(work)).organisation("a").name == "新名"


def test_a_code_names_first_and_a_name_only_where_one_bears_it():
    organisations = [
        Organisation("a", "A", "办公室"),
        Organisation("b", "B", "办公室"),
        Organisation("c", "办公厅", "B"),
    ]
    people = [Person("p", "P1", "李明"), Person("q", "P2", "李明"), Person("r", "P3", "P1")]
    directory = Directory.of(organisations, people, [])
    called = directory.organisation_called
    assert [each and each.id for each in map(called, ("A", "B", "办公厅", "办公室", ""))] == [
        "a",
        "b",
        "c",
        None,
        None,
    ]
    assert [each and each.id for each in map(directory.person_called, ("P1", "P3", "李明"))] == [
        "p",
        "r",
        None,
    ]
