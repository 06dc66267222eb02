"""Telegram accounts whose every word can be found again, and the search that would find them.

`accounts(500)` gives who they are; `Needles` holds every spelling of what they are and say, and searches bytes for all
of them at once. `Reporter` acts in their name: each update carries the whole identity, as Telegram sends it.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import numpy as np

from tests.support.telegram_api import FakeBotApi
from tests.support.telegram_records import BotMessage, Query, marked
from tests.support.telegram_user import TelegramUser

_WINDOW = 6
"""Bytes at the beginning of a needle by which it is looked for; no needle is shorter."""
_TABLE_BITS = 22
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_BLOCK = 1 << 22
_HASHES: Mapping[str, Callable[[bytes], bytes]] = {
    "md5": lambda value: hashlib.md5(value).digest(),
    "sha1": lambda value: hashlib.sha1(value).digest(),
    "sha256": lambda value: hashlib.sha256(value).digest(),
    "blake2b": lambda value: hashlib.blake2b(value).digest(),
    "blake2b-32": lambda value: hashlib.blake2b(value, digest_size=32).digest(),
    "blake2b-16": lambda value: hashlib.blake2b(value, digest_size=16).digest(),
}
_DIGEST = 16
"""Bytes of a digest that are looked for, so that one cut short is found as well."""


@dataclass(frozen=True)
class Account:
    """Who somebody is for Telegram, what they send, and who they are outside."""

    number: int

    @cached_property
    def token(self) -> str:
        """Sixteen characters that stand nowhere else."""
        digest = hashlib.sha256(f"an account of the privacy suite, {self.number}".encode()).digest()
        return base64.b32encode(digest[:10]).decode()

    @property
    def id(self) -> int:
        return 6_000_000_000 + int(hashlib.sha256(self.token.encode()).hexdigest(), 16) % 2_000_000_000

    @property
    def username(self) -> str:
        return f"k_{self.token[:14].lower()}"

    @property
    def first_name(self) -> str:
        return f"雀飞{self.token[:10]}"

    @property
    def last_name(self) -> str:
        return f"鸢尾{self.token[4:14]}"

    @property
    def file_id(self) -> str:
        return f"BQACAgUAAx{self.token}QADAgADpw"

    @property
    def file_unique_id(self) -> str:
        return f"AgADu{self.token[::-1]}"

    @property
    def file_name(self) -> str:
        return f"合影{self.token[6:]}.jpg"

    @property
    def text(self) -> str:
        return f"鹭鸶{self.token[2:]}夜里进库房"

    @property
    def supplement(self) -> str:
        return f"杜鹃{self.token[3:]}又见一回"

    @property
    def name(self) -> str:
        return f"莺歌{self.token[1:9]}"

    @property
    def phone(self) -> str:
        return f"13{int(hashlib.sha256(self.name.encode()).hexdigest(), 16) % 10**9:09d}"

    def identity(self) -> dict[str, object]:
        """The `from` of an update."""
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {"id": self.id, "is_bot": False, "language_code": "zh-hans", **names}

    def values(self) -> dict[str, str]:
        """All of it, by kind."""
        kinds = "username first_name last_name file_id file_unique_id file_name text supplement name phone"
        return {"id": str(self.id), **{kind: getattr(self, kind) for kind in kinds.split()}}


def accounts(count: int, first: int = 0) -> list[Account]:
    return [Account(number) for number in range(first, first + count)]


def spellings(value: str) -> Iterator[tuple[str, bytes]]:
    """A text as it may stand in a file: each encoding, base64 wherever it begins, hexadecimal, escaped."""
    plain = value.encode()
    yield "utf-8", plain
    for code in ("utf-16-le", "utf-16-be", "gb18030"):
        yield code, value.encode(code)
    yield "hex", plain.hex().encode()
    yield "HEX", plain.hex().upper().encode()
    yield "json", json.dumps(value)[1:-1].encode()
    yield "url", quote(value).encode()
    for code in ("utf-8", "utf-16-le"):
        yield from _base64(f"{code} base64", value.encode(code))


def hashes(value: str) -> Iterator[tuple[str, bytes]]:
    """Common digests of a text, raw, hexadecimal and as base64."""
    for name, digest in _HASHES.items():
        begin = digest(value.encode())[:_DIGEST]
        yield name, begin
        yield f"{name} hex", begin.hex().encode()
        yield f"{name} HEX", begin.hex().upper().encode()
        written = base64.b64encode(begin)[: _DIGEST * 8 // 6]
        yield f"{name} base64", written
        yield f"{name} url base64", written.replace(b"+", b"-").replace(b"/", b"_")


def forms_of(account: Account, further: Mapping[str, str] | None = None) -> Iterator[tuple[str, bytes]]:
    """Every needle of an account, each with the name of its kind; `further` values as well."""
    for kind, value in {**account.values(), **(further or {})}.items():
        for form, needle in spellings(value):
            yield f"{kind} {form}", needle
    yield "id big", account.id.to_bytes(6, "big")  # as SQLite stores such a number, and the end of 8 bytes
    yield "id little", account.id.to_bytes(6, "little")
    for value in (str(account.id), f"telegram:{account.id}", account.username):
        what = value.replace(str(account.id), "id").replace(account.username, "username")
        for form, needle in hashes(value):
            yield f"hash of {what} {form}", needle


def _base64(name: str, plain: bytes) -> Iterator[tuple[str, bytes]]:
    """The characters that stay the same whatever comes before and after, for each of the three beginnings."""
    for shift, skipped in enumerate((0, 2, 3)):
        sure = (shift + len(plain)) * 8 // 6
        written = base64.b64encode(bytes(shift) + plain)[skipped:sure]
        yield f"{name} {shift}", written
        if b"+" in written or b"/" in written:
            yield f"{name} {shift} url", written.replace(b"+", b"-").replace(b"/", b"_")


class Needles:
    """Many byte strings to be looked for at once. Each has a name; `found` gives the names of those in some bytes."""

    def __init__(self, needles: Iterable[tuple[str, bytes]]) -> None:
        self._names: dict[bytes, str] = {}
        for name, needle in needles:
            assert len(needle) >= _WINDOW, f"{name} is too short to be looked for: {needle!r}"
            self._names.setdefault(needle, name)
        self._by_begin: dict[int, list[bytes]] = {}
        for needle in self._names:
            self._by_begin.setdefault(int.from_bytes(needle[:_WINDOW]), []).append(needle)
        self._begins = np.array(sorted(self._by_begin), np.uint64)
        self._table = np.zeros(1 << _TABLE_BITS, bool)
        self._table[_slots(self._begins)] = True
        self._longest = max(map(len, self._names), default=_WINDOW)

    def __len__(self) -> int:
        return len(self._names)

    def found(self, content: bytes) -> set[str]:
        """Names of the needles that stand in `content`."""
        hits: set[str] = set()
        for start in range(0, len(content), _BLOCK):
            hits |= self._in_block(content[start : start + _BLOCK + self._longest])
        return hits

    def _in_block(self, block: bytes) -> set[str]:
        bytes_ = np.frombuffer(block, np.uint8)
        count = len(block) - _WINDOW + 1
        if count <= 0:
            return set()
        begins = np.zeros(count, np.uint64)
        for place in range(_WINDOW):
            begins = (begins << np.uint64(8)) | bytes_[place : place + count]
        (likely,) = np.nonzero(self._table[_slots(begins)])
        likely = likely[np.isin(begins[likely], self._begins)]
        return {
            self._names[needle]
            for at in map(int, likely)
            for needle in self._by_begin[int(begins[at])]
            if block.startswith(needle, at)
        }


def _slots(begins: np.ndarray) -> np.ndarray:
    return (begins * _SPREAD) >> np.uint64(64 - _TABLE_BITS)


class Reporter(TelegramUser):
    """Somebody with an account that tells everything of them, in front of Telegram."""

    def __init__(self, api: FakeBotApi, account: Account, timeout: float = 30) -> None:
        super().__init__(api, account.id, timeout=timeout)
        self.account = account
        self._read = 0
        self._mine: list[BotMessage] = []

    async def says(self, text: str) -> None:
        await self._acts(text, lambda: self.writes(text=text, entities=marked(text)))

    async def sends_file(self, content: bytes, media_type: str, caption: str = "") -> None:
        """Send a file under the account's own file id and name."""
        who = self.account
        self.api.files[who.file_id] = (len(content), content)
        described: dict[str, object] = {
            "file_id": who.file_id,
            "file_unique_id": who.file_unique_id,
            "file_name": who.file_name,
        }
        described |= {"mime_type": media_type, "file_size": len(content)}
        await self._acts("(文件)", lambda: self.writes(document=described, caption=caption))

    async def taps(self, label: str) -> None:
        message, data = self._button(label)
        await self._acts(f"[{label}]", lambda: self._tap(message, data))

    async def clears(self, label: str, told: str) -> None:
        """Tap a button after which the chat is emptied, and wait for the words that say so."""
        self._tap(*self._button(label))
        await self.api.until(
            lambda: any(told in each.text for each in self._all()), f"no {told}", self.timeout
        )

    def _button(self, label: str) -> tuple[BotMessage, str]:
        message = next((each for each in reversed(self._all()) if label in each.labels), None)
        assert message is not None, f"no button {label!r} is shown\n{self.transcript()}"
        buttons = [button for row in message.keyboard or [] for button in row]
        return message, next(button["callback_data"] for button in buttons if button["text"] == label)

    def writes(self, **fields: object) -> int:
        """Send a message without waiting; gives the id of the update."""
        return self.api.push({"message": self.api._message(self.id, "private") | fields | self._who()})

    def _tap(self, message: BotMessage, data: str) -> int:
        query = f"query-{next(self.api.ids)}"
        self.api.queries[query] = Query(message.chat)
        origin = self.api.shape(message) | {"chat": self._who()["chat"]}
        body = {"id": query, "chat_instance": "1", "data": data, "message": origin}
        return self.api.push({"callback_query": body | {"from": self.account.identity()}})

    def _who(self) -> dict[str, object]:
        identity = self.account.identity()
        place = {key: value for key, value in identity.items() if key not in ("is_bot", "language_code")}
        return {"from": identity, "chat": {"type": "private", **place}}

    def _all(self) -> list[BotMessage]:
        """The bot's messages here; each of those to everybody is looked at once."""
        fresh, self._read = self.api.sent[self._read :], len(self.api.sent)
        self._mine += [message for message in fresh if message.chat == self.id]
        return [message for message in self._mine if not message.deleted]
