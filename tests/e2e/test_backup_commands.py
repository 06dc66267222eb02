"""`yanlu backup` and `yanlu restore`, as an administrator types them."""

import os
import shutil
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import date

import pytest

from bot.state import held
from storage import Database
from tests.support.case_desk import case_desk
from tests.support.stored_city import NOW
from tests.support.stores import KEYS
from yanlu.texts import backup as texts

YANLU = [sys.executable, "-c", "from bot.commands.main import main; main()"]


@pytest.fixture
def yanlu(tmp_path):
    """The command over a state folder, or over a database elsewhere."""

    def call(*arguments, **settings):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YANLU_")}
        environment = kept | {"YANLU_HOME": str(tmp_path / "home")} | settings
        return subprocess.run(
            [*YANLU, *map(str, arguments)],
            env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return call


def told(result, sentences):
    assert result.returncode == 1
    assert result.stderr.splitlines() == [each for each in sentences if each]
    assert result.stdout == ""


@asynccontextmanager
async def desk_at(url):
    database = Database.open(url, keys=KEYS)
    try:
        yield await case_desk(database)
    finally:
        await database.close()


async def test_everything_goes_into_a_file_and_comes_back(yanlu, tmp_path):
    home, new, file = tmp_path / "home", tmp_path / "new", tmp_path / "a.zip"
    told(yanlu("backup", file), texts.NO_KEY)
    assert not home.exists()
    assert yanlu("migrate").returncode == 0
    with held(home):  # as while `yanlu run` is there
        made = yanlu("backup", file)
    assert made.returncode == 0, made.stderr
    assert "a.zip" in made.stdout
    assert texts.KEY_APART in made.stdout
    assert {each.name for each in home.iterdir()} == {"keys", "run.lock", "yanlu.db"}
    told(yanlu("backup", file), texts.FILE_EXISTS)

    told(yanlu("restore", file), texts.NOT_EMPTY)
    told(yanlu("restore", file, "--into", new), texts.NO_KEY)
    assert not new.exists()
    new.mkdir()
    shutil.copy(home / "keys", new)
    with held(new):
        told(yanlu("restore", file, "--into", new), texts.IN_USE)
    back = yanlu("restore", file, "--into", new)
    assert back.returncode == 0, back.stderr
    for line in (texts.AUDIT_WHOLE, texts.ERASED, texts.AFTERWARDS):
        assert line in back.stdout
    assert yanlu("doctor", YANLU_HOME=str(new)).returncode == 0
    assert "审计记录完整" in yanlu("audit", "verify", YANLU_HOME=str(new)).stdout
    told(yanlu("restore", file, "--into", new), texts.NOT_EMPTY)


async def test_what_was_to_be_erased_since_is_erased_again(yanlu, database_url, stores, tmp_path):
    async with desk_at(database_url) as desk:
        gone, kept = await desk.filed("到期的"), await desk.filed("未到期的")
        async with desk.work() as work:
            then = {"due": None, "erase_after": date(2026, 3, 5)}
            assert await work.cases.set_status(gone.number, "closed", "archived", desk.today, **then)
    at = {"YANLU_DATABASE_URL": database_url, "YANLU_KEY": KEYS.dump()}
    made = yanlu("backup", tmp_path / "a.zip", **at)
    assert made.returncode == 0, made.stderr
    target = await stores.empty()
    at["YANLU_DATABASE_URL"] = target
    back = yanlu("restore", tmp_path / "a.zip", **at)
    assert back.returncode == 0, back.stderr
    database = Database.open(target, keys=KEYS)
    async with database.transaction(NOW) as work:
        assert (await work.cases.get(gone.number)).erased is not None
        assert await work.cases.by_receipt(gone.receipt) is None
        assert (await work.cases.get(kept.number)).erased is None
        assert await work.cases.by_receipt(kept.receipt) is not None
        assert await work.audit.verify() is None
        assert [each.action for each in await work.audit.of(gone.number)][-1] == "erase"
    await database.close()
