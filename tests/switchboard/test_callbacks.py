"""Callers who keep their place without holding the line."""

import pytest

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from callcenter.calls.rosters import Roster, Shift
from tests.switchboard.centre import Telephone, document

NUMBER = "+8613800138000"
DAY = Roster(id="day", name=Text("日班", "Day"), shifts=(Shift(days=("wed",), from_="06:00", to="08:00"),))


def centre(strategy="longest_idle", roster=None, **policy) -> ct.Centre:
    exits = {"1": ct.Destination(to="callback")}
    plain = document(
        exits=exits, callback=ct.CallbackPolicy(**policy), strategy=strategy, roster=roster, wrap_up_s=0, ring_s=20
    )
    kept = {name: getattr(plain, name) for name in plain.__struct_fields__}
    return ct.Centre(**kept | {"rosters": (DAY,)})


class Line(Telephone):
    """A centre with callbacks; one agent talks, so that callers have to wait."""

    def __init__(self, busy: bool = True, **policy) -> None:
        super().__init__(centre=centre(**policy))
        if busy:
            self.sign_in("8001")
            self.talk("busy")

    def ask(self, interaction: str = "c1", caller: str = "13800138000") -> str:
        """A waiting caller asks to be called back at the number shown, and hangs up."""
        self.queue_up(interaction, caller)
        self.press_waiting(interaction, "1")
        self.call(interaction, caller)
        self.press(interaction, "1")
        self.caller_hangs_up(interaction)
        return f"{interaction}cb1"

    def free(self) -> None:
        """The busy agent's talk is over."""
        self.agent_ends("busy", "8001")
        self.caller_hangs_up("busy")

    def customer_answers(self, interaction: str) -> None:
        self.report(
            sg.FlowWanted,
            agi=self.agi(),
            interaction=interaction,
            channel=interaction,
            caller="",
            caller_name="",
            dialled="",
        )

    def greeted(self, interaction: str) -> None:
        self.press(interaction, "")

    def callback(self, name: str = "c1cb1"):
        return self.board.floor(0).callbacks.get(name)

    def connect(self, interaction: str, agent: str) -> None:
        for channel in (self.leg(interaction, agent), interaction):
            self.report(sg.LegJoined, channel=channel, bridge="b")


def test_a_caller_who_asks_leaves_the_line_and_keeps_the_place():
    line = Line()
    line.queue_up("c1")
    place = line.view("c1").queued_at
    line.wait(30)
    line.press_waiting("c1", "1")
    assert (line.view("c1").phase, line.last(cm.Leave).to) == ("flow", "flow")
    line.call("c1")
    line.press("c1", "1")
    assert line.last(cm.Leave).to == "hangup"
    left = line.last(ev.QueueLeft)
    assert (left.reason, left.waited_s) == ("callback", 30)
    asked = line.last(ev.CallbackAsked)
    assert (asked.number, asked.entered_at, asked.low_s < asked.high_s) == (NUMBER, place, True)
    line.caller_hangs_up("c1")
    assert (line.callback().state, line.callback().queued_at) == ("due", place)
    assert line.board.floor(0).queues["support"].callbacks == 1
    assert line.faults == []


def test_a_caller_may_change_the_mind_and_waits_on_at_the_same_place():
    line = Line()
    line.queue_up("c1")
    place = line.view("c1").queued_at
    line.wait(30)
    line.press_waiting("c1", "1")
    line.call("c1")
    line.press("c1", "*")
    assert (line.view("c1").phase, line.view("c1").queued_at) == ("waiting", place)
    line.free()
    assert line.view("c1").offer.agent == "8001"


def test_who_hangs_up_while_being_asked_has_abandoned():
    line = Line()
    line.queue_up("c1")
    line.press_waiting("c1", "1")
    line.call("c1")
    line.caller_hangs_up("c1")
    assert line.last(ev.QueueLeft).reason == "abandoned"
    assert line.board.state.callbacks == {}


def test_when_due_the_agent_is_reserved_and_the_customer_is_called():
    line = Line()
    line.ask()
    line.free()
    order = line.last(cm.CallCustomer)
    assert (order.number, order.interaction) == (NUMBER, "c1cb1-1")
    assert (line.agent().state, line.callback().state) == ("reserved", "trying")
    line.customer_answers("c1cb1-1")
    greeting = line.last(cm.FlowStep)
    assert greeting.max_digits == 0
    assert len(greeting.play) == 1
    line.greeted("c1cb1-1")
    assert [ring.agent for ring in line.last(cm.StartOffer).rings] == ["8001"]
    line.agent_legs["c1cb1-1", "8001"] = "leg"
    line.report(sg.LegStarted, interaction="c1cb1-1", channel="leg", agent="8001", device="web")
    line.report(sg.LegRinging, channel="leg")
    line.report(sg.LegAnswered, channel="leg")
    line.connect("c1cb1-1", "8001")
    assert line.view("c1cb1-1").phase == "talking"
    ended = line.last(ev.CallbackEnded)
    assert (ended.result, ended.interaction) == ("served", "c1cb1-1")
    assert line.callback() is None
    assert line.faults == []


def test_the_place_counts_a_caller_who_came_later_is_not_served_before():
    line = Line()
    line.ask("c1")
    line.wait(1)
    line.queue_up("c2", "13900139000")
    assert line.view("c2").ahead == 1
    line.free()
    assert line.view("c2").offer is None
    assert line.callback().state == "trying"


def test_a_caller_who_came_earlier_is_served_before_the_callback():
    line = Line()
    line.queue_up("c2", "13900139000")
    line.wait(1)
    line.ask("c1")
    line.free()
    assert line.view("c2").offer.agent == "8001"
    assert line.callback().state == "due"


def test_there_are_never_more_callbacks_in_flight_than_agents():
    line = Line()
    for n in range(3):
        line.ask(f"c{n}", f"1380013800{n}")
    line.free()
    assert len([one for one in line.board.floor(0).callbacks.values() if one.state == "trying"]) == 1
    line.sign_in("8002")
    assert len([one for one in line.board.floor(0).callbacks.values() if one.state == "trying"]) == 2


def test_who_does_not_answer_is_called_again_and_in_the_end_given_up_with_a_record():
    line = Line(attempts=2, retry_after_s=60)
    line.ask()
    line.free()
    line.report(sg.CustomerCalled, interaction="c1cb1-1", result="no_answer")
    failed = line.last(ev.CallbackFailed)
    assert (failed.reason, failed.again_at) == ("no_answer", line.now + 60)
    assert (line.callback().state, line.callback().attempts, line.agent().state) == ("resting", 1, "ready")
    assert "c1cb1-1" not in line.board.state.calls
    line.wait(60)
    assert line.last(cm.CallCustomer).interaction == "c1cb1-2"
    line.report(sg.CustomerCalled, interaction="c1cb1-2", result="busy")
    assert line.last(ev.CallbackEnded).result == "given_up"
    assert line.agent().state == "ready"
    assert line.faults == []


def test_a_callback_that_takes_too_long_expires():
    line = Line(expires_s=600)
    line.ask()
    line.wait(600)
    assert line.last(ev.CallbackEnded).result == "expired"
    line.free()
    assert line.last(cm.CallCustomer) is None


def test_outside_the_queues_hours_nobody_is_called_back():
    line = Line(roster="day", expires_s=604_800)  # a Wednesday, 06:13
    line.ask()
    line.wait(2 * 3600)
    assert line.callback().state == "closed"
    line.free()
    assert line.last(cm.CallCustomer) is None
    line.wait(7 * 86_400 - 2 * 3600 - 60)
    assert line.last(cm.CallCustomer) is not None


def test_an_agent_who_is_gone_when_the_customer_answers_is_replaced():
    line = Line()
    line.ask()
    line.free()
    line.do(rq.Pause(agent="8001", reason="lunch"))
    line.customer_answers("c1cb1-1")
    line.greeted("c1cb1-1")
    assert (line.view("c1cb1-1").phase, line.agent().state) == ("waiting", "paused")
    line.sign_in("8002")
    assert line.view("c1cb1-1").offer.agent == "8002"
    assert line.faults == []


def test_a_customer_who_hangs_up_during_the_greeting_is_called_again():
    line = Line(retry_after_s=60)
    line.ask()
    line.free()
    line.customer_answers("c1cb1-1")
    line.report(sg.LegEnded, channel="c1cb1-1", cause=16)
    assert line.last(ev.CallbackFailed).reason == "customer_gone"
    assert (line.callback().state, line.agent().state) == ("resting", "ready")


def test_one_who_calls_in_and_is_served_is_not_called_back_as_well():
    line = Line()
    line.ask("c1")
    line.sign_in("8002", ready=False)
    line.queue_up("c9", "13800138000")
    line.board.state.callbacks["c1cb1"].again_at = line.now + 1000
    line.board._board.refresh_callback("c1cb1")
    line.do(rq.GoReady(agent="8002"))
    line.ring("c9")
    line.answer("c9")
    assert (line.last(ev.CallbackEnded).result, line.last(ev.CallbackEnded).interaction) == ("called_again", "c9")


def test_asking_twice_books_once():
    line = Line()
    line.ask("c1")
    line.queue_up("c2", "13800138000")
    line.press_waiting("c2", "1")
    line.call("c2")
    assert len(line.all(ev.CallbackAsked)) == 1
    assert line.faults == []


def test_a_callback_can_be_cancelled_until_it_is_carried_out():
    line = Line()
    line.ask("c1")
    line.do(rq.CancelCallback(callback="c1cb1", by="chen"))
    assert (line.last(ev.CallbackEnded).result, line.last(ev.CallbackEnded).by) == ("cancelled", "chen")
    with pytest.raises(rq.UnknownCallback):
        line.do(rq.CancelCallback(callback="c1cb1", by="chen"))


def test_a_queue_with_callbacks_cannot_be_deleted():
    line = Line()
    line.ask("c1")
    without = document()
    kept = {name: getattr(without, name) for name in without.__struct_fields__}
    agents = tuple(ct.Agent(id=a, name=a) for a in ("8001", "8002", "8003"))
    with pytest.raises(rq.QueueHasWaiters):
        line.apply(ct.Centre(**kept | {"queues": without.queues[1:], "agents": agents}))


def test_a_callback_takes_one_agent_even_where_all_phones_ring():
    line = Line(strategy="ring_all", busy=False)
    line.sign_in("8001")
    line.talk("busy")
    line.ask("c1")
    line.sign_in("8002", ready=False)
    line.sign_in("8003", ready=False)
    line.report(sg.AsteriskLost)
    for agent in ("8002", "8003"):
        line.do(rq.GoReady(agent=agent))
    line.report(
        sg.AsteriskSnapshot,
        legs=(),
        reachable=(("8001", "web"), ("8002", "web"), ("8003", "web")),
    )
    assert sorted(line.agent(a).state for a in ("8001", "8002", "8003")) == ["ready", "ready", "reserved"]


# ---- the agent first


@pytest.fixture
def agent_first() -> Line:
    line = Line(first="agent")
    line.ask()
    line.free()
    return line


def ring_agent(line: Line) -> None:
    line.agent_legs["c1cb1-1", "8001"] = "leg"
    line.report(sg.LegStarted, interaction="c1cb1-1", channel="leg", agent="8001", device="web")
    line.report(sg.LegRinging, channel="leg")


def test_the_agent_is_rung_then_the_customer_and_both_are_joined(agent_first):
    line = agent_first
    assert line.last(cm.RingAgent).agent == "8001"
    ring_agent(line)
    assert line.agent().state == "ringing"
    assert line.last(cm.CallCustomer) is None
    line.report(sg.LegAnswered, channel="leg")
    assert line.last(cm.CallCustomer).interaction == "c1cb1-1"
    line.customer_answers("c1cb1-1")
    joined = line.last(cm.Leave)
    assert (joined.to, joined.partner, joined.recorded) == ("agent", "leg", True)
    line.connect("c1cb1-1", "8001")
    assert (line.view("c1cb1-1").phase, line.agent().state) == ("talking", "talking")
    assert line.last(ev.CallbackEnded).result == "served"
    left = [event for event in line.all(ev.QueueLeft) if event.interaction == "c1cb1-1"]
    assert [event.reason for event in left] == ["answered"]
    assert line.faults == []


def test_an_agent_who_does_not_answer_costs_no_attempt_and_the_next_one_is_rung(agent_first):
    line = agent_first
    line.sign_in("8002")
    ring_agent(line)
    line.report(sg.LegEnded, channel="leg", cause=19)
    line.report(sg.AgentRung, interaction="c1cb1-1", agent="8001", result="no_answer")
    assert line.last(cm.RingAgent).agent == "8002"
    assert (line.callback().attempts, line.callback().interaction) == (0, "c1cb1-2")
    assert line.agent("8001").missed == 1
    assert line.faults == []


def test_an_agent_who_hangs_up_before_the_customer_is_there_ends_the_try(agent_first):
    line = agent_first
    ring_agent(line)
    line.report(sg.LegAnswered, channel="leg")
    line.report(sg.LegEnded, channel="leg", cause=16)
    assert line.last(ev.CallbackFailed).reason == "agent_gone"
    assert line.last(cm.HangUp).channel == "c1cb1-1"
    assert "c1cb1-1" not in line.board.state.calls
    assert line.faults == []


def test_a_customer_who_does_not_answer_sets_the_agent_free(agent_first):
    line = agent_first
    ring_agent(line)
    line.report(sg.LegAnswered, channel="leg")
    line.report(sg.CustomerCalled, interaction="c1cb1-1", result="no_answer")
    assert line.last(cm.HangUp).channel == "leg"
    line.report(sg.LegEnded, channel="leg", cause=16)
    assert (line.agent().state, line.agent().missed) == ("ready", 0)
    assert line.callback().state == "resting"
    assert line.faults == []


def test_a_try_of_which_nothing_is_heard_is_void_after_a_while(agent_first):
    agent_first.wait(301)
    assert agent_first.all(ev.CallbackFailed)
    assert agent_first.faults == []


def test_a_replay_knows_the_callbacks():
    line = Line()
    line.ask("c1")
    line.free()
    copy = Telephone(state=type(line.board.state)(), now=line.now)
    copy.board.replay(line.events, line.now)
    assert copy.board.floor(0) == line.board.floor(0)


def test_who_would_rather_wait_than_be_called_back_is_asked_once():
    line = Line(expires_s=600)
    plain = line.board.state.centre
    kept = {name: getattr(plain, name) for name in plain.__struct_fields__}
    asks = ct.Instead(nobody_signed_in=ct.Destination(to="callback"))
    fields = {name: getattr(plain.queues[0], name) for name in plain.queues[0].__struct_fields__}
    line.apply(ct.Centre(**kept | {"queues": (ct.Queue(**fields | {"instead": asks}), plain.queues[1])}))
    line.free()
    line.do(rq.SignOut(agent="8001"))
    line.queue_up("c1")
    assert line.view("c1").phase == "flow"
    line.call("c1")
    line.press("c1", "*")
    assert line.view("c1").phase == "waiting"
    line.beat("c1")
    assert line.view("c1").phase == "waiting"
    assert line.faults == []
