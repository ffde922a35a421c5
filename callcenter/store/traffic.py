"""A day's callers and who was there for them, as the simulator takes them. Every read goes by an index.

Times are seconds since the epoch, UTC; durations are seconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls.centre import Centre
from callcenter.simulate.what_if import Leaving, PastCall, PastDay, Presence
from callcenter.store import tables as t

# Calls that came before the day's end are followed so far into the next day.
LONGEST_CALL_S = 7200.0
_HANDLING = frozenset({"talking", "held", "wrap_up"})
_THERE = _HANDLING | {"ready", "reserved", "ringing"}
_RANG_FOR_A_CALLER = frozenset({"", "answered", "caller_gone"})
_LEAVINGS: dict[str, Leaving] = {"answered": "answered", "abandoned": "abandoned"}

_Stretch = tuple[float, float]


class _Interval(msgspec.Struct, frozen=True):
    agent: str
    state: str
    began_at: float
    ended_at: float
    interaction: str


class _Offer(msgspec.Struct, frozen=True):
    agent: str
    made_at: float
    ended_at: float
    result: str


class _Needs(msgspec.Struct, frozen=True):
    """Of a QueueEntered in the ledger."""

    skills: dict[str, int] = {}


_decode_needs = msgspec.json.Decoder(_Needs).decode


def day(db: sa.Engine, from_at: float, to_at: float) -> PastDay:
    """Who entered a queue from `from_at` on, before `to_at`, and has left it; who was there meanwhile.

    Ringing for an answered caller in vain counts as ringing of the one who answered; ringing in vain for others is
    time when the agent is not there. Who is still there counts as there to the end of what is read.
    """
    until = to_at + LONGEST_CALL_S
    with db.connect() as connection:
        agents = list(connection.scalars(sa.select(t.agent_standing.c.agent).order_by(t.agent_standing.c.agent)))
        intervals = {agent: _intervals(connection, agent, from_at, until) for agent in agents}
        offers = _offers(connection, from_at, to_at)
        entries = connection.execute(entries_query(from_at, to_at)).mappings().all()
    handled_s = _handled_s(each for of_agent in intervals.values() for each in of_agent)
    calls = (_past_call(row, handled_s, offers) for row in entries)
    missed = _missed(offers, {row["call_id"] for row in entries if row["reason"] == "answered"})
    there = (each for agent in agents for each in _presences(agent, intervals[agent], missed.get(agent, ())))
    return PastDay(tuple(calls), tuple(there))


def centre_at(db: sa.Engine, at: float) -> Centre | None:
    """The centre in force at the moment, or the first one when that came later; None when there is none."""
    c = t.centre_versions.c
    before = sa.select(c.document).where(c.saved_at <= at).order_by(c.version.desc()).limit(1)
    first = sa.select(c.document).order_by(c.version).limit(1)
    with db.connect() as connection:
        body = connection.scalar(before) or connection.scalar(first)
    return msgspec.json.decode(body, type=Centre) if body else None


def entries_query(from_at: float, to_at: float) -> sa.Select[Any]:
    """Queue entries that are over, each with the event it began with."""
    c = t.queue_entries.c
    together = t.queue_entries.outerjoin(t.ledger, t.ledger.c.seq == c.seq)
    bounds = (c.entered_at >= from_at) & (c.entered_at < to_at) & c.left_at.is_not(None)
    return sa.select(t.queue_entries, t.ledger.c.body).select_from(together).where(bounds).order_by(c.entered_at)


def _intervals(connection: sa.Connection, agent: str, from_at: float, until: float) -> list[_Interval]:
    c = t.agent_intervals.c
    columns = c.agent, c.state, c.began_at, c.ended_at, c.interaction
    of_agent = sa.select(*columns).where(c.agent == agent, c.began_at < until, c.state.in_(sorted(_THERE)))
    query = sa.union_all(of_agent.where(c.ended_at > from_at), of_agent.where(c.ended_at.is_(None)))
    found = [
        _Interval(
            row.agent, row.state, row.began_at, until if row.ended_at is None else row.ended_at, row.interaction
        )
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda each: each.began_at)


def _offers(connection: sa.Connection, from_at: float, to_at: float) -> dict[str, list[_Offer]]:
    """Those of the calls that entered a queue within the bounds, by call."""
    e, o = t.queue_entries.c, t.offers.c
    together = t.queue_entries.join(t.offers, o.call_id == e.call_id)
    bounds = (e.entered_at >= from_at) & (e.entered_at < to_at) & o.ended_at.is_not(None)
    columns = o.call_id, o.agent, o.made_at, o.ended_at, o.result
    query = sa.select(*columns).select_from(together).where(bounds).distinct()
    found: dict[str, list[_Offer]] = {}
    for call_id, *rest in sorted(tuple(row) for row in connection.execute(query)):
        found.setdefault(call_id, []).append(_Offer(*rest))
    return found


def _missed(offers: dict[str, list[_Offer]], answered: set[str]) -> dict[str, list[_Stretch]]:
    """When agents rang in vain for a caller nobody answered in the end; by agent."""
    found: dict[str, list[_Stretch]] = {}
    for call_id, of_call in offers.items():
        for each in of_call:
            if call_id not in answered and each.result not in _RANG_FOR_A_CALLER:
                found.setdefault(each.agent, []).append((each.made_at, each.ended_at))
    return {agent: sorted(stretches) for agent, stretches in found.items()}


def _handled_s(intervals: Iterable[_Interval]) -> dict[tuple[str, str], list[_Stretch]]:
    """Talk, hold and wrap-up by call and agent: (began_at, length_s)."""
    found: dict[tuple[str, str], list[_Stretch]] = {}
    for each in intervals:
        if each.state in _HANDLING:
            stretch = (each.began_at, each.ended_at - each.began_at)
            found.setdefault((each.interaction, each.agent), []).append(stretch)
    return found


def _past_call(
    row: sa.RowMapping,
    handled_s: dict[tuple[str, str], list[_Stretch]],
    offers: dict[str, list[_Offer]],
) -> PastCall:
    key = row["call_id"], row["agent"]
    leaving = _LEAVINGS.get(row["reason"], "left")
    answered = leaving == "answered"
    # The clock of another process may be a little behind.
    after = row["left_at"] - 1.0
    service_s = sum(length_s for began_at, length_s in handled_s.get(key, ()) if began_at >= after)
    rang = sorted(
        (each.made_at, min(each.ended_at, row["left_at"]))
        for each in offers.get(row["call_id"], ())
        if row["entered_at"] <= each.made_at <= row["left_at"]
    )
    return PastCall(
        queue=row["queue"],
        arrival_s=row["entered_at"],
        waited_s=row["waited_s"],
        leaving=leaving,
        target_s=row["service_level_s"],
        service_s=service_s if answered and service_s > 0 else None,
        ring_s=sum(end - begin for begin, end in _joined(rang)) if answered and rang else None,
        agent=row["agent"],
        credit_s=row["credit_s"],
        skills=tuple(sorted(_decode_needs(row["body"]).skills.items())) if row["body"] else (),
    )


def _presences(agent: str, intervals: Sequence[_Interval], missed: Sequence[_Stretch]) -> Iterator[Presence]:
    there = _joined((each.began_at, each.ended_at) for each in intervals)
    for begin, end in _without(there, missed):
        yield Presence(agent, begin, end)


def _joined(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """`stretches` in order; what touches is one."""
    found: list[_Stretch] = []
    for begin, end in stretches:
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _without(stretches: Iterable[_Stretch], gaps: Sequence[_Stretch]) -> Iterator[_Stretch]:
    for begin, end in stretches:
        for gap_begin, gap_end in gaps:
            if gap_begin < end and gap_end > begin:
                if gap_begin > begin:
                    yield begin, gap_begin
                begin = max(begin, gap_end)
        if begin < end:
            yield begin, end
