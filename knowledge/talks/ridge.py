"""Ridge regression over hashed signs: what the two opinions on stretches and clauses are learned with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Row = tuple["NDArray[np.int64]", "NDArray[np.float32]"]
"""Positions of signs and what each weighs."""
_ROUNDS: Final = 60
_CLOSE: Final = 1e-3


def fitted(
    rows: Sequence[Row], targets: "NDArray[np.float32]", dimensions: int, ease: float
) -> "NDArray[np.float32]":
    """The weights (dimensions, kinds) that give the targets (rows, kinds), by conjugate gradients."""
    from scipy.sparse import csr_matrix

    matrix = csr_matrix(
        (
            np.concatenate([row[1] for row in rows]),
            np.concatenate([row[0] for row in rows]),
            np.cumsum([0, *(len(row[0]) for row in rows)]),
        ),
        shape=(len(rows), dimensions),
        dtype=np.float32,
    )
    turned = matrix.T.tocsr()
    left = np.asarray(turned @ targets, np.float32)
    weights = np.zeros_like(left)
    step = left.copy()
    size = start = (left * left).sum(axis=0)
    for _ in range(_ROUNDS):
        moved = turned @ (matrix @ step) + np.float32(ease) * step
        share = size / np.maximum((step * moved).sum(axis=0), 1e-12)
        weights += share * step
        left -= share * moved
        before, size = size, (left * left).sum(axis=0)
        if (size <= _CLOSE * _CLOSE * start).all():
            break
        step = left + size / np.maximum(before, 1e-12) * step
    return weights
