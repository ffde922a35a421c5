"""What the API takes and tells about the message centre and its mailboxes. Conventions as in `shapes`."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.languages import Language
from callcenter.web.asked import Asked, Moment, PageSize, SearchText
from callcenter.web.shapes import Shape

InboxKind = Literal["missed", "message", "callback", "text"]
InboxState = Literal["open", "free", "claimed", "mine", "done"]
NoticeKind = Literal["call", "text"]
NoticeState = Literal["waiting", "trying", "done", "failed"]
NoticeResult = Literal["", "heard", "sent", "seen", "no_key", "no_answer", "wrong_pin", "no_provider", "failed"]
ItemNote = Annotated[str, Meta(max_length=1000)]


class InboxItem(Shape, frozen=True, kw_only=True):
    """Something a caller left behind: missed calls or texts (`count` of them), a message, a callback given up.

    `box` is the queue or agent whose it is. `done_why`: person, or reached, when the caller was talked with later in
    `reached_call`. `url` is empty when there is nothing to hear; `sound_deleted_at`: the retention rules deleted it.
    `body`: what the latest text says; `call` is its id then.
    """

    id: str
    kind: InboxKind
    box: str
    queue: str
    caller: str
    caller_name: str
    customer: str | None
    customer_name: str
    first_at: float
    last_at: float
    count: int
    call: str
    open: bool
    heard_at: float | None
    heard_by: str
    claimed_at: float | None
    claimed_by: str
    done_at: float | None
    done_by: str
    done_why: Literal["", "person", "reached"]
    reached_call: str
    note: str
    duration_s: float
    file: str
    sound_deleted_at: float | None
    url: str
    body: str


class InboxList(Shape, frozen=True, kw_only=True):
    """Newest first."""

    items: tuple[InboxItem, ...]
    before: str | None


class InboxCount(Shape, frozen=True, kw_only=True):
    box: str
    kind: InboxKind
    open: int


class InboxCounts(Shape, frozen=True, kw_only=True):
    """Open items of those boxes that the reader may open."""

    counts: tuple[InboxCount, ...]
    open: int


class MissedCallOf(Shape, frozen=True, kw_only=True):
    call: str
    at: float


class InboxCalls(Shape, frozen=True, kw_only=True):
    """The missed calls in an item, newest first, at most 50."""

    calls: tuple[MissedCallOf, ...]


class InboxQuery(Asked, frozen=True, kw_only=True, rename={"from_": "from"}):
    """`text`: words of names or notes, or the beginning or end of a number. `from` <= last call < `to`."""

    kind: InboxKind | None = None
    state: InboxState | None = None
    box: Annotated[str, Meta(max_length=32)] = ""
    queue: Annotated[str, Meta(max_length=32)] = ""
    text: SearchText = ""
    from_: Moment | None = None
    to: Moment | None = None
    before: Annotated[str, Meta(max_length=120)] = ""
    limit: PageSize = 50


class InboxExport(Asked, frozen=True, kw_only=True, rename={"from_": "from"}):
    kind: InboxKind | None = None
    state: InboxState | None = None
    box: Annotated[str, Meta(max_length=32)] = ""
    queue: Annotated[str, Meta(max_length=32)] = ""
    text: SearchText = ""
    from_: Moment | None = None
    to: Moment | None = None
    language: Language = "en"


class Claim(Asked, frozen=True, kw_only=True):
    """`on` false: nobody sees to it any more. `take_over`: though somebody else does."""

    on: bool = True
    take_over: bool = False


class Settled(Asked, frozen=True, kw_only=True):
    done: bool
    note: ItemNote = ""


class ItemNoted(Asked, frozen=True, kw_only=True):
    note: ItemNote


# ---- mailboxes by telephone


class MailboxState(Shape, frozen=True, kw_only=True):
    """`number` is what is typed on the telephone; empty: it is not reached by one. The PIN is told to nobody."""

    id: str
    number: str
    has_pin: bool
    pin_set_at: float | None
    pin_set_by: str
    locked_until: float | None
    rings: int  # telephones that are told of a new message
    writes_to: int  # and by text


class MailboxStates(Shape, frozen=True, kw_only=True):
    mailboxes: tuple[MailboxState, ...]


class NewPin(Asked, frozen=True, kw_only=True):
    """Four to ten digits."""

    pin: Annotated[str, Meta(max_length=32)]


class MessageNotice(Shape, frozen=True, kw_only=True):
    """Who was told of a message, and what came of it; `due_at` is that of the next try, while it waits."""

    kind: NoticeKind
    number: str
    state: NoticeState
    result: NoticeResult
    attempts: int
    due_at: float
    settled_at: float | None


class MessageNotices(Shape, frozen=True, kw_only=True):
    notices: tuple[MessageNotice, ...]
