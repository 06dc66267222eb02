"""Sentences of the loading room: why a file cannot become a document, and what to do about it."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """What happened and what to do next; what was kept is the same for every refused file (`KEPT`)."""

    happened: str
    next_step: str


KEPT = "本文件未存入任何内容，原有资料不变。"

MISSING = Refusal("找不到这个文件。", "请核对文件路径后重试。")
NOT_A_FILE = Refusal("所给路径不是文件。", "请指定一个具体文件;需要多份时请逐一列出。")
NO_PERMISSION = Refusal("没有读取这个文件的权限。", "请调整文件权限，或复制一份后重试。")
UNREADABLE_DISK = Refusal("读取这个文件时出错。", "请检查磁盘或网络位置，复制到本机后重试。")
EMPTY = Refusal("文件是空的。", "请确认文件已完整下载或保存，再重试。")
NO_TEXT = Refusal("文件里没有可用的正文。", "请打开文件核对内容，另存为含正文的文件后重试。")
BINARY = Refusal("文件内容不是文字，或已经损坏。", "请提供 txt、md、html、docx 或 pdf 文件。")
ENCODING = Refusal("无法判断文件的文字编码。", "请用编辑器另存为 UTF-8 编码后重试。")
UNSUPPORTED = Refusal("暂不支持这种文件格式。", "请另存为 txt、md、html、docx 或 pdf 后重试。")
OLD_WORD = Refusal("这是旧版 Office 或 WPS 格式，暂不支持。", "请在 Word 或 WPS 中另存为 docx 后重试。")
OFD = Refusal("暂不支持 OFD 版式文件。", "请用阅读器导出为 pdf 或 docx 后重试。")
IMAGE = Refusal("这是图片，不含文字。", "请先做文字识别，存为 txt 或 docx 后重试。")
ENCRYPTED_PDF = Refusal("这个 PDF 设有密码，无法读取。", "请去除密码后另存，再重试。")
ENCRYPTED_OFFICE = Refusal(
    "这个文件设有密码，无法读取。",
    "请在 Word 或 WPS 中去除密码后另存为 docx,再重试。",
)
SCANNED = Refusal(
    "这个 PDF 是扫描件，只有图像，没有文字。",
    "扫描件请先做文字识别，再存为 pdf 或 docx 后重试。",
)
GARBLED_PDF = Refusal(
    "这个 PDF 的文字无法正确取出。",
    "请改用原始的 docx 或 txt 文件，或做文字识别后重试。",
)
BROKEN_PDF = Refusal("这个 PDF 已损坏，无法读取。", "请重新下载或重新导出后重试。")
BROKEN_DOCX = Refusal("这个 Word 文件已损坏，无法读取。", "请用 Word 或 WPS 打开并另存为 docx 后重试。")
UNSAFE_DOCX = Refusal(
    "这个 Word 文件含有不安全的内容，已拒绝读取。", "请用 Word 或 WPS 另存为新的 docx 后重试。"
)
ZIP_BOMB = Refusal("这个文件解压后过大，已拒绝读取。", "请核对文件来源，去除过大的图片或附件后重试。")
TOO_LONG = Refusal("文件的页数或文字过多，已停止读取。", "请按章节拆分后分别导入。")


def too_large(limit: int) -> Refusal:
    """Words for a file over `limit` bytes."""
    return Refusal(f"文件超过 {limit / (1 << 20):g} MB 的上限。", "请压缩其中的图片或拆分后重试。")
