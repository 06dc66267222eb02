"""The index as LangChain sees it."""

from datetime import UTC, datetime

import pytest

from knowledge.langchain import PassageRetriever, grounded
from knowledge.model import Document, Passage
from knowledge.retrieval import IndexText, PassageIndex

TEXT = "上级一把手与下级一把手谈话。述责述廉时当场接受提问。"
PASSAGES = (
    Passage("d1", 0, 0, 14, TEXT[:14], "item", measure="1.2"),
    Passage("d1", 1, 14, len(TEXT), TEXT[14:], "item"),
)
DOCUMENT = Document("d1", "若干措施", TEXT, "00", 1, datetime(2024, 1, 1, tzinfo=UTC), PASSAGES)


@pytest.fixture
def retriever():
    index = PassageIndex.build([IndexText(passage.id, DOCUMENT.title, passage.text) for passage in PASSAGES])
    return PassageRetriever(index=index, passages=[(DOCUMENT, passage) for passage in PASSAGES], k=1)


def test_documents_say_where_they_stand(retriever):
    (found,) = retriever.invoke("述责述廉要当场提问吗")
    assert found.page_content == DOCUMENT.text[found.metadata["start"] : found.metadata["end"]]
    assert found.id == found.metadata["id"] == "d1#1"
    assert found.metadata["measure"] is None
    assert found.metadata["title"] == "若干措施"
    assert 0 < found.metadata["confidence"] <= 1


async def test_it_runs_asynchronously_and_keeps_the_measure(retriever):
    (found,) = await retriever.ainvoke("一把手谈话")
    assert found.metadata["measure"] == "1.2"


def test_a_runnable_hands_on_question_and_documents(retriever):
    given = grounded(retriever).invoke("述责述廉")
    assert given["question"] == "述责述廉"
    assert [document.id for document in given["documents"]] == ["d1#1"]
