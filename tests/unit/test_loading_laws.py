"""National laws as markdown load, keep every line, and are cut at every article; on outside data."""

import re
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from knowledge.loading import load_bytes, split

LAWS = Path(__file__).parents[2] / "../shared/retrieval/national_laws.tar.gz"
pytestmark = pytest.mark.skipif(not LAWS.is_file(), reason="the laws are not beside the checkout")
ARTICLE = re.compile(
    r"^(?:#+ )?第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?[ \u3000]", re.MULTILINE
)


def laws(every):
    with tarfile.open(LAWS) as archive:
        dated = [entry for entry in archive if re.search(r"\(\d{4}-\d\d-\d\d\)\.md$", entry.name)]
        for entry in dated[::every]:
            file = archive.extractfile(entry)
            assert file is not None
            yield PurePosixPath(entry.name).name, file.read()


def test_laws_keep_their_lines_their_dates_and_their_articles():
    seen = 0
    for name, content in laws(every=20):
        document = load_bytes(content, name)
        assert document.issued is not None
        assert document.issued.isoformat() in name
        kept = {squeezed(line) for line in (document.title, *document.text.split("\n"))}
        raw = re.sub(r"<!--.*?-->|^\|.*", "", content.decode(), flags=re.MULTILINE)
        lost = [line for line in raw.split("\n") if squeezed(line) and squeezed(line) not in kept]
        assert [line for line in lost if not re.fullmatch(r"\d{4}年\d+月\d+日\s*(?:发布)?\s*", line)] == []
        sections = split(document.text)
        assert sum(section.kind == "article" for section in sections) >= len(ARTICLE.findall(document.text))
        assert "".join(section.text for section in sections)
        seen += 1
    assert seen > 50


def squeezed(line):
    return re.sub(r"[\s\u200b*`\\•]", "", line.lstrip("# "))
