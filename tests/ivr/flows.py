"""Flows for the tests of this room."""

from datetime import datetime
from pathlib import Path

import msgspec

from callcenter.calls.languages import Text
from callcenter.ivr.flow import Flow
from callcenter.ivr.parse import FlowError, Known, parse, parse_prompts
from callcenter.ivr.session import Context
from callcenter.ivr.subflows import Interfaces, with_subflows

FLOWS = Path(__file__).parents[2] / "ivr_flows"
KNOWN = Known(
    queues=frozenset({"sales", "support"}),
    mailboxes=frozenset({"sales", "support", "8001"}),
    skills=frozenset({"english", "billing"}),
    rosters=frozenset({"office"}),
    callbacks=frozenset({"support"}),
    flows=frozenset({"hotline", "survey", "verify"}),
    prompts={"hello": Text(zh="您好。", en="Hello.")},
)
HEAD = "flow: test\nname: {zh-CN: 测试, en: Test}\nstart: first\nnodes:\n"  # the nodes begin on line 5
THURSDAY_NOON = datetime(2026, 1, 1, 12, 0)


def flow(nodes: str) -> Flow:
    return parse(HEAD + nodes, "test.yaml", KNOWN)


def complaints(nodes: str, head: str = HEAD) -> list[str]:
    """The problems of a flow as `line node: message`, in order."""
    try:
        parse(head + nodes, "test.yaml", KNOWN)
    except FlowError as error:
        return [f"{problem.line} {problem.node}: {problem.message}" for problem in error.problems]
    return []


def context(now: datetime = THURSDAY_NOON, language: str = "zh-CN") -> Context:
    return Context(local_now=now, language=language)  # type: ignore[arg-type]


def demo(name: str) -> Flow:
    return parse((FLOWS / f"{name}.yaml").read_text("utf-8"), f"{name}.yaml", _known())


def demo_flows(name: str, version: int | None) -> tuple[Flow, int] | None:
    """The demo's flows, for runs of those that call others."""
    subflows = _known().subflows
    assert isinstance(subflows, Interfaces)
    return subflows.flows(name, version)


def _known() -> Known:
    prompts = parse_prompts((FLOWS / "prompts.yaml").read_text("utf-8"), "prompts.yaml")
    sources = {file.stem: file.read_text("utf-8") for file in FLOWS.glob("*.yaml") if file.stem != "prompts"}
    known = msgspec.structs.replace(KNOWN, prompts=prompts, flows=KNOWN.flows | sources.keys())
    return with_subflows(known, sources)
