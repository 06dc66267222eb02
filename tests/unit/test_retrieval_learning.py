"""What confirmed questions teach, and what they must not spoil."""

import random

import numpy as np
import pytest

from knowledge.retrieval import ConfirmedQuestion, IndexText, PassageIndex, memory, translation
from knowledge.retrieval.learning import Learning, families
from knowledge.retrieval.lexical import LexicalIndex
from knowledge.retrieval.memory import Memory, repetition
from knowledge.retrieval.tokens import query_tokens
from knowledge.retrieval.translation import Translation

TEXTS = ["劳动者解除劳动合同", "夫妻离婚财产分割", "未成年人监护人责任", "机动车交通事故赔偿", "遗产继承顺序"]


@pytest.fixture(scope="module")
def lexical():
    return LexicalIndex.build(TEXTS)


def test_translation_learns_what_askers_call_a_thing(lexical):
    asked = ["老板炒鱿鱼", "炒鱿鱼赔钱", "被炒鱿鱼", "撞车谁赔钱", "撞车找谁", "撞车保险"]
    learned = Translation.learn([query_tokens(q) for q in asked], [(0,)] * 3 + [(3,)] * 3, lexical)
    fired, crashed = (learned.scores(query_tokens(q), lexical) for q in ("炒鱿鱼怎么办", "撞车怎么办"))
    assert int(np.argmax(fired)) == 0
    assert int(np.argmax(crashed)) == 3
    assert not learned.scores(query_tokens("火箭"), lexical).any()


def test_translation_keeps_each_words_best_passages_only(lexical, monkeypatch):
    monkeypatch.setattr(translation, "PASSAGES_PER_WORD", 1)
    asked = [query_tokens("赔钱"), query_tokens("赔钱")]
    learned = Translation.learn(asked, [(0, 1, 2, 3), (3,)], lexical)
    assert np.count_nonzero(learned.scores(query_tokens("赔钱"), lexical)) == 1


def test_translation_learns_from_the_latest_within_its_bound(lexical, monkeypatch):
    monkeypatch.setattr(translation, "MOST_PAIRS", 1)
    learned = Translation.learn([query_tokens("早先"), query_tokens("后来")], [(0,), (3,)], lexical)
    assert not learned.scores(query_tokens("早先"), lexical).any()
    assert learned.scores(query_tokens("后来"), lexical)[3] > 0


def test_translation_survives_questions_and_passages_without_words():
    lexical = LexicalIndex.build(["", "。"])
    learned = Translation.learn([query_tokens("赔钱")], [(0,)], lexical)
    assert not learned.scores(query_tokens("赔钱"), lexical).any()


def test_memory_knows_the_same_question_and_the_like_one(lexical):
    asked = [query_tokens(q) for q in ("离婚后房子归谁", "孩子打伤人谁负责")]
    remembered = Memory.build(asked, [(1,), (2,)], lexical)
    same = remembered.recall(asked[0], lexical)
    assert same.questions.tolist()[0] == 0
    assert same.likeness[0] == pytest.approx(1, abs=1e-5)
    like = remembered.recall(query_tokens("离婚房子怎么分"), lexical)
    assert like.questions.tolist()[0] == 0
    assert 0 < like.likeness[0] < memory.REPEATED_FROM
    assert len(remembered.recall(query_tokens("火箭"), lexical).questions) == 0


def test_repetition_begins_late():
    assert [repetition(value) for value in (0.0, 0.79, 0.9, 1.0)] == pytest.approx([0, 0, 0.5, 1])


def test_a_law_is_a_family_and_a_title_of_its_own_is_not():
    numbers = families(["民法典第一条", "民法典第二条之一", "刑法第十条", "警示教育", ""])
    assert numbers[0] == numbers[1]
    assert len(set(numbers.tolist())) == 4


def train(lexical, asked, gold, titles=None):
    return Learning.train(titles or [""] * lexical.size, asked, gold, lexical)


def test_trust_grows_with_the_number_of_confirmed_questions(lexical):
    few = train(lexical, ["离婚"], [(1,)])
    many = train(lexical, ["离婚"] * 300, [(1,)] * 300)
    assert few.trust < 0.05
    assert many.trust > 0.9


def test_what_is_asked_about_often_stands_higher(lexical):
    titles = ["甲法第一条", "甲法第二条", "乙法第一条", "乙法第二条", "附则"]
    learning = train(lexical, ["离婚", "离婚财产", "解除合同"], [(1,), (1,), (0,)], titles)
    standing = learning.standing[learning.family]
    assert standing[0] == standing[1] > 0 > standing[2] == standing[3]
    assert standing[4] == 0, "a family of one would only repeat what memory says"


def test_novelty_speaks_up_only_where_nearly_every_passage_was_asked_about(lexical):
    crowded = train(lexical, ["一", "二", "三", "四"], [(0,), (1,), (2,), (3,)])
    assert crowded.novelty < -1
    sparse = LexicalIndex.build(TEXTS + ["别的规定"] * 200)
    assert train(sparse, ["一", "二", "三", "三"], [(0,), (1,), (2,), (2,)]).novelty == 0


def made_up_world(seed=3):
    """Laws whose words askers never use: each topic has asker's words and lawyer's words."""
    chance = random.Random(seed)
    alphabet = [chr(code) for code in range(0x4E00, 0x4E00 + 4000)]
    chance.shuffle(alphabet)

    def word():
        return alphabet.pop() + alphabet.pop()

    lay, law = ([[word() for _ in range(6)] for _ in range(20)] for _ in range(2))
    shared = [[word() for _ in range(3)] for _ in range(20)]
    passages = [
        IndexText(
            f"{topic}-{number}",
            f"法{topic}第{number}条",
            ",".join(chance.sample(law[topic] + shared[topic], 6)),
        )
        for topic in range(20)
        for number in range(5)
    ]

    def question(topic):
        return ",".join([*chance.sample(lay[topic], 3), chance.choice(shared[topic])])

    return passages, question, chance


def test_learning_helps_where_askers_use_words_of_their_own():
    passages, question, chance = made_up_world()
    train_set = [
        ConfirmedQuestion(question(topic), (f"{topic}-{chance.randrange(5)}",))
        for topic in range(20)
        for _ in range(15)
    ]
    plain = PassageIndex.build(passages)
    taught = plain.taught(train_set)
    asked = [(question(topic), topic) for topic in range(20) for _ in range(5)]

    def right(index):
        return sum(
            any(hit.id.startswith(f"{topic}-") for hit in index.search(text, 1)) for text, topic in asked
        ) / len(asked)

    assert right(taught) > 0.95
    assert right(taught) >= right(plain)


def test_learning_does_not_hide_passages_never_asked_about():
    """Half the topics are never confirmed; their questions are found as before."""
    passages, question, chance = made_up_world()
    confirmed = [
        ConfirmedQuestion(question(topic), (f"{topic}-{chance.randrange(5)}",))
        for topic in range(10)
        for _ in range(15)
    ]
    plain = PassageIndex.build(passages)
    taught = plain.taught(confirmed)
    asked = [question(topic) for topic in range(10, 20) for _ in range(5)]
    for text in asked:
        before = {hit.id for hit in plain.search(text, 5)}
        after = [hit.id for hit in taught.search(text, 1)]
        assert not before or before.issuperset(after)
