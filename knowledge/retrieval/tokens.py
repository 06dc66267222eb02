"""What a text is matched by: jieba words, single characters and character pairs, in one vocabulary.

A token is a kind letter and its text: "w监督", "c监", "p监督". Digits and Latin words stay whole ("w12388").
The three kinds were measured together and apart on CMRC2018 and STARD; figures: docs/adr/0002-retrieval.md.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

MAX_QUERY_CHARACTERS: Final = 2_000
"""A question is read up to here; what follows could only cost time."""

KIND_WEIGHTS: Final = {"w": 1.0, "c": 0.5, "p": 0.8}
"""How much a word, a character and a pair of a question count. How chosen: docs/adr/0002."""

CHINESE_RANGES: Final = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Code points taken as Chinese characters, both ends included."""

_CHINESE: Final = "".join(f"{chr(first)}-{chr(last)}" for first, last in CHINESE_RANGES)
_SEGMENT: Final = re.compile(f"[{_CHINESE}]+|[a-z0-9]+")
_CHINESE_RUN: Final = re.compile(f"[{_CHINESE}]+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

# Words of asking, not of the matter asked about.
_ASKING: Final = frozenset(
    (
        *(
            "什么时候",
            "什么",
            "哪些",
            "哪个",
            "哪里",
            "哪儿",
            "哪",
            "哪种",
            "哪几",
            "哪一",
            "谁",
            "几",
            "几个",
            "多少",
        ),
        *(
            "怎么样",
            "怎么办",
            "怎样",
            "怎么",
            "如何",
            "是否",
            "能否",
            "可否",
            "为何",
            "为什么",
            "请问",
            "有没有",
            "是不是",
        ),
        *(
            "吗",
            "呢",
            "吧",
            "啊",
            "么",
            "的",
            "是",
            "了",
            "这",
            "那",
            "这个",
            "那个",
            "应该",
            "可以",
            "能",
            "会",
            "要",
            "如果",
        ),
        *("我", "你", "您", "他", "她", "我们", "你们", "他们"),
    )
)


def normalised(text: str) -> str:
    """Give the form in which texts are compared: NFKC, lower case, simplified characters."""
    folded = unicodedata.normalize("NFKC", _SURROGATE.sub(" ", text)).lower()
    return simplified(folded) if _may_be_traditional(folded) else folded


def _may_be_traditional(text: str) -> bool:
    # GB2312 holds simplified characters only: what fits needs no conversion, nor the converter's load time.
    try:
        "".join(_CHINESE_RUN.findall(text)).encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def simplified(text: str) -> str:
    """Give `text` with traditional characters written in simplified form (OpenCC, phrase-aware)."""
    return _converter().convert(text)


@lru_cache(maxsize=1)
def _converter() -> "_Converter":
    return _Converter()


class _Converter:
    def __init__(self) -> None:
        from opencc import OpenCC

        self._vendor = OpenCC("t2s")

    def convert(self, text: str) -> str:
        return str(self._vendor.convert(text))


def _cut(text: str) -> list[str]:
    from rjieba import cut

    return list(cut(text))


def words(text: str) -> Iterator[str]:
    """Cut a normalised text into words, punctuation left out."""
    return (word for word in _cut(text) if _SEGMENT.fullmatch(word))


def passage_tokens(text: str) -> Counter[str]:
    """Count the tokens of a passage (or a title)."""
    text = normalised(text)
    counts: Counter[str] = Counter("w" + word for word in words(text))
    for run in _CHINESE_RUN.findall(text):
        counts.update("c" + character for character in run)
        counts.update("p" + left + right for left, right in pairwise(run))
    return counts


def query_tokens(text: str) -> dict[str, float]:
    """Give the weighted tokens of a question, words of asking left out; empty if nothing can be matched.

    Repeated tokens count each time. Only the first `MAX_QUERY_CHARACTERS` are read.
    """
    text = normalised(text[:MAX_QUERY_CHARACTERS])[:MAX_QUERY_CHARACTERS]
    weights: dict[str, float] = {}
    for run in _matter(text, weights):
        _add(weights, "c", run)
        _add(weights, "p", map("".join, pairwise(run)))
    return weights


def _matter(text: str, weights: dict[str, float]) -> Iterator[str]:
    """Add the words of the matter to `weights`; give the unbroken runs of Chinese they make."""
    run = ""
    for word in _cut(text):
        matters = _SEGMENT.fullmatch(word) is not None and word not in _ASKING
        if matters:
            _add(weights, "w", (word,))
        if matters and not word[0].isascii():
            run += word
        else:
            yield run
            run = ""
    yield run


def _add(weights: dict[str, float], kind: str, texts: Iterable[str]) -> None:
    for text in texts:
        weights[kind + text] = weights.get(kind + text, 0.0) + KIND_WEIGHTS[kind]


def is_word(token: str) -> bool:
    """Tell whether a token is a word (not a character or a pair)."""
    return token.startswith("w")
