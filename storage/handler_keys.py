"""Handlers' keys under their passphrases, and the organisations' recovery keys on paper. No tables here.

A handler's private key is wrapped with XChaCha20-Poly1305 under Argon2id (RFC 9106) of the passphrase and a random
salt; the cost is kept with each handler, so that it can grow. The associated data name the handler and the public
key, so that a wrapped key put into another row does not open.

A recovery key is an X25519 private key written as a code (`yanlu.codes`): 52 characters and two of check, in groups
of six. It is shown once, to be printed and locked away; the server keeps the public half.

What is slow here (`new_keys`, `unlock`, `rewrapped`: about .2 s and 128 MiB each) belongs into a thread and outside
of any transaction.
"""

import os
import unicodedata
from dataclasses import dataclass

import nacl.bindings as sodium
from nacl.exceptions import CryptoError

from storage.case_rows import Handler
from storage.failures import failure
from storage.report_sealing import CaseKey, KeyPair
from storage.sealing import SealBroken, joined
from yanlu import codes
from yanlu.errors import AccessDenied, DatabaseCorrupt, PassphraseWrong, YanluError
from yanlu.texts import storage as texts

_NONCE_BYTES = 24
_SALT_BYTES = sodium.crypto_pwhash_SALTBYTES
_ID_CHARACTERS = 16
_KEY_BITS = 256
_PRINTED = codes.CodeForm(data=52, group=6, shift=255)
_MAX_OPERATIONS, _MAX_MEMORY = 10, 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a passphrase costs: passes over the memory, and the memory in bytes."""

    operations: int
    memory: int


MODERATE = Cost(operations=3, memory=128 * 1024 * 1024)
"""The passes of libsodium's "moderate", with half its memory so that a small server bears it.

Above the second choice of RFC 9106, section 4 (3 passes over 64 MiB).
"""
LEAST = Cost(
    sodium.crypto_pwhash_argon2id_OPSLIMIT_MIN,
    sodium.crypto_pwhash_argon2id_MEMLIMIT_MIN,
)
"""The least that libsodium takes: for tests."""


@dataclass(frozen=True, slots=True, repr=False)
class HandlerKeys:
    """A key pair as it is stored: the private half only wrapped."""

    id: str
    public: bytes
    wrapped: bytes
    salt: bytes
    operations: int
    memory: int


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A handler whose passphrase was given: what opens the cases sealed to them. Never stored, never shown."""

    handler: Handler
    _pair: KeyPair

    def __repr__(self) -> str:
        return f"Unlocked({self.handler.id})"

    def case_key(self, sealed: bytes, number: str) -> CaseKey:
        """Open a case's data key. Raises SealBroken when it is not sealed to this handler for this case."""
        return CaseKey.opened(sealed, self._pair, number)

    @property
    def pair(self) -> KeyPair:
        """The key pair."""
        return self._pair


def new_keys(passphrase: str, cost: Cost = MODERATE) -> HandlerKeys:
    """Make a handler's key pair and wrap it. The passphrase's strength is the caller's to judge."""
    number = int.from_bytes(os.urandom(_ID_CHARACTERS * 5 // 8))
    return _wrapped(codes.written(number, _ID_CHARACTERS), KeyPair.generate(), passphrase, cost)


def rewrapped(unlocked: Unlocked, passphrase: str, cost: Cost = MODERATE) -> HandlerKeys:
    """Wrap the same key pair under a new passphrase."""
    return _wrapped(unlocked.handler.id, unlocked.pair, passphrase, cost)


def unlock(handler: Handler, passphrase: str) -> Unlocked:
    """Unwrap a handler's private key.

    Raises PassphraseWrong, AccessDenied when the handler is revoked, DatabaseCorrupt when the row was tampered with.
    """
    if handler.revoked is not None:
        raise failure(AccessDenied, texts.HANDLER_REVOKED)
    if not (0 < handler.operations <= _MAX_OPERATIONS and 0 < handler.memory <= _MAX_MEMORY):
        raise failure(DatabaseCorrupt, texts.SEAL_BROKEN)  # nobody makes the server spend gigabytes
    cost = Cost(handler.operations, handler.memory)
    named = _named(handler.id, handler.public)
    nonce, sealed = handler.wrapped[:_NONCE_BYTES], handler.wrapped[_NONCE_BYTES:]
    try:
        key = _stretched(passphrase, handler.salt, cost)
    except (ValueError, TypeError):
        raise failure(DatabaseCorrupt, texts.SEAL_BROKEN) from None
    try:
        private = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, named, nonce, key)
        return Unlocked(handler, KeyPair.of(private))
    except (CryptoError, ValueError, TypeError):
        raise failure(PassphraseWrong, texts.PASSPHRASE_WRONG) from None


def new_recovery() -> tuple[bytes, str]:
    """Make a recovery key: the public half to be kept, and the private one to be printed, once."""
    pair = KeyPair.generate()
    number = int.from_bytes(pair.private) << _PRINTED.bits - _KEY_BITS
    return pair.public, _PRINTED.grouped(_PRINTED.plain(number))


def recovery_pair(printed: str) -> KeyPair:
    """Read a printed recovery key however it was typed. Raises AccessDenied when it was mistyped."""
    code = _PRINTED.canonical(printed)
    number = _PRINTED.number(code) if code else 0
    private, rest = divmod(number, 1 << _PRINTED.bits - _KEY_BITS)
    if code is None or rest:
        raise wrong_recovery_key()
    return KeyPair.of(private.to_bytes(_KEY_BITS // 8))


def wrong_recovery_key() -> YanluError:
    """Make the error for a recovery key that is mistyped or another's."""
    return failure(AccessDenied, texts.RECOVERY_KEY_WRONG)


def sealed_to(key: CaseKey, public: bytes) -> bytes:
    """Seal a case's key to a stored public key. Raises DatabaseCorrupt when that is no key."""
    try:
        return key.sealed_to(public)
    except SealBroken:
        raise failure(DatabaseCorrupt, texts.SEAL_BROKEN) from None


def _wrapped(id: str, pair: KeyPair, passphrase: str, cost: Cost) -> HandlerKeys:  # noqa: A002 - the word of the row
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    key = _stretched(passphrase, salt, cost)
    named = _named(id, pair.public)
    sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(pair.private, named, nonce, key)
    return HandlerKeys(id, pair.public, nonce + sealed, salt, cost.operations, cost.memory)


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """Stretch the passphrase, which may be typed on any system: in Unicode's compatibility form."""
    typed = unicodedata.normalize("NFKC", passphrase).encode(errors="surrogatepass")
    return sodium.crypto_pwhash_alg(
        32, typed, salt, cost.operations, cost.memory, sodium.crypto_pwhash_ALG_ARGON2ID13
    )


def _named(id: str, public: bytes) -> bytes:  # noqa: A002 - as above
    return joined((b"yanlu handler", b"\x01", id, public))
