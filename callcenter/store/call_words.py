"""What a call is found by: the words of its note and names, and marks for what it was. Pure.

Words of Latin letters and numbers are kept whole and found by how they begin. Chinese, Japanese and Korean part no
words: they are kept as pairs of letters, so that any two letters that stand together find them; a letter alone finds
the pairs that begin with it. A mark is a word that nobody types: of an agent, a queue, a customer.
"""

from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby, pairwise

import msgspec

from callcenter.store.customer_words import LONGEST, normal, stands_alone

MOST_TERMS = 6
MOST_LETTERS = 4000  # of a call's words; what is behind is not found by
_MARK = "zz"


class Term(msgspec.Struct, frozen=True):
    """Words that stand together in this order. `begins`: the last one may go on."""

    words: tuple[str, ...]
    begins: bool = False


AllOf = Sequence[Term]
AnyOf = Sequence[AllOf]


def words_of(*texts: str) -> list[str]:
    """In their order.

    >>> words_of("Refund 退款单")
    ['refund', '退款', '款单', '单']
    """
    return [word for text in texts for run in _runs(text[:MOST_LETTERS]) for word in _words(run)]


def terms_of(text: str) -> list[Term]:
    """What was typed: all of it must be found.

    >>> terms_of("ref 退款单")
    [Term(words=('ref',), begins=True), Term(words=('退款', '款单'), begins=False)]
    """
    return [_term(run) for run in list(_runs(text))[:MOST_TERMS]]


def mark(kind: str, value: str) -> str:
    """One letter says what it is of; two values share a mark once in a million millions."""
    return f"{_MARK}{kind}{b32encode(blake2b(value.encode(), digest_size=5).digest()).decode().lower()}"


def marked(kind: str, values: Iterable[str]) -> AnyOf:
    return [[Term((mark(kind, value),))] for value in values]


def _runs(text: str) -> Iterator[str]:
    """Stretches of letters of one way of writing."""
    for word in normal(text.replace("_", " ")).split():
        yield from ("".join(run) for _, run in groupby(word, stands_alone))


def _words(run: str) -> list[str]:
    if not stands_alone(run[0]):
        return [run[:LONGEST]]
    return [first + second for first, second in pairwise(run)] + [run[-1]]


def _term(run: str) -> Term:
    if not stands_alone(run[0]) or len(run) == 1:
        return Term((run[:LONGEST],), begins=True)
    return Term(tuple(_words(run)[:-1]))


# ---- as the databases want it: words hold letters and digits alone, so nothing in them means anything


def fts5(wanted: Sequence[AnyOf]) -> str:
    """For SQLite's MATCH."""
    return _both(wanted, " AND ", " OR ", lambda term: f'"{" ".join(term.words)}"' + " *" * term.begins)


def tsquery(wanted: Sequence[AnyOf]) -> str:
    """For PostgreSQL's @@."""
    return _both(wanted, " & ", " | ", lambda term: f"({' <-> '.join(map(_lexeme, term.words))}{':*' * term.begins})")


def tsvector(words: Iterable[str]) -> str:
    """Words at their places; PostgreSQL counts no further than 16,383."""
    return " ".join(f"{_lexeme(word)}:{min(place, 16_383)}" for place, word in enumerate(words, start=1))


def _lexeme(word: str) -> str:
    return f"'{word}'"


def _both(wanted: Sequence[AnyOf], and_: str, or_: str, told: Callable[[Term], str]) -> str:
    anys = (or_.join("(" + and_.join(map(told, terms)) + ")" for terms in any_of) for any_of in wanted)
    return and_.join(f"({any_of})" for any_of in anys)
