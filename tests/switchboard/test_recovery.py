"""After a restart of the engine or of Asterisk: nothing dropped, nothing doubled, nobody loses the place."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.switchboard.state import State
from tests.switchboard.centre import Telephone


@pytest.fixture
def phone() -> Telephone:
    return Telephone()


def restarted(before: Telephone, away_s: float = 3.0) -> Telephone:
    """A new engine from the old one's journal; Asterisk has not been heard yet."""
    copy = msgspec.json.decode(msgspec.json.encode(before.board.state), type=State)
    after = Telephone(state=copy, now=before.now + away_s)
    after.agent_legs = before.agent_legs
    after._keep(after.board.start("cc1", after.now))
    return after


def customer(interaction: str, place: str, **fields) -> sg.SeenLeg:
    return sg.SeenLeg(
        channel=f"{interaction}-customer", interaction=interaction, role="customer", place=place, **fields
    )


def agent_leg(phone: Telephone, interaction: str, agent: str, **fields) -> sg.SeenLeg:
    channel = phone.agent_legs[interaction, agent]
    return sg.SeenLeg(channel=channel, interaction=interaction, role="agent", agent=agent, device="web", **fields)


def web(*agents: str) -> tuple:
    return tuple((agent, "web") for agent in agents)


def test_waiting_callers_keep_their_order_and_the_first_free_agent_gets_the_first(phone):
    for interaction in ("c1", "c2", "c3"):
        phone.queue_up(interaction)
        phone.wait(1)
    phone = restarted(phone)
    legs = tuple(customer(c, "wait", queue="support") for c in ("c3", "c2", "c1"))
    phone.report(sg.AsteriskSnapshot, legs=legs)
    phone.sign_in("8001")
    assert phone.last(ev.OfferMade).interaction == "c1"
    assert not phone.all(ev.CallArrived)


def test_waiters_are_fetched_back_from_the_fallback_queue_unless_ringing(phone):
    phone.sign_in("8001", ready=False)
    phone.queue_up("c1")
    phone.queue_up("c2")
    phone.agent_legs["c2", "8001"] = "c2-8001"
    phone = restarted(phone, 60)
    legs = (
        customer("c1", "fallback"),
        customer("c2", "fallback"),
        sg.SeenLeg(channel="c2-8001", interaction="c2", role="agent", agent="8001", device="web"),
    )
    phone.report(sg.AsteriskSnapshot, legs=legs, reachable=web("8001"))
    assert [c.interaction for c in phone.commands if isinstance(c, cm.ReturnToWait)] == ["c1"]
    assert phone.last(cm.ReturnToWait).queued_at == phone.view("c1").queued_at
    phone.report(sg.LegJoined, channel="c2-customer", bridge="b")
    phone.report(sg.LegJoined, channel="c2-8001", bridge="b")
    assert (phone.view("c2").phase, phone.agent("8001").state) == ("talking", "talking")


def test_talkers_go_on_talking(phone):
    phone.sign_in("8001")
    phone.talk()
    phone = restarted(phone)
    legs = (customer("c1", "offer", bridge="b"), agent_leg(phone, "c1", "8001", bridge="b"))
    phone.report(sg.AsteriskSnapshot, legs=legs, reachable=web("8001"))
    assert (phone.view().phase, phone.agent().state) == ("talking", "talking")
    phone.wait(10)
    phone.caller_hangs_up()
    assert phone.last(ev.TalkEnded).talk_s == pytest.approx(13)


def test_a_call_that_arrived_and_was_answered_in_the_outage_is_adopted(phone):
    phone.sign_in("8001")
    phone.agent_legs["new", "8001"] = "new-8001"
    phone = restarted(phone, 60)
    legs = (
        customer("new", "fallback", bridge="b", caller="13800138000", dialled="4001"),
        agent_leg(phone, "new", "8001", bridge="b"),
    )
    phone.report(sg.AsteriskSnapshot, legs=legs, reachable=web("8001"))
    assert phone.view("new").phase == "talking"
    assert phone.view("new").caller == "+8613800138000"
    assert phone.last(ev.CallArrived).source == "fallback"


def test_a_call_known_before_that_ended_in_the_outage_is_closed_with_the_times_of_cel(phone):
    phone.sign_in("8001")
    phone.queue_up("c1")
    queued_at = phone.now
    phone = restarted(phone, 60)
    talk = sg.CelTalk(agent="8001", device="web", began_at=queued_at + 10, ended_at=queued_at + 40)
    phone._keep(
        phone.board.handle(
            sg.CallFromCel(
                at=queued_at + 41,
                interaction="c1",
                caller="13800138000",
                caller_name="",
                dialled="4001",
                arrived_at=queued_at,
                talks=(talk,),
            ),
            phone.now,
        )
    )
    phone.report(sg.AsteriskSnapshot, reachable=web("8001"))
    assert len(phone.all(ev.CallEnded)) == 1
    assert phone.last(ev.CallEnded).at == queued_at + 41
    assert phone.last(ev.Connected).at == queued_at + 10
    assert phone.last(ev.TalkEnded).talk_s == pytest.approx(30)
    assert phone.last(ev.QueueLeft).waited_s == pytest.approx(10)
    assert phone.agent().state == "ready"


def test_a_call_wholly_inside_the_outage_is_written_down_once(phone):
    now = phone.now
    talk = sg.CelTalk(agent="8002", device="web", began_at=now + 8, ended_at=now + 20)
    fields = {
        "interaction": "x1",
        "caller": "02161234567",
        "caller_name": "",
        "dialled": "4001",
        "arrived_at": now,
        "talks": (talk,),
        "ended_by": "agent",
    }
    phone.report(sg.CallFromCel, **fields)
    phone.report(sg.CallFromCel, **fields)
    assert [type(event) for event in phone.events if getattr(event, "interaction", "") == "x1"] == [
        ev.CallArrived,
        ev.QueueEntered,
        ev.QueueLeft,
        ev.Connected,
        ev.RecordingDecided,
        ev.RecordingExpected,
        ev.TalkEnded,
        ev.CallEnded,
    ]
    assert phone.last(ev.CallArrived).source == "cel"


def test_after_a_restart_of_asterisk_open_calls_close_with_a_cause_and_agents_are_ready_again(phone):
    phone.sign_in("8001")
    phone.talk("c1")
    phone.queue_up("c2")
    phone.report(sg.AsteriskLost)
    phone.wait(8)
    phone.report(sg.AsteriskSnapshot, restarted=True)
    ends = {event.interaction: event for event in phone.all(ev.CallEnded)}
    assert {end.by for end in ends.values()} == {"asterisk"}
    assert set(ends) == {"c1", "c2"}
    assert all(end.cause for end in ends.values())
    assert phone.all(ev.QueueLeft)[-1].reason == "system"
    phone.do(rq.EndWrapUp(agent="8001"))
    assert phone.agent().state == "unreachable"
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=True)
    assert phone.agent().state == "ready"


def test_an_offer_that_vanished_in_the_outage_is_made_again(phone):
    phone.sign_in("8001")
    phone.queue_up("c1")
    phone.ring("c1")
    phone = restarted(phone)
    phone.report(sg.AsteriskSnapshot, legs=(customer("c1", "wait"),), reachable=web("8001"))
    assert phone.last(ev.OfferFailed).reason == "withdrawn"
    assert phone.last(ev.OfferMade).interaction == "c1"


def test_a_caller_in_the_menu_resumes_at_the_same_node(phone):
    phone.call("c1")
    prompt = phone.last(cm.FlowStep).play
    phone = restarted(phone)
    phone.report(sg.AsteriskSnapshot, legs=(customer("c1", "flow"),))
    phone.call("c1")
    assert phone.last(cm.FlowStep).play == prompt
    assert not phone.all(ev.CallArrived)
    phone.press("c1", "2")
    assert phone.view().phase == "waiting"


def test_the_state_is_the_sum_of_its_events(phone):
    phone.sign_in("8001")
    phone.talk("c1")
    phone.queue_up("c2")
    phone.caller_hangs_up("c1")
    copy = Telephone(state=State(), now=phone.now)
    copy.board.replay(phone.events, phone.now)
    assert copy.board.floor(0) == phone.board.floor(0)


def test_a_connection_that_breaks_during_the_goodbye_does_not_begin_the_flow_again(phone):
    phone.sign_in("8001")
    phone.talk()
    phone.do(rq.EndCall(agent="8001", interaction="c1"))
    phone.agent_leg_ends("c1", "8001")
    phone.next_wanted("c1", "ANSWER", talked=True)
    phone.call("c1")
    phone.press("c1", "1")
    phone.call("c1")
    assert phone.last(cm.Leave).to == "hangup"
    assert len(phone.all(ev.FlowStarted)) == 2, "the hotline and the survey, once each"
