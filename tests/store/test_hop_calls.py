"""The calls behind a step of a flow are those that made it, counted by the way each call is told to have gone."""

from collections import Counter
from datetime import date
from random import Random

import pytest
import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.store.database import writing
from callcenter.store.flow_visits import straight
from callcenter.store.projections import apply
from callcenter.store.reports import hop_calls
from callcenter.store.reports.drill import Of
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.hop_calls import calls_by_hop
from callcenter.store.reports.ivr_paths import ivr_paths
from callcenter.store.reports.period import between, of_days
from callcenter.store.reports.result import Asked
from callcenter.store.schema.flows import flow_runs
from tests.store.ledger_stories import CENTRE, numbered
from tests.store.test_flow_ways import arrived

ZONE = CENTRE.zone
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 27)
WEEK = of_days(FIRST, LAST, ZONE, "day")
PERIODS = {
    "whole days": WEEK,
    "edges between days": between(WEEK.from_at + 900 * 37, WEEK.to_at - 900 * 11, ZONE, "day"),
    "days of another zone": of_days(date(2026, 11, 24), LAST, "Asia/Kathmandu", "day"),
    "before anything": of_days(date(2026, 1, 1), date(2026, 1, 2), ZONE, "day"),
}
# Names that hold each other, that differ by case alone, of a flow that was called; keys that are nodes too.
NODES = ("a", "aa", "A", "menu", "menu_2", "pin.menu", "a")
KEYS = ("", "", "1", "#", "*")


def story(chance, call, at):
    """One or two runs; a key may lead back, a caller may still be in it."""
    of = {"interaction": call}
    yield arrived(call, at)
    flow, version = chance.choice(("hotline", "hotline", "orders")), chance.choice((1, 2))
    for _ in range(chance.choice((1, 1, 2))):
        yield ev.FlowStarted(at=at, **of, flow=flow, version=version, session={})
        for _ in range(chance.randint(0, 5)):
            at += 1
            if key := chance.choice(KEYS):
                yield ev.KeyPressed(at=at, **of, flow=flow, node="x", key=key, valid=True)
            path = tuple(chance.choice(NODES) for _ in range(chance.choice((1, 1, 2))))
            yield ev.FlowStepped(at=at, **of, node=path[-1], session={}, path=path)
        if chance.random() < 0.15:
            return
        yield ev.FlowEnded(at=at + 1, **of, flow=flow, result=chance.choice(("queue", "hangup")), path=())
    yield ev.CallEnded(at=at + 2, **of, by="caller", cause=16, phase="flow", answered=False)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    from callcenter.store.database import migrate, open_database

    url = f"sqlite:///{tmp_path_factory.mktemp('hops') / 'callcenter.db'}"
    migrate(url)
    db = open_database(url)
    chance = Random(7)
    events = [ev.CentreApplied(at=1.0, version=1, centre=CENTRE)]
    for n in range(50):
        events += story(chance, f"one-{n}.1", WEEK.from_at + chance.randint(0, int(WEEK.length_s)))
    with writing(db) as connection:
        apply(connection, numbered(events))
    yield db
    db.dispose()


def asked(period, **filters):
    return Asked(period=period, now=WEEK.to_at + 10.0, filters=Filters(**filters))


def step(flow, hop):
    """As the page asks for a row of the report."""
    key, result = (hop.key, "") if hop.end else ("", hop.key)
    cells = {"begin": hop.begin, "end": hop.end, "key": key, "result": result}
    return Of(flow=flow, version=hop.version, **{name: cell or "-" for name, cell in cells.items()})


def all_pages(db, question, of, limit=4):
    found, after = [], ""
    while True:
        page = calls_by_hop(db, question, of, limit, after)
        found += page.calls
        assert len(page.calls) == limit or page.next is None
        if page.next is None:
            return found
        after = page.next


@pytest.mark.parametrize("name", PERIODS)
def test_every_step_opens_as_many_calls_as_it_counts(told, name):
    period = PERIODS[name]
    counted = [(flow.flow, hop) for flow in ivr_paths(told, asked(period)).flows for hop in flow.hops]
    assert bool(counted) == (name != "before anything")
    for flow, hop in counted:
        found = all_pages(told, asked(period), step(flow, hop))
        assert len(found) == hop.runs, (flow, hop)
        assert sum(each.times for each in found) == hop.passages, (flow, hop)
        assert [each.at for each in found] == sorted((each.at for each in found), reverse=True)
        assert {each.call.id for each in found} == went(told, period, flow, hop), (flow, hop)


def test_days_of_very_many_ways_are_looked_through_run_by_run(told, monkeypatch):
    steps_of = [(flow.flow, hop) for flow in ivr_paths(told, asked(WEEK)).flows for hop in flow.hops]
    by_path = [all_pages(told, asked(WEEK), step(flow, hop)) for flow, hop in steps_of]
    monkeypatch.setattr(hop_calls, "_PATHS", 0)
    assert [all_pages(told, asked(WEEK), step(flow, hop)) for flow, hop in steps_of] == by_path


def went(db, period, flow, hop):
    """By the rows themselves, one by one."""
    c = flow_runs.c
    query = sa.select(flow_runs).where(c.began_at >= period.from_at, c.began_at < period.to_at)
    with db.connect() as connection:
        rows = connection.execute(query.where(c.flow == flow, c.version == hop.version)).all()
    return {row.call_id for row in rows if (hop.begin, hop.key, hop.end) in steps(row.path, row.result)}


def steps(path, result):
    visit, at, found = straight(path, result), "", Counter()
    for key, node in visit.steps:
        found[at, key, node] += 1
        at = node
    return found + Counter({(at, result, ""): 1} if result else {})


def test_the_history_has_what_makes_counting_go_wrong(told):
    """Runs that went the same way twice, calls that did in two runs, steps of no key, ends without a step."""
    hops = [hop for flow in ivr_paths(told, asked(WEEK)).flows for hop in flow.hops]
    assert any(hop.passages > hop.runs for hop in hops)
    assert any(not hop.begin and not hop.end for hop in hops)
    assert {hop.begin for hop in hops} >= {"a", "A", "aa"}
    assert any(
        len({each.call.id for each in all_pages(told, asked(WEEK), step(flow.flow, hop))}) < hop.runs
        for flow in ivr_paths(told, asked(WEEK)).flows
        for hop in flow.hops
    )


def test_no_call_beyond_the_filters_is_told(told):
    hop = ivr_paths(told, asked(WEEK), flow="hotline").flows[0].hops[0]
    assert all_pages(told, asked(WEEK, queues=("service",)), step("hotline", hop)) == []


@pytest.mark.parametrize(
    "of",
    [
        Of(),
        Of(flow="hotline", begin="a", end="aa"),
        Of(version=1, begin="a", end="aa"),
        Of(flow="hotline", version=1, begin="a"),
    ],
)
def test_a_step_that_is_not_named_whole_is_refused(told, of):
    with pytest.raises(BadReport) as refused:
        calls_by_hop(told, asked(WEEK), of)
    assert refused.value.word == "no_hop"
    with pytest.raises(BadReport) as refused:
        calls_by_hop(told, asked(WEEK), Of(flow="hotline", version=1, begin="a", end="aa"), after="x")
    assert refused.value.word == "bad_page"


def test_nothing_is_read_but_by_an_index(told):
    plans = []

    def explain(connection, _cursor, statement, parameters, *_):
        if statement.startswith("SELECT"):
            rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    hop = ivr_paths(told, asked(WEEK), flow="hotline").flows[0].hops[0]
    sa.event.listen(told, "before_cursor_execute", explain)
    try:
        all_pages(told, asked(PERIODS["edges between days"]), step("hotline", hop))
    finally:
        sa.event.remove(told, "before_cursor_execute", explain)
    assert not [
        plan for plan in plans if plan.startswith("SCAN") and "store_state" not in plan and "rollup" not in plan
    ]
    found = {plan for plan in plans if " flow_runs " in plan}
    assert found == {"SEARCH flow_runs USING INDEX ix_flow_runs_flow_began_at (flow=? AND began_at>? AND began_at<?)"}
