"""After a time in which we did not listen: people of calls of several, seen again, are put where they belong.

A picture that cannot be understood costs nobody the call: customer and agent are seated together; a customer without
an agent stands in line at the old place.
"""

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import GiveAway, ReturnToWait, Seat, Seats
from callcenter.switchboard import consults, lines, offers, outbound, seats, talks
from callcenter.switchboard.state import Interaction, Leg
from callcenter.switchboard.turn import Turn

ASTRAY = frozenset({"held", "room"})  # where a customer is whom somebody talked, or talks, with
ELSEWHERE = frozenset({"flow", "voicemail", "wait", "fallback"})  # the talk is over, whoever is still about to leave


def leg_gone(turn: Turn, call: Interaction, leg: Leg, cause: int) -> None:
    """It is not among what lives any more."""
    if call.phase in ("talking", "held") and call.agent == leg.agent and leg.role == "agent":
        talks.end_talk(turn, call, "agent")
        seats.fetch_from_empty_room(turn, call)
    elif leg.role != "supervisor":
        lines.other_leg_ended(turn, call, leg, cause)


def leg_up(turn: Turn, call: Interaction, leg: Leg) -> None:
    """An agent's leg has answered, perhaps while we were away."""
    if outbound.customer_uncalled(call) and leg.agent == call.begun_by:
        outbound.agent_answered(turn, call)


def adopt_outside(turn: Turn, call: Interaction) -> None:
    """A call nobody knows, given to a number nobody knows."""
    turn.emit(ev.Transferred(at=turn.now, interaction=call.id, agent="", kind="number", id="unknown", attended=False))


def put_right(turn: Turn, call: Interaction, seen: sg.SeenLeg) -> bool:
    """Whether the customer's place is settled by this; False: it is a call of a pair, or of nobody yet."""
    consults.joined(turn, call)
    customer, agent = call.customer_leg(), _agent(call)
    if customer is None:
        return False
    if _is_moved(turn, call):
        return True
    together = agent is not None and bool(seen.bridge) and agent.bridge == seen.bridge
    match call.phase:
        case "consulting":
            _hold(turn, call, customer, seen)
        case "held" if seen.place == "held" and agent:
            customer.seat = "held"
        case "talking" | "held" | "conference" if agent and not together and seen.place not in ELSEWHERE:
            _together(turn, call, customer, agent, seen)
        case "dialling" if outbound.is_tried(call) and agent and (together or seen.place in ELSEWHERE | ASTRAY):
            _together(turn, call, customer, agent, seen)
        case "waiting" if seen.place in ASTRAY and not (together and seen.place == "room"):
            _waits(turn, call, customer, agent, seen)
        case "waiting" if seen.place == "room" and agent:
            talks.connect(turn, call, agent)
            _others(turn, call, agent)
        case "outside" if seen.place in ("held", "wait", "fallback"):
            _not_outside(turn, call)
        case "outside" | "reconnecting":
            pass
        case "talking" | "held" | "conference" if together:
            pass
        case _:
            return False
    return True


def _is_moved(turn: Turn, call: Interaction) -> bool:
    """By what was found out so far."""
    moves = (Seats, GiveAway, ReturnToWait)
    return any(isinstance(order, moves) and order.interaction == call.id for order in turn.commands)


def _agent(call: Interaction) -> Leg | None:
    """Who talks with the customer, or is to: the agent of the call, else whoever has a leg in it."""
    known = call.leg_of(call.agent) or call.leg_of(call.begun_by)
    return known or next((leg for leg in call.legs.values() if leg.role in ("agent", "consult")), None)


def _hold(turn: Turn, call: Interaction, customer: Leg, seen: sg.SeenLeg) -> None:
    if seen.place != "held":
        customer.seat = "pair" if seen.place == "offer" else "room"
        seats.seat(turn, call, "held")


def _together(turn: Turn, call: Interaction, customer: Leg, agent: Leg, seen: sg.SeenLeg) -> None:
    """Both into the room, unless they share a bridge already."""
    if call.phase == "held":
        turn.emit(ev.Resumed(at=turn.now, interaction=call.id, agent=call.agent))
    if call.phase in ("dialling", "waiting"):
        talks.connect(turn, call, agent)
        _others(turn, call, agent)
    if seen.bridge and seen.bridge == agent.bridge:
        return
    moved = [leg for leg in (customer, agent) if leg is agent or seen.place != "room"]
    turn.emit(ev.CustomerSeated(at=turn.now, interaction=call.id, seat="room"))
    turn.order(Seats(interaction=call.id, seats=tuple(Seat(channel=leg.channel, at="room") for leg in moved)))


def _others(turn: Turn, call: Interaction, agent: Leg) -> None:
    """Whoever else is in the room with them."""
    for leg in list(call.legs.values()):
        if leg is agent or leg.role not in ("agent", "consult", "external") or leg.channel in call.parties:
            continue
        role = "external" if leg.role == "external" else "agent"
        turn.emit(
            ev.PartyJoined(
                at=turn.now,
                interaction=call.id,
                channel=leg.channel,
                role=role,  # type: ignore[arg-type]
                party=leg.agent or "unknown",
            )
        )


def _waits(turn: Turn, call: Interaction, customer: Leg, agent: Leg | None, seen: sg.SeenLeg) -> None:
    if agent:
        _together(turn, call, customer, agent, seen)
    else:
        offers.back_to_wait(turn, call)


def _not_outside(turn: Turn, call: Interaction) -> None:
    """The customer never got to the number: back to the queue, with an apology."""
    if call.queue in turn.state.queues:
        talks.line_up(turn, call, call.queue)
        call.apology_due = True
        offers.back_to_wait(turn, call)
