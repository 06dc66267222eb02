"""Sentences on importing organisations and posts."""

from collections.abc import Sequence

NOTHING_IMPORTED = "本次未导入任何内容,原有资料不变。"
SPLIT = "请拆分为几份后分别导入。"
USE_TEMPLATE = "请用 yanlu org template 生成模板,按模板填写后重试。"
CHECK_PATH = "请核对文件路径与读取权限后重试。"
REMOVE_PASSWORD = "请在 Excel 或 WPS 中去除密码后另存,再重试。"
SAVE_AS_XLSX = "请用 Excel 或 WPS 打开并另存为 xlsx 后重试。"
SAVE_AS_UTF8 = "请另存为 UTF-8 编码的 csv,或直接使用 xlsx。"
CHECK_CELL = "请核对这一格的内容后重试。"
FIX_ROWS = "请按所列位置逐一更正后重新导入。"

EMPTY = "文件是空的。"
NO_ROWS = "文件里没有组织或人员任职的内容。"
CANNOT_OPEN = "打不开这个文件。"
ENCRYPTED = "这个文件设有密码,无法读取。"
OLD_EXCEL = "这是旧版 Excel(xls)或 WPS 格式,暂不支持。"
UNSUPPORTED = "暂不支持这种文件格式,请使用 xlsx、csv 或 yaml。"
BROKEN = "这个 Excel 文件已损坏或含有不安全的内容,无法读取。"
BROKEN_CSV = "这个 csv 文件无法按表格读取。"
BROKEN_YAML = "这个 yaml 文件无法读取。"
YAML_ALIAS = "这个 yaml 文件含有引用(*),不予读取。"
ENCODING = "无法判断文件的文字编码。"
BOMB = "这个文件解压后过大,已拒绝读取。"


def too_large(limit: int) -> str:
    """Tell of a file over `limit` bytes."""
    return f"文件超过 {limit / (1 << 20):g} MB 的上限。"


def too_many_rows(limit: int) -> str:
    """Tell of a file with too many rows."""
    return f"文件超过 {limit} 行的上限。"


def long_cell(place: str, limit: int) -> str:
    """Tell of a cell that is too long."""
    return f"{place} 的内容超过 {limit} 字。"


def csv_place(line: int, column: int) -> str:
    """Name a cell of a csv file."""
    return f"第{line}行第{column}列"


def twice(place: str, column: str) -> str:
    """Tell of a column that stands twice in a header."""
    return f"{place}:表头中“{column}”出现了两次。"


def broken_yaml(line: int, column: int) -> str:
    """Tell where a yaml file cannot be read."""
    return f"这个 yaml 文件在第 {line} 行第 {column} 列无法读取。"


def not_a_list(part: str) -> str:
    """Tell that a part of a yaml file is no list."""
    return f"“{part}”应为列表。"


def not_a_row(place: str) -> str:
    """Tell that an entry of a yaml file has no columns."""
    return f"{place} 应由“列名: 内容”组成。"


def not_a_value(place: str) -> str:
    """Tell that a value of a yaml file is no plain one."""
    return f"{place} 应为一个值。"


HEADER = "表头"
NEITHER = "这一行既没有组织名称,也没有人员姓名。"
UNTIL_BEFORE_SINCE = "离任日期早于任职日期。"


def has_errors(number: int) -> str:
    """Tell how many mistakes a file has."""
    return f"文件中有 {number} 处需要更正。"


def missing(column: str) -> str:
    """Tell of an empty cell that is needed."""
    return f"缺少{column}。"


def too_long(column: str, limit: int) -> str:
    """Tell of a name that is too long."""
    return f"{column}超过 {limit} 字。"


def duplicate_code(code: str, place: str) -> str:
    """Tell of an organisation's code used twice."""
    return f"组织编码“{code}”与 {place} 重复。"


def unknown_parent(code: str) -> str:
    """Tell of a parent that is nowhere."""
    return f"上级编码“{code}”既不在本文件,也不在已有组织中。"


def unknown_organisation(code: str) -> str:
    """Tell of a post in an organisation that is nowhere."""
    return f"组织编码“{code}”既不在本文件,也不在已有组织中。"


def cycle(codes: Sequence[str]) -> str:
    """Tell of organisations that are above each other in a circle."""
    return f"上下级关系成环:{' → '.join(codes)}。"


def unknown_role(word: str, roles: Sequence[str]) -> str:
    """Tell of an unknown role."""
    return f"身份“{word}”无法识别,可填:{'、'.join(roles)}。"


def bad_date(text: str) -> str:
    """Tell of a date that is none."""
    return f"日期“{text}”无法识别,请写成 2026-01-31 的形式,写到日。"


def other_name(code: str, name: str, place: str) -> str:
    """Tell of a person's code with two names."""
    return f"人员编码“{code}”在 {place} 处的姓名是“{name}”,前后不一致。"


def duplicate_post(place: str) -> str:
    """Tell of a post listed twice."""
    return f"与 {place} 所在行是同一任职,重复填写。"


def two_heads(name: str) -> str:
    """Tell of two heads at once."""
    return f"“{name}”同时有两名一把手,请核对。"


def unknown_column(name: str) -> str:
    """Tell of a column that was not read."""
    return f"未识别的列“{name}”,未读取。"


SHEET_ORGANISATIONS = "组织"
SHEET_PEOPLE = "人员任职"
REMARK_AUTHOR = "言路"
COLUMN_REMARKS = {
    "组织编码": "必填。本单位自定的编码,不重复;再次导入时凭它识别同一组织。编码以“示例”开头的行不导入。",
    "名称": "必填。组织全称,例如:示例区教育局。",
    "简称": "可填多个,用分号隔开,便于按口语识别。",
    "上级编码": "上级组织的编码;最上级留空。",
    "人员编码": "建议填写,不重复。不填时以“姓名+组织编码”识别;一人担任多个职务的,务必填写,每个职务一行。",
    "姓名": "必填。",
    "政治面貌": "可不填。",
    "职务": "必填。例如:党组书记、局长。",
    "身份": "必填,从列表中选择。区纪委书记、区委组织部部长等监督下级的职务,请登记在区委名下;在本部门另有职务的,另填一行。",
    "任职日期": "写到日,例如 2026-01-31。可不填。",
    "离任日期": "离任时填写最后在任的一天;未填写即视为在任。名单中不再列出的任职不会自动结束。",
}
"""What a column of the template wants."""
