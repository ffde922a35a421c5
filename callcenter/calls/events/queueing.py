"""A caller in a queue, and the offers made there."""

from typing import Literal

import msgspec

from callcenter.calls.centre import Device
from callcenter.calls.events.base import CallEvent

Outcome = Literal["no_answer", "rejected", "busy", "unreachable", "withdrawn", "caller_gone", "agent_gone", "failed"]
ExitReason = Literal["answered", "abandoned", "overflow", "voicemail", "callback", "timeout", "system"]


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """Why this agent: the decision behind an offer.

    `candidates`: the first few who could have taken the call, best first by the queue's strategy. `waited_s` and
    `credit_s` give the caller's standing, `ahead` how many stood before in the queue (they have no agent who can
    serve them). `ready`: agents of the queue free for a call, of whom `lacking` had not the skills. `excluded`: the
    other agents of the queue, counted by `calls.views.Exclusion`. `level`: what relaxation asked at the moment
    (10: everything, 0: anybody).
    """

    strategy: str
    candidates: tuple[str, ...]
    waited_s: float
    credit_s: float
    ahead: int
    ready: int
    lacking: int
    excluded: dict[str, int]
    level: int = 10


class QueueEntered(CallEvent, frozen=True, kw_only=True):
    """`entered_at` keeps its value through failed offers and restarts: it is the caller's place."""

    queue: str
    entered_at: float
    credit_s: float = 0.0  # of queue and tier: the place is that of an entry so much earlier
    skills: dict[str, int] = {}  # noqa: RUF012 - asked for by the flow beyond the queue's own, with the least level
    only: str = ""  # the agent who alone may take the call before `only_until`
    only_until: float = 0.0
    centre_version: int = 0


class WaitForetold(CallEvent, frozen=True, kw_only=True):
    """What the caller was told on entering, or would have been: between `low_s` and `high_s` more seconds."""

    queue: str
    low_s: float
    high_s: float
    ahead: int


class NoAgentYet(CallEvent, frozen=True, kw_only=True):
    """Why the caller waits: nobody could be offered the call at this moment. As in `Pick`."""

    queue: str
    ahead: int
    ready: int
    lacking: int
    excluded: dict[str, int]
    level: int = 10


class QueueLeft(CallEvent, frozen=True, kw_only=True):
    """The end of a queue entry, whatever the reason; answered ones leave by it too."""

    queue: str
    reason: ExitReason
    waited_s: float
    why: Literal["", "key", "full", "closed", "nobody_on_duty", "nobody_signed_in", "all_paused", "too_long"] = ""
    to: str = ""  # the flow, queue or mailbox where the caller went


class OfferMade(CallEvent, frozen=True, kw_only=True):
    offer: str
    agent: str
    device: Device
    queue: str
    lease_until: float
    pick: Pick | None = None


class OfferRang(CallEvent, frozen=True, kw_only=True):
    offer: str
    agent: str


class OfferFailed(CallEvent, frozen=True, kw_only=True):
    offer: str
    agent: str
    reason: Outcome
    back_off_until: float = 0.0  # the agent gets no offer before this moment


class OfferAccepted(CallEvent, frozen=True, kw_only=True):
    """The agent picked up (the whisper is heard now)."""

    offer: str
    agent: str
    channel: str
