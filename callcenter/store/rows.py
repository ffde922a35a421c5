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
    outcome: str = "in_progress"  # in_progress, answered, abandoned, flow_only, failed
    short_abandon: bool = False
    disposition: str = ""
    note: str = ""
    survey: str = ""
    score: float | None = None  # mean of the scored answers
    satisfied: bool | None = None  # the last answer that says
    recording: str = "none"  # none, expected, stored, missing


class Segment(msgspec.Struct, kw_only=True):
    """One stretch: flow, queue, talk, hold, survey. Talk and hold exclude each other."""

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
    """`reason`: empty while waiting, then answered, abandoned, overflow, system."""

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
