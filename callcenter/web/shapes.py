"""What the API answers with. The console's types are generated from here (`callcenter.web.wire`).

Times are seconds since the epoch, UTC; durations are seconds. Empty text means "none" unless a
field can be null. `caller` and `numbers` may be masked, by the reader's role.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from callcenter.calls import problem as wrong
from callcenter.calls.centre import Centre
from callcenter.calls.languages import Language, Text
from callcenter.calls.rights import Permission, Scope
from callcenter.web.relays import IceServer

CallOutcome = Literal[
    "in_progress", "answered", "abandoned", "voicemail", "callback", "blocked", "flow_only", "failed"
]
RecordingState = Literal["none", "expected", "stored", "missing", "deleted"]
Tier = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z]?$",
        description="one letter, A to Z, or empty",
        extra_json_schema={"x-zh": "一个字母，A 到 Z，或留空"},
    ),
]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that is answered."""


class Done(Shape, frozen=True, kw_only=True):
    """The request was carried out; `result` holds what the engine told about it."""

    result: dict[str, Any] = {}


# ---- who is here


class Me(Shape, frozen=True, kw_only=True):
    username: str
    name: str
    role: str  # the id of a role
    agent: str | None  # the agent id (work number) when the account takes calls
    groups: tuple[str, ...]  # of the agents the account is in charge of; empty: those of its agent
    language: Language
    grants: dict[Permission, Scope]  # what the account may do, and over whom
    permissions: tuple[Permission, ...]  # the same without scopes
    demo: bool


class PhoneAccount(Shape, frozen=True, kw_only=True):
    """What a browser telephone registers with. `websocket` is a path on this origin."""

    uri: str
    username: str
    password: str
    websocket: str
    ice_servers: tuple[IceServer, ...] = ()


class TestNumber(Shape, frozen=True, kw_only=True):
    number: str
    name: Text


class TestPhone(PhoneAccount, frozen=True, kw_only=True):
    numbers: tuple[TestNumber, ...]


# ---- the centre


class NamedAgent(Shape, frozen=True, kw_only=True):
    id: str
    name: str
    queues: tuple[str, ...]  # named or by a group


class NamedQueue(Shape, frozen=True, kw_only=True):
    id: str
    name: Text
    ring_s: int
    wrap_up_s: int
    service_level_s: int
    short_abandon_s: int
    recorded: bool
    callback: bool  # callers may ask to be called back
    survey: bool  # callers can be sent to one after the talk


class NamedTier(Shape, frozen=True, kw_only=True):
    id: str
    name: Text
    credit_s: int


class NamedChoice(Shape, frozen=True, kw_only=True):
    id: str
    name: Text


class Features(Shape, frozen=True, kw_only=True):
    test_phone: bool
    recording: bool


class CentreSummary(Shape, frozen=True, kw_only=True):
    """What every page needs to name things."""

    version: int
    zone: str
    agents: tuple[NamedAgent, ...]
    queues: tuple[NamedQueue, ...]
    skills: tuple[NamedChoice, ...]
    groups: tuple[NamedChoice, ...]
    tiers: tuple[NamedTier, ...]
    rosters: tuple[NamedChoice, ...]
    flows: tuple[NamedChoice, ...]
    music: tuple[str, ...]  # classes of music for waiting callers
    pause_reasons: tuple[NamedChoice, ...]
    dispositions: tuple[NamedChoice, ...]
    features: Features


class CentreDocument(Shape, frozen=True, kw_only=True):
    version: int
    document: Centre
    saved_at: float
    saved_by: str


class CentreProblem(Shape, frozen=True, kw_only=True):
    """What is wrong with a document: `path` as in `queues[1].survey`, empty for the whole. `message` is English."""

    path: str
    message: str
    word: str
    text: Text


def centre_problem(problem: wrong.Problem) -> CentreProblem:
    return CentreProblem(path=problem.path, message=problem.message, word=problem.said.word, text=problem.said.text)


class CentreCheck(Shape, frozen=True, kw_only=True):
    """Everything that is wrong; nothing when the document can be put in force."""

    problems: tuple[CentreProblem, ...]


# ---- customers


class CardNumber(Shape, frozen=True, kw_only=True):
    number: str
    label: str = ""  # free text, as in mobile, office


class Card(Shape, frozen=True, kw_only=True):
    """A customer. `numbers[0]` is the one to call first."""

    id: str
    name: str
    numbers: tuple[CardNumber, ...]
    tier: Tier
    company: str
    region: str
    address: str
    notes: str
    language: Language | Literal[""]
    created_at: float
    changed_at: float


# ---- calls


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


class CustomerList(Shape, frozen=True, kw_only=True):
    """`total`: on all pages, which count from 1."""

    customers: tuple[Card, ...]
    total: int = 0
    page: int = 1
    page_size: int = 50


class CustomerDetail(Shape, frozen=True, kw_only=True):
    card: Card
    last_calls: tuple[CallSummary, ...]


class Pop(Shape, frozen=True, kw_only=True):
    """The screen-pop: who calls. `customer` is set when exactly one card has the number.

    `kind` consult: the reader is asked for advice by `by_agent`, with `note`; else both are those of the agent who
    gave the call away, if anybody did. out: the reader calls. `looking_up`: who it is takes a moment longer, and the
    same pop comes again with it.
    """

    interaction: str
    kind: Literal["call", "consult", "out"]
    offer: str
    caller: str
    caller_name: str
    queue: str
    waited_s: float
    flow: str
    keys: tuple[str, ...]
    callback: str  # the callback the call carries out: the customer has asked to be called
    note: str
    by_agent: str
    looking_up: bool
    customer: Card | None
    matches: tuple[Card, ...]
    last_calls: tuple[CallSummary, ...]


# ---- figures


class AgentToday(Shape, frozen=True, kw_only=True):
    """An agent's day so far, in the centre's zone. Averages are 0 when nothing was handled."""

    agent: str
    day_began_at: float
    signed_in_s: float
    ready_s: float
    paused_s: float
    paused_by_reason_s: dict[str, float]
    unreachable_s: float
    ringing_s: float
    talk_s: float
    hold_s: float
    wrap_up_s: float
    offered: int
    handled: int
    missed: int
    aht_s: float
    survey_answers: int
    satisfied: int
    mean_score: float | None


class QueueToday(Shape, frozen=True, kw_only=True):
    """A queue's day so far; formulas in docs/api.md. Rates are null while nothing was offered.

    offered = answered + abandoned + flowed_out + failed + waiting.
    """

    queue: str
    offered: int
    answered: int
    abandoned: int
    abandoned_short: int
    flowed_out: int
    failed: int  # ended by the system
    waiting: int
    answered_within: int  # within `target_s`
    target_s: int
    service_level: float | None
    abandon_rate: float | None
    asa_s: float
    aht_s: float
    longest_wait_s: float
    survey_answers: int
    satisfied: int


class QueuesToday(Shape, frozen=True, kw_only=True):
    day_began_at: float
    queues: tuple[QueueToday, ...]


# ---- the system


class SystemHealth(Shape, frozen=True, kw_only=True):
    """`engine` is the engine's own report (journal, writer, telephone link, counts); empty while lost."""

    engine_link: Literal["up", "lost"]
    engine_link_since: float
    asterisk: Literal["up", "down", "unknown"]
    database: Literal["up", "down"]
    pages: int
    phones: int
    engine: dict[str, Any]


class AuditEntry(Shape, frozen=True, kw_only=True):
    id: int
    at: float
    by: str
    action: str
    target: str
    address: str
    details: dict[str, Any]


class AuditList(Shape, frozen=True, kw_only=True):
    entries: tuple[AuditEntry, ...]
    before: int | None


class Problem(Shape, frozen=True, kw_only=True):
    """An error. `word` is stable; `message` is English; `field` is set when one input field is to blame.

    `text`: the details in every language, for people; null where the word says it all.

    `problems`: all that is wrong with a centre document (`bad_centre`).
    """

    word: str
    message: str
    text: Text | None = None
    field: str = ""
    problems: tuple[CentreProblem, ...] = ()


class Failed(Shape, frozen=True, kw_only=True):
    error: Problem
