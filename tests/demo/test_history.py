"""The demo's past: plausible, whole, and the same for the same chance."""

from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from callcenter.calls import events as ev
from callcenter.calls.centre import Centre
from callcenter.calls.numbers import normalised
from callcenter.calls.problems import problems
from callcenter.demo.history import history
from callcenter.demo.visits import Caller
from callcenter.forms.reading import read
from callcenter.store import callbacks, day, forecasts, projections
from callcenter.store.callbacks import CallbackFilter
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.history import recent_calls

DEMO = Path(__file__).parents[2] / "callcenter/demo"
CENTRE = read(DEMO / "centre.yaml", Centre)
CALLERS = [Caller(f"+86138000001{i:02}", f"c{i}", "en" if i % 5 == 0 else "zh-CN", "ABC"[i % 3]) for i in range(12)]
NOON = datetime(2026, 3, 6, 12, 30, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


@pytest.fixture(scope="module")
def past() -> list[ev.AnyEvent]:
    return history(CENTRE, CALLERS, NOON, Random(1))


def by_call(events: list[ev.AnyEvent]) -> dict[str, list[ev.AnyEvent]]:
    calls = defaultdict(list)
    for event in events:
        if interaction := getattr(event, "interaction", ""):
            calls[interaction].append(event)
    return calls


def test_the_same_chance_gives_the_same_past(past: list[ev.AnyEvent]) -> None:
    assert history(CENTRE, CALLERS, NOON, Random(1)) == past


def test_a_week_has_some_hundred_calls_in_the_order_of_time_and_none_is_to_come(past: list[ev.AnyEvent]) -> None:
    assert 400 <= len(by_call(past)) <= 800
    assert [event.at for event in past] == sorted(event.at for event in past)
    assert past[-1].at < NOON


def test_every_call_arrives_once_and_ends_once(past: list[ev.AnyEvent]) -> None:
    for events in by_call(past).values():
        kinds = Counter(type(event) for event in events)
        assert isinstance(events[0], ev.CallArrived)
        assert (kinds[ev.CallArrived], kinds[ev.CallEnded]) == (1, 1)
        assert kinds[ev.QueueEntered] == kinds[ev.QueueLeft]


def test_offered_is_answered_abandoned_and_to_be_called_back_and_all_happen(past: list[ev.AnyEvent]) -> None:
    left = Counter(event.reason for event in past if isinstance(event, ev.QueueLeft))
    answered = sum(isinstance(event, ev.Connected) for event in past)
    assert left.keys() == {"answered", "abandoned", "callback"}
    assert left["answered"] == answered
    assert 0.02 < left["abandoned"] / left.total() < 0.3
    assert 3 <= left["callback"] < left["abandoned"]


def test_most_are_asked_both_questions_of_the_survey_and_the_satisfied_are_mostly_helped(
    past: list[ev.AnyEvent],
) -> None:
    of_call: dict[str, list[ev.SurveyAnswered]] = defaultdict(list)
    for event in past:
        if isinstance(event, ev.SurveyAnswered):
            of_call[event.interaction].append(event)
    rated = [first for first, *_ in of_call.values()]
    told = {call: rest[0] for call, (_, *rest) in of_call.items() if rest}
    assert {each.question for each in rated} == {"satisfaction"} and all(each.solved is None for each in rated)
    assert {each.question for each in told.values()} == {"resolution"}
    assert all(each.score is each.satisfied is None for each in told.values())
    assert 0.75 < len(told) / len(rated) < 0.95
    pleased, others = (
        [told[each.interaction].solved for each in rated if each.satisfied is wanted and each.interaction in told]
        for wanted in (True, False)
    )
    assert sum(map(bool, pleased)) / len(pleased) > 0.85
    assert {True, False} >= set(others) and False in others


def test_no_agent_has_two_callers_at_once(past: list[ev.AnyEvent]) -> None:
    busy: dict[str, str] = {}
    for event in past:
        if isinstance(event, ev.OfferMade | ev.CallbackTried):
            assert busy.setdefault(event.agent, event.interaction) == event.interaction
        elif isinstance(event, ev.CallbackFailed | ev.WrapUpEnded) or _gives_the_agent_back(event):
            assert busy.pop(event.agent) == event.interaction
    assert busy == {}


def _gives_the_agent_back(event: ev.AnyEvent) -> bool:
    """An offer withdrawn because the customer called back was not there ends with the try, a moment later."""
    return isinstance(event, ev.OfferFailed) and event.reason != "withdrawn"


def test_agents_work_only_while_signed_in_and_all_have_gone_home(past: list[ev.AnyEvent]) -> None:
    here: set[str] = set()
    for event in past:
        if isinstance(event, ev.AgentSignedIn):
            here.add(event.agent)
        elif isinstance(event, ev.AgentSignedOut):
            here.remove(event.agent)
        elif agent := getattr(event, "agent", ""):
            assert agent in here or isinstance(event, ev.SurveyOffered | ev.SurveyAnswered)
    assert here == set()


def test_every_callback_is_tried_by_a_reserved_agent_and_comes_to_an_end(past: list[ev.AnyEvent]) -> None:
    asked = {event.callback for event in past if isinstance(event, ev.CallbackAsked)}
    ends = Counter(event.callback for event in past if isinstance(event, ev.CallbackEnded))
    results = {event.result for event in past if isinstance(event, ev.CallbackEnded)}
    assert asked == set(ends) and set(ends.values()) == {1}
    assert "served" in results and results <= {"served", "given_up", "cancelled"}
    tries = [event for event in past if isinstance(event, ev.CallbackTried)]
    assert {event.callback for event in tries} <= asked
    assert {event.interaction for event in tries} == {
        event.interaction for event in past if isinstance(event, ev.CallArrived) and event.callback
    }


def test_customers_of_the_best_tier_come_to_their_own_queue_with_credit(past: list[ev.AnyEvent]) -> None:
    tiers = {event.interaction: event.tier for event in past if isinstance(event, ev.CallArrived)}
    entered = [event for event in past if isinstance(event, ev.QueueEntered)]
    assert {event.queue for event in entered if tiers[event.interaction] == "A"} == {"vip"}
    assert {(tiers[event.interaction], event.credit_s) for event in entered} == {
        ("A", 120.0),
        ("B", 45.0),
        ("C", 0.0),
        ("", 0.0),
    }


def test_nobody_with_a_better_place_in_the_queue_was_passed_over(past: list[ev.AnyEvent]) -> None:
    waiting: dict[str, float] = {}  # without those for whom a phone rings
    rung: dict[str, float] = {}
    queues: dict[str, str] = {}
    for event in past:
        match event:
            case ev.QueueEntered():
                waiting[event.interaction] = event.entered_at - event.credit_s
                queues[event.interaction] = event.queue
            case ev.FlowStarted():  # talks about being called back
                waiting.pop(event.interaction, None)
            case ev.QueueLeft():
                waiting.pop(event.interaction, None)
                rung.pop(event.interaction, None)
            case ev.OfferMade() if event.interaction in waiting:
                rung[event.interaction] = due_at = waiting.pop(event.interaction)
                others = [at for one, at in waiting.items() if queues[one] == event.queue]
                reserved_before = event.pick is None  # for a callback
                assert reserved_before or all(due_at <= other for other in others)
            case ev.OfferFailed() if event.interaction in rung:
                waiting[event.interaction] = rung.pop(event.interaction)


def test_the_stores_figures_of_the_week_add_up(past: list[ev.AnyEvent], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'callcenter.db'}"
    migrate(url)
    db = open_database(url)
    with writing(db) as connection:
        projections.apply(connection, [ev.Entry(seq, event) for seq, event in enumerate(past, 1)])
    queues = day.queue_today(db, 0.0, NOON)
    assert {queue.queue for queue in queues} == {"sales", "support", "vip"}
    for queue in queues:
        assert queue.offered == queue.answered + queue.abandoned + queue.callback
    told = forecasts.by_queue(db, 0.0, NOON)
    assert sum(queue.told for queue in told) == sum(queue.answered for queue in queues)
    assert 0.75 < sum(queue.held for queue in told) / sum(queue.told for queue in told) < 1.0
    assert all(one.state == "over" and one.attempts for one in callbacks.recent(db, CallbackFilter(result="served")))
    outcomes = {call.outcome for call in recent_calls(db, limit=1000)}
    assert outcomes == {"answered", "abandoned", "callback", "flow_only", "failed"}
    db.dispose()


def test_before_opening_the_day_is_still_empty() -> None:
    morning = datetime(2026, 3, 6, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert max(event.at for event in history(CENTRE, CALLERS, morning, Random(1))) < morning - 10 * 3600


def test_the_demo_centre_is_sound() -> None:
    flows = frozenset({"hotline", "self_service", "survey"})
    assert list(problems(CENTRE, flows, frozenset({"default", "calm"}))) == []
    assert [agent.id for agent in CENTRE.agents] == ["8001", "8002", "8003", "8004", "8900"]


def test_the_demo_customers_have_whole_numbers_of_their_own() -> None:
    from callcenter.demo.customers import customers

    cards = customers()
    numbers = [entry.number for card in cards for entry in card.numbers]
    assert len(cards) >= 12
    assert len(set(numbers)) == len(numbers) > len(cards)
    assert all(normalised(number, CENTRE.country, CENTRE.area_code) == number for number in numbers)
    assert {card.tier for card in cards} == {"A", "B", "C"}
