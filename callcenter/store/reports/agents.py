"""Agents: how the time was spent, what was handled and missed, and what customers said of it."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.agent_intervals import Interval
from callcenter.store.reports import figures
from callcenter.store.reports.cover import step_of
from callcenter.store.reports.formulas import used
from callcenter.store.reports.planned import add_planned
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Found, Keys, Sums, add, read
from callcenter.store.reports.variants import Variants
from callcenter.store.rollups.amounts import Amounts
from callcenter.store.rollups.of_agents import add_interval
from callcenter.store.rollups.spec import AGENT, PAUSE, STATES

_TIMES = tuple(dict.fromkeys(STATES.values()))


class AgentFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Times are those within the period; handled talks and what is made of them are booked where the wrap-up ends.

    `occupied_of_s` is what the occupancy is divided by. Times are None when filters ask for one queue, number or
    direction alone: an agent is ready for all of them at once; so is what follows from plans where there is none.
    """

    signed_in_s: float | None
    ready_s: float | None
    ringing_s: float | None
    talking_s: float | None
    held_s: float | None
    wrapping_s: float | None
    paused_s: float | None
    other_call_s: float | None
    off_duty_s: float | None
    unreachable_s: float | None
    occupied_of_s: float | None
    occupancy: float | None
    planned_s: float | None
    adherent_s: float | None
    adherence: float | None
    offers: int
    missed: int
    handled: int
    handled_out: int
    transfers: int
    aht_s: float | None
    att_s: float | None
    hold_mean_s: float | None
    acw_s: float | None
    surveys_pushed: int
    surveys_answered: int
    answers: int
    csat: float | None
    mean_score: float | None
    response_rate: float | None
    push_rate: float | None


class PlannedFigures(AgentFigures, frozen=True, kw_only=True):
    """In a sum of agents, utilisation is that of the agents with planned time."""

    paid_s: float | None
    utilisation: float | None


class AgentRow(PlannedFigures, frozen=True, kw_only=True):
    agent: str
    pauses_s: dict[str, float]  # by reason
    pauses: dict[str, int]


class AgentStep(AgentFigures, frozen=True, kw_only=True):
    from_at: float
    to_at: float


class Agents(Report, frozen=True, kw_only=True):
    total: PlannedFigures
    by_agent: tuple[AgentRow, ...]
    by_step: tuple[AgentStep, ...]


def agents(db: sa.Engine, asked: Asked, *, stepped: bool = True) -> Agents:
    """`stepped` False: without the curve."""
    with db.connect() as connection:
        found = read(connection, asked, AGENT, stepped=stepped)
        timed = not ({"queues", "numbers", "dispositions", "direction"} & set(asked.filters.names()))
        pauses = read(connection, asked, PAUSE, stepped=False).by_key if timed else {}
        if timed:
            open_now = open_intervals(connection, asked.filters.agents)
            _add_what_goes_on(open_now, asked, found, pauses)
            add_planned(connection, asked, found, open_now)
    make, own = _Making(asked.variants, timed), _by_agent(pauses)
    return Agents(
        asked=asked,
        formulas=used(PlannedFigures.__struct_fields__, asked.variants),
        source=found.source,
        stored_seq=found.stored_seq,
        total=PlannedFigures(**make.figures(found.total), **make.used(found.total)),
        by_agent=tuple(
            _row(make, agent, sums, own.get(agent, {})) for (agent,), sums in sorted(found.by_key.items())
        ),
        by_step=tuple(
            AgentStep(from_at=step.from_at, to_at=step.to_at, **make.figures(sums))
            for step, sums in zip(found.steps, found.by_step, strict=True)
        ),
    )


def _by_agent(pauses: dict[Keys, Sums]) -> dict[str, dict[str, Sums]]:
    found: dict[str, dict[str, Sums]] = {}
    for (agent, reason), sums in pauses.items():
        found.setdefault(agent, {})[reason] = sums
    return found


def _row(make: "_Making", agent: str, sums: Sums, own: dict[str, Sums]) -> AgentRow:
    return AgentRow(
        agent=agent,
        pauses_s={reason: figures.seconds(of, "paused_ms") for reason, of in own.items()},
        pauses={reason: of.get("pauses", 0) for reason, of in own.items()},
        **make.figures(sums),
        **make.used(sums),
    )


class _Making:
    def __init__(self, variants: Variants, timed: bool) -> None:
        self._variants, self._timed = variants, timed

    def figures(self, sums: Sums) -> dict[str, Any]:
        n = sums.get
        counts = ("offers", "missed", "handled", "handled_out", "transfers")
        return {
            **{name: n(name, 0) for name in (*counts, "surveys_pushed", "surveys_answered", "answers")},
            **{f"{name[:-3]}_s": figures.seconds(sums, name) if self._timed else None for name in _TIMES},
            "occupied_of_s": figures.occupied_of_s(sums) if self._timed else None,
            "occupancy": figures.occupancy(sums, self._variants) if self._timed else None,
            **{name: value if self._timed else None for name, value in figures.plan(sums).items()},
            "aht_s": figures.aht_s(sums),
            "att_s": figures.mean_s(sums, "talk_ms", "handled"),
            "hold_mean_s": figures.mean_s(sums, "hold_ms", "handled"),
            "acw_s": figures.mean_s(sums, "wrap_up_ms", "handled"),
            "csat": figures.csat(sums, self._variants),
            "mean_score": figures.mean_score(sums),
            "response_rate": figures.share(n("surveys_answered", 0), n("surveys_pushed", 0)),
            "push_rate": figures.share(n("surveys_pushed", 0), n("handled", 0)),
        }

    def used(self, sums: Sums) -> dict[str, Any]:
        paid_s = figures.seconds(sums, "paid_ms") if self._timed else 0.0
        share = figures.share(figures.seconds(sums, "used_ms"), paid_s)
        return {"paid_s": paid_s or None, "utilisation": share}


# ---- what goes on


def _add_what_goes_on(open_now: Iterable[Interval], asked: Asked, found: Found, pauses: dict[Keys, Sums]) -> None:
    """Intervals that are not over are in no roll-up; they count up to now. A pause is counted where it begins."""
    amounts = Amounts()
    for interval in open_now:
        cut = _cut(interval, asked)
        if cut:
            add_interval(amounts, cut)
            if cut.state == "paused" and interval.began_at < asked.period.from_at:
                amounts.add(PAUSE, (cut.agent, cut.reason), cut.began_at, pauses=-1)
    for (name, keys, quarter), sums in amounts.changes():
        if name == PAUSE.name:
            add(pauses.setdefault(keys, {}), sums)
        else:
            add(found.by_key.setdefault(keys, {}), sums)
            if found.steps:
                add(found.by_step[_place(found, quarter, asked)], sums)


def _place(found: Found, quarter: int, asked: Asked) -> int:
    return max(step_of(found.steps, max(float(quarter), asked.period.from_at)), 0)


def _cut(interval: Interval, asked: Asked) -> Interval | None:
    began_at = max(interval.began_at, asked.period.from_at)
    ended_at = min(asked.now, asked.period.to_at)
    return msgspec.structs.replace(interval, began_at=began_at, ended_at=ended_at) if began_at < ended_at else None


def open_intervals(connection: sa.Connection, agents: Iterable[str] = ()) -> list[Interval]:
    """Of every agent by the index over agents and ends."""
    c, standing = t.agent_intervals.c, t.agent_standing.c
    known = list(agents) or list(connection.scalars(sa.select(standing.agent)))
    found: list[Interval] = []
    for begin in range(0, len(known), 500):
        query = t.agent_intervals.select().where(c.agent.in_(known[begin : begin + 500]), c.ended_at.is_(None))
        found += [Interval(**row._mapping) for row in connection.execute(query)]
    return found
