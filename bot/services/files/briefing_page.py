"""谈前一页纸 as Word: what a talker has at hand before a planned talk."""

from collections.abc import Sequence
from datetime import date

from yanlu.texts import files as words


def briefing_docx(title: str, lines: Sequence[str], made: date) -> bytes:
    """The lines under a title, as a docx file."""
    from bot.services.files.word_page import new_page, saved, write

    page = new_page(title)
    write(page, title, words.TITLE_STYLE)
    for line in lines:
        write(page, line)
    return saved(page, made)
