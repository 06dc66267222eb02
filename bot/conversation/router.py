"""Which dialog answers a turn: an open form, a command, a choice, or what the text wants."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.conversation.choices import offered_by, picked
from bot.conversation.dialog import Dialog, Preparing
from bot.conversation.doubt import DOUBT, ask_which, decided
from bot.conversation.form_dialog import FormDialog
from bot.conversation.forms import event_of
from bot.conversation.intents import Intent, IntentReader
from bot.conversation.messages import Say, Turn
from bot.conversation.scene import Scene
from bot.conversation.typed_text import MAX_TEXT, cleaned, problem_of
from yanlu.texts import conversation as texts

Says = Sequence[Say]
_ASIDES = frozenset({"start", "help"})
_PROBLEMS = {
    "empty": texts.EMPTY,
    "wordless": texts.WORDLESS,
    "undecodable": texts.UNDECODABLE,
    "oversized": texts.too_long_text(MAX_TEXT),
}


class Router:
    """Hands each turn to a dialog.

    `intents` names the dialog of every intent; `reader` tells the intent. `shapes` name the dialogs of typed
    texts that are told by their shape alone (a code), before they are read.
    """

    def __init__(
        self,
        dialogs: Sequence[Dialog],
        reader: IntentReader,
        intents: Mapping[Intent, str],
        shapes: Mapping[Callable[[str], bool], str] = MappingProxyType({}),
    ) -> None:
        self._dialogs = {dialog.name: dialog for dialog in dialogs}
        self._by_command = {command: dialog for dialog in dialogs for command in dialog.commands}
        self._by_intent = {intent: self._dialogs[name] for intent, name in intents.items()}
        self._asked: object = self._by_intent.get("question")
        self._reader = reader
        self._shapes = [(shape, self._dialogs[name]) for shape, name in shapes.items()]

    @property
    def commands(self) -> dict[str, str]:
        """Commands to list, without slash, with their Chinese descriptions."""
        listed = {
            name: words
            for dialog in self._dialogs.values()
            for name, words in dialog.commands.items()
            if words
        }
        return {**listed, "cancel": texts.COMMAND_CANCEL}

    async def answer(self, turn: Turn, scene: Scene) -> Says:
        """Give the messages a turn leads to, and save the conversation's context with them."""
        says = await self._route(turn, scene)
        if scene.first:
            says = with_notice(says)
        scene.context = scene.context.offering(offered_by(says))
        await scene.save()
        return says

    async def apologise(self, text: str, turn: Turn, scene: Scene) -> Says:
        """Say what went wrong with a turn that was undone, then show again what is open.

        A channel may have taken the buttons off the message that was tapped: so they are offered once more.
        """
        again = scene.context.choices if turn.kind == "choice" and self._owner(scene) is None else ()
        say = Say(text, choices=tuple((choice,) for choice in again), fleeting=scene.passing)
        says = await self._aside([say], scene)
        scene.context = scene.context.offering(offered_by(says) or scene.context.choices)
        await scene.save()
        return says

    @property
    def prepares(self) -> bool:
        """Whether a question may have to be prepared before its turn."""
        return isinstance(self._asked, Preparing) and self._asked.prepares

    def preparation(self, turn: Turn, scene: Scene) -> Awaitable[object] | None:
        """Give what is to be awaited before the turn is played, None for nothing."""
        if not isinstance(self._asked, Preparing) or not self._asked.prepares:
            return None
        question = self._question(turn, scene)
        return None if question is None else self._asked.prepare(question, scene.context)

    def _question(self, turn: Turn, scene: Scene) -> str | None:
        """Give what a turn asks of the text, as far as it can be told without playing it."""
        if turn.kind == "command":
            mine = self._by_command.get(turn.text) is self._asked
            return cleaned(turn.arguments)[:MAX_TEXT] or None if mine else None
        text = cleaned(turn.text)
        typed = turn.kind == "text" and scene.form is None and problem_of(text) is None
        if not typed or picked(text, scene.context.choices) or any(shape(text) for shape, _ in self._shapes):
            return None
        reading = self._reader.read(text, scene.context)
        return text if reading.intent == "question" and reading.alternative is None else None

    def file_reader(self, scene: Scene) -> FormDialog | None:  # type: ignore[type-arg]  # forms of any model
        """Give the dialog whose open form asks for a file now, None for none."""
        owner = self._owner(scene)
        return owner if owner is not None and owner.awaits_file(scene) else None

    async def _route(self, turn: Turn, scene: Scene) -> Says:
        if scene.form is not None and self._owner(scene) is None:
            await scene.close_form()
            return [Say(texts.FORM_GONE)]
        routes = {"text": self._text, "choice": self._choice, "command": self._command, "file": self._file}
        return await routes.get(turn.kind, self._unsupported)(turn, scene)

    async def _unsupported(self, turn: Turn, scene: Scene) -> Says:
        if turn.file is not None and self.file_reader(scene) is not None:
            return await self._file(replace(turn, kind="file", text=""), scene)
        return await self._aside([Say(texts.UNSUPPORTED)], scene)

    async def _file(self, turn: Turn, scene: Scene) -> Says:
        owner = self._owner(scene)
        return [Say(texts.FILE_UNWANTED)] if owner is None else await owner.handle(turn, scene)

    async def _text(self, turn: Turn, scene: Scene) -> Says:
        turn = replace(turn, text=cleaned(turn.text))
        owner = self._owner(scene)
        if owner is not None and turn.edited:
            return await self._aside([Say(texts.EDITED_IN_FORM)], scene)
        choice = picked(turn.text, scene.context.choices)
        if choice is not None:
            return await self._choice(replace(turn, kind="choice", text=choice.value), scene)
        if turn.text in texts.CANCEL_WORDS:
            return await self._cancel(scene)
        problem = problem_of(turn.text)
        if problem is not None:
            return await self._aside([Say(_PROBLEMS[problem])], scene)
        return await (self._typed(turn, scene) if owner is None else owner.handle(turn, scene))

    async def _typed(self, turn: Turn, scene: Scene) -> Says:
        for shape, dialog in self._shapes:
            if shape(turn.text):
                return await dialog.handle(turn, scene)
        reading = self._reader.read(turn.text, scene.context)
        if reading.alternative is not None and reading.alternative != reading.intent:
            return [await ask_which(turn.text, (reading.intent, reading.alternative), scene)]
        return await self._intent(turn, reading.intent, scene)

    async def _intent(self, turn: Turn, intent: Intent, scene: Scene) -> Says:
        scene.intent = intent
        return await self._by_intent.get(intent, self._by_intent["question"]).handle(turn, scene)

    async def _choice(self, turn: Turn, scene: Scene) -> Says:
        name = turn.text.partition(":")[0]
        if name == DOUBT:
            meant = await decided(turn, scene)
            says: Says = [Say(texts.DOUBT_GONE)] if meant is None else await self._intent(*meant, scene)
            return await self._aside(says, scene)
        dialog = self._dialogs.get(name)
        if dialog is None:
            return await self._aside([Say(texts.STALE_CHOICE)], scene)
        if scene.form is not None and scene.form.dialog == name and event_of(turn) is not None:
            return await dialog.handle(turn, scene)
        if isinstance(dialog, FormDialog) and event_of(turn) is None:
            left = await self._leave(scene)
            return [*left, *await dialog.handle(turn, scene)]
        return await self._aside(await dialog.handle(turn, scene), scene)

    async def _command(self, turn: Turn, scene: Scene) -> Says:
        turn = replace(turn, arguments=cleaned(turn.arguments))
        if turn.text == "cancel":
            return await self._cancel(scene)
        dialog = self._by_command.get(turn.text)
        if dialog is None:
            return await self._aside([Say(texts.unknown_command(cleaned(turn.text)[:32]))], scene)
        if len(turn.arguments) > MAX_TEXT:
            return await self._aside([Say(_PROBLEMS["oversized"])], scene)
        if turn.text in _ASIDES:
            return await self._aside(await dialog.handle(turn, scene), scene)
        return [*await self._leave(scene), *await dialog.handle(turn, scene)]

    async def _cancel(self, scene: Scene) -> Says:
        owner = self._owner(scene)
        return [Say(texts.NOTHING_OPEN)] if owner is None else await owner.cancel(scene)

    async def _leave(self, scene: Scene) -> Says:
        owner = self._owner(scene)
        return [] if owner is None else await owner.leave(scene)

    async def _aside(self, says: Says, scene: Scene) -> Says:
        owner = self._owner(scene)
        return says if owner is None else [*says, *await owner.remind(scene)]

    def _owner(self, scene: Scene) -> FormDialog | None:  # type: ignore[type-arg]  # forms of any model
        dialog = None if scene.form is None else self._dialogs.get(scene.form.dialog)
        return dialog if isinstance(dialog, FormDialog) else None


def with_notice(says: Says) -> Says:
    """Put the notice on secrets before the first message, unless one of them shows it already."""
    if not says or any(texts.NOTICE in say.text for say in says):
        return says
    head = f"{texts.NOTICE}\n\n"
    first = says[0]
    spans = tuple(
        replace(span, start=span.start + len(head), end=span.end + len(head)) for span in first.spans
    )
    return [replace(first, text=head + first.text, spans=spans), *says[1:]]
