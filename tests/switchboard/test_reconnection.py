"""An agent's page is reloaded, crashes or loses the network in mid-talk: the call is not lost."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from tests.switchboard.floor import HOLD_S, Floor


@pytest.fixture
def phone() -> Floor:
    return Floor().talking()


def heard(phone: Floor) -> list[str]:
    return [prompt.text for prompt in phone.last(cm.Leave).play]


# ---- back in time


def test_a_reload_holds_the_customer_and_brings_both_together_again(phone):
    phone.wait(30)
    phone.reload()
    assert (phone.view().phase, phone.agent().state) == ("reconnecting", "talking")
    assert phone.view().back_until == phone.now + HOLD_S
    assert phone.last(cm.Leave).to == "held"
    assert "马上回来" in heard(phone)[0]
    assert not phone.ordered(cm.RingAgent)  # the phone is out of reach
    phone.wait(3)
    phone.page_back()
    channel = phone.rung_again()
    assert phone.places() == [("c1-customer", "room")]
    phone.all_meet()
    back = phone.last(ev.AgentBack)
    assert (back.agent, back.channel, back.away_s) == ("8001", channel, 3)
    assert (phone.view().phase, phone.view().back_until, phone.agent().state) == ("talking", 0, "talking")
    phone.sound()


def test_it_is_one_call_one_talk_one_recording_and_the_time_away_counts_as_hold(phone):
    phone.wait(30)
    phone.reload()
    phone.wait(4)
    phone.page_back()
    phone.rung_again()
    phone.all_meet()
    phone.wait(10)
    phone.caller_hangs_up()
    assert [len(phone.all(k)) for k in (ev.Connected, ev.TalkEnded, ev.RecordingExpected, ev.WrapUpBegan)] == [1] * 4
    talk = phone.last(ev.TalkEnded)
    assert (talk.by, talk.talk_s, talk.hold_s) == ("caller", 40, 4)
    assert phone.last(ev.WrapUpBegan).at == phone.now


def test_english_callers_are_told_in_english(phone):
    phone.board.state.calls["c1"].language = "en"
    phone.reload()
    assert "with you in a moment" in heard(phone)[0]


def test_the_phone_that_is_within_reach_is_rung_at_once(phone):
    phone.agent_leg_ends("c1", "8001")
    phone.rung_again()


@pytest.mark.parametrize("leg_first", [True, False])
def test_it_does_not_matter_whether_the_leg_or_the_dial_ends_first(phone, leg_first):
    if leg_first:
        phone.agent_leg_ends("c1", "8001")
    phone.next_wanted("c1", "ANSWER", talked=True)
    if not leg_first:
        phone.agent_leg_ends("c1", "8001")
    assert phone.view().phase == "reconnecting"
    assert len(phone.all(ev.AgentLost)) == 1
    assert len(phone.all(ev.LegClosed)) == 1
    assert phone.last(cm.Leave).to == "held"
    phone.sound()


def test_the_agent_is_offered_nothing_meanwhile(phone):
    phone.reload()
    phone.page_back()
    phone.queue_up("c2")
    assert phone.view("c2").offer is None


def test_a_phone_that_does_not_take_the_call_is_rung_again_while_there_is_time(phone):
    phone.agent_leg_ends("c1", "8001")
    phone.report(sg.AgentRung, interaction="c1", agent="8001", result="unreachable")
    assert len(phone.ordered(cm.RingAgent)) == 1
    phone.wait(2)
    assert len(phone.ordered(cm.RingAgent)) == 2
    phone.ends(phone.rung_again())
    phone.wait(2)
    assert len(phone.ordered(cm.RingAgent)) == 3
    phone.rung_again()
    phone.all_meet()
    assert phone.view().phase == "talking"


def test_what_rang_at_an_old_page_is_hung_up_when_the_page_is_back(phone):
    phone.agent_leg_ends("c1", "8001")
    phone.report(sg.LegStarted, interaction="c1", channel="old", agent="8001", device="web")
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    phone.page_back()
    assert phone.hung_up() == ["old"]
    phone.rung_again()
    phone.ends("old")
    phone.all_meet()
    assert phone.view().phase == "talking"
    phone.sound()


def test_a_customer_whom_the_page_had_on_hold_is_told_on_hold(phone):
    phone.ask(rq.Hold, on=True)
    phone.seats_taken()
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    phone.agent_leg_ends("c1", "8001")
    leave = phone.held_beat()
    assert (leave.to, len(leave.play)) == ("stay", 1)
    assert phone.held_beat().play == ()
    phone.page_back()
    phone.rung_again()
    phone.all_meet()
    assert (phone.view().phase, phone.agent().state) == ("talking", "talking")


def test_a_second_loss_is_held_for_as_well(phone):
    for _ in range(2):
        phone.reload()
        phone.page_back()
        phone.rung_again()
        phone.all_meet()
    phone.reload()
    assert (phone.view().phase, len(phone.all(ev.AgentBack))) == ("reconnecting", 2)


# ---- not lost


def test_a_desk_phone_that_hangs_up_is_not_lost():
    phone = Floor().talking(device="desk")
    phone.agent_leg_ends("c1", "8001")
    assert phone.last(ev.TalkEnded).by == "agent"
    assert not phone.all(ev.AgentLost)


def test_whoever_asked_to_end_the_call_is_not_lost(phone):
    phone.agent_ends("c1", "8001")
    assert phone.last(ev.TalkEnded).by == "agent"
    assert not phone.all(ev.AgentLost)


def test_a_customer_who_hangs_up_first_is_not_held(phone):
    phone.report(sg.LegLeaving, channel="c1-customer")
    phone.agent_leg_ends("c1", "8001")
    assert not phone.all(ev.AgentLost)
    assert not phone.ordered(cm.RingAgent)


# ---- not back


def test_when_the_time_runs_out_the_caller_is_first_in_the_queue_again(phone):
    phone.queue_up("c2")
    place = phone.view().queued_at
    phone.reload()
    phone.wait(HOLD_S)
    assert (phone.last(ev.TalkEnded).by, phone.last(ev.TalkEnded).hold_s) == ("lost", HOLD_S)
    assert (phone.view().phase, phone.view().queued_at, phone.view().ahead) == ("waiting", place, 0)
    back = phone.last(cm.ReturnToWait)
    assert (back.channel, back.queue, back.queued_at) == ("c1-customer", "support", place)
    assert phone.agent().state == "wrap_up"
    phone.sign_in("8002")
    assert phone.last(ev.OfferMade).interaction == "c1"
    phone.sound()


def test_a_leg_that_comes_too_late_is_hung_up(phone):
    phone.agent_leg_ends("c1", "8001")
    phone.wait(HOLD_S)
    phone.report(sg.LegStarted, interaction="c1", channel="late", agent="8001", device="web")
    phone.report(sg.LegAnswered, channel="late")
    assert "late" in phone.hung_up()
    phone.ends("late")
    phone.sound()


def test_the_customer_hangs_up_while_held(phone):
    phone.reload()
    phone.page_back()
    phone.wait(5)
    phone.caller_hangs_up()
    assert (phone.last(ev.TalkEnded).by, phone.last(ev.CallEnded).by) == ("caller", "caller")
    assert phone.last(ev.TalkEnded).hold_s == 5
    assert phone.agent().state == "wrap_up"
    phone.report(sg.LegStarted, interaction="c1", channel="late", agent="8001", device="web")
    assert phone.hung_up() == ["late"]
    phone.sound()


def test_the_customer_hangs_up_while_the_agents_phone_rings_again_and_it_stops(phone):
    phone.reload()
    phone.page_back()
    phone.report(sg.LegStarted, interaction="c1", channel="again", agent="8001", device="web")
    phone.report(sg.LegRinging, channel="again")
    phone.caller_hangs_up()
    assert phone.hung_up() == ["again"]


def test_the_agent_ends_the_call_instead_and_the_customer_is_asked_what_is_next(phone):
    phone.reload()
    phone.do(rq.EndCall(agent="8001", interaction="c1"))
    assert (phone.last(ev.TalkEnded).by, phone.agent().state) == ("agent", "wrap_up")
    phone.report(sg.QuestionClosed, agi=phone.board.state.calls["c1"].asked, interaction="c1")
    assert phone.held_beat().to == "flow"
    assert phone.view().phase == "survey"
    phone.sound()


def test_the_agent_signs_out_instead_and_the_customer_waits_for_another(phone):
    phone.reload()
    phone.do(rq.SignOut(agent="8001"))
    assert (phone.view().phase, phone.agent().state) == ("waiting", "signed_out")
    assert phone.last(cm.ReturnToWait).channel == "c1-customer"
    phone.sound()


def test_an_agent_signed_out_by_force_meanwhile_gives_the_customer_up_too(phone):
    phone.reload()
    phone.do(rq.ForceAgent(by="lee", agent="8001", to="signed_out"))
    assert (phone.view().phase, phone.agent().state) == ("waiting", "signed_out")


def test_a_paused_agent_still_comes_back(phone):
    phone.reload()
    phone.do(rq.Pause(agent="8001"))
    phone.page_back()
    phone.rung_again()
    phone.all_meet()
    assert phone.view().phase == "talking"


# ---- several people


def test_somebody_who_was_asked_is_let_go_and_the_customer_held_for_the_agent(phone):
    phone.sign_in("8002")
    phone.consult("agent", "8002")
    asked = phone.target_answers()
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    phone.agent_leg_ends("c1", "8001")
    assert phone.view().phase == "reconnecting"
    assert asked in phone.hung_up()
    phone.ends(asked)
    assert phone.agent("8002").state == "ready"
    assert len(phone.held_beat().play) == 1
    phone.page_back()
    phone.rung_again()
    phone.all_meet()
    assert (phone.view().phase, phone.view().consult) == ("talking", None)
    phone.sound()


def test_the_others_of_a_talk_of_three_go_on_until_the_agent_is_back(phone):
    phone.barges()
    phone.agent_leg_ends("c1", "8001")
    assert phone.view().phase == "reconnecting"
    assert phone.places() == [("c1-customer", "room"), (phone.own, "room")]  # the first and only move
    phone.rung_again()
    phone.all_meet()
    assert (phone.view().phase, phone.parties()) == ("conference", [("9001", "joined", "barge")])
    phone.sound()


def test_when_the_time_runs_out_a_supervisor_in_the_room_has_the_call(phone):
    phone.barges()
    phone.agent_leg_ends("c1", "8001")
    phone.wait(HOLD_S)
    assert (phone.view().phase, phone.view().agent) == ("talking", "9001")
    assert not phone.ordered(cm.ReturnToWait)
    phone.sound()


def test_a_customer_left_by_all_in_the_room_is_held(phone):
    channel = phone.barges()
    phone.agent_leg_ends("c1", "8001")
    phone.ends(channel)
    phone.next_wanted("c1", "ANSWER", talked=True, offer="room")
    assert (phone.view().phase, phone.last(cm.Leave).to) == ("reconnecting", "held")
    phone.rung_again()
    phone.all_meet()
    assert phone.view().phase == "talking"
    phone.sound()


# ---- the engine restarts meanwhile


def restarted(before: Floor, away_s: float) -> Floor:
    state = msgspec.json.decode(msgspec.json.encode(before.board.state), type=type(before.board.state))
    after = Floor(state=state, now=before.now + away_s)
    after.agent_legs = before.agent_legs
    after._keep(after.board.start("cc1", after.now))
    return after


def snapshot(phone: Floor, *more: sg.SeenLeg, reachable: bool = True, bridge: str = "") -> None:
    customer = sg.SeenLeg(
        channel="c1-customer",
        interaction="c1",
        role="customer",
        place="room" if bridge else "held",
        bridge=bridge,
    )
    phones = (("8001", "web"),) if reachable else ()
    phone.report(sg.AsteriskSnapshot, legs=(customer, *more), reachable=phones)


def test_an_engine_that_returns_in_time_rings_the_agent(phone):
    phone.reload()
    phone = restarted(phone, 5)
    snapshot(phone)
    phone.rung_again()
    phone.all_meet()
    assert (phone.view().phase, phone.last(ev.AgentBack).away_s) == ("talking", 5)
    phone.sound()


def test_an_engine_that_returns_before_the_phone_waits_for_it(phone):
    phone.reload()
    phone = restarted(phone, 5)
    snapshot(phone, reachable=False)
    assert (phone.view().phase, phone.ordered(cm.RingAgent)) == ("reconnecting", [])
    phone.wait(HOLD_S - 5)
    assert phone.view().phase == "waiting"


def test_an_engine_that_returns_too_late_gives_the_caller_the_place_back(phone):
    phone.reload()
    phone = restarted(phone, 60)
    snapshot(phone)
    assert (phone.view().phase, phone.last(cm.ReturnToWait).channel) == ("waiting", "c1-customer")


def test_both_met_while_the_engine_was_away(phone):
    phone.reload()
    phone.page_back()
    channel = phone.rung_again()
    phone = restarted(phone, 5)
    leg = sg.SeenLeg(channel=channel, interaction="c1", role="agent", agent="8001", device="web", bridge="r", up=True)
    snapshot(phone, leg, bridge="r")
    assert (phone.view().phase, phone.agent().state) == ("talking", "talking")
    assert not phone.ordered(cm.RingAgent)
    phone.sound()
