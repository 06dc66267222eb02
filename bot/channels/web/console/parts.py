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
from knowledge.talks.reader import TalkReader
from storage import Database

MOST_FIELDS = 64


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
    intake: Intake = field(default_factory=lambda: Intake(most_fields=MOST_FIELDS))
