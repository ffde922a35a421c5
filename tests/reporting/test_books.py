"""Every report becomes tables whose columns all have a name and a kind, also over nothing."""

import msgspec
import pytest

from callcenter.reporting import books
from callcenter.reporting.catalogue import REPORTS
from callcenter.reporting.flat import tables_of
from callcenter.reporting.questions import asked, definition, known_names, period
from callcenter.store.flow_ways import Way
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.ivr_paths import FlowPaths, HopCount, IvrPaths
from tests.reporting.test_runner import CENTRE, at
from tests.store.ledger_stories import signed_in

DAY = period("2026-11-26", "2026-11-26", "Asia/Shanghai")


def made(db, name, **options):
    of = definition(name)
    return of, of.read(db, asked(of, DAY, options, known_names(CENTRE), at("2026-11-27 12:00")))


@pytest.mark.parametrize("name", list(REPORTS))
@pytest.mark.parametrize("empty", [True, False])
def test_every_report_is_tables(db, told, call, name, empty):
    if not empty:
        told(signed_in(at=at("2026-11-26 09:00")))
        told(call(begin=at("2026-11-26 10:00")))
    of, found = made(db, name)
    book = books.book(of, found)
    assert book.sheets and book.wrong == ()
    for sheet in book.sheets:
        assert sheet.name.zh and sheet.name.en
        for row in sheet.rows:
            assert len(row) == len(sheet.columns)
            for cell, column in zip(row, sheet.columns, strict=True):
                words = cell is None or isinstance(cell, str)
                assert words or column.kind not in ("text", "queue", "agent"), (sheet.id, column.id, cell)
    if not empty:
        assert any(sheet.rows for sheet in book.sheets)


def test_one_call_counts_one_everywhere(db, told, call):
    told(signed_in(at=at("2026-11-26 09:00")))
    told(call(begin=at("2026-11-26 10:00")))
    totals = {}
    for name in ("queues", "agents", "survey", "numbers", "repeats"):
        _, found = made(db, name)
        totals |= {(name, column.id): value for column, value in books.figures(found)}
    assert totals["queues", "offered"] == totals["queues", "answered"] == totals["agents", "handled"] == 1
    assert totals["survey", "answers"] == totals["numbers", "calls"] == totals["repeats", "contacts"] == 1


def test_a_row_of_sums_stands_only_where_something_is_summed(db, told, call):
    told(signed_in(at=at("2026-11-26 09:00")))
    told(call(begin=at("2026-11-26 10:00")))
    sheets = {sheet.id: sheet for name in ("queues", "survey") for sheet in books.book(*made(db, name)).sheets}
    assert sheets["by_queue"].sums is not None and sheets["by_survey"].sums is not None
    assert sheets["percentiles"].rows and sheets["percentiles"].sums is None


def test_a_key_and_how_a_flow_ended_stand_apart(db):
    hops = (
        HopCount(version=1, begin="menu", end="bye", key="2", passages=3, runs=3),
        HopCount(version=1, begin="bye", end="", key="hangup", passages=3, runs=3),
    )
    ways = (Way(version=1, path="menu 2:bye", result="hangup", runs=3),)
    flow = FlowPaths(flow="hotline", runs=3, results={"hangup": 3}, ways=ways, hops=hops)
    _, (empty,) = made(db, "ivr")
    paths: IvrPaths = msgspec.structs.replace(empty, flows=(flow,))
    rows = {name: rows for name, _, rows in tables_of(paths)}["hops"]
    assert [(row.key, row.end, row.result) for row in rows] == [("2", "bye", ""), ("", "", "hangup")]


@pytest.mark.parametrize(
    ("name", "options", "field"),
    [
        ("queues", {"agents": "8001"}, "agents"),
        ("ivr", {"queues": "service"}, "queues"),
        ("queues", {"queues": "none"}, "queues"),
        ("agents", {"occupancy": "all"}, "occupancy"),
        ("queues", {"order_by": "offered; --"}, "order_by"),
    ],
)
def test_what_a_report_does_not_take_is_refused(db, name, options, field):
    with pytest.raises(BadReport) as refused:
        made(db, name, **options)
    assert refused.value.field == field and refused.value.text.zh
