"""What a caller's channel asks for, and the way it is led: to a flow, a queue, a mailbox or the end."""

from callcenter.calls import signals as sg
from callcenter.calls.commands import Leave
from callcenter.calls.hosted import PREFIX
from callcenter.calls.outside import Outcome
from callcenter.ivr import spoken
from callcenter.switchboard import (
    arrivals,
    callbacks,
    flow_calls,
    flows,
    hosted,
    outbound,
    surveys,
    voicemail,
    waiting,
    ways,
    where_next,
)
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

TOGETHER = frozenset({"talking", "held", "consulting", "conference", "reconnecting", "outside"})
MOST_STEPS = 8  # queues that send callers to each other must not do so for ever


def go(turn: Turn, call: Interaction, way: ways.Way | None) -> None:
    """Follow the ways until the caller has somewhere to be."""
    for _ in range(MOST_STEPS):
        if way is None:
            return
        way = _step(turn, call, way)
    _bye(turn, call, ways.Bye(play=(spoken.try_later(call.language),)))


def _step(turn: Turn, call: Interaction, way: ways.Way) -> ways.Way | None:
    if call.hosted and not isinstance(way, ways.Run | ways.Bye):
        return hosted.bring(turn, call)
    match way:
        case ways.Enter():
            return waiting.enter(turn, call, way)
        case ways.Run():
            return flows.run(turn, call, way)
        case ways.AskCallback():
            return flows.ask_callback(turn, call, way)
        case ways.Record():
            voicemail.begin(turn, call, way)
        case ways.Listen():
            turn.order(Leave(agi=call.asked, to="mailbox", play=way.play, language=call.language))
        case ways.WaitOn():
            waiting.wait_on(turn, call, way)
        case ways.Bye() if call.phase == "voicemail" and flow_calls.waits(call):
            surveys.spoken(turn, call)
            return flows.go_on(turn, call, Outcome(values={"left": bool(call.message)}))
        case ways.Bye():
            _bye(turn, call, way)
    return None


def _bye(turn: Turn, call: Interaction, way: ways.Bye) -> None:
    turn.order(Leave(agi=call.asked, to="hangup", play=way.play))


def flow_wanted(turn: Turn, signal: sg.FlowWanted) -> None:
    """The channel asks for a flow: it has arrived, comes back after a break, or was sent here."""
    known = turn.call(signal.interaction)
    if _comes_too_late(turn, known, signal):
        turn.order(Leave(agi=signal.agi, to="hangup"))
        return
    call = known or arrivals.arrive(turn, signal)
    call.asked, call.asked_in_flow = signal.agi, True
    if known is None:
        go(turn, call, arrivals.way_in(turn, call))
    elif call.hosted:
        hosted.came_over(turn, call, signal.channel)
        go(turn, call, _way_on(turn, call))
    elif outbound.is_tried(call):
        outbound.customer_answered(turn, call)
    elif call.phase == "outside" and flow_calls.waits(call):
        go(turn, call, flows.go_on(turn, call, Outcome(trouble="failed")))  # has come back while nobody listened
    elif call.phase in TOGETHER:
        turn.order(Leave(agi=signal.agi, to="held"))  # is about to be fetched
    elif call.leaving:
        go(turn, call, ways.Bye())  # the connection broke during the goodbye
    elif call.phase in ("waiting", "offered", "ringing") and not _is_partnered(call):
        go(turn, call, ways.WaitOn())
    elif call.phase == "voicemail":
        go(turn, call, voicemail.done(turn, call))
    elif call.callback and call.phase in ("dialling", "offered", "ringing"):
        callbacks.customer_answered(turn, call)
    elif call.session is not None:
        go(turn, call, flows.again(turn, call))
    else:
        go(turn, call, flows.survey(turn, call) if call.phase == "survey" else arrivals.way_in(turn, call))


def _comes_too_late(turn: Turn, known: Interaction | None, signal: sg.FlowWanted) -> bool:
    """Somebody we called answers after all, or a provider brings a call: nobody is there any more. Or two bear the
    id of one call that was brought."""
    if known is not None:
        return hosted.is_another(known, signal.channel)
    ours = signal.channel == signal.interaction or signal.interaction.startswith(PREFIX)
    return ours and signal.interaction in turn.state.ended


def _way_on(turn: Turn, call: Interaction) -> ways.Way | None:
    """Of a call that a provider has brought over."""
    if call.leaving:
        return ways.Bye()
    return arrivals.way_in(turn, call) if call.session is None else flows.brought(turn, call)


def _is_partnered(call: Interaction) -> bool:
    """A callback whose agent was rung first, and whose customer answers now."""
    return bool(call.callback) and not call.in_queue


def flow_input(turn: Turn, signal: sg.FlowInput) -> None:
    """Keys, or none in time: in a flow, in the waiting room, or after the greeting of a callback."""
    call = turn.call(signal.interaction)
    if call is None:
        turn.order(Leave(agi=signal.agi, to="hangup"))
        return
    call.asked = signal.agi
    if call.phase == "waiting" and call.in_queue:
        go(turn, call, waiting.key(turn, call, signal.digits))
    elif call.phase == "dialling":
        callbacks.greeted(turn, call)
    elif call.phase == "voicemail":
        go(turn, call, voicemail.key(turn, call, signal.digits))
    elif call.session is not None:
        go(turn, call, flows.resume(turn, call, signal.digits))
    elif call.phase in ("offered", "ringing"):
        turn.order(Leave(agi=signal.agi, to="stay"))
    else:
        turn.order(Leave(agi=signal.agi, to="hangup"))


def work_done(turn: Turn, signal: sg.WorkDone) -> None:
    """What a flow had done outside the call is done, or given up."""
    call = turn.call(signal.interaction)
    if call is not None and call.session is not None and call.asked == signal.agi:
        go(turn, call, flows.work_done(turn, call, signal))


def beat(turn: Turn, signal: sg.Beat) -> None:
    """The caller is in the waiting room; answer with what is to be heard now."""
    call = _waiting(turn, signal)
    if call is None:
        return
    outcome = flow_calls.given_up(turn, call)
    go(turn, call, flows.go_on(turn, call, outcome) if outcome else waiting.beat(turn, call))


def next_wanted(turn: Turn, signal: sg.NextWanted) -> None:
    """Somebody whom a flow had called did not answer: it goes on. Everything else is a matter of the talk."""
    call = turn.call(signal.interaction)
    outcome = flow_calls.failed(turn, call, signal) if call else None
    if call and outcome:
        call.asked, call.asked_in_flow = signal.agi, True
        go(turn, call, flows.go_on(turn, call, outcome))
    else:
        where_next.next_wanted(turn, signal)


def wait_key(turn: Turn, signal: sg.WaitKey) -> None:
    call = _waiting(turn, signal)
    if call:
        go(turn, call, waiting.key(turn, call, signal.key))


def _waiting(turn: Turn, signal: sg.Beat | sg.WaitKey) -> Interaction | None:
    """The call when it waits; otherwise its channel is told where to be."""
    call = turn.call(signal.interaction)
    if call and call.phase == "waiting" and call.in_queue:
        call.asked, call.asked_in_flow = signal.agi, False
        return call
    ringing = call and call.phase in ("offered", "ringing")
    turn.order(Leave(agi=signal.agi, to="stay" if ringing else "flow"))
    return None


def question_closed(turn: Turn, signal: sg.QuestionClosed) -> None:
    call = turn.call(signal.interaction)
    if call and call.asked == signal.agi:
        call.asked = ""
