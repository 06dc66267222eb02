"""The one error tree. Each error says what happened, what was kept, and what to do next, in Chinese.

YanluError
├── SettingsError            a YANLU_… variable is missing or makes no sense
├── StateError               the state folder (YANLU_HOME)
│   ├── StateUnwritable      cannot be written, or the disk is full
│   └── StateLocked          another process works on it
├── DocumentError            a file that cannot become a document; refused whole
│   ├── UnreadableDocument   damaged, not a file, wrong encoding
│   ├── UnsupportedDocument  a format we do not read
│   ├── EncryptedDocument    needs a password
│   ├── ScannedDocument      holds pictures of text, no text
│   ├── EmptyDocument        holds no text at all
│   └── OversizeDocument     too large, or expands beyond reason
├── KnowledgeError           the index or the vectors
│   ├── VectorsUnavailable   Chroma cannot be opened or asked
│   └── UnknownDocument      no document by that id
├── StorageError             the database
│   ├── DatabaseCorrupt      the file is not a sound database
│   ├── DatabaseUnavailable  cannot be reached
│   ├── SchemaMismatch       migrated by a newer version
│   └── KeyLost              the key file is missing or not the one the data was sealed with
├── AttachmentRefused        a file that cannot be handed in, or not be proved clean of metadata
├── AccessDenied             this person may not do that
│   └── PassphraseWrong      a handler's passphrase does not open their key
├── CalendarUnknown          a day beyond the official working calendar
├── EvaluationError          a line of an evaluation file is not in the format
└── ChannelError             a messaging service refuses us (bad token, no network)
"""


class YanluError(Exception):
    """Root of the tree.

    `happened`, `kept` and `next_step` are whole Chinese sentences without secrets or user text;
    `kept` and `next_step` may be empty.
    """

    def __init__(self, happened: str, *, kept: str = "", next_step: str = "") -> None:
        super().__init__(happened)
        self.happened = happened
        self.kept = kept
        self.next_step = next_step

    def __str__(self) -> str:
        return "".join(part for part in (self.happened, self.kept, self.next_step) if part)


class SettingsError(YanluError):
    """A YANLU_… variable is missing or makes no sense."""


class StateError(YanluError):
    """The state folder cannot be used."""


class StateUnwritable(StateError):
    """The state folder cannot be written, or the disk is full."""


class StateLocked(StateError):
    """Another process works on the same state folder."""


class DocumentError(YanluError):
    """A file cannot become a document; it is refused whole."""


class UnreadableDocument(DocumentError):
    """Damaged, not a file, or in an encoding that cannot be told."""


class UnsupportedDocument(DocumentError):
    """A format that is not read."""


class EncryptedDocument(DocumentError):
    """The file needs a password."""


class ScannedDocument(DocumentError):
    """The file holds pictures of text and no text."""


class EmptyDocument(DocumentError):
    """The file holds no text at all."""


class OversizeDocument(DocumentError):
    """The file is too large, or expands beyond reason."""


class KnowledgeError(YanluError):
    """The index or the vectors cannot be used."""


class VectorsUnavailable(KnowledgeError):
    """Chroma cannot be opened or asked."""


class UnknownDocument(KnowledgeError):
    """No document by that id."""


class StorageError(YanluError):
    """The database cannot be used."""


class DatabaseCorrupt(StorageError):
    """The file is not a sound database."""


class DatabaseUnavailable(StorageError):
    """The database cannot be reached."""


class SchemaMismatch(StorageError):
    """The database was migrated by a newer version."""


class KeyLost(StorageError):
    """The key file is missing or not the one the data was sealed with."""


class AttachmentRefused(YanluError):
    """A file cannot be handed in, or cannot be proved clean of metadata; nothing of it is kept."""


class AccessDenied(YanluError):
    """This person may not do that."""


class PassphraseWrong(AccessDenied):
    """A handler's passphrase does not open their key."""


class CalendarUnknown(YanluError):
    """A day lies beyond the years that the official working calendar covers."""


class EvaluationError(YanluError):
    """A line of an evaluation file is not in the format."""


class ChannelError(YanluError):
    """A messaging service refuses us: bad token, no network."""
