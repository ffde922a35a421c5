"""Live state with what is derived from it: the router's lines, the musters, the open rosters, the deadlines."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Literal

from callcenter.acd import roster
from callcenter.acd.agent import Agent
from callcenter.acd.estimate import Rival
from callcenter.acd.line import Line
from callcenter.acd.needs import stages
from callcenter.acd.router import Discipline, Router, Standing
from callcenter.acd.strategies import Chance
from callcenter.calls.centre import Centre, Queue
from callcenter.ivr.flow import Flow
from callcenter.ivr.problems import FlowError
from callcenter.ivr.values import Value
from callcenter.switchboard.changes.days import day_of, midnight_after
from callcenter.switchboard.gate import Gate
from callcenter.switchboard.muster import Musters
from callcenter.switchboard.state import Callback, Interaction, State

ParseFlow = Callable[[str, str, Centre, Mapping[str, str] | None], Flow]
"""(source, origin, the centre it is for, the sources of all flows by id) -> Flow; raises ivr's FlowError.

Without the sources a flow is not judged against those it calls: it was, when it was published.
"""

MIDNIGHT = "@midnight"
ROSTERS = "@rosters"
RELAXATION = "@relaxation"
WATCH = "@watch"
ROOMS = "@rooms"
PHONE_GONE_S = 30.0  # so long a phone may be out of reach before its agent is not ready any more
CONSULT = "+consult"  # after a call's id: the work item of a queue that is asked
CallbackState = Literal["due", "resting", "closed", "trying"]
CHANCES = 1_000_000
TRACED = 5  # candidates that the trace of a decision names


class Board:
    def __init__(self, state: State, parse: ParseFlow, rng: Chance) -> None:
        self.state = state
        self.router = Router(rng, trace=TRACED)
        self.musters = Musters()
        self.gate = Gate(state.centre)
        self.now = 0.0
        self.suspects: dict[tuple[str, str, str], float] = {}  # of the watchdog: (kind, what, call) -> first seen at
        self.unconfirmed: set[str] = set()  # members of rooms who were not seen there since the last snapshot
        self.told_of: set[str] = set()  # channels of unknown calls that were written down
        self.secrets: dict[str, Mapping[str, Value]] = {}  # by call: what its flow must not write down
        self._rng = rng
        self._parse = parse
        self._parsed: dict[tuple[str, int], Flow] = {}
        self._deadlines: list[tuple[float, str]] = []
        self._armed: set[tuple[float, str]] = set()
        self._open: dict[str, bool] = {}  # by roster
        self.on_roster: defaultdict[str, list[str]] = defaultdict(list)  # roster -> agents
        self.callbacks_in: defaultdict[str, set[str]] = defaultdict(set)  # queue -> callbacks
        self.booked: dict[tuple[str, str], str] = {}  # (queue, number) -> callback
        self._booked_by: dict[str, tuple[str, str]] = {}  # and back
        # Queue -> callers by their entry.
        self._on_the_line: defaultdict[str, Line[tuple[float, str]]] = defaultdict(Line)
        self._entries: dict[str, tuple[str, tuple[float, str]]] = {}  # call -> where it is in those
        self.refresh()

    def refresh(self) -> None:
        """Derive everything anew: after loading a state, and when the centre changes."""
        self.router = Router(self._rng, trace=TRACED)
        self.gate = Gate(self.state.centre)
        self.musters = Musters()
        for derived in (self._parsed, self._entries, self._on_the_line, self.callbacks_in, self.booked):
            derived.clear()
        for queue in self.state.queues.values():
            self.router.set_queue(queue.id, Discipline(strategy=queue.strategy, weight=queue.weight))
        self.on_roster.clear()
        for spec in self.state.centre.agents:
            if spec.roster:
                self.on_roster[spec.roster].append(spec.id)
        self.look_at_rosters()
        self.begin_day()
        for call_id in list(self.state.calls):
            self.refresh_call(call_id)
        for callback_id in list(self.state.callbacks):
            self.refresh_callback(callback_id)

    # ---- agents

    def begin_day(self) -> None:
        """What counts from midnight on begins anew. Rosters that change then have a deadline of their own."""
        self.remind(midnight_after(self.state.centre.zone, self.now), MIDNIGHT)
        for agent_id in list(self.state.agents):
            self.refresh_agent(agent_id)

    def refresh_agent(self, agent_id: str) -> None:
        agent = self.state.agents.get(agent_id)
        self.musters.note(agent_id, agent, self.now)
        if agent is None or not agent.may_be_offered(self.now):
            self.router.occupy(agent_id)
        else:
            self.router.free(agent_id, agent.queues, agent.skills, self._standing(agent))
        if agent:
            self.remind(agent.back_off_until, agent.id)
            if agent.hand == "wrap_up":
                self.remind(agent.wrap_up_until, agent.id)
            if agent.state(self.now) == "unreachable":
                self.remind(max(agent.since, self.state.asterisk_since) + PHONE_GONE_S, agent.id)

    def _standing(self, agent: Agent) -> Standing:
        today = day_of(self.state.centre.zone, self.now)
        return Standing(
            idle_since=agent.idle_since,
            calls_today=agent.calls_today if agent.calls_day == today else 0,
            occupancy=agent.occupancy(self.now),
        )

    # ---- who waits

    def refresh_call(self, call_id: str) -> None:
        call = self.state.calls.get(call_id)
        queue = self.state.queues.get(call.queue) if call else None
        self._note_entry(call_id, call)
        if call is None or call.session is None:
            self.secrets.pop(call_id, None)
        if call is None or call.phase != "waiting" or not call.in_queue or call.offer:
            self.router.leave(call_id)
        else:
            needs = stages(
                call.place_at,
                needed(queue, call.skills),
                queue.relax if queue else (),
                call.only,
                call.only_until,
            )
            self.router.enter(call_id, call.queue, call.place_at - call.credit_s, needs, self.now)
            self._remind_of_relaxation()
        self._refresh_consult(call_id, call)
        if call and call.offer:
            self.remind(call.offer.until, call.id)
        if call and call.try_until:
            self.remind(call.try_until, call.id)
        if call and call.pause_until:
            self.remind(call.pause_until, call.id)
        if call and call.hosted and call.phase != "ended":
            self.remind(call.hosted.until, call.id)
        if call and call.phase == "reconnecting":
            self.remind(call.back_until, call.id)

    def _refresh_consult(self, call_id: str, call: Interaction | None) -> None:
        """Whoever asks a queue stands in it as a work item of its own, at the customer's place."""
        item, consult = call_id + CONSULT, call.consult if call else None
        queue = self.state.queues.get(consult.to.id) if consult and consult.to.kind == "queue" else None
        if call is None or consult is None or queue is None or consult.state != "waiting":
            self.router.leave(item)
        else:
            place_at = call.place_at or consult.since
            needs = stages(place_at, queue.skills, queue.relax)
            self.router.enter(item, queue.id, place_at - call.credit_s, needs, self.now)
            self._remind_of_relaxation()
        if consult:
            self.remind(consult.until, call_id)

    def consulting(self, item: str) -> str:
        """The call for which this work item asks a queue; empty when it is none of that kind."""
        return item.removesuffix(CONSULT) if item.endswith(CONSULT) else ""

    def _note_entry(self, call_id: str, call: Interaction | None) -> None:
        if before := self._entries.pop(call_id, None):
            self._on_the_line[before[0]].quit(before[1])
        if call and call.in_queue and call.offer is None:
            entry = (call.place_at, call_id)
            self._entries[call_id] = call.queue, entry
            self._on_the_line[call.queue].join(entry)

    def refresh_callback(self, callback_id: str) -> None:
        callback = self.state.callbacks.get(callback_id)
        if callback is None:
            self.router.leave(callback_id)
            queue_id, number = self._booked_by.pop(callback_id, ("", ""))
            self.callbacks_in[queue_id].discard(callback_id)
            self.booked.pop((queue_id, number), None)
            return
        self.callbacks_in[callback.queue].add(callback_id)
        self._booked_by[callback_id] = callback.queue, callback.number
        self.booked[callback.queue, callback.number] = callback_id
        queue = self.state.queues.get(callback.queue)
        if queue and self.callback_state(callback) == "due":
            needs = stages(callback.entered_at, needed(queue, callback.skills), queue.relax)
            due_at = callback.entered_at - callback.credit_s
            self.router.enter(callback_id, callback.queue, due_at, needs, self.now)
            self._remind_of_relaxation()
        else:
            self.router.leave(callback_id)
        self.remind(callback.again_at, callback_id)
        self.remind(callback.trying_until, callback_id)
        self.remind(callback.expires_at, callback_id)

    def callback_state(self, callback: Callback) -> CallbackState:
        """As in `calls.views.CallbackView`."""
        if callback.interaction:
            return "trying"
        if callback.again_at > self.now:
            return "resting"
        return "due" if self.is_open(self.state.queues.get(callback.queue)) else "closed"

    def relax(self) -> list[str]:
        """Items whose needs gave way by now; the next such moment is among the deadlines."""
        moved = self.router.relax(self.now)
        self._remind_of_relaxation()
        return moved

    def on_the_line(self, queue: str) -> tuple[int, float]:
        """How many callers wait, and when the one who waits longest entered; 0 when nobody does."""
        line = self._on_the_line[queue]
        return len(line), line[0][0] if line else 0.0

    def _remind_of_relaxation(self) -> None:
        if self.router.next_stage_at is not None:
            self.remind(self.router.next_stage_at, RELAXATION)

    # ---- rosters

    def is_open(self, queue: Queue | None) -> bool:
        return bool(queue and (queue.roster is None or self.roster_open(queue.roster)))

    def roster_open(self, roster_id: str) -> bool:
        """Whether it is open now; one that is not there never closes."""
        return self._open.get(roster_id, True)

    def look_at_rosters(self) -> list[str]:
        """Those that have changed since the last look."""
        centre, before = self.state.centre, self._open
        self._open = {}
        for one in centre.rosters:
            self._open[one.id] = roster.on_duty(one, centre.holidays, centre.zone, self.now)
            change = roster.next_change(one, centre.holidays, centre.zone, self.now)
            if change is not None:
                self.remind(change, ROSTERS)
        return [name for name, is_open in self._open.items() if before.get(name) != is_open]

    def open_rosters(self) -> frozenset[str]:
        return frozenset(roster_id for roster_id, is_open in self._open.items() if is_open)

    # ---- flows

    def chance(self) -> float:
        """From 0 to below 1: what a flow that splits its callers draws."""
        return self._rng.randrange(CHANCES) / CHANCES

    def keep_secrets(self, call_id: str, secrets: Mapping[str, Value]) -> None:
        """In memory only: a restart forgets them, and the flow asks again."""
        if secrets:
            self.secrets[call_id] = secrets
        else:
            self.secrets.pop(call_id, None)

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

    def parsed(self, flow_id: str, source: str) -> Flow:
        """Against the centre in force. Raises FlowError."""
        return self._parse(source, f"{flow_id}.yaml", self.state.centre, None)

    def checked(self, flow_id: str, sources: Mapping[str, str], centre: Centre | None = None) -> Flow:
        """The flow of this id among `sources`, judged against the others too. Raises FlowError."""
        return self._parse(sources[flow_id], f"{flow_id}.yaml", centre or self.state.centre, sources)

    def flow_sources(self) -> dict[str, str]:
        """Those in force."""
        return {flow_id: versions[-1].source for flow_id, versions in self.state.flows.items()}

    # ---- deadlines

    @property
    def next_deadline(self) -> float | None:
        return self._deadlines[0][0] if self._deadlines else None

    def due(self) -> list[str]:
        """What has a deadline that has passed: ids of agents, calls, callbacks and the names above.

        Some may have become pointless meanwhile.
        """
        ids = []
        while self._deadlines and self._deadlines[0][0] <= self.now:
            deadline = heapq.heappop(self._deadlines)
            self._armed.discard(deadline)
            ids.append(deadline[1])
        return ids

    def remind(self, at: float, entity: str) -> None:
        """`entity` is due at `at`; nothing when that is past."""
        if at > self.now and (at, entity) not in self._armed:
            self._armed.add((at, entity))
            heapq.heappush(self._deadlines, (at, entity))

    # ---- forecasts

    def foretell(self, queue: str, ahead: int) -> tuple[float, float] | None:
        """(low, high): how many seconds somebody with `ahead` callers before will wait; None: no telling."""
        serving = self.musters[queue].serving
        return self.state.forecast.range(queue, ahead, serving, self._rivals(queue)) if serving > 0 else None

    def _rivals(self, queue: str) -> list[Rival]:
        """The queues whose callers compete for the same agents."""
        own = self.state.queues.get(queue)
        weight = own.weight if own else 1.0
        return [
            Rival(
                queue=other,
                waiting=self.router.waiting(other),
                agents=self.musters[other].serving,
                common=common,
                weight=self.state.queues[other].weight / weight,
            )
            for other, common in self.musters.shared(queue)
            if other in self.state.queues
        ]


def needed(queue: Queue | None, skills: dict[str, int]) -> dict[str, int]:
    """The queue's skills and the call's own; where both name one, the higher level."""
    if queue is None or not queue.skills:
        return skills
    return {**queue.skills, **{skill: max(level, queue.skills.get(skill, 0)) for skill, level in skills.items()}}
