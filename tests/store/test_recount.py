"""The roll-ups against an independent recount: statements written here, in the words of METRICS, on both
databases."""

import random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.store import projections
from callcenter.store.database import writing
from callcenter.store.reports.agents import agents
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.period import Period
from callcenter.store.reports.queue_traffic import queue_traffic
from callcenter.store.reports.repeats import repeats
from callcenter.store.reports.result import Asked
from callcenter.store.reports.timeline import timeline
from callcenter.store.reports.variants import Variants
from callcenter.store.rollups import keeper, recount, remake
from callcenter.store.rollups.spec import AGENT, BY_NAME, TALLIES
from callcenter.store.rollups.tables import KEPT, TABLES
from tests.store.ledger_stories import numbered, streams
from tests.store.test_projections import (
    cleared,
    empty,  # noqa: F401  # one file for all examples
    store,
)

DAYS = Period(from_at=-28800.0, to_at=4 * 86400.0 - 28800.0, zone="Asia/Shanghai", grain="day")
EVERYTHING = Period(from_at=0.0, to_at=900.0 * 400, zone="Asia/Shanghai", grain="quarter")


def asked(**more):
    return Asked(period=EVERYTHING, now=EVERYTHING.to_at, **more)


def value(db, statement):
    with db.connect() as connection:
        return connection.scalar(sa.text(statement))


def counted(db, condition="1 = 1", what="count(*)"):
    return value(db, f"SELECT {what} FROM queue_entries WHERE source <> 'callback' AND {condition}") or 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams())
def test_every_figure_of_the_queues_and_each_of_its_variants(empty, stream):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    told = queue_traffic(db, asked()).total
    offered, answered = counted(db), counted(db, "reason = 'answered'")
    abandoned = counted(db, "reason = 'abandoned'")
    short = counted(db, "reason = 'abandoned' AND waited_s <= short_abandon_s")
    within = counted(db, "reason = 'answered' AND waited_s <= service_level_s")
    gone_within = counted(db, "reason = 'abandoned' AND waited_s <= service_level_s")
    assert (told.offered, told.answered, told.abandoned, told.short, told.within) == (
        offered, answered, abandoned, short, within,
    )  # fmt: skip
    for reason in ("overflow", "voicemail", "callback", "timeout", "system"):
        assert getattr(told, reason) == counted(db, f"reason = '{reason}'")
    assert told.waiting == counted(db, "left_at IS NULL")
    levels = {
        "default": (within, offered - short),
        "of_answered": (within, answered),
        "with_abandoned": (within + gone_within, answered + abandoned),
        "of_offered": (within, offered),
    }
    for variant, (part, whole) in levels.items():
        made = queue_traffic(db, asked(variants=Variants(service_level=variant)))
        assert made.total.service_level == (part / whole if whole else None)
        assert made.formulas["service_level"].formula.endswith(variant) or variant == "default"
    assert told.abandon_rate == ((abandoned - short) / (offered - short) if offered - short else None)
    of_offered = queue_traffic(db, asked(variants=Variants(abandon_rate="of_offered"))).total
    assert of_offered.abandon_rate == (abandoned / offered if offered else None)
    wait_s = counted(db, "reason = 'answered'", "sum(waited_s)")
    assert told.asa_s == (pytest.approx(wait_s / answered, abs=1e-3) if answered else None)
    assert told.longest_wait_s == pytest.approx(counted(db, "left_at IS NOT NULL", "max(waited_s)"), abs=1e-3)
    handled = value(db, "SELECT count(*) FROM talks WHERE over_at IS NOT NULL")
    spent_s = value(db, "SELECT sum(talk_s + hold_s + wrap_up_s) FROM talks WHERE over_at IS NOT NULL")
    assert told.handled == handled
    assert told.aht_s == (pytest.approx(spent_s / handled, abs=2e-3) if handled else None)
    assert told.surveys_pushed == value(db, "SELECT count(*) FROM survey_pushes")
    answers = value(db, "SELECT count(*) FROM survey_answers")
    satisfied = value(db, "SELECT count(*) FROM survey_answers WHERE satisfied")
    assert told.csat == (satisfied / answers if answers else None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams())
def test_every_figure_of_the_agents_and_each_of_its_variants(empty, stream):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    now = EVERYTHING.to_at
    told = {row.agent: row for row in agents(db, asked()).by_agent}
    ringing = {row.agent: row for row in agents(db, asked(variants=Variants(occupancy="with_ringing"))).by_agent}
    for agent, row in told.items():

        def spent(*states, agent=agent):
            names = ", ".join(f"'{state}'" for state in states)
            query = f"SELECT sum(coalesce(ended_at, {now}) - began_at) FROM agent_intervals WHERE agent = '{agent}'"
            return value(db, f"{query} AND state IN ({names})") or 0.0

        assert row.signed_in_s == pytest.approx(spent("signed_in"), abs=0.5)
        assert row.ready_s == pytest.approx(spent("ready"), abs=0.5)
        assert row.paused_s == pytest.approx(sum(row.pauses_s.values())) == pytest.approx(spent("paused"), abs=0.5)
        busy, whole = spent("talking", "held", "wrap_up"), spent("signed_in") - spent("paused")
        if whole > 1:
            assert row.occupancy == pytest.approx(busy / whole, abs=1e-3)
            with_ringing = busy + spent("reserved", "ringing")
            assert ringing[agent].occupancy == pytest.approx(with_ringing / whole, abs=1e-3)
        offers = f"SELECT count(*) FROM offers WHERE agent = '{agent}'"
        missed = "result IN ('no_answer', 'rejected', 'busy', 'unreachable')"
        assert (row.offers, row.missed) == (value(db, offers), value(db, f"{offers} AND {missed}"))
        assert row.handled == value(db, f"SELECT count(*) FROM talks WHERE agent = '{agent}' AND over_at > 0")
        assert row.transfers == value(db, f"SELECT count(*) FROM transfers WHERE agent = '{agent}'")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams())
def test_what_filters_ask_for_is_counted_from_the_calls_with_the_same_result(empty, stream):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    whole = queue_traffic(db, asked())
    every_agent = Filters(direction="inbound")
    counted_ = queue_traffic(db, asked(filters=every_agent))
    assert (whole.source, counted_.source) == ("rollup", "recount")
    assert counted_.total.offered == whole.total.offered


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams())
def test_agents_of_one_queue_are_told_by_roll_ups_as_a_recount_counts_them(empty, stream):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    told = agents(db, Asked(period=DAYS, now=DAYS.to_at, filters=Filters(queues=("service",))))
    counted_: dict[str, dict[str, int]] = {}
    with db.connect() as connection:
        rows = recount.rows(connection, AGENT, DAYS.from_at, DAYS.to_at, {"queue": ("service",)})
    for (_, (agent,)), sums in rows.items():
        own = counted_.setdefault(agent, {})
        own.update({name: own.get(name, 0) + value for name, value in sums.items()})
    figures = "offers", "missed", "handled", "handled_out", "surveys_pushed", "surveys_answered", "answers"
    assert told.source == "rollup"
    assert {row.agent: [getattr(row, name) for name in figures] for row in told.by_agent} == {
        agent: [sums.get(name, 0) for name in figures] for agent, sums in counted_.items()
    }
    assert sum(step.handled for step in told.by_step) == told.total.handled
    by_quarters = agents(db, asked(filters=Filters(queues=("service",))))
    assert by_quarters.total == told.total


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams(), filters=st.sampled_from(({"queues": ("service",)}, {"agents": ("8001",)})))
def test_narrowed_repeats_are_told_by_roll_ups_as_the_contacts_are(empty, stream, filters):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    by_days = repeats(db, Asked(period=DAYS, now=DAYS.to_at, filters=Filters(**filters)))
    by_contacts = repeats(db, asked(filters=Filters(**filters)))  # quarters of an hour are counted one by one
    assert (by_days.total, by_days.by_queue, by_days.by_agent) == (
        by_contacts.total, by_contacts.by_queue, by_contacts.by_agent,
    )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams())
def test_a_curve_of_all_queues_adds_up_to_the_queues(empty, stream):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    for told, keyed in ((queue_traffic(db, asked()), "by_queue"), (agents(db, asked()), "by_agent")):
        for name in ("offered", "answered", "handled", "offers", "answers", "transfers"):
            if hasattr(told.total, name):
                of_each = sum(getattr(row, name) for row in getattr(told, keyed))
                assert sum(getattr(step, name) for step in told.by_step) == of_each
    steps = queue_traffic(db, asked()).by_step
    assert max(step.longest_wait_s for step in steps) == queue_traffic(db, asked()).total.longest_wait_s


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams(), bounds=st.tuples(st.sampled_from((0.0, 20.0, 40.0)), st.sampled_from((45.0, 60.0, 900.0))))
def test_a_timeline_has_every_stretch_that_has_a_part_in_the_period(empty, stream, bounds):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    from_at, to_at = bounds
    told = timeline(db, Asked(period=Period(from_at=from_at, to_at=to_at, zone="Asia/Shanghai"), now=to_at))
    shown = {(line.agent, each.state, each.began_at, each.ended_at) for line in told.lines for each in line.stretches}
    with db.connect() as connection:
        query = sa.text(
            "SELECT agent, state, began_at, ended_at FROM agent_intervals "
            "WHERE began_at < :to_at AND (ended_at > :from_at OR ended_at IS NULL)"
        )
        assert shown == {tuple(row) for row in connection.execute(query, {"from_at": from_at, "to_at": to_at})}
    for line in told.lines:
        assert [each.began_at for each in line.stretches] == sorted(each.began_at for each in line.stretches)
    assert not told.cut


# ---- roll-ups equal to what is made anew


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=streams())
def test_the_roll_ups_are_those_that_are_made_anew_by_sql(empty, stream):  # noqa: F811
    db = cleared(empty)
    store(db, numbered(stream))
    kept = contents(db)
    with writing(db) as connection:
        remake.everything(connection, keeper.zone(connection))
    assert contents(db) == kept


def test_on_both_databases_late_and_repeated_entries_end_in_the_same_roll_ups(either_db):
    chance = random.Random(5)
    stream = _long_stream()
    entries = numbered(stream)
    begin = 0
    while begin < len(entries):
        end = min(begin + chance.randint(1, 9), len(entries))
        with writing(either_db) as connection:
            projections.apply(connection, entries[max(begin - chance.randint(0, 5), 0) : end])
        begin = end
    kept = contents(either_db)
    assert kept["queue_days"] and kept["contacts"] and kept["agent_queue_repeat_days"]
    for tally in TALLIES:
        if "quarters" in tally.levels:
            _equal_to_recount(either_db, tally)
    with writing(either_db) as connection:
        remake.everything(connection, keeper.zone(connection))
    assert contents(either_db) == kept
    with writing(either_db) as connection:
        projections.rebuild(connection, batch=50)
    assert contents(either_db) == kept
    assert repeats(either_db, asked()).total.contacts == len(kept["contacts"])


def _long_stream():
    from callcenter.calls import events as ev
    from tests.store.ledger_stories import CENTRE, answered_call, signed_in

    stream = [ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *signed_in()]
    for number in range(20):
        caller = f"+861380013800{number % 3}"
        stream += answered_call(f"one-{number}.1", begin=1000.0 + number * 7000, offer=f"o{number}", caller=caller)
    return stream


def _equal_to_recount(db, tally):
    table = TABLES[tally.name, "quarters"]
    with db.connect() as connection:
        counted_ = recount.rows(connection, tally, 0.0, 1e9)
        kept = {
            (row["slot"], tuple(row[key] for key in tally.keys)): {m: row[m] for m in tally.measures if row[m]}
            for row in connection.execute(table.select()).mappings()
        }
    assert kept == counted_
    assert BY_NAME[tally.name] is tally


def contents(db):
    with db.connect() as connection:
        tables = [table for table in KEPT if table.name != "rollup_state"]
        return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in tables}
