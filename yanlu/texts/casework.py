"""Sentences of casework: the organisation's side of reports, its console and its notices."""

from collections.abc import Sequence
from datetime import date

INTERNAL = {
    "waiting": "待接收",
    "screening": "待甄别",
    "approval": "拟办审批",
    "accepted": "受理",
    "forwarded": "转送",
    "returned": "退回",
    "inquiry": "谈话函询",
    "verification": "初步核实",
    "shelved": "暂存待查",
    "dismissed": "予以了结",
    "handed_over": "移送",
    "answer_due": "办结待反馈",
    "answered": "已反馈",
    "review": "异议/补证复核",
    "archived": "归档",
}
"""An internal status and what it is called, in the order of the domain's data."""

REPORTER = {
    "incomplete": "待补充",
    "received": "已收到",
    "accepted": "已受理",
    "transferred": "已转有权处理单位",
    "handling": "办理中",
    "closed": "已办结",
    "outside": "不属受理范围(附去向)",
}
"""What the reporter is told and what it is called, in the order of the domain's data."""

TERMS = {
    "accept_notice": "告知受理",
    "result_notice": "反馈结果",
    "route_up": "移送上级",
    "forwarded": "接收或再转送",
    "close": "办结",
}
BASES = {
    ("rule2020", True): "《纪检监察机关处理检举控告工作规则》",
    ("rule2020", False): "匿名件,参照实名件的期限(本单位自定)",
    ("own", True): "本单位自定",
    ("own", False): "本单位自定",
}
"""Whence a deadline comes, by its basis and whether the report is by name."""
KINDS = {
    "question": "我方提问",
    "notice": "我方告知",
    "outcome": "我方反馈结果",
    "transfer": "移送理由(举报人看不到)",
    "answer": "举报人回复",
    "supplement": "举报人补充",
    "objection": "举报人提出异议",
    "evidence": "举报人提交新证据",
}

NO_HANDLER = "该同志不是受理人。"
NO_HANDLER_NEXT = "请核对人员编码,或由管理员登记:yanlu handlers enrol。"
SESSION_ENDED = "本次打开已经结束。"
SESSION_ENDED_NEXT = "请重新输入口令。"
TOO_MANY_TRIES = "口令多次输入有误,已暂停验证。"
TOO_MANY_TRIES_NEXT = "请 15 分钟后再试。"
PASSPHRASE_WEAK = "口令太短或太单调,容易被猜中。"
PASSPHRASES_DIFFER = "两次输入的口令不一致。"
PASSPHRASES_DIFFER_NEXT = "没有改动,请重新输入。"
OUTSIDE_NEEDS_ROAD = "不属受理范围的,须写明去向。"
OUTSIDE_NEEDS_ROAD_NEXT = "请写明举报人可以向何处反映。"
CLOSED_ALREADY = "这一件已经办结。"
CLOSED_ALREADY_NEXT = "需要重新办理的,请先转为“异议/补证复核”。"
CANNOT_MERGE = "这两件不能并案。"
CANNOT_MERGE_NEXT = "只能并入同一单位、本身未被并案的另一件。"
NO_TARGET = "不能移送到这个单位。"
NOT_TRANSFERRED = "未作移送。"
NO_TARGET_NEXT = "只能移送给所有被反映单位的上级、且有可以接收的受理人的单位。"
NO_SUCH_FILE = "这一件没有这个附件。"
NO_SUCH_FILE_NEXT = "请从附件列表中选择。"
MERGED_OUTCOME = "您反映的问题与另一件反映同一事项,已合并办理。"


def passphrase_weak_next(least: int) -> str:
    """Say what a passphrase needs."""
    return f"请使用至少 {least} 个字符、不重复单调的口令,例如几个不相干的词语。"


def may_not_follow(now: str, then: str) -> str:
    """Tell that one status may not follow another."""
    return f"“{INTERNAL[now]}”之后不能转为“{INTERNAL[then]}”。"


def may_follow_next(names: Sequence[str]) -> str:
    """Say which statuses may follow."""
    return f"可以转为:{'、'.join(INTERNAL[each] for each in names) or '(无)'}。"


def bad_text(most: int) -> str:
    """Ask for a text of some length."""
    return f"请输入文字,最多 {most} 字。"


_NOTICES = {
    "new": "有一件举报待处理",
    "news": "一件举报有新的补充",
    "soon": "一件举报临近期限",
    "overdue": "一件举报已逾期",
    "above": "下级单位有一件举报已逾期",
    "waiting": "有一件举报应由本级接收,待移交",
}
PRIORITY = "优先受理、优先办理、优先处置"


def notice(  # noqa: PLR0913 - each is a line
    kind: str, number: str, category: str, due: date | None, link: str | None, *, priority: bool
) -> str:
    """A notice on a case: nothing of its content."""
    lines = [
        f"{_NOTICES[kind]}。",
        f"编号:{number}",
        f"类别:{category}",
        f"优先:{PRIORITY if priority else '否'}",
        f"期限:{due.isoformat() if due else '待定'}",
        f"办理:{link or '请在受理台查看'}",
    ]
    return "\n".join(lines)


INBOX = "打开受理台:凭口令解锁后处理举报件。"
INBOX_PERSON = "受理人的人员编码或姓名。"
HANDLERS = "登记、撤销受理人,更换口令。"
ENROL = "把一位人员登记为某单位的受理人,由本人设定口令。"
ENROL_ORGANISATION = "单位编码。"
REVOKE = "撤销受理人:不能再打开任何一件。"
PASSPHRASE = "更换口令。"
LIST = "列出受理人。"
RECOVERY = "各单位的离线恢复密钥。"
RECOVERY_MAKE = "生成离线恢复密钥,只显示一次;原有的作废。"
RECOVERY_DRILL = "演练:核对打印的恢复密钥能否打开本单位的全部举报件(不显示内容)。"
RECOVERY_USE = "凭打印的恢复密钥,把无人能打开的举报件重新封给应当接收的受理人(不显示内容)。"
RECOVERY_ORGANISATION = "单位编码。"
AUDIT = "核对与查看审计记录。"
AUDIT_VERIFY = "核对审计记录的哈希链,指出第一处断开的地方。"
AUDIT_SHOW = "查看一件的审计记录(须凭受理人口令,只能看本人有权处理的件)。"
CASES = "举报件的统计。"
STATS = "按年统计(须凭受理人口令,只统计本人有权处理的件;小于 5 的数不显示)。"
STATS_YEAR = "年份,默认今年。"
NUMBER = "举报件编号。"

ASK_PASSPHRASE = "口令:"
ASK_NEW_PASSPHRASE = "新口令:"
ASK_AGAIN = "再输入一次:"
ASK_PAPER = "恢复密钥:"
UNLOCKED = "已解锁。15 分钟不操作自动锁定。输入 help 查看用法。"
LOCKED = "已锁定。"
EMPTY = "没有待处理的举报件。"
PROMPT = "受理台> "
TEXT_PROMPT = "请输入文字,以空行结束:"
OPEN_FIRST = "请先用 open 打开一件。"
WHICH_CASE = "请写明编号或序号,如 open 1。"
UNKNOWN_COMMAND = "没有这个命令。输入 help 查看用法。"
DONE = "已完成。"
SENT = "已发给举报人。"
CLOSED = "已办结,举报人可以看到您写的结果。"
CLOSED_UNTOLD = "已办结,结果尚未告知举报人,请在期限内用 close 反馈。"
TRANSFERRED = "已移送,本单位不再能打开这一件。"
MERGED = "已并案。"
NOTHING_TO_SAVE = "这一件没有附件。"
WHERE_TO_SAVE = "请写明存放附件的文件夹。"
NO_SUCH_STATUS = "没有这个状态。"
NO_SUCH_ORGANISATION = "没有这个单位,或这个名称对应多个单位。"
ORGANISATION_NEXT = "请改用单位编码;编码见 yanlu org tree。"
NO_TARGETS = "没有可以移送的单位。"
CANNOT_SAVE = "附件无法写入。"
CANNOT_SAVE_NEXT = "请检查文件夹是否存在同名文件、写入权限与磁盘空间。"
NOT_A_TERMINAL = "没有读到口令。"
NOT_A_TERMINAL_NEXT = "请在终端中运行,或从标准输入给出口令。"
SAVED_WARNING = "附件已以明文写入该文件夹,用后请妥善删除。"
HELP = """list [页]       待处理的件(list all 包括已办结;较多时分页)
open 编号或序号  打开一件
ask [文字]       向举报人提问
answer [文字]    告知举报人
status 状态      转为另一状态,如 status 受理
transfer 单位    移送(不写单位则列出可移送的单位)
merge 编号       把当前这一件并入另一件
close [文字]     办结并反馈结果(不写文字则先办结、后反馈)
outside 去向     不属受理范围,写明去向
save 文件夹      保存附件
renew           用本单位当前的恢复密钥重新封存
stats [年份]     统计
lock            锁定并退出"""
REVOKED = "已撤销,该受理人不能再打开任何一件。"
PASSPHRASE_CHANGED = "口令已更换,原口令不再有效。"
NO_HANDLERS = "尚未登记受理人。"
RECOVERY_ONCE = (
    "请打印或抄写后锁入保险柜,不要留在本机或任何联网设备上。此处只显示一次,程序不保存,遗失后无法找回。"
)
RECOVERY_OLD = "原有的举报件仍封给原来的恢复密钥;请受理人在受理台输入 renew 重新封存,之后再销毁旧的打印件。"
DRILL_PASSED = "演练通过:这份恢复密钥是本单位当前的密钥,能打开全部举报件。"
DRILL_FAILED = "演练未通过:这份恢复密钥不是本单位当前的密钥,或不能打开全部举报件。"
DRILL_NEXT = "请核对打印件;属旧密钥的,请受理人先在受理台输入 renew。"
AUDIT_WHOLE = "审计记录完整。"
AUDIT_NEXT = "请停止使用,保留现场,用备份与另行抄录的链尾核对。"
NO_STEPS = "没有审计记录。"
SUPPRESSED = "—"
WITHHELD = "  (各项均较小,不予显示)"
SMALL_TOTAL = "不足 5 件"
TIMELINESS = {"open": "在办,未逾期", "overdue": "在办,有逾期", "in_time": "按期办结", "late": "办结,有逾期"}
TABLES = ("按季度", "按类别", "按状态", "按时限")


def enrolled(who: str, organisation: str) -> str:
    """Tell that somebody receives reports now."""
    return f"已登记:{who} 为 {organisation} 的受理人。口令遗失无法找回,请牢记。"


def handler_line(who: str, organisation: str, since: date) -> str:
    """A handler in a list."""
    return f"{organisation}  {who}  {since.isoformat()} 起"


def recovery_key(organisation: str, printed: str) -> str:
    """A printed recovery key, shown once."""
    return f"{organisation} 离线恢复密钥:\n\n{printed}\n"


def recovered(count: int) -> str:
    """Tell how many cases were sealed anew."""
    return f"已重新封存 {count} 件。"


def audit_broken(entry: int) -> str:
    """Name the first broken link."""
    return f"审计记录在第 {entry} 条断开:该条被改动、删除、插入,或其后被截断。"


def audit_head(last: int, link: str) -> str:
    """Say where the log ends, to be noted elsewhere."""
    return f"共 {last} 条,链尾 {link}。可抄录保存,供日后核对。"


def audit_line(entry: int, day: date, actor: str, action: str) -> str:
    """A step on record."""
    return f"{entry}  {day.isoformat()}  {actor}  {action}"


def queue_line(  # noqa: PLR0913 - each is a column
    place: int,
    number: str,
    category: str,
    internal: str,
    due: date | None,
    *,
    priority: bool,
    marks: Sequence[str],
) -> str:
    """A case in the queue."""
    first = "优先" if priority else "    "
    until = due.isoformat() if due else "期限待定  "
    return f"{place:>3}  {first}  {number}  {until}  {category}  {INTERNAL[internal]}  {' '.join(marks)}".rstrip()


def queue_stretch(page: int, pages: int, total: int, typed: str) -> str:
    """Say which page of the queue this is; `typed` is what shows the next one."""
    return f"第 {page} 页,共 {pages} 页,{total} 件。看其他页请输入页码,如 {typed}。"


MARKS = {"overdue": "【逾期】", "soon": "【临期】", "news": "【有新补充】", "unknown": "【工作日历未覆盖】"}


def case_head(number: str, internal: str, status: str, category: str, tags: Sequence[str]) -> str:
    """The first line of an opened case."""
    labels = "、".join((category, *tags))
    return f"编号 {number}  {INTERNAL[internal]}(举报人看到:{REPORTER[status]})  类别:{labels}"


def deadline_line(term: str, basis: str, due: date | None, *, named: bool) -> str:
    """By when, and whence the deadline comes."""
    if due is None:
        return "期限:无"
    return f"期限:{due.isoformat()} 前{TERMS[term]},依据:{BASES[basis, named]}"


def contact_line(name: str, contact: str) -> str:
    """Who reported by name."""
    return f"实名:{name} {contact}".rstrip()


UNKNOWN_DEADLINE = "期限:待定(工作日历未覆盖,管理员补充后自动计算)"
ANONYMOUS = "匿名。不得追查举报人。"
POSITIONS = {"head": "一把手", "member": "班子成员", "other": "其他"}


def concerned_line(organisations: Sequence[str], people: Sequence[tuple[str, str]]) -> str:
    """Whom a report is about."""
    named = [f"{name}({POSITIONS[position]})" for name, position in people]
    return f"被反映:{'、'.join((*organisations, *named))}"


def circumstances_line(when: str, where: str) -> str:
    """When and where it happened."""
    return "  ".join(
        part for part in (f"时间:{when}" if when else "", f"地点:{where}" if where else "") if part
    )


def message_line(day: date, kind: str, text: str) -> str:
    """A message of the conversation; its further lines are set in, so that none passes for a message of its own."""
    indented = text.replace("\n", "\n    ")
    return f"[{day.isoformat()}] {KINDS[kind]}:{indented}"


def file_line(position: int, media_type: str, size: int) -> str:
    """A file of the case."""
    return f"附件{position}  {media_type}  {size} 字节"


def saved_name(position: int, ending: str) -> str:
    """The name an attachment is saved under."""
    return f"附件{position}{ending}"


def target_line(code: str, name: str) -> str:
    """An organisation a case may be transferred to."""
    return f"{code}  {name}"


def resealed(count: int) -> str:
    """Tell how many cases were given to those who should have them too."""
    return f"已把 {count} 件封给本单位新增的受理人。"


def total_line(year: int, total: str) -> str:
    """The sum of a year."""
    return f"{year} 年收到(本人有权处理、尚未清除的):{total}"
