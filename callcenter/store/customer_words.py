"""What a customer is found by: the beginnings of words, of numbers, and the ends of numbers. Pure.

Every entry is looked up by its beginning, which is an index's own order; nothing is ever searched through. Latin
words begin where a word begins; Chinese, Japanese and Korean ones at every character, since nothing parts them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 32  # of an entry; what is looked for is cut as well
MOST_TERMS = 4
TEXT, NUMBER, END = "t", "n", "e"  # a word; a number's beginning; a number backwards

_NOT_A_WORD = re.compile(r"[^\w]+")
_NUMBER_NOISE = re.compile(r"[\s().\-/+]")
_LEAST_DIGITS = 3
_COUNTRY_DIGITS = {"1": (1,), "7": (1,), "8": (2, 3)}  # how many the country's code may have, by the first digit

Word = tuple[str, str]  # kind, entry


def words_of(name: str, company: str, numbers: Iterable[str]) -> set[Word]:
    """Every entry of a card."""
    found = {(TEXT, entry) for text in (name, company) for entry in _entries(text)}
    for number in numbers:
        digits = number.lstrip("+")
        found |= {(NUMBER, digits), (END, digits[::-1])}
        if number.startswith("+"):
            found |= {(NUMBER, digits[skipped:]) for skipped in _country_digits(digits) if len(digits) > skipped}
    return found


def _country_digits(digits: str) -> tuple[int, ...]:
    return (2,) if digits.startswith("86") else _COUNTRY_DIGITS.get(digits[:1], (2, 3))


def terms_of(text: str) -> list[list[Word]]:
    """What was typed: all of the outer list must be found, each by any of its own.

    >>> terms_of("zhang 8000")
    [[('t', 'zhang')], [('t', '8000'), ('n', '8000'), ('e', '0008')]]
    """
    digits = _digits(text)
    if digits:
        return [_of_digits(digits)]
    words = normal(text).split()[:MOST_TERMS]
    return [_of_digits(word) if _digits(word) else [(TEXT, word[:LONGEST])] for word in words]


def _of_digits(digits: str) -> list[Word]:
    significant = digits.lstrip("0") or digits
    return [(TEXT, digits[:LONGEST]), (NUMBER, significant[:LONGEST]), (END, digits[::-1][:LONGEST])]


def _digits(text: str) -> str:
    """The digits of what looks like (a part of) a telephone number; empty when it does not."""
    compact = _NUMBER_NOISE.sub("", text)
    return compact if len(compact) >= _LEAST_DIGITS and compact.isascii() and compact.isdigit() else ""


def _entries(text: str) -> Iterator[str]:
    plain = normal(text)
    for i, letter in enumerate(plain):
        if letter != " " and (i == 0 or plain[i - 1] == " " or stands_alone(letter)):
            yield plain[i : i + LONGEST].split(" ")[0]


def normal(text: str) -> str:
    """Full-width letters, capitals and marks between words make no difference."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def stands_alone(letter: str) -> bool:
    return unicodedata.category(letter) == "Lo"
