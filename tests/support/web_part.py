"""What a script gets of a page: the fragments of a part, read as `chat.js` reads them."""

from dataclasses import dataclass, field

import httpx
from lxml import html

from bot.channels.web.streaming import HEADER, MARK, PART

ASKING = {HEADER: PART}


@dataclass
class Part:
    """One whole part. `state` is what its end says, empty when it was cut off."""

    answer: httpx.Response
    fragments: list[html.HtmlElement] = field(init=False)

    def __post_init__(self) -> None:
        self.fragments = fragments_of(self.answer.content)

    @property
    def messages(self) -> list[tuple[str, str, str]]:
        """(id, author, text) of each message; a text without its end has "…" after it."""
        return said(self.fragments)

    @property
    def life(self) -> str:
        """The transcript that the messages belong to, as told before them or at the end."""
        return next((each.get("data-life") for each in self.fragments if each.get("data-life")), "")

    @property
    def state(self) -> dict[str, str]:
        last = self.fragments[-1] if self.fragments else None
        if last is None or last.get("data-end") is None:
            return {}
        return {name.removeprefix("data-"): value for name, value in last.attrib.items()}

    @property
    def alert(self) -> str:
        return self.fragments[-1].text_content().strip()

    @property
    def choices(self) -> list[str]:
        return [each.text_content() for part in self.fragments for each in part.iter("button")]

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the next form."""
        return {name: self.state[name] for name in ("form", "once", "life")}


def fragments_of(content: bytes) -> list[html.HtmlElement]:
    """The fragments that are whole."""
    whole = content.split(MARK)[:-1]
    return [html.fragment_fromstring(each.decode()) for each in whole]


def said(fragments: list[html.HtmlElement]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for each in fragments:
        if each.tag == "li":
            found.append((each.get("id"), each.get("class"), "…"))
        elif each.tag != "template":
            id_, author, text = found[-1]
            lines = [part.text_content() for part in each.xpath("self::p | .//p")]
            found[-1] = (id_, author, "\n".join([*filter(None, [text[:-1]]), *lines]) + "…")
        elif each.get("data-closed") is not None:
            id_, author, text = found[-1]
            found[-1] = (id_, author, text[:-1])
    return found
