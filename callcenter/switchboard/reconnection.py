"""An agent's phone lost in mid-talk: the customer is held, the agent rung again and joined.

Only what nobody ended is lost: a browser's leg that vanishes without the command to end the call. It is one call all
the while, with one recording; the agent has it in hand and is offered nothing else. When the time runs out, the
caller is in the queue again, at the place of a caller of that arrival.
"""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import HangUp, Leave, RingAgent, Seat, Seats
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard import consults, ears, offers, parties, seats, talks
from callcenter.switchboard.state import Interaction, Leg
from callcenter.switchboard.turn import Turn

AGAIN_AFTER_S = 2.0  # a phone that is within reach and was rung in vain is rung again then
RING_S = 8  # a browser answers by itself; what does not answer within this was an old page
LOSABLE = ("talking", "held", "consulting", "conference")


# ---- lost


def left(turn: Turn, call: Interaction, leg: Leg) -> talks.EndedBy | None:
    """Who ended the talk of the agent whose leg is gone, or about to go; None: nobody, the customer is held."""
    by = who_ended(call, leg)
    return None if by == "lost" and _lost(turn, call, leg) else by


def who_ended(call: Interaction, leg: Leg) -> talks.EndedBy:
    """A desk phone that hangs up ends the call; a browser that vanishes without a word was lost."""
    return "agent" if call.ended_by_agent or leg.device == "desk" else "lost"


def _lost(turn: Turn, call: Interaction, leg: Leg) -> bool:
    """The agent's leg has vanished, or is about to. Whether the customer is held for it; else the talk is over."""
    agent = turn.state.agents.get(leg.agent)
    hold_s = turn.state.centre.reconnection.hold_s
    if not (hold_s and agent and agent.interaction == call.id and agent.intent != "signed_out"):
        return False
    if call.phase not in LOSABLE or call.cut_at or call.channel not in call.legs:
        return False
    if call.phase == "consulting":
        consults.close(turn, call, "gone")
    if call.phase == "held":
        turn.emit(ev.Resumed(at=turn.now, interaction=call.id, agent=agent.id))
    if leg.channel in call.legs:
        turn.emit(ev.LegClosed(at=turn.now, interaction=call.id, channel=leg.channel, cause=16))
    turn.emit(ev.AgentLost(at=turn.now, interaction=call.id, agent=agent.id, until=turn.now + hold_s))
    call.rung_again, call.told_away = False, False
    _ring(turn, call, agent)
    return True


def _ring(turn: Turn, call: Interaction, agent: Agent) -> None:
    """At once when the phone is within reach; else when it is seen again."""
    if not agent.reachable or agent.device is None:
        return
    queue = turn.state.queues.get(call.queue)
    call.rung_again = True
    turn.order(
        RingAgent(
            interaction=call.id,
            agent=agent.id,
            device=agent.device,
            ring_s=RING_S,
            whisper=offers.whisper(queue, call) if queue else spoken.transferring(call.language),
            language=call.language,
            into="room",
            auto_answer=True,
        )
    )


# ---- the customer meanwhile


def next_wanted(turn: Turn, call: Interaction, agi: str) -> None:
    """The dial or the room has let the customer go: on hold."""
    for party in list(call.parties.values()):
        seats.party_left(turn, call, party)
    turn.emit(ev.CustomerSeated(at=turn.now, interaction=call.id, seat="held"))
    turn.order(Leave(agi=agi, to="held", play=_announcement(call), language=call.language))


def held_beat(turn: Turn, call: Interaction, agi: str) -> None:
    """The customer who was on hold already when the agent was lost is told as well."""
    turn.order(Leave(agi=agi, to="stay", play=_announcement(call)))


def _announcement(call: Interaction) -> tuple[Prompt, ...]:
    """Once."""
    if call.told_away:
        return ()
    call.told_away = True
    return (spoken.agent_away(call.language),)


# ---- back


def phone_seen(turn: Turn, agent: Agent) -> None:
    """The agent's phone is within reach again: what was rung before is an old page's."""
    call = _waits_for(turn, agent)
    if call and agent.reachable:
        leg = _rung(call, agent)
        if leg:
            turn.order(HangUp(channel=leg.channel))
        _ring(turn, call, agent)


def leg_started(turn: Turn, call: Interaction, leg: Leg) -> None:
    """The phone that is rung again rings; too late when the customer went on without the agent."""
    expected = call.offer is not None and leg.agent in call.offer.rings
    if call.rung_again and call.phase != "reconnecting" and leg.agent == call.agent and not expected:
        call.rung_again = False
        turn.order(HangUp(channel=leg.channel))


def leg_answered(turn: Turn, call: Interaction, leg: Leg) -> bool:
    """The agent is there: whoever is held comes into the room."""
    if call.phase != "reconnecting" or leg.agent != call.agent or leg.role != "agent":
        return False
    customer = call.customer_leg()
    if customer and not call.joined():
        turn.emit(ev.CustomerSeated(at=turn.now, interaction=call.id, seat="room"))
        turn.order(Seats(interaction=call.id, seats=(Seat(channel=customer.channel, at="room"),)))
    return True


def joined(turn: Turn, call: Interaction, leg: Leg) -> None:
    """Customer and agent hear each other again."""
    if call.phase != "reconnecting" or leg.agent != call.agent:
        return
    call.rung_again = False
    turn.emit(
        ev.AgentBack(
            at=turn.now,
            interaction=call.id,
            agent=leg.agent,
            channel=leg.channel,
            away_s=turn.now - call.lost_at,
        )
    )
    ears.agent_back(turn, call, leg)


def agent_rung(turn: Turn, signal: sg.AgentRung) -> bool:
    """Whether this was about an agent who is to come back: then again in a moment."""
    call = turn.call(signal.interaction)
    if call is None or not call.rung_again or signal.agent != call.agent:
        return False
    call.rung_again = False
    if call.phase == "reconnecting":
        turn.board.remind(turn.now + AGAIN_AFTER_S, call.id)
    return True


def leg_ended(turn: Turn, call: Interaction, leg: Leg) -> bool:
    """Whether it was a leg of the agent who is to come back."""
    if call.phase != "reconnecting" or leg.agent != call.agent or leg.role != "agent":
        return False
    call.rung_again = False
    turn.board.remind(turn.now + AGAIN_AFTER_S, call.id)
    return True


# ---- not back


def overdue(turn: Turn, call: Interaction) -> None:
    """A deadline of the call has passed."""
    agent = turn.state.agents.get(call.agent)
    if call.phase != "reconnecting":
        return
    if agent is None or call.back_until <= turn.now:
        give_up(turn, call)
    elif not call.rung_again and _rung(call, agent) is None:
        _ring(turn, call, agent)


def agent_gives_up(turn: Turn, agent: Agent) -> None:
    """The agent signs out instead of coming back."""
    if call := _waits_for(turn, agent):
        give_up(turn, call)


def ended_by_agent(turn: Turn, call: Interaction) -> None:
    """The agent ends the call instead of coming back; the customer is asked what is next on hold."""
    _ring_no_longer(turn, call)
    parties.agent_left(turn, call, "agent")
    seats.fetch_from_empty_room(turn, call)
    if call.asked and call.phase == "parked":
        talks.after_talk(turn, call, call.asked)


def customer_gone(turn: Turn, call: Interaction) -> None:
    """Nobody is left to come back to: the phone stops ringing."""
    if call.phase == "reconnecting":
        _ring_no_longer(turn, call)


def give_up(turn: Turn, call: Interaction) -> None:
    """The caller goes back to the queue; a call that came from none ends at the next beat."""
    _ring_no_longer(turn, call)
    parties.agent_left(turn, call, "lost")
    if call.phase == "parked" and call.queue in turn.state.queues:
        _back_in_line(turn, call)
    else:
        seats.fetch_from_empty_room(turn, call)


def _back_in_line(turn: Turn, call: Interaction) -> None:
    turn.emit(
        ev.QueueEntered(
            at=turn.now,
            interaction=call.id,
            queue=call.queue,
            entered_at=call.place_at,
            credit_s=call.credit_s,
            skills=call.skills,
            centre_version=turn.state.centre_version,
        )
    )
    call.apology_due = True
    offers.back_to_wait(turn, call)


def _ring_no_longer(turn: Turn, call: Interaction) -> None:
    for leg in call.legs.values():
        if leg.agent and leg.agent == call.agent:
            call.rung_again = False
            turn.order(HangUp(channel=leg.channel))


def after_snapshot(turn: Turn) -> None:
    """We were away: what should have happened meanwhile happens now."""
    for call in [call for call in turn.state.calls.values() if call.phase == "reconnecting"]:
        call.rung_again = False
        leg, customer = call.leg_of(call.agent), call.customer_leg()
        if leg is None or customer is None or not leg.bridge:
            overdue(turn, call)
        elif leg.bridge == customer.bridge:
            joined(turn, call, leg)
        else:
            leg_answered(turn, call, leg)


def _waits_for(turn: Turn, agent: Agent) -> Interaction | None:
    call = turn.call(agent.interaction)
    return call if call and call.phase == "reconnecting" and call.agent == agent.id else None


def _rung(call: Interaction, agent: Agent) -> Leg | None:
    return next((leg for leg in call.legs.values() if leg.agent == agent.id and leg.role == "agent"), None)
