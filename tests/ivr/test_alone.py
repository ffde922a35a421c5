"""Flows that a provider runs who has no way to our telephone: what needs it is refused by name."""

import pytest

from callcenter.calls.centre import Centre, Number, Queue
from callcenter.calls.languages import Text
from callcenter.ivr.known import alone_at_host, known_of
from callcenter.ivr.parse import FlowError, parse
from callcenter.ivr.subflows import with_subflows

OUTER = """flow: outer
name: {zh-CN: 外, en: Outer}
start: first
nodes:
  first:
    kind: subflow
    flow: inner
"""
INNER = """flow: inner
name: {zh-CN: 内, en: Inner}
start: line
nodes:
  line:
    kind: queue
    queue: support
"""


def centre(host: str) -> Centre:
    return Centre(
        queues=(Queue(id="support", name=Text("支持", "Support")),),
        numbers=(Number(number="4001", flow="outer", host=host),),
    )


def complaints(flow: str, host: str) -> str:
    sources = {"outer": OUTER, "inner": INNER}
    document = centre(host)
    known = alone_at_host(with_subflows(known_of(document, frozenset(sources)), sources), document)
    try:
        parse(sources[flow], f"{flow}.yaml", known)
    except FlowError as error:
        return str(error)
    return ""


def test_a_kind_that_needs_our_telephone_is_named_with_its_place_also_in_flows_that_are_called():
    told = complaints("inner", "twilio")
    assert "inner.yaml:6" in told
    assert "queue needs our own telephone" in told


@pytest.mark.parametrize(("flow", "host"), [("outer", "twilio"), ("inner", ""), ("outer", "")])
def test_everything_else_is_allowed(flow: str, host: str):
    assert complaints(flow, host) == ""
