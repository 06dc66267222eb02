"""Reading the files of `evaluate retrieval` (DESIGN section 9): JSON or JSON lines, gzipped or not."""

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from knowledge.retrieval import IndexText
from yanlu.errors import EvaluationError
from yanlu.texts import retrieval as texts

_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the indexes of the passages that answer it (at least one)."""

    text: str
    gold: tuple[int, ...]


def read_collection(file: Path) -> tuple[list[IndexText], list[Question]]:
    """Read passages and their questions. Raises EvaluationError, naming the entry that is wrong.

    Ids of passages need not differ in the file: an index text's id is the passage's number.
    """
    whole = _parsed(file)
    if not isinstance(whole, dict) or not isinstance(whole.get("passages"), list) or not whole["passages"]:
        raise _refusal(texts.EVALUATION_NOT_OBJECT, file)
    passages = [_passage(entry, number, file) for number, entry in enumerate(whole["passages"])]
    return passages, _questions(whole.get("questions", []), len(passages), file)


def read_questions(file: Path, passages: int) -> list[Question]:
    """Read questions: an object that holds them, a list, or a line each. Raises EvaluationError."""
    whole = _parsed(file)
    found = _questions(whole.get("questions") if isinstance(whole, dict) else whole, passages, file)
    if not found:
        raise _refusal(texts.EVALUATION_NO_QUESTIONS, file)
    return found


def _parsed(file: Path) -> Any:  # noqa: ANN401 - JSON of a stranger; what it holds is checked by the callers
    try:
        data = file.read_bytes()
        text = (gzip.decompress(data) if data.startswith(_GZIP) else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _refusal(texts.EVALUATION_UNREADABLE, file) from error
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _lines(text, file)


def _lines(text: str, file: Path) -> list[Any]:
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                entries.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise _refusal(texts.EVALUATION_NOT_JSON, file, number) from error
    return entries


def _passage(entry: Any, number: int, file: Path) -> IndexText:  # noqa: ANN401 - JSON of a stranger
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise _refusal(texts.EVALUATION_BAD_PASSAGE, file, number + 1)
    title = entry.get("title") or ""
    if not isinstance(title, str):
        raise _refusal(texts.EVALUATION_BAD_PASSAGE, file, number + 1)
    return IndexText(str(number), title, entry["text"])


def _questions(entries: Any, passages: int, file: Path) -> list[Question]:  # noqa: ANN401 - JSON of a stranger
    if not isinstance(entries, list):
        raise _refusal(texts.EVALUATION_NOT_OBJECT, file)
    return [_question(entry, number, passages, file) for number, entry in enumerate(entries)]


def _question(entry: Any, number: int, passages: int, file: Path) -> Question:  # noqa: ANN401 - JSON of a stranger
    if isinstance(entry, dict) and isinstance(entry.get("q"), str):
        gold = entry.get("gold")
        if isinstance(gold, list) and gold and all(_is_index(index, passages) for index in gold):
            return Question(entry["q"], tuple(dict.fromkeys(gold)))
    raise _refusal(texts.EVALUATION_BAD_QUESTION, file, number + 1)


def _is_index(value: Any, size: int) -> bool:  # noqa: ANN401 - JSON of a stranger
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < size


def _refusal(sentence: str, file: Path, line: int = 0) -> EvaluationError:
    return EvaluationError(
        sentence.format(name=file.name, line=line),
        kept=texts.EVALUATION_KEPT,
        next_step=texts.EVALUATION_NEXT,
    )
