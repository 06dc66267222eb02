"""Sentences of the dialog on where one stands: lists, counts, files."""

from datetime import date

from yanlu.texts.standing import CADENCE_NOTE

COMMAND_TODO = "查看应谈未谈"
COMMAND_STATS = "查看统计"
COMMAND_EXPORT = "导出台账"
COMMAND_STATEMENT = "生成述职材料草稿"
NO_POST = "您目前没有在任职务,没有可查看的统计。如有误,请联系管理员。"
NOT_ENTITLED = "按您的任职,不能查看或办理这一项。"
YOU = "您"
CADENCE = f"应谈次数为{CADENCE_NOTE}。"
NOTHING_OWED = "没有未谈的。"
NOTHING_OVERDUE = "没有逾期的。"
NO_OVERDUE_TICKETS = "没有逾期未整改的事项。"
BY_ORGANISATION = "按单位:"
EXPORT = "导出台账"
EXPORT_TICKETS = "导出整改台账"
STATEMENT = "述职材料"
FIGURES = "统计图表"
NO_STATEMENT = "述职材料按“一把手”、纪检负责人或组织部门负责人的履职情况生成,您所在单位暂无相应任职。"
STATEMENT_READY = "述职材料草稿已生成,每个数字都注明了对应记录,请核对后使用。"
ASK_EXCUSE, EXCUSE = "请说明尚未谈话的原因。", "未谈原因"
EXCUSE_TITLE = "未谈原因"
EXCUSE_CONFIRM = "确认登记"
EXCUSED = "已登记未谈原因,名单中会一并显示。"


def owed_lead(  # noqa: PLR0913, PLR0917 - one sentence of as many figures
    whose: str, period: str, needed: int, held: int, missing: int, overdue: int
) -> str:
    """Sum up what is owed."""
    late = f",其中 {overdue} 项逾期" if overdue else ""
    return f"{period},{whose}应谈 {needed} 人次,已谈 {held},未谈 {missing}{late}。"


def nothing_due(whose: str, period: str) -> str:
    """Say that nothing was owed at all."""
    return f"{period},按任职情况和本单位设定,{whose}没有应谈的人。"


def towards(unit: str) -> str:
    """What is owed to the people of a unit and of those under it."""
    return f"对{unit}(含下级)"


def month(year: int, number: int) -> str:
    """A calendar month."""
    return f"{year}年{number}月"


def span(start: date, end: date) -> str:
    """Any other stretch of days."""
    return f"{start.year}年{start.month}月{start.day}日至{end.year}年{end.month}月{end.day}日"


def excused_talk(name: str, talk_type: str, year: str) -> str:
    """Which talk a reason is about."""
    return f"所说明的谈话:{year}年 {name} {talk_type}"


def cadence_of(talk_type: str, words: str) -> str:
    """A cadence, labelled as the unit's own."""
    return f"{talk_type}:{words}"


def owed_line(  # noqa: PLR0913 - as above
    who: str, talk_type: str, missing: int, due: date, *, overdue: bool, reason: str
) -> str:
    """One talk that is still to be held."""
    times = f"(还差 {missing} 次)" if missing > 1 else ""
    late = ",已逾期" if overdue else ""
    why = f",原因:{reason}" if reason else ""
    return f"- {who} {talk_type}{times},{due.isoformat()}前{late}{why}"


def and_more(count: int) -> str:
    """Say how many are not shown."""
    return f"另有 {count} 项,请导出台账查看。"


def share_lead(whose: str, period: str, held: int, needed: int) -> str:
    """The share of talks held."""
    return f"{period},{whose}应谈 {needed} 人次,已谈 {held}{_percent(held, needed)}。"


def share_line(name: str, held: int, needed: int, overdue: int) -> str:
    """The share of one type or organisation."""
    late = f",逾期 {overdue}" if overdue else ""
    return f"- {name}:{held}/{needed}{_percent(held, needed)}{late}"


def _percent(held: int, needed: int) -> str:
    return f"({100 * held / needed:.0f}%)" if needed else ""


def held_lead(period: str, count: int) -> str:
    """How many records there are."""
    return f"{period},共 {count} 份记录(新的在前):"


def nothing_held(period: str) -> str:
    """Say that there is none."""
    return f"{period},没有您可以查看的这类记录。"


def tickets_lead(count: int, *, overdue: bool) -> str:
    """How many tickets there are."""
    return f"{'逾期未整改' if overdue else '未结整改事项'} {count} 项:"


def nothing_to_export(period: str) -> str:
    """Say that there is nothing to export."""
    return f"{period},没有您可以导出的记录。"


def exported(period: str, count: int) -> str:
    """Say what is in the file."""
    return f"{period}的台账已生成,共 {count} 份记录。"


def figures_lead(unit: str, period: str, count: int) -> str:
    """How many talks there were."""
    return f"{unit},{period},谈话 {count} 次:"


def figure_line(name: str, count: int) -> str:
    """One figure."""
    return f"- {name}:{count}"


def ticket_figures(opened: int, closed: int, still: int, overdue: int) -> str:
    """Tickets of a period."""
    return f"整改事项:新开 {opened},销号 {closed},未结 {still},逾期 {overdue}。"


def marks(supplementary: int, alike: int, void: int) -> str:
    """Records that deserve a second look."""
    return f"补录 {supplementary},内容相近 {alike},作废 {void}。"


def excuse_for(name: str, talk_type: str) -> str:
    """A button that explains why somebody was not talked with."""
    return f"说明原因:{name} {talk_type}"
