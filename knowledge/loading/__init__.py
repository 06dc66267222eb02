"""Files → text → passages.

A file is taken whole or refused whole; the errors are those under DocumentError in yanlu.errors.
"""

from knowledge.loading.formats import load, load_bytes
from knowledge.loading.structure import split

__all__ = ["load", "load_bytes", "split"]
