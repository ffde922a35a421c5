"""One turn: something is handled, events come of it, commands follow."""

from typing import Any

from callcenter.calls import events as ev
from callcenter.calls.commands import AnyCommand
from callcenter.switchboard.board import Board
from callcenter.switchboard.changes import evolve
from callcenter.switchboard.state import Interaction, State

SYSTEM_EVENTS = (
    ev.EngineStarted,
    ev.AsteriskCameUp,
    ev.AsteriskWentDown,
    ev.RecordingSpaceChanged,
    ev.RecordingMissing,
)
FLOOR_EVENTS = (
    ev.ListeningBegan,
    ev.ListeningChanged,
    ev.ListeningEnded,
    ev.TakenOver,
    ev.RoomJoined,
    ev.RoomLeft,
    ev.RoomMuted,
    ev.RoomLocked,
    ev.NoticeSent,
    ev.NoticeRead,
    ev.MismatchFound,
)


def _kept(state: State) -> tuple[frozenset[str], ...]:
    return frozenset(state.notices), frozenset(state.mismatches)


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
        self.unserved: dict[str, None] = {}  # calls that began to wait, or wait under other conditions
        self.touched_agents: set[str] = set()
        self.touched_calls: set[str] = set()
        self.touched_queues: set[str] = set()
        self.touched_callbacks: set[str] = set()
        self.touched_rooms: set[str] = set()
        self.touched_notices: set[str] = set()
        self.touched_mismatches: set[str] = set()
        self.touched_system = False

    def emit(self, event: ev.AnyEvent) -> None:
        owner = self.state.legs.get(event.channel) if isinstance(event, ev.LegClosed) else None
        if isinstance(event, ev.CentreApplied):
            self._touch_everything()  # what the new centre no longer has must be shown as gone
        before = self.state.callbacks.get(getattr(event, "callback", ""))
        kept = _kept(self.state) if isinstance(event, FLOOR_EVENTS) else ()
        evolve(self.state, event)
        self.events.append(event)
        if isinstance(event, FLOOR_EVENTS):
            self._refresh_floor(event, kept)
        self._refresh_call(getattr(event, "interaction", ""))
        self.refresh_agent(getattr(event, "agent", "") or (owner[1] if owner else ""))
        if (party := getattr(event, "party", "")) in self.state.agents:
            self.refresh_agent(party)
        if isinstance(event, ev.CallbackEvent):
            self.refresh_callback(event.callback)
            if before:
                self.touched_queues.add(before.queue)
        if isinstance(event, ev.CentreApplied):
            self.board.refresh()
            self._touch_everything()
        if isinstance(event, SYSTEM_EVENTS):
            self.touched_system = True
        if isinstance(event, ev.QueueEntered | ev.OfferFailed):
            self.unserved[event.interaction] = None

    def _refresh_floor(self, event: ev.AnyEvent, before: tuple[frozenset[str], ...]) -> None:
        """`before`: which notices and mismatches there were; some may have been forgotten for newer ones."""
        notices, mismatches = (was ^ now for was, now in zip(before, _kept(self.state), strict=True))
        self.touched_notices |= notices
        self.touched_mismatches |= mismatches
        match event:
            case ev.ListeningBegan() | ev.ListeningChanged() | ev.ListeningEnded() | ev.TakenOver():
                self.refresh_agent(event.supervisor)
            case ev.RoomJoined() | ev.RoomLeft():
                self.refresh_agent(event.member)
                self.touched_rooms.add(event.room)
            case ev.RoomMuted() | ev.RoomLocked():
                self.touched_rooms.add(event.room)
            case ev.NoticeRead():
                self.touched_notices.add(event.notice)

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

    def refresh_callback(self, callback_id: str) -> None:
        self.board.refresh_callback(callback_id)
        self.touched_callbacks.add(callback_id)
        if callback := self.state.callbacks.get(callback_id):
            self.touched_queues.add(callback.queue)

    def _touch_everything(self) -> None:
        self.touched_agents.update(self.state.agents)
        self.touched_calls.update(self.state.calls)
        self.touched_queues.update(self.state.queues)
        self.touched_callbacks.update(self.state.callbacks)
        self.touched_rooms.update(self.state.rooms, (room.id for room in self.state.centre.rooms))
        self.touched_system = True
