"""Sealing: what a stolen disk must not show is encrypted before it reaches a table.

XChaCha20-Poly1305 (libsodium, draft-irtf-cfrg-xchacha-03) with a random 24-byte nonce. A sealed value is

    1 byte format · 4 bytes key id · 24 bytes nonce · ciphertext and tag

The associated data names the table and the row, so that a ciphertext moved to another row does not open.
Addresses become opaque by keyed BLAKE2b (RFC 7693).
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Callable, Sequence

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt
from nacl.exceptions import CryptoError

from yanlu.errors import KeyLost
from yanlu.texts import storage as texts

KEY_BYTES = 32
_NONCE_BYTES = 24
KEY_ID_BYTES = 4
_FORMAT = b"\x01"
KEY_ID_AT = len(_FORMAT)
_HEADER_BYTES = KEY_ID_AT + KEY_ID_BYTES + _NONCE_BYTES
_OPAQUE_BYTES = 18
_MARK_BYTES = 8


class SealBroken(Exception):
    """A sealed value is damaged, or stands in another row than it was sealed for."""


class KeyRing:
    """The keys of one installation: the newest seals, every one opens.

    The first key also derives the opaque keys, so it stays first for as long as rows found by them live.
    A ring that meets a value sealed with a key it lacks looks once whether the key file has grown meanwhile:
    so a running process goes on while another one rotates.
    """

    def __init__(
        self, keys: Sequence[bytes], *, refresh: "Callable[[], KeyRing | None] | None" = None
    ) -> None:
        """`keys`: oldest first, each of 32 random bytes. Raises KeyLost when none, or one malformed.

        One named again at the end seals though it is not the newest: "a, b, a" lets every worker learn to
        open what b seals before any of them seals with it. `refresh` reads the keys anew from where they
        came from; None where that cannot be done.
        """
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise key_lost(texts.KEY_UNREADABLE)
        self._keys = {_key_id(key): key for key in keys}
        self._sealing_id = _key_id(keys[-1])
        self._refresh = refresh
        self._opaque_key = hashlib.blake2b(keys[0], digest_size=32, person=b"yanlu opaque").digest()

    def __repr__(self) -> str:
        return f"KeyRing({len(self._keys)} keys)"

    @property
    def newest(self) -> bytes:
        """The id of the key that seals; every value it sealed carries it, see `key_id_of`."""
        return self._sealing_id

    @classmethod
    def generate(cls, randomness: bytes) -> "KeyRing":
        """Make a ring of one new key made of 32 random bytes."""
        return cls([randomness])

    @classmethod
    def parse(cls, text: str, *, refresh: "Callable[[], KeyRing | None] | None" = None) -> "KeyRing":
        """Read base64 keys, oldest first, parted by commas or white space. Raises KeyLost when malformed."""
        try:
            keys = [base64.b64decode(word, validate=True) for word in text.replace(",", " ").split()]
        except (binascii.Error, ValueError):
            raise key_lost(texts.KEY_UNREADABLE) from None
        return cls(keys, refresh=refresh)

    def dump(self) -> str:
        """Write the text that `parse` reads: one base64 key a line, oldest first. Secret."""
        return "".join(f"{base64.b64encode(key).decode()}\n" for key in self._keys.values())

    def grown(self, randomness: bytes) -> "KeyRing":
        """Make a ring with one more key, of 32 random bytes, that seals from now on."""
        return KeyRing([*self._keys.values(), randomness], refresh=self._refresh)

    def seal(self, value: bytes, *row: str | bytes) -> bytes:
        """Encrypt `value` for the row named by its table and key parts."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = encrypt(value, joined(row), nonce, self._keys[self._sealing_id])
        return _FORMAT + self._sealing_id + nonce + sealed

    def open(self, sealed: bytes, *row: str | bytes) -> bytes:
        """Decrypt what `seal` made for the same row.

        Raises SealBroken when it was damaged or moved, KeyLost when the ring lacks its key.
        """
        if len(sealed) < _HEADER_BYTES or sealed[:1] != _FORMAT:
            raise SealBroken
        key = self._key_of(key_id_of(sealed))
        nonce = sealed[KEY_ID_AT + KEY_ID_BYTES : _HEADER_BYTES]
        try:
            return decrypt(sealed[_HEADER_BYTES:], joined(row), nonce, key)
        except (CryptoError, ValueError):
            raise SealBroken from None

    def _key_of(self, key_id: bytes) -> bytes:
        if key_id not in self._keys and self._refresh is not None:
            self._adopt(self._refresh())
        try:
            return self._keys[key_id]
        except KeyError:
            raise key_lost(texts.KEY_WRONG) from None

    def _adopt(self, newer: "KeyRing | None") -> None:
        """Take over what the ring became elsewhere; a ring of another installation is left alone."""
        if newer is not None and newer._opaque_key == self._opaque_key:  # noqa: SLF001 - its own class
            self._keys = self._keys | newer._keys  # noqa: SLF001 - as above
            self._sealing_id = newer._sealing_id  # noqa: SLF001 - as above

    def opaque(self, channel: str, address: str) -> str:
        """Give a stable name of 24 URL-safe characters, from which channel and address cannot be read."""
        digest = hashlib.blake2b(
            joined((channel, address)), key=self._opaque_key, digest_size=_OPAQUE_BYTES
        ).digest()
        return base64.urlsafe_b64encode(digest).decode()

    def derived(self, purpose: str, *parts: str | bytes) -> bytes:
        """Give 32 bytes that only this installation can tell, other ones for each purpose and parts.

        They stay the same when keys rotate.
        """
        return hashlib.blake2b(
            joined((purpose, *parts)), key=self._opaque_key, digest_size=KEY_BYTES, person=b"yanlu derived"
        ).digest()

    def mark(self, *parts: str) -> int:
        """Give a stable signed number of 64 bits by which equal parts are found, and nothing is learned of them."""
        digest = hashlib.blake2b(
            joined(parts), key=self._opaque_key, digest_size=_MARK_BYTES, person=b"yanlu mark"
        ).digest()
        return int.from_bytes(digest, signed=True)


def key_id_of(sealed: bytes) -> bytes:
    """Tell which key a value was sealed with."""
    return sealed[KEY_ID_AT : KEY_ID_AT + KEY_ID_BYTES]


def key_lost(sentences: texts.Sentences) -> KeyLost:
    """Make the error with its three sentences."""
    happened, kept, next_step = sentences
    return KeyLost(happened, kept=kept, next_step=next_step)


def _key_id(key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=KEY_ID_BYTES, person=b"yanlu key id").digest()


def joined(parts: Sequence[str | bytes]) -> bytes:
    """Join so that no two different sequences give the same bytes."""
    encoded = [part.encode(errors="surrogatepass") if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
