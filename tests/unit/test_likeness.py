from hypothesis import given
from hypothesis import strategies as st

from bot.services.likeness import ALIKE, BANDS, SHORTEST, bands, similarity

LONG = "强调带头落实请示报告制度,重大事项先报后办,班子议事先听末位发言,月底前把议事规则修订完毕并报备案"
OTHER = "围绕食堂采购和维修资金两件事谈了廉政风险,要求把近三年合同重新过一遍,发现问题及时报告分管领导"


def test_a_copy_with_a_word_changed_is_alike_and_meets_in_a_band():
    copy = LONG.replace("月底", "年底")
    assert similarity([LONG], [copy]) >= ALIKE
    assert set(bands([LONG])) & set(bands([copy]))


def test_two_different_talks_are_not_alike():
    assert similarity([LONG], [OTHER]) < 0.2
    assert not set(bands([LONG])) & set(bands([OTHER]))


def test_short_texts_are_not_compared():
    short = "落实请示报告"
    assert len(short) < SHORTEST
    assert bands([short]) == ()
    assert similarity([short], [short]) == 0


def test_punctuation_and_parting_do_not_matter():
    parted = LONG.split(",")
    assert similarity(parted, [LONG]) == 1
    assert bands(parted) == bands([LONG])


@given(st.lists(st.text(max_size=80), max_size=5))
def test_bands_are_numbers_that_a_database_can_keep(texts):
    found = bands(texts)
    assert len(found) in {0, BANDS}
    assert all(0 <= band < 2**63 for band in found)
