"""Reports from known Telegram accounts, and nowhere a trace of who wrote them or of what.

The whole house at work over the fake Bot API, by polling. `YANLU_TEST_CANARIES=500` runs as many as the bar names.
"""

import asyncio
import logging
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from bot.channels.telegram import TelegramChannel
from bot.dialogs import report as report_dialog
from bot.dialogs.notices import notify
from bot.dialogs.report_form import CATEGORIES
from bot.services.casework.reminding import CaseNotices
from bot.services.casework.statistics import figures
from bot.services.reports.content import Contact, Report
from storage import UnitOfWork
from tests.support.attachment_files import WHO, jpeg, traces
from tests.support.backup_reading import everything_in
from tests.support.canaries import Account, Needles, Reporter, accounts, forms_of
from tests.support.postgres import _binaries
from tests.support.report_house import ReportHouse, report_house
from tests.support.stores import KEYS, PostgresStores
from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_forms import ApiError
from tests.support.telegram_user import TelegramUser
from yanlu.texts import conversation
from yanlu.texts import reports as texts

COUNTS = {"sqlite": 40, "postgresql": 10}
"""Accounts in the suite; `YANLU_TEST_CANARIES` of them where it is set, a fifth of that on PostgreSQL."""
AT_ONCE = 8
BUREAU = "青石区住房和城乡建设局"
PHOTO = jpeg()
"""Made before anybody listens: Pillow logs what it writes."""
BEGINNINGS = ("我要举报我们局长收钱,", "我不想留名,举报我们局长招标从来不上会,")


def count_of(url: str) -> int:
    kind = url.partition(":")[0]
    wanted = os.environ.get("YANLU_TEST_CANARIES")
    if wanted is None:
        return COUNTS[kind]
    return int(wanted) if kind == "sqlite" else max(1, int(wanted) // 5)


# What is written, seen from outside.


class Log(logging.Handler):
    """Everything that anybody logs, as text with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        self.written = BytesIO()

    def emit(self, record: logging.LogRecord) -> None:
        self.written.write(self.format(record).encode(errors="backslashreplace") + b"\n")


class Writes:
    """Paths that Python opens for writing while `watching`. An audit hook stays for ever; this one can be silenced."""

    def __init__(self) -> None:
        self.watching = False
        self.paths: set[str] = set()
        sys.addaudithook(self._heard)

    def _heard(self, event: str, args: tuple[object, ...]) -> None:
        if self.watching and event == "open" and isinstance(args[0], (str, bytes)):
            mode, flags = args[1], args[2]
            writes = any(each in mode for each in "wax+") if isinstance(mode, str) else False
            if writes or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)):
                self.paths.add(os.fsdecode(args[0]))


_writes: list[Writes] = []


@pytest.fixture
def writes() -> Writes:
    """One hook for the session."""
    if not _writes:
        _writes.append(Writes())
    return _writes[0]


@dataclass
class Scene:
    """The house, and every place where it may leave something."""

    house: ReportHouse
    url: str
    home: Path
    temporary: Path
    server: Path | None
    log: Log
    writes: Writes
    backups: dict[str, bytes] = field(default_factory=dict)
    told: dict[str, bytes] = field(default_factory=dict)

    async def everything(self) -> dict[str, bytes]:
        """All that is written, by place; a file that came and went unread is an error."""
        found = {**self.backups, **self.told, "log": self.log.written.getvalue()}
        files = {
            path for folder in (self.home, self.temporary) for path in folder.rglob("*") if path.is_file()
        }
        passed = {Path(path) for path in self.writes.paths if _is_kept(path)}
        found["names of files"] = "\n".join(map(str, sorted(files | passed))).encode()
        files |= {path for path in passed if path.is_file()}
        gone = {path for path in passed if not path.exists()}
        assert not gone, f"files that were written and removed: {sorted(gone)}"
        database = {str(path): _content(path) for path in await self._database_files()}
        return found | {str(path): path.read_bytes() for path in sorted(files)} | database

    async def backup(self, name: str) -> None:
        """A copy as an administrator takes it while people are writing."""
        if self.server is None:
            source, copy = sqlite3.connect(self._path), sqlite3.connect(":memory:")
            try:
                source.backup(copy)
                self.backups[f"{name} backup"] = copy.serialize()
                self.backups[f"{name} dump"] = "\n".join(copy.iterdump()).encode()
            finally:
                source.close()
                copy.close()
            for path in await self._database_files():
                self.backups[f"{name} {path.name}"] = _content(path)
        else:
            self.backups[f"{name} rows"] = await self._rows()
            if (binary := _binaries() / "pg_dump").exists():
                self.backups[f"{name} dump"] = await asyncio.to_thread(self._pg_dump, binary)
        await self._by_command(name)

    async def _by_command(self, name: str) -> None:
        """What `yanlu backup` writes and says, in a process of its own beside the service."""
        folder = self.home.parent / "backups"
        folder.mkdir(exist_ok=True)
        file = folder / f"{len(self.backups)}.zip"
        settings = {
            "HOME": str(self.home),
            "DATABASE_URL": self.url,
            "KEY": KEYS.dump(),
            "LOG_LEVEL": "DEBUG",
        }
        made = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from bot.commands.main import main; main()", "backup", str(file)),
            env=os.environ | {f"YANLU_{key}": value for key, value in settings.items()},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await made.communicate()
        assert made.returncode == 0, said.decode()
        self.backups[f"{name} of the command"] = everything_in(file)
        self.told[f"{name} words of the command"] = said

    @property
    def _path(self) -> str:
        return self.url.removeprefix("sqlite:///")

    @property
    def _name(self) -> str:
        return self.url.partition("?")[0].rpartition("/")[2]

    async def _database_files(self) -> list[Path]:
        if self.server is None:
            path = Path(self._path)
            return sorted(path.parent.glob(f"{path.name}*"))
        ((oid,),) = await self._asked(
            f"SELECT oid FROM pg_database WHERE datname = '{self._name}'; CHECKPOINT"
        )
        data = self.server / "data"
        folders = [data / "base" / str(oid), *(data / each for each in ("pg_wal", "global", "pg_xact"))]
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        assert files
        return [*files, *(self.server.glob("log*"))]

    async def _rows(self) -> bytes:
        parts: list[bytes] = []
        tables = await self._asked("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables:
            for row in await self._asked(f'SELECT * FROM "{table}"'):
                parts += [bytes(each) if isinstance(each, bytes) else str(each).encode() for each in row]
        assert len(tables) > 20
        return b"\0".join(parts)

    async def _asked(self, statements: str) -> list[tuple[object, ...]]:
        import asyncpg

        connection = await asyncpg.connect(host=str(self.server), user="yanlu", database=self._name)
        try:
            first, *rest = statements.split("; ")
            found = [tuple(row) for row in await connection.fetch(first)]
            for statement in rest:
                await connection.execute(statement)
        finally:
            await connection.close()
        return found

    def _pg_dump(self, binary: Path) -> bytes:
        words = [str(binary), "-h", str(self.server), "-U", "yanlu", self._name]
        made = subprocess.run(words, capture_output=True, check=True, timeout=60)
        assert b"COPY public.case_parts" in made.stdout
        return made.stdout


def _content(path: Path) -> bytes:
    """A database's file, read by another process: the one that opens and closes it loses SQLite's locks on it.

    Then `yanlu backup`, which ends while the service goes on, would take itself for the last to use the database,
    and remove its log (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    return subprocess.run(["cat", str(path)], capture_output=True, check=True, timeout=60).stdout


def _is_kept(path: str) -> bool:
    """Whether a written path is a file that the house, or somebody in its place, left on a disk."""
    return not path.startswith(("/dev/", "/proc/")) and "__pycache__" not in path and path != ":memory:"


@asynccontextmanager
async def scene_of(tmp_path: Path, url: str, stores: object, writes: Writes) -> AsyncIterator[Scene]:
    temporary, home = tmp_path / "temporary", tmp_path / "home"
    server = stores.server.folder if isinstance(stores, PostgresStores) else None
    root = logging.getLogger()
    log, level = Log(), root.level
    writes.paths.clear()
    async with AsyncExitStack() as stack:
        root.addHandler(log)
        stack.callback(root.removeHandler, log)
        root.setLevel(logging.DEBUG)
        stack.callback(root.setLevel, level)
        writes.watching = True
        stack.callback(setattr, writes, "watching", False)
        house = await stack.enter_async_context(report_house(home, url, "polling"))
        yield Scene(house, url, home, temporary, server, log, writes)


@pytest.fixture
async def scene(tmp_path, empty_url, stores, writes, monkeypatch) -> AsyncIterator[Scene]:
    """A house whose bot may send as fast as it can, in a process with a folder for temporary files of its own."""
    (tmp_path / "temporary").mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    fast = partial(TelegramChannel, per_second=100_000)
    monkeypatch.setattr("tests.support.city_house.TelegramChannel", fast)
    async with scene_of(tmp_path, empty_url, stores, writes) as scene:
        yield scene


# What people do.


@dataclass
class Walk:
    """One reporter's way through the dialog. What they do beside it follows from their number."""

    user: Reporter
    receipt: str = ""

    @property
    def who(self) -> Account:
        return self.user.account

    @property
    def attaches(self) -> bool:
        return self.who.number % 10 == 1

    @property
    def is_named(self) -> bool:
        return self.who.number % 10 == 2

    async def to_the_card(self) -> None:
        await self._begins()
        user = self.user
        await user.sees("填写之前请知悉")
        await user.taps(texts.CONTINUE)
        await user.taps(CATEGORIES[self.who.number % len(CATEGORIES)].label)
        await user.taps(conversation.SKIP)
        await user.says(BUREAU)
        await user.taps(conversation.DONE)
        for _ in (texts.PEOPLE, texts.WHEN, texts.WHERE):
            await user.taps(conversation.SKIP)
        if texts.ASK_COURSE[:8] in self._asked:
            await user.says(self.who.text)
            await user.taps(conversation.DONE)
        await self._files()
        await self._names()
        await user.sees(texts.OFFICE_ONLY)

    async def to_the_receipt(self) -> "Walk":
        await self.to_the_card()
        await self.user.taps(texts.CONFIRM)
        shown = await self.user.sees("查询码:")
        self.receipt = next(line for line in shown.splitlines() if line.startswith("查询码:"))[
            len("查询码:") :
        ]
        await self._afterwards()
        return self

    @property
    def _asked(self) -> str:
        return self.user._all()[-1].text

    async def _begins(self) -> None:
        way = self.who.number % 10
        if way == 3:
            await self.user.says("/report")
        elif way == 4:
            await self.user.says("/start")
            await self.user.taps("反映问题")
        elif way == 5:
            await self.user.says(f"/report {self.who.text}")
        else:
            await self.user.says(f"{BEGINNINGS[self.who.number % len(BEGINNINGS)]}{self.who.text}")

    async def _files(self) -> None:
        if self.who.number % 10 == 6:
            await self.user.sends_file(b"MZ" + self.who.text.encode() * 20, "application/x-msdownload")
        if self.attaches:
            await self.user.sends_file(PHOTO, "image/jpeg", caption=self.who.text)
            if conversation.DONE not in self.user.offered:  # Telegram did not give it at the first try
                await self.user.sends_file(PHOTO, "image/jpeg", caption=self.who.text)
            await self.user.taps(conversation.DONE)
        else:
            await self.user.taps(conversation.SKIP)

    async def _names(self) -> None:
        await self.user.taps("实名" if self.is_named else "匿名")
        if self.is_named:
            await self.user.says(self.who.name)
            await self.user.says(self.who.phone)

    async def _afterwards(self) -> None:
        way = self.who.number % 10
        if way == 7:
            await self.user.clears(texts.SWEEP, "已删除本次对话")
        elif way == 8:
            await self.user.taps(texts.PROOF)
        elif way == 9:
            await self.user.says(self.receipt.lower())
            await self.user.taps(texts.SUPPLEMENT)
            await self.user.says(self.who.supplement)
            await self.user.taps(conversation.DONE)
            await self.user.taps(conversation.SKIP)
            await self.user.taps(texts.CONFIRM)
            await self.user.sees(texts.ADDED)


async def all_of(walks: list[Callable[[], Awaitable[object]]]) -> None:
    """Walk, some at a time."""
    waiting = iter(walks)

    async def one_after_another() -> None:
        for walk in waiting:
            await walk()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_another())


async def abandoned(scene: Scene, who: list[Account], monkeypatch: pytest.MonkeyPatch) -> None:
    """Some get as far as the card and meet trouble of each kind; what they filled in lies open."""

    async def breaks(work: UnitOfWork, desk: object, handed: object, day: object) -> None:
        raise RuntimeError(f"{handed} {handed.report.course} {handed.contact}")

    first, *others = [Walk(Reporter(scene.house.api, each)) for each in who]
    scene.house.api.fail("getFile", ApiError(500, "Internal Server Error"))
    await first.to_the_card()
    await all_of([each.to_the_card for each in others])
    await _told_to_wait(scene, first.user)
    with monkeypatch.context() as patched:
        patched.setattr(report_dialog, "submit", breaks)
        await first.user.taps(texts.CONFIRM)
        await first.user.sees("故障")
    scene.house.api.block(others[0].who.id)
    others[0].user.writes(text=others[0].who.text)
    await scene.house.courier.close()


async def _told_to_wait(scene: Scene, user: Reporter) -> None:
    """Telegram lets the answer in only at the second try."""
    api = scene.house.api
    api.fail("sendMessage", ApiError(429, "Too Many Requests: retry after 1", retry_after=1))
    seen, calls = len(user._all()), len(api.calls_of("sendMessage"))
    user.writes(text=user.account.text)
    await api.until(lambda: len(api.calls_of("sendMessage")) > calls, "nothing was sent")
    for _ in range(8):
        scene.house.wait(minutes=1)  # the courier looks at the clock of the house
        with suppress(AssertionError):
            await api.until(lambda: len(user._all()) > seen, "not yet", seconds=1.5)
            return
    raise AssertionError("nothing was sent again")


# What comes out of the house, for people who may not know a reporter.


async def told_to_others(scene: Scene, handler: TelegramUser) -> None:
    """Notices, statistics, the audit log, an exported workbook."""
    house = scene.house
    house.wait(hours=2)
    notices = CaseNotices(house.house.database, house.desk, notify, Random(1))
    await notices.tick(house.now)
    house.wait(hours=2)
    assert await notices.tick(house.now)
    await house.delivered()
    async with house.work() as work:
        rows = await work.cases.statistics(house.today.replace(month=1, day=1), house.today)
        steps = [each for number in {row.number for row in rows} for each in await work.audit.of(number)]
        assert await work.audit.verify() is None
    scene.told["statistics"] = repr((rows, figures(rows, house.today.year, house.today, ()))).encode()
    scene.told["audit"] = repr(steps).encode()
    scene.told["notices"] = "\n".join(house.heard(handler)).encode()
    assert b"filed" in scene.told["audit"]
    assert rows[0].number.encode() in scene.told["notices"]


async def opened_by_the_handler(house: ReportHouse) -> tuple[set[str], set[tuple[str, str]], int]:
    """What 韦正 reads with the passphrase: texts, contacts, and how many files, each clean."""
    unlocked = await house.unlocked("韦正")
    said, contacts, files = set(), set(), 0
    async with house.work() as work:
        for held in await work.case_lists.held(unlocked.handler.id):
            case = await work.cases.open(unlocked, held.row.number)
            said.add(Report.unpacked(await work.cases.report(case.key)).course)
            if packed := await work.cases.contact(case.key):
                contact = Contact.unpacked(packed)
                contacts.add((contact.name, contact.contact))
            for file in await work.case_files.of(case.key):
                content = b"".join([part async for part in work.case_files.open(case.key, file.position)])
                assert traces(content) == []
                files += 1
    return said, contacts, files


def leaks(places: dict[str, bytes], needles: Needles) -> dict[str, list[str]]:
    found = {place: sorted(needles.found(content))[:8] for place, content in places.items()}
    return {place: names for place, names in found.items() if names}


async def test_reports_from_known_accounts_leave_no_trace_of_who_or_what(scene, capfd, monkeypatch):
    house, count = scene.house, count_of(scene.url)
    handler = await house.user("韦正")
    people, strays = accounts(count), accounts(max(3, count // 20), first=10_000)
    await abandoned(scene, strays, monkeypatch)
    walks = [Walk(Reporter(house.api, each)) for each in people]
    half = len(walks) // 2
    await all_of([each.to_the_receipt for each in walks[:half]])
    await scene.backup("meanwhile")
    await all_of([each.to_the_receipt for each in walks[half:]])
    await told_to_others(scene, handler)
    await scene.backup("afterwards")

    said, contacts, files = await opened_by_the_handler(house)
    assert len(await house.numbers()) == len(said) == count, "every report has arrived, once"
    assert all(any(each.text in course for course in said) for each in people)
    assert contacts == {(each.who.name, each.who.phone) for each in walks if each.is_named}
    assert files == sum(each.attaches for each in walks)

    receipts = {each.who.number: each.receipt for each in walks}
    needles = Needles(
        form
        for each in [*people, *strays]
        for form in forms_of(each, _receipt_values(receipts.get(each.number)))
    )
    captured = capfd.readouterr()
    scene.told["standard output"] = f"{captured.out}{captured.err}".encode()
    places = await scene.everything()
    for place in (b"".join(places.values()), places["afterwards of the command"]):
        assert all(number.encode() in place for number in await house.numbers())
    assert leaks(places, needles) == {}
    assert [place for place, content in places.items() if WHO.encode() in content] == []
    await would_be_found(scene, strays[0], needles)


def _receipt_values(receipt: str | None) -> dict[str, str]:
    return {} if receipt is None else {"receipt": receipt, "bare receipt": receipt.replace("-", "")}


async def would_be_found(scene: Scene, who: Account, needles: Needles) -> None:
    """The same search over the same places, once something was left in each of them on purpose."""
    async with scene.house.work() as work:
        number = await work.questions.add("谈几次?", None, scene.house.now)
        await work.questions.answer(number, who.text, measure=None, citation=None, now=scene.house.now)
    logging.getLogger("tests").debug("chat %s", who.id)
    (scene.home / "left").write_text(who.username)
    with tempfile.NamedTemporaryFile(delete=False) as left:
        left.write(who.file_id.encode())
    await scene.backup("afterwards")
    places = await scene.everything()
    found = leaks(places, needles)
    assert "id utf-8" in found["log"]
    assert "username utf-8" in found[str(scene.home / "left")]
    assert "file_id utf-8" in found[left.name]
    assert "text utf-8" in found["afterwards dump"]
    assert "text utf-8" in found["afterwards of the command"]
    written = {Path(place).parent.name for place in found if place.startswith("/")}
    assert len(written) > 2, "the database's own files, with the log before the commit, are among them"


@pytest.fixture(scope="module")
def crowd() -> list[Account]:
    return accounts(100)


def test_the_search_finds_each_kind_of_needle(tmp_path, crowd):
    """One of each is planted in a control file, in a different place for each, at the edge of a block as well."""
    needles = Needles(form for each in crowd for form in forms_of(each))
    kinds = list(forms_of(crowd[37]))
    random, expected, parts = Random(5), set(), []
    for name, needle in kinds:
        parts += [random.randbytes(random.randint(1, 3000)), needle]
        expected.add(needles._names[needle])
        assert needles._names[needle] == name or needle in {other for kind, other in kinds if kind != name}
    edge = b"".join(parts)
    edge += bytes((1 << 22) - len(edge) - 3) + crowd[5].phone.encode()
    control = tmp_path / "control"
    control.write_bytes(edge)
    assert needles.found(control.read_bytes()) == expected | {"phone utf-8"}
    assert len(expected) > 200
    assert len(needles) > 100 * len(expected) * 0.9


def test_the_search_finds_nothing_where_nothing_is(crowd):
    needles = Needles(form for each in crowd for form in forms_of(each))
    others = b"\n".join(needle for each in accounts(20, first=5_000) for _, needle in forms_of(each))
    assert needles.found(others) == set()
    assert needles.found(Random(7).randbytes(5_000_000)) == set()
    assert needles.found(b"") == needles.found(b"12345") == set()


async def test_an_account_of_the_search_is_known_by_everything_telegram_tells(crowd):
    """All identities differ, and each update carries its own whole."""
    values = [value for each in crowd for value in each.values().values()]
    assert len(set(values)) == len(values)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(FakeBotApi())
        number = Reporter(api, crowd[0]).writes(text="好")
        update = repr(api.pending[number])
    assert all(
        str(getattr(crowd[0], kind)) in update for kind in ("id", "username", "first_name", "last_name")
    )
