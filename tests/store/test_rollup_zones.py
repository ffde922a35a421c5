"""Days of roll-ups in zones of every kind, over the days clocks change on: equal to what the rows say."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.store import tables as t
from callcenter.store.database import writing
from callcenter.store.reports.heat_map import heat_map
from callcenter.store.reports.period import of_days
from callcenter.store.reports.queue_traffic import queue_traffic
from callcenter.store.reports.result import Asked
from callcenter.store.rollups import keeper, remake
from callcenter.store.rollups.tables import TABLES
from tests.store.ledger_stories import CENTRE, answered_call
from tests.store.store_rows import add

CHANGES = {
    "Europe/Berlin": date(2026, 10, 25),
    "America/St_Johns": date(2026, 3, 8),
    "Australia/Lord_Howe": date(2026, 10, 4),
    "Asia/Kathmandu": date(2026, 10, 25),
    "Africa/Cairo": date(2026, 4, 24),
}


def centre(zone, version=1):
    import msgspec

    return ev.CentreApplied(at=1.0, version=version, centre=msgspec.structs.replace(CENTRE, zone=zone))


def calls_around(zone, day):
    """One every 25 minutes, from the noon before to the noon after."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).timestamp()
    for number, begin in enumerate(range(int(noon) - 129_600, int(noon) + 129_600, 1500)):
        yield from answered_call(f"one-{number}.1", begin=float(begin), offer=f"o{number}")


@pytest.mark.parametrize("zone", CHANGES)
def test_days_and_hours_are_those_of_the_local_clock(db, zone):
    day = CHANGES[zone]
    add(db, [centre(zone), *calls_around(zone, day)])
    period = of_days(day - timedelta(days=1), day + timedelta(days=1), zone)
    report = queue_traffic(db, Asked(period=period, now=period.to_at))
    with db.connect() as connection:
        c = t.queue_entries.c
        within = (c.entered_at >= period.from_at) & (c.entered_at < period.to_at)
        moments = list(connection.scalars(sa.select(c.entered_at).where(within)))
    by_day = [0, 0, 0]
    by_hour = [0] * 24
    for at in moments:
        there = datetime.fromtimestamp(at, ZoneInfo(zone))
        by_day[(there.date() - day).days + 1] += 1
        by_hour[there.hour] += 1
    assert [step.offered for step in report.by_step] == by_day
    cells = heat_map(db, Asked(period=period, now=period.to_at)).cells
    assert [sum(cell.offered for cell in cells if cell.hour == hour) for hour in range(24)] == by_hour
    with writing(db) as connection:
        before = contents(connection)
        remake.everything(connection, keeper.zone(connection))
        assert contents(connection) == before


def test_another_zone_of_the_centre_has_other_days_of_the_same_quarters(db):
    day = CHANGES["Europe/Berlin"]
    add(db, [centre("Europe/Berlin"), *calls_around("Europe/Berlin", day)])
    with db.connect() as connection:
        berlin = contents(connection)
    add(db, [centre("Asia/Kathmandu", 2)])
    with db.connect() as connection:
        kathmandu = contents(connection)
    assert kathmandu["queue_quarters"] == berlin["queue_quarters"]
    assert kathmandu["queue_days"] != berlin["queue_days"]
    add(db, [centre("Europe/Berlin", 3)])
    with db.connect() as connection:
        assert contents(connection) == berlin


def contents(connection):
    return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in TABLES.values()}
