"""Values that are not there where they are used, of the wrong kind, or told though they are secret."""

import pytest

from callcenter.ivr.parse import parse
from tests.ivr.flows import HEAD, KNOWN, complaints, flow

BYE = "  bye: {kind: hang_up}\n"
SET = "  first: {kind: set, values: {n: '1 + 1'}, next: told}\n"


def one(nodes: str) -> str:
    found = complaints(nodes)
    assert len(found) == 1, found
    return found[0]


def test_a_value_that_every_way_sets_is_there() -> None:
    assert complaints(SET + "  told: {kind: hang_up, say: {zh-CN: '{n}个', en: '{n}'}}\n") == []


def test_values_of_one_node_build_on_those_above() -> None:
    nodes = "  first: {kind: set, values: {n: '2', m: n * 2}, next: told}\n"
    assert complaints(nodes + "  told: {kind: hang_up, say: {zh-CN: '{m:money}', en: '{m:usd}'}}\n") == []
    below = "  first: {kind: set, values: {m: n * 2, n: '2'}, next: bye}\n"
    assert one(below + BYE) == "5 first: m: 'n' is not set on every way to here: not from the start"


WAYS = """  first:
    kind: menu
    say: {zh-CN: 请选择, en: Choose}
    keys: {1: sets, 2: told}
    gave_up: bye
  sets: {kind: set, values: {order: '"A1"'}, next: told}
  told: {kind: hang_up, say: {zh-CN: '订单{order}', en: 'Order {order}'}}
"""


def test_a_value_that_some_way_does_not_set_names_that_way() -> None:
    found = complaints(WAYS + BYE)
    assert found == [
        "11 told: en: 'order' is not set on every way to here: not by way of first (keys.2)",
        "11 told: zh-CN: 'order' is not set on every way to here: not by way of first (keys.2)",
    ]


def test_a_condition_may_ask_whether_it_is_set() -> None:
    nodes = WAYS.replace("2: told", "2: asks").replace("next: told", "next: asks")
    asks = (
        "  asks: {kind: condition, branches: [{when: is_set(order) and order != '', next: told}], otherwise: bye}\n"
    )
    assert complaints(nodes + asks + BYE) == []


def test_a_value_set_on_one_way_out_is_not_set_on_the_other() -> None:
    nodes = "  first: {kind: set, values: {n: '1 / call.hour'}, next: told, failed: told}\n"
    told = "  told: {kind: hang_up, say: {zh-CN: '{n}', en: '-'}}\n"
    assert one(nodes + told) == "6 told: zh-CN: 'n' is not set on every way to here: not by way of first (failed)"


def test_a_loop_does_not_hide_what_is_missing_before_it() -> None:
    nodes = """  first: {kind: menu, say: {zh-CN: 按键, en: Key}, keys: {1: sets, 2: told}, gave_up: bye}
  told: {kind: say, say: {zh-CN: '{n}', en: '-'}, next: sets}
  sets: {kind: set, values: {n: '1'}, next: first}
"""
    assert one(nodes + BYE).startswith("6 told: zh-CN: 'n' is not set on every way to here")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("{a: nothing + 1}", "a: nothing sets 'nothing'; there are none"),
        ("{a: call.colour}", "a: there is no 'call.colour'; known: call.agent"),
        ("{a: call.hour + call.caller}", "a: number + text has no sense (character 11)"),
        ("{a: 'call.hour +'}", "a: a value is missing (character 12)"),
        ("{and: '1'}", "'and' is no name of a value"),
        ("{a b: '1'}", "'a b' is no name of a value"),
        ("{}", "missing: a value"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(values: str, said: str) -> None:
    assert said in " ".join(complaints(f"  first: {{kind: set, values: {values}, next: bye}}\n" + BYE))


def test_one_name_is_of_one_kind() -> None:
    nodes = (
        "  first: {kind: set, values: {a: '1'}, next: then}\n  then: {kind: set, values: {a: '\"x\"'}, next: bye}\n"
    )
    assert (
        one(nodes + BYE) == "6 then: a is set to a text here and to a number elsewhere; give one of them another name"
    )


@pytest.mark.parametrize("said", ["{n:loud}", "{n:date}", "{call.caller:money}"])
def test_a_value_is_said_in_a_way_that_fits_it(said: str) -> None:
    found = complaints(SET + f"  told: {{kind: hang_up, say: {{zh-CN: '{said}', en: '-'}}}}\n")
    assert found and ("cannot be said as" in found[0] or "no way to say" in found[0])


def test_a_condition_is_a_yes_or_no() -> None:
    nodes = "  first: {kind: condition, branches: [{when: call.hour, next: bye}], otherwise: bye}\n"
    assert one(nodes + BYE) == "5 first: when: a bool is wanted, and this is a number"


def test_a_flow_with_values_is_still_read_fast() -> None:
    """A thousand nodes, each of which sets a value and uses that of the one before."""
    import time

    nodes = "".join(
        f"  n{i}: {{kind: set, values: {{v{i}: 'v{i - 1} + 1'}}, next: n{i + 1}}}\n" for i in range(1, 1000)
    )
    source = HEAD + "  first: {kind: set, values: {v0: '1'}, next: n1}\n" + nodes + "  n1000: {kind: hang_up}\n"
    began = time.process_time()
    assert len(parse(source, "big.yaml", KNOWN).nodes) == 1001
    assert time.process_time() - began < 1


def test_secrets_are_not_told() -> None:
    from callcenter.ivr.dataflow import _secret
    from callcenter.ivr.expression import read
    from callcenter.ivr.gathered import Setting

    settings = [
        Setting("a", 1, "card", "text", secret=True),
        Setting("a", 1, "spaced", None, tree=read("'x' + card")),
        Setting("a", 1, "end", None, tree=read("last(spaced, 4)")),
    ]
    assert _secret(settings) == {"card", "spaced"}
    assert flow(SET + "  told: {kind: hang_up}\n").nodes
