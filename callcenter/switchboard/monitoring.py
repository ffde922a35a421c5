"""Supervisors who take part in an agent's talk: listen, whisper to the agent, barge in, take over.

A supervisor's own phone is rung for it. Listening and whispering the leg sits beside the call, on the agent's leg,
and ends with it; barging in it is in the room of the call with everybody else. An `Ear` is kept from the ringing on.
"""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.commands import HangUp, RingAgent, Seat, Seats, Spy
from callcenter.ivr import spoken
from callcenter.switchboard import ears, phones, seats, staff, talks
from callcenter.switchboard.state import Ear, Interaction, Leg
from callcenter.switchboard.turn import Turn

RING_S = 20
STOPS_WITHIN_S = 5.0
RELEASED_WITHIN_S = 3.0  # the agent's leg after a take-over, should the supervisor never arrive in the room
HEARD = ("talking", "held", "consulting", "conference")
OPEN = ("talking", "conference")  # to barging in


# ---- asked for


def listen(turn: Turn, request: rq.Listen) -> None:
    """Begin, change how, or move over to another agent's talk."""
    supervisor, agent = staff.known_agent(turn, request.supervisor), staff.known_agent(turn, request.agent)
    if supervisor.id == agent.id:
        raise rq.NotNow("Nobody can listen to oneself.")
    call, leg = _talk_of(turn, agent)
    if request.mode == "barge" and call.phase not in OPEN:
        raise rq.NotNow("The customer is on hold: barging in is possible when the customer is back.")
    ear = _ear(turn, supervisor)
    if ear is None:
        _begin(turn, supervisor, call, leg, request)
    elif not ear.since:
        raise rq.NotNow("Your phone is being rung already.")
    elif (ear.interaction, ear.agent) == (call.id, agent.id):
        _change(turn, call, ear, leg, request)
    else:
        ear.then = request
        turn.order(HangUp(channel=ear.channel))


def _talk_of(turn: Turn, agent: Agent) -> tuple[Interaction, Leg]:
    if not turn.state.asterisk_up:
        raise rq.NotNow("The telephone system cannot be reached at this moment. Try again shortly.")
    call = turn.call(agent.interaction)
    leg = call.leg_of(agent.id) if call else None
    if call is None or leg is None or call.phase not in HEARD or agent.hand not in ("talking", "held"):
        raise rq.NotNow(f"Agent {agent.id} is not talking at this moment.")
    return call, leg


def _ear(turn: Turn, supervisor: Agent) -> Ear | None:
    """One whose ringing was never reported on is forgotten."""
    ear = turn.state.ears.get(supervisor.id)
    if ear and not ear.since and supervisor.rung_until <= turn.now:
        del turn.state.ears[supervisor.id]
        return None
    return ear


def _begin(turn: Turn, supervisor: Agent, call: Interaction, leg: Leg, request: rq.Listen) -> None:
    device = phones.free(turn, supervisor)
    phones.reserve(turn, supervisor, RING_S)
    turn.state.ears[supervisor.id] = Ear(
        supervisor=supervisor.id, by=request.by, agent=leg.agent, interaction=call.id, mode=request.mode
    )
    language = phones.language(turn)
    queue = turn.state.queues.get(call.queue)
    turn.order(
        RingAgent(
            interaction=call.id,
            agent=supervisor.id,
            device=device,
            ring_s=RING_S,
            whisper=spoken.whisper(queue.name, language) if queue else spoken.transferring(language),
            language=language,
            role="supervisor",
            into="room" if request.mode == "barge" else "spy",
            spied=leg.channel,
            mode=request.mode,
            auto_answer=device == "web",
        )
    )


def _change(turn: Turn, call: Interaction, ear: Ear, leg: Leg, request: rq.Listen) -> None:
    if ear.mode == request.mode:
        raise rq.NotNow("You take part in this call in that way already.")
    ears.leave_room(turn, call, ear)
    turn.emit(
        ev.ListeningChanged(
            at=turn.now, interaction=call.id, supervisor=ear.supervisor, by=request.by, mode=request.mode
        )
    )
    if request.mode == "barge":
        seats.seat(turn, call, "room")
    turn.order(Spy(interaction=call.id, channel=ear.channel, spied=leg.channel, mode=request.mode))


def stop(turn: Turn, request: rq.StopListening) -> None:
    supervisor = staff.known_agent(turn, request.supervisor)
    ear = _ear(turn, supervisor)
    if ear is None:
        raise rq.NotNow("You are not listening to a call.")
    if turn.now - ear.stopped_at < STOPS_WITHIN_S:
        raise rq.NotNow("Your part in this call is being ended already.")
    ear.stopped_at, ear.then = turn.now, None
    if ear.channel:
        turn.order(HangUp(channel=ear.channel))


def take_over(turn: Turn, request: rq.TakeOver) -> None:
    """The supervisor has the customer from now on; the agent hears them no longer once the two have met."""
    supervisor = staff.known_agent(turn, request.supervisor)
    ear = _ear(turn, supervisor)
    call = turn.call(ear.interaction) if ear else None
    leg = call.legs.get(ear.channel) if call and ear else None
    if ear is None or call is None or leg is None or not ear.since:
        raise rq.NotNow("Listen to the call first, then take it over.")
    if not turn.state.asterisk_up:
        raise rq.NotNow("The telephone system cannot be reached at this moment. Try again shortly.")
    if call.phase not in ("talking", "held", "conference", "reconnecting") or ear.agent != call.agent:
        raise rq.NotNow("The agent is asking somebody, or does not lead this call: it cannot be taken over now.")
    _hand_over(turn, call, ear, leg, request.by)


def _hand_over(turn: Turn, call: Interaction, ear: Ear, leg: Leg, by: str) -> None:
    there, agent_leg = ear.joined, call.leg_of(call.agent)
    customer = call.customer_leg()
    turn.emit(ev.TakenOver(at=turn.now, interaction=call.id, supervisor=ear.supervisor, by=by, agent=call.agent))
    ears.end(turn, call, ear)
    moves = [Seat(channel=one.channel, at="room") for one in (customer, leg) if one and one.seat != "room"]
    if moves:
        turn.emit(ev.CustomerSeated(at=turn.now, interaction=call.id, seat="room"))
        turn.order(Seats(interaction=call.id, seats=tuple(moves)))
    leg.seat = "room"
    talks.end_talk(turn, call, "system")
    talks.go_on_with(turn, call, leg)
    if agent_leg and there:
        turn.order(HangUp(channel=agent_leg.channel))
    elif agent_leg:
        call.released = agent_leg.channel
        turn.board.remind(turn.now + RELEASED_WITHIN_S, call.id)


# ---- told by the telephone


def leg_started(turn: Turn, call: Interaction, leg: Leg) -> None:
    """The supervisor's phone rings; in vain when this was called off, or the talk is over."""
    ear = turn.state.ears.get(leg.agent)
    if ear and ear.interaction == call.id and not ear.channel and not ear.stopped_at:
        ear.channel = leg.channel
    else:
        turn.order(HangUp(channel=leg.channel))


def leg_answered(turn: Turn, call: Interaction, leg: Leg) -> bool:
    """Whether it is a supervisor's: who takes part from now on."""
    if leg.role != "supervisor":
        return False
    ear = turn.state.ears.get(leg.agent)
    if ear is None or ear.channel != leg.channel or ear.since:
        return True
    if call.phase not in HEARD or (ear.mode == "barge" and call.phase not in OPEN):
        turn.order(HangUp(channel=leg.channel))
        return True
    turn.emit(
        ev.ListeningBegan(
            at=turn.now,
            interaction=call.id,
            supervisor=ear.supervisor,
            by=ear.by,
            agent=ear.agent,
            mode=ear.mode,
            channel=leg.channel,
        )
    )
    if ear.mode == "barge":
        seats.seat(turn, call, "room")
    return True


def together(turn: Turn, call: Interaction, legs: list[Leg]) -> None:
    """These share a bridge. A supervisor with the customer has arrived in the room."""
    if not any(leg.role == "customer" for leg in legs):
        return
    for leg in legs:
        ear = turn.state.ears.get(leg.agent) if leg.role == "supervisor" else None
        if ear and ear.mode == "barge" and ear.since and not ear.joined:
            ear.joined = True
            turn.emit(
                ev.PartyJoined(
                    at=turn.now, interaction=call.id, channel=leg.channel, role="supervisor", party=leg.agent
                )
            )
        if leg.agent and leg.agent == call.agent:
            release(turn, call)


def release(turn: Turn, call: Interaction) -> None:
    """Let the agent's leg go whose call was taken over."""
    if call.released in call.legs:
        turn.order(HangUp(channel=call.released))
    call.released = ""


def overdue(turn: Turn, call: Interaction) -> None:
    """A deadline of the call has passed."""
    if call.released and turn.now >= call.connected_at + RELEASED_WITHIN_S:
        release(turn, call)


def leg_ended(turn: Turn, call: Interaction, leg: Leg) -> bool:
    """Whether it was a supervisor's beside the call, or in it: who is free again."""
    if leg.role != "supervisor":
        return False
    ear = turn.state.ears.get(leg.agent)
    if ear is None or ear.channel != leg.channel:
        phones.release(turn, leg.agent)
        return True
    ears.end(turn, call, ear)
    if ear.then:
        _move_over(turn, ear.then)
    return True


def _move_over(turn: Turn, request: rq.Listen) -> None:
    """To the talk of another agent, unless that is over by now."""
    try:
        listen(turn, request)
    except rq.Refused:
        return


def agent_rung(turn: Turn, signal: sg.AgentRung) -> bool:
    """Whether a supervisor's phone was rung in vain."""
    ear = turn.state.ears.get(signal.agent)
    if ear is None or ear.since or ear.interaction != signal.interaction:
        return False
    ears.forget(turn, ear)
    return True


def after_snapshot(turn: Turn, signal: sg.AsteriskSnapshot) -> None:
    """We were away: whose leg is gone is free; legs that ring for nobody any more are let go."""
    for ear in list(turn.state.ears.values()):
        call = turn.call(ear.interaction)
        if not ear.since or call is None:
            ears.forget(turn, ear)
        elif ear.channel not in turn.state.legs:
            ears.end(turn, call, ear)
    known = {ear.channel for ear in turn.state.ears.values()}
    for seen in signal.legs:
        if seen.role == "supervisor" and seen.channel not in known:
            turn.order(HangUp(channel=seen.channel))
