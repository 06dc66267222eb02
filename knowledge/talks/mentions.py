"""How a sentence speaks of somebody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody as they were spoken of: `text` as it stands in the sentence, the parts as far as they are said.

    `name` is a full name, `surname` that of 老杜 or 周书记, `title` a post's name or its short form (局, 书记),
    `unit` the organisation as it was called; `newly`: said to have been appointed lately (新来的).
    """

    text: str
    name: str = ""
    surname: str = ""
    title: str = ""
    unit: str = ""
    newly: bool = False
