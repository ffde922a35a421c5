"""Decisions on what the telephone reports about channels and devices."""

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import HangUp
from callcenter.switchboard import (
    callbacks,
    consults,
    ears,
    mismatches,
    monitoring,
    offers,
    outbound,
    parties,
    reconnection,
    ringing,
    seats,
    surveys,
    talks,
)
from callcenter.switchboard.state import Interaction, Leg
from callcenter.switchboard.turn import Turn


def leg_started(turn: Turn, signal: sg.LegStarted) -> None:
    call = turn.call(signal.interaction)
    if signal.channel in turn.state.legs:
        return
    if call is None or call.phase == "ended":
        if signal.interaction in turn.state.ended:
            turn.order(HangUp(channel=signal.channel))
        return
    turn.emit(
        ev.LegOpened(
            at=turn.now,
            interaction=signal.interaction,
            channel=signal.channel,
            role=signal.role,
            agent=signal.agent,
            device=None if signal.role == "external" else signal.device,
        )
    )
    if signal.role == "supervisor":
        monitoring.leg_started(turn, call, call.legs[signal.channel])
    reconnection.leg_started(turn, call, call.legs[signal.channel])
    if _comes_too_late(call, signal):
        turn.order(HangUp(channel=signal.channel))


def _comes_too_late(call: Interaction, signal: sg.LegStarted) -> bool:
    """Whoever was to be asked into the call is not any more."""
    if signal.role == "external" and call.phase == "outside":
        return False
    return signal.role in ("consult", "external") and not consults.expects(call, signal.channel, signal.agent)


def leg_ringing(turn: Turn, signal: sg.LegRinging) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg:
        offers.leg_ringing(turn, call, leg)


def leg_answered(turn: Turn, signal: sg.LegAnswered) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg and (monitoring.leg_answered(turn, call, leg) or reconnection.leg_answered(turn, call, leg)):
        return
    if call and leg and outbound.is_tried(call) and leg.agent == call.begun_by:
        outbound.agent_answered(turn, call)
    elif call and leg and offers.leg_answered(turn, call, leg) and call.callback and not call.in_queue:
        callbacks.agent_answered(turn, call)


def leg_joined(turn: Turn, signal: sg.LegJoined) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if not call or not leg:
        return
    leg.bridge, leg.arrived = signal.bridge, leg.seat == "room"
    together = [other for other in call.legs.values() if other.bridge == signal.bridge]
    agent = next((other for other in together if other.role == "agent"), None)
    if agent and any(other.role == "customer" for other in together):
        talks.connect(turn, call, agent)
        reconnection.joined(turn, call, agent)
    monitoring.together(turn, call, together)
    consults.joined(turn, call)


def leg_left(turn: Turn, signal: sg.LegLeft) -> None:
    _, leg = _call_and_leg(turn, signal.channel)
    if leg and leg.bridge == signal.bridge:
        leg.bridge = ""


def leg_held(turn: Turn, signal: sg.LegHeld) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg and leg.role == "agent":
        leg.on_hold = True
        parties.phone_held(turn, call, leg)


def leg_resumed(turn: Turn, signal: sg.LegResumed) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg and leg.role == "agent":
        leg.on_hold = False
        parties.phone_resumed(turn, call, leg)


def leg_leaving(turn: Turn, signal: sg.LegLeaving) -> None:
    """Asterisk ends the agent's leg before the caller's, whoever hung up: this tells who it was."""
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg and leg.role == "customer" and call.phase in ("talking", "held"):
        talks.end_talk(turn, call, "caller")


def leg_ended(turn: Turn, signal: sg.LegEnded) -> None:
    owner = turn.state.legs.get(signal.channel)
    if owner is None:
        return
    mismatches.leg_ended(turn, signal.channel)
    call = turn.call(owner[0])
    leg = call.legs.get(signal.channel) if call else None
    turn.emit(ev.LegClosed(at=turn.now, interaction=owner[0], channel=signal.channel, cause=signal.cause))
    if call is None or leg is None:
        return
    if leg.role == "customer":
        customer_gone(turn, call, signal.cause, "caller")
    else:
        other_leg_ended(turn, call, leg, signal.cause)


def other_leg_ended(turn: Turn, call: Interaction, leg: Leg, cause: int) -> None:
    """Not the customer's."""
    if monitoring.leg_ended(turn, call, leg):
        return
    if leg.channel in call.parties:
        seats.party_left(turn, call, call.parties[leg.channel])
    elif call.consult and consults.expects(call, leg.channel, leg.agent):
        consults.leg_ended(turn, call, call.consult, cause)
    elif call.phase in reconnection.LOSABLE and call.agent == leg.agent:
        _agent_left(turn, call, leg)
    elif outbound.is_tried(call) and leg.agent == call.begun_by:
        outbound.agent_gone(turn, call)
    elif reconnection.leg_ended(turn, call, leg):
        return
    elif _waits_for_customer(call, leg):
        callbacks.agent_lost(turn, call)
    else:
        offers.leg_ended(turn, call, leg, cause)


def _agent_left(turn: Turn, call: Interaction, leg: Leg) -> None:
    """Whoever else is in the talk goes on with the customer, unless the agent is to come back."""
    by = reconnection.left(turn, call, leg)
    if by is None:
        return
    match call.phase:
        case "consulting":
            consults.asker_gone(turn, call, by)
        case "conference":
            parties.agent_left(turn, call, by)
        case _:
            talks.end_talk(turn, call, by)
            seats.fetch_from_empty_room(turn, call)


def _waits_for_customer(call: Interaction, leg: Leg) -> bool:
    """The agent of a callback, rung first, whose customer is being called."""
    accepted = call.offer is not None and leg.agent in call.offer.rings and call.offer.accepted_at > 0
    return bool(call.callback) and not call.in_queue and accepted


def customer_gone(turn: Turn, call: Interaction, cause: int, by: ev.EndedBy) -> None:
    """The customer's leg has ended: close whatever the call was in, then the call."""
    phase = call.phase
    if outbound.is_tried(call):
        outbound.customer_gone(turn, call, cause, by)
        return
    if call.cut_at:
        by = "system"
    ears.call_over(turn, call)
    reconnection.customer_gone(turn, call)
    consults.close(turn, call, "caller_gone")
    parties.part(turn, call)
    if call.offer:
        offers.fail(turn, call, "caller_gone")
    if call.in_queue:
        turn.emit(
            ev.QueueLeft(
                at=turn.now,
                interaction=call.id,
                queue=call.queue,
                reason="abandoned" if by == "caller" else "system",
                waited_s=turn.now - call.entered_at,
            )
        )
    if call.phase in ("talking", "held", "conference", "reconnecting"):
        talks.end_talk(turn, call, "caller" if by == "caller" else "asterisk")
    surveys.closed(turn, call)
    if call.session is not None:
        result: ev.FlowResult = "outside" if phase == "outside" else "caller_gone"
        turn.emit(ev.FlowEnded(at=turn.now, interaction=call.id, flow=call.flow, result=result))
    if call.callback and not call.answered:
        callbacks.customer_gone(turn, call)
    if call.leaving:
        by = "flow"
    elif phase == "parked" and by == "caller" and call.talk_ended_by == "agent":
        by = "agent"
    turn.emit(ev.CallEnded(at=turn.now, interaction=call.id, by=by, cause=cause, phase=phase, answered=call.answered))


def phone_seen(turn: Turn, signal: sg.PhoneSeen) -> None:
    agent = turn.state.agents.get(signal.agent)
    if agent is None or (signal.device in agent.within_reach) == signal.reachable:
        return
    change = ev.PhoneReached if signal.reachable else ev.PhoneLost
    turn.emit(change(at=turn.now, agent=agent.id, device=signal.device))
    if not signal.reachable and agent.hand in ("reserved", "ringing") and agent.device == signal.device:
        call = turn.call(agent.interaction)
        if call:
            ringing.take_back(turn, call, agent.id, "unreachable")
    reconnection.phone_seen(turn, agent)


def other_call(turn: Turn, signal: sg.OtherCall) -> None:
    """The agent's phone is used for something that is none of our calls: no offers meanwhile."""
    agent = turn.state.agents.get(signal.agent)
    if agent is None or (signal.channel in agent.other_calls) == signal.live:
        return
    change = ev.OtherCallBegan if signal.live else ev.OtherCallEnded
    turn.emit(change(at=turn.now, agent=agent.id, channel=signal.channel))


def _call_and_leg(turn: Turn, channel: str) -> tuple[Interaction | None, Leg | None]:
    call = turn.state.call_of(channel)
    return call, call.legs.get(channel) if call else None
