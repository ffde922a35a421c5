"""Where the people of a call sit: in a pair, in the call's room, on hold.

Customer and agent are a pair until somebody is held or comes in; from then on all of them meet in a room named by
the call, and `seat` moves the customer between it and the music.
"""

from callcenter.calls import events as ev
from callcenter.calls.commands import Seat, Seats
from callcenter.calls.languages import Prompt
from callcenter.switchboard.state import Interaction, Party
from callcenter.switchboard.turn import Turn


def seat(turn: Turn, call: Interaction, at: str, play: tuple[Prompt, ...] = ()) -> None:
    """The customer to the music or to the others; an agent who was in a pair with the customer goes to the room."""
    customer, agent = call.customer_leg(), call.leg_of(call.agent)
    if customer is None:
        return
    moves = [] if customer.seat == at else [Seat(channel=customer.channel, at=at)]  # type: ignore[arg-type]
    if agent and agent.seat in ("", "pair"):
        moves.append(Seat(channel=agent.channel, at="room"))
    if moves:
        turn.emit(ev.CustomerSeated(at=turn.now, interaction=call.id, seat=at))  # type: ignore[arg-type]
        turn.order(Seats(interaction=call.id, seats=tuple(moves), play=play))


def fetch_from_empty_room(turn: Turn, call: Interaction) -> None:
    """Who leaves a room with the last of the others is asked what is next; not who comes after them."""
    customer = call.customer_leg()
    if call.phase == "parked" and customer and customer.seat == "room" and not customer.arrived:
        turn.commands[:] = [c for c in turn.commands if not (isinstance(c, Seats) and c.interaction == call.id)]
        turn.emit(ev.CustomerSeated(at=turn.now, interaction=call.id, seat="held"))
        turn.order(Seats(interaction=call.id, seats=(Seat(channel=customer.channel, at="held"),)))


def party_left(turn: Turn, call: Interaction, party: Party) -> None:
    """Somebody besides customer and agent is in the talk no longer."""
    turn.emit(ev.PartyLeft(at=turn.now, interaction=call.id, channel=party.channel, role=party.role, party=party.who))
