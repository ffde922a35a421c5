"""A day again: what is known stays, what is not is drawn, agents come and go."""

import random

import pytest

from callcenter.simulate.calls import Line
from callcenter.simulate.chart import Series, bar, svg
from callcenter.simulate.variants import as_it_was, simulated, watched
from callcenter.simulate.what_if import (
    Draws,
    PastCall,
    PastDay,
    Presence,
    agents_there,
    erlang_a_level,
    floor_of_day,
    patience_by_queue,
    with_fewer,
    with_more,
)


def past(arrival_s: float, waited_s: float, leaving="answered", queue="line", **known) -> PastCall:
    if leaving == "answered":
        known = {"service_s": 60.0, "ring_s": 5.0, "agent": "1"} | known
    return PastCall(queue=queue, arrival_s=arrival_s, waited_s=waited_s, leaving=leaving, target_s=20.0, **known)


DAY = PastDay(
    calls=(past(100, 5), past(110, 60), past(115, 30, "abandoned"), past(300, 5), past(310, 12, "left")),
    presences=(Presence("1", 50, 1000), Presence("2", 350, 600)),
)


def floor(day: PastDay = DAY):
    return floor_of_day(day, {"line": Line(credit_s=30, skills={"x": 3})}, {"1": ("line",)}, {"1": {"english": 2}})


def test_what_is_known_stays_and_what_is_not_is_drawn() -> None:
    drawn = Draws(DAY.calls).calls(random.Random(1))
    assert [call.arrival_s for call in drawn] == [100, 110, 115, 300, 310]
    assert [call.service_s for call in drawn] == [60] * 5
    assert [call.ring_s for call in drawn] == [5] * 5
    assert (drawn[2].patience_s, drawn[4].patience_s) == (30, 12)
    assert all(call.patience_s > each.waited_s for call, each in zip(drawn, DAY.calls, strict=True) if each.agent)


def test_a_service_time_is_drawn_from_its_own_queue() -> None:
    calls = (past(0, 1, service_s=7.0), past(0, 1, queue="other", service_s=9.0), past(1, 1, "abandoned"))
    assert Draws(calls).calls(random.Random(1))[2].service_s == 7


def test_a_queue_where_few_gave_up_has_everybody_s_patience() -> None:
    calls = [past(0, 30, "abandoned", "few"), *(past(0, 10.0 + n, "abandoned", "many") for n in range(10))]
    by_queue = patience_by_queue(calls)
    assert (by_queue["few"].gave_up, by_queue["many"].gave_up) == (11, 10)


def test_the_day_s_staff_serve_their_queues_and_lines_lose_what_calls_bring_along() -> None:
    found = floor()
    assert [(who.id, who.queues, dict(who.skills)) for who in found.workers] == [
        ("1", ("line",), {"english": 2}),
        ("2", (), {}),  # not in the centre, and answered nothing
    ]
    assert (found.lines["line"].credit_s, dict(found.lines["line"].skills)) == (0, {})


def test_a_replay_with_everything_known_is_the_day_itself() -> None:
    drawn = [Draws(DAY.calls).calls(random.Random(seed)) for seed in range(5)]
    of = watched(DAY.calls, Draws(DAY.calls), {"line"}, 900.0)
    was, again = as_it_was(DAY.calls, of, floor()), simulated(floor(), DAY.calls, drawn, of, random.Random(1))
    # 100: rings to 105, busy to 165; 110: waits to 165 and rings to 170, busy to 230; 115 gives up; 300: at once.
    assert (was.means.service_level, was.means.answered) == (2 / 5, 3)
    assert (again.means.service_level, again.means.answered) == (2 / 5, 3)
    assert again.means.mean_wait_s == was.means.mean_wait_s == (5 + 60 + 30 + 5 + 12) / 5
    assert [slot.calls for slot in was.slots] == [5]


def test_more_agents_are_there_all_day_and_answer() -> None:
    more = with_more(floor(), 2, ("line",))
    assert [who.id for who in more.workers[2:]] == ["+1", "+2"]
    assert more.workers[3].shifts == ((50, 1000),)
    assert dict(more.workers[3].skills) == {"english": 10}
    of = watched(DAY.calls, Draws(DAY.calls), {"line"}, 900.0)
    drawn = [Draws(DAY.calls).calls(random.Random(1))]
    assert simulated(more, DAY.calls, drawn, of, random.Random(1)).means.service_level == 1


def test_those_go_who_were_there_longest_for_the_queue() -> None:
    fewer, gone = with_fewer(floor(), 1, {"line"})
    assert gone == ("1",)
    assert [who.id for who in fewer.workers] == ["2"]
    assert with_fewer(floor(), 5, {"line"})[1] == ("1",)


def test_agents_are_counted_by_the_time_they_are_there() -> None:
    assert agents_there(floor(), 0, 100, {"line"}) == 0.5
    assert agents_there(floor(), 300, 400, {"other"}) == 0


def test_erlang_between_whole_agents_is_in_between() -> None:
    low, between, high = (erlang_a_level(0.05, 100, agents, 60, 20) for agents in (5, 5.25, 6))
    assert between == pytest.approx(low + (high - low) / 4)
    assert erlang_a_level(0.05, 100, 0, 60, 20) == 0
    assert erlang_a_level(0, 100, 5, 60, 20) is None


def test_a_bar_is_as_long_as_its_share() -> None:
    assert [bar(share, 4) for share in (0.0, 0.5, 1.0, 0.28125)] == ["    ", "██  ", "████", "█▏  "]
    assert bar(None) == ""


def test_a_picture_has_every_name_and_gaps_where_nothing_is_known() -> None:
    from xml.etree import ElementTree

    picture = svg("A <day> & more", ["9:00", "9:30", "10:00"], [Series("<ours>", [0.5, None, 1.0])])
    root = ElementTree.fromstring(picture)
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"A <day> & more", "9:00", "<ours>", "100 %"} <= set(texts)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 2
