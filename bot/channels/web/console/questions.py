"""Questions that the texts did not answer, answered by a person; and what readers thought of the answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.responses import Response

from bot.channels.web.console.documents import AREA, ROOT
from bot.channels.web.console.frame import Call, ConsolePage, Frame
from bot.channels.web.console.listing import listed
from bot.channels.web.documents import document_address
from knowledge.catalogue import load_catalogue
from storage import StoredCitation, StoredQuestion
from yanlu.errors import YanluError
from yanlu.texts import console_documents as words

if TYPE_CHECKING:
    from knowledge.model import Citation
    from storage.rows import QuestionStatus

QUESTIONS = f"{ROOT}/questions"
MOST_ANSWER = 2_000


class QuestionPages:
    """The pages of questions."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._database = frame.parts.database
        self._library = frame.parts.library

    def pages(self) -> Sequence[ConsolePage]:
        """List the pages."""
        return (
            ConsolePage(QUESTIONS, "administrator", self.list, area=AREA),
            ConsolePage(f"{QUESTIONS}/{{id}}", "administrator", self.show, area=AREA),
            ConsolePage(f"{QUESTIONS}/{{id}}/answer", "administrator", self.answer, "POST"),
            ConsolePage(f"{QUESTIONS}/{{id}}/drop", "administrator", self.drop, "POST"),
            ConsolePage(f"{ROOT}/feedback", "administrator", self.feedback, area=AREA),
        )

    async def list(self, call: Call) -> Response:
        """List those that wait for an answer, or those that were answered."""
        answered = call.asked("answered") == "yes"
        status: QuestionStatus = "confirmed" if answered else "open"
        async with self._database.transaction(call.now) as work:
            found = await listed(
                call,
                await work.questions.count(status),
                lambda limit, offset: work.questions.page(status, limit=limit, offset=offset),
            )
        return self._frame.page(call, "questions.html", words, area=AREA, questions=found, answered=answered)

    async def show(self, call: Call) -> Response:
        """Show a question with the clauses nearest to it, and a form to answer it."""
        return await self._page(call, await self._question(call))

    async def answer(self, call: Call) -> Response:
        """Confirm an answer: it is remembered, cites its clause, and is found the next time."""
        question = await self._question(call)
        text, measure = call.form.get("text").strip(), call.form.get("measure")
        if not text or len(text) > MOST_ANSWER:
            return await self._page(call, question, alert=words.bad_answer(MOST_ANSWER))
        if measure not in {each.id for each in load_catalogue().measures}:
            return await self._page(call, question, alert=words.CHOOSE_CLAUSE)
        citation = self._cited(measure)
        async with self._database.transaction(call.now) as work:
            await work.questions.answer(question.id, text, measure=measure, citation=citation, now=call.now)
        await self._library.refresh()
        return self._frame.back(QUESTIONS, "answered")

    async def drop(self, call: Call) -> Response:
        """Delete a question, with its answer."""
        question = await self._question(call)
        async with self._database.transaction(call.now) as work:
            await work.questions.drop(question.id)
        await self._library.refresh()
        return self._frame.back(QUESTIONS, "dropped")

    async def feedback(self, call: Call) -> Response:
        """Count who found answers helpful, by measure."""
        async with self._database.transaction(call.now) as work:
            counts = await work.feedback.counts()
        titles = {each.id: f"{each.label} {each.title}" for each in load_catalogue().measures}
        return self._frame.page(
            call,
            "feedback.html",
            words,
            area=AREA,
            counts=[
                (titles.get(each.measure or "", words.NO_CLAUSE), each.helpful, each.unhelpful)
                for each in counts
            ],
        )

    async def _page(self, call: Call, question: StoredQuestion, alert: str = "") -> Response:
        said = call.asked("q").strip()[:200] or question.text
        nearest = (await self._library.answerer()).answer(said).citations
        typed = call.form.fields if alert else {}
        chosen = (
            typed.get("measure") or question.measure or next((each.measure for each in nearest), "") or ""
        )
        return self._frame.page(
            call,
            "question.html",
            words,
            area=AREA,
            status=422 if alert else 200,
            alert=alert,
            question=question,
            q=said,
            nearest=[(each, document_address(each.document, each.start, each.end)) for each in nearest],
            measures=[("", words.CHOOSE)]
            + [(each.id, f"{each.label} {each.title}") for each in load_catalogue().measures],
            chosen=chosen,
            text=typed.get("text", question.answer or ""),
        )

    async def _question(self, call: Call) -> StoredQuestion:
        id_ = call.place("id")
        async with self._database.transaction(call.now) as work:
            found = (
                await work.questions.get(int(id_))
                if id_.isascii() and id_.isdecimal() and len(id_) < 10
                else None
            )
        if found is None:
            raise YanluError(words.NO_QUESTION, next_step=words.NO_QUESTION_NEXT)
        return found

    def _cited(self, measure: str) -> StoredCitation | None:
        """Give the words of a measure as the library has them today."""
        cited: Sequence[Citation] = self._library.latest.measure_answer(measure).citations
        first = next(iter(cited), None)
        if first is None:
            return None
        return StoredCitation(first.title, first.quote, first.document, first.version, first.start, first.end)
