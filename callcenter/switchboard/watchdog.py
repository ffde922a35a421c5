"""What we think against what is: looked at when Asterisk's channels are counted, about once a minute.

Nothing is mended at first sight, for a count and the events around it may cross. What is still wrong at the next
count is; a leg that is missing is looked at by itself a few seconds after. All of it is written down and shown.
"""

from collections.abc import Iterator

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import HangUp, LookAt
from callcenter.switchboard import conference, consults, desk, lines, offers, talks
from callcenter.switchboard.board import PHONE_GONE_S, WATCH
from callcenter.switchboard.mismatches import Suspect, found
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

LOOK_AGAIN_AFTER_S = 5.0  # what was seen this long ago, and is seen again, is so
CAUSE_GONE = 41  # Q.850: temporary failure
WITH_AGENT = ("talking", "held", "consulting", "conference")


# ---- counted


def census(turn: Turn, signal: sg.Census) -> None:
    if not turn.state.asterisk_up:
        return
    before, alive = turn.board.suspects, frozenset(signal.channels)
    turn.board.suspects = {}
    turn.board.told_of &= {channel for channel, _ in signal.unknown}
    for suspect in [*_gone(turn, alive), *_unknown(signal), *_busy(turn), *_held(turn)]:
        seen_at = before.get(suspect, turn.now)
        if turn.now - seen_at < LOOK_AGAIN_AFTER_S:
            turn.board.suspects[suspect] = seen_at
        elif suspect.kind == "call_unknown":
            turn.board.suspects[suspect] = seen_at
            _unknown_call(turn, suspect)
        else:
            _mend(turn, suspect)
    if turn.board.suspects:
        turn.board.remind(turn.now + LOOK_AGAIN_AFTER_S, WATCH)


def _gone(turn: Turn, alive: frozenset[str]) -> Iterator[Suspect]:
    """Legs, members of rooms and other calls of agents that are not among the living."""
    for channel, (interaction, _) in turn.state.legs.items():
        if channel not in alive:
            yield Suspect("leg_gone", channel, interaction)
    for room_id, room in turn.state.rooms.items():
        for channel in room.members:
            if channel not in alive:
                yield Suspect("leg_gone", channel, conference.PREFIX + room_id)
    for agent in turn.state.agents.values():
        for channel in agent.other_calls:
            if channel not in alive:
                yield Suspect("leg_gone", channel)


def _unknown(signal: sg.Census) -> Iterator[Suspect]:
    for channel, interaction in signal.unknown:
        yield Suspect("call_unknown", channel, interaction)


def _busy(turn: Turn) -> Iterator[Suspect]:
    """Agents with a call in hand that is over, or is somebody else's."""
    for agent in turn.state.agents.values():
        if agent.hand in ("reserved", "ringing", "talking", "held") and not _takes_part(turn, agent):
            yield Suspect("busy_without_call", agent.id, agent.interaction)


def _takes_part(turn: Turn, agent: Agent) -> bool:
    call = turn.call(agent.interaction)
    if call is None or call.phase == "ended":
        return False
    callback = turn.state.callbacks.get(call.callback)
    return (
        call.agent == agent.id
        or agent.id in (call.offer.rings if call.offer else ())
        or agent.id in (party.who for party in call.parties.values())
        or agent.id in (call.consult.party if call.consult else "", call.begun_by, callback.agent if callback else "")
        or call.leg_of(agent.id) is not None
    )


def _held(turn: Turn) -> Iterator[Suspect]:
    """Customers who talk with, or hold for, nobody."""
    for call in turn.state.calls.values():
        if call.phase in (*WITH_AGENT, "parked") and call.channel in call.legs and len(call.legs) == 1:
            yield Suspect("held_too_long", call.id, call.id)


# ---- mended


def _mend(turn: Turn, suspect: Suspect) -> None:
    match suspect.kind:
        case "leg_gone":
            _leg_gone(turn, suspect)
        case "busy_without_call":
            found(turn, suspect, agent=suspect.what, detail=turn.state.agents[suspect.what].hand)
        case "held_too_long":
            _back_to_queue(turn, suspect, turn.state.calls[suspect.what])


def _leg_gone(turn: Turn, suspect: Suspect) -> None:
    channel = suspect.what
    if owner := turn.state.legs.get(channel):
        found(turn, suspect, owner[1], channel)
        lines.leg_ended(turn, sg.LegEnded(at=turn.now, channel=channel, cause=CAUSE_GONE))
        return
    if suspect.interaction:
        room = suspect.interaction.removeprefix(conference.PREFIX)
        found(turn, suspect, detail=channel)
        conference.exited(turn, sg.RoomExited(at=turn.now, room=room, channel=channel))
        return
    for agent in turn.state.agents.values():
        if channel in agent.other_calls:
            found(turn, suspect, agent.id, channel)
            turn.emit(ev.OtherCallEnded(at=turn.now, agent=agent.id, channel=channel))


def _unknown_call(turn: Turn, suspect: Suspect) -> None:
    """Told once. A leg that was left behind by a call that is over is hung up."""
    if suspect.what in turn.board.told_of:
        return
    turn.board.told_of.add(suspect.what)
    over = suspect.interaction in turn.state.ended
    found(turn, suspect, detail=suspect.what, mended=over)
    if over:
        turn.order(HangUp(channel=suspect.what))


def _back_to_queue(turn: Turn, suspect: Suspect, call: Interaction) -> None:
    queued = call.queue in turn.state.queues
    found(turn, suspect, call.agent, call.phase)
    if call.phase != "parked":
        consults.close(turn, call, "gone")
        talks.end_talk(turn, call, "lost")
    if queued and call.talk_ended_by == "lost":
        talks.line_up(turn, call, call.queue)
        call.apology_due = True
        offers.back_to_wait(turn, call)
    else:
        turn.order(HangUp(channel=call.channel))  # a call out, or one that was over: nobody to go on with


# ---- between two counts


def look_again(turn: Turn) -> None:
    """What was missing a moment ago is looked at by itself; Asterisk answers with its end when it is gone."""
    for kind, what, _ in turn.board.suspects:
        if kind == "leg_gone" and what in turn.state.legs:
            turn.order(LookAt(channel=what))


# ---- phones


def phone_gone(turn: Turn, agent: Agent) -> None:
    """Ready on a phone that has been out of reach: not ready any more, and the page says why."""
    if not turn.state.asterisk_up or agent.state(turn.now) != "unreachable":
        return
    if max(agent.since, turn.state.asterisk_since) + PHONE_GONE_S > turn.now:
        return
    found(turn, Suspect("phone_gone", agent.id), agent.id, agent.device or "")
    turn.emit(ev.AgentPaused(at=turn.now, agent=agent.id, reason="", by="system"))
    desk.mirror(turn, agent)


def after_snapshot(turn: Turn) -> None:
    """Phones have their time anew to come back to an Asterisk that was away."""
    turn.board.suspects = {}
    for agent in turn.state.agents.values():
        if agent.state(turn.now) == "unreachable":
            turn.board.remind(turn.now + PHONE_GONE_S, agent.id)
