import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.key_file import create_key_file, read_key_file, rotated
from storage.sealing import KeyRing, SealBroken, key_id_of
from yanlu.errors import KeyLost, StateLocked, StateUnwritable

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
ROW = ("drafts", "someone", "draft")

parts = st.lists(st.one_of(st.text(max_size=8), st.binary(max_size=8)), max_size=3).map(tuple)


@settings(max_examples=100, deadline=None)
@given(value=st.binary(max_size=300), row=parts)
def test_what_was_sealed_opens_in_its_row(value, row):
    ring = KeyRing([OLD])
    assert ring.open(ring.seal(value, *row), *row) == value


@settings(max_examples=100, deadline=None)
@given(row=parts, other=parts)
def test_a_seal_opens_in_no_other_row(row, other):
    def spelled(names):
        return [name.encode(errors="surrogatepass") if isinstance(name, str) else name for name in names]

    ring = KeyRing([OLD])
    if spelled(row) != spelled(other):
        with pytest.raises(SealBroken):
            ring.open(ring.seal(b"value", *row), *other)


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 70), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(position, bit):
    ring = KeyRing([OLD])
    sealed = bytearray(ring.seal(b"a value of some length", *ROW))
    sealed[position % len(sealed)] ^= 1 << bit
    with pytest.raises((SealBroken, KeyLost)):
        ring.open(bytes(sealed), *ROW)


@pytest.mark.parametrize("length", [0, 1, 28, 29, 40])
def test_a_shortened_value_is_noticed(length):
    ring = KeyRing([OLD])
    with pytest.raises(SealBroken):
        ring.open(ring.seal(b"value", *ROW)[:length], *ROW)


def test_the_same_value_never_looks_the_same_twice():
    ring = KeyRing([OLD])
    assert ring.seal(b"value", *ROW) != ring.seal(b"value", *ROW)


def test_the_newest_key_seals_and_every_key_opens():
    before, after = KeyRing([OLD]), KeyRing([OLD, NEW])
    assert after.open(before.seal(b"value", *ROW), *ROW) == b"value"
    assert KeyRing([NEW]).open(after.seal(b"value", *ROW), *ROW) == b"value"


def test_a_key_that_is_gone_is_said_to_be_gone():
    with pytest.raises(KeyLost) as caught:
        KeyRing([NEW]).open(KeyRing([OLD]).seal(b"value", *ROW), *ROW)
    assert caught.value.next_step


def test_opaque_keys_tell_addresses_apart_and_survive_rotation():
    ring = KeyRing([OLD])
    assert ring.opaque("telegram", "7") == KeyRing([OLD, NEW]).opaque("telegram", "7")
    names = {ring.opaque(*pair) for pair in [("a", "bc"), ("ab", "c"), ("abc", ""), ("", "abc")]}
    assert len(names) == 4
    assert ring.opaque("telegram", "7") != KeyRing([NEW]).opaque("telegram", "7")
    assert len(ring.opaque("telegram", "7")) == 24


def test_a_ring_reads_what_it_writes_and_shows_nothing_of_its_keys():
    ring = KeyRing.parse(KeyRing([OLD, NEW]).dump())
    assert ring.dump() == KeyRing([OLD, NEW]).dump()
    assert KeyRing.parse(ring.dump().replace("\n", ",")).dump() == ring.dump()
    assert "oooo" not in repr(ring)
    assert repr(ring) == "KeyRing(2 keys)"


@pytest.mark.parametrize("text", ["", " , ", "no base64 !", "c2hvcnQ=", "密钥"])
def test_a_malformed_key_is_refused(text):
    with pytest.raises(KeyLost):
        KeyRing.parse(text)


def test_a_key_file_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "state" / "keys"
    assert read_key_file(path) is None
    made = create_key_file(path, randomness=OLD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path).dump() == made.dump() == KeyRing([OLD]).dump()
    assert list(path.parent.iterdir()) == [path]


def test_a_key_file_that_is_there_already_is_never_overwritten(tmp_path):
    path = tmp_path / "keys"
    create_key_file(path, randomness=OLD)
    assert create_key_file(path, randomness=NEW).dump() == KeyRing([OLD]).dump()


def test_each_key_file_gets_its_own_key(tmp_path):
    assert create_key_file(tmp_path / "a").dump() != create_key_file(tmp_path / "b").dump()


def test_a_key_file_that_cannot_be_read_or_made_says_so(tmp_path):
    with pytest.raises(KeyLost):
        read_key_file(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KeyLost):
        read_key_file(tmp_path / "binary")
    (tmp_path / "file").touch()
    with pytest.raises(StateUnwritable):
        create_key_file(tmp_path / "file" / "keys")


def test_a_ring_that_grew_seals_with_its_new_key_and_keeps_its_names():
    ring = KeyRing([OLD])
    grown = ring.grown(NEW)
    assert grown.dump() == KeyRing([OLD, NEW]).dump()
    assert (grown.newest, ring.newest) == (KeyRing([NEW]).newest, KeyRing([OLD]).newest)
    assert key_id_of(grown.seal(b"value", *ROW)) == grown.newest
    assert grown.opaque("telegram", "7") == ring.opaque("telegram", "7")
    assert grown.mark("band", "7") == ring.mark("band", "7")


def test_a_key_named_again_at_the_end_seals_and_the_one_between_opens():
    ring = KeyRing.parse(KeyRing([OLD, NEW]).dump() + KeyRing([OLD]).dump())
    assert ring.newest == KeyRing([OLD]).newest
    assert ring.open(KeyRing([NEW]).seal(b"value", *ROW), *ROW) == b"value"


def test_marks_tell_parts_and_installations_apart():
    ring = KeyRing([OLD])
    assert len({ring.mark("a", "bc"), ring.mark("ab", "c"), KeyRing([NEW]).mark("a", "bc")}) == 3
    assert -(2**63) <= ring.mark("a") < 2**63


def test_a_running_ring_takes_over_a_key_that_was_added_to_its_file(tmp_path):
    path = tmp_path / "keys"
    create_key_file(path, randomness=OLD)
    running = read_key_file(path)
    sealed = rotated(path, randomness=NEW).seal(b"value", *ROW)
    assert running.newest == KeyRing([OLD]).newest
    assert running.open(sealed, *ROW) == b"value"
    assert running.newest == KeyRing([NEW]).newest
    assert running.dump() == path.read_text()


def test_a_ring_that_was_just_made_looks_at_its_file_too(tmp_path):
    made = create_key_file(tmp_path / "keys", randomness=OLD)
    assert made.open(rotated(tmp_path / "keys", randomness=NEW).seal(b"value", *ROW), *ROW) == b"value"


@pytest.mark.parametrize("content", [None, "no key", KeyRing([OTHER]).dump(), KeyRing([OTHER, NEW]).dump()])
def test_a_running_ring_takes_nothing_from_a_file_that_is_not_its_own(tmp_path, content):
    path = tmp_path / "keys"
    create_key_file(path, randomness=OLD)
    running = read_key_file(path)
    path.unlink()
    if content is not None:
        path.write_text(content)
    with pytest.raises(KeyLost):
        running.open(KeyRing([NEW]).seal(b"value", *ROW), *ROW)
    assert running.dump() == KeyRing([OLD]).dump()


def test_a_rotation_adds_a_key_and_loses_none(tmp_path):
    path = tmp_path / "keys"
    create_key_file(path, randomness=OLD)
    first, second = rotated(path), rotated(path)
    assert path.read_text() == second.dump()
    assert second.dump().startswith(first.dump())
    assert first.dump().startswith(KeyRing([OLD]).dump())
    assert len(second.dump().splitlines()) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {each.name for each in tmp_path.iterdir()} <= {"keys", ".keys.lock"}


def test_rotations_at_the_same_time_lose_no_key(tmp_path):
    path = tmp_path / "keys"
    create_key_file(path, randomness=OLD)
    with ThreadPoolExecutor(4) as pool:
        rings = list(pool.map(lambda _: rotated(path), range(8)))
    final = read_key_file(path)
    assert len(final.dump().splitlines()) == 9
    for ring in rings:
        assert final.open(ring.seal(b"value", *ROW), *ROW) == b"value"


def test_a_rotation_without_a_file_makes_none(tmp_path):
    with pytest.raises(KeyLost):
        rotated(tmp_path / "keys")
    assert not (tmp_path / "keys").exists()


def test_a_rotation_that_cannot_be_written_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "keys"
    create_key_file(path, randomness=OLD)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.key_file.os.fsync", full)
    with pytest.raises(StateUnwritable) as caught:
        rotated(path, randomness=NEW)
    assert "保持原样" in caught.value.kept
    assert path.read_text() == KeyRing([OLD]).dump()
    assert {each.name for each in tmp_path.iterdir()} <= {"keys", ".keys.lock"}


def test_a_rotation_waits_for_another_and_not_for_ever(tmp_path, monkeypatch):
    path = tmp_path / "keys"
    create_key_file(path, randomness=OLD)
    monkeypatch.setattr("storage.key_file.LOCK_SECONDS", 0.05)
    with FileLock(tmp_path / ".keys.lock"), pytest.raises(StateLocked):
        rotated(path)
    assert path.read_text() == KeyRing([OLD]).dump()
