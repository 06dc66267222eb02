"""Codes that people read, copy and type: random bits in Crockford's base 32 with a check number.

Crockford's alphabet (https://www.crockford.com/base32.html) leaves out I, L, O and U. The check is the number
modulo the prime 1021 in two characters. It catches every slip of one character (a change of less than 32 at one
place is no multiple of 1021) and every swap of two characters (the powers of 32 repeat only after 204 places,
and none of the first 101 is -1); of other mistakes one in a thousand passes.
"""

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK = 2
_PRIME = 1021
_ALIKE = str.maketrans("OIL", "011")
_GAPS = re.compile(r"[\s\-‐-―−]+")


@dataclass(frozen=True, slots=True)
class CodeForm:
    """One kind of code: `data` characters of five bits and the two of the check, written in groups.

    `shift` is added before the check is taken: a code of one kind is never one of another kind of the same length.
    """

    data: int
    group: int
    shift: int = 0

    @property
    def bits(self) -> int:
        """How many random bits a code carries."""
        return self.data * 5

    def plain(self, number: int) -> str:
        """The code of a number of `bits` bits, without groups. Raises ValueError when it has more."""
        if not 0 <= number < 1 << self.bits:
            raise ValueError(f"a code is made of {self.bits} bits")
        return written(number, self.data) + written(self._check(number), CHECK)

    def grouped(self, plain: str) -> str:
        """A code in groups parted by dashes."""
        return "-".join(plain[at : at + self.group] for at in range(0, len(plain), self.group))

    def canonical(self, text: str) -> str | None:
        """The characters of a code however it was typed (case, spaces, O for 0, I or L for 1); None for no code."""
        code = folded(text)
        if len(code) != self.data + CHECK or any(character not in ALPHABET for character in code):
            return None
        return code if self._check(number_of(code[: self.data])) == number_of(code[self.data :]) else None

    def number(self, plain: str) -> int:
        """The number that `plain` wrote into a code."""
        return number_of(plain[: self.data])

    def _check(self, number: int) -> int:
        return (number + self.shift) % _PRIME


def folded(text: str) -> str:
    """A typed code in the letters it was printed in, without gaps; not checked."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_ALIKE)


def written(number: int, length: int) -> str:
    """A number in so many characters, five bits each."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def number_of(code: str) -> int:
    """The number that characters of the alphabet write."""
    number = 0
    for character in code:
        number = number << 5 | ALPHABET.index(character)
    return number
