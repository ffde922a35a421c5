"""What the API answers about callbacks, messages, decisions and forecasts. Conventions as in `shapes`."""

from typing import Any, Literal

from callcenter.calls.views import CallbackView, Why
from callcenter.web.shapes import Shape

CallbackResult = Literal["served", "given_up", "expired", "cancelled", "called_again"]
MessageState = Literal["new", "heard", "handled"]


# ---- callbacks


class CallbackAttempt(Shape, frozen=True, kw_only=True):
    """One try. `result` is empty while it goes on; `served`: customer and agent talked."""

    attempt: int
    began_at: float
    ended_at: float | None
    interaction: str  # the call made for it
    agent: str
    first: str  # who was rung first: customer or agent
    result: str


class PastCallback(Shape, frozen=True, kw_only=True):
    """A callback from the records; `result` is null while it is not over."""

    id: str
    number: str
    caller_name: str
    queue: str
    tier: str
    customer: str | None
    customer_name: str
    asked_in: str  # the call in which it was asked for
    asked_at: float
    queued_at: float  # the place in the line it keeps
    expires_at: float
    ended_at: float | None
    result: CallbackResult | None
    by: str  # who cancelled it
    interaction: str  # the call in which customer and agent talked
    low_s: float  # what was promised
    high_s: float
    attempts: tuple[CallbackAttempt, ...]


class CallbackList(Shape, frozen=True, kw_only=True):
    """`now`: those in line, from live state; empty while the engine is lost. `past`: newest first, those over."""

    now: tuple[CallbackView, ...]
    past: tuple[PastCallback, ...]
    before: str | None


# ---- messages


class Message(Shape, frozen=True, kw_only=True):
    """What a caller has left by voice. `mailbox` is the id of a queue or of an agent."""

    id: str
    call: str
    mailbox: str
    queue: str
    caller: str
    caller_name: str
    customer: str | None
    customer_name: str
    left_at: float
    duration_s: float
    state: MessageState
    heard_by: str
    heard_at: float | None
    handled_by: str
    handled_at: float | None
    note: str
    file: str  # empty when there is nothing to hear
    url: str = ""  # empty when there is nothing to hear


class Mailbox(Shape, frozen=True, kw_only=True):
    """`new`: not handled; `unheard`: of those, heard by nobody."""

    id: str
    new: int
    handled: int
    unheard: int


class MessageList(Shape, frozen=True, kw_only=True):
    """Newest first. `mailboxes`: those the reader may open that hold any message, whatever was asked for."""

    messages: tuple[Message, ...]
    mailboxes: tuple[Mailbox, ...]
    before: str | None


# ---- why


class Decision(Shape, frozen=True, kw_only=True):
    """One decision about a call: the ledger entry `kind` that holds it; `data` has the event's other fields."""

    seq: int
    at: float
    kind: str
    data: dict[str, Any]


class CallWhy(Shape, frozen=True, kw_only=True):
    """Why a call went where it went; `live` while it waits."""

    live: Why | None
    decisions: tuple[Decision, ...]


# ---- forecasts


class QueueForecast(Shape, frozen=True, kw_only=True):
    """How well the waits told to callers today were kept. Means are null while nobody was told and answered."""

    queue: str
    told: int = 0  # answered callers who were told a range
    held: int = 0  # of those, waits within the range as it was spoken: in whole minutes
    share: float | None = None
    error_s: float | None = None  # mean of the wait less the middle of the range: above 0 when callers waited longer
    outside_s: float | None = None  # mean distance of the wait from the range as spoken; 0 within
    low_s: float | None = None  # the mean range
    high_s: float | None = None
    waited_s: float | None = None  # the mean wait


class QueueForecasts(Shape, frozen=True, kw_only=True):
    day_began_at: float
    queues: tuple[QueueForecast, ...]
