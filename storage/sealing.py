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
from collections.abc import Sequence

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt
from nacl.exceptions import CryptoError

from yanlu.errors import KeyLost
from yanlu.texts import storage as texts

KEY_BYTES = 32
_NONCE_BYTES = 24
_ID_BYTES = 4
_FORMAT = b"\x01"
_HEADER_BYTES = len(_FORMAT) + _ID_BYTES + _NONCE_BYTES
_OPAQUE_BYTES = 18


class SealBroken(Exception):
    """A sealed value is damaged, or stands in another row than it was sealed for."""


class KeyRing:
    """The keys of one installation: the newest seals, every one opens.

    The first key also derives the opaque keys, so it stays first for as long as rows found by them live.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: oldest first, each of 32 random bytes. Raises KeyLost when none, or one malformed."""
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise key_lost(texts.KEY_UNREADABLE)
        self._keys = {_key_id(key): key for key in keys}
        self._sealing_id = _key_id(keys[-1])
        self._opaque_key = hashlib.blake2b(keys[0], digest_size=32, person=b"yanlu opaque").digest()

    def __repr__(self) -> str:
        return f"KeyRing({len(self._keys)} keys)"

    @classmethod
    def generate(cls, randomness: bytes) -> "KeyRing":
        """Make a ring of one new key made of 32 random bytes."""
        return cls([randomness])

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read base64 keys, oldest first, parted by commas or white space. Raises KeyLost when malformed."""
        try:
            keys = [base64.b64decode(word, validate=True) for word in text.replace(",", " ").split()]
        except (binascii.Error, ValueError):
            raise key_lost(texts.KEY_UNREADABLE) from None
        return cls(keys)

    def dump(self) -> str:
        """Write the text that `parse` reads: one base64 key a line, oldest first. Secret."""
        return "".join(f"{base64.b64encode(key).decode()}\n" for key in self._keys.values())

    def seal(self, value: bytes, *row: str | bytes) -> bytes:
        """Encrypt `value` for the row named by its table and key parts."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = encrypt(value, _joined(row), nonce, self._keys[self._sealing_id])
        return _FORMAT + self._sealing_id + nonce + sealed

    def open(self, sealed: bytes, *row: str | bytes) -> bytes:
        """Decrypt what `seal` made for the same row.

        Raises SealBroken when it was damaged or moved, KeyLost when the ring lacks its key.
        """
        if len(sealed) < _HEADER_BYTES or sealed[:1] != _FORMAT:
            raise SealBroken
        key = self._keys.get(sealed[1 : 1 + _ID_BYTES])
        if key is None:
            raise key_lost(texts.KEY_WRONG)
        nonce = sealed[1 + _ID_BYTES : _HEADER_BYTES]
        try:
            return decrypt(sealed[_HEADER_BYTES:], _joined(row), nonce, key)
        except (CryptoError, ValueError):
            raise SealBroken from None

    def opaque(self, channel: str, address: str) -> str:
        """Give a stable name of 24 URL-safe characters, from which channel and address cannot be read."""
        digest = hashlib.blake2b(
            _joined((channel, address)), key=self._opaque_key, digest_size=_OPAQUE_BYTES
        ).digest()
        return base64.urlsafe_b64encode(digest).decode()


def key_lost(sentences: texts.Sentences) -> KeyLost:
    """Make the error with its three sentences."""
    happened, kept, next_step = sentences
    return KeyLost(happened, kept=kept, next_step=next_step)


def _key_id(key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=_ID_BYTES, person=b"yanlu key id").digest()


def _joined(parts: Sequence[str | bytes]) -> bytes:
    """Join so that no two different sequences give the same bytes."""
    encoded = [part.encode(errors="surrogatepass") if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
