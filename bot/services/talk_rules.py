"""Rules of a talk record over the posts of its day. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.services.directory import Directory
from bot.services.talk_record import TalkBody, Who
from knowledge.records import Duty, Role, load_record_kinds
from storage import Post
from yanlu.texts import talks as texts

LATE_DAYS = 7
"""Days after a talk from which it is logged as 补录: a default of ours, the text gives none."""

DOWNWARD = frozenset(
    {
        "任职谈话",
        "监督谈话",
        "纪检负责人谈话",
        "组织部门负责人谈话",
        "约谈",
        "诫勉谈话",
        "批评教育",
        "提醒谈话",
    }
)
"""Talks that are led from above (1.2, 1.3, 1.7): the subject never stands above the talker."""


def units_of(body: TalkBody, directory: Directory) -> dict[str, str]:
    """The organisation each known person spoke from, by person id: the post that fits the type's duty first."""
    duty = load_record_kinds().talk(body.talk_type).duty
    units: dict[str, str] = {}
    people = (*body.talkers, *body.subjects, *body.companions, *([body.recorder] if body.recorder else []))
    for who in people:
        if who.person is None:
            continue
        wanted: tuple[Role, ...] = ()
        if duty is not None:
            wanted = duty.talkers if who in body.talkers else duty.subjects
        post = fitting_post(directory.posts_of(who.person, body.day), wanted)
        if post is not None:
            units[who.person] = post.organisation
    return units


def fitting_post(posts: Sequence[Post], roles: Iterable[Role]) -> Post | None:
    """The post with one of the roles, else the first; None where there is none."""
    wanted = frozenset(roles)
    return next((post for post in posts if post.role in wanted), posts[0] if posts else None)


def ledger_of(body: TalkBody, units: Mapping[str, str], author_unit: str) -> str:
    """The organisation whose ledger keeps the talk: the first known talker's, else the author's."""
    known = (units.get(who.person) for who in body.talkers if who.person)
    return next((unit for unit in known if unit), author_unit)


def is_usual(body: TalkBody, directory: Directory) -> bool:
    """Tell whether the posts are those that the type is made for; True where that cannot be told."""
    duty = load_record_kinds().talk(body.talk_type).duty
    talkers = [who.person for who in body.talkers if who.person]
    subjects = [who.person for who in body.subjects if who.person]
    if duty is None or not talkers or not subjects:
        return True
    return all(
        any(duty_joins(duty, talker, subject, directory, body.day) for talker in talkers)
        for subject in subjects
    )


def duty_joins(duty: Duty, talker: str, subject: str, directory: Directory, on: date) -> bool:
    """Tell whether a duty makes this talker talk with this subject on a day."""
    for mine in directory.posts_of(talker, on):
        for theirs in directory.posts_of(subject, on):
            if mine.role not in duty.talkers or theirs.role not in duty.subjects:
                continue
            same = mine.organisation == theirs.organisation
            below = mine.organisation in {each.id for each in directory.ancestors(theirs.organisation)}
            if same if duty.relation == "same" else below:
                return True
    return False


def objection_to(body: TalkBody, directory: Directory) -> str:
    """Say why a talk cannot be filed as it stands; "" where it can."""
    talkers = {who.person or who.name for who in body.talkers}
    if any((who.person or who.name) in talkers for who in body.subjects):
        return texts.SELF
    for who in (*body.talkers, *body.subjects):
        if who.person is not None and not directory.posts_of(who.person, body.day):
            return texts.not_in_post(directory.person(who.person).name, body.day.isoformat())
    if body.talk_type in DOWNWARD:
        return _against_the_slope(body.talkers, body.subjects, directory, body.day)
    return ""


def _against_the_slope(
    talkers: Sequence[Who], subjects: Sequence[Who], directory: Directory, on: date
) -> str:
    for talker in talkers:
        for subject in subjects:
            if talker.person and subject.person and directory.is_above(subject.person, talker.person, on):
                return texts.superior(subject.name, talker.name)
    return ""
