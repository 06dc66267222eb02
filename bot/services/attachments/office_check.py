"""Another look at a cleaned Office file, by plain search in its unpacked parts."""

import io
import re
import zipfile

from bot.services.attachments import images
from bot.services.attachments.kinds import kind_of
from yanlu.errors import AttachmentRefused

_NAMES = re.compile(
    r"docProps|customXml|printerSettings|vbaProject|embeddings|activeX|people|persons|thumbnail|externalLink"
    r"|connections|revisions|threadedComment|glossary|webExtension",
    re.IGNORECASE,
)
_XML = (
    re.compile(rb"\brsid\w*=|<\w+:rsids?\b"),
    re.compile(rb"\bw:date=|\bdateUtc=|\brefreshedDate=|\bw16du:"),
    re.compile(rb"\b(?:w:)?author=\"(?!Author\")[^\"]"),
    re.compile(rb"\buserName=|\brefreshedBy=|\bproviderId=|\buserId=|\blastUser="),
    re.compile(rb"absPath|documentId|attachedTemplate|docVars|dataBinding|paraId="),
    re.compile(rb"TargetMode=\"External\""),
    re.compile(rb"<!--|<!DOCTYPE|\bfile:///", re.IGNORECASE),
)
_AUTHOR = re.compile(rb"<(?:\w+:)?author>(?!Author\d+<)")
_WORDS = re.compile(rb">[^<]+<")
"""What is shown, between the tags."""


def leftovers(content: bytes) -> list[str]:
    """Give back the traces found, each with the name of its part."""
    found = [] if content.startswith(b"PK\x03\x04") else ["prepended"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found += ["comment"] if archive.comment else []
        for entry in archive.infolist():
            if entry.date_time != (1980, 1, 1, 0, 0, 0) or entry.extra or entry.comment:
                found.append(f"{entry.filename} zip")
            if _NAMES.search(entry.filename):
                found.append(entry.filename)
            found += [f"{entry.filename} {what}" for what in _in_part(entry.filename, archive.read(entry))]
    return found


def _in_part(name: str, part: bytes) -> list[str]:
    if name.endswith((".jpeg", ".png", ".gif")):
        try:
            return images.leftovers(part, kind_of(part))
        except AttachmentRefused:
            return ["unknown"]
    hits = [sign.search(_WORDS.sub(b"><", part)) for sign in _XML] + [_AUTHOR.search(part)]
    return [hit[0].decode("latin-1") for hit in hits if hit]
