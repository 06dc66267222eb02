import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services import invitations
from storage import receipts
from storage.receipts import canonical, new_receipt, receipt_keys, written
from storage.sealing import KeyRing
from yanlu.codes import ALPHABET, CodeForm

RING = KeyRing([b"o" * 32])
bits = st.integers(0, (1 << 90) - 1)


def thousand():
    chance = random.Random(11)
    return [written(chance.getrandbits(90)) for _ in range(1000)]


def test_every_slip_of_one_character_in_a_thousand_receipts_is_refused():
    for receipt in thousand():
        plain = receipt.replace("-", "")
        for at, right in enumerate(plain):
            for wrong in ALPHABET:
                assert (canonical(plain[:at] + wrong + plain[at + 1 :]) is None) is (wrong != right)


def test_every_swap_of_two_characters_is_refused():
    for receipt in thousand()[:200]:
        plain = receipt.replace("-", "")
        for one in range(20):
            for two in range(one + 1, 20):
                swapped = list(plain)
                swapped[one], swapped[two] = swapped[two], swapped[one]
                assert (canonical("".join(swapped)) is None) is (plain[one] != plain[two])


@given(bits)
def test_a_receipt_is_read_however_it_is_typed(randomness):
    receipt = written(randomness)
    plain = receipt.replace("-", "")
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", receipt)
    alike = receipt.replace("0", "O").replace("1", "I"), receipt.replace("0", "o").replace("1", "l")
    wide = "".join(chr(ord(each) + 0xFEE0) for each in plain)
    for typed in (receipt.lower(), plain, receipt.replace("-", " "), f" {receipt}\n", *alike, wide):
        assert canonical(typed) == plain
        assert receipt_keys(RING, typed) == receipt_keys(RING, plain)


@pytest.mark.parametrize(
    "text", ["", "你好", "0" * 19, "0" * 21, "U" * 20, "😀" * 20, "\ud800" * 20, "0" * 20]
)
def test_other_texts_are_no_receipts_and_are_looked_for_all_the_same(text):
    assert canonical(text) is None
    assert receipt_keys(RING, text) == receipt_keys(RING, "no receipt")


@given(bits)
def test_a_code_of_another_kind_is_no_receipt(randomness):
    assert canonical(invitations.new_code(randomness)) is None
    assert invitations.canonical(written(randomness)) is None


def test_receipts_carry_at_least_80_random_bits_and_never_repeat(monkeypatch):
    asked = []
    monkeypatch.setattr(receipts.secrets, "randbits", lambda count: asked.append(count) or 7)
    assert new_receipt() == written(7)
    assert asked[0] >= 80
    monkeypatch.undo()
    assert len({new_receipt() for _ in range(500)}) == 500


def test_locator_and_wrapping_key_tell_nothing_of_each_other_and_belong_to_one_installation():
    found = [receipt_keys(ring, written(7)) for ring in (RING, KeyRing([b"x" * 32]))]
    found.append(receipt_keys(RING, written(8)))
    values = [value for each in found for value in (each.locator, each.wrapping.hex())]
    assert len(set(values)) == 6
    assert all(len(each.wrapping) == 32 and len(each.locator) == 64 for each in found)
    assert "0000" not in repr(found[0])
    assert found[0].locator not in repr(found[0])


def test_the_keys_of_a_receipt_survive_rotation():
    assert receipt_keys(RING.grown(b"n" * 32), written(7)) == receipt_keys(RING, written(7))


def test_the_code_is_what_it_was():
    assert written(0) == "0000-0000-0000-0000-00FY"
    assert written((1 << 90) - 1).startswith("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ")


def test_a_receipt_given_out_long_ago_finds_and_opens_its_case():
    found = receipt_keys(RING, "0000-0000-0000-0000-07G5")
    assert canonical("0000-0000-0000-0000-07G5") is not None
    assert found.locator == "737b084650012d292476772a7d51d8d3eb937f05c00096bdfa900c88bc7788ed"
    assert found.wrapping.hex() == "118e14216167294b125e7568f3949f8d644b862fe39ddeb8c221224c5d7e1f6f"


@settings(max_examples=50)
@given(st.integers(0, (1 << 260) - 1))
def test_long_codes_give_their_number_back(number):
    form = CodeForm(data=52, group=6, shift=255)
    plain = form.canonical(form.grouped(form.plain(number)).lower())
    assert form.number(plain) == number


@pytest.mark.parametrize("number", [-1, 1 << 90])
def test_a_number_that_does_not_fit_is_refused(number):
    with pytest.raises(ValueError, match="90 bits"):
        written(number)
