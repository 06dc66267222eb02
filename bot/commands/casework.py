"""`yanlu inbox`, `yanlu handlers …`, `yanlu recovery …`, `yanlu audit …`, `yanlu cases …`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.inbox import Inbox, line_reader, read_secret
from bot.commands.organisations import described, the_person
from bot.commands.running import in_loop, tell
from bot.settings import load_settings
from storage import Handler, Organisation
from yanlu.errors import AccessDenied, DatabaseCorrupt, YanluError
from yanlu.texts import casework as texts

if TYPE_CHECKING:
    from bot.app import House
    from bot.services.casework.access import Sitting

handlers = typer.Typer(no_args_is_help=True)
recovery = typer.Typer(no_args_is_help=True)
audit = typer.Typer(no_args_is_help=True)
cases = typer.Typer(no_args_is_help=True)
SYSTEM = "system"
_Person = Annotated[str, typer.Argument(metavar="PERSON", help=texts.INBOX_PERSON)]
_Organisation = Annotated[str, typer.Argument(metavar="ORGANISATION", help=texts.RECOVERY_ORGANISATION)]


def inbox(person: _Person) -> None:
    """Open a handler's console."""

    async def work() -> None:
        async with _house() as house:
            handler = await _handler(house, person)
            secret = await asyncio.to_thread(read_secret, texts.ASK_PASSPHRASE)
            console = Inbox(house, handler.person, line_reader(), prompting=sys.stdin.isatty())
            await console.run(secret)

    in_loop(work())


@handlers.command("enrol", help=texts.ENROL)
def enrol(
    person: _Person,
    organisation: Annotated[str, typer.Option("--organisation", help=texts.ENROL_ORGANISATION)],
) -> None:
    """Let a person receive reports for an organisation; they type their passphrase themselves."""
    from storage import new_keys

    async def work() -> None:
        async with _house() as house:
            directory, today = await house.directories.current(), house.clock().date()
            who, place = the_person(person, directory, today), await _organisation(house, organisation)
            async with house.database.transaction(house.clock()) as unit:
                await unit.handlers.refuse_known(who.id)
            made = await asyncio.to_thread(new_keys, await asyncio.to_thread(_new_passphrase))
            async with house.database.transaction(house.clock()) as unit:
                handler = await unit.handlers.enrol(who.id, place.id, made, today)
                await unit.audit.append(SYSTEM, f"enrol:{handler.id}", None, today)
            tell(texts.enrolled(described(who, directory, today), place.name))

    in_loop(work())


@handlers.command("revoke", help=texts.REVOKE)
def revoke(person: _Person) -> None:
    """End a person's receiving of reports."""
    from bot.services.casework.rechecks import recheck

    async def work() -> None:
        async with _house() as house:
            handler, today = await _handler(house, person), house.clock().date()
            async with house.database.transaction(house.clock()) as unit:
                await unit.handlers.revoke(handler.id, today)
                await recheck(unit, house.desk, today)
                await unit.audit.append(SYSTEM, f"revoke:{handler.id}", None, today)
        tell(texts.REVOKED)

    in_loop(work())


@handlers.command("passphrase", help=texts.PASSPHRASE)
def passphrase(person: _Person) -> None:
    """Put a handler's key under a new passphrase."""
    from bot.services.casework.unlocking import change_passphrase

    async def work() -> None:
        async with _house() as house:
            handler = await _handler(house, person)
            old = await asyncio.to_thread(read_secret, texts.ASK_PASSPHRASE)
            new = await asyncio.to_thread(_new_passphrase)
            await change_passphrase(house.database, handler, (old, new), house.clock())
        tell(texts.PASSPHRASE_CHANGED)

    in_loop(work())


@handlers.command("list", help=texts.LIST)
def list_() -> None:
    """List who receives reports, by organisation."""

    async def work() -> list[str]:
        async with _house() as house, house.database.transaction(house.clock()) as unit:
            directory, today = await house.directories.of(unit), house.clock().date()
            return [
                texts.handler_line(
                    described(directory.person(each.person), directory, today),
                    directory.organisation(each.organisation).name,
                    each.enrolled,
                )
                for each in await unit.handlers.all()
            ]

    for line in in_loop(work()) or [texts.NO_HANDLERS]:
        tell(line)


@recovery.command("make", help=texts.RECOVERY_MAKE)
def make(organisation: _Organisation) -> None:
    """Make an organisation's recovery key and print it, once."""
    from storage import new_recovery

    async def work() -> None:
        async with _house() as house:
            place, today = await _organisation(house, organisation), house.clock().date()
            public, printed = new_recovery()
            async with house.database.transaction(house.clock()) as unit:
                before = await unit.handlers.recovery(place.id)
                made = await unit.handlers.set_recovery(place.id, public, today)
                await unit.audit.append(SYSTEM, f"recovery:{made.id}", None, today)
            tell(texts.recovery_key(place.name, printed))
            tell(texts.RECOVERY_ONCE)
            if before is not None:
                tell(texts.RECOVERY_OLD)

    in_loop(work())


@recovery.command("drill", help=texts.RECOVERY_DRILL)
def drill(organisation: _Organisation) -> None:
    """Prove that a printed key would save every case; exit code 1 when it would not. Says nothing of how many."""

    async def work() -> bool:
        async with _house() as house:
            place = await _organisation(house, organisation)
            printed = await asyncio.to_thread(read_secret, texts.ASK_PAPER)
            async with house.database.transaction(house.clock()) as unit:
                found = await unit.handlers.drill(place.id, printed)
                result = "passed" if found.passed else "failed"
                await unit.audit.append(SYSTEM, f"drill:{result}", None, house.clock().date())
            return found.passed

    if not in_loop(work()):
        raise AccessDenied(texts.DRILL_FAILED, next_step=texts.DRILL_NEXT)
    tell(texts.DRILL_PASSED)


@recovery.command("use", help=texts.RECOVERY_USE)
def use() -> None:
    """Seal what nobody can open any more to those who should have it."""
    from bot.services.casework.rechecks import recovered

    async def work() -> int:
        async with _house() as house:
            printed = await asyncio.to_thread(read_secret, texts.ASK_PAPER)
            async with house.database.transaction(house.clock()) as unit:
                return await recovered(unit, house.desk, printed, house.clock().date())

    tell(texts.recovered(in_loop(work())))


@audit.command("verify", help=texts.AUDIT_VERIFY)
def verify() -> None:
    """Check the chain; exit code 1, with the first broken entry, when it is not whole."""

    async def work() -> tuple[int | None, tuple[int, bytes]]:
        async with _house() as house, house.database.transaction(house.clock()) as unit:
            return await unit.audit.verify(), await unit.audit.head()

    broken, (last, link) = in_loop(work())
    if broken is not None:
        raise DatabaseCorrupt(texts.audit_broken(broken), next_step=texts.AUDIT_NEXT)
    tell(texts.AUDIT_WHOLE)
    tell(texts.audit_head(last, link.hex()))


@audit.command("show", help=texts.AUDIT_SHOW)
def show(
    person: _Person,
    number: Annotated[str, typer.Argument(metavar="CASE", help=texts.NUMBER)],
) -> None:
    """Show a case's steps to a handler who may see the case, and to nobody else."""
    from bot.services.casework.handling import read_steps

    async def work() -> list[str]:
        async with _house() as house, _sat(house, person) as sitting:
            steps = await read_steps(sitting, number.upper())
            return [texts.audit_line(each.id, each.day, each.actor, each.action) for each in steps]

    for line in in_loop(work()) or [texts.NO_STEPS]:
        tell(line)


@cases.callback()
def group() -> None:
    """Keep the command a group."""


@cases.command("stats", help=texts.STATS)
def stats(
    person: _Person,
    year: Annotated[int | None, typer.Option("--year", min=2000, max=9999, help=texts.STATS_YEAR)] = None,
) -> None:
    """A year's figures of what a handler may see, small numbers left out."""
    from bot.commands.case_pages import figures_page
    from bot.services.casework.statistics import year_figures

    async def work() -> list[str]:
        async with _house() as house, _sat(house, person) as at:
            return figures_page(await year_figures(at, year or at.day.year))

    for line in in_loop(work()):
        tell(line)


@asynccontextmanager
async def _house() -> AsyncIterator["House"]:
    from bot.app import House

    async with House.open(load_settings()) as house:
        yield house


@asynccontextmanager
async def _sat(house: "House", person: str) -> AsyncIterator["Sitting"]:
    """A transaction of an unlocked handler, whose passphrase is asked for."""
    from bot.services.casework.access import Sitting
    from storage import unlock

    handler = await _handler(house, person)
    secret = await asyncio.to_thread(read_secret, texts.ASK_PASSPHRASE)
    unlocked = await asyncio.to_thread(unlock, handler, secret)
    async with house.database.transaction(house.clock()) as unit:
        desk = await house.desk.at(unit, handler.organisation)
        yield Sitting(unit, desk, unlocked, house.clock().date())


async def _handler(house: "House", word: str) -> Handler:
    """The handler a person is. Raises YanluError for an unknown person, AccessDenied for one who is none."""
    today = house.clock().date()
    person = the_person(word, await house.directories.current(), today)
    async with house.database.transaction(house.clock()) as unit:
        found = await unit.handlers.by_person(person.id)
    if found is None:
        raise AccessDenied(texts.NO_HANDLER, next_step=texts.NO_HANDLER_NEXT)
    return found


async def _organisation(house: "House", word: str) -> Organisation:
    """The organisation with that code or exactly that name. Raises YanluError when there is none, or several."""
    found = (await house.directories.current()).organisation_called(word)
    if found is None:
        raise YanluError(texts.NO_SUCH_ORGANISATION, next_step=texts.ORGANISATION_NEXT)
    return found


def _new_passphrase() -> str:
    """Ask for a new passphrase twice. Raises AccessDenied when it is weak, or the two differ."""
    from bot.services.casework.unlocking import checked_passphrase

    new = checked_passphrase(read_secret(texts.ASK_NEW_PASSPHRASE))
    if read_secret(texts.ASK_AGAIN) != new:
        raise AccessDenied(texts.PASSPHRASES_DIFFER, next_step=texts.PASSPHRASES_DIFFER_NEXT)
    return new
