"""Sentences of the store: what went wrong with the database, the key, the disk.

Each is (what happened, what was kept, what to do next), in the order of `yanlu.errors.YanluError`.
"""

Sentences = tuple[str, str, str]

CORRUPT: Sentences = (
    "数据库文件已损坏,或不是本系统的数据库。",
    "未改动该文件。",
    "请停止程序,用最近的备份替换该文件后重新启动。",
)
IS_DIRECTORY: Sentences = (
    "数据库的位置上是一个文件夹,不是文件。",
    "未改动该文件夹。",
    "请移走该文件夹,或另设数据库地址后重新启动。",
)
UNAVAILABLE: Sentences = (
    "无法连接数据库。",
    "已确认保存的内容不受影响,本次操作未保存。",
    "请检查数据库是否已启动、地址与账号是否正确,然后重试。",
)
BUSY: Sentences = (
    "数据库正忙,等待超时。",
    "已确认保存的内容不受影响,本次操作未保存。",
    "请稍后重试。",
)
FULL: Sentences = (
    "磁盘已满,无法写入数据库。",
    "已确认保存的内容不受影响,本次操作未保存。",
    "请清理磁盘空间后重试。",
)
UNWRITABLE: Sentences = (
    "数据库不可写。",
    "已确认保存的内容不受影响,本次操作未保存。",
    "请检查数据文件夹的写入权限,或数据库是否处于只读状态。",
)
NEWER_SCHEMA: Sentences = (
    "数据库已由更新版本的程序升级,当前版本不能使用。",
    "未改动数据库。",
    "请安装更新版本的程序后重新启动。",
)
OLDER_SCHEMA: Sentences = (
    "数据库尚未升级到当前版本。",
    "未改动数据库。",
    "请先运行 yanlu migrate。",
)
FOREIGN_TABLES: Sentences = (
    "数据库中已有同名的表,但不是本系统建立的。",
    "未改动数据库。",
    "请为本系统另设一个空数据库。",
)
KEY_MISSING: Sentences = (
    "密钥文件不存在,而数据库中已有用密钥加密的内容。",
    "未生成新密钥,未改动数据库。",
    "请从备份中恢复密钥文件后重新启动。",
)
KEY_WRONG: Sentences = (
    "当前密钥不是加密该数据库所用的密钥。",
    "未改动数据库。",
    "请从备份中恢复原来的密钥后重新启动。",
)
KEY_UNREADABLE: Sentences = (
    "密钥无法读取,或格式不正确。",
    "未改动密钥与数据库。",
    "请检查密钥文件的权限与内容,或从备份中恢复。",
)
KEY_UNWRITABLE: Sentences = (
    "无法写入密钥文件。",
    "未建立数据库。",
    "请检查数据文件夹的写入权限与磁盘空间。",
)
KEY_BUSY: Sentences = (
    "另一个程序正在更换密钥,等待超时。",
    "密钥文件未改动。",
    "请稍后重试。",
)
KEY_UNCHANGED: Sentences = (
    "无法把新密钥写入密钥文件。",
    "密钥文件保持原样,已有内容仍可打开。",
    "请检查数据文件夹的写入权限与磁盘空间,然后重试。",
)
BAD_ADDRESS: Sentences = (
    "数据库地址无法识别。",
    "",
    "请使用 sqlite:///文件路径 或 postgresql://用户@主机/库名 的形式。",
)
WRITE_CONFLICT: Sentences = (
    "两处同时保存了同一内容,后一处未保存。",
    "先保存的内容不受影响。",
    "请重试。",
)
PASSAGE_ASTRAY: Sentences = (
    "文档的段落与全文不一致。",
    "该文档未入库。",
    "请重新导入该文件。",
)
SEAL_BROKEN: Sentences = (
    "一条加密内容已损坏,或被移动过,无法打开。",
    "其他内容不受影响。",
    "请用备份核对数据库。",
)
PASSPHRASE_WRONG: Sentences = (
    "口令不正确,未能打开您的密钥。",
    "举报件未改动。",
    "请核对口令后重试;口令遗失的,请由本单位用离线恢复密钥恢复。",
)
HANDLER_REVOKED: Sentences = (
    "该受理人的资格已撤销。",
    "举报件未改动。",
    "如需恢复,请由管理员重新登记。",
)
HANDLER_TAKEN: Sentences = (
    "该同志已登记为受理人。",
    "原有登记未改动。",
    "请先撤销原有登记,再重新登记。",
)
RECOVERY_KEY_WRONG: Sentences = (
    "恢复密钥输入有误,或不是本单位当前的恢复密钥。",
    "举报件未改动。",
    "请对照打印件逐组核对后重试。",
)
CASE_CLOSED_TO_YOU: Sentences = (
    "没有这一件,或您无权查看。",
    "",
    "请核对编号。",
)
NO_RECIPIENT: Sentences = (
    "没有可以接收的受理人。",
    "未保存任何内容。",
    "请通过 12388、12380 或信访渠道反映。",
)


def failed(code: str) -> Sentences:
    """For a failure that fits no other sentence; `code` is the database's own error code."""
    return (f"数据库操作失败(代码 {code})。", "已确认保存的内容不受影响,本次操作未保存。", "请重试。")
