"""Long jobs: who started them, how far they are, and what came of them. Results are sealed."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from storage.schema_console import job_results, jobs
from storage.sealed_tables import JOB_RESULTS
from storage.sealing import KeyRing
from storage.session import Session

JobState = Literal["running", "done", "failed"]
_ADD = sa.insert(jobs)
_AT = sa.and_(jobs.c.id == sa.bindparam("at_id"), jobs.c.state == "running")
_BEAT = (
    sa.update(jobs)
    .where(_AT)
    .values(done=sa.bindparam("new_done"), total=sa.bindparam("new_total"), beat=sa.bindparam("now"))
)
_END = sa.update(jobs).where(_AT).values(state=sa.bindparam("new_state"), beat=sa.bindparam("now"))
_GET = sa.select(jobs).where(jobs.c.id == sa.bindparam("at_id"), jobs.c.person == sa.bindparam("of"))
_OF = (
    sa.select(jobs)
    .where(jobs.c.person == sa.bindparam("of"))
    .order_by(jobs.c.began.desc(), jobs.c.id)
    .limit(sa.bindparam("most"))
    .offset(sa.bindparam("skip"))
)
_COUNT = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.person == sa.bindparam("of"))
_PUT_RESULT = sa.insert(job_results)
_RESULT = sa.select(job_results).where(job_results.c.job == sa.bindparam("at_id"))
_OLD = sa.select(jobs.c.id).where(jobs.c.beat < sa.bindparam("before"))
_PURGE_RESULTS = sa.delete(job_results).where(job_results.c.job.in_(_OLD))
_PURGE = sa.delete(jobs).where(jobs.c.beat < sa.bindparam("before"))


@dataclass(frozen=True, slots=True)
class Job:
    """A long job of a person; `done` of `total` steps. One that has not beaten for long was cut off."""

    id: str
    person: str
    kind: str
    state: JobState
    done: int
    total: int
    began: datetime
    beat: datetime


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a job: words for the person, and perhaps a file."""

    words: str = field(repr=False)
    name: str = ""
    media_type: str = ""
    content: bytes = field(default=b"", repr=False)


class Jobs:
    """The tables `jobs` and `job_results`."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def add(self, person: str, kind: str, now: datetime) -> str:
        """Begin a job; gives its id."""
        id_ = os.urandom(12).hex()
        row = {"id": id_, "person": person, "kind": kind, "state": "running", "done": 0, "total": 0}
        await self._session.execute(_ADD, {**row, "began": now, "beat": now})
        return id_

    async def beat(self, id: str, done: int, total: int, now: datetime) -> None:  # noqa: A002 - the word of the row
        """Keep how far a running job is."""
        await self._session.execute(_BEAT, {"at_id": id, "new_done": done, "new_total": total, "now": now})

    async def end(self, id: str, result: JobResult, now: datetime, *, failed: bool = False) -> None:  # noqa: A002 - as above
        """End a running job with its result; one that has ended stays as it is."""
        state: JobState = "failed" if failed else "done"
        ended = await self._session.execute(_END, {"at_id": id, "new_state": state, "now": now})
        if ended.rowcount != 1:
            return
        content = {
            "words": result.words,
            "name": result.name,
            "media_type": result.media_type,
            "content": base64.b64encode(result.content).decode(),
        }
        row = {"job": id}
        await self._session.execute(
            _PUT_RESULT, {**row, "sealed": JOB_RESULTS.seal(self._keys, content, row)}
        )

    async def get(self, id: str, person: str) -> Job | None:  # noqa: A002 - as above
        """Give a person's job; None for another's."""
        row = (await self._session.execute(_GET, {"at_id": id, "of": person})).one_or_none()
        return None if row is None else Job(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    async def result(self, id: str) -> JobResult | None:  # noqa: A002 - as above
        """Give what came of a job; None while it runs. Raises DatabaseCorrupt when its seal is broken."""
        row = (await self._session.execute(_RESULT, {"at_id": id})).one_or_none()
        if row is None:
            return None
        content = JOB_RESULTS.opened(self._keys, row.sealed, row._mapping)  # noqa: SLF001 - as above
        return JobResult(**{**content, "content": base64.b64decode(content["content"])})

    async def of(self, person: str, *, limit: int, offset: int = 0) -> Sequence[Job]:
        """Give a page of a person's jobs, the latest first."""
        rows = await self._session.execute(_OF, {"of": person, "most": limit, "skip": offset})
        return [Job(**row._mapping) for row in rows]  # noqa: SLF001 - as above

    async def count(self, person: str) -> int:
        """Count a person's jobs."""
        return int((await self._session.execute(_COUNT, {"of": person})).scalar_one())

    async def purge(self, before: datetime) -> None:
        """Forget the jobs that last beat before, with their results."""
        await self._session.execute(_PURGE_RESULTS, {"before": before})
        await self._session.execute(_PURGE, {"before": before})
