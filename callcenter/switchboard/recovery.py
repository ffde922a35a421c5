"""Putting the picture right after a time in which we did not listen.

Asterisk says what is alive, CEL what happened. What CEL closed is closed first; then the snapshot:
calls nobody knows are adopted, calls that are gone are ended, the rest is compared leg by leg.
"""

from callcenter.calls import events as ev
from callcenter.calls import numbers
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.commands import HangUp
from callcenter.switchboard import (
    arrivals,
    callbacks,
    conference,
    consults,
    desk,
    hosted,
    lines,
    monitoring,
    offers,
    outbound,
    reconnection,
    recording,
    resettle,
    seats,
    talks,
    watchdog,
)
from callcenter.switchboard.state import Interaction, Leg
from callcenter.switchboard.turn import Turn

CAUSE_GONE = 41  # Q.850: temporary failure
SAME_TALK_S = 1.0  # our clock and CEL's may differ this much on one and the same moment


def asterisk_lost(turn: Turn) -> None:
    if turn.state.asterisk_up:
        turn.emit(ev.AsteriskWentDown(at=turn.now))


def snapshot(turn: Turn, signal: sg.AsteriskSnapshot) -> None:
    turn.emit(ev.AsteriskCameUp(at=turn.now, restarted=signal.restarted))
    _phones(turn, signal)
    seen = {leg.channel: leg for leg in signal.legs}
    _meet_those_brought(turn, signal)
    _close_vanished_calls(turn, seen)
    _close_vanished_agent_legs(turn, seen)
    for leg in signal.legs:
        if leg.role == "customer":
            _adopt_call(turn, leg)
    for leg in signal.legs:
        if leg.role not in ("customer", "supervisor"):
            _adopt_leg(turn, leg)
    for leg in signal.legs:
        if leg.role == "customer":
            _put_right(turn, leg)
    monitoring.after_snapshot(turn, signal)
    reconnection.after_snapshot(turn)
    watchdog.after_snapshot(turn)
    conference.after_snapshot(turn)
    for agent in turn.state.agents.values():
        desk.mirror(turn, agent)


def _phones(turn: Turn, signal: sg.AsteriskSnapshot) -> None:
    reachable = set(signal.reachable)
    for agent in list(turn.state.agents.values()):
        for device in ("web", "desk"):
            now_reachable = (agent.id, device) in reachable
            if now_reachable != (device in agent.within_reach):
                change = ev.PhoneReached if now_reachable else ev.PhoneLost
                turn.emit(change(at=turn.now, agent=agent.id, device=device))


def _meet_those_brought(turn: Turn, signal: sg.AsteriskSnapshot) -> None:
    """Calls that a provider held, and brought to our telephone while nobody listened."""
    for leg in signal.legs:
        call = turn.call(leg.interaction)
        if leg.role == "customer" and call and call.hosted and call.phase != "ended":
            hosted.came_over(turn, call, leg.channel)


def _close_vanished_calls(turn: Turn, seen: dict[str, sg.SeenLeg]) -> None:
    for call in list(turn.state.calls.values()):
        if call.phase == "ended" or call.channel in seen or call.hosted:
            continue
        uncalled = callbacks.customer_uncalled(call) or outbound.customer_uncalled(call)
        if uncalled and any(leg.interaction == call.id for leg in seen.values()):
            continue
        for leg in list(call.legs.values()):
            if leg.channel in seen:
                turn.order(HangUp(channel=leg.channel))  # has nobody to talk with any more
            else:
                turn.emit(ev.LegClosed(at=turn.now, interaction=call.id, channel=leg.channel, cause=CAUSE_GONE))
        if outbound.is_tried(call):
            outbound.fail(turn, call, "failed", "asterisk", CAUSE_GONE)
        elif uncalled:
            callbacks.try_again(turn, call)
        else:
            lines.customer_gone(turn, call, CAUSE_GONE, "asterisk")


def _close_vanished_agent_legs(turn: Turn, seen: dict[str, sg.SeenLeg]) -> None:
    gone: list[tuple[Interaction, Leg]] = []
    for channel, (interaction, agent) in list(turn.state.legs.items()):
        call = turn.call(interaction)
        leg = call.legs.get(channel) if call else None
        if channel in seen or not (agent or (leg and leg.role != "customer")):
            continue
        turn.emit(ev.LegClosed(at=turn.now, interaction=interaction, channel=channel, cause=CAUSE_GONE))
        if call and leg:
            gone.append((call, leg))
    for call, leg in sorted(gone, key=lambda one: one[1].role != "agent"):
        resettle.leg_gone(turn, call, leg, CAUSE_GONE)


def _adopt_call(turn: Turn, seen: sg.SeenLeg) -> None:
    """A call that arrived while we were away."""
    if seen.interaction in turn.state.calls or seen.interaction in turn.state.ended:
        return
    centre = turn.state.centre
    turn.emit(
        ev.CallArrived(
            at=turn.now,
            interaction=seen.interaction,
            channel=seen.channel,
            caller=numbers.normalised(seen.caller, centre.country, centre.area_code),
            caller_name=seen.caller_name[:64],
            dialled=numbers.cleaned(seen.dialled),
            language=seen.language,
            source="fallback",
        )
    )
    arrivals.open_customer_leg(turn, seen.interaction, seen.channel)
    if seen.place in ("wait", "offer", "fallback", "held", "room"):
        _enter_queue(turn, turn.state.calls[seen.interaction], seen)
    elif seen.place == "outside":
        resettle.adopt_outside(turn, turn.state.calls[seen.interaction])


def _enter_queue(turn: Turn, call: Interaction, seen: sg.SeenLeg) -> None:
    """Into the queue stamped on the channel, at the place stamped there; else the centre's first queue."""
    queue = seen.queue if seen.queue in turn.state.queues else next(iter(turn.state.queues), "")
    if queue:
        place_at = seen.queued_at or turn.now
        turn.emit(ev.QueueEntered(at=turn.now, interaction=call.id, queue=queue, entered_at=place_at))


def _adopt_leg(turn: Turn, seen: sg.SeenLeg) -> None:
    call = turn.call(seen.interaction)
    if call is None or call.phase == "ended" or (seen.device is None and seen.role != "external"):
        return
    if seen.channel not in turn.state.legs:
        turn.emit(
            ev.LegOpened(
                at=turn.now,
                interaction=call.id,
                channel=seen.channel,
                role=seen.role,
                agent=seen.agent,
                device=seen.device,
            )
        )
    leg = call.legs.get(seen.channel)
    if leg is None:
        return
    leg.bridge = seen.bridge
    if seen.up:
        resettle.leg_up(turn, call, leg)
    if seen.up and callbacks.customer_uncalled(call) and offers.leg_answered(turn, call, leg):
        callbacks.agent_answered(turn, call)


def _put_right(turn: Turn, seen: sg.SeenLeg) -> None:
    """Compare where we think the caller is with where the caller is."""
    call = turn.call(seen.interaction)
    if call is None or call.phase == "ended":
        return
    if seen.channel in call.legs:
        call.legs[seen.channel].bridge = seen.bridge
        call.legs[seen.channel].arrived = seen.place == "room"
    if resettle.put_right(turn, call, seen):
        return
    partner = _partner(call, seen)
    if callbacks.is_tried(call) and (partner or seen.place in ("wait", "fallback")):
        callbacks.answered_meanwhile(turn, call, turn.now, joined=partner is not None)
    if partner:
        talks.connect(turn, call, partner)
        reconnection.joined(turn, call, partner)
    elif call.phase in ("talking", "held"):
        talks.end_talk(turn, call, "agent")
    elif call.phase in ("offered", "ringing") and call.agent_leg() is None:
        offers.fail(turn, call, "withdrawn")
    lost_the_way = call.phase == "flow" and call.session is None and not call.leaving
    if lost_the_way and seen.place in ("wait", "fallback"):
        _enter_queue(turn, call, seen)
    if call.phase == "waiting" and seen.place == "fallback" and call.agent_leg() is None:
        offers.back_to_wait(turn, call)


def _partner(call: Interaction, seen: sg.SeenLeg) -> Leg | None:
    if not seen.bridge:
        return None
    return next((leg for leg in call.legs.values() if leg.role == "agent" and leg.bridge == seen.bridge), None)


def call_from_cel(turn: Turn, signal: sg.CallFromCel) -> None:
    """A call that ended while we were away, whether or not we knew its beginning."""
    if signal.interaction in turn.state.ended:
        return
    call = turn.call(signal.interaction) or _begin_from_cel(turn, signal)
    if call.phase == "ended":
        return
    consults.close(turn, call, "caller_gone")
    for party in list(call.parties.values()):
        seats.party_left(turn, call, party)
    for talk in signal.talks:
        if call.phase in ("talking", "held", "reconnecting") or talk.began_at > call.connected_at + SAME_TALK_S:
            _talk_from_cel(turn, call, talk)
    _end_from_cel(turn, call, signal)


def _begin_from_cel(turn: Turn, signal: sg.CallFromCel) -> Interaction:
    number = turn.board.gate.number(signal.dialled)
    centre = turn.state.centre
    turn.emit(
        ev.CallArrived(
            at=signal.arrived_at,
            interaction=signal.interaction,
            channel="",
            caller=numbers.normalised(signal.caller, centre.country, centre.area_code),
            caller_name=signal.caller_name[:64],
            dialled=numbers.cleaned(signal.dialled),
            language=number.language if number else "zh-CN",
            source="cel",
        )
    )
    queue = signal.queue if signal.queue in turn.state.queues else next(iter(turn.state.queues), "")
    if queue and (signal.queue or signal.talks):
        entered_at = signal.queued_at or signal.arrived_at
        turn.emit(
            ev.QueueEntered(
                at=max(entered_at, signal.arrived_at),
                interaction=signal.interaction,
                queue=queue,
                entered_at=entered_at,
            )
        )
    return turn.state.calls[signal.interaction]


def _talk_from_cel(turn: Turn, call: Interaction, talk: sg.CelTalk) -> None:
    if call.phase not in ("talking", "held", "reconnecting"):
        _connect_from_cel(turn, call, talk)
    if call.phase == "held":
        turn.emit(ev.Resumed(at=talk.ended_at, interaction=call.id, agent=call.agent))
    whole_s = max(0.0, talk.ended_at - call.connected_at)
    turn.emit(
        ev.TalkEnded(
            at=talk.ended_at,
            interaction=call.id,
            agent=call.agent,
            by="system",
            talk_s=max(0.0, whole_s - call.hold_s),
            hold_s=call.hold_s,
        )
    )


def _connect_from_cel(turn: Turn, call: Interaction, talk: sg.CelTalk) -> None:
    if callbacks.is_tried(call):
        callbacks.answered_meanwhile(turn, call, talk.began_at, joined=False)
    if call.offer:
        offers.fail(turn, call, "withdrawn")
    waited_s = max(0.0, talk.began_at - call.entered_at) if call.in_queue else 0.0
    if call.in_queue:
        turn.emit(
            ev.QueueLeft(
                at=talk.began_at,
                interaction=call.id,
                queue=call.queue,
                reason="answered",
                waited_s=waited_s,
            )
        )
    if call.phase == "parked":
        turn.emit(ev.QueueEntered(at=talk.began_at, interaction=call.id, queue=call.queue, entered_at=call.place_at))
    turn.emit(
        ev.Connected(
            at=talk.began_at,
            interaction=call.id,
            agent=talk.agent,
            device=talk.device,
            queue=call.queue,
            waited_s=waited_s,
        )
    )
    callbacks.served(turn, call)
    recording.talk_began(turn, call, without_engine=True)


def _end_from_cel(turn: Turn, call: Interaction, signal: sg.CallFromCel) -> None:
    phase = call.phase
    for leg in list(call.legs.values()):
        turn.emit(ev.LegClosed(at=signal.at, interaction=call.id, channel=leg.channel, cause=signal.cause))
    if call.phase in ("talking", "held", "reconnecting"):
        talks.end_talk(turn, call, "asterisk")
    if outbound.is_tried(call):
        turn.emit(ev.DialOutFailed(at=signal.at, interaction=call.id, agent=call.begun_by, reason="failed"))
    if call.offer:
        offers.fail(turn, call, "caller_gone")
    if call.in_queue:
        turn.emit(
            ev.QueueLeft(
                at=signal.at,
                interaction=call.id,
                queue=call.queue,
                reason="abandoned",
                waited_s=max(0.0, signal.at - call.entered_at),
            )
        )
    if call.session is not None:
        turn.emit(ev.FlowEnded(at=signal.at, interaction=call.id, flow=call.flow, result="caller_gone"))
    if call.callback and not call.answered:
        callbacks.customer_gone(turn, call)
    turn.emit(
        ev.CallEnded(
            at=signal.at,
            interaction=call.id,
            by=signal.ended_by,
            cause=signal.cause,
            phase=phase,
            answered=call.answered,
        )
    )


def adopt_recording(turn: Turn, request: rq.AdoptRecording) -> None:
    """Raises NotNow while the call goes on: then the telephone's own keeper sees to it."""
    if turn.call(request.interaction) is not None:
        raise rq.NotNow("The call goes on, or has just ended; its recording is seen to by itself.")
    if not request.known:
        turn.emit(
            ev.CallArrived(
                at=request.began_at,
                interaction=request.interaction,
                channel=request.interaction,
                caller="",
                caller_name="",
                dialled="",
                language="zh-CN",
                source="cel",
            )
        )
    turn.emit(
        ev.RecordingStored(
            at=turn.now,
            interaction=request.interaction,
            file=request.file,
            duration_s=request.duration_s,
            bytes=request.bytes,
            sha256=request.sha256,
        )
    )
    if not request.known:
        turn.emit(
            ev.CallEnded(
                at=request.began_at + request.duration_s,
                interaction=request.interaction,
                by="asterisk",
                cause=16,
                phase="talking",
                answered=True,
            )
        )


def recording_seen(turn: Turn, signal: sg.RecordingSeen) -> None:
    if signal.file:
        turn.emit(
            ev.RecordingStored(
                at=turn.now,
                interaction=signal.interaction,
                file=signal.file,
                duration_s=signal.duration_s,
                bytes=signal.bytes,
                sha256=signal.sha256,
            )
        )
    else:
        turn.emit(ev.RecordingMissing(at=turn.now, interaction=signal.interaction, file=f"{signal.interaction}.raw"))
