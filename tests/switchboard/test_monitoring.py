"""Supervisors listen, whisper, barge in and take over; and are free again however the call goes on."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from tests.switchboard.floor import Floor

TAKE_OVER = rq.TakeOver(by="lee", supervisor="9001")
STOP = rq.StopListening(by="lee", supervisor="9001")


def listen(mode: str = "listen", agent: str = "8001", supervisor: str = "9001") -> rq.Listen:
    return rq.Listen(by="lee", supervisor=supervisor, agent=agent, mode=mode)


@pytest.fixture
def phone() -> Floor:
    return Floor().talking()


# ---- beside the call


@pytest.mark.parametrize("mode", ["listen", "whisper"])
def test_the_supervisors_phone_is_rung_beside_the_agents_leg(phone, mode):
    channel = phone.listens(mode)
    ring = phone.last(cm.RingAgent)
    assert (ring.into, ring.mode, ring.spied, ring.auto_answer) == ("spy", mode, phone.own, True)
    began = phone.last(ev.ListeningBegan)
    assert (began.supervisor, began.by, began.agent, began.channel) == ("9001", "lee", "8001", channel)
    view = phone.agent("9001")
    assert (view.listens_to, view.listen_mode) == ("8001", mode)
    assert phone.parties() == [("9001", "listening", mode)]
    assert (phone.view().phase, phone.agent().state) == ("talking", "talking")
    assert not phone.ordered(cm.Seats)
    phone.sound()


def test_a_supervisor_who_is_rung_or_listens_is_offered_nothing(phone):
    phone.sign_in("8002")
    phone.listen(supervisor="8002")
    phone.queue_up("c2")
    assert phone.view("c2").offer is None
    channel = phone.supervisor_rings("8002")
    phone.report(sg.LegAnswered, channel=channel)
    assert (phone.view("c2").offer, phone.agent("8002").state) == (None, "other_call")
    phone.ends(channel)
    assert phone.view("c2").offer.agent == "8002"


def test_listening_stops_when_asked(phone):
    channel = phone.listens()
    phone.wait(30)
    phone.do(STOP)
    assert phone.last(cm.HangUp).channel == channel
    assert phone.refused(STOP) == "not_now"
    phone.ends(channel)
    ended = phone.last(ev.ListeningEnded)
    assert (ended.supervisor, ended.mode, ended.listened_s) == ("9001", "listen", 30)
    assert (phone.agent("9001").listens_to, phone.parties()) == ("", [])
    assert phone.refused(STOP) == "not_now"
    assert phone.view().phase == "talking"
    phone.sound()


def test_one_changes_between_listening_and_whispering(phone):
    channel = phone.listens()
    phone.listen("whisper")
    spy = phone.last(cm.Spy)
    assert (spy.channel, spy.spied, spy.mode) == (channel, phone.own, "whisper")
    assert phone.parties() == [("9001", "listening", "whisper")]
    assert len(phone.all(ev.ListeningBegan)) == 1


def test_one_moves_over_to_another_agents_talk(phone):
    phone.sign_in("8002")
    phone.talk("c2")
    channel = phone.listens()
    phone.listen("whisper", "8002")
    assert phone.last(cm.HangUp).channel == channel
    phone.ends(channel)
    other = phone.supervisor_rings()
    phone.report(sg.LegAnswered, channel=other)
    assert (phone.agent("9001").listens_to, phone.agent("9001").listen_mode) == ("8002", "whisper")
    assert phone.parties("c2") == [("9001", "listening", "whisper")]
    phone.sound()


def test_moving_over_to_a_talk_that_ends_meanwhile_just_ends(phone):
    phone.sign_in("8002")
    phone.talk("c2")
    channel = phone.listens()
    phone.listen(agent="8002")
    phone.caller_hangs_up("c2")
    phone.ends(channel)
    assert not phone.board.state.ears
    phone.sound()


def test_what_makes_no_sense_is_refused_and_changes_nothing(phone):
    phone.sign_in("8002")
    words = [
        phone.refused(request)
        for request in (
            listen(supervisor="7777"),
            listen(agent="7777"),
            listen(agent="9001"),
            listen(agent="8002"),
            listen(supervisor="8003"),
            STOP,
            TAKE_OVER,
        )
    ]
    assert words == [
        "unknown_agent",
        "unknown_agent",
        "not_now",
        "not_now",
        "phone_not_reachable",
        "not_now",
        "not_now",
    ]
    phone.listen()
    assert phone.refused(listen()) == "not_now"
    phone.report(sg.LegAnswered, channel=phone.supervisor_rings())
    assert phone.refused(listen()) == "not_now"
    phone.report(sg.AsteriskLost)
    assert phone.refused(listen("whisper")) == "not_now"
    assert phone.refused(TAKE_OVER) == "not_now"


def test_an_agent_with_a_call_in_hand_listens_to_nobody(phone):
    phone.sign_in("8002")
    phone.talk("c2")
    assert phone.refused(listen(supervisor="8002")) == "not_now"


def test_a_phone_that_does_not_answer_is_free_again(phone):
    phone.listen()
    phone.report(sg.AgentRung, interaction="c1", agent="9001", result="no_answer")
    assert phone.refused(STOP) == "not_now"
    phone.listens()
    phone.sound()


def test_a_ringing_that_is_never_reported_on_is_forgotten(phone):
    phone.listen()
    phone.wait(31)
    phone.listens()


def test_a_leg_that_starts_after_it_was_called_off_is_hung_up(phone):
    phone.listen()
    phone.do(STOP)
    channel = phone.supervisor_rings()
    assert phone.last(cm.HangUp).channel == channel
    phone.report(sg.LegAnswered, channel=channel)
    assert not phone.all(ev.ListeningBegan)
    phone.ends(channel)
    phone.sound()


# ---- barging in


def test_barging_in_brings_all_three_into_the_room(phone):
    channel = phone.listens("barge")
    assert phone.last(cm.RingAgent).into == "room"
    assert phone.places() == [("c1-customer", "room"), (phone.own, "room")]
    phone.all_meet(channel)
    joined = phone.last(ev.PartyJoined)
    assert (joined.role, joined.party, joined.channel) == ("supervisor", "9001", channel)
    assert (phone.view().phase, phone.parties()) == ("conference", [("9001", "joined", "barge")])
    assert len(phone.all(ev.Connected)) == 1
    phone.sound()


def test_a_listener_barges_in_and_withdraws_again(phone):
    channel = phone.listens()
    phone.listen("barge")
    assert phone.places() == [("c1-customer", "room"), (phone.own, "room")]
    assert (phone.last(cm.Spy).mode, phone.last(cm.Spy).channel) == ("barge", channel)
    phone.all_meet(channel)
    assert phone.view().phase == "conference"
    phone.listen("whisper")
    assert phone.last(ev.PartyLeft).party == "9001"
    assert (phone.view().phase, phone.parties()) == ("talking", [("9001", "listening", "whisper")])
    assert phone.last(cm.Spy).mode == "whisper"
    phone.ends(channel)
    assert len(phone.all(ev.PartyLeft)) == 1
    phone.sound()


def test_nobody_barges_in_while_the_customer_holds(phone):
    phone.ask(rq.Hold, on=True)
    assert phone.refused(listen("barge")) == "not_now"
    phone.listens("listen")
    assert phone.refused(listen("barge")) == "not_now"


def test_a_supervisor_who_barged_in_hangs_up_and_the_two_go_on(phone):
    channel = phone.barges()
    phone.ends(channel)
    assert (phone.view().phase, phone.view().agent, phone.parties()) == ("talking", "8001", [])
    assert phone.agent("9001").listens_to == ""
    phone.sound()


def test_the_agent_ends_a_call_with_a_supervisor_in_it_who_goes_on_with_the_customer(phone):
    phone.barges()
    phone.do(rq.EndCall(agent="8001", interaction="c1"))
    phone.agent_leg_ends("c1", "8001")
    assert (phone.view().phase, phone.view().agent) == ("talking", "9001")
    assert phone.last(ev.TakenOver).agent == "8001"
    assert phone.agent().state == "wrap_up"
    assert (phone.agent("9001").state, phone.agent("9001").listens_to) == ("talking", "")
    phone.sound()


# ---- taking over


@pytest.mark.parametrize("mode", ["listen", "whisper"])
def test_a_listener_takes_the_call_over(phone, mode):
    channel = phone.listens(mode)
    phone.do(TAKE_OVER)
    assert phone.places() == [("c1-customer", "room"), (channel, "room")]
    kinds = [type(event) for event in phone.events]
    assert kinds.index(ev.TakenOver) < kinds.index(ev.ListeningEnded) < kinds.index(ev.TalkEnded)
    assert (phone.last(ev.Connected).agent, phone.last(ev.Connected).queue) == ("9001", "support")
    assert (phone.view().phase, phone.view().agent, phone.agent().state) == ("talking", "9001", "wrap_up")
    assert phone.own not in phone.hung_up()
    phone.report(sg.LegJoined, channel="c1-customer", bridge="room")
    phone.report(sg.LegJoined, channel=channel, bridge="room")
    assert phone.own in phone.hung_up()
    phone.agent_leg_ends("c1", "8001")
    assert phone.view().phase == "talking"
    assert (phone.agent("9001").state, phone.parties()) == ("talking", [])
    phone.sound()


def test_a_supervisor_in_the_room_takes_over_at_once(phone):
    channel = phone.barges()
    phone.do(TAKE_OVER)
    assert phone.last(cm.HangUp).channel == phone.own
    assert (phone.view().phase, phone.view().agent, phone.parties()) == ("talking", "9001", [])
    phone.agent_leg_ends("c1", "8001")
    assert phone.view().agent == "9001"
    phone.do(rq.EndCall(agent="9001", interaction="c1"))
    phone.ends(channel)
    assert phone.last(ev.TalkEnded).agent == "9001"
    phone.sound()


def test_who_barged_in_and_went_back_to_listening_is_seated_to_take_over(phone):
    channel = phone.barges()
    phone.do(listen("listen"))
    phone.do(TAKE_OVER)
    assert (channel, "room") in phone.places()
    assert phone.own not in phone.hung_up()


def test_the_agents_leg_goes_even_when_the_supervisor_never_arrives(phone):
    phone.listens()
    phone.do(TAKE_OVER)
    phone.wait(4)
    assert phone.own in phone.hung_up()


def test_a_customer_on_hold_is_taken_over_out_of_the_music(phone):
    phone.ask(rq.Hold, on=True)
    phone.seats_taken()
    channel = phone.listens()
    phone.do(TAKE_OVER)
    assert phone.places() == [("c1-customer", "room"), (channel, "room")]
    assert (phone.view().phase, phone.view().agent) == ("talking", "9001")
    assert phone.last(ev.TalkEnded).agent == "8001"
    phone.sound()


def test_a_call_in_which_somebody_is_asked_is_not_taken_over(phone):
    phone.sign_in("8002")
    phone.consult("agent", "8002")
    phone.listens()
    assert phone.refused(TAKE_OVER) == "not_now"


def test_other_listeners_are_let_go_when_a_call_is_taken_over(phone):
    phone.listens()
    other = phone.listens(supervisor="9002")
    phone.do(TAKE_OVER)
    assert other in phone.hung_up()
    phone.ends(other)
    assert phone.agent("9002").listens_to == ""
    phone.sound()


# ---- the call goes on, or ends


@pytest.mark.parametrize("mode", ["listen", "barge"])
def test_the_supervisor_is_free_at_once_when_the_customer_hangs_up(phone, mode):
    channel = phone.listens(mode)
    if mode == "barge":
        phone.all_meet(channel)
    phone.caller_hangs_up()
    assert channel in phone.hung_up()
    assert (phone.agent("9001").listens_to, len(phone.all(ev.ListeningEnded))) == ("", 1)
    phone.ends(channel)
    assert len(phone.all(ev.ListeningEnded)) == 1
    phone.sound()


def test_the_supervisor_is_free_when_the_customer_hangs_up_while_the_phone_rings(phone):
    phone.listen()
    channel = phone.supervisor_rings()
    phone.caller_hangs_up()
    assert channel in phone.hung_up()
    phone.ends(channel)
    assert not phone.board.state.ears
    phone.sound()


def test_a_listener_is_let_go_when_the_agent_gives_the_call_away(phone):
    phone.sign_in("8002")
    channel = phone.listens()
    phone.transfer("agent", "8002")
    assert channel in phone.hung_up()
    phone.ends(channel)
    assert phone.agent("9001").listens_to == ""
    phone.sound()


def test_a_listener_goes_on_with_the_agents_new_leg_if_still_there(phone):
    channel = phone.listens()
    phone.reload()
    phone.page_back()
    again = phone.rung_again()
    phone.all_meet()
    assert (phone.last(cm.Spy).channel, phone.last(cm.Spy).spied) == (channel, again)


def test_after_an_outage_supervisors_whose_leg_is_gone_are_free(phone):
    phone.listens()
    other = phone.listens(supervisor="9002")
    state = msgspec.json.decode(msgspec.json.encode(phone.board.state), type=type(phone.board.state))
    again = Floor(state=state, now=phone.now + 3)
    again._keep(again.board.start("cc1", again.now))
    again.report(
        sg.AsteriskSnapshot,
        legs=(
            sg.SeenLeg(channel="c1-customer", interaction="c1", role="customer", place="offer", bridge="b"),
            sg.SeenLeg(channel=phone.own, interaction="c1", role="agent", agent="8001", device="web", bridge="b"),
            sg.SeenLeg(channel=other, interaction="c1", role="supervisor", agent="9002", device="web"),
            sg.SeenLeg(channel="stray", interaction="c1", role="supervisor", agent="9001", device="web"),
        ),
        reachable=(("8001", "web"), ("9001", "web"), ("9002", "web")),
    )
    assert (again.agent("9001").listens_to, again.agent("9002").listens_to) == ("", "8001")
    assert again.hung_up() == ["stray"]
    again.sound()
