"""Sentences of the console's pages on documents, questions and feedback."""

SAID = {
    "retired": "已设为停用。",
    "answered": "答复已确认。今后问到相同的问题,会给出这一答复和所依据的条款。",
    "dropped": "问题已删除。",
}

TITLE = "文件与问答"
NAV = "文件与问答的各页"
DOCUMENTS = "文件"
QUESTIONS = "待答问题"
FEEDBACK = "读者评价"
NAME = "文件名称"
VERSION = "版本"
ISSUED = "发布日期"
EFFECTIVE = "施行日期"
TAKEN = "收录日期"
STATE = "状态"
IN_FORCE = "有效"
RETIRED = "停用,自"
RETIRE = "停用"
RETIRE_ON = "停用日期"
NO_DOCUMENTS = "还没有收录文件。目前以内置的要点整理(非原文)作答。"
UPLOAD_TITLE = "收录文件"
UPLOAD_INTRO = "支持 txt、md、html、pdf、docx,不超过 20 MB。先预览、后收录;文件有误则整份不收录。"
FILE = "文件"
LOOK = "预览"
NO_FILE = "没有选择文件。"
BAD_DAY = "日期不能识别,请写成 2026-01-31 的形式。"
BAD_TITLE = "文件名称不能为空,也不能超过 200 字。"
LOOK_AGAIN = "等待收录的是下面这份文件,与上一页预览的不是同一次。没有收录任何内容,请核对后再确认。"
LAPSED = "预览过的文件已过保留期(三十分钟)。没有收录任何内容,请重新选择文件。"

PREVIEW = "收录预览"
FIELD_TITLE = "文件名称"
ISSUER = "发布机关"
DATE_HINT = "例如 2021-09-24;文件没有写明的留空。"
SAME_EDITION = "名称与已有文件相同的,作为新版本收录;按施行日期排列,较早的版本自动停用。"
CUT = "切分结果"
ALIGNED = "与措施的对应"
NOTHING_ALIGNED = "没有与各项措施相对应的段落。仍可收录,问答时按段落检索。"
MEASURE = "措施"
PASSAGES = "段落数"
LABEL = "编号"
TEXT = "内容"
TAKE = "确认收录"
OTHER = "另选文件"


def same(title: str, version: int) -> str:
    """Say that the very file is there already."""
    return f"这份文件已经收录(《{title}》第 {version} 版),再次收录不产生变化。"


def cut_into(passages: int, length: int, shown: int) -> str:
    """Say how a text was cut."""
    more = f",以下显示前 {shown} 段" if passages > shown else ""
    return f"全文 {length} 字,切分为 {passages} 段{more}。"


ASKED = "提问日期"
QUESTION = "问题"
WAITING = "待答复"
ANSWERED = "已答复"
NOTE = "补充说明"
ANSWER = "答复"
NO_WAITING = "没有待答复的问题。"
NO_ANSWERED = "还没有答复过的问题。"
NO_QUESTION = "没有这个问题。"
NO_QUESTION_NEXT = "可能已被删除,请返回列表查看。"
NO_ASKER = "系统不保存提问人。"
NEAREST = "最接近的条款"
NOTHING_NEAR = "没有找到相近的条款,请换一种问法查找。"
SEARCH = "查找条款"
FIND = "查找"
CLAUSE = "依据条款"
CHOOSE = "请选择"
CHOOSE_CLAUSE = "请选择答复所依据的条款。没有条款可依据的,不宜答复。"
ANSWER_HINT = "只写原文规定的内容,不作定性量纪。"
CONFIRM = "确认答复"
DROP = "删除问题"
READ = "看原文"


def bad_answer(most: int) -> str:
    """Say what an answer must be."""
    return f"答复不能为空,也不能超过 {most} 字。"


HELPFUL = "有帮助"
UNHELPFUL = "没帮助"
NO_CLAUSE = "没有引用条款的答复"
NO_FEEDBACK = "还没有评价。"
FEEDBACK_INTRO = "评价不记名,只按条款计数。"
