"""The kinds that decide by values, chance, counting and rosters."""

from collections import Counter
from datetime import datetime

import pytest
from msgspec.structs import replace

from callcenter.ivr.session import Collect, Context, Customer, resume, start
from tests.ivr.flows import complaints, context, flow

ENDS = "".join(f"  {name}: {{kind: hang_up, say: {{zh-CN: {name}, en: {name}}}}}\n" for name in ("a", "b", "c"))


def where(nodes: str, **facts) -> str:
    return start(flow(nodes + ENDS), 1, replace(context(), **facts)).session.node


def test_the_first_branch_that_holds_decides() -> None:
    nodes = """  first:
    kind: condition
    branches:
      - {when: customer.tier == "vip" and call.weekday == "thu", next: a}
      - {when: call.hour / (call.minute - 1) > 5, next: b}
    otherwise: c
"""
    assert where(nodes, customer=Customer(tier="vip")) == "a"
    assert where(nodes) == "c"
    assert where(nodes, local_now=datetime(2026, 1, 1, 12, 2)) == "b"
    assert where(nodes, local_now=datetime(2026, 1, 1, 12, 1)) == "c"  # divided by nought: does not hold


def test_values_are_set_and_said() -> None:
    step = start(
        flow("""  first: {kind: set, values: {due: call.date + 14, n: '2'}, next: told}
  told: {kind: hang_up, say: {zh-CN: '{due}前付{n * 1.5:money}', en: '{due}'}}
"""),
        1,
        context(),
    )
    assert "".join(prompt.text for prompt in step.then.play) == "二零二六年一月十五日前付三元"


def test_a_value_that_cannot_be_worked_out_leads_elsewhere_or_ends_the_call() -> None:
    nodes = "  first: {kind: set, values: {n: 1 / (call.hour - 12)}, next: a}\n"
    ended = start(flow(nodes + "  a: {kind: hang_up}\n"), 1, context())
    assert str(ended.fault) == "node 'first': /: cannot be worked out"
    led = nodes.replace("next: a", "next: a, failed: b")
    assert start(flow(led + "  a: {kind: hang_up}\n  b: {kind: hang_up}\n"), 1, context()).session.node == "b"


SPLIT = """  first:
    kind: split
    shares: [{percent: 20, next: a}, {percent: 30, next: b}]
    otherwise: c
"""


def test_callers_are_shared_out_as_written() -> None:
    drawn = Counter(where(SPLIT, chance=n / 1000) for n in range(1000))
    assert [drawn[way] for way in "abc"] == [200, 300, 500]


def test_the_same_caller_goes_the_same_way() -> None:
    by_caller = SPLIT + "    by: caller\n"
    ways = {n: {where(by_caller, caller=f"+86138{n:08}", chance=c) for c in (0.0, 0.5, 0.9)} for n in range(300)}
    assert all(len(each) == 1 for each in ways.values())
    shares = Counter(way for each in ways.values() for way in each)
    assert 30 < shares["a"] < 90 and 60 < shares["b"] < 120


def test_two_draws_of_one_run_differ() -> None:
    nodes = """  first: {kind: split, shares: [{percent: 50, next: again}], otherwise: a}
  again: {kind: split, shares: [{percent: 50, next: b}], otherwise: c}
"""
    assert set(Counter(where(nodes, chance=n / 100) for n in range(100))) == {"a", "b", "c"}


def test_a_loop_goes_on_so_often_and_counts_anew() -> None:
    tree = flow(
        """  first: {kind: loop, times: 2, next: ask, then: b}
  ask: {kind: menu, say: {zh-CN: 按键, en: Key}, keys: {1: first}, gave_up: a}
"""
        + ENDS.split("\n")[0]
        + "\n"
        + ENDS.split("\n")[1]
        + "\n"
    )
    step = start(tree, 1, context())
    for _ in range(2):
        assert isinstance(step.then, Collect)
        step = resume(tree, step.session, "1", context())
    assert step.session.node == "b"
    assert step.session.counts == {"first": 0}


def test_a_silent_loop_with_a_limit_is_allowed_and_ends() -> None:
    tree = flow(
        "  first: {kind: loop, times: 20, next: say, then: a}\n  say: {kind: say, play: hello, next: first}\n"
        + ENDS.split("\n")[0]
        + "\n"
    )
    assert len(start(tree, 1, context()).then.play) == 21


ROSTER = "  first: {kind: roster, roster: office, open: a, closed: b, holiday: c}\n"


@pytest.mark.parametrize(
    ("open_", "holiday", "node"),
    [({"office"}, False, "a"), ((), False, "b"), ((), True, "c"), ({"office"}, True, "a")],
)
def test_a_roster_of_the_centre_decides(open_, holiday: bool, node: str) -> None:
    assert where(ROSTER, open_rosters=frozenset(open_), holiday=holiday) == node


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        (ROSTER.replace("office", "moon"), "there is no roster 'moon'"),
        (SPLIT.replace("30", "90"), "more than 100 percent"),
        (SPLIT.replace("percent: 20, ", ""), "missing: percent"),
        ("  first: {kind: loop, next: a, then: b}\n", "missing: times"),
        ("  first: {kind: condition, otherwise: a}\n", "missing: branches"),
    ],
)
def test_what_is_refused(nodes: str, said: str) -> None:
    assert any(said in each for each in complaints(nodes + ENDS))


def test_what_every_flow_knows_is_of_the_kind_that_is_told() -> None:
    from callcenter.ivr.facts import KINDS, facts
    from callcenter.ivr.values import kind_of

    known = facts(Context(local_now=datetime(2026, 1, 1), language="en"), "en")
    assert {name: kind_of(value) for name, value in known.items()} == KINDS
