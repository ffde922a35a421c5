"""An agent asks somebody while the customer holds: from the request to its outcome.

Whoever is asked meets the agent in the call's room: an agent is rung into it, a number is called into it. With a
queue as target a work item of its own stands in the queue, at the customer's place, until an agent there is free.
"""

from callcenter.acd.router import Match
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.centre import Device
from callcenter.calls.commands import CallOutside, GiveAway, HangUp, RingAgent
from callcenter.ivr import spoken
from callcenter.switchboard import offers, outbound, seats, staff, talks, targets
from callcenter.switchboard.state import Consult, Interaction, Leg
from callcenter.switchboard.turn import Turn

RING_S = 25  # an agent who was named
LEASE_SLACK_S = 10.0
_MISSED: dict[str, ev.Outcome] = {"no_answer": "no_answer", "rejected": "rejected", "busy": "busy"}
_BY_CAUSE: dict[int, ev.ConsultResult] = {17: "busy", 19: "no_answer", 21: "rejected", 20: "unreachable"}


# ---- asked for


def begin(turn: Turn, request: rq.Consult) -> None:
    agent, call, _ = staff.own_talk(turn, request.agent, request.interaction, "talking", "held")
    to = targets.find(turn, request.to, agent)
    if call.phase == "held":
        turn.emit(ev.Resumed(at=turn.now, interaction=call.id, agent=agent.id))
    kind, name = request.to.kind, to.line.number if to.line else request.to.id
    turn.emit(
        ev.ConsultBegan(at=turn.now, interaction=call.id, agent=agent.id, kind=kind, id=name, note=request.note)
    )
    seats.seat(turn, call, "held")
    if to.agent and to.device:
        _ring(turn, call, to.agent.id, to.device, RING_S)
    elif to.line:
        _call(turn, call, to.line)


def _ring(turn: Turn, call: Interaction, agent: str, device: Device, ring_s: int) -> None:
    turn.emit(
        ev.ConsultOffered(
            at=turn.now,
            interaction=call.id,
            agent=call.agent,
            party=agent,
            device=device,
            lease_until=turn.now + ring_s + LEASE_SLACK_S,
        )
    )
    turn.order(
        RingAgent(
            interaction=call.id,
            agent=agent,
            device=device,
            ring_s=ring_s,
            whisper=spoken.consult_hint(call.agent, call.language),
            language=call.language,
            role="consult",
            into="room",
            auto_answer=offers.auto_answers(turn, agent, device, None),
        )
    )


def _call(turn: Turn, call: Interaction, line: outbound.Line) -> None:
    ring_s = turn.state.centre.outbound.ring_s
    channel = f"x{call.consults}-{call.id}-out"  # begins with no other leg's name
    turn.emit(
        ev.ConsultOffered(
            at=turn.now,
            interaction=call.id,
            agent=call.agent,
            party=line.number,
            lease_until=turn.now + ring_s + LEASE_SLACK_S,
            channel=channel,
        )
    )
    turn.order(
        CallOutside(
            interaction=call.id,
            channel=channel,
            number=line.number,
            trunk=line.trunk,
            as_number=line.as_number,
            ring_s=ring_s,
            language=call.language,
        )
    )


def found(turn: Turn, match: Match) -> None:
    """An agent of the queue asked for is free."""
    call = turn.call(turn.board.consulting(match.item))
    agent, queue = turn.state.agents[match.agents[0]], turn.state.queues.get(match.queue)
    for other in match.agents[1:]:
        turn.refresh_agent(other)  # one is enough, whatever the queue's strategy
    if call and call.consult and queue and agent.device:
        _ring(turn, call, agent.id, agent.device, queue.ring_s)


# ---- the telephone reports


def expects(call: Interaction, channel: str, agent: str) -> bool:
    """Whether this leg is the one that is rung, or talks, for the consult."""
    consult = call.consult
    if consult is None or consult.state == "waiting":
        return False
    return consult.channel == channel if consult.channel else consult.party == agent != ""


def joined(turn: Turn, call: Interaction) -> None:
    """Both are in the room: they talk."""
    consult = call.consult
    if consult is None or consult.state != "ringing":
        return
    leg, agent = call.legs.get(consult.channel), call.leg_of(call.agent)
    if leg and agent and leg.bridge and leg.bridge == agent.bridge:
        turn.emit(
            ev.ConsultJoined(
                at=turn.now, interaction=call.id, agent=call.agent, party=consult.party, channel=leg.channel
            )
        )


def leg_ended(turn: Turn, call: Interaction, consult: Consult, cause: int) -> None:
    """Whoever is asked has hung up, or did not answer."""
    if consult.state == "talking":
        end(turn, call, "gone")
    else:
        failed(turn, call, _BY_CAUSE.get(cause, "no_answer"))


def failed(turn: Turn, call: Interaction, result: ev.ConsultResult) -> None:
    """Whoever was rung is not to be had: the queue looks for another; else the customer comes back."""
    consult = call.consult
    if consult is None or consult.state != "ringing":
        return
    if consult.to.kind != "queue":
        end(turn, call, result)
        return
    queue = turn.state.queues.get(consult.to.id)
    _let_go(turn, call, consult)
    turn.emit(
        ev.ConsultMissed(
            at=turn.now,
            interaction=call.id,
            agent=call.agent,
            party=consult.party,
            reason=_MISSED.get(result, "failed"),
            back_off_until=turn.now + (queue.missed_back_off_s if queue else 0) + 1.0,
        )
    )
    if queue is None:
        end(turn, call, "failed")


def overdue(turn: Turn, call: Interaction) -> None:
    consult = call.consult
    if consult and consult.state == "ringing" and consult.until <= turn.now:
        failed(turn, call, "failed")


# ---- its end


def end_asked(turn: Turn, request: rq.EndConsult) -> None:
    _, call, _ = staff.own_talk(turn, request.agent, request.interaction, "consulting")
    end(turn, call, "returned")


def end(turn: Turn, call: Interaction, result: ev.ConsultResult) -> None:
    """The agent has the customer back."""
    close(turn, call, result)
    seats.seat(turn, call, "room")


def close(turn: Turn, call: Interaction, result: ev.ConsultResult) -> None:
    """Nobody is asked any more; with any result but completed and shared whoever was is let go."""
    consult = call.consult
    if consult is None:
        return
    if result not in ("completed", "shared"):
        _let_go(turn, call, consult)
    turn.emit(
        ev.ConsultEnded(at=turn.now, interaction=call.id, agent=consult.agent, party=consult.party, result=result)
    )


def _let_go(turn: Turn, call: Interaction, consult: Consult) -> None:
    """A leg that is not there yet is hung up as it begins."""
    if consult.channel in call.legs:
        turn.order(HangUp(channel=consult.channel))


def asker_gone(turn: Turn, call: Interaction, by: talks.EndedBy) -> None:
    """The agent has hung up: who talks with the agent gets the customer, else the queue does."""
    consult = call.consult
    leg = call.legs.get(consult.channel) if consult else None
    if consult and leg and consult.state == "talking":
        hand_over(turn, call, consult, leg, by)
        return
    close(turn, call, "gone")
    talks.end_talk(turn, call, by)
    if call.queue in turn.state.queues:
        talks.line_up(turn, call, call.queue)
        call.apology_due = True
        turn.order(GiveAway(interaction=call.id, channel=call.channel, queue=call.queue, queued_at=call.place_at))


def hand_over(turn: Turn, call: Interaction, consult: Consult, leg: Leg, by: talks.EndedBy) -> None:
    """The customer goes on with whoever was asked; the agent is released."""
    note = consult.note
    close(turn, call, "completed")
    if leg.role == "external":
        talks.give_to(turn, call, consult.party, by, note)
    else:
        turn.emit(
            ev.Transferred(
                at=turn.now,
                interaction=call.id,
                agent=call.agent,
                kind=consult.to.kind,
                id=consult.to.id,
                attended=True,
                note=note,
            )
        )
        talks.end_talk(turn, call, by)
        talks.go_on_with(turn, call, leg)
    seats.seat(turn, call, "room")


def share(turn: Turn, request: rq.ShareTalk) -> None:
    _, call, _ = staff.own_talk(turn, request.agent, request.interaction, "consulting")
    consult, leg = talking(call)
    close(turn, call, "shared")
    turn.emit(
        ev.PartyJoined(
            at=turn.now,
            interaction=call.id,
            channel=leg.channel,
            role="external" if leg.role == "external" else "agent",
            party=consult.party,
        )
    )
    seats.seat(turn, call, "room")


def talking(call: Interaction) -> tuple[Consult, Leg]:
    """Whoever is asked, there and talking; refused before."""
    consult = call.consult
    leg = call.legs.get(consult.channel) if consult else None
    if consult is None or leg is None or consult.state != "talking":
        raise rq.NotNow("Nobody has answered yet: wait, or end asking.")
    return consult, leg
