"""Cards that go: erased at the customer's wish, or merged into another of the same person.

Calls stay, and the ledger keeps its entries: of an erased customer the number is masked in both, and whose it was is
left out, so that nothing brings it back when the tables are made again. Notes that agents wrote stay as they are.
What webhooks were told of these calls goes at once, and the names find the calls no longer.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.numbers import masked
from callcenter.store import call_texts, customers, deliveries, inbox_rows, received_texts, texts
from callcenter.store import tables as t
from callcenter.store.customers import Card, CardFields, CardNumber
from callcenter.store.database import writing
from callcenter.store.mistakes import mistake
from callcenter.store.rollups import keeper

_SLICE = 500


def erase(db: sa.Engine, customer_id: str) -> int:
    """How many calls were masked. Numbers that are on other cards too stay as they are. Raises UnknownCustomer."""
    card = customers.card(db, customer_id)
    with writing(db) as connection:
        own = [entry.number for entry in card.numbers if not _shared(connection, entry.number, int(card.id))]
        calls = _calls_of(connection, int(card.id), own)
        _rewrite(connection, calls, own, card.id, "")
        keeper.forget_callers(connection, own)
        for number in own:
            gone = {"caller": masked(number), "caller_name": ""}
            connection.execute(t.calls.update().where(t.calls.c.caller == number).values(gone))
            gone = {"number": masked(number), "caller_name": ""}
            connection.execute(t.callbacks.update().where(t.callbacks.c.number == number).values(gone))
            inbox_rows.forget(connection, number)
            received_texts.forget(connection, number)
            texts.forget(connection, number)
        _detach(connection, int(card.id), None)
        connection.execute(t.customers.delete().where(t.customers.c.id == int(card.id)))
        call_texts.write(connection, calls)
        deliveries.forget_calls(connection, calls)
    return len(calls)


def merge(db: sa.Engine, kept_id: str, other_id: str, now: float) -> Card:
    """The other card's numbers, notes and calls go to the kept one, which keeps what it says itself.

    Raises UnknownCustomer, BadCard (too many numbers, or a card into itself).
    """
    kept_key, other_key = int(customers.card(db, kept_id).id), int(customers.card(db, other_id).id)
    if kept_key == other_key:
        raise customers.BadCard("other", mistake("same_card"))
    with writing(db) as connection:
        kept, other = customers.one(connection, kept_key), customers.one(connection, other_key)
        fields = merged(kept, other)
        customers.check(fields)
        calls = _calls_of(connection, other_key, ())
        _rewrite(connection, calls, (), other.id, kept.id)
        _detach(connection, other_key, kept_key)
        call_texts.write(connection, calls)
        connection.execute(t.customers.delete().where(t.customers.c.id == other_key))
        customers.put(connection, kept_key, fields, max(now, kept.changed_at + 1e-3))
        return customers.one(connection, kept_key)


def merged(kept: CardFields, other: CardFields) -> CardFields:
    """What the kept card leaves open comes from the other; notes and numbers are those of both."""
    names = ("name", "tier", "company", "region", "address", "language")
    fields: dict[str, Any] = {name: getattr(kept, name) or getattr(other, name) for name in names}
    notes = "\n".join(dict.fromkeys(note for note in (kept.notes, other.notes) if note))
    numbers: dict[str, CardNumber] = {}
    for entry in (*kept.numbers, *other.numbers):
        numbers.setdefault(entry.number, entry)
    return CardFields(**fields, notes=notes, numbers=tuple(numbers.values()))


def _shared(connection: sa.Connection, number: str, customer_id: int) -> bool:
    c = t.customer_numbers.c
    others = sa.select(c.customer_id).where(c.number == number, c.customer_id != customer_id).limit(1)
    return connection.scalar(others) is not None


def _calls_of(connection: sa.Connection, customer_id: int, numbers: Iterable[str]) -> list[str]:
    c = t.calls.c
    found = set(connection.scalars(sa.select(c.id).where(c.customer_id == customer_id)))
    for number in numbers:
        found |= set(connection.scalars(sa.select(c.id).where(c.caller == number)))
    return sorted(found)


def _detach(connection: sa.Connection, customer_id: int, to: int | None) -> None:
    for table in (t.calls, t.callbacks):
        connection.execute(table.update().where(table.c.customer_id == customer_id).values(customer_id=to))


def _rewrite(connection: sa.Connection, calls: list[str], numbers: Iterable[str], old: str, new: str) -> None:
    """In the ledger's entries of these calls and their callbacks. `old` and `new` are customers' ids."""
    numbers = list(numbers)
    c = t.ledger.c
    change = t.ledger.update().where(c.seq == sa.bindparam("entry")).values(body=sa.bindparam("made"))
    for begin in range(0, len(calls), _SLICE):
        of_calls = c.interaction.in_(calls[begin : begin + _SLICE])
        rows = connection.execute(sa.select(c.seq, c.body).where(of_calls)).all()
        changed = [
            {"entry": row.seq, "made": made} for row in rows if (made := _without(row.body, numbers, old, new))
        ]
        if changed:
            connection.execute(change, changed)


def _without(body: str, numbers: list[str], old: str, new: str) -> str:
    """The entry without the numbers; empty when it had none of them and named no such customer."""
    event: dict[str, Any] = msgspec.json.decode(body)
    made = {name: _masked(value, numbers) for name, value in event.items()}
    if made.get("customer") == old:
        made["customer"] = new
    if numbers and made != event and "caller_name" in made:
        made["caller_name"] = ""
    return msgspec.json.encode(made).decode() if made != event else ""


def _masked(value: Any, numbers: list[str]) -> Any:
    return masked(value) if isinstance(value, str) and value in numbers else value
