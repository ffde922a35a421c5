"""Flows for the tests of this room."""

from datetime import datetime
from pathlib import Path

import msgspec

from callcenter.calls.languages import Text
from callcenter.ivr.flow import Flow
from callcenter.ivr.parse import FlowError, Known, parse, parse_prompts
from callcenter.ivr.session import Context

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
    prompts = parse_prompts((FLOWS / "prompts.yaml").read_text("utf-8"), "prompts.yaml")
    known = msgspec.structs.replace(KNOWN, prompts=prompts)
    return parse((FLOWS / f"{name}.yaml").read_text("utf-8"), f"{name}.yaml", known)
