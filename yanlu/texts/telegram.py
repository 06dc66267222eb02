"""Sentences of the Telegram channel."""

CHOOSE = "请选择:"
APOLOGY = "抱歉,刚才的消息暂时没有处理成功。请稍后重新发送。"
PRIVATE_ONLY = "言路只在单独对话中提供服务,请点开我的头像,在单独对话中提问。"

# What a message is that cannot be read as text or file: the word for it, by the Bot API's field.
KINDS = {
    "animation": "动图",
    "audio": "音频",
    "checklist": "清单",
    "contact": "联系人",
    "dice": "骰子",
    "game": "游戏",
    "gift": "礼物",
    "invoice": "账单",
    "location": "位置",
    "paid_media": "付费内容",
    "poll": "投票",
    "sticker": "贴纸",
    "story": "动态",
    "venue": "地点",
    "video": "视频",
    "video_note": "视频消息",
    "voice": "语音",
}

# Errors: what happened, what was kept, what to do next.
ACCOUNT_REFUSED = "Telegram 不接受这个机器人令牌。"
ACCOUNT_REFUSED_NEXT = "请在 BotFather 处核对令牌,更正 YANLU_TELEGRAM_TOKEN 后重新启动。"
UNREACHABLE = "暂时无法连接 Telegram。"
BUSY = "Telegram 要求放慢发送。"
CHAT_GONE = "对方已停用或删除了这个对话,消息无法送达。"
MESSAGE_REFUSED = "Telegram 不接受这条消息,消息无法送达。"
FILE_TOO_BIG = "文件超过 20 MB,无法从 Telegram 取回。"
FILE_TOO_BIG_KEPT = "文件未保存。"
FILE_TOO_BIG_NEXT = "请压缩或分成几个文件后重新发送。"
FILE_GONE = "文件已无法从 Telegram 取回。"
FILE_GONE_NEXT = "请重新发送文件。"
CALLBACK_KEY_FORM = "Telegram 回调密钥的格式不对。"
CALLBACK_KEY_FORM_NEXT = "请使用 1 至 256 个字母、数字、下划线或连字符。"
WEBHOOK_REFUSED = "Telegram 不接受这个回调地址。"
WEBHOOK_REFUSED_NEXT = "请使用 Telegram 能够访问的 https 地址,并核对端口。"

BENCH_SYSTEM = "这个系统没有 /proc,无法测量处理器用时。"
BENCH_SYSTEM_NEXT = "请在 Linux 上运行。"
BENCH_START = "被测的机器人没有启动。"
BENCH_START_NEXT = "请先运行 yanlu doctor 查看原因。"


def file_unsendable(name: str) -> str:
    """Say that a file is beyond what Telegram carries (50 MB)."""
    return f"文件“{name}”超过 50 MB,无法通过 Telegram 发送。请在网页端下载。"
