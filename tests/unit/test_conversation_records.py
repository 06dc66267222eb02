import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.context import KEPT_QUESTIONS, Context, restored, stored
from bot.conversation.locks import KeyedLocks
from bot.conversation.messages import Choice, OutgoingFile, Say, Span
from bot.conversation.payloads import decoded, encoded
from bot.conversation.scene import OpenForm
from bot.services.clock import beijing_now

choices = st.builds(Choice, st.text(max_size=9), st.text(min_size=1, max_size=9))
says = st.builds(
    Say,
    st.text(),
    st.lists(st.builds(Span, st.integers(0, 9), st.integers(0, 9), st.sampled_from(["strong", "quote"]))).map(
        tuple
    ),
    st.lists(st.lists(choices, max_size=3).map(tuple), max_size=3).map(tuple),
    st.none() | st.builds(OutgoingFile, st.text(max_size=9), st.binary(max_size=30), st.just("text/plain")),
)


@settings(max_examples=100, deadline=None)
@given(says)
def test_a_message_leaves_the_outbox_as_it_went_in(say):
    assert decoded(encoded(say)) == say


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"{}", b"null", b'{"text":"a","choices":[[["a",""]]]}', b'{"text":"a","file":[]}']
)
def test_bytes_that_are_no_message_are_told(payload):
    with pytest.raises(ValueError):  # noqa: PT011 - any wording will do
        decoded(payload)


def test_a_conversation_remembers_its_last_questions_only():
    context = Context()
    for number in range(5):
        context = context.asked(f"问{number}", ["1.2"])
    assert context.questions == ("问2", "问3", "问4")
    assert len(context.questions) == KEPT_QUESTIONS
    assert context.last_question == "问4"
    assert context.measures == ("1.2",)
    assert Context().last_question is None
    assert restored(stored(context.offering([Choice("甲", "a:b")]))).choices == (Choice("甲", "a:b"),)


@pytest.mark.parametrize("value", [None, b"", b"[]", b'{"offered":[["label",""]]}', b'{"questions":7}'])
def test_a_context_of_an_older_version_is_forgotten(value):
    assert restored(value) is None


@pytest.mark.parametrize("value", [b"\xff", b"[]", b"{}", b'{"dialog":3}'])
def test_an_unreadable_form_belongs_to_nobody(value):
    assert OpenForm.of(value).dialog == ""


async def test_locks_of_idle_keys_are_forgotten():
    locks = KeyedLocks()
    async with locks.hold("a"), locks.hold("b"):
        assert len(locks) == 2
    assert len(locks) == 0


def test_the_clock_shows_the_time_in_china():
    now = beijing_now()
    assert now.utcoffset().total_seconds() == 8 * 3600
    assert abs((now - datetime.now(UTC)).total_seconds()) < 5


async def test_a_lock_is_kept_while_somebody_waits_for_it():
    locks, order = KeyedLocks(), []

    async def enter(name):
        async with locks.hold("a"):
            order.append(name)
            await asyncio.sleep(0)
            order.append(name)

    await asyncio.gather(*(enter(name) for name in "123"))
    assert order == list("112233")
    assert len(locks) == 0
