"""Which records say nearly the same: MinHash over character 4-grams (Broder 1997), then the true Jaccard.

Two texts of similarity s share a given band with probability s**4; with 20 bands, texts at s = 0.8 meet with
0.99998 and texts at s = 0.3 with 0.15. Names, dates and places are not part of what is compared.
"""

import re
import zlib
from collections.abc import Iterable

GRAM = 4
BANDS, ROWS = 20, 4
ALIKE = 0.8
"""Similarity from which two records count as near-identical."""
SHORTEST = 20
"""Characters below which texts are alike by nature and not compared."""

_NOT_WORDS = re.compile(r"[\W_]+")
_PRIME = (1 << 61) - 1
_HASHES = tuple(
    (zlib.crc32(f"a{number}".encode()) * 2 + 1, zlib.crc32(f"b{number}".encode()))
    for number in range(BANDS * ROWS)
)


def grams(texts: Iterable[str]) -> frozenset[str]:
    """The 4-grams of texts without punctuation; empty where they are too short to compare."""
    whole = _NOT_WORDS.sub("", "".join(texts))
    if len(whole) < SHORTEST:
        return frozenset()
    return frozenset(whole[start : start + GRAM] for start in range(len(whole) - GRAM + 1))


def bands(texts: Iterable[str]) -> tuple[int, ...]:
    """Numbers below 2**63 of which near-identical texts share at least one; () where too short."""
    shingles = [zlib.crc32(gram.encode()) for gram in grams(texts)]
    if not shingles:
        return ()
    lowest = [min((a * shingle + b) % _PRIME for shingle in shingles) for a, b in _HASHES]
    return tuple(
        zlib.crc32(repr((band, lowest[band * ROWS : (band + 1) * ROWS])).encode()) << 8 | band
        for band in range(BANDS)
    )


def similarity(one: Iterable[str], other: Iterable[str]) -> float:
    """Jaccard similarity of two texts, 0 to 1; 0 where one is too short to compare."""
    first, second = grams(one), grams(other)
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)
