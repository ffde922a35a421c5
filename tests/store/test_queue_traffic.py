"""Queue traffic, as roll-ups tell it."""

from callcenter.calls import events as ev
from callcenter.store.reports.period import between
from callcenter.store.reports.queue_traffic import queue_traffic
from callcenter.store.reports.result import Asked
from tests.store.ledger_stories import CENTRE, answered_call, signed_in
from tests.store.store_rows import add


def test_one_call_in_every_figure(db):
    add(
        db,
        [ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *signed_in(at=90000.0), *answered_call(begin=90100.0)],
    )
    period = between(90000.0, 91800.0, "Asia/Shanghai", "quarter")
    report = queue_traffic(db, Asked(period=period, now=99999.0))
    assert (report.source, report.discrepancies) == ("rollup", ())
    (row,) = report.by_queue
    assert (row.queue, row.offered, row.answered, row.within, row.handled) == ("service", 1, 1, 1, 1)
    assert (row.service_level, row.asa_s, row.aht_s, row.longest_wait_s) == (1.0, 4.0, 30.0, 4.0)
    assert (row.csat, row.surveys_pushed, row.surveys_answered) == (1.0, 1, 1)
    assert [step.offered for step in report.by_step] == [1, 0]
    assert report.formulas["service_level"].formula == "service_level"
