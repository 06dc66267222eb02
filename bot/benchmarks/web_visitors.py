"""Browsers without scripts, as the web benchmark sends them: they read pages and send forms back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

import httpx

from yanlu.errors import EvaluationError
from yanlu.texts import web as texts

_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_BUTTON = re.compile(r'name="choice" value="([^"]*)">([^<]*)<')
_PATIENCE_SECONDS = 90.0


@dataclass
class Visitor:
    """One browser. `page` is what it shows."""

    client: httpx.AsyncClient
    page: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)

    async def opens(self, address: str) -> int:
        """Go to a page; gives the status."""
        return self._read(await self.client.get(address))

    async def sends(self, address: str, **typed: str) -> int:
        """Send the page's form with what is typed, and follow to the next page; gives its status."""
        fields = {name: (None, value) for name, value in {**self.hidden, **typed}.items()}
        return self._read(await self.client.post(address, files=fields))

    async def says(self, text: str) -> int:
        """Type into the chat."""
        return await self.sends("/turn", text=text)

    async def taps(self, label: str) -> int:
        """Press the latest button of that label. Raises EvaluationError when there is none."""
        offered = [unescape(value) for value, words in _BUTTON.findall(self.page) if unescape(words) == label]
        if not offered:
            raise EvaluationError(texts.bench_no_button(label))
        return await self.sends("/turn", choice=offered[-1])

    def _read(self, answer: httpx.Response) -> int:
        self.page = answer.text
        # The last of each name: the composer's, or those of the form at the end of the page.
        self.hidden = {name: unescape(value) for name, value in _HIDDEN.findall(self.page)}
        return answer.status_code


def client_of(address: str) -> httpx.AsyncClient:
    """Give a browser that keeps cookies, follows redirects and is patient."""
    return httpx.AsyncClient(
        base_url=address, timeout=httpx.Timeout(_PATIENCE_SECONDS), trust_env=False, follow_redirects=True
    )
