"""The user driver: what a person does in a chat, the same for every channel."""

from pathlib import Path
from typing import Protocol


class User(Protocol):
    """A person in front of one conversation."""

    async def says(self, text: str) -> None:
        """Type a message and wait until the assistant has answered."""
        ...

    async def taps(self, label: str) -> None:
        """Tap the button with that label among the latest offered (or type its number)."""
        ...

    async def sends(self, path: Path) -> None:
        """Send a file."""
        ...

    async def sees(self, text: str) -> str:
        """Assert that a message since the user's last action contains `text`; gives that message back."""
        ...

    async def does_not_see(self, text: str) -> None:
        """Assert that no message since the user's last action contains `text`."""
        ...
