"""The intervals of agents in a period, made again from the ledger's entries.

An agent's time is read from the last sign-in before the period. Where that stands is taken from the intervals that
are kept; one that is missing there is missed here too, but then states remain that nothing explains. Shifts and calls
of others are looked for so far before it as they are usually told of: within eight days.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from callcenter.calls.codec import decode_event
from callcenter.calls.events import (
    CallEnded,
    Entry,
    OtherCallBegan,
    OtherCallEnded,
    QueueEntered,
    ShiftBegan,
    ShiftEnded,
)
from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.agent_intervals import Changes, Interval, Standing, agent_of, others_of, step, step_other
from callcenter.store.rollups.ledger_places import first_from

LOOK_BACK_S = 8 * 86400.0
_BATCH = 5000
_CARRIED = tuple(kind.__name__ for kind in (ShiftBegan, ShiftEnded, OtherCallBegan, OtherCallEnded))
_TOUCHED = (CallEnded, QueueEntered)  # entries that concern whoever had to do with the call


def intervals(connection: sa.Connection, from_at: float, to_at: float) -> list[Interval]:
    """Those that have a part in the period, ended or not."""
    begin = _begin(connection, from_at, to_at)
    making = _Making()
    for entry in _carried(connection, begin):
        making.take(entry)
    for entry in _from(connection, begin):
        making.take(entry)
        if entry.event.at >= to_at and not making.goes_on(to_at):
            break
    return [each for each in making.found() if each.began_at < to_at and (each.ended_at or to_at) > from_at]


class _Making:
    def __init__(self) -> None:
        self._standings: dict[str, Standing] = {}
        self._changes: Changes = {}
        self._calls: dict[str, list[Entry]] = {}

    def take(self, entry: Entry) -> None:
        event = entry.event
        if call := projections._interaction(entry):
            if agent_of(event) or others_of(event):
                self._calls.setdefault(call, []).append(entry)
            if isinstance(event, _TOUCHED):
                self._calls.setdefault(call, [])
        own, others = projections._concerned(entry, self._calls)
        for agent in sorted(own):
            step(self._standings.setdefault(agent, Standing(agent=agent)), entry, self._changes)
        for other in sorted((others - own) & set(self._standings)):
            step_other(self._standings[other], entry, self._changes)
        if isinstance(event, CallEnded):
            self._calls.pop(event.interaction, None)

    def goes_on(self, to_at: float) -> bool:
        """Whether something that began before the moment has no end yet."""
        parts = ((standing.span, standing.now) for standing in self._standings.values())
        return any(part and part.began_at < to_at for both in parts for part in both)

    def found(self) -> list[Interval]:
        return [each for each in self._changes.values() if each]


def _begin(connection: sa.Connection, from_at: float, to_at: float) -> int:
    """The earliest sign-in that reaches into the period, or the period's own first entry."""
    c, first = t.agent_intervals.c, first_from(connection, from_at)
    agents = list(connection.scalars(sa.select(t.agent_standing.c.agent)))
    for begin in range(0, len(agents), 500):
        spans = sa.select(sa.func.min(c.seq)).where(
            c.agent.in_(agents[begin : begin + 500]), c.state == "signed_in", c.began_at < to_at
        )
        for reaches in (c.ended_at > from_at, c.ended_at.is_(None)):
            first = min(first, connection.scalar(spans.where(reaches)) or first)
    return first


def _carried(connection: sa.Connection, begin: int) -> Iterator[Entry]:
    """What lasts from one sign-in to the next."""
    c = t.ledger.c
    at = connection.scalar(sa.select(c.at).where(c.seq == begin)) or 0.0
    since = first_from(connection, at - LOOK_BACK_S)
    query = sa.select(c.seq, c.body).where(c.seq >= since, c.seq < begin, c.kind.in_(_CARRIED)).order_by(c.seq)
    yield from (Entry(row.seq, decode_event(row.body)) for row in connection.execute(query))


def _from(connection: sa.Connection, seq: int) -> Iterator[Entry]:
    after = seq - 1
    while entries := projections._ledger_after(connection, after, _BATCH):
        yield from entries
        after = entries[-1].seq
