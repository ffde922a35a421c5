"""The entrance: one thing in, one finished turn out."""

from collections.abc import Callable, Iterable
from typing import Any

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls import views
from callcenter.switchboard import desk, flows, lines, offers, recovery, show
from callcenter.switchboard.evolve import evolve
from callcenter.switchboard.state import State
from callcenter.switchboard.turn import Board, ParseFlow, Turn


class Tick(sg.Signal, frozen=True, kw_only=True):
    """A deadline may have passed."""


Handled = sg.Signal | rq.Request

_decisions: dict[type, Callable[[Turn, Any], None]] = {
    sg.FlowWanted: flows.flow_wanted,
    sg.FlowInput: flows.flow_input,
    sg.Beat: lines.beat,
    sg.NextWanted: offers.next_wanted,
    sg.OfferNotStarted: offers.not_started,
    sg.QuestionClosed: lines.question_closed,
    sg.LegStarted: lines.leg_started,
    sg.LegRinging: lines.leg_ringing,
    sg.LegAnswered: lines.leg_answered,
    sg.LegJoined: lines.leg_joined,
    sg.LegLeft: lines.leg_left,
    sg.LegHeld: lines.leg_held,
    sg.LegResumed: lines.leg_resumed,
    sg.LegLeaving: lines.leg_leaving,
    sg.LegEnded: lines.leg_ended,
    sg.PhoneSeen: lines.phone_seen,
    sg.AsteriskSnapshot: recovery.snapshot,
    sg.AsteriskLost: lambda turn, _: recovery.asterisk_lost(turn),
    sg.CallFromCel: recovery.call_from_cel,
    sg.RecordingSeen: recovery.recording_seen,
    rq.SignIn: desk.sign_in,
    rq.SignOut: desk.sign_out,
    rq.GoReady: desk.go_ready,
    rq.Pause: desk.pause,
    rq.RejectOffer: desk.reject,
    rq.EndCall: desk.end_call,
    rq.WriteNote: desk.write_note,
    rq.ExtendWrapUp: desk.extend_wrap_up,
    rq.EndWrapUp: desk.end_wrap_up,
    rq.ApplyCentre: desk.apply_centre,
    rq.PublishFlow: desk.publish_flow,
    Tick: lambda turn, _: _deadlines(turn),
}


class Switchboard:
    """The live centre. Deterministic: the same things handled at the same times give the same turns."""

    def __init__(self, parse: ParseFlow, state: State | None = None) -> None:
        self._board = Board(state or State(), parse)

    @property
    def state(self) -> State:
        return self._board.state

    @property
    def next_deadline(self) -> float | None:
        """When `Tick` is due next, in seconds since the epoch; None when nothing is."""
        return self._board.next_deadline

    def replay(self, events: Iterable[ev.AnyEvent], now: float) -> None:
        """Bring a loaded state up to date with the journal's tail. No decisions, no commands."""
        for event in events:
            evolve(self.state, event)
        self._board.now = now
        self._board.refresh()

    def start(self, systemname: str, now: float) -> Turn:
        """The first turn of an engine run."""
        turn = self._turn(now)
        turn.emit(ev.EngineStarted(at=turn.now, systemname=systemname))
        return turn

    def handle(self, thing: Handled, now: float) -> Turn:
        """Decide on one signal, request or tick. `now` earlier than an earlier one counts as that one.

        Raises requests.Refused, with nothing changed, when a request cannot be granted. Any other
        error is kept in the turn's `fault`, with the events that had already taken effect.
        """
        turn = self._turn(now)
        try:
            _decisions[type(thing)](turn, thing)
            offers.route(turn)
        except rq.Refused:
            raise
        except Exception as fault:
            turn.fault = fault
        return turn

    def floor(self, seq: int) -> views.Floor:
        return show.floor(self._board, seq)

    def _turn(self, now: float) -> Turn:
        self._board.now = max(self._board.now, now)
        return Turn(self._board, self._board.now)


def _deadlines(turn: Turn) -> None:
    for entity in turn.board.due():
        if agent := turn.state.agents.get(entity):
            desk.wrap_up_over(turn, agent)
            turn.refresh_agent(agent.id)
        elif call := turn.state.calls.get(entity):
            offers.lease_over(turn, call)
