"""The index by which calls are found by words: one row a call that has any, kept up to date with the calls' rows.

Rows stand in the order of arrival: `place` is the arrival in milliseconds with some bits of the call's id behind it,
so that the latest calls with a word are read first, and no further than a page goes. In SQLite the words are indexed
by FTS5 (`call_search`, kept by triggers), in PostgreSQL by a GIN index over a tsvector; the words are our own in both
(`call_words`).
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy import BigInteger, String
from sqlalchemy.dialects.postgresql import TSQUERY

from callcenter.store import customer_words
from callcenter.store import tables as t
from callcenter.store.call_words import AnyOf, fts5, mark, marked, terms_of, tsquery, tsvector, words_of
from callcenter.store.schema.calls import call_texts

SEARCH = "call_search"  # the virtual table of SQLite
MOST_CUSTOMERS = 200
_BITS = 20
_SLICE = 500
_LAST = "\U0010ffff"
_c = t.calls.c
_COLUMNS = (
    _c.id, _c.arrived_at, _c.note, _c.caller_name, _c.customer_id, _c.queue, _c.agents, _c.outcome, _c.disposition,
)  # fmt: skip

_search = sa.table(SEARCH, sa.column("rowid", BigInteger))


def place_of(at: float) -> int:
    """Of the first row of calls that arrived at the moment or later."""
    return int(at * 1000) << _BITS


# ---- keeping


def write(connection: sa.Connection, ids: Iterable[str]) -> None:
    """Bring the rows of these calls up to date with the calls."""
    every = sorted(set(ids))
    for begin in range(0, len(every), _SLICE):
        _write(connection, every[begin : begin + _SLICE])


def remake(connection: sa.Connection) -> None:
    """All of it anew from the calls."""
    connection.execute(call_texts.delete())
    after = ""
    while some := list(connection.scalars(sa.select(_c.id).where(_c.id > after).order_by(_c.id).limit(_SLICE))):
        _write(connection, some)
        after = some[-1]


def _write(connection: sa.Connection, ids: Sequence[str]) -> None:
    c = call_texts.c
    there = {
        row.call_id: row
        for row in connection.execute(sa.select(c.place, c.call_id, c.digest).where(c.call_id.in_(ids)))
    }
    calls = connection.execute(sa.select(*_COLUMNS).where(_c.id.in_(ids)))
    made = {row.id: (_place(row.id, row.arrived_at), words) for row in calls if (words := _words(row))}
    kept = {
        call for call, (place, words) in made.items()
        if call in there and there[call].digest == _digest(words) and there[call].place >> _BITS == place >> _BITS
    }  # fmt: skip
    gone = [row.place for call, row in there.items() if call not in kept]
    if gone:
        connection.execute(call_texts.delete().where(c.place.in_(gone)))
    fresh = {call: made[call] for call in made if call not in kept}
    if fresh:
        places = _free(connection, {call: place for call, (place, _) in fresh.items()})
        is_vector = connection.dialect.name == "postgresql"
        rows = [
            {
                "place": places[call],
                "call_id": call,
                "words": tsvector(words) if is_vector else " ".join(words),
                "digest": _digest(words),
            }
            for call, (_, words) in fresh.items()
        ]
        connection.execute(call_texts.insert(), rows)


def _words(call: Any) -> list[str]:
    """Empty for a call of which there is nothing to find."""
    words = words_of(call.note, call.caller_name)
    if not (words or call.disposition or call.customer_id is not None):
        return []
    agents = [agent for agent in call.agents.split(",") if agent]
    of = [("a", agent) for agent in agents] + [("q", call.queue), ("o", call.outcome), ("d", call.disposition)]
    of += [("c", str(call.customer_id))] if call.customer_id is not None else []
    of += [] if agents else [("u", call.queue)]
    return words + [mark(kind, value) for kind, value in of if value]


def _place(call_id: str, arrived_at: float) -> int:
    return place_of(arrived_at) | crc32(call_id.encode()) % (1 << _BITS)


def _digest(words: Sequence[str]) -> int:
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), "big", signed=True)


def _free(connection: sa.Connection, wanted: dict[str, int]) -> dict[str, int]:
    """Hardly ever do two calls want one place; then the next one is taken."""
    found: dict[str, int] = {}
    c, used = call_texts.c, set[int]()
    used |= set(connection.scalars(sa.select(c.place).where(c.place.in_(list(wanted.values())))))
    for call, place in wanted.items():
        while place in used:
            place += 1
            if connection.scalar(sa.select(c.place).where(c.place == place)) is not None:
                used.add(place)
        used.add(place)
        found[call] = place
    return found


# ---- finding


def found_by(connection: sa.Connection, wanted: Sequence[AnyOf]) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    """What to read from, and the condition that picks the rows; their order is `order`."""
    if connection.dialect.name == "postgresql":
        query = sa.cast(tsquery(wanted), TSQUERY)
        return call_texts, call_texts.c.words.bool_op("@@")(query)
    match = sa.text(f"{SEARCH} MATCH :wanted_words").bindparams(wanted_words=fts5(wanted))
    # The sign keeps SQLite from beginning anywhere else than with the words.
    found: sa.ColumnElement[int] = sa.literal_column(f"+{SEARCH}.rowid")
    return _search.join(call_texts, call_texts.c.place == found), match  # type: ignore[return-value]


def call_of(connection: sa.Connection) -> sa.ColumnElement[str]:
    """The call of a row, from which the call is looked up, and not the other way about."""
    if connection.dialect.name == "postgresql":
        return call_texts.c.call_id
    return sa.literal_column(f"+{call_texts.name}.call_id", String)


def order(connection: sa.Connection) -> sa.ColumnElement[int]:
    """By which rows are in the order of arrival."""
    return call_texts.c.place if connection.dialect.name == "postgresql" else _search.c.rowid


def wanted_words(connection: sa.Connection, text: str) -> AnyOf:
    """Calls with these words, or of customers with them. Empty when nothing can be found by this text."""
    terms = terms_of(text)
    if not terms:
        return []
    return [terms, *marked("c", map(str, _customers(connection, text)))]


def wanted_agents(agents: Iterable[str]) -> AnyOf:
    return marked("a", agents)


def wanted_within(agents: Iterable[str], queues: Iterable[str]) -> AnyOf:
    """One of the agents took part, or nobody did and it was for one of the queues."""
    return [*marked("a", agents), *marked("u", queues)]


def wanted(kind: str, value: str) -> AnyOf:
    """`kind`: q queue, o outcome, d disposition."""
    return marked(kind, (value,))


def _customers(connection: sa.Connection, text: str) -> Iterator[int]:
    """Whose names or companies have all the words; so many at most."""
    c = t.customer_words.c
    query = sa.select(t.customers.c.id)
    text_ = customer_words.TEXT
    terms = [[word for kind, word in term if kind == text_] for term in customer_words.terms_of(text)]
    if not terms or not all(terms):
        return
    for words in terms:
        ranges = (
            sa.select(c.customer_id).where(c.kind == text_, c.word >= word, c.word < word + _LAST) for word in words
        )
        query = query.where(t.customers.c.id.in_(sa.union_all(*ranges)))
    yield from connection.scalars(query.limit(MOST_CUSTOMERS))
