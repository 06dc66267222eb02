"""The proof of filing: a plain text that shows that a report came, when, and to which level; it opens nothing."""

from dataclasses import dataclass
from datetime import date

from bot.conversation.messages import OutgoingFile
from bot.services.directory import Directory
from storage import OpenCase, UnitOfWork
from storage.report_sealing import REPORT
from yanlu.texts import reports as texts


@dataclass(frozen=True, slots=True)
class Proof:
    """`digest` is keyed with the case's own key: who cannot open the case learns nothing from it."""

    number: str
    filed: date
    organisation: str
    digest: str

    @property
    def text(self) -> str:
        """The proof as it is read."""
        return texts.proof(self.number, self.filed, self.organisation, self.digest)

    @property
    def file(self) -> OutgoingFile:
        """The proof as a file to keep: UTF-8 text, without metadata."""
        return OutgoingFile(texts.proof_name(self.number), f"{self.text}\n".encode(), "text/plain")


async def proof_of(work: UnitOfWork, directory: Directory, case: OpenCase) -> Proof:
    """The proof of an opened case, computed from what stands in it now."""
    report = await work.cases.report(case.key)
    name = organisation_name(directory, case.row.organisation)
    return Proof(case.row.number, case.row.filed, name, case.key.digest(REPORT, report))


def organisation_name(directory: Directory, organisation: str) -> str:
    """The name of an organisation; its id where it has been dissolved."""
    known = directory.organisations.get(organisation)
    return organisation if known is None else known.name
