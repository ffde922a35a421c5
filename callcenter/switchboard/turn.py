"""One turn: something is handled, events come of it, commands follow."""

import heapq
from collections.abc import Callable
from typing import Any

from callcenter.acd.agent import Agent
from callcenter.acd.router import Router
from callcenter.calls import events as ev
from callcenter.calls.centre import Centre, Number
from callcenter.calls.commands import AnyCommand
from callcenter.calls.numbers import normalised
from callcenter.ivr.flow import Flow
from callcenter.ivr.problems import FlowError
from callcenter.switchboard.evolve import evolve
from callcenter.switchboard.state import Interaction, State

ParseFlow = Callable[[str, str, frozenset[str]], Flow]
"""(source, origin, ids of the queues there are) -> Flow; raises ivr's FlowError."""


class Board:
    """Live state with what is derived from it: the router's lines and the deadlines."""

    def __init__(self, state: State, parse: ParseFlow) -> None:
        self.state = state
        self.router = Router()
        self.staffed: dict[str, set[str]] = {}  # queue -> agents signed in to it
        self._staffing: dict[str, tuple[str, ...]] = {}  # agent -> the queues of `staffed` it is in
        self._numbers: dict[str, Number] = {}
        self._numbers_of: Centre | None = None
        self._parse = parse
        self._parsed: dict[tuple[str, int], Flow] = {}
        self._deadlines: list[tuple[float, str]] = []
        self._armed: set[tuple[float, str]] = set()
        self.now = 0.0
        self.refresh()

    def refresh(self) -> None:
        """Derive everything anew: after loading a state, and when the centre changes."""
        for agent in self.state.agents.values():
            self.refresh_agent(agent.id)
        for call in self.state.calls.values():
            self.refresh_call(call.id)

    def refresh_agent(self, agent_id: str) -> None:
        agent = self.state.agents.get(agent_id)
        self._staff(agent_id, agent)
        if agent is None or not agent.may_be_offered(self.now):
            self.router.occupy(agent_id)
        else:
            self.router.free(agent_id, agent.queues, agent.idle_since)
        if agent:
            self._remind(agent.back_off_until, agent.id)
            if agent.hand == "wrap_up":
                self._remind(agent.wrap_up_until, agent.id)

    def refresh_call(self, call_id: str) -> None:
        call = self.state.calls.get(call_id)
        if call is None or call.phase != "waiting" or not call.in_queue:
            self.router.leave(call_id)
        else:
            self.router.enter(call_id, call.queue, call.place_at)
        if call and call.offer:
            self._remind(call.offer.until, call.id)

    def flow(self, flow_id: str, version: int | None = None) -> tuple[Flow, int] | None:
        """A flow and its version (the newest by default); None when there is none that can be used."""
        known = self.state.flows.get(flow_id, [])
        chosen = next((flow for flow in reversed(known) if version in (None, flow.version)), None)
        if chosen is None:
            return None
        key = (flow_id, chosen.version)
        if key not in self._parsed:
            try:
                self._parsed[key] = self.parsed(flow_id, chosen.source)
            except FlowError:
                return None  # it was good when it was published; the centre has changed since
        return self._parsed[key], chosen.version

    def number(self, dialled: str) -> Number | None:
        """The centre's number that was dialled, however the trunk writes it."""
        centre = self.state.centre
        if self._numbers_of is not centre:
            self._numbers = {self._written(number.number): number for number in centre.numbers}
            self._numbers_of = centre
        return self._numbers.get(self._written(dialled))

    def _written(self, number: str) -> str:
        return normalised(number, self.state.centre.country, self.state.centre.area_code)

    def parsed(self, flow_id: str, source: str, queues: frozenset[str] | None = None) -> Flow:
        """Against the centre's queues or those given. Raises FlowError."""
        return self._parse(source, f"{flow_id}.yaml", frozenset(self.state.queues) if queues is None else queues)

    @property
    def next_deadline(self) -> float | None:
        return self._deadlines[0][0] if self._deadlines else None

    def due(self) -> list[str]:
        """Ids of agents and calls whose deadline has passed; some may have become pointless meanwhile."""
        ids = []
        while self._deadlines and self._deadlines[0][0] <= self.now:
            deadline = heapq.heappop(self._deadlines)
            self._armed.discard(deadline)
            ids.append(deadline[1])
        return ids

    def _remind(self, at: float, entity: str) -> None:
        if at > self.now and (at, entity) not in self._armed:
            self._armed.add((at, entity))
            heapq.heappush(self._deadlines, (at, entity))

    def _staff(self, agent_id: str, agent: Agent | None) -> None:
        queues = agent.queues if agent and agent.intent != "signed_out" else ()
        before = self._staffing.get(agent_id, ())
        if queues == before:
            return
        for queue in before:
            self.staffed[queue].discard(agent_id)
        for queue in queues:
            self.staffed.setdefault(queue, set()).add(agent_id)
        self._staffing[agent_id] = queues


class Turn:
    """Collects what comes of handling one thing. Events take effect at once, commands when the turn is over."""

    def __init__(self, board: Board, now: float) -> None:
        self.board = board
        self.state = board.state
        self.now = now
        self.events: list[ev.AnyEvent] = []
        self.commands: list[AnyCommand] = []
        self.reply: dict[str, Any] = {}
        self.fault: Exception | None = None
        self.touched_agents: set[str] = set()
        self.touched_calls: set[str] = set()
        self.touched_queues: set[str] = set()
        self.touched_system = False

    def emit(self, event: ev.AnyEvent) -> None:
        owner = self.state.legs.get(event.channel) if isinstance(event, ev.LegClosed) else None
        if isinstance(event, ev.CentreApplied):
            self._touch_everything()  # what the new centre no longer has must be shown as gone
        evolve(self.state, event)
        self.events.append(event)
        self._refresh_call(getattr(event, "interaction", ""))
        self.refresh_agent(getattr(event, "agent", "") or (owner[1] if owner else ""))
        if isinstance(event, ev.CentreApplied):
            self._refresh_everything()
        if isinstance(event, ev.EngineStarted | ev.AsteriskCameUp | ev.AsteriskWentDown):
            self.touched_system = True

    def order(self, command: AnyCommand) -> None:
        self.commands.append(command)

    def call(self, interaction: str) -> Interaction | None:
        return self.state.calls.get(interaction)

    def _refresh_call(self, call_id: str) -> None:
        if not call_id:
            return
        self.board.refresh_call(call_id)
        self.touched_calls.add(call_id)
        call = self.state.calls.get(call_id)
        if call and call.queue:
            self.touched_queues.add(call.queue)

    def refresh_agent(self, agent_id: str) -> None:
        if not agent_id:
            return
        self.board.refresh_agent(agent_id)
        self.touched_agents.add(agent_id)
        if agent := self.state.agents.get(agent_id):
            self.touched_queues.update(agent.queues)

    def _refresh_everything(self) -> None:
        self._touch_everything()
        for agent_id in self.touched_agents:
            self.board.refresh_agent(agent_id)

    def _touch_everything(self) -> None:
        self.touched_agents.update(self.state.agents)
        self.touched_queues.update(self.state.queues)
        self.touched_system = True
