"""Texts into vectors, behind one protocol: a local one without a model, an endpoint, a model on the disk.

None of them is ever downloaded, and only `EndpointEmbedder` uses the network, at the address a setting gives.
"""

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from knowledge.retrieval.lexical import Floats
from knowledge.retrieval.tokens import passage_tokens, query_tokens
from yanlu.errors import VectorsUnavailable
from yanlu.texts import retrieval as texts

if TYPE_CHECKING:
    import httpx

ENDPOINT_BATCH: Final = 64
ENDPOINT_SECONDS: Final = 10.0


class Embedder(Protocol):
    """Gives unit vectors, one row per text, always of the same width. Raises VectorsUnavailable."""

    @property
    def name(self) -> str:
        """Name what makes the vectors; vectors of different names are not comparable."""
        ...

    @property
    def voice(self) -> float:
        """Say how much its likeness counts in fusion; 1 is about a third of the lexical leg's least."""
        ...

    def passages(self, texts: Sequence[str]) -> Floats:
        """Embed passages; shape (len(texts), width)."""
        ...

    def query(self, text: str) -> Floats:
        """Embed one question; shape (width,)."""
        ...


class HashedEmbedder:
    """Words and character pairs hashed into signed places (Weinberger et al., 2009): no model, no fitting.

    It sees the words BM25 sees and finds less (STARD hit@5 .53 against .69), so its voice is low; it is
    there so that the dense leg works out of the box.
    """

    voice = 0.1

    def __init__(self, width: int = 512) -> None:
        self._width = width

    @property
    def name(self) -> str:
        """Name the method and its width."""
        return f"hashed-{self._width}"

    def passages(self, texts: Sequence[str]) -> Floats:
        """Embed passages; shape (len(texts), width)."""
        rows = np.zeros((len(texts), self._width), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._place(row, passage_tokens(text))
        return _unit(rows)

    def query(self, text: str) -> Floats:
        """Embed one question; shape (width,)."""
        rows = np.zeros((1, self._width), dtype=np.float32)
        self._place(rows[0], query_tokens(text))
        first: Floats = _unit(rows)[0]
        return first

    def _place(self, row: Floats, tokens: Mapping[str, float]) -> None:
        for token, count in tokens.items():
            if token[0] != "c":
                number = zlib.crc32(token.encode())
                row[number % self._width] += (1.0 if number & 0x8000_0000 else -1.0) * np.log1p(count)


class EndpointEmbedder:
    """An OpenAI-compatible `/embeddings` endpoint."""

    voice = 1.0

    def __init__(
        self, url: str, model: str, key: str | None = None, *, transport: "httpx.BaseTransport | None" = None
    ) -> None:
        self._url, self._model, self._key = url.rstrip("/"), model, key
        self._transport = transport
        self._client: httpx.Client | None = None

    @property
    def name(self) -> str:
        """Name the model at its address."""
        return f"endpoint-{self._url}-{self._model}"

    def passages(self, texts: Sequence[str]) -> Floats:
        """Embed passages in batches; shape (len(texts), width)."""
        batches = [texts[start : start + ENDPOINT_BATCH] for start in range(0, len(texts), ENDPOINT_BATCH)]
        return _unit(
            np.concatenate([self._ask(batch) for batch in batches] or [np.zeros((0, 1), np.float32)])
        )

    def query(self, text: str) -> Floats:
        """Embed one question; shape (width,)."""
        first: Floats = self.passages([text])[0]
        return first

    def _ask(self, batch: Sequence[str]) -> Floats:
        import httpx

        if self._client is None:
            headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            self._client = httpx.Client(headers=headers, timeout=ENDPOINT_SECONDS, transport=self._transport)
        try:
            reply = self._client.post(
                f"{self._url}/embeddings", json={"model": self._model, "input": list(batch)}
            )
            reply.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise VectorsUnavailable(
                texts.EMBEDDING_UNREACHABLE, kept=texts.KEPT_WORDS, next_step=texts.EMBEDDING_UNREACHABLE_NEXT
            ) from error
        try:
            return _rows(reply.json(), len(batch))
        except (ValueError, KeyError, TypeError) as error:
            raise VectorsUnavailable(
                texts.EMBEDDING_MALFORMED, kept=texts.KEPT_WORDS, next_step=texts.EMBEDDING_MALFORMED_NEXT
            ) from error


class ModelEmbedder:
    """A sentence-transformers model in a folder of this machine; the library is not a dependency of ours."""

    voice = 1.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._model: Any = None

    @property
    def name(self) -> str:
        """Name the folder of the model."""
        return f"model-{self._path.name}"

    def passages(self, texts: Sequence[str]) -> Floats:
        """Embed passages; shape (len(texts), width)."""
        if self._model is None:
            self._model = self._load()
        return _unit(np.asarray(self._model.encode(list(texts)), dtype=np.float32))

    def query(self, text: str) -> Floats:
        """Embed one question; shape (width,)."""
        first: Floats = self.passages([text])[0]
        return first

    def _load(self) -> Any:  # noqa: ANN401 - the vendor's class is known only where the vendor is installed
        if not self._path.is_dir():
            raise _refusal(texts.MODEL_ABSENT, texts.MODEL_ABSENT_NEXT)
        try:
            from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found,unused-ignore]
        except ImportError as error:
            raise _refusal(texts.MODEL_LIBRARY_ABSENT, texts.MODEL_LIBRARY_ABSENT_NEXT) from error
        try:
            return SentenceTransformer(str(self._path), local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise _refusal(texts.MODEL_UNREADABLE, texts.MODEL_UNREADABLE_NEXT) from error


def _refusal(happened: str, next_step: str) -> VectorsUnavailable:
    return VectorsUnavailable(happened, kept=texts.KEPT_WORDS, next_step=next_step)


def _rows(reply: Any, count: int) -> Floats:  # noqa: ANN401 - JSON of a stranger, checked here
    ordered = sorted(reply["data"], key=lambda entry: entry["index"])
    rows = np.array([entry["embedding"] for entry in ordered], dtype=np.float32)
    if rows.ndim != 2 or len(rows) != count or not np.isfinite(rows).all():
        raise ValueError("not one finite vector for each text")
    return rows


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return unit
