"""What a form asks for: turns, and how the page shows them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.web.transcript import Session
from bot.channels.web.uploads import Posted, Upload
from bot.conversation.messages import MAX_CALLBACK_BYTES, TurnKind
from bot.conversation.typed_text import MAX_TEXT, cleaned, command_of
from yanlu.texts import web as texts


@dataclass(frozen=True, slots=True)
class Act:
    """One turn that a form asks for; `part` of the form: tap, file or text. `answers` is the message tapped at."""

    part: str
    kind: TurnKind
    shown: str
    text: str = ""
    arguments: str = ""
    upload: Upload | None = None
    answers: int = 0


def acts_of(posted: Posted, session: Session | None, commands: Mapping[str, str]) -> list[Act]:
    """Read a form: a tapped button alone, else a file and a text. Empty for what no form of ours sends."""
    choice = posted.get("choice")
    if choice:
        return _chosen(choice, session)
    name = posted.get("command")
    if name:
        return [Act("tap", "command", commands[name], name)] if name in commands else []
    if posted.get("example"):
        return [_written(posted.get("example")[:MAX_TEXT], "tap")]
    acts = [_sent(posted.upload)] if posted.upload else []
    text = posted.get("text")
    return [*acts, _written(text)] if cleaned(text) or not acts else acts


def left_over(posted: Posted) -> str:
    """Say what came beside a tapped button and was not sent."""
    typed = texts.TEXT_KEPT if cleaned(posted.get("text")) else ""
    return typed + (texts.FILE_AGAIN if posted.upload else "")


def _chosen(choice: str, session: Session | None) -> list[Act]:
    if len(choice.encode(errors="replace")) > MAX_CALLBACK_BYTES:
        return []
    number, label = session.offer_of(choice) if session else (0, "")
    return [Act("tap", "choice", label or texts.CHOSEN, choice, answers=number)]


def _written(text: str, part: str = "text") -> Act:
    command = command_of(cleaned(text))
    if command is None:
        return Act(part, "text", text.strip(), text)
    return Act(part, "command", text.strip(), *command)


def _sent(upload: Upload) -> Act:
    shown = texts.file_in(upload.name, texts.file_size(len(upload.content)))
    return Act("file", "file", shown, upload=upload)
