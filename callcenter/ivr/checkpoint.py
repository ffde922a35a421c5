"""What a run of a flow begins with and leaves: the session, which is the checkpoint, and what is beside it."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import Language
from callcenter.ivr.flow import Flow
from callcenter.ivr.step import Note, Then
from callcenter.ivr.values import Kept, Value

Flows = Callable[[str, int | None], tuple[Flow, int] | None]
"""(id, version; None for the newest) -> the flow and its version; None when there is none that can be used."""


def no_flows(flow: str, version: int | None) -> tuple[Flow, int] | None:
    """Where flows call no others."""
    return None


def pinned(flow: Flow, flows: Flows) -> dict[str, int]:
    """The newest versions of all the flows that may be called from this one."""
    pins: dict[str, int] = {}
    open_ = sorted(flow.calls())
    while open_:
        called = open_.pop()
        found = None if called in pins else flows(called, None)
        if found is not None:
            pins[called] = found[1]
            open_ += sorted(found[0].calls())
    return pins


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """A flow that has called another one and waits at `node` until that comes back; fields as those of `Session`."""

    flow: str
    version: int
    node: str
    values: dict[str, Kept] = {}
    secrets: dict[str, str] = {}
    counts: dict[str, int] = {}


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Where a caller is in a flow: the checkpoint.

    `tries`, `memory` and `counts` as in `flow.Here`; `waits` counts all waits so far, `stay` the nodes entered.
    `secrets`: the names of secret values, and the node that set each. `asked`: the key of the work outside that the
    session waits for; empty when it waits for the caller. `callers`: the flows that called this one, the first one
    first; `pins`: the version that each flow is called in, as it was when the call came in.
    """

    flow: str
    version: int
    node: str
    language: Language
    tries: int = 0
    waits: int = 0
    memory: dict[str, str] = {}
    values: dict[str, Kept] = {}
    secrets: dict[str, str] = {}
    counts: dict[str, int] = {}
    stay: int = 0
    asked: str = ""
    callers: tuple[Caller, ...] = ()
    pins: dict[str, int] = {}

    @property
    def place(self) -> str:
        """The node, with the flow before it in one that was called."""
        return f"{self.flow}.{self.node}" if self.callers else self.node


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one run. `language` is the one in force now; `then` tells how it goes on.

    `path`: the nodes walked to, in their order, those passed without a wait too. Empty: the caller stayed.
    `secrets` are kept for the next run, in memory only. `fault`: why the flow could not go on, and at which node.
    """

    session: Session
    notes: tuple[Note, ...] = ()
    then: Then
    language: Language
    path: tuple[str, ...] = ()
    secrets: Mapping[str, Value] = {}
    fault: Complaint | None = None


def to_checkpoint(session: Session) -> dict[str, Any]:
    checkpoint: dict[str, Any] = msgspec.to_builtins(session)
    return checkpoint


def from_checkpoint(checkpoint: dict[str, Any]) -> Session:
    """The inverse of `to_checkpoint`; msgspec.ValidationError when it is none."""
    return msgspec.convert(checkpoint, Session)
