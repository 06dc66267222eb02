"""Sentences of the console's coverage area and of the list of what is due."""

from collections.abc import Sequence
from datetime import date

from yanlu.texts.standing import CADENCE_NOTE, day

WHERE = "组织位置"
OTHERS = "您可以查看的其他组织"
NOT_SEEN = "没有这个组织,或按您的任职不能查看它的覆盖情况。"
NOT_SEEN_NEXT = "请从“覆盖情况”首页选择组织。"
NOTHING_TO_SEE = "按您的任职,没有可以查看覆盖情况的组织。"
NO_STATEMENT = (
    "述职材料按本人或所服务的“一把手”、纪检负责人、组织部门负责人的履职情况生成,您在这个组织没有相应任职。"
)
BAD_FILE = "没有这种材料。"
BAD_FILE_NEXT = "请在覆盖情况页面重新选择。"

# Filters
FILTERS = "筛选"
YEAR = "年度"
PART = "时段"
TYPE = "谈话类型"
STATE = "状态"
SCOPE = "范围"
WHOLE_YEAR = "全年"
EVERY_TYPE = "全部类型"
SHOW = "查看"
STATES = {
    "": "全部",
    "open": "未谈(含逾期)",
    "overdue": "逾期未谈",
    "excused": "未谈且已说明原因",
    "done": "已谈",
}
SCOPES = {"": "本组织及下级的谈话对象", "own": "仅本组织的谈话对象", "owed": "本组织应当谈的对象"}
PERIOD_HINT = (
    "按年安排的谈话,选任一时段都以该年度应谈次数统计;任职后限期的谈话,任职日或到期日在所选时段内的计入。"
    f"频次和期限均为{CADENCE_NOTE}。"
)

# Figures
SUMMARY = "合计"
NEEDED = "应谈(人次)"
HELD = "已谈(人次)"
MISSING = "未谈(人次)"
OVERDUE = "其中逾期(项)"
EXCUSED = "已说明原因(项)"
SHARE = "覆盖率"
BY_CHILD = "按组织"
ORGANISATION = "组织"
BY_TYPE = "按谈话类型"
CADENCE = f"频次({CADENCE_NOTE})"
BY_MONTH = "按月份"
BY_MONTH_HINT = "已谈按谈话日期计入月份,未谈按应完成日期计入月份,单位均为人次。"
MONTH = "月份"
MONTH_DONE = "已谈"
MONTH_LEFT = "未到期未谈"
MONTH_OVERDUE = "逾期未谈"
OWN_PEOPLE = "本级"
NO_DUTY = "按任职情况和本单位设定,所选范围内没有应谈的对象。"
TO_PEOPLE = "查看人员名单"
TO_OVERDUE = "查看逾期名单"

# People
PEOPLE_TITLE = "应谈名单"
PERSON = "谈话对象"
WHO_OWES = "应由谁谈"
TALKS = "已谈日期与谈话人"
DUE = "应完成日期"
WHY_NOT = "未谈原因"
BACK_TO_FIGURES = "返回统计"
MARKS = {"done": "已谈", "late": "已谈(逾期完成)", "open": "未谈", "overdue": "逾期未谈"}
HIDDEN_TALK = "已登记"
NOBODY_NOW = "暂无在任的应谈人"
NO_ROWS = "没有符合条件的人员。"

# Files
FILES = "材料与导出"
FILES_HINT = "在后台生成,可以离开本页,完成后在“后台任务”中下载。"
MAKE_STATEMENT = "生成述职材料草稿"
MAKE_FIGURES = "生成年度统计"
MAKE_LIST = "导出应谈名单(Excel)"
STATEMENT_READY = "述职材料草稿已生成,每个数字都注明了对应记录,请核对后使用。"
FIGURES_READY = "年度统计已生成,请核对后使用。"
LIST_NAME = "谈话覆盖名单"

# Home
DUE_TALKS = "应谈未谈"
DUE_TICKETS = "逾期整改"
DUE_PLANS = "计划中的谈话"
DUE_CONFIRMATIONS = "待您确认"
DUE_SEE = "查看全部"
DUE_NONE = "近期没有到期或逾期的事项。"
DUE_TITLE = "近期事项"


def month_name(number: int) -> str:
    """Name a month."""
    return f"{number}月"


def quarter_name(number: int) -> str:
    """Name a quarter."""
    return f"第{number}季度"


def title(unit: str, period: str) -> str:
    """Name the page of an organisation."""
    return f"{unit} · {period}谈话覆盖情况"


def people_title(unit: str, period: str) -> str:
    """Name the list of an organisation."""
    return f"{unit} · {period}应谈名单"


def list_made(count: int) -> str:
    """Say how many lines a file has."""
    return f"应谈名单已生成,共 {count} 项。"


def percent(held: int, needed: int) -> str:
    """Write a share; a dash where nothing was owed. Never 100% while one is missing."""
    if not needed:
        return "—"
    return f"{100 * held // needed}%"


def share_said(held: int, needed: int) -> str:
    """Say a share beside its bar."""
    return f"{held}/{needed} {percent(held, needed)}" if needed else "无应谈"


def bars_title(unit: str) -> str:
    """Name the chart of shares."""
    return f"{unit}各组织谈话覆盖率"


def bars_description(lines: Sequence[tuple[str, int, int]]) -> str:
    """Say what the chart of shares shows."""
    return ";".join(f"{name}应谈 {needed} 人次,已谈 {held}" for name, held, needed in lines) or NO_DUTY


def months_title(unit: str) -> str:
    """Name the chart of months."""
    return f"{unit}各月谈话完成情况"


def months_description(lines: Sequence[tuple[str, int, int, int]]) -> str:
    """Say what the chart of months shows."""
    return (
        ";".join(f"{name}已谈 {done},未到期未谈 {left},逾期未谈 {late}" for name, done, left, late in lines)
        or NO_DUTY
    )


def progress(held: int, needed: int) -> str:
    """Say how many of several talks were held; nothing for one."""
    return f"{held}/{needed}" if needed > 1 else ""


def year_month(year: int, month: int, *, several: bool) -> str:
    """Name a month of a chart, with its year where there are several."""
    return f"{year}-{month:02d}" if several else f"{month}月"


def due_talk(who: str, talk_type: str, left: int, due: date, late: int) -> str:
    """Name a talk that is due."""
    times = f"(还差 {left} 次)" if left > 1 else ""
    return f"{who} {talk_type}{times},{day(due)}前" + (f",已逾期 {late} 天" if late > 0 else "")


def due_talks(total: int, overdue: int) -> str:
    """Count talks that are due."""
    return f"30 天内到期和已逾期的共 {total} 项" + (f",其中逾期 {overdue} 项" if overdue else "") + "。"


def late_ticket(number: int, unit: str, due: date, late: int) -> str:
    """Name a ticket whose day has passed; no word of what it is about."""
    return f"整改事项 {number}({unit}),应于{day(due)}前完成,已逾期 {late} 天"


def late_tickets(total: int) -> str:
    """Count such tickets."""
    return f"由您负责或由您联络的逾期整改事项共 {total} 项。"


def planned_talk(on: date, talker: str, subjects: str, talk_type: str, *, past: bool) -> str:
    """Name a planned talk."""
    late = ",尚未登记" if past else ""
    return f"{day(on)} {talker}与{subjects} {talk_type}{late}"


def to_confirm(count: int) -> str:
    """Say how many records' points wait for one's word."""
    return f"有 {count} 份谈话要点待您确认或提出异议。"
