"""What changed between two versions of a record, field by field and word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from bot.services.record_words import Written, fields_of
from storage import StoredRecord

MOST_WORDS = 3_000
"""Words of a field up to which it is compared word by word: beyond, difflib's time grows past use."""
_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)

Change = Literal["same", "del", "ins"]
Pieces = Sequence[tuple[Change, str]]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of two versions: what stood in it with what went, and what stands in it with what came."""

    label: str
    before: Pieces
    after: Pieces

    @property
    def changed(self) -> bool:
        """Whether anything went or came."""
        return any(kind != "same" for kind, _ in (*self.before, *self.after))


def changes(before: StoredRecord, after: StoredRecord) -> Sequence[FieldChange]:
    """Compare two versions; fields in the order of the form, those of only one version with the other side empty."""
    old, new = _by_label(before), _by_label(after)
    labels = [each.label for each in fields_of(after)]
    gone = [each.label for each in fields_of(before) if each.label not in new]
    return [
        FieldChange(label, *compared(old.get(label, ""), new.get(label, ""))) for label in (*labels, *gone)
    ]


def compared(before: str, after: str) -> tuple[Pieces, Pieces]:
    """Give both texts in pieces: joined, they are the texts again."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if before == after:
        return _whole("same", before), _whole("same", after)
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        return _whole("del", before), _whole("ins", after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    went = [("same" if tag == "equal" else "del", "".join(old[i:j])) for tag, i, j, _, _ in steps]
    came = [("same" if tag == "equal" else "ins", "".join(new[i:j])) for tag, _, _, i, j in steps]
    return tuple(_said(went)), tuple(_said(came))


def _whole(kind: Change, text: str) -> Pieces:
    return ((kind, text),) if text else ()


def _said(pieces: Sequence[tuple[str, str]]) -> Iterator[tuple[Change, str]]:
    for kind, text in pieces:
        if text:
            yield ("same" if kind == "same" else "del" if kind == "del" else "ins"), text


def _by_label(stored: StoredRecord) -> dict[str, str]:
    return {each.label: _lines(each) for each in fields_of(stored)}


def _lines(field: Written) -> str:
    return "\n".join(field.values)
