"""Calls that agents begin.

The agent's phone is rung first; when it is there, the customer is called in a call of its own, whose id is chosen
here and is the customer's channel, too; on answer both are joined as a callback's are.
"""

import msgspec

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.centre import Device
from callcenter.calls.commands import CallCustomer, HangUp, Leave, RingAgent
from callcenter.calls.desk import OutboundNumber
from callcenter.calls.languages import Language
from callcenter.ivr import spoken, telephone
from callcenter.switchboard import phones, recording, staff
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

RING_AGENT_S = 30
_AGENT = {"no_answer": "agent_no_answer", "busy": "agent_no_answer"}


class Line(msgspec.Struct, frozen=True):
    """How a number is called: written in whole, over which trunk, shown as what (empty: what the trunk shows)."""

    number: str
    trunk: str
    as_number: str


def line(turn: Turn, number: str, as_number: str = "") -> Line:
    """Raises NumberNotAllowed when the centre does not let agents call it, or has no such number to show."""
    shown = _shown(turn, as_number)
    return Line(_allowed(turn, number), shown.trunk, shown.number)


def _allowed(turn: Turn, number: str) -> str:
    centre = turn.state.centre
    found = telephone.verdict(number, centre.country, centre.area_code, centre.outbound.allowed)
    if not found.number:
        allowed = ", ".join(centre.outbound.allowed) or f"numbers of {centre.country}"
        raise rq.NumberNotAllowed(f"{number} cannot be called from here; allowed: {allowed}.")
    return found.number


class _Plain(msgspec.Struct, frozen=True):
    """The first trunk with its own number: of a centre that lists none."""

    number: str = ""
    trunk: str = ""


def _shown(turn: Turn, as_number: str) -> OutboundNumber | _Plain:
    numbers = turn.state.centre.outbound.numbers
    if not as_number:
        return numbers[0] if numbers else _Plain()
    for one in numbers:
        if as_number == one.number:
            return one
    listed = ", ".join(one.number for one in numbers) or "none"
    raise rq.NumberNotAllowed(f"Calls cannot be shown as {as_number}; allowed: {listed}.")


# ---- begun


def dial(turn: Turn, request: rq.DialOut) -> None:
    """The reply has `interaction`."""
    agent = staff.signed_in(turn, request.agent)
    if not turn.state.asterisk_up:
        raise rq.NotNow("The telephone system cannot be reached at this moment. Try again shortly.")
    if agent.hand == "wrap_up":
        raise rq.NotNow("Finish writing up the last call first.")
    device = phones.free(turn, agent)
    to = line(turn, request.number, request.as_number)
    call = _open(turn, agent.id, device, to)
    turn.order(
        RingAgent(
            interaction=call.id,
            agent=agent.id,
            device=device,
            ring_s=RING_AGENT_S,
            whisper=spoken.calling_out(call.language),
            language=call.language,
            ringback=True,
            auto_answer=device == "web",
        )
    )
    turn.reply["interaction"] = call.id


def _open(turn: Turn, agent: str, device: Device, to: Line) -> Interaction:
    interaction = f"out{agent}-{round(turn.now * 1000)}"
    if interaction in turn.state.calls or interaction in turn.state.ended:
        raise rq.NotNow("You called somebody at this very moment. Try again in a second.")
    turn.emit(
        ev.CallArrived(
            at=turn.now,
            interaction=interaction,
            channel=interaction,
            caller=to.number,
            caller_name="",
            dialled=to.as_number,
            language=_language(turn, to.as_number),
            source="outbound",
        )
    )
    turn.emit(
        ev.DialledOut(
            at=turn.now,
            interaction=interaction,
            agent=agent,
            device=device,
            number=to.number,
            as_number=to.as_number,
            trunk=to.trunk,
        )
    )
    return turn.state.calls[interaction]


def _language(turn: Turn, as_number: str) -> Language:
    """That of the hotline number the call is shown as; else the centre's."""
    number = turn.board.gate.number(as_number) if as_number else None
    return number.language if number else phones.language(turn)


# ---- carried out


def is_tried(call: Interaction) -> bool:
    """Its customer, as far as we know, has not answered."""
    return call.direction == "out" and call.phase == "dialling"


def customer_uncalled(call: Interaction) -> bool:
    return is_tried(call) and call.channel not in call.legs


def agent_answered(turn: Turn, call: Interaction) -> None:
    """The agent is there: now the customer."""
    if not customer_uncalled(call):
        return
    turn.emit(ev.LegOpened(at=turn.now, interaction=call.id, channel=call.channel, role="customer"))
    turn.order(
        CallCustomer(
            interaction=call.id,
            number=call.caller,
            trunk=call.trunk,
            ring_s=turn.state.centre.outbound.ring_s,
            language=call.language,
            queue="",
            queued_at=0.0,
            as_number=call.as_number,
        )
    )


def customer_answered(turn: Turn, call: Interaction) -> None:
    leg = call.leg_of(call.begun_by)
    if leg is None:
        turn.order(Leave(agi=call.asked, to="hangup"))
        return
    turn.order(
        Leave(
            agi=call.asked,
            to="agent",
            partner=leg.channel,
            recorded=recording.wanted(turn, call, (call.begun_by,)),
            language=call.language,
        )
    )


# ---- come to nothing


def agent_rung(turn: Turn, call: Interaction, signal: sg.AgentRung) -> None:
    if signal.agent == call.begun_by:
        fail(turn, call, _AGENT.get(signal.result, signal.result), "system")


def customer_called(turn: Turn, call: Interaction, signal: sg.CustomerCalled) -> None:
    fail(turn, call, signal.result, "system")


def agent_gone(turn: Turn, call: Interaction) -> None:
    """Hung up, or was lost, before the customer was there."""
    fail(turn, call, "agent_gone", "agent")


def customer_gone(turn: Turn, call: Interaction, cause: int, by: ev.EndedBy) -> None:
    """The customer's leg has ended before the two were joined: an answer that comes too late, or none."""
    fail(turn, call, "busy" if cause == 17 else "no_answer", by, cause)


def overdue(turn: Turn, call: Interaction) -> None:
    if is_tried(call) and 0 < call.try_until <= turn.now:
        fail(turn, call, "failed", "system")


def fail(turn: Turn, call: Interaction, reason: str, by: ev.EndedBy, cause: int = 16) -> None:
    """End what there is of the call; the agent is free again."""
    if not is_tried(call):
        return
    for leg in list(call.legs.values()):
        turn.order(HangUp(channel=leg.channel))
    if call.channel in call.legs:
        turn.emit(ev.LegClosed(at=turn.now, interaction=call.id, channel=call.channel, cause=cause))
    turn.emit(ev.DialOutFailed(at=turn.now, interaction=call.id, agent=call.begun_by, reason=reason))  # type: ignore[arg-type]
    turn.emit(ev.CallEnded(at=turn.now, interaction=call.id, by=by, cause=cause, phase="dialling", answered=False))
