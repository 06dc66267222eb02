import os
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.case_rows import (
    CaseFile,
    CaseMessage,
    CaseRow,
    FiledCase,
    Handler,
    NewCase,
    RoutedCase,
    RoutingFacts,
)
from storage.handler_keys import (
    LEAST,
    MODERATE,
    Cost,
    new_keys,
    new_recovery,
    recovery_pair,
    rewrapped,
    sealed_to,
    unlock,
)
from storage.report_sealing import CHUNK_BYTES, CaseKey, KeyPair, StreamOpener, file_place, message_place
from storage.sealing import SealBroken
from tests.support.sealed_streams import opened_stream
from yanlu.codes import ALPHABET
from yanlu.errors import AccessDenied, DatabaseCorrupt, PassphraseWrong

NUMBER, OTHER = "0123456789", "9876543210"
KEY = CaseKey.generate(NUMBER)
PAIR = KeyPair.generate()
DAY = date(2026, 3, 4)
places = st.sampled_from(["report", "contact", "message:1", "message:11", "file:1:name", "file:1:content"])


def handler(made, **changed):
    values = {
        name: getattr(made, name) for name in ("id", "public", "wrapped", "salt", "operations", "memory")
    }
    return Handler(person="li", organisation="city", enrolled=DAY, **(values | changed))


@settings(max_examples=100, deadline=None)
@given(value=st.binary(max_size=2000), place=places, other=places)
def test_a_value_opens_in_its_case_and_place_only(value, place, other):
    sealed = KEY.seal(place, value)
    assert KEY.open(place, sealed) == value
    if other != place:
        with pytest.raises(SealBroken):
            KEY.open(other, sealed)
    with pytest.raises(SealBroken):
        replace(KEY, number=OTHER).open(place, sealed)
    with pytest.raises(SealBroken):
        CaseKey.generate(NUMBER).open(place, sealed)


def test_every_flipped_bit_and_every_cut_is_noticed():
    sealed = KEY.seal("report", b"text")
    for at in range(len(sealed)):
        for bad in (sealed[:at], sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]):
            with pytest.raises(SealBroken):
                KEY.open("report", bad)


def test_a_length_tells_little_and_a_text_never_looks_the_same_twice():
    lengths = {len(KEY.seal("contact", b"x" * size)) for size in range(512)}
    assert lengths == {1 + 24 + 512 + 16}
    assert len(KEY.seal("contact", b"x" * 512)) == 1 + 24 + 1024 + 16
    assert KEY.seal("report", b"text") != KEY.seal("report", b"text")


def test_places_are_told_apart():
    names = [
        message_place(1),
        message_place(11),
        file_place(1, "name"),
        file_place(1, "content"),
        file_place(11, "name"),
    ]
    assert names == ["message:1", "message:11", "file:1:name", "file:1:content", "file:11:name"]


def test_a_key_opens_for_whom_it_was_sealed_and_for_its_case():
    sealed = KEY.sealed_to(PAIR.public)
    assert CaseKey.opened(sealed, PAIR, NUMBER) == KEY
    for pair, number in ((KeyPair.generate(), NUMBER), (PAIR, OTHER), (PAIR, ""), (PAIR, NUMBER + "0")):
        with pytest.raises(SealBroken):
            CaseKey.opened(sealed, pair, number)
    for at in range(len(sealed)):
        for bad in (sealed[:at], sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]):
            with pytest.raises(SealBroken):
                CaseKey.opened(bad, PAIR, NUMBER)


def test_a_wrapped_key_opens_under_its_receipt_and_for_its_case():
    wrapping = os.urandom(32)
    wrapped = KEY.wrapped_under(wrapping)
    assert CaseKey.unwrapped(wrapped, wrapping, NUMBER) == KEY
    for bad, key, number in (
        (wrapped, os.urandom(32), NUMBER),
        (wrapped, wrapping, OTHER),
        (wrapped[:-1], wrapping, NUMBER),
        (b"\x02" + wrapped[1:], wrapping, NUMBER),
        (b"", wrapping, NUMBER),
    ):
        with pytest.raises(SealBroken):
            CaseKey.unwrapped(bad, key, number)


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(32), b"\x01" + bytes(31)])
def test_what_is_no_public_key_gets_no_case(public):
    with pytest.raises(SealBroken):
        KEY.sealed_to(public)
    with pytest.raises(DatabaseCorrupt):
        sealed_to(KEY, public)


def test_nothing_secret_is_shown():
    made = new_keys("口令", LEAST)
    opened = unlock(handler(made), "口令")
    shown = f"{KEY!r} {PAIR!r} {made!r} {opened!r} {handler(made)!r}"
    secrets = (KEY._secret, PAIR.private, opened.pair.private, made.wrapped)
    for secret in secrets:
        assert repr(secret)[2:-1] not in shown
        assert secret.hex() not in shown
    assert repr(opened) == f"Unlocked({made.id})"
    assert repr(KEY) == f"CaseKey({NUMBER})"


def test_records_that_are_printed_show_nothing_of_a_report():
    facts = RoutingFacts(people=frozenset({"canary"}))
    new = NewCase("city", "x", True, DAY, b"canary", (), None, facts, b"canary")
    row = CaseRow(NUMBER, "city", "x", True, "received", "waiting", DAY, DAY)
    shown = [
        new,
        FiledCase(NUMBER, "canary", "digest", KEY),
        RoutedCase(row, facts, ("li",)),
        CaseMessage(1, DAY, b"canary"),
        CaseFile(1, DAY, b"canary"),
    ]
    assert all("canary" not in repr(each) for each in shown)
    assert NUMBER in repr(shown[1])
    assert (new.contact, replace(new, contact=b"").contact) == (b"canary", b"")
    assert NewCase("city", "x", True, DAY, b"", (), None, facts).contact == b""


def test_a_fingerprint_is_the_cases_own():
    digests = {
        KEY.digest("report", b"text"),
        KEY.digest("report", b"texT"),
        KEY.digest("contact", b"text"),
        CaseKey.generate(NUMBER).digest("report", b"text"),
        replace(KEY, number=OTHER).digest("report", b"text"),
    }
    assert len(digests) == 5
    assert KEY.digest("report", b"text") in digests
    assert all(len(each) == 64 for each in digests)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_a_file_of_any_size_comes_back(size):
    content = os.urandom(size)
    parts = [content[at : at + 50_000] for at in range(0, size, 50_000)]
    sealed = list(KEY.seal_stream("file:1:content", parts))
    assert len(sealed[0]) == 24
    assert len(sealed) == 1 + max(1, -(-size // CHUNK_BYTES))
    assert opened_stream(KEY, "file:1:content", sealed) == content


def test_a_file_that_was_cut_reordered_doubled_moved_or_changed_does_not_open():
    header, one, two, three = KEY.seal_stream("file:1:content", [os.urandom(3 * CHUNK_BYTES)])
    second = list(KEY.seal_stream("file:1:content", [os.urandom(3 * CHUNK_BYTES)]))
    assert len(opened_stream(KEY, "file:1:content", [header, one, two, three])) == 3 * CHUNK_BYTES
    for bad in (
        [],
        [header],
        [header, one, two],
        [header, two, three],
        [header, one, three],
        [header, two, one, three],
        [header, one, one, two, three],
        [header, one, two, three, three],
        [header, one, second[2], three],
        [second[0], one, two, three],
        [header[:-1], one, two, three],
        [header, one[:-1], two, three],
        [header, one, bytes([two[0] ^ 1]) + two[1:], three],
    ):
        with pytest.raises(SealBroken):
            opened_stream(KEY, "file:1:content", bad)
    for key, place in ((KEY, "file:2:content"), (replace(KEY, number=OTHER), "file:1:content")):
        with pytest.raises(SealBroken):
            opened_stream(key, place, [header, one, two, three])


def test_the_pieces_of_a_stream_are_bound_to_their_place_beyond_the_key():
    sealed = list(KEY.seal_stream("file:1:content", [b"text"]))
    opener = StreamOpener(KEY, "file:1:content")
    opener._place = b"elsewhere"
    opener.piece(sealed[0])
    with pytest.raises(SealBroken):
        opener.piece(sealed[1])


def test_a_passphrase_opens_the_key_however_it_is_composed():
    made = new_keys("Ångström ① 口令", LEAST)
    assert unlock(handler(made), "A\u030angstro\u0308m 1 口令").pair.public == made.public


@pytest.mark.parametrize("typed", ["", "口令 ", "Kou ling", "口令\0", "\ud800"])
def test_another_passphrase_does_not(typed):
    with pytest.raises(PassphraseWrong) as caught:
        unlock(handler(new_keys("口令", LEAST)), typed)
    assert isinstance(caught.value, AccessDenied)


def test_a_wrapped_key_in_another_row_or_tampered_with_does_not_open():
    made, other = new_keys("口令", LEAST), new_keys("口令", LEAST)
    for changed in (
        {"id": other.id},
        {"public": other.public},
        {"salt": other.salt},
        {"wrapped": other.wrapped},
        {"wrapped": made.wrapped[:30]},
        {"wrapped": b""},
    ):
        with pytest.raises(PassphraseWrong):
            unlock(handler(made, **changed), "口令")


@pytest.mark.parametrize(
    "cost", [(0, 8192), (11, 8192), (1, 0), (1, 128 * 1024 * 1024 + 1), (-1, 8192), (2**31, 2**31)]
)
def test_a_row_cannot_make_the_server_spend_more_than_it_has(cost):
    made = new_keys("口令", LEAST)
    with pytest.raises(DatabaseCorrupt):
        unlock(handler(made, operations=cost[0], memory=cost[1]), "口令")


@pytest.mark.parametrize("changed", [{"memory": 1}, {"memory": 8191}, {"salt": b""}, {"salt": b"x" * 17}])
def test_a_row_that_cannot_be_stretched_was_tampered_with(changed):
    with pytest.raises(DatabaseCorrupt):
        unlock(handler(new_keys("口令", LEAST), **changed), "口令")


def test_handlers_are_named_by_16_random_characters():
    names = [new_keys("口令", LEAST).id for _ in range(30)]
    assert {len(each) for each in names} == {16}
    assert all(len({each[at] for each in names}) > 5 for at in range(16))


def test_a_revoked_handler_unlocks_nothing():
    with pytest.raises(AccessDenied):
        unlock(handler(new_keys("口令", LEAST), revoked=DAY), "口令")


def test_a_new_passphrase_keeps_the_key_pair_and_may_cost_more():
    made = new_keys("old", LEAST)
    opened = unlock(handler(made), "old")
    again = rewrapped(opened, "new", Cost(2, 16384))
    assert (again.id, again.public, again.operations, again.memory) == (made.id, made.public, 2, 16384)
    assert again.salt != made.salt
    sealed = KEY.sealed_to(made.public)
    assert unlock(handler(again), "new").case_key(sealed, NUMBER) == KEY
    with pytest.raises(PassphraseWrong):
        unlock(handler(again), "old")


def test_the_usual_cost_is_moderate_and_bearable():
    assert MODERATE.operations >= 3
    assert 64 * 1024 * 1024 <= MODERATE.memory <= 128 * 1024 * 1024
    made = new_keys("口令")
    assert (made.operations, made.memory) == (MODERATE.operations, MODERATE.memory)
    assert unlock(handler(made), "口令").pair.public == made.public


def test_a_printed_recovery_key_comes_back_however_it_is_typed():
    public, printed = new_recovery()
    assert {len(group) for group in printed.split("-")} == {6}
    assert len(printed.replace("-", "")) == 54
    assert recovery_pair(printed.lower().replace("-", " ")).public == public
    assert recovery_pair(printed.replace("0", "O").replace("1", "l")).public == public
    sealed = KEY.sealed_to(public)
    assert CaseKey.opened(sealed, recovery_pair(printed), NUMBER) == KEY


def test_every_slip_in_a_printed_recovery_key_is_refused():
    plain = new_recovery()[1].replace("-", "")
    for at, right in enumerate(plain):
        for wrong in ALPHABET:
            if wrong != right:
                with pytest.raises(AccessDenied):
                    recovery_pair(plain[:at] + wrong + plain[at + 1 :])
    for bad in ("", "你好", plain[:-1], plain + "0"):
        with pytest.raises(AccessDenied):
            recovery_pair(bad)
