"""Markdown: headings keep their "#", everything else becomes plain lines; comments and front matter go."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from knowledge.loading import dates
from knowledge.loading.extract import Extract

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---\n(?P<fields>.{0,4000}?\n)?---(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"(?P<key>[A-Za-z_]{1,40})\s*:\s*[\"']?(?P<value>.{1,300}?)[\"']?\s*$", re.MULTILINE)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^>\n]{0,500}>", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\[\]]{0,300}\]\([^()\n]{0,1000}\)")
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\([^()\n]{0,1000}\)")
_HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)


def looks_like_markdown(text: str) -> bool:
    """Whether a text of no telling name is markdown: two or more "#" headings."""
    return len(_HEADING.findall(text[:200_000])) >= 2


def read(text: str) -> Extract:
    """Read clean `text` as CommonMark with tables. Links keep their words, images are left out."""
    from markdown_it import MarkdownIt

    front = _FRONT_MATTER.match(text)
    fields = dict(_FIELD.findall(front["fields"] or "")) if front else {}
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable("table")
    parser.disable(["code", "lheading", "reference", "link", "image", "autolink"])
    lines = _Lines()
    lines.take(parser.parse(text[front.end() :] if front else text))
    return Extract(
        "\n".join(lines.done),
        title=fields.get("title"),
        issuer=fields.get("issuer") or fields.get("author"),
        issued=dates.first(fields.get("date", "")),
        source=fields.get("source") or fields.get("url"),
    )


class _Lines:
    """The lines made so far, one block a line, "" between blocks."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._prefix = ""
        self._numbers: list[int | None] = []
        self._row: list[str] | None = None

    def take(self, tokens: Sequence["Token"]) -> None:
        for token in tokens:
            name = token.type
            if name == "inline":
                self._inline(token)
            elif name in ("fence", "code_block"):
                self._block(token.content)
            elif name == "html_block":
                self._block(_TAG.sub("", token.content))
            elif name == "heading_open":
                self._prefix = "#" * int(token.tag[1]) + " "
            elif name.startswith(("bullet_list", "ordered_list", "list_item")):
                self._list(token)
            elif name in ("tr_open", "tr_close", "table_open"):
                self._table_row(name)

    def _list(self, token: "Token") -> None:
        if token.type == "bullet_list_open":
            self._numbers.append(None)
        elif token.type == "ordered_list_open":
            self._numbers.append(int(token.attrGet("start") or 1))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._numbers.pop()
        elif token.type == "list_item_open":
            number = self._numbers[-1]
            self._prefix = "• " if number is None else f"{number}. "
            if number is not None:
                self._numbers[-1] = number + 1

    def _table_row(self, name: str) -> None:
        if name == "table_open":
            self._block("")
        elif name == "tr_open":
            self._row = []
        elif self._row is not None:
            self.done.append(" | ".join(self._row))
            self._row = None

    def _inline(self, token: "Token") -> None:
        words = "".join(_words(child) for child in token.children or ())
        words = _LINK.sub(
            r"\1", _IMAGE.sub("", words)
        )  # the parser's own rules take quadratic time on "[[[["
        if self._row is not None:
            self._row.append(words.replace("\n", " ").strip())
            return
        self._block(self._prefix + words)
        self._prefix = ""

    def _block(self, words: str) -> None:
        self.done.append("")
        self.done.extend(words.split("\n"))


def _words(token: "Token") -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "html_inline":
        return "\n" if token.content.lower().startswith("<br") else _TAG.sub("", token.content)
    return token.content if token.type in ("text", "code_inline") else ""
