"""Somebody at the console in a browser without scripts: follows links, fills in forms, presses buttons."""

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
from lxml import html


@dataclass
class ConsoleView:
    """One page of the console, read as a browser would."""

    answer: httpx.Response
    tree: html.HtmlElement = field(init=False)

    def __post_init__(self) -> None:
        self.tree = html.document_fromstring(self.answer.text or "<html></html>")

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return urlsplit(str(self.answer.url)).path

    @property
    def text(self) -> str:
        """What is to be read on the page, blanks made one."""
        found = self.tree.xpath("//main")
        return " ".join((found[0] if found else self.tree).text_content().split())

    @property
    def alert(self) -> str:
        return "".join(each.text_content() for each in self.tree.xpath("//*[@role='alert']")).strip()

    @property
    def said(self) -> str:
        return "".join(each.text_content() for each in self.tree.xpath("//p[@class='said']")).strip()

    @property
    def areas(self) -> list[str]:
        """The addresses of the navigation."""
        return self.tree.xpath("//nav[@class='areas']//a/@href")

    @property
    def rows(self) -> list[list[str]]:
        """The cells of all tables' bodies, row by row."""
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("./td|./th")]
            for row in self.tree.xpath("//tbody/tr")
        ]

    @property
    def links(self) -> list[str]:
        return self.tree.xpath("//main//a/@href")

    def form(self, action: str) -> html.FormElement:
        """The form that leads to an address."""
        found = [each for each in self.tree.forms if urlsplit(each.get("action", "")).path == action]
        actions = [each.get("action") for each in self.tree.forms]
        assert found, f"no form leads to {action}; there are {actions}: {self.text[:200]}"
        return found[0]

    def fields(self, action: str) -> dict[str, str]:
        """What a form holds before anything is typed."""
        return {name: value or "" for name, value in self.form(action).form_values()}


@dataclass
class ConsoleUser:
    """A browser at the console; `view` is the page it shows."""

    client: httpx.AsyncClient
    view: ConsoleView = None  # type: ignore[assignment]  # until the first page

    async def opens(self, address: str) -> ConsoleView:
        """Type an address, or follow a link."""
        answer = await self.client.get(address, follow_redirects=True)
        self.view = ConsoleView(answer)
        return self.view

    async def downloads(self, address: str) -> httpx.Response:
        """Take a file; the page stays."""
        return await self.client.get(address, follow_redirects=True)

    async def submits(
        self,
        action: str,
        *,
        file: tuple[str, bytes] | None = None,
        changed: dict[str, str] | None = None,
        **typed: str,
    ) -> ConsoleView:
        """Fill in the form of the page that leads to `action`, and send it. `changed` forges hidden fields."""
        fields = {**self.view.fields(action), **typed, **(changed or {})}
        return await self.posts(action, fields, file=file)

    async def posts(
        self, action: str, fields: dict[str, str], *, file: tuple[str, bytes] | None = None, **headers: str
    ) -> ConsoleView:
        """Send a form as it stands, whatever page is shown."""
        files = {"file": file} if file else None
        address = urljoin(str(self.client.base_url), action)
        answer = await self.client.post(
            address, data=fields, files=files, headers=headers, follow_redirects=True
        )
        self.view = ConsoleView(answer)
        return self.view
