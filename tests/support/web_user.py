"""A person in a browser without scripts: reads the page, fills in its form, presses its buttons."""

from dataclasses import dataclass, field
from pathlib import Path

import httpx
from lxml import html


@dataclass
class Page:
    """One answer of the server, read as a browser would."""

    answer: httpx.Response
    tree: html.HtmlElement = field(init=False)

    def __post_init__(self) -> None:
        self.tree = html.document_fromstring(self.answer.text)

    @property
    def messages(self) -> list[tuple[str, str]]:
        """(author, text) of each message."""
        lines = self.tree.xpath("//ol[@id='messages']/li")
        return [(line.get("class"), _said(line)) for line in lines]

    @property
    def numbers(self) -> list[int]:
        return [int(line.get("id")[1:]) for line in self.tree.xpath("//ol[@id='messages']/li")]

    @property
    def life(self) -> str:
        return self.tree.get_element_by_id("messages").get("data-life")

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the composer."""
        return {
            each.get("name"): each.get("value")
            for each in self.tree.xpath("//form[@id='composer']//input[@type='hidden']")
        }

    @property
    def choices(self) -> list[list[str]]:
        """The labels of the choices, by row."""
        rows = self.tree.xpath("//div[@class='choices']//div[@class='row']")
        return [[button.text_content() for button in row.xpath("./button")] for row in rows]

    @property
    def composer(self) -> str:
        return self.tree.get_element_by_id("say").text_content()

    @property
    def alert(self) -> str:
        return self.tree.get_element_by_id("alert").text_content().strip()

    @property
    def downloads(self) -> list[str]:
        return self.tree.xpath("//p[@class='file']/a/@href")

    def button(self, label: str) -> dict[str, str]:
        """The field that a button adds to its form."""
        found = [each for each in self.tree.iter("button") if each.text_content().strip() == label]
        assert found, (
            f"no button {label!r} among {[each.text_content() for each in self.tree.iter('button')]}"
        )
        return {found[-1].get("name"): found[-1].get("value")}


class WebUser:
    """Implements `tests.support.user.User` over HTTP, without a script."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page: Page | None = None
        self._life = ""
        self._since = 0

    async def opens(self) -> Page:
        self.page = Page(await self.client.get("/"))
        return self.page

    async def says(self, text: str) -> None:
        await self._submits({"text": text})

    async def taps(self, label: str) -> None:
        await self._submits((await self._here()).button(label))

    async def sends(self, path: Path) -> None:
        await self._submits({"text": ""}, {"file": (path.name, path.read_bytes())})  # noqa: ASYNC240 - a small file of the test

    async def sees(self, text: str) -> str:
        said = "\n".join(self._news())
        assert text in said, f"{text!r} is not in:\n{said}"
        return next((each for each in self._news() if text in each), said)

    async def does_not_see(self, text: str) -> None:
        said = "\n".join(self._news())
        assert text not in said, f"{text!r} is in:\n{said}"

    async def posts(self, address: str, fields: dict[str, str], files=None) -> Page:
        """Send a form as it stands."""
        self.page = Page(await self.client.post(address, data=fields, files=files or _no_file()))
        return self.page

    @property
    def offered(self) -> list[str]:
        assert self.page is not None
        return [label for row in self.page.choices for label in row]

    async def _here(self) -> Page:
        return self.page or await self.opens()

    async def _submits(self, fields: dict[str, str], files=None) -> None:
        page = await self._here()
        self._life = page.life
        self._since = max(page.numbers, default=0)
        await self.posts("/turn", {**page.hidden, "text": page.composer, **fields}, files)

    def _news(self) -> list[str]:
        """What the assistant has said since the last action, with its file names and choices."""
        page = self.page
        assert page is not None
        since = self._since if page.life == self._life else 0
        lines = zip(page.numbers, page.messages, strict=True)
        said = [text for number, (author, text) in lines if number > since and author != "user"]
        return [*said, "  ".join(self.offered), page.alert]


def _said(line: html.HtmlElement) -> str:
    parts = line.xpath(".//p")
    return "\n".join(part.text_content() for part in parts)


def _no_file():
    """What a browser sends for a file input that was left empty."""
    return {"file": ("", b"")}
