"""The tree of organisations with its posts, and the people who hold them: for administrators."""

from collections.abc import Sequence

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import of_all
from bot.services.directory import Directory
from bot.services.import_posts import read_day
from bot.services.invitations import issue, rebind
from bot.services.organisation_import import apply_import, plan_import
from bot.services.organisation_rows import Table, cell_of
from storage import Organisation, Person, Post
from yanlu.errors import YanluError
from yanlu.texts import console_organisation as words
from yanlu.texts import imports as import_texts
from yanlu.texts import organisations as organisation_texts

AREA = "organisation"
ROOT = "/console/organisation"
_MOST_FOUND = 20


class OrganisationPages:
    """The pages of organisations and people."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        person = f"{ROOT}/people/{{id}}"
        return (
            ConsolePage(ROOT, "administrator", self.tree, area=AREA),
            ConsolePage(f"{ROOT}/units/{{id}}", "administrator", self.unit, area=AREA),
            ConsolePage(f"{ROOT}/appoint", "administrator", self.appoint, "POST"),
            ConsolePage(person, "administrator", self.person, area=AREA),
            ConsolePage(f"{person}/end", "administrator", self.end, "POST"),
            ConsolePage(f"{person}/invite", "administrator", self.invite, "POST"),
            ConsolePage(f"{person}/revoke", "administrator", self.revoke, "POST"),
        )

    async def tree(self, call: Call) -> Response:
        """Show the top of the tree, or what a name finds."""
        said = call.asked("q").strip()[:60]
        directory = call.directory
        return self._frame.page(
            call,
            "organisation.html",
            words,
            area=AREA,
            q=said,
            roots=[(each, _below(directory, each)) for each in directory.roots],
            organisations=directory.find_organisations(said, _MOST_FOUND) if said else (),
            people=[
                (each, directory.who(each.id, call.today).shown)
                for each in (directory.find_people(said, _MOST_FOUND) if said else ())
            ],
        )

    async def unit(self, call: Call) -> Response:
        """Show an organisation: what is above and below it, who holds which post, and a form to appoint somebody."""
        return self._unit_page(call, _organisation(call, call.place("id")))

    async def appoint(self, call: Call) -> Response:
        """Give somebody a post, by the rules of the import; the same form twice changes nothing."""
        place = _organisation(call, call.form.get("organisation"))
        known = call.directory.person_of_code(call.form.get("number").strip())
        if known is not None and known.name != call.form.get("name").strip():
            return self._unit_page(call, place, alert=words.other_name(known.code, known.name), status=422)
        async with self._database.transaction(call.now) as work:
            await work.lock("organisation import")
            directory = await self._frame.parts.directories.of(work)
            plan = plan_import(_one_row(call, place).file(), directory, call.today)
            if not plan.errors:
                await apply_import(work, plan)
        if plan.errors:
            alert = "".join(f"{each.text}" for each in plan.errors)
            return self._unit_page(call, place, alert=alert, status=422)
        return self._frame.back(f"{ROOT}/units/{place.id}", "appointed")

    async def person(self, call: Call) -> Response:
        """Show somebody's posts, invitations and whether they have an account."""
        return await self._person_page(call)

    async def end(self, call: Call) -> Response:
        """End a post on its last day."""
        person = _person(call)
        day = read_day(call.form.get("until"))
        post = _post(call.directory, person, call.form.get("post"))
        if day is None:
            return await self._person_page(call, alert=import_texts.bad_date(call.form.get("until")[:20]))
        if post.since is not None and day < post.since:
            return await self._person_page(call, alert=import_texts.UNTIL_BEFORE_SINCE)
        async with self._database.transaction(call.now) as work:
            await work.people.end_post(post.id, day)
        return self._frame.back(f"{ROOT}/people/{person.id}", "ended")

    async def invite(self, call: Call) -> Response:
        """Make an invitation, whose code is shown once; a new phone takes every other way in from the person."""
        person = _person(call)
        again = call.form.get("rebind") == "yes"
        async with self._database.transaction(call.now) as work:
            if not await call.first_time(work):
                return self._frame.back(f"{ROOT}/people/{person.id}", "invited_before")
            if again:
                await work.console_sessions.end_of(person.id)
            code = await (rebind if again else issue)(work, person.id, call.now)
        return await self._person_page(call, code=code)

    async def revoke(self, call: Call) -> Response:
        """Take back a person's open invitations."""
        person = _person(call)
        async with self._database.transaction(call.now) as work:
            await work.invitations.revoke_of(person.id, call.now)
        return self._frame.back(f"{ROOT}/people/{person.id}", "revoked")

    def _unit_page(self, call: Call, place: Organisation, *, alert: str = "", status: int = 200) -> Response:
        directory = call.directory
        posts = directory.posts_at(place.id, call.today)
        return self._frame.page(
            call,
            "organisation-unit.html",
            words,
            area=AREA,
            status=status,
            alert=alert,
            unit=place,
            above=tuple(reversed(directory.ancestors(place.id))),
            below=of_all(call, [(each, _below(directory, each)) for each in directory.children(place.id)]),
            posts=[(each, directory.person(each.person)) for each in posts],
            roles=organisation_texts.ROLES,
            typed=call.form.fields if alert else {},
        )

    async def _person_page(self, call: Call, *, alert: str = "", code: str = "") -> Response:
        person = _person(call)
        async with self._database.transaction(call.now) as work:
            invitations = await work.invitations.open_of(person.id)
            account = await work.accounts.get(person.id)
            conversations = len(await work.bindings.of(person.id))
        directory = call.directory
        return self._frame.page(
            call,
            "organisation-person.html",
            words,
            area=AREA,
            status=422 if alert else 200,
            alert=alert,
            person=person,
            posts=[
                (each, directory.organisation(each.organisation)) for each in directory.posts_of(person.id)
            ],
            roles=organisation_texts.ROLES,
            invitations=invitations,
            account=account,
            conversations=conversations,
            code=code,
        )


def _below(directory: Directory, organisation: Organisation) -> int:
    """How many organisations are under one."""
    return len(directory.below(organisation.id)) - 1


def _organisation(call: Call, id_: str) -> Organisation:
    found = call.directory.organisations.get(id_)
    if found is None:
        raise YanluError(words.NO_UNIT, next_step=words.NO_UNIT_NEXT)
    return found


def _person(call: Call) -> Person:
    found = call.directory.people.get(call.place("id"))
    if found is None:
        raise YanluError(words.NO_PERSON, next_step=words.NO_PERSON_NEXT)
    return found


def _post(directory: Directory, person: Person, id_: str) -> Post:
    found = next((each for each in directory.posts_of(person.id) if each.id == id_), None)
    if found is None:
        raise YanluError(organisation_texts.NO_SUCH_POST, next_step=organisation_texts.NO_SUCH_POST_NEXT)
    return found


def _one_row(call: Call, place: Organisation) -> Table:
    """Write the form as a row of an import, whose places are the fields' own labels."""
    said = {
        "人员编码": call.form.get("number"),
        "姓名": call.form.get("name"),
        "政治面貌": call.form.get("political"),
        "组织编码": place.code,
        "职务": call.form.get("title"),
        "身份": call.form.get("role"),
        "任职日期": call.form.get("since"),
    }
    table = Table()
    table.add({name: cell_of(value, name) for name, value in said.items()}, words.THE_FORM)
    return table
