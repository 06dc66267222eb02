"""A city made up from a seed: 200 organisations in four levels, the people and the posts they hold; as files too."""

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Role = Literal["head", "member", "discipline", "organisation", "section", "liaison", "staff", "administrator"]
SEED = 20_260_301
ORGANISATIONS = 200
CITY = "LJ"
ROLE_WORDS: dict[Role, str] = {
    "head": "一把手",
    "member": "班子成员",
    "discipline": "纪检负责人",
    "organisation": "组织部门负责人",
    "section": "部门负责人",
    "liaison": "联络员",
    "staff": "工作人员",
    "administrator": "管理员",
}
UNIT_HEADS = ("组织编码", "名称", "简称", "上级编码")
POST_HEADS = ("人员编码", "姓名", "政治面貌", "组织编码", "职务", "身份", "任职日期", "离任日期")

_DISTRICTS = (
    "青石区", "临港区", "云溪区", "桐湾区", "白鹭区", "松岗县", "柳泉县", "南屏县", "石桥县", "银沙县", "北坡县", "望江区",
)  # fmt: skip
_CITY_BUREAUS = (
    "发展和改革委员会", "教育局", "科学技术局", "工业和信息化局", "公安局", "民政局",
    "司法局", "财政局", "人力资源和社会保障局", "自然资源和规划局", "生态环境局", "住房和城乡建设局",
    "交通运输局", "水利局", "农业农村局", "商务局", "文化和旅游局", "卫生健康委员会",
    "审计局",
)  # fmt: skip
_BUREAUS = (
    ("教育局", "教育局"), ("住房和城乡建设局", "住建局"), ("农业农村局", "农业局"), ("财政局", "财政局"),
    ("交通运输局", "交通局"), ("市场监督管理局", "市场监管局"), ("应急管理局", "应急局"),
)  # fmt: skip
_STREETS = ("北桥街道", "南渡街道", "东湖街道", "西山街道")
_SCHOOLS = ("第一中学", "实验小学", "职业学校")
_SURNAMES = (
    "陈林黄周吴徐孙胡朱高何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹"
    "熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚"
)
_GIVEN = (
    "志明", "建军", "海涛", "雪梅", "国栋", "晓燕", "文博", "立新", "玉兰", "永康",
    "思远", "桂芳", "德胜", "春生", "少华", "丽娟", "振宇", "伯涵", "清源", "秀英",
    "昌盛", "爱民", "宏伟", "静怡", "学斌", "红霞", "子轩", "敬业", "卫国", "小满",
    "若愚", "景行", "怀瑾", "守信", "长河", "望舒", "一鸣", "书棋", "恒之", "维桢",
)  # fmt: skip
_LATE_STARTS = {"LJ0103": date(2026, 2, 9), "LJ0207": date(2026, 1, 12), "LJ0111": date(2025, 12, 20)}
"""Heads appointed shortly before the month begins, by organisation."""


@dataclass(frozen=True)
class Unit:
    """An organisation."""

    code: str
    name: str
    short: str
    parent: str


@dataclass(frozen=True)
class Seat:
    """A post that somebody holds."""

    person: str
    name: str
    unit: str
    title: str
    role: Role
    since: date
    until: date | None = None
    political: str = "中共党员"

    def held(self, on: date) -> bool:
        """Whether it is held on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class City:
    """All of it; what is asked of it on a day is worked out here, not by the product."""

    units: tuple[Unit, ...]
    seats: tuple[Seat, ...]

    def unit(self, code: str) -> Unit:
        """An organisation by its code."""
        return next(each for each in self.units if each.code == code)

    def above(self, code: str) -> list[str]:
        """The organisations over one, nearest first."""
        parents = {each.code: each.parent for each in self.units}
        found = []
        while parents[code]:
            code = parents[code]
            found.append(code)
        return found

    def below(self, code: str) -> set[str]:
        """An organisation with all that stand under it."""
        return {each.code for each in self.units if each.code == code or code in self.above(each.code)}

    def holder(self, unit: str, role: Role, on: date, place: int = 0) -> Seat:
        """Who holds a post in an organisation on a day; `place` among several."""
        return [each for each in self.seats if (each.unit, each.role) == (unit, role) and each.held(on)][
            place
        ]

    def seats_of(self, person: str, on: date) -> list[Seat]:
        """The posts of a person on a day."""
        return [each for each in self.seats if each.person == person and each.held(on)]

    def shown(self, person: str, on: date, unit: str | None = None) -> str:
        """Unit, title and name, as forms write them: 云溪区委, 区委书记 are 云溪区委书记."""
        held = self.seats_of(person, on)
        seat = next((each for each in held if each.unit == unit), held[0])
        unit_name = self.unit(seat.unit).name
        said_twice = next((size for size in (4, 3, 2) if unit_name.endswith(seat.title[:size])), 0)
        return f"{unit_name}{seat.title[said_twice:]} {seat.name}"

    def changed(self, ended: Iterable[tuple[Seat, date]], begun: Iterable[Seat]) -> "City":
        """The city after some posts have ended and others begun."""
        over = {id(seat): until for seat, until in ended}
        kept = tuple(replace(each, until=over.get(id(each), each.until)) for each in self.seats)
        return City(self.units, (*kept, *begun))

    def grown(self, units: Iterable[Unit], seats: Iterable[Seat]) -> "City":
        """The city with more of both."""
        return City((*self.units, *units), (*self.seats, *seats))


def made_city(seed: int = SEED) -> City:
    """The city as it stands before the month: the same for the same seed."""
    units = _units()
    return City(units, tuple(_seats(units, random.Random(seed))))


def _units() -> tuple[Unit, ...]:
    units = [Unit(CITY, "临江市委", "市委", "")]
    for number, district in enumerate(_DISTRICTS, 1):
        code = f"{CITY}{number:02d}"
        units.append(Unit(code, f"{district}{'委' if district.endswith(('区', '县')) else ''}", "", CITY))
        for place, (name, short) in enumerate(_BUREAUS, 1):
            units.append(Unit(f"{code}{place:02d}", district + name, f"{short};{district[:2]}{short}", code))
        for place, name in enumerate(_STREETS, 8):
            units.append(Unit(f"{code}{place:02d}", f"{district}{name}党工委", f"{district[:2]}{name}", code))
        for place, name in enumerate(_SCHOOLS, 12):
            units.append(Unit(f"{code}{place:02d}", district + name, "", f"{code}01"))
    for number, name in enumerate(_CITY_BUREAUS, 21):
        units.append(Unit(f"{CITY}{number}", f"临江市{name}", "", CITY))
    return tuple(units)


class _Names:
    """Full names, none of which stands in another."""

    def __init__(self, chance: random.Random) -> None:
        pairs = [surname + given for surname in _SURNAMES for given in _GIVEN]
        chance.shuffle(pairs)
        self._left = iter(pairs)

    def next(self) -> str:
        return next(self._left)


def _seats(units: Sequence[Unit], chance: random.Random) -> Iterable[Seat]:
    names = _Names(chance)
    number = 0
    for unit in units:
        for role, title in _posts(unit):
            number += 1
            since = date(2022, 1, 4) + timedelta(days=chance.randrange(1100))
            if role == "head":
                since = _LATE_STARTS.get(unit.code, since)
            yield Seat(f"P{number:04d}", names.next(), unit.code, title, role, since)


def _posts(unit: Unit) -> list[tuple[Role, str]]:
    if unit.code == CITY or (unit.parent == CITY and unit.name.endswith("委") and len(unit.name) == 4):
        level = "市" if unit.code == CITY else unit.name[2]
        posts: list[tuple[Role, str]] = [
            ("head", f"{level}委书记"),
            ("member", f"{level}委副书记、{level}长"),
            ("member", f"{level}委常委、常务副{level}长"),
            ("discipline", f"{level}委常委、{level}纪委书记、{level}监委主任"),
            ("organisation", f"{level}委常委、组织部部长"),
            ("section", f"{level}委办公室综合科科长"),
            ("liaison", "联络员"),
        ]
        return [*posts, ("administrator", "系统管理员")] if unit.code == CITY else posts
    if unit.name.endswith("党工委"):
        return [("head", "党工委书记"), ("member", "办事处主任")]
    if unit.name.endswith(("中学", "小学", "学校")):
        return [("head", "党总支书记、校长")]
    word = "主任" if unit.name.endswith("委员会") else "局长"
    posts = [("head", f"党组书记、{word}"), ("member", f"党组成员、副{word}"), ("section", "办公室主任")]
    if int(unit.code[-2:]) % 2:
        posts.append(("liaison", "联络员"))
    if int(unit.code[-2:]) % 4 == 2:
        posts.append(("discipline", "派驻纪检监察组组长"))
    return posts


def city_xlsx(city: City) -> bytes:
    """The city as the import's Excel file."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "组织"
    for row in (UNIT_HEADS, *((each.code, each.name, each.short, each.parent) for each in city.units)):
        first.append(list(row))
    second = book.create_sheet("人员任职")
    for row in (POST_HEADS, *map(_post_row, city.seats)):
        second.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def posts_xlsx(seats: Iterable[Seat]) -> bytes:
    """Some posts only, as the import's Excel file: who moved."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "人员任职"
    for row in (POST_HEADS, *map(_post_row, seats)):
        sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def addition_csv(unit: Unit, seats: Iterable[Seat]) -> bytes:
    """One organisation and its people as a csv in GBK, as an office program saves it."""
    text = io.StringIO()
    writer = csv.writer(text)
    heads = (
        "组织编码",
        "名称",
        "简称",
        "上级编码",
        "人员编码",
        "姓名",
        "政治面貌",
        "职务",
        "身份",
        "任职日期",
    )
    writer.writerow(heads)
    for each in seats:
        writer.writerow([
            unit.code, unit.name, unit.short, unit.parent, each.person, each.name, each.political,
            each.title, ROLE_WORDS[each.role], each.since.isoformat(),
        ])  # fmt: skip
    return text.getvalue().encode("gbk")


def _post_row(each: Seat) -> tuple[object, ...]:
    return (
        each.person, each.name, each.political, each.unit, each.title, ROLE_WORDS[each.role], each.since, each.until,
    )  # fmt: skip
