"""Files that come with a report: cleaned of everything that says who made them, or refused with the reason.

All is done in memory, within the bounds of `limits`; names of files are never asked for. The cleaners rebuild
a file from the parts they understand; `metadata_left` then looks at the result with other eyes.
"""

import logging
from dataclasses import dataclass

from bot.services.attachments import audio_check, movie_check, plain
from bot.services.attachments.audio import clean_audio
from bot.services.attachments.kinds import Kind, kind_of
from bot.services.attachments.limits import MAX_BYTES, Limited, refused
from bot.services.attachments.movie import clean_movie
from yanlu.errors import AttachmentRefused
from yanlu.texts import attachments as texts

__all__ = ["MAX_BYTES", "AttachmentRefused", "CleanFile", "Limited", "cleaned", "metadata_left"]

logging.getLogger("PIL").setLevel(logging.WARNING)  # at DEBUG it logs what it reads: author, device, place

_IMAGES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF, Kind.HEIC})
_BOXES = frozenset({Kind.M4A, Kind.MP4, Kind.MOV})
_OFFICE = frozenset({Kind.OFFICE, Kind.DOCX, Kind.XLSX, Kind.PPTX})


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A cleaned file: its bytes, its media type (RFC 6838), and the ending a new name for it gets (".jpg")."""

    content: bytes
    media_type: str
    ending: str


def cleaned(content: bytes) -> CleanFile:
    """Give back the file without metadata, with the same visible or audible content.

    Raises AttachmentRefused for a kind that is not taken, a damaged or oversize file, and one of which it
    cannot be shown that it is clean.
    """
    if len(content) > MAX_BYTES:
        raise refused(texts.too_large(MAX_BYTES))
    try:
        result, kind = _rebuilt(content, kind_of(content))
        left = metadata_left(result)
    except RecursionError as error:
        raise refused(texts.BOMB) from error
    if left:
        raise refused(texts.NOT_CLEAN)
    if len(result) > MAX_BYTES:
        raise refused(texts.too_large(MAX_BYTES))
    return CleanFile(result, kind.value.media_type, kind.value.ending)


def _rebuilt(content: bytes, kind: Kind) -> tuple[bytes, Kind]:
    if kind in _IMAGES:
        from bot.services.attachments.images import clean_image

        return clean_image(content, kind)
    if kind in _OFFICE:
        from bot.services.attachments.office import clean_office

        return clean_office(content)
    if kind is Kind.PDF:
        from bot.services.attachments.pdf import clean_pdf

        return clean_pdf(content), kind
    if kind in _BOXES:
        return clean_movie(content, kind)
    return (plain.clean_text(content) if kind is Kind.TEXT else clean_audio(content, kind)), kind


def metadata_left(content: bytes) -> list[str]:
    """Give back a word for each trace of metadata in a file of a kind that is taken; [] for a clean one.

    Raises AttachmentRefused for a kind that is not taken.
    """
    kind = kind_of(content)
    if kind in _IMAGES:
        from bot.services.attachments.images import leftovers

        return leftovers(content, kind)
    if kind in _OFFICE:
        from bot.services.attachments.office_check import leftovers as in_office

        return in_office(content)
    if kind is Kind.PDF:
        from bot.services.attachments.pdf_check import leftovers as in_pdf

        return in_pdf(content)
    if kind is Kind.TEXT:
        return plain.leftovers(content)
    if kind in _BOXES:
        return movie_check.leftovers(content)
    return audio_check.leftovers(content, kind)
