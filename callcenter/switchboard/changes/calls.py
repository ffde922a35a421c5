"""Events of a call: arrival, flow, queue, message, end."""

from typing import Literal

from callcenter.calls import events as ev
from callcenter.switchboard.changes.days import day_of
from callcenter.switchboard.changes.registry import on
from callcenter.switchboard.changes.release import release
from callcenter.switchboard.state import Interaction, Kept, Leg, State

ENDED_KEPT_S = 2 * 86_400
COMES_BACK = frozenset({"key"})
_CALLED: dict[str, Literal["callback", "out"]] = {"callback": "callback", "outbound": "out"}


@on(ev.CallArrived)
def arrived(state: State, event: ev.CallArrived) -> None:
    callback = state.callbacks.get(event.callback)
    state.calls[event.interaction] = Interaction(
        id=event.interaction,
        channel=event.channel,
        phase="dialling" if event.source in _CALLED else "flow",
        direction=_CALLED.get(event.source, "in"),
        since=event.at,
        arrived_at=event.at,
        caller=event.caller,
        caller_name=event.caller_name,
        dialled=event.dialled,
        language=event.language,
        customer=event.customer,
        tier=event.tier,
        last_agent=event.last_agent,
        last_talk_at=event.last_talk_at,
        callback=event.callback,
        queue=callback.queue if callback else "",
    )


@on(ev.CallBlocked)
def blocked(state: State, event: ev.CallBlocked) -> None:
    state.calls[event.interaction].leaving = True


@on(ev.LanguageChosen)
def language(state: State, event: ev.LanguageChosen) -> None:
    state.calls[event.interaction].language = event.language


@on(ev.CustomerIdentified)
def identified(state: State, event: ev.CustomerIdentified) -> None:
    call = state.calls[event.interaction]
    call.customer, call.tier = event.customer, event.tier


@on(ev.FlowStarted)
def flow_started(state: State, event: ev.FlowStarted) -> None:
    call = state.calls[event.interaction]
    if call.phase not in ("flow", "survey"):
        call.step("flow", event.at)
    call.flow, call.flow_version, call.session = event.flow, event.version, event.session
    call.asked_callback = call.asked_callback or call.in_queue


@on(ev.FlowStepped)
def flow_stepped(state: State, event: ev.FlowStepped) -> None:
    call = state.calls[event.interaction]
    call.node, call.session = event.node, event.session
    if call.phase in ("outside", "waiting", "voicemail"):  # back from where the flow had led the caller
        call.step("flow", event.at)
        call.given_to = ""
        if customer := call.customer_leg():
            customer.seat = ""


@on(ev.KeyPressed)
def key(state: State, event: ev.KeyPressed) -> None:
    if event.key:
        state.calls[event.interaction].keys.append(f"{event.node}={event.key}")


@on(ev.FlowEnded)
def flow_ended(state: State, event: ev.FlowEnded) -> None:
    call = state.calls[event.interaction]
    call.session, call.node = None, ""
    call.leaving = event.result in ("hangup", "failed", "mailbox")
    if event.result == "waiting":
        call.step("waiting", event.at)


@on(ev.SurveyOffered)
def survey(state: State, event: ev.SurveyOffered) -> None:
    call = state.calls[event.interaction]
    call.step("survey", event.at)
    call.surveyed, call.session, call.survey = True, None, event.survey
    if event.how == "every":
        state.surveys_passed[event.queue] = 0


@on(ev.SurveyPushed)
def survey_pushed(state: State, event: ev.SurveyPushed) -> None:
    state.calls[event.interaction].survey_pushed = True


@on(ev.SurveyPassed)
def survey_passed(state: State, event: ev.SurveyPassed) -> None:
    state.surveys_passed[event.queue] = state.surveys_passed.get(event.queue, 0) + 1


@on(ev.SurveyBegun)
def survey_begun(state: State, event: ev.SurveyBegun) -> None:
    state.calls[event.interaction].survey_begun = True


@on(ev.SurveyAnswered)
def survey_answered(state: State, event: ev.SurveyAnswered) -> None:
    if call := state.calls.get(event.interaction):
        call.survey_answers += 1


@on(ev.QueueEntered)
def queue_entered(state: State, event: ev.QueueEntered) -> None:
    call = state.calls[event.interaction]
    call.step("waiting", event.at)
    call.queue, call.place_at, call.entered_at = event.queue, event.entered_at, event.at
    call.credit_s, call.skills = event.credit_s, event.skills
    call.only, call.only_until = event.only, event.only_until
    call.in_queue, call.announced_at, call.told, call.foretold = True, 0.0, 0, None
    call.leaving, call.given_to = False, ""
    if customer := call.customer_leg():
        customer.seat = ""
    callback = state.callbacks.get(call.callback)
    if callback and call.offer is None:
        release(state, callback.agent, call.id)


@on(ev.WaitForetold)
def foretold(state: State, event: ev.WaitForetold) -> None:
    state.calls[event.interaction].foretold = (event.low_s, event.high_s)


@on(ev.QueueLeft)
def queue_left(state: State, event: ev.QueueLeft) -> None:
    call = state.calls[event.interaction]
    call.in_queue = False
    if event.why in COMES_BACK:
        call.places[event.queue] = call.place_at
    call.leaving = event.reason == "timeout" or (event.reason == "overflow" and not event.to)
    state.forecast.left(event.queue, event.at, event.waited_s, event.reason == "abandoned")
    if call.foretold and event.reason == "answered":
        _count_forecast(state, event, call, call.foretold)


def _count_forecast(state: State, event: ev.QueueLeft, call: Interaction, foretold: tuple[float, float]) -> None:
    """What was foretold is the wait for an agent; that the phone rang a while is the agent's time."""
    waited_s = call.offered_at - call.entered_at if call.offered_at >= call.entered_at else event.waited_s
    today = day_of(state.centre.zone, event.at)
    kept = state.kept.get(event.queue)
    if kept is None or kept.day != today:
        kept = state.kept[event.queue] = Kept(day=today)
    kept.told += 1
    kept.held += foretold[0] <= waited_s <= foretold[1]


@on(ev.MessageBegan)
def message_began(state: State, event: ev.MessageBegan) -> None:
    call = state.calls[event.interaction]
    call.step("voicemail", event.at)
    call.mailbox, call.message = event.mailbox, event.file


@on(ev.MessageReviewed)
def message_reviewed(state: State, event: ev.MessageReviewed) -> None:
    call = state.calls[event.interaction]
    call.reviews = 0 if event.choice else call.reviews + 1
    goes_on = call.session is not None and bool(call.session.get("asked"))  # in the flow that led here
    call.leaving = event.choice in ("send", "discard") and not goes_on
    if event.choice == "discard":
        call.message = ""


@on(ev.LegOpened)
def leg_opened(state: State, event: ev.LegOpened) -> None:
    state.legs[event.channel] = (event.interaction, event.agent)
    if call := state.calls.get(event.interaction):
        call.legs[event.channel] = Leg(channel=event.channel, role=event.role, agent=event.agent, device=event.device)
        if call.consult and event.role == "consult" and call.consult.party == event.agent:
            call.consult.channel = event.channel
    if agent := state.agents.get(event.agent):
        agent.legs.append(event.channel)


@on(ev.LegClosed)
def leg_closed(state: State, event: ev.LegClosed) -> None:
    owner = state.legs.pop(event.channel, None)
    if call := state.calls.get(event.interaction):
        call.legs.pop(event.channel, None)
    agent = state.agents.get(owner[1]) if owner else None
    if agent and event.channel in agent.legs:
        agent.legs.remove(event.channel)


@on(ev.CallEnded)
def ended(state: State, event: ev.CallEnded) -> None:
    call = state.calls[event.interaction]
    call.step("ended", event.at)
    state.ended[call.id] = event.at
    _forget_old(state, event.at)
    drop_when_done(state, call.id)


def _forget_old(state: State, now: float) -> None:
    while state.ended:
        oldest = next(iter(state.ended))
        if state.ended[oldest] > now - ENDED_KEPT_S:
            return
        del state.ended[oldest]


def drop_when_done(state: State, interaction: str) -> None:
    """An ended call stays while an agent still writes it up: the last one, or one of an earlier talk."""
    call = state.calls.get(interaction)
    if call is None or call.phase != "ended":
        return
    agents = (state.agents.get(agent) for agent in (call.agent, *call.writers))
    if not any(agent and agent.interaction == interaction for agent in agents):
        del state.calls[interaction]


@on(ev.NoteWritten)
def note(state: State, event: ev.NoteWritten) -> None:
    if call := state.calls.get(event.interaction):
        call.note, call.disposition = event.note, event.disposition


@on(ev.RecordingExpected)
def recording(state: State, event: ev.RecordingExpected) -> None:
    state.calls[event.interaction].recording = event.file


@on(ev.RecordingDecided)
def recording_decided(state: State, event: ev.RecordingDecided) -> None:
    if call := state.calls.get(event.interaction):
        call.on_demand = event.keep == "on_demand"


@on(ev.RecordingPaused)
def recording_paused(state: State, event: ev.RecordingPaused) -> None:
    if call := state.calls.get(event.interaction):
        call.paused_at = call.paused_at or event.at
        call.pause_by, call.pause_until = event.by, event.until


@on(ev.RecordingResumed)
def recording_resumed(state: State, event: ev.RecordingResumed) -> None:
    if call := state.calls.get(event.interaction):
        call.paused_at, call.pause_by, call.pause_until = 0.0, "", 0.0
