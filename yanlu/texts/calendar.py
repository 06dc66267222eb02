"""Sentences on the working calendar."""

from collections.abc import Sequence
from datetime import date

UPDATE_CALENDAR = "请管理员在“组织与授权”的设定中补充该年的节假日安排后重试。"


def unknown_day(day: date, first: int, last: int) -> str:
    """A day that the official calendar does not cover."""
    return f"{day.year}年{day.month}月{day.day}日不在已公布的节假日安排（{first}年至{last}年）之内，无法判断是否工作日。"


# Lists of days
NOTHING_CHANGED = "没有改动任何设置。"
DAYS_NEXT = "请逐项写明日期,如“1月1日至3日”“2027-02-06”,各项用逗号或换行分开。"


def too_much_text(most: int) -> str:
    """A list that is too long."""
    return f"日期过多,最多 {most} 字。"


def no_day(item: str) -> str:
    """Something in a list that is no day."""
    return f"“{item}”不是日期。"


def no_year(item: str) -> str:
    """A day without its year."""
    return f"“{item}”没有写明年份。"


def bad_span(item: str, most: int) -> str:
    """A row of days that runs backwards, or is too long."""
    return f"“{item}”的起止日期不对:止日不得早于起日,一项最多 {most} 天。"


def other_weekday(item: str, week: str) -> str:
    """A day whose day of the week is another."""
    return f"“{item}”与所注星期不符,该日是星期{week}。"


# The official calendar of a year
CALENDAR = "查看、导入国务院办公厅公布的年度节假日安排。"
IMPORT = "导入一年的节假日安排(TOML 文件)。"
LIST = "列出已有的年度安排。"
FILE = "安排文件:year、source、holidays、workdays 四项"
REPLACE = "替换该年已有的安排"
BAD_FILE_NEXT = (
    "文件应为 UTF-8 的 TOML,写明 year(年份)、source(通知名称与文号)、holidays(放假日)、workdays(调休上班日)。"
)
NO_FILE = "安排文件打不开,或不是文件。"
TOO_LARGE = "安排文件过大。"
BAD_TOML = "安排文件不是 UTF-8 的 TOML 文件。"
BAD_KEYS = "安排文件缺少应有的项目,或有多余的项目。"
BAD_LIST = "安排文件中 holidays、workdays 应为日期或日期文字的列表。"
NO_YEAR = "年份应为四位数字。"
NO_SOURCE = "请注明依据:国务院办公厅通知的名称与文号,4 至 200 字。"
NO_HOLIDAYS = "没有填写放假日。"
NO_WORKDAYS = "没有填写调休上班日。"
FIX_YEAR = "请与国务院办公厅通知原文核对后重新提交。"
REPLACE_NEXT = "确需更正的,请核对无误后选择替换。"
REPLACED_KEPT = "已经算出的期限不变,之后按新的安排计算。"


def too_early(first: int) -> str:
    """A year before the first that is known."""
    return f"只能导入 {first} 年以后的安排。"


def too_late(year: int) -> str:
    """A year whose calendar cannot have been published."""
    return f"{year} 年的安排尚未到公布的时候,不能导入。"


def other_year(days: Sequence[date], year: int) -> str:
    """Days of another year."""
    return f"{_some(days)} 不在 {year} 年内。涉及其他年份的日期,请在该年的安排中更正。"


def in_both(days: Sequence[date]) -> str:
    """Days that are both off and on."""
    return f"{_some(days)} 既列为放假,又列为上班。"


def no_weekend(days: Sequence[date]) -> str:
    """Days to be worked for a holiday that are no weekend."""
    return f"{_some(days)} 不是周末,不应列为调休上班日。"


def missing_holiday(name: str, days: Sequence[date]) -> str:
    """Statutory days that are not among those off."""
    return f"放假日中缺少{name}的法定假日 {_some(days)}。"


def too_many(most: int) -> str:
    """More days off than any year has had."""
    return f"放假日超过 {most} 天,请核对起止日期。"


def known_year(year: int) -> str:
    """A year that is covered already."""
    return f"{year} 年已有安排,没有替换。"


def same_year(year: int) -> str:
    """An import that changes nothing."""
    return f"{year} 年的安排与已有的相同,没有改动。"


def year_added(year: int, holidays: int, workdays: int, working: int) -> str:
    """What was taken in."""
    return f"{year} 年的安排已导入:放假 {holidays} 天,调休上班 {workdays} 天,全年工作日 {working} 天。"


def year_line(year: int, holidays: int, workdays: int, source: str, added: date) -> str:
    """A year that was added."""
    return (
        f"{year} 年  放假 {holidays} 天,调休上班 {workdays} 天  依据:{source}  导入日期:{added.isoformat()}"
    )


def built_in_line(first: int, last: int) -> str:
    """The years that come with the program."""
    return f"{first} 年至 {last} 年  随程序提供"


def differs(days: Sequence[date]) -> str:
    """Days on which an added year and the program's own do not agree."""
    return f"与随程序提供的安排不同的日期:{_some(days, 60)}"


BAD_KEPT = "保存的节假日安排无法读取,可能已损坏。"
BAD_KEPT_NEXT = "请运行 yanlu doctor,必要时从备份恢复。"


def day_span(first: date, last: date) -> str:
    """Days of one year as a notice writes them."""
    start = f"{first.month}月{first.day}日"
    if first == last:
        return start
    return f"{start}至{last.day}日" if first.month == last.month else f"{start}至{last.month}月{last.day}日"


# The end of the calendar
ENDS_COMMAND = "请在国务院办公厅公布后,用 yanlu calendar import 导入,或在工作台“组织与授权”中填写。"


def ends_soon(last: date, left: int) -> str:
    """The covered years end soon."""
    return (
        f"工作日历到 {last.isoformat()} 为止,还有 {left} 天,缺少 {last.year + 1} 年的节假日安排。"
        f"跨年的期限和提醒将算不出来。"
    )


def ended(last: date) -> str:
    """The covered years are over."""
    return f"工作日历已于 {last.isoformat()} 到期,缺少 {last.year + 1} 年的节假日安排。按工作日计算的期限和提醒已停止。"


# A unit's own days and hours
BAD_HOURS = "工作时间不能识别:请写成 09:00 这样的时刻,下班应晚于上班。"
BAD_OWN_YEARS = "本单位自定的日期只能在去年、今年和明年之内。"
TOO_MANY_OWN = "本单位自定的日期过多。"
HOURS_NEXT = "请更正后重新提交。"


def _some(days: Sequence[date], most: int = 8) -> str:
    shown = "、".join(each.isoformat() for each in sorted(days)[:most])
    return shown + (f"等 {len(days)} 天" if len(days) > most else "")
