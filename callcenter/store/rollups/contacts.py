"""How soon a caller called again: one row a call that is over, kept up to date on both sides of it.

A caller is known by the number shown. Calls of the blacklist, calls without a number and those whose number was
masked are no contacts. Calls at the very same moment stand in the order of their ids.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store.call_rows import CallRows
from callcenter.store.rollups.amounts import Amounts
from callcenter.store.rollups.bins import WINDOW_S, gap_day
from callcenter.store.rollups.spec import AGENT_QUEUE_REPEAT, AGENT_REPEAT, REPEAT
from callcenter.store.rollups.tables import contacts

MASK = "*"
_c = contacts.c


class Contact(msgspec.Struct, kw_only=True):
    call_id: str
    caller: str
    at: float
    queue: str
    agent: str
    handled: bool
    before_s: float | None = None
    again_s: float | None = None
    again_any_s: float | None = None
    within_30_days: int = 1


def keep(connection: sa.Connection, rows: Iterable[CallRows]) -> Amounts:
    """Bring the contacts of these calls up to date; what that changes in the tallies."""
    found = Amounts()
    wanted = {each.call.id: of_call(each) for each in rows}
    there = _read(connection, list(wanted))
    for call_id, new in wanted.items():
        old = there.get(call_id)
        if old and not (new and _same(old, new)):
            _take_out(connection, old, found)
        if new and not (old and _same(old, new)):
            _put_in(connection, new, found)
    return found


def forget(connection: sa.Connection, numbers: Iterable[str]) -> Amounts:
    """Contacts of these numbers go; what that changes in the tallies."""
    found = Amounts()
    for number in numbers:
        query = contacts.select().where(_c.caller == number)
        for row in connection.execute(query):
            add(found, Contact(**row._mapping), -1)
        connection.execute(contacts.delete().where(_c.caller == number))
    return found


def of_call(rows: CallRows) -> Contact | None:
    call = rows.call
    if call.ended_at is None or call.direction != "inbound" or call.outcome == "blocked":
        return None
    if not call.caller or MASK in call.caller:
        return None
    return Contact(
        call_id=call.id,
        caller=call.caller,
        at=call.arrived_at,
        queue=call.queue,
        agent=call.agent,
        handled=call.answered,
    )


def add(found: Amounts, contact: Contact, sign: int = 1) -> None:
    """What one contact adds to the tallies."""
    amounts = {"handled_contacts": sign} if contact.handled else {}
    again = {}
    if contact.handled:
        gaps = {"again": contact.again_s, "again_any": contact.again_any_s}
        again = {f"{name}_{day:02}": sign for name, gap in gaps.items() if (day := gap_day(gap))}
        found.add(AGENT_REPEAT, (contact.agent,), contact.at, **amounts, **again)
    before = {f"before_{day:02}": sign} if (day := gap_day(contact.before_s)) else {}
    for tally, keys in ((REPEAT, (contact.queue,)), (AGENT_QUEUE_REPEAT, (contact.queue, contact.agent))):
        found.add(tally, keys, contact.at, contacts=sign, **amounts, **again, **before)


def _same(old: Contact, new: Contact) -> bool:
    names = "caller", "at", "queue", "agent", "handled"
    return all(getattr(old, name) == getattr(new, name) for name in names)


def _put_in(connection: sa.Connection, contact: Contact, found: Amounts) -> None:
    last = _last(connection, contact)
    if (last is None or last.at < contact.at) and _next_to(connection, contact, earlier=False) is None:
        _put_behind(connection, contact, last, found)
        return
    _add_to_later(connection, contact, 1)
    connection.execute(contacts.insert().values(**msgspec.structs.asdict(contact)))
    _look_again(connection, [contact.call_id, *_neighbours(connection, contact)], found, new=contact.call_id)


def _put_behind(connection: sa.Connection, contact: Contact, last: Contact | None, found: Amounts) -> None:
    """As calls mostly come: behind all others of the caller. Of those, two at most are told when the next one was."""
    within = sa.select(sa.func.count()).where(_c.caller == contact.caller, _c.at >= contact.at - WINDOW_S)
    new = msgspec.structs.replace(
        contact,
        before_s=contact.at - last.at if last else None,
        within_30_days=1 + (connection.scalar(within) or 0 if last else 0),
    )
    connection.execute(contacts.insert().values(**msgspec.structs.asdict(new)))
    add(found, new)
    here = last if last is None or last.queue == contact.queue else _last(connection, contact, same_queue=True)
    told = {each.call_id: each for each in (last, here) if each}
    for each in told.values():
        changed = {"again_any_s": contact.at - each.at} if each is last else {}
        changed |= {"again_s": contact.at - each.at} if each is here else {}
        add(found, each, -1)
        add(found, msgspec.structs.replace(each, **changed))
        connection.execute(contacts.update().where(_c.call_id == each.call_id).values(changed))


def _last(connection: sa.Connection, contact: Contact, *, same_queue: bool = False) -> Contact | None:
    """The one right before it, of any queue or of the same."""
    here = sa.tuple_(sa.literal(contact.at), sa.literal(contact.call_id))
    query = contacts.select().where(_c.caller == contact.caller, sa.tuple_(_c.at, _c.call_id) < here)
    query = query.where(_c.queue == contact.queue) if same_queue else query
    row = connection.execute(query.order_by(_c.at.desc(), _c.call_id.desc()).limit(1)).first()
    return Contact(**row._mapping) if row else None


def _take_out(connection: sa.Connection, contact: Contact, found: Amounts) -> None:
    _add_to_later(connection, contact, -1)
    around = _neighbours(connection, contact)
    connection.execute(contacts.delete().where(_c.call_id == contact.call_id))
    add(found, contact, -1)
    _look_again(connection, around, found)


def _look_again(connection: sa.Connection, ids: Sequence[str], found: Amounts, new: str = "") -> None:
    for each in _read(connection, list(dict.fromkeys(ids))).values():
        fresh = msgspec.structs.replace(each, **_gaps(connection, each))
        if each.call_id == new:
            add(found, fresh)
        elif fresh != each:
            add(found, each, -1)
            add(found, fresh)
        if fresh != each:
            changed = {
                name: getattr(fresh, name) for name in ("before_s", "again_s", "again_any_s", "within_30_days")
            }
            connection.execute(contacts.update().where(_c.call_id == each.call_id).values(changed))


def _gaps(connection: sa.Connection, contact: Contact) -> dict[str, Any]:
    last = _next_to(connection, contact, earlier=True)
    after = _next_to(connection, contact, earlier=False)
    again = _next_to(connection, contact, earlier=False, same_queue=True)
    within = sa.select(sa.func.count()).where(
        _c.caller == contact.caller, _c.at >= contact.at - WINDOW_S, _c.at <= contact.at
    )
    return {
        "before_s": contact.at - last.at if last else None,
        "again_any_s": after.at - contact.at if after else None,
        "again_s": again.at - contact.at if again else None,
        "within_30_days": connection.scalar(within),
    }


def _neighbours(connection: sa.Connection, contact: Contact) -> list[str]:
    """Whose gaps a contact decides."""
    around = (
        _next_to(connection, contact, earlier=True),
        _next_to(connection, contact, earlier=True, same_queue=True),
        _next_to(connection, contact, earlier=False),
    )
    return [each.call_id for each in around if each]


def _next_to(connection: sa.Connection, contact: Contact, *, earlier: bool, same_queue: bool = False) -> Any:
    place = sa.tuple_(_c.at, _c.call_id)
    here = sa.tuple_(sa.literal(contact.at), sa.literal(contact.call_id))
    query = sa.select(_c.call_id, _c.at).where(_c.caller == contact.caller)
    query = query.where(place < here if earlier else place > here)
    order = (_c.at.desc(), _c.call_id.desc()) if earlier else (_c.at, _c.call_id)
    if same_queue:
        query = query.where(_c.queue == contact.queue)
    return connection.execute(query.order_by(*order).limit(1)).first()


def _add_to_later(connection: sa.Connection, contact: Contact, by: int) -> None:
    """Contacts of the 30 days from it on, and others of the same moment, have one more or less before them."""
    later = (_c.caller == contact.caller) & (_c.at >= contact.at) & (_c.at <= contact.at + WINDOW_S)
    others = contacts.update().where(later, _c.call_id != contact.call_id)
    connection.execute(others.values(within_30_days=_c.within_30_days + by))


def _read(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Contact]:
    found: dict[str, Contact] = {}
    for begin in range(0, len(ids), 500):
        query = contacts.select().where(_c.call_id.in_(ids[begin : begin + 500]))
        found.update({row.call_id: Contact(**row._mapping) for row in connection.execute(query)})
    return found
