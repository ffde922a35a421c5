"""Calls: a line of a list, and all that is known of one. `caller` may be masked, by the reader's role."""

from typing import Any, Literal

from callcenter.calls.languages import Language
from callcenter.web.shapes import Shape

CallOutcome = Literal[
    "in_progress", "answered", "abandoned", "voicemail", "callback", "blocked", "flow_only", "failed"
]
RecordingState = Literal["none", "expected", "stored", "missing", "deleted"]


class CallSummary(Shape, frozen=True, kw_only=True):
    """One line of a list of calls."""

    id: str
    arrived_at: float
    ended_at: float | None  # null while the call is going on
    caller: str
    caller_name: str
    dialled: str
    language: Language | Literal[""]
    queue: str
    agent: str  # who talked last
    outcome: CallOutcome
    short_abandon: bool  # abandoned so soon that it does not count
    ended_by: str
    waited_s: float
    talk_s: float
    hold_s: float
    wrap_up_s: float
    disposition: str
    note: str
    score: float | None
    satisfied: bool | None
    recording: RecordingState
    direction: Literal["inbound", "callback", "outbound"]
    tier: str  # of the caller when the call began; empty: none or not known
    callback: str  # the callback the call carries out
    customer: str | None
    customer_name: str
    agents: tuple[str, ...] = ()  # all who talked in it, or dialled it, in this order
    as_number: str = ""  # of a call out: what was shown to the other side
    failure: str = ""  # of a call out that nobody answered: why


class Segment(Shape, frozen=True, kw_only=True):
    """One stretch of a call: flow, queue, voicemail, survey, dialling, talk, hold, consult, conference, reconnecting,
    outside. `party`: who else is in it, or is asked.
    """

    kind: str
    began_at: float
    ended_at: float | None
    agent: str = ""
    queue: str = ""
    flow: str = ""
    result: str = ""
    party: str = ""


class OfferTold(Shape, frozen=True, kw_only=True):
    """One attempt to reach an agent."""

    id: str
    agent: str
    device: str
    queue: str
    made_at: float
    rang_at: float | None
    accepted_at: float | None
    ended_at: float | None
    result: str


class KeyTold(Shape, frozen=True, kw_only=True):
    at: float
    flow: str
    node: str
    key: str
    valid: bool


class SurveyTold(Shape, frozen=True, kw_only=True):
    at: float
    survey: str
    question: str
    key: str
    score: float | None
    satisfied: bool | None
    solved: bool | None = None  # of a question that asks whether the problem is solved
    agent: str
    queue: str


class RecordingTold(Shape, frozen=True, kw_only=True):
    state: RecordingState
    file: str = ""
    duration_s: float = 0.0
    bytes: int = 0
    url: str = ""  # empty while there is nothing to hear, or for those who may not
    format: str = "wav"  # and flac, mp3, opus
    encrypted: bool = False
    place: str = "local"  # and s3
    finding: str = ""  # missing or altered: what the last check found
    held_at: float | None = None  # nothing deletes it
    held_by: str = ""
    hold_reason: str = ""
    deleted_at: float | None = None
    deleted_by: str = ""  # a user; empty: by rule
    deleted_rule: str = ""  # the rule's number and its days


class TimelineEntry(Shape, frozen=True, kw_only=True):
    """One ledger entry; `data` holds the event's other fields."""

    seq: int
    at: float
    kind: str
    data: dict[str, Any]


class TalkTold(Shape, frozen=True, kw_only=True):
    """One agent with the customer. `ended_at` null: going on."""

    agent: str
    queue: str
    began_at: float
    ended_at: float | None
    talk_s: float
    hold_s: float
    wrap_up_s: float
    ended_by: str
    disposition: str
    note: str


class TransferTold(Shape, frozen=True, kw_only=True):
    """`agent` gave the customer to `to`; `kind` as of a transfer's target. `attended`: after asking."""

    at: float
    agent: str
    kind: str
    to: str
    attended: bool
    note: str


class ListeningTold(Shape, frozen=True, kw_only=True):
    """Told to those alone who may see the audit. `mode`: the last one."""

    supervisor: str
    by: str
    agent: str
    mode: str
    began_at: float
    ended_at: float | None
    listened_s: float


class CallDetail(CallSummary, frozen=True, kw_only=True):
    segments: tuple[Segment, ...]
    talks: tuple[TalkTold, ...] = ()
    transfers: tuple[TransferTold, ...] = ()
    listening: tuple[ListeningTold, ...] = ()
    offers: tuple[OfferTold, ...]
    keys: tuple[KeyTold, ...]
    survey: tuple[SurveyTold, ...]
    recordings: tuple[RecordingTold, ...]
    timeline: tuple[TimelineEntry, ...]


class CallList(Shape, frozen=True, kw_only=True):
    """Newest first. `before` goes as it is into the next query; null when this was the last page."""

    calls: tuple[CallSummary, ...]
    before: str | None
