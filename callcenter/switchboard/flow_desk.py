"""Flows come into force and are retired. What leads callers into a flow, or is in it, keeps it."""

from collections.abc import Iterator, Mapping

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.centre import Centre
from callcenter.calls.complaint import Sentences
from callcenter.calls.flow_uses import uses_of_flow
from callcenter.calls.languages import Text
from callcenter.ivr.problems import FlowError
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

say = Sentences(
    {
        "would_break": Text(en="The flow {flow!r} would no longer work: {why}", zh="流程“{flow}”将不能再使用：{why}"),
        "in_use": Text(
            en="The flow {flow!r} is in use: {uses}. Lead callers elsewhere first.",
            zh="流程“{flow}”正在使用：{uses}。请先把来电引向别处。",
        ),
        "number": Text(en="number {which}", zh="号码 {which}"),
        "survey": Text(en="survey of the queue {which}", zh="队列 {which} 的满意度调查"),
        "queue": Text(en="queue {which}", zh="队列 {which}"),
        "rule": Text(en="rule {which}", zh="规则 {which}"),
        "flow": Text(en="flow {which}", zh="流程 {which}"),
        "call": Text(en="1 call", zh="1 通通话"),
        "calls": Text(en="{count} calls", zh="{count} 通通话"),
    }
)


def publish(turn: Turn, request: rq.PublishFlow) -> None:
    """A flow that cannot be parsed is refused, and one that others call as it is not any more; the last good version
    stays in force."""
    sources = {**turn.board.flow_sources(), request.flow: request.source}
    try:
        turn.board.checked(request.flow, sources)
    except FlowError as error:
        raise rq.BadFlow(str(error), error.text) from error
    for flow_id in _callers(turn, request.flow):
        check_still_works(turn, flow_id, sources, turn.state.centre)
    turn.emit(ev.FlowPublished(at=turn.now, flow=request.flow, version=request.version, source=request.source))


def check_still_works(turn: Turn, flow_id: str, sources: Mapping[str, str], centre: Centre) -> None:
    """Raises BadFlow."""
    try:
        turn.board.checked(flow_id, sources, centre)
    except FlowError as error:
        text = say.phrase("would_break", flow=flow_id, why=error.text)
        raise rq.BadFlow(f"The flow {flow_id!r} would no longer work: {error}", text) from error


def retire(turn: Turn, request: rq.RetireFlow) -> None:
    """Nobody may be led into it, or be in it."""
    if request.flow not in turn.state.flows:
        return
    if uses := list(_uses(turn, request.flow)):
        listed = Text(zh="、".join(one.zh for one in uses), en=", ".join(one.en for one in uses))
        text = say.phrase("in_use", flow=request.flow, uses=listed)
        raise rq.FlowInUse(text.en, text)
    turn.emit(ev.FlowRetired(at=turn.now, flow=request.flow))


def _uses(turn: Turn, flow: str) -> Iterator[Text]:
    for what, which in uses_of_flow(turn.state.centre, flow):
        yield say.phrase(what, which=which)
    yield from (say.phrase("flow", which=caller) for caller in _callers(turn, flow))
    if calls := sum(1 for call in turn.state.calls.values() if _is_in(call, flow)):
        yield say.phrase("call" if calls == 1 else "calls", count=calls)


def _callers(turn: Turn, flow: str) -> Iterator[str]:
    """The other flows in force that call it themselves."""
    for flow_id in sorted(turn.state.flows.keys() - {flow}):
        if (found := turn.board.flow(flow_id)) and flow in found[0].calls():
            yield flow_id


def _is_in(call: Interaction, flow: str) -> bool:
    """A call may come back to the flow it began in, and goes into those that this one calls."""
    return call.flow == flow or flow in (call.session or {}).get("pins", {})
