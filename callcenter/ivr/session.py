"""Running a flow from wait to wait.

A session is plain data: it is written into the ledger at every wait, and a call goes on from it after a
restart. Nothing here raises on anything a caller does or a service answers; every session ends after MAX_WAITS waits.

Secret values are not in a session. They come out of a run beside it (`Step.secrets`) and go into the next one with
the context; where they are lost, the run goes back to the node that asked for them.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.calls.outside import Outcome
from callcenter.ivr import spoken
from callcenter.ivr.expression import ExpressionError
from callcenter.ivr.flow import Flow, Go, Here, Leave, Node, Turn, Wait
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
    Then,
    ToCallback,
    ToQueue,
    ToVoicemail,
)
from callcenter.ivr.values import MAX_VALUES, Kept, Value, keep, restored

__all__ = [
    "MAX_WAITS",
    "Back",
    "Chose",
    "Collect",
    "Context",
    "Customer",
    "End",
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
    "ToQueue",
    "ToVoicemail",
    "again",
    "answered",
    "from_checkpoint",
    "resume",
    "start",
    "to_checkpoint",
]

MOST_ROUNDS = 500  # through nodes that limit their loops
MAX_WAITS = 100  # a caller who has heard this many prompts is a stuck key or a robot
KEYS = frozenset("0123456789*#ABCD")


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Where a caller is in a flow: the checkpoint.

    `tries`, `memory` and `counts` as in `flow.Here`; `waits` counts all waits so far, `stay` the nodes entered.
    `secrets`: the names of secret values, and the node that set each. `asked`: the key of the work outside that the
    session waits for; empty when it waits for the caller.
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
    fault: str = ""


def start(flow: Flow, version: int, context: Context) -> Step:
    """Run from the flow's first node to the first wait."""
    session = Session(flow=flow.id, version=version, node=flow.start, language=context.language)
    return _Run(flow, session, context, {}).follow(Go(flow.start))


def resume(flow: Flow, session: Session, digits: str, context: Context) -> Step:
    """Go on from a wait. `digits` empty: none came in time, or the prompts are over."""
    if session.asked:
        return again(flow, session, context)

    def taken(node: Node, here: Here) -> Turn:
        keys = "".join(digit for digit in digits if digit in KEYS)[: node.most_keys]
        return node.take(here, keys)

    return _Run(flow, session, context, context.secrets).go_on(taken)


def answered(flow: Flow, session: Session, outcome: Outcome, context: Context) -> Step:
    """Go on with what came of the work outside. Whoever asks sees to it that it is the work of `session.asked`."""
    return _Run(flow, session, context, context.secrets).go_on(lambda node, here: node.answered(here, outcome))


def again(flow: Flow, session: Session, context: Context) -> Step:
    """The connection broke while the caller was at a wait: the same node from its beginning, tries kept."""
    return _Run(flow, session, context, context.secrets).go_on(lambda node, here: node.enter(here))


def to_checkpoint(session: Session) -> dict[str, Any]:
    checkpoint: dict[str, Any] = msgspec.to_builtins(session)
    return checkpoint


def from_checkpoint(checkpoint: dict[str, Any]) -> Session:
    """The inverse of `to_checkpoint`; msgspec.ValidationError when it is none."""
    return msgspec.convert(checkpoint, Session)


class _Run:
    """One run to the next wait or the end."""

    def __init__(self, flow: Flow, session: Session, context: Context, secrets: Mapping[str, Value]) -> None:
        self._flow, self._context, self._session = flow, context, session
        self._secrets = {name: secrets[name] for name in session.secrets if name in secrets}
        self._play: tuple[Prompt, ...] = ()
        self._notes: tuple[Note, ...] = ()
        self._path: tuple[str, ...] = ()

    def go_on(self, what: Any) -> Step:
        """From the node of the session, by what `what(node, here)` makes of it."""
        node = self._flow.nodes.get(self._session.node)
        if node is None:  # a version that no longer has the node: better from the beginning than not at all
            return self.follow(Go(self._flow.start))
        if lost := self._lost():
            return self.follow(Go(lost))
        try:
            return self.follow(what(node, self._here()))
        except ExpressionError as error:
            return self._give_up(str(error))

    def follow(self, turn: Turn) -> Step:
        """Follow the turns to the next wait or the end.

        A checked flow has no loop without a wait or a limit, so a run enters a node once, once more with a key
        pressed ahead, and some more in loops that are limited; whatever exceeds that is a flow that was not checked,
        and ends.
        """
        ahead = ""
        for _ in range(2 * len(self._flow.nodes) + MOST_ROUNDS):
            self._notes += turn.notes
            if not isinstance(turn, Go):
                return self._stop(turn)
            node = self._flow.nodes.get(turn.to)
            if node is None:
                break
            self._play += turn.play
            self._path += (turn.to,)
            ahead = turn.ahead or ahead
            try:
                self._move(turn)
                if ahead and node.knows(ahead):
                    turn, self._play, ahead = node.take(self._here(), ahead), (), ""
                else:
                    turn = node.enter(self._here())
            except ExpressionError as error:
                return self._give_up(str(error))
        return self._give_up("no way on")

    def _lost(self) -> str:
        """The node to ask again for a secret that did not outlive a restart; what is lost counts as never set."""
        lost = [node for name, node in self._session.secrets.items() if name not in self._secrets]
        known = {name: node for name, node in self._session.secrets.items() if name in self._secrets}
        self._session = msgspec.structs.replace(self._session, secrets=known) if lost else self._session
        return next((node for node in lost if node in self._flow.nodes), "")

    def _here(self) -> Here:
        session = self._session
        return Here(
            node=session.node,
            language=session.language,
            tries=session.tries,
            context=self._context,
            memory=session.memory,
            values={**restored(session.values), **self._secrets},
            secrets=frozenset(session.secrets),
            counts=session.counts,
            key=f"{self._context.call}-{session.stay}",
            stay=session.stay,
        )

    def _move(self, turn: Go) -> None:
        self._set(turn.values, turn.secrets)
        self._session = msgspec.structs.replace(
            self._session,
            node=turn.to,
            tries=0,
            memory={},
            language=turn.language or self._session.language,
            counts={**self._session.counts, **turn.counts},
            stay=self._session.stay + 1,
            asked="",
        )

    def _set(self, values: Mapping[str, Value | None], secrets: Mapping[str, Value]) -> None:
        if not values and not secrets:
            return
        replaced = values.keys() | secrets.keys()
        kept = {name: each for name, each in self._session.values.items() if name not in replaced}
        kept |= {name: keep(value) for name, value in values.items() if value is not None}
        hidden = {name: node for name, node in self._session.secrets.items() if name not in replaced}
        hidden |= dict.fromkeys(secrets, self._session.node)
        if len(kept) + len(hidden) > MAX_VALUES:
            raise ExpressionError(f"more than {MAX_VALUES} values", 0)
        self._secrets = {**self._secrets, **secrets}
        self._secrets = {name: value for name, value in self._secrets.items() if name in hidden}
        self._session = msgspec.structs.replace(self._session, values=kept, secrets=hidden)

    def _stop(self, turn: Wait | Leave) -> Step:
        if isinstance(turn, Leave):
            return self._step(msgspec.structs.replace(turn.then, play=self._play + turn.then.play))
        if self._session.waits >= MAX_WAITS:
            return self._step(End((spoken.goodbye(self._session.language),)))
        self._set({}, turn.secrets)
        then = turn.collect
        self._session = msgspec.structs.replace(
            self._session,
            tries=turn.tries,
            waits=self._session.waits + 1,
            memory=dict(turn.memory),
            asked=then.key if isinstance(then, Outside) else "",
        )
        return self._step(msgspec.structs.replace(then, play=self._play + then.play))

    def _give_up(self, fault: str) -> Step:
        play = (*self._play, spoken.try_later(self._session.language))
        return self._step(End(play), f"node {self._session.node!r}: {fault}")

    def _step(self, then: Then, fault: str = "") -> Step:
        return Step(
            session=self._session,
            notes=self._notes,
            then=then,
            language=self._session.language,
            path=self._path,
            secrets=self._secrets,
            fault=fault,
        )
