"""Sentences on organisations, people, posts, imports and invitations."""

from collections.abc import Sequence
from datetime import date

ROLES = {
    "head": "一把手",
    "member": "班子成员",
    "discipline": "纪检负责人",
    "organisation": "组织部门负责人",
    "section": "部门负责人",
    "liaison": "联络员",
    "staff": "工作人员",
    "administrator": "管理员",
}
"""A role's code and what it is called."""

OTHER_ROLE_WORDS = {
    "主要负责人": "head",
    "主要领导": "head",
    "党政主要负责人": "head",
    "领导班子成员": "member",
    "副职": "member",
    "纪委书记": "discipline",
    "纪检组长": "discipline",
    "纪检监察组组长": "discipline",
    "纪工委书记": "discipline",
    "纪检机关负责人": "discipline",
    "组织部长": "organisation",
    "组织部部长": "organisation",
    "科长": "section",
    "处长": "section",
    "股长": "section",
    "科室负责人": "section",
    "内设机构负责人": "section",
    "经办人": "liaison",
    "一般干部": "staff",
    "干部": "staff",
    "系统管理员": "administrator",
}
"""What else a role is called in files."""

SAMPLE = "示例"
CHECK_FILE = "请核对组织与任职资料后重新导入。"


def no_parent(name: str) -> str:
    """Tell of an organisation under one that is not there."""
    return f"组织“{name}”的上级组织不存在。"


def cycle(names: Sequence[str]) -> str:
    """Tell of organisations that are above each other in a circle."""
    return f"组织的上下级关系成环:{' → '.join(names)}。"


def dangling_post(title: str) -> str:
    """Tell of a post without its person or organisation."""
    return f"任职“{title}”所指的人员或组织不存在。"


COMMAND_JOIN = "凭邀请码加入"
COMMAND_ME = "查看本人身份与职务"
COMMAND_LEAVE = "解除本会话与本人的绑定"
HOW_TO_JOIN = "请发送邀请码,形如 ABCD-EFGH-JKMN-PQRS-TVWX。邀请码由本单位管理员发放,只能使用一次。"
NOT_BOUND = "本会话尚未与任何人员绑定。如有邀请码,请直接发送;没有的,请向本单位管理员索取。"
NO_POST = "目前没有在任职务。"
TRY_LATER = "邀请码多次输入有误,请稍后再试(15 分钟后)。"
LEAVE_ASK = "解除绑定后,本会话不再能登记和查看记录,也不再收到提醒;已归档的记录不受影响。再次加入需要新的邀请码。确定解除吗?"
LEAVE_YES = "确定解除"
LEAVE_NO = "暂不解除"
LEFT = "已解除绑定。再次加入请向本单位管理员索取新的邀请码。"
STAYED = "未作改动,绑定照旧。"
NOT_JOINED = {
    "mistyped": "邀请码有误,请逐字核对后重新发送。邀请码共 20 位,由数字和字母组成。",
    "unknown": "邀请码有误,请逐字核对后重新发送;仍不行,请向本单位管理员索取新的邀请码。",
    "used": "这个邀请码已经使用过,每个邀请码只能使用一次。如不是您本人使用,请立即告知本单位管理员;需要再次加入,请索取新的邀请码。",
    "expired": "这个邀请码已经过期。请向本单位管理员索取新的邀请码。",
    "revoked": "这个邀请码已被管理员收回。请向本单位管理员索取新的邀请码。",
}
"""Why a code did not let anybody in, by the state of the attempt."""


def joined(who: str) -> str:
    """Welcome somebody who joined."""
    return f"已加入。您的身份:\n{who}\n如与本人不符,请发送 /leave 解除绑定并告知本单位管理员。"


def me(who: str) -> str:
    """Tell somebody who they are here."""
    return f"您的身份:\n{who}"


def post_line(unit: str, title: str, role: str, since: date | None) -> str:
    """A post on a line of its own."""
    start = f",{since.isoformat()} 起" if since else ""
    return f"{unit} {title}({ROLES[role]}{start})"


ORG = "管理组织、人员与任职。"
IMPORT = "导入组织与人员任职(xlsx、csv、yaml);有一处错误则整份不导入。"
DRY_RUN = "只检查并显示将有哪些变动,不导入。"
DRY_RUN_DONE = "以上为预演,未导入任何内容。"
TREE = "按层级显示组织。"
TREE_PEOPLE = "同时列出在任人员与任职编号。"
TEMPLATE = "生成导入用的模板。"
TEMPLATE_OUT = "模板存放的文件。"
TEMPLATE_CSV = "生成 csv 模板(默认 xlsx)。"
EXISTS = "这个文件已经存在。"
EXISTS_KEPT = "原文件未作改动。"
EXISTS_NEXT = "请用 --out 另指定一个文件名。"
CANNOT_WRITE = "模板无法写入。"
CANNOT_WRITE_NEXT = "请检查文件夹是否存在、是否有写入权限与磁盘空间。"
END = "为一项任职登记离任。"
END_POST = "任职编号,见 yanlu org tree --people。"
END_ON = "最后在任的一天,例如 2026-01-31。"
ENDED = "已登记离任。"
NO_SUCH_POST = "没有这个编号的任职。"
NO_SUCH_POST_NEXT = "请运行 yanlu org tree --people 查看编号。"
INVITE = "为一名人员生成邀请码,或列出未使用的邀请。"
INVITE_PERSON = "人员编码或姓名。"
INVITE_DAYS = "有效天数。"
INVITE_LIST = "列出未使用的邀请(邀请码本身不保存,无法再次显示)。"
INVITE_REBIND = "更换手机:解除该人员的全部绑定,收回未用的邀请,另发新的邀请码。"
INVITE_WHOM = "请指定一名人员,或用 --list 列出未使用的邀请,二者选一。"
INVITE_WHOM_NEXT = "例如 yanlu invite P001。"
USE_CODE = "请改用人员编码;编码可在导入文件中查到。"


def at(place: str, text: str) -> str:
    """A mistake with its place."""
    return f"{place}:{text}"


def counted(new: int, changed: int, ended: int, unchanged: int) -> str:
    """Count what an import does."""
    return f"新增 {new} 项,变更 {changed} 项,离任 {ended} 项,不变 {unchanged} 项。"


def examples_left_out(number: int) -> str:
    """Tell that example rows were left out."""
    return f"另有 {number} 行标为“示例”,未导入。"


def appointed(number: int) -> str:
    """Tell how many posts are new."""
    return f"已导入,其中新任职 {number} 项。" if number else "已导入。"


def organisation_line(name: str, code: str, *, sample: bool) -> str:
    """An organisation in the tree."""
    return f"{name} [{code}]{'(示例)' if sample else ''}"


def person_line(name: str, title: str, role: str, post: str) -> str:
    """Somebody in office in the tree."""
    return f"{name} {title}({ROLES[role]})[{post}]"


def template_written(name: str) -> str:
    """Tell that a template was written."""
    return f"模板已写入 {name}。填写后运行 yanlu org import 导入。"


def invitation(who: str, code: str, days: int) -> str:
    """An invitation, shown once."""
    return f"{who}\n邀请码:{code}\n有效期 {days} 天,只能使用一次;请只交给本人。邀请码不保存,此处只显示一次。"


def open_invitation(who: str, until: str) -> str:
    """An open invitation in a list."""
    return f"{who}  有效至 {until}"


def several_people(word: str, lines: Sequence[str]) -> str:
    """Tell that a name fits several people."""
    return "\n".join([f"姓名“{word}”对应多名人员:", *lines, ""])


def no_person(word: str, lines: Sequence[str]) -> str:
    """Tell that nobody has that code or name, and who comes near."""
    return "\n".join([f"没有编码或姓名为“{word}”的人员。", *(["相近的有:", *lines, ""] if lines else [])])
