"""How often talks are owed: defaults of ours (knowledge/records.py) that units may set otherwise.

The measures themselves give no counts and no days; whatever shows one labels it `CADENCE_NOTE`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.services.directory import Directory
from knowledge.records import load_record_kinds
from storage import UnitOfWork
from yanlu.errors import YanluError
from yanlu.texts import standing as texts

PREFIX = "cadence."
"""Unit settings are named "cadence.监督谈话"; values {"per_year": n}, {"days": n} or {"off": true}."""
INSTALLATION = ""
MOST_PER_YEAR = 12
MOST_DAYS = 366

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cadence:
    """`per_year` talks in a calendar year, or one within `days` of an appointment; neither: switched off."""

    per_year: int | None = None
    days: int | None = None

    @property
    def off(self) -> bool:
        """Whether nothing is owed."""
        return self.per_year is None and self.days is None

    @property
    def words(self) -> str:
        """The cadence as a sentence names it, labelled as the unit's own."""
        return texts.cadence(self.per_year, self.days)


def read_cadence(value: object) -> Cadence:
    """A unit's setting as a cadence. Raises YanluError on anything but the three forms."""
    if isinstance(value, dict) and len(value) == 1:
        [(name, wanted)] = value.items()
        if name == "off" and wanted is True:
            return Cadence()
        if type(wanted) is int:  # a bool is an int, and no count
            if name == "per_year" and 1 <= wanted <= MOST_PER_YEAR:
                return Cadence(per_year=wanted)
            if name == "days" and 1 <= wanted <= MOST_DAYS:
                return Cadence(days=wanted)
    raise YanluError(texts.BAD_CADENCE, next_step=texts.BAD_CADENCE_NEXT)


@dataclass(frozen=True)
class Cadences:
    """What units have set, by organisation ("" is the whole installation) and talk type."""

    own: Mapping[str, Mapping[str, Cadence]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, Mapping[str, Any]]) -> "Cadences":
        """Read unit settings; one that makes no sense is logged and passed over, so that the default holds."""
        own: dict[str, dict[str, Cadence]] = {}
        for organisation, values in settings.items():
            for name, value in values.items():
                if not name.startswith(PREFIX):
                    continue
                try:
                    own.setdefault(organisation, {})[name.removeprefix(PREFIX)] = read_cadence(value)
                except YanluError:
                    log.warning("the setting %s of %r is not readable", name, organisation)
        return cls(own)

    def held_to(self, organisation: str, talk_type: str, directory: Directory) -> Cadence:
        """The cadence by which an organisation owes a type.

        Its own setting, else the nearest above it, else the installation's, else our default; off for types
        nobody owes. Whoever owes the talks sets the pace, never those who are talked with.
        """
        for id_ in (organisation, *(each.id for each in directory.ancestors(organisation)), INSTALLATION):
            found = self.own.get(id_, {}).get(talk_type)
            if found is not None:
                return found
        return default_cadence(talk_type)


def default_cadence(talk_type: str) -> Cadence:
    """Our default for a type; off for one that nobody owes. Raises KeyError when there is no such type."""
    duty = load_record_kinds().talk(talk_type).duty
    return Cadence() if duty is None else Cadence(duty.per_year, duty.days)


async def set_cadence(
    work: UnitOfWork, organisation: str, talk_type: str, value: Mapping[str, Any]
) -> Cadence:
    """Keep a unit's own cadence. Raises YanluError when it makes no sense, or the type is nobody's duty."""
    if load_record_kinds().talk(talk_type).duty is None:
        raise YanluError(texts.NO_DUTY)
    cadence = read_cadence(dict(value))
    await work.unit_settings.put(organisation, PREFIX + talk_type, dict(value))
    return cadence


async def load_cadences(work: UnitOfWork, directory: Directory) -> Cadences:
    """What the units of the directory have set."""
    named = await work.unit_settings.named([PREFIX + each.code for each in load_record_kinds().talks])
    places = directory.organisations
    return Cadences.of(
        {place: own for place, own in named.items() if place == INSTALLATION or place in places}
    )
