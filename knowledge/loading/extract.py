"""What a reader of one format makes of a file, before furniture is cut and names are settled."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Extract:
    """A file's text and what it says of itself.

    `text` is in lines, one paragraph per line, headings marked "#" to "######" as in markdown.
    `context` is the text around the body, such as a page's other parts: searched for a date and a
    source, never stored.
    """

    text: str
    title: str | None = None
    issuer: str | None = None
    issued: date | None = None
    source: str | None = None
    context: str = ""
