"""What the edge reads from and writes to the store, in the API's shapes. Numbers are whole here.

`stored.StoredArchive` is the real one. All methods may raise ApiError `database_down`.
"""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.web.access import Account
from callcenter.web.asked import (
    AuditQuery,
    CallbackQuery,
    CallQuery,
    CardEdit,
    CustomerQuery,
    MessageMark,
    MessageQuery,
    NewCard,
)
from callcenter.web.call_shapes import CallDetail, CallList, CallSummary
from callcenter.web.card_shapes import Card, CustomerList
from callcenter.web.centre_shapes import CentreDocument
from callcenter.web.desk_shapes import FloorToday, MissedCall
from callcenter.web.routing_shapes import Decision, Message, MessageList, PastCallback, QueueForecasts
from callcenter.web.system_shapes import AuditList
from callcenter.web.today_shapes import AgentToday, QueuesToday


class SignedIn(NamedTuple):
    token: str
    account: Account


class PastCallbacks(NamedTuple):
    """`before` goes into the next query; None: this was the last page."""

    past: tuple[PastCallback, ...]
    before: str | None


class Within(NamedTuple):
    """Calls that these agents talked last in, and those nobody did in these queues."""

    agents: frozenset[str]
    queues: frozenset[str]


class Archive(Protocol):
    async def sign_in(self, username: str, password: str, address: str) -> SignedIn:
        """Raises ApiError `wrong_credentials` or `too_many_attempts`; both are audited."""

    async def session(self, token: str) -> Account | None:
        """Whose session it is; None when it has ended. Counts as use of it."""

    async def sign_out(self, token: str) -> None: ...

    async def centre(self) -> CentreDocument: ...

    async def save_centre(self, document: Centre, by: str, base_version: int) -> int:
        """The new version. Raises ApiError `stale_version`. What the document refers to was checked before."""

    async def flow_names(self) -> dict[str, Text]:
        """What the current flows are called, by id."""

    async def calls(self, query: CallQuery, within: Within | None = None) -> CallList:
        """Newest first. `within` None: all of them."""

    async def call(self, call_id: str, audited: bool = False) -> CallDetail | None:
        """`audited`: with who listened to it."""

    async def customers(self, query: CustomerQuery) -> CustomerList: ...

    async def customer(self, customer_id: str) -> Card | None: ...

    async def customers_of(self, number: str) -> tuple[Card, ...]: ...

    async def calls_of_customer(self, customer_id: str) -> tuple[CallSummary, ...]: ...

    async def calls_of_number(self, number: str) -> tuple[CallSummary, ...]: ...

    async def add_customer(self, card: NewCard, by: str) -> Card: ...

    async def change_customer(self, customer_id: str, edit: CardEdit, by: str) -> Card:
        """Raises ApiError `no_such_customer` or `stale_version`."""

    async def agent_today(self, agent: str) -> AgentToday: ...

    async def missed_today(self, agent: str) -> tuple[MissedCall, ...]: ...

    async def floor_today(self, queue: str) -> FloorToday:
        """Up to the quarter that runs; of all queues when `queue` is empty."""

    async def queues_today(self) -> QueuesToday: ...

    async def decisions(self, call_id: str) -> tuple[Decision, ...]:
        """In the ledger's order; none of an unknown call."""

    async def forecasts(self) -> QueueForecasts: ...

    async def callbacks(self, query: CallbackQuery, queues: Collection[str] | None) -> PastCallbacks:
        """Those that are over, of these queues; None: of all."""

    async def messages(self, query: MessageQuery, mailboxes: Collection[str] | None) -> MessageList:
        """Messages of these mailboxes; None: of all."""

    async def message(self, message_id: str) -> Message | None: ...

    async def mark_message(self, message_id: str, mark: MessageMark, by: str) -> None: ...

    async def stored_seq(self) -> int:
        """The ledger position the projections show."""

    async def note(self, by: str, action: str, target: str = "", address: str = "", **details: object) -> None:
        """An audit entry."""

    async def audit(self, query: AuditQuery) -> AuditList: ...
