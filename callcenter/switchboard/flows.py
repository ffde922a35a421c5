"""Decisions on callers in a flow: its beginning, keys, and where the flow leads them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.commands import DoWork, FlowStep, Leave
from callcenter.calls.languages import Prompt
from callcenter.calls.work import CallNumber
from callcenter.ivr import session as ivr
from callcenter.ivr import spoken
from callcenter.ivr.callback_flow import callback_flow
from callcenter.ivr.flow import Flow
from callcenter.switchboard import callbacks, flow_calls, hosted, surveys, ways
from callcenter.switchboard.state import Interaction
from callcenter.switchboard.turn import Turn

BUILT_IN = 0  # the version of a flow that is not a document


def run(turn: Turn, call: Interaction, way: ways.Run) -> ways.Way | None:
    """Begin the flow `way` names, after what `way` says."""
    found = turn.board.flow(way.flow)
    return _begin(turn, call, *found, way.play) if found else _fail(turn, call)


def ask_callback(turn: Turn, call: Interaction, way: ways.AskCallback) -> ways.Way | None:
    queue = turn.state.queues.get(way.queue)
    if queue is None or queue.callback is None:
        return ways.WaitOn() if call.in_queue else _fail(turn, call)
    return _begin(turn, call, callback_flow(queue.id), BUILT_IN, way.play)


def survey(turn: Turn, call: Interaction) -> ways.Way | None:
    queue = turn.state.queues.get(call.queue)
    return run(turn, call, ways.Run(flow=queue.survey or "" if queue else ""))


def _begin(turn: Turn, call: Interaction, flow: Flow, version: int, play: tuple[Prompt, ...] = ()) -> ways.Way | None:
    step = ivr.start(flow, version, _context(turn, call), turn.board.flow)
    turn.emit(
        ev.FlowStarted(
            at=turn.now,
            interaction=call.id,
            flow=flow.id,
            version=version,
            session=ivr.to_checkpoint(step.session),
        )
    )
    surveys.begun(turn, call)
    return _follow(turn, call, step, play)


def resume(turn: Turn, call: Interaction, digits: str) -> ways.Way | None:
    """Go on after keys, or none in time."""
    flow = _flow_of(turn, call)
    if flow is None or call.session is None:
        return _fail(turn, call)
    session = ivr.from_checkpoint(call.session)
    return _follow(turn, call, ivr.resume(flow, session, digits, _context(turn, call), turn.board.flow))


def work_done(turn: Turn, call: Interaction, signal: sg.WorkDone) -> ways.Way | None:
    """What came of work outside. Whatever the flow does not wait for any more is passed over."""
    flow = _flow_of(turn, call)
    if flow is None or call.session is None:
        return _fail(turn, call)
    session = ivr.from_checkpoint(call.session)
    if session.asked != signal.key:
        return None
    if signal.outcome.hung_up:
        return ways.Bye()
    step = ivr.answered(flow, session, signal.outcome, _context(turn, call), turn.board.flow)
    return _follow(turn, call, step, outcome=signal.outcome.word)


def go_on(turn: Turn, call: Interaction, outcome: ivr.Outcome) -> ways.Way | None:
    """The caller is back from where a node had led the call: the flow goes on with what came of it."""
    flow = _flow_of(turn, call)
    if flow is None or call.session is None:
        return _fail(turn, call)
    turn.emit(ev.FlowStepped(at=turn.now, interaction=call.id, node=call.node, session=call.session, path=()))
    session = ivr.from_checkpoint(call.session)
    step = ivr.answered(flow, session, outcome, _context(turn, call), turn.board.flow)
    return _follow(turn, call, step, outcome=outcome.word)


def again(turn: Turn, call: Interaction) -> ways.Way | None:
    """The dialplan asks once more: the connection broke, or the caller was sent here. The same node anew."""
    flow = _flow_of(turn, call)
    if flow is None or call.session is None:
        return _fail(turn, call)
    session = ivr.from_checkpoint(call.session)
    return _follow(turn, call, ivr.again(flow, session, _context(turn, call), turn.board.flow))


def brought(turn: Turn, call: Interaction) -> ways.Way | None:
    """A provider has brought the call to our own telephone: the same node anew, but what led here was heard there."""
    flow = _flow_of(turn, call)
    if flow is None or call.session is None:
        return _fail(turn, call)
    step = ivr.again(flow, ivr.from_checkpoint(call.session), _context(turn, call), turn.board.flow)
    if hosted.is_beyond(step.then):
        step = replace(step, then=replace(step.then, play=()))
    return _follow(turn, call, step)


def _flow_of(turn: Turn, call: Interaction) -> Flow | None:
    if call.flow_version == BUILT_IN:
        return callback_flow(call.queue)
    found = turn.board.flow(call.flow, call.flow_version)
    return found[0] if found else None


def _context(turn: Turn, call: Interaction) -> ivr.Context:
    centre, queue = turn.state.centre, turn.state.queues.get(call.queue)
    local_now = datetime.fromtimestamp(turn.now, ZoneInfo(centre.zone))
    return ivr.Context(
        local_now=local_now,
        language=call.language,
        caller=call.caller,
        dialled=call.dialled,
        agent=call.agent,
        queue=call.queue,
        wait=callbacks.foretold(turn, call),
        country=centre.country,
        area_code=centre.area_code,
        allowed=queue.callback.allowed if queue and queue.callback else (),
        may_return=call.in_queue,
        pending=callbacks.pending(turn, call),
        call=call.id,
        customer=ivr.Customer(id=call.customer, tier=call.tier, last_agent=call.last_agent),
        open_rosters=turn.board.open_rosters(),
        holiday=any(day.date <= local_now.date() <= (day.until or day.date) for day in centre.holidays),
        chance=turn.board.chance(),
        secrets=turn.board.secrets.get(call.id, {}),
    )


def _follow(
    turn: Turn, call: Interaction, step: ivr.Step, play: tuple[Prompt, ...] = (), outcome: str = ""
) -> ways.Way | None:
    """`outcome`: the word for what came of the work outside that the flow has waited for."""
    for note in step.notes:
        _write_down(turn, call, note)
    turn.board.keep_secrets(call.id, step.secrets)
    then = step.then
    if call.hosted and hosted.is_beyond(then):
        return _bring(turn, call, step, (*play, *then.play), outcome)
    if isinstance(then, ivr.Collect | ivr.Outside):
        return _wait(turn, call, step, then, play, outcome)
    return _leave(turn, call, step, then, (*play, *then.play), outcome)


def _leave(
    turn: Turn, call: Interaction, step: ivr.Step, then: ivr.Leaving, play: tuple[Prompt, ...], outcome: str
) -> ways.Way:
    match then:
        case ivr.ToQueue():
            _end_flow(turn, call, "queue", step, outcome)
            return ways.Enter(queue=then.queue, play=play, skills=dict(then.skills))
        case ivr.ToVoicemail():
            callbacks.give_up_place(turn, call, "voicemail", then.mailbox)
            _end_flow(turn, call, "voicemail", step, outcome)
            return ways.Record(mailbox=then.mailbox, play=play)
        case ivr.ToMailbox():
            callbacks.give_up_place(turn, call, "overflow", "")
            _end_flow(turn, call, "mailbox", step, outcome)
            return ways.Listen(play=play)
        case ivr.ToCallback():
            _end_flow(turn, call, "callback", step, outcome)
            return callbacks.ask(turn, call, then.queue, then.number, play)
        case ivr.Back():
            _end_flow(turn, call, "waiting", step, outcome)
            return ways.WaitOn(play=play)
        case ivr.End():
            callbacks.give_up_place(turn, call, "overflow", "")
            _end_flow(turn, call, "failed" if step.fault else "hangup", step, outcome)
            return ways.Bye(play=play)


def _wait(
    turn: Turn,
    call: Interaction,
    step: ivr.Step,
    then: ivr.Collect | ivr.Outside,
    play: tuple[Prompt, ...],
    outcome: str,
) -> ways.Way | None:
    heard = (*play, *then.play)
    if not _checkpoint(turn, call, step, play, outcome):
        return None
    if isinstance(then, ivr.Collect):
        _collect(turn, call, then, heard)
        return None
    return _have_done(turn, call, step, then, heard)


def _collect(turn: Turn, call: Interaction, collect: ivr.Collect, play: tuple[Prompt, ...]) -> None:
    turn.order(
        FlowStep(
            agi=call.asked,
            play=play,
            max_digits=collect.max_digits,
            timeout_s=collect.timeout_s,
            terminator=collect.terminator,
            between_s=collect.between_s,
            secret=collect.secret,
        )
    )


def _have_done(
    turn: Turn, call: Interaction, step: ivr.Step, asked: ivr.Outside, play: tuple[Prompt, ...]
) -> ways.Way | None:
    if isinstance(asked.work, flow_calls.FlowCall):
        outcome = _put_through(turn, call, asked.work, play)
        return go_on(turn, call, outcome) if outcome else None
    turn.order(
        DoWork(
            agi=call.asked,
            interaction=call.id,
            key=asked.key,
            work=asked.work,
            within_s=asked.within_s,
            language=step.language,
            play=play,
            music=asked.music,
            at_call=asked.at_call,
        )
    )
    return None


def _put_through(
    turn: Turn, call: Interaction, work: flow_calls.FlowCall, play: tuple[Prompt, ...]
) -> ivr.Outcome | None:
    if call.hosted and isinstance(work, CallNumber):
        return hosted.dial(turn, call, work, play)
    return flow_calls.begin(turn, call, work, play)


def _bring(turn: Turn, call: Interaction, step: ivr.Step, heard: tuple[Prompt, ...], outcome: str) -> ways.Way | None:
    """The line's provider cannot do what comes next."""
    if hosted.may_be_brought(call):
        _checkpoint(turn, call, step, (), outcome)
    else:
        fault = f"node {step.session.place!r}: needs our own telephone, and the provider has no way to it"
        _end_flow(turn, call, "failed", replace(step, fault=fault), outcome)
    return hosted.bring(turn, call, heard)


def _checkpoint(turn: Turn, call: Interaction, step: ivr.Step, play: tuple[Prompt, ...], outcome: str = "") -> bool:
    """Write down where the caller is. False: first the caller is led to where the flow can be heard."""
    turn.emit(
        ev.FlowStepped(
            at=turn.now,
            interaction=call.id,
            node=step.session.place,
            session=ivr.to_checkpoint(step.session),
            path=step.path,
            outcome=outcome,
        )
    )
    if not call.asked_in_flow:  # the waiting room plays music
        turn.order(Leave(agi=call.asked, to="flow", play=play, language=call.language))
    return call.asked_in_flow


def _write_down(turn: Turn, call: Interaction, note: ivr.Note) -> None:
    match note:
        case ivr.Pressed(node=node, key=key, valid=valid):
            turn.emit(
                ev.KeyPressed(at=turn.now, interaction=call.id, flow=call.flow, node=node, key=key, valid=valid)
            )
        case ivr.Chose(language=language):
            turn.emit(ev.LanguageChosen(at=turn.now, interaction=call.id, language=language))
        case ivr.Identified(customer=customer, tier=tier):
            turn.emit(ev.CustomerIdentified(at=turn.now, interaction=call.id, customer=customer, tier=tier))
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
                    solved=note.solved,
                    agent=call.agent,
                    queue=call.queue,
                )
            )


def _end_flow(
    turn: Turn, call: Interaction, result: ev.FlowResult, step: ivr.Step | None = None, outcome: str = ""
) -> None:
    if call.session is None:
        return
    turn.emit(
        ev.FlowEnded(
            at=turn.now,
            interaction=call.id,
            flow=call.flow,
            result=result,
            path=step.path if step else (),
            outcome=outcome,
            fault=str(step.fault or "") if step else "",
        )
    )


def _fail(turn: Turn, call: Interaction) -> ways.Way:
    """No flow to follow: say so politely and end the call."""
    callbacks.give_up_place(turn, call, "system", "")
    _end_flow(turn, call, "failed")
    return ways.Bye(play=(spoken.try_later(call.language),))
