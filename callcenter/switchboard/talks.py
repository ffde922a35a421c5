"""From the moment customer and agent hear each other to what comes after the talk."""

from typing import Literal

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import Leave, Seat, Seats
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard import callbacks, monitoring, offers, reconnection, recording, surveys, waiting
from callcenter.switchboard.state import Interaction, Leg, Party
from callcenter.switchboard.turn import Turn

SILENT_RESULTS: dict[str, ev.Outcome] = {
    "NOANSWER": "no_answer",
    "BUSY": "rejected",
    "CONGESTION": "failed",
    "CHANUNAVAIL": "unreachable",
    "CANCEL": "withdrawn",
    "ANSWER": "agent_gone",
}

EndedBy = Literal["caller", "agent", "lost", "asterisk", "system"]


def connect(turn: Turn, call: Interaction, leg: Leg) -> None:
    """Customer and agent share a bridge."""
    tried = call.direction == "out" and call.phase == "dialling"
    if not (tried or call.phase in ("waiting", "offered", "ringing")) or leg.device is None:
        return
    accepted_at = _settle_offer(turn, call, leg.agent)
    waited_s = max(0.0, (accepted_at or turn.now) - call.entered_at) if call.entered_at else 0.0
    if call.in_queue:
        turn.emit(
            ev.QueueLeft(at=turn.now, interaction=call.id, queue=call.queue, reason="answered", waited_s=waited_s)
        )
    if call.session is not None:  # the flow that put the caller through to this agent is done
        turn.emit(ev.FlowEnded(at=turn.now, interaction=call.id, flow=call.flow, result="queue"))
    turn.emit(
        ev.Connected(
            at=turn.now,
            interaction=call.id,
            agent=leg.agent,
            device=leg.device,
            queue=call.queue,
            offer=f"{call.id}-{call.offers}" if accepted_at is not None else "",
            waited_s=waited_s,
        )
    )
    callbacks.served(turn, call)
    callbacks.called_again(turn, call)
    recording.talk_began(turn, call)


def _settle_offer(turn: Turn, call: Interaction, agent: str) -> float | None:
    """When the agent accepted (0: not reported); everybody else of the offer is free. None: it was not offered."""
    offer = call.offer
    if offer is None or agent not in offer.rings:
        offers.fail(turn, call, "withdrawn")
        return None
    for other in [rung for rung in offer.rings if rung != agent]:
        offers.fail_one(turn, call, other, "withdrawn")
    return offer.rings[agent].accepted_at


def who_ended(call: Interaction, leg: Leg) -> EndedBy:
    """A desk phone that hangs up ends the call; a browser that vanishes without a word was lost."""
    return "agent" if call.ended_by_agent or leg.device == "desk" else "lost"


def agent_left(turn: Turn, call: Interaction, leg: Leg) -> None:
    """The agent's leg is gone, or about to go: the customer is held for one that was lost; else the talk is over."""
    by = who_ended(call, leg)
    if not (by == "lost" and reconnection.lost(turn, call, leg)):
        end_talk(turn, call, by)


def end_talk(turn: Turn, call: Interaction, by: EndedBy) -> None:
    """The talk is over; the agent goes into wrap-up."""
    if call.phase == "reconnecting":
        call.hold_s += turn.now - call.lost_at
    if call.cut_at:
        by = "system"
    monitoring.agent_gone(turn, call)
    if call.phase == "held":
        turn.emit(ev.Resumed(at=turn.now, interaction=call.id, agent=call.agent))
    whole_s = turn.now - call.connected_at
    turn.emit(
        ev.TalkEnded(
            at=turn.now,
            interaction=call.id,
            agent=call.agent,
            by=by,
            talk_s=max(0.0, whole_s - call.hold_s),
            hold_s=call.hold_s,
        )
    )
    call.ended_by_agent = False
    recording.talk_ended(turn, call)
    _wrap_up(turn, call)


def fetch_from_empty_room(turn: Turn, call: Interaction) -> None:
    """Who leaves a room with the last of the others is asked what is next; not who comes after them."""
    customer = call.customer_leg()
    if call.phase == "parked" and customer and customer.seat == "room" and not customer.arrived:
        turn.commands[:] = [c for c in turn.commands if not (isinstance(c, Seats) and c.interaction == call.id)]
        turn.emit(ev.CustomerSeated(at=turn.now, interaction=call.id, seat="held"))
        turn.order(Seats(interaction=call.id, seats=(Seat(channel=customer.channel, at="held"),)))


def _wrap_up(turn: Turn, call: Interaction) -> None:
    queue, agent = turn.state.queues.get(call.queue), turn.state.agents.get(call.agent)
    wrap_up_s = queue.wrap_up_s if queue else 0
    if queue is None and call.direction == "out":
        wrap_up_s = turn.state.centre.outbound.wrap_up_s
    if wrap_up_s and agent and agent.intent != "signed_out":
        turn.emit(
            ev.WrapUpBegan(
                at=turn.now,
                agent=agent.id,
                interaction=call.id,
                queue=queue.id if queue else "",
                until=turn.now + wrap_up_s,
            )
        )


# ---- the talk goes on with somebody else


def go_on_with(turn: Turn, call: Interaction, leg: Leg) -> None:
    """After the talk of one agent that of another begins, without a wait between them."""
    if leg.device is None:
        return
    turn.emit(ev.Connected(at=turn.now, interaction=call.id, agent=leg.agent, device=leg.device, queue=call.queue))
    recording.joined_unstamped(turn, call)


def give_to(turn: Turn, call: Interaction, number: str, by: EndedBy, note: str = "") -> None:
    """The agent leaves the customer with somebody outside."""
    turn.emit(
        ev.Transferred(
            at=turn.now,
            interaction=call.id,
            agent=call.agent,
            kind="number",
            id=number,
            attended=True,
            note=note,
        )
    )
    end_talk(turn, call, by)


def party_left(turn: Turn, call: Interaction, party: Party) -> None:
    """Somebody besides customer and agent is in the talk no longer."""
    turn.emit(ev.PartyLeft(at=turn.now, interaction=call.id, channel=party.channel, role=party.role, party=party.who))


# ---- what comes next


def next_wanted(turn: Turn, signal: sg.NextWanted) -> None:
    """The dial is over and the caller still there."""
    call = turn.call(signal.interaction)
    if call is None:
        turn.order(Leave(agi=signal.agi, to="hangup"))
        return
    call.asked, call.asked_in_flow = signal.agi, True
    if call.phase in ("talking", "held", "conference"):
        for party in list(call.parties.values()):
            party_left(turn, call, party)  # all have gone, whatever was reported of them so far
        leg = call.leg_of(call.agent)
        if leg:
            agent_left(turn, call, leg)
        else:
            end_talk(turn, call, "agent")
    if call.phase == "reconnecting":
        reconnection.next_wanted(turn, call, signal.agi)
        return
    if call.offer and (call.offer.id == signal.offer or call.phase == "waiting"):
        offers.fail(turn, call, SILENT_RESULTS.get(signal.result, "failed"))
    if call.phase == "parked":
        after_talk(turn, call, signal.agi)
    elif call.phase == "outside":
        _after_outside(turn, call, signal)
    elif call.phase == "consulting":
        turn.order(Leave(agi=signal.agi, to="held"))
    elif call.phase in ("waiting", "offered", "ringing"):
        waiting.to_waiting_room(turn, call, signal.agi)
    else:
        turn.order(Leave(agi=signal.agi, to="hangup"))


def _after_outside(turn: Turn, call: Interaction, signal: sg.NextWanted) -> None:
    """The number outside could not be had, or the talk with it is over."""
    customer = call.customer_leg()
    if signal.offer == "outside" and signal.result != "ANSWER":
        line_up_again(turn, call, signal.agi, spoken.transfer_failed(call.language))
    elif signal.offer == "outside" or (customer and customer.seat == "room"):
        if call.session is not None:
            turn.emit(ev.FlowEnded(at=turn.now, interaction=call.id, flow=call.flow, result="outside"))
        turn.order(Leave(agi=signal.agi, to="hangup", play=(spoken.goodbye(call.language),)))
    else:
        turn.order(Leave(agi=signal.agi, to="held"))  # about to be moved to the number


def after_talk(turn: Turn, call: Interaction, agi: str) -> None:
    queue = turn.state.queues.get(call.queue)
    if call.talk_ended_by == "lost" and queue:
        line_up_again(turn, call, agi, spoken.agent_lost(call.language))
    elif surveys.after_talk(turn, call):
        turn.order(Leave(agi=agi, to="flow"))
    else:
        play = () if call.direction == "out" else (spoken.goodbye(call.language),)
        turn.order(Leave(agi=agi, to="hangup", play=play))


def line_up_again(turn: Turn, call: Interaction, agi: str, apology: Prompt) -> None:
    """The caller stands where a caller of that arrival stands; one who was called, and has no queue, is let go."""
    if call.queue not in turn.state.queues:
        turn.order(Leave(agi=agi, to="hangup", play=(spoken.try_later(call.language),)))
        return
    line_up(turn, call, call.queue)
    waiting.to_waiting_room(turn, call, agi, (apology,))


def line_up(turn: Turn, call: Interaction, queue_id: str, only: str = "", only_until: float = 0.0) -> None:
    """Into a queue after a talk, at the place of the first arrival; `only` that agent until `only_until`."""
    same = queue_id == call.queue
    queue = turn.state.queues[queue_id]
    tier = next((tier for tier in turn.state.centre.tiers if tier.id == call.tier), None)
    turn.emit(
        ev.QueueEntered(
            at=turn.now,
            interaction=call.id,
            queue=queue_id,
            entered_at=call.place_at or turn.now,
            credit_s=call.credit_s if same else queue.credit_s + (tier.credit_s if tier else 0),
            skills=call.skills if same else {},
            only=only,
            only_until=only_until,
            centre_version=turn.state.centre_version,
        )
    )
