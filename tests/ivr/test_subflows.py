"""Flows that call each other: arguments, what comes back, circles, loops, versions."""

import json

import pytest
from msgspec.structs import replace

from callcenter.ivr.parse import FlowError, parse
from callcenter.ivr.session import Collect, Step, again, from_checkpoint, resume, start, to_checkpoint
from callcenter.ivr.subflows import with_subflows
from callcenter.ivr.values import restored
from tests.ivr.flows import HEAD, KNOWN, context

PIN = "739164"
VERIFY = """flow: verify
name: {zh-CN: 验证, en: Verify}
takes: {number: text, greeting: text}
gives: [verified, pin]
start: ask
nodes:
  ask:
    kind: collect
    into: pin
    secret: true
    say: {zh-CN: '{greeting}请输入{number:digits}的密码', en: PIN}
    next: check
    gave_up: no
  check: {kind: set, values: {verified: length(pin) == 6}, next: back}
  no: {kind: hang_up}
  back: {kind: return}
"""
MAIN = (
    HEAD
    + """  first: {kind: set, values: {word: '"您好，"'}, next: verify}
  verify:
    kind: subflow
    flow: verify
    with: {number: '"139"', greeting: word}
    into: {verified: is_known}
    next: told
  told: {kind: condition, branches: [{when: is_known, next: yes}], otherwise: no}
  yes: {kind: menu, say: {zh-CN: '{word}已验证', en: Known}, keys: {1: verify}, gave_up: no}
  no: {kind: hang_up}
"""
)
SOURCES = {"test": MAIN, "verify": VERIFY}


def known(**sources: str):
    every = {**SOURCES, **sources}
    return with_subflows(replace(KNOWN, flows=frozenset(every)), every)


def flows(flow: str, version: int | None):
    return (parse(SOURCES[flow], flow, known()), version or 7) if flow in SOURCES else None


def complaints(**sources: str) -> list[str]:
    try:
        parse({**SOURCES, **sources}["test"], "test.yaml", known(**sources))
    except FlowError as error:
        return [f"{problem.line} {problem.node}: {problem.message}" for problem in error.problems]
    return []


def run(*inputs: str) -> Step:
    tree = parse(MAIN, "test.yaml", known())
    step = start(tree, 1, context(), flows)
    for digits in inputs:
        step = resume(tree, step.session, digits, replace(context(), secrets=step.secrets), flows)
    return step


def test_a_flow_is_called_with_values_and_comes_back_with_others() -> None:
    asked = run()
    assert asked.session.place == "verify.ask"
    assert "".join(prompt.text for prompt in asked.then.play) == "您好，请输入幺三九的密码"
    assert asked.path == ("first", "verify", "verify.ask")
    back = run(PIN)
    assert back.session.place == "yes" and back.session.callers == ()
    assert restored(back.session.values) == {"word": "您好，", "is_known": True}
    assert back.secrets == {"pin": PIN}
    assert run("1").session.node == "no"


def test_a_checkpoint_within_a_called_flow_is_resumed_there() -> None:
    tree = parse(MAIN, "test.yaml", known())
    session = from_checkpoint(json.loads(json.dumps(to_checkpoint(run().session))))
    repeated = again(tree, session, context(), flows)
    assert repeated.session.place == "verify.ask" and isinstance(repeated.then, Collect)
    assert resume(tree, session, PIN, context(), flows).session.place == "yes"


def test_it_finishes_in_the_version_that_was_there_when_the_call_came_in() -> None:
    assert run().session.pins == {"verify": 7}
    asked: list[int | None] = []

    def noting(flow: str, version: int | None):
        asked.append(version)
        return flows(flow, version)

    tree = parse(MAIN, "test.yaml", known())
    resume(tree, run(PIN).session, "1", context(), noting)
    assert asked == [7]


def test_a_secret_that_was_given_back_and_lost_is_asked_for_where_it_came_from() -> None:
    tree = parse(MAIN, "test.yaml", known())
    lost = again(tree, from_checkpoint(to_checkpoint(run(PIN).session)), context(), flows)
    assert lost.session.place == "verify.ask"


def test_a_flow_that_is_called_no_more_ends_the_call_politely() -> None:
    step = start(parse(MAIN, "test.yaml", known()), 1, context())
    assert str(step.fault) == "node 'verify': the flow 'verify' cannot be called"


def test_who_was_called_by_nobody_hangs_up() -> None:
    tree = parse(HEAD + "  first: {kind: return}\n", "x", KNOWN)
    assert type(start(tree, 1, context()).then).__name__ == "End"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("flow: verify", "flow: moon"), "there is no flow 'moon'"),
        (("number: '\"139\"', ", ""), "missing: with.number, which the flow takes"),
        (("number: '\"139\"'", "number: call.hour"), "number: a text is wanted, and this is a number"),
        (
            ("greeting: word", "greeting: word, more: word"),
            "more: the flow does not take it; known: greeting, number",
        ),
        (("verified: is_known", "verified: is_known, a: b"), "the flow does not give 'a'; known: pin, verified"),
        (("    next: told\n", ""), "missing: next"),
        (("when: is_known", "when: verified"), "nothing sets 'verified'"),
        (("{word}已验证", "{pin}"), "'pin' is a secret"),
    ],
)
def test_what_does_not_fit_the_called_flow_is_refused(change: tuple[str, str], said: str) -> None:
    assert any(said in each for each in complaints(test=MAIN.replace(*change))), complaints(
        test=MAIN.replace(*change)
    )


def test_a_secret_goes_only_where_it_is_taken_as_one() -> None:
    main = MAIN.replace("next: verify}", "next: ask}", 1).replace("number: '\"139\"'", "number: card") + (
        "  ask: {kind: collect, into: card, secret: true, say: {zh-CN: 卡号, en: Card}, next: verify, gave_up: no}\n"
    )
    assert any("'card' is a secret" in each for each in complaints(test=main))
    taken = VERIFY.replace("number: text", "number: secret").replace("{number:digits}", "{last(number, 4):digits}")
    assert complaints(test=main, verify=taken) == []


def test_what_is_given_must_be_set_on_every_way_back() -> None:
    way = "  way: {kind: condition, branches: [{when: call.holiday, next: check}], otherwise: back}\n"
    with pytest.raises(FlowError) as caught:
        parse(VERIFY.replace("next: check\n", "next: way\n") + way, "verify", known())
    (problem,) = caught.value.problems
    assert problem.message == "gives: 'verified' is not set on every way to here: not by way of way (otherwise)"


CIRCLE = (
    HEAD.replace("flow: test", "flow: verify")
    + "  first: {kind: subflow, flow: test, next: back}\n  back: {kind: return}\n"
)


def test_flows_do_not_call_each_other_in_a_circle() -> None:
    main = HEAD + "  first: {kind: subflow, flow: verify, next: back}\n  back: {kind: return}\n"
    assert any("circle" in each for each in complaints(test=main, verify=CIRCLE))
    itself = main.replace("flow: verify", "flow: test")
    assert any("circle" in each for each in complaints(test=itself))


def test_a_loop_through_a_flow_that_waits_for_nothing_is_refused() -> None:
    quick = HEAD.replace("flow: test", "flow: verify") + (
        "  first: {kind: say, play: hello, next: back}\n  back: {kind: return}\n"
    )
    main = HEAD + (
        "  first: {kind: subflow, flow: verify, next: way}\n"
        "  way: {kind: condition, branches: [{when: call.holiday, next: bye}], otherwise: first}\n"
        "  bye: {kind: hang_up}\n"
    )
    (found,) = complaints(test=main, verify=quick)
    assert "a loop without a wait for a key: first -> way -> first" in found
    asks = quick.replace(
        "{kind: say, play: hello, next: back}", "{kind: menu, play: hello, keys: {1: back}, gave_up: back}"
    )
    assert complaints(test=main, verify=asks) == []


def test_a_flow_that_never_comes_back_has_no_next() -> None:
    ends = HEAD.replace("flow: test", "flow: verify") + "  first: {kind: hang_up}\n"
    main = HEAD + "  first: {kind: subflow, flow: verify}\n"
    assert complaints(test=main, verify=ends) == []
    after = HEAD + "  first: {kind: subflow, flow: verify, next: bye}\n  bye: {kind: hang_up}\n"
    assert any("never comes back" in each for each in complaints(test=after, verify=ends))


def test_what_may_be_called_is_compared_without_reading_it() -> None:
    assert known() == known()
    assert known() != known(verify="flow: broken")
    found = known().subflows.flows("verify", None)  # type: ignore[union-attr]
    assert found is not None and found[0].id == "verify"
