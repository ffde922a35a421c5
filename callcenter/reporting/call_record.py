"""A finished call as a webhook tells it. Pure; the shape is the API's promise: fields are added, never changed."""

from datetime import UTC, datetime

import msgspec

from callcenter.calls.numbers import cleaned, masked
from callcenter.store.deliveries import CALL_FINISHED
from callcenter.store.history import CallDetail


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    survey: str
    question: str
    key: str
    score: float | None
    satisfied: bool | None
    solved: bool | None = None  # of a question that asks whether the problem is solved


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: stored, expected, missing; the sound itself is fetched by `GET /api/v1/calls/{id}/recording`."""

    state: str
    duration_s: float
    bytes: int
    sha256: str


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """In one queue. `left`: answered, abandoned, overflow, voicemail, callback, timeout, system."""

    queue: str
    entered_at: str
    waited_s: float | None
    left: str
    agent: str


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Moments are ISO 8601, UTC; durations are seconds; empty texts mean none."""

    id: str
    direction: str
    outcome: str
    arrived_at: str
    ended_at: str
    ended_by: str
    caller: str
    caller_name: str
    dialled: str
    customer: str | None
    customer_name: str
    tier: str
    language: str
    queue: str
    agent: str
    agents: tuple[str, ...]
    waited_s: float
    talk_s: float
    hold_s: float
    wrap_up_s: float
    short_abandon: bool
    disposition: str
    note: str
    score: float | None
    satisfied: bool | None
    queues: tuple[Stay, ...]
    survey: tuple[Answer, ...]
    recordings: tuple[Sound, ...]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    type: str
    timestamp: str
    data: CallRecord


def body(call: CallDetail, mask: bool) -> str:
    """`mask`: the caller's number, and a name that is a number. The same call gives the same body."""
    ended_at = _iso(call.ended_at or call.arrived_at)
    message = Message(type=CALL_FINISHED, timestamp=ended_at, data=record(call, mask))
    return msgspec.json.encode(message).decode()


def record(call: CallDetail, mask: bool) -> CallRecord:
    plain = {name: getattr(call, name) for name in CallRecord.__struct_fields__ if name in _TAKEN}
    return CallRecord(
        **plain,
        arrived_at=_iso(call.arrived_at),
        ended_at=_iso(call.ended_at or call.arrived_at),
        caller=masked(call.caller) if mask else call.caller,
        caller_name=masked(call.caller_name) if mask and cleaned(call.caller_name) else call.caller_name,
        queues=tuple(
            Stay(
                queue=each.queue,
                entered_at=_iso(each.entered_at),
                waited_s=each.waited_s,
                left=each.reason,
                agent=each.agent,
            )
            for each in call.queue_entries
        ),
        survey=tuple(msgspec.convert(each, Answer, from_attributes=True) for each in call.survey),
        recordings=tuple(msgspec.convert(each, Sound, from_attributes=True) for each in call.recordings),
    )


_MADE = ("arrived_at", "ended_at", "caller", "caller_name", "queues", "survey", "recordings")
_TAKEN = frozenset(CallRecord.__struct_fields__) - frozenset(_MADE)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
