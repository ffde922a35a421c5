"""One run of a flow, from a beginning or a wait to the next wait or the end."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.ivr.checkpoint import Caller, Flows, Session, Step
from callcenter.ivr.expression import ExpressionError
from callcenter.ivr.flow import Call, Flow, Go, Here, Leave, Node, Return, Turn, Wait
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.step import Context, End, Note, Outside, Then
from callcenter.ivr.values import MAX_VALUES, Value, keep, restored

MAX_WAITS = 100  # a caller who has heard this many prompts is a stuck key or a robot
MAX_DEPTH = 5  # of flows that call each other; a circle is refused when it is published
MOST_ROUNDS = 500  # through nodes that limit their loops


class Run:
    """`flow` is the one that the call began with; `flows` finds those that it calls."""

    def __init__(self, flow: Flow, session: Session, context: Context, flows: Flows) -> None:
        self._outermost, self._flows = flow, flows
        self._context, self._session = context, session
        self._flow: Flow | None = self._of_session()
        self._secrets = dict(context.secrets)
        self._play: tuple[Prompt, ...] = ()
        self._notes: tuple[Note, ...] = ()
        self._path: tuple[str, ...] = ()
        self._ahead = ""
        self._seen: set[str] = set()
        self._turns_left = MOST_ROUNDS

    def go_on(self, what: Callable[[Node, Here], Turn]) -> Step:
        """From the node of the session, by what `what(node, here)` makes of it."""
        lost = self._lost()
        node = self._flow.nodes.get(self._session.node) if self._flow else None
        if lost and self._flow and lost in self._flow.nodes:
            return self.follow(Go(lost))
        if node is None:  # a version that no longer has the node: better from the beginning than not at all
            self._begin_anew()
            return self.follow(Go(self._outermost.start))
        try:
            return self.follow(what(node, self._here()))
        except ExpressionError as error:
            return self._give_up(error.said)

    def follow(self, turn: Turn) -> Step:
        """Follow the turns to the next wait or the end.

        A checked flow has no loop without a wait or a limit, so a run enters a node once, once more with a key
        pressed ahead, and some more in loops that are limited; whatever exceeds that is a flow that was not checked,
        and ends.
        """
        while self._may_go_on():
            self._notes += turn.notes
            if isinstance(turn, Wait | Leave):
                return self._stop(turn)
            try:
                turn = self._next(turn)
            except ExpressionError as error:
                return self._give_up(error.said)
        return self._give_up(mistake("no_wait"))

    def _may_go_on(self) -> bool:
        if self._flow and self._flow.id not in self._seen:
            self._seen.add(self._flow.id)
            self._turns_left += 2 * len(self._flow.nodes) + 2
        self._turns_left -= 1
        return self._turns_left >= 0

    def _next(self, turn: Go | Call | Return) -> Turn:
        match turn:
            case Go():
                return self._enter(turn)
            case Call():
                return self._call(turn)
            case Return():
                return self._return()

    # ---- from node to node

    def _enter(self, turn: Go) -> Turn:
        node = self._flow.nodes.get(turn.to) if self._flow else None
        if node is None:
            raise ExpressionError(mistake("no_way_on", name=turn.to), 0)
        self._play += turn.play
        self._ahead = turn.ahead or self._ahead
        self._move(turn)
        self._path += (self._session.place,)
        if self._ahead and node.knows(self._ahead):
            key, self._ahead, self._play = self._ahead, "", ()
            return node.take(self._here(), key)
        return node.enter(self._here())

    def _move(self, turn: Go) -> None:
        self._set(turn.values, turn.secrets)
        session = self._session
        self._session = replace(
            session,
            node=turn.to,
            tries=0,
            memory={},
            language=turn.language or session.language,
            counts={**session.counts, **turn.counts},
            stay=session.stay + 1,
            asked="",
        )

    def _here(self) -> Here:
        session = self._session
        secrets = {
            name: self._secrets[self._key(name)] for name in session.secrets if self._key(name) in self._secrets
        }
        return Here(
            node=session.node,
            language=session.language,
            tries=session.tries,
            context=self._context,
            memory=session.memory,
            values={**restored(session.values), **secrets},
            secrets=frozenset(session.secrets),
            counts=session.counts,
            key=f"{self._context.call}-{session.stay}",
            stay=session.stay,
        )

    # ---- flows that call each other

    def _call(self, turn: Call) -> Turn:
        session = self._session
        found = self._flows(turn.flow, session.pins.get(turn.flow))
        if found is None or len(session.callers) >= MAX_DEPTH:
            raise ExpressionError(mistake("uncallable", flow=turn.flow), 0)
        caller = Caller(
            flow=session.flow,
            version=session.version,
            node=session.node,
            values=session.values,
            secrets=session.secrets,
            counts=session.counts,
        )
        self._flow = found[0]
        self._session = replace(
            session,
            flow=turn.flow,
            version=found[1],
            callers=(*session.callers, caller),
            values={},
            secrets={},
            counts={},
        )
        self._set(turn.values, turn.secrets)
        return Go(found[0].start)

    def _return(self) -> Turn:
        """The values it gives go back to the flow that called it."""
        if not self._session.callers or self._flow is None:
            return Leave(End())
        here, gives = self._here(), self._flow.interface.gives
        given = {name: value for name, value in here.values.items() if name in gives}
        self._back_to(len(self._session.callers) - 1)
        node = self._flow.nodes.get(self._session.node) if self._flow else None
        if node is None:
            raise ExpressionError(mistake("caller_gone"), 0)
        values = {name: value for name, value in given.items() if name not in here.secrets}
        return node.returned(self._here(), values, {name: given[name] for name in given.keys() - values.keys()})

    def _back_to(self, depth: int) -> None:
        """Leave the flows that were called from the one at `depth`, and forget their secrets."""
        for deeper in range(depth + 1, len(self._session.callers) + 1):
            self._secrets = {key: each for key, each in self._secrets.items() if not key.startswith(f"{deeper}.")}
        caller = self._session.callers[depth]
        self._session = replace(
            self._session,
            flow=caller.flow,
            version=caller.version,
            node=caller.node,
            values=caller.values,
            secrets=caller.secrets,
            counts=caller.counts,
            callers=self._session.callers[:depth],
            asked="",
        )
        self._flow = self._of_session()

    def _of_session(self) -> Flow | None:
        if not self._session.callers:
            return self._outermost
        found = self._flows(self._session.flow, self._session.version)
        return found[0] if found else None

    def _begin_anew(self) -> None:
        if self._session.callers:
            self._back_to(0)

    # ---- values

    def _set(self, values: Mapping[str, Value | None], secrets: Mapping[str, Value]) -> None:
        if not values and not secrets:
            return
        session, replaced = self._session, values.keys() | secrets.keys()
        kept = {name: each for name, each in session.values.items() if name not in replaced}
        kept |= {name: keep(value) for name, value in values.items() if value is not None}
        hidden = {name: node for name, node in session.secrets.items() if name not in replaced}
        hidden |= dict.fromkeys(secrets, session.node)
        if len(kept) + len(hidden) > MAX_VALUES:
            raise ExpressionError(mistake("too_many_values", most=MAX_VALUES), 0)
        gone = {self._key(name) for name in replaced}
        self._secrets = {key: value for key, value in self._secrets.items() if key not in gone}
        self._secrets |= {self._key(name): value for name, value in secrets.items()}
        self._session = replace(session, values=kept, secrets=hidden)

    def _key(self, name: str, depth: int | None = None) -> str:
        """Of a secret in memory: each flow that was called has its own."""
        at = len(self._session.callers) if depth is None else depth
        return f"{at}.{name}" if at else name

    def _lost(self) -> str:
        """The node to ask again for a secret that did not outlive a restart; what is lost counts as never set.

        Of flows that call each other the outermost that lost one is asked again: those it called had it from there.
        """
        frames: tuple[Caller | Session, ...] = (*self._session.callers, self._session)
        for depth, frame in enumerate(frames):
            lost = [node for name, node in frame.secrets.items() if self._key(name, depth) not in self._secrets]
            if lost:
                if depth < len(self._session.callers):
                    self._back_to(depth)
                kept = {name: node for name, node in frame.secrets.items() if self._key(name, depth) in self._secrets}
                self._session = replace(self._session, secrets=kept)
                return lost[0]
        return ""

    # ---- the end of the run

    def _stop(self, turn: Wait | Leave) -> Step:
        if isinstance(turn, Leave):
            return self._step(replace(turn.then, play=self._play + turn.then.play))
        if self._session.waits >= MAX_WAITS:
            return self._step(End((spoken.goodbye(self._session.language),)))
        self._set({}, turn.secrets)
        then = turn.collect
        self._session = replace(
            self._session,
            tries=turn.tries,
            waits=self._session.waits + 1,
            memory=dict(turn.memory),
            asked=then.key if isinstance(then, Outside) else "",
        )
        return self._step(replace(then, play=self._play + then.play))

    def _give_up(self, fault: Complaint) -> Step:
        play = (*self._play, spoken.try_later(self._session.language))
        return self._step(End(play), mistake("at_node", node=self._session.place, said=fault))

    def _step(self, then: Then, fault: Complaint | None = None) -> Step:
        return Step(
            session=self._session,
            notes=self._notes,
            then=then,
            language=self._session.language,
            path=self._path,
            secrets=self._secrets,
            fault=fault,
        )
