"""Documents, unanswered questions and feedback, on both databases."""

import itertools
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import FeedbackCount, StoredCitation, StoredDocument, StoredPassage
from yanlu.errors import DatabaseCorrupt, StorageError

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TEXT = "第一段讲监督。\n第二段讲谈话。𠮷"
CITED = StoredCitation(title="若干措施", quote="第二段讲谈话。", document="d1", version=1, start=8, end=15)

DOCUMENT = StoredDocument(
    id="d1",
    title="若干措施",
    text=TEXT,
    sha256="ab" * 32,
    version=1,
    ingested=NOW,
    issuer="某市委",
    issued=date(2021, 9, 24),
    effective=date(2021, 10, 1),
    source="https://example.org/a",
)
PASSAGES = (
    StoredPassage("d1", 0, 0, 7, TEXT[0:7], "item", ("第一部分", "总则"), "01·1", "1.1"),
    StoredPassage("d1", 1, 8, 16, TEXT[8:16], "paragraph"),
)


async def test_a_document_comes_back_as_it_was_added(database):
    async with database.transaction(NOW) as work:
        await work.documents.add(DOCUMENT, PASSAGES)
    async with database.transaction(NOW) as work:
        assert await work.documents.get("d1") == DOCUMENT
        assert await work.documents.passages("d1") == PASSAGES
        assert await work.documents.text("d1") == TEXT
        assert await work.documents.list() == [DOCUMENT]
        assert await work.documents.by_hash("ab" * 32) == DOCUMENT


async def test_what_is_not_there_is_not_found(database):
    async with database.transaction(NOW) as work:
        assert await work.documents.get("none") is None
        assert await work.documents.text("none") is None
        assert await work.documents.by_hash("00") is None
        assert await work.documents.passages("none") == ()
        assert await work.documents.list(include_retired=True) == []
        assert not await work.documents.retire("none", on=date(2026, 1, 1))
        assert await work.documents.library_version() == 0


async def test_a_new_version_retires_the_old_and_both_stay(database):
    second = replace(DOCUMENT, id="d2", version=2, ingested=NOW + timedelta(days=1))
    async with database.transaction(NOW) as work:
        assert await work.documents.next_version("若干措施") == 1
        await work.documents.add(DOCUMENT, PASSAGES)
        before = await work.documents.library_version()
        assert await work.documents.next_version("若干措施") == 2
        assert await work.documents.next_version("另一文件") == 1
        assert await work.documents.retire("d1", on=date(2026, 3, 5))
        await work.documents.add(second, ())
        assert await work.documents.library_version() > before
    async with database.transaction(NOW) as work:
        assert await work.documents.list() == [second]
        retired = replace(DOCUMENT, retired=date(2026, 3, 5))
        assert await work.documents.list(include_retired=True) == [retired, second]
        assert await work.documents.by_hash("ab" * 32) == second
        assert await work.documents.passages("d1") == PASSAGES


async def test_a_document_is_added_whole_or_not_at_all(database):
    astray = replace(PASSAGES[1], start=7)
    foreign = replace(PASSAGES[1], document="d9")
    for wrong in (astray, foreign):
        with pytest.raises(StorageError):
            async with database.transaction(NOW) as work:
                await work.documents.add(DOCUMENT, (PASSAGES[0], wrong))
    async with database.transaction(NOW) as work:
        assert await work.documents.get("d1") is None
        assert await work.documents.library_version() == 0


async def test_the_same_version_cannot_be_added_twice(database):
    async with database.transaction(NOW) as work:
        await work.documents.add(DOCUMENT, ())
    with pytest.raises(StorageError) as caught:
        async with database.transaction(NOW) as work:
            await work.documents.add(replace(DOCUMENT, id="d2"), ())
    assert "若干措施" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_a_question_waits_is_answered_and_is_remembered(database):
    beijing = datetime(2026, 3, 5, 0, 30, tzinfo=timezone(timedelta(hours=8)))
    async with database.transaction(beijing) as work:
        first = await work.questions.add("谈话要不要录音?", None, beijing)
        second = await work.questions.add("谈几次?", "急用\x01", beijing)
    async with database.transaction(NOW) as work:
        waiting = await work.questions.list()
        assert [(one.id, one.text, one.note) for one in waiting] == [
            (first, "谈话要不要录音?", None),
            (second, "谈几次?", "急用\x01"),
        ]
        assert waiting[0].asked == date(2026, 3, 5)  # the day where the person is
        assert await work.questions.confirmed() == []
        assert await work.questions.answer(second, "原文未写次数。", measure="1.2", citation=CITED, now=NOW)
    async with database.transaction(NOW) as work:
        (confirmed,) = await work.questions.confirmed()
        assert confirmed == await work.questions.get(second)
        assert (confirmed.status, confirmed.answer, confirmed.measure) == (
            "confirmed",
            "原文未写次数。",
            "1.2",
        )
        assert confirmed.citation == CITED
        assert confirmed.answered == date(2026, 3, 4)
        assert [one.id for one in await work.questions.list()] == [first]


async def test_an_answer_can_be_replaced_and_a_question_dropped(database):
    async with database.transaction(NOW) as work:
        number = await work.questions.add("谈几次?", None, NOW)
        await work.questions.answer(number, "一次。", measure="1.2", citation=CITED, now=NOW)
        await work.questions.answer(number, "定期。", measure=None, citation=None, now=NOW)
        replaced = await work.questions.get(number)
        assert (replaced.answer, replaced.measure, replaced.citation) == ("定期。", None, None)
        assert await work.questions.drop(number)
        assert not await work.questions.drop(number)
        assert await work.questions.get(number) is None
        assert not await work.questions.answer(number, "定期。", measure=None, citation=None, now=NOW)


async def test_a_question_with_a_broken_seal_hides_no_other(database, stores, execute):
    async with database.transaction(NOW) as work:
        broken = await work.questions.add("甲?", None, NOW)
        sound = await work.questions.add("乙?", None, NOW)
    await execute("UPDATE questions SET nonce = (SELECT nonce FROM questions WHERE id = 2) WHERE id = 1")
    async with database.transaction(NOW) as work:
        assert [one.id for one in await work.questions.list()] == [sound]
        with pytest.raises(DatabaseCorrupt):
            await work.questions.get(broken)


async def test_feedback_is_counted_for_each_measure(database):
    day = date(2026, 3, 4)
    async with database.transaction(NOW) as work:
        assert await work.feedback.counts() == []
        for helpful, measure in [(True, "2.1"), (False, "2.1"), (True, "1.2"), (True, "2.1"), (False, None)]:
            await work.feedback.add("怎么办?", "answer", helpful=helpful, measure=measure, day=day)
    async with database.transaction(NOW) as work:
        assert await work.feedback.counts() == [
            FeedbackCount("1.2", 1, 0),
            FeedbackCount("2.1", 2, 1),
            FeedbackCount(None, 0, 1),
        ]


versions = itertools.count(1)
wild = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=wild, note=st.none() | wild, title=wild, words=st.lists(wild, max_size=3).map(tuple))
async def test_any_text_comes_back_as_it_was_kept(database, text, note, title, words):
    document = StoredDocument(
        id=uuid.uuid4().hex,
        title=title,
        text=text,
        sha256="",
        version=next(versions),
        ingested=NOW,
        digest=True,
        issuer=note,
    )
    passage = StoredPassage(document.id, 0, 0, len(text), text, "item", words, title, note)

    async with database.transaction(NOW) as work:
        question = await work.questions.get(await work.questions.add(text, note, NOW))
        assert (question.text, question.note) == (text, note)
        await work.documents.add(document, (passage,))
        assert await work.documents.get(document.id) == document
        assert await work.documents.passages(document.id) == (passage,)
