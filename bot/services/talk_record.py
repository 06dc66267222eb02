"""What a talk record says: the body of a ledger row of kind "talk". Names are kept as they were on the day."""

from datetime import date, time
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.services.titles import titled
from storage import RecordEntry

TALK = "talk"
"""The record kind of every talk."""

Mode = Literal["个别", "集体", "受委托"]


class Who(BaseModel):
    """Somebody in a record; `person` is the id of a known person."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str = ""
    unit: str = ""
    person: str | None = None

    @property
    def shown(self) -> str:
        """Unit, title and name as a form writes them: 滨河区住建局局长 钱卫."""
        return f"{titled(self.unit, self.title)} {self.name}".strip()


class Requirement(BaseModel):
    """A demand for putting right, and until when."""

    model_config = ConfigDict(frozen=True)

    text: str
    due: date | None = None


class TalkBody(BaseModel):
    """The words of a talk record. Empty means: not said."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    talk_type: str
    mode: Mode = "个别"
    talkers: tuple[Who, ...]
    subjects: tuple[Who, ...]
    group: str | None = None
    companions: tuple[Who, ...] = ()
    recorder: Who | None = None
    delegated_by: Who | None = None
    day: date
    start: time | None = None
    end: time | None = None
    place: str | None = None
    occasion: str | None = None
    outline: str | None = None
    affirmed: str | None = None
    points: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    explanation: str | None = None
    attitude: str | None = None
    requirements: tuple[Requirement, ...] = ()
    deadline: date | None = None
    supplementary_reason: str | None = None
    scope: str | None = None


def number_of(entry: RecordEntry) -> str:
    """The record's number as forms and ledgers print it: 2026-000123."""
    return f"{entry.day.year}-{entry.id:06d}"
