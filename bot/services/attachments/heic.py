"""HEIC pictures, decoded in a process of their own: a damaged one was seen to bring libheif, and its process, down.

`python -m bot.services.attachments.heic` takes the file on standard input and gives the JPEG; exit code 3 tells
that it has more pixels than are worth drawing.
"""

import subprocess
import sys
import warnings

from bot.services.attachments.limits import refused
from yanlu.errors import AttachmentRefused
from yanlu.texts import attachments as texts

REFUSED = 3
SECONDS = 60.0


def decoded(content: bytes) -> bytes:
    """Give the picture alone, as a JPEG. Raises AttachmentRefused when it is damaged or too large."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", "bot.services.attachments.heic"],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise refused(texts.BROKEN) from None
    if child.returncode == REFUSED:
        raise refused(texts.TOO_MANY_PIXELS)
    if child.returncode or not child.stdout:
        raise refused(texts.BROKEN)
    return child.stdout


def main() -> int:
    """Decode what comes on standard input."""
    from bot.services.attachments.images import heic_to_jpeg

    warnings.simplefilter("ignore")
    try:
        made = heic_to_jpeg(sys.stdin.buffer.read())
    except AttachmentRefused:
        return REFUSED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
