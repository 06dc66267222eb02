"""Sentences on where one stands: duties, coverage, reminders and the page before a talk."""

from collections.abc import Sequence
from datetime import date

CADENCE_NOTE = "本单位设定,非原文规定"
"""Stands beside every count and every day that comes from a cadence."""
BAD_CADENCE = "频次设置不能识别,应为每年 1 至 12 次、任职后 1 至 366 天之内,或停用。"
BAD_CADENCE_NEXT = "请重新设置。原有设置未改动。"
NO_DUTY = "这类谈话没有固定的谈话人和对象,不能设置频次。"


def cadence(per_year: int | None, days: int | None) -> str:
    """A cadence in words, labelled as the unit's own."""
    if per_year is not None:
        return f"每年 {per_year} 次({CADENCE_NOTE})"
    if days is not None:
        return f"任职后 {days} 天内({CADENCE_NOTE})"
    return f"不作安排({CADENCE_NOTE})"


def names(people: Sequence[str], most: int = 10) -> str:
    """People in one line; of many, the first and how many they are."""
    shown = "、".join(people[:most])
    return shown if len(people) <= most else f"{shown}等 {len(people)} 人"


def day(on: date) -> str:
    """A day as it is written in sentences."""
    return f"{on.year}年{on.month}月{on.day}日"


def year(number: int) -> str:
    """A calendar year."""
    return f"{number}年"


def quarter(in_year: int, number: int) -> str:
    """A quarter of a year."""
    return f"{in_year}年第{number}季度"


REMINDERS_COMMAND = "查看提醒"
OK = "知道了"
LATER = "推迟一周"
LOG_TALK = "登记谈话"
SEE_TICKET = "查看整改事项"
MAKE_STATEMENT = "生成述职材料"
NOTED = "好的。"
NOT_YOURS = "没有找到这条提醒,或它所说的事项已经办结。"
NO_REMINDERS = "没有待办的提醒。"
REMINDERS_LEAD = "待办的提醒:"
CALENDAR_ENDS = (
    "工作日历没有下一年度的安排,按工作日计算的期限和提醒算不出来。"
    "请在国务院办公厅公布后,到工作台“组织与授权”的设定中补充,无须重新启动;此前的记录不受影响。"
)
BRIEFING = "谈前一页纸"
NO_EARLIER = "没有您可以查看的同类或其他历次谈话记录。"
OPEN_ITEMS = "尚未销号的整改事项:"
NO_OPEN_ITEMS = "没有未销号的整改事项。"


def appointed(subject: str, talk_type: str, due: date) -> str:
    """A new head is to be talked with."""
    return f"提醒:{subject}已任职,请于{day(due)}前完成{talk_type}。"


def due_soon(unit: str, talk_type: str, due: date, left: int, people: str) -> str:
    """A day comes near."""
    return f"提醒:{unit}应开展的{talk_type},还有 {left} 次未谈({people}),请于{day(due)}前完成。"


def duty_overdue(unit: str, talk_type: str, due: date, left: int, people: str) -> str:
    """A day has passed."""
    return (
        f"提醒:{unit}应于{day(due)}前完成的{talk_type},还有 {left} 次未谈({people})。"
        "请尽快安排,或写明未谈的原因。"
    )


def pace(cadence_words: str) -> str:
    """By which setting something is due."""
    return f"安排:{cadence_words}。"


def ticket_soon(number: int, unit: str, due: date) -> str:
    """A ticket's day comes near. No word of what it is about: the list shows that."""
    return f"提醒:{unit}的整改事项 {number} 将于{day(due)}到期。"


def ticket_late(number: int, unit: str, due: date, days: int) -> str:
    """A ticket's day has passed."""
    return f"提醒:{unit}的整改事项 {number} 应于{day(due)}前完成,已逾期 {days} 天。"


def planned(subjects: str, talk_type: str, on: date, clock: str, place: str) -> str:
    """A planned talk comes near."""
    at = f" {clock}" if clock else ""
    where = f",地点:{place}" if place else ""
    return f"提醒:{day(on)}{at} 计划与{subjects}进行{talk_type}{where}。"


def planned_for(talker: str) -> str:
    """Whose planned talk it is, for who wrote it down."""
    return f"谈话人:{talker}。"


def matters(text: str) -> str:
    """What is to be talked about, as it was planned."""
    return f"准备谈:{text}"


def not_logged(subjects: str, talk_type: str, on: date) -> str:
    """A planned talk has not been logged."""
    return f"提醒:{day(on)}计划与{subjects}进行的{talk_type}尚未登记。已谈的请登记,未谈的可改期或取消。"


def year_end(unit: str, in_year: int) -> str:
    """The year's report is to be written."""
    return f"提醒:{unit} {in_year} 年度述职临近,可先生成监督下级一把手情况的材料草稿并核对。"


def basis(label: str, title: str) -> str:
    """The measure a talk serves."""
    return f"依据 {label} {title}"


def last_talk(who: str, on: date, talk_type: str, number: str) -> str:
    """The last talk with somebody."""
    return f"最近一次与{who}谈话:{day(on)} {talk_type}(编号 {number})。"


def open_item(number: int, text: str, due: date | None, late: int) -> str:
    """An open ticket on the page before a talk."""
    when = f"{day(due)}前" if due else "未定时限"
    return f"{number}. {text}({when}{f',逾期 {late} 天' if late > 0 else ''})"


def more_items(count: int) -> str:
    """How many stand elsewhere."""
    return f"另有 {count} 项,见整改事项。"


def listed(place: int, text: str) -> str:
    """A reminder in a list: its first two lines."""
    return f"{place}. {' '.join(text.removeprefix('提醒:').splitlines()[:2])}"


def put_off(until: date) -> str:
    """A reminder comes again."""
    return f"已推迟,{day(until)}再提醒您。"


BENCH_NOT_EMPTY = "测量用的数据库中已有组织,未写入任何内容。"
BENCH_EMPTY_NEXT = "请为测量另建一个空的数据库。"
