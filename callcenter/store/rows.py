"""The rows of a call, one type a table; field for field the columns of `tables`.

Times are seconds since the epoch, UTC; durations are seconds. `seq` is the ledger entry a row began with.
"""

import msgspec


class Call(msgspec.Struct, kw_only=True):
    id: str
    arrived_at: float = 0.0
    ended_at: float | None = None
    caller: str = ""
    caller_name: str = ""
    dialled: str = ""
    language: str = ""
    source: str = ""
    flow: str = ""  # the first one
    queue: str = ""  # the last one
    agent: str = ""  # who talked last
    device: str = ""
    answered: bool = False
    answered_at: float | None = None
    waited_s: float = 0.0  # in all queues, ended waits only
    talk_s: float = 0.0
    hold_s: float = 0.0
    wrap_up_s: float = 0.0
    ended_by: str = ""
    end_phase: str = ""
    cause: int | None = None
    outcome: str = "in_progress"  # and answered, abandoned, voicemail, callback, blocked, flow_only, failed
    short_abandon: bool = False
    disposition: str = ""
    note: str = ""
    survey: str = ""
    score: float | None = None  # mean of the scored answers
    satisfied: bool | None = None  # the last answer that says
    recording: str = "none"  # none, expected, stored, missing
    direction: str = "inbound"  # inbound, callback
    tier: str = ""
    callback: str = ""  # the one the call carries out
    customer_id: int | None = None


class Segment(msgspec.Struct, kw_only=True):
    """One stretch: flow, queue, talk, hold, survey, voicemail. Talk and hold exclude each other."""

    call_id: str
    seq: int
    kind: str
    began_at: float
    ended_at: float | None = None
    agent: str = ""
    queue: str = ""
    flow: str = ""
    result: str = ""


class QueueEntry(msgspec.Struct, kw_only=True):
    """`reason`: empty while waiting, then answered, abandoned, overflow, voicemail, callback, timeout, system.

    `why` and `to` tell of callers who were led elsewhere; see `events.QueueLeft`.
    """

    call_id: str
    seq: int
    queue: str
    entered_at: float
    left_at: float | None = None
    reason: str = ""
    waited_s: float | None = None
    agent: str = ""
    service_level_s: float
    short_abandon_s: float
    source: str = "live"  # of the call
    credit_s: float = 0.0
    why: str = ""
    to: str = ""
    foretold_low_s: float | None = None  # of the wait, as told on entering; None: nothing could be told
    foretold_high_s: float | None = None


class Offer(msgspec.Struct, kw_only=True):
    """`result`: empty while it stands, answered, or the reason of its failure."""

    call_id: str
    seq: int
    id: str
    agent: str
    device: str
    queue: str
    made_at: float
    rang_at: float | None = None
    accepted_at: float | None = None
    ended_at: float | None = None
    result: str = ""


class SurveyAnswer(msgspec.Struct, kw_only=True):
    call_id: str
    seq: int
    at: float
    survey: str
    question: str
    key: str
    score: float | None
    satisfied: bool | None
    agent: str
    queue: str


class Recording(msgspec.Struct, kw_only=True):
    """`state`: expected, stored, missing. Once stored, `file` is relative to the recordings' folder."""

    call_id: str
    seq: int
    file: str
    state: str
    expected_at: float
    settled_at: float | None = None
    duration_s: float = 0.0
    bytes: int = 0
    sha256: str = ""


class KeyPress(msgspec.Struct, kw_only=True):
    call_id: str
    seq: int
    at: float
    flow: str
    node: str
    key: str
    valid: bool


class Pick(msgspec.Struct, kw_only=True):
    """A decision of the router. `body` is an `events.Pick`, or of kind waiting what `events.NoAgentYet` holds.

    `kind`: offer, callback, waiting.
    """

    call_id: str
    seq: int
    at: float
    kind: str
    queue: str
    agent: str = ""
    body: str  # JSON


class Message(msgspec.Struct, kw_only=True):
    """`state`: recording (nobody has looked for it yet), left, missing. Once left, as for recordings."""

    call_id: str
    seq: int
    mailbox: str
    queue: str = ""
    state: str = "recording"
    left_at: float
    settled_at: float | None = None
    duration_s: float = 0.0
    bytes: int = 0
    sha256: str = ""
    file: str = ""


class BlockedCall(msgspec.Struct, kw_only=True):
    """`number` is the entry of the blacklist that the caller's begins with."""

    call_id: str
    seq: int
    at: float
    number: str
    reason: str


# ---- callbacks


class Callback(msgspec.Struct, kw_only=True):
    """`state`: open, over. `result`: empty while open, then as in `events.CallbackEnded`."""

    id: str
    seq: int
    state: str = "open"
    result: str = ""
    number: str
    caller_name: str
    customer_id: int | None
    queue: str
    language: str
    tier: str
    credit_s: float
    asked_in: str
    asked_at: float
    queued_at: float
    expires_at: float
    again_at: float | None = None
    ended_at: float | None = None
    by: str = ""
    interaction: str = ""
    low_s: float
    high_s: float


class CallbackAttempt(msgspec.Struct, kw_only=True):
    """`result`: empty while it goes on, served, or the reason of its failure."""

    callback: str
    seq: int
    attempt: int
    interaction: str
    agent: str
    first: str
    began_at: float
    ended_at: float | None = None
    result: str = ""
