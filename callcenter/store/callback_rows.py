"""What one callback leaves in the tables: a pure function of its ledger entries, as for calls."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from callcenter.calls import events as ev
from callcenter.store.rows import Callback, CallbackAttempt


class CallbackRows(msgspec.Struct):
    callback: Callback
    attempts: list[CallbackAttempt] = []


def callback_rows(callback_id: str, entries: Iterable[ev.Entry]) -> CallbackRows | None:
    """`entries`: all of this callback so far, in the ledger's order. None: not known who asked for it."""
    rows: CallbackRows | None = None
    for entry in entries:
        if isinstance(entry.event, ev.CallbackAsked):
            rows = rows or CallbackRows(_asked(entry.seq, entry.event))
        elif rows and (step := _STEPS.get(type(entry.event))):
            step(rows, entry.seq, entry.event)
    return rows


def _asked(seq: int, event: ev.CallbackAsked) -> Callback:
    same = ("number", "caller_name", "queue", "language", "tier", "credit_s", "asked_in", "expires_at")
    return Callback(
        id=event.callback,
        seq=seq,
        customer_id=int(event.customer) if event.customer.isdigit() else None,
        asked_at=event.at,
        queued_at=event.entered_at,
        low_s=event.low_s,
        high_s=event.high_s,
        **{name: getattr(event, name) for name in same},
    )


def _tried(rows: CallbackRows, seq: int, event: ev.CallbackTried) -> None:
    rows.callback.again_at = None
    if _attempt(rows, event.attempt):
        return
    same = ("callback", "attempt", "interaction", "agent", "first")
    fields = {name: getattr(event, name) for name in same}
    rows.attempts.append(CallbackAttempt(seq=seq, began_at=event.at, **fields))


def _failed(rows: CallbackRows, seq: int, event: ev.CallbackFailed) -> None:
    """Also of an attempt whose beginning is not known."""
    attempt = _attempt(rows, event.attempt)
    if not attempt:
        same = ("callback", "attempt", "interaction", "agent")
        fields = {name: getattr(event, name) for name in same}
        attempt = CallbackAttempt(seq=seq, began_at=event.at, first="", **fields)
        rows.attempts.append(attempt)
    if attempt.ended_at is None:
        attempt.ended_at, attempt.result = event.at, event.reason
    rows.callback.again_at = event.again_at or None


def _ended(rows: CallbackRows, _seq: int, event: ev.CallbackEnded) -> None:
    callback = rows.callback
    if callback.state == "over":
        return
    callback.state, callback.result, callback.ended_at = "over", event.result, event.at
    callback.by, callback.interaction, callback.again_at = event.by, event.interaction, None
    for attempt in rows.attempts:
        if attempt.ended_at is None:
            attempt.ended_at, attempt.result = event.at, event.result


def _attempt(rows: CallbackRows, number: int) -> CallbackAttempt | None:
    return next((attempt for attempt in rows.attempts if attempt.attempt == number), None)


_STEPS: dict[type, Callable[[CallbackRows, int, Any], None]] = {
    ev.CallbackTried: _tried,
    ev.CallbackFailed: _failed,
    ev.CallbackEnded: _ended,
}
