"""A sealed file, opened in one go."""

from collections.abc import Iterable

from storage.report_sealing import CaseKey, StreamOpener


def opened_stream(key: CaseKey, place: str, sealed: Iterable[bytes]) -> bytes:
    """What `CaseKey.seal_stream` was given. Raises SealBroken when a piece is damaged, missing or out of order."""
    opener = StreamOpener(key, place)
    content = b"".join([opener.piece(each) for each in sealed])
    opener.end()
    return content
