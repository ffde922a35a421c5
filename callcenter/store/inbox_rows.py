"""What callers leave behind, written down as their calls end. Part of `projections`.

A call that nobody answered is missed: the missed calls of one caller to one queue or agent are one item while it is
open. A message, and a callback that was given up, are items of their own. Who is reached afterwards, in whatever
call, is missed no longer. What people have done with an item is never touched by an older event: reading the ledger
again changes nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from callcenter.calls.events import CallbackEnded, CallEnded, Entry, MessageLeft, MessageMissing, QueueEntered
from callcenter.calls.numbers import masked
from callcenter.store import tables as t
from callcenter.store.call_rows import CallRows
from callcenter.store.customer_words import words_of
from callcenter.store.rows import Call
from callcenter.store.schema.inbox import inbox_calls, inbox_items, inbox_words
from callcenter.store.schema.texts import received_texts

MISSED = frozenset({"abandoned", "failed"})
REACHABLE = ("missed", "callback")  # kinds that are done when their caller is reached
GIVEN_UP = frozenset({"given_up", "expired"})
_c = inbox_items.c
_FRESH: dict[str, Any] = {
    "heard_by": "",
    "claimed_by": "",
    "done_by": "",
    "done_why": "",
    "reached_call": "",
    "note": "",
    "changed_at": 0.0,
    "removed": False,
    "is_open": True,
    "count": 1,
}


def keep_inbox(
    connection: sa.Connection,
    entries: Sequence[Entry],
    rows: Sequence[CallRows],
    of_calls: Mapping[str, Sequence[Entry]],
) -> None:
    """After the calls' own rows were written."""
    made = {row.call.id: row for row in rows}
    for entry in entries:
        event = entry.event
        match event:
            case CallEnded() if event.interaction in made:
                _ended(connection, made[event.interaction], of_calls.get(event.interaction, ()))
            case MessageLeft() if event.interaction in made:
                _message(connection, made[event.interaction], event)
            case MessageMissing() if event.interaction in made and event.mailbox:
                _missed(connection, made[event.interaction].call, event.mailbox)
            case CallbackEnded(result=result) if result in GIVEN_UP:
                _callback(connection, event)


def _ended(connection: sa.Connection, row: CallRows, entries: Sequence[Entry]) -> None:
    call = row.call
    if call.answered and call.caller:
        _reached(connection, call)
    elif call.direction == "inbound" and call.outcome in MISSED and row.queue_entries:
        _missed(connection, call, _wanted(entries) or call.queue)
    elif any(message.state == "discarded" for message in row.messages):
        _missed(connection, call, row.messages[0].mailbox)


def _wanted(entries: Sequence[Entry]) -> str:
    """The agent whom alone the caller asked for last; empty: anybody of the queue."""
    wanted = [entry.event.only for entry in entries if isinstance(entry.event, QueueEntered)]
    return wanted[-1] if wanted else ""


# ---- one item


def _missed(connection: sa.Connection, call: Call, box: str) -> None:
    if connection.scalar(sa.select(inbox_calls.c.item).where(inbox_calls.c.call_id == call.id)) is not None:
        return
    at = call.ended_at or call.arrived_at
    open_one = _open_item(connection, call.caller, box) if call.caller else None
    if open_one is None:
        item = f"missed-{call.id}"
        fixed = {"id": item, "kind": "missed", "box": box, "first_at": at, "last_at": at}
        _insert(connection, fixed | _of_call(call))
    else:
        item = open_one
        changes = {"count": _c.count + 1, "last_at": at, "call_id": call.id, "queue": call.queue}
        connection.execute(inbox_items.update().where(_c.id == item).values(changes))
    connection.execute(inbox_calls.insert().values(call_id=call.id, item=item, at=at))
    if call.caller and (later := _answered_after(connection, call)):
        _settle_reached(connection, call.caller, *later)


def _answered_after(connection: sa.Connection, call: Call) -> tuple[str, str, float] | None:
    """(call, agent, when) of a call of this caller that was answered later, told of before this one."""
    c = t.calls.c
    later = sa.select(c.id, c.agent, c.answered_at).where(
        c.caller == call.caller, c.arrived_at > call.arrived_at, c.answered, c.answered_at.is_not(None)
    )
    row = connection.execute(later.order_by(c.arrived_at).limit(1)).first()
    return (row.id, row.agent, row.answered_at) if row else None


def _open_item(connection: sa.Connection, caller: str, box: str, kind: str = "missed") -> str | None:
    query = sa.select(_c.id).where(
        _c.caller == caller, _c.is_open, _c.box == box, _c.kind == kind, _c.removed.is_(False)
    )
    return connection.scalar(query.order_by(_c.last_at.desc()).limit(1))


def _message(connection: sa.Connection, row: CallRows, event: MessageLeft) -> None:
    at = next((one.left_at for one in row.messages), event.at)
    _insert(
        connection,
        {
            "id": row.call.id,
            "kind": "message",
            "box": event.mailbox,
            **_of_call(row.call),
            "first_at": at,
            "last_at": at,
        },
    )


def _callback(connection: sa.Connection, event: CallbackEnded) -> None:
    found = connection.execute(t.callbacks.select().where(t.callbacks.c.id == event.callback)).mappings().first()
    if found is None:
        return
    _insert(
        connection,
        {
            "id": found["id"],
            "kind": "callback",
            "box": found["queue"],
            "queue": found["queue"],
            "caller": found["number"],
            "caller_name": found["caller_name"],
            "first_at": found["asked_at"],
            "last_at": event.at,
            "call_id": found["asked_in"],
        },
    )


def _reached(connection: sa.Connection, call: Call) -> None:
    """Everything open of this caller that is older, unless a person opened it again since."""
    _settle_reached(
        connection, call.caller, call.id, call.agent, call.answered_at or call.ended_at or call.arrived_at
    )


def _settle_reached(connection: sa.Connection, caller: str, call: str, agent: str, at: float) -> None:
    done = {"is_open": False, "done_at": at, "done_by": agent, "done_why": "reached", "reached_call": call}
    older = (_c.last_at <= at, _c.changed_at <= at)
    change = inbox_items.update().where(_c.caller == caller, _c.is_open, _c.kind.in_(REACHABLE), *older)
    connection.execute(change.values(done))


def text_came(connection: sa.Connection, text: str, number: str, box: str, at: float) -> None:
    """The texts of one number to one box are one item while it is open."""
    open_one = _open_item(connection, number, box, "text") if number else None
    if open_one is not None:
        change = {"count": _c.count + 1, "last_at": at, "call_id": text}
        connection.execute(inbox_items.update().where(_c.id == open_one).values(change))
        return
    fixed = {"id": f"text-{text}", "kind": "text", "box": box, "queue": "", "caller": number, "caller_name": ""}
    _insert(connection, fixed | {"first_at": at, "last_at": at, "call_id": text})


def forget(connection: sa.Connection, number: str) -> None:
    """The number of somebody who is to be forgotten is masked, and finds nothing any more."""
    items = list(connection.scalars(sa.select(_c.id).where(_c.caller == number)))
    gone = {"caller": masked(number), "caller_name": ""}
    connection.execute(inbox_items.update().where(_c.caller == number).values(gone))
    for item in items:
        connection.execute(inbox_words.delete().where(inbox_words.c.item == item))


# ---- rows


def _of_call(call: Call) -> dict[str, Any]:
    return {
        "queue": call.queue,
        "caller": call.caller,
        "caller_name": call.caller_name,
        "call_id": call.id,
    }


def _insert(connection: sa.Connection, values: dict[str, Any]) -> None:
    if connection.scalar(sa.select(_c.id).where(_c.id == values["id"])) is not None:
        return
    connection.execute(inbox_items.insert().values(_FRESH | values))
    write_words(connection, values["id"])


def with_customer(items: sa.FromClause) -> sa.Join:
    """Items with the call or text that they are about, and its customer's card."""
    whose = items.outerjoin(t.calls, t.calls.c.id == _c.call_id)
    whose = whose.outerjoin(received_texts, received_texts.c.id == _c.call_id)
    known = sa.func.coalesce(t.calls.c.customer_id, received_texts.c.customer_id)
    return whose.outerjoin(t.customers, t.customers.c.id == known)


def write_words(connection: sa.Connection, item: str) -> None:
    """What the item is found by: names, note, number."""
    columns = (_c.caller, _c.caller_name, _c.note, t.customers.c.name)
    whose = with_customer(inbox_items)
    row = connection.execute(sa.select(*columns).select_from(whose).where(_c.id == item)).first()
    connection.execute(inbox_words.delete().where(inbox_words.c.item == item))
    if row is None:
        return
    words = words_of(f"{row.name or ''} {row.caller_name}", row.note[:500], [row.caller] if row.caller else [])
    rows = [{"kind": kind, "word": word, "item": item} for kind, word in sorted(words)]
    if rows:
        connection.execute(inbox_words.insert(), rows)
