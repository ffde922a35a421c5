"""What agents do with the call in hand, and where its people sit: in a pair, in the call's room, on hold.

Customer and agent are a pair until somebody is held or comes in; from then on all of them meet in a room named by
the call, and `seat` moves the customer between it and the music.
"""

from callcenter.acd.agent import Agent
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.commands import HangUp, Leave, MuteLeg, PickUp, PressKeys, Seats
from callcenter.calls.commands import Seat as Move
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.switchboard import monitoring, reconnection, staff, talks, waiting
from callcenter.switchboard.state import Interaction, Leg, Party, Phase
from callcenter.switchboard.turn import Turn

SETTLED_S = 8.0  # so long after a move a customer who is still on hold has not arrived yet; then is moved again
_NOT_IN: dict[Phase, str] = {
    "held": "The customer is on hold: take the customer back first.",
    "consulting": "You are asking somebody: end that, or give the customer away, first.",
    "conference": "Several people are talking on this call.",
    "reconnecting": "Your phone is being connected again; the customer holds.",
    "outside": "The customer was given to a number outside.",
    "dialling": "Nobody has answered yet.",
}


# ---- whose call


def own_talk(turn: Turn, agent_id: str, interaction: str, *phases: Phase) -> tuple[Agent, Interaction, Leg]:
    """The agent's call, in one of `phases`, and the agent's leg of it; refused otherwise, or with Asterisk away."""
    agent, call = staff.known_agent(turn, agent_id), turn.call(interaction)
    if call is None or call.phase == "ended":
        raise rq.NoSuchCall("This call is over.")
    if call.agent != agent.id or agent.interaction != call.id:
        raise rq.NotYourCall("This is not your call.")
    if not turn.state.asterisk_up:
        raise rq.NotNow("The telephone system cannot be reached at this moment. Try again shortly.")
    leg = call.leg_of(agent.id)
    if call.phase not in phases or leg is None or call.customer_leg() is None:
        raise rq.NotNow(_NOT_IN.get(call.phase, "You are not talking on this call any more."))
    return agent, call, leg


# ---- who sits where


def seat(turn: Turn, call: Interaction, at: str, play: tuple[Prompt, ...] = ()) -> None:
    """The customer to the music or to the others; an agent who was in a pair with the customer goes to the room."""
    customer, agent = call.customer_leg(), call.leg_of(call.agent)
    if customer is None:
        return
    moves = [] if customer.seat == at else [Move(channel=customer.channel, at=at)]  # type: ignore[arg-type]
    if agent and agent.seat in ("", "pair"):
        moves.append(Move(channel=agent.channel, at="room"))
    if moves:
        turn.emit(ev.CustomerSeated(at=turn.now, interaction=call.id, seat=at))  # type: ignore[arg-type]
        turn.order(Seats(interaction=call.id, seats=tuple(moves), play=play))


def held_beat(turn: Turn, signal: sg.HeldBeat) -> None:
    """The customer is on hold: whoever should be elsewhere by now is led there."""
    call = turn.call(signal.interaction)
    if call is None:
        turn.order(Leave(agi=signal.agi, to="flow"))
        return
    call.asked, call.asked_in_flow = signal.agi, False
    match call.phase:
        case "waiting":
            waiting.to_waiting_room(turn, call, signal.agi)
        case "parked":
            talks.after_talk(turn, call, signal.agi)
        case "reconnecting":
            reconnection.held_beat(turn, call, signal.agi)
        case "flow" | "survey" | "voicemail":
            turn.order(Leave(agi=signal.agi, to="flow"))
        case "ended":
            turn.order(Leave(agi=signal.agi, to="hangup"))
        case "outside" if turn.now - call.since > SETTLED_S:
            _not_outside(turn, call, signal)
        case "talking" | "conference":
            turn.order(Leave(agi=signal.agi, to="stay"))
            _move_again(turn, call)
        case _:
            turn.order(Leave(agi=signal.agi, to="stay"))


def _not_outside(turn: Turn, call: Interaction, signal: sg.HeldBeat) -> None:
    """Given to a number, and still here: with somebody in the room, or the number was never called."""
    customer = call.customer_leg()
    if customer and customer.seat == "outside":
        talks.line_up_again(turn, call, signal.agi, spoken.transfer_failed(call.language))
    else:
        turn.order(Leave(agi=signal.agi, to="stay"))
        _move_again(turn, call)


def _move_again(turn: Turn, call: Interaction) -> None:
    """The customer belongs to the others and has not got there."""
    if turn.now - call.seated_at > SETTLED_S and (customer := call.customer_leg()):
        customer.seat = "held"
        seat(turn, call, "room")


# ---- hold, keys, mute


def hold(turn: Turn, request: rq.Hold) -> None:
    agent, call, leg = own_talk(turn, request.agent, request.interaction, "talking", "held")
    if request.on == (call.phase == "held"):
        raise rq.NotNow("The customer is on hold already." if request.on else "The customer is not on hold.")
    if request.on:
        turn.emit(ev.Held(at=turn.now, interaction=call.id, agent=agent.id))
        seat(turn, call, "held")
        return
    if leg.on_hold:
        raise rq.NotNow("The phone itself holds the customer: take the customer back there.")
    resume(turn, call)


def resume(turn: Turn, call: Interaction) -> None:
    """The customer is back with the agent."""
    turn.emit(ev.Resumed(at=turn.now, interaction=call.id, agent=call.agent))
    if (customer := call.customer_leg()) and customer.seat == "held":
        seat(turn, call, "room")


def phone_held(turn: Turn, call: Interaction, leg: Leg) -> None:
    """The phone's own hold. A pair is held by Asterisk; in a room the customer is sent to the music."""
    if call.phase != "talking" or call.agent != leg.agent:
        return
    turn.emit(ev.Held(at=turn.now, interaction=call.id, agent=leg.agent))
    if leg.seat == "room":
        seat(turn, call, "held")


def phone_resumed(turn: Turn, call: Interaction, leg: Leg) -> None:
    if call.phase == "held" and call.agent == leg.agent:
        resume(turn, call)


def send_digits(turn: Turn, request: rq.SendDigits) -> None:
    """To whoever the agent talks with: somebody who is asked while the customer holds, else the customer."""
    agent, call, _ = own_talk(turn, request.agent, request.interaction, "talking", "consulting", "conference")
    consult = call.consult
    if consult and consult.state != "talking":
        raise rq.NotNow("Nobody has answered yet.")
    turn.order(PressKeys(channel=consult.channel if consult else call.channel, digits=request.digits))
    turn.emit(ev.DigitsSent(at=turn.now, interaction=call.id, agent=agent.id, count=len(request.digits)))


def mute(turn: Turn, request: rq.Mute) -> None:
    """Whoever has a leg in the call may mute it: whoever was asked into it, too."""
    agent, call = staff.known_agent(turn, request.agent), turn.call(request.interaction)
    if call is None or call.phase == "ended":
        raise rq.NoSuchCall("This call is over.")
    leg = call.leg_of(agent.id)
    if agent.interaction != call.id:
        raise rq.NotYourCall("This is not your call.")
    if not turn.state.asterisk_up or leg is None or agent.hand not in ("talking", "held"):
        raise rq.NotNow("You are not talking on this call at this moment.")
    turn.order(MuteLeg(channel=leg.channel, on=request.on))


def pick_up(turn: Turn, request: rq.AnswerOffer) -> None:
    """`offer`: that of a caller; or the call's id, for a consult and for a phone that rings for a call out."""
    agent = staff.signed_in(turn, request.agent)
    call = turn.call(agent.interaction)
    if call is None or request.offer not in (call.id, call.offer.id if call.offer else call.id):
        raise rq.NotYourCall("This call is no longer ringing at your phone.")
    leg = call.leg_of(agent.id)
    if leg is None or not turn.state.asterisk_up or agent.hand not in ("reserved", "ringing"):
        raise rq.NotNow("Your phone is not ringing.")
    if leg.device == "web":
        raise rq.NotNow("The page itself answers calls that ring in the browser.")
    turn.order(PickUp(channel=leg.channel))


# ---- more than two


def agent_left(turn: Turn, call: Interaction, by: talks.EndedBy) -> None:
    """The agent leaves a talk of several: the others go on, and the next agent among them has the call."""
    heir = heir_of(call)
    if heir is None:
        talks.end_talk(turn, call, by)
        talks.fetch_from_empty_room(turn, call)
    elif heir.role == "external":
        talks.give_to(turn, call, heir.who, by)
        talks.party_left(turn, call, heir)
    else:
        inherit(turn, call, heir, by)


def heir_of(call: Interaction) -> Party | None:
    """Who has the customer when the agent goes: an agent, else somebody outside, else a supervisor."""
    rank = {"agent": 0, "external": 1, "supervisor": 2}
    here = [party for party in call.joined() if party.channel in call.legs]
    return min(here, key=lambda party: rank[party.role], default=None)


def inherit(turn: Turn, call: Interaction, heir: Party, by: talks.EndedBy) -> None:
    leg = call.legs[heir.channel]
    monitoring.inherited(turn, call, leg)
    talks.end_talk(turn, call, by)
    talks.party_left(turn, call, heir)
    talks.go_on_with(turn, call, leg)


def part(turn: Turn, call: Interaction) -> None:
    """The customer is gone: whoever else is in the room has nobody to talk with any more."""
    for party in list(call.parties.values()):
        talks.party_left(turn, call, party)
    for leg in call.legs.values():
        if leg.role != "customer" and (leg.seat == "room" or leg.role in ("consult", "external")):
            turn.order(HangUp(channel=leg.channel))
