"""An agent asks somebody while the customer holds."""

import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.parties import Target
from tests.switchboard.several import NUMBER, Several


@pytest.fixture
def line():
    line = Several().talking(others=("8002", "8004"))
    yield line
    line.sound()


def asking(line, kind="agent", name="8002"):
    line.consult(kind, name, note="wants a refund")
    return line.target_answers()


# ---- as it should go


def test_the_customer_holds_while_the_agent_asks_a_colleague(line):
    line.consult("agent", "8002", note="wants a refund")
    assert line.places() == [("c1-customer", "held"), (line.own, "room")]
    ring = line.last(cm.RingAgent)
    assert (ring.agent, ring.role, ring.into) == ("8002", "consult", "room")
    assert "8001" in ring.whisper.text or "八" in ring.whisper.text
    view = line.view()
    assert (view.phase, view.consult.state, view.consult.party) == ("consulting", "ringing", "8002")
    assert view.consult.note == "wants a refund"
    assert line.state_of("8002") == ("ringing", "c1")
    assert line.state_of("8001") == ("talking", "c1")

    line.target_answers()
    assert line.view().consult.state == "talking"
    assert line.state_of("8002") == ("talking", "c1")
    assert line.held_beat().to == "stay"


def test_the_agent_takes_the_customer_back(line):
    channel = asking(line)
    line.wait(20)
    line.ask(rq.EndConsult)
    assert line.places() == [("c1-customer", "room")]
    assert channel in line.hung_up()
    line.ends(channel)
    assert (line.view().phase, line.view().consult) == ("talking", None)
    assert line.state_of("8002") == ("ready", "")
    assert line.last(ev.ConsultEnded).result == "returned"


def test_after_the_transfer_the_colleague_has_the_call_and_the_agent_writes_it_up(line):
    channel = asking(line)
    line.wait(30)
    line.ask(rq.CompleteTransfer)
    assert line.places() == [("c1-customer", "room")]
    assert line.hung_up() == [line.own]
    view = line.view()
    assert (view.phase, view.agent, view.transferred_by, view.transfer_note) == (
        "talking",
        "8002",
        "8001",
        "wants a refund",
    )
    kinds = [type(event) for event in line.events]
    assert kinds.index(ev.Transferred) < kinds.index(ev.TalkEnded) < len(kinds) - 1 - kinds[::-1].index(ev.Connected)
    assert line.last(ev.Connected).waited_s == 0
    assert line.last(ev.TalkEnded).hold_s == 30
    assert line.state_of("8001") == ("wrap_up", "c1")
    line.ends(line.own)
    line.seats_taken()
    assert line.state_of("8002") == ("talking", "c1")
    # the talk ends as any does
    line.do(rq.EndCall(agent="8002", interaction="c1"))
    assert line.hung_up()[-1] == channel
    line.ends(channel)
    line.next_wanted("c1", "ANSWER", True, offer="room")
    assert line.view().phase == "survey"
    assert line.state_of("8002")[0] == "wrap_up"


def test_all_three_talk(line):
    channel = asking(line)
    line.ask(rq.ShareTalk)
    assert line.places() == [("c1-customer", "room")]
    view = line.view()
    assert view.phase == "conference"
    assert [(party.channel, party.role, party.who) for party in view.parties] == [(channel, "agent", "8002")]
    line.ends(channel)
    assert (line.view().phase, line.view().parties) == ("talking", ())
    assert line.state_of("8002") == ("ready", "")


def test_out_of_a_talk_of_three_the_agent_leaves_the_others_to_it(line):
    asking(line)
    line.ask(rq.ShareTalk)
    line.ask(rq.CompleteTransfer)
    assert line.hung_up() == [line.own]
    line.ends(line.own)
    view = line.view()
    assert (view.phase, view.agent, view.parties) == ("talking", "8002", ())
    assert line.last(ev.Transferred).attended


def test_a_number_outside_is_asked_over_its_trunk(line):
    line.consult("number", "13900139000")
    call = line.last(cm.CallOutside)
    assert (call.number, call.trunk, call.as_number) == (NUMBER, "one", "4001")
    assert not call.channel.startswith("c1")
    channel = line.target_answers()
    assert channel == call.channel
    assert line.view().consult.state == "talking"
    line.do(rq.SendDigits(agent="8001", interaction="c1", digits="12#"))
    assert line.last(cm.PressKeys) == cm.PressKeys(channel=channel, digits="12#")


def test_the_customer_goes_on_with_the_number_outside(line):
    channel = asking(line, "number", "13900139000")
    line.ask(rq.CompleteTransfer)
    assert line.view().phase == "outside"
    assert line.state_of("8001")[0] == "wrap_up"
    line.seats_taken()
    line.ends(line.own)
    line.ends(channel)
    leave = line.next_wanted("c1", "ANSWER", True, offer="room").commands[-1]
    assert leave.to == "hangup"
    line.caller_hangs_up()
    assert line.last(ev.CallEnded)


def test_the_next_free_agent_of_a_queue_is_asked(line):
    line.consult("queue", "sales")
    assert line.last(cm.RingAgent).agent == "8004"
    line.target_answers()
    assert line.view().consult.party == "8004"
    line.ask(rq.CompleteTransfer)
    assert line.view().agent == "8004"


def test_a_queue_looks_on_until_somebody_is_free_and_asks_one_after_the_other():
    line = Several().talking()
    line.consult("queue", "support")
    assert line.view().consult.state == "waiting"
    assert line.board.floor(0).queues["support"].waiting == 0, "whoever asks is no waiting customer"
    line.sign_in("8002")
    assert line.view().consult.party == "8002"
    channel = line.target_rings()
    line.ends(channel, cause=19)
    line.report(sg.AgentRung, interaction="c1", agent="8002", result="no_answer")
    assert line.view().consult.state == "waiting"
    assert line.agent("8002").state == "backing_off"
    line.sign_in("8003")
    assert line.view().consult.party == "8003"
    line.target_answers()
    assert line.view().consult.state == "talking"
    line.sound()


def test_who_asks_a_queue_may_give_it_up():
    line = Several().talking()
    line.consult("queue", "support")
    line.ask(rq.EndConsult)
    line.sign_in("8002")
    assert line.state_of("8002") == ("ready", "")
    assert line.view().phase == "talking"
    line.sound()


def test_an_extension_is_rung_whatever_its_state(line):
    line.sign_in("8005", "desk", ready=False)
    line.consult("extension", "8005")
    assert line.state_of("8005") == ("ringing", "c1")
    line.do(rq.Pause(agent="8005", reason="lunch"))
    assert line.state_of("8005") == ("ringing", "c1")
    channel = line.target_rings()
    line.do(rq.AnswerOffer(agent="8005", offer="c1"))
    assert line.last(cm.PickUp).channel == channel
    line.report(sg.LegAnswered, channel=channel)
    line.ends(channel)
    assert line.state_of("8005") == ("paused", "")


# ---- who is asked is not to be had


@pytest.mark.parametrize("result", ["no_answer", "busy", "unreachable", "failed"])
def test_without_an_answer_the_agent_has_the_customer_back(line, result):
    line.consult("agent", "8002")
    line.report(sg.AgentRung, interaction="c1", agent="8002", result=result)
    assert line.last(ev.ConsultEnded).result == result
    assert (line.view().phase, line.state_of("8002")[1]) == ("talking", "")
    assert line.places() == [("c1-customer", "room")]


def test_a_number_that_does_not_answer_brings_the_customer_back(line):
    line.consult("number", "13900139000")
    channel = line.last(cm.CallOutside).channel
    line.report(sg.OutsideCalled, interaction="c1", channel=channel, result="busy")
    assert (line.last(ev.ConsultEnded).result, line.view().phase) == ("busy", "talking")


def test_a_colleague_who_rejects_is_free_again(line):
    line.consult("agent", "8002")
    channel = line.target_rings()
    line.do(rq.RejectOffer(agent="8002", offer="c1"))
    assert line.last(ev.ConsultEnded).result == "rejected"
    assert channel in line.hung_up()
    assert line.state_of("8002")[1] == ""


def test_a_colleague_who_pauses_or_whose_phone_vanishes_is_rung_no_longer(line):
    line.consult("agent", "8002")
    line.do(rq.Pause(agent="8002"))
    assert (line.view().phase, line.state_of("8002")) == ("talking", ("paused", ""))
    line.do(rq.GoReady(agent="8002"))
    line.consult("agent", "8002")
    line.report(sg.PhoneSeen, agent="8002", device="web", reachable=False)
    assert (line.view().phase, line.state_of("8002")) == ("talking", ("unreachable", ""))


def test_a_phone_that_begins_to_ring_too_late_is_silenced(line):
    line.consult("agent", "8002")
    line.ask(rq.EndConsult)
    line.report(sg.LegStarted, interaction="c1", channel="late", agent="8002", device="web", role="consult")
    assert line.hung_up() == ["late"]
    line.ends("late")


def test_who_is_lost_in_the_middle_of_being_asked_costs_nobody_the_customer(line):
    channel = asking(line)
    line.ends(channel)
    assert (line.last(ev.ConsultEnded).result, line.view().phase) == ("gone", "talking")
    assert line.places() == [("c1-customer", "room")]


def test_the_reservation_of_who_is_asked_ends_by_itself(line):
    line.consult("agent", "8002")
    line.wait(60)
    assert (line.view().phase, line.state_of("8002")) == ("talking", ("ready", ""))
    line.consult("number", "13900139000")
    line.wait(90)
    assert line.view().phase == "talking"


# ---- somebody goes meanwhile


def test_a_customer_who_hangs_up_ends_it_for_all_while_the_target_rings(line):
    line.consult("agent", "8002")
    channel = line.target_rings()
    line.caller_hangs_up()
    assert line.last(ev.ConsultEnded).result == "caller_gone"
    assert line.last(ev.TalkEnded).by == "caller"
    assert line.last(ev.CallEnded).phase == "consulting"
    assert set(line.hung_up()) == {channel, line.own}
    assert (line.state_of("8001")[0], line.state_of("8002")) == ("wrap_up", ("ready", ""))


def test_a_customer_who_hangs_up_ends_it_for_all_while_both_talk(line):
    channel = asking(line)
    line.caller_hangs_up()
    assert set(line.hung_up()) == {channel, line.own}
    line.ends(channel)
    line.ends(line.own)
    assert (line.state_of("8001")[0], line.state_of("8002")) == ("wrap_up", ("ready", ""))


def test_a_customer_who_hangs_up_ends_a_talk_of_three(line):
    channel = asking(line)
    line.ask(rq.ShareTalk)
    line.caller_hangs_up()
    assert set(line.hung_up()) == {channel, line.own}
    assert line.last(ev.PartyLeft).party == "8002"
    assert (line.state_of("8001")[0], line.state_of("8002")) == ("wrap_up", ("ready", ""))


@pytest.mark.parametrize("device", ["web", "desk"])
def test_an_agent_who_hangs_up_leaves_the_customer_with_who_is_asked(device):
    line = Several().talking(device=device, others=("8002",))
    asking(line)
    if device == "web":
        line.ask(rq.EndCall)
        assert line.hung_up() == [line.own]
    line.ends(line.own)
    assert (line.view().phase, line.view().agent) == ("talking", "8002")
    assert line.places() == [("c1-customer", "room")]
    assert line.last(ev.TalkEnded).by == "agent"
    line.sound()


def test_an_agent_who_hangs_up_before_an_answer_sends_the_customer_to_the_queue(line):
    place = line.view().queued_at
    line.wait(100)
    line.consult("number", "13900139000")
    line.do(rq.Pause(agent="8002"))
    line.ask(rq.EndCall)
    line.ends(line.own)
    view = line.view()
    assert (view.phase, view.queue, view.queued_at) == ("waiting", "support", place)
    assert line.last(cm.GiveAway).queue == "support"
    assert line.beat(), "an apology"
    line.do(rq.GoReady(agent="8002"))
    line.ring("c1")
    assert line.answer("c1") == "8002"


@pytest.mark.parametrize("ends", [True, False])
def test_in_a_talk_of_three_the_others_go_on(line, ends):
    asking(line)
    line.ask(rq.ShareTalk)
    if ends:
        line.ask(rq.EndCall)
    line.ends(line.own)
    assert (line.view().phase, line.view().agent, line.view().parties) == ("talking", "8002", ())
    assert line.state_of("8001")[0] == "wrap_up"


def test_with_a_number_outside_the_customer_goes_on_when_the_agent_leaves_the_three(line):
    channel = asking(line, "number", "13900139000")
    line.ask(rq.ShareTalk)
    line.ends(line.own)
    assert (line.view().phase, line.view().parties) == ("outside", ())
    line.ends(channel)
    assert line.next_wanted("c1", "ANSWER", True, offer="room").commands[-1].to == "hangup"


def test_a_customer_whom_everybody_left_at_once_is_asked_what_is_next(line):
    asking(line)
    line.ask(rq.ShareTalk)
    line.next_wanted("c1", "ANSWER", True, offer="room")
    assert line.view().phase in ("survey", "waiting")
    assert line.state_of("8002")[1] == ""


def test_a_customer_who_never_arrives_in_the_room_is_moved_again(line):
    asking(line)
    line.ask(rq.EndConsult)
    count = len([c for c in line.commands if isinstance(c, cm.Seats)])
    line.held_beat()
    assert len([c for c in line.commands if isinstance(c, cm.Seats)]) == count, "it is on its way"
    line.wait(10)
    assert line.held_beat().to == "stay"
    assert line.places() == [("c1-customer", "room")]


# ---- refused


def test_what_cannot_be_is_refused_and_changes_nothing(line):
    def consult(kind, name, agent="8001"):
        return line.refused(rq.Consult(agent=agent, interaction="c1", to=Target(kind=kind, id=name)))

    assert consult("agent", "8009") == "unknown_target"
    assert consult("agent", "8001") == "unknown_target"
    assert consult("agent", "8005") == "target_not_free"
    assert consult("extension", "8005") == "target_not_free"
    assert consult("queue", "nothing") == "unknown_target"
    assert consult("number", "110") == "number_not_allowed"
    assert consult("number", "+4915112345678") == "number_not_allowed"
    assert consult("agent", "8002", agent="8002") == "not_your_call"
    assert consult("agent", "8002", agent="8009") == "unknown_agent"
    for request in (rq.EndConsult, rq.CompleteTransfer, rq.ShareTalk):
        assert line.refused(request(agent="8001", interaction="c1")) == "not_now"
        assert line.refused(request(agent="8001", interaction="c9")) == "no_such_call"


def test_twice_is_refused_the_second_time(line):
    asking(line)
    assert line.refused(rq.Consult(agent="8001", interaction="c1", to=Target(kind="agent", id="8004"))) == "not_now"
    line.ask(rq.ShareTalk)
    assert line.refused(rq.ShareTalk(agent="8001", interaction="c1")) == "not_now"
    assert line.refused(rq.CompleteTransfer(agent="8002", interaction="c1")) == "not_your_call"
    line.ask(rq.CompleteTransfer)
    assert line.refused(rq.CompleteTransfer(agent="8001", interaction="c1")) == "not_your_call"


def test_nothing_can_be_completed_before_an_answer(line):
    line.consult("agent", "8002")
    assert line.refused(rq.CompleteTransfer(agent="8001", interaction="c1")) == "not_now"
    assert line.refused(rq.ShareTalk(agent="8001", interaction="c1")) == "not_now"


def test_while_asterisk_is_out_of_reach_nothing_is_begun(line):
    line.report(sg.AsteriskLost)
    assert line.refused(rq.Consult(agent="8001", interaction="c1", to=Target(kind="agent", id="8002"))) == "not_now"


def test_a_call_that_is_over_is_refused_as_such(line):
    line.caller_hangs_up()
    assert line.refused(rq.Consult(agent="8001", interaction="c1", to=Target(kind="agent", id="8002"))) == (
        "no_such_call"
    )


def test_a_customer_who_would_come_into_an_empty_room_is_fetched_back(line):
    """The agent hangs up while the customer is on the way back from hold."""
    channel = asking(line)
    line.ask(rq.EndConsult)
    line.ends(channel)
    line.ends(line.own)
    assert line.places() == [("c1-customer", "held")]
    assert line.held_beat().to == "wait"
    assert line.view().offer.agent == "8002"
