"""Walking through a flow without a telephone: the pure session, one step a question.

Nothing is kept between the steps: whoever asks brings back what the last step gave. Work outside the call is not
done; the asker says what came of it.
"""

import random
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.outside import Outcome
from callcenter.ivr import session as ivr
from callcenter.ivr.checkpoint import no_flows
from callcenter.ivr.flow import Flow
from callcenter.ivr.values import Kept, ValueProblem, keep, restored
from callcenter.web.errors import ApiError
from callcenter.web.flow_shapes import FlowOutcome, Heard, Rehearsal, Rehearsed
from callcenter.web.refusals import refusal

_RESULTS: dict[type, tuple[str, str]] = {
    ivr.ToQueue: ("queue", "queue"),
    ivr.ToVoicemail: ("voicemail", "mailbox"),
    ivr.ToMailbox: ("mailbox", ""),
    ivr.ToCallback: ("callback", "number"),
    ivr.Back: ("waiting", ""),
    ivr.End: ("hangup", ""),
}


class _Place(msgspec.Struct):
    """What goes to and fro: the checkpoint, and the secrets that a live call keeps in memory alone."""

    checkpoint: dict[str, Any]
    secrets: dict[str, Kept] = {}


def rehearsed(flow: Flow, asked: Rehearsal, centre: Centre, now: float, flows: ivr.Flows = no_flows) -> Rehearsed:
    """The next step of the call. Raises ApiError `bad_value` when the session is none."""
    place = _place(asked)
    context = _context(asked, centre, now, place)
    if place is None:
        return _told(ivr.start(flow, 0, context, flows))
    session = ivr.from_checkpoint(place.checkpoint)
    if session.asked and asked.outcome is not None:
        outcome = Outcome(values=asked.outcome.values, trouble=asked.outcome.trouble)
        return _told(ivr.answered(flow, session, outcome, context, flows))
    return _told(ivr.resume(flow, session, asked.keys, context, flows))


def _place(asked: Rehearsal) -> _Place | None:
    if asked.session is None:
        return None
    try:
        place = msgspec.convert(asked.session, _Place)
        ivr.from_checkpoint(place.checkpoint)
        restored(place.secrets)
    except (msgspec.ValidationError, ValueProblem) as error:
        raise ApiError("bad_value", refusal("bad_session", english=error), field="session") from error
    return place


def _context(asked: Rehearsal, centre: Centre, now: float, place: _Place | None) -> ivr.Context:
    moment = datetime.fromtimestamp(now if asked.at is None else asked.at, ZoneInfo(centre.zone))
    return ivr.Context(
        local_now=moment,
        language=asked.language,
        caller=asked.caller,
        country=centre.country,
        area_code=centre.area_code,
        chance=random.random(),
        secrets=restored(place.secrets) if place else {},
    )


def _told(step: ivr.Step) -> Rehearsed:
    then = step.then
    heard = tuple(Heard(language=one.language, text=one.text, name=one.name) for one in then.play)
    so_far: dict[str, Any] = {
        "language": step.language,
        "node": step.session.place,
        "path": step.path,
        "heard": heard,
        "fault": step.fault.text if step.fault else None,
    }
    if isinstance(then, ivr.Collect | ivr.Outside):
        secrets = {name: keep(value) for name, value in step.secrets.items()}
        place = msgspec.to_builtins(_Place(ivr.to_checkpoint(step.session), secrets))
        return Rehearsed(session=place, **so_far, **_wait(then))
    result, target = _RESULTS.get(type(then), (type(then).__name__, ""))
    outcome = FlowOutcome(result=result, target=str(getattr(then, target)) if target else "")
    return Rehearsed(session=None, outcome=outcome, **so_far)


def _wait(then: ivr.Collect | ivr.Outside) -> dict[str, Any]:
    if isinstance(then, ivr.Outside):
        return {"work": type(then.work).__name__, "timeout_s": then.within_s}
    return {"most_keys": then.max_digits, "terminator": then.terminator, "timeout_s": then.timeout_s}
