"""From the moment customer and agent hear each other to what comes after the talk."""

from typing import Literal

from callcenter.calls import events as ev
from callcenter.calls.commands import Leave
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard import callbacks, ears, offers, recording, surveys, waiting
from callcenter.switchboard.state import Interaction, Leg
from callcenter.switchboard.turn import Turn

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


def end_talk(turn: Turn, call: Interaction, by: EndedBy) -> None:
    """The talk is over; the agent goes into wrap-up."""
    if call.phase == "reconnecting":
        call.hold_s += turn.now - call.lost_at
    if call.cut_at:
        by = "system"
    ears.agent_gone(turn, call)
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


# ---- what comes next


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
