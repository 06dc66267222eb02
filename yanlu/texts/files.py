"""Sentences of the files room: the talk form, the ledger, the duty report and the yearly figures.

A figure never stands without what it was counted from, and a cadence never without whose setting it is.
"""

from collections.abc import Sequence
from datetime import date, datetime

TITLE_STYLE = "言路标题"
HEADING_STYLE = "言路小标题"
BODY_STYLE = "言路正文"
CELL_STYLE = "言路表格"
LABEL_STYLE = "言路表头"
NOTE_STYLE = "言路附注"
NUMBER_STYLE = "言路页码"

YES = "是"
NO = "否"
COMMA = "、"
COLON = "："
STOP = "。"
SEMICOLON = "；"
CUT = "……（内容过长，此处从略，全文见该条记录）"
FILE = "文件"
DATE_IN_CELL = 'yyyy"-"mm"-"dd'


def spelt_day(day: date) -> str:
    """The day as official papers write it: 2026年9月24日."""
    return f"{day.year}年{day.month}月{day.day}日"


def day_on_two_lines(day: date) -> str:
    """The day for a narrow column."""
    return f"{day.year}年\n{day.month}月{day.day}日"


def spelt_moment(moment: datetime) -> str:
    """The day and the minute: 2026年9月24日 15:04. The moment is already in the zone to show."""
    return f"{spelt_day(moment)} {moment:%H:%M}"


def listed(words: Sequence[str]) -> str:
    """Several words in one line."""
    return COMMA.join(words)


def labelled(label: str, value: str) -> str:
    """A label and its value in one line."""
    return f"{label}{COLON}{value}"


def item(number: int, words: str) -> str:
    """One item of a list, with its number."""
    return f"{number}.{words}"


# the talk form

FORM_TITLE = "谈话登记表"
FORM_NUMBER = "编号"
FORM_SCOPE = "知悉范围"
FORM_TYPE = "谈话类型"
FORM_MEASURES = "对应措施"
FORM_MODE = "谈话方式"
FORM_TALKERS = "谈话人"
FORM_SUBJECTS = "谈话对象"
FORM_GROUP = "谈话对象范围"
FORM_NAME = "姓名"
FORM_UNIT = "单位"
FORM_POST = "职务"
FORM_POLITICAL = "政治面貌"
FORM_SINCE = "任现职时间"
FORM_COMPANIONS = "陪谈人"
FORM_RECORDER = "记录人"
FORM_START = "开始时间"
FORM_END = "结束时间"
FORM_PLACE = "地点"
FORM_OCCASION = "事由或来源"
FORM_OUTLINE = "谈话提纲"
FORM_POINTS = "谈话要点"
FORM_AFFIRMED = "肯定的方面"
FORM_PROBLEMS = "指出的问题\n（逐条）"
FORM_EXPLANATION = "对象说明"
FORM_ATTITUDE = "对象表态"
FORM_REQUIREMENTS = "整改要求"
FORM_DEADLINE = "整改时限"
FORM_TRACKING = "跟踪结果及\n销号日期"
FORM_ATTACHMENTS = "附件"
FORM_SIGN_TALKER = "谈话人\n签名"
FORM_SIGN_SUBJECT = "谈话对象\n签名"
FORM_SIGN_RECORDER = "记录人\n签名"
FORM_SIGN_DAY = "年　 月　 日"
FORM_FILED = "录入时间"
FORM_SUPPLEMENTARY = "是否补录\n及原因"
FORM_CORRECTIONS = "更正记录"
FORM_NOTE = "对应措施栏所列为整理编号，不是原文条号。空白栏由当事人据实手填。"
FORM_MODES = {"个别": "个别谈话", "集体": "集体谈话", "受委托": "受委托谈话"}


def form_delegated(mode: str, by: str) -> str:
    """The way of talking, with the person who delegated it."""
    return f"{mode}（受{by}委托）"


def form_void(reason: str | None) -> str:
    """Says that the record no longer counts."""
    return f"本记录已作废。原因：{reason}" if reason else "本记录已作废。"


def form_requirement(text: str, due: date | None) -> str:
    """A demand, with its day where it has one."""
    return f"{text}（{spelt_day(due)}前）" if due else text


def form_tracked(text: str, state: str, closed: date | None) -> str:
    """What became of a problem or a demand."""
    return f"{text}：{spelt_day(closed)}销号" if closed else f"{text}：{state}"


def form_supplementary(reason: str | None) -> str:
    """Says that the record was written up later, and why."""
    return f"{YES}。{reason}" if reason else YES


def form_corrected(version: int, written: datetime, reason: str) -> str:
    """One correction: the version it made, when, and why."""
    return f"第{version}版，{spelt_moment(written)}更正。原因：{reason}"


# tickets

TICKET_KINDS = {"problem": "问题", "requirement": "整改要求"}
TICKET_CLOSED = "已销号"
TICKET_OPEN = "办理中"
TICKET_OVERDUE = "逾期未销号"
TICKET_UNDATED = "办理中，未定时限"


def ticket_number(id_: int) -> str:
    """A ticket's number as lists print it."""
    return f"问题-{id_:06d}"


# the ledger

LEDGER = "监督工作台账"
LEDGER_TALKS = "谈话记录"
LEDGER_TICKETS = "问题与整改"
LEDGER_COLUMNS = {
    "number": "编号",
    "day": "谈话日期",
    "type": "谈话类型",
    "talkers": "谈话人",
    "subjects": "谈话对象",
    "units": "对象单位",
    "points": "谈话要点",
    "problems": "指出的问题",
    "requirements": "整改要求",
    "deadline": "整改时限",
    "supplementary": "补录",
    "void": "作废",
    "alike": "内容相似的记录",
    "time": "时间",
    "measures": "对应措施",
    "mode": "谈话方式",
    "companions": "陪谈人",
    "recorder": "记录人",
    "place": "地点",
    "occasion": "事由或来源",
    "outline": "谈话提纲",
    "affirmed": "肯定的方面",
    "explanation": "对象说明",
    "attitude": "对象表态",
    "scope": "知悉范围",
    "supplementary_reason": "补录原因",
    "void_reason": "作废原因",
    "organisation": "记录单位",
    "author": "录入人",
    "filed": "录入日期",
    "version": "版本",
}
LEDGER_PRINTED = 13
"""How many of the columns, from the left, go on paper."""
TICKET_COLUMNS = {
    "number": "编号",
    "source": "来源记录",
    "kind": "类别",
    "text": "问题或要求",
    "organisation": "责任单位",
    "responsible": "责任人",
    "opened": "提出日期",
    "due": "时限",
    "state": "状态",
    "closed": "销号日期",
    "late": "逾期天数",
    "notes": "办理情况",
}
TICKET_ACTIONS = {"note": "进展", "due": "调整时限", "close": "销号", "reopen": "重新办理"}


def ledger_heading(unit: str, name: str, since: date, until: date, as_of: date) -> str:
    """The line above a ledger: whose it is, of which days, and how far it reaches."""
    return f"{unit} {name}（{spelt_day(since)}至{spelt_day(until)}，数据截至{spelt_day(as_of)}）"


def ticket_note(at: datetime, action: str, text: str) -> str:
    """One step on a ticket."""
    return f"{spelt_day(at)} {action}：{text}" if text else f"{spelt_day(at)} {action}"


PAGE_OF = "第 &P 页，共 &N 页"
PAGE_OF_SOME = f"{PAGE_OF}（只打印主要栏目，其余栏目请在表中查看）"
"""The footer of a printed sheet: &P and &N are the page and the number of pages."""

# the yearly figures

YEAR_TYPES = "按谈话类型和月份"
YEAR_ORGANISATIONS = "按谈话对象所在单位"
YEAR_TYPE = "谈话类型"
YEAR_TOTAL = "合计"
YEAR_MONTHS = tuple(f"{month}月" for month in range(1, 13))
YEAR_QUARTERS = ("一季度", "二季度", "三季度", "四季度")
YEAR_BY_QUARTER = "一、按谈话类型和季度（次）"
YEAR_BY_MONTH = "二、按谈话类型和月份（次）"
YEAR_BY_ORGANISATION = "三、按谈话对象所在单位"
YEAR_CHART_MONTHS = "各月谈话次数"
YEAR_CHART_TYPES = "各类谈话次数"
YEAR_CHARTS = "四、图示"
YEAR_ORGANISATION_COLUMNS = ("单位", "谈话次数", "应谈人次", "已谈人次", "未谈人次", "未销号问题", "其中逾期")
YEAR_UNKNOWN = "—"
YEAR_OTHER = "其他"
YEAR_ONCE_EACH = "一次谈话涉及几个单位的，在各单位各计一次，因此单位合计可能多于谈话次数。"
YEAR_CADENCE = "应谈人次按本单位设定的频次计算，频次非原文规定。"
YEAR_TYPE_MONTH = "类型＼月份"


def year_title(unit: str, year: int) -> str:
    """The title of the yearly figures."""
    return f"{unit}{year}年度谈话统计"


def year_note(as_of: date, total: int, supplementary: int) -> str:
    """What was counted."""
    return f"数据截至{spelt_day(as_of)}，共{total}次，其中补录{supplementary}次；按谈话日期统计，已作废的记录不计。"


def chart_words(title: str, bars: Sequence[tuple[str, int]]) -> str:
    """The chart in words, for those who cannot see it."""
    return f"{title}：" + COMMA.join(f"{label}{value}" for label, value in bars) + STOP


def times(count: int) -> str:
    """A number of talks."""
    return f"{count}次"
