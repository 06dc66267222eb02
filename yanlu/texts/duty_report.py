"""Sentences of the draft 述职 material: plain words around figures, each with the records it was counted from."""

from collections.abc import Sequence
from datetime import date

from yanlu.texts.files import COMMA, SEMICOLON, spelt_day

TITLE = "监督下级“一把手”情况"
DRAFT = "草稿，请核对"
DRAFT_NOTE = "（本稿由登记的记录自动汇总，是草稿。每个数字后注明来源，请逐项核对、据实补充后使用；没有登记的，本稿不作推断。）"
OVERALL = "一、总体情况"
DUTIES = "二、应谈与已谈"
TICKETS = "三、指出问题和督促整改"
UNDONE = "四、尚未做到的"
TO_ADD = "五、请本人补充"
TO_ADD_LINE = "（取得的成效、存在的不足和下一步打算，系统没有记录，请本人据实填写。）"
SOURCES = "附表：数据来源"
SOURCES_HEAD = ("序号", "指标", "数值", "来源记录编号")
NO_RECORD = "无记录"
ONE_BY_ONE = "应谈而没有相应记录的，逐人见第四部分"
SEE_ONE_BY_ONE = "（逐人见第四部分）"
CADENCE_NOTE = "本单位设定，非原文规定"
FROM_POSTS = "任职信息和本单位设定的频次"
NOTHING_UNDONE = "截至本稿汇总之日，按本单位设定应谈的均已谈，没有逾期未销号的问题。"
NO_DUTIES = "没有列入统计的应谈事项。"
ALL_TALKS = "谈话总数"
SUPPLEMENTARY = "其中补录"
OPENED = "提出的问题和要求"
CLOSED = "已销号"
OPEN = "未销号"
OVERDUE = "其中逾期未销号"


def subtitle(unit: str, year: int, as_of: date) -> str:
    """Whose paper it is, of which year, and up to when."""
    return f"{unit}　{year}年度　数据截至{spelt_day(as_of)}"


def source_short(numbers: str) -> str:
    """The records of a figure, in brackets."""
    return f"（来源：{numbers}）"


def source_row(row: int) -> str:
    """Where the records of a figure are listed, when they are many."""
    return f"（来源见附表第{row}项）"


def talks_line(name: str, count: int, source: str) -> str:
    """How many talks there were in all."""
    return f"{name}本年度登记的谈话共{count}次{source}。"


def supplementary_line(count: int, source: str) -> str:
    """How many of them were written up later."""
    return f"其中事后补录{count}次{source}。"


def type_line(talk_type: str, count: int, source: str) -> str:
    """How many talks there were of a type."""
    return f"{talk_type}{count}次{source}"


def types_line(parts: list[str]) -> str:
    """All types in one sentence."""
    return f"按类型分：{SEMICOLON.join(parts)}。"


def cadence(per_year: int | None, days: int | None) -> str:
    """What the unit has set, with whose setting it is."""
    rule = f"每人每年不少于{per_year}次" if per_year else f"任职后{days}日内"
    return f"{rule}（{CADENCE_NOTE}）"


def duty_line(talk_type: str, rule: str, counts: tuple[int, int, int], sources: tuple[str, str, str]) -> str:
    """How many were owed a talk of a type, had it, and did not."""
    owed, held, missing = counts
    return (
        f"{talk_type}，{rule}：应谈{owed}人{sources[0]}，"
        f"已谈{held}人{sources[1]}，未谈{missing}人{sources[2]}。"
    )


def owed_figure(talk_type: str) -> str:
    """The name of the figure: how many are owed."""
    return f"{talk_type}应谈人数"


def held_figure(talk_type: str) -> str:
    """The name of the figure: how many had it."""
    return f"{talk_type}已谈人数"


def missing_figure(talk_type: str) -> str:
    """The name of the figure: how many did not."""
    return f"{talk_type}未谈人数"


def type_figure(talk_type: str) -> str:
    """The name of the figure: talks of a type."""
    return f"{talk_type}次数"


def missing_source(names: Sequence[str]) -> str:
    """Those who did not have the talk."""
    return f"（{COMMA.join(names)}）"


def progress(held: Sequence[str], needed: int) -> str:
    """How many of the talks owed to somebody were held."""
    return f"应谈{needed}次、已谈{len(held)}次{source_short(COMMA.join(held))}" if held else "尚未谈"


def until(due: date | None, *, overdue: bool) -> str:
    """By when a talk was due, and whether that day is past."""
    return (f"，应于{spelt_day(due)}前完成" if due else "") + ("，已逾期" if overdue else "")


def missing_line(who: str, talk_type: str, done: str, by: str, reason: str | None) -> str:
    """Says plainly that somebody has not been talked to, by when it was due, and why."""
    because = f"原因：{reason}" if reason else "未登记原因"
    return f"{who}的{talk_type}{done}{by}；{because}。"


def lines(parts: Sequence[str]) -> str:
    """Record numbers, some to a line."""
    return f"{COMMA}\n".join(parts)


def tickets_line(count: int, source: str) -> str:
    """How many problems and demands were put."""
    return f"通过谈话提出问题和整改要求{count}项{source}。"


def closed_line(closed: tuple[int, str], still_open: tuple[int, str], overdue: tuple[int, str]) -> str:
    """How many of them are put right, how many not, how many late."""
    return (
        f"其中已销号{closed[0]}项{closed[1]}，未销号{still_open[0]}项{still_open[1]}；"
        f"未销号的里面逾期{overdue[0]}项{overdue[1]}。"
    )


def overdue_line(text: str, who: str, due: date, days: int, source: str) -> str:
    """Says plainly that something has not been put right in time."""
    responsible = f"，责任方{who}" if who else ""
    return f"“{text}”{responsible}，应于{spelt_day(due)}前完成，已逾期{days}天{source}。"


def people(count: int) -> str:
    """A number of people."""
    return f"{count}人"


def items(count: int) -> str:
    """A number of problems."""
    return f"{count}项"
