"""The tagger: which stretch of a talk sentence is the type, the subject, a problem or a demand.

A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001; python-crfsuite, Okazaki 2007) over
the signs of each character, learned at set-up from our own tagged sentences and varied copies of them.
"""

import io
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from knowledge.talks.keeping import LEARNED, fingerprint, keep
from knowledge.talks.leanings import Leanings, examples_of, phrase_examples
from knowledge.talks.signs import signs
from knowledge.talks.tagged import Author, Stretch, Tagged
from knowledge.talks.varying import varied
from knowledge.talks.words import lists_text, phrases, type_names

if TYPE_CHECKING:
    from pycrfsuite import Tagger as Field

FOLDS: Final = 4
"""In so many parts the sentences are set aside in turn."""
COPIES: Final = 2
"""So many varied copies of each sentence are learned as well."""
PARAMETERS: Final = {"c1": 0.02, "c2": 0.05, "max_iterations": 30, "feature.minfreq": 2}
Spans = Sequence[tuple[str, int, int]]
Known = Callable[[str, datetime], Spans]
"""Gives the stretches of a text that the grammar of dates knows: (kind, start, end)."""


class Tagger:
    """A learned field."""

    def __init__(self, model: bytes, leanings: Leanings) -> None:
        import pycrfsuite

        self._model = model
        self._leanings = leanings
        self._field: Field = pycrfsuite.Tagger()
        self._field.open_inmemory(model)

    @classmethod
    def learned(cls, sentences: Sequence[Tagged], known: Known) -> "Tagger":
        """Learn from tagged sentences and varied copies; `known` finds days and deadlines, which are signs.

        What the clauses of a sentence lean to is told by what was learned without it, as it will be of new sentences.
        """
        import pycrfsuite

        trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=PARAMETERS, verbose=False)
        for fold in range(FOLDS):
            own = sentences[fold::FOLDS]
            others = [each for at in range(FOLDS) if at != fold for each in sentences[at::FOLDS]]
            unseen = Leanings.learned(examples_of(others, phrase_examples(FOLDS, fold)))
            for sentence in (*own, *varied(own, COPIES, (fold, FOLDS))):
                spans = known(sentence.text, sentence.now)
                trainer.append(signs(sentence.text, sentence.author, spans, unseen), labels(sentence))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "field"
            trainer.train(str(path))
            return cls(path.read_bytes(), Leanings.learned(examples_of(sentences, phrase_examples())))

    @classmethod
    def open(
        cls, folder: Path | None, sentences: Sequence[Tagged], known: Known, learned: Path = LEARNED
    ) -> "Tagger":
        """Load the tagger of these sentences as the set-up or `folder` keeps it, or learn and keep it."""
        data = (lists_text(), phrases(), type_names(), sentences)
        name = f"{fingerprint('talks', ('tagging', 'said'), *data)}.crf"
        for place in (learned, folder):
            if place is not None and (place / name).is_file():
                with suppress(OSError, ValueError, KeyError), np.load(place / name) as kept:
                    return cls(kept["field"].tobytes(), Leanings(kept["weights"]))
        tagger = cls.learned(sentences, known)
        if folder is not None:
            keep(folder / name, tagger.kept)
        return tagger

    @property
    def kept(self) -> bytes:
        """The field and the leanings as a file keeps them."""
        buffer = io.BytesIO()
        np.savez(buffer, field=np.frombuffer(self._model, np.uint8), weights=self._leanings.kept)
        return buffer.getvalue()

    def tag(self, text: str, author: Author, spans: Spans) -> tuple[Stretch, ...]:
        """The stretches of a sentence, in order. `spans` are its days and deadlines, as `known` gave them to learn."""
        return stretches(self._field.tag(signs(text, author, spans, self._leanings))) if text else ()


def labels(sentence: Tagged) -> list[str]:
    """Each character's label: B- where a stretch begins, I- inside it, O elsewhere."""
    given = ["O"] * len(sentence.text)
    for stretch in sentence.stretches:
        given[stretch.start : stretch.end] = [f"I-{stretch.tag}"] * (stretch.end - stretch.start)
        given[stretch.start] = f"B-{stretch.tag}"
    return given


def stretches(given: Sequence[str]) -> tuple[Stretch, ...]:
    """The stretches that labels draw; an I- that continues nothing begins one."""
    found: list[Stretch] = []
    start, tag = 0, ""
    for i, label in enumerate((*given, "O")):
        if tag and label != f"I-{tag}":
            found.append(Stretch(tag, start, i))
            tag = ""
        if not tag and label != "O":
            start, tag = i, label[2:]
    return tuple(found)
