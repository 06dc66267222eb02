"""The bars of DESIGN section 10, on the collections beside the checkout; skipped where they are not there."""

from pathlib import Path

import pytest

from knowledge.evaluation.retrieval import quality
from knowledge.evaluation.retrieval_files import read_collection
from knowledge.retrieval import ConfirmedQuestion, PassageIndex

FOLDER = Path(__file__).parents[2] / "../shared/retrieval"


def collection(name):
    file = FOLDER / f"{name}.json.gz"
    if not file.exists():
        pytest.skip(f"the measuring collection {name} is not beside the checkout")
    return read_collection(file)


def ask(index, questions):
    return [[hit.position for hit in index.search(question.text, 10)] for question in questions]


def test_encyclopaedia_questions_find_their_passage():
    passages, questions = collection("cmrc2018_dev")
    figures = quality(questions, ask(PassageIndex.build(passages), questions))
    assert figures["hit1"] >= 0.98
    assert figures["mrr10"] >= 0.988


def test_lay_questions_find_their_article_better_after_learning_and_no_worse_where_nothing_was_learned():
    passages, questions = collection("stard_1445_train")
    plain = PassageIndex.build(passages)
    before = ask(plain, questions)
    assert quality(questions, before)["hit5"] >= 0.68

    after = [[]] * len(questions)
    unseen = []
    for fold in range(5):
        learned = [question for number, question in enumerate(questions) if number % 5 != fold]
        known = {position for question in learned for position in question.gold}
        taught = plain.taught([ConfirmedQuestion(each.text, tuple(map(str, each.gold))) for each in learned])
        for number in range(fold, len(questions), 5):
            after[number] = ask(taught, [questions[number]])[0]
            if known.isdisjoint(questions[number].gold):
                unseen.append(number)
    assert quality(questions, after)["hit5"] >= 0.73
    novel = [questions[number] for number in unseen]
    trained, untrained = (quality(novel, [hits[number] for number in unseen]) for hits in (after, before))
    assert trained["hit5"] >= untrained["hit5"]
    assert trained["mrr10"] >= untrained["mrr10"] - 0.01
