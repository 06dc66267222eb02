"""Sentences on records, tickets and plans: what is offered, asked and answered."""

from datetime import date

NOT_BOUND = "您尚未加入本单位,不能使用这项功能。请先输入邀请码(向管理员领取)。"
NO_LONGER_BOUND = "本机已不再绑定您的身份,暂不能继续填写。"
DRAFT_KEPT = "已填的内容保留 24 小时。"
REJOIN = "请向管理员领取新的邀请码,发送“/join 邀请码”重新加入,再用原来的命令继续填写;不再填写请发送 /cancel。"
DAY_AHEAD = "日期在今天之后,请核对后重新填写。"

# Buttons
DOWNLOAD_FORM = "下载登记表"
SHOW = "查看记录"
STATEMENT_NAME = "监督下级一把手情况"
YEAR_NAME = "谈话统计"
FORM_READY = "谈话登记表已生成,签名处请手写。"
TICKETS = "整改跟踪"
CORRECT = "更正"
VOID = "作废"
VERSIONS = "历次版本"
ASK_SUBJECT = "请对象确认"
CONFIRM_YES = "确认无误"
CONFIRM_NO = "有异议"
LOG_IT = "登记谈话"
MOVE_PLAN = "改期"
CANCEL_PLAN = "取消计划"
CLOSE_TICKET = "销号"
DEFER_TICKET = "调整时限"
NOTE_TICKET = "记录进展"
MORE = "下一页"
TOMORROW, IN_A_WEEK, IN_A_MONTH = "明天", "一周后", "一个月后"

# Ledgers
RECORD_COMMAND = "登记各类台账"
RECORDS_COMMAND = "查看我的记录"
WHICH_LEDGER = "您要登记哪一项?"
TALK_CHOICE = "谈话记录"
NO_RECORDS = "没有您可以查看的记录。"
RECORDS_LEAD = "最近的记录(新的在前):"
VOIDED_MARK = "(已作废)"
SUPPLEMENTARY_MARK = "(补录)"
ALIKE_MARK = "(与其他记录高度相近)"
VOIDED = "已作废。记录和原因保留备查,未结的整改事项随之撤销。"
VOID_TITLE = "作废记录"
VOID_WHY, VOID_WHY_LABEL = "请说明作废的原因。记录不会删除,原因会一并保留。", "作废原因"
VOID_CONFIRM = "确认作废"
VOID_REFUSED = "这份记录不能由您作废,或已经作废。"
VERSION_LINE = "第 {version} 版 {day} {author}:{reason}"
FIRST_VERSION = "首次归档"
VERSIONS_LEAD = "历次版本(旧的在前):"

# Confirmation by the subject
ASKED = "已请谈话对象核对要点。对方只看到要点、问题和要求,不看到其他内容。"
NOT_REACHED = "对方尚未加入本系统,暂不能在线核对。可打印登记表后签字确认。"
NOBODY_TO_ASK = "这份记录的谈话对象不在名册中,不能在线核对。"
THANKS_CONFIRMED = "已记下:您确认内容无误。"
THANKS_OBJECTED = "已记下您的意见,并告知谈话人。"
OBJECTION_TITLE = "核对意见"
OBJECTION_ASK, OBJECTION_LABEL = "请写明哪里与谈话不符。", "意见"
OBJECTION_CONFIRM = "提交意见"
ANSWERED = "您已就这一版作过答复,未作改动。"
STALE_CONFIRMATION = "这份记录已有新的版本或已作废,请等候重新核对。"

# Tickets
TICKETS_COMMAND = "整改事项"
NO_TICKETS = "没有未结的整改事项。"
NO_TICKETS_HERE = "这份记录没有整改事项。"
TICKETS_LEAD = "整改事项:"
PROBLEM, REQUIREMENT = "问题", "要求"
NO_DUE = "未定时限"
CLOSED_MARK = "已销号"
CLOSE_TITLE = "整改销号"
CLOSE_ASK, CLOSE_LABEL = "请写明整改结果和佐证(文号、材料名称、核实方式等)。", "整改结果"
CLOSE_CONFIRM = "确认销号"
DEFER_TITLE = "调整整改时限"
DEFER_DAY, DEFER_DAY_LABEL = "调整到哪一天?", "新的时限"
DEFER_PAST = "新的时限不能早于今天,请重新填写。"
DEFER_WHY, DEFER_WHY_LABEL = "请说明调整的原因。", "原因"
DEFER_CONFIRM = "确认调整"
NOTE_TITLE = "整改进展"
NOTE_ASK, NOTE_LABEL = "请写明进展。", "进展"
NOTE_CONFIRM = "确认记录"
REOPEN_TICKET = "重新打开"
REOPEN_TITLE = "重新打开整改事项"
REOPEN_ASK, REOPEN_LABEL = "请说明重新打开的原因。", "原因"
REOPEN_CONFIRM = "确认重新打开"
TICKET_REOPENED = "已重新打开,继续跟踪。"
TICKET_GONE = "没有找到这项整改,或您无权处理,或已经销号。"
TICKET_CLOSED = "已销号。"
TICKET_DEFERRED = "时限已调整。"
TICKET_NOTED = "进展已记录。"

# Plans
PLAN_COMMAND = "登记计划中的谈话"
PLANS_COMMAND = "查看计划中的谈话"
PLAN_TITLE = "谈话计划"
PLAN_TALKER = "由谁来谈?请写姓名,或选择下面的人。"
PLAN_SUBJECT = "准备跟谁谈?可写多人,用顿号隔开。"
PLAN_DAY, PLAN_DAY_LABEL = "计划哪一天谈?", "日期"
PLAN_TIME, PLAN_TIME_LABEL = "几点?", "时间"
PLAN_MATTERS, PLAN_MATTERS_LABEL = "准备谈什么?", "提纲"
PLAN_CONFIRM = "确认登记"
PLANNED = "已登记,谈话前一个工作日会把谈前一页纸发给谈话人。"
PLAN_PAST = "日期已过。已经谈过的请用 /talk 登记。"
PLAN_MOVED = "已改期。"
PLAN_CANCELLED = "计划已取消。"
PLAN_GONE = "没有找到这项计划,或已登记、已取消。"
PLAN_SUBJECTS_KNOWN = "谈话对象须是名册中的人员,才能列入计划。请重新填写。"
NO_PLANS = "没有计划中的谈话。"
PLANS_LEAD = "计划中的谈话:"
MOVE_DAY = "改到哪一天?"


def in_days(word: str, day: date) -> str:
    """A button for a day to come."""
    return f"{word}({day.month}月{day.day}日)"


def not_yours(name: str) -> str:
    """Say that a ledger is not written from this person's posts."""
    return f"按您的任职,不需要登记“{name}”。如有误,请联系管理员。"


def ledger_choice(name: str, label: str) -> str:
    """A ledger with the measure it serves."""
    return f"{name}({label})"


def record_line(number: str, day: date, kind: str, subjects: str, marks: str) -> str:
    """One record in a list."""
    about = f" {subjects}" if subjects else ""
    return f"{number} {day.isoformat()} {kind}{about}{marks}"


def ticket_line(id_: int, kind: str, text: str, due: str, state: str) -> str:
    """One ticket in a list."""
    return f"{id_}. [{kind}] {text}({due}{state})"


def more_tickets(count: int) -> str:
    """Say how many tickets are not shown."""
    return f"另有 {count} 项,请导出整改台账查看。"


def until(day: date) -> str:
    """A ticket's day."""
    return f"{day.isoformat()}前"


def overdue(days: int) -> str:
    """By how much a ticket is late."""
    return f",逾期{days}天"


def plan_line(id_: int, day: date, clock: str, kind: str, subjects: str) -> str:
    """One plan in a list."""
    at = f" {clock}" if clock else ""
    return f"{id_}. {day.isoformat()}{at} {kind} {subjects}"


def confirmation_asked(talker: str, day: date, kind: str, points: str) -> str:
    """Ask the subject whether the points are right."""
    return f"{talker}登记了 {day.isoformat()} 与您的{kind},请核对以下内容:\n{points}"


def confirmation_answered(number: str, subject: str, *, confirmed: bool, note: str) -> str:
    """Tell the talker what the subject said."""
    if confirmed:
        return f"{subject}已确认记录 {number} 的内容无误。"
    return f"{subject}对记录 {number} 有异议:{note}"


def subject_confirmed(name: str, day: date) -> str:
    """A confirmation in a record's view."""
    return f"{name}于 {day.isoformat()} 确认无误"


def subject_objected(name: str, day: date, note: str) -> str:
    """An objection in a record's view."""
    return f"{name}于 {day.isoformat()} 提出异议:{note}"
