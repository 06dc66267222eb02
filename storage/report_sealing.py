"""The sealing of reports: what the server can no longer read once it has been handed in. Protocol, version 1.

**The data key.** Each case has 32 random bytes of its own. Everything of it is sealed with XChaCha20-Poly1305
(libsodium; draft-irtf-cfrg-xchacha-03) as

    1 byte version · 24 bytes random nonce · ciphertext and tag

The associated data are the protocol and version, the case number and the place ("report", "contact",
"message:7", "file:2:name"), each with its length before it, so that nothing opens in another case or place.
The text is padded (ISO/IEC 7816-4) to full steps of 512 bytes: a length tells little, and whether a contact was
given nothing.

**Files** go through libsodium's secretstream in pieces of 64 KiB under a key of their own, derived by keyed BLAKE2b
from the data key, the case number and the place; the same associated data go with each piece. A piece that is
missing, doubled, moved, or taken from another file does not open; the last one is marked, so that a file cut short
is noticed.

**Who has the data key.** It is kept, together with the case number (checked when opened), only

- sealed (crypto_box_seal: X25519, XSalsa20-Poly1305) to the public key of each entitled handler,
- sealed in the same way to the recovery key of the receiving organisation, whose private half is on paper only,
- wrapped (XChaCha20-Poly1305, associated data as above with the place "receipt") under what the reporter's receipt
  gives (`storage.receipts`).

Handlers' private keys are wrapped under their passphrases (`storage.handler_keys`).

**What this does not do.** While a report is handed in and while a handler or reporter reads, the text is in the
server's memory. Seals say that a text is whole and in its place, not that it is the newest: whoever can write to the
database may put back an older state of a case, or take its last messages away. Everybody who can open a case can also
write into it in another's name: the data key is one. To lose every passphrase, the recovery key and the receipt is
to lose the case.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import nacl.bindings as sodium
from nacl.exceptions import CryptoError

from storage.sealing import SealBroken, joined

KEY_BYTES = 32
CHUNK_BYTES = 64 * 1024
_VERSION = b"\x01"
_PROTOCOL = b"yanlu report"
_NONCE_BYTES = 24
_HEADER_BYTES = len(_VERSION) + _NONCE_BYTES
_STEP = 512
_FINAL = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE

REPORT = "report"
CONTACT = "contact"
_RECEIPT = "receipt"


def message_place(position: int) -> str:
    """Name the place of a case's message."""
    return f"message:{position}"


def file_place(position: int, part: str) -> str:
    """Name the place of a part of a case's file: its "name" or its "content"."""
    return f"file:{position}:{part}"


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """An X25519 key pair; its private half is shown by no repr."""

    public: bytes
    private: bytes

    @classmethod
    def generate(cls) -> Self:
        """Make a pair."""
        return cls.of(os.urandom(KEY_BYTES))

    @classmethod
    def of(cls, private: bytes) -> Self:
        """Make the pair of a private key of 32 bytes. Raises ValueError for another length."""
        if len(private) != KEY_BYTES:
            raise ValueError(f"a private key has {KEY_BYTES} bytes")
        return cls(sodium.crypto_scalarmult_base(private), private)


@dataclass(frozen=True, slots=True, repr=False)
class CaseKey:
    """The data key of a case, bound to its number. Whoever has it reads and writes the case; keep it short."""

    number: str
    _secret: bytes

    def __repr__(self) -> str:
        return f"CaseKey({self.number})"

    @classmethod
    def generate(cls, number: str) -> Self:
        """Make the key of a new case."""
        return cls(number, os.urandom(KEY_BYTES))

    @classmethod
    def opened(cls, sealed: bytes, pair: KeyPair, number: str) -> Self:
        """Open what `sealed_to` made. Raises SealBroken when it is damaged, another's or another case's."""
        try:
            content = sodium.crypto_box_seal_open(sealed, pair.public, pair.private)
        except (CryptoError, ValueError, TypeError):
            raise SealBroken from None
        return cls._bound(content, number)

    @classmethod
    def unwrapped(cls, wrapped: bytes, wrapping: bytes, number: str) -> Self:
        """Open what `wrapped_under` made. Raises SealBroken as `opened` does."""
        return cls._bound(_opened(wrapped, wrapping, _place(number, _RECEIPT)), number)

    def sealed_to(self, public: bytes) -> bytes:
        """Seal the key, with the case number, to a public key. Raises SealBroken for a point that is no key."""
        try:
            return sodium.crypto_box_seal(self._content(), public)
        except (CryptoError, RuntimeError, ValueError):
            raise SealBroken from None

    def wrapped_under(self, wrapping: bytes) -> bytes:
        """Wrap the key, with the case number, under 32 secret bytes."""
        return _sealed(self._content(), wrapping, _place(self.number, _RECEIPT))

    def seal(self, place: str, value: bytes) -> bytes:
        """Seal a value for a place of this case."""
        return _sealed(sodium.sodium_pad(value, _STEP), self._secret, _place(self.number, place))

    def open(self, place: str, sealed: bytes) -> bytes:
        """Open what `seal` made for the same place. Raises SealBroken when it was damaged or moved."""
        try:
            return sodium.sodium_unpad(_opened(sealed, self._secret, _place(self.number, place)), _STEP)
        except CryptoError:
            raise SealBroken from None

    def seal_stream(self, place: str, content: Iterable[bytes]) -> Iterator[bytes]:
        """Seal a file of any size: first a header of 24 bytes, then its pieces, the last one marked."""
        state = sodium.crypto_secretstream_xchacha20poly1305_state()
        yield sodium.crypto_secretstream_xchacha20poly1305_init_push(state, self._file_key(place))
        named = _place(self.number, place)
        for piece, last in _pieces(content):
            tag = _FINAL if last else _MESSAGE
            yield sodium.crypto_secretstream_xchacha20poly1305_push(state, piece, named, tag)

    def digest(self, place: str, value: bytes) -> str:
        """Give a fingerprint of a value, of 64 hexadecimal digits, that tells nothing to whoever lacks the key."""
        content = joined((_place(self.number, place), value))
        return hashlib.blake2b(content, key=self._secret, digest_size=32, person=b"yanlu digest").hexdigest()

    def _content(self) -> bytes:
        return self.number.encode() + self._secret

    @classmethod
    def _bound(cls, content: bytes, number: str) -> Self:
        if len(content) < KEY_BYTES or content[:-KEY_BYTES] != number.encode():
            raise SealBroken
        return cls(number, content[-KEY_BYTES:])

    def _file_key(self, place: str) -> bytes:
        named = _place(self.number, place)
        return hashlib.blake2b(named, key=self._secret, digest_size=KEY_BYTES, person=b"yanlu file").digest()


class StreamOpener:
    """Opens a sealed file as its pieces come: the header, then `piece` for each, then `end`."""

    __slots__ = ("_ended", "_key", "_place", "_started", "_state")

    def __init__(self, key: CaseKey, place: str) -> None:
        self._place = _place(key.number, place)
        self._key = key._file_key(place)  # noqa: SLF001 - of the same protocol
        self._state = sodium.crypto_secretstream_xchacha20poly1305_state()
        self._started = self._ended = False

    def piece(self, sealed: bytes) -> bytes:
        """Open the next piece; the first is the header and gives nothing. Raises SealBroken."""
        if self._ended:
            raise SealBroken
        try:
            if not self._started:
                sodium.crypto_secretstream_xchacha20poly1305_init_pull(self._state, sealed, self._key)
                self._started = True
                return b""
            piece, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(self._state, sealed, self._place)
        except (CryptoError, RuntimeError, ValueError):
            raise SealBroken from None
        self._ended = tag == _FINAL
        return piece

    def end(self) -> None:
        """Raise SealBroken unless the last piece of the file has come."""
        if not self._ended:
            raise SealBroken


def _pieces(content: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut into full pieces, with a flag on the last; an empty file is one empty piece."""
    kept = bytearray()
    for part in content:
        kept += part
        while len(kept) > CHUNK_BYTES:
            yield bytes(kept[:CHUNK_BYTES]), False
            del kept[:CHUNK_BYTES]
    yield bytes(kept), True


def _place(number: str, place: str) -> bytes:
    return joined((_PROTOCOL, _VERSION, number, place))


def _sealed(value: bytes, key: bytes, named: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(value, named, nonce, key)


def _opened(sealed: bytes, key: bytes, named: bytes) -> bytes:
    if len(sealed) < _HEADER_BYTES or sealed[:1] != _VERSION:
        raise SealBroken
    nonce = sealed[len(_VERSION) : _HEADER_BYTES]
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[_HEADER_BYTES:], named, nonce, key)
    except (CryptoError, ValueError):
        raise SealBroken from None
