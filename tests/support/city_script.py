"""What the people of a city do in March 2026, as a table; and how they put it."""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.support.city_data import City, Role, Seat
from tests.support.city_month import Told

MARCH = (date(2026, 3, 2), date(2026, 3, 31))
DESKS: tuple[tuple[str, str, Role, str], ...] = (
    ("市委书记", "LJ", "head", "terminal"),
    ("市纪委书记", "LJ", "discipline", "polling"),
    ("组织部长", "LJ", "organisation", "terminal"),
    ("区委书记", "LJ01", "head", "polling"),
    ("区联络员", "LJ01", "liaison", "terminal"),
    ("区纪委书记", "LJ01", "discipline", "terminal"),
    ("教育局长", "LJ0101", "head", "polling"),
    ("住建局长", "LJ0102", "head", "terminal"),
    ("临港书记", "LJ02", "head", "terminal"),
    ("临港联络员", "LJ02", "liaison", "polling"),
)
"""Ten people with a device each."""

TABLE = """
2 市委书记 监督谈话 LJ03 head
2 区委书记 监督谈话 LJ0101 head
2 区联络员 任职谈话 LJ0111 head form late
2 教育局长 监督谈话 LJ0112 head form
3 市纪委书记 纪检负责人谈话 LJ01 head
3 组织部长 组织部门负责人谈话 LJ02 head
3 临港书记 监督谈话 LJ0201 head
3 临港书记 任职谈话 LJ0207 head late
3 区纪委书记 纪检负责人谈话 LJ0101 head form
4 市委书记 监督谈话 LJ04 head yesterday
4 区委书记 提醒谈话 LJ0104 head problem demand=9
4 住建局长 谈心谈话 LJ0102 member
4 临港联络员 谈心谈话 LJ02 member form
5 区委书记 谈心谈话 LJ01 member
5 市纪委书记 纪检负责人谈话 LJ02 head form
5 组织部长 组织部门负责人谈话 LJ03 head
5 教育局长 谈心谈话 LJ0101 member
6 市委书记 谈心谈话 LJ member
6 区委书记 监督谈话 LJ0104 head form problem demand=12
6 区联络员 监督谈话 LJ0108 head
6 临港书记 监督谈话 LJ0202 head yesterday
9 市委书记 约谈 LJ09 head problem demand=7
9 区委书记 诫勉谈话 LJ0105 head form problem demand=18
9 区纪委书记 纪检负责人谈话 LJ0102 head
9 市纪委书记 纪检负责人谈话 LJ03 head
10 区委书记 任职谈话 LJ0103 head
10 临港书记 监督谈话 LJ0203 head demand=20
11 市委书记 监督谈话 LJ05 head
11 教育局长 监督谈话 LJ0113 head alike
11 组织部长 组织部门负责人谈话 LJ04 head
12 区联络员 监督谈话 LJ0109 head form demand=6
12 临港联络员 集体谈话 LJ0208 head group
12 市纪委书记 纪检负责人谈话 LJ04 head form
12 住建局长 提醒谈话 LJ0102 section problem demand=8
16 市委书记 谈心谈话 LJ discipline
16 区委书记 监督谈话 LJ0105 head said
16 区纪委书记 纪检负责人谈话 LJ0103 head
17 临港书记 监督谈话 LJ0204 head
17 市委书记 监督谈话 LJ06 head late form
18 区委书记 任职谈话 LJ0106 head
18 组织部长 组织部门负责人谈话 LJ05 head
19 区联络员 批评教育 LJ0110 head problem demand=5
19 临港书记 提醒谈话 LJ0206 head form problem demand=25
19 教育局长 监督谈话 LJ0114 head
20 市委书记 监督谈话 LJ07 head alike
20 市纪委书记 纪检负责人谈话 LJ05 head
20 区委书记 谈心谈话 LJ01 discipline
23 区委书记 谈心谈话 LJ01 member
23 区纪委书记 纪检负责人谈话 LJ0104 head problem demand=4
23 临港联络员 谈心谈话 LJ02 organisation
24 市委书记 监督谈话 LJ21 head
24 组织部长 组织部门负责人谈话 LJ06 head form
24 临港书记 监督谈话 LJ0205 head yesterday
25 区联络员 监督谈话 LJ0110 head alike form
25 市纪委书记 纪检负责人谈话 LJ25 head
26 市委书记 监督谈话 LJ22 head form
26 住建局长 谈心谈话 LJ0102 member form
27 区委书记 提醒谈话 LJ0107 head problem demand=3
27 临港书记 监督谈话 LJ0209 head
30 市委书记 监督谈话 LJ23 head
30 区联络员 监督谈话 LJ0111 head form
30 市纪委书记 纪检负责人谈话 LJ06 head
"""
"""Day of March, who writes it down, type, the subject's organisation and role, and how."""

LEDGERS: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    ("区联络员", "警示教育", "warning", (
        ("哪一天开展", "开展日期", "3月5日"), ("形式", "形式", "案例通报"), ("讲了什么", "内容", "通报身边典型案例"),
        ("多少人", "参加人数", "46"), ("整改要求", "整改要求", "逐人对照检查;完善廉政提醒"),
        ("改到哪一天", "整改时限", "4月3日"),
    )),
    ("区委书记", "民主生活会", "lifemeeting", (
        ("哪一天召开", "召开日期", "3月4日"), ("主题是什么", "主题", "严守规矩担当作为"), ("由谁主持", "主持人", "{head}"),
        ("查摆出哪些", "查摆的问题", "调查研究不深入;文风会风不实"), ("哪些整改措施", "整改措施", "每月下访一次"),
        ("整改到哪一天", "整改时限", "3月20日"),
    )),
    ("区纪委书记", "政治生态报告", "ecology", (
        ("哪一天形成", "报告日期", "3月5日"), ("哪些单位", "分析范围", "全区各局和街道"),
        ("哪些问题", "主要问题", "个别单位一把手监督偏软"), ("改到哪一天", "整改时限", "3月27日"),
    )),
    ("区联络员", "请示报告", "request", (
        ("哪一天请示", "请示或报告日期", "3月5日"), ("请示还是报告", "类别", "报告"), ("什么事项", "事项", "重大项目调整"),
        ("报给哪个", "报送对象", "临江市委"),
    )),
    ("教育局长", "插手干预记录", "interference", (
        ("哪一天发生", "发生日期", "3月4日"), ("谁插手", "插手干预人", "{lead}"), ("什么事项", "事项", "政府采购"),
        ("经过", "经过", "来电询问校服采购"), ("什么方式", "方式", "电话"), ("怎样答复", "处理情况", "当场谢绝并登记"),
    )),
)  # fmt: skip
"""Who fills in which other ledger, and the answer to each question: part of it, the label, the words."""

_POINTS = (
    "落实主体责任", "管好工程招投标", "班子团结协作", "选人用人程序", "重点项目推进", "财务审批把关",
    "严守政治纪律", "信访积案化解", "廉洁家风建设", "基层减负落实", "国有资产管理", "安全生产责任",
    "干部日常监督", "窗口服务作风", "专项资金使用", "巡察整改进度", "年度重点任务", "民主集中制执行",
    "分管领域风险", "村级财务公开", "教育收费规范", "营商环境优化", "政府采购流程", "会议文件精简",
)  # fmt: skip
_PROBLEMS = (
    "公务用车管理不严", "项目推进缓慢", "信访件办理超期", "考勤制度执行不严", "招投标档案不全", "学习记录不完整",
    "资产底数不清", "会议记录不规范",
)  # fmt: skip
_DEMANDS = ("完成清理整改", "报送整改方案", "补齐台账资料", "健全管理制度")
_LONG = (
    "要把管党治党的政治责任扛在肩上抓在手里",
    "带头执行民主集中制和重大事项请示报告制度",
    "管好身边人身边事",
)
REASON = "当时在外出差未能及时登记"


@dataclass(frozen=True)
class Deed:
    """One line of the table."""

    day: date
    key: str
    type: str
    unit: str
    role: Role
    how: tuple[str, ...]


def deeds() -> list[Deed]:
    """The table, line by line."""
    found = []
    for line in TABLE.strip().splitlines():
        day, key, kind, unit, role, *how = line.split()
        found.append(Deed(date(2026, 3, int(day)), key, kind, unit, role, tuple(how)))  # type: ignore[arg-type]
    return found


def told(place: int, deed: Deed, city: City, author: Seat) -> Told:
    """What the author means to write down, by sentence unless by form."""
    back = 12 if "late" in deed.how else 1 if "yesterday" in deed.how else 0
    day = deed.day - timedelta(days=back)
    talker = author if author.role not in {"liaison"} else city.holder(author.unit, "head", day)
    subjects = [city.holder(deed.unit, deed.role, day)]
    if "group" in deed.how:
        following = [f"{deed.unit[:4]}{int(deed.unit[4:]) + step:02d}" for step in (1, 2)]
        subjects += [city.holder(unit, "head", day) for unit in following]
    points = (_POINTS[place * 7 % 24], _POINTS[(place * 5 + 3) % 24])
    if points[0] == points[1]:
        points = (points[0], "守住廉洁底线")
    if "alike" in deed.how or place in {1, 3, 5}:
        points = _LONG
    dues = [int(each[7:]) for each in deed.how if each.startswith("demand=")]
    demands = tuple((_DEMANDS[place % 4], deed.day + timedelta(days=each)) for each in dues)
    problems = (_PROBLEMS[place % 8],) if "problem" in deed.how else ()
    made = Told(
        type=deed.type,
        day=day,
        talker=talker.person,
        subjects=tuple(each.person for each in subjects),
        points=points,
        problems=problems,
        demands=demands,
        reason=REASON if {"late", "said"} & set(deed.how) else "",
    )
    if "form" not in deed.how:
        made.sentence = _sentence(place, made, deed, city, (author, talker, subjects[0]))
    return made


def _sentence(place: int, made: Told, deed: Deed, city: City, people: tuple[Seat, Seat, Seat]) -> str:
    author, talker, subject = people
    when = {0: "今天上午", 1: "昨天下午"}.get(
        (deed.day - made.day).days, f"{made.day.month}月{made.day.day}日"
    )
    names = {each.person: each.name for each in city.seats}
    who = "、".join(names[each] for each in made.subjects)
    if place % 3 == 1 and len(made.subjects) == 1:
        who = f"{city.unit(subject.unit).name}的{subject.name}"
    lead = when if author == talker else f"{talker.name}{when}"
    if made.problems:
        due = made.demands[0][1]
        made.points = (made.problems[0], made.demands[0][0])
        until = f"{due.month}月{due.day}日前" if due else ""
        return f"{lead}对{who}进行{made.type},指出{made.problems[0]}的问题,要求{until}{made.demands[0][0]}。"
    told_points = ",".join(made.points) if len(made.points) > 2 else "和".join(made.points)
    text = (
        f"{lead}跟{who}做了{made.type},主要谈了{told_points}。",
        f"{lead}和{who}进行{made.type},谈了{told_points}。",
        f"{lead}在会议室同{who}{made.type},谈了{told_points}。",
    )[place % 3]
    for words, due in made.demands:
        text += f"要求{due.month}月{due.day}日前{words}。" if due else ""
    return f"补录:{text}{REASON}。" if made.reason else text
