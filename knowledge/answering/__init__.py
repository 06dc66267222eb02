"""Questions → answers with the clause and its exact words, or an honest "the text does not say"."""

from knowledge.answering.answerer import Answerer, Confirmed

__all__ = ["Answerer", "Confirmed"]
