"""What the pages read about calls."""

import pytest

from callcenter.calls import events as ev
from callcenter.store import customers, day, history, projections
from callcenter.store.customers import CardFields, CardNumber
from callcenter.store.database import writing
from callcenter.store.history import CallFilter, UnknownCall, recent_calls
from tests.store.ledger_stories import CENTRE, answered_call, at_time, numbered, signed_in


def store(db, events):
    with writing(db) as connection:
        projections.apply(connection, numbered(events, after=projections._stored_seq(connection)))


def abandoned_call(call_id, begin, waited_s):
    events = answered_call(call_id, begin)[:7]
    left_at = events[-1].at + waited_s
    left = ev.QueueLeft(at=left_at, interaction=call_id, queue="service", reason="abandoned", waited_s=waited_s)
    ended = ev.CallEnded(at=left_at, interaction=call_id, by="caller", cause=16, phase="waiting", answered=False)
    return [*events, left, ended]


@pytest.fixture
def floor(db):
    store(db, [ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *signed_in(), *answered_call()])
    store(db, abandoned_call("one-2.1", 1100.0, waited_s=2.0))
    store(db, abandoned_call("one-3.1", 1200.0, waited_s=30.0))
    store(db, answered_call("one-4.1", 1300.0, offer="o4")[:7])  # still waiting
    return db


def ids(calls):
    return [call.id for call in calls]


def test_calls_come_newest_first_and_page_by_page(floor):
    first = recent_calls(floor, limit=3)
    assert ids(first) == ["one-4.1", "one-3.1", "one-2.1"]
    assert ids(recent_calls(floor, limit=3, before=first[-1].id)) == ["one-1.1"]


def test_calls_that_arrived_at_the_same_moment_are_neither_skipped_nor_repeated(db):
    for n in range(5):
        store(db, answered_call(f"one-{n}.1", offer=f"o{n}"))
    seen, before = [], ""
    while page := ids(recent_calls(db, limit=2, before=before)):
        seen, before = seen + page, page[-1]
    assert seen == [f"one-{n}.1" for n in (4, 3, 2, 1, 0)]


def test_a_page_behind_an_unknown_call_is_refused(floor):
    with pytest.raises(UnknownCall, match="there is no call nope"):
        recent_calls(floor, before="nope")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (CallFilter(agent="8001"), ["one-1.1"]),
        (CallFilter(outcome="abandoned"), ["one-3.1", "one-2.1"]),
        (CallFilter(outcome="in_progress"), ["one-4.1"]),
        (CallFilter(queue="service", from_at=1100.0, to_at=1200.0), ["one-2.1"]),
        (CallFilter(caller="+8613800138000", outcome="answered"), ["one-1.1"]),
        (CallFilter(customer="77"), []),
        (CallFilter(customer="x"), []),
        (CallFilter(agent="9"), []),
    ],
)
def test_calls_are_found_by_what_is_asked_for(floor, filters, found):
    assert ids(recent_calls(floor, filters)) == found


def test_one_call_is_told_whole_without_the_flows_checkpoints(floor):
    call = history.call(floor, "one-1.1")
    assert (call.outcome, call.waited_s, call.score, call.recording) == ("answered", 4.0, 5.0, "stored")
    assert [segment.kind for segment in call.segments] == ["flow", "queue", "talk", "hold", "talk", "survey"]
    assert [(offer.id, offer.result) for offer in call.offers] == [("o1", "answered")]
    assert [(key.node, key.key) for key in call.keys] == [("menu", "1")]
    assert [(recording.state, recording.bytes) for recording in call.recordings] == [("stored", 320_044)]
    assert [entry.kind for entry in call.timeline] == [type(event).__name__ for event in answered_call()]
    assert call.timeline[2].data == {"node": "menu", "path": None, "outcome": ""}
    with pytest.raises(UnknownCall):
        history.call(floor, "one-9.1")


def test_the_customers_calls_are_on_the_card_also_those_from_before_it(floor):
    card = customers.create(floor, CardFields(name="Li", numbers=(CardNumber("+8613800138000"),)), now=5.0)
    known = history.customer_card(floor, card.id, last=2)
    assert known.card == card
    assert ids(known.last_calls) == ["one-4.1", "one-3.1"]
    assert known.last_calls[0].customer_name == "Li"


def test_a_number_of_two_customers_is_nobodys_in_particular(db):
    for name in ("Li", "Wang"):
        customers.create(db, CardFields(name=name, numbers=(CardNumber("+861"),)), now=5.0)
    assert len(customers.by_number(db, "+861")) == 2


# ---- the day (T = 10 s, S = 3 s)


def test_the_queues_day_adds_up(floor):
    (queue,) = day.queue_today(floor, 0.0, 2000.0)
    assert (queue.offered, queue.answered, queue.abandoned, queue.abandoned_short, queue.waiting) == (4, 1, 2, 1, 1)
    assert queue.offered == queue.answered + queue.abandoned + queue.flowed_out + queue.failed + queue.waiting
    assert queue.service_level == pytest.approx(1 / 3)  # one within 10 s, of four without the short one
    assert queue.abandon_rate == pytest.approx(1 / 3)
    assert (queue.asa_s, queue.aht_s, queue.longest_wait_s) == (4.0, 14 + 6 + 10, 30.0)
    assert (queue.survey_answers, queue.satisfied) == (1, 1)


def test_entries_count_on_the_day_of_entry(floor):
    (queue,) = day.queue_today(floor, 1105.0, 1205.0)  # entered at 1105 and 1205
    assert queue.offered == 1
    assert day.queue_today(floor, 5000.0, 6000.0) == []


def test_rates_of_nothing_are_unknown_not_zero(db):
    store(db, [ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *abandoned_call("one-1.1", 10.0, waited_s=1.0)])
    (queue,) = day.queue_today(db, 0.0, 100.0)
    assert (queue.offered, queue.service_level, queue.abandon_rate) == (1, None, None)


def test_the_agents_day_adds_up_to_the_time_signed_in(floor):
    agent = day.agent_today(floor, "8001", 0.0, 5000.0, now=1100.0)
    assert (agent.signed_in_s, agent.paused_s, agent.ready_s) == (200.0, 1.0, 105.0 + 61.0)
    assert (agent.ringing_s, agent.talk_s, agent.hold_s, agent.wrap_up_s) == (3.0, 14.0, 6.0, 10.0)
    spent = agent.ready_s + agent.paused_s + agent.ringing_s + agent.talk_s + agent.hold_s + agent.wrap_up_s
    assert spent == agent.signed_in_s
    assert (agent.offered, agent.handled, agent.missed, agent.aht_s) == (1, 1, 0, 30.0)
    assert (agent.survey_answers, agent.satisfied, agent.mean_score) == (1, 1, 5.0)


def test_a_shift_over_midnight_counts_only_within_the_day(floor):
    agent = day.agent_today(floor, "8001", 1010.0, 1035.0, now=2000.0)
    assert (agent.signed_in_s, agent.talk_s, agent.hold_s, agent.wrap_up_s) == (25.0, 13.0, 6.0, 6.0)


def test_missed_offers_are_counted(db):
    failed = ev.OfferFailed(at=1007.0, interaction="one-1.1", offer="o1", agent="8001", reason="no_answer")
    gone = at_time(answered_call()[7], 1008.0)
    store(db, [*signed_in(), *answered_call()[:9], failed, gone])
    agent = day.agent_today(db, "8001", 0.0, 2000.0, now=1010.0)
    assert (agent.offered, agent.missed, agent.handled, agent.aht_s) == (2, 1, 0, 0.0)


def test_a_day_on_which_the_agent_was_not_there_is_all_zero(db):
    agent = day.agent_today(db, "8004", 0.0, 100.0, now=50.0)
    assert (agent.signed_in_s, agent.offered, agent.mean_score) == (0.0, 0, None)
