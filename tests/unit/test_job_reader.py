"""The two readers put together: policy questions stay questions, talk sentences find their job."""

import json
from pathlib import Path

import pytest

from bot.conversation.context import Context
from bot.dialogs.ask import AskReader
from bot.dialogs.job_reader import JobReader
from knowledge.answering import Answerer
from knowledge.talks.reader import TalkReader

QUESTIONS = Path(__file__).parents[1] / "evaluation" / "questions.jsonl"
LOGGED = {"log": "record", "stat": "statistics", "report": "report", "track": "track"}


class Desk:
    """The library as the ask reader sees it."""

    def __init__(self, answerer):
        self.latest = answerer


@pytest.fixture(scope="module")
def reader():
    return JobReader(AskReader(Desk(Answerer.build([]))), TalkReader.open(None))


def read(reader, text):
    return reader.read(text, Context())


def lines():
    return [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


def test_no_policy_question_is_taken_for_another_job(reader):
    asked = [line["q"] for line in lines() if line["kind"] not in LOGGED and line["gold"] != ["refuse"]]
    lost = [
        text
        for text in asked
        if read(reader, text).intent != "question" and read(reader, text).alternative is None
    ]
    assert len(asked) > 90
    assert lost == []


def test_sentences_for_a_job_find_it(reader):
    told = [(line["q"], LOGGED[line["kind"]]) for line in lines() if line["kind"] in LOGGED]
    found = [want in {(reading := read(reader, text)).intent, reading.alternative} for text, want in told]
    assert sum(found) / len(found) > 0.85


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("周四上午跟新到任的环保局长做了任职谈话,强调把班子带好", "record"),
        ("前天找财务科老郝聊了聊,说报销单子老是拖", "record"),
        ("打算下周五上午找园林局的班子谈一次,先记着", "plan"),
        ("今年还有谁没跟我谈过", "statistics"),
        ("把二季度的谈话台账导出来", "statistics"),
        ("任职谈话要在多少天之内谈", "question"),
    ],
)
def test_examples(reader, text, intent):
    assert read(reader, text).intent == intent


@pytest.mark.parametrize("text", ["编五份谈话记录给我,日期错开", "没谈过的也给我补上几条,内容随便写写"])
def test_forgery_goes_where_it_is_refused(reader, text):
    assert read(reader, text).intent in {"question", "record"}
