"""One call from arrival to wrap-up, and the ways it can go otherwise."""

import msgspec
import pytest

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from tests.switchboard.centre import HOTLINE, Telephone, document


@pytest.fixture
def phone() -> Telephone:
    return Telephone()


def test_a_caller_is_led_through_the_menu_into_the_queue(phone):
    phone.call("c1", caller="013800138000")
    assert phone.view().phase == "flow"
    assert phone.view().caller == "+8613800138000"
    assert phone.last(cm.FlowStep).play[0].text == "您好，技术支持请按 2"
    phone.press("c1", "2")
    leave = phone.last(cm.Leave)
    assert (leave.to, leave.queue, leave.queued_at) == ("wait", "support", phone.now)
    assert phone.view().phase == "waiting"
    assert phone.view().keys == ("hello=2",)


def test_the_longest_idle_ready_agent_is_offered_the_caller(phone):
    phone.sign_in("8002")
    phone.wait(5)
    phone.sign_in("8001")
    phone.queue_up()
    offer = phone.last(cm.StartOffer)
    (ring,) = offer.rings
    assert (ring.agent, ring.device, offer.channel) == ("8002", "web", "c1-customer")
    assert ring.work_number.text == "工号八零零二，为您服务。"
    assert phone.agent("8002").state == "reserved"
    assert phone.agent("8001").state == "ready"


def test_a_whole_call_with_survey_and_wrap_up(phone):
    phone.sign_in("8001")
    phone.queue_up()
    phone.wait(2)
    phone.ring("c1")
    assert (phone.agent().state, phone.view().phase) == ("ringing", "ringing")
    phone.wait(3)
    phone.answer("c1")
    assert phone.last(ev.Connected).waited_s == 5
    assert phone.last(ev.RecordingExpected).file == "c1.raw"
    assert phone.agent().state == "talking"
    phone.wait(30)
    phone.do(rq.EndCall(agent="8001", interaction="c1"))
    assert phone.last(cm.HangUp).channel == phone.leg("c1", "8001")
    phone.agent_leg_ends("c1", "8001")
    talk = phone.last(ev.TalkEnded)
    assert (talk.by, talk.talk_s, talk.hold_s) == ("agent", 30, 0)
    assert phone.agent().state == "wrap_up"
    phone.next_wanted("c1", "ANSWER", talked=True)
    assert phone.last(cm.Leave).to == "flow"
    phone.call("c1")
    assert phone.view().phase == "survey"
    phone.press("c1", "1")
    answer = phone.last(ev.SurveyAnswered)
    assert (answer.score, answer.satisfied, answer.agent, answer.queue) == (5, True, "8001", "support")
    phone.caller_hangs_up()
    assert (phone.last(ev.CallEnded).by, phone.last(ev.CallEnded).answered) == ("flow", True)
    phone.do(rq.WriteNote(agent="8001", interaction="c1", note="done", disposition="solved"))
    phone.do(rq.EndWrapUp(agent="8001"))
    assert phone.agent().state == "ready"
    assert phone.view() is None


def test_hold_is_counted_apart_from_talk(phone):
    phone.sign_in("8001")
    phone.talk()
    phone.wait(10)
    phone.report(sg.LegHeld, channel=phone.leg("c1", "8001"))
    assert phone.agent().state == "held"
    phone.wait(7)
    phone.report(sg.LegResumed, channel=phone.leg("c1", "8001"))
    phone.wait(3)
    phone.caller_hangs_up()
    talk = phone.last(ev.TalkEnded)
    assert (talk.by, talk.talk_s, talk.hold_s) == ("caller", 13, 7)


def test_wrap_up_ends_at_its_limit_and_can_be_extended(phone):
    phone.sign_in("8001")
    phone.talk()
    phone.caller_hangs_up()
    phone.wait(50)
    phone.do(rq.ExtendWrapUp(agent="8001", by_s=30))
    phone.wait(30)
    assert phone.agent().state == "wrap_up"
    phone.wait(11)
    assert phone.agent().state == "ready"
    assert phone.last(ev.WrapUpEnded).by == "limit"


# ---- the caller hangs up early


def test_the_caller_hangs_up_in_the_menu(phone):
    phone.call()
    phone.caller_hangs_up()
    ended = phone.last(ev.CallEnded)
    assert (ended.by, ended.phase, ended.answered) == ("caller", "flow", False)
    assert phone.last(ev.FlowEnded).result == "caller_gone"


def test_the_caller_hangs_up_in_the_queue(phone):
    phone.queue_up()
    phone.wait(12)
    phone.caller_hangs_up()
    left = phone.last(ev.QueueLeft)
    assert (left.reason, left.waited_s) == ("abandoned", 12)
    assert phone.last(ev.CallEnded).phase == "waiting"


def test_the_caller_hangs_up_while_ringing_and_the_agent_is_free_at_once(phone):
    phone.sign_in("8001")
    phone.queue_up()
    phone.ring("c1")
    phone.caller_hangs_up()
    phone.agent_leg_ends("c1", "8001")
    assert phone.last(ev.OfferFailed).reason == "caller_gone"
    assert phone.last(ev.QueueLeft).reason == "abandoned"
    assert (phone.agent().state, phone.agent().missed) == ("ready", 0)


def test_the_caller_hangs_up_in_the_survey(phone):
    phone.sign_in("8001")
    phone.talk()
    phone.do(rq.EndCall(agent="8001", interaction="c1"))
    phone.agent_leg_ends("c1", "8001")
    phone.next_wanted("c1", "ANSWER", talked=True)
    phone.call("c1")
    phone.caller_hangs_up()
    ended = phone.last(ev.CallEnded)
    assert (ended.by, ended.phase, ended.answered) == ("caller", "survey", True)


# ---- the agent does not take the call


def test_an_agent_who_does_not_answer_backs_off_and_the_caller_keeps_the_place(phone):
    phone.sign_in("8001")
    phone.queue_up("c1")
    phone.wait(1)
    phone.queue_up("c2")
    phone.ring("c1")
    phone.wait(20)
    phone.agent_leg_ends("c1", "8001", cause=19)
    phone.next_wanted("c1", "NOANSWER", talked=False)
    assert phone.last(ev.OfferFailed).reason == "no_answer"
    assert phone.last(cm.Leave).to == "wait"
    assert phone.agent().state == "backing_off"
    phone.wait(10)
    assert phone.last(ev.OfferMade).interaction == "c1", "the first caller is still the first"


def test_an_agent_who_misses_three_in_a_row_is_paused(phone):
    phone.sign_in("8001")
    phone.queue_up()
    for _ in range(3):
        phone.ring("c1")
        phone.agent_leg_ends("c1", "8001", cause=19)
        phone.next_wanted("c1", "NOANSWER", talked=False)
        phone.wait(10)
    assert (phone.agent().intent, phone.agent().paused_by) == ("paused", "missed")
    assert phone.view().phase == "waiting"


def test_a_rejected_offer_goes_to_the_next_agent(phone):
    phone.sign_in("8001")
    phone.wait(1)
    phone.sign_in("8002")
    phone.queue_up()
    phone.ring("c1")
    offer = phone.view().offer.id
    phone.do(rq.RejectOffer(agent="8001", offer=offer))
    assert phone.last(ev.OfferFailed).reason == "rejected"
    assert phone.view().offer.agent == "8002"
    assert phone.last(cm.ReturnToWait) is None, "one move is enough: straight to the next agent"


def test_an_unreachable_agent_gets_no_offer_until_the_phone_is_back(phone):
    phone.sign_in("8001")
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    phone.queue_up()
    assert phone.view().phase == "waiting"
    assert phone.agent().state == "unreachable"
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=True)
    assert phone.view().phase == "offered"


def test_an_agent_who_closes_the_page_while_ringing_frees_the_caller_for_others(phone):
    phone.sign_in("8001")
    phone.wait(1)
    phone.sign_in("8002")
    phone.queue_up()
    phone.ring("c1")
    phone.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    assert phone.last(ev.OfferFailed).reason == "unreachable"
    assert phone.view().offer.agent == "8002"


def test_a_browser_leg_that_vanishes_is_lost_and_the_caller_returns_to_the_head():
    phone = Telephone(centre=msgspec.structs.replace(document(), reconnection=ct.Reconnection(hold_s=0)))
    phone.sign_in("8001")
    phone.talk("c1")
    phone.queue_up("c2")
    phone.agent_leg_ends("c1", "8001")
    assert phone.last(ev.TalkEnded).by == "lost"
    phone.next_wanted("c1", "ANSWER", talked=True)
    assert phone.last(cm.Leave).to == "wait"
    assert "意外中断" in phone.last(cm.Leave).play[0].text
    phone.sign_in("8002")
    assert phone.last(ev.OfferMade).interaction == "c1"


@pytest.mark.parametrize("device", ["web", "desk"])
def test_a_caller_who_hangs_up_is_known_to_have_done_so_although_the_agents_leg_ends_first(phone, device):
    phone.sign_in("8001", device=device)
    phone.talk()
    phone.report(sg.LegLeaving, channel="c1-customer")
    phone.agent_leg_ends("c1", "8001")
    phone.caller_hangs_up()
    assert phone.last(ev.TalkEnded).by == "caller"
    assert phone.last(ev.CallEnded).by == "caller"
    assert len(phone.all(ev.QueueEntered)) == 1


def test_a_desk_phone_that_hangs_up_ends_the_call(phone):
    phone.sign_in("8001", device="desk")
    phone.talk()
    phone.agent_leg_ends("c1", "8001")
    assert phone.last(ev.TalkEnded).by == "agent"


def test_an_agent_who_hangs_up_in_the_whisper_does_not_take_the_caller_down(phone):
    phone.sign_in("8001", device="desk")
    phone.queue_up()
    phone.ring("c1")
    phone.report(sg.LegAnswered, channel=phone.leg("c1", "8001"))
    phone.agent_leg_ends("c1", "8001")
    phone.next_wanted("c1", "ANSWER", talked=False)
    assert phone.last(ev.OfferFailed).reason == "agent_gone"
    assert phone.last(cm.Leave).to == "wait"


def test_an_agent_who_pauses_while_being_offered_gives_the_call_back(phone):
    phone.sign_in("8001")
    phone.queue_up()
    phone.ring("c1")
    phone.do(rq.Pause(agent="8001", reason="lunch"))
    assert phone.last(ev.OfferFailed).reason == "withdrawn"
    assert phone.last(cm.ReturnToWait).queued_at == phone.view().queued_at
    assert (phone.agent().state, phone.agent().reason) == ("paused", "lunch")
    assert phone.view().phase == "waiting"


def test_an_offer_nobody_reports_on_is_void_when_its_lease_ends(phone):
    phone.sign_in("8001")
    phone.queue_up()
    phone.wait(31)
    assert phone.all(ev.OfferFailed)[0].reason == "failed"
    assert phone.last(cm.ReturnToWait).channel == "c1-customer"


def not_started(phone, interaction="c1"):
    return phone.report(sg.OfferNotStarted, interaction=interaction, offer=phone.view(interaction).offer.id)


def test_an_offer_that_never_began_goes_to_the_next_agent_at_once_and_keeps_the_place(phone):
    phone.sign_in("8001")
    phone.wait(1)
    phone.sign_in("8002")
    phone.queue_up("c1")
    entered_at = phone.view("c1").queued_at
    phone.wait(1)
    not_started(phone)
    assert phone.last(ev.OfferFailed).reason == "failed"
    assert (phone.agent("8001").state, phone.agent("8001").missed) == ("backing_off", 0)
    assert (phone.view().offer.agent, phone.view().queued_at) == ("8002", entered_at)


def test_with_one_agent_the_caller_goes_back_to_wait_and_is_still_the_first(phone):
    phone.sign_in("8001")
    phone.queue_up("c1")
    phone.wait(1)
    phone.queue_up("c2")
    not_started(phone)
    assert phone.last(cm.ReturnToWait).channel == "c1-customer"
    phone.wait(11)
    assert phone.last(ev.OfferMade).interaction == "c1"


def test_an_offer_that_never_begins_is_not_made_again_without_a_pause():
    phone = Telephone(missed_back_off_s=0)
    phone.sign_in("8001")
    phone.queue_up()
    not_started(phone)
    assert phone.view().offer is None
    phone.wait(3)
    assert phone.view().offer.agent == "8001"


@pytest.mark.parametrize("happened", ["ringing", "caller_gone", "another_offer", "asterisk_lost"])
def test_a_late_word_that_an_offer_did_not_begin_changes_nothing(phone, happened):
    phone.sign_in("8001")
    phone.queue_up()
    offer = phone.view().offer.id
    if happened == "ringing":
        phone.ring("c1")
    elif happened == "caller_gone":
        phone.caller_hangs_up()
    elif happened == "asterisk_lost":
        phone.report(sg.AsteriskLost)
    else:
        offer = "c1-7"
    before = phone.board.floor(0)
    assert phone.report(sg.OfferNotStarted, interaction="c1", offer=offer).events == []
    assert phone.board.floor(0) == before
    assert not phone.faults


# ---- the queue


def test_with_nobody_signed_in_the_caller_is_told_so_and_may_wait(phone):
    phone.queue_up()
    assert "没有客服人员在线" in phone.beat()[0]
    assert phone.view().phase == "waiting"
    phone.sign_in("8003")
    assert phone.view().offer.agent == "8003"


def test_two_callers_and_one_agent_are_served_in_order(phone):
    phone.sign_in("8001")
    phone.talk("c1")
    phone.queue_up("c2")
    phone.wait(1)
    phone.queue_up("c3")
    phone.caller_hangs_up("c1")
    phone.agent_leg_ends("c1", "8001")
    phone.do(rq.EndWrapUp(agent="8001"))
    assert phone.last(ev.OfferMade).interaction == "c2"
    assert phone.view("c3").phase == "waiting"


def test_the_position_is_announced_now_and_then(phone):
    phone.sign_in("8001", ready=False)
    phone.queue_up("c1")
    phone.queue_up("c2")
    assert "一位" in phone.beat("c2")[0]
    phone.wait(5)
    assert phone.beat("c2") == []
    assert phone.last(cm.Leave).to == "stay"
    phone.wait(41)
    assert len(phone.beat("c2")) == 1


def test_a_caller_who_has_waited_too_long_hears_an_apology():
    phone = Telephone(max_wait_s=30)
    phone.queue_up()
    phone.wait(31)
    phone.report(sg.Beat, agi="b", interaction="c1", channel="c1-customer")
    assert phone.last(cm.Leave).to == "hangup"
    assert (phone.last(ev.QueueLeft).reason, phone.last(ev.QueueLeft).why) == ("timeout", "too_long")
    phone.sign_in("8001")
    assert phone.view().offer is None


def test_nothing_is_offered_while_asterisk_is_out_of_reach(phone):
    phone.queue_up()
    phone.report(sg.AsteriskLost)
    phone.sign_in("8001")
    assert phone.view().phase == "waiting"


# ---- requests that cannot be granted


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (rq.GoReady(agent="8001"), "not_signed_in"),
        (rq.SignIn(agent="9999"), "unknown_agent"),
        (rq.EndCall(agent="8001", interaction="c1"), "not_your_call"),
        (rq.ApplyCentre(version=1, centre=Telephone().board.state.centre), "stale_version"),
    ],
)
def test_a_refused_request_changes_nothing(phone, request_, word):
    before = phone.board.floor(0)
    with pytest.raises(rq.Refused) as refusal:
        phone.do(request_)
    assert refusal.value.word == word
    assert phone.board.floor(0) == before


def test_an_unknown_pause_reason_names_the_allowed_ones(phone):
    phone.sign_in("8001")
    with pytest.raises(rq.UnknownChoice, match="lunch"):
        phone.do(rq.Pause(agent="8001", reason="nap"))
    assert phone.agent().state == "ready"


def test_a_flow_that_cannot_be_used_is_refused_and_the_last_good_one_stays(phone):
    with pytest.raises(rq.BadFlow, match=r"hotline.yaml:\d+"):
        phone.do(rq.PublishFlow(flow="hotline", version=2, source="flow: hotline"))
    phone.call()
    assert phone.last(ev.FlowStarted).version == 1


def test_a_centre_without_a_queue_that_a_flow_needs_is_refused(phone):
    centre = msgspec.structs.replace(phone.board.state.centre, queues=(), agents=())
    with pytest.raises(rq.BadFlow, match="support"):
        phone.do(rq.ApplyCentre(version=2, centre=centre))
    assert "support" in phone.board.floor(0).queues


def test_a_new_version_of_a_flow_is_for_new_calls_only(phone):
    phone.call("old")
    phone.do(
        rq.PublishFlow(flow="hotline", version=2, source=HOTLINE.replace("请按 2", "请按 3").replace("2:", "3:"))
    )
    phone.press("old", "2")
    assert phone.view("old").phase == "waiting"
    phone.call("new")
    assert phone.last(cm.FlowStep).play[0].text.endswith("请按 3")
