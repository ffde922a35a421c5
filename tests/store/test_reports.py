"""Every report over one call, and what a period without any looks like."""

import msgspec
import pytest

from callcenter.calls import events as ev
from callcenter.store.reports.agents import agents
from callcenter.store.reports.causes import causes
from callcenter.store.reports.compare import compare
from callcenter.store.reports.dispositions import dispositions
from callcenter.store.reports.drill import DRILLED, calls_behind
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.formulas import Used
from callcenter.store.reports.heat_map import heat_map
from callcenter.store.reports.ivr_paths import ivr_paths
from callcenter.store.reports.numbers import numbers
from callcenter.store.reports.period import between, of_days
from callcenter.store.reports.queue_traffic import queue_traffic
from callcenter.store.reports.recordings import recordings
from callcenter.store.reports.repeats import repeats
from callcenter.store.reports.result import Asked
from callcenter.store.reports.scores import scores
from callcenter.store.reports.surveys import surveys
from callcenter.store.reports.timeline import timeline
from callcenter.store.reports.variants import Variants
from callcenter.store.reports.waits import waits
from tests.store.ledger_stories import CENTRE, answered_call, signed_in
from tests.store.store_rows import add

ZONE = "Asia/Shanghai"
REPORTS = (
    *(queue_traffic, waits, agents, surveys, ivr_paths, numbers, repeats, dispositions, heat_map, timeline),
    *(scores, recordings, causes),
)


@pytest.fixture
def told(db):
    centre = ev.CentreApplied(at=1.0, version=1, centre=CENTRE)
    add(db, [centre, *signed_in(at=90000.0), *answered_call(begin=90100.0)])
    return db


def asked(from_at=86400.0, to_at=172800.0, grain="hour"):
    return Asked(period=between(from_at, to_at, ZONE, grain), now=92000.0)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__)
def test_a_period_without_anything_is_a_report_too(db, report):
    made = report(db, asked())
    assert (made.discrepancies, made.stored_seq) == ((), 0)


def test_an_agents_day(told):
    (row,) = agents(told, asked()).by_agent
    assert (row.agent, row.offers, row.missed, row.handled, row.transfers) == ("8001", 1, 0, 1, 0)
    assert (row.signed_in_s, row.talking_s, row.held_s, row.wrapping_s) == (2000.0, 14.0, 6.0, 10.0)
    assert (row.ringing_s, row.paused_s, row.pauses_s) == (3.0, 1.0, {"": 1.0})
    assert row.occupancy == 30.0 / 1999.0
    assert (row.aht_s, row.att_s, row.csat, row.response_rate, row.push_rate) == (30.0, 14.0, 1.0, 1.0, 1.0)


def test_the_other_reports_of_the_call(told):
    (row,) = surveys(told, asked()).by_question
    assert (row.survey, row.question, row.csat, row.keys[0].key) == ("rating", "satisfied", 1.0, "1")
    (row,) = numbers(told, asked()).by_number
    assert (row.number, row.direction, row.calls, row.answered) == ("+862112345678", "inbound", 1, 1)
    (row,) = dispositions(told, asked()).by_disposition
    assert (row.disposition, row.handled, row.share, row.aht_s) == ("complaint", 1, 1.0, 30.0)
    found = repeats(told, asked())
    assert (found.total.contacts, found.total.handled_contacts, found.total.fcr, found.unsettled) == (1, 1, 1.0, 1)
    (cell,) = [cell for cell in heat_map(told, asked()).cells if cell.offered]
    assert (cell.weekday, cell.hour, cell.days, cell.mean) == (4, 9, 1, 1.0)
    assert [way.runs for flow in ivr_paths(told, asked()).flows for way in flow.ways] == [1, 1]
    (line,) = timeline(told, asked()).lines
    assert {stretch.state for stretch in line.stretches[:3]} == {"signed_in", "paused", "ready"}
    (row,) = waits(told, asked()).by_queue
    assert (row.answered, row.percentiles[0].wait_s, row.percentiles[0].error_s) == (1, 3.5, 1.5)


@pytest.mark.parametrize("figure", sorted(DRILLED))
def test_a_figure_opens_its_calls(told, figure):
    page = calls_behind(told, asked(), figure)
    assert page.next is None
    assert {behind.call.id for behind in page.calls} <= {"one-1.1"}


def test_first_call_resolution_from_the_survey_opens_the_calls_that_were_not_solved(told):
    about = {"interaction": "one-1.1", "survey": "rating", "agent": "8001", "queue": "service"}
    add(told, [_solved(90131.0, about, "1", True)])
    survey = msgspec.structs.replace(asked(), variants=Variants(fcr_category="survey"))
    assert _resolution(repeats(told, survey).total) == (1, 1, 1.0)
    assert [calls_behind(told, survey, name).calls == () for name in ("fcr", "solved")] == [True, False]
    add(told, [_solved(90132.0, about, "2", False)])  # the last answer counts
    found = repeats(told, survey)
    assert _resolution(found.total) == _resolution(found.by_queue[0]) == _resolution(found.by_agent[0]) == (1, 0, 0.0)
    assert [calls_behind(told, survey, name).calls == () for name in ("fcr", "solved")] == [False, True]
    assert found.formulas["fcr"] == Used(formula="fcr.survey", version=1)
    assert (surveys(told, survey).total.answers, surveys(told, survey).total.csat) == (1, 1.0)


def _solved(at, about, key, solved):
    rated = {"score": None, "satisfied": None, "solved": solved}
    return ev.SurveyAnswered(at=at, question="solved", key=key, **rated, **about)


def _resolution(row):
    return row.resolution_answers, row.solved, row.fcr


def test_pages_of_calls_follow_one_another(told):
    add(told, answered_call("one-2.1", begin=91000.0, offer="o2"))
    first = calls_behind(told, asked(), "offered", limit=1)
    second = calls_behind(told, asked(), "offered", limit=1, after=first.next)
    assert [page.calls[0].call.id for page in (first, second)] == ["one-2.1", "one-1.1"]
    assert second.next is None


def test_compared_with_the_day_before(told):
    from datetime import date

    period = of_days(date(1970, 1, 2), date(1970, 1, 2), ZONE)
    both = compare(told, Asked(period=of_days(date(1970, 1, 3), date(1970, 1, 3), ZONE), now=1e6), queue_traffic)
    assert both.before.asked.period == period
    assert (both.now.total.offered, both.before.total.offered) == (0, 1)


def test_causes_stand_beside_agent_number_region_and_hour(told):
    add(told, answered_call("one-2.1", begin=93700.0, offer="o2", agent="8002"))
    made = causes(told, asked())
    assert [(row.agent, row.disposition, row.handled, row.share) for row in made.by_agent] == [
        ("8001", "complaint", 1, 1.0),
        ("8002", "complaint", 1, 1.0),
    ]
    (number,) = made.by_number
    assert (number.number, number.direction, number.handled, number.aht_s) == ("+862112345678", "inbound", 2, 30.0)
    assert [(row.region, row.handled) for row in made.by_region] == [("", 2)]
    assert [(row.weekday, row.hour, row.handled) for row in made.by_hour] == [(4, 9, 1), (4, 10, 1)]
    with pytest.raises(BadReport, match="31 days"):
        causes(told, asked(from_at=0.0, to_at=40 * 86400.0, grain="day"))


def test_a_timeline_of_days_to_come_is_empty(told):
    add(told, signed_in("8002", at=91000.0))
    assert [line.agent for line in timeline(told, asked()).lines] == ["8001", "8002"]
    assert timeline(told, asked(from_at=172800.0, to_at=259200.0)).lines == ()


def test_a_timeline_leaves_whole_agents_out_and_says_so(told, monkeypatch):
    from callcenter.reporting import books
    from callcenter.reporting.catalogue import REPORTS as DEFINITIONS
    from callcenter.store.reports import timeline as module

    add(told, signed_in("8002", at=90000.0))
    whole = timeline(told, asked())
    assert ([line.agent for line in whole.lines], whole.cut) == (["8001", "8002"], False)
    monkeypatch.setattr(module, "MOST_INTERVALS", len(whole.lines[0].stretches) + 1)
    part = timeline(told, asked())
    assert ([line.agent for line in part.lines], part.cut) == (["8001"], True)
    assert "choose agents" in books.book(DEFINITIONS["timeline"], [part]).wrong[0].en
    assert books.book(DEFINITIONS["timeline"], [whole]).wrong == ()
