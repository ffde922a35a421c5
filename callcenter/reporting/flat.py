"""The tables in a report: its lists of structs, and those nested ones that are told flat. Pure."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from callcenter.store.reports.agents import Agents
from callcenter.store.reports.ivr_paths import HopCount, IvrPaths
from callcenter.store.reports.repeats import Repeats
from callcenter.store.reports.result import Report
from callcenter.store.reports.surveys import Surveys
from callcenter.store.reports.timeline import PlannedStretch, Timeline
from callcenter.store.reports.waits import WaitClass, WaitPercentile, Waits

Table = tuple[str, type[msgspec.Struct], Sequence[Any]]
_BASE = frozenset(Report.__struct_fields__)


class PauseRow(msgspec.Struct, frozen=True, kw_only=True):
    agent: str
    pause_reason: str
    pauses: int
    paused_for_s: float


class FlowRow(msgspec.Struct, frozen=True, kw_only=True):
    """`result`: how runs ended; empty: of callers still in it."""

    flow: str
    result: str
    runs: int


class WayRow(msgspec.Struct, frozen=True, kw_only=True):
    flow: str
    version: int
    path: str
    result: str
    runs: int


class HopRow(msgspec.Struct, frozen=True, kw_only=True):
    """As `flow_ways.Hop`, but for the result, which is apart from the keys."""

    flow: str
    version: int
    begin: str
    key: str
    end: str
    result: str
    passages: int
    runs: int


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    survey: str
    question: str
    key: str
    answers: int
    satisfied: int
    dissatisfied: int


class QuestionRow(msgspec.Struct, frozen=True, kw_only=True):
    survey: str
    question: str
    answers: int
    csat: float | None
    mean_score: float | None


class DayRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many handled contacts were followed by another within so many days."""

    within_days: int
    followed: int


class StateRow(msgspec.Struct, frozen=True, kw_only=True):
    agent: str
    state: str
    began_at: float
    ended_at: float | None
    pause_reason: str
    queue: str
    call: str


class PlannedRow(msgspec.Struct, frozen=True, kw_only=True):
    agent: str
    activity: str
    began_at: float
    ended_at: float


def tables_of(report: Report) -> Iterator[Table]:
    """(name, shape of a row, rows) in the report's order."""
    told = NESTED.get(type(report))
    yield from told(report) if told else _lists(report)


def _lists(report: Report, *but: str) -> Iterator[Table]:
    for field in msgspec.structs.fields(type(report)):
        row = getattr(field.type, "__args__", (None,))[0]
        if field.name not in (*_BASE, *but) and isinstance(row, type) and issubclass(row, msgspec.Struct):
            yield field.name, row, getattr(report, field.name)


def _waits(report: Waits) -> Iterator[Table]:
    yield "waits", WaitClass, report.total.classes
    yield "percentiles", WaitPercentile, report.total.percentiles


def _agents(report: Agents) -> Iterator[Table]:
    yield from _lists(report)
    rows = [
        PauseRow(agent=each.agent, pause_reason=reason, pauses=each.pauses.get(reason, 0), paused_for_s=seconds)
        for each in report.by_agent
        for reason, seconds in each.pauses_s.items()
    ]
    yield "pauses", PauseRow, rows


def _surveys(report: Surveys) -> Iterator[Table]:
    yield from _lists(report, "by_question")
    names = QuestionRow.__struct_fields__
    yield (
        "by_question",
        QuestionRow,
        [QuestionRow(**{name: getattr(each, name) for name in names}) for each in report.by_question],
    )
    rows = [
        KeyRow(
            survey=of.survey,
            question=of.question,
            **{name: getattr(key, name) for name in ("key", "answers", "satisfied", "dissatisfied")},
        )
        for of in report.by_question
        for key in of.keys
    ]
    yield "keys", KeyRow, rows


def _ivr(report: IvrPaths) -> Iterator[Table]:
    of = report.flows
    results = [FlowRow(flow=each.flow, result=r, runs=n) for each in of for r, n in each.results.items()]
    yield "flows", FlowRow, results
    ways = [
        WayRow(flow=each.flow, version=way.version, path=_steps(way.path), result=way.result, runs=way.runs)
        for each in of
        for way in each.ways
    ]
    yield "ways", WayRow, ways
    yield "hops", HopRow, [_hop(each.flow, hop) for each in of for hop in each.hops]


def _hop(flow: str, hop: HopCount) -> HopRow:
    key, result = (hop.key, "") if hop.end else ("", hop.key)
    counted = {"passages": hop.passages, "runs": hop.runs}
    return HopRow(flow=flow, version=hop.version, begin=hop.begin, key=key, end=hop.end, result=result, **counted)


def _steps(path: Any) -> str:
    return path if isinstance(path, str) else " → ".join(map(str, path))


def _repeats(report: Repeats) -> Iterator[Table]:
    yield from _lists(report)
    days = [DayRow(within_days=day, followed=count) for day, count in enumerate(report.by_days, start=1)]
    yield "by_days", DayRow, days


def _timeline(report: Timeline) -> Iterator[Table]:
    rows = [
        StateRow(
            agent=line.agent,
            state=each.state,
            began_at=each.began_at,
            ended_at=each.ended_at,
            pause_reason=each.reason,
            queue=each.queue,
            call=each.interaction,
        )
        for line in report.lines
        for each in line.stretches
    ]
    yield "states", StateRow, rows
    if report.planned:
        yield "planned", PlannedRow, [_planned_row(each) for each in report.planned]


def _planned_row(of: PlannedStretch) -> PlannedRow:
    """Words of their own: a centre may have pauses of the same names."""
    return PlannedRow(agent=of.agent, activity=f"planned_{of.activity}", began_at=of.began_at, ended_at=of.ended_at)


NESTED: dict[type[Report], Callable[[Any], Iterator[Table]]] = {
    Waits: _waits,
    Agents: _agents,
    Surveys: _surveys,
    IvrPaths: _ivr,
    Repeats: _repeats,
    Timeline: _timeline,
}
"""Reports whose tables are not simply their lists."""
