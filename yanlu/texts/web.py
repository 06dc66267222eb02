"""Sentences of the web pages."""

from datetime import date, datetime, timedelta, timezone

_BEIJING = timezone(timedelta(hours=8))

# Frame
SERVICE = "言路"
SKIP = "跳到输入框"
SKIP_MAIN = "跳到正文"
NAVIGATION = "页面导航"
NAV_CHAT = "对话"
NAV_DOCUMENTS = "文件原文"
LEAVE = "立即离开"
LEAVE_HINT = "清除本页内容并离开"
CLEAR = "清除对话"
NOTICE_LABEL = "重要提示"
FOOTER = "本页不含第三方内容,不做访问统计,不记录来访地址。对话只显示在本次浏览器会话中,关闭浏览器后不再可见。"

# Chat page
CHAT_TITLE = "对话"
INTRO_TITLE = "您好,请直接输入要问的内容"
INTRO = "每个回答都附出处和原文;原文没有规定的,会直接说明。不作定性量纪,不代替组织研判。"
EXAMPLES_TITLE = "可以这样问"
EXAMPLES = ("述责述廉是不是要当场被提问?", "监督谈话一年至少谈几次?", "我是纪委书记,要做什么?")
BEGIN = "查看能办的事"
MORE = "全部功能"
MESSAGES = "对话内容"
MINE = "您:"
THEIRS = "言路:"
SYSTEM = "提示:"
CHOICES = "可选操作"
COMPOSER = "输入内容"
COMPOSER_HINT = "输入问题或回答"
COMPOSER_KEYS = "回车发送,Shift+回车换行"
FILE = "附件"
FILE_LIMIT = "附件不超过 20 MB。"
SEND = "发送"
SENDING = "正在发送"
WAITING = "正在查阅原文"
WAITING_FILE = "正在处理附件"
CHOSEN = "(已选择一项)"
FILE_OUT = "下载文件"
FILE_LIFE = "30 分钟内有效,仅限本会话"
FILE_LAPSED = "下载已失效"
UNNAMED = "附件"
NO_HISTORY = (
    "没有可显示的历史对话。对话只存放在服务器内存中,不写入磁盘;服务重启、两小时未操作或清除后不再显示。"
    "未填完的内容在有效期内仍可继续,直接回答即可。"
)
NO_SHARED_HISTORY = (
    "没有可显示的历史对话。对话加密存放,只有原来的浏览器能够打开,不进入备份;两小时未操作或清除后不再显示。"
    "未填完的内容在有效期内仍可继续,直接回答即可。"
)
HISTORY_LOST = "此前的对话已不再显示(服务重启或长时间未操作)。未填完的内容在有效期内仍可继续。"
CLEARED = "对话显示已清除。未填完的内容仍可继续;要放弃,请输入“取消”。"
ALREADY = "这一步此前已经处理过,没有重复执行。"
ONWARD = "继续打开页面"
LEFT_TITLE = "页面已关闭"
LEFT = "页面已关闭。您可以关闭此窗口。"

# What went wrong with a form
SESSION_EXPIRED = "会话已过期,刚才的内容没有发送。文字已保留在输入框中,请核对后再次发送。"
FILE_AGAIN = "附件没有发送,请重新选择。"
FORM_BROKEN = "页面内容不完整,刚才的内容没有发送。请核对输入框中的文字,再次发送。"
FILE_TOO_BIG = "附件超过 20 MB,没有发送。请压缩或分成几个文件后重新选择。"
FILE_NOT_READ = "上传太慢或中断,刚才的内容没有发送。请检查网络后重试。"
UPLOADS_BUSY = "上传的人较多,附件没有发送。请稍后重试。"
NOT_TAKEN = "暂时没有处理成功,刚才的内容没有生效。请稍后再次发送。"
TEXT_KEPT = "您输入的文字没有发送,仍保留在输入框中。"

# Errors of the channel
FILE_GONE = "附件已不在服务器内存中。"
FILE_GONE_NEXT = "请重新发送文件。"
SESSION_GONE = "网页会话已结束,消息无法送达。"
PORT_NEXT = "请更换 YANLU_WEB_PORT,或停止占用端口的程序后重新启动。"
ADDRESS_NEXT = "请核对 YANLU_WEB_HOST 和 YANLU_WEB_PORT。"

BENCH_START = "网页服务没有启动,无法测量。"

# Error pages
ERRORS = {
    400: ("请求无法识别", "页面地址或内容不完整。"),
    403: ("请求未被接受", "这个请求不是从本站页面发出的,未作任何处理。"),
    404: ("没有这个页面", "页面不存在,或下载已失效。"),
    405: ("请求方式不对", "请从页面上的按钮操作。"),
    408: ("上传超时", FILE_NOT_READ),
    413: ("内容过大", FILE_TOO_BIG),
    500: ("暂时出现故障", "这一步没有生效。请稍后重试。"),
    503: ("暂时繁忙", "请稍后重试。"),
}
BACK_TO_CHAT = "返回对话"

# Documents
DOCUMENTS_TITLE = "文件原文"
DOCUMENTS_INTRO = "回答所依据的文件。引用的文字在原文中标出。"
DIGEST_MARK = "要点整理,非原文;编号为整理编号。"
BACK_TO_DOCUMENTS = "全部文件"
WHOLE_DOCUMENT = "在全文中查看"


def refused_port(host: str, port: int) -> str:
    """Say that another program listens there."""
    return f"网页端口 {host}:{port} 已被占用。"


def refused_address(host: str, port: int) -> str:
    """Say that this machine cannot listen there."""
    return f"无法在 {host}:{port} 打开网页服务。"


def file_in(name: str, size: str) -> str:
    """Show what file was sent."""
    return f"附件:{name}({size})"


def file_size(count: int) -> str:
    """Show a number of bytes."""
    if count < 1024:
        return f"{count} 字节"
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def document_line(version: int, ingested: str) -> str:
    """Tell which edition of a document this is."""
    return f"第{version}版,{ingested}录入"


def issued_line(issuer: str, issued: str) -> str:
    """Tell who issued a document and when."""
    return f"{issuer} {issued}".strip()


def context_of(label: str) -> str:
    """Name what folds open to a quoted clause and what stands beside it."""
    return f"看前后文:{label}" if label else "看前后文"


def retired_line(day: str) -> str:
    """Tell since when a document is out of force."""
    return f"自 {day} 起不再适用"


def moment(time: datetime | None) -> str:
    """Write a time as people of the office do; "" for none."""
    return "" if time is None else f"{time.astimezone(_BEIJING):%Y-%m-%d %H:%M}"


def day(date_: date | None) -> str:
    """Write a day; "" for none."""
    return "" if date_ is None else f"{date_:%Y-%m-%d}"


def bench_no_button(label: str) -> str:
    """Say that a page under measurement lacks a button."""
    return f"页面上没有“{label}”按钮,无法测量。"


def earlier(count: int) -> str:
    """Say how many messages are not shown."""
    return f"显示更早的 {count} 条消息"
