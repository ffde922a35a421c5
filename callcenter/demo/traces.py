"""The events that a call of the demo leaves, stretch by stretch. Pure. Times as in `calls.events`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.calls import events as ev
from callcenter.calls.rules import Rule
from callcenter.demo.visits import Visit

SCORES = {"1": (5.0, True), "2": (4.0, True), "3": (3.0, None), "4": (2.0, False), "5": (1.0, False)}
_ZONE = ZoneInfo("Asia/Shanghai")  # the demo centre's
_GREETINGS = ((5, "night"), (12, "morning"), (18, "afternoon"), (22, "evening"))  # of the hotline, until which hour


def arrival(call_id: str, visit: Visit, dialled: str) -> Iterator[ev.AnyEvent]:
    yield ev.CallArrived(
        at=visit.at,
        interaction=call_id,
        channel=f"PJSIP/demo-{call_id}",
        caller=visit.caller.number,
        caller_name="",
        dialled=dialled,
        language=visit.caller.language,
        tier=visit.caller.tier,
    )


def ruled(call_id: str, at: float, rule: Rule) -> ev.RuleApplied:
    return ev.RuleApplied(at=at, interaction=call_id, rule=rule.id, to=rule.to.to, id=rule.to.id)


def menu(call_id: str, visit: Visit) -> Iterator[ev.AnyEvent]:
    """Until the caller has chosen a queue, or left."""
    yield ev.FlowStarted(at=visit.at, interaction=call_id, flow="hotline", version=1, session={})
    yield _at_node(call_id, visit.at, "time_of_day", _greeting(visit.at), "notice", "language")
    if visit.caller.language == "en":
        at = visit.at + visit.menu_s / 2
        yield ev.KeyPressed(at=at, interaction=call_id, flow="hotline", node="language", key="9", valid=True)
        yield ev.LanguageChosen(at=at, interaction=call_id, language="en")
    yield _at_node(call_id, visit.at + visit.menu_s / 2, "menu")
    at = visit.at + visit.menu_s
    if visit.queue:
        key = "1" if visit.queue == "sales" else "2"
        yield ev.KeyPressed(at=at, interaction=call_id, flow="hotline", node="menu", key=key, valid=True)
    result = "queue" if visit.queue else "caller_gone"
    path = (visit.queue,) if visit.queue else ()
    yield ev.FlowEnded(at=at, interaction=call_id, flow="hotline", result=result, path=path)  # type: ignore[arg-type]


def _at_node(call_id: str, at: float, *path: str) -> ev.FlowStepped:
    return ev.FlowStepped(at=at, interaction=call_id, node=path[-1], session={}, path=path)


def _greeting(at: float) -> str:
    hour = datetime.fromtimestamp(at, _ZONE).hour
    return next((greeting for until, greeting in _GREETINGS if hour < until), "night")


def offer(
    call_id: str, offer_id: str, queue: str, agent: str, at: float, pick: ev.Pick | None
) -> Iterator[ev.AnyEvent]:
    yield ev.OfferMade(
        at=at,
        interaction=call_id,
        offer=offer_id,
        agent=agent,
        device="web",
        queue=queue,
        lease_until=at + 30,
        pick=pick,
    )
    yield ev.OfferRang(at=at + 0.02, interaction=call_id, offer=offer_id, agent=agent)


def offer_failed(
    call_id: str, offer_id: str, agent: str, at: float, reason: ev.Outcome, back_off_s: float = 0.0
) -> ev.OfferFailed:
    until = at + back_off_s if back_off_s else 0.0
    return ev.OfferFailed(
        at=at, interaction=call_id, offer=offer_id, agent=agent, reason=reason, back_off_until=until
    )


def picked_up(call_id: str, offer_id: str, agent: str, at: float) -> ev.OfferAccepted:
    channel = f"PJSIP/{agent}-web-{call_id}"
    return ev.OfferAccepted(at=at, interaction=call_id, offer=offer_id, agent=agent, channel=channel)


def left(call_id: str, queue: str, at: float, reason: ev.ExitReason, waited_s: float) -> ev.QueueLeft:
    why = "key" if reason == "callback" else ""
    return ev.QueueLeft(
        at=at,
        interaction=call_id,
        queue=queue,
        reason=reason,
        waited_s=waited_s,
        why=why,  # type: ignore[arg-type]
    )


def talk(
    call_id: str, offer_id: str, visit: Visit, queue: str, agent: str, at: float, waited_s: float
) -> Iterator[ev.AnyEvent]:
    """From the moment the two hear each other to the end of the survey."""
    yield left(call_id, queue, at, "answered", waited_s)
    yield ev.Connected(
        at=at, interaction=call_id, agent=agent, device="web", queue=queue, offer=offer_id, waited_s=waited_s
    )
    if visit.hold_s:
        held_at = at + visit.talk_s / 2
        yield ev.Held(at=held_at, interaction=call_id, agent=agent)
        yield ev.Resumed(at=held_at + visit.hold_s, interaction=call_id, agent=agent)
    ends_at = at + visit.talk_s + visit.hold_s
    yield ev.TalkEnded(
        at=ends_at, interaction=call_id, agent=agent, by="agent", talk_s=visit.talk_s, hold_s=visit.hold_s
    )
    yield from _survey(call_id, visit, queue, agent, ends_at)


def _survey(call_id: str, visit: Visit, queue: str, agent: str, at: float) -> Iterator[ev.AnyEvent]:
    yield ev.SurveyOffered(at=at, interaction=call_id, survey="survey", agent=agent, queue=queue)
    yield ev.FlowStarted(at=at, interaction=call_id, flow="survey", version=1, session={})
    yield _at_node(call_id, at, "satisfaction")
    rated_at, told_at = at + 11, at + 18
    if not visit.answer_key:
        yield from _gone(call_id, rated_at)
        return
    score, satisfied = SCORES[visit.answer_key]
    whose = {"interaction": call_id, "survey": "survey", "agent": agent, "queue": queue}
    rates = {"question": "satisfaction", "score": score, "satisfied": satisfied}
    yield ev.SurveyAnswered(at=rated_at, key=visit.answer_key, **rates, **whose)  # type: ignore[arg-type]
    yield _pressed(call_id, rated_at, "satisfaction", visit.answer_key)
    yield _at_node(call_id, rated_at, "resolution")
    if not visit.solved_key:
        yield from _gone(call_id, told_at)
        return
    tells = {"question": "resolution", "score": None, "satisfied": None, "solved": visit.solved_key == "1"}
    yield ev.SurveyAnswered(at=told_at, key=visit.solved_key, **tells, **whose)  # type: ignore[arg-type]
    yield _pressed(call_id, told_at, "resolution", visit.solved_key)
    yield ev.FlowEnded(at=told_at + 5, interaction=call_id, flow="survey", result="hangup", path=("thanks",))
    yield ended(call_id, told_at + 5, "flow", "survey", answered=True)


def _pressed(call_id: str, at: float, node: str, key: str) -> ev.KeyPressed:
    return ev.KeyPressed(at=at, interaction=call_id, flow="survey", node=node, key=key, valid=True)


def _gone(call_id: str, at: float) -> Iterator[ev.AnyEvent]:
    """From the survey, without an answer to its question."""
    yield ev.FlowEnded(at=at, interaction=call_id, flow="survey", result="caller_gone")
    yield ended(call_id, at, "caller", "survey", answered=True)


def ended(call_id: str, at: float, by: ev.EndedBy, phase: str, *, answered: bool = False) -> ev.CallEnded:
    return ev.CallEnded(at=at, interaction=call_id, by=by, cause=16, phase=phase, answered=answered)
