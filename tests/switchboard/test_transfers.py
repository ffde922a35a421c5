"""Blind transfers: the customer is given away at once."""

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


def test_to_an_agent_whose_phone_rings_in_the_same_turn(line):
    place = line.view().queued_at
    line.wait(50)
    line.transfer("agent", "8002", note="angry")
    offer = line.last(cm.StartOffer)
    assert (offer.rings[0].agent, offer.queue, offer.queued_at) == ("8002", "support", place)
    assert not line.last(cm.GiveAway), "the offer moves the customer already"
    assert line.hung_up() == [line.own]
    view = line.view()
    assert (view.phase, view.only, view.transfer_note, view.transferred_by) == ("offered", "8002", "angry", "8001")
    assert line.state_of("8001") == ("wrap_up", "c1")
    line.ends(line.own)
    line.ring("c1")
    line.answer("c1")
    assert line.last(ev.Connected).agent == "8002"


def test_who_transferred_writes_the_note_though_the_call_was_over_and_written_up_sooner(line):
    line.transfer("agent", "8002")
    line.ends(line.own)
    line.ring("c1")
    line.answer("c1")
    line.caller_hangs_up()
    line.do(rq.EndWrapUp(agent="8002"))
    line.do(rq.WriteNote(agent="8001", interaction="c1", note="wants a refund"))
    assert line.last(ev.NoteWritten).agent == "8001"
    line.do(rq.EndWrapUp(agent="8001"))
    assert "c1" not in line.board.state.calls


def test_who_has_no_answer_from_the_agent_waits_for_others_after_a_minute(line):
    line.transfer("agent", "8002")
    line.sign_in("8003")
    line.ring("c1")
    line.agent_leg_ends("c1", "8002", cause=19)
    line.next_wanted("c1", "NOANSWER", False)
    assert line.view().phase == "waiting"
    line.do(rq.Pause(agent="8002"))
    line.wait(55)
    assert line.view().phase == "waiting"
    line.wait(10)
    assert line.view().offer.agent == "8003"


def test_to_an_agent_of_another_queue_the_customer_waits_there(line):
    line.transfer("agent", "8004")
    assert (line.view().queue, line.view().offer.agent) == ("sales", "8004")


def test_to_a_queue_at_the_place_in_time():
    line = Several().talking()
    place = line.view().queued_at
    line.wait(100)
    line.transfer("queue", "sales")
    assert (line.view().phase, line.view().queue, line.view().queued_at) == ("waiting", "sales", place)
    assert line.last(cm.GiveAway) == cm.GiveAway(
        interaction="c1", channel="c1-customer", queue="sales", queued_at=place
    )
    line.ends(line.own)
    line.sign_in("8004")
    assert line.view().offer.agent == "8004"
    line.sound()


def test_to_an_extension_though_it_is_paused_and_to_the_queue_when_it_does_not_answer(line):
    line.do(rq.Pause(agent="8002"))
    line.do(rq.Pause(agent="8004"))
    line.transfer("extension", "8002")
    assert line.last(cm.StartOffer).rings[0].agent == "8002"
    assert line.agent("8002").intent == "paused"
    line.ring("c1")
    line.agent_leg_ends("c1", "8002", cause=19)
    line.next_wanted("c1", "NOANSWER", False)
    assert (line.view().phase, line.view().only) == ("waiting", "")
    assert line.state_of("8002") == ("paused", "")


def test_to_a_number_outside_and_back_to_the_queue_when_it_does_not_answer():
    line = Several().talking()
    place = line.view().queued_at
    line.transfer("number", "13900139000", note="the courier")
    give = line.last(cm.GiveAway)
    assert (give.number, give.trunk, give.as_number, give.queue) == (NUMBER, "one", "4001", "")
    assert (line.view().phase, line.state_of("8001")[0]) == ("outside", "wrap_up")
    line.ends(line.own)
    line.next_wanted("c1", "NOANSWER", False, offer="outside")
    assert (line.view().phase, line.view().queued_at) == ("waiting", place)
    leave = line.last(cm.Leave)
    assert leave.to == "wait"
    assert leave.play, "an apology"
    line.sound()


def test_a_talk_with_a_number_outside_ends_the_call_afterwards(line):
    line.transfer("number", "13900139000")
    line.report(sg.LegStarted, interaction="c1", channel="trunk", agent="", device="desk", role="external")
    assert "trunk" not in line.hung_up()
    line.ends("trunk")
    assert line.next_wanted("c1", "ANSWER", True, offer="outside").commands[-1].to == "hangup"
    line.caller_hangs_up()
    assert line.last(ev.CallEnded).phase == "outside"


def test_a_customer_on_hold_is_given_away_too(line):
    line.ask(rq.Hold, on=True)
    line.wait(10)
    line.transfer("queue", "sales")
    assert line.last(ev.TalkEnded).hold_s == 10
    assert line.view().offer.agent == "8004"


def test_a_customer_who_asks_what_is_next_before_being_moved_is_led_to_the_waiting_room():
    line = Several().talking()
    line.transfer("queue", "sales")
    assert line.next_wanted("c1", "ANSWER", True).commands[-1].to == "wait"
    line.sound()


def test_a_customer_who_hangs_up_as_the_transfer_begins_ends_the_call(line):
    line.transfer("queue", "support")
    line.caller_hangs_up()
    assert line.last(ev.CallEnded).answered
    assert line.state_of("8002") == ("ready", "")
    line.ends(line.own)


def test_transferred_twice_the_last_note_counts(line):
    line.transfer("agent", "8002", note="one")
    line.ends(line.own)
    line.ring("c1")
    line.answer("c1")
    line.transfer("queue", "sales", agent="8002", note="two")
    view = line.view()
    assert (view.transfer_note, view.transferred_by) == ("two", "8002")
    assert [event.agent for event in line.all(ev.TalkEnded)] == ["8001", "8002"]


def test_who_transfers_is_not_given_the_call_back_at_once():
    line = Several(wrap_up_s=0).talking()
    line.transfer("queue", "support")
    assert line.view().phase == "waiting", "the leg is still there"
    line.sound()


def test_what_cannot_be_is_refused_and_changes_nothing(line):
    def transfer(kind, name, agent="8001", interaction="c1"):
        return line.refused(rq.Transfer(agent=agent, interaction=interaction, to=Target(kind=kind, id=name)))

    line.sign_in("8005")
    assert transfer("agent", "8003") == "target_not_free"
    assert transfer("agent", "8005") == "target_not_free"
    assert transfer("agent", "nobody") == "unknown_target"
    assert transfer("queue", "nothing") == "unknown_target"
    assert transfer("number", "120") == "number_not_allowed"
    assert transfer("queue", "sales", agent="8002") == "not_your_call"
    assert transfer("queue", "sales", interaction="c2") == "no_such_call"
    line.report(sg.AsteriskLost)
    assert transfer("queue", "sales") == "not_now"


def test_the_same_transfer_twice_is_refused(line):
    line.transfer("queue", "sales")
    request = rq.Transfer(agent="8001", interaction="c1", to=Target(kind="queue", id="sales"))
    assert line.refused(request) in ("not_now", "not_your_call")
