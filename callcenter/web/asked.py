"""What the API is asked with: bodies and queries. Unknown keys are refused."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.centre import Centre, Device
from callcenter.calls.languages import Language
from callcenter.web.call_shapes import CallOutcome
from callcenter.web.card_shapes import Tier
from callcenter.web.routing_shapes import CallbackResult

Line = Annotated[str, Meta(max_length=128)]
Name = Annotated[str, Meta(min_length=1, max_length=128)]
Note = Annotated[str, Meta(max_length=10_000)]
Moment = Annotated[
    float,
    Meta(
        ge=0, le=1e11, description="seconds since the epoch, UTC", extra_json_schema={"x-zh": "自纪元起的秒数（UTC）"}
    ),
]
PhoneNumber = Annotated[
    str,
    Meta(
        pattern=r"^\+?[0-9(][0-9 ().\-/*]{1,29}$",
        description="a telephone number: digits, a leading + allowed (or a masked number of this card, unchanged)",
        extra_json_schema={"x-zh": "电话号码：数字，前面可加 +（或该客户未改动的隐藏号码）"},
    ),
]
PageSize = Annotated[int, Meta(ge=1, le=200)]
SearchText = Annotated[str, Meta(max_length=100)]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every body and query."""


class Nothing(Asked, frozen=True, kw_only=True):
    """An empty body, or `{}`."""


class Credentials(Asked, frozen=True, kw_only=True):
    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class AgentSignIn(Asked, frozen=True, kw_only=True):
    device: Device = "web"
    ready: bool = False


class AgentPause(Asked, frozen=True, kw_only=True):
    """`reason` is the id of one of the centre's pause reasons."""

    reason: Annotated[str, Meta(max_length=32)] = ""


class RejectedOffer(Asked, frozen=True, kw_only=True):
    offer: Name


class EndedCall(Asked, frozen=True, kw_only=True):
    interaction: Name


class MoreWrapUp(Asked, frozen=True, kw_only=True):
    by_s: Annotated[int, Meta(ge=10, le=600)] = 60


class CallNote(Asked, frozen=True, kw_only=True):
    """`disposition` is the id of one of the centre's dispositions, or empty."""

    note: Note = ""
    disposition: Annotated[str, Meta(max_length=32)] = ""


class RecordingQuery(Asked, frozen=True, kw_only=True):
    save: bool = False


class CallQuery(Asked, frozen=True, kw_only=True, rename={"from_": "from"}):
    """`from` and `to` bound the arrival (from included, to not); `before` is the last answer's `before`.

    `text`: part of the note or of the customer's name; without `from` in the last 31 days. `score` is
    the survey's.
    """

    agent: Annotated[str, Meta(max_length=32)] = ""
    queue: Annotated[str, Meta(max_length=32)] = ""
    caller: Annotated[str, Meta(max_length=32)] = ""
    outcome: CallOutcome | None = None
    disposition: Annotated[str, Meta(max_length=32)] = ""
    direction: Literal["", "inbound", "outbound", "callback"] = ""
    recording: Literal["", "stored", "missing", "expected", "held", "deleted"] = ""
    talk_from_s: Annotated[float, Meta(ge=0, le=864_000)] | None = None
    talk_to_s: Annotated[float, Meta(ge=0, le=864_000)] | None = None
    score_from: Annotated[float, Meta(ge=-1000, le=1000)] | None = None
    score_to: Annotated[float, Meta(ge=-1000, le=1000)] | None = None
    text: Annotated[str, Meta(max_length=80)] = ""
    from_: Moment | None = None
    to: Moment | None = None
    before: Annotated[str, Meta(max_length=120)] = ""
    limit: PageSize = 50


class CustomerQuery(Asked, frozen=True, kw_only=True):
    """`text` (or `q`): words of the name or company, or the beginning or end of a number. Pages count from 1."""

    q: SearchText = ""
    text: SearchText = ""
    tier: Tier = ""
    page: Annotated[int, Meta(ge=1, le=100_000)] = 1
    limit: PageSize = 50


class GivenNumber(Asked, frozen=True, kw_only=True):
    number: PhoneNumber
    label: Annotated[str, Meta(max_length=32)] = ""


class NewCard(Asked, frozen=True, kw_only=True):
    name: Name
    numbers: Annotated[tuple[GivenNumber, ...], Meta(max_length=20)] = ()
    tier: Tier = ""
    company: Line = ""
    region: Line = ""
    address: Line = ""
    notes: Note = ""
    language: Language | Literal[""] = ""


class CardEdit(Asked, frozen=True, kw_only=True):
    """Only what is given is changed. `changed_at` is that of the card which was edited."""

    changed_at: Moment
    name: Name | None = None
    numbers: Annotated[tuple[GivenNumber, ...], Meta(max_length=20)] | None = None
    tier: Tier | None = None
    company: Line | None = None
    region: Line | None = None
    address: Line | None = None
    notes: Note | None = None
    language: Language | Literal[""] | None = None


class CentreEdit(Asked, frozen=True, kw_only=True):
    """The whole document; `base_version` is the version it was made from."""

    base_version: Annotated[int, Meta(ge=0)]
    document: Centre


class CentreDraft(Asked, frozen=True, kw_only=True):
    """A document to be checked, right or wrong."""

    document: dict[str, Any]


class CallbackQuery(Asked, frozen=True, kw_only=True):
    """About those that are over. `number` is a customer's; `before` is the last answer's `before`."""

    queue: Annotated[str, Meta(max_length=32)] = ""
    number: Annotated[str, Meta(max_length=32)] = ""
    result: CallbackResult | None = None
    before: Annotated[str, Meta(max_length=120)] = ""
    limit: PageSize = 50


class MessageQuery(Asked, frozen=True, kw_only=True):
    """`mailbox` is the id of a queue or an agent; `before` is the last answer's `before`."""

    mailbox: Annotated[str, Meta(max_length=32)] = ""
    state: Literal["new", "handled"] | None = None
    before: Annotated[str, Meta(max_length=120)] = ""
    limit: PageSize = 50


class MessageMark(Asked, frozen=True, kw_only=True):
    handled: bool
    note: Annotated[str, Meta(max_length=1000)] = ""


class AuditQuery(Asked, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Entries from `from` on and before `to`."""

    by: Annotated[str, Meta(max_length=64)] = ""
    action: Annotated[str, Meta(max_length=64)] = ""
    from_: Moment | None = None
    to: Moment | None = None
    before: Annotated[int, Meta(ge=1)] | None = None
    limit: PageSize = 100
