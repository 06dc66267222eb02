"""Plain text: lines as they are; hard-wrapped lines are joined back into paragraphs."""

from knowledge.loading.extract import Extract
from knowledge.loading.reflow import joined, looks_wrapped


def read(text: str) -> Extract:
    """Read clean `text` as plain text."""
    lines = text.split("\n")
    return Extract("\n".join(joined(lines)) if looks_wrapped(lines) else text)
