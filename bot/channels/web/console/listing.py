"""Lists, a page at a time: what is not shown is not fetched."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from bot.channels.web.console.frame import Call

ROWS = 25
_MOST_PAGES = 100_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """A page of a list. `page` counts from 1; `query` is what the address asks beside the page."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int
    query: str = ""

    def address(self, page: int) -> str:
        """Give the query of another page of the same list."""
        return f"?{self.query}{'&' if self.query else ''}page={page}"


async def listed(
    call: Call, total: int, fetch: Callable[[int, int], Awaitable[Sequence[Row]]], rows: int = ROWS
) -> Listing[Row]:
    """Give the page that the address asks for, the last one beyond it; `fetch` takes limit and offset."""
    pages = max(1, -(-total // rows))
    page = min(page_asked(call), pages)
    return Listing(await fetch(rows, (page - 1) * rows), total, page, pages, query_of(call))


def of_all(call: Call, found: Sequence[Row], rows: int = ROWS) -> Listing[Row]:
    """Give the page that the address asks for of what is all at hand already."""
    pages = max(1, -(-len(found) // rows))
    page = min(page_asked(call), pages)
    return Listing(found[(page - 1) * rows : page * rows], len(found), page, pages, query_of(call))


def page_asked(call: Call) -> int:
    """Give the number of the page asked for, 1 for anything that is none."""
    asked = call.asked("page")
    return min(int(asked), _MOST_PAGES) if asked.isdecimal() and len(asked) <= 6 and int(asked) else 1


def query_of(call: Call) -> str:
    """Give what the address asks beside the page and what was said."""
    items = call.request.query_params.multi_items()
    return urlencode([(name, value) for name, value in items if name not in {"page", "said"} and value])
