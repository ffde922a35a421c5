"""When callers come: arrivals in queues by weekday and hour of the local clock."""

import msgspec
import sqlalchemy as sa

from callcenter.store import projections
from callcenter.store.reports.cover import Piece, cover
from callcenter.store.reports.filters import only
from callcenter.store.reports.formulas import used
from callcenter.store.reports.period import local
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import in_piece
from callcenter.store.rollups import keeper
from callcenter.store.rollups.spec import HOURS, QUEUE
from callcenter.store.rollups.tables import TABLES

_THURSDAY = 3  # the first day of 1970


class HeatCell(msgspec.Struct, frozen=True, kw_only=True):
    """`weekday` 0 is Monday. `days`: how many such weekdays the period has; `mean` is arrivals by weekday."""

    weekday: int
    hour: int
    offered: int
    days: int
    mean: float | None


class HeatMap(Report, frozen=True, kw_only=True):
    """All 168 cells, Monday 0:00 first."""

    cells: tuple[HeatCell, ...]


def heat_map(db: sa.Engine, asked: Asked) -> HeatMap:
    only(asked.filters, "queues")
    counts = [[0] * 24 for _ in range(7)]
    with db.connect() as connection:
        for piece in cover(asked.period, keeper.zone(connection), "days"):
            if piece.level == "days":
                _days(connection, asked, piece, counts)
            else:
                _quarters(connection, asked, piece.first, piece.last, counts)
        stored = projections._stored_seq(connection)
    days = _weekdays(asked)
    return HeatMap(
        asked=asked,
        formulas=used(("offered",), asked.variants),
        source="rollup",
        stored_seq=stored,
        cells=tuple(
            HeatCell(
                weekday=weekday,
                hour=hour,
                offered=counts[weekday][hour],
                days=days[weekday],
                mean=counts[weekday][hour] / days[weekday] if days[weekday] else None,
            )
            for weekday in range(7)
            for hour in range(24)
        ),
    )


def _days(connection: sa.Connection, asked: Asked, piece: Piece, counts: list[list[int]]) -> None:
    c = TABLES[HOURS.name, "days"].c
    weekday = (c.slot + _THURSDAY) % 7
    query = sa.select(weekday, *(sa.func.sum(c[name]) for name in HOURS.sums))
    query = query.where(in_piece(HOURS, piece, asked.filters.queues))
    query = query.where(c.queue.in_(asked.filters.queues)) if asked.filters.queues else query
    for of, *sums in connection.execute(query.group_by(weekday)):
        counts[of] = [before + int(number) for before, number in zip(counts[of], sums, strict=True)]


def _quarters(connection: sa.Connection, asked: Asked, first: int, last: int, counts: list[list[int]]) -> None:
    c = TABLES[QUEUE.name, "quarters"].c
    query = sa.select(c.slot, sa.func.sum(c.offered)).where(c.slot >= first, c.slot < last).group_by(c.slot)
    query = query.where(c.queue.in_(asked.filters.queues)) if asked.filters.queues else query
    for slot, number in connection.execute(query):
        there = local(slot, asked.period.zone)
        counts[there.weekday()][there.hour] += int(number)


def _weekdays(asked: Asked) -> list[int]:
    found = [0] * 7
    first, last = (local(at, asked.period.zone).date() for at in (asked.period.from_at, asked.period.to_at - 1))
    for number in range(first.toordinal(), last.toordinal() + 1):
        found[(number + 6) % 7] += 1
    return found
