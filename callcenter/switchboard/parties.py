"""What agents do with the call in hand, and who goes on with the customer when one of several leaves."""

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls.commands import HangUp, MuteLeg, PickUp, PressKeys
from callcenter.switchboard import ears, seats, staff, talks
from callcenter.switchboard.state import Interaction, Leg, Party
from callcenter.switchboard.turn import Turn

# ---- hold, keys, mute


def hold(turn: Turn, request: rq.Hold) -> None:
    agent, call, leg = staff.own_talk(turn, request.agent, request.interaction, "talking", "held")
    if request.on == (call.phase == "held"):
        raise rq.NotNow("The customer is on hold already." if request.on else "The customer is not on hold.")
    if request.on:
        turn.emit(ev.Held(at=turn.now, interaction=call.id, agent=agent.id))
        seats.seat(turn, call, "held")
        return
    if leg.on_hold:
        raise rq.NotNow("The phone itself holds the customer: take the customer back there.")
    resume(turn, call)


def resume(turn: Turn, call: Interaction) -> None:
    """The customer is back with the agent."""
    turn.emit(ev.Resumed(at=turn.now, interaction=call.id, agent=call.agent))
    if (customer := call.customer_leg()) and customer.seat == "held":
        seats.seat(turn, call, "room")


def phone_held(turn: Turn, call: Interaction, leg: Leg) -> None:
    """The phone's own hold. A pair is held by Asterisk; in a room the customer is sent to the music."""
    if call.phase != "talking" or call.agent != leg.agent:
        return
    turn.emit(ev.Held(at=turn.now, interaction=call.id, agent=leg.agent))
    if leg.seat == "room":
        seats.seat(turn, call, "held")


def phone_resumed(turn: Turn, call: Interaction, leg: Leg) -> None:
    if call.phase == "held" and call.agent == leg.agent:
        resume(turn, call)


def send_digits(turn: Turn, request: rq.SendDigits) -> None:
    """To whoever the agent talks with: somebody who is asked while the customer holds, else the customer."""
    agent, call, _ = staff.own_talk(turn, request.agent, request.interaction, "talking", "consulting", "conference")
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
        seats.fetch_from_empty_room(turn, call)
    elif heir.role == "external":
        talks.give_to(turn, call, heir.who, by)
        seats.party_left(turn, call, heir)
    else:
        inherit(turn, call, heir, by)


def heir_of(call: Interaction) -> Party | None:
    """Who has the customer when the agent goes: an agent, else somebody outside, else a supervisor."""
    rank = {"agent": 0, "external": 1, "supervisor": 2}
    here = [party for party in call.joined() if party.channel in call.legs]
    return min(here, key=lambda party: rank[party.role], default=None)


def inherit(turn: Turn, call: Interaction, heir: Party, by: talks.EndedBy) -> None:
    leg = call.legs[heir.channel]
    ears.inherited(turn, call, leg)
    talks.end_talk(turn, call, by)
    seats.party_left(turn, call, heir)
    talks.go_on_with(turn, call, leg)


def part(turn: Turn, call: Interaction) -> None:
    """The customer is gone: whoever else is in the room has nobody to talk with any more."""
    for party in list(call.parties.values()):
        seats.party_left(turn, call, party)
    for leg in call.legs.values():
        if leg.role != "customer" and (leg.seat == "room" or leg.role in ("consult", "external")):
            turn.order(HangUp(channel=leg.channel))
