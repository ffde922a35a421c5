"""Callbacks that are being carried out when the engine is lost: each goes on, or is tried again, and none twice."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.switchboard.state import State
from tests.switchboard.centre import Telephone
from tests.switchboard.test_callbacks import Line

CALL = "c1cb1-1"


class Successor(Line):
    """A new engine from the old one's journal; Asterisk has not been heard yet."""

    def __init__(self, before: Line, away_s: float) -> None:
        state = msgspec.json.decode(msgspec.json.encode(before.board.state), type=State)
        Telephone.__init__(self, state=state, now=before.now + away_s)
        self.agent_legs = before.agent_legs
        self._keep(self.board.start("cc1", self.now))


def customer(place: str, **fields) -> sg.SeenLeg:
    return sg.SeenLeg(
        channel=CALL, interaction=CALL, role="customer", place=place, queue="support", queued_at=1.0, **fields
    )


def agent_leg(**fields) -> sg.SeenLeg:
    return sg.SeenLeg(channel="leg", interaction=CALL, role="agent", agent="8001", device="web", **fields)


def seen(line: Line, *legs: sg.SeenLeg) -> None:
    line.report(sg.AsteriskSnapshot, legs=legs, reachable=(("8001", "web"),))


def from_cel(line: Line, *talks: sg.CelTalk) -> None:
    line.report(
        sg.CallFromCel,
        interaction=CALL,
        caller="13800138000",
        caller_name="",
        dialled="",
        arrived_at=line.now - 4,
        talks=talks,
    )


@pytest.fixture
def calling() -> Line:
    """The customer's phone rings."""
    line = Line(retry_after_s=60)
    line.ask()
    line.free()
    assert line.last(cm.CallCustomer).interaction == CALL
    return line


@pytest.fixture
def agent_rings() -> Line:
    """The agent's phone rings first."""
    line = Line(first="agent", retry_after_s=60)
    line.ask()
    line.free()
    assert line.last(cm.RingAgent).interaction == CALL
    line.agent_legs[CALL, "8001"] = "leg"
    line.report(sg.LegStarted, interaction=CALL, channel="leg", agent="8001", device="web")
    line.report(sg.LegRinging, channel="leg")
    return line


def test_a_customer_whose_phone_still_rings_is_greeted_on_answering(calling):
    line = Successor(calling, 5)
    seen(line, customer("callback"))
    assert (line.callback().state, line.agent().state) == ("trying", "reserved")
    line.customer_answers(CALL)
    line.greeted(CALL)
    assert [ring.agent for ring in line.last(cm.StartOffer).rings] == ["8001"]
    assert line.faults == []


def test_a_customer_who_answered_and_waits_in_the_fallback_queue_is_fetched_back_at_the_old_place(calling):
    place_at = calling.callback().queued_at
    line = Successor(calling, 5)
    seen(line, customer("fallback", up=True))
    assert line.last(ev.QueueEntered).entered_at == place_at
    assert [ring.agent for ring in line.last(cm.StartOffer).rings] == ["8001"]
    assert line.faults == []


def test_a_customer_whom_the_fallback_queue_has_connected_is_served(calling):
    line = Successor(calling, 5)
    seen(line, customer("fallback", up=True, bridge="b"), agent_leg(up=True, bridge="b"))
    assert (line.view(CALL).phase, line.view(CALL).agent) == ("talking", "8001")
    assert line.last(ev.CallbackEnded).result == "served"
    assert line.faults == []


def test_a_customer_who_answered_and_hung_up_meanwhile_is_called_again_and_holds_no_agent(calling):
    line = Successor(calling, 5)
    from_cel(line)
    seen(line)
    assert (line.callback().state, line.agent().state) == ("resting", "ready")
    assert line.last(ev.CallbackFailed).reason == "customer_gone"
    assert len(line.all(ev.CallEnded)) == 1


def test_a_customer_served_by_the_fallback_queue_meanwhile_is_not_called_again(calling):
    line = Successor(calling, 60)
    from_cel(line, sg.CelTalk(agent="8001", device="web", began_at=line.now - 50, ended_at=line.now - 10))
    seen(line)
    assert line.last(ev.CallbackEnded).result == "served"
    assert line.callback() is None
    assert line.agent().state == "ready"


def test_an_agent_whose_phone_still_rings_is_joined_with_the_customer_as_usual(agent_rings):
    line = Successor(agent_rings, 5)
    seen(line, agent_leg())
    line.report(sg.LegAnswered, channel="leg")
    assert line.last(cm.CallCustomer).interaction == CALL
    line.customer_answers(CALL)
    assert (line.last(cm.Leave).to, line.last(cm.Leave).partner) == ("agent", "leg")
    assert line.faults == []


def test_the_customer_of_an_agent_who_answered_meanwhile_is_called(agent_rings):
    line = Successor(agent_rings, 5)
    seen(line, agent_leg(up=True))
    assert line.last(cm.CallCustomer).interaction == CALL
    assert line.last(ev.OfferAccepted).agent == "8001"


def test_an_agent_who_waits_goes_on_waiting_for_a_customer_whose_phone_rings(agent_rings):
    agent_rings.report(sg.LegAnswered, channel="leg")
    line = Successor(agent_rings, 5)
    seen(line, agent_leg(up=True), customer("callback"))
    assert not line.all(cm.CallCustomer)
    line.customer_answers(CALL)
    assert (line.last(cm.Leave).to, line.last(cm.Leave).partner) == ("agent", "leg")


def test_when_the_phone_of_the_agent_rung_first_is_gone_the_callback_is_tried_again_at_once(agent_rings):
    line = Successor(agent_rings, 5)
    seen(line)
    assert line.callback().attempts == 0, "nobody has called the customer"
    assert line.last(cm.RingAgent).interaction == "c1cb1-2"
