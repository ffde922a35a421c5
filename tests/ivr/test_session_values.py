"""What a session carries from wait to wait: values, secrets, work outside."""

import json

from callcenter.ivr.session import (
    Collect,
    Context,
    End,
    Outcome,
    Outside,
    Step,
    again,
    answered,
    from_checkpoint,
    resume,
    start,
    to_checkpoint,
)
from tests.ivr.flows import THURSDAY_NOON
from tests.ivr.working import BALANCE, Fetch, TellNode, flow

PIN = "739164"


def context(step: Step | None = None) -> Context:
    return Context(local_now=THURSDAY_NOON, language="zh-CN", call="c1", secrets=step.secrets if step else {})


def typed(*inputs: str) -> Step:
    step = start(BALANCE, 1, context())
    for digits in inputs:
        step = resume(BALANCE, step.session, digits, context(step))
    return step


def test_work_outside_is_asked_for_and_its_outcome_leads_on() -> None:
    asked = typed("8800", PIN)
    assert asked.then == Outside(Fetch("balance"), key="c1-3", within_s=4)
    assert asked.session.asked == "c1-3"
    told = answered(BALANCE, asked.session, Outcome(values={"found": 12}), context(asked))
    assert isinstance(told.then, End)
    assert "".join(prompt.text for prompt in told.then.play) == "您的余额是十二元"
    sorry = answered(BALANCE, asked.session, Outcome(trouble="timeout"), context(asked))
    assert [prompt.text for prompt in sorry.then.play] == ["抱歉"]


def test_after_a_break_the_same_work_is_asked_for_under_the_same_name() -> None:
    asked = typed("8800", PIN)
    session = from_checkpoint(json.loads(json.dumps(to_checkpoint(asked.session))))
    repeated = again(BALANCE, session, context(asked))
    assert isinstance(asked.then, Outside) and isinstance(repeated.then, Outside)
    assert repeated.then.key == asked.then.key


def test_a_key_that_comes_while_work_is_awaited_changes_nothing() -> None:
    asked = typed("8800", PIN)
    assert resume(BALANCE, asked.session, "5", context(asked)).then == asked.then


def test_values_outlive_a_restart_and_secrets_do_not() -> None:
    asked = typed("8800", PIN)
    written = json.dumps(to_checkpoint(asked.session))
    assert "8800" in written and PIN not in written
    assert asked.secrets == {"pin": PIN}
    forgotten = again(BALANCE, from_checkpoint(json.loads(written)), context())
    assert forgotten.session.node == "pin"  # asked again
    assert isinstance(forgotten.then, Collect) and forgotten.then.secret
    assert again(BALANCE, asked.session, context(asked)).session.node == "fetch"


def test_a_flow_that_cannot_go_on_says_sorry_and_why() -> None:
    step = start(flow(first=TellNode(say="{missing}")), 1, context())
    assert isinstance(step.then, End)
    assert step.then.play[-1].text.startswith("非常抱歉")
    assert str(step.fault) == "node 'first': missing has no value"
