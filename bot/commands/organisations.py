"""`yanlu org …` and `yanlu invite …`."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.running import complain, in_loop, tell
from bot.services.directory import Directory, DirectoryService
from bot.settings import load_settings
from storage import Organisation, Person, UnitOfWork
from yanlu.errors import YanluError
from yanlu.texts import commands as command_texts
from yanlu.texts import imports as import_texts
from yanlu.texts import organisations as texts

app = typer.Typer(no_args_is_help=True)
MOST_SHOWN = 50
DAYS = 7


@app.command("import", help=texts.IMPORT)
def import_(
    file: Annotated[Path, typer.Argument(help=command_texts.FILES)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=texts.DRY_RUN)] = False,
) -> None:
    """Take a file's organisations and posts in, whole or not at all; exit code 1 when it has mistakes."""
    from bot.app import House
    from bot.services.organisation_files import read_organisation_file
    from bot.services.organisation_import import ImportPlan, apply_import, plan_import

    read = read_organisation_file(file)

    async def work() -> ImportPlan:
        async with House.open(load_settings()) as house, house.database.transaction(house.clock()) as unit:
            await unit.lock("organisation import")
            directory = await DirectoryService(house.database).of(unit)
            plan = plan_import(read, directory, house.clock().date())
            if not plan.errors and not dry_run:
                await apply_import(unit, plan)
            return plan

    plan = in_loop(work())
    for each in plan.warnings:
        complain(texts.at(each.place, each.text))
    if plan.errors:
        for each in plan.errors[:MOST_SHOWN]:
            complain(texts.at(each.place, each.text))
        raise YanluError(
            import_texts.has_errors(len(plan.errors)),
            kept=import_texts.NOTHING_IMPORTED,
            next_step=import_texts.FIX_ROWS,
        )
    tell(texts.counted(len(plan.new), len(plan.changed), len(plan.ended), plan.unchanged))
    if plan.examples:
        tell(texts.examples_left_out(plan.examples))
    tell(texts.DRY_RUN_DONE if dry_run else texts.appointed(len(plan.appointments)))


@app.command("tree", help=texts.TREE)
def tree(
    people: Annotated[bool, typer.Option("--people", help=texts.TREE_PEOPLE)] = False,
) -> None:
    """Show the organisations as a tree."""
    from bot.app import House

    async def work() -> tuple[Directory, date]:
        async with House.open(load_settings()) as house:
            return await DirectoryService(house.database).current(), house.clock().date()

    directory, on = in_loop(work())
    for root in directory.roots:
        for line in tree_lines(root, directory, on, people=people):
            tell(line)
    if not directory.roots:
        tell(command_texts.NONE_YET)


def tree_lines(
    root: Organisation, directory: Directory, on: date, *, people: bool = False, depth: int = 0
) -> list[str]:
    """An organisation and all under it, a line each, indented by level; with their people when asked for."""
    indent = "  " * depth
    lines = [indent + texts.organisation_line(root.name, root.code, sample=root.sample)]
    if people:
        lines += [
            f"{indent}  - {texts.person_line(directory.person(post.person).name, post.title, post.role, post.id)}"
            for post in directory.posts_at(root.id, on)
        ]
    for child in directory.children(root.id):
        lines += tree_lines(child, directory, on, people=people, depth=depth + 1)
    return lines


@app.command("template", help=texts.TEMPLATE)
def template(
    out: Annotated[Path, typer.Option("--out", help=texts.TEMPLATE_OUT)],
    csv: Annotated[bool, typer.Option("--csv", help=texts.TEMPLATE_CSV)] = False,
) -> None:
    """Write the file to fill in; an existing one is not overwritten."""
    from bot.services.organisation_template import template_csv, template_xlsx

    try:
        with out.open("xb") as file:
            file.write(template_csv() if csv else template_xlsx())
    except FileExistsError:
        raise YanluError(texts.EXISTS, kept=texts.EXISTS_KEPT, next_step=texts.EXISTS_NEXT) from None
    except OSError:
        raise YanluError(texts.CANNOT_WRITE, next_step=texts.CANNOT_WRITE_NEXT) from None
    tell(texts.template_written(out.name))


@app.command("end", help=texts.END)
def end(
    post: Annotated[str, typer.Argument(metavar="POST", help=texts.END_POST)],
    on: Annotated[str, typer.Option("--on", help=texts.END_ON)],
) -> None:
    """End a post on its last day."""
    from bot.app import House
    from bot.services.import_posts import read_day

    day = read_day(on)
    if day is None:
        raise YanluError(import_texts.bad_date(on))

    async def work() -> None:
        async with House.open(load_settings()) as house, house.database.transaction(house.clock()) as unit:
            directory = await DirectoryService(house.database).of(unit)
            found = next((each for each in directory.posts if each.id == post), None)
            if found is None:
                raise YanluError(texts.NO_SUCH_POST, next_step=texts.NO_SUCH_POST_NEXT)
            if found.since is not None and day < found.since:
                raise YanluError(import_texts.UNTIL_BEFORE_SINCE)
            await unit.people.end_post(post, day)

    in_loop(work())
    tell(texts.ENDED)


def invite(
    person: Annotated[str | None, typer.Argument(metavar="PERSON", help=texts.INVITE_PERSON)] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=90, help=texts.INVITE_DAYS)] = DAYS,
    list_: Annotated[bool, typer.Option("--list", help=texts.INVITE_LIST)] = False,
    rebind_: Annotated[bool, typer.Option("--rebind", help=texts.INVITE_REBIND)] = False,
) -> None:
    """Make an invitation for a person, list the open ones, or take all phones from a person and invite anew."""
    if list_ == bool(person) or (list_ and rebind_):
        raise YanluError(texts.INVITE_WHOM, next_step=texts.INVITE_WHOM_NEXT)
    if person is None:
        in_loop(_list_open())
    else:
        in_loop(_invite(person, timedelta(days=days), again=rebind_))


async def _invite(word: str, life: timedelta, *, again: bool) -> None:
    from bot.app import House
    from bot.services.invitations import issue, rebind

    async with House.open(load_settings()) as house, house.database.transaction(house.clock()) as unit:
        directory = await DirectoryService(house.database).of(unit)
        on = house.clock().date()
        person = the_person(word, directory, on)
        code = await (rebind if again else issue)(unit, person.id, house.clock(), life)
    tell(texts.invitation(described(person, directory, on), code, life.days))


async def _list_open() -> None:
    from bot.app import House

    async with House.open(load_settings()) as house, house.database.transaction(house.clock()) as unit:
        directory = await DirectoryService(house.database).of(unit)
        lines = await open_lines(unit, directory, house.clock().date())
    for line in lines or [command_texts.NONE_YET]:
        tell(line)


async def open_lines(unit: UnitOfWork, directory: Directory, on: date) -> list[str]:
    """The open invitations, a line each: who, until when. The codes themselves are kept nowhere."""
    from bot.services.clock import BEIJING

    lines = []
    for person in directory.people.values():
        for each in await unit.invitations.open_of(person.id):
            until = each.expires.astimezone(BEIJING)
            lines.append(texts.open_invitation(described(person, directory, on), f"{until:%Y-%m-%d %H:%M}"))
    return lines


def the_person(word: str, directory: Directory, on: date) -> Person:
    """The person with that code or exactly that name. Raises YanluError when there is none, or several."""
    by_code = directory.person_of_code(word)
    found = (by_code,) if by_code is not None else directory.bearers(word)
    if len(found) == 1:
        return found[0]
    if found:
        several = [f"{each.code}  {described(each, directory, on)}" for each in found]
        raise YanluError(texts.several_people(word, several), next_step=texts.USE_CODE)
    alike = [f"{each.code}  {described(each, directory, on)}" for each in directory.find_people(word, 5)]
    raise YanluError(texts.no_person(word, alike), next_step=texts.USE_CODE)


def described(person: Person, directory: Directory, on: date) -> str:
    """A person with unit and title as they are today."""
    return directory.who(person.id, on).shown
