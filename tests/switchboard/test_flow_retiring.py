"""What keeps a flow from being retired, and what is left when it is."""

import msgspec
import pytest

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.switchboard.state import State
from tests.switchboard.centre import Telephone
from tests.switchboard.test_flow_versions import MAIN, VERIFY


@pytest.fixture
def phone() -> Telephone:
    phone = Telephone()
    phone.do(rq.PublishFlow(flow="verify", version=1, source=VERIFY))
    phone.do(rq.PublishFlow(flow="spare", version=1, source=VERIFY.replace("flow: verify", "flow: spare")))
    phone.do(rq.PublishFlow(flow="hotline", version=2, source=MAIN))
    return phone


def refused(phone: Telephone, flow: str) -> rq.Refused:
    with pytest.raises(rq.FlowInUse) as caught:
        phone.do(rq.RetireFlow(flow=flow))
    assert flow in phone.board.state.flows
    return caught.value


def test_a_flow_that_nothing_leads_to_goes(phone: Telephone) -> None:
    phone.do(rq.RetireFlow(flow="spare"))
    assert phone.last(ev.FlowRetired).flow == "spare"
    assert "spare" not in phone.board.state.flows
    restarted = msgspec.json.decode(msgspec.json.encode(phone.board.state), type=State)
    assert "spare" not in restarted.flows


def test_one_that_is_gone_already_is_no_trouble(phone: Telephone) -> None:
    phone.do(rq.RetireFlow(flow="spare"))
    phone.do(rq.RetireFlow(flow="spare"))


def test_a_number_or_a_survey_keeps_it(phone: Telephone) -> None:
    why = refused(phone, "hotline")
    assert why.text is not None
    assert why.text.en.startswith("The flow 'hotline' is in use: number ")
    assert why.text.zh.startswith("流程“hotline”正在使用：号码 ")


def test_another_flow_keeps_the_one_it_calls(phone: Telephone) -> None:
    assert "flow hotline" in str(refused(phone, "verify"))


def test_a_call_keeps_the_flow_it_is_in_and_those_it_may_come_to(phone: Telephone) -> None:
    phone.call("c1")
    assert "flow hotline, 1 call." in str(refused(phone, "verify"))
    plain = MAIN.replace("start: verify", "start: support").replace(
        "  verify: {kind: subflow, flow: verify, next: support}\n", ""
    )
    phone.do(rq.PublishFlow(flow="hotline", version=3, source=plain))
    why = refused(phone, "verify")
    assert why.text is not None and "1 通通话" in why.text.zh and "hotline" not in why.text.zh
    phone.caller_hangs_up("c1")
    phone.do(rq.RetireFlow(flow="verify"))


def test_a_retired_flow_comes_back_by_being_published(phone: Telephone) -> None:
    phone.do(rq.RetireFlow(flow="spare"))
    phone.do(rq.PublishFlow(flow="spare", version=2, source=VERIFY.replace("flow: verify", "flow: spare")))
    assert [each.version for each in phone.board.state.flows["spare"]] == [2]
