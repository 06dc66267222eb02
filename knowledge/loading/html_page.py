"""Web pages: the article's text in lines, with what the page's own fields say of it."""

import re
import warnings
from datetime import date
from typing import TYPE_CHECKING

from knowledge.loading import dates
from knowledge.loading.extract import Extract

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PageElement

# fmt: off
_LEFT_OUT = [
    "script", "style", "noscript", "template", "nav", "footer", "aside", "iframe", "object", "embed",
    "svg", "canvas", "audio", "video", "map", "math", "button", "select", "textarea", "input", "option",
    "dialog", "head",
]
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "ul", "ol", "li", "dl", "dt", "dd", "table",
    "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "blockquote", "pre", "form", "fieldset",
    "figure", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "address", "center", "details",
    "summary", "body", "html",
})
# fmt: on
_ARTICLE_MARKS = (
    "UCAP-CONTENT",
    "js_content",
    "TRS_Editor",
    "trs_editor_view",
    "zoom",
    "Zoom",
    "articleBody",
    "article-content",
    "article_content",
    "articleContent",
    "ArticleContent",
    "pages_content",
    "article",
    "main",
)
_MARKS = frozenset(_ARTICLE_MARKS)
_ARTICLE_SHARE = 0.5
_LONGEST_CELL = 200
_LONGEST_TITLE = 300
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CJK = "\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”‘’"
_WRAP = re.compile(rf"(?<=[{_CJK}])[ \t\r\f]*\n\s*(?=[{_CJK}])")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SITE = re.compile(r"\s*(?:_+|[-–—|｜]+(?=[^-–—|｜_]{2,30}$)|\s-\s).{0,60}$")
_XML = re.compile(r"\A\s*<\?xml[^>]*>", re.IGNORECASE)


def read(text: str) -> Extract:
    """Read decoded `text` as HTML, however broken; depth of nesting does not matter."""
    from bs4 import BeautifulSoup
    from bs4.element import PreformattedString

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # Beautiful Soup warns of text that resembles a path or XML: it is only text
        soup = BeautifulSoup(_XML.sub("", text, count=1), "lxml")
    fields = _fields(soup)
    title = _title(soup, fields)
    address = _address(soup, fields)
    for element in soup.find_all(_LEFT_OUT):
        element.extract()
    for unseen in soup.find_all(string=lambda words: isinstance(words, PreformattedString)):
        unseen.extract()  # comments, the document type
    for element in soup.find_all(_is_hidden):
        element.extract()
    for table in soup.find_all("table"):
        _write_rows(table)
    whole = _text(soup)
    article = _article(soup)
    return Extract(
        _text(article) if article else whole,
        title=title,
        issuer=fields.get("contentsource") or fields.get("source"),
        issued=_issued(fields),
        source=address,
        context=whole if article else "",
    )


def _fields(soup: "BeautifulSoup") -> dict[str, str]:
    """Give back the page's meta fields by lower-case name.

    Chinese government sites must give ArticleTitle, PubDate and ContentSource (《政府网站发展指引》).
    """
    fields: dict[str, str] = {}
    for meta in soup.find_all("meta"):
        name = meta.get("name") or meta.get("property")
        content = meta.get("content")
        if isinstance(name, str) and isinstance(content, str) and content.strip():
            fields.setdefault(name.lower(), _SPACES.sub(" ", content).strip())
    return fields


def _title(soup: "BeautifulSoup", fields: dict[str, str]) -> str | None:
    if "articletitle" in fields:
        return fields["articletitle"]
    headings = [
        words for heading in soup.find_all("h1") if (words := _SPACES.sub(" ", heading.get_text()).strip())
    ]
    if len(headings) == 1:
        return headings[0]
    if "og:title" in fields:
        return fields["og:title"]
    words = _SPACES.sub(" ", soup.title.get_text()).strip()[:_LONGEST_TITLE] if soup.title else ""
    return _SITE.sub("", words) or words or None


def _issued(fields: dict[str, str]) -> date | None:
    names = ("pubdate", "publishdate", "article:published_time", "og:release_date", "date")
    return next((day for name in names if (day := dates.first(fields.get(name, "")))), None)


def _address(soup: "BeautifulSoup", fields: dict[str, str]) -> str | None:
    link = soup.find("link", rel="canonical")
    href = link.get("href") if link else None
    address = href if isinstance(href, str) else fields.get("og:url") or fields.get("url") or ""
    return address if address.startswith(("http://", "https://")) else None


def _is_hidden(tag: "Tag") -> bool:
    return tag.has_attr("hidden") or bool(_HIDDEN.search(str(tag.get("style", ""))))


def _article(soup: "BeautifulSoup") -> "Tag | None":
    """Give back the element named as the article's, where it is the only one and holds most of the words.

    Names are ids, classes, roles and elements that Chinese publishing systems and HTML itself use.
    """
    found: dict[str, list[Tag]] = {}
    for tag in soup.find_all(name=True):
        for name in _marks(tag) & _MARKS:
            found.setdefault(name, []).append(tag)
    whole = len(soup.get_text(strip=True))
    for name in _ARTICLE_MARKS:
        tags = found.get(name, [])
        if len(tags) == 1 and len(tags[0].get_text(strip=True)) >= _ARTICLE_SHARE * whole:
            return tags[0]
    return None


def _marks(tag: "Tag") -> set[str]:
    marks = {tag.name}
    for attribute in ("id", "class", "itemprop", "role") if tag.attrs else ():
        value = tag.attrs.get(attribute)
        marks.update([value] if isinstance(value, str) else value or ())
    return marks


def _write_rows(table: "Tag") -> None:
    """Write a table of data as lines "甲 | 乙"; a table that only lays out the page is left as it is."""
    if table.find("table"):
        return
    rows = [row.find_all(["td", "th"]) for row in table.find_all("tr")]
    written = [[_SPACES.sub(" ", cell.get_text(" ")).strip() for cell in row] for row in rows]
    if max(map(len, written), default=0) < 2 or any(
        len(cell) > _LONGEST_CELL for row in written for cell in row
    ):
        return
    lines = [" | ".join(cell for cell in row if cell) for row in written]
    table.name = "pre"
    table.string = "\n".join(line for line in lines if line)


def _text(root: "Tag") -> str:
    """Give back the words under `root`, a block a line; without recursion, so that no nesting is too deep."""
    parts: list[str] = []
    counts: dict[int, int] = {}
    waiting: list[PageElement | str] = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element, str):
            parts.append(_words(element))
            continue
        name = getattr(element, "name", None)
        if name in _BLOCKS:
            parts.append("\n\n")
            waiting.append(_End("\n\n"))
        if name == "br":
            parts.append("\n")
        parts.append(_sign(element, name, counts))
        waiting.extend(reversed(list(getattr(element, "children", ()))))
    return "".join(parts)


class _End(str):
    """What closes a block, as it stands."""

    __slots__ = ()


def _words(text: str) -> str:
    if isinstance(text, _End):
        return text
    parent = getattr(text, "parent", None)
    if parent is not None and parent.name == "pre":
        return str(text)
    return _SPACES.sub(" ", _WRAP.sub("", text))


def _sign(element: "PageElement", name: str | None, counts: dict[int, int]) -> str:
    """Give back what stands before a heading ("#") or an item (a bullet, a number counted in `counts`)."""
    if name and len(name) == 2 and name[0] == "h" and name[1] in "123456":
        return "#" * int(name[1]) + " "
    if name != "li":
        return ""
    parent = element.parent
    if parent is None or parent.name != "ol":
        return "• "
    counts[id(parent)] = counts.get(id(parent), 0) + 1
    return f"{counts[id(parent)]}. "
