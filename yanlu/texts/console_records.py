"""Sentences of the console's records area: the ledger, its forms, tickets and plans."""

from datetime import date

from yanlu.texts import records, talks

SAID = {
    "filed": "已归档。有问题和要求的,已转入整改跟踪,销号为止。",
    "corrected": "已更正。原有版本保留。",
    "voided": "已作废。记录和原因保留备查,未结的整改事项随之撤销。",
    "asked": records.ASKED,
    "not_reached": records.NOT_REACHED,
    "nobody": records.NOBODY_TO_ASK,
    "confirmed": records.THANKS_CONFIRMED,
    "objected": records.THANKS_OBJECTED,
    "note": records.TICKET_NOTED,
    "due": records.TICKET_DEFERRED,
    "close": records.TICKET_CLOSED,
    "reopen": records.TICKET_REOPENED,
    "planned": records.PLANNED,
    "moved": records.PLAN_MOVED,
    "cancelled": records.PLAN_CANCELLED,
    "already": "这份表单已经提交过,没有重复办理。",
}
ELSEWHERE = {
    talks.FUTURE: "所说的时间在此刻之后,谈话尚未进行。如是计划中的谈话,请到“谈话计划”登记;如日期有误,请重新填写。",
    talks.INQUIRY: "函询只登记日期和跟踪情况,请在“登记其他台账”中选择“函询跟踪”。刚才的内容没有保存。",
    records.PLAN_PAST: "日期已过。已经谈过的请直接登记谈话。",
}
"""What the chat says with its commands, as it is said on a page."""
REFUSED = frozenset(
    {
        talks.MOVED_ON,
        talks.GONE,
        records.VOID_REFUSED,
        records.TICKET_GONE,
        records.PLAN_GONE,
        records.ANSWERED,
    }
    | {records.STALE_CONFIRMATION}
)
"""With these a form was not acted on."""
MOVED_KEPT = "您填写的内容仍在下方,可复制到新的更正中。"

# Filling in
REQUIRED = "这一项必须填写。"
NOT_READ = "没有读懂这一项,请换一种写法。"
NOT_A_TIME = "请填写时间,例如 15:00。"
NOT_A_NUMBER = "请填写一个数字。"
TOO_MANY_HERE = "所填的人数或条数不合要求,请核对。"
WHICH_ONE = "有多位相符的人员,请在下方选择。"
CHECK_FIELDS = "有未填或需要核对的内容,尚未提交。"
TOO_LONG = "内容过长,没有读取。请控制在四千字以内。"
ONE_PERSON_A_LINE = "每行一人,可写姓名,或单位职务加姓名。"
ADD_PERSON = "从名单中添加"
NOT_ADDED = "不添加"
CHOOSE = "请选择"
NOT_CHOSEN = "不填"
NOT_CHOSEN_HINT = "选填"
YES, NO = "是", "否"
OPTIONAL_PART = "可选填的内容"
LOOK_AGAIN = "请核对以下提示。确认无误的,再次点击按钮即可归档。"
SUBMIT_TALK = "核对并归档"
SUBMIT_ANYWAY = "已核对,确认归档"
SUBMIT_LEDGER = "归档"
SUBMIT_FIX = "提交更正"
SUBMIT_PLAN = "登记计划"
SUBMIT_MOVE = "确认改期"
CANCEL = "不登记,返回"
NEW_TALK = "登记谈话"
LOG_PLAN = "登记计划中的谈话"
FIX_TALK = "更正谈话记录"
NEWEST = "查看最新版本"

# The ledger
TITLE = "谈话与台账"
SECTIONS = "本栏目"
NAV_LEDGER = "台账"
NAV_NEW = "登记谈话"
NAV_TICKETS = "整改事项"
NAV_PLANS = "谈话计划"
SENTENCE_TITLE = "一句话登记"
SENTENCE = "用一句话说明谈了什么"
SENTENCE_HINT = "例如:昨天下午三点在区委三楼会议室同住建局钱卫局长作监督谈话,指出工程变更审批不严,要求12月10日前报整改方案。"
READ = "读一读"
READING_TITLE = "读到的内容"
NOT_SAID = "没有说到"
MISSING = "归档前还需填写"
OPEN_PEOPLE = "需要指明是哪一位"
GO_CHECK = "核对并归档"
GO_PLAN = "列入谈话计划"
NOTHING_READ = "请先写一句话。"
OTHER_LEDGERS = "登记其他台账"
LEDGER_TITLE = "已归档的记录"
TO_CONFIRM = "请您核对的谈话记录"
FILTERS = "筛选"
FILTER = "筛选"
FILTER_OFF = "清除条件"
ANY = "全部"
KIND = "类别"
ALL_TALKS = "全部谈话"
UNIT = "单位"
UNIT_BELOW = "含下级单位"
PERSON = "人员"
PERSON_HINT = "姓名或工号"
SINCE, UNTIL = "起始日期", "截止日期"
STATE = "状态"
FILED, VOID = "有效", "已作废"
TICKETED = "只看有问题或要求的"
NUMBER = "编号"
DAY = "日期"
SUBJECTS = "对象"
TALKERS = "谈话人"
MARKS = "标注"
SUPPLEMENTARY = "补录"
ALIKE = "近似"
EXPORT = "导出为 Excel"
EXPORT_HINT = "导出当前条件下您有权导出的全部记录,在后台生成。"
EXPORTED = "台账已生成。"
EVERY_UNIT = "可见范围"
WHOLE_TIME = "全部时间"
BAD_DAY = "日期填写有误,没有筛选。请填写实际存在的日期。"
BAD_PERIOD = "起始日期晚于截止日期,没有筛选。"
NO_UNIT = "没有找到这个单位,或其台账不在您的可见范围内。"
NO_PERSON = "没有找到这位人员。请填写姓名或工号。"
NONE = "没有符合条件的记录。"

# One record
TICKETS_OF = "整改事项"
CONFIRMATIONS = "对象核对"
WAITING = "等待核对"
ABOUT = "登记情况"
AUTHOR = "登记人"
FILED_AT = "登记时间"
VERSION = "版本"
VOIDED_FOR = "作废原因"
CHANGED_FOR = "更正原因"
ALIKE_WITH = "内容高度相近的记录"
LATE_NOTE = "本记录为事后补录。"
VERSIONS = "历次版本对照"
FORM_FILE = "下载谈话登记表"
CORRECT = "更正"
VOID_IT = "作废"
ASK = "请对象核对要点"
ASK_HINT = "对方只看到要点、问题和要求。"
BACK_TO_LEDGER = "返回台账"
BACK_TO_RECORD = "返回记录"
POINTS_TITLE = "请核对谈话内容"
POINTS_INTRO = "以下是登记人请您核对的内容。确认或提出异议后,会告知谈话人。"
CONFIRM_YES = "确认无误"
CONFIRM_NO = "提出异议"
YOU_CONFIRMED = "您已确认内容无误。"
YOU_OBJECTED = "您已提出异议:"
STALE = records.STALE_CONFIRMATION
FIELD = "项目"
BEFORE, AFTER = "原版本", "新版本"
FIRST = records.FIRST_VERSION
ONLY_ONE = "这份记录只有一个版本。"

# Tickets
TICKETS_TITLE = "整改事项"
WHAT = "内容"
DUE = "时限"
RESPONSIBLE = "责任人"
SOURCE = "来源记录"
OPEN, OVERDUE, CLOSED = "未结", "逾期", "已销号"
HISTORY = "办理情况"
NO_STEPS = "还没有办理记录。"
STEPS = {"note": "进展", "due": "调整时限", "close": "销号", "reopen": "重新打开"}
STEP_BUTTONS = {"note": "记录进展", "due": "调整时限", "close": "销号", "reopen": "重新打开"}
NO_TICKETS = "没有符合条件的整改事项。"
BACK_TO_TICKETS = "返回整改事项"
OPENED = "立项日期"
NO_DUE = records.NO_DUE

# Plans
PLANS_TITLE = "谈话计划"
NEW_PLAN = "登记谈话计划"
MOVE_PLAN = "改期或修改"
CANCEL_PLAN = "取消计划"
NO_PLANS = "没有计划中的谈话。"
BRIEFING = "谈前一页纸"
BRIEFING_FILE = "下载谈前一页纸"
BRIEFING_MADE = "仅列出谈话人有权查看的内容。"
LOG_IT = "谈完了,登记谈话"
BACK_TO_PLANS = "返回谈话计划"
WHEN = "时间"
PLACE = talks.PLACE
MATTERS = records.PLAN_MATTERS_LABEL


def version_of(number: int) -> str:
    """A version of a record."""
    return f"第 {number} 版"


def between(before: int, after: int) -> str:
    """Two versions beside each other."""
    return f"第 {before} 版与第 {after} 版"


def same_name(people: list[str]) -> str:
    """Say that a name is borne by several."""
    return f"有多位同名人员,请改填工号:{'、'.join(people)}。"


def coded(name: str, code: str) -> str:
    """Somebody with their code."""
    return f"{name}({code})"


def late_by(days: int) -> str:
    """By how much a ticket is late."""
    return f"逾期 {days} 天"


def written(label: str, title: str) -> str:
    """The measure a record serves."""
    return f"依据 {label} {title}"


def span(since: date | None, until: date | None) -> str:
    """A period of a list."""
    if since is None and until is None:
        return WHOLE_TIME
    return f"{since.isoformat() if since else ''}至{until.isoformat() if until else ''}"


def and_others(names: str, count: int) -> str:
    """The first of many people."""
    return f"{names}等{count}人"


def which(mention: str) -> str:
    """Ask whom a mention means."""
    return talks.which_person(mention)
