"""What the store takes and gives back: plain frozen records. Times are aware and in UTC."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message that waits to be sent. `attempts` counts how often it was handed out before this time."""

    id: int
    address: str
    payload: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A stretch of a stored document; `start` and `end` are offsets in code points into its text."""

    document: str
    position: int
    start: int
    end: int
    text: str
    kind: str
    path: tuple[str, ...] = ()
    label: str = ""
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of the library without its passages.

    `version` counts from 1 for each title; `sha256` is of the ingested file's bytes, in hex.
    """

    id: str
    title: str
    text: str
    sha256: str
    version: int
    ingested: datetime
    issuer: str | None = None
    issued: date | None = None
    effective: date | None = None
    retired: date | None = None
    source: str | None = None
    digest: bool = False


@dataclass(frozen=True, slots=True)
class StoredCitation:
    """Where a confirmed answer stands: the exact words, and their place in a document's text."""

    title: str
    quote: str
    document: str
    version: int
    start: int
    end: int


QuestionStatus = Literal["open", "confirmed"]


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A question nobody could answer, and the answer a person gave it. No asker, no time finer than the day.

    `answer`, `measure`, `citation` and `answered` are None until `status` is "confirmed".
    """

    id: int
    text: str
    note: str | None
    asked: date
    status: QuestionStatus
    answer: str | None = None
    measure: str | None = None
    citation: StoredCitation | None = None
    answered: date | None = None


@dataclass(frozen=True, slots=True)
class FeedbackCount:
    """How many found the answers on a measure helpful, and how many not. `measure` None: no measure cited."""

    measure: str | None
    helpful: int
    unhelpful: int
