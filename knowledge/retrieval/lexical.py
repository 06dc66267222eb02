"""BM25 over one sparse matrix: rows are passages, columns are tokens, cells are the finished term scores.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with Lucene's
always-positive idf; scored eagerly as in Lù, "BM25S" (2024). Why it is not bm25s: docs/adr/0002-retrieval.md.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.counting import counted

if TYPE_CHECKING:
    from scipy.sparse import csc_array

Floats = NDArray[np.float32]
Positions = NDArray[np.intp]
Whole = NDArray[np.int32]

K1: Final = 1.5
B: Final = 0.75
_NONE: Final[Whole] = np.zeros(0, dtype=np.int32)
_SMALL: Final = 1 << 19
"""Cells, 2 MB in all, up to which an index is kept as a table."""
_ARRAYS: Final = ("cells", "rows", "columns", "idf")


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """The matrix, its vocabulary and the idf of each token. Read-only, so safe to share between threads."""

    size: int
    vocabulary: Mapping[str, int]
    idf: Floats
    matrix: "csc_array"
    table: Floats | None = None
    """The matrix of a small index turned and with its zeros, shape (tokens, size): quicker to pick tokens from."""

    @classmethod
    def of(cls, size: int, vocabulary: Mapping[str, int], idf: Floats, matrix: "csc_array") -> Self:
        """Put the parts together."""
        small = size * len(vocabulary) <= _SMALL
        return cls(size, vocabulary, idf, matrix, matrix.T.toarray() if small else None)

    @classmethod
    def build(cls, texts: Iterable[str]) -> Self:
        """Index `texts` in their order."""
        vocabulary: dict[str, int] = {}
        rows, columns, counts = [_NONE], [_NONE], [_NONE]
        size = 0
        for part in counted(texts):
            own = np.array(
                [vocabulary.setdefault(token, len(vocabulary)) for token in part.tokens], dtype=np.int32
            )
            columns.append(own[part.columns])
            rows.append((part.rows + size).astype(np.int32))
            counts.append(part.counts.astype(np.int32))
            size += part.passages
        return cls._scored(size, vocabulary, *map(np.concatenate, (rows, columns, counts)))

    @classmethod
    def _scored(
        cls, size: int, vocabulary: dict[str, int], rows: Whole, columns: Whole, counts: Whole
    ) -> Self:
        from scipy.sparse import coo_array

        width = len(vocabulary)
        lengths = np.bincount(rows, counts, minlength=size)
        relative = (lengths / max(float(lengths.sum()) / max(size, 1), 1.0)).astype(np.float32)
        holding = np.bincount(columns, minlength=width)
        idf = np.log1p((size - holding + 0.5) / (holding + 0.5)).astype(np.float32)
        often = counts.astype(np.float32)
        saturation = often * (K1 + 1) / (often + K1 * (1 - B + B * relative[rows]))
        cells = (idf[columns] * saturation).astype(np.float32)
        matrix = coo_array((cells, (rows, columns)), shape=(size, width)).tocsc()
        return cls.of(size, vocabulary, idf, matrix)

    def scores(self, weights: Mapping[str, float]) -> Floats:
        """Score every passage against weighted tokens; shape (size,), zeros where nothing matches."""
        known = {
            self.vocabulary[token]: weight for token, weight in weights.items() if token in self.vocabulary
        }
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        columns, values = list(known), np.fromiter(known.values(), np.float32, len(known))
        found: Floats = (
            self.matrix[:, columns] @ values if self.table is None else values @ self.table[columns]
        )
        return found

    def rarity(self, token: str) -> float:
        """Give the idf of a token; a token no passage holds is the rarest of all."""
        column = self.vocabulary.get(token)
        return float(self.idf[column]) if column is not None else self.unknown_rarity

    @property
    def unknown_rarity(self) -> float:
        """The idf of a token that no passage holds."""
        return float(np.log1p((self.size + 0.5) / 0.5))

    def mass(self, weights: Mapping[str, float]) -> float:
        """Give the highest score a passage could reach against these tokens: the idf mass times (K1 + 1)."""
        columns = np.fromiter(map(self._column, weights), np.intp, len(weights))
        values = np.fromiter(weights.values(), np.float64, len(weights))
        rarities = np.where(columns < 0, self.unknown_rarity, self.idf[columns] if len(self.idf) else 0.0)
        return (K1 + 1) * float(values @ rarities)

    def _column(self, token: str) -> int:
        return self.vocabulary.get(token, -1)

    def write(self, folder: Path) -> None:
        """Write the arrays and the vocabulary as files of `folder`."""
        parts = (self.matrix.data, self.matrix.indices, self.matrix.indptr, self.idf)
        for name, part in zip(_ARRAYS, parts, strict=True):
            np.save(folder / f"{name}.npy", part, allow_pickle=False)
        (folder / "vocabulary.json").write_text(
            json.dumps(list(self.vocabulary), ensure_ascii=False), "utf-8"
        )

    @classmethod
    def read(cls, folder: Path, size: int) -> Self:
        """Map the files that `write` made. Raises OSError or ValueError if they do not fit together."""
        from scipy.sparse import csc_array

        cells, rows, columns, idf = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS
        )
        tokens = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        matrix = csc_array((cells, rows, columns), shape=(size, len(tokens)), copy=False)
        matrix.check_format()
        if len(idf) != len(tokens):
            raise ValueError("vocabulary and idf differ in length")
        return cls.of(size, {token: column for column, token in enumerate(tokens)}, idf, matrix)


def best(scores: Floats, count: int) -> Positions:
    """Give the positions of the `count` highest scores above zero, best first; ties by position."""
    if count < len(scores):
        edge = np.partition(scores, len(scores) - count)[len(scores) - count]
        found = np.flatnonzero(scores >= max(edge, np.finfo(np.float32).tiny))
    else:
        found = np.flatnonzero(scores > 0)
    order = np.argsort(-scores[found], kind="stable")[:count]
    picked: Positions = found[order]
    return picked
