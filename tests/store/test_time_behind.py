"""Every figure of agents' time is the sum of the stretches behind it, to the millisecond.

The history is that of `test_figures`, where the figures themselves are recounted; here the stretches are compared
with the rows of states and shifts as well, one by one.
"""

import pytest
import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.store import tables as t
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.projections import apply
from callcenter.store.reports.agents import agents
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.result import Asked
from callcenter.store.reports.time_behind import time_behind
from callcenter.store.reports.time_terms import PAUSED_FOR, PAUSES, SHARES, TIMED
from callcenter.store.rollups.spec import STATES
from callcenter.store.schema.plans import planned_shifts
from tests.store import planned_stories
from tests.store.edge_history import NOW
from tests.store.ledger_stories import numbered, signed_in
from tests.store.stretch_sums import stretches, summed
from tests.store.test_figures import PERIODS, VARIANTS, asked

OF_STATES = {figure: {state for state, of in STATES.items() if f"{of[:-3]}_s" == figure} for figure in TIMED}
DAYS = PERIODS["days over the doubled hour"]


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('times') / 'callcenter.db'}"
    migrate(url)
    db = open_database(url)
    planned_stories.fill(db)
    yield db
    db.dispose()


@pytest.mark.parametrize("figure", sorted(TIMED - {PAUSES, PAUSED_FOR}))
@pytest.mark.parametrize("name", sorted(PERIODS.keys() - {"a whole month"}))
def test_the_stretches_of_a_figure_add_up_to_it(db, name, figure):
    period = PERIODS[name]
    for variants in VARIANTS[: 2 if figure == "occupancy" else 1]:
        question = asked(period, variants)
        told = agents(db, question)
        page, found = stretches(db, question, figure)
        assert page.value == getattr(told.total, figure)
        assert (summed(figure, found) or 0) == pytest.approx(page.value or 0, rel=1e-12)
        shown = {each.agent: each.value for each in page.agents}
        assert {each.agent for each in found} <= set(shown)
        for row in told.by_agent:
            own = [each for each in found if each.agent == row.agent]
            assert (shown.get(row.agent) or 0) == (getattr(row, figure) or 0)
            assert (summed(figure, own) or 0) == pytest.approx(getattr(row, figure) or 0, rel=1e-12), row.agent


@pytest.mark.parametrize("name", ["days over the doubled hour", "quarters of an hour", "years"])
def test_pauses_are_listed_by_reason(db, name):
    for row in agents(db, asked(PERIODS[name])).by_agent:
        question = asked(PERIODS[name], agents=(row.agent,))
        for reason, paused_s in row.pauses_s.items():
            assert summed(PAUSED_FOR, stretches(db, question, PAUSED_FOR, reason or "-")[1]) == paused_s
            assert summed(PAUSES, stretches(db, question, PAUSES, reason or "-")[1]) == row.pauses[reason]
        assert summed(PAUSED_FOR, stretches(db, question, PAUSED_FOR)[1]) == pytest.approx(row.paused_s)


def test_a_pause_that_goes_on_is_counted_where_it_began(tmp_path):
    url = f"sqlite:///{tmp_path / 'callcenter.db'}"
    migrate(url)
    db = open_database(url)
    began = DAYS.from_at + 86400.0 - 600.0
    with writing(db) as connection:
        apply(connection, numbered([*signed_in(at=began - 60.0), ev.AgentPaused(at=began, agent="8001", reason="x")]))
    for day, counted, paused_s in ((0, 1, 600.0), (1, 0, 900.0)):
        begin = DAYS.from_at + day * 86400.0
        period = type(DAYS)(from_at=begin, to_at=begin + 86400.0, zone=DAYS.zone, grain="day")
        question = Asked(period=period, now=began + 1500.0)
        (row,) = agents(db, question).by_agent
        assert (row.pauses["x"], row.pauses_s["x"]) == (counted, paused_s)
        assert len(stretches(db, question, PAUSES, "x")[1]) == counted
        assert summed(PAUSED_FOR, stretches(db, question, PAUSED_FOR, "x")[1]) == paused_s
    db.dispose()


def test_every_step_of_a_period_has_its_own_stretches(db):
    period = PERIODS["the hours of its day"]
    told = agents(db, asked(period))
    assert len(told.by_step) == 25
    for figure in ("ready_s", "occupancy", "adherence"):
        for step in told.by_step:
            hour = asked(type(period)(from_at=step.from_at, to_at=step.to_at, zone=period.zone, grain="hour"))
            page, found = stretches(db, hour, figure)
            assert page.value == getattr(step, figure)
            assert (summed(figure, found) or 0) == pytest.approx(page.value or 0, rel=1e-12)
            assert all(step.from_at <= each.from_at < each.to_at <= step.to_at for each in found)


@pytest.mark.parametrize("figure", sorted({*SHARES, PAUSES, "adherent_s", "paid_s"}))
@pytest.mark.parametrize("limit", [1, 40])
def test_pages_of_any_length_tell_each_stretch_once(db, figure, limit):
    period = PERIODS["the hours of its day"] if limit == 1 else DAYS
    whole = stretches(db, asked(period, agents=("8001", "8003")), figure)[1]
    assert stretches(db, asked(period, agents=("8001", "8003")), figure, limit=limit)[1] == whole
    assert whole or limit == 1


@pytest.mark.parametrize("figure", sorted(figure for figure, states in OF_STATES.items() if states))
@pytest.mark.parametrize("name", ["the hours of its day", "years"])
def test_the_stretches_are_those_of_the_states(db, name, figure):
    period, c, rows = PERIODS[name], t.agent_intervals.c, []
    with db.connect() as connection:
        for row in connection.execute(sa.select(t.agent_intervals).where(c.state.in_(OF_STATES[figure]))):
            begin, end = max(row.began_at, period.from_at), min(row.ended_at or NOW, period.to_at)
            if begin < end:
                rows.append((row.agent, row.state, begin, end, row.interaction, row.reason, row.ended_at is None))
    found = stretches(db, asked(period), figure)[1]
    told = [(s.agent, s.state, s.from_at, s.to_at, s.interaction, s.reason, s.lasts) for s in found]
    assert sorted(told) == sorted(rows)


def test_planned_time_stands_beside_what_was_done(db):
    """A kept stretch is at work within planned work, a missed one within what was planned off."""
    c = planned_shifts.c
    with db.connect() as connection:
        plan = connection.execute(sa.select(c.agent, c.activity, c.begin_at, c.end_at)).all()
    found = stretches(db, asked(DAYS), "adherent_s")[1]
    assert {(each.sign, each.state != "", each.activity == "work") for each in found} == {
        (1, True, True),
        (1, False, False),
        (-1, True, False),
    }
    for each in found:
        assert any(
            (shift.agent, shift.activity) == (each.agent, each.activity)
            and shift.begin_at <= each.from_at < each.to_at <= shift.end_at
            for shift in plan
        )


def test_what_cannot_be_shown_is_refused(db):
    for word, question, figure, after in (
        ("unknown_figure", asked(DAYS), "offered", ""),
        ("bad_page", asked(DAYS), "ready_s", "x"),
        ("bad_page", asked(DAYS), "ready_s", "nan"),
        ("filter_not_here", asked(DAYS, queues=("service",)), "ready_s", ""),
    ):
        with pytest.raises(BadReport) as refused:
            time_behind(db, question, figure, after=after)
        assert refused.value.word == word


def test_states_are_read_by_an_index_in_its_order(db):
    plans = []

    def explain(connection, _cursor, statement, parameters, *_):
        if statement.startswith("SELECT") and "agent_intervals" in statement:
            rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    sa.event.listen(db, "before_cursor_execute", explain)
    try:
        for figure in ("ready_s", "occupancy", "adherence", PAUSES):
            time_behind(db, asked(DAYS, agents=("8001",)), figure, limit=3)
    finally:
        sa.event.remove(db, "before_cursor_execute", explain)
    assert plans and all("USING INDEX ix_agent_intervals_agent_ended_at (agent=?" in plan for plan in plans), plans
