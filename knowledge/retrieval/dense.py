"""The dense leg: passage vectors in Chroma, embedded in the state folder or on a server.

Vectors are derived data: a damaged folder is moved aside and filled anew, and a leg that is lost costs an
answer nothing but its small vote. Chroma's telemetry and default embedder are never used.
"""

import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.folder import content_key
from yanlu.errors import VectorsUnavailable
from yanlu.texts import retrieval as texts

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

PAUSE_SECONDS: Final = 30.0
"""After a failure the leg is left alone this long, so that a dead server does not slow every question."""
SERVER_SECONDS: Final = 5.0
"""A Chroma server that is silent for longer is taken for lost."""
_PREFIX: Final = "passages-"
_log = logging.getLogger(__name__)


class _ChromaFailed(VectorsUnavailable):
    """Chroma itself failed, not the embedder."""


class DenseLeg:
    """Vectors of one set of passages. Made by `embedded` or `on_server`; filled by `PassageIndex`."""

    def __init__(
        self,
        connect: "Callable[[], ClientAPI]",
        embedder: Embedder,
        *,
        renew: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect, self._embedder, self._renew, self._clock = connect, embedder, renew, clock
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None
        self._size = 0
        self._silent_until = 0.0
        self.problem: VectorsUnavailable | None = None

    @classmethod
    def embedded(
        cls, folder: Path, embedder: Embedder, *, clock: Callable[[], float] = time.monotonic
    ) -> "DenseLeg":
        """Keep the vectors in `folder`, without a server."""
        return cls(lambda: _local(folder), embedder, renew=lambda: _set_aside(folder), clock=clock)

    @classmethod
    def on_server(
        cls,
        url: str,
        embedder: Embedder,
        *,
        token: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> "DenseLeg":
        """Keep the vectors on the Chroma server at `url` (http://host:port). Raises VectorsUnavailable."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or not _port(url):
            raise VectorsUnavailable(
                texts.VECTORS_ADDRESS, kept=texts.KEPT_WORDS, next_step=texts.VECTORS_ADDRESS_NEXT
            )
        return cls(lambda: _remote(url, token), embedder, clock=clock)

    @property
    def voice(self) -> float:
        """How much its likeness counts in fusion."""
        return self._embedder.voice

    def fill(self, ids: Sequence[str], passages: Sequence[str]) -> None:
        """See that these passages are there; filling again changes nothing. Never raises: see `problem`."""
        try:
            self.require(ids, passages)
        except VectorsUnavailable as error:
            self._lose(error)

    def require(self, ids: Sequence[str], passages: Sequence[str]) -> None:
        """Do what `fill` does, and raise VectorsUnavailable where it cannot be done."""
        try:
            self._filled(ids, passages)
        except _ChromaFailed:
            if self._renew is None:
                raise
            _log.warning("the vectors are damaged and are made anew")
            self.close()
            self._renew()
            self._filled(ids, passages)
        self.problem = None

    def nearest(self, query: str, count: int) -> list[tuple[int, float]]:
        """Give positions and likeness (cosine) of the nearest passages, best first; none while lost."""
        if self._collection is None or self._size == 0 or self._clock() < self._silent_until:
            return []
        try:
            vector = self._embedder.query(query)
            if not vector.any():
                return []
            with _chroma():
                found = self._collection.query(
                    query_embeddings=vector[None, :], n_results=min(count, self._size), include=["distances"]
                )
        except VectorsUnavailable as error:
            self._lose(error)
            return []
        distances = (found["distances"] or [[]])[0]
        return [(int(id_), 1.0 - distance) for id_, distance in zip(found["ids"][0], distances, strict=True)]

    def delete(self) -> None:
        """Remove this leg's own vectors."""
        if self._collection is not None:
            with _chroma():
                self._open().delete_collection(self._collection.name)
            self._collection = None

    def _filled(self, ids: Sequence[str], passages: Sequence[str]) -> None:
        name = _PREFIX + _key(ids, passages, self._embedder.name)
        with _chroma():
            collection = self._open().get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
            present = collection.count()
            batch = self._open().get_max_batch_size()
        if present != len(passages):
            for start in range(0, len(passages), batch):
                vectors = self._embedder.passages(passages[start : start + batch])
                with _chroma():
                    positions = range(start, start + len(vectors))
                    collection.upsert(ids=[str(position) for position in positions], embeddings=vectors)
        self._collection, self._size = collection, len(passages)

    def _open(self) -> "ClientAPI":
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _lose(self, error: VectorsUnavailable) -> None:
        _log.warning("the dense leg is lost for now: %s", type(error.__cause__ or error).__name__)
        self.problem = error
        self._silent_until = self._clock() + PAUSE_SECONDS

    def close(self) -> None:
        """Let go of the folder or the connection; `fill` opens it again."""
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            _let_go(client)


def _key(ids: Sequence[str], passages: Sequence[str], embedder: str) -> str:
    content = content_key(zip(ids, passages, strict=True))
    return hashlib.sha256(f"{content} {embedder}".encode()).hexdigest()[:32]


@contextmanager
def _chroma() -> Iterator[None]:
    """Turn whatever Chroma or its transport raises into VectorsUnavailable.

    AttributeError is among it: a client whose start failed lacks its bindings.
    """
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, httpx.HTTPError, ValueError, OSError, RuntimeError, AttributeError) as error:
        raise _ChromaFailed(
            texts.VECTORS_UNREACHABLE, kept=texts.KEPT_WORDS, next_step=texts.VECTORS_UNREACHABLE_NEXT
        ) from error


def _settings(**more: Any) -> Any:  # noqa: ANN401 - the vendor's settings class is known only where it is imported
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False, **more)


def _local(folder: Path) -> "ClientAPI":
    from chromadb import PersistentClient

    try:
        folder.mkdir(parents=True, exist_ok=True)
        return PersistentClient(folder, settings=_settings())
    except OSError as error:
        raise _ChromaFailed(
            texts.VECTORS_DAMAGED, kept=texts.KEPT_WORDS, next_step=texts.VECTORS_DAMAGED_NEXT
        ) from error


def _remote(url: str, token: str | None) -> "ClientAPI":
    import httpx
    from chromadb import HttpClient

    parts = urlsplit(url)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # Chroma's client would wait for a silent server for ever: ask once with patience of our own, then set it.
    httpx.get(
        f"{url.rstrip('/')}/api/v2/heartbeat", headers=headers, timeout=SERVER_SECONDS
    ).raise_for_status()
    client = HttpClient(
        host=str(parts.hostname),
        port=_port(url),
        ssl=parts.scheme == "https",
        headers=headers,
        settings=_settings(),
    )
    for session in _sessions(client):
        session.timeout = SERVER_SECONDS
    return client


def _let_go(client: "ClientAPI") -> None:
    for session in _sessions(client):
        session.close()
    close = getattr(client, "close", None)  # every client has it, the declared interface has not
    if close is not None:
        close()


def _sessions(client: "ClientAPI") -> Iterator[Any]:
    """Give the connection pools of a server's client, which the vendor neither limits in time nor closes."""
    for part in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:
            yield session


def _port(url: str) -> int:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return 0
    return port or (443 if parts.scheme == "https" else 8000)


def _set_aside(folder: Path) -> None:
    """Move a damaged folder to one of the same name ending in .damaged; an earlier one of that name goes."""
    from chromadb.api.shared_system_client import SharedSystemClient

    # Chroma keeps a client whose start failed and would hand it out again for the same folder.
    SharedSystemClient._identifier_to_system.pop(str(folder), None)  # noqa: SLF001 - no public way for one folder
    aside = folder.with_name(folder.name + ".damaged")
    try:
        if aside.is_dir():
            shutil.rmtree(aside)
        aside.unlink(missing_ok=True)
        if folder.exists():
            folder.replace(aside)
    except OSError as error:
        raise VectorsUnavailable(
            texts.VECTORS_DAMAGED, kept=texts.KEPT_WORDS, next_step=texts.VECTORS_DAMAGED_NEXT
        ) from error
