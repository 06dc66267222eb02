"""Sentences about evaluation files."""

EVALUATION_UNREADABLE = "评测文件“{name}”无法读取:须为 UTF-8 的 JSON 行文件。"
EVALUATION_LINE = "评测文件“{name}”第{number}行不符合格式。请对照说明修改后重试,未保存任何结果。"
