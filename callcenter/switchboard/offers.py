"""Offers made, failed and withdrawn."""

import math
from collections.abc import Sequence

from callcenter.acd.agent import Agent
from callcenter.acd.needs import may_serve
from callcenter.acd.router import Match
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.centre import Device, Queue
from callcenter.calls.commands import AnyCommand, GiveAway, HangUp, ReturnToWait, Ring, StartOffer
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard import recording
from callcenter.switchboard.changes.offers import MISSED
from callcenter.switchboard.state import Interaction, Leg, Offer
from callcenter.switchboard.turn import Turn

TRY_AGAIN_AFTER_S = 2.0  # an offer that could not even begin is not made again and again without a pause
LEASE_SLACK_S = 10.0  # beyond the ring time, for Asterisk to report; then the offer is void by itself
LOOKED_AT = 200  # free agents whose skills are looked at for the trace
_BY_CAUSE: dict[int, ev.Outcome] = {
    17: "rejected",
    21: "rejected",
    20: "unreachable",
    3: "unreachable",
    26: "withdrawn",
}


# ---- making


def make_matched(turn: Turn, match: Match) -> None:
    """Offer the call to the agents it was matched with."""
    call = turn.state.calls[match.item]
    queue = turn.state.queues.get(match.queue)
    agents = [turn.state.agents[agent] for agent in match.agents]
    if queue and all(agent.device for agent in agents):
        made = pick(turn, match, queue, call.place_at, call.credit_s)
        make(turn, call, queue, agents, made)


def make(turn: Turn, call: Interaction, queue: Queue, agents: Sequence[Agent], why: ev.Pick | None) -> None:
    """Reserve the agents and ring them."""
    emit_made(turn, call, queue, agents, why)
    _start(turn, call, queue)


def make_to(turn: Turn, call: Interaction, queue: Queue, agent: Agent, device: Device) -> None:
    """To one agent's device, whatever state the agent is in."""
    _emit_one(turn, call, queue, f"{call.id}-{call.offers + 1}", agent.id, device)
    _start(turn, call, queue)


def _start(turn: Turn, call: Interaction, queue: Queue) -> None:
    turn.commands[:] = [c for c in turn.commands if not _returns(c, call.id)]
    if call.offer is None:
        return
    rings = [(rung.agent, rung.device) for rung in call.offer.rings.values()]
    recorded = recording.wanted(turn, call, [agent for agent, _ in rings])
    turn.order(
        StartOffer(
            interaction=call.id,
            channel=call.channel,
            offer=call.offer.id,
            rings=tuple(
                Ring(
                    agent=agent,
                    device=device,
                    work_number=spoken.work_number(agent, call.language, recording.notice(turn, recorded)),
                    auto_answer=auto_answers(turn, agent, device, queue),
                )
                for agent, device in rings
            ),
            ring_s=queue.ring_s,
            whisper=whisper(queue, call),
            recorded=recorded,
            queue=queue.id,
            queued_at=call.place_at,
        )
    )


def emit_made(turn: Turn, call: Interaction, queue: Queue, agents: Sequence[Agent], why: ev.Pick | None) -> None:
    offer = f"{call.id}-{call.offers + 1}"
    for agent in agents:
        if agent.device:
            _emit_one(turn, call, queue, offer, agent.id, agent.device, why)


def _emit_one(
    turn: Turn, call: Interaction, queue: Queue, offer: str, agent: str, device: Device, why: ev.Pick | None = None
) -> None:
    turn.emit(
        ev.OfferMade(
            at=turn.now,
            interaction=call.id,
            offer=offer,
            agent=agent,
            device=device,
            queue=queue.id,
            lease_until=turn.now + queue.ring_s + LEASE_SLACK_S,
            pick=why,
        )
    )


def auto_answers(turn: Turn, agent_id: str, device: Device, queue: Queue | None) -> bool:
    """Whether the browser takes the call without asking: by the agent's entry, or by the queue's."""
    spec = turn.state.centre.agent(agent_id)
    return device == "web" and bool((spec and spec.auto_answer) or (queue and queue.auto_answer))


def pick(turn: Turn, match: Match, queue: Queue, place_at: float, credit_s: float) -> ev.Pick:
    """The trace of the decision."""
    muster = turn.board.musters[queue.id]
    taken = len(match.agents)
    needs = match.needs
    ready = [turn.state.agents[a] for a in list(muster.by_state["ready"])[:LOOKED_AT] if a in turn.state.agents]
    lacking = sum(not may_serve(agent.id, agent.skills, needs) for agent in ready)
    return ev.Pick(
        strategy=queue.strategy,
        candidates=(*match.agents, *match.runners_up),
        waited_s=turn.now - place_at,
        credit_s=credit_s,
        ahead=match.ahead,
        ready=max(taken, match.idle),
        lacking=lacking,
        excluded=muster.excluded(),
        level=match.level,
    )


def _returns(command: AnyCommand, interaction: str) -> bool:
    """A way back to the waiting room is pointless when the next offer takes the caller out of it at once."""
    return isinstance(command, ReturnToWait | GiveAway) and command.interaction == interaction


def whisper(queue: Queue, call: Interaction) -> Prompt:
    return spoken.whisper(queue.whisper or queue.name, call.language)


# ---- ringing


def leg_ringing(turn: Turn, call: Interaction, leg: Leg) -> None:
    offer = call.offer
    if call.phase in ("offered", "ringing") and offer and leg.agent in offer.rings:
        agent = turn.state.agents.get(leg.agent)
        if agent and agent.hand == "reserved":
            turn.emit(ev.OfferRang(at=turn.now, interaction=call.id, offer=offer.id, agent=leg.agent))


def leg_answered(turn: Turn, call: Interaction, leg: Leg) -> bool:
    """Whether the offer is accepted by this: then the others of it are free again."""
    offer = call.offer
    if offer is None or leg.agent not in offer.rings or offer.accepted_at:
        return False
    turn.emit(
        ev.OfferAccepted(at=turn.now, interaction=call.id, offer=offer.id, agent=leg.agent, channel=leg.channel)
    )
    for other in [rung.agent for rung in offer.rings.values() if rung.agent != leg.agent]:
        fail_one(turn, call, other, "withdrawn")
    return True


def leg_ended(turn: Turn, call: Interaction, leg: Leg, cause: int) -> None:
    """One of several phones has stopped ringing; the end of the last one is told by the dialplan."""
    offer = call.offer
    if offer and len(offer.rings) > 1 and leg.agent in offer.rings and not offer.accepted_at:
        fail_one(turn, call, leg.agent, _BY_CAUSE.get(cause, "no_answer"))


# ---- failing


def fail(turn: Turn, call: Interaction, reason: ev.Outcome, at_least_s: float = 0.0) -> None:
    """The offer came to nothing: the caller keeps the place, the agents get a short back-off."""
    if call.offer:
        for agent in list(call.offer.rings):
            fail_one(turn, call, agent, reason, at_least_s)


def fail_one(turn: Turn, call: Interaction, agent_id: str, reason: ev.Outcome, at_least_s: float = 0.0) -> None:
    if call.offer is None:
        return
    queue = turn.state.queues.get(call.queue)
    back_off_s: float = queue.missed_back_off_s if queue and reason not in ("withdrawn", "caller_gone") else 0
    back_off_s = max(back_off_s, at_least_s)
    turn.emit(
        ev.OfferFailed(
            at=turn.now,
            interaction=call.id,
            offer=call.offer.id,
            agent=agent_id,
            reason=reason,
            back_off_until=_failed_at(turn, call.offer, queue) + back_off_s if back_off_s else 0.0,
        )
    )
    if queue and reason in MISSED:
        _pause_who_misses(turn, agent_id, queue)


def _failed_at(turn: Turn, offer: Offer, queue: Queue | None) -> float:
    """Phones that rang together stop milliseconds apart; their agents are free together again, to ring together."""
    if queue is None or queue.strategy != "ring_all":
        return turn.now
    return offer.until - math.floor(offer.until - turn.now)


def _pause_who_misses(turn: Turn, agent_id: str, queue: Queue) -> None:
    agent = turn.state.agents.get(agent_id)
    if agent and agent.missed >= queue.pause_after_missed and agent.intent == "ready":
        turn.emit(ev.AgentPaused(at=turn.now, agent=agent_id, reason="", by="missed"))


def withdraw(turn: Turn, call: Interaction, reason: ev.Outcome) -> None:
    """Take an offer back while it is ringing: the caller returns to the waiting room."""
    fail(turn, call, reason)
    back_to_wait(turn, call)


def withdraw_from(turn: Turn, call: Interaction, agent_id: str, reason: ev.Outcome) -> None:
    """One agent is not to be rung any longer; with several, the others go on ringing."""
    if call.offer is None or agent_id not in call.offer.rings:
        return
    leg = next((leg for leg in call.legs.values() if leg.agent == agent_id), None)
    if len(call.offer.rings) > 1:
        fail_one(turn, call, agent_id, reason)
        if leg:
            turn.order(HangUp(channel=leg.channel))
    else:
        withdraw(turn, call, reason)


def back_to_wait(turn: Turn, call: Interaction) -> None:
    turn.order(ReturnToWait(interaction=call.id, channel=call.channel, queue=call.queue, queued_at=call.place_at))


def not_started(turn: Turn, signal: sg.OfferNotStarted) -> None:
    """Asterisk did not take the caller to the agent. While it is out of reach, its snapshot tells better."""
    call = turn.call(signal.interaction)
    if call is None or call.phase != "offered" or call.offer is None or call.offer.id != signal.offer:
        return
    if turn.state.asterisk_up and call.agent_leg() is None:
        fail(turn, call, "failed", TRY_AGAIN_AFTER_S)
        back_to_wait(turn, call)


def lease_over(turn: Turn, call: Interaction) -> None:
    """Nobody told us how the offer ended: it is void, and the caller is fetched back."""
    if call.offer and call.offer.until <= turn.now and not call.offer.accepted_at and call.in_queue:
        withdraw(turn, call, "failed")
