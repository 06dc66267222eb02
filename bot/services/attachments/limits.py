"""What a file may cost, and the guard that stands at the door while it streams in."""

import zlib

from yanlu.errors import AttachmentRefused
from yanlu.texts import attachments as texts

MAX_BYTES = 20 * 1024 * 1024
"""Of a file, before and after cleaning (DESIGN section 6)."""
MAX_PIXELS = 50_000_000
"""Of an image, or of all the frames of a moving one."""
MAX_SIDE = 30_000
MAX_FRAMES = 500
MAX_UNPACKED = 128 * 1024 * 1024
"""What a zip or the streams of a PDF may expand to, in bytes, together."""
_STEP = 64 * 1024


def refused(words: texts.Refusal) -> AttachmentRefused:
    """Give back the error that says `words` and that nothing of the file was kept."""
    return AttachmentRefused(words.happened, kept=texts.KEPT, next_step=words.next_step)


class Limited:
    """Collects a file that streams in, and refuses the moment it passes `limit` bytes."""

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._limit = limit
        self._content = bytearray()

    def take(self, chunk: bytes) -> None:
        """Add a chunk. Raises AttachmentRefused, and lets go of all it held, past the limit."""
        if len(self._content) + len(chunk) > self._limit:
            self._content.clear()
            self._limit = 0  # what comes after a refusal is refused too
            raise refused(texts.too_large(MAX_BYTES))
        self._content += chunk

    @property
    def content(self) -> bytes:
        """What has been taken so far."""
        return bytes(self._content)


def inflated(packed: bytes | memoryview, limit: int) -> bytes:
    """Give back the zlib stream at the start of `packed`, as far as it is sound; b"" when it is none.

    Raises AttachmentRefused past `limit` bytes.
    """
    machine, content, view = zlib.decompressobj(), bytearray(), memoryview(packed)
    try:
        for at in range(0, len(view), _STEP):
            content += machine.decompress(view[at : at + _STEP], limit + 1 - len(content))
            if len(content) > limit:
                raise refused(texts.BOMB)
            if machine.eof:
                break
    except zlib.error:
        pass  # what came before the damage counts
    return bytes(content)
