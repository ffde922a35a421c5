"""A call from its arrival to its end."""

from typing import Any, Literal

from callcenter.calls.centre import Device
from callcenter.calls.events.base import CallEvent
from callcenter.calls.languages import Language

EndedBy = Literal["caller", "agent", "flow", "system", "asterisk"]


class CallArrived(CallEvent, frozen=True, kw_only=True):
    channel: str
    caller: str  # normalised (E.164 with +) where possible; empty when withheld
    caller_name: str
    dialled: str
    language: Language
    source: Literal["live", "fallback", "cel", "callback", "outbound"] = "live"
    customer: str = ""  # id of the card, when there is just one
    tier: str = ""
    last_agent: str = ""  # who talked with this caller last, at `last_talk_at`
    last_talk_at: float = 0.0
    callback: str = ""  # the callback this call carries out


class CallBlocked(CallEvent, frozen=True, kw_only=True):
    """The caller is on the blacklist and was turned away."""

    number: str  # the entry
    reason: str


class RuleApplied(CallEvent, frozen=True, kw_only=True):
    """An inbound rule decided where the call goes."""

    rule: str
    to: str
    id: str


class LanguageChosen(CallEvent, frozen=True, kw_only=True):
    language: Language


class CustomerIdentified(CallEvent, frozen=True, kw_only=True):
    """A flow found out whose call this is; `customer` is the card's id."""

    customer: str
    tier: str = ""


class FlowStarted(CallEvent, frozen=True, kw_only=True):
    flow: str
    version: int
    session: dict[str, Any]


class FlowStepped(CallEvent, frozen=True, kw_only=True):
    """The caller is at `node` and the session waits; `session` is the checkpoint to resume from.

    `path`: the nodes walked to since the wait before, those passed without a wait too, `node` the last of them;
    empty when the caller stayed where the call was. None: written by a version that did not tell.
    `outcome`: what came of the work outside that the wait before was for, as `Outcome.word`; empty when it was none.
    """

    node: str
    session: dict[str, Any]
    path: tuple[str, ...] | None = None
    outcome: str = ""


class KeyPressed(CallEvent, frozen=True, kw_only=True):
    """A key in a menu. Never carries digits that were collected (numbers, PINs)."""

    flow: str
    node: str
    key: str  # empty: none pressed in time
    valid: bool


FlowResult = Literal[
    "queue", "hangup", "caller_gone", "failed", "waiting", "voicemail", "callback", "mailbox", "outside"
]


class FlowEnded(CallEvent, frozen=True, kw_only=True):
    """`path`: the nodes walked to since the last wait, and `outcome`, as in `FlowStepped`. `fault`: why a flow that
    failed could not go on, and at which node."""

    flow: str
    result: FlowResult
    path: tuple[str, ...] = ()
    outcome: str = ""
    fault: str = ""


class SurveyPushed(CallEvent, frozen=True, kw_only=True):
    """The agent sends the caller to the survey, and leaves the talk."""

    survey: str
    agent: str
    queue: str


class SurveyPassed(CallEvent, frozen=True, kw_only=True):
    """After the talk the caller was not led to the queue's survey: not this one's turn, or nobody sent it there."""

    survey: str
    agent: str
    queue: str


class SurveyOffered(CallEvent, frozen=True, kw_only=True):
    """The caller is led to the survey; `how` as the queue's policy says, or because the agent `pushed` it."""

    survey: str
    agent: str
    queue: str
    how: Literal["always", "every", "pushed"] = "always"


class SurveyBegun(CallEvent, frozen=True, kw_only=True):
    """The caller hears the first question."""

    survey: str
    agent: str
    queue: str


class SurveySkipped(CallEvent, frozen=True, kw_only=True):
    """The call ended without any answer; `begun`: after the first question was heard. `caller`, `language`: as of the
    call."""

    survey: str
    agent: str
    queue: str
    begun: bool
    caller: str = ""
    language: Language = "zh-CN"


class SurveyAnswered(CallEvent, frozen=True, kw_only=True):
    survey: str
    question: str
    key: str
    score: float | None  # what the key counts as; None when the question does not score
    satisfied: bool | None
    solved: bool | None = None  # of a question that asks whether the problem is solved
    agent: str
    queue: str


class LegOpened(CallEvent, frozen=True, kw_only=True):
    channel: str
    role: Literal["customer", "agent", "consult", "external", "supervisor"]
    agent: str = ""
    device: Device | None = None


class LegClosed(CallEvent, frozen=True, kw_only=True):
    channel: str
    cause: int


class Connected(CallEvent, frozen=True, kw_only=True):
    """Customer and agent hear each other."""

    agent: str
    device: Device
    queue: str
    offer: str = ""  # empty: connected by the fallback queue
    waited_s: float = 0.0


class Held(CallEvent, frozen=True, kw_only=True):
    agent: str


class Resumed(CallEvent, frozen=True, kw_only=True):
    agent: str


class TalkEnded(CallEvent, frozen=True, kw_only=True):
    """`by` lost: the agent's leg vanished without anybody ending the call."""

    agent: str
    by: Literal["caller", "agent", "lost", "asterisk", "system"]
    talk_s: float
    hold_s: float


class CallEnded(CallEvent, frozen=True, kw_only=True):
    by: EndedBy
    cause: int
    phase: str  # where the caller was: flow, waiting, ringing, talking, survey
    answered: bool


class MessageBegan(CallEvent, frozen=True, kw_only=True):
    """The caller speaks to a mailbox (a queue's or an agent's). `file` is where the message lands."""

    mailbox: str
    queue: str
    file: str


class MessageReviewed(CallEvent, frozen=True, kw_only=True):
    """A caller who has recorded a message decides about it; "" when no key, or a meaningless one, came."""

    mailbox: str
    choice: Literal["", "listen", "again", "send", "discard"]


class MessageLeft(CallEvent, frozen=True, kw_only=True):
    mailbox: str
    file: str
    duration_s: float
    bytes: int
    sha256: str


class MessageMissing(CallEvent, frozen=True, kw_only=True):
    """Nothing was said, or nothing was kept."""

    mailbox: str
    file: str


class NoteWritten(CallEvent, frozen=True, kw_only=True):
    agent: str
    note: str
    disposition: str


class RecordingDecided(CallEvent, frozen=True, kw_only=True):
    """By the centre's recording rules, as the talk with `agent` began. `rule` counts from 1; 0: none fitted;
    -1: the disk is full."""

    agent: str
    record: bool
    keep: str  # always, never, on_demand, share
    rule: int
    centre_version: int


class RecordingExpected(CallEvent, frozen=True, kw_only=True):
    """`by`: who began it on demand; empty: it was decided by rule."""

    file: str
    by: str = ""


class RecordingPaused(CallEvent, frozen=True, kw_only=True):
    """Silence is recorded from here on. `by`: an agent, a user, or `policy`; `until` 0: until it is resumed."""

    by: str
    until: float


class RecordingResumed(CallEvent, frozen=True, kw_only=True):
    """`by` as when it was paused; `limit`: the pause had lasted long enough; `end`: the talk was over."""

    by: str


class RecordingStored(CallEvent, frozen=True, kw_only=True):
    file: str
    duration_s: float
    bytes: int
    sha256: str


class RecordingMissing(CallEvent, frozen=True, kw_only=True):
    file: str
