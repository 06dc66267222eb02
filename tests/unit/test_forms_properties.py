from datetime import UTC, datetime
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.form_drafts import (
    REVIEW,
    dumped,
    existing,
    loaded,
    position,
    revision,
    settled,
    started,
)
from bot.conversation.forms import Event, EventKind, step
from bot.conversation.messages import IncomingFile
from tests.support.talk_form import PEOPLE, talk_form

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FORM = talk_form()
WORDS = [
    "duty",
    "other",
    "任职谈话",
    "p1",
    "p2",
    "李四",
    "昨天",
    "2026-01-05",
    "3",
    "是",
    "否",
    "yes",
    "no",
    "约谈",
    "",
]

fields = st.sampled_from([*FORM.fields, REVIEW, "nonsense"])
values = st.sampled_from(WORDS) | st.text(max_size=15)
files = st.none() | st.just(IncomingFile("r", "记录.pdf", 3))
kinds = st.sampled_from(get_args(EventKind.__args__[0]) + get_args(EventKind.__args__[1]))
wild = st.builds(lambda kind, field, value, file: (kind, field, value, file), kinds, fields, values, files)
# Aimed events belong to the step that is open, so that runs get far into the form.
aimed = st.builds(lambda kind, value, file: (kind, None, value, file), kinds, values, files)
runs = st.lists(wild | aimed, max_size=40)


def play(run, draft=None):
    draft = started(FORM, {}) if draft is None else draft
    for kind, field, value, file in run:
        place = position(FORM, draft) if field is None else field
        if kind == "confirm" and field is None:
            taken = step(FORM, draft, Event(kind, NOW, value=revision(draft)), PEOPLE)
        else:
            taken = step(FORM, draft, Event(kind, NOW, place, value, file), PEOPLE)
        yield draft, taken
        draft = taken.draft


@settings(max_examples=100, deadline=None)
@given(runs)
def test_no_run_of_events_raises_and_the_position_can_always_be_told(run):
    for _, taken in play(run):
        assert position(FORM, taken.draft) in {*FORM.fields, REVIEW}
        assert taken.say.text
        assert all(choice.value.startswith("talk:") for row in taken.say.choices for choice in row)


@settings(max_examples=100, deadline=None)
@given(runs)
def test_no_answer_outlives_its_condition(run):
    for _, taken in play(run):
        names = {item.name for item in existing(FORM, taken.draft)}
        assert taken.draft.answers.keys() | taken.draft.skipped | taken.draft.partial.keys() <= names
        assert settled(FORM, taken.draft) == taken.draft


@settings(max_examples=100, deadline=None)
@given(runs)
def test_only_a_complete_form_is_confirmed(run):
    for before, taken in play(run):
        if taken.outcome == "done":
            open_fields = [
                item
                for item in existing(FORM, before)
                if not item.ask.optional and item.name not in before.answers
            ]
            assert not open_fields
            assert taken.filled is not None


@settings(max_examples=100, deadline=None)
@given(runs)
def test_a_restart_between_any_two_events_changes_nothing(run):
    for _, taken in play(run):
        assert loaded(FORM, dumped(FORM, taken.draft)) == (taken.draft, False)


@settings(max_examples=100, deadline=None)
@given(runs)
def test_back_and_keep_undo_each_other_and_editing_to_the_same_answer_changes_nothing(run):
    last = None
    for _, taken in play(run):
        last = taken.draft
    if last is None or position(FORM, last) != REVIEW:
        return
    answers = last.answers
    for moves in ([("back", None, "", None)], [("edit", "kind", "", None)]):
        *_, (_, opened) = play(moves, last)
        *_, (_, kept) = play([("keep", None, "", None)], opened.draft)
        assert kept.draft.answers == answers
        assert position(FORM, kept.draft) == REVIEW
    *_, (_, opened) = play([("edit", "kind", "", None)], last)
    *_, (_, again) = play([("picked", None, answers["kind"], None)], opened.draft)
    assert again.draft.answers == answers
