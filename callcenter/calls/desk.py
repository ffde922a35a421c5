"""Parts of the centre document that shape the agents' desk and the supervisors' floor."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.document import Choice, DialledNumber, Document, NumberPrefix, Slug
from callcenter.calls.languages import Text

TrunkName = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_-]{0,32}$",
        description="a trunk's name; empty: the first",
        extra_json_schema={"x-zh": "中继的名称；留空为第一条"},
    ),
]


class Disposition(Choice, frozen=True, kw_only=True):
    """How a call ended, in the agent's words. `parent`: the entry it belongs below; only leaves are chosen."""

    parent: Slug | None = None


class OutboundNumber(Document, frozen=True, kw_only=True):
    """A number calls out may be shown with, and the trunk they take."""

    number: DialledNumber
    name: Text
    trunk: TrunkName = ""


class Outbound(Document, frozen=True, kw_only=True):
    """Calls that agents begin. `allowed`: how numbers may begin; empty: those of the centre's country.

    Without `numbers` the trunk's own caller number is shown.
    """

    numbers: tuple[OutboundNumber, ...] = ()
    allowed: tuple[NumberPrefix, ...] = ()
    ring_s: Annotated[int, Meta(ge=10, le=120)] = 45
    wrap_up_s: Annotated[int, Meta(ge=0, le=3600)] = 30
    recorded: bool = True


class Room(Document, frozen=True, kw_only=True):
    """A conference room. Agents dial `number` or press a button; from outside by invitation."""

    id: Slug
    name: Text
    number: Annotated[
        str,
        Meta(
            pattern=r"^[0-9]{3,6}$",
            description="three to six digits, no agent's id",
            extra_json_schema={"x-zh": "3 到 6 位数字，不能是坐席的工号"},
        ),
    ]
    most: Annotated[int, Meta(ge=2, le=100)] = 50
    recorded: bool = False


class PageLink(Document, frozen=True, kw_only=True):
    """A page of the company's own beside the call, e.g. https://crm.example.com/?tel={caller}&agent={agent}.

    Placeholders: {caller} {customer} {agent} {queue} {interaction} {tier} {dialled}; each is URL-encoded. `open`:
    in a tab of the desk, or by itself in a window when the phone rings.
    """

    id: Slug
    name: Text
    url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^\s<>\"]{3,500}$",
            description="begins with http:// or https://",
            extra_json_schema={"x-zh": "以 http:// 或 https:// 开头"},
        ),
    ]
    open: Literal["tab", "window"] = "tab"


class Alert(Document, frozen=True, kw_only=True):
    """Supervisors are told while this holds. longest_wait: seconds, over `limit`; service_level: percent of today,
    under it; waiting: callers, over it; nobody_ready: while somebody waits nobody is, for `limit` seconds."""

    id: Slug
    kind: Literal["longest_wait", "service_level", "waiting", "nobody_ready"]
    queue: Slug | None = None  # every queue without
    limit: Annotated[float, Meta(ge=0, le=86_400)]
    sound: bool = True


class Supervision(Document, frozen=True, kw_only=True):
    """`tell_agent`: the agent is shown that somebody listens. Whispering and barging in are heard anyway."""

    tell_agent: bool = False


class Reconnection(Document, frozen=True, kw_only=True):
    """An agent's phone lost in mid-talk: so long the customer is held, then is in the queue again. 0: not held."""

    hold_s: Annotated[int, Meta(ge=0, le=120)] = 20
