"""Millions of calls straight into the tables, by SQL alone: the same ones on every database, by their numbers.

A centre of 60 queues and 300 agents, twelve hotline numbers,
        two years. Arrivals follow the hours and the days of the
week; queues, agents and callers are drawn unevenly; waits,
        talks and wrap-ups are spread as in practice. Every value is
an arithmetic hash of the call's number and a seed. Picks, key presses, legs,
        segments and recordings are left out: no
report reads them.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex

from callcenter.calls.codec import encode
from callcenter.store.agent_intervals import Standing
from callcenter.store.rollups import keeper, remake
from callcenter.store.tables import agent_standing, metadata

QUEUES, AGENTS, NUMBERS, DISPOSITIONS = 60, 300, 12, 10
BEGIN_AT = 1_700_409_600  # Monday 2023-11-20, 0:00 in Shanghai
WEEKS = 104
ZONE = "Asia/Shanghai"
SEED = 7

Say = Callable[[str], None]

_TABLES = (
    "calls", "call_agents", "queue_entries", "offers", "talks", "survey_pushes", "survey_answers", "flow_runs",
    "agent_intervals", "contacts",
)  # fmt: skip


def fill(url: str, calls: int, say: Say) -> None:
    """Into empty tables. Indexes are made afterwards, and nothing is made durable before the end: a fresh import."""
    rows(url, calls, say)
    indexes(url, say)
    rollups(url, say)


def rows(url: str, calls: int, say: Say) -> None:
    db = _for_import(url)
    _step(db, "indexes off", say, lambda c: [_run(c, f"DROP INDEX {name}") for name, _ in _indexes(db)])
    _step(db, "draw", say, lambda c: _draw(c, calls))
    for table, statement in _STATEMENTS.items():
        _step(db, table, say, lambda c, s=statement: _run(c, s))  # type: ignore[misc]
    _step(db, "agent_intervals", say, lambda c: _intervals(c, calls))
    _step(db, "drawn away", say, lambda c: _run(c, "DROP TABLE drawn"))
    db.dispose()


def indexes(url: str, say: Say) -> None:
    db = _for_import(url)
    for name, statement in _indexes(db):
        _step(db, name, say, lambda c, s=statement: _run(c, s))  # type: ignore[misc]
    _analyze(db)
    db.dispose()


def rollups(url: str, say: Say) -> None:
    db = _for_import(url)
    _step(db, "contacts", say, remake.make_contacts)
    _step(db, "quarters", say, remake.make_quarters)
    _step(db, "days", say, lambda c: (keeper.set_zone(c, ZONE), remake.make_days(c, ZONE)))
    _analyze(db)
    db.dispose()


def _for_import(url: str) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(
            url, connect_args={"options": "-c synchronous_commit=off -c work_mem=256MB -c maintenance_work_mem=512MB"}
        )
    db = sa.create_engine(url)

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            connection.execute(f"PRAGMA {pragma}")

    sa.event.listen(db, "connect", prepare)
    sa.event.listen(db, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return db


def _run(connection: sa.Connection, statement: str) -> None:
    """The driver of PostgreSQL takes a percent sign for a parameter's."""
    doubled = statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
    connection.exec_driver_sql(doubled)


def _step(db: sa.Engine, name: str, say: Say, work: Callable[[sa.Connection], object]) -> None:
    began = time.monotonic()
    with db.begin() as connection:
        work(connection)
    say(f"  {name}: {time.monotonic() - began:.1f} s")


def _analyze(db: sa.Engine) -> None:
    with db.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _indexes(db: sa.Engine) -> Iterator[tuple[str, str]]:
    """Name and statement of the indexes of the tables that are filled."""
    for name in _TABLES:
        for index in sorted(metadata.tables[name].indexes, key=lambda each: str(each.name)):
            yield str(index.name), str(CreateIndex(index).compile(dialect=db.dialect))


# ---- what is drawn


def _u(k: int) -> str:
    """A number from 0 (included) to 1 (not) for draw `k` of call `i`."""
    first = f"((i * 2654435761 + {k * 40503 + SEED}) % 4294967296)"
    return (
        f"(((({first} * 1103515245 + 12345) % 2147483648) / 65536) * 65536 + {first} % 65536) % 1000003 / 1000003.0"
    )


def _draw(connection: sa.Connection, calls: int) -> None:
    week_s, pace = 604800, calls / WEEKS
    share = f"((i % {int(pace)}) / {pace!r})"  # of the week
    day = f"CASE WHEN {share} < 0.2 THEN 0 WHEN {share} < 0.383 THEN 1 WHEN {share} < 0.55 THEN 2 " \
          f"WHEN {share} < 0.717 THEN 3 WHEN {share} < 0.9 THEN 4 WHEN {share} < 0.967 THEN 5 ELSE 6 END"  # fmt: skip
    bounds = ((0, 0.0, 0.2), (1, 0.2, 0.383), (2, 0.383, 0.55), (3, 0.55, 0.717), (4, 0.717, 0.9), (5, 0.9, 0.967))
    whens = " ".join(f"WHEN {number} THEN ({share} - {a}) / {b - a!r}" for number, a, b in bounds)
    of_day = f"CASE day {whens} ELSE ({share} - 0.967) / 0.033 END"
    # 8:00 to 20:00, two humps: a third of the calls in 9 to 11, a quarter in 14 to 16
    clock = (
        "CASE WHEN p < 0.08 THEN 28800 + p / 0.08 * 3600 WHEN p < 0.42 THEN 32400 + (p - 0.08) / 0.34 * 7200 "
        "WHEN p < 0.6 THEN 39600 + (p - 0.42) / 0.18 * 10800 WHEN p < 0.86 THEN 50400 + (p - 0.6) / 0.26 * 7200 "
        "ELSE 57600 + (p - 0.86) / 0.14 * 14400 END"
    )
    if connection.dialect.name == "postgresql":
        numbers, kind = f"SELECT i FROM generate_series(0, {calls - 1}) AS s(i)", "UNLOGGED TABLE"
        numbers = f"SELECT i::bigint FROM ({numbers}) x"
    else:
        numbers = (
            f"WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < {calls - 1}) SELECT i FROM s"
        )
        kind = "TABLE"
    _run(
        connection,
        f"CREATE {kind} drawn AS SELECT i, at, queue, (queue * 5 + CAST(FLOOR({_u(3)} * 15) AS BIGINT)) % {AGENTS} "
        f"AS agent, "
        f"CAST(FLOOR({_u(4)} * {_u(5)} * {max(calls // 4, 10)}) AS BIGINT) AS caller, "
        f"CASE WHEN o < 0.07 THEN 'flow_only' WHEN o < 0.15 THEN 'abandoned' WHEN o < 0.165 THEN 'callback' "
        f"WHEN o < 0.18 THEN 'voicemail' ELSE 'answered' END AS outcome, "
        f"FLOOR((12 * ({_u(6)} + 0.02) / (1.003 - {_u(6)})) * 8) / 8.0 AS waited, "
        f"FLOOR((30 + 330 * {_u(7)} * {_u(8)} + 120 * {_u(7)}) * 8) / 8.0 AS talk, "
        f"CASE WHEN {_u(9)} < 0.25 THEN FLOOR({_u(10)} * 80 * 8) / 8.0 ELSE 0.0 END AS held, "
        f"FLOOR((5 + 55 * {_u(11)}) * 8) / 8.0 AS wrap, "
        f"CAST(FLOOR({_u(12)} * {DISPOSITIONS}) AS BIGINT) AS disposition, {_u(13)} AS survey, {_u(14)} AS missed, "
        f"CAST(FLOOR({_u(15)} * {NUMBERS}) AS BIGINT) AS number FROM ("
        f"SELECT i, {_u(1)} AS o, CAST(FLOOR({QUEUES} * {_u(2)} * {_u(2)}) AS BIGINT) AS queue, "
        f"{BEGIN_AT} + (i / {int(pace)}) * {week_s} + day * 86400 + FLOOR(({clock}) * 8) / 8.0 AS at FROM ("
        f"SELECT i, day, {of_day} AS p FROM (SELECT i, {day} AS day FROM ({numbers}) n0) n1) n2) n3",
    )


_ID = "'g-' || SUBSTR(CAST(1000000000 + i AS VARCHAR(12)), 2)"
_AGENT = "CAST(8001 + agent AS VARCHAR(8))"
_QUEUE = "'queue-' || SUBSTR(CAST(100 + queue AS VARCHAR(8)), 2)"
_CALLER = "'+8613' || SUBSTR(CAST(1000000000 + caller AS VARCHAR(12)), 2)"
_ANSWERED = "outcome = 'answered'"
_LENGTH = f"CASE WHEN {_ANSWERED} THEN 20.0 + waited + talk + held ELSE 20.0 + waited END"
_IN_QUEUE = "outcome <> 'flow_only'"
_EARLIER = "CASE WHEN missed < 0.1 THEN 1 ELSE 0 END"

_STATEMENTS = {
    "calls": f"""INSERT INTO calls (id, arrived_at, ended_at, caller, caller_name, customer_id, dialled,
        language, source,
        flow, queue, agent, device, answered, answered_at, waited_s, talk_s, hold_s, wrap_up_s, ended_by,
        end_phase, cause,
        outcome, short_abandon, disposition, note, survey, score, satisfied, recording, direction, tier, callback,
        as_number, failure, agents)
        SELECT {_ID}, at, at + {_LENGTH}, {_CALLER}, '', NULL,
        '+8640080010' || SUBSTR(CAST(100 + number AS VARCHAR(8)), 2),
        'zh-CN', 'live', 'main', CASE WHEN {_IN_QUEUE} THEN {_QUEUE} ELSE '' END,
        CASE WHEN {_ANSWERED} THEN {_AGENT} ELSE '' END, CASE WHEN {_ANSWERED} THEN 'web' ELSE '' END,
        {_ANSWERED}, CASE WHEN {_ANSWERED} THEN at + 20 + waited END,
        CASE WHEN {_IN_QUEUE} THEN waited ELSE 0.0 END,
        CASE WHEN {_ANSWERED} THEN talk ELSE 0.0 END, CASE WHEN {_ANSWERED} THEN held ELSE 0.0 END,
        CASE WHEN {_ANSWERED} THEN wrap ELSE 0.0 END, 'caller',
        CASE WHEN {_ANSWERED} THEN 'talking' ELSE 'waiting' END, 16,
        outcome, outcome = 'abandoned' AND waited <= 5,
        CASE WHEN {_ANSWERED} THEN 'reason-' || disposition ELSE '' END, '',
        CASE WHEN {_ANSWERED} AND survey < 0.6 THEN 'rating' ELSE '' END, NULL, NULL,
        CASE WHEN {_ANSWERED} THEN 'stored' ELSE 'none' END, 'inbound', '', '', '', '',
        CASE WHEN {_ANSWERED} THEN {_AGENT} ELSE '' END FROM drawn""",
    "call_agents": f"""INSERT INTO call_agents (agent, arrived_at, call_id)
        SELECT {_AGENT}, at, {_ID} FROM drawn WHERE {_ANSWERED}""",
    "queue_entries": f"""INSERT INTO queue_entries (call_id, seq, queue, entered_at, left_at, reason, waited_s, agent,
        service_level_s, short_abandon_s, source, credit_s, why, "to", foretold_low_s, foretold_high_s, place_at)
        SELECT {_ID}, 3, {_QUEUE}, at + 20, at + 20 + waited, outcome, waited,
        CASE WHEN {_ANSWERED} THEN {_AGENT} ELSE '' END, 20.0, 5.0, 'live', 0.0, '', '', NULL, NULL, NULL
        FROM drawn WHERE {_IN_QUEUE}""",
    "offers": f"""INSERT INTO offers (call_id, seq, id, agent, device, queue, made_at, rang_at, accepted_at,
        ended_at, result)
        SELECT {_ID}, 4, 'o', {_AGENT}, 'web', {_QUEUE}, at + 20 + waited - 3, at + 20 + waited - 2.5,
        CASE WHEN {_EARLIER} = 0 THEN at + 20 + waited END, at + 20 + waited,
        CASE WHEN {_EARLIER} = 1 THEN 'no_answer' ELSE 'answered' END FROM drawn WHERE {_ANSWERED}""",
    "talks": f"""INSERT INTO talks (call_id, seq, agent, device, queue, began_at, ended_at, talk_s, hold_s,
        wrap_up_s, ended_by,
        disposition, note, over_at)
        SELECT {_ID}, 5, {_AGENT}, 'web', {_QUEUE}, at + 20 + waited, at + 20 + waited + talk + held, talk, held,
        wrap,
        'caller', 'reason-' || disposition, '',
        at + 20 + waited + talk + held + wrap FROM drawn WHERE {_ANSWERED}""",
    "survey_pushes": f"""INSERT INTO survey_pushes (call_id, seq, at, survey, agent, queue, answers)
        SELECT {_ID}, 6, at + 20 + waited + talk + held, 'rating', {_AGENT}, {_QUEUE},
        CASE WHEN survey < 0.3 THEN 1 ELSE 0 END FROM drawn WHERE {_ANSWERED} AND survey < 0.6""",
    "survey_answers": f"""INSERT INTO survey_answers (call_id, seq, at, survey, question, key, score,
        satisfied, agent, queue)
        SELECT {_ID}, 7, at + 24 + waited + talk + held, 'rating', 'satisfied',
        CASE WHEN survey < 0.24 THEN '1' WHEN survey < 0.27 THEN '2' ELSE '3' END,
        CASE WHEN survey < 0.24 THEN 5.0 WHEN survey < 0.27 THEN 3.0 ELSE 1.0 END, survey < 0.24, {_AGENT}, {_QUEUE}
        FROM drawn WHERE {_ANSWERED} AND survey < 0.3""",
    "flow_runs": f"""INSERT INTO flow_runs (call_id, seq, flow, version, began_at, ended_at, result, path)
        SELECT {_ID}, 2, 'main', 1, at, at + 20, CASE WHEN {_IN_QUEUE} THEN 'queue' ELSE 'hangup' END,
        'welcome menu ' || (queue % 8 + 1) || ':step-' || (queue % 8) FROM drawn""",
}


def _intervals(connection: sa.Connection, calls: int) -> None:
    """Every agent from 8:00 to 20:00, in 28 stretches: a quarter of what a busy centre has. Every day of the two
    years for ten million calls; for fewer, as many fewer of the last days."""
    length = max(min(WEEKS * 7 * calls // 10_000_000, WEEKS * 7), 14)
    first = WEEKS * 7 - length
    rows = [{"agent": str(8001 + n), "body": encode(Standing(agent=str(8001 + n))).decode()} for n in range(AGENTS)]
    connection.execute(agent_standing.insert(), rows)
    series = "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {}) SELECT n FROM s"
    days, blocks = series.format(length - 1), series.format(28)
    agents = series.format(AGENTS - 1)
    begin = f"{BEGIN_AT} + (d.n + {first}) * 86400 + 28800"
    state = "CASE b.n % 7 WHEN 0 THEN 'ready' WHEN 3 THEN 'ready' WHEN 6 THEN 'paused' WHEN 1 THEN 'talking' " \
            "WHEN 4 THEN 'talking' ELSE 'wrap_up' END"  # fmt: skip
    _run(
        connection,
        f"""INSERT INTO agent_intervals (agent, seq, state, began_at, ended_at, reason, "by", interaction, queue)
        SELECT CAST(8001 + a.n AS VARCHAR(8)), d.n * 100 + b.n,
        CASE WHEN b.n = 28 THEN 'signed_in' ELSE {state} END,
        CASE WHEN b.n = 28 THEN {begin} ELSE {begin} + FLOOR(b.n * 12342.875) / 8.0 END,
        CASE WHEN b.n = 28 THEN {begin} + 43200 ELSE {begin} + FLOOR((b.n + 1) * 12342.875) / 8.0 END,
        CASE WHEN b.n % 7 = 6 THEN 'break' ELSE '' END, '', '', ''
        FROM ({days}) d CROSS JOIN ({agents}) a CROSS JOIN ({blocks}) b""",
    )
