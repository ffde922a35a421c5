"""Decisions on what the telephone reports about channels and devices."""

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.switchboard import callbacks, offers, reconnection, talks
from callcenter.switchboard.state import Interaction, Leg
from callcenter.switchboard.turn import Turn


def leg_started(turn: Turn, signal: sg.LegStarted) -> None:
    if signal.channel in turn.state.legs or signal.interaction not in turn.state.calls:
        return
    turn.emit(
        ev.LegOpened(
            at=turn.now,
            interaction=signal.interaction,
            channel=signal.channel,
            role="agent",
            agent=signal.agent,
            device=signal.device,
        )
    )


def leg_ringing(turn: Turn, signal: sg.LegRinging) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg:
        offers.leg_ringing(turn, call, leg)


def leg_answered(turn: Turn, signal: sg.LegAnswered) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg and reconnection.leg_answered(turn, call, leg):
        return
    if call and leg and offers.leg_answered(turn, call, leg) and call.callback and not call.in_queue:
        callbacks.agent_answered(turn, call)


def leg_joined(turn: Turn, signal: sg.LegJoined) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if not call or not leg:
        return
    leg.bridge = signal.bridge
    together = [other for other in call.legs.values() if other.bridge == signal.bridge]
    agent = next((other for other in together if other.role == "agent"), None)
    if agent and any(other.role == "customer" for other in together):
        talks.connect(turn, call, agent)
        reconnection.joined(turn, call, agent)


def leg_left(turn: Turn, signal: sg.LegLeft) -> None:
    _, leg = _call_and_leg(turn, signal.channel)
    if leg and leg.bridge == signal.bridge:
        leg.bridge = ""


def leg_held(turn: Turn, signal: sg.LegHeld) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg and leg.role == "agent" and call.phase == "talking" and call.agent == leg.agent:
        turn.emit(ev.Held(at=turn.now, interaction=call.id, agent=leg.agent))


def leg_resumed(turn: Turn, signal: sg.LegResumed) -> None:
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg and leg.role == "agent" and call.phase == "held" and call.agent == leg.agent:
        turn.emit(ev.Resumed(at=turn.now, interaction=call.id, agent=leg.agent))


def leg_leaving(turn: Turn, signal: sg.LegLeaving) -> None:
    """Asterisk ends the agent's leg before the caller's, whoever hung up: this tells who it was."""
    call, leg = _call_and_leg(turn, signal.channel)
    if call and leg and leg.role == "customer" and call.phase in ("talking", "held"):
        talks.end_talk(turn, call, "caller")


def leg_ended(turn: Turn, signal: sg.LegEnded) -> None:
    owner = turn.state.legs.get(signal.channel)
    if owner is None:
        return
    call = turn.call(owner[0])
    leg = call.legs.get(signal.channel) if call else None
    turn.emit(ev.LegClosed(at=turn.now, interaction=owner[0], channel=signal.channel, cause=signal.cause))
    if call is None or leg is None:
        return
    if leg.role == "customer":
        customer_gone(turn, call, signal.cause, "caller")
    elif call.phase in ("talking", "held") and call.agent == leg.agent:
        talks.agent_left(turn, call, leg)
    elif reconnection.leg_ended(turn, call, leg):
        return
    elif _waits_for_customer(call, leg):
        callbacks.agent_lost(turn, call)
    else:
        offers.leg_ended(turn, call, leg, signal.cause)


def _waits_for_customer(call: Interaction, leg: Leg) -> bool:
    """The agent of a callback, rung first, whose customer is being called."""
    accepted = call.offer is not None and leg.agent in call.offer.rings and call.offer.accepted_at > 0
    return bool(call.callback) and not call.in_queue and accepted


def customer_gone(turn: Turn, call: Interaction, cause: int, by: ev.EndedBy) -> None:
    """The customer's leg has ended: close whatever the call was in, then the call."""
    phase = call.phase
    if call.cut_at:
        by = "system"
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
    if call.phase in ("talking", "held", "reconnecting"):
        talks.end_talk(turn, call, "caller" if by == "caller" else "asterisk")
    if call.session is not None:
        turn.emit(ev.FlowEnded(at=turn.now, interaction=call.id, flow=call.flow, result="caller_gone"))
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
            callbacks.take_back(turn, call, agent.id, "unreachable")
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
