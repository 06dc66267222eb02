"""Backups that cannot be made or put back: each says so in Chinese, and nothing is written anywhere."""

import hashlib
import json
import zipfile
from random import Random

import pytest

from storage import Database, KeyRing, back_up, kept_keys, restore
from storage.backup_file import VERSION, BackupWriter
from tests.support.backed_up import filled_up, tables_in_database
from tests.support.stored_city import NOW
from tests.support.stores import KEYS
from yanlu.errors import KeyLost, SchemaMismatch, StateUnwritable, StorageError, YanluError
from yanlu.texts import backup as texts
from yanlu.texts import storage as storage_texts

OTHER = KeyRing([b"o" * 32])
MARK, MANIFEST, PEOPLE = "manifest.mark", "manifest.json", "tables/people.jsonl"


@pytest.fixture
async def good(sqlite_stores, tmp_path):
    """A backup of a database with something in every table."""
    url = await sqlite_stores.migrated()
    await filled_up(url)
    path = tmp_path / "good.zip"
    await back_up(url, path, keys=KEYS, now=NOW)
    return path


async def refused(path, url, sentences, kind=StorageError, keys=KEYS):
    """It says just this, and the database stays without a table."""
    with pytest.raises(kind) as caught:
        await restore(path, url, keys=keys)
    error = caught.value
    assert (error.happened, error.kept, error.next_step) == sentences
    assert all(sentences)
    assert await tables_in_database(url) == []


def members(path):
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def rebuilt(path, parts, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return path


def changed(path, changes, method=zipfile.ZIP_DEFLATED):
    """The same backup with some members' content changed; None takes one out."""
    parts = [(name, changes.get(name, content)) for name, content in members(path)]
    return rebuilt(path.with_name("changed.zip"), [each for each in parts if each[1] is not None], method)


# Files that are no backup, or none any more.


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip at all " * 999, b"\0" * 70_000])
async def test_a_file_of_something_else(tmp_path, empty_url, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    await refused(path, empty_url, texts.NO_BACKUP)
    assert path.read_bytes() == content


@pytest.mark.parametrize("manifest", [None, b"", b"[]", b'"x"', b"{}", b"\xff", b"[" * 99_999, b"9" * 9_999])
async def test_an_archive_of_something_else(tmp_path, sqlite_stores, manifest):
    parts = [("a.txt", b"a")] + ([] if manifest is None else [(MANIFEST, manifest), (MARK, b"")])
    await refused(rebuilt(tmp_path / "a.zip", parts), await sqlite_stores.empty(), texts.NO_BACKUP)


async def test_a_file_that_cannot_be_read(tmp_path, sqlite_stores):
    for path in (tmp_path, tmp_path / "none", tmp_path / "none" / "none"):
        await refused(path, await sqlite_stores.empty(), texts.FILE_UNREADABLE, StateUnwritable)


async def test_a_file_cut_short_anywhere(good, sqlite_stores):
    url, content = await sqlite_stores.empty(), good.read_bytes()
    cut = good.with_name("cut")
    for length in [*Random(3).sample(range(len(content)), 40), len(content) - 1]:
        cut.write_bytes(content[:length])
        await refused(cut, url, texts.NO_BACKUP)


async def test_a_byte_changed_anywhere_is_noticed_or_makes_no_difference(good, sqlite_stores):
    """Some bytes of a zip archive say nothing (times, versions): then what comes back is the same to a letter."""
    original, content = members(good), good.read_bytes()
    flipped, noticed, random = good.with_name("flipped"), 0, Random(4)
    url = await sqlite_stores.empty()
    for _ in range(300):
        at = random.randrange(len(content))
        flipped.write_bytes(
            content[:at] + bytes([content[at] ^ (1 << random.randrange(8))]) + content[at + 1 :]
        )
        if (told := await outcome(flipped, url)) is None:
            assert members(flipped) == original
            url = await sqlite_stores.empty()
        else:
            assert told in {each[0] for each in (texts.BROKEN, texts.NO_BACKUP, texts.OTHER_KEY, texts.NEWER)}
            assert await tables_in_database(url) == []
            noticed += 1
    assert noticed > 200


async def outcome(path, url):
    try:
        await restore(path, url, keys=KEYS)
    except YanluError as error:
        return error.happened
    return None


# Whoever wants something put back that never was.


async def test_whoever_lacks_the_key_cannot_change_a_row(good, sqlite_stores):
    """Not even with the manifest brought into line."""
    parts = dict(members(good))
    rows = parts[PEOPLE].replace("钱卫".encode(), "张三".encode())
    assert rows != parts[PEOPLE]
    manifest = json.loads(parts[MANIFEST])
    manifest["tables"]["people"] |= {"sha256": hashlib.sha256(rows).hexdigest(), "size": len(rows)}
    changes = {PEOPLE: rows}
    url = await sqlite_stores.empty()
    await refused(changed(good, changes), url, texts.BROKEN)
    changes[MANIFEST] = json.dumps(manifest).encode()
    await refused(changed(good, changes), url, texts.BROKEN)
    changes[MARK] = OTHER.derived("backup manifest", changes[MANIFEST]).hex().encode()
    await refused(changed(good, changes), url, texts.BROKEN)


async def test_tables_taken_out_swapped_or_emptied(good, sqlite_stores):
    parts, url = dict(members(good)), await sqlite_stores.empty()
    for changes in (
        {PEOPLE: None},
        {PEOPLE: b""},
        {PEOPLE: parts[PEOPLE] + b"\n"},
        {"tables/tickets.jsonl": parts["tables/records.jsonl"]},
        {MARK: b""},
        {MARK: parts[MARK].upper()},
        {MANIFEST: parts[MANIFEST] + b" "},
    ):
        await refused(changed(good, changes), url, texts.BROKEN)
    await refused(changed(good, {MARK: None}), url, texts.NO_BACKUP)


@pytest.mark.parametrize(
    "name", ["../../escaped", "/escaped", "tables/../../escaped", "tables/passing.jsonl", "keys", PEOPLE]
)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
async def test_names_that_do_not_belong_there_are_refused_and_never_written_to(
    good, sqlite_stores, name, tmp_path
):
    before = set(tmp_path.rglob("*"))
    path = rebuilt(good.with_name("more.zip"), [*members(good), (name, b"row\n")])
    await refused(path, await sqlite_stores.empty(), texts.BROKEN)
    assert set(tmp_path.rglob("*")) == before | {path}


async def test_a_member_that_swells_is_not_read_to_its_end(good, sqlite_stores, monkeypatch):
    path = changed(good, {PEOPLE: bytes(40_000_000)})
    read = []
    original = zipfile.ZipExtFile.read

    def counted(self, size=-1):
        found = original(self, size)
        read.append(len(found))
        return found

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    await refused(path, await sqlite_stores.empty(), texts.BROKEN)
    assert sum(read) < 10_000_000
    path = changed(good, {MANIFEST: bytes(40_000_000)})
    await refused(path, await sqlite_stores.empty(), texts.NO_BACKUP)
    assert sum(read) < 20_000_000


async def test_other_ways_to_pack_are_refused(good, sqlite_stores):
    path = changed(good, {}, zipfile.ZIP_LZMA)
    await refused(path, await sqlite_stores.empty(), texts.NO_BACKUP)


# Newer programs, other keys.


async def test_a_newer_format(good, sqlite_stores):
    manifest = json.loads(dict(members(good))[MANIFEST]) | {"version": VERSION + 1, "tables": "otherwise"}
    path = changed(good, {MANIFEST: json.dumps(manifest).encode()})
    await refused(path, await sqlite_stores.empty(), texts.NEWER, SchemaMismatch)


@pytest.mark.parametrize(("revision", "table"), [("9999", "people"), ("0003", "later_table")])
async def test_a_newer_database(tmp_path, sqlite_stores, revision, table):
    path = tmp_path / "newer.zip"
    with path.open("wb") as file, BackupWriter(file) as writer:
        writer.table(table, ["id"], [])
        writer.finish(revision, KEYS, NOW)
    await refused(path, await sqlite_stores.empty(), texts.NEWER, SchemaMismatch)


async def test_another_installations_key(good, empty_url):
    await refused(good, empty_url, texts.OTHER_KEY, KeyLost, OTHER)
    second_first = KeyRing([b"o" * 32, *KEYS._keys.values()])
    await refused(good, empty_url, texts.OTHER_KEY, KeyLost, second_first)


async def test_a_key_file_older_than_the_backup(sqlite_stores, tmp_path):
    url, grown = await sqlite_stores.empty(), KEYS.grown(b"n" * 32)
    database = Database.open(url, keys=grown)
    await database.migrate()
    await database.close()
    await back_up(url, tmp_path / "a.zip", keys=grown, now=NOW)
    empty = await sqlite_stores.empty()
    await refused(tmp_path / "a.zip", empty, storage_texts.KEY_WRONG, KeyLost, KEYS)
    await restore(tmp_path / "a.zip", empty, keys=grown)


def test_a_missing_key_file_is_told_and_none_is_made(tmp_path):
    with pytest.raises(KeyLost) as caught:
        kept_keys(tmp_path / "keys")
    assert caught.value.happened == texts.NO_KEY[0]
    assert list(tmp_path.iterdir()) == []
    assert kept_keys(tmp_path / "keys", KEYS.dump()).newest == KEYS.newest
