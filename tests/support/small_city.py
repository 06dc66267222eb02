"""A small city of made-up organisations and people, and a way to draw any other."""

from datetime import date

from hypothesis import strategies as st

from bot.services.directory import Directory
from storage import Organisation, Person, Post

TODAY = date(2026, 11, 20)

_ORGANISATIONS = (
    ("city", "临江市委", None, ("市委",)),
    ("district", "青石区委", "city", ("区委",)),
    ("discipline", "青石区纪委监委", "district", ("区纪委",)),
    ("housing", "青石区住房和城乡建设局", "district", ("住建局",)),
    ("farming", "青石区农业农村局", "district", ()),
    ("education", "青石区教育局党组", "district", ("教育局",)),
    ("office", "青石区教育局办公室", "education", ()),
    ("school", "青石区第二中学", "education", ()),
    ("north", "北桥街道党工委", "district", ("北桥街道",)),
    ("south", "南渡街道党工委", "district", ("南渡街道",)),
    ("city housing", "临江市住房和城乡建设委员会", "city", ("市住建委",)),
)
_PEOPLE = (
    ("顾长风", "district", "head", "区委书记", "2020-01-01", None),
    ("韦正", "district", "discipline", "区委常委、区纪委书记、区监委主任", "2020-01-01", None),
    ("韦正", "discipline", "head", "书记、主任", "2020-01-01", None),
    ("蓝月", "district", "organisation", "区委常委、组织部部长", "2020-01-01", None),
    ("管清", "district", "administrator", "系统管理员", "2020-01-01", None),
    ("简单", "district", "liaison", "联络员", "2020-01-01", None),
    ("卫东", "housing", "head", "党组书记、局长", "2020-01-01", None),
    ("柏松", "farming", "head", "局长", "2020-01-01", "2026-09-30"),
    ("鲍雪", "farming", "head", "局长", "2026-10-01", None),
    ("柯兰", "education", "head", "党组书记、局长", "2020-01-01", None),
    ("柳成", "education", "member", "党组成员、副局长", "2020-01-01", None),
    ("欧阳明", "education", "section", "基教科科长", "2020-01-01", None),
    ("石小鱼", "office", "staff", "科员", "2020-01-01", None),
    ("龙云", "school", "head", "校长", "2020-01-01", None),
    ("温良", "north", "head", "党工委书记", "2020-01-01", None),
    ("温和", "north", "member", "办事处主任", "2020-01-01", None),
    ("江帆", "south", "head", "党工委书记", "2020-01-01", None),
    ("卫国", "city housing", "head", "主任", "2020-01-01", None),
    ("顾全", "north", "member", "副书记", "2020-01-01", None),
    ("夏至", "city", "head", "市委书记", "2020-01-01", None),
    ("冬青", "city", "discipline", "市委常委、市纪委书记", "2020-01-01", None),
)


def small_city() -> Directory:
    """Ids are the keys above; people's are their names, a post's is "person@organisation"."""
    return Directory.of(
        [Organisation(id_, id_, name, parent, short) for id_, name, parent, short in _ORGANISATIONS],
        [Person(name, f"code {name}", name) for name in dict.fromkeys(each[0] for each in _PEOPLE)],
        [
            Post(f"{name}@{place}", name, place, role, title, _day(since), _day(until))
            for name, place, role, title, since, until in _PEOPLE
        ],
    )


def _day(text):
    return date.fromisoformat(text) if text else None


ROLES = ("head", "member", "discipline", "organisation", "section", "liaison", "staff", "administrator")


@st.composite
def directories(draw) -> Directory:
    """Any forest of up to 8 organisations with up to 12 posts among 6 people, some of them over."""
    size = draw(st.integers(1, 8))
    organisations = [
        Organisation(
            f"o{n}", f"o{n}", f"组织{n}", draw(st.sampled_from([None, *(f"o{m}" for m in range(n))]))
        )
        for n in range(size)
    ]
    people = [Person(f"p{n}", f"p{n}", f"人{n}") for n in range(6)]
    posts = [
        Post(
            f"t{n}",
            f"p{draw(st.integers(0, 5))}",
            f"o{draw(st.integers(0, size - 1))}",
            draw(st.sampled_from(ROLES)),
            "职务",
            date(2026, 1, 1),
            draw(st.sampled_from([None, date(2026, 6, 30)])),
        )
        for n in range(draw(st.integers(0, 12)))
    ]
    return Directory.of(organisations, people, posts)
