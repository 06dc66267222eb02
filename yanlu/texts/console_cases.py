"""Sentences of the console's pages of reports."""

from yanlu.texts import casework

SAID = {
    "asked": "已向举报人提问。",
    "answered": "已告知举报人。",
    "status": "状态已更改。",
    "transferred": "已移送,本单位不再能打开这一件。",
    "merged": "已并案。",
    "closed": "已办结,举报人可以看到您写的结果。",
    "closed_untold": "已办结,结果尚未告知举报人,请在期限内反馈。",
    "outside": "已按不属受理范围办结,举报人可以看到您写的去向。",
}

# The queue
TITLE = "举报办理"
QUEUE = "办理队列"
FIGURES = "按年统计"
LOCK = "收起密钥"
FILTERS = "筛选"
GROUP = "范围"
GROUPS = (("open", "待办理"), ("closed", "已办结"), ("all", "全部"))
CATEGORY = "类别"
ANY = "不限"
DEADLINE = "期限"
DEADLINES = (("", "不限"), ("overdue", "已逾期"), ("soon", "五日内到期"))
ONLY_NEWS = "仅有新补充的"
ONLY_PRIORITY = "仅优先件"
SHOW = "显示"
NUMBER = "编号"
MARK = "标记"
STATUS = "办理状态"
TOLD = "举报人看到"
DUE = "期限"
FILED = "收到"
NO_DUE = "无"
UNKNOWN_DUE = "待定"
UNKNOWN_DUE_WHY = "待定(工作日历未覆盖,管理员补充后自动计算)"
EMPTY = "没有符合条件的举报件。"
PRIORITY = "优先"
OVERDUE = "逾期"
SOON = "临期"
NEWS = "有新补充"
UNKNOWN = "工作日历未覆盖"
LATE = "曾逾期"

# A case
PRIORITY_LONG = casework.PRIORITY
RECEIVER = "受理单位"
TAGS = "标签"
CONCERNED = "被反映单位"
PEOPLE = "被反映人"
WHEN = "时间"
WHERE = "地点"
REPORTER = "举报人"
ANONYMOUS = casework.ANONYMOUS
NAMED = "实名"
CLOSED_ON = "办结"
KEPT_UNTIL = "内容保存至"
MERGED_INTO = "已并入"
MERGED_ELSEWHERE = "另一件"
COURSE = "反映的情况"
CONVERSATION = "往来"
NO_MESSAGES = "尚无往来。"
FILES = "附件"
NO_FILES = "没有附件。"
FILE_WARNING = "附件来自举报人,已清除元数据,但仍请谨慎打开;下载后的文件不再加密,用后请妥善删除。"
AFTER_CLOSING = "办结后提出"
STEPS = "办理记录"
SHEET = "打印办理单"
ACTIONS = "办理"
ASK = "向举报人提问"
ASK_HINT = "举报人回复前,其看到的状态为“待补充”。"
ANSWER = "告知举报人"
ANSWER_HINT = "举报人凭查询码可以看到,不要求回复。"
SEND = "发送"
CHANGE_STATUS = "转为其他状态"
NEXT_STATUS = "转为"
REVIEW_HINT = "举报人提出异议或提交新证据的,可转为“异议/补证复核”重新办理。"
CHANGE = "更改"
TRANSFER = "移送"
TRANSFER_HINT = "移送后由对方受理人接手,本单位不再能打开这一件。理由随件移送,举报人看不到。"
TRANSFER_TO = "移送到"
REASON = "移送理由"
MERGE = "并案"
MERGE_HINT = "并入后这一件办结,举报人看到的结果为:" + casework.MERGED_OUTCOME
MERGE_TARGET = "并入的编号"
CLOSE = "办结"
OUTCOME = "反馈给举报人的结果"
OUTCOME_LATER = "留空则先办结,须在十五个工作日内再反馈结果。"
OUTCOME_NOW = "请写明结果,举报人可以看到。"
OUTSIDE = "不属受理范围(须在上面写明去向)"
DOWNLOAD = "下载"
TO_CASE = "返回这一件"

# The steps
STEP = "序号"
DAY = "日期"
WHO = "何人"
WHAT = "何事"
ACTORS = {"reporter": "举报人", "system": "系统"}
FORMER = "原受理人"
DONE = {
    "filed": "提交举报",
    "answered": "回复提问",
    "supplemented": "补充情况",
    "objected": "提出异议",
    "new evidence": "提交新证据",
    "withdrew contact": "撤回姓名与联系方式",
    "open": "打开查看",
    "audit": "查看办理记录",
    "ask": "提问",
    "answer": "告知",
    "merge": "并入另一件",
    "merged": "另一件并入",
    "close:answered": "办结并反馈",
    "close:answer_due": "办结,待反馈",
    "recovery": "用当前恢复密钥重新封存",
    "moves up": "应移送上级",
    "moves up, by no known day": "应移送上级,期限待工作日历补充后计算",
    "erase": "到期清除内容",
}
NOTICES = {
    "new": "有新件",
    "news": "有新补充",
    "soon": "临近期限",
    "overdue": "已逾期",
    "above": "下级逾期",
    "waiting": "待移交",
}

# The sheet
SHEET_TITLE = "举报件办理单"
SHEET_WARNING = "本单含举报内容,只供有权办理人员使用,按规定保管,不得复制外传。"
CONTACT_LEFT_OUT = "实名(姓名与联系方式未印出)"
WITH_CONTACT = "连同姓名与联系方式"
WITHOUT_CONTACT = "不印姓名与联系方式"
PRINTED = "打印日期"
PRINT_HINT = "请用浏览器的打印功能打印本页。"

# The figures
YEAR = "年份"
YEAR_WRONG = "年份应为四位数字,例如 2026。"
COUNT = "件数"
TOTAL = "合计"
SUPPRESSED = casework.SUPPRESSED
SMALL_TOTAL = casework.SMALL_TOTAL
WITHHELD = "各项均较小,不予显示。"
FIGURES_NOTE = "只统计您有权处理、内容尚未清除的件。小于 5 的数不显示,以“—”表示。"
QUARTER = "第 {} 季度"


def title(number: str) -> str:
    """Head a case."""
    return f"举报件 {number}"


def size(count: int) -> str:
    """Say how large a file is."""
    return (
        f"{count} 字节"
        if count < 1024
        else f"{count / 1024:.0f} KB"
        if count < 1 << 20
        else f"{count / (1 << 20):.1f} MB"
    )


def deadline(term: str, basis: str, *, named: bool) -> str:
    """Say what a deadline is for, and whence it comes."""
    return f"前{casework.TERMS[term]}(依据:{casework.BASES[basis, named]})"


def file_name(number: str, position: int, ending: str) -> str:
    """The name an attachment is saved under."""
    return f"{number}-{casework.saved_name(position, ending)}"


def file_step(position: str) -> str:
    """A step: a file was taken."""
    return f"下载附件{position}"


def status_step(name: str) -> str:
    """A step: another status."""
    return f"转为“{name}”"


def transfer_step(organisation: str) -> str:
    """A step: handed over."""
    return f"移送{organisation}"


def resealed_step(organisation: str) -> str:
    """A step: sealed to those who should have it."""
    return f"封给{organisation}的受理人"


def withdrawn_step(name: str) -> str:
    """A step: a key taken."""
    return f"收回{name}的密钥"


def notice_step(kind: str) -> str:
    """A step: a notice was told."""
    return f"发出通知({NOTICES.get(kind, kind)})"


def figures_title(year: int) -> str:
    """Head a year's figures."""
    return f"{year} 年举报办理统计"
