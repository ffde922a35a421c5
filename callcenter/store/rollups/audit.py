"""A period recounted from the ledger and compared with what the reports read.

Four comparisons: every row of a call, and every interval of an agent, with the one that the ledger's entries make;
the queue's, agents', numbers' and other sums of each quarter with the sums of those; offered with its exits.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import projections
from callcenter.store import tables as t
from callcenter.store.agent_intervals import Interval
from callcenter.store.call_rows import CallRows, call_rows
from callcenter.store.rollups import agents_again, of_plan
from callcenter.store.rollups.amounts import Amounts, Key
from callcenter.store.rollups.ledger_places import first_from
from callcenter.store.rollups.of_agents import add_interval
from callcenter.store.rollups.of_call import of_call
from callcenter.store.rollups.spec import BY_NAME, EXITS, QUEUE, TALLIES, WHOLE, Tally
from callcenter.store.rollups.tables import TABLES

MARGIN_S = 6 * 3600.0  # calls are followed so far before and behind the period
_SLICE = 200
_NOT_OF_LEDGER = ("customer_id",)  # of whom a number is, is looked up when the row is made


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """`what` is a table and its call, an agent and a state, or a tally with its key; `there` is what reports read."""

    kind: str  # call, interval, sum, conservation
    what: str
    at: float
    field: str
    there: str
    recounted: str
    calls: tuple[str, ...] = ()


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    from_at: float
    to_at: float
    calls: int
    sums: int
    differences: tuple[Difference, ...]


def audit(connection: sa.Connection, from_at: float, to_at: float, most: int = 1000) -> Audit:
    """Bounds are quarters of an hour. At most so many differences are named."""
    found: list[Difference] = []
    amounts, of_key, calls = Amounts(), dict[Key, list[str]](), 0
    for call_id, made in _recounted(connection, from_at, to_at):
        calls += 1
        found += _rows_differ(connection, call_id, made)
        own = of_call(made)
        amounts.take(own)
        for key in own.sums:
            of_key.setdefault(key, []).append(call_id)
    intervals = agents_again.intervals(connection, from_at, to_at)
    found += _intervals_differ(connection, intervals, from_at, to_at)
    for interval in intervals:
        add_interval(amounts, interval)
    _add_plans(connection, amounts, from_at, to_at, intervals)
    sums = 0
    wrong = {call for difference in found for call in difference.calls}
    for tally in TALLIES:
        if "quarters" in tally.levels:
            compared, differing = _sums_differ(connection, tally, amounts, (from_at, to_at), of_key, wrong)
            sums += compared
            found += differing
    found += _not_conserved(connection, from_at, to_at)
    return Audit(from_at=from_at, to_at=to_at, calls=calls, sums=sums, differences=tuple(found[:most]))


def _add_plans(
    connection: sa.Connection, amounts: Amounts, from_at: float, to_at: float, intervals: Sequence[Interval]
) -> None:
    for shift in of_plan.all_shifts(connection, from_at, to_at):
        of_plan.add_planned(amounts, shift)
    of_plan.add_ended(connection, amounts, intervals)


# ---- calls


def _recounted(connection: sa.Connection, from_at: float, to_at: float) -> Iterator[tuple[str, CallRows]]:
    first, after = (first_from(connection, at) for at in (from_at - MARGIN_S, to_at + MARGIN_S))
    c = t.ledger.c
    query = sa.select(c.interaction).where(c.seq >= first, c.seq < after, c.interaction.is_not(None)).distinct()
    ids = sorted(connection.scalars(query))
    limits = projections._LimitsInForce(connection)
    for begin in range(0, len(ids), _SLICE):
        entries = projections._entries_of(connection, c.interaction, ids[begin : begin + _SLICE])
        for call_id, own in sorted(entries.items()):
            if projections._has_begun(own):
                yield call_id, call_rows(call_id, own, limits.at)


def _rows_differ(connection: sa.Connection, call_id: str, made: CallRows) -> Iterator[Difference]:
    at = made.call.arrived_at
    there = connection.execute(t.calls.select().where(t.calls.c.id == call_id)).mappings().first()
    yield from _differ("calls", call_id, at, there, msgspec.structs.asdict(made.call))
    for table in projections.CALL_TABLES:
        own = {part.seq: msgspec.structs.asdict(part) for part in getattr(made, table.name) if hasattr(part, "seq")}
        if own or table.name != "call_agents":
            rows = connection.execute(table.select().where(table.c.call_id == call_id)).mappings()
            kept = {row["seq"]: row for row in rows if "seq" in row}
            for seq in sorted({*own, *kept}):
                yield from _differ(table.name, call_id, at, kept.get(seq), own.get(seq))


def _differ(table: str, call_id: str, at: float, there: Any, made: Any) -> Iterator[Difference]:
    if there is None or made is None:
        there_, made_ = ("no row" if row is None else "a row" for row in (there, made))
        yield Difference(
            kind="call", what=f"{table} {call_id}", at=at, field="", there=there_, recounted=made_, calls=(call_id,)
        )
        return
    for name, value in made.items():
        if name not in _NOT_OF_LEDGER and there[name] != value:
            yield Difference(
                kind="call",
                what=f"{table} {call_id}",
                at=at,
                field=name,
                there=str(there[name]),
                recounted=str(value),
                calls=(call_id,),
            )


# ---- intervals


def _intervals_differ(
    connection: sa.Connection, made: Sequence[Interval], from_at: float, to_at: float
) -> Iterator[Difference]:
    c = t.agent_intervals.c
    agents = {each.agent for each in made} | set(connection.scalars(sa.select(t.agent_standing.c.agent)))
    ours = {_key(each): msgspec.structs.asdict(each) for each in made}
    for agent in sorted(agents):
        part = t.agent_intervals.select().where(c.agent == agent, c.began_at < to_at)
        there = {
            (row.agent, row.seq, row.state): dict(row._mapping)
            for reaches in (c.ended_at > from_at, c.ended_at.is_(None))
            for row in connection.execute(part.where(reaches))
        }
        for key in sorted({key for key in ours if key[0] == agent} | set(there)):
            yield from _interval_differs(key, there.get(key), ours.get(key))


def _interval_differs(key: tuple[str, int, str], there: Any, made: Any) -> Iterator[Difference]:
    if there == made:
        return
    fields = [""] if there is None or made is None else [name for name in made if there[name] != made[name]]
    for field in fields:
        values = [("no row" if row is None else "a row") if not field else str(row[field]) for row in (there, made)]
        yield Difference(
            kind="interval",
            what=f"{key[0]} {key[2]}",
            at=(there or made)["began_at"],
            field=field,
            there=values[0],
            recounted=values[1],
        )


def _key(interval: Interval) -> tuple[str, int, str]:
    return interval.agent, interval.seq, interval.state


# ---- sums


def _sums_differ(
    connection: sa.Connection,
    tally: Tally,
    amounts: Amounts,
    bounds: tuple[float, float],
    of_key: dict[Key, list[str]],
    wrong: Iterable[str],
) -> tuple[int, list[Difference]]:
    made = _made(tally, amounts)
    kept = _kept(connection, tally, bounds)
    found: list[Difference] = []
    within = [key for key in sorted({*made, *kept}) if bounds[0] <= key[1] < bounds[1]]
    suspects = frozenset(wrong)
    for keys, slot in within:
        calls = tuple(call for call in of_key.get((tally.name, keys, slot), ()) if call in suspects)
        for name in tally.sums:
            there, recounted = (side.get((keys, slot), {}).get(name, 0) for side in (kept, made))
            if there != recounted:
                what = f"{tally.name} {' / '.join(keys)}".strip()
                found.append(
                    Difference(
                        kind="sum",
                        what=what,
                        at=float(slot),
                        field=name,
                        there=str(there),
                        recounted=str(recounted),
                        calls=calls,
                    )
                )
    return len(within), found


def _made(tally: Tally, amounts: Amounts) -> dict[tuple[tuple[str, ...], int], dict[str, int]]:
    of = next((BY_NAME[name] for name, whole in WHOLE.items() if whole is tally), tally)
    made = {(keys, slot): dict(sums) for (name, keys, slot), sums in amounts.sums.items() if name == of.name}
    if of is tally:
        return made
    together: dict[tuple[tuple[str, ...], int], dict[str, int]] = {}
    for (_, slot), sums in made.items():
        whole = together.setdefault(((), slot), {})
        for name, value in sums.items():
            whole[name] = whole.get(name, 0) + value
    return together


def _kept(
    connection: sa.Connection, tally: Tally, bounds: tuple[float, float]
) -> dict[tuple[tuple[str, ...], int], dict[str, int]]:
    c = TABLES[tally.name, "quarters"].c
    query = TABLES[tally.name, "quarters"].select().where(c.slot >= bounds[0], c.slot < bounds[1])
    rows: Sequence[Any] = connection.execute(query).mappings().all()
    return {
        (tuple(row[key] for key in BY_NAME[tally.name].keys), row["slot"]): {m: row[m] for m in tally.sums}
        for row in rows
    }


def _not_conserved(connection: sa.Connection, from_at: float, to_at: float) -> Iterator[Difference]:
    c = TABLES[QUEUE.name, "quarters"].c
    led_to = sum((c[name] for name in EXITS), c.waiting)
    query = sa.select(c.slot, c.queue, c.offered, led_to.label("led_to"))
    for row in connection.execute(query.where(c.slot >= from_at, c.slot < to_at, c.offered != led_to)):
        yield Difference(
            kind="conservation",
            what=f"queue {row.queue}",
            at=float(row.slot),
            field="offered",
            there=str(row.offered),
            recounted=str(row.led_to),
        )
