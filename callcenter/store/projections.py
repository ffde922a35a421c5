"""The ledger and everything that is derived from it, written in one transaction.

Idempotent by the ledger's numbers: entries up to `stored_seq` are in already and change nothing.
The caller holds the transaction (`database.writing`), so a crash leaves all of a batch or nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from callcenter.calls.centre import Centre
from callcenter.calls.codec import decode_event, encode
from callcenter.calls.events import (
    CallbackAsked,
    CallbackEvent,
    CallEnded,
    CallEvent,
    CentreApplied,
    Entry,
    Event,
    QueueEntered,
)
from callcenter.store import call_texts, planned_shifts
from callcenter.store import tables as t
from callcenter.store.agent_intervals import Changes, Interval, Standing, agent_of, others_of, step, step_other
from callcenter.store.call_rows import CallRows, Limits, call_rows
from callcenter.store.callback_rows import callback_rows
from callcenter.store.floor_rows import keep_floor
from callcenter.store.inbox_rows import keep_inbox
from callcenter.store.rollups import keeper, remake
from callcenter.store.rollups.tables import KEPT, unprojected
from callcenter.store.schema.flows import flow_runs

_decode_standing = msgspec.json.Decoder(Standing).decode
_asdict = msgspec.structs.asdict
_Value = TypeVar("_Value", str, int)

CALL_TABLES = (*t.CALL_TABLES, flow_runs)
PROJECTED = (
    t.calls,
    *CALL_TABLES,
    *t.CALLBACK_TABLES,
    *t.FLOOR_TABLES,
    t.agent_intervals,
    t.agent_standing,
    t.queue_limits,
    t.call_texts,
    *KEPT,
    unprojected,
)


class Applied(msgspec.Struct, frozen=True):
    """`ended`: the calls that are over and whose rows are new or changed by this batch."""

    stored_seq: int
    ended: tuple[str, ...] = ()


def stored_seq(db: sa.Engine) -> int:
    """The last ledger entry the database holds; 0 when it holds none."""
    with db.connect() as connection:
        return _stored_seq(connection)


def apply(connection: sa.Connection, entries: Sequence[Entry]) -> Applied:
    """Store the entries and what follows from them; those that are in already are passed over."""
    before = _stored_seq(connection)
    fresh = [entry for entry in entries if entry.seq > before]
    if not fresh:
        return Applied(before)
    _add_to_ledger(connection, fresh)
    ended = project(connection, fresh)
    _set_stored_seq(connection, fresh[-1].seq)
    return Applied(fresh[-1].seq, ended)


def apply_to_ledger_only(connection: sa.Connection, entries: Sequence[Entry]) -> Applied:
    """For entries whose projection fails: they are kept, and `rebuild` can project them later."""
    before = _stored_seq(connection)
    fresh = [entry for entry in entries if entry.seq > before]
    if fresh:
        _add_to_ledger(connection, fresh)
        connection.execute(unprojected.insert(), [{"seq": entry.seq} for entry in fresh])
        _set_stored_seq(connection, fresh[-1].seq)
    return Applied(max(before, fresh[-1].seq if fresh else 0))


def rebuild(connection: sa.Connection, batch: int = 5000) -> None:
    """Throw away all that is derived and make it again from the ledger."""
    for table in PROJECTED:
        connection.execute(table.delete())
    after = 0
    while entries := _ledger_after(connection, after, batch):
        project(connection, entries)
        after = entries[-1].seq
    planned_shifts.count_again(connection)


def project(connection: sa.Connection, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Bring the derived tables up to date with entries that are in the ledger and are new to these tables."""
    _keep_limits(connection, entries)
    _keep_zone(connection, entries)
    touched = sorted({call_id for entry in entries if (call_id := _interaction(entry))})
    of_calls = _entries_of(connection, t.ledger.c.interaction, touched, until=entries[-1].seq)
    limits = _LimitsInForce(connection)
    before = _before(connection, of_calls, entries[0].seq)
    was = [call_rows(call_id, found, limits.at) for call_id, found in before.items() if _has_begun(found)]
    rows = [call_rows(call_id, found, limits.at) for call_id, found in of_calls.items() if _has_begun(found)]
    _replace_calls(connection, rows)
    call_texts.write(connection, (row.call.id for row in rows))
    _replace_callbacks(connection, sorted({callback for entry in entries if (callback := _callback(entry))}))
    intervals = _project_agents(connection, entries, of_calls)
    keep_floor(connection, entries)
    keeper.keep(connection, was, rows, intervals)
    keep_inbox(connection, entries, rows, of_calls)
    return tuple(row.call.id for row in rows if row.call.ended_at is not None)


def _before(connection: sa.Connection, of_calls: dict[str, list[Entry]], first_seq: int) -> dict[str, list[Entry]]:
    """What of these calls is in the tables already. What could not be projected is not, and comes in now."""
    out = _unprojected(connection, {entry.seq for found in of_calls.values() for entry in found})
    before = {
        call_id: [entry for entry in found if entry.seq < first_seq and entry.seq not in out]
        for call_id, found in of_calls.items()
    }
    return {call_id: found for call_id, found in before.items() if found}


def _unprojected(connection: sa.Connection, seqs: set[int]) -> set[int]:
    """Those of the entries that are marked so; their marks are gone then."""
    marked: set[int] = set()
    for some in _in_slices(sorted(seqs)):
        marked |= set(connection.scalars(sa.select(unprojected.c.seq).where(unprojected.c.seq.in_(some))))
    if marked:
        connection.execute(unprojected.delete().where(unprojected.c.seq.in_(sorted(marked))))
    return marked


def _interaction(entry: Entry) -> str | None:
    """The call an entry belongs to: what is asked for in a call belongs to it too."""
    if isinstance(entry.event, CallbackAsked):
        return entry.event.asked_in
    return getattr(entry.event, "interaction", None) or None


def _callback(entry: Entry) -> str | None:
    return entry.event.callback if isinstance(entry.event, CallbackEvent) else None


def _has_begun(entries: Iterable[Entry]) -> bool:
    """A callback's attempt alone, or a wrap-up, makes no call."""
    return any(isinstance(entry.event, CallEvent) for entry in entries)


# ---- the ledger


def _add_to_ledger(connection: sa.Connection, entries: Sequence[Entry]) -> None:
    connection.execute(t.ledger.insert(), [_ledger_row(entry) for entry in entries])


def _ledger_row(entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {
        "seq": entry.seq,
        "at": event.at,
        "kind": type(event).__name__,
        "interaction": _interaction(entry),
        "agent": getattr(event, "agent", None),
        "callback": _callback(entry),
        "body": encode(event).decode(),
    }


def _ledger_after(connection: sa.Connection, seq: int, limit: int) -> list[Entry]:
    query = sa.select(t.ledger.c.seq, t.ledger.c.body).where(t.ledger.c.seq > seq).order_by(t.ledger.c.seq)
    return [Entry(number, decode_event(body)) for number, body in connection.execute(query.limit(limit))]


def _entries_of(
    connection: sa.Connection, whose: sa.Column[str], ids: Sequence[str], until: int | None = None
) -> dict[str, list[Entry]]:
    """All entries of some calls or callbacks, in order; `whose` is the column of the ledger that names them."""
    found: dict[str, list[Entry]] = {}
    for some in _in_slices(ids):
        query = sa.select(whose, t.ledger.c.seq, t.ledger.c.body).where(whose.in_(some)).order_by(t.ledger.c.seq)
        query = query if until is None else query.where(t.ledger.c.seq <= until)
        for one, seq, body in connection.execute(query):
            found.setdefault(one, []).append(Entry(seq, decode_event(body)))
    return found


def _stored_seq(connection: sa.Connection) -> int:
    return connection.scalar(sa.select(t.store_state.c.stored_seq)) or 0


def _set_stored_seq(connection: sa.Connection, seq: int) -> None:
    if not connection.execute(t.store_state.update().values(stored_seq=seq)).rowcount:
        connection.execute(t.store_state.insert().values(id=1, stored_seq=seq))


# ---- the limits of queues, and the zone


def _keep_zone(connection: sa.Connection, entries: Iterable[Entry]) -> None:
    """The days of roll-ups are those of the centre's zone; another zone has others."""
    zones = [entry.event.centre.zone for entry in entries if isinstance(entry.event, CentreApplied)]
    if zones and zones[-1] != keeper.zone(connection):
        remake.new_zone(connection, zones[-1])
    if zones:
        keeper.set_zone(connection, zones[-1])


def _keep_limits(connection: sa.Connection, entries: Iterable[Entry]) -> None:
    for entry in entries:
        if isinstance(entry.event, CentreApplied):
            connection.execute(t.queue_limits.delete().where(t.queue_limits.c.seq == entry.seq))
            rows = _limits_rows(entry.seq, entry.event.centre)
            if rows:
                connection.execute(t.queue_limits.insert(), rows)


def _limits_rows(seq: int, centre: Centre) -> list[dict[str, Any]]:
    return [
        {
            "queue": queue.id,
            "seq": seq,
            "service_level_s": queue.service_level_s,
            "short_abandon_s": queue.short_abandon_s,
        }
        for queue in centre.queues
    ]


class _LimitsInForce:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._known: dict[str, list[tuple[int, Limits]]] = {}

    def at(self, queue: str, seq: int) -> Limits:
        if queue not in self._known:
            self._known[queue] = self._read(queue)
        known = self._known[queue]
        place = bisect_right(known, seq, key=lambda row: row[0])
        return known[place - 1][1] if place else Limits()

    def _read(self, queue: str) -> list[tuple[int, Limits]]:
        c = t.queue_limits.c
        query = sa.select(c.seq, c.service_level_s, c.short_abandon_s).where(c.queue == queue).order_by(c.seq)
        return [(seq, Limits(level, short)) for seq, level, short in self._connection.execute(query)]


# ---- calls and callbacks


def _replace_calls(connection: sa.Connection, rows: Sequence[CallRows]) -> None:
    ids = [row.call.id for row in rows]
    for some in _in_slices(ids):
        connection.execute(t.calls.delete().where(t.calls.c.id.in_(some)))
        for table in CALL_TABLES:
            connection.execute(table.delete().where(table.c.call_id.in_(some)))
    customers = _customers(connection, {row.call.caller for row in rows if row.call.caller})
    _insert(
        connection,
        t.calls,
        [_asdict(row.call) | {"customer_id": row.call.customer_id or customers.get(row.call.caller)} for row in rows],
    )
    for table in CALL_TABLES:
        _insert(connection, table, [_asdict(part) for row in rows for part in getattr(row, table.name)])


def _customers(connection: sa.Connection, callers: set[str]) -> dict[str, int]:
    """The customer of each number that belongs to exactly one."""
    c, found = t.customer_numbers.c, dict[str, int]()
    for some in _in_slices(sorted(callers)):
        one = sa.func.min(c.customer_id)
        query = sa.select(c.number, one).where(c.number.in_(some)).group_by(c.number).having(sa.func.count() == 1)
        found.update((number, customer_id) for number, customer_id in connection.execute(query))
    return found


def _replace_callbacks(connection: sa.Connection, ids: Sequence[str]) -> None:
    """One of which the ledger does not hold the beginning leaves no rows."""
    found = _entries_of(connection, t.ledger.c.callback, ids)
    made = [rows for one, entries in found.items() if (rows := callback_rows(one, entries))]
    for some in _in_slices(ids):
        connection.execute(t.callbacks.delete().where(t.callbacks.c.id.in_(some)))
        connection.execute(t.callback_attempts.delete().where(t.callback_attempts.c.callback.in_(some)))
    _insert(connection, t.callbacks, [_asdict(rows.callback) for rows in made])
    _insert(connection, t.callback_attempts, [_asdict(attempt) for rows in made for attempt in rows.attempts])


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


# ---- agents


def _project_agents(
    connection: sa.Connection, entries: Sequence[Entry], of_calls: dict[str, list[Entry]]
) -> list[Interval]:
    """The intervals that ended."""
    concerned = [(entry, *_concerned(entry, of_calls)) for entry in entries]
    standings = _standings(connection, sorted({each for _, own, others in concerned for each in own | others}))
    changes: Changes = {}
    for entry, own, others in concerned:
        for agent in sorted(own):
            step(standings.setdefault(agent, Standing(agent=agent)), entry, changes)
        for other in sorted(others - own):
            if other in standings:  # an agent who has signed in before; else a telephone number
                step_other(standings[other], entry, changes)
    _replace_intervals(connection, changes)
    _replace_standings(connection, standings)
    return [interval for interval in changes.values() if interval and interval.ended_at is not None]


def _concerned(entry: Entry, of_calls: dict[str, list[Entry]]) -> tuple[set[str], set[str]]:
    """Whose an entry is, and who else may be concerned by it.

    The end of a call, and its way into a queue, concern all who had to do with it.
    """
    events: list[Event] = [entry.event]
    if isinstance(entry.event, CallEnded | QueueEntered):
        events = [other.event for other in of_calls[entry.event.interaction] if other.seq < entry.seq]
    own = {agent for event in events if (agent := agent_of(event))}
    return own, {other for event in events for other in others_of(event)}


def _standings(connection: sa.Connection, agents: Sequence[str]) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for some in _in_slices(agents):
        query = sa.select(t.agent_standing).where(t.agent_standing.c.agent.in_(some))
        found.update({agent: _decode_standing(body) for agent, body in connection.execute(query)})
    return found


def _replace_standings(connection: sa.Connection, standings: dict[str, Standing]) -> None:
    for some in _in_slices(list(standings)):
        connection.execute(t.agent_standing.delete().where(t.agent_standing.c.agent.in_(some)))
    rows = [{"agent": agent, "body": encode(standing).decode()} for agent, standing in standings.items()]
    _insert(connection, t.agent_standing, rows)


def _replace_intervals(connection: sa.Connection, changes: Changes) -> None:
    if not changes:
        return
    c = t.agent_intervals.c
    gone = t.agent_intervals.delete().where(
        c.agent == sa.bindparam("of"), c.seq == sa.bindparam("began"), c.state == sa.bindparam("in_state")
    )
    keys = [{"of": agent, "began": seq, "in_state": state} for agent, seq, state in changes]
    connection.execute(gone, keys)
    _insert(connection, t.agent_intervals, [_asdict(interval) for interval in changes.values() if interval])


def _in_slices(values: Sequence[_Value], size: int = 500) -> Iterable[Sequence[_Value]]:
    """A database takes only so many parameters in one statement."""
    return (values[i : i + size] for i in range(0, len(values), size))
