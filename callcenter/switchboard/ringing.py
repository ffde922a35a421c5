"""Phones that ring in vain, or are to ring no longer: whatever they ring for."""

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.switchboard import callbacks, consults, outbound
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

_CONSULT: dict[ev.Outcome, ev.ConsultResult] = {
    "no_answer": "no_answer",
    "rejected": "rejected",
    "withdrawn": "rejected",
    "busy": "busy",
    "unreachable": "unreachable",
}


def take_back(turn: Turn, call: Interaction, agent: str, reason: ev.Outcome) -> None:
    """This agent is not to be rung any longer."""
    if call.consult and call.consult.party == agent:
        consults.failed(turn, call, _CONSULT.get(reason, "failed"))
    elif outbound.is_tried(call):
        outbound.agent_gone(turn, call)
    elif call.offer or call.callback:
        callbacks.take_back(turn, call, agent, reason)


def agent_rung(turn: Turn, signal: sg.AgentRung) -> None:
    """A phone that was rung by itself did not answer, or could not be rung."""
    call = turn.call(signal.interaction)
    if call and call.consult and call.consult.party == signal.agent:
        consults.failed(turn, call, signal.result)
    elif call and call.direction == "out":
        outbound.agent_rung(turn, call, signal)
    elif call and callbacks.is_tried(call):
        callbacks.agent_rung(turn, signal)


def customer_called(turn: Turn, signal: sg.CustomerCalled) -> None:
    call = turn.call(signal.interaction)
    if call and call.direction == "out":
        outbound.customer_called(turn, call, signal)
    else:
        callbacks.customer_called(turn, signal)


def outside_called(turn: Turn, signal: sg.OutsideCalled) -> None:
    call = turn.call(signal.interaction)
    if call and call.consult and call.consult.channel == signal.channel:
        consults.failed(turn, call, signal.result)
