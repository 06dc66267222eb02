"""The tagged sentences, and what is learned from them: kept between starts, found again, learned anew."""

import json
from pathlib import Path

import pytest

from knowledge.talks.intents import WANTS, Wishes, load_wishes
from knowledge.talks.keeping import LEARNED, fingerprint
from knowledge.talks.leanings import Leanings, examples_of, phrase_examples
from knowledge.talks.matters import Matters
from knowledge.talks.reader import TalkReader
from knowledge.talks.tagged import TAGS, Tagged, load_tagged, parse_tagged
from knowledge.talks.tagging import Tagger, labels, stretches
from knowledge.talks.varying import varied
from knowledge.talks.words import phrases


def test_every_sentence_of_ours_can_be_read_and_uses_known_tags():
    sentences = load_tagged()

    assert len(sentences) > 500
    assert {stretch.tag for sentence in sentences for stretch in sentence.stretches} == set(TAGS)


def test_a_mark_is_cut_out_of_the_sentence():
    sentence = parse_tagged("甲|乙|丙\t2026-03-16T10:00\t[d|昨天]跟[s|老方]\\n谈")

    assert sentence.text == "昨天跟老方\n谈"
    assert [sentence.words(each) for each in sentence.stretches] == ["昨天", "老方"]


@pytest.mark.parametrize("marked", ["[j|昨天]谈", "[d|]谈", "[d|昨[t|晚]]谈", "昨天]谈"])
def test_a_broken_mark_is_refused(marked):
    with pytest.raises(ValueError, match="mark"):
        parse_tagged(f"甲|乙|丙\t2026-03-16T10:00\t{marked}")


def test_labels_and_stretches_are_each_others_inverse():
    for sentence in load_tagged():
        assert stretches(labels(sentence)) == sentence.stretches


def test_varied_copies_are_always_the_same_and_can_be_learned():
    sentences = load_tagged()[:40]
    copies = list(varied(sentences, 1))

    assert copies == list(varied(sentences, 1))
    assert len(list(varied(sentences, 3))) == 120
    assert any(copy.text != sentence.text for copy, sentence in zip(copies, sentences, strict=True))
    for copy, sentence in zip(copies, sentences, strict=True):
        assert sorted(tags(copy)) == sorted(tags(sentence))
        assert stretches(labels(copy)) == copy.stretches


def test_a_part_of_the_copies_draws_on_its_own_part_of_the_phrases():
    sentences = load_tagged()[:200]
    own = [{copy.text for copy in varied(sentences, 2, (fold, 2))} for fold in (0, 1)]
    first, second = (phrases()["b"][fold::2] for fold in (0, 1))

    for texts, those, others in ((own[0], first, second), (own[1], second, first)):
        told = {phrase for phrase in those if len(phrase) > 6 and any(phrase in text for text in texts)}
        strange = {phrase for phrase in others if len(phrase) > 6 and any(phrase in text for text in texts)}
        assert len(told) > 5
        assert len(strange) < len(told) / 4


def tags(sentence: Tagged) -> list[str]:
    return [each.tag for each in sentence.stretches]


# Leanings


def test_a_clause_leans_to_what_its_words_are_like():
    leanings = Leanings.learned(examples_of(load_tagged()[:300], phrase_examples()))
    kinds = {plain: next(leanings.marks(plain))[2][0] for plain in ("台账没人管", "把台账补齐", "表示马上改")}

    assert kinds == {"台账没人管": "Sb", "把台账补齐": "Sq", "表示马上改": "Sa"}


def test_phrases_are_set_aside_by_parts():
    everything = phrase_examples()
    kept = [phrase_examples(4, fold) for fold in range(4)]

    assert sum(map(len, kept)) == 3 * len(everything)
    assert all(set(part) < set(everything) for part in kept)


# Kept between starts


def test_what_was_learned_is_kept_and_found_again(tmp_path):
    sentences = load_tagged()[:30]
    learned = Tagger.open(tmp_path, sentences, lambda _text, _now: [], learned=tmp_path / "none")
    kept = list(tmp_path.glob("talks-*.crf"))
    again = Tagger.open(tmp_path, sentences, lambda _text, _now: [], learned=tmp_path / "none")

    assert len(kept) == 1
    sentence = sentences[0]
    tagged = (each.tag(sentence.text, sentence.author, ()) for each in (learned, again))
    assert len(set(tagged)) == 1


def test_a_broken_file_is_learned_anew(tmp_path):
    sentences = load_tagged()[:10]
    Tagger.open(tmp_path, sentences, lambda _text, _now: [], learned=tmp_path / "none")
    next(tmp_path.glob("talks-*.crf")).write_bytes(b"broken")

    again = Tagger.open(tmp_path, sentences, lambda _text, _now: [], learned=tmp_path / "none")
    assert again.tag(sentences[0].text, sentences[0].author, ())


def test_matters_are_kept_and_found_again(tmp_path):
    sentences = load_tagged()[:40]
    Matters.open(tmp_path, sentences, tmp_path / "none")
    file = next(tmp_path.glob("matters-*.npz"))
    before = file.stat().st_mtime_ns

    Matters.open(tmp_path, sentences, tmp_path / "none")
    assert file.stat().st_mtime_ns == before
    file.write_bytes(b"broken")
    assert Matters.open(tmp_path, sentences, tmp_path / "none").weighed("", ()) == ()


def test_what_was_learned_is_named_after_data_and_source():
    plain = fingerprint("x", ["signs"], 1)

    assert plain == fingerprint("x", ["signs"], 1)
    assert plain != fingerprint("x", ["signs"], 2)
    assert plain != fingerprint("x", ["said"], 1)


def test_the_name_covers_the_grammar_of_dates():
    from knowledge.talks import keeping

    assert {
        "tagging",
        "signs",
        "leanings",
        "ridge",
        "varying",
        "said",
        "day_rules",
        "clock_times",
        "festivals",
    } <= set(keeping._sources(("tagging", "said")))


def test_wishes_are_kept_and_found_again(tmp_path):
    Wishes.open(tmp_path, tmp_path / "none")
    file = next(tmp_path.glob("wishes-*.npz"))
    before = file.stat().st_mtime_ns

    Wishes.open(tmp_path, tmp_path / "none")
    assert file.stat().st_mtime_ns == before
    file.write_bytes(b"broken")
    assert Wishes.open(tmp_path, tmp_path / "none").read("昨天跟老葛谈心了").want == "record"


def test_our_wishes_name_every_want():
    assert {want for _, want in load_wishes()} == set(WANTS)


def test_the_set_up_has_learned():
    """`make install` learns; where it did not run, opening learns now (slow, but the same)."""
    assert isinstance(TalkReader.open(LEARNED), TalkReader)


def test_none_of_our_sentences_is_an_example():
    examples = Path(__file__).parents[3] / "shared" / "examples" / "talks.jsonl"
    if not examples.is_file():
        pytest.skip("the shared examples are not here")
    texts = {json.loads(line)["text"] for line in examples.read_text("utf-8").splitlines()}

    assert not texts & {sentence.text for sentence in load_tagged()}
    assert not texts & {text for text, _ in load_wishes()}
