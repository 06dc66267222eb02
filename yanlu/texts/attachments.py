"""Sentences of the attachments room: why a file is not taken, and what to do about it."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """What happened and what to do next; what was kept is the same for every refused file (`KEPT`)."""

    happened: str
    next_step: str


KEPT = "该文件未保存，已填写的内容不受影响。"

EMPTY = Refusal("文件是空的。", "请确认文件可以正常打开，再重新发送。")
UNKNOWN = Refusal(
    "无法辨认这种文件。",
    "可以发送 JPEG、PNG、WebP、GIF、HEIC 图片，PDF,docx、xlsx、pptx,纯文本，常见的录音和录像。",
)
BROKEN = Refusal("文件已损坏或不完整，无法清除其中的身份信息。", "请确认文件可以正常打开，另存后重新发送。")
ENCRYPTED = Refusal("文件设有密码，无法清除其中的身份信息。", "请去除密码后另存，再重新发送。")
TOO_MANY_PIXELS = Refusal("图片的尺寸过大。", "请缩小图片，或截取有关部分后重新发送。")
BOMB = Refusal("文件展开后过大，已停止处理。", "请去除过大的图片或附件，或者截图后发送。")
OLD_OFFICE = Refusal(
    "旧版 Office 或 WPS 文件里的身份信息无法清除干净。",
    "请另存为 docx、xlsx、pptx 或 PDF 后重新发送。",
)
ARCHIVE = Refusal("暂不接收压缩包。", "请解压后逐个发送其中的文件。")
PROGRAM = Refusal("暂不接收程序文件。", "请发送能说明情况的文档、图片、录音或录像。")
WEB_PAGE = Refusal("暂不接收网页、SVG 和其他标记语言文件。", "请截图，或另存为 PDF 后发送。")
MAIL = Refusal("邮件原件带有收发人和服务器信息，无法清除。", "请把正文复制成文字，或截图后发送。")
RICH_TEXT = Refusal("暂不接收这种排版文件。", "请另存为 docx 或 PDF 后重新发送。")
OTHER_OFFICE = Refusal("暂不接收这种办公文件。", "请另存为 docx、xlsx、pptx 或 PDF 后重新发送。")
OTHER_IMAGE = Refusal("暂不接收这种图片格式。", "请截图，或另存为 JPEG 或 PNG 后重新发送。")
OTHER_MEDIA = Refusal(
    "这种录音或录像里的身份信息无法确认清除干净。",
    "请转换为 mp3、wav、m4a 或普通的 mp4 后重新发送。",
)
MACROS = Refusal("文件含有宏。", "请另存为不含宏的 docx、xlsx 或 pptx 后重新发送。")
OBJECTS = Refusal(
    "文件里嵌有其他文件、控件或音视频，无法清除其中的身份信息。",
    "请去除嵌入的对象，或另存为 PDF 后重新发送。",
)
CONNECTIONS = Refusal("表格连接着外部数据。", "请把数据粘贴为数值，断开连接后重新发送。")
VECTOR_IMAGE = Refusal(
    "文件里的图片格式无法清除身份信息。", "请把其中的矢量图换成 PNG 或 JPEG,或另存为 PDF 后发送。"
)
HIDDEN_LAYERS = Refusal("这个 PDF 含有隐藏的图层。", "请重新打印为 PDF 后发送。")
NOT_CLEAN = Refusal(
    "无法确认文件里的身份信息已全部清除。",
    "请截图，或重新打印为 PDF 后发送，也可以用文字说明。",
)


def too_large(limit: int) -> Refusal:
    """Words for a file over `limit` bytes."""
    return Refusal(f"文件超过 {limit / (1 << 20):g} MB 的上限。", "请压缩、截取有关部分，或拆分后重新发送。")
