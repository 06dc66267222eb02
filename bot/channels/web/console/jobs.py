"""Long jobs: they go on while their person does something else, and what came of them is found again by that person.

A job runs in the process that took it; what it says of itself is in the database, so that any worker can show it.
One that was cut off (its process is gone) is told from one that is slow by its last beat.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from starlette.responses import Response

from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import listed
from bot.channels.web.console.rights import Right
from bot.channels.web.pages import attachment
from storage import Job, JobResult
from yanlu.errors import YanluError
from yanlu.texts import console as texts

log = logging.getLogger(__name__)

JOBS = "/console/jobs"
CUT_OFF = timedelta(minutes=2)
BEAT_SECONDS = 2.0
AT_ONCE = 2
MOST_WAITING = 4
"""Jobs of one person that run or wait for a turn: each holds what it is to work on."""
_TAKES: Mapping[str, Right] = {
    "ledger": "keeper",
    "statement": "coverage",
    "figures": "coverage",
    "coverage": "coverage",
    "import": "administrator",
    "ingest": "administrator",
}
"""The right that a kind of job takes (`texts.JOB_KINDS`); its file is given to who has it still."""

Progress = Callable[[int, int], None]
"""Says that so many steps of so many are done."""
Work = Callable[[Progress], Awaitable[JobResult]]


class JobRunner:
    """Runs jobs, a few at a time."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._running: dict[asyncio.Task[None], str] = {}

    async def start(self, call: Call, kind: str, work: Work) -> Response:
        """Start a job (`texts.JOB_KINDS`) and send the browser to its page. The same form starts it once.

        Raises YanluError while too many of the person's wait.
        """
        person = call.visitor.person
        async with self._database.transaction(call.now) as unit:
            if not await call.first_time(unit):
                return self._frame.back(JOBS)
            if list(self._running.values()).count(person) >= MOST_WAITING:
                raise YanluError(texts.MANY_JOBS, next_step=texts.MANY_JOBS_NEXT)
            id_ = await unit.jobs.add(person, kind, call.now)
        task = asyncio.create_task(self._run(id_, work))
        self._running[task] = person
        task.add_done_callback(self._running.pop)
        return self._frame.back(f"{JOBS}/{id_}")

    async def close(self) -> None:
        """Stop what runs; it will show as cut off."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self, id_: str, work: Work) -> None:
        steps = [0, 0]

        def progress(done: int, total: int) -> None:
            steps[:] = [done, total]

        beating = asyncio.create_task(self._beat(id_, steps))
        failed = False
        try:
            async with self._slots:
                result = await work(progress)
        except YanluError as error:
            failed, result = True, JobResult(str(error))
        except Exception as error:  # noqa: BLE001 - whatever failed, its person is told so
            log.error("a job failed: %s", type(error).__name__)  # noqa: TRY400 - a traceback may hold content
            failed, result = True, JobResult(texts.JOB_FAILED)
        finally:
            beating.cancel()
        now = self._frame.parts.clock()
        async with self._database.transaction(now) as unit:
            await unit.jobs.end(id_, result, now, failed=failed)

    async def _beat(self, id_: str, steps: Sequence[int]) -> None:
        while True:
            now = self._frame.parts.clock()
            async with self._database.transaction(now) as unit:
                await unit.jobs.beat(id_, steps[0], steps[1], now)
            await asyncio.sleep(BEAT_SECONDS)


class JobPages:
    """Where a person finds their jobs again."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(JOBS, "signed", self.list, area="home"),
            ConsolePage(f"{JOBS}/{{id}}", "signed", self.job, area="home"),
            ConsolePage(f"{JOBS}/{{id}}/file", "signed", self.file),
        )

    async def list(self, call: Call) -> Response:
        """List a person's jobs."""
        person = call.visitor.person
        async with self._database.transaction(call.now) as work:
            total = await work.jobs.count(person)
            jobs = await listed(
                call, total, lambda limit, offset: work.jobs.of(person, limit=limit, offset=offset)
            )
        return self._frame.page(
            call, "jobs.html", texts, area="home", jobs=jobs, state_of=lambda job: state_of(job, call)
        )

    async def job(self, call: Call) -> Response:
        """Show how far a job is, or what came of it; the page asks again by itself while it runs."""
        async with self._database.transaction(call.now) as work:
            job = await work.jobs.get(call.place("id"), call.visitor.person)
            result = await work.jobs.result(job.id) if job else None
        if job is None:
            raise YanluError(texts.NO_JOB, next_step=texts.NO_JOB_NEXT)
        return self._frame.page(
            call, "job.html", texts, area="home", job=job, state=state_of(job, call), result=result
        )

    async def file(self, call: Call) -> Response:
        """Give the file that came of a job."""
        async with self._database.transaction(call.now) as work:
            job = await work.jobs.get(call.place("id"), call.visitor.person)
            result = await work.jobs.result(job.id) if job else None
        lost = job is not None and _TAKES.get(job.kind) not in call.visitor.rights
        if result is None or not result.name or lost:
            raise YanluError(texts.NO_JOB, next_step=texts.NO_JOB_NEXT)
        return attachment(result.name, result.content, result.media_type)


def state_of(job: Job, call: Call) -> str:
    """Say how a job stands: running, done, failed, or cut off."""
    if job.state == "running" and call.now - job.beat > CUT_OFF:
        return "cut_off"
    return job.state
