"""The engine was away: calls of several are as they were, or are put right, and nobody is dropped."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.switchboard.state import State
from tests.switchboard.several import Several

REACHABLE = tuple((agent, "web") for agent in ("8001", "8002", "8003", "8004"))


def again(line) -> Several:
    """Another run of the engine with the same state, as it is written down and read back."""
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(line.board.state), type=State)
    fresh = Several(state, line.now + 5)
    fresh.agent_legs, fresh._count = dict(line.agent_legs), line._count
    fresh._keep(fresh.board.start("cc1", fresh.now))
    return fresh


def customer(place, bridge="", **fields):
    return sg.SeenLeg(
        channel="c1-customer", interaction="c1", role="customer", up=True, place=place, bridge=bridge, **fields
    )


def leg(channel, agent, role="agent", bridge="room"):
    return sg.SeenLeg(channel=channel, interaction="c1", role=role, agent=agent, device="web", up=True, bridge=bridge)


def outside(channel, bridge="room"):
    return sg.SeenLeg(channel=channel, interaction="c1", role="external", up=True, bridge=bridge)


def seen(line, *legs):
    before = len(line.commands)
    line.report(sg.AsteriskSnapshot, legs=legs, reachable=REACHABLE)
    line.sound()
    new = line.commands[before:]
    return [command for command in new if not isinstance(command, cm.SetFallbackMember)]


@pytest.fixture
def asked():
    line = Several().talking(others=("8002", "8004"))
    line.consult("agent", "8002")
    line.channel_asked = line.target_answers()
    return line


def test_a_consult_goes_on(asked):
    line = again(asked)
    assert seen(line, customer("held"), leg(asked.own, "8001"), leg(asked.channel_asked, "8002", "consult")) == []
    assert (line.view().phase, line.view().consult.state) == ("consulting", "talking")
    line.ask(rq.CompleteTransfer)
    assert line.view().agent == "8002"


def test_who_was_asked_is_gone_and_the_agent_has_the_customer_back(asked):
    line = again(asked)
    (move,) = seen(line, customer("held"), leg(asked.own, "8001"))
    assert [(seat.channel, seat.at) for seat in move.seats] == [("c1-customer", "room")]
    assert (line.view().phase, line.state_of("8002")) == ("talking", ("ready", ""))


def test_who_asked_is_gone_and_the_customer_goes_on_with_who_was_asked(asked):
    line = again(asked)
    (move,) = seen(line, customer("held"), leg(asked.channel_asked, "8002", "consult"))
    assert [(seat.channel, seat.at) for seat in move.seats] == [("c1-customer", "room")]
    assert (line.view().phase, line.view().agent) == ("talking", "8002")


def test_both_are_gone_and_the_customer_is_in_the_queue(asked):
    line = again(asked)
    seen(line, customer("held"))
    assert line.view().phase in ("waiting", "offered")
    assert line.last(cm.GiveAway) or line.last(cm.StartOffer)


def test_the_customer_is_gone_and_everybody_else_is_let_go(asked):
    line = again(asked)
    orders = seen(line, leg(asked.own, "8001"), leg(asked.channel_asked, "8002", "consult"))
    assert {order.channel for order in orders} == {asked.own, asked.channel_asked}
    assert line.last(ev.CallEnded)
    assert line.state_of("8002")[1] == ""


def test_who_answered_meanwhile_talks(asked):
    line = Several().talking(others=("8002",))
    line.consult("agent", "8002")
    line.seats_taken()
    channel = line.target_rings()
    line = again(line)
    seen(line, customer("held"), leg("c1-8001-c1-1", "8001"), leg(channel, "8002", "consult"))
    assert line.view().consult.state == "talking"


def test_a_talk_of_three_goes_on_and_an_outsider_who_left_is_out(asked):
    asked.ask(rq.ShareTalk)
    line = again(asked)
    everybody = (leg(asked.own, "8001"), leg(asked.channel_asked, "8002", "consult"))
    assert seen(line, customer("room", "room"), *everybody) == []
    assert line.view().phase == "conference"
    line = again(line)
    assert seen(line, customer("room", "room"), everybody[0]) == []
    assert (line.view().phase, line.view().parties) == ("talking", ())


def test_after_a_completed_transfer_the_target_has_the_call(asked):
    asked.ask(rq.CompleteTransfer)
    line = again(asked)
    assert seen(line, customer("room", "room"), leg(asked.channel_asked, "8002", "consult")) == []
    assert (line.view().phase, line.view().agent) == ("talking", "8002")


def test_a_customer_on_hold_stays_on_hold_and_is_taken_back():
    line = Several().talking()
    line.ask(rq.Hold, on=True)
    own = line.own
    line = again(line)
    assert seen(line, customer("held"), leg(own, "8001")) == []
    assert line.view().phase == "held"
    line.ask(rq.Hold, on=False)
    assert line.places() == [("c1-customer", "room")]


def test_a_move_that_was_lost_is_made_again():
    line = Several().talking()
    line.ask(rq.Hold, on=True)
    line.ask(rq.Hold, on=False)
    own = line.own
    line = again(line)
    (move,) = seen(line, customer("held"), leg(own, "8001"))
    assert {seat.channel for seat in move.seats} == {"c1-customer", own}
    assert {seat.at for seat in move.seats} == {"room"}
    assert line.view().phase == "talking"


def test_with_a_number_outside_the_customer_stays():
    line = Several().talking()
    line.transfer("number", "13900139000")
    line.ends(line.own)
    line = again(line)
    assert seen(line, customer("outside", "trunk"), outside("x", "trunk")) == []
    assert line.view().phase == "outside"


def test_a_number_that_was_never_called_costs_no_place():
    line = Several().talking()
    place = line.view().queued_at
    line.transfer("number", "13900139000")
    line.ends(line.own)
    line = again(line)
    (move,) = seen(line, customer("held"))
    assert isinstance(move, cm.ReturnToWait)
    assert (line.view().phase, line.view().queued_at) == ("waiting", place)


# ---- calls nobody knows


def unknown() -> Several:
    line = Several()
    for agent in ("8001", "8002"):
        line.sign_in(agent)
    return line


@pytest.mark.parametrize("place", ["held", "room"])
def test_an_unknown_call_with_an_agent_is_a_talk_in_the_room(place):
    line = unknown()
    orders = seen(line, customer(place, queue="support"), leg("a", "8001"), leg("b", "8002", "consult"))
    (move,) = orders
    assert {seat.at for seat in move.seats} == {"room"}
    assert (line.view().phase, line.view().agent) == ("conference", "8001")
    assert line.state_of("8002") == ("talking", "c1")


def test_an_unknown_call_already_in_the_room_is_left_alone():
    line = unknown()
    assert seen(line, customer("room", "room", queue="support"), leg("a", "8001"), outside("x")) == []
    assert line.view().phase == "conference"
    line.ends("x")
    assert line.view().phase == "talking"


@pytest.mark.parametrize("place", ["held", "room"])
def test_an_unknown_call_without_an_agent_is_in_the_queue(place):
    line = unknown()
    line.do(rq.Pause(agent="8001"))
    line.do(rq.Pause(agent="8002"))
    (move,) = seen(line, customer(place, queue="support", queued_at=1_699_999_000.0))
    assert isinstance(move, cm.ReturnToWait)
    assert (line.view().phase, line.view().queued_at) == ("waiting", 1_699_999_000.0)


def test_an_unknown_call_with_a_number_outside_is_left_alone():
    line = unknown()
    assert seen(line, customer("outside", "trunk"), outside("x", "trunk")) == []
    assert line.view().phase == "outside"
    line.next_wanted("c1", "ANSWER", True, offer="outside")
    assert line.last(cm.Leave).to == "hangup"


# ---- calls out


def out(answered: bool):
    line = Several()
    line.sign_in("8001")
    call = line.do(rq.DialOut(agent="8001", number="13900139000")).reply["interaction"]
    line.report(sg.LegStarted, interaction=call, channel="own", agent="8001", device="web")
    if answered:
        line.report(sg.LegAnswered, channel="own")
    return line, call


def phone(call, up=True, bridge=""):
    return sg.SeenLeg(channel="own", interaction=call, role="agent", agent="8001", device="web", up=up, bridge=bridge)


def called(call, place, bridge=""):
    return sg.SeenLeg(channel=call, interaction=call, role="customer", up=True, place=place, bridge=bridge)


def test_a_call_out_whose_agent_answered_meanwhile_goes_on():
    line, call = out(answered=False)
    line = again(line)
    (order,) = seen(line, phone(call))
    assert isinstance(order, cm.CallCustomer)


def test_a_call_out_whose_phone_still_rings_is_waited_for():
    line, call = out(answered=False)
    line = again(line)
    assert seen(line, phone(call, up=False)) == []
    assert line.view(call).phase == "dialling"


def test_a_call_out_of_which_nothing_is_left_is_over():
    line, _ = out(answered=True)
    line = again(line)
    seen(line)
    assert line.last(ev.DialOutFailed)
    assert line.state_of("8001") == ("ready", "")


def test_a_call_out_whose_two_talk_is_a_talk():
    line, call = out(answered=True)
    line = again(line)
    assert seen(line, phone(call, bridge="pair"), called(call, "callback", "pair")) == []
    assert (line.view(call).phase, line.view(call).agent) == ("talking", "8001")


def test_a_call_out_whose_customer_was_led_astray_is_joined_in_the_room():
    line, call = out(answered=True)
    line = again(line)
    (move,) = seen(line, phone(call), called(call, "fallback"))
    assert {seat.at for seat in move.seats} == {"room"}
    assert line.view(call).phase == "talking"


# ---- told by CEL


def cel(line, interaction="c1", talks=()):
    line.report(
        sg.CallFromCel,
        interaction=interaction,
        caller="13800138000",
        caller_name="",
        dialled="4001",
        arrived_at=line.now - 100,
        talks=talks,
    )


def test_a_consult_that_ended_while_we_were_away_is_closed(asked):
    line = again(asked)
    line.wait(50)
    cel(line)
    seen(line)
    assert line.last(ev.ConsultEnded).result == "caller_gone"
    assert line.last(ev.CallEnded)
    assert (line.state_of("8001")[0], line.state_of("8002")) == ("wrap_up", ("ready", ""))


def test_a_talk_of_three_that_ended_while_we_were_away_is_closed(asked):
    asked.ask(rq.ShareTalk)
    line = again(asked)
    cel(line)
    seen(line)
    assert line.last(ev.PartyLeft)
    assert line.state_of("8002") == ("ready", "")


def test_a_call_out_that_ended_while_we_were_away_sets_the_agent_free():
    line, call = out(answered=True)
    line = again(line)
    cel(line, call)
    seen(line)
    assert line.state_of("8001") == ("ready", "")
