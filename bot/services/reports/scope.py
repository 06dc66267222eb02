"""What reports are not for, told by their words: a hint with where to go, never a refusal. Pure, and data.

The bounds follow the usual ones of petitions and accusations: what courts, arbitration, administrative review or
other bodies decide is theirs (信访工作条例, 2022), unless misconduct of a person is told with it.
"""

import re
from collections.abc import Collection
from typing import Literal

from knowledge.reports import load_report_kinds

Elsewhere = Literal["lawsuit", "arbitration", "review", "police", "wages", "market", "services", "thin"]
"""Where a matter belongs: courts, arbitration, administrative review, police, labour, market, services; or nowhere yet."""
LEAST_WORDS = 12
"""Characters below which a course says too little to be looked into."""

_SIGNS: tuple[tuple[Elsewhere, re.Pattern[str]], ...] = (
    ("arbitration", re.compile("仲裁")),
    ("review", re.compile("行政复议|处罚决定|行政处罚|复议机关")),
    ("lawsuit", re.compile("判决|裁定|起诉|上诉|再审|打官司|强制执行|开庭|法院.{0,6}不公")),
    ("police", re.compile("被骗|诈骗|被打|殴打|被盗|盗窃|失踪|报警|立案侦查")),
    ("wages", re.compile("欠薪|拖欠.{0,4}工资|讨薪|工伤认定|社保.{0,4}(断缴|补缴)|公积金.{0,4}补缴")),
    ("market", re.compile("退款|退货|假货|商家|消费纠纷|产品质量|预付卡")),
    (
        "services",
        re.compile("物业|噪音|噪声|停水|停电|漏水|路灯|井盖|占道|垃圾清运|办证|落户|学区|补偿款.{0,4}少"),
    ),
)
_MISCONDUCT = re.compile(
    "收钱|受贿|行贿|贪污|挪用|公款|私分|索要|红包|礼金|回扣|利益输送|徇私|包庇|保护伞|打招呼|插手|干预|"
    "上会|一言堂|一个人说了算|招标|围标|串标|任人唯亲|买官|卖官|超标|吃请|宴请|吃拿卡要|刁难|推诿|不作为|乱作为|"
    "弄虚作假|瞒报|截留|克扣|冒领|优亲厚友|作风|失职|渎职|滥用职权|打击报复|违纪|违规|以权谋私|亲属|小金库"
)
_FABRICATION = re.compile(
    r"^(请|麻烦|你|您|能不能|可以)*(帮我|替我|给我|代我|帮忙|教我)*(怎么|如何)?"
    r"(捏造|编造|虚构|伪造|杜撰|编)(一|几|点|些|个|条|封|份|两|三)*.{0,12}"
    r"(问题|罪名|材料|举报|事实|证据|线索|信|事)"
    r"|^(请|麻烦|你|您)*(帮我|替我|给我|代我)(写|编|造|凑|弄).{0,20}(举报|告状|检举|控告).{0,20}"
    r"(查不查|真不真|真假|无所谓|不重要|弄下去|整垮|搞下去|搞臭)"
)


def elsewhere(course: str, tags: Collection[str] = ()) -> Elsewhere | None:
    """Where a matter rather belongs; None when it may be looked into here. Misconduct told with it keeps it here."""
    outside = {each.code for each in load_report_kinds().tags if each.outside}
    if _MISCONDUCT.search(course):
        return None
    for where, sign in _SIGNS:
        if sign.search(course):
            return where
    if outside & set(tags):
        return "services"
    return "thin" if len("".join(course.split())) < LEAST_WORDS else None


def fabrication(text: str) -> bool:
    """Whether a text asks for a report to be made up. One that tells of somebody else's fabrication does not."""
    return _FABRICATION.search(text.strip()) is not None


_BARE = re.compile(
    "(我|想|要|请|帮我|需要|来|准备|打算|进行|匿名|实名|在线|怎么|如何|向你|向您)*"
    "(举报|反映|检举|控告|投诉|写信)(一下|一个|个|些|点|问题|情况|线索|事情|领导|人)*"
)
_ASKING = re.compile("吗[?？。]?$|[?？]$|怎么|如何|会不会|能不能|是否|可不可以")


def tells_something(text: str) -> bool:
    """Whether a sentence that begins a report tells of the matter, rather than only of the wish to report."""
    plain = re.sub(r"[\s,,。.!!、]+", "", text)
    return bool(plain) and not _BARE.fullmatch(plain) and not _ASKING.search(plain)
