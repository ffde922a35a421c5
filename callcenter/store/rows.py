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
    direction: str = "inbound"  # inbound, callback, outbound
    tier: str = ""
    callback: str = ""  # the one the call carries out
    customer_id: int | None = None
    as_number: str = ""  # of a call out: what was shown to the other side
    failure: str = ""  # of a call out that nobody answered: as in `events.DialOutFailed`
    agents: str = ""  # everybody who talked in it, or dialled it, in this order, with commas between


class Segment(msgspec.Struct, kw_only=True):
    """One stretch: flow, survey, queue, voicemail, dialling, talk, hold, consult, conference, reconnecting, outside.

    The last seven exclude each other: they are the customer's. `party`: who else is in it (with commas between), or
    is asked in a consult; `agent` is who has the customer.
    """

    call_id: str
    seq: int
    kind: str
    began_at: float
    ended_at: float | None = None
    agent: str = ""
    queue: str = ""
    flow: str = ""
    result: str = ""
    party: str = ""


class Talk(msgspec.Struct, kw_only=True):
    """One agent with the customer, from connection to leaving, whatever happened between. `ended_at` None: going on.

    `ended_by` as in `events.TalkEnded`, empty when nobody told. `over_at`: the end of the wrap-up, or of the talk
    when there is none; the talk is handled then.
    """

    call_id: str
    seq: int
    agent: str
    device: str
    queue: str
    began_at: float
    ended_at: float | None = None
    talk_s: float = 0.0
    hold_s: float = 0.0
    wrap_up_s: float = 0.0
    ended_by: str = ""
    disposition: str = ""
    note: str = ""
    over_at: float | None = None


class Transfer(msgspec.Struct, kw_only=True):
    """`agent` gave the customer to `to`, an agent, queue or number as `kind` says (`calls.parties.Target`)."""

    call_id: str
    seq: int
    at: float
    agent: str
    kind: str
    to: str
    attended: bool
    note: str


class Listening(msgspec.Struct, kw_only=True):
    """A supervisor listened to `agent`. `mode` is the last one; `by` is the user name."""

    call_id: str
    seq: int
    supervisor: str
    by: str
    agent: str
    mode: str
    began_at: float
    ended_at: float | None = None
    listened_s: float = 0.0


class CallAgent(msgspec.Struct, kw_only=True):
    """A call is found by everybody who talked in it, or dialled it."""

    agent: str
    arrived_at: float
    call_id: str


class QueueEntry(msgspec.Struct, kw_only=True):
    """`reason`: empty while waiting, then answered, abandoned, overflow, voicemail, callback, timeout, system.

    `why` and `to` tell of callers who were led elsewhere; see `events.QueueLeft`. A caller who comes again, given on
    by an agent or lost by one, has an entry of its own from that moment on, at the old place.
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
    place_at: float | None = None  # what decided the place in the line; None: `entered_at`


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
    solved: bool | None = None  # None: the question does not ask for it


class SurveyPush(msgspec.Struct, kw_only=True):
    """A survey that the customer was asked to answer about a talk. `answers`: to how many of its questions."""

    call_id: str
    seq: int
    at: float
    survey: str
    agent: str
    queue: str
    answers: int = 0


class Leg(msgspec.Struct, kw_only=True):
    """One channel of the call; `role` as in `events.LegOpened`. `closed_at` None: open."""

    call_id: str
    seq: int
    channel: str
    role: str
    agent: str = ""
    device: str = ""
    opened_at: float
    closed_at: float | None = None
    cause: int | None = None


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
    """`state`: recording (nobody has looked for it yet), left, missing, discarded by the caller.

    Once left, as for recordings.
    """

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
