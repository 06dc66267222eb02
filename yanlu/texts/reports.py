"""Sentences of the reports room: how a report is handed in and followed by its receipt.

Nothing here names a handler or tells how a case is handled inside.
"""

from collections.abc import Iterable
from datetime import date

UNREADABLE = (
    "这一件的内容无法读取。",
    "其他内容不受影响。",
    "请用备份核对数据库。",
)

# Roads outside this house
OTHER_ROADS = (
    "其他途径:12388 举报电话(纪检监察机关)、12380 举报电话(组织部门)、信访渠道来信来访;遇紧急危险请拨打 110。"
)
NOBODY = (
    "现在没有可以接收这件反映的单位:按回避要求,被反映人所在单位及其下级都不能接收,上级尚无可以受理的人员。"
    "没有留存任何内容。" + OTHER_ROADS
)
NOT_OPEN = "本处尚未设置受理单位,暂不能接收反映,没有留存任何内容。" + OTHER_ROADS
CHANGED = (
    "受理单位刚刚有变动,这次没有提交成功。",
    "未保存任何内容,已填写的内容仍在。",
    "请稍后重新提交。",
)

# Notice before the first word
_WHO = (
    "填写之前请知悉:",
    "谁能看到:只有被反映人上级单位中负责受理的人员,提交前会显示是哪个单位。",
    "谁看不到:被反映人及其单位、下级单位的人员;系统管理员和维护人员看不到内容。提交后,系统自身也无法读取。",
)
_ROADS = {
    "telegram": (
        "这里藏不住什么:Telegram 公司能看到您的账号和文字,手机和网络也会留痕。"
        "本系统不保存您的账号。顾虑身份的,请改用网页端(可经匿名网络访问)。"
    ),
    "web": (
        "这里藏不住什么:您的网络和所用设备可能留有访问记录。请勿使用单位的网络和设备;"
        "顾虑身份的,请使用匿名网络访问本页。本系统不保存您的地址。"
    ),
    "terminal": "这里藏不住什么:这台设备的屏幕和使用者账号。请勿在他人的设备上填写。",
}
_DUTY = (
    "错告不等于诬告,如实反映即使有出入也受保护;捏造事实诬告陷害的,须承担责任。",
    OTHER_ROADS,
    "严禁输入涉密信息。",
)
CONTINUE = "继续"
AGREED = "举报须知"
READ = "已读"

# The form
COMMAND = "反映问题"
TITLE = "反映问题"
CONFIRM = "提交"
CATEGORY = "类别"
TAGS = "细类"
ASK_TAGS = "可以再选细类,方便更快办理。"
PLACES = "单位"
ASK_PLACE = "反映的是哪个单位?请输入单位名称、简称或拼音。"
PEOPLE = "被反映人"
ASK_PERSON = "反映的是谁?请输入姓名;不清楚姓名的,选职务类别。可以是多人。"
WHEN = "时间"
ASK_WHEN = "大约什么时候发生的?"
WHERE = "地点"
ASK_WHERE = "在什么地方发生的?"
COURSE = "经过"
ASK_COURSE = "请写明事情经过:做了什么、有谁在场、有什么依据。可以分几条发送;请不要写能认出您自己的细节。"
FILES = "附件"
SENTENCE_TAKEN = "您刚才写的已记作“经过”,核对时可以修改。"
ASK_FILES = (
    "有材料请发送:图片、PDF、docx、xlsx、pptx、纯文本、常见录音录像,每个不超过 20 MB。"
    "文件名不保留,文件中的身份信息会先清除;无法清除的不接收并说明原因。"
)
SEND_FILES_BY_PATH = "在终端中请输入:/file 文件的路径。"
NAMED = "署名"
ASK_NAMED = (
    "匿名反映,还是实名反映?实名的,15 个工作日内告知是否受理,办结后告知结果;匿名的,不记录也不追查身份。"
)
NAMED_OPTIONS = (("anonymous", "匿名"), ("named", "实名"))
NAME = "姓名"
ASK_NAME = "请输入您的姓名。姓名和联系方式与内容一样加密,只有受理人员能看到,以后可以凭查询码撤回。"
CONTACT = "联系方式"
ASK_CONTACT = "请输入联系方式(电话或地址)。"
POSITIONS = {"head": "一把手", "member": "班子成员", "other": "其他人员"}
UNLISTED = "没有列出"
NOBODY_LISTED = "都不是"
NO_SUCH_PLACE = "没有找到这个单位。请换个名称再输入,或选“没有列出”。"
NO_SUCH_ABOVE = "没有找到这个上级单位。"
FILES_GONE = "附件已失效,这次没有提交成功,没有留存任何内容。请在核对时修改附件,重新发送。"
FINISH_PLACE = "请先确认是哪个单位。"
FINISH_PERSON = "请先确认是哪一位,或选职务类别。"
TOO_LONG = "经过合计最多 20000 字,请精简,或作为附件发送。"
TOO_MANY_FILES = "附件已达到数量上限,未保存这一个。"
TOO_MUCH = "附件合计已达到上限,未保存这一个。"
HOUSE_FULL = "现在提交附件的人较多,这一个没有保存。请稍后再发,或先提交文字,以后凭查询码补充。"
FABRICATION = "不能代写或编造举报。反映问题应当实事求是,捏造事实诬告陷害的,须承担责任。没有留存任何内容。"

# Review
PRIORITY = "反映“一把手”的问题:优先受理、优先办理、优先处置(三·4)。"
OFFICE_ONLY = "谁能看到"
NOT_SEEN_BY = "谁看不到"
NOBODY_YET = (
    "按目前填写的单位和人员,没有可以接收的单位,提交后不会留存。可以修改单位,或选择其他途径。" + OTHER_ROADS
)

# After submission
FILED = "已收到您的反映。"
RECEIPT_ADVICE = (
    "查询码只显示这一次,系统不保存,丢失后无法找回。请抄在纸上妥善存放,不要截图,不要转发,不要告诉任何人。"
    "今后在任何渠道、用任何账号,直接输入查询码即可查看进度、回答提问、补充材料。"
)
SWEEP_ADVICE = "清理对话会删除这里的消息,查询码也一并删除,请先抄好。"
PROOF = "提交凭证"
SWEEP = "抄好了,清理对话"
SWEEP_HERE = "清理对话"
SWEEPING = "正在清理。"
LOOK = "查看进度"
SETTLED = (
    "这份反映已经提交或取消,这一步没有作任何改动。已收到查询码的,请凭查询码查看进度;"
    "没有收到查询码的,请重新填写提交,以便取得查询码,重复的内容由受理人员合并。"
)

# Out of scope
STILL_WELCOME = "如您认为其中有违纪或失职问题,仍可照常提交。"
OUTSIDE = {
    "lawsuit": "已经或应当通过诉讼解决的事项,不属本处受理,请向人民法院提出;对判决、裁定不服的,可依法上诉、申请再审或向人民检察院申请监督。",
    "arbitration": "应当通过仲裁解决的事项,不属本处受理,请向约定的仲裁机构或劳动人事争议仲裁委员会提出。",
    "review": "对行政处罚、行政决定不服的,不属本处受理,请向有权机关申请行政复议或提起行政诉讼。",
    "police": "治安和刑事案件不属本处受理,请拨打 110 或到公安机关报案。",
    "wages": "工资、社保等劳动问题不属本处受理,请拨打 12333 或向人力资源社会保障部门反映。",
    "market": "消费纠纷和产品质量问题不属本处受理,请拨打 12315。",
    "services": "办事、民生和业务诉求不属本处受理,请拨打 12345 或向主管部门、信访部门反映。",
    "thin": "目前的内容还看不出具体是什么事。写明时间、地点、人员和经过,才便于核查。",
}

# Follow-up
TRACK_COMMAND = "凭查询码查看进度"
TRACK_TITLE = "查询进度"
ASK_RECEIPT = "请输入查询码。大小写、空格不限。"
RECEIPT = "查询码"
TRACK_WORDS = frozenset({LOOK, TRACK_TITLE, "查进度", "查询码", "我有查询码", "输入查询码", "查询反映进度"})
NOT_FOUND = "没有查到。查询码可能输入有误、已失效,或内容已按期销毁。请核对后重新输入。"
TRY_LATER = "尝试次数过多,请稍后再试。"
SESSION_OVER = "为了您的安全,这次查询已结束。请重新输入查询码。"
ENDED = "这次查询已结束。"
RECEIPT_LEFT_OUT = "(查询码已略去)"
STATUS = {
    "incomplete": "待补充",
    "received": "已收到",
    "accepted": "已受理",
    "transferred": "已转有权处理单位",
    "handling": "办理中",
    "closed": "已办结",
    "outside": "不属受理范围",
}
KINDS = {
    "question": "受理单位提问",
    "notice": "受理单位告知",
    "outcome": "办理结果",
    "answer": "您的回复",
    "supplement": "您的补充",
    "objection": "您的异议",
    "evidence": "您的新证据",
}
NO_MESSAGES = "还没有往来消息。"
ANSWER = "回复"
SUPPLEMENT = "补充材料"
OBJECT = "提出异议"
EVIDENCE = "补充新证据"
WITHDRAW = "撤回联系方式"
WITHDRAW_ASK = (
    "撤回后,受理人员不能再看到您的姓名和联系方式,也无法联系到您;已经看过的内容不能收回。确定撤回吗?"
)
WITHDRAW_YES = "确定撤回"
WITHDRAW_NO = "不撤回"
WITHDRAWN = "姓名和联系方式已撤回。"
NO_CONTACT = "没有留存姓名和联系方式。"
END = "结束查询"
ADD_TITLE = "补充内容"
ADD_TEXT = "内容"
ASK_ADD = {
    "answer": "请回答受理单位的提问。可以分几条发送。",
    "supplement": "请写下要补充的内容。可以分几条发送。",
    "objection": "请写明对办理结果的异议和理由。可以分几条发送。",
    "evidence": "请写明新证据说明什么。可以分几条发送。",
}
ADDED = "已提交,受理人员会看到。"
CASE_FULL = "这一件的补充内容已达到上限,没有保存。请通过 12388 或信访渠道继续反映。"
MESSAGES_LEFT = "(较早的消息未显示)"


def notice(road: str) -> str:
    """Tell what must be known before the first word, for a channel."""
    return "\n".join((*_WHO, _ROADS.get(road, _ROADS["terminal"]), *_DUTY))


def ask_files(road: str) -> str:
    """Ask for files, with how to send one where that shows nowhere."""
    return f"{ASK_FILES}{SEND_FILES_BY_PATH}" if road == "terminal" else ASK_FILES


def files_line(count: int) -> str:
    """Tell how many files a case holds."""
    return f"附件:共 {count} 个"


def ask_category(lines: Iterable[tuple[str, str]]) -> str:
    """Ask for the category, with what belongs to each."""
    return "\n".join(("主要属于哪一类?", *(f"{code}:{about}" for code, about in lines)))


def to_be_settled(name: str) -> str:
    """Show what is still to be chosen."""
    return f"{name}(待确认)"


def asked_place(name: str) -> str:
    """Ask which listed organisation was meant."""
    return f"“{name}”是下面哪一个?都不是的,选“{UNLISTED}”。"


def asked_above(name: str) -> str:
    """Ask for the nearest listed organisation above an unlisted one."""
    return f"“{name}”没有列出。请选择或输入它的上级单位(越近越好);不清楚的,选最上一级。"


def asked_person(name: str) -> str:
    """Ask which known person was meant."""
    return f"“{name}”是下面哪一位?"


def asked_position(name: str) -> str:
    """Ask for the kind of post of somebody unknown."""
    return f"{name} 是一把手、班子成员,还是其他人员?"


def place_option(name: str, above: str) -> str:
    """Label a candidate organisation."""
    return f"{name}({above})" if above else name


def unlisted(name: str, above: str) -> str:
    """Show an organisation that is not listed."""
    return f"{name}(未列出,上级为{above})"


def person(name: str, position: str) -> str:
    """Show a person by name and kind of post."""
    return f"{name}({POSITIONS[position]})"


def unnamed(position: str) -> str:
    """Name somebody of whom only the kind of post is known."""
    return f"姓名不详的{POSITIONS[position]}"


def file_shown(media_type: str, size: int) -> str:
    """Show a file by kind and size."""
    words = {"image": "图片", "audio": "录音", "video": "录像", "text": "文本"}
    return f"{words.get(media_type.partition('/')[0], '文档')} {size_shown(size)}"


def size_shown(size: int) -> str:
    """Show a number of bytes."""
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{max(1, round(size / 1024))} KB"


def seen_by(organisation: str) -> str:
    """Tell who receives, by office."""
    return f"{OFFICE_ONLY}:{organisation}负责受理的人员。"


def not_seen_by(organisations: str) -> str:
    """Tell who does not see it."""
    return f"{NOT_SEEN_BY}:被反映人,{organisations}及其下级单位的人员,系统管理员。"


def out_of_scope(words: str) -> str:
    """Tell kindly that something belongs elsewhere."""
    return f"提示:{words}{STILL_WELCOME}"


def receipt_line(receipt: str) -> str:
    """Show a receipt."""
    return f"查询码:{receipt}"


def filed_line(organisation: str, number: str) -> str:
    """Tell where a report went."""
    return f"受理单位:{organisation}。件号:{number}。"


def day(on: date) -> str:
    """Show a day."""
    return f"{on.year}年{on.month}月{on.day}日"


def status_lines(number: str, status: str, filed: date, changed: date, organisation: str) -> str:
    """Tell how a case stands."""
    return "\n".join(
        (
            f"件号:{number}",
            f"当前状态:{STATUS[status]}({day(changed)})",
            f"收到日期:{day(filed)}",
            f"受理单位:{organisation}",
        )
    )


def message_line(kind: str, on: date, text: str) -> str:
    """Show a message of a case."""
    return f"{day(on)} {KINDS[kind]}:{text}"


def proof(number: str, filed: date, organisation: str, digest: str) -> str:
    """Write the proof of filing."""
    return "\n".join(
        (
            "反映问题提交凭证",
            f"件号:{number}",
            f"收到日期:{day(filed)}",
            f"受理单位:{organisation}",
            f"内容校验值:{digest}",
            "",
            "说明:校验值由提交的内容算出,不泄露内容;受理单位打开此件时可以核对。",
            "凭证不含查询码,不能用来查看内容。持有凭证即表明曾经提交,请妥善保管。",
        )
    )


def proof_name(number: str) -> str:
    """Name the file of a proof."""
    return f"凭证-{number}.txt"
