"""Files made from records: gathers what the builders need from the store. Within a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation.messages import OutgoingFile
from bot.services.coverage import Coverage, grouped
from bot.services.directory import Directory
from bot.services.duties import Period
from bot.services.entitlements import may
from bot.services.files import (
    DutyReport,
    Ledger,
    OrganisationFigures,
    TalkForm,
    count_year,
    file_name,
    ledger_xlsx,
    statement_docx,
    talk_form_docx,
    year_docx,
)
from bot.services.ledgers import tickets_of
from bot.services.talk_record import TALK, number_of
from bot.services.talk_rules import fitting_post
from knowledge.records import load_record_kinds
from storage import RecordEntry, RecordQuery, StoredRecord, StoredTicket, TicketQuery, UnitOfWork
from yanlu.texts import files as texts
from yanlu.texts import records

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_RECORDS = 20_000
MOST_TICKETS = 20_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks for a file, and when: only what they may see is in it."""

    person: str
    directory: Directory
    today: date

    def names(self) -> dict[str, str]:
        """People and organisations by id."""
        people = {each.id: each.name for each in self.directory.people.values()}
        return people | {each.id: each.name for each in self.directory.organisations.values()}


async def talk_form_file(work: UnitOfWork, stored: StoredRecord, reader: Reader) -> OutgoingFile:
    """谈话登记表 of a talk."""
    return talk_form_as_file(await talk_form_of(work, stored, reader))


async def talk_form_of(work: UnitOfWork, stored: StoredRecord, reader: Reader) -> TalkForm:
    """All that stands on the 谈话登记表 of a talk."""
    entry, directory = stored.entry, reader.directory
    subjects = entry.whose("subject")
    duty = load_record_kinds().talk(entry.talk_type or "").duty
    posts = {
        id_: fitting_post(directory.posts_of(id_, entry.day), duty.subjects if duty else ())
        for id_ in subjects
    }
    return TalkForm(
        record=stored,
        as_of=reader.today,
        people={id_: directory.person(id_) for id_ in subjects},
        posts={id_: post for id_, post in posts.items() if post is not None},
        tickets=tuple(await work.tickets.find(TicketQuery(records=(entry.id,)), limit=MOST_TICKETS)),
        versions=tuple(await work.ledger.versions(entry.id)),
    )


def talk_form_as_file(form: TalkForm) -> OutgoingFile:
    """The 谈话登记表 as Word: some time's work, so for a thread where others wait."""
    number = number_of(form.record.entry)
    name = file_name(texts.FORM_TITLE, number, suffix="docx", otherwise=texts.FORM_TITLE)
    return OutgoingFile(name, talk_form_docx(form), DOCX)


async def ledger_file(
    work: UnitOfWork,
    entries: Sequence[RecordEntry],
    unit: str,
    period: Period,
    reader: Reader,
) -> OutgoingFile:
    """The ledger of some records as Excel; what the reader may not see is left out."""
    allowed = exported(entries, reader)
    stored = [await work.ledger.get(each.id) for each in allowed]
    tickets = await tickets_of(work, [each.id for each in allowed])
    return ledger_book([each for each in stored if each is not None], tickets, unit, period, reader)


def exported(entries: Sequence[RecordEntry], reader: Reader) -> list[RecordEntry]:
    """Those of some records that a reader takes away, by day, no more than a file holds."""
    allowed = [each for each in entries if may(reader.person, "export", each, reader.directory, reader.today)]
    return sorted(allowed, key=lambda each: (each.day, each.id))[:MOST_RECORDS]


def ledger_book(
    records_: Sequence[StoredRecord],
    tickets: Sequence[StoredTicket],
    unit: str,
    period: Period,
    reader: Reader,
) -> OutgoingFile:
    """The ledger of records that a reader may take away. Pure, and long for many of them."""
    by_kind: dict[str, list[StoredRecord]] = {TALK: []}
    for each in records_:
        by_kind.setdefault(each.entry.kind, []).append(each)
    ledger = Ledger(
        unit=unit,
        since=period.start,
        until=period.end,
        as_of=reader.today,
        records=by_kind,
        tickets=tuple(tickets),
        names=reader.names(),
        numbers={each.entry.id: number_of(each.entry) for each in records_},
    )
    name = file_name(unit, texts.LEDGER, period.label, suffix="xlsx", otherwise=texts.LEDGER)
    return OutgoingFile(name, ledger_xlsx(ledger), XLSX)


def export_query(
    organisations: tuple[str, ...], talk_types: tuple[str, ...], kind: str | None, period: Period
) -> RecordQuery:
    """The records of a ledger in a period, the void ones too: the ledger shows them as such."""
    kinds = (kind,) if kind else (TALK,) if talk_types else None
    return RecordQuery(
        organisations=organisations,
        kinds=kinds,
        talk_types=talk_types or None,
        since=period.start,
        until=period.end,
        states=("filed", "void"),
    )


def statement_file(report: DutyReport) -> OutgoingFile:
    """述职材料 as Word."""
    name = file_name(
        report.head.name,
        str(report.year),
        records.STATEMENT_NAME,
        suffix="docx",
        otherwise=records.STATEMENT_NAME,
    )
    return OutgoingFile(name, statement_docx(report), DOCX)


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A year of an organisation and all below it: its filed talks, the tickets to be closed there, what was owed."""

    unit: str
    year: int
    talks: Sequence[RecordEntry]
    tickets: Sequence[StoredTicket]
    covered: Coverage


def year_file(shown: UnitYear, reader: Reader) -> OutgoingFile:
    """The yearly figures with their charts as Word."""
    directory, today = reader.directory, reader.today
    name = directory.organisation(shown.unit).name
    figures = count_year(shown.talks, unit=name, year=shown.year, as_of=today, names=reader.names())
    owed = {directory.organisation(id_).name: tally for id_, tally in shown.covered.by_organisation.items()}
    tickets = grouped(
        [each for each in shown.tickets if each.closed is None],
        lambda each: directory.organisation(each.organisation).name,
    )
    talked = {each.name: each.talks for each in figures.organisations}
    lines = tuple(
        OrganisationFigures(
            place,
            talked.get(place, 0),
            owed=owed[place].needed if place in owed else None,
            held=owed[place].held if place in owed else None,
            open=len(tickets.get(place, ())),
            overdue=sum(each.overdue(today) for each in tickets.get(place, ())),
        )
        for place in dict.fromkeys((*talked, *owed, *tickets))
    )
    titled = file_name(name, str(shown.year), records.YEAR_NAME, suffix="docx", otherwise=records.YEAR_NAME)
    return OutgoingFile(titled, year_docx(replace(figures, organisations=lines)), DOCX)
