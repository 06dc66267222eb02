"""Which obligations are met by which records, and what the figures of a period are."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.services.cadences import Cadences
from bot.services.coverage import coverage, doubtful
from bot.services.duties import Period, obligations
from bot.services.figures import Figure, figures
from storage import Excuse, StoredTicket
from tests.support.city import CITY, RIVER, WEST, directory_of, post, talk

YEAR = Period.year(2026)
TODAY = date(2026, 7, 1)
NEXT_YEAR = date(2027, 1, 5)
MARCH = date(2026, 3, 3)
POSTS = (
    post("mayor", CITY),
    post("vice", CITY, "member"),
    post("river", RIVER),
    post("west", WEST),
    post("deputy", RIVER, "member"),
)


def stands(entries, talk_type="监督谈话", *, subject="river", today=TODAY, posts=POSTS, **more):
    """How the obligation of a type to a subject stands."""
    owed = obligations(directory_of(posts), Cadences(), YEAR, today)
    found = coverage(owed, entries, more.pop("excuses", ()), today, **more)
    [met] = [
        each
        for each in found.mets
        if each.obligation.talk_type == talk_type and each.obligation.subject == subject
    ]
    return met


def test_a_talk_held_is_counted_with_its_record() -> None:
    met = stands([talk(7, MARCH, "mayor", "river")])
    assert (met.done, met.overdue, met.ids) == (True, False, (7,))


@pytest.mark.parametrize(
    "entry",
    [
        talk(7, MARCH, "mayor", "river", state="void"),
        talk(7, MARCH, "mayor", "river", kind="谈心谈话"),
        talk(7, MARCH, "mayor", "river", kind="集体谈话"),
        talk(7, MARCH, "mayor", "west"),
        talk(7, MARCH, "vice", "river"),  # not by whom it is owed
        talk(7, date(2025, 12, 31), "mayor", "river"),
        talk(7, date(2027, 1, 1), "mayor", "river"),
        talk(7, MARCH, "mayor", "river", "west"),  # together
    ],
)
def test_other_talks_do_not_count(entry) -> None:
    met = stands([entry], today=NEXT_YEAR)
    assert (met.done, met.overdue, met.ids, met.missing) == (False, True, (), 1)


def test_how_a_talk_was_led_decides_where_it_is_known() -> None:
    together, delegated, alone = (
        talk(1, MARCH, "mayor", "river", "west"),
        talk(2, MARCH, "vice", "river"),
        talk(3, MARCH, "mayor", "river"),
    )
    assert stands([together], modes={1: "个别"}).done
    assert stands([delegated], modes={2: "受委托"}).done
    assert not stands([alone], modes={3: "集体"}).done


def test_only_talks_that_could_count_or_not_are_doubtful() -> None:
    owed = obligations(directory_of(POSTS), Cadences(), YEAR, TODAY)
    entries = [
        talk(1, MARCH, "mayor", "river"),
        talk(2, MARCH, "vice", "river"),
        talk(3, MARCH, "mayor", "river", "west"),
        talk(4, MARCH, "vice", "nobody"),
        talk(5, date(2025, 1, 1), "vice", "river"),
    ]
    assert doubtful(owed, entries) == (2, 3)


def test_more_talks_than_needed_are_all_named_and_count_no_more() -> None:
    met = stands([talk(2, MARCH, "mayor", "river"), talk(1, TODAY, "mayor", "river")])
    assert (met.held, met.missing, met.ids) == (1, 0, (2, 1))


def test_a_duty_of_two_is_half_done_after_one() -> None:
    met = stands([talk(1, MARCH, "river", "deputy", kind="谈心谈话")], "谈心谈话", subject="deputy")
    assert (met.held, met.missing, met.done, met.overdue) == (1, 1, False, False)


def test_overdue_begins_the_day_after() -> None:
    assert not stands([], today=date(2026, 12, 31)).overdue
    assert stands([], today=date(2027, 1, 1)).overdue


def test_a_talk_after_its_day_is_late() -> None:
    posts = (*POSTS[:2], post("river", RIVER, since=date(2026, 3, 1)))
    met = stands([talk(1, date(2026, 5, 1), "mayor", "river", kind="任职谈话")], "任职谈话", posts=posts)
    assert (met.done, met.late, met.overdue) == (True, True, False)
    met = stands([talk(1, date(2026, 2, 20), "mayor", "river", kind="任职谈话")], "任职谈话", posts=posts)
    assert (met.done, met.late) == (True, False)


def test_the_reason_given_stands_with_what_was_not_held() -> None:
    excuse = Excuse("river", "监督谈话", "2026", "外派学习", "mayor", datetime(2026, 5, 1, tzinfo=UTC))
    met = stands([], excuses=[excuse], today=NEXT_YEAR)
    assert (met.excuse, met.overdue) == (excuse, True)
    other = Excuse("river", "监督谈话", "2025", "外派学习", "mayor", datetime(2026, 5, 1, tzinfo=UTC))
    assert stands([], excuses=[other]).excuse is None


def test_two_posts_are_owed_a_talk_each() -> None:
    posts = (*POSTS[:3], post("river", WEST))
    owed = obligations(directory_of(posts), Cadences(), YEAR, TODAY)
    entries = [talk(1, MARCH, "mayor", "river", places={"river": RIVER})]
    found = coverage(owed, entries, (), TODAY).where(lambda each: each.talk_type == "监督谈话")
    assert {place: tally.held for place, tally in found.by_organisation.items()} == {RIVER: 1, WEST: 0}


def test_a_talk_from_a_post_that_is_owed_nothing_counts_for_the_one_that_is() -> None:
    assert stands([talk(1, MARCH, "mayor", "river", places={"river": CITY})]).done


def test_sums_by_place_type_month_and_quarter_name_their_records() -> None:
    owed = obligations(directory_of(POSTS), Cadences(), YEAR, NEXT_YEAR)
    entries = [
        talk(1, MARCH, "mayor", "river"),
        talk(2, date(2026, 5, 9), "river", "deputy", kind="谈心谈话"),
        talk(3, date(2026, 5, 10), "river", "deputy", kind="谈心谈话"),
        talk(4, MARCH, "vice", "vice", kind="谈心谈话"),
    ]
    found = coverage(owed, entries, (), NEXT_YEAR)
    assert found.by_type["监督谈话"].records == (1,)
    assert (found.by_type["监督谈话"].needed, found.by_type["监督谈话"].held) == (2, 1)
    assert found.by_type["监督谈话"].share == 0.5
    assert found.by_owing[RIVER].records == (2, 3)
    assert found.by_organisation[RIVER].records == (1, 2, 3)
    # 监督谈话 with west, and 2 谈心谈话 with vice
    assert [(each.obligation.subject, each.missing) for each in found.overdue] == [("west", 1), ("vice", 2)]
    assert (found.total.needed, found.total.held, found.total.missing, found.total.overdue) == (6, 3, 3, 2)


def test_nothing_owed_has_no_share() -> None:
    assert coverage((), (), (), TODAY).total.share is None


def ticket(id_: int, opened: date, due: date | None = None, closed: date | None = None) -> StoredTicket:
    return StoredTicket(id_, 1, "problem", "", RIVER, None, due, opened, closed)


def test_figures_name_what_they_count() -> None:
    entries = [
        talk(1, MARCH, "mayor", "river", places={"river": RIVER}),
        talk(
            2,
            date(2026, 4, 1),
            "mayor",
            "river",
            "west",
            kind="集体谈话",
            places={"river": RIVER, "west": WEST},
        ),
        talk(3, MARCH, "mayor", "river", state="void"),
        talk(4, MARCH, "mayor", "river", supplementary=True, alike=(1,)),
        talk(5, date(2025, 3, 3), "mayor", "river"),
        replace(talk(6, MARCH, "mayor", "river"), kind="lifemeeting", talk_type=None),
    ]
    found = figures([*entries, entries[0]], (), YEAR, TODAY)
    assert found.talks.ids == (1, 2, 4)
    assert found.by_type == {"监督谈话": Figure((1, 4)), "集体谈话": Figure((2,))}
    assert found.ledgers == {"lifemeeting": Figure((6,))}
    assert (found.supplementary.ids, found.alike.ids, found.void.ids) == ((4,), (4,), (3,))


def test_tickets_are_counted_as_they_stood() -> None:
    tickets = [
        ticket(1, date(2025, 11, 1), date(2026, 1, 31)),
        ticket(2, MARCH, date(2026, 9, 1)),
        ticket(3, MARCH, date(2026, 4, 1), closed=date(2026, 5, 1)),
        ticket(4, MARCH),
        ticket(5, date(2026, 8, 1)),
    ]
    found = figures((), tickets, YEAR, TODAY).tickets
    assert (found.opened.ids, found.closed.ids) == ((2, 3, 4, 5), (3,))
    assert (found.open.ids, found.overdue.ids) == ((1, 2, 4), (1,))
    first = figures((), tickets, Period.quarter(2026, 1), TODAY).tickets
    assert (first.open.ids, first.overdue.ids, first.closed.ids) == ((1, 2, 3, 4), (1,), ())
    second = figures((), tickets, Period.quarter(2026, 2), TODAY).tickets
    assert (second.closed.ids, second.overdue.ids) == ((3,), (1,))
