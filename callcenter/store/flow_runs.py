"""The ways of a call through its flows: part of `call_rows`; pure.

A path is a text of the nodes walked to, in their order, separated by spaces; a node to which a key led has the key
before it: `welcome menu 2:support`. Equal ways are equal texts, so a database counts them by grouping.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from callcenter.calls import events as ev


class FlowRun(msgspec.Struct, kw_only=True):
    call_id: str
    seq: int
    flow: str
    version: int
    began_at: float
    ended_at: float | None = None
    result: str = ""  # as in `events.FlowEnded`; empty: the caller is in it
    path: str = ""


class Runs:
    def __init__(self, call_id: str) -> None:
        self.rows: list[FlowRun] = []
        self._call_id = call_id
        self._seq = 0
        self._key = ""
        self._at = ""  # the node the caller is at

    def take(self, entry: ev.Entry) -> None:
        self._seq = entry.seq
        step = _STEPS.get(type(entry.event))
        if step:
            step(self, entry.event)

    def started(self, event: ev.FlowStarted) -> None:
        going_on = self._open()
        if going_on and (going_on.flow, going_on.version) == (event.flow, event.version):  # resumed after a restart
            return
        self._close(event.at, "failed")
        self.rows.append(
            FlowRun(call_id=self._call_id, seq=self._seq, flow=event.flow, version=event.version, began_at=event.at)
        )
        self._key = self._at = ""

    def stepped(self, event: ev.FlowStepped) -> None:
        """Of ledgers that do not tell the nodes passed, the waits alone are known."""
        told = event.path if event.path is not None else (() if event.node == self._at else (event.node,))
        self._walk(told)
        self._at = event.node

    def pressed(self, event: ev.KeyPressed) -> None:
        self._key = event.key if event.valid else ""

    def ended(self, event: ev.FlowEnded) -> None:
        self._walk(event.path)
        self._close(event.at, event.result)

    def call_ended(self, event: ev.CallEnded) -> None:
        self._close(event.at, "caller_gone" if event.by == "caller" else "failed")

    def _walk(self, nodes: tuple[str, ...]) -> None:
        run = self._open()
        if run is None:
            return
        for node in nodes:
            said = f"{self._key}:{node}" if self._key and run.path else node
            run.path = f"{run.path} {said}" if run.path else said
            self._key = ""
        self._key = ""

    def _close(self, at: float, result: str) -> None:
        run = self._open()
        if run:
            run.ended_at, run.result = at, result

    def _open(self) -> FlowRun | None:
        return self.rows[-1] if self.rows and self.rows[-1].ended_at is None else None


_STEPS: dict[type, Callable[[Runs, Any], None]] = {
    ev.FlowStarted: Runs.started,
    ev.FlowStepped: Runs.stepped,
    ev.KeyPressed: Runs.pressed,
    ev.FlowEnded: Runs.ended,
    ev.CallEnded: Runs.call_ended,
}
