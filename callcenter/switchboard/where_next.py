"""The customer's channel asks where to: when a dial is over, and again and again from the music of those on hold."""

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import Leave
from callcenter.ivr import spoken
from callcenter.switchboard import offers, reconnection, seats, talks, waiting
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

SETTLED_S = 8.0  # so long after a move a customer who is still on hold has not arrived yet; then is moved again
SILENT_RESULTS: dict[str, ev.Outcome] = {
    "NOANSWER": "no_answer",
    "BUSY": "rejected",
    "CONGESTION": "failed",
    "CHANUNAVAIL": "unreachable",
    "CANCEL": "withdrawn",
    "ANSWER": "agent_gone",
}


# ---- after a dial


def next_wanted(turn: Turn, signal: sg.NextWanted) -> None:
    """The dial is over and the caller still there."""
    call = turn.call(signal.interaction)
    if call is None:
        turn.order(Leave(agi=signal.agi, to="hangup"))
        return
    call.asked, call.asked_in_flow = signal.agi, True
    if call.phase in ("talking", "held", "conference"):
        for party in list(call.parties.values()):
            seats.party_left(turn, call, party)  # all have gone, whatever was reported of them so far
        leg = call.leg_of(call.agent)
        by = reconnection.left(turn, call, leg) if leg else "agent"
        if by:
            talks.end_talk(turn, call, by)
    if call.phase == "reconnecting":
        reconnection.next_wanted(turn, call, signal.agi)
        return
    if call.offer and (call.offer.id == signal.offer or call.phase == "waiting"):
        offers.fail(turn, call, SILENT_RESULTS.get(signal.result, "failed"))
    if call.phase == "parked":
        talks.after_talk(turn, call, signal.agi)
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
        talks.line_up_again(turn, call, signal.agi, spoken.transfer_failed(call.language))
    elif signal.offer == "outside" or (customer and customer.seat == "room"):
        if call.session is not None:
            turn.emit(ev.FlowEnded(at=turn.now, interaction=call.id, flow=call.flow, result="outside"))
        turn.order(Leave(agi=signal.agi, to="hangup", play=(spoken.goodbye(call.language),)))
    else:
        turn.order(Leave(agi=signal.agi, to="held"))  # about to be moved to the number


# ---- on hold


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
        seats.seat(turn, call, "room")
