"""What was sealed by version 1 of the protocol opens for ever: read here with libsodium alone, as it is described."""

import hashlib
from datetime import date

import nacl.bindings as sodium
import pytest

from storage.case_rows import Handler
from storage.handler_keys import LEAST, HandlerKeys, new_keys, new_recovery, recovery_pair, unlock
from storage.report_sealing import CHUNK_BYTES, CaseKey, KeyPair, StreamOpener
from storage.sealing import SealBroken
from yanlu.errors import PassphraseWrong

NUMBER, SECRET = "0123456789", b"s" * 32
KEY = CaseKey(NUMBER, SECRET)
PAIR = KeyPair.of(b"p" * 32)
WRAPPING = b"w" * 32
PAPER = "E1R70W-3GE1R7-0W3GE1-R70W3G-E1R70W-3GE1R7-0W3GE1-R70W3G-E1R0W8"


def named(*parts):
    """Parts with the length before each."""
    found = [each if isinstance(each, bytes) else each.encode() for each in parts]
    return b"".join(len(each).to_bytes(4, "big") + each for each in found)


def of_case(place):
    return named("yanlu report", b"\x01", NUMBER, place)


def opened(sealed, key, place):
    assert sealed[:1] == b"\x01"
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[25:], of_case(place), sealed[1:25], key)


@pytest.mark.parametrize("place", ["report", "contact", "message:7", "file:2:name"])
def test_values(place):
    text = "局长招标不上会".encode()
    padded = text + b"\x80" + bytes(512 - len(text) - 1)
    assert opened(KEY.seal(place, text), SECRET, place) == padded
    nonce = b"n" * 24
    foreign = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, of_case(place), nonce, SECRET)
    assert KEY.open(place, b"\x01" + nonce + foreign) == text


def test_what_was_never_padded_is_a_broken_seal():
    bare = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(b"x" * 512, of_case("report"), b"n" * 24, SECRET)
    with pytest.raises(SealBroken):
        KEY.open("report", b"\x01" + b"n" * 24 + bare)


def test_a_seal_without_content_is_a_broken_seal():
    for sealed in (b"\x01" + b"n" * 23, b"\x01" + b"n" * 24, b"\x01" + b"n" * 39):
        with pytest.raises(SealBroken):
            KEY.open("report", sealed)


def test_the_data_key():
    content = NUMBER.encode() + SECRET
    assert sodium.crypto_box_seal_open(KEY.sealed_to(PAIR.public), PAIR.public, PAIR.private) == content
    assert opened(KEY.wrapped_under(WRAPPING), WRAPPING, "receipt") == content
    assert CaseKey.opened(sodium.crypto_box_seal(content, PAIR.public), PAIR, NUMBER) == KEY


@pytest.mark.parametrize("content", [b"", b"short", SECRET[1:], b"9876543210" + SECRET, SECRET])
def test_what_is_no_data_key_of_the_case_is_a_broken_seal(content):
    with pytest.raises(SealBroken):
        CaseKey.opened(sodium.crypto_box_seal(content, PAIR.public), PAIR, NUMBER)


def test_files():
    place = "file:2:content"
    content = b"a" * (CHUNK_BYTES + 5)
    header, *pieces = KEY.seal_stream(place, [content])
    key = hashlib.blake2b(of_case(place), key=SECRET, digest_size=32, person=b"yanlu file").digest()
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    read = [sodium.crypto_secretstream_xchacha20poly1305_pull(state, each, of_case(place)) for each in pieces]
    assert read == [(b"a" * 65_536, 0), (b"a" * 5, 3)]


def test_a_file_has_an_end_before_which_it_is_not_whole_and_after_which_nothing_comes():
    header, one, two = KEY.seal_stream("file:2:content", [b"a" * (CHUNK_BYTES + 5)])
    opener = StreamOpener(KEY, "file:2:content")
    for piece, content in ((header, b""), (one, b"a" * CHUNK_BYTES)):
        with pytest.raises(SealBroken):
            opener.end()
        assert opener.piece(piece) == content
    assert opener.piece(two) == b"a" * 5
    opener.end()
    with pytest.raises(SealBroken):
        opener.piece(two)


def test_fingerprints():
    expected = hashlib.blake2b(
        named(of_case("report"), "text"), key=SECRET, digest_size=32, person=b"yanlu digest"
    )
    assert KEY.digest("report", b"text") == expected.hexdigest()


def test_handlers_keys():
    made = new_keys("Å ①", LEAST)
    typed = "Å 1".encode()
    key = sodium.crypto_pwhash_alg(32, typed, made.salt, 1, 8192, sodium.crypto_pwhash_ALG_ARGON2ID13)
    place = named("yanlu handler", b"\x01", made.id, made.public)
    private = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        made.wrapped[24:], place, made.wrapped[:24], key
    )
    assert sodium.crypto_scalarmult_base(private) == made.public
    assert (len(made.id), len(made.salt), made.operations, made.memory) == (16, 16, 1, 8192)


def row(made, **changed):
    values = {name: getattr(made, name) for name in HandlerKeys.__slots__}
    return Handler(person="li", organisation="city", enrolled=date(2026, 3, 4), **(values | changed))


@pytest.mark.parametrize("cost", [(10, 8192), (1, 128 * 1024 * 1024)])
def test_a_key_of_the_highest_cost_opens(cost):
    made = new_keys("口令", LEAST)
    salt, nonce = b"t" * 16, b"n" * 24
    key = sodium.crypto_pwhash_alg(32, "口令".encode(), salt, *cost, sodium.crypto_pwhash_ALG_ARGON2ID13)
    place = named("yanlu handler", b"\x01", made.id, PAIR.public)
    wrapped = nonce + sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(PAIR.private, place, nonce, key)
    handler = row(made, public=PAIR.public, wrapped=wrapped, salt=salt, operations=cost[0], memory=cost[1])
    assert unlock(handler, "口令").pair == PAIR


def test_a_private_key_of_another_length_does_not_open():
    made = new_keys("口令", LEAST)
    key = sodium.crypto_pwhash_alg(
        32, "口令".encode(), made.salt, 1, 8192, sodium.crypto_pwhash_ALG_ARGON2ID13
    )
    place = named("yanlu handler", b"\x01", made.id, made.public)
    wrapped = b"n" * 24 + sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(b"short", place, b"n" * 24, key)
    with pytest.raises(PassphraseWrong):
        unlock(row(made, wrapped=wrapped), "口令")


@pytest.mark.parametrize("private", [b"", bytes(31), bytes(33)])
def test_a_private_key_has_32_bytes(private):
    with pytest.raises(ValueError, match="32 bytes"):
        KeyPair.of(private)


def test_recovery_keys_on_paper():
    assert recovery_pair(PAPER) == PAIR
    public, printed = new_recovery()
    assert recovery_pair(printed).public == public
