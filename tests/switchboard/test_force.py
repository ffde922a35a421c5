"""Supervisors set agents' states, end calls and move waiting callers; what cannot be done is refused."""

import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from tests.switchboard.floor import Floor


@pytest.fixture
def phone() -> Floor:
    return Floor()


def force(phone: Floor, to: str, agent: str = "8001", reason: str = ""):
    return phone.do(rq.ForceAgent(by="lee", agent=agent, to=to, reason=reason))


def move(to: str, name: str = "", interaction: str = "c1") -> rq.MoveWaiter:
    return rq.MoveWaiter(by="lee", interaction=interaction, to=to, id=name)


# ---- agents


def test_an_agent_is_paused_with_a_reason_and_made_ready_again(phone):
    phone.sign_in("8001")
    force(phone, "paused", reason="lunch")
    assert (phone.agent().state, phone.agent().reason, phone.agent().paused_by) == ("paused", "lunch", "supervisor")
    assert phone.last(cm.SetFallbackMember).state == "paused"
    force(phone, "ready")
    assert (phone.agent().state, phone.last(ev.AgentReady).by) == ("ready", "supervisor")


def test_a_ringing_offer_goes_to_the_next_when_its_agent_is_paused_by_force(phone):
    phone.sign_in("8001")
    phone.queue_up()
    phone.ring("c1")
    phone.sign_in("8002")
    force(phone, "paused")
    assert phone.view().offer.agent == "8002"


@pytest.mark.parametrize("to", ["paused", "signed_out"])
def test_a_talk_goes_on_and_the_forced_state_holds_after_it(phone, to):
    phone.talking()
    force(phone, to)
    assert (phone.view().phase, phone.agent().state) == ("talking", "talking")
    phone.caller_hangs_up()
    phone.wait(60)
    assert phone.agent().state == to


def test_wrap_up_goes_on_when_paused_and_ends_when_signed_out_by_force(phone):
    phone.talking()
    phone.caller_hangs_up()
    force(phone, "paused")
    assert phone.agent().state == "wrap_up"
    force(phone, "signed_out")
    assert phone.agent().state == "signed_out"
    assert phone.last(ev.WrapUpEnded).by == "system"
    assert phone.last(ev.AgentSignedOut).by == "supervisor"


def test_force_that_makes_no_sense_is_refused(phone):
    phone.sign_in("8001")
    words = [
        phone.refused(rq.ForceAgent(by="lee", agent=agent, to=to, reason=reason))
        for agent, to, reason in (
            ("7777", "ready", ""),
            ("8002", "ready", ""),
            ("8002", "signed_out", ""),
            ("8001", "ready", ""),
            ("8001", "paused", "siesta"),
        )
    ]
    assert words == ["unknown_agent", "not_signed_in", "not_signed_in", "not_now", "unknown_choice"]
    force(phone, "paused")
    assert phone.refused(rq.ForceAgent(by="lee", agent="8001", to="paused")) == "not_now"


# ---- calls


def test_a_talk_is_ended_by_force_and_it_is_nobodys_doing(phone):
    phone.talking()
    phone.do(rq.CutCall(by="lee", interaction="c1"))
    assert phone.last(cm.HangUp).channel == "c1-customer"
    assert phone.last(ev.CutOff).by == "lee"
    phone.report(sg.LegLeaving, channel="c1-customer")
    phone.agent_leg_ends("c1", "8001")
    phone.caller_hangs_up()
    assert (phone.last(ev.TalkEnded).by, phone.last(ev.CallEnded).by) == ("system", "system")
    assert phone.agent().state == "wrap_up"
    phone.sound()


def test_a_waiting_caller_cut_off_has_not_abandoned_the_queue(phone):
    phone.queue_up()
    phone.do(rq.CutCall(by="lee", interaction="c1"))
    phone.caller_hangs_up()
    assert (phone.last(ev.QueueLeft).reason, phone.last(ev.CallEnded).by) == ("system", "system")


def test_a_call_that_is_over_or_being_cut_is_not_cut_and_one_that_survives_may_be_cut_again(phone):
    assert phone.refused(rq.CutCall(by="lee", interaction="c1")) == "no_such_call"
    phone.queue_up()
    phone.do(rq.CutCall(by="lee", interaction="c1"))
    assert phone.refused(rq.CutCall(by="lee", interaction="c1")) == "not_now"
    phone.wait(6)
    phone.do(rq.CutCall(by="lee", interaction="c1"))
    assert len(phone.ordered(cm.HangUp)) == 2
    phone.caller_hangs_up()
    assert phone.refused(rq.CutCall(by="lee", interaction="c1")) == "no_such_call"


def test_an_agent_lost_while_the_call_is_cut_is_not_rung_again(phone):
    phone.talking()
    phone.do(rq.CutCall(by="lee", interaction="c1"))
    phone.agent_leg_ends("c1", "8001")
    assert not phone.all(ev.AgentLost)


# ---- waiting callers


def three_wait(phone: Floor) -> None:
    for name in ("c1", "c2", "c3"):
        phone.queue_up(name)
        phone.wait(10)


def served_in_turn(phone: Floor) -> list[str]:
    for agent in ("8001", "8002", "8003"):
        phone.sign_in(agent)
    return [event.interaction for event in phone.all(ev.OfferMade)]


def test_a_caller_moved_to_the_front_is_first_and_the_others_keep_their_order(phone):
    three_wait(phone)
    phone.do(move("front", interaction="c3"))
    assert [phone.view(c).ahead for c in ("c3", "c1", "c2")] == [0, 1, 2]
    assert phone.last(ev.WaiterMoved).by == "lee"
    assert served_in_turn(phone) == ["c3", "c1", "c2"]
    assert len(phone.all(ev.QueueEntered)) == 3


def test_whoever_is_moved_to_the_front_last_is_first(phone):
    three_wait(phone)
    phone.do(move("front", interaction="c2"))
    phone.do(move("front", interaction="c3"))
    assert served_in_turn(phone) == ["c3", "c2", "c1"]


def test_the_front_is_kept_after_an_offer_that_failed(phone):
    three_wait(phone)
    phone.do(move("front", interaction="c3"))
    phone.sign_in("8001")
    phone.ring("c3")
    phone.agent_leg_ends("c3", "8001", cause=19)
    phone.next_wanted("c3", "NOANSWER", talked=False)
    phone.sign_in("8002")
    assert phone.last(ev.OfferMade).interaction == "c3"


def test_a_caller_moved_to_another_queue_keeps_the_place_in_time(phone):
    three_wait(phone)
    arrived_at = phone.view("c1").queued_at
    phone.do(move("queue", "sales"))
    assert (phone.view().queue, phone.view().queued_at) == ("sales", arrived_at)
    assert (phone.last(ev.QueueLeft).reason, phone.last(ev.QueueLeft).to) == ("overflow", "sales")
    back = phone.last(cm.ReturnToWait)
    assert (back.channel, back.queue, back.queued_at) == ("c1-customer", "sales", arrived_at)
    phone.sign_in("8004")
    assert phone.view("c1").offer.agent == "8004"


def test_a_caller_moved_to_an_agent_waits_for_that_agent_then_for_anybody(phone):
    phone.sign_in("8002")
    phone.talk("busy")
    phone.queue_up("c1")
    phone.do(move("agent", "8002"))
    assert phone.view().only == "8002"
    phone.sign_in("8001")
    assert phone.view().phase == "waiting"
    phone.wait(61)
    assert phone.view().offer.agent == "8001"
    assert len(phone.all(ev.QueueLeft)) == 1  # that of the busy agent's own call


def test_a_caller_moved_to_an_agent_of_another_queue_goes_there(phone):
    phone.sign_in("8004")
    phone.queue_up("c1")
    phone.do(move("agent", "8004"))
    assert (phone.view().queue, phone.view().offer.agent) == ("sales", "8004")


def test_moves_that_make_no_sense_are_refused(phone):
    assert phone.refused(move("front")) == "no_such_call"
    phone.queue_up("c1")
    phone.sign_in("8005", ready=False)
    words = [
        phone.refused(move(to, name))
        for to, name in (
            ("front", ""),
            ("queue", "support"),
            ("queue", "nowhere"),
            ("agent", "7777"),
            ("agent", "8001"),
            ("agent", "8005"),
        )
    ]
    assert words == ["not_now", "not_now", "unknown_target", "unknown_target", "target_not_free", "target_not_free"]
    phone.do(rq.GoReady(agent="8005"))
    assert phone.refused(move("agent", "8005")) == "target_not_free"  # serves no queue
    phone.sign_in("8001")
    assert phone.refused(move("queue", "sales")) == "not_now"  # it is being offered
    phone.ring("c1")
    phone.answer("c1")
    assert phone.refused(move("front")) == "not_now"
