"""Details people ask for (how often, how many, until when, how much, which punishment) and whether a text has them."""

import re
from typing import Final

from knowledge.catalogue import Detail, Measure

_NUMBER = r"[0-9一二两三四五六七八九十百半几]"

_ASKED: Final[dict[Detail, re.Pattern[str]]] = {
    "punishment": re.compile(
        r"处分|撤职|免职|开除|判刑|判几年|坐牢|罚款|罚多少|扣多少|扣分|处罚|降级|记过|严重警告|追责到什么程度"
    ),
    "ratio": re.compile(r"比例|百分之|百分比|[0-9]+ ?%|几成|多大比重|占多少"),
    "deadline": re.compile(
        rf"(多少|{_NUMBER}+)个?(工作日|天|日|周|星期|个月|小时)(之?内|以内)|多少天|几天|期限|时限|最晚|截止|多长时间内|几日内"
    ),
    "amount": re.compile(rf"多少钱|金额|数额|几万|多少元|{_NUMBER}+ ?(万元|万|元)以上"),
    "frequency": re.compile(
        rf"几次|几回|几遍|多少次|多少回|多久|多长时间|频次|频率|次数|隔多|{_NUMBER}+(次|回|遍)|每(个)?(季度|月|周|半年)|"
        r"一年.{0,4}(次|回)|准数|具体数"
    ),
    "count": re.compile(r"(几|多少)(个人|人|家|名|位|份)|多少个"),
}

_HELD: Final[dict[Detail, re.Pattern[str]]] = {
    "punishment": re.compile(r"处分|撤职|免职|开除|罚款"),
    "ratio": re.compile(r"[0-9]+ ?%|百分之|[一二三四五六七八九]成"),
    "deadline": re.compile(rf"{_NUMBER}+个?(工作日|天|日|周|月|小时)(之?内|以内)?"),
    "amount": re.compile(rf"{_NUMBER}+(万元|元)"),
    "frequency": re.compile(rf"每年|每季|每月|每半年|{_NUMBER}+次"),
    "count": re.compile(rf"{_NUMBER}+(人|名|家)"),
}

_FIGURE = re.compile(
    rf"[0-9]+ ?%|百分之{_NUMBER}+|{_NUMBER}+(?:次|回|天|日|个月|个工作日|万元|万|元|周|小时)"
)
_AFFIRMED = re.compile(r"对吧|是吧|对不对|是不是|没错吧|是吗|对吗|吗$|吧$|听说|必须|规定是")


def asked_details(question: str) -> tuple[Detail, ...]:
    """The details a question asks for, weightiest first; empty when it asks for none."""
    return tuple(kind for kind, pattern in _ASKED.items() if pattern.search(question))


def missing_detail(question: str, measure: Measure, wording: str) -> tuple[Detail, str] | None:
    """The first detail asked for that neither the measure nor its wording gives, and the words it has instead.

    The words are "" where the text has nothing in their place. None when nothing is missing.
    """
    details = asked_details(question)
    for kind in details:
        silence = next((item for item in measure.silences if kind in item.asks), None)
        held = bool(_HELD[kind].search(wording))
        about = silence is not None and any(
            silence.of[i : i + 2] in question for i in range(len(silence.of) - 1)
        )
        if held and not about and not _invented(question, wording):
            continue
        return kind, silence.words if silence is not None else ""
    return None


def _invented(question: str, wording: str) -> bool:
    """Whether the question puts a figure forward that the wording does not have."""
    figures = [found.group() for found in _FIGURE.finditer(question) if "几" not in found.group()]
    return bool(_AFFIRMED.search(question)) and any(figure not in wording for figure in figures)
