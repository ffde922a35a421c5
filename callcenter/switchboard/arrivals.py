"""A call comes in: who calls whom, whether the caller is let in, and which way the rules send the call."""

from callcenter.calls import events as ev
from callcenter.calls import numbers
from callcenter.calls import signals as sg
from callcenter.ivr import spoken
from callcenter.switchboard import ways
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn


def arrive(turn: Turn, signal: sg.FlowWanted) -> Interaction:
    """A new call at our own telephone."""
    call = written_down(turn, signal)
    open_customer_leg(turn, call.id, signal.channel)
    return call


def written_down(turn: Turn, signal: sg.FlowWanted | sg.HostedAsked) -> Interaction:
    """Who calls whom, in the caller's language or that of the number dialled."""
    gate, known = turn.board.gate, signal.known
    number = gate.number(signal.dialled)
    turn.emit(
        ev.CallArrived(
            at=turn.now,
            interaction=signal.interaction,
            channel=signal.channel,
            caller=gate.written(signal.caller),
            caller_name=signal.caller_name[:64],
            dialled=numbers.cleaned(signal.dialled),
            language=known.language or (number.language if number else "zh-CN"),
            customer=known.customer,
            tier=known.tier,
            last_agent=known.last_agent,
            last_talk_at=known.last_talk_at,
        )
    )
    return turn.state.calls[signal.interaction]


def open_customer_leg(turn: Turn, interaction: str, channel: str) -> None:
    turn.emit(ev.LegOpened(at=turn.now, interaction=interaction, channel=channel, role="customer"))


def way_in(turn: Turn, call: Interaction) -> ways.Way:
    """Out again for who is on the blacklist; where the first rule sends the call; else the number's own flow."""
    gate = turn.board.gate
    if blocked := gate.blocked(call.caller, turn.now):
        turn.emit(ev.CallBlocked(at=turn.now, interaction=call.id, number=blocked.number, reason=blocked.reason))
        return ways.Bye(play=(spoken.blocked(call.language),))
    if rule := gate.rule(call, turn.board.roster_open):
        turn.emit(ev.RuleApplied(at=turn.now, interaction=call.id, rule=rule.id, to=rule.to.to, id=rule.to.id))
        return ways.of(rule.to, call, spoken.try_later(call.language))
    number = gate.number(call.dialled)
    return ways.Run(flow=number.flow if number else "")
