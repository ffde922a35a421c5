"""Flows that call each other, while new versions of them are published."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.switchboard.state import State
from tests.switchboard.centre import Telephone

MAIN = """
flow: hotline
name: {zh-CN: 热线, en: Hotline}
start: verify
nodes:
  verify: {kind: subflow, flow: verify, next: support}
  support: {kind: queue, queue: support}
"""
VERIFY = """
flow: verify
name: {zh-CN: 验证, en: Verify}
gives: [number]
start: ask
nodes:
  ask: {kind: collect, into: number, say: {zh-CN: 旧, en: Old}, next: once_more, gave_up: back_without}
  back_without: {kind: hang_up}
  once_more: {kind: menu, say: {zh-CN: 旧, en: Old}, keys: {1: back}, gave_up: back_without}
  back: {kind: return}
"""
NEW = VERIFY.replace("旧", "新")


def said(phone: Telephone) -> str:
    return "".join(prompt.text for prompt in phone.last(cm.FlowStep).play)


@pytest.fixture
def phone() -> Telephone:
    phone = Telephone()
    phone.do(rq.PublishFlow(flow="verify", version=1, source=VERIFY))
    phone.do(rq.PublishFlow(flow="hotline", version=2, source=MAIN))
    return phone


def test_a_call_finishes_in_the_versions_it_began_with(phone: Telephone) -> None:
    phone.call("c1")
    assert phone.view("c1").node == "verify.ask"
    phone.do(rq.PublishFlow(flow="verify", version=2, source=NEW))
    phone.call("c2")
    assert said(phone) == "新"
    phone.press("c1", "12")
    assert said(phone) == "旧"
    restarted = Telephone(msgspec.json.decode(msgspec.json.encode(phone.board.state), type=State), now=phone.now)
    restarted.press("c1", "1")
    assert restarted.view("c1").queue == "support"
    phone.press("c1", "1")
    assert phone.view("c1").queue == "support"
    assert phone.last(ev.FlowEnded).path == ("verify.back", "support")


def test_versions_that_no_call_needs_are_dropped(phone: Telephone) -> None:
    phone.call("c1")
    phone.do(rq.PublishFlow(flow="verify", version=2, source=NEW))
    assert [each.version for each in phone.board.state.flows["verify"]] == [1, 2]
    phone.caller_hangs_up("c1")
    phone.do(rq.PublishFlow(flow="verify", version=3, source=VERIFY))
    assert [each.version for each in phone.board.state.flows["verify"]] == [3]


def test_a_version_that_those_who_call_it_cannot_use_is_refused(phone: Telephone) -> None:
    takes_more = VERIFY.replace("gives:", "takes: {card: text}\ngives:")
    with pytest.raises(rq.BadFlow, match=r"'hotline' would no longer work: .*with.card"):
        phone.do(rq.PublishFlow(flow="verify", version=2, source=takes_more))
    ends = VERIFY.replace("gives: [number]\n", "").replace("{kind: return}", "{kind: hang_up}")
    with pytest.raises(rq.BadFlow, match="never comes back"):
        phone.do(rq.PublishFlow(flow="verify", version=2, source=ends))


def test_a_flow_is_published_after_those_it_calls() -> None:
    phone = Telephone()
    with pytest.raises(rq.BadFlow, match="no flow 'verify'"):
        phone.do(rq.PublishFlow(flow="hotline", version=2, source=MAIN))


CALLS_IN = """
flow: verify
name: {zh-CN: 验证, en: Verify}
gives: [number]
start: first
nodes:
  first: {kind: agent, agent: "8001", otherwise: ask}
  ask: {kind: collect, into: number, say: {zh-CN: 请输入, en: Type}, next: back, gave_up: without}
  without: {kind: hang_up}
  back: {kind: return}
"""


def test_who_comes_back_from_an_agent_is_still_in_the_flow_that_was_called() -> None:
    phone = Telephone()
    phone.do(rq.PublishFlow(flow="verify", version=1, source=CALLS_IN))
    phone.do(rq.PublishFlow(flow="hotline", version=2, source=MAIN))
    phone.sign_in("8001")
    phone.call("c1")
    phone.ring("c1")
    phone.next_wanted("c1", "NOANSWER", talked=False)
    assert phone.view("c1").node == "verify.ask"
    assert phone.last(ev.FlowStepped).outcome == "no_answer"
    phone.press("c1", "12")
    assert phone.view("c1").queue == "support"
    assert phone.faults == []
