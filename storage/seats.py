"""Pages of the web's seats, for all workers: what a page shows, under a key that only its browser has.

Everything is sealed with a key that is derived from the seat's token and the installation's first key: whoever has
the running server *and* the key file opens nothing without the browser's cookie. The tables are UNLOGGED: nothing of
them is in the write-ahead log or a physical backup, and the server empties them after a crash. In clear stand an
opaque name of the seat, numbers, sizes, and the day on which a row is dropped at the latest.
"""

import base64
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import sqlalchemy as sa
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from storage.columns import upsert
from storage.schema_seats import seat_files, seat_lines, seat_mail, seats
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_MAIL_TO = seat_mail.c.seat == sa.bindparam("at")
_STATE = sa.select(
    seats.c.sealed, sa.select(sa.literal(1)).select_from(seat_mail).where(_MAIL_TO).exists().label("mail")
).where(seats.c.key == sa.bindparam("at"))
_LOCKED = _STATE.with_for_update(of=seats)
_RESERVE = upsert(seats, replace=False)
_KEEP = (
    sa.update(seats)
    .where(seats.c.key == sa.bindparam("at"))
    .values(
        sealed=sa.bindparam("sealed"),
        size=sa.bindparam("size"),
        turn=sa.func.txid_current(),
        expires=sa.bindparam("day"),
    )
)
_DROP = sa.delete(seats).where(seats.c.key == sa.bindparam("at"))
_LINES = (
    sa.select(seat_lines.c.number, seat_lines.c.sealed)
    .where(seat_lines.c.seat == sa.bindparam("at"), seat_lines.c.number > sa.bindparam("after"))
    .order_by(seat_lines.c.number.desc())
    .limit(sa.bindparam("most"))
)
_ADD_LINE = sa.insert(seat_lines)
_DROP_LINES = sa.delete(seat_lines).where(
    seat_lines.c.seat == sa.bindparam("at"),
    seat_lines.c.number.between(sa.bindparam("first"), sa.bindparam("last")),
)
_ADD_FILE = sa.insert(seat_files)
_OF_SEAT = seat_files.c.seat == sa.bindparam("at")
_FILE = sa.select(seat_files.c.sealed).where(_OF_SEAT, seat_files.c.id == sa.bindparam("file"))
_FILES = sa.select(seat_files.c.id).where(_OF_SEAT)
_DROP_FILE = sa.delete(seat_files).where(_OF_SEAT, seat_files.c.id == sa.bindparam("file"))
_DROP_FILES = sa.delete(seat_files).where(_OF_SEAT)
_FILES_HELD = sa.select(sa.func.coalesce(sa.func.sum(seat_files.c.size), 0))
_GREEDIEST = (
    sa.select(seat_files.c.seat)
    .group_by(seat_files.c.seat)
    .order_by(sa.func.sum(seat_files.c.size).desc())
    .limit(1)
)
_OLDEST_FILE = (
    sa.select(seat_files.c.id).where(_OF_SEAT).order_by(seat_files.c.number, seat_files.c.id).limit(1)
)
_HELD = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(seats.c.size), 0)).where(seats.c.size > 0)
_LONGEST_AWAY = (
    sa.select(seats.c.key, seats.c.size)
    .where(seats.c.size > 0)
    .order_by(seats.c.turn)
    .limit(sa.bindparam("most"))
)
_TAKE_MAIL = sa.delete(seat_mail).where(_MAIL_TO).returning(seat_mail.c.id, seat_mail.c.sealed)
_MAILED = sa.select(sa.func.count()).select_from(seat_mail).where(_MAIL_TO)
_DROP_MAIL = sa.delete(seat_mail).where(_MAIL_TO)
_PURGE_MAIL = sa.delete(seat_mail).where(seat_mail.c.expires < sa.bindparam("today"))
_COUNT = sa.select(sa.func.count()).select_from(seat_lines).where(seat_lines.c.seat == sa.bindparam("at"))
_SIZE = sa.select(seats.c.size).where(seats.c.key == sa.bindparam("at"))
_PURGE = sa.delete(seats).where(seats.c.expires < sa.bindparam("today"))

ALL = 1_000_000
LEFT = -1
"""The size of a page whose seat was left for good."""
MOST_MAIL = 200
"""Messages that wait for one page."""

_POST = (
    sa.insert(seat_mail)
    .from_select(
        ["seat", "sealed", "expires"],
        sa.select(
            sa.bindparam("at", type_=sa.Text),
            sa.bindparam("sealed", type_=sa.LargeBinary),
            sa.bindparam("day", type_=sa.Date),
        ).where(
            _MAILED.scalar_subquery() < MOST_MAIL,
            sa.func.coalesce(_SIZE.scalar_subquery(), sa.bindparam("gone", type_=sa.Integer)) != LEFT,
        ),
    )
    .returning(seat_mail.c.id)
)
"""Where too many wait, or the seat was left, nothing is put in; "gone" stands for the size of a page there is not."""

Standing = Literal["there", "left", "gone"]


class Look(NamedTuple):
    """The state of a page, and whether messages wait for it."""

    state: bytes
    mail: bool


@dataclass(frozen=True, slots=True)
class SeatKey:
    """What opens one seat's page. Made of the token that the browser sends; kept nowhere."""

    name: str
    ring: KeyRing = field(repr=False)
    mail: PrivateKey = field(repr=False)

    @classmethod
    def of(cls, keys: KeyRing, token: str) -> "SeatKey":
        """Derive the key of a seat."""
        ring = KeyRing([keys.derived("seat", token)])
        return cls(keys.opaque("seat", token), ring, PrivateKey(keys.derived("seat mail", token)))

    @property
    def address(self) -> str:
        """Where messages for the page are sent. Whoever knows it can send, and open nothing."""
        public = base64.urlsafe_b64encode(bytes(self.mail.public_key)).decode()
        return f"{self.name}.{public}"


class SeatPages:
    """The tables `seats`, `seat_lines` and `seat_files`, on PostgreSQL."""

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    def key(self, token: str) -> SeatKey:
        """Derive the key of a seat."""
        return SeatKey.of(self._keys, token)

    async def look(self, seat: SeatKey, *, lock: bool = False) -> Look | None:
        """Look at a page; with `lock` nobody else changes it until the transaction ends.

        None when there is none, or its seal is broken (the page is dropped).
        """
        row = (await self._session.execute(_LOCKED if lock else _STATE, {"at": seat.name})).one_or_none()
        if row is None:
            return None
        try:
            return Look(seat.ring.open(row.sealed, "seats", seat.name), bool(row.mail))
        except SealBroken:
            _log.warning("a page with a broken seal was dropped")
            await self.drop(seat)
            return None

    async def reserve(self, seat: SeatKey, state: bytes, expires: datetime) -> None:
        """Make a page with this state where there is none."""
        row = {
            "key": seat.name,
            "sealed": seat.ring.seal(state, "seats", seat.name),
            "size": 0,
            "turn": 0,
            "expires": expires.date(),
        }
        await self._session.execute(_RESERVE, row)

    async def keep(self, seat: SeatKey, state: bytes, size: int, expires: datetime) -> None:
        """Change the state of a page there is, and tell that it was used now."""
        sealed = seat.ring.seal(state, "seats", seat.name)
        row = {"at": seat.name, "sealed": sealed, "size": size, "day": expires.date()}
        await self._session.execute(_KEEP, row)

    async def drop(self, seat: SeatKey) -> None:
        """Forget a page with all that is on it."""
        await self._session.execute(_DROP, {"at": seat.name})
        await self._session.execute(_DROP_MAIL, {"at": seat.name})

    async def standing(self, name: str) -> Standing:
        """Tell whether a page is there, or its seat was left."""
        size = (await self._session.execute(_SIZE, {"at": name})).scalar_one_or_none()
        if size is None:
            return "gone"
        return "left" if size == LEFT else "there"

    async def post(self, address: str, value: bytes, expires: datetime, *, expected: bool = True) -> bool:
        """Send a message to a page, sealed so that only its browser's token opens it.

        False when its seat was left or too many wait; where there is no page, unless one is `expected`.
        """
        name, _, public = address.partition(".")
        sealed = SealedBox(PublicKey(base64.urlsafe_b64decode(public))).encrypt(value)
        row = {"at": name, "sealed": sealed, "day": expires.date(), "gone": 0 if expected else LEFT}
        return (await self._session.execute(_POST, row)).one_or_none() is not None

    async def mail(self, seat: SeatKey) -> list[bytes]:
        """Take the messages that wait for a page, in order."""
        # In one statement: what is sent between a look and a deletion would be deleted unread.
        rows = (await self._session.execute(_TAKE_MAIL, {"at": seat.name})).all()
        box = SealedBox(seat.mail)
        opened = []
        for row in sorted(rows, key=lambda row: int(row.id)):
            try:
                opened.append(box.decrypt(row.sealed))
            except CryptoError:
                _log.warning("a message with a broken seal is not shown")
        return opened

    async def wipe(self, name: str) -> int:
        """Delete the messages of a page, and those that wait for it; gives how many there were."""
        count = 0
        for statement in (_COUNT, _MAILED):
            count += int((await self._session.execute(statement, {"at": name})).scalar_one())
        await self._session.execute(_DROP_LINES, {"at": name, "first": 0, "last": ALL})
        await self._session.execute(_DROP_MAIL, {"at": name})
        return count

    async def lines(
        self, seat: SeatKey, newest: int | None = None, after: int = 0
    ) -> list[tuple[int, bytes]]:
        """Give messages in order, the newest ones, with numbers beyond `after`; one with a broken seal is left out."""
        wanted = {"at": seat.name, "most": newest or ALL, "after": after}
        rows = (await self._session.execute(_LINES, wanted)).all()
        opened = []
        for number, sealed in reversed(rows):
            try:
                opened.append((number, seat.ring.open(sealed, "seat_lines", seat.name, str(number))))
            except SealBroken:
                _log.warning("a message with a broken seal is not shown")
        return opened

    async def add_line(self, seat: SeatKey, number: int, value: bytes) -> None:
        """Keep a message."""
        sealed = seat.ring.seal(value, "seat_lines", seat.name, str(number))
        await self._session.execute(_ADD_LINE, {"seat": seat.name, "number": number, "sealed": sealed})

    async def drop_lines(self, seat: SeatKey, first: int, last: int = ALL) -> None:
        """Forget the messages with these numbers, both ends included."""
        await self._session.execute(_DROP_LINES, {"at": seat.name, "first": first, "last": last})

    async def add_file(self, seat: SeatKey, id_: str, number: int, value: bytes) -> None:
        """Keep the file of a message."""
        sealed = seat.ring.seal(value, "seat_files", seat.name, id_)
        row = {"seat": seat.name, "id": id_, "number": number, "sealed": sealed, "size": len(value)}
        await self._session.execute(_ADD_FILE, row)

    async def file(self, seat: SeatKey, id_: str) -> bytes | None:
        """Give a file; None when it is gone or its seal is broken."""
        found = await self._session.execute(_FILE, {"at": seat.name, "file": id_})
        sealed = found.scalar_one_or_none()
        if sealed is None:
            return None
        try:
            return seat.ring.open(sealed, "seat_files", seat.name, id_)
        except SealBroken:
            _log.warning("a file with a broken seal is not given")
            return None

    async def files(self, seat: SeatKey) -> frozenset[str]:
        """Give the ids of a seat's files."""
        return frozenset((await self._session.execute(_FILES, {"at": seat.name})).scalars())

    async def drop_file(self, seat: SeatKey, id_: str) -> None:
        """Forget a file; no matter if there is none."""
        await self._session.execute(_DROP_FILE, {"at": seat.name, "file": id_})

    async def drop_files(self, seat: SeatKey) -> None:
        """Forget all files of a seat."""
        await self._session.execute(_DROP_FILES, {"at": seat.name})

    async def fit_files(self, most: int) -> None:
        """Keep all files together within `most` bytes: whoever holds most loses the oldest."""
        while (await self._session.execute(_FILES_HELD)).scalar_one() > most:
            name = (await self._session.execute(_GREEDIEST)).scalar_one()
            oldest = (await self._session.execute(_OLDEST_FILE, {"at": name})).scalar_one()
            await self._session.execute(_DROP_FILE, {"at": name, "file": oldest})

    async def fit(self, pages: int, text: int) -> int:
        """Keep all pages within a number and within characters; who was longest away gives way. Gives how many did."""
        count, size = (await self._session.execute(_HELD)).one()
        gone = 0
        while count > max(pages, 1) or (size > text and count > 1):
            rows = (await self._session.execute(_LONGEST_AWAY, {"most": max(count - pages, 1)})).all()
            await self._session.execute(_DROP, [{"at": row.key} for row in rows])
            count -= len(rows)
            size -= sum(row.size for row in rows)
            gone += len(rows)
        return gone

    async def purge(self, now: datetime) -> int:
        """Forget the pages whose (UTC) day is over; gives back how many."""
        await self._session.execute(_PURGE_MAIL, {"today": now.astimezone(UTC).date()})
        return (await self._session.execute(_PURGE, {"today": now.astimezone(UTC).date()})).rowcount
