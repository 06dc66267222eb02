"""Sentences of `yanlu backup` and `yanlu restore`.

Those that end an operation are (what happened, what was kept, what to do next).
"""

from collections.abc import Mapping

from yanlu.texts.storage import Sentences

BACKUP = "备份:把全部数据写入一个文件。服务不必停止;不含密钥文件,请另行妥善保存。"
RESTORE = "恢复:把备份写入一个空的数据文件夹(或空数据库)。须先放回原来的密钥文件。"
FILE_TO_WRITE = "备份文件;不得已经存在。"
FILE_TO_READ = "备份文件"
INTO = "恢复到此数据文件夹(数据库文件也在其中);不指定时按 YANLU_HOME 与 YANLU_DATABASE_URL。"

NOTHING_THERE: Sentences = (
    "数据库尚未建立,没有可以备份的内容。",
    "没有写入备份。",
    "请核对 YANLU_HOME 与 YANLU_DATABASE_URL。",
)
NO_KEY: Sentences = (
    "没有密钥文件,也没有设置 YANLU_KEY。",
    "没有写入任何内容。",
    "请把原来的密钥文件 keys 放入数据文件夹,然后重试。",
)
OTHER_KEY: Sentences = (
    "当前密钥不是作这份备份时所用的密钥。",
    "没有写入任何内容。",
    "请把原来的密钥文件 keys 放入数据文件夹,然后重试。",
)
FILE_EXISTS: Sentences = (
    "备份文件的位置上已有文件。",
    "原有文件未改动,没有写入备份。",
    "请换一个文件名。",
)
FILE_FULL: Sentences = (
    "磁盘已满,无法写完备份。",
    "没有留下不完整的备份,数据库不受影响。",
    "请清理磁盘空间,或换一个位置后重试。",
)
FILE_UNWRITABLE: Sentences = (
    "备份文件无法写入。",
    "没有写入备份,数据库不受影响。",
    "请检查文件夹是否存在、有无写入权限,或换一个位置后重试。",
)
FILE_UNREADABLE: Sentences = (
    "备份文件无法读取。",
    "没有写入任何内容。",
    "请核对文件名与读取权限。",
)
NO_BACKUP: Sentences = (
    "该文件不是言路的备份,或已不完整。",
    "没有写入任何内容。",
    "请重新复制该备份,或改用另一份备份。",
)
BROKEN: Sentences = (
    "备份已损坏,或被改动过。",
    "没有写入任何内容。",
    "请重新复制该备份,或改用另一份备份。",
)
NEWER: Sentences = (
    "这份备份由更新版本的程序写成,当前版本不能恢复。",
    "没有写入任何内容。",
    "请安装更新版本的程序后重试。",
)
NOT_EMPTY: Sentences = (
    "目标数据库不是空的。",
    "目标数据库未改动。",
    "请换一个空的数据文件夹或空数据库;确要替换的,请先停止服务并移走原有数据库。",
)
LOG_LEFT: Sentences = (
    "数据文件夹中没有数据库,却留有数据库的日志文件(yanlu.db-wal)。",
    "没有写入任何内容。",
    "请移走这些文件,或换一个空的数据文件夹。",
)
IN_USE: Sentences = (
    "yanlu run 正在使用这个数据文件夹。",
    "没有写入任何内容。",
    "请先停止服务,或用 --into 指定另一个数据文件夹。",
)

KEY_APART = "备份不含密钥文件(数据文件夹中的 keys)。请另行保存,并与备份分开存放:没有它,备份无法恢复。"
AFTERWARDS = """请核对备份之后的变动,它们已随恢复而还原:
  撤销的受理人、变更的任职与解除的绑定,请重新办理;
  邀请码、登录链接与受理人的登记邀请不在备份中,请重新发放;
  备份之后提交的举报件与记录不在其中。"""
ERASED = "超过保存期限的举报内容(如有),已按规定再次清除。"
AUDIT_WHOLE = "审计记录完整。"
AUDIT_BROKEN = "审计记录不完整:备份时已有断点。请运行 yanlu audit verify 查看。"

_COUNTED = (
    ("documents", "文件 {} 份"),
    ("organisations", "组织 {} 个"),
    ("people", "人员 {} 名"),
    ("records", "记录 {} 条"),
    ("tickets", "整改事项 {} 项"),
)


def backed_up(name: str, size: int) -> str:
    """Say that the backup is there, and how big."""
    return f"已备份到 {name},{_in_words(size)}。"


def restored(made: str, size: int) -> str:
    """Say that everything is back; `made` is the backup's time."""
    return f"已恢复 {made} 的备份,{_in_words(size)}。"


def contents(rows: Mapping[str, int]) -> str:
    """Say what is inside. How many reports there are is nobody's to see without a passphrase."""
    counted = "、".join(words.format(rows.get(table, 0)) for table, words in _COUNTED)
    return f"内容:{counted},以及封存的举报件、受理人登记与审计记录。"


def _in_words(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} KB"
