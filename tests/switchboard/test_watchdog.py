"""What we think against what is: found, mended, shown; and never at first sight."""

import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from tests.switchboard.floor import Floor

COUNTED_EVERY_S = 60


@pytest.fixture
def phone() -> Floor:
    return Floor()


def count(phone: Floor, *missing: str, more: tuple[str, ...] = (), unknown: tuple = ()) -> None:
    state = phone.board.state
    alive = {*state.legs, *(c for room in state.rooms.values() for c in room.members), *more}
    alive |= {channel for agent in state.agents.values() for channel in agent.other_calls}
    phone.report(sg.Census, channels=tuple(sorted(alive - set(missing))), unknown=unknown)


def counted_twice(phone: Floor, *missing: str, after_s: float = COUNTED_EVERY_S, **fields) -> None:
    count(phone, *missing, **fields)
    phone.wait(after_s)
    count(phone, *missing, **fields)


def found(phone: Floor) -> list[tuple]:
    return [(one.kind, one.agent, one.interaction, one.mended) for one in phone.all(ev.MismatchFound)]


# ---- legs


def test_nothing_is_found_when_all_is_as_we_think(phone):
    phone.talking()
    phone.queue_up("c2")
    counted_twice(phone)
    assert not found(phone)
    assert not phone.board.floor(0).mismatches


def test_a_leg_that_is_missing_is_looked_at_and_its_end_taken_for_what_it_is(phone):
    phone.talking()
    count(phone, phone.own)
    assert phone.view().phase == "talking"
    assert not phone.ordered(cm.LookAt)
    phone.wait(6)
    assert phone.last(cm.LookAt).channel == phone.own
    phone.agent_leg_ends("c1", "8001", cause=41)
    assert found(phone) == [("leg_gone", "8001", "c1", True)]
    assert phone.view().phase == "reconnecting"


def test_a_leg_missing_in_two_counts_has_ended(phone):
    phone.talking()
    counted_twice(phone, "c1-customer")
    assert found(phone) == [("leg_gone", "", "c1", True)]
    assert phone.last(ev.CallEnded).interaction == "c1"
    assert phone.agent().state == "wrap_up"
    phone.sound()


def test_a_leg_that_was_only_late_is_left_alone(phone):
    phone.talking()
    count(phone, phone.own)
    phone.wait(COUNTED_EVERY_S)
    count(phone)
    phone.wait(COUNTED_EVERY_S)
    count(phone, phone.own)
    assert not found(phone)
    assert phone.view().phase == "talking"


def test_two_counts_in_quick_succession_mend_nothing(phone):
    phone.talking()
    count(phone, phone.own, "c1-customer")
    phone.wait(3)
    count(phone, phone.own, "c1-customer")
    assert not found(phone)


def test_the_normal_end_of_a_leg_between_two_counts_is_no_mismatch(phone):
    phone.talking()
    count(phone)
    phone.caller_hangs_up()
    phone.agent_leg_ends("c1", "8001")
    phone.wait(COUNTED_EVERY_S)
    count(phone)
    assert not found(phone)


def test_a_customer_who_is_being_called_back_is_not_taken_for_gone_before_the_call_is_out(phone):
    """The leg is ours from the order on; Asterisk has it a moment later."""
    phone.talking()
    count(phone, "c1-customer")
    assert phone.view().phase == "talking"
    assert not phone.ordered(cm.LookAt)


def test_an_agent_kept_by_another_call_that_is_over_is_freed(phone):
    phone.sign_in("8001")
    phone.report(sg.OtherCall, agent="8001", channel="private", live=True)
    counted_twice(phone, "private")
    assert found(phone) == [("leg_gone", "8001", "", True)]
    assert phone.agent().state == "ready"


def test_counts_are_not_trusted_while_the_link_is_down(phone):
    phone.talking()
    count(phone, phone.own)
    phone.report(sg.AsteriskLost)
    phone.wait(COUNTED_EVERY_S)
    count(phone, phone.own)
    assert not found(phone)


# ---- channels nobody knows


def test_a_channel_of_no_call_is_told_once(phone):
    for _ in range(4):
        count(phone, unknown=(("stray", ""),))
        phone.wait(COUNTED_EVERY_S)
    assert found(phone) == [("call_unknown", "", "", False)]
    assert not phone.hung_up()


def test_what_a_call_that_is_over_left_behind_is_hung_up(phone):
    phone.talking()
    phone.caller_hangs_up()
    counted_twice(phone, unknown=(("left", "c1"),))
    assert found(phone) == [("call_unknown", "", "c1", True)]
    assert phone.hung_up() == ["left"]


def test_a_channel_of_a_call_we_know_is_left_alone(phone):
    phone.talking()
    counted_twice(phone, unknown=(("odd", "c1"),))
    assert found(phone) == [("call_unknown", "", "c1", False)]
    assert not phone.hung_up()


# ---- agents


def test_an_agent_busy_with_a_call_that_is_over_is_freed(phone):
    phone.sign_in("8001")
    agent = phone.board.state.agents["8001"]
    agent.hand, agent.interaction = "talking", "nowhere"
    phone.board._board.refresh_agent("8001")
    phone.queue_up("c1")
    count(phone)
    assert phone.agent().state == "talking"
    phone.wait(COUNTED_EVERY_S)
    count(phone)
    assert found(phone) == [("busy_without_call", "8001", "nowhere", True)]
    assert phone.view().offer.agent == "8001"


def test_agents_in_wrap_up_reconnecting_or_asked_are_busy_rightly(phone):
    phone.talking()
    phone.sign_in("8002")
    phone.consult("agent", "8002")
    phone.seats_taken()
    counted_twice(phone, after_s=6)
    phone.target_answers()
    counted_twice(phone)
    phone.reload()
    count(phone)
    phone.caller_hangs_up()
    counted_twice(phone)
    assert not found(phone)


def test_ready_on_a_phone_that_is_gone_is_not_ready_any_more(phone):
    phone.sign_in("8001")
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    phone.wait(29)
    assert phone.agent().state == "unreachable"
    phone.wait(1)
    assert (phone.agent().state, phone.agent().paused_by, phone.agent().reason) == ("paused", "system", "")
    assert found(phone) == [("phone_gone", "8001", "", True)]
    assert phone.last(cm.SetFallbackMember).state == "paused"
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=True)
    assert phone.agent().state == "paused"
    phone.do(rq.GoReady(agent="8001"))
    assert phone.agent().state == "ready"


def test_a_reload_of_the_page_keeps_an_agent_ready(phone):
    phone.sign_in("8001")
    for _ in range(3):
        phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
        phone.wait(20)
        phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=True)
        phone.wait(15)
    assert phone.agent().state == "ready"
    assert not found(phone)


def test_phones_have_their_time_anew_after_an_outage_of_asterisk(phone):
    phone.sign_in("8001")
    phone.report(sg.AsteriskLost)
    phone.wait(300)
    phone.report(sg.AsteriskSnapshot, restarted=True)
    phone.wait(29)
    assert phone.agent().state == "unreachable"
    phone.wait(2)
    assert phone.agent().state == "paused"


def test_a_phone_gone_before_an_outage_of_asterisk_is_found_after_it(phone):
    phone.sign_in("8001")
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    phone.wait(10)
    phone.report(sg.AsteriskLost)
    phone.wait(300)
    assert phone.agent().state == "unreachable"
    phone.report(sg.AsteriskSnapshot)
    phone.wait(30)
    assert phone.agent().state == "paused"


def test_a_phone_gone_in_a_talk_is_a_matter_of_after_the_talk(phone):
    phone.talking()
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    phone.wait(60)
    assert phone.agent().state == "talking"
    phone.caller_hangs_up()
    phone.do(rq.EndWrapUp(agent="8001"))
    phone.wait(29)
    assert phone.agent().state == "unreachable"
    phone.wait(1)
    assert phone.agent().state == "paused"


# ---- customers


def test_a_customer_on_hold_with_nobody_left_is_back_in_the_queue(phone):
    phone.talking()
    phone.ask(rq.Hold, on=True)
    call = phone.board.state.calls["c1"]
    del call.legs[phone.own], phone.board.state.legs[phone.own]
    place = phone.view().queued_at
    count(phone)
    phone.held_beat()
    phone.wait(COUNTED_EVERY_S)
    count(phone)
    assert found(phone) == [("held_too_long", "8001", "c1", True)]
    assert (phone.view().phase, phone.view().queued_at) == ("waiting", place)
    assert phone.last(cm.ReturnToWait).channel == "c1-customer"
    assert phone.agent().state == "wrap_up"
    phone.sound()


def test_a_customer_whose_talk_was_ended_and_who_is_still_on_the_line_is_let_go(phone):
    phone.talking()
    phone.agent_ends("c1", "8001")
    counted_twice(phone, after_s=6)
    assert found(phone) == [("held_too_long", "8001", "c1", True)]
    assert phone.last(cm.HangUp).channel == "c1-customer"


# ---- shown


def test_the_newest_hundred_are_shown_and_all_are_counted(phone):
    channels = tuple((f"stray{n}", "") for n in range(110))
    counted_twice(phone, unknown=channels)
    shown = phone.board.floor(0).mismatches
    assert (len(shown), next(iter(shown))) == (100, "m11")
    assert phone.board.state.mismatched == {"call_unknown": 110}
