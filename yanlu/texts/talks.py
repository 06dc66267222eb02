"""Sentences of the talk record: questions, labels, what the card adds, what is refused."""

from datetime import date

TITLE = "谈话记录"
COMMAND = "记录一次谈话"
CONFIRM = "确认归档"
SAVE = "存为草稿"

ASK_TYPE, TYPE = "这是哪一种谈话?", "类型"
ASK_TALKER, TALKER = "是谁谈的?请写姓名,或选择下面的人。", "谈话人"
ASK_SUBJECT, SUBJECT = "跟谁谈的?可写多人,用顿号隔开。", "谈话对象"
ASK_DAY, DAY = "是哪一天谈的?", "日期"
ASK_START, START = "几点开始的?", "开始时间"
ASK_END, END = "几点结束的?", "结束时间"
ASK_PLACE, PLACE = "在什么地点谈的?", "地点"
ASK_RECORDER, RECORDER = "由谁记录?", "记录人"
ASK_COMPANION, COMPANION = "有谁陪同谈话?", "陪谈人"
ASK_DELEGATED, DELEGATED = "受谁委托谈话?", "委托人"
ASK_MODE, MODE = "以什么方式谈的?", "方式"
ASK_GROUP, GROUP = "参加的是哪些人?", "参加范围"
ASK_OCCASION, OCCASION = "因什么事由谈话?", "事由"
ASK_OUTLINE, OUTLINE = "事先的提纲是什么?", "谈话提纲"
ASK_AFFIRMED, AFFIRMED = "肯定了哪些方面?", "肯定的方面"
ASK_POINTS, POINTS = "主要谈了什么?请写要点,多条可分行写。", "要点"
ASK_PROBLEMS, PROBLEMS = "指出了哪些问题?可逐条分行写。", "问题"
ASK_EXPLANATION, EXPLANATION = "谈话对象作了什么说明?", "对象说明"
ASK_ATTITUDE, ATTITUDE = "谈话对象怎样表态?", "表态"
ASK_DEMANDS, DEMANDS = "提出了哪些整改要求?可逐条分行写,时限写在句中,例如:12月10日前报整改方案。", "整改要求"
ASK_DEADLINE, DEADLINE = "整改到哪一天为止?", "整改时限"
ASK_REASON, REASON = "这次谈话未在当时登记,请说明补录原因。", "补录原因"
ASK_WHY, WHY = "请说明更正的原因。原有版本会保留。", "更正原因"
WHOM = "人员"
NOBODY = "都不是,按原话登记"

FUTURE = "所说的时间在此刻之后,谈话尚未进行。如是计划中的谈话,请用 /plan 登记;如日期有误,请重新填写。"
TOO_MANY = "一次最多登记 50 人,其余的请另记一次,或在“参加范围”里写明。"
FORGE = "不能代为编造、补造或改动谈话记录。没有谈过的话不能登记;确已谈过而未登记的,请写明实际日期和内容,系统会标为补录。"
NOT_BOUND = "您尚未加入本单位,不能登记谈话。请先输入邀请码(向管理员领取),再重新发送。刚才的内容没有保存。"
NOT_WRITING = "系统管理员只维护组织、人员和文件,不登记谈话和台账。如有误,请联系本单位。"
NO_POST = "您目前没有在任职务,不能登记谈话。如有误,请联系管理员。填写的内容保留 24 小时。"
RESTRICTED = "本类谈话知悉范围受限,只有谈话人、记录人和有权处理的上级可见。"
INQUIRY = "函询只登记日期和跟踪情况,请用 /record 选择“函询跟踪”登记。刚才的内容没有保存。"
EXCLUDED = "初核、审查调查、讯问和干部考察谈话不在本系统登记范围内,内容没有保存。"
MOVED_ON = "这份记录在此期间已有更正或作废,您的更正没有保存。请查看最新版本后再改。"
GONE = "没有找到这份记录,或您无权查看。"
SELF = "谈话人和谈话对象是同一人,请核对。"


def which_person(mention: str) -> str:
    """Ask whom a mention means."""
    return f"“{mention}”是哪一位?"


def demand(text: str, due: date | None) -> str:
    """A demand with its day."""
    return f"{text}({due.year}年{due.month}月{due.day}日前)" if due else text


def basis(label: str, title: str) -> str:
    """The measure a record serves."""
    return f"依据 {label} {title}"


def late(day: str) -> str:
    """Say that a record is made after the fact."""
    return f"按补录登记(谈话日期 {day})。"


def alike(numbers: str) -> str:
    """Warn of near-identical records."""
    return f"提示:内容与 {numbers} 高度相近,请确认不是重复登记;归档后会在台账中标注。"


def unusual(who: str) -> str:
    """Say that people of these posts do not usually have such a talk."""
    return f"提示:本类谈话一般是{who},请核对类型和人员。"


def superior(subject: str, talker: str) -> str:
    """Object to a subject who stands above the talker."""
    return f"谈话对象{subject}是谈话人{talker}的上级,本类谈话不能这样登记。请核对类型或人员。"


def not_in_post(person: str, day: str) -> str:
    """Object to somebody who held no post on the day of the talk."""
    return f"{person}在 {day} 没有在任职务,请核对日期或人员;任职信息有误的,请联系管理员更新。"


def filed(number: str) -> str:
    """Say that a talk is on file."""
    return f"已归档,编号 {number}。"


def corrected(number: str, version: int) -> str:
    """Say that a correction is on file."""
    return f"已更正,编号 {number},第 {version} 版。原有版本保留。"


def tickets_opened(count: int) -> str:
    """Say how many problems and demands are now followed up."""
    return f"其中 {count} 项问题和要求已转入整改跟踪,销号为止。"
