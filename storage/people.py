"""The directory: organisations, people and posts, and a number that changes with them."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import sqlalchemy as sa

from storage.columns import upsert
from storage.people_rows import Organisation, Person, Post
from storage.schema_people import directory, organisations, people, posts
from storage.session import Session

_VERSION = sa.select(directory.c.version)
_BUMP = sa.update(directory).values(version=directory.c.version + sa.bindparam("step"))
_MOST_STEP = 1 << 20
"""A change adds 1 to this at random: a number that was seen and rolled back does not come again for other rows."""
_ORGANISATIONS = sa.select(organisations).order_by(organisations.c.code)
_PEOPLE = sa.select(people).order_by(people.c.code)
_POSTS = sa.select(posts).order_by(posts.c.person, posts.c.since, posts.c.id)
_PUT_ORGANISATION, _PUT_PERSON, _PUT_POST = upsert(organisations), upsert(people), upsert(posts)
_END = sa.update(posts).where(posts.c.id == sa.bindparam("at_id")).values(until=sa.bindparam("on"))


class People:
    """The `organisations`, `people`, `posts` and `directory` tables: who holds which office, in clear."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def version(self) -> int:
        """Give a number that grows with every change, so that a process can tell if what it holds is stale."""
        return int((await self._session.execute(_VERSION)).scalar_one())

    async def load(self) -> tuple[tuple[Organisation, ...], tuple[Person, ...], tuple[Post, ...]]:
        """Give everything, organisations and people by their codes."""
        execute = self._session.execute
        return (
            tuple(Organisation(**row._mapping) for row in await execute(_ORGANISATIONS)),  # noqa: SLF001 - public
            tuple(Person(**row._mapping) for row in await execute(_PEOPLE)),  # noqa: SLF001 - as above
            tuple(Post(**row._mapping) for row in await execute(_POSTS)),  # noqa: SLF001 - as above
        )

    async def put_organisations(self, rows: Sequence[Organisation]) -> None:
        """Add organisations, or change those with the same id; parents may come after their children.

        A parent that does not exist fails the transaction at its end. Raises StorageError on a taken code.
        """
        await self._put(_PUT_ORGANISATION, rows)

    async def put_people(self, rows: Sequence[Person]) -> None:
        """Add people, or change those with the same id. Raises StorageError on a taken code."""
        await self._put(_PUT_PERSON, rows)

    async def put_posts(self, rows: Sequence[Post]) -> None:
        """Add posts, or change those with the same id. Raises StorageError on an unknown person or organisation."""
        await self._put(_PUT_POST, rows)

    async def end_post(self, id: str, until: date) -> bool:  # noqa: A002 - the word of the row
        """Set a post's last day; False when there is no such post."""
        found = (await self._session.execute(_END, {"at_id": id, "on": until})).rowcount == 1
        if found:
            await self._session.execute(_BUMP, {"step": secrets.randbelow(_MOST_STEP) + 1})
        return found

    async def _put(
        self, statement: sa.TextClause, rows: Sequence[Organisation] | Sequence[Person] | Sequence[Post]
    ) -> None:
        if rows:
            await self._session.execute(_BUMP, {"step": secrets.randbelow(_MOST_STEP) + 1})
            await self._session.execute(statement, [asdict(row) for row in rows])
