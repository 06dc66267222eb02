"""The figures of `yanlu evaluate talks`, on readings made by hand and on our own lines."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from knowledge.evaluation.talks import FIELDS, evaluate_talks
from knowledge.evaluation.tracing import untraced
from knowledge.talks.mentions import Mention
from knowledge.talks.reader import Author, Demand, TalkReader, TalkReading
from yanlu.errors import EvaluationError

NOW = "2026-03-16T10:00"
TEXT = "昨天下午三点在县委小会议室跟水利局局长乔伟做监督谈话,指出招标不规范,要求4月1日前报方案,小陆记录"
AUTHOR = {"name": "方海涛", "unit": "清河县委", "position": "县委书记"}
HELD_OUT = Path(__file__).parents[1] / "evaluation" / "talks.jsonl"
OPEN = Path(__file__).parents[3] / "shared" / "examples" / "talks.jsonl"

RIGHT = TalkReading(
    intent="record",
    talk_type="监督谈话",
    talkers=(Mention("方海涛", name="方海涛"),),
    subjects=(Mention("乔伟", name="乔伟"),),
    recorder=Mention("小陆", surname="陆"),
    day=date(2026, 3, 15),
    start=time(15),
    place="县委小会议室",
    problems=("招标不规范",),
    requirements=(Demand("报方案", date(2026, 4, 1)),),
    deadline=date(2026, 4, 1),
    supplementary=False,
)
EXPECT = {
    "type": "监督谈话", "talkers": ["方海涛"], "subjects": ["乔伟"], "date": "2026-03-15", "time": "15:00",
    "place": "小会议室|会议室", "recorder": "小陆", "problems": ["招标不规范"], "requirements": ["报方案"],
    "deadline": "2026-04-01", "supplementary": None,
}  # fmt: skip


@dataclass
class Given:
    """A reader that gives what it is told to."""

    reading: TalkReading
    asked: list[str] = field(default_factory=list)

    def read(self, text: str, author: Author, now: datetime) -> TalkReading:
        assert isinstance(author, Author)
        assert isinstance(now, datetime)
        self.asked.append(text)
        return self.reading


def line(**changes: object) -> dict[str, object]:
    return {"id": "X1", "now": NOW, "author": AUTHOR, "text": TEXT, "expect": EXPECT, "ask": [], **changes}


def figures(tmp_path, reading, *lines):
    file = tmp_path / "talks.jsonl"
    file.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in lines), "utf-8")
    return evaluate_talks(Given(reading), file)


def test_a_right_reading_is_right_in_every_field(tmp_path):
    found = figures(tmp_path, RIGHT, line())

    assert found["n"] == 1
    assert [found[name] for name in FIELDS if name not in {"supplementary", "points"}] == [1.0] * 10
    assert (found["all_right"], found["ask"], found["intent"], found["invented"]) == (1.0, 1.0, 1.0, 0)
    assert found["supplementary"] is None
    assert found["points"] is None
    assert found["misses"] == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("type", {"talk_type": None}),
        ("talkers", {"talkers": ()}),
        ("talkers", {"talkers": (*RIGHT.talkers, Mention("小陆"))}),
        ("subjects", {"subjects": (*RIGHT.subjects, Mention("小陆"))}),
        ("subjects", {"group": "全体成员"}),
        ("date", {"day": date(2026, 3, 14)}),
        ("time", {"start": None}),
        ("place", {"place": None}),
        ("recorder", {"recorder": None}),
        ("problems", {"problems": ()}),
        ("problems", {"problems": ("招标不规范", "小会议室")}),
        ("requirements", {"requirements": ()}),
        ("deadline", {"deadline": None}),
    ],
)
def test_a_wrong_field_is_missed_and_named(tmp_path, name, change):
    found = figures(tmp_path, replace(RIGHT, **change), line())

    assert found[name] == 0.0
    assert found["all_right"] == 0.0
    assert {(miss["id"], miss["field"]) for miss in found["misses"]} >= {("X1", name)}


@pytest.mark.parametrize("name", ["problems", "requirements", "place", "deadline", "time", "recorder"])
def test_null_must_stay_empty(tmp_path, name):
    found = figures(tmp_path, RIGHT, line(expect={**EXPECT, name: None}))

    assert found[name] == 0.0


def test_points_are_scored_where_given_and_may_be_more(tmp_path):
    reading = replace(RIGHT, points=("招标", "县委小会议室"))

    assert figures(tmp_path, reading, line(expect={**EXPECT, "points": ["招标"]}))["points"] == 1.0
    assert figures(tmp_path, reading, line(expect={**EXPECT, "points": ["请示报告"]}))["points"] == 0.0


def test_supplementary_is_scored_where_given(tmp_path):
    expect = {**EXPECT, "supplementary": True}

    assert figures(tmp_path, RIGHT, line(expect=expect))["supplementary"] == 0.0
    assert figures(tmp_path, replace(RIGHT, supplementary=True), line(expect=expect))["supplementary"] == 1.0


def test_what_must_be_asked_for_is_compared_whole(tmp_path):
    assert figures(tmp_path, replace(RIGHT, ask=("points",)), line())["ask"] == 0.0
    assert figures(tmp_path, replace(RIGHT, ask=("points",)), line(ask=["points"]))["ask"] == 1.0


def test_a_line_of_intent_is_scored_on_that_alone(tmp_path):
    plan = line(expect={"intent": "plan"})

    found = figures(tmp_path, replace(RIGHT, intent="plan"), plan)
    assert (found["intent"], found["type"], found["all_right"]) == (1.0, None, None)
    assert figures(tmp_path, RIGHT, plan)["intent"] == 0.0


def test_a_record_read_as_something_else_is_not_all_right(tmp_path):
    found = figures(tmp_path, replace(RIGHT, intent="plan"), line())

    assert (found["intent"], found["all_right"], found["type"]) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({"subjects": (Mention("乔大伟", name="乔大伟"),)}, "乔大伟"),
        ({"talk_type": "诫勉谈话"}, "诫勉谈话"),
        ({"place": "二楼"}, "二楼"),
        ({"problems": ("账目不清",)}, "账目不清"),
        ({"requirements": (Demand("写检查"),)}, "写检查"),
        ({"day": date(2026, 3, 1)}, "2026-03-01"),
        ({"start": time(9)}, "09:00:00"),
        ({"deadline": date(2026, 5, 1)}, "2026-05-01"),
    ],
)
def test_what_neither_sentence_nor_author_nor_clock_gives_is_invented(change, value):
    author = Author(**AUTHOR)
    reading = replace(RIGHT, **change)

    assert value in untraced(TEXT, author, datetime.fromisoformat(NOW), reading)
    assert untraced(TEXT, author, datetime.fromisoformat(NOW), RIGHT) == ()


def test_inventions_are_counted(tmp_path):
    assert figures(tmp_path, replace(RIGHT, place="二楼"), line())["invented"] == 1


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        json.dumps({"id": "X"}),
        json.dumps(line(expect={"intent": "dance"})),
        json.dumps(line(expect={**EXPECT, "colour": "红"})),
        json.dumps(line(ask=["weather"])),
        json.dumps(line(now="明天")),
    ],
)
def test_a_malformed_line_is_named(tmp_path, broken):
    file = tmp_path / "talks.jsonl"
    file.write_text(f"{json.dumps(line())}\n\n{broken}\n", "utf-8")

    with pytest.raises(EvaluationError, match="第3行"):
        evaluate_talks(Given(RIGHT), file)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(EvaluationError, match="nowhere"):
        evaluate_talks(Given(RIGHT), tmp_path / "nowhere.jsonl")


BARS = {**dict.fromkeys(FIELDS, 0.95), "all_right": 0.85, "intent": 0.97}


def test_the_open_examples_are_read_at_the_bars():
    if not OPEN.is_file():
        pytest.skip("the shared examples are not here")
    found = evaluate_talks(TalkReader.open(None), OPEN)

    below = {name: found[name] for name, bar in BARS.items() if found[name] is not None and found[name] < bar}
    assert below == {}, found["misses"]
    assert found["invented"] == 0
