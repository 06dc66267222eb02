"""What the pages need of the house."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.web.channel import WebChannel
from bot.channels.web.documents import Library
from bot.channels.web.security import Sign
from bot.channels.web.uploads import Intake
from bot.conversation.channel import TakeTurn
from bot.services.clock import Clock

LEFT = "/left"
"""Where leaving leads unless a setting names another page."""


@dataclass(frozen=True, slots=True)
class WebParts:
    """The parts behind the pages for everyone.

    `take` applies a turn and returns when its messages were sent (`TurnTaker.take`). `sign` is the key ring's
    `opaque`. `commands` are (name, Chinese description) pairs for the menu. `leave` is the neutral page, a
    path or a whole address.
    """

    channel: WebChannel
    take: TakeTurn
    library: Library
    sign: Sign
    clock: Clock
    commands: Sequence[tuple[str, str]] = ()
    leave: str = LEFT
    intake: Intake = field(default_factory=Intake)
