"""What is measured: every report over a year, and what people ask for most; each beside plain SQL without
roll-ups."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bench.large.generator import BEGIN_AT, WEEKS, ZONE
from callcenter.store.reports import drill
from callcenter.store.reports.agents import agents
from callcenter.store.reports.compare import compare
from callcenter.store.reports.dispositions import dispositions
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.heat_map import heat_map
from callcenter.store.reports.ivr_paths import ivr_paths
from callcenter.store.reports.numbers import numbers
from callcenter.store.reports.period import Period, of_days
from callcenter.store.reports.queue_traffic import queue_traffic
from callcenter.store.reports.repeats import repeats
from callcenter.store.reports.result import Asked
from callcenter.store.reports.surveys import surveys
from callcenter.store.reports.timeline import timeline
from callcenter.store.reports.waits import waits

LAST = datetime.fromtimestamp(BEGIN_AT + WEEKS * 604800, UTC).date() - timedelta(days=1)
Make = Callable[[sa.Engine, int], object]  # the number shifts the period, so that nothing is asked twice


def _asked(days: int, shift: int, grain: str, filters: Filters = Filters()) -> Asked:
    last = LAST - timedelta(days=1 + shift)
    period = of_days(last - timedelta(days=days - 1), last, ZONE, grain)
    return Asked(period=period, now=period.to_at, filters=filters)


def _year(report: Callable[[sa.Engine, Asked], object], grain: str = "month") -> Make:
    return lambda db, n: report(db, _asked(365, n, grain))


def _month(report: Callable[[sa.Engine, Asked], object], grain: str = "day") -> Make:
    return lambda db, n: report(db, _asked(30, n, grain))


def _queue(n: int) -> Filters:
    return Filters(queues=(f"queue-{n * 7 % 60:02}",))


REPORTS: dict[str, Make] = {
    "queues, a year by month": _year(queue_traffic),
    "queues, a year by day": _year(queue_traffic, "day"),
    "queues, a month by hour": _month(queue_traffic, "hour"),
    "queues, a day by quarter": lambda db, n: queue_traffic(db, _asked(1, n, "quarter")),
    "one queue, a year by week": lambda db, n: queue_traffic(db, _asked(365, n, "week", _queue(n))),
    "waits, a year": _year(waits),
    "agents, a year": _year(agents),
    "agents, a month by day": _month(agents),
    "one agent, a year by day": lambda db, n: agents(db, _asked(365, n, "day", Filters(agents=(str(8001 + n),)))),
    "surveys, a year": _year(surveys),
    "flows, a year": _year(ivr_paths),
    "numbers, a year": _year(numbers),
    "repeat calls and FCR, a year": _year(repeats),
    "dispositions, a year": _year(dispositions),
    "arrivals by hour, a year": _year(heat_map),
    "timeline of 300 agents, a day": lambda db, n: timeline(db, _asked(1, n % 10, "hour")),
    "queues, a month and the one before": lambda db, n: compare(db, _asked(30, n, "day"), queue_traffic),
    "calls behind abandons, a year": lambda db, n: drill.calls_behind(db, _asked(365, n, "day"), "abandoned"),
    "calls behind one queue's talks, a year": lambda db, n: drill.calls_behind(
        db, _asked(365, n, "day", _queue(n)), "handled"
    ),
}

# The same figures from the rows of the calls, as one would write it: the peer.
_BOUNDS = "BETWEEN {from_at} AND {to_at}"
PLAIN: dict[str, str] = {
    "queues, a year by month": "SELECT queue, count(*), sum(CASE WHEN reason = 'answered' THEN 1 ELSE 0 END), "
    "sum(CASE WHEN reason = 'answered' AND waited_s <= service_level_s THEN 1 ELSE 0 END), "
    "sum(CASE WHEN reason = 'abandoned' THEN 1 ELSE 0 END), avg(waited_s), max(waited_s) FROM queue_entries "
    f"WHERE entered_at {_BOUNDS} GROUP BY queue",
    "agents, a year": "SELECT agent, count(*), sum(talk_s), sum(hold_s), sum(wrap_up_s) FROM talks "
    f"WHERE over_at {_BOUNDS} GROUP BY agent",
    "repeat calls and FCR, a year": "SELECT queue, count(*), "
    "sum(CASE WHEN n - arrived_at <= 604800 THEN 1 ELSE 0 END) FROM (SELECT queue, arrived_at, answered, "
    "lead(arrived_at) OVER (PARTITION BY caller, queue ORDER BY arrived_at) n "
    f"FROM calls WHERE arrived_at {_BOUNDS}) x WHERE answered GROUP BY queue",
}


def plain(db: sa.Engine, name: str) -> None:
    period: Period = _asked(365, 0, "month").period
    with db.connect() as connection:
        statement = PLAIN[name].format(from_at=period.from_at, to_at=period.to_at)
        connection.execute(sa.text(statement)).all()
