"""The index as LangChain sees it: a retriever that gives documents, and a runnable that adds the question.

Imported only where LangChain is used; nothing else in `knowledge` needs it.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnableParallel, RunnablePassthrough
from pydantic import Field, GetPydanticSchema
from pydantic_core.core_schema import any_schema

from knowledge.model import Document, Passage
from knowledge.retrieval import Hit, PassageIndex

# Our own records, sound as they are: pydantic need neither look into them nor copy them.
_AS_IT_IS: Final = GetPydanticSchema(lambda _source, _handler: any_schema())


class PassageRetriever(BaseRetriever):
    """Gives the passages for a question, best first, as LangChain documents.

    `passages` stand in the order in which they were indexed, each with the document it belongs to. The
    metadata of a result: id, document, version, title, start, end (offsets in code points into the document's
    text), measure (None if none), score, confidence.
    """

    index: Annotated[PassageIndex, _AS_IT_IS]
    passages: Annotated[Sequence[tuple[Document, Passage]], _AS_IT_IS]
    k: int = Field(default=10, ge=1)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - the name is LangChain's
    ) -> list[LangChainDocument]:
        return [self._document(hit) for hit in self.index.search(query, self.k)]

    def _document(self, hit: Hit) -> LangChainDocument:
        document, passage = self.passages[hit.position]
        return LangChainDocument(
            id=hit.id,
            page_content=passage.text,
            metadata={
                "id": passage.id,
                "document": document.id,
                "version": document.version,
                "title": document.title,
                "start": passage.start,
                "end": passage.end,
                "measure": passage.measure,
                "score": hit.score,
                "confidence": hit.confidence,
            },
        )


def grounded(retriever: BaseRetriever) -> Runnable[str, dict[str, Any]]:
    """Give a runnable from a question to {"question": str, "documents": list}, as a chat model needs."""
    return RunnableParallel(question=RunnablePassthrough(), documents=RunnableLambda(retriever.invoke))
