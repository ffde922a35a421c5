"""What is asked for: every report as the edge makes it, from the words of its query to the bytes of its answer."""

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from bench.large.centre import AGENTS, FLOW, KNOWN, QUEUES, ZONE, Made
from callcenter.reporting.questions import asked, definition, period
from callcenter.store import history
from callcenter.store.bounded import run
from callcenter.store.history import CallFilter
from callcenter.store.reports.drill import Of, Page, calls_behind
from callcenter.store.reports.filters import NONE
from callcenter.store.reports.hop_calls import calls_by_hop
from callcenter.store.reports.period import Period, between
from callcenter.store.reports.time_behind import TimePage, time_behind
from callcenter.web.call_shapes import CallList, CallSummary
from callcenter.web.report_answers import answer
from callcenter.web.report_shapes import CountedCall, CountedCalls
from callcenter.web.report_times_api import told as told_times

Ask = Callable[[sa.Engine, Made, int], bytes]
MONTH, YEAR, TWO_YEARS = 30, 365, 728
_PAGE, _STRETCHES = 50, 500
_STEP = Of(flow=FLOW, version=2, begin="menu", key="1", end="sales")
_ROUND = Of(flow=FLOW, version=2, begin="menu", key=NONE, end="menu")
_END = Of(flow=FLOW, version=2, begin="hours", end=NONE, result="hangup")


def _report(name: str, days: int, grain: str = "", compare: bool = False, **options: str) -> Ask:
    """Of so many days to today, or to one of the days before: the number moves it. `{n}` in options is the number."""

    def ask(db: sa.Engine, made: Made, number: int) -> bytes:
        of = definition(name)
        back = number % 5 if days < TWO_YEARS else 0
        when = period(made.day(back + days - 1).isoformat(), made.day(back).isoformat(), ZONE, grain)
        given = {key: value.format(queue=_queue(number), agent=_agent(number)) for key, value in options.items()}
        question = asked(of, when, given, KNOWN, made.until + 43200)
        found = run(db, of.read, question)
        earlier = None
        if compare:
            earlier = run(db, of.read, msgspec.structs.replace(question, period=when.before()))
        return msgspec.json.encode(answer(of, found, earlier, None))

    return ask


def _behind(name: str, figure: str, days: int = YEAR, page: int = 1, of: Of = Of(), **options: str) -> Ask:
    """The calls behind a figure of a report; of the second page `page` 2."""

    def ask(db: sa.Engine, made: Made, number: int) -> bytes:
        when = period(made.day(days - 1).isoformat(), made.day(0).isoformat(), ZONE, "day")
        when = between(when.from_at + number * 900, when.to_at - number * 900, ZONE, "day")
        given = {key: value.format(queue=_queue(number), agent=_agent(number)) for key, value in options.items()}
        question = asked(definition(name), when, given, KNOWN, made.until + 43200)
        after, found = "", Page(calls=(), next=None)
        for _ in range(page):
            found = run(db, calls_behind, question, figure, of, _PAGE, after)
            after = found.next or ""
        return msgspec.json.encode(_counted(found))

    return ask


def _went(days: int, step: Of, page: int = 1) -> Ask:
    """The calls that went a step of the flow, of so many days to one of the last ones; of the page so many."""

    def ask(db: sa.Engine, made: Made, number: int) -> bytes:
        question = asked(definition("ivr"), _days(made, days, number), {}, KNOWN, made.until + 43200)
        after, found = "", Page(calls=(), next=None)
        for _ in range(page):
            found = run(db, calls_by_hop, question, step, _PAGE, after)
            after = found.next or ""
        return msgspec.json.encode(_counted(found))

    return ask


def _time(figure: str, days: int, page: int = 1, reason: str = "", **options: str) -> Ask:
    """The stretches behind a figure of agents' time, of so many days to one of the last ones; of the page so many."""

    def ask(db: sa.Engine, made: Made, number: int) -> bytes:
        given = {key: value.format(agent=_agent(number)) for key, value in options.items()}
        question = asked(definition("agents"), _days(made, days, number), given, KNOWN, made.until + 43200)
        most = _STRETCHES if given else 1  # a list of agents is asked for before one is chosen
        after, found = "", TimePage(value=None, agents=(), stretches=(), next=None)
        for _ in range(page):
            found = run(db, time_behind, question, figure, reason, most, after)
            after = found.next or ""
        return msgspec.json.encode(told_times(question, found))

    return ask


def _days(made: Made, days: int, number: int) -> Period:
    back = number % 5
    return period(made.day(back + days - 1).isoformat(), made.day(back).isoformat(), ZONE)


def _counted(page: Page) -> CountedCalls:
    calls = (
        CountedCall(
            at=each.at,
            agent=each.agent,
            queue=each.queue,
            times=each.times,
            call=msgspec.convert(each.call, CallSummary, from_attributes=True),
        )
        for each in page.calls
    )
    return CountedCalls(calls=tuple(calls), next=page.next)


def _search(days: int, make: Callable[[int], CallFilter]) -> Ask:
    """A page of the list of calls of so many days; 0: of all."""

    def ask(db: sa.Engine, made: Made, number: int) -> bytes:
        filters = make(number)
        if days:
            filters = msgspec.structs.replace(
                filters, from_at=made.until - days * 86400.0, to_at=made.until + 86400.0
            )
        found = history.recent_calls(db, filters, _PAGE + 1)
        calls = tuple(msgspec.convert(each, CallSummary, from_attributes=True) for each in found[:_PAGE])
        return msgspec.json.encode(CallList(calls=calls, before=calls[-1].id if len(found) > _PAGE else None))

    return ask


def _queue(number: int) -> str:
    return QUEUES[number * 7 % len(QUEUES)]


def _agent(number: int) -> str:
    return AGENTS[number * 11 % len(AGENTS)]


def _caller(number: int) -> str:
    return f"+8613{number * 131:09}"


REPORTS: dict[str, Ask] = {
    "traffic, a day by quarter of an hour": _report("traffic", 1, "quarter"),
    "traffic, a month by hour": _report("traffic", MONTH, "hour"),
    "traffic and heat map, a month by day": _report("traffic", MONTH, "day"),
    "traffic and heat map, a year by day": _report("traffic", YEAR, "day"),
    "traffic and heat map, a year by week": _report("traffic", YEAR, "week"),
    "traffic and heat map, a year by month": _report("traffic", YEAR, "month"),
    "traffic and heat map, two years by year": _report("traffic", TWO_YEARS, "year"),
    "traffic of one queue, a year by day": _report("traffic", YEAR, "day", queues="{queue}"),
    "traffic, a month and the one before": _report("traffic", MONTH, "day", compare=True),
    "traffic, a year and the one before": _report("traffic", 364, "month", compare=True),
    "queues (SL, ASA, abandons, waits, exits), a month": _report("queues", MONTH, "day"),
    "queues (SL, ASA, abandons, waits, exits), a year": _report("queues", YEAR, "month"),
    "one queue, a year by week": _report("queues", YEAR, "week", queues="{queue}"),
    "agents, a month by day": _report("agents", MONTH, "day"),
    "agents, a year": _report("agents", YEAR, "month"),
    "one agent, a year by day": _report("agents", YEAR, "day", agents="{agent}"),
    "agents, a year by day": _report("agents", YEAR, "day"),
    "agents of one queue, a year by month": _report("agents", YEAR, "month", queues="{queue}"),
    "timeline of 300 agents, a day": _report("timeline", 1),
    "timeline of one agent, a day": _report("timeline", 1, agents="{agent}"),
    "survey, a month": _report("survey", MONTH, "day"),
    "survey, a year": _report("survey", YEAR, "month"),
    "survey about one agent, a year": _report("survey", YEAR, "month", agents="{agent}"),
    "IVR paths, a year": _report("ivr", YEAR),
    "numbers, a year": _report("numbers", YEAR, "month"),
    "repeat callers and FCR, a day": _report("repeats", 1),
    "repeat callers and FCR, a month": _report("repeats", MONTH),
    "repeat callers and FCR, a year": _report("repeats", YEAR),
    "repeat callers and FCR of one queue, a year": _report("repeats", YEAR, queues="{queue}"),
    "dispositions, a year": _report("dispositions", YEAR, "month"),
    "dispositions of one agent, a year": _report("dispositions", YEAR, "month", agents="{agent}"),
}
CALLS: dict[str, Ask] = {
    "calls behind offered, a year": _behind("queues", "offered"),
    "calls behind abandons, a year": _behind("queues", "abandoned"),
    "calls behind short abandons of one queue, a year": _behind("queues", "short", queues="{queue}"),
    "calls behind one queue's talks, a year, second page": _behind("queues", "handled", page=2, queues="{queue}"),
    "calls behind waits of 3 to 5 minutes, a year": _behind(
        "queues", "answered", of=Of(waited_from_s=180.0, waited_to_s=300.0)
    ),
    "calls behind an agent's talks, a year": _behind("agents", "handled", agents="{agent}"),
    "calls behind an agent's missed offers, a year": _behind("agents", "missed", agents="{agent}"),
    "calls behind a key of the survey, a year": _behind("survey", "answers", of=Of(survey="rating", key="3")),
    "calls behind one disposition, a year": _behind("dispositions", "handled", dispositions="reason-9"),
    "calls behind one number, a year": _behind("numbers", "calls", numbers="+864008001003"),
    "calls behind repeats, a year": _behind("repeats", "repeats"),
    "calls behind FCR, a year": _behind("repeats", "fcr"),
    "calls that went a step of a flow, a day": _went(1, _STEP),
    "calls that went a step of a flow, a month": _went(MONTH, _STEP),
    "calls that went a step of a flow, a month, third page": _went(MONTH, _STEP, page=3),
    "calls that went round in a menu, a month": _went(MONTH, _ROUND),
    "calls that ended at a node of a flow, a month": _went(MONTH, _END),
    "search: the newest calls": _search(0, lambda n: CallFilter()),
    "search: a caller": _search(0, lambda n: CallFilter(caller=_caller(n))),
    "search: an agent's newest calls": _search(0, lambda n: CallFilter(agent=_agent(n))),
    "search: an agent, a year": _search(YEAR, lambda n: CallFilter(agent=_agent(n))),
    "search: a queue's abandoned calls, a year": _search(
        YEAR, lambda n: CallFilter(queue=_queue(n), outcome="abandoned")
    ),
    "search: an agent's disposition, a year": _search(
        YEAR, lambda n: CallFilter(agent=_agent(n), disposition="reason-9")
    ),
    "search: long talks with a bad score, a month": _search(
        MONTH, lambda n: CallFilter(talk_from_s=1800.0, score_to=1.0)
    ),
    "search: words of a note, a month": _search(MONTH, lambda n: CallFilter(text=f"order {n * 3777 % 1_000_000}, ")),
}
TIMES: dict[str, Ask] = {
    "time of all agents behind a figure, a day": _time("talking_s", 1),
    "time of all agents behind a figure, a month": _time("talking_s", MONTH),
    "time of an agent behind a figure, a day": _time("talking_s", 1, agents="{agent}"),
    "time of an agent behind a figure, a month": _time("talking_s", MONTH, agents="{agent}"),
    "time of an agent behind a figure, a month, third page": _time("ready_s", MONTH, page=3, agents="{agent}"),
    "time of an agent behind the occupancy, a month": _time("occupancy", MONTH, agents="{agent}"),
    "pauses of an agent for one reason, a month": _time("pauses", MONTH, reason="lunch", agents="{agent}"),
    "time of an agent behind a figure, a year": _time("paused_s", YEAR, agents="{agent}"),
}
EVERYTHING = {**REPORTS, **CALLS, **TIMES}
