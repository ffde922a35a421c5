"""Flows that put callers through to somebody, or take a message, and go on when that fails."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.outside import Outcome
from callcenter.store.call_rows import Limits, call_rows
from callcenter.switchboard.state import State
from tests.switchboard.centre import Telephone

HEAD = "flow: hotline\nname: {zh-CN: 热线, en: Hotline}\nstart: first\nnodes:\n"
ENDS = """
  busy: {kind: hang_up, say: {zh-CN: 忙, en: busy}}
  no_answer: {kind: hang_up, say: {zh-CN: 无应答, en: no answer}}
  absent: {kind: hang_up, say: {zh-CN: 不在, en: absent}}
  other: {kind: hang_up, say: {zh-CN: 其他, en: other}}
"""
WAYS = "busy: busy, no_answer: no_answer, absent: absent, otherwise: other"
AGENT = "  first: {kind: agent, agent: '8001', wait_s: %d, " + WAYS + "}" + ENDS
EXTENSION = "  first: {kind: extension, extension: '%s', " + WAYS + "}" + ENDS
NUMBER = "  first: {kind: number, number: '%s', say: {zh-CN: 转接, en: through}, " + WAYS + "}" + ENDS
RECORD = """
  first: {kind: record, mailbox: support, say: {zh-CN: 请讲, en: speak}, next: thanks, discarded: other}
  thanks: {kind: hang_up, say: {zh-CN: 谢谢, en: thanks}}
  other: {kind: hang_up, say: {zh-CN: 其他, en: other}}
"""


def phone(nodes: str) -> Telephone:
    made = Telephone()
    made.do(rq.PublishFlow(flow="hotline", version=2, source=HEAD + nodes))
    return made


def said(made: Telephone) -> str:
    """With what the caller was sent away."""
    leave = made.last(cm.Leave)
    assert leave.to == "hangup", leave
    return "".join(prompt.text for prompt in leave.play)


def rings_in_vain(made: Telephone, result: str) -> None:
    made.ring("c1")
    made.next_wanted("c1", result, talked=False)


def test_a_free_agent_is_offered_the_call_and_the_flow_is_over_with_the_talk() -> None:
    made = phone(AGENT % 0)
    made.sign_in("8001")
    made.sign_in("8002")
    made.call()
    assert made.view().offer.agents == ("8001",)
    made.ring("c1")
    made.answer("c1")
    assert made.last(ev.FlowEnded).result == "queue"
    assert made.view().phase == "talking"
    assert made.faults == []


@pytest.mark.parametrize(("result", "way"), [("NOANSWER", "无应答"), ("BUSY", "忙"), ("CHANUNAVAIL", "不在")])
def test_an_agent_who_does_not_answer_costs_the_caller_nothing_but_the_ringing(result: str, way: str) -> None:
    made = phone(AGENT % 0)
    made.sign_in("8001")
    made.sign_in("8002")
    made.call()
    rings_in_vain(made, result)
    assert said(made) == way
    assert made.last(ev.QueueLeft).reason == "overflow"
    assert made.last(ev.FlowEnded).result == "hangup"
    assert made.agent("8002").state == "ready", "nobody else was asked"
    assert made.faults == []


def test_an_agent_who_is_not_there_is_not_waited_for() -> None:
    made = phone(AGENT % 30)
    made.call()
    assert said(made) == "不在"
    assert made.all(ev.QueueEntered) == []


def test_a_busy_agent_is_waited_for_as_long_as_the_flow_says_and_nobody_else_takes_the_call() -> None:
    made = phone(AGENT % 30)
    made.sign_in("8001", ready=False)
    made.sign_in("8002")
    made.call()
    assert made.view().phase == "waiting"
    made.wait(29)
    made.beat()
    assert made.view().phase == "waiting"
    made.wait(2)
    made.beat()
    assert said(made) == "无应答"
    assert made.all(ev.OfferMade) == []
    without = phone(AGENT % 0)
    without.sign_in("8001", ready=False)
    without.call()
    assert said(without) == "忙"


def test_a_waiting_caller_gets_the_agent_who_becomes_ready() -> None:
    made = phone(AGENT % 30)
    made.sign_in("8001", ready=False)
    made.call()
    made.do(rq.GoReady(agent="8001"))
    assert made.view().offer.agents == ("8001",)


def test_an_extension_rings_whatever_the_agents_state() -> None:
    made = phone(EXTENSION % "8001")
    made.sign_in("8001", ready=False)
    made.call()
    assert made.last(cm.StartOffer).rings[0].agent == "8001"
    rings_in_vain(made, "NOANSWER")
    assert said(made) == "无应答"
    assert made.faults == []


@pytest.mark.parametrize("typed", ["9999", "8001 ", "8001&8002", "${{X}}", "*43"])
def test_an_extension_that_is_none_is_absent(typed: str) -> None:
    made = phone(EXTENSION % typed)
    made.call()
    assert said(made) == "不在"
    assert made.last(cm.StartOffer) is None


def test_a_number_outside_is_called_after_what_is_to_be_said() -> None:
    made = phone(NUMBER % "02155550199")
    made.call()
    order = made.last(cm.GiveAway)
    assert (order.number, order.ring_s, [prompt.text for prompt in order.play]) == ("+862155550199", 30, ["转接"])
    assert made.view().phase == "outside"
    made.next_wanted("c1", "ANSWER", talked=True, offer="outside")
    assert made.last(ev.FlowEnded).result == "outside"
    assert made.faults == []


@pytest.mark.parametrize(
    ("result", "way"), [("NOANSWER", "无应答"), ("BUSY", "忙"), ("CHANUNAVAIL", "不在"), ("CONGESTION", "其他")]
)
def test_a_number_that_cannot_be_had_leads_back_into_the_flow(result: str, way: str) -> None:
    made = phone(NUMBER % "02155550199")
    made.call()
    made.next_wanted("c1", result, talked=False, offer="outside")
    assert said(made) == way
    assert made.faults == []


@pytest.mark.parametrize("number", ["110", "+15005550006", "12&PJSIP/8001", "${{EXTEN}}", "x"])
def test_a_number_that_may_not_be_called_is_not(number: str) -> None:
    made = phone(NUMBER % number)
    made.call()
    assert said(made) == "其他"
    assert made.last(cm.GiveAway) is None


def test_a_caller_who_comes_back_after_an_outage_goes_on_in_the_flow() -> None:
    before = phone(NUMBER % "02155550199")
    before.call()
    state = msgspec.json.decode(msgspec.json.encode(before.board.state), type=State)
    after = Telephone(state, now=before.now)
    after.call()  # the dialplan asks for a flow
    assert said(after) == "其他"
    assert after.faults == []


@pytest.mark.parametrize(("key", "way"), [("#", "谢谢"), ("*", "其他")])
def test_a_message_is_taken_and_the_flow_goes_on(key: str, way: str) -> None:
    made = phone(RECORD)
    made.call()
    began = made.last(ev.MessageBegan)
    assert (began.mailbox, began.file) == ("support", "c1.wav")
    order = made.last(cm.Leave)
    assert (order.to, [prompt.text for prompt in order.play]) == ("voicemail", ["请讲"])
    assert made.view().phase == "voicemail"
    made.call()  # the dialplan asks for a flow once the caller has spoken
    made.press("c1", key)  # sends what was recorded, or takes it back
    assert said(made) == way
    assert made.last(ev.FlowEnded).result == "hangup"
    assert made.faults == []


def test_who_hangs_up_while_a_flow_rings_somebody_ends_everything() -> None:
    for nodes, result in ((AGENT % 0, "caller_gone"), (NUMBER % "02155550199", "outside"), (RECORD, "caller_gone")):
        made = phone(nodes)
        made.sign_in("8001")
        made.call()
        made.report(sg.LegEnded, channel=made.channel("c1"), cause=16)
        assert made.last(ev.FlowEnded).result == result
        assert made.last(ev.CallEnded)
        assert made.faults == []


WHO = """
  first: {kind: customer, found: other, not_found: none}
  other: {kind: queue, queue: support}
  none: {kind: hang_up}
"""


def test_a_call_is_the_customers_once_the_flow_has_found_out() -> None:
    made = phone(WHO)
    made.call()
    order = made.last(cm.DoWork)
    outcome = Outcome(values={"found": True, "id": "7", "name": "王芳", "tier": "A"})
    made.report(sg.WorkDone, agi=order.agi, interaction="c1", key=order.key, outcome=outcome)
    told = made.last(ev.CustomerIdentified)
    assert (told.customer, told.tier) == ("7", "A")
    assert made.board.state.calls["c1"].customer == "7"
    entries = [
        ev.Entry(seq=n, event=event) for n, event in enumerate(made.events, 1) if hasattr(event, "interaction")
    ]
    row = call_rows("c1", entries, lambda queue, seq: Limits(20, 5)).call
    assert (row.customer_id, row.tier, row.queue) == (7, "A", "support")
