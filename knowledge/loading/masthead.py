"""Finds where the article of a page begins and ends, and what stands around it: title, date, source.

Input are lines without margins. What is cut is page furniture and what goes to the fields; every other line
stays, in order.
"""

import re
from dataclasses import dataclass
from datetime import date

from knowledge.loading import dates, furniture, marks
from knowledge.loading.dates import DATE

_SEPARATOR = r"\s*[|｜丨:：]\s*"
_TIME = r"\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_DATE_LABEL = rf"(?:(?:发布|发文|发表|更新|成文|印发|生成|公开)(?:时间|日期){_SEPARATOR})"
_SOURCE_LABEL = r"(?:(?:信息|稿件|文章|新闻)?来源|稿源)"
_LABELS = "作者|记者|编辑|责编|责任编辑|浏览|阅读|点击|访问|字体|字号|打印|分享|发布|更新|稿件|文章|星期"
_LABELLED = rf"(?:{_SOURCE_LABEL}|{_LABELS})"
_DATELINE = re.compile(
    rf"[(（【\[]?\s*(?:{_DATE_LABEL}?(?P<day>{DATE})(?P<time>{_TIME})?(?:\s*星期.)?|{_DATE_LABEL}"
    rf"|(?={_SOURCE_LABEL}{_SEPARATOR}))"
    rf"\s*[)）】\]]?(?P<rest>(?:[\s|｜·]*{_LABELLED}[^。]{{0,120}}|(?(time)[\s|｜·]+[^。]{{1,30}}|(?!))|)?)"
)
_PAGE_FIELD = re.compile(
    r"(?:索\s?引\s?号|主题(?:分类|词)|发文(?:机关|机构|单位)|发布机构|发文字号|文\s*号|文件编号|公开(?:方式|范围|类别)|有\s?效\s?性|信息分类|服务对象|体裁分类)\s*[:：].{0,80}"
)
_ISSUER_FIELD = re.compile(r"(?:发文(?:机关|机构|单位)|发布机构)\s*[:：]\s*(?P<name>\S{2,40})")
_SOURCE = re.compile(
    rf"{_SOURCE_LABEL}{_SEPARATOR}(?P<name>[^\s|｜丨\]】)）][^\s|｜丨\]】)）]{{0,39}}(?:\s(?!作者|编辑|记者|浏览|字|责|打印|点击|阅读|发布|时间|20)[^\s|｜:：]{{2,20}}(?![:：]))?)"
)
_ADDRESS = re.compile(
    rf"(?:原文|文章|来源|本文|网页)?(?:链接|网址|地址){_SEPARATOR}(?P<url>https?://[^\s)）\]】<>\"']{{4,500}})"
)
_ORIGINAL_TITLE = re.compile(rf"原标题{_SEPARATOR}[《“\"]?(?P<title>.{{4,100}}?)[》”\"]?$")
_PLATFORM = re.compile(r"公众号|[\u4e00-\u9fff]号(?:$|[·・])|客户端|百家号|头条|网络|搜狐|新浪|腾讯|网易")
_KICKER = re.compile(r"[\u4e00-\u9fff]{2,4}\s*[|｜丨]\s*(?=\S{6})")
_GOES_ON = re.compile(r"(?:关于|印发|的|、|和|及|转发)$")
_CONTINUES = re.compile(r"(?:关于|印发|转发|的)")
_DOCUMENT_NUMBER = re.compile(r"[〔\[［(（](?:19|20)\d{2}[〕\]］)）].{0,4}\d+\s*号|第\s*\d+\s*号|令$")
_LETTERHEAD = re.compile(rf"{_DOCUMENT_NUMBER.pattern}|文件$")
_LONGEST_TITLE = 80
_LONGEST_DATELINE = 300
_HEAD = 60
_MENU = 20


@dataclass(frozen=True, slots=True)
class Page:
    """An article as it stands on its page: its lines ("" between blocks) and what the page says of it."""

    lines: tuple[str, ...]
    title: str | None = None
    issuer: str | None = None
    issued: date | None = None
    source: str | None = None
    address: str | None = None


def read_page(text: str) -> Page:
    """Cut page furniture off `text` (clean lines); read title, date, issuer, source and address around it."""
    lines = text.split("\n")
    start = _body_start(lines)
    stop = _body_stop(lines, start)
    head, tail = lines[:start], lines[stop:]
    title, kept_head = _read_head(head)
    edges = [line for line in (*head, *tail) if line]
    body = [line for line in lines[start:stop] if not furniture.is_never_text(line)]
    kept = _squeeze([*kept_head, "", *body, "", *_keep_tail(tail)])
    return Page(
        lines=tuple(kept),
        title=title or _original_title(tail),
        issuer=_issuer(edges),
        issued=_issued(head, tail),
        source=source_of(edges),
        address=next((match["url"] for line in edges if (match := _ADDRESS.search(line))), None),
    )


def source_of(lines: list[str]) -> str | None:
    """Give back the last named source that is no platform; else the first one named."""
    names = [match["name"].strip("《》“”") for line in lines if (match := _SOURCE.search(line[:200]))]
    first_hand = [name for name in names if name and not _PLATFORM.search(name)]
    return first_hand[-1] if first_hand else next(iter(names), None)


def dateline_of(lines: list[str]) -> date | None:
    """Give back the date of the first line that is there to give one."""
    for line in lines:
        match = _dateline(line)
        if match and (match["day"] or dates.first(match["rest"])):
            return dates.parse(match["day"]) if match["day"] else dates.first(match["rest"])
    return None


def without_kicker(title: str) -> str:
    """Give back a headline without the word that news sites set before it (最新 | …)."""
    return _KICKER.sub("", title, count=1) if _KICKER.match(title) else title


def is_title(line: str) -> bool:
    """Whether `line` may be a document's title: short, no sentence, no mark of structure."""
    bare = line.lstrip("# ")
    if not 2 <= len(bare) <= _LONGEST_TITLE or bare[-1] in "；;，,：:、" or "。" in bare:
        return False
    return not _is_structural(bare) and not _is_about(bare) and " | " not in _KICKER.sub("", bare)


def _is_about(line: str) -> bool:
    """Whether `line` says something of the article (date, source, number fields) and is no part of it."""
    if line[-1:] in "。；;":
        return False
    return bool(_dateline(line) or _PAGE_FIELD.fullmatch(line) or _ADDRESS.fullmatch(line))


def _dateline(line: str) -> re.Match[str] | None:
    return _DATELINE.fullmatch(" ".join(line.split())) if len(line) <= _LONGEST_DATELINE else None


def _is_structural(line: str) -> bool:
    return bool(
        marks.division(line)
        or marks.article(line)
        or marks.part(line)
        or marks.outline(line)
        or marks.speaker(line)
    )


def _body_start(lines: list[str]) -> int:
    """Give back the index of the first line of the article itself, below title and dateline."""
    start = title_seen = 0
    seen = 0
    for index, line in enumerate(lines):
        if not line:
            continue
        seen += 1
        if seen > _HEAD:
            break
        if furniture.is_edge(line) or _is_about(line):
            start = index + 1
        elif _opens_body(line) and not _dateline_follows(lines, index):
            break
        elif not title_seen and is_title(line):
            title_seen = start = index + 1
    return start


def _opens_body(line: str) -> bool:
    if marks.heading(line):
        return False
    long = len(line) >= 40 and any(sign in line for sign in "，,。")
    return long or line[-1] in "。；;：:" or _is_structural(line)


def _dateline_follows(lines: list[str], index: int) -> bool:
    """Whether a headline that looks like a sentence is shown to be one by the dateline right below."""
    if len(lines[index]) > _LONGEST_TITLE or _is_structural(lines[index]):
        return False
    following = [line for line in lines[index + 1 : index + 5] if line][:1]
    return any(_dateline(line) for line in following)


def _body_stop(lines: list[str], start: int) -> int:
    """Give back the index after the last line of the article, before signatures and page furniture."""
    closing = next(
        (index for index in range(start, len(lines)) if lines[index] and furniture.closes(lines[index])),
        len(lines),
    )
    if any(_ends_body(line) for line in lines[closing + 1 :] if line):
        closing = len(lines)
    for index in range(closing - 1, start - 1, -1):
        if lines[index] and _ends_body(lines[index]):
            return index + 1
    return start


def _ends_body(line: str) -> bool:
    if furniture.is_edge(line) or _is_about(line):
        return False
    return len(line) >= 40 or line[-1] in "。；;！!？?”…" or _is_structural(line)


def _keep_tail(tail: list[str]) -> list[str]:
    """Give back what below the last sentence is still the article's: signature, date, annexes.

    That is all up to the first line of furniture.
    """
    first = next(
        (
            index
            for index, line in enumerate(tail)
            if line and (furniture.is_edge(line) or _SOURCE.match(line) or _ADDRESS.fullmatch(line))
        ),
        len(tail),
    )
    if any(line and furniture.is_never_text(line) for line in tail[first:]):
        while first and (not tail[first - 1] or furniture.is_site_owner(tail[first - 1])):
            first -= 1
    return tail[:first]


def _read_head(head: list[str]) -> tuple[str | None, list[str]]:
    """Give back the title and the lines of the head that are the article's: a subtitle, a document number."""
    page = any(line and furniture.is_edge(line) for line in head)
    rest = [line for line in head if line and not furniture.is_edge(line) and not _is_about(line)]
    candidates = [index for index, line in enumerate(rest) if is_title(line)]
    if not candidates:
        return None, rest
    chosen = _choose(rest, candidates, page=page)
    title = rest[chosen].lstrip("# ")
    before, after = rest[:chosen], rest[chosen + 1 :]
    if before and len(before[-1]) <= _MENU + 5 and is_title(before[-1]) and _belong(before[-1], title):
        title = before.pop().lstrip("# ") + title
    elif after and is_title(after[0]) and _belong(title, after[0]):
        title += after.pop(0).lstrip("# ")
    if page:
        before = [line for line in before if len(line) > _MENU or _DOCUMENT_NUMBER.search(line)]
    return without_kicker(title), before + after


def _choose(rest: list[str], candidates: list[int], *, page: bool) -> int:
    marked = [index for index in candidates if rest[index].startswith("# ")]
    if marked:
        return marked[0]
    names = [index for index in candidates if not _LETTERHEAD.search(rest[index])] or candidates
    return max(names, key=lambda index: len(rest[index])) if page else names[0]


def _belong(first: str, second: str) -> bool:
    return bool(_GOES_ON.search(first) or _CONTINUES.match(second.lstrip("# ")))


def _original_title(tail: list[str]) -> str | None:
    match = next((match for line in tail if (match := _ORIGINAL_TITLE.match(line))), None)
    return without_kicker(match["title"]) if match else None


def _issuer(lines: list[str]) -> str | None:
    match = next((match for line in lines if (match := _ISSUER_FIELD.match(line))), None)
    return match["name"] if match else None


def _issued(head: list[str], tail: list[str]) -> date | None:
    return dateline_of([line for line in head if line]) or dateline_of([line for line in tail if line])


def _squeeze(lines: list[str]) -> list[str]:
    """One blank line between blocks, none at the ends."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept
