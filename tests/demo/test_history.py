"""The demo's past: plausible, whole, and the same for the same chance."""

from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from callcenter.calls import events as ev
from callcenter.calls.centre import Centre
from callcenter.calls.problems import problems
from callcenter.calls.numbers import normalised
from callcenter.demo.history import history
from callcenter.demo.visits import Caller
from callcenter.forms.reading import read

DEMO = Path(__file__).parents[2] / "callcenter/demo"
CENTRE = read(DEMO / "centre.yaml", Centre)
CALLERS = [Caller(f"+86138000001{i:02}", f"c{i}", "en" if i % 5 == 0 else "zh-CN") for i in range(12)]
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


def test_offered_is_answered_and_abandoned_and_both_happen(past: list[ev.AnyEvent]) -> None:
    left = Counter(event.reason for event in past if isinstance(event, ev.QueueLeft))
    answered = sum(isinstance(event, ev.Connected) for event in past)
    assert left.keys() == {"answered", "abandoned"}
    assert left["answered"] == answered
    assert 0.02 < left["abandoned"] / left.total() < 0.3


def test_no_agent_has_two_callers_at_once(past: list[ev.AnyEvent]) -> None:
    busy: dict[str, str] = {}
    for event in past:
        if isinstance(event, ev.OfferMade):
            assert busy.setdefault(event.agent, event.interaction) == event.interaction
        elif isinstance(event, ev.OfferFailed | ev.WrapUpEnded):
            assert busy.pop(event.agent) == event.interaction
    assert busy == {}


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


def test_before_opening_the_day_is_still_empty() -> None:
    morning = datetime(2026, 3, 6, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert max(event.at for event in history(CENTRE, CALLERS, morning, Random(1))) < morning - 10 * 3600


def test_the_demo_centre_is_sound() -> None:
    assert list(problems(CENTRE, frozenset({"hotline", "survey"}), frozenset({"default", "calm"}))) == []
    assert [agent.id for agent in CENTRE.agents] == ["8001", "8002", "8003", "8004"]


def test_the_demo_customers_have_whole_numbers_of_their_own() -> None:
    from callcenter.demo.customers import customers

    cards = customers()
    numbers = [entry.number for card in cards for entry in card.numbers]
    assert len(cards) >= 12
    assert len(set(numbers)) == len(numbers) > len(cards)
    assert all(normalised(number, CENTRE.country, CENTRE.area_code) == number for number in numbers)
    assert {card.tier for card in cards} == {"A", "B", "C"}
