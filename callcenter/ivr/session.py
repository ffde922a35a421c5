"""Running a flow from wait to wait.

A session is plain data: it is written into the ledger at every wait, and a call goes on from it after a
restart. Nothing here raises on anything a caller does or a service answers; every session ends after MAX_WAITS waits.

Secret values are not in a session. They come out of a run beside it (`Step.secrets`) and go into the next one with
the context; where they are lost, the run goes back to the node that asked for them.
"""

from callcenter.calls.outside import Outcome
from callcenter.ivr.checkpoint import (
    Flows,
    Session,
    Step,
    from_checkpoint,
    no_flows,
    pinned,
    to_checkpoint,
)
from callcenter.ivr.flow import Flow, Go, Here, Node, Turn
from callcenter.ivr.run import MAX_WAITS, Run
from callcenter.ivr.step import (
    Back,
    Chose,
    Collect,
    Context,
    Customer,
    End,
    Identified,
    Leaving,
    Note,
    Outside,
    Pressed,
    Rated,
    ToCallback,
    ToMailbox,
    ToQueue,
    ToVoicemail,
)

__all__ = [
    "MAX_WAITS",
    "Back",
    "Chose",
    "Collect",
    "Context",
    "Customer",
    "End",
    "Flows",
    "Identified",
    "Leaving",
    "Note",
    "Outcome",
    "Outside",
    "Pressed",
    "Rated",
    "Session",
    "Step",
    "ToCallback",
    "ToMailbox",
    "ToQueue",
    "ToVoicemail",
    "again",
    "answered",
    "from_checkpoint",
    "resume",
    "start",
    "to_checkpoint",
]

KEYS = frozenset("0123456789*#ABCD")


def start(flow: Flow, version: int, context: Context, flows: Flows = no_flows) -> Step:
    """Run from the flow's first node to the first wait. `flows` finds those that it calls."""
    pins = pinned(flow, flows)
    session = Session(flow=flow.id, version=version, node=flow.start, language=context.language, pins=pins)
    return Run(flow, session, context, flows).follow(Go(flow.start))


def resume(flow: Flow, session: Session, digits: str, context: Context, flows: Flows = no_flows) -> Step:
    """Go on from a wait. `digits` empty: none came in time, or the prompts are over."""
    if session.asked:
        return again(flow, session, context, flows)

    def taken(node: Node, here: Here) -> Turn:
        keys = "".join(digit for digit in digits if digit in KEYS)[: node.most_keys]
        return node.take(here, keys)

    return Run(flow, session, context, flows).go_on(taken)


def answered(flow: Flow, session: Session, outcome: Outcome, context: Context, flows: Flows = no_flows) -> Step:
    """Go on with what came of the work outside. Whoever asks sees to it that it is the work of `session.asked`."""
    return Run(flow, session, context, flows).go_on(lambda node, here: node.answered(here, outcome))


def again(flow: Flow, session: Session, context: Context, flows: Flows = no_flows) -> Step:
    """The connection broke while the caller was at a wait: the same node from its beginning, tries kept."""
    return Run(flow, session, context, flows).go_on(lambda node, here: node.enter(here))
