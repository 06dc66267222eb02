"""The lines of an evaluation file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from yanlu.errors import EvaluationError
from yanlu.texts import evaluation as texts

Line = TypeVar("Line", bound=BaseModel)


def read_lines(file: Path, form: type[Line]) -> Iterator[Line]:
    """The lines of a JSON lines file, checked; empty ones are passed over.

    Raises EvaluationError for a file that cannot be read, and naming the line for one that is not in the format.
    """
    try:
        content = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(texts.EVALUATION_UNREADABLE.format(name=file.name)) from error
    for number, raw in enumerate(content.split("\n"), 1):
        if not raw.strip():
            continue
        try:
            line = form.model_validate(json.loads(raw))
        except (ValueError, RecursionError) as error:
            raise EvaluationError(texts.EVALUATION_LINE.format(name=file.name, number=number)) from error
        yield line
