"""Sentences of the console's pages on organisations, people, handlers, settings and the audit log."""

from collections.abc import Sequence

SAID = {
    "appointed": "任职已登记。",
    "ended": "已结束,立即生效。",
    "invited_before": "这份邀请此前已经生成,邀请码只显示一次。需要的话请重新生成。",
    "revoked": "未使用的邀请码已全部收回。",
    "offered": "已开通。请通知本人到“我的账号”设立举报密钥,设立后开始受理。",
    "withdrawn": "已取消开通。",
    "set": "设置已保存。",
    "calendar_set": "节假日安排已导入,立即生效。已经算出的期限不变,此前因缺少日历未能计算的期限将在一两分钟内补算。",
    "calendar_same": "与已有的安排相同,没有改动。",
    "whole": "审计记录完整,没有发现改动。",
    "broken": "审计记录不完整:有记录被改动、删除或插入。请保留现场,立即报告。",
    "made_before": "恢复密钥此前已经生成,只显示一次。没有保存的,请重新生成。",
    "drill_passed": "演练通过:这份恢复密钥能够打开应由它打开的全部举报。未打开任何举报内容。",
    "drill_failed": "演练未通过:这份恢复密钥不能打开全部举报。请由能打开的受理人员重新生成恢复密钥。",
}

TITLE = "组织与授权"
NAV = "组织与授权的各页"
TREE = "组织与人员"
IMPORT = "导入"
HANDLERS = "举报受理人员"
SETTINGS = "本单位设定"
AUDIT = "审计记录"
SEARCH = "查找组织或人员"
SEARCH_HINT = "名称、简称、拼音、首字母、编码均可。"
FIND = "查找"
FOUND_UNITS = "组织"
FOUND_PEOPLE = "人员"
FOUND_NONE = "没有找到。请换一种写法,或在导入页补充。"
UNIT = "组织"
CODE = "编码"
BELOW = "下级组织数"
ABOVE = "上级"
UNITS_BELOW = "下级组织"
NO_UNITS_BELOW = "没有下级组织。"
POSTS_NOW = "现任职务"
NO_POSTS_NOW = "没有登记现任职务。"
PERSON = "姓名"
POST = "职务"
ROLE = "身份"
SINCE = "任职日期"
UNTIL = "离任日期"
APPOINT_TITLE = "登记任职"
APPOINT_HINT = "已有人员编码的按编码识别,不会重复建立人员。规则与导入一致。"
NUMBER = "人员编码"
POLITICAL = "政治面貌"
DATE_HINT = "例如 2026-01-31"
APPOINT = "登记"
THE_FORM = "登记任职"
NO_UNIT = "没有这个组织。"
NO_UNIT_NEXT = "请从组织树中重新选择。"
NO_PERSON = "没有这个人员。"
NO_PERSON_NEXT = "请重新查找。"
EMPTY = "还没有组织。请先导入。"

# A person
POSTS = "任职情况"
END_ON = "最后一日"
END = "结束任职"
ACCOUNT = "账号与绑定"
HAS_ACCOUNT = "已设立工作台账号。"
NO_ACCOUNT = "尚未设立工作台账号。"
INVITATIONS = "邀请"
INVITE = "生成邀请码"
REBIND = "更换手机或遗忘口令:退出全部登录和绑定,重新邀请"
REBIND_WARNING = "此人现有的对话绑定、登录和未用邀请码将全部失效。"
CODE_ONCE = "邀请码如下,只显示这一次,七日内有效,只能使用一次。请当面或通过可靠渠道交给本人。"
OPEN_UNTIL = "未使用,有效期至"
REVOKE_INVITATIONS = "收回未使用的邀请码"
NO_INVITATIONS = "没有未使用的邀请码。"


def conversations(count: int) -> str:
    """Say in how many chats somebody is bound."""
    return f"已绑定 {count} 个对话。"


def other_name(code: str, name: str) -> str:
    """Say that a code is somebody else's."""
    return f"人员编码 {code} 已是“{name}”,与所填姓名不符。请核对;姓名确需更正的,请用导入。"


# Import
IMPORT_TITLE = "导入组织与人员"
IMPORT_INTRO = "支持 xlsx、csv、yaml。先检查、后导入;有一处错误,整份不导入。同一文件重复导入不产生变化。"
FILE = "文件"
LOOK = "检查,不导入"
NO_FILE = "没有选择文件。"
TEMPLATE = "下载模板"
TEMPLATE_AS_CSV = "下载 csv 模板"
TEMPLATE_XLSX = "组织人员导入模板.xlsx"
TEMPLATE_CSV = "组织人员导入模板.csv"
LOOKED = "检查结果"
PLACE = "位置"
PROBLEM = "问题"
WARNINGS = "提醒(不影响导入)"
TAKE = "确认导入"
LOOK_AGAIN = "等待导入的是下面这份文件,与上一页检查的不是同一次。没有导入任何内容,请核对后再确认。"
IMPORT_LAPSED = "检查过的文件已过保留期(三十分钟)。没有导入任何内容,请重新选择文件。"

# Handlers
HANDLERS_INTRO = "受理人员用自己的口令保护密钥,管理员看不到举报内容,也不能替人设立密钥。"
RECEIVES_FOR = "受理组织"
ENROLLED = "设立日期"
REVOKE = "取消受理"
OFFERS = "已开通、待本人设立密钥"
OFFERED_ON = "开通日期"
WITHDRAW = "取消开通"
OFFER_TITLE = "开通受理"
OFFER_PERSON = "人员编码或姓名"
OFFER_UNIT = "受理组织的编码或全称"
OFFER = "开通"
OFFER_WHOM = "没有找到这个人员,或有同名人员。请填写人员编码。"
OFFER_WHERE = "没有找到这个组织,或有同名组织。请填写组织编码。"
OFFER_NO_POST = "此人目前没有任职,或担任系统管理员,不能开通。"
OFFER_HAS = "此人已是举报受理人员。"
NO_HANDLERS = "还没有举报受理人员。没有受理人员的组织收不到举报。"
RECOVERY_TITLE = "恢复密钥"
RECOVERY_SINCE = "设立于"
RECOVERY_NONE = "尚未设立,由受理人员在“举报办理”中生成"

# Settings
SETTINGS_INTRO = "以下为本单位自行设定,不是措施原文的规定。下级组织没有自己的设定时,沿用上级的设定。"
FOR_UNIT = "适用范围"
SHOW = "查看"
INSTALLATION = "整个系统(默认)"
CADENCES = "谈话频次"
TALK_TYPE = "谈话类型"
HOLDS = "现行"
OWN = "本级设定"
INHERITED = "沿用"
OWN_HOURS = "本级自定"
INHERITED_HOURS = "沿用上级自定"
KIND = "设为"
KINDS = (("per_year", "每年次数"), ("days", "任职后天数内"), ("off", "不作安排"), ("default", "恢复沿用"))
COUNT = "数值"
SET = "保存"
NO_TALK_TYPE = "没有这类谈话,或这类谈话没有固定对象,不能设置频次。"
TERMS = "举报办理期限"
TERM_NAMES = {
    "close_days": "受理后办结的天数",
    "kept_days": "办结后内容保留的天数",
    "notice_minutes": "匿名举报通知最多推迟的分钟数",
}
CLEAR_TERMS = "恢复沿用"
BAD_TERMS = "期限设置不能识别:天数应为正整数,推迟不超过一天。原有设置未改动。"

# Working time
WORKING_TIME = "工作日与工作时间"
WORKING_TIME_INTRO = (
    "工作日以国务院办公厅公布的节假日安排为准。以下为本单位自定的休息日、上班日和工作时间,"
    "用于本单位及其下级的办理期限与提醒时间;下级另有设定的,以下级的设定为准。"
)
OWN_OFF = "本级自定休息日"
OWN_ON = "本级自定上班日"
OWN_DAYS_HINT = "写明年份,如 2027-03-08、2027-08-01至2027-08-03;没有的留空。"
OPENING = "上班时刻"
CLOSING = "下班时刻"
HOURS_HINT = "例如 09:00"
SET_DAYS = "保存日期"
SET_HOURS = "保存时间"
CLEAR_HOURS = "时间恢复沿用"
GO_CALENDAR = "查看、补充年度节假日安排"


DEFAULT_HOURS = "系统默认"


def hours_line(opening: str, closing: str, whence: str) -> str:
    """The hours that hold, and whose they are."""
    return f"现行工作时间:{opening} 至 {closing}({whence})"


def days_line(off: str, on: str) -> str:
    """The own days that hold, those from above among them."""
    said = [f"{name} {days}" for name, days in (("休息", off), ("上班", on)) if days]
    return f"现行自定日期(含沿用上级的):{';'.join(said)}" if said else "没有自定的休息日或上班日。"


# The official calendar
OFFICIAL_CALENDAR = "年度节假日安排"
CALENDAR_INTRO = (
    "办理期限和提醒按工作日计算,须有当年的节假日安排。请在国务院办公厅公布后,对照通知原文填写;"
    "安排公布之前不能填写,系统也不推算。"
)
CALENDAR_ADD_BELOW = "请在国务院办公厅公布后,在下方填写。"
CALENDAR_YEARS = "已有的安排"
CALENDAR_YEAR = "年份"
CALENDAR_SOURCE = "依据"
CALENDAR_ADD = "补充或更正一年的安排"
CALENDAR_HOLIDAYS = "放假日"
CALENDAR_WORKDAYS = "调休上班日"
CALENDAR_DAYS_HINT = "照通知逐项填写,如“1月1日至3日”,用逗号或换行分开;可以带星期,系统会核对。"
CALENDAR_WORKDAYS_HINT = "须是周六、周日,如“2月14日(周日)”。"
CALENDAR_SOURCE_HINT = "国务院办公厅通知的名称与文号。"
CALENDAR_REPLACE = "替换该年已有的安排(更正时选择)"
CALENDAR_TAKE = "导入"


def calendar_built_in(first: int, last: int) -> str:
    """The years that come with the program."""
    return f"{first} 年至 {last} 年:随程序提供。"


def calendar_year(year: int) -> str:
    """A year as a heading."""
    return f"{year} 年"


def calendar_correct(year: int) -> str:
    """Correct a year that was added."""
    return f"更正 {year} 年"


def holidays_line(count: int, days: Sequence[str]) -> str:
    """The days off of a year."""
    return f"放假 {count} 天:{'、'.join(days)}"


def workdays_line(count: int, days: Sequence[str]) -> str:
    """The weekends worked in a year."""
    return f"调休上班 {count} 天:{'、'.join(days)}"


def source_line(source: str, added: str) -> str:
    """The notice a year was taken from, and when."""
    return f"依据:{source}。导入日期:{added}"


def working_line(count: int) -> str:
    """How many working days a year has."""
    return f"全年工作日 {count} 天"


def in_line(days: str) -> str:
    """A list of days, an item a line, in one line."""
    return "、".join(days.split())


# Audit
AUDIT_INTRO = "这里只显示与具体举报无关的记录。举报的每一步也在同一条校验链中,由受理人员查看。"
VERIFY = "检查是否完整"
DAY = "日期"
WHO = "操作人"
STEP = "事项"
SYSTEM = "系统"
SOMEBODY = "受理人员"
STEPS = {
    "enrol": "设立举报受理密钥",
    "revoke": "取消举报受理",
    "recovery": "更换恢复密钥",
    "drill:passed": "恢复密钥演练,通过",
    "drill:failed": "恢复密钥演练,未通过",
    "passphrase": "更改举报密钥口令",
    "restore": "从备份恢复",
    "calendar": "导入或更正年度节假日安排",
    "working time": "更改单位自定的工作日或工作时间",
    "terms": "更改举报的办理期限、保存时间或通知时间",
}
STEPS_ON_HANDLERS = frozenset({"enrol", "revoke"})
OTHER_STEP = "其他"
NO_STEPS = "没有记录。"

# Recovery
RECOVERY_PAGE = "恢复密钥"
RECOVERY_INTRO = (
    "全部受理人员的口令都遗忘或人员都调离时,只有打印保存的恢复密钥能找回打开举报的途径。"
    "请打印两份,分别封存在不同的保险柜;不要拍照,不要存入电脑。"
)
RECOVERY_MAKE = "生成新的恢复密钥"
RECOVERY_MAKE_HINT = "生成后,您能打开的举报立即改用新的恢复密钥;旧的那份随之作废。"
RECOVERY_ONCE = "恢复密钥如下,只显示这一次。请立即打印或抄录。"
DRILL_TITLE = "演练"
DRILL_HINT = "请照着封存的纸张逐字输入,系统只检查能否打开,不打开任何举报。"
PAPER = "恢复密钥"
DRILL = "开始演练"


def current(unit: str, since: str) -> str:
    """Say since when a unit has its recovery key."""
    return f"{unit}的恢复密钥设立于 {since}。" if since else f"{unit}尚未设立恢复密钥。"
