"""Sentences of the conversation core: welcome, router, forms, hand-in, jobs not open yet, terminal."""

NOTICE = "严禁输入涉密信息。"

# Welcome
GREETING = "您好,这里是言路,回答监督措施的政策问题。您想办哪一件?"
THANKS = "不客气。有问题请直接输入。"
FAREWELL = "再见。有需要请随时提问。"
WHO = "我是言路,依据已收录的监督措施文本回答问题,只说原文写明的内容。"
COURTESIES = (
    (("谢谢", "多谢", "感谢", "辛苦了"), THANKS),
    (("再见", "拜拜", "回头见"), FAREWELL),
    (("你是谁", "您是谁", "你是什么", "叫什么", "机器人"), WHO),
)
HOW_TO_ASK = "请直接输入您的问题,例如:述责述廉要不要当场接受提问?也可以说:第二部分第三项。"
ABOUT = (
    "言路依据已收录的监督措施文本回答问题:每个回答都附出处和原文;原文没有规定的,会直接说明。"
    "不作定性量纪,不代替组织研判。"
)
ABOUT_UNANSWERED = "查不到答案的问题,可以转交人工答复。"
ROAD_ASK = "问政策"
ROAD_RECORD = "记谈话"
ROAD_REPORT = "反映问题"
COMMAND_START = "开始"
COMMAND_HELP = "使用说明"
COMMAND_CANCEL = "取消正在填写的内容"
COMMANDS_TITLE = "可用命令:"

# Router
EMPTY = "没有收到文字内容,请输入您的问题。"
WORDLESS = "请用文字说明您的问题,表情和符号无法识别。"
UNDECODABLE = "内容的编码无法识别,请改用 UTF-8 编码后重新输入。本条未处理。"
STALE_CHOICE = "这个选项已失效,未作任何改动。请重新提问,或输入 /help 查看说明。"
NOTHING_OPEN = "当前没有正在填写的内容。"
FILE_UNWANTED = "现在不接收文件,文件未保存。请用文字输入您的问题。"
UNSUPPORTED = "暂不能处理这类消息,内容未保存。请用文字输入您的问题。"
EDITED_IN_FORM = "修改已发出的消息,不会改变已填的内容。请在核对时选择“修改”。"
DOUBT = "请确认,您是想:"
DOUBT_GONE = "刚才的内容已不再保留,请重新输入。"
INTENT_LABELS = {
    "question": "查询政策规定",
    "smalltalk": "随便聊聊",
    "record": "记录谈话",
    "plan": "登记谈话计划",
    "report": "反映问题",
    "track": "查询办理进度",
    "statistics": "查看统计",
    "help": "查看使用说明",
}
APOLOGY = "抱歉,刚才处理时出现故障,这一步没有生效,也没有保存。请稍后重试。"

# Forms
CONFIRM = "确认"
EDIT = "修改"
SAVE = "存为草稿"
BACK = "返回"
CANCEL = "取消"
SKIP = "跳过"
LEAVE_EMPTY = "清空此项"
KEEP = "保持不变"
DONE = "完成"
CLEAR = "清空重填"
YES = "是"
NO = "否"
YES_WORDS = ("是的", "对", "对的", "有")
NO_WORDS = ("不是", "不", "没有", "无")
TODAY = "今天"
YESTERDAY = "昨天"
OPTIONAL = "(可跳过)"
NOT_FILLED = "未填"
LIST_SEPARATOR = "、"
LONG_SEPARATOR = ";"
CHECK_CARD = "请核对:"
EDIT_WHICH = "要修改哪一项?"
REVIEW_CHOICE = "请选择下面的一项。"
STALE_STEP = "刚才的选项属于前面的步骤,未作改动。"
CARD_CHANGED = "内容在此后有过改动,请核对最新内容后再确认。"
MISSING_PART = "还有内容没有填写。"
NOT_AN_OPTION = "请从列出的选项中选择。"
NOT_A_DATE = "没有认出日期,请按 2024-05-06 或 5月6日 的样式填写。"
NOT_YES_NO = "请回答“是”或“否”。"
NEEDS_FILE = "这里需要发送文件。"
NO_FILE_HERE = "这里请用文字填写,文件未保存。"
INVALID = "格式不符,请重新填写。"
FILE_UNREAD = "文件没有读取成功,未保存。请稍后重新发送。"
FORM_GONE = "原先填写的内容已失效,未保存。请重新开始。"
FORM_RENEWED = "表单有更新,已填内容尽量保留,请核对。"
FORM_STALE = "这一步已经结束,未作任何改动。"

# Hand-in
HANDIN_COMMAND = "把问题转交人工答复"
HANDIN_TITLE = "转交人工答复"
HANDIN_INTRO = "只保存问题和说明的文字,不记录提问人。请勿填写举报内容、个人信息和涉密信息。"
HANDIN_QUESTION = "请写下要转交的问题。"
HANDIN_QUESTION_LABEL = "问题"
HANDIN_NOTE = "还有需要补充说明的吗?"
HANDIN_NOTE_LABEL = "补充说明"
HANDIN_CONFIRM = "确认转交"
HANDIN_DONE = "已转交。未记录提问人,因此不会单独通知您;答复确认后,再问同样的问题即可看到。"

# Jobs that are not done by asking
OTHER_JOBS = {
    "record": "登记谈话请在对话中办理:加入本单位后,直接输入一句话,或发送 /talk。刚才的内容没有存为记录。",
    "report": (
        "反映问题请在对话中办理:发送 /report,或直接输入要反映的情况。刚才的内容没有留存,也没有转给任何人。"
        "也可以通过以下途径反映:拨打 12388 举报电话(纪检监察机关);拨打 12380 举报电话(组织部门);"
        "或通过信访渠道来信来访。"
    ),
    "track": "查询办理进度请在对话中发送 /track 或直接输入查询码。请勿在命令行中输入查询码。",
    "statistics": "统计和名单请在对话中查看:加入本单位后,直接输入,或发送 /todo、/stats。这里不提供数字。",
}

# Terminal
TERMINAL_BANNER = "言路。请直接输入问题;/help 查看说明,/file 路径 发送文件,“退出”或 Ctrl-D 结束。"
TERMINAL_PROMPT = "问> "
TERMINAL_WORDS = "也可输入:"
TERMINAL_BYE = "已退出。"
TERMINAL_NO_FILE = "没有找到这个文件,未发送。请检查路径。"
TERMINAL_FILE_REFUSED = "文件未能保存到当前设备。"
QUIT_WORDS = frozenset({"退出", "exit", "quit", "/exit", "/quit", "/退出"})
CANCEL_WORDS = frozenset({"取消", "取消填写"})


NOT_SWEPT = (
    "这里无法替您删除已经显示的内容。请自行清屏或关闭页面、清除浏览记录;在他人的设备上请一并检查输入历史。"
)


def swept(removed: int, left: int) -> str:
    """Say how many messages of a chat were deleted, and how many could not be."""
    done = f"已删除本次对话中的 {removed} 条消息。" if removed else "没有可以删除的消息。"
    if not left:
        return done + "服务商处可能仍有记录,本系统无法删除。"
    return done + f"另有 {left} 条无法删除(例如发出已超过 48 小时),请您长按消息或清空对话自行删除。"


def too_long_text(limit: int) -> str:
    """Say that a message has more than `limit` characters."""
    return f"内容过长,一次最多 {limit} 字,本条未处理。请缩短或分几次输入。"


def longest(limit: int) -> str:
    """Say that a field takes at most `limit` characters."""
    return f"最多 {limit} 字,请缩短后重新填写。"


def shortest(limit: int) -> str:
    """Say that a field takes at least `limit` characters."""
    return f"至少 {limit} 字,请补充后重新填写。"


def most_items(limit: int) -> str:
    """Say that a field takes at most `limit` values."""
    return f"最多 {limit} 项。"


def fewest_items(limit: int) -> str:
    """Say that a field takes at least `limit` values."""
    return f"至少 {limit} 项。"


def chosen_so_far(values: str) -> str:
    """Show what a field with several values holds by now."""
    return f"已有:{values}"


def current_value(value: str) -> str:
    """Show what a field held before this edit."""
    return f"原来填的是:{value}"


def add_more(done: str) -> str:
    """Say how to end a field with several values."""
    return f"可继续添加,结束请选“{done}”。"


def replaces(done: str) -> str:
    """Say what typing does in a field whose whole content is typed at once."""
    return f"直接输入即替换以上内容;也可点选增减,结束请选“{done}”。"


def card_line(label: str, value: str) -> str:
    """Read one field back."""
    return f"{label}:{value}"


def calendar_day(year: int, month: int, day: int) -> str:
    """Show a date."""
    return f"{year}年{month}月{day}日"


def day_choice(word: str, month: int, day: int) -> str:
    """Label a button for today or yesterday with the day it stands for."""
    return f"{word}({month}月{day}日)"


def cancelled(title: str) -> str:
    """Say that a form was given up."""
    return f"已取消“{title}”,填写的内容未保存。"


def left_dropped(title: str) -> str:
    """Say that a command ended a form which keeps no drafts."""
    return f"已退出“{title}”,填写的内容未保存。"


def saved(title: str) -> str:
    """Say that a form was put aside as a draft."""
    return f"“{title}”已存为草稿,下次进入时可以继续填写。"


def resume_or_fresh(title: str) -> str:
    """Ask whether to go on with a draft."""
    return f"您有一份未完成的“{title}”草稿,要继续吗?"


RESUME = "继续填写"
FRESH = "重新填写"


def still_open(title: str) -> str:
    """Remind of a form that is still open after an aside."""
    return f"“{title}”尚未填完,请继续;放弃请输入“取消”。"


def unknown_command(name: str) -> str:
    """Answer a command that does not exist."""
    return f"没有 /{name} 这个命令。输入 /help 查看可用命令。"


def command_line(name: str, description: str) -> str:
    """One line of the command list."""
    return f"/{name} {description}"


def file_saved(path: str) -> str:
    """Say where the terminal has put a file."""
    return f"文件已保存:{path}"
