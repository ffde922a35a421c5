"""Customer cards: kept, found by number, searched by name or digits.

Numbers are stored as `calls.numbers.normalised` gives them; the caller of these functions has
normalised them. One number may be on several cards (a household), but once on each.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import LANGUAGES
from callcenter.calls.numbers import cleaned
from callcenter.store import call_texts
from callcenter.store.customer_words import terms_of, words_of
from callcenter.store.database import writing
from callcenter.store.mistakes import mistake
from callcenter.store.tables import calls, customer_numbers, customer_words, customers

_TIER = re.compile(r"^[A-Z]?\Z")
_LIMITS = {"name": 128, "company": 128, "region": 128, "address": 255, "notes": 10_000}
_MOST_NUMBERS = 20
_LAST = chr(0x10FFFF)  # comes after every letter


class CardNumber(msgspec.Struct, frozen=True):
    number: str
    label: str = ""  # free text, as in mobile, office


class CardFields(msgspec.Struct, frozen=True, kw_only=True):
    """What people fill in. `numbers[0]` is the one to call first; empty tier and language: not known."""

    name: str
    numbers: tuple[CardNumber, ...] = ()
    tier: str = ""
    company: str = ""
    region: str = ""
    address: str = ""
    notes: str = ""
    language: str = ""


class Card(CardFields, frozen=True, kw_only=True):
    """Times in seconds since the epoch, UTC."""

    id: str
    created_at: float
    changed_at: float


class Found(msgspec.Struct, frozen=True):
    """One page, and how many cards there are on all of them."""

    cards: tuple[Card, ...]
    total: int


class BadCard(Exception):
    """A field that cannot be kept as it is; `field` names it."""

    word = "bad_card"

    def __init__(self, field: str, said: Complaint) -> None:
        super().__init__(f"{field}: {said}")
        self.field, self.said = field, said


class UnknownCustomer(Exception):
    word = "unknown_customer"

    def __init__(self, customer_id: str) -> None:
        super().__init__(f"there is no customer {customer_id}")


class StaleCard(Exception):
    """Somebody else changed the card in the meantime."""

    word = "stale_card"

    def __init__(self) -> None:
        super().__init__("the card was changed in the meantime; load it again and repeat the change")


def create(db: sa.Engine, fields: CardFields, now: float) -> Card:
    """Raises BadCard."""
    check(fields)
    with writing(db) as connection:
        values = values_of(fields) | {"created_at": now, "changed_at": now}
        key = connection.execute(customers.insert().values(values)).inserted_primary_key
        assert key
        customer_id = int(key[0])
        _set_numbers(connection, customer_id, fields.numbers)
        _set_words(connection, customer_id, fields)
        return one(connection, customer_id)


def update(db: sa.Engine, customer_id: str, fields: CardFields, base: float, now: float) -> Card:
    """Replace the card; `base` is the `changed_at` of the card it was made from.

    Raises BadCard, UnknownCustomer, StaleCard.
    """
    check(fields)
    with writing(db) as connection:
        before = one(connection, _key(customer_id))
        if before.changed_at != base:
            raise StaleCard
        put(connection, _key(customer_id), fields, max(now, before.changed_at + 1e-3))  # two changes never share one
        return one(connection, _key(customer_id))


def put(connection: sa.Connection, customer_id: int, fields: CardFields, now: float) -> None:
    """Replace a card that is there, in a transaction of the caller's."""
    values = values_of(fields) | {"changed_at": now}
    connection.execute(customers.update().where(customers.c.id == customer_id).values(values))
    _set_numbers(connection, customer_id, fields.numbers)
    _set_words(connection, customer_id, fields)


def card(db: sa.Engine, customer_id: str) -> Card:
    """Raises UnknownCustomer."""
    with db.connect() as connection:
        return one(connection, _key(customer_id))


def by_number(db: sa.Engine, number: str, limit: int = 10) -> list[Card]:
    """Every card with this number, the latest changed first."""
    holders = sa.select(customer_numbers.c.customer_id).where(customer_numbers.c.number == number)
    query = sa.select(customers).where(customers.c.id.in_(holders))
    with db.connect() as connection:
        return _cards(connection, query.order_by(customers.c.changed_at.desc(), customers.c.id).limit(limit))


def search(db: sa.Engine, text: str, limit: int = 50) -> list[Card]:
    """As `found`, without counting; the first page."""
    with db.connect() as connection:
        return _cards(connection, search_query(text).limit(limit))


def found(db: sa.Engine, text: str = "", tier: str = "", page: int = 1, size: int = 50) -> Found:
    """Cards with the words of `text` in name or company, or its digits at the beginning or end of a number; by name.

    Without text or tier: the latest changed first. Pages count from 1.
    """
    query = search_query(text, tier)
    with db.connect() as connection:
        total = connection.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
        return Found(tuple(_cards(connection, query.limit(size).offset((page - 1) * size))), total)


def search_query(text: str = "", tier: str = "") -> sa.Select[Any]:
    c = customers.c
    query, terms = sa.select(customers), terms_of(text)
    for term in terms:
        query = query.where(c.id.in_(_holders(term)))
    if text.strip() and not terms:  # nothing but marks: no word at all
        query = query.where(sa.false())
    if tier:
        query = query.where(c.tier == tier)
    by_name = bool(terms or tier)
    return query.order_by(c.name, c.id) if by_name else query.order_by(c.changed_at.desc(), c.id.desc())


def _holders(term: Sequence[tuple[str, str]]) -> sa.CompoundSelect[Any]:
    """Who has an entry that begins so. Each is a range of the index."""
    c = customer_words.c
    return sa.union_all(
        *(
            sa.select(c.customer_id).where(c.kind == kind, c.word >= word, c.word < word + _LAST)
            for kind, word in term
        )
    )


def check(fields: CardFields) -> None:
    """Raises BadCard."""
    for field, most in _LIMITS.items():
        if len(getattr(fields, field)) > most:
            raise BadCard(field, mistake("too_long", most=most))
    if not fields.name.strip():
        raise BadCard("name", mistake("empty"))
    if not _TIER.match(fields.tier):
        raise BadCard("tier", mistake("bad_tier", given=fields.tier))
    if fields.language not in (*LANGUAGES, ""):
        raise BadCard("language", mistake("not_spoken", given=fields.language, names=", ".join(LANGUAGES)))
    _check_numbers(fields.numbers)


def _check_numbers(numbers: Sequence[CardNumber]) -> None:
    if len(numbers) > _MOST_NUMBERS:
        raise BadCard("numbers", mistake("too_many", most=_MOST_NUMBERS))
    seen: set[str] = set()
    for i, entry in enumerate(numbers):
        if not entry.number or cleaned(entry.number) != entry.number:
            raise BadCard(f"numbers[{i}]", mistake("bad_number", given=entry.number))
        if entry.number in seen:
            raise BadCard(f"numbers[{i}]", mistake("number_twice", number=entry.number))
        if len(entry.label) > 32:
            raise BadCard(f"numbers[{i}].label", mistake("too_long", most=32))
        seen.add(entry.number)


def values_of(fields: CardFields) -> dict[str, Any]:
    names = ("tier", "company", "region", "address", "notes", "language")
    return {name: getattr(fields, name) for name in names} | {"name": fields.name.strip()}


def _set_numbers(connection: sa.Connection, customer_id: int, numbers: Sequence[CardNumber]) -> None:
    connection.execute(customer_numbers.delete().where(customer_numbers.c.customer_id == customer_id))
    rows = number_rows(customer_id, numbers)
    if rows:
        connection.execute(customer_numbers.insert(), rows)
    _adopt_calls(connection, customer_id, [entry.number for entry in numbers])


def number_rows(customer_id: int, numbers: Sequence[CardNumber]) -> list[dict[str, Any]]:
    return [
        {"customer_id": customer_id, "number": entry.number, "label": entry.label, "position": position}
        for position, entry in enumerate(numbers)
    ]


def _set_words(connection: sa.Connection, customer_id: int, fields: CardFields) -> None:
    connection.execute(customer_words.delete().where(customer_words.c.customer_id == customer_id))
    connection.execute(customer_words.insert(), word_rows(customer_id, fields))


def word_rows(customer_id: int, fields: CardFields) -> list[dict[str, Any]]:
    words = words_of(fields.name, fields.company, (entry.number for entry in fields.numbers))
    return [{"kind": kind, "word": word, "customer_id": customer_id} for kind, word in sorted(words)]


def _adopt_calls(connection: sa.Connection, customer_id: int, numbers: Iterable[str]) -> None:
    """Earlier calls from a number that nobody had become this customer's."""
    nobodys = (calls.c.caller.in_(list(numbers))) & calls.c.customer_id.is_(None)
    adopted = list(connection.scalars(sa.select(calls.c.id).where(nobodys)))
    connection.execute(calls.update().where(nobodys).values(customer_id=customer_id))
    call_texts.write(connection, adopted)


def _key(customer_id: str) -> int:
    if not (customer_id.isascii() and customer_id.isdigit() and len(customer_id) <= 18):
        raise UnknownCustomer(customer_id)
    return int(customer_id)


def one(connection: sa.Connection, customer_id: int) -> Card:
    found = _cards(connection, sa.select(customers).where(customers.c.id == customer_id))
    if not found:
        raise UnknownCustomer(str(customer_id))
    return found[0]


def _cards(connection: sa.Connection, query: sa.Select[Any]) -> list[Card]:
    rows = connection.execute(query).mappings().all()
    numbers = _numbers(connection, [row["id"] for row in rows])
    return [
        Card(**(dict(row) | {"id": str(row["id"]), "numbers": tuple(numbers.get(row["id"], ()))})) for row in rows
    ]


def _numbers(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[CardNumber]]:
    found: dict[int, list[CardNumber]] = {}
    query = sa.select(customer_numbers).where(customer_numbers.c.customer_id.in_(ids))
    for row in connection.execute(query.order_by(customer_numbers.c.customer_id, customer_numbers.c.position)):
        found.setdefault(row.customer_id, []).append(CardNumber(row.number, row.label))
    return found
