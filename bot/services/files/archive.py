"""Office files are zips; these carry no clock, so that the same content is the same bytes."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

_EPOCH = (1980, 1, 1, 0, 0, 0)


def member(name: str) -> zipfile.ZipInfo:
    """An entry of that name at the zip format's first day."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


class TimelessZip(zipfile.ZipFile):
    """A zip whose entries have no time of their own. It takes content, not files."""

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: Any,  # noqa: ANN401 - as in the class it extends
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add an entry with this content."""
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        super().writestr(member(name), data, compress_type, compresslevel)


def timeless(content: bytes, *, replaced: Mapping[str, bytes], dropped: frozenset[str]) -> bytes:
    """The zip again without times; the entries in `replaced` with other content, those in `dropped` left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, TimelessZip(buffer, "w") as new:
        for name in old.namelist():
            if name not in dropped:
                new.writestr(name, replaced.get(name) or old.read(name))
    return buffer.getvalue()
