"""Running a flow from wait to wait.

A session is plain data: it is written into the ledger at every wait, and a call goes on from it after a
restart. Nothing here raises on anything a caller does; every session ends after MAX_WAITS waits.
"""

from typing import Any

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr import spoken
from callcenter.ivr.flow import Flow, Go, Here, Leave, Turn, Wait
from callcenter.ivr.step import (
    Back,
    Chose,
    Collect,
    Context,
    End,
    Leaving,
    Note,
    Pressed,
    Rated,
    Then,
    ToCallback,
    ToQueue,
    ToVoicemail,
)

__all__ = [
    "MAX_WAITS",
    "Back",
    "Chose",
    "Collect",
    "Context",
    "End",
    "Leaving",
    "Note",
    "Pressed",
    "Rated",
    "Session",
    "Step",
    "ToCallback",
    "ToQueue",
    "ToVoicemail",
    "again",
    "from_checkpoint",
    "resume",
    "start",
    "to_checkpoint",
]

MAX_WAITS = 100  # a caller who has heard this many prompts is a stuck key or a robot
KEYS = frozenset("0123456789*#ABCD")


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Where a caller is in a flow: the checkpoint.

    `tries` and `memory` as in `flow.Here`; `waits` counts all waits so far.
    """

    flow: str
    version: int
    node: str
    language: Language
    tries: int = 0
    waits: int = 0
    memory: dict[str, str] = {}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one run. `language` is the one in force now; `then` tells how it goes on.

    `path`: the nodes walked to, in their order, those passed without a wait too. Empty: the caller stayed.
    """

    session: Session
    notes: tuple[Note, ...] = ()
    then: Then
    language: Language
    path: tuple[str, ...] = ()


def start(flow: Flow, version: int, context: Context) -> Step:
    """Run from the flow's first node to the first wait."""
    session = Session(flow=flow.id, version=version, node=flow.start, language=context.language)
    return _run(flow, session, Go(flow.start), context)


def resume(flow: Flow, session: Session, digits: str, context: Context) -> Step:
    """Go on from a wait. `digits` empty: none came in time, or the prompts are over."""
    node = flow.nodes.get(session.node)
    if node is None:  # a version that no longer has the node: better from the beginning than not at all
        return _run(flow, session, Go(flow.start), context)
    keys = "".join(digit for digit in digits if digit in KEYS)[: node.most_keys]
    return _run(flow, session, node.take(_here(session, context), keys), context)


def again(flow: Flow, session: Session, context: Context) -> Step:
    """The connection broke while the caller was at a wait: the same node from its beginning, tries kept."""
    node = flow.nodes.get(session.node)
    turn = Go(flow.start) if node is None else node.enter(_here(session, context))
    return _run(flow, session, turn, context)


def to_checkpoint(session: Session) -> dict[str, Any]:
    checkpoint: dict[str, Any] = msgspec.to_builtins(session)
    return checkpoint


def from_checkpoint(checkpoint: dict[str, Any]) -> Session:
    """The inverse of `to_checkpoint`; msgspec.ValidationError when it is none."""
    return msgspec.convert(checkpoint, Session)


def _here(session: Session, context: Context) -> Here:
    return Here(session.node, session.language, session.tries, context, session.memory)


def _run(flow: Flow, session: Session, turn: Turn, context: Context) -> Step:
    """Follow the turns to the next wait or the end.

    A checked flow has no loop without a wait, so a run enters a node once, and once more with a key
    pressed ahead; whatever exceeds that is a flow that was not checked, and ends.
    """
    play: tuple[Prompt, ...] = ()
    notes: tuple[Note, ...] = ()
    path: tuple[str, ...] = ()
    ahead = ""
    for _ in range(2 * len(flow.nodes) + 2):
        notes += turn.notes
        if not isinstance(turn, Go):
            return msgspec.structs.replace(_stop(session, turn, play, notes), path=path)
        node = flow.nodes.get(turn.to)
        if node is None:
            break
        play += turn.play
        path += (turn.to,)
        ahead = turn.ahead or ahead
        session = _moved(session, turn)
        if ahead and node.knows(ahead):
            turn, play, ahead = node.take(_here(session, context), ahead), (), ""
        else:
            turn = node.enter(_here(session, context))
    stuck = _step(session, End((*play, spoken.try_later(session.language))), notes)
    return msgspec.structs.replace(stuck, path=path)


def _moved(session: Session, turn: Go) -> Session:
    language = turn.language or session.language
    return msgspec.structs.replace(session, node=turn.to, tries=0, memory={}, language=language)


def _stop(session: Session, turn: Wait | Leave, play: tuple[Prompt, ...], notes: tuple[Note, ...]) -> Step:
    if isinstance(turn, Leave):
        return _step(session, msgspec.structs.replace(turn.then, play=play + turn.then.play), notes)
    if session.waits >= MAX_WAITS:
        return _step(session, End((spoken.goodbye(session.language),)), notes)
    waits, memory = session.waits + 1, dict(turn.memory)
    waiting = msgspec.structs.replace(session, tries=turn.tries, waits=waits, memory=memory)
    return _step(waiting, msgspec.structs.replace(turn.collect, play=play + turn.collect.play), notes)


def _step(session: Session, then: Then, notes: tuple[Note, ...]) -> Step:
    return Step(session=session, notes=notes, then=then, language=session.language)
