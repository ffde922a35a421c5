"""The entrance: one thing in, one finished turn out."""

from collections.abc import Callable, Iterable
from typing import Any

from callcenter.acd.strategies import Chance
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls import views
from callcenter.switchboard import (
    callbacks,
    conference,
    consults,
    desk,
    duty,
    flow_desk,
    force,
    hosting,
    journey,
    lines,
    monitoring,
    notices,
    offers,
    outbound,
    parties,
    reconnection,
    recording,
    recovery,
    ringing,
    show,
    transfers,
    voicemail,
    watchdog,
    where_next,
    why,
)
from callcenter.switchboard.board import MIDNIGHT, RELAXATION, ROOMS, ROSTERS, WATCH, Board, ParseFlow
from callcenter.switchboard.changes import evolve
from callcenter.switchboard.state import State
from callcenter.switchboard.turn import Turn


class Tick(sg.Signal, frozen=True, kw_only=True):
    """A deadline may have passed."""


Handled = sg.Signal | rq.Request

_decisions: dict[type, Callable[[Turn, Any], None]] = {
    sg.FlowWanted: journey.flow_wanted,
    sg.HostedAsked: hosting.asked,
    sg.HostedEnded: hosting.ended,
    sg.FlowInput: journey.flow_input,
    sg.WorkDone: journey.work_done,
    sg.Beat: journey.beat,
    sg.WaitKey: journey.wait_key,
    sg.HeldBeat: where_next.held_beat,
    sg.NextWanted: journey.next_wanted,
    sg.OfferNotStarted: offers.not_started,
    sg.AgentRung: lambda turn, signal: _agent_rung(turn, signal),
    sg.CustomerCalled: ringing.customer_called,
    sg.OutsideCalled: lambda turn, signal: _outside_called(turn, signal),
    sg.QuestionClosed: journey.question_closed,
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
    sg.OtherCall: lines.other_call,
    sg.AsteriskSnapshot: recovery.snapshot,
    sg.AsteriskLost: lambda turn, _: recovery.asterisk_lost(turn),
    sg.Census: watchdog.census,
    sg.CallFromCel: recovery.call_from_cel,
    sg.RecordingSeen: recovery.recording_seen,
    sg.RecordingSpace: recording.space,
    sg.MessageSeen: voicemail.seen,
    sg.RoomEntered: conference.entered,
    sg.RoomExited: conference.exited,
    sg.RoomMemberMuted: conference.member_muted,
    sg.RoomLockChanged: conference.lock_changed,
    rq.SignIn: desk.sign_in,
    rq.SignOut: desk.sign_out,
    rq.GoReady: desk.go_ready,
    rq.Pause: desk.pause,
    rq.RejectOffer: desk.reject,
    rq.EndCall: desk.end_call,
    rq.PushSurvey: desk.push_survey,
    rq.WriteNote: desk.write_note,
    rq.ExtendWrapUp: desk.extend_wrap_up,
    rq.EndWrapUp: desk.end_wrap_up,
    rq.AnswerOffer: parties.pick_up,
    rq.Hold: parties.hold,
    rq.SendDigits: parties.send_digits,
    rq.Mute: parties.mute,
    rq.PauseRecording: recording.pause,
    rq.ResumeRecording: recording.resume,
    rq.StartRecording: recording.start,
    rq.AdoptRecording: recovery.adopt_recording,
    rq.Transfer: transfers.blind,
    rq.Consult: consults.begin,
    rq.EndConsult: consults.end_asked,
    rq.CompleteTransfer: transfers.complete,
    rq.ShareTalk: consults.share,
    rq.DialOut: outbound.dial,
    rq.Listen: monitoring.listen,
    rq.StopListening: monitoring.stop,
    rq.TakeOver: monitoring.take_over,
    rq.ForceAgent: force.force_agent,
    rq.CutCall: force.cut,
    rq.MoveWaiter: force.move,
    rq.SendNotice: notices.send,
    rq.ReadNotice: notices.read,
    rq.JoinRoom: conference.join,
    rq.InviteToRoom: conference.invite,
    rq.MuteMember: conference.mute,
    rq.KickMember: conference.kick,
    rq.LockRoom: conference.lock,
    rq.CancelCallback: callbacks.cancel,
    rq.ApplyCentre: lambda turn, request: _apply(turn, request),
    rq.PublishFlow: flow_desk.publish,
    rq.RetireFlow: flow_desk.retire,
    Tick: lambda turn, _: _deadlines(turn),
}


class Switchboard:
    """The live centre. Deterministic: the same things handled at the same times give the same turns."""

    def __init__(self, parse: ParseFlow, rng: Chance, state: State | None = None) -> None:
        """`rng` (a random.Random) serves queues that choose at random."""
        self._board = Board(state or State(), parse, rng)

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
        duty.catch_up(turn)
        return turn

    def handle(self, thing: Handled, now: float) -> Turn:
        """Decide on one signal, request or tick. `now` earlier than an earlier one counts as that one.

        Raises requests.Refused, with nothing changed, when a request cannot be granted. Any other
        error is kept in the turn's `fault`, with the events that had already taken effect.
        """
        turn = self._turn(now)
        try:
            _decisions[type(thing)](turn, thing)
            _route(turn)
            why.note_unserved(turn)
        except rq.Refused:
            raise
        except Exception as fault:
            turn.fault = fault
        return turn

    def floor(self, seq: int) -> views.Floor:
        return show.floor(self._board, seq)

    def why(self, interaction: str, now: float) -> views.Why | None:
        """Why the call waits; None when no such call is in a queue."""
        self._board.now = max(self._board.now, now)
        return why.why(self._board, interaction)

    def _turn(self, now: float) -> Turn:
        self._board.now = max(self._board.now, now)
        return Turn(self._board, self._board.now)


def _apply(turn: Turn, request: rq.ApplyCentre) -> None:
    desk.apply_centre(turn, request)
    duty.catch_up(turn)


def _route(turn: Turn) -> None:
    """Make every offer that is due. Nothing is offered while Asterisk is out of reach."""
    if not turn.state.asterisk_up:
        return
    for match in turn.board.router.matches(turn.now):
        if match.item in turn.state.callbacks:
            callbacks.start(turn, match)
            for agent in match.agents[1:]:
                turn.refresh_agent(agent)  # a callback takes one agent, whatever the queue's strategy
        elif turn.board.consulting(match.item):
            consults.found(turn, match)
        else:
            offers.make_matched(turn, match)


def _deadlines(turn: Turn) -> None:
    for entity in turn.board.due():
        if entity == RELAXATION:
            _relax(turn)
        elif entity == ROSTERS:
            duty.rosters_changed(turn)
        elif entity == ROOMS:
            conference.roll_called(turn)
        elif entity == WATCH:
            watchdog.look_again(turn)
        elif entity == MIDNIGHT:
            turn.board.begin_day()
        elif agent := turn.state.agents.get(entity):
            desk.wrap_up_over(turn, agent)
            watchdog.phone_gone(turn, agent)
            turn.refresh_agent(agent.id)
        elif callback := turn.state.callbacks.get(entity):
            callbacks.overdue(turn, callback)
        elif call := turn.state.calls.get(entity):
            offers.lease_over(turn, call)
            consults.overdue(turn, call)
            outbound.overdue(turn, call)
            reconnection.overdue(turn, call)
            monitoring.overdue(turn, call)
            recording.overdue(turn, call)
            hosting.overdue(turn, call)


def _agent_rung(turn: Turn, signal: sg.AgentRung) -> None:
    """Whoever had the phone rung takes note that it was in vain."""
    if any(rang(turn, signal) for rang in (conference.agent_rung, monitoring.agent_rung, reconnection.agent_rung)):
        return
    ringing.agent_rung(turn, signal)


def _outside_called(turn: Turn, signal: sg.OutsideCalled) -> None:
    if not conference.outside_called(turn, signal):
        ringing.outside_called(turn, signal)


def _relax(turn: Turn) -> None:
    """Callers who have waited long enough may be served by others now."""
    for item in turn.board.relax():
        if item in turn.state.calls:
            turn.unserved[item] = None
            turn.touched_calls.add(item)
