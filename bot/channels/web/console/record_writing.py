"""Writing in the ledgers: a new talk or record, a correction, a voiding; the chat's forms as pages."""

from collections.abc import Sequence
from datetime import date

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.sheet_pages import Errand, SheetPages, sentence_of
from bot.conversation.scene import Scene
from bot.dialogs.choice_values import number_in
from bot.dialogs.ledger import LedgerDialog
from bot.dialogs.record_actions import FILED
from bot.dialogs.records import VoidDialog
from bot.dialogs.talk import TalkDialog
from bot.services.directory import Directory
from bot.services.entitlements import may
from bot.services.talk_record import TALK
from knowledge.catalogue import load_catalogue
from knowledge.records import load_record_kinds
from yanlu.errors import YanluError
from yanlu.texts import console_records as words
from yanlu.texts import records as texts
from yanlu.texts import talks

RECORDS = "/console/records"
TALK_NEW = f"{RECORDS}/new"


class RecordWriting:
    """The pages that file, correct and void records."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.sheets = SheetPages(frame)
        self._talk = TalkDialog(frame.parts.directories, frame.parts.talks)
        self._void = VoidDialog(frame.parts.directories)
        self._ledgers = {
            kind.code: LedgerDialog(kind, frame.parts.directories) for kind in load_record_kinds().ledgers
        }

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(TALK_NEW, "keeper", self.new_talk, area="records"),
            ConsolePage(TALK_NEW, "keeper", self.file_talk, "POST", area="records"),
            ConsolePage(f"{TALK_NEW}/{{kind}}", "keeper", self.new_entry, area="records"),
            ConsolePage(f"{TALK_NEW}/{{kind}}", "keeper", self.file_entry, "POST", area="records"),
            ConsolePage(f"{RECORDS}/{{id}}/correct", "keeper", self.correcting, area="records"),
            ConsolePage(f"{RECORDS}/{{id}}/correct", "keeper", self.correct, "POST", area="records"),
            ConsolePage(f"{RECORDS}/{{id}}/void", "keeper", self.voiding, area="records"),
            ConsolePage(f"{RECORDS}/{{id}}/void", "keeper", self.void, "POST", area="records"),
        )

    def talk(self, sentence: str = "", plan: int | None = None) -> Errand:
        """Give the errand of a new talk: from nothing, from a sentence, or from a plan."""
        return Errand(
            self._talk,
            "talk:start" if plan is None else f"talk:plan:{plan}",
            words.NEW_TALK if plan is None else words.LOG_PLAN,
            words.SUBMIT_TALK,
            RECORDS if plan is None else f"/console/plans/{plan}",
            lambda scene: (filed_at(scene), "filed"),
            sentence=sentence,
            notes="last",
        )

    async def new_talk(self, call: Call) -> Response:
        """Show the empty form."""
        return await self.sheets.blank(call, self.talk())

    async def file_talk(self, call: Call) -> Response:
        """Open the form with what a sentence said, or file what was filled in."""
        errand = self.talk(sentence_of(call))
        if call.form.get("step") == "open":
            return await self.sheets.blank(call, errand)
        return await self.sheets.filled(call, errand)

    async def new_entry(self, call: Call) -> Response:
        """Show the empty form of a ledger."""
        return await self.sheets.blank(call, self._entry(call.place("kind")))

    async def file_entry(self, call: Call) -> Response:
        """File a record of a ledger."""
        return await self.sheets.filled(call, self._entry(call.place("kind")))

    async def correcting(self, call: Call) -> Response:
        """Show a record's form with what stands in it."""
        return await self.sheets.blank(call, await self._correction(call))

    async def correct(self, call: Call) -> Response:
        """Make a new version."""
        return await self.sheets.filled(call, await self._correction(call))

    async def voiding(self, call: Call) -> Response:
        """Ask why a record is voided."""
        return await self.sheets.blank(call, self._voiding(call))

    async def void(self, call: Call) -> Response:
        """Void a record."""
        return await self.sheets.filled(call, self._voiding(call))

    def _entry(self, kind: str) -> Errand:
        dialog = self._ledgers.get(kind)
        if dialog is None:
            raise YanluError(talks.GONE)
        return Errand(
            dialog,
            f"{kind}:start",
            dialog.kind.name,
            words.SUBMIT_LEDGER,
            RECORDS,
            lambda scene: (filed_at(scene), "filed"),
        )

    async def _correction(self, call: Call) -> Errand:
        """The errand of a correction. An unknown record and one of others fail alike."""
        number = number_of_place(call)
        async with self._frame.parts.database.transaction(call.now) as work:
            stored = await work.ledger.get(number)
        if stored is None or not may(
            call.visitor.person, "correct", stored.entry, call.directory, call.today
        ):
            raise YanluError(talks.GONE)
        kind = stored.entry.kind
        address = f"{RECORDS}/{number}"
        dialog = self._ledgers.get(kind, self._talk)
        return Errand(
            dialog,
            f"{dialog.name}:fix:{number}",
            words.FIX_TALK if kind == TALK else f"{words.CORRECT}:{dialog.form.title}",
            words.SUBMIT_FIX,
            address,
            lambda _: (address, "corrected"),
            notes="last" if kind == TALK else "first",
            newest=address,
        )

    def _voiding(self, call: Call) -> Errand:
        number = number_of_place(call)
        address = f"{RECORDS}/{number}"
        return Errand(
            self._void,
            f"void:start:{number}",
            texts.VOID_TITLE,
            texts.VOID_CONFIRM,
            address,
            lambda _: (address, "voided"),
        )


def filed_at(scene: Scene) -> str:
    """Give the address of the record that was filed in a scene."""
    return f"{RECORDS}/{scene.found[FILED]}"


def number_of_place(call: Call) -> int:
    """Give the number that the address names. Raises YanluError for what is none, as for a record of others."""
    number = number_in(call.place("id"))
    if number is None:
        raise YanluError(talks.GONE)
    return number


def ledgers_of(directory: Directory, person: str, on: date) -> Sequence[tuple[str, str]]:
    """List the ledgers that somebody's posts call for: (address, name with the measure)."""
    roles = {post.role for post in directory.posts_of(person, on)}
    return [
        (
            f"{TALK_NEW}/{kind.code}",
            texts.ledger_choice(kind.name, load_catalogue().measure(kind.measures[0]).label),
        )
        for kind in load_record_kinds().ledgers
        if roles.intersection(kind.keepers)
    ]
