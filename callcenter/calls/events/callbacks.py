"""Callbacks: a caller who has hung up and still stands in line."""

from typing import Literal

from callcenter.calls.events.base import CallbackEvent
from callcenter.calls.events.queueing import Pick
from callcenter.calls.languages import Language


class CallbackAsked(CallbackEvent, frozen=True, kw_only=True):
    """`entered_at` and `credit_s` keep the place of the call `asked_in`; `low_s` to `high_s` is what was promised."""

    asked_in: str
    number: str
    queue: str
    entered_at: float
    credit_s: float
    skills: dict[str, int]
    language: Language
    expires_at: float
    low_s: float = 0.0
    high_s: float = 0.0
    caller_name: str = ""
    customer: str = ""
    tier: str = ""


class CallbackTried(CallbackEvent, frozen=True, kw_only=True):
    """The customer is being called, or first the agent; the agent is reserved until it is over."""

    attempt: int
    interaction: str
    agent: str
    first: Literal["customer", "agent"]
    pick: Pick | None = None


class CallbackFailed(CallbackEvent, frozen=True, kw_only=True):
    """One attempt came to nothing. `again_at` 0: there will be no other."""

    attempt: int
    interaction: str
    agent: str
    reason: Literal["no_answer", "busy", "unreachable", "agent_no_answer", "agent_gone", "customer_gone", "failed"]
    again_at: float


class CallbackEnded(CallbackEvent, frozen=True, kw_only=True):
    """`result` served: customer and agent talked, in call `interaction`; or why it will not happen."""

    result: Literal["served", "given_up", "expired", "cancelled", "called_again"]
    interaction: str = ""
    by: str = ""
