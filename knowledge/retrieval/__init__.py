"""Finding passages: one BM25 index over words, characters and pairs, memory of confirmed questions, vectors.

Nothing here needs a model or the network; Chroma and embedding endpoints are in `dense` and `embedders`.
"""

from knowledge.retrieval.index import ConfirmedQuestion, Hit, IndexText, PassageIndex

__all__ = ["ConfirmedQuestion", "Hit", "IndexText", "PassageIndex"]
