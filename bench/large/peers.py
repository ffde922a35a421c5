"""The same figures from the rows of the calls, as one would write it without roll-ups: the peers."""

import sqlalchemy as sa

from bench.large.centre import Made
from bench.large.questions import YEAR

_BOUNDS = "BETWEEN :from_at AND :to_at"
# By the question that it stands beside.
PLAIN = {
    "queues (SL, ASA, abandons, waits, exits), a year": (
        "SELECT queue, count(*), sum(CASE WHEN reason = 'answered' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN reason = 'answered' AND waited_s <= service_level_s THEN 1 ELSE 0 END), "
        "sum(CASE WHEN reason = 'abandoned' THEN 1 ELSE 0 END), avg(waited_s), max(waited_s) FROM queue_entries "
        f"WHERE entered_at {_BOUNDS} GROUP BY queue"
    ),
    "agents, a year": (
        "SELECT agent, count(*), sum(talk_s), sum(hold_s), sum(wrap_up_s) FROM talks "
        f"WHERE over_at {_BOUNDS} GROUP BY agent"
    ),
    "repeat callers and FCR, a year": (
        "SELECT queue, count(*), sum(CASE WHEN n - arrived_at <= 604800 THEN 1 ELSE 0 END) FROM "
        "(SELECT queue, arrived_at, answered, "
        "lead(arrived_at) OVER (PARTITION BY caller, queue ORDER BY arrived_at) n "
        f"FROM calls WHERE arrived_at {_BOUNDS}) x WHERE answered GROUP BY queue"
    ),
}


def plain(db: sa.Engine, made: Made, name: str) -> None:
    with db.connect() as connection:
        bounds = {"from_at": made.until - (YEAR - 1) * 86400.0, "to_at": made.until + 86400.0}
        connection.execute(sa.text(PLAIN[name]), bounds).all()
