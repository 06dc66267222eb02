"""`yanlu evaluate routing`: figures, the forms a line may take, and refusing what is not in the format."""

import json
from pathlib import Path

import pytest

from bot.services import routing_evaluation
from bot.services.routing import Route
from bot.services.routing_evaluation import evaluate_routing
from yanlu.errors import EvaluationError

EXAMPLES = Path("/work/shared/examples/routing.jsonl")
ORGS = [{"id": "city", "parent": None}, {"id": "qa", "parent": "city"}, {"id": "j1", "parent": "qa"}]
PEOPLE = [
    {"id": "li", "org": "city", "role": "纪委书记"},
    {"id": "qa_d", "org": "qa", "role": "纪委书记"},
    {"id": "qa_c", "org": "qa", "role": "经办人"},
    {"id": "j1_head", "org": "j1", "role": "一把手"},
]
EXPECT = {"receiving_org": "qa", "recipients": ["qa_c", "qa_d"], "must_not_see": ["j1_head"]}
LINE = {
    "id": "1",
    "orgs": ORGS,
    "people": PEOPLE,
    "handlers": {"city": ["li"], "qa": ["qa_d", "qa_c"]},
    "report": {"accused_people": ["j1_head"], "accused_org": "j1"},
    "expect": EXPECT,
}
NOWHERE = {"receiving_org": None, "recipients": [], "must_not_see": ["j1_head"]}
UP = {"receiving_org": "city", "recipients": ["li"], "must_not_see": []}


def write(folder, *lines):
    path = folder / "routing.jsonl"
    said = (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in lines)
    path.write_text("\n".join(said) + "\n", "utf-8")
    return path


def figures(folder, **changes):
    return evaluate_routing(write(folder, {**LINE, **changes}))


RIGHT = {"n": 1, "exact": 1.0, "violations": 0, "unshielded": 0, "misses": []}


def test_the_examples_are_exact():
    if not EXAMPLES.exists():
        pytest.skip("the shared examples are not on this machine")
    found = evaluate_routing(EXAMPLES)
    assert found == {**RIGHT, "n": 8}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"people": [*PEOPLE, {"id": "qa_c", "org": "j1"}], "expect": {**EXPECT, "recipients": ["qa_d"]}},
        {"people": [*PEOPLE, {"id": "qa_c", "orgs": ["qa", "j1"]}], "expect": {**EXPECT, "recipients": "qa_d"}},
        {
            "people": [*PEOPLE, {"id": "qa_c", "posts": [{"org": "j1", "role": "班子成员"}, "qa"]}],
            "expect": {**EXPECT, "recipients": ["qa_d"]},
        },
        {"people": [*PEOPLE, {"id": "free"}, {"id": "free2", "org": None}]},
        {"report": {"accused_people": "j1_head", "accused_org": None}},
        {"report": {"accused_org": ["j1"]}},
        {"report": {"accused_people": None, "accused_orgs": ["j1", "j1"]}},
        {"report": {"accused_people": [], "accused_org": "j1"}},
        {"report": {"accused_people": ["unknown"], "accused_org": "j1"}},
        {"report": {"accused_people": ["j1_head", "qa_d"], "accused_org": "j1"}, "expect": UP},
        {"handlers": {"city": "li"}, "expect": UP},
        {"handlers": {"city": ["li"], "qa": None}, "expect": UP},
        {"handlers": None, "expect": NOWHERE},
        {"handlers": {}, "expect": {"receiving_org": None}},
        {"handlers": {"qa": ["j1_head"]}, "expect": NOWHERE},
        {"report": {"accused_people": [], "accused_org": "elsewhere"}, "expect": NOWHERE},
        {"report": {"accused_people": [], "accused_org": ""}, "expect": NOWHERE},
        {"report": {}, "expect": NOWHERE},
        {"orgs": [{"id": "city", "parent": "j1"}, *ORGS[1:]], "expect": NOWHERE},
        {"orgs": [{"id": "city"}, *ORGS[1:], ORGS[1]]},
        {"orgs": [{"id": "city", "parent": ""}, *ORGS[1:]]},
    ],
)  # fmt: skip
def test_a_line_may_take_many_forms(tmp_path, changes):
    assert figures(tmp_path, **changes) == RIGHT


def test_ids_may_be_numbers(tmp_path):
    assert figures(
        tmp_path,
        id=7,
        orgs=[{"id": 1, "parent": None}, {"id": 2, "parent": 1}],
        people=[{"id": 10, "org": 1}, {"id": 20, "org": 2}],
        handlers={"1": [10]},
        report={"accused_people": [20], "accused_org": 2},
        expect={"receiving_org": 1, "recipients": [10], "must_not_see": [20]},
    ) == RIGHT  # fmt: skip


@pytest.mark.parametrize(
    "expect",
    [
        {**EXPECT, "receiving_org": "city"},
        {**EXPECT, "recipients": ["qa_c"]},
        {**EXPECT, "recipients": ["qa_c", "qa_d", "li"]},
        NOWHERE,
    ],
    ids=["another place", "one too many", "one missing", "nobody expected"],
)
def test_anything_but_the_very_place_and_people_is_a_miss(tmp_path, expect):
    found = figures(tmp_path, expect=expect)
    assert (found["n"], found["exact"], found["violations"]) == (1, 0.0, 0)
    assert found["misses"] == [
        {
            "id": "1",
            "expected": {
                "receiving_org": expect["receiving_org"],
                "recipients": sorted(expect["recipients"]),
            },
            "got": {"receiving_org": "qa", "recipients": ["qa_c", "qa_d"]},
            "seen_by": [],
            "unshielded": [],
        }
    ]


def test_whoever_reads_what_he_must_not_is_a_violation_each(tmp_path):
    found = figures(tmp_path, expect={**EXPECT, "must_not_see": ["qa_c", "qa_d", "j1_head"]})
    assert (found["exact"], found["violations"], found["unshielded"]) == (1.0, 2, 2)
    assert found["misses"][0]["seen_by"] == ["qa_c", "qa_d"]


def test_whoever_reads_nothing_but_is_not_shut_out_is_told_apart(tmp_path):
    found = figures(tmp_path, expect={**EXPECT, "must_not_see": ["li"]})
    assert (found["exact"], found["violations"], found["unshielded"]) == (1.0, 0, 1)
    assert found["misses"][0]["unshielded"] == ["li"]


def test_an_accused_who_reads_is_a_violation_though_no_line_names_him(tmp_path, monkeypatch):
    nobody = frozenset()
    wrong = Route(nobody, (), "qa", frozenset({"j1_head"}), nobody)
    monkeypatch.setattr(routing_evaluation, "route", lambda *_: wrong)
    found = figures(tmp_path, expect={**EXPECT, "must_not_see": []})
    assert (found["exact"], found["violations"]) == (0.0, 1)


def test_shares_count_every_line_and_blank_ones_are_no_lines(tmp_path):
    wrong = {**LINE, "id": "2", "expect": NOWHERE}
    found = evaluate_routing(write(tmp_path, LINE, "", "  ", wrong, LINE, LINE))
    assert (found["n"], found["exact"], [miss["id"] for miss in found["misses"]]) == (4, 0.75, ["2"])


def test_a_file_without_lines_has_no_share(tmp_path):
    assert evaluate_routing(write(tmp_path, "")) == {**RIGHT, "n": 0, "exact": None}


def test_a_mark_at_the_head_and_odd_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "routing.jsonl"
    said = json.dumps({**LINE, "note": "前\u2028后"}, ensure_ascii=False)
    path.write_bytes(f"{said}\r\n{said}\r\n".encode("utf-8-sig"))
    assert evaluate_routing(path) == {**RIGHT, "n": 2}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "[" * 100_000,
        json.dumps({**LINE, "orgs": None}),
        json.dumps({key: value for key, value in LINE.items() if key != "orgs"}),
        json.dumps({key: value for key, value in LINE.items() if key != "report"}),
        json.dumps({**LINE, "expect": {}}),
        json.dumps({**LINE, "people": [{"org": "qa"}]}),
        json.dumps({**LINE, "people": [{"id": "x", "org": {"id": "qa"}}]}),
        json.dumps({**LINE, "handlers": ["qa_d"]}),
        json.dumps({**LINE, "report": {"accused_people": [["x"]]}}),
        json.dumps({**LINE, "orgs": [*ORGS, {"id": "j1", "parent": "city"}]}),
    ],
    ids=lambda line: line[:12] if line[:2] != '{"' else "",
)
def test_a_line_out_of_format_is_named_and_nothing_is_counted(tmp_path, line):
    with pytest.raises(EvaluationError, match=r"“routing\.jsonl”第2行"):
        evaluate_routing(write(tmp_path, LINE, line, LINE))


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content):
    path = tmp_path / "routing.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EvaluationError, match="无法读取"):
        evaluate_routing(path)
