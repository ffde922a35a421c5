"""Decisions on callers in a flow: arrival, keys, and where the flow leads them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.calls import events as ev
from callcenter.calls import numbers
from callcenter.calls import signals as sg
from callcenter.calls.commands import FlowStep, Leave
from callcenter.ivr import session as ivr
from callcenter.ivr import spoken
from callcenter.switchboard.offers import place_prompt
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn


def flow_wanted(turn: Turn, signal: sg.FlowWanted) -> None:
    call = turn.call(signal.interaction)
    if call is None:
        call = arrive(turn, signal)
    call.asked = signal.agi
    if call.phase in ("waiting", "offered", "ringing"):
        turn.order(Leave(agi=signal.agi, to="wait", queue=call.queue, queued_at=call.place_at))
    elif call.leaving:
        turn.order(Leave(agi=signal.agi, to="hangup"))  # the connection broke during the goodbye
    elif call.session is not None:
        _again(turn, call)
    else:
        _begin(turn, call)


def arrive(turn: Turn, signal: sg.FlowWanted) -> Interaction:
    """A new call: write down who calls whom, in the language of the number dialled."""
    number = turn.board.number(signal.dialled)
    caller = numbers.normalised(signal.caller, turn.state.centre.country, turn.state.centre.area_code)
    turn.emit(
        ev.CallArrived(
            at=turn.now,
            interaction=signal.interaction,
            channel=signal.channel,
            caller=caller,
            caller_name=signal.caller_name[:64],
            dialled=numbers.cleaned(signal.dialled),
            language=number.language if number else "zh-CN",
        )
    )
    open_customer_leg(turn, signal.interaction, signal.channel)
    return turn.state.calls[signal.interaction]


def open_customer_leg(turn: Turn, interaction: str, channel: str) -> None:
    turn.emit(ev.LegOpened(at=turn.now, interaction=interaction, channel=channel, role="customer"))


def flow_input(turn: Turn, signal: sg.FlowInput) -> None:
    call = turn.call(signal.interaction)
    if call is None or call.session is None:
        turn.order(Leave(agi=signal.agi, to="hangup"))
        return
    found = turn.board.flow(call.flow, call.flow_version)
    if found is None:
        _fail(turn, call)
        return
    session = ivr.from_checkpoint(call.session)
    _follow(turn, call, ivr.resume(found[0], session, signal.digits, _context(turn, call)))


def _begin(turn: Turn, call: Interaction) -> None:
    found = turn.board.flow(_flow_id(turn, call))
    if found is None:
        _fail(turn, call)
        return
    flow, version = found
    step = ivr.start(flow, version, _context(turn, call))
    turn.emit(
        ev.FlowStarted(
            at=turn.now,
            interaction=call.id,
            flow=flow.id,
            version=version,
            session=ivr.to_checkpoint(step.session),
        )
    )
    _follow(turn, call, step)


def _flow_id(turn: Turn, call: Interaction) -> str:
    if call.phase == "survey":
        queue = turn.state.queues.get(call.queue)
        return queue.survey or "" if queue else ""
    number = turn.board.number(call.dialled)
    return number.flow if number else ""


def _again(turn: Turn, call: Interaction) -> None:
    """The dialplan asks once more: the connection broke. The same node from its beginning."""
    found = turn.board.flow(call.flow, call.flow_version)
    if found is None or call.session is None:
        _fail(turn, call)
        return
    session = ivr.from_checkpoint(call.session)
    _follow(turn, call, ivr.again(found[0], session, _context(turn, call)))


def _context(turn: Turn, call: Interaction) -> ivr.Context:
    return ivr.Context(
        local_now=datetime.fromtimestamp(turn.now, ZoneInfo(turn.state.centre.zone)),
        language=call.language,
        caller=call.caller,
        dialled=call.dialled,
        agent=call.agent,
        queue=call.queue,
    )


def _follow(turn: Turn, call: Interaction, step: ivr.Step) -> None:
    for note in step.notes:
        _write_down(turn, call, note)
    match step.then:
        case ivr.Collect():
            _wait_for_keys(turn, call, step, step.then)
        case ivr.ToQueue():
            _to_queue(turn, call, step.then)
        case ivr.End():
            _end_flow(turn, call, "hangup")
            turn.order(Leave(agi=call.asked, to="hangup", play=step.then.play))


def _wait_for_keys(turn: Turn, call: Interaction, step: ivr.Step, collect: ivr.Collect) -> None:
    turn.emit(
        ev.FlowStepped(
            at=turn.now,
            interaction=call.id,
            node=step.session.node,
            session=ivr.to_checkpoint(step.session),
        )
    )
    turn.order(
        FlowStep(
            agi=call.asked,
            play=collect.play,
            max_digits=collect.max_digits,
            timeout_s=collect.timeout_s,
            terminator=collect.terminator,
        )
    )


def _to_queue(turn: Turn, call: Interaction, to: ivr.ToQueue) -> None:
    if to.queue not in turn.state.queues:
        _fail(turn, call)
        return
    _end_flow(turn, call, "queue")
    turn.emit(ev.QueueEntered(at=turn.now, interaction=call.id, queue=to.queue, entered_at=turn.now))
    turn.order(
        Leave(
            agi=call.asked,
            to="wait",
            play=(*to.play, place_prompt(turn, call)),
            language=call.language,
            queue=call.queue,
            queued_at=call.place_at,
        )
    )


def _write_down(turn: Turn, call: Interaction, note: ivr.Note) -> None:
    match note:
        case ivr.Pressed(node=node, key=key, valid=valid):
            turn.emit(
                ev.KeyPressed(at=turn.now, interaction=call.id, flow=call.flow, node=node, key=key, valid=valid)
            )
        case ivr.Chose(language=language):
            turn.emit(ev.LanguageChosen(at=turn.now, interaction=call.id, language=language))
        case ivr.Rated():
            turn.emit(
                ev.SurveyAnswered(
                    at=turn.now,
                    interaction=call.id,
                    survey=call.flow,
                    question=note.question,
                    key=note.key,
                    score=note.score,
                    satisfied=note.satisfied,
                    agent=call.agent,
                    queue=call.queue,
                )
            )


def _end_flow(turn: Turn, call: Interaction, result: str) -> None:
    if call.session is not None:
        turn.emit(ev.FlowEnded(at=turn.now, interaction=call.id, flow=call.flow, result=result))  # type: ignore[arg-type]


def _fail(turn: Turn, call: Interaction) -> None:
    """No flow to follow: say so politely and end the call."""
    _end_flow(turn, call, "failed")
    turn.order(Leave(agi=call.asked, to="hangup", play=(spoken.try_later(call.language),)))
