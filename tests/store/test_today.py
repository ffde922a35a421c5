"""Today by the quarter of an hour, and missed offers: booked where they belong, read by an index."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store import today
from callcenter.store.database import migrate, open_database

MIDNIGHT = 1_763_568_000.0
QUARTER = 900.0


@pytest.fixture
def db(tmp_path: Path) -> sa.Engine:
    url = f"sqlite:///{tmp_path / 'day.db'}"
    migrate(url)
    return open_database(url)


def entry(db: sa.Engine, seq: int, at: float, reason: str, waited_s: float | None = 4.0, **fields: object) -> None:
    row = {
        "call_id": f"c{seq}",
        "seq": seq,
        "queue": "sales",
        "entered_at": MIDNIGHT + at,
        "left_at": MIDNIGHT + at + waited_s if waited_s is not None else None,
        "reason": reason,
        "waited_s": waited_s,
        "agent": "",
        "service_level_s": 20.0,
        "short_abandon_s": 5.0,
    }
    with db.begin() as connection:
        connection.execute(t.queue_entries.insert().values(**row | fields))


def talk(db: sa.Engine, seq: int, began: float, talk_s: float, wrap_up_s: float, over: bool = True) -> None:
    row = {
        "call_id": f"c{seq}",
        "seq": seq,
        "agent": "8001",
        "device": "web",
        "queue": "sales",
        "began_at": MIDNIGHT + began,
        "ended_at": MIDNIGHT + began + talk_s if over else None,
        "talk_s": talk_s,
        "hold_s": 0.0,
        "wrap_up_s": wrap_up_s,
        "ended_by": "caller",
        "disposition": "",
        "note": "",
        "over_at": MIDNIGHT + began + talk_s + wrap_up_s if over else None,
    }
    with db.begin() as connection:
        connection.execute(t.talks.insert().values(**row))


def test_calls_are_booked_to_the_quarter_they_entered_in(db: sa.Engine) -> None:
    entry(db, 1, 10.0, "answered", 8.0)
    entry(db, 2, 899.9, "answered", 30.0)
    entry(db, 3, 900.0, "abandoned", 3.0)
    entry(db, 4, 901.0, "abandoned", 60.0)
    entry(db, 5, 902.0, "callback")
    entry(db, 6, 903.0, "overflow")
    entry(db, 7, 904.0, "system")
    entry(db, 8, 905.0, "", None)
    entry(db, 9, 906.0, "answered", source="callback")  # was offered once already
    entry(db, 10, -1.0, "answered")  # yesterday

    first, second, third = today.by_quarter(db, MIDNIGHT, MIDNIGHT + 2 * QUARTER + 1)

    assert (first.offered, first.answered, first.within, first.wait_s) == (2, 2, 1, 38.0)
    assert (second.offered, second.abandoned, second.short) == (6, 2, 1)
    assert (second.callbacks, second.flowed_out, second.failed, second.waiting) == (1, 1, 1, 1)
    assert second.offered == second.abandoned + second.callbacks + second.flowed_out + second.failed + second.waiting
    assert third == today.Quarter(step=2)


def test_one_queue_is_told_apart_from_the_others(db: sa.Engine) -> None:
    entry(db, 1, 10.0, "answered")
    entry(db, 2, 11.0, "answered", queue="service")

    assert [one.offered for one in today.by_quarter(db, MIDNIGHT, MIDNIGHT + 60)] == [2]
    assert [one.offered for one in today.by_quarter(db, MIDNIGHT, MIDNIGHT + 60, "service")] == [1]


def test_talks_are_booked_to_the_quarter_their_wrap_up_ends_in(db: sa.Engine) -> None:
    talk(db, 1, 880.0, 10.0, 9.0)  # over at 899
    talk(db, 2, 880.0, 10.0, 10.0)  # over at 900
    talk(db, 3, -600.0, 700.0, 5.0)  # began yesterday
    talk(db, 4, 20.0, 0.0, 0.0, over=False)

    first, second = today.by_quarter(db, MIDNIGHT, MIDNIGHT + 2 * QUARTER)

    assert (first.handled, first.talk_s, first.wrap_up_s) == (2, 710.0, 14.0)
    assert (second.handled, second.talk_s, second.wrap_up_s) == (1, 10.0, 10.0)


@pytest.mark.parametrize("queue", ["", "sales"])
def test_no_read_looks_at_more_than_the_day(db: sa.Engine, queue: str) -> None:
    queries = (
        today.entries_query(MIDNIGHT, MIDNIGHT + QUARTER, queue),
        today.talks_query(MIDNIGHT, MIDNIGHT + QUARTER, queue),
        today.missed_query("8001", MIDNIGHT, MIDNIGHT + QUARTER),
    )
    with db.connect() as connection:
        for query in queries:
            text = str(query.compile(db, compile_kwargs={"literal_binds": True}))
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
            assert any("USING INDEX" in step or "USING COVERING INDEX" in step for step in plan), plan
            assert not any(step.startswith("SCAN") for step in plan), plan
