"""What providers that hold callers' lines ask and tell. The same question has the same answer, also after a restart.

A question is one turn of the same decisions as for callers at our own telephone: what those order for the caller is
what the provider is told, and is written down with the number of the step.
"""

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import DoWork, FlowStep, Leave, TellHost
from callcenter.calls.hosted import Told
from callcenter.calls.outside import Outcome
from callcenter.ivr import spoken
from callcenter.switchboard import arrivals, flow_calls, flows, journey, lines, ways
from callcenter.switchboard.state import Hosted, Interaction
from callcenter.switchboard.turn import Turn

NORMAL, OUT_OF_ORDER = 16, 27  # Q.850


def asked(turn: Turn, signal: sg.HostedAsked) -> None:
    call = turn.call(signal.interaction)
    if not _may_ask(turn, call, signal):
        turn.order(TellHost(agi=signal.agi, interaction=signal.interaction))
    elif call and call.hosted and _is_repeated(call.hosted, signal):
        told = call.hosted.told
        turn.order(TellHost(agi=signal.agi, interaction=call.id, step=call.hosted.step, told=told))
    else:
        _go_on(turn, call, signal)


def _may_ask(turn: Turn, call: Interaction | None, signal: sg.HostedAsked) -> bool:
    """A new call asks as step 0; one that goes on as the step it was told of, or as the one before, again."""
    if call is None:
        return signal.step == 0 and signal.interaction not in turn.state.ended
    hosted = call.hosted
    return call.phase != "ended" and hosted is not None and signal.step in (hosted.asked, hosted.step)


def _is_repeated(hosted: Hosted, signal: sg.HostedAsked) -> bool:
    return signal.step == hosted.asked and not signal.inner


def _go_on(turn: Turn, call: Interaction | None, signal: sg.HostedAsked) -> None:
    here = call or _arrive(turn, signal)
    here.asked, here.asked_in_flow = signal.agi, True
    journey.go(turn, here, _way_on(turn, here, signal) if call else arrivals.way_in(turn, here))
    _tell(turn, here, signal)


def _arrive(turn: Turn, signal: sg.HostedAsked) -> Interaction:
    call = arrivals.written_down(turn, signal)
    turn.emit(
        ev.CallHosted(
            at=turn.now, interaction=call.id, host=signal.host, channel=signal.channel, brings=signal.brings
        )
    )
    return call


def _way_on(turn: Turn, call: Interaction, signal: sg.HostedAsked) -> ways.Way | None:
    if call.leaving:
        return ways.Bye()
    if call.phase == "outside":
        return _back_from_outside(turn, call, signal.dialled_out)
    if call.session is None:
        return arrivals.way_in(turn, call)
    if signal.outcome is not None and call.session.get("asked") == signal.key:
        return flows.work_done(turn, call, _done(turn, call, signal, signal.outcome))
    return flows.resume(turn, call, signal.digits)


def _back_from_outside(turn: Turn, call: Interaction, result: str) -> ways.Way | None:
    if result == "ANSWER":
        return ways.Bye()
    return flows.go_on(turn, call, Outcome(trouble=flow_calls.TROUBLES.get(result, "failed")))


def _done(turn: Turn, call: Interaction, signal: sg.HostedAsked, outcome: Outcome) -> sg.WorkDone:
    return sg.WorkDone(at=turn.now, agi=signal.agi, interaction=call.id, key=signal.key, outcome=outcome)


# ---- what it is told


def _tell(turn: Turn, call: Interaction, signal: sg.HostedAsked) -> None:
    """Made of what was ordered for the caller; work that was ordered is begun."""
    hosted = call.hosted or Hosted(host=signal.host)
    orders = [order for order in turn.commands if getattr(order, "agi", "") == signal.agi]
    told = next((told for order in orders if (told := _made_of(call, order))), None)
    told = told or Told(do="hangup", play=(spoken.try_later(call.language),), language=call.language)
    turn.commands[:] = [order for order in turn.commands if order not in orders or isinstance(order, DoWork)]
    step, asked = hosted.step + 1, hosted.asked if signal.inner else signal.step
    turn.emit(ev.HostTold(at=turn.now, interaction=call.id, asked=asked, step=step, told=told))
    turn.order(TellHost(agi=signal.agi, interaction=call.id, step=step, told=told))


def _made_of(call: Interaction, order: object) -> Told | None:
    match order:
        case FlowStep():
            return Told(
                do="keys",
                play=order.play,
                language=call.language,
                max_digits=order.max_digits,
                timeout_s=order.timeout_s,
                terminator=order.terminator,
            )
        case DoWork():
            return Told(do="work", play=order.play, language=order.language)
        case Leave(to="hangup"):
            return Told(do="hangup", play=order.play, language=call.language)
        case TellHost():
            return order.told
    return None


# ---- the end


def ended(turn: Turn, signal: sg.HostedEnded) -> None:
    call = turn.call(signal.interaction)
    if call and call.hosted and call.phase != "ended":
        lines.customer_gone(
            turn, call, OUT_OF_ORDER if signal.failed else NORMAL, "system" if signal.failed else "caller"
        )


def overdue(turn: Turn, call: Interaction) -> None:
    """The provider has not asked for long, and nobody told of the end."""
    if call.hosted and call.hosted.until <= turn.now and call.phase != "ended":
        lines.customer_gone(turn, call, NORMAL, "caller")
