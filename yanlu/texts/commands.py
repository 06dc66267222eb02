"""Sentences of the command line: help, results, what went wrong."""

APP = "言路:依据监督措施原文回答问题。严禁输入涉密信息。"
RUN = "启动服务:打开网页;设有 Telegram 令牌时同时接入 Telegram。"
CHAT = "在终端中对话。"
ASK = "提一个问题,显示回答后退出。"
INGEST = "导入政策文件(txt、md、html、docx、pdf)。"
DOCUMENTS = "查看与管理已导入的文件、待答的问题。"
LIST = "列出已导入的文件。"
SHOW = "显示一份文件的信息与段落。"
RETIRE = "停用一份文件。"
QUESTIONS = "列出等待人工回答的问题。"
ANSWER = "为一个待答的问题确认回答。"
EVALUATE = "用评测文件测量质量:questions、dialogs、search、retrieval、talks、routing。"
BENCH = "测量性能:chat、retrieval、ask、start、records、intake。"
ORG = "导入、查看组织与人员任职。"
INVITE = "向一位人员发放邀请码,或列出未用的邀请码。"
KEYS = "管理封存密钥。"
KEYS_ROTATE = "更换封存密钥:新增一把密钥,并用它重新封存全部内容。服务不必停止,中断后可以重来。"
KEY_IN_SETTING = "密钥由 YANLU_KEY 设置,不能用命令更换。"
KEY_IN_SETTING_NEXT = "请先在各处的 YANLU_KEY 末尾加上新密钥,再重启服务。"
SAMPLE_MADE = "数据库为空,已建立示例单位(仅供试用,人员以职务代称)。用下面的邀请码可以试用,在对话中直接输入:"
MIGRATE = "建立数据库,或升级到当前版本。"
DOCTOR = "列出各项设置,检查运行环境,指出问题与处理办法。"
JSON = "最后一行输出一个 JSON 对象。"
TEXT = "问题"
FILES = "文件"
ID = "编号"
ALL = "包括已停用的。"
MEASURE = "对应措施的编号,如 1.2。"
ANSWER_TEXT = "回答的文字。"
KIND = "种类"
DOCUMENT = "先导入的文件,可重复。"
OTHER_QUESTIONS = "问题取自此文件(仅 retrieval)。"
HOME = "数据文件夹;不指定时用临时文件夹。"

SORRY = "抱歉,程序出现意外错误。已确认保存的内容不受影响。"
SORRY_NEXT = "请重试;仍不行,请运行 yanlu doctor 检查。"
INTERRUPTED = "已中断。未完成的内容没有保存,已保存的不受影响。"
UNWRITABLE = "数据文件夹不可写。"
UNWRITABLE_KEPT = "未保存任何内容。"
UNWRITABLE_NEXT = "请检查 YANLU_HOME 所指文件夹的写入权限与磁盘空间。"
LOCKED = "另一个 yanlu run 正在使用同一数据文件夹。"
LOCKED_KEPT = "本次没有启动,原有服务不受影响。"
LOCKED_NEXT = "请先停止原来的进程,或用 YANLU_HOME 另指定一个文件夹。"
SETTING_NEXT = "请更正后重试;yanlu doctor 可列出各项设置。"
WEBHOOK_SECRET = "设置了 YANLU_WEBHOOK_URL,但没有设置 YANLU_WEBHOOK_SECRET。"
ENDPOINT_NEEDS = "YANLU_EMBEDDINGS=endpoint 还需要设置 YANLU_EMBEDDING_URL 与 YANLU_EMBEDDING_MODEL。"
MODEL_NEEDS = "YANLU_EMBEDDINGS=model 还需要设置 YANLU_EMBEDDING_PATH。"
NO_DOCUMENT = "没有这个编号的文件。"
NO_DOCUMENT_NEXT = "请运行 yanlu documents list 查看编号。"
NO_QUESTION = "没有这个编号的待答问题。"
NO_QUESTION_NEXT = "请运行 yanlu documents questions 查看编号。"
NO_MEASURE = "没有这个编号的措施。"
NO_MEASURE_NEXT = "编号形如 1.2,即第一部分第二项。"
KIND_UNKNOWN = "没有这个种类。"
KIND_NEXT = "可用的种类:{kinds}。"
NONE_YET = "(没有)"
RETIRED = "已停用。"
ANSWERED = "已确认,下次有人问到时将按此回答。"
MIGRATED = "数据库已是当前版本。"
INGESTING = "正在导入"
SERVING = "言路已启动,按 Ctrl-C 停止。"
NO_ROAD = "YANLU_WEB_PORT=0 关闭了网页,又没有设置 YANLU_TELEGRAM_TOKEN,没有可用的渠道。"
ASK_EMPTY = "问题是空的。"
ASK_EMPTY_NEXT = '请写出问题,例如 yanlu ask "述责述廉是不是要当场被提问?"。'

DOCTOR_SETTINGS = "设置:"
DOCTOR_CHECKS = "检查:"
FROM_ENVIRONMENT = "环境变量"
FROM_DEFAULT = "默认值"
MASKED = "******"
UNSET = "(未设置)"
OK = "正常"
CHECK_HOME = "数据文件夹"
CHECK_DATABASE = "密钥与数据库"
CHECK_NEW = "尚未建立,首次使用时自动建立"
CHECK_CALENDAR = "工作日历"
CHECK_TOKEN = "Telegram 令牌"
CHECK_VECTORS = "向量库"
TOKEN_SHAPE = "令牌的形式不对,应如 123456:ABC…。请向 BotFather 核对 YANLU_TELEGRAM_TOKEN。"


def bad_setting(variable: str) -> str:
    """Name a setting whose value makes no sense."""
    return f"设置 {variable} 的值无效。"


def ingested(title: str, version: int, passages: int, aligned: int) -> str:
    """Tell what became of a file."""
    return f"已导入《{title}》第 {version} 版:{passages} 段,其中 {aligned} 段对应措施条目。"


def unchanged(title: str, version: int) -> str:
    """Tell that a file is already in the library."""
    return f"《{title}》第 {version} 版已在库中,没有改动。"


def refused(name: str, reason: str) -> str:
    """Tell that a file was refused, and why."""
    return f"未导入 {name}:{reason}"


def serving_at(address: str) -> str:
    """Say where the page is."""
    return f"网页:{address}"


def sample_invitation(who: str, code: str) -> str:
    """A way into the sample organisation."""
    return f"  {code}  {who}"


def keys_rotated(rows: int) -> str:
    """Say how much was sealed anew."""
    return f"已更换密钥,重新封存 {rows} 条。旧密钥仍保留在密钥文件中,请勿删除。"
