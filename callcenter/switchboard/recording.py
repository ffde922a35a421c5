"""What of a call is recorded: the policy at each talk, and pauses for what must not be kept."""

from collections.abc import Collection
from typing import Literal

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.commands import BeginRecording, MuteRecording
from callcenter.calls.languages import Text
from callcenter.calls.recording import Decision, decide_for
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

POLICY = "policy"
NO_SPACE = -1  # stands for the rule: the disk is full
_TALKING = ("talking", "held", "consulting", "conference")


def wanted(turn: Turn, call: Interaction, agents: Collection[str] = ()) -> bool:
    """Whether a talk with one of these is recorded from its beginning: for the telephone, before it begins."""
    decision = _decision(turn, call, agents)
    if call.recording and not decision.record:
        _pause(turn, call, POLICY)
    return decision.record


def notice(turn: Turn, recorded: bool) -> Text | None:
    """What callers are told of it."""
    return turn.state.centre.recording.notice if recorded else None


def talk_began(turn: Turn, call: Interaction, *, without_engine: bool = False) -> None:
    """Customer and agent hear each other. `without_engine`: Asterisk joined them by itself, agents' rules unknown."""
    decision = _decision(turn, call, () if without_engine else (call.agent,))
    _note(turn, call, decision)
    if not decision.record:
        if call.recording:
            _pause(turn, call, POLICY)
        return
    if not call.recording:
        expect(turn, call)
    elif call.pause_by == POLICY:
        _resume(turn, call, POLICY)


def joined_unstamped(turn: Turn, call: Interaction) -> None:
    """As `talk_began`, for a talk that the dialplan did not begin: the recording may have to be begun now."""
    before = call.recording
    talk_began(turn, call)
    if call.recording and not before:
        turn.order(BeginRecording(channel=call.channel, interaction=call.id))


def expect(turn: Turn, call: Interaction, by: str = "") -> None:
    turn.emit(ev.RecordingExpected(at=turn.now, interaction=call.id, file=f"{call.id}.raw", by=by))


def talk_ended(turn: Turn, call: Interaction) -> None:
    """Who is next knows of no pause."""
    if call.paused_at and call.pause_by != POLICY:
        _resume(turn, call, "end")


def overdue(turn: Turn, call: Interaction) -> None:
    if call.pause_until and call.pause_until <= turn.now:
        _resume(turn, call, "limit")


def space(turn: Turn, signal: sg.RecordingSpace) -> None:
    if signal.level != turn.state.recording_space:
        turn.emit(ev.RecordingSpaceChanged(at=turn.now, level=signal.level))


# ---- people


def pause(turn: Turn, request: rq.PauseRecording) -> None:
    """Silence from here on; asked twice it counts from the first time, and the limit from the last."""
    call = _theirs(turn, request.agent, request.interaction)
    if not call.recording:
        raise rq.NotNow("This call is not being recorded.")
    if call.pause_by == POLICY:
        raise rq.NotNow("This talk is not recorded: the centre's recording rules say so.")
    _pause(turn, call, request.by or request.agent)


def resume(turn: Turn, request: rq.ResumeRecording) -> None:
    call = _theirs(turn, request.agent, request.interaction)
    if not call.paused_at:
        raise rq.NotNow("The recording is not paused.")
    if call.pause_by == POLICY:
        raise rq.NotNow("This talk is not recorded: the centre's recording rules say so.")
    _resume(turn, call, request.by or request.agent)


def start(turn: Turn, request: rq.StartRecording) -> None:
    """On demand, where the policy leaves it to the agent."""
    call = _theirs(turn, request.agent, request.interaction)
    decision = _decision(turn, call, (call.agent,))
    if call.recording and call.pause_by != POLICY:
        raise rq.NotNow("This call is being recorded already.")
    if decision.keep != "on_demand":
        raise rq.NotNow("The centre's recording rules do not leave it to agents whether this call is recorded.")
    if call.recording:
        _resume(turn, call, request.by or request.agent)
        return
    expect(turn, call, by=request.by or request.agent)
    turn.order(BeginRecording(channel=call.channel, interaction=call.id))


def shown(call: Interaction) -> Literal["", "on", "paused", "on_demand"]:
    """As in `views.CallView`."""
    if call.recording and call.pause_by != POLICY:
        return "paused" if call.pause_by else "on"
    return "on_demand" if call.on_demand else ""


def _theirs(turn: Turn, agent: str, interaction: str) -> Interaction:
    """`agent` empty: whoever asks need not be in the call. Raises Refused."""
    call = turn.call(interaction)
    if call is None or call.phase == "ended":
        raise rq.NoSuchCall("This call is over.")
    if agent and call.agent != agent:
        raise rq.NotYourCall("This is not your call.")
    if call.phase not in _TALKING or not turn.state.asterisk_up:
        raise rq.NotNow("Nobody is talking on this call at this moment.")
    return call


# ---- decisions and their marks


def _decision(turn: Turn, call: Interaction, agents: Collection[str]) -> Decision:
    queue = turn.state.queues.get(call.queue)
    centre = turn.state.centre
    if turn.state.recording_space == "full" and not call.recording:
        return Decision(False, "never", NO_SPACE)
    if queue is None and call.direction == "out":
        default = centre.outbound.recorded
    else:
        default = queue is None or queue.recorded
    return decide_for(centre.recording, default, call.id, call.queue, call.direction, agents)


def _note(turn: Turn, call: Interaction, decision: Decision) -> None:
    """Once for each answer: what was decided about whom, and by which rule."""
    turn.emit(
        ev.RecordingDecided(
            at=turn.now,
            interaction=call.id,
            agent=call.agent,
            record=decision.record,
            keep=decision.keep,
            rule=decision.rule,
            centre_version=turn.state.centre_version,
        )
    )


def _pause(turn: Turn, call: Interaction, by: str) -> None:
    if call.pause_by == by == POLICY:
        return
    until = 0.0 if by == POLICY else turn.now + turn.state.centre.recording.pause_most_s
    turn.emit(ev.RecordingPaused(at=turn.now, interaction=call.id, by=by, until=until))
    turn.order(MuteRecording(channel=call.channel, on=True))


def _resume(turn: Turn, call: Interaction, by: str) -> None:
    turn.emit(ev.RecordingResumed(at=turn.now, interaction=call.id, by=by))
    turn.order(MuteRecording(channel=call.channel, on=False))
