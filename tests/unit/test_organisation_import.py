"""What an import of organisations and posts changes, and which mistakes it tells."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.directory import Directory
from bot.services.organisation_files import read_organisation_file
from bot.services.organisation_import import apply_import, plan_import
from bot.services.sample_organisation import sample_rows
from storage import Organisation, Person, Post
from tests.support.small_city import TODAY
from yanlu.errors import UnreadableDocument

NOTHING = Directory.of([], [], [])
ORGANISATIONS = [
    ["组织编码", "名称", "简称", "上级编码"],
    ["Q", "青石区委", "区委;青石区", ""],
    ["J", "青石区教育局", "教育局", "Q"],
]
PEOPLE = [
    ["人员编码", "姓名", "政治面貌", "组织编码", "职务", "身份", "任职日期", "离任日期"],
    ["P1", "顾长风", "中共党员", "Q", "区委书记", "一把手", date(2021, 3, 4), None],
    ["P2", "柯兰", "", "J", "党组书记、局长", "一把手", "2022-05-06", ""],
    ["P2", "柯兰", "", "Q", "区委委员", "班子成员", "2023年1月2日", ""],
    ["", "石小鱼", "", "J", "科员", "一般干部", "", ""],
]


def xlsx(*sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def both(people=PEOPLE, organisations=ORGANISATIONS) -> bytes:
    return xlsx(("组织", organisations), ("人员任职", people))


def table(*people, organisations=()):
    """A book with the usual organisations, more of them, and these people."""
    return both([PEOPLE[0], *people], [*ORGANISATIONS, *organisations])


def plan(content, name="x.xlsx", directory=NOTHING, on=TODAY):
    return plan_import(read_organisation_file(content, name), directory, on)


def applied(plan_, directory=NOTHING) -> Directory:
    """The directory after a plan."""
    kinds = (
        (Organisation, directory.organisations.values()),
        (Person, directory.people.values()),
        (Post, directory.posts),
    )
    rows = []
    for kind, before in kinds:
        kept = {each.id: each for each in before}
        kept.update({each.id: each for each in plan_.rows if isinstance(each, kind)})
        rows.append(kept.values())
    return Directory.of(*rows)


def errors(content, name="x.xlsx", directory=NOTHING):
    found = plan(content, name, directory)
    assert found.rows == ()
    return [(each.place, each.text) for each in found.errors]


def test_a_book_becomes_a_directory():
    directory = applied(plan(both()))
    school = directory.organisation_of_code("J")
    assert [each.name for each in directory.ancestors(school.id)] == ["青石区委"]
    assert directory.organisation_of_code("Q").short_names == ("区委", "青石区")
    kelan = directory.person_of_code("P2")
    assert [(post.role, post.title, post.since) for post in directory.posts_of(kelan.id)] == [
        ("head", "党组书记、局长", date(2022, 5, 6)),
        ("member", "区委委员", date(2023, 1, 2)),
    ]
    clerk = directory.bearers("石小鱼")[0]
    assert (clerk.code, directory.posts_of(clerk.id)[0].role) == ("石小鱼@J", "staff")
    assert directory.person_of_code("P1").political == "中共党员"


def test_the_same_file_again_changes_nothing():
    first = plan(both())
    again = plan(both(), directory=applied(first))
    assert (again.new, again.changed, again.ended) == ((), (), ())
    assert again.unchanged == len(first.new) == 9


def test_only_what_differs_changes():
    before = applied(plan(both()))
    people = [list(row) for row in PEOPLE]
    people[2][4] = "党组书记、局长、督学"
    people[4][6] = "2024-01-01"
    organisations = [*ORGANISATIONS[:2], ["J", "青石区教育和体育局", "教育局", "Q"]]
    after = plan(both(people, organisations), directory=before)
    assert (after.new, after.ended) == ((), ())
    assert [type(each).__name__ for each in after.changed] == ["Organisation", "Post", "Post"]
    assert after.appointments == ()


def test_only_a_last_day_ends_a_post_and_a_post_not_listed_goes_on():
    before = applied(plan(both()))
    left = [PEOPLE[0], ["P2", "柯兰", "", "J", "党组书记、局长", "一把手", "2022-05-06", "2026-10-31"]]
    after = plan(both(left), directory=before)
    assert [each.until for each in after.ended] == [date(2026, 10, 31)]
    assert (after.new, after.changed) == ((), ())
    directory = applied(after, before)
    assert directory.posts_of(directory.person_of_code("P1").id, TODAY)
    assert [post.title for post in directory.posts_of(directory.person_of_code("P2").id, TODAY)] == [
        "区委委员"
    ]


def test_coming_back_after_leaving_is_a_new_appointment():
    row = ["P2", "柯兰", "", "J", "局长", "一把手", "2020-01-01", "2022-12-31"]
    before = applied(plan(table(row)))
    after = plan(table(row, ["P2", "柯兰", "", "J", "局长", "一把手", "2026-11-01", ""]), directory=before)
    assert [(each.title, each.since) for each in after.appointments] == [("局长", date(2026, 11, 1))]
    assert after.changed == after.ended == ()


def test_a_post_that_was_ended_is_not_opened_again_by_an_empty_cell():
    row = ["P2", "柯兰", "", "J", "局长", "一把手", "2020-01-01"]
    before = applied(plan(table([*row, "2026-10-31"])))
    again = plan(table([*row, ""]), directory=before)
    assert (again.rows, again.errors) == ((), ())


def test_two_times_in_office_are_two_posts_though_one_is_kept_without_a_day():
    before = applied(plan(table(["P2", "柯兰", "", "J", "局长", "一把手", "", ""])))
    first = ["P2", "柯兰", "", "J", "局长", "一把手", "2020-01-01", "2022-12-31"]
    after = plan(table(first, ["P2", "柯兰", "", "J", "局长", "一把手", "2026-11-01", ""]), directory=before)
    assert after.errors == ()
    assert [each.until for each in after.ended] == [date(2022, 12, 31)]
    assert [each.since for each in after.appointments] == [date(2026, 11, 1)]


def test_new_posts_are_told_and_those_already_over_are_not():
    over = ["P9", "旧人", "", "J", "局长", "一把手", "2010-01-01", "2012-01-01"]
    assert {each.title for each in plan(table(over, PEOPLE[2])).appointments} == {"党组书记、局长"}


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        (["P", "某某", "", "X", "局长", "一把手", "", ""], "人员任职!D2", "组织编码“X”既不在本文件"),
        (["P", "某某", "", "J", "局长", "大领导", "", ""], "人员任职!F2", "身份“大领导”无法识别"),
        (
            ["P", "某某", "", "J", "局长", "一把手", "2026-02-30", ""],
            "人员任职!G2",
            "日期“2026-02-30”无法识别",
        ),
        (["P", "某某", "", "J", "局长", "一把手", "2026年3月", ""], "人员任职!G2", "写到日"),
        (
            ["P", "某某", "", "J", "局长", "一把手", "2026-03-02", "2026-03-01"],
            "人员任职!H2",
            "离任日期早于任职日期",
        ),
        (["P", "", "", "J", "局长", "一把手", "", ""], "人员任职!A2", "缺少姓名"),
        (["P", "某某", "", "J", "", "一把手", "", ""], "人员任职!A2", "缺少职务"),
        (["P", "某" * 101, "", "J", "局长", "一把手", "", ""], "人员任职!B2", "姓名超过 100 字"),
    ],
)
def test_a_mistake_in_a_row_names_its_cell(row, place, words):
    found = errors(table(row))
    assert len(found) == 1
    assert found[0][0] == place
    assert words in found[0][1]


@pytest.mark.parametrize(
    ("organisations", "place", "words"),
    [
        ([["N", "新局", "", "无"]], "组织!D4", "上级编码“无”"),
        ([["J", "另一个局", "", "Q"]], "组织!A4", "与 组织!A3 重复"),
        ([["N", "", "", "Q"]], "组织!A4", "缺少名称"),
        ([["", "新局", "", "Q"]], "组织!A4", "缺少组织编码"),
        ([["N", "甲", "", "M"], ["M", "乙", "", "N"]], "组织!D4", "成环"),
        ([["N", "甲", "", "N"]], "组织!D4", "成环"),
    ],
)
def test_a_mistake_in_an_organisation_names_its_cell(organisations, place, words):
    found = errors(table(organisations=organisations))
    assert any(at in {place, place.replace("A4", "B4")} and words in text for at, text in found), found


def test_a_circle_closed_through_what_is_kept_is_refused():
    before = applied(plan(both()))
    found = errors(xlsx(("组织", [ORGANISATIONS[0], ["Q", "青石区委", "", "J"]])), directory=before)
    assert "成环" in found[0][1]


def test_one_code_with_two_names_and_one_post_twice_are_mistakes():
    found = errors(table(PEOPLE[2], ["P2", "柯岚", "", "Q", "委员", "班子成员", "", ""], PEOPLE[2]))
    assert [place for place, _ in found] == ["人员任职!A3", "人员任职!A4"]
    assert "柯兰" in found[0][1]
    assert "重复" in found[1][1]


def test_all_mistakes_are_told_at_once():
    rows = [["P", "某某", "", "J", "局长", f"身份{n}", "", ""] for n in range(5)]
    assert len(errors(table(*rows))) == 5


def test_two_heads_at_once_are_a_warning_only():
    two = plan(table(PEOPLE[2], ["P5", "某某", "", "J", "局长", "一把手", "2026-01-01", ""]))
    assert [(each.place, "青石区教育局" in each.text) for each in two.warnings] == [("人员任职!A3", True)]
    assert two.new
    handed_over = ["P2", "柯兰", "", "J", "局长", "一把手", "2022-05-06", "2025-12-31"]
    assert (
        plan(table(handed_over, ["P5", "某某", "", "J", "局长", "一把手", "2026-01-01", ""])).warnings == ()
    )


async def test_a_plan_with_mistakes_is_not_applied():
    bad = plan(table(["P", "某某", "", "X", "局长", "一把手", "", ""]))
    with pytest.raises(UnreadableDocument):
        await apply_import(None, bad)  # would fail otherwise if it touched the store


def test_the_sample_is_marked_and_names_posts():
    organisations, people, posts = sample_rows()
    directory = Directory.of(organisations, people, posts)
    assert len(organisations) == 12
    assert max(len(directory.ancestors(each.id)) for each in organisations) == 2
    assert all(each.sample and each.name.startswith("示例") for each in (*organisations, *people))
    assert {post.role for post in posts} == {
        "head", "member", "discipline", "organisation", "section", "liaison", "staff", "administrator"
    }  # fmt: skip
    assert any(len(directory.posts_of(each.id)) == 2 for each in people)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\x00"), max_size=12), min_size=8, max_size=8),
        max_size=6,
    )
)
def test_no_rows_break_the_plan(rows):
    text = io.StringIO()
    csv.writer(text).writerows([PEOPLE[0], ["P0", "某某", "", "J", "局长", "一把手", "", ""], *rows])
    before = applied(plan(both()))
    found = plan(text.getvalue().encode("utf-8", "replace"), "a.csv", before)
    assert found.errors == () or found.rows == ()
    if not found.errors:
        applied(found, before)
