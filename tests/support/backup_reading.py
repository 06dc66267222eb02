"""What stands in a backup, read without the program: by its format alone, as a thief would."""

import base64
import json
import zipfile
from datetime import date, datetime
from pathlib import Path


def tables_in(path: Path) -> dict[str, list[dict[str, object]]]:
    """The rows of every table in a backup."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        return {
            name: [
                dict(zip(part["columns"], map(_plain, json.loads(line)), strict=True))
                for line in archive.read(f"tables/{name}.jsonl").splitlines()
            ]
            for name, part in manifest["tables"].items()
        }


def everything_in(path: Path) -> bytes:
    """Whatever can be got out of a backup: its bytes, its members unpacked, their names, every value decoded."""
    with zipfile.ZipFile(path) as archive:
        parts = [path.read_bytes(), path.name.encode()]
        for info in archive.infolist():
            parts += [info.filename.encode(), info.comment, info.extra, archive.read(info)]
    for name, rows in tables_in(path).items():
        parts.append(name.encode())
        for row in rows:
            parts += [each if isinstance(each, bytes) else str(each).encode() for each in row.values()]
    return b"\0".join(parts)


def _plain(value: object) -> object:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    readers = {"b": base64.b64decode, "on": date.fromisoformat, "at": datetime.fromisoformat}
    return readers[kind](text)
