"""What the console needs of the house."""

from dataclasses import dataclass, field

from bot.channels.web.uploads import Intake
from bot.conversation.channel import TakeTurn
from bot.services.accounts import Door
from bot.services.casework.access import Desk
from bot.services.clock import Clock
from bot.services.directory import DirectoryService
from bot.services.library import LibraryService
from bot.services.standing import StandingService
from bot.services.standing_kept import KeptStanding
from knowledge.talks.reader import TalkReader
from storage import Database

MOST_FIELDS = 64
GUEST_BYTES = 512 * 1024
"""What is held of a form that comes from nobody: all that is typed, and no file."""


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """The parts behind the console. `take` applies a turn of a conversation, `talks` reads a talk sentence."""

    database: Database
    directories: DirectoryService
    library: LibraryService
    standing: StandingService
    desk: Desk
    talks: TalkReader
    take: TakeTurn
    door: Door
    clock: Clock
    kept: KeptStanding
    intake: Intake = field(default_factory=lambda: Intake(most_fields=MOST_FIELDS))
    guests: Intake = field(default_factory=lambda: Intake(most_fields=MOST_FIELDS, most_bytes=GUEST_BYTES))
    """Reads the forms of browsers nobody signed in with, so that these cannot take the room of those who work."""
