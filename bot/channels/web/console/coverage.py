"""Coverage: who has been talked to and who has not, from the whole tree down to a person; charts, lists, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response

from bot.channels.web.console.charts import month_columns, share_bars
from bot.channels.web.console.coverage_files import CoverageFiles, head_of
from bot.channels.web.console.coverage_view import (
    Asked,
    Sums,
    Viewer,
    by_child,
    by_month,
    by_type,
    in_order,
    key_of,
    owed_types,
    parts,
    shares,
    years,
)
from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.jobs import JobRunner
from bot.channels.web.console.listing import of_all
from bot.services.coverage import Coverage, Met
from bot.services.duties import Obligation
from bot.services.entitlements import may_unit
from storage import Excuse, Organisation, UnitOfWork
from yanlu.errors import AccessDenied, YanluError
from yanlu.texts import console_coverage as texts

COVERAGE = "/console/coverage"
_UNIT = f"{COVERAGE}/{{organisation}}"


@dataclass(frozen=True, slots=True)
class At:
    """What every page of an organisation shows: where it is, and what may be chosen."""

    unit: Organisation
    asked: Asked
    trail: Sequence[Organisation]
    years: Sequence[int]
    parts: Sequence[tuple[str, str]]
    talk_types: Sequence[str]

    @classmethod
    def of(cls, call: Call, unit: Organisation, asked: Asked) -> "At":
        """Gather it; of those above only what the visitor may see."""
        above = [each for each in reversed(call.directory.ancestors(unit.id)) if _may_see(call, each.id)]
        return cls(unit, asked, above, years(call.today), parts(), owed_types())


class CoveragePages:
    """The figures of an organisation, its list of people, and the files made of them."""

    def __init__(self, frame: Frame, jobs: JobRunner) -> None:
        self._frame = frame
        self._jobs = jobs
        self._kept = frame.parts.kept
        self._files = CoverageFiles(frame.parts, self._kept)

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(COVERAGE, "coverage", self.first, area="coverage"),
            ConsolePage(_UNIT, "coverage", self.figures, area="coverage"),
            ConsolePage(f"{_UNIT}/people", "coverage", self.people, area="coverage"),
            ConsolePage(f"{_UNIT}/files", "coverage", self.figures, area="coverage"),
            ConsolePage(f"{_UNIT}/files", "coverage", self.file, "POST", area="coverage"),
        )

    async def first(self, call: Call) -> Response:
        """Go to the first organisation of the visitor's."""
        own = own_units(call)
        if not own:
            raise AccessDenied(texts.NOTHING_TO_SEE)
        return self._frame.back(f"{COVERAGE}/{own[0].id}")

    async def figures(self, call: Call) -> Response:
        """Show how an organisation and those below it stand, with charts."""
        unit = seen_unit(call)
        asked = replace(_asked(call), state="", scope="")
        mets, excused = await self._standing(call, unit, asked)
        children = of_all(call, by_child(mets, unit, call.directory, excused))
        columns = by_month(mets)
        bars = shares(children.rows, unit.id)
        month_lines = [(each.label, each.done, each.left, each.overdue) for each in columns]
        return self._frame.page(
            call,
            "coverage.html",
            texts,
            area="coverage",
            at=At.of(call, unit, asked),
            title=texts.title(unit.name, asked.period.label),
            others=[each for each in own_units(call) if each.id != unit.id],
            total=Sums.of(mets, excused),
            children=children,
            open_to={each.id for each, _ in children.rows if _may_see(call, each.id)},
            types=by_type(mets, excused),
            columns=columns,
            share_chart=share_bars(
                "shares",
                texts.bars_title(unit.name),
                texts.bars_description([(each.label, each.part, each.whole) for each in bars]),
                bars,
            ),
            month_chart=month_columns(
                "months", texts.months_title(unit.name), texts.months_description(month_lines), columns
            ),
            statement=head_of(call.visitor.person, unit.id, call.directory, call.today) is not None,
        )

    async def people(self, call: Call) -> Response:
        """List those who are owed a talk: by whom, held when, overdue, and why not."""
        unit, asked = seen_unit(call), _asked(call)
        mets, excused = await self._standing(call, unit, asked)
        found = of_all(call, in_order(mets, asked.state, excused, call.directory))
        async with self._frame.parts.database.transaction(call.now) as work:
            reasons = await reasons_of(work, found.rows)
        viewer = Viewer(call.visitor.person, call.directory, call.today)
        lines = [viewer.line(each, reasons) for each in found.rows]
        return self._frame.page(
            call,
            "coverage-people.html",
            texts,
            area="coverage",
            at=At.of(call, unit, asked),
            title=texts.people_title(unit.name, asked.period.label),
            total=Sums.of(mets, excused),
            found=found,
            lines=lines,
        )

    async def file(self, call: Call) -> Response:
        """Start making a file."""
        unit, asked = seen_unit(call), Asked.of(call.form.fields, call.today)
        kind = call.form.get("kind")
        made = self._files.makers(call, unit, asked).get(kind)
        if made is None:
            raise YanluError(texts.BAD_FILE, next_step=texts.BAD_FILE_NEXT)
        return await self._jobs.start(call, kind, made)

    async def _standing(
        self, call: Call, unit: Organisation, asked: Asked
    ) -> tuple[Sequence[Met], frozenset[tuple[str, str, str]]]:
        """What is owed and how it stands, and for what a reason is kept."""
        places = frozenset(call.directory.below(unit.id))

        def wanted(owed: Obligation) -> bool:
            return asked.wants(owed, places, unit.id)

        database, period = self._frame.parts.database, asked.period
        await self._kept.prepare(database, call.now, period, call.today, wanted)
        async with database.transaction(call.now) as work:
            covered = await self._kept.covered(work, period, call.today, wanted)
            return covered.mets, await work.ledger_watch.excused(_periods(covered))


async def reasons_of(work: UnitOfWork, mets: Sequence[Met]) -> Mapping[tuple[str, str, str], Excuse]:
    """Give the reasons kept for what has not been held."""
    found: dict[tuple[str, str, str], Excuse] = {}
    for period in sorted({each.obligation.period for each in mets}):
        subjects = sorted({each.obligation.subject for each in mets if not each.done})
        for reason in await work.standing.excuses(subjects, period):
            found[reason.subject, reason.talk_type, reason.period] = reason
    return {key_of(each): found[key_of(each)] for each in mets if key_of(each) in found}


def own_units(call: Call) -> Sequence[Organisation]:
    """The organisations whose coverage the visitor sees by a post in them, the weightiest post first."""
    posts = call.directory.posts_of(call.visitor.person, call.today)
    ids = dict.fromkeys(each.organisation for each in posts if _may_see(call, each.organisation))
    return [call.directory.organisation(each) for each in ids]


def seen_unit(call: Call) -> Organisation:
    """Give the organisation of the address. Raises AccessDenied, alike for one that is not there."""
    id_ = call.place("organisation")
    if not _may_see(call, id_):
        raise AccessDenied(texts.NOT_SEEN, next_step=texts.NOT_SEEN_NEXT)
    return call.directory.organisation(id_)


def _may_see(call: Call, organisation: str) -> bool:
    return may_unit(call.visitor.person, "see", "coverage", organisation, call.directory, call.today)


def _asked(call: Call) -> Asked:
    return Asked.of(call.request.query_params, call.today)


def _periods(covered: Coverage) -> tuple[str, ...]:
    return tuple(sorted({each.obligation.period for each in covered.mets}))
