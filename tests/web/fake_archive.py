"""A store in memory, with the accounts and records a test puts into it."""

import asyncio
from collections.abc import Collection
from typing import Any

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.web.access import Account
from callcenter.web.archive import PastCallbacks, SignedIn, Within
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
from callcenter.web.call_shapes import CallDetail, CallList, CallSummary, RecordingTold, Segment
from callcenter.web.card_shapes import Card, CardNumber, CustomerList
from callcenter.web.centre_shapes import CentreDocument
from callcenter.web.desk_shapes import FloorToday, Interval, MissedCall
from callcenter.web.errors import ApiError
from callcenter.web.routing_shapes import (
    CallbackAttempt,
    Decision,
    Mailbox,
    Message,
    MessageList,
    PastCallback,
    QueueForecast,
    QueueForecasts,
)
from callcenter.web.system_shapes import AuditEntry, AuditList
from callcenter.web.today_shapes import AgentToday, QueuesToday, QueueToday
from tests.web.floor import CALLER, centre

PASSWORD = "correct horse"
ACCOUNTS = {
    "8001": Account(username="8001", name="Li Na", role="agent", agent="8001"),
    "8002": Account(username="8002", name="Wang Wei", role="agent", agent="8002"),
    "boss": Account(username="boss", name="Zhao Min", role="supervisor", language="en"),
    "admin": Account(username="admin", name="Sun Yu", role="administrator", language="en"),
}


def card(card_id: str = "1", *numbers: str, **fields: Any) -> Card:
    given: dict[str, Any] = dict.fromkeys(("tier", "company", "region", "address", "notes", "language"), "")
    given |= {"name": f"Customer {card_id}", "created_at": 1.0, "changed_at": 1.0} | fields
    return Card(id=card_id, numbers=tuple(CardNumber(number=number) for number in numbers or (CALLER,)), **given)


def record(call_id: str = "cc1-1.1", agent: str = "8001", **fields: Any) -> CallDetail:
    given: dict[str, Any] = {
        "arrived_at": 100.0,
        "ended_at": 160.0,
        "caller": CALLER,
        "caller_name": "",
        "dialled": "+862155550100",
        "language": "zh-CN",
        "queue": "sales",
        "outcome": "answered",
        "short_abandon": False,
        "ended_by": "caller",
        "waited_s": 5.0,
        "talk_s": 40.0,
        "hold_s": 0.0,
        "wrap_up_s": 3.0,
        "disposition": "",
        "note": "",
        "score": None,
        "satisfied": None,
        "recording": "stored",
        "direction": "inbound",
        "tier": "",
        "callback": "",
        "customer": None,
        "customer_name": "",
        "segments": (Segment(kind="talk", began_at=110.0, ended_at=150.0, agent=agent, queue="sales"),),
        "offers": (),
        "keys": (),
        "survey": (),
        "recordings": (RecordingTold(state="stored", file=f"2026/11/21/{call_id}.wav", duration_s=40.0, bytes=44),),
        "timeline": (),
    }
    return CallDetail(id=call_id, agent=agent, **(given | fields))


def message(message_id: str = "cc1-1.1", mailbox: str = "sales", **fields: Any) -> Message:
    given: dict[str, Any] = {
        "call": message_id,
        "queue": "sales",
        "caller": CALLER,
        "caller_name": "",
        "customer": None,
        "customer_name": "",
        "left_at": 150.0,
        "duration_s": 12.0,
        "state": "new",
        "heard_by": "",
        "heard_at": None,
        "handled_by": "",
        "handled_at": None,
        "note": "",
        "file": f"messages/2026/11/21/{message_id}.wav",
    }
    return Message(id=message_id, mailbox=mailbox, **(given | fields))


def past_callback(callback_id: str = "cc1-1.1-cb", queue: str = "sales", **fields: Any) -> PastCallback:
    attempt = CallbackAttempt(
        attempt=1,
        began_at=300.0,
        ended_at=330.0,
        interaction=f"{callback_id}-1",
        agent="8002",
        first="customer",
        result="no_answer",
    )
    given: dict[str, Any] = {
        "number": CALLER,
        "caller_name": "",
        "tier": "",
        "customer": None,
        "customer_name": "",
        "asked_in": "cc1-1.1",
        "asked_at": 150.0,
        "queued_at": 110.0,
        "expires_at": 9000.0,
        "ended_at": 330.0,
        "result": "given_up",
        "by": "",
        "interaction": "",
        "low_s": 60.0,
        "high_s": 120.0,
        "attempts": (attempt,),
    }
    return PastCallback(id=callback_id, queue=queue, **(given | fields))


class FakeArchive:
    def __init__(self) -> None:
        self.document = CentreDocument(version=1, document=centre(), saved_at=1.0, saved_by="admin")
        self.sessions: dict[str, Account] = {}
        self.records: dict[str, CallDetail] = {}
        self.cards: dict[str, Card] = {}
        self.kept_messages: dict[str, Message] = {}
        self.past_callbacks: dict[str, PastCallback] = {}
        self.decided: dict[str, tuple[Decision, ...]] = {}
        self.audited: list[AuditEntry] = []
        self.stored = 0
        self.lookup_gate = asyncio.Event()  # cleared: lookups wait
        self.lookup_gate.set()
        self.lookups = 0

    async def sign_in(self, username: str, password: str, address: str) -> SignedIn:
        account = ACCOUNTS.get(username)
        if account is None or password != PASSWORD:
            raise ApiError("wrong_credentials")
        token = f"token-{len(self.sessions)}-{username}"
        self.sessions[token] = account
        return SignedIn(token, account)

    async def session(self, token: str) -> Account | None:
        return self.sessions.get(token)

    async def sign_out(self, token: str) -> None:
        self.sessions.pop(token, None)

    async def centre(self) -> CentreDocument:
        return self.document

    async def save_centre(self, document: Centre, by: str, base_version: int) -> int:
        if base_version != self.document.version:
            raise ApiError("stale_version")
        self.document = CentreDocument(version=base_version + 1, document=document, saved_at=2.0, saved_by=by)
        return self.document.version

    async def flow_names(self) -> dict[str, Text]:
        return {"welcome": Text(zh="欢迎", en="Welcome")}

    async def calls(self, query: CallQuery, within: Within | None = None) -> CallList:
        found = [self._summary(one) for one in self.records.values() if query.agent in ("", one.agent)]
        if within is not None:
            found = [
                one for one in found if one.agent in within.agents or (not one.agent and one.queue in within.queues)
            ]
        return CallList(calls=tuple(found), before=None)

    async def call(self, call_id: str, audited: bool = False) -> CallDetail | None:
        return self.records.get(call_id)

    async def customers(self, query: CustomerQuery) -> CustomerList:
        found = tuple(one for one in self.cards.values() if (query.text or query.q) in one.name)
        return CustomerList(customers=found[: query.limit], total=len(found), page_size=query.limit)

    async def customer(self, customer_id: str) -> Card | None:
        return self.cards.get(customer_id)

    async def customers_of(self, number: str) -> tuple[Card, ...]:
        self.lookups += 1
        await self.lookup_gate.wait()
        return tuple(one for one in self.cards.values() if number in [entry.number for entry in one.numbers])

    async def calls_of_customer(self, customer_id: str) -> tuple[CallSummary, ...]:
        return tuple(self._summary(one) for one in self.records.values() if one.customer == customer_id)

    async def calls_of_number(self, number: str) -> tuple[CallSummary, ...]:
        return tuple(self._summary(one) for one in self.records.values() if one.caller == number)

    async def add_customer(self, card: NewCard, by: str) -> Card:
        fields = msgspec.to_builtins(card)
        saved = msgspec.convert({"id": str(len(self.cards) + 1), "created_at": 1.0, "changed_at": 1.0} | fields, Card)
        self.cards[saved.id] = saved
        return saved

    async def change_customer(self, customer_id: str, edit: CardEdit, by: str) -> Card:
        before = self.cards[customer_id]
        if edit.changed_at != before.changed_at:
            raise ApiError("stale_version")
        changes = {key: value for key, value in msgspec.to_builtins(edit).items() if value is not None}
        self.cards[customer_id] = msgspec.convert(
            msgspec.to_builtins(before) | changes | {"changed_at": before.changed_at + 1}, Card
        )
        return self.cards[customer_id]

    async def agent_today(self, agent: str) -> AgentToday:
        figures: dict[str, Any] = {
            field: 0 for field in AgentToday.__struct_fields__ if field not in ("agent", "mean_score")
        }
        return AgentToday(agent=agent, mean_score=None, **figures | {"paused_by_reason_s": {"lunch": 60.0}})

    async def missed_today(self, agent: str) -> tuple[MissedCall, ...]:
        return tuple(
            MissedCall(at=5.0, interaction=one.id, queue=one.queue, caller=one.caller, reason="no_answer")
            for one in self.records.values()
        )

    async def floor_today(self, queue: str) -> FloorToday:
        figures: dict[str, Any] = {field: 0 for field in Interval.__struct_fields__ if not field.endswith("_s")}
        sums = {"wait_s": 1.5, "talk_s": 2.5, "hold_s": 0.5, "wrap_up_s": 1.0}
        quarter = Interval(**figures | sums | {"at": 1.0})
        return FloorToday(from_at=1.0, step_s=900, intervals=(quarter,), formula={"asa_s": "wait_s / answered"})

    async def queues_today(self) -> QueuesToday:
        given = {field: 0 for field in QueueToday.__struct_fields__ if field != "queue"}
        figures: dict[str, Any] = given | {"service_level": None, "abandon_rate": None}
        return QueuesToday(day_began_at=1.0, queues=(QueueToday(queue="sales", **figures),))

    async def decisions(self, call_id: str) -> tuple[Decision, ...]:
        return self.decided.get(call_id, ())

    async def forecasts(self) -> QueueForecasts:
        sales = QueueForecast(
            queue="sales",
            told=10,
            held=9,
            share=0.9,
            error_s=8.0,
            outside_s=1.5,
            low_s=60.0,
            high_s=120.0,
            waited_s=92.0,
        )
        return QueueForecasts(day_began_at=1.0, queues=(sales,))

    async def callbacks(self, query: CallbackQuery, queues: Collection[str] | None) -> PastCallbacks:
        found = [one for one in self.past_callbacks.values() if queues is None or one.queue in queues]
        return PastCallbacks(tuple(one for one in found if query.result in (None, one.result)), None)

    async def messages(self, query: MessageQuery, mailboxes: Collection[str] | None) -> MessageList:
        found = [one for one in self.kept_messages.values() if mailboxes is None or one.mailbox in mailboxes]
        boxes = [Mailbox(id=box, new=1, handled=0, unheard=1) for box in dict.fromkeys(one.mailbox for one in found)]
        asked = [one for one in found if query.mailbox in ("", one.mailbox) and query.state in (None, one.state)]
        return MessageList(messages=tuple(asked), mailboxes=tuple(boxes), before=None)

    async def message(self, message_id: str) -> Message | None:
        return self.kept_messages.get(message_id)

    async def mark_message(self, message_id: str, mark: MessageMark, by: str) -> None:
        state = "handled" if mark.handled else "new"
        changes: dict[str, Any] = {"state": state, "note": mark.note, "handled_by": by if mark.handled else ""}
        self.kept_messages[message_id] = msgspec.structs.replace(self.kept_messages[message_id], **changes)

    async def stored_seq(self) -> int:
        return self.stored

    async def note(self, by: str, action: str, target: str = "", address: str = "", **details: object) -> None:
        entry = AuditEntry(
            id=len(self.audited) + 1,
            at=1.0,
            by=by,
            action=action,
            target=target,
            address=address,
            details=dict(details),
        )
        self.audited.append(entry)

    async def audit(self, query: AuditQuery) -> AuditList:
        return AuditList(entries=tuple(reversed(self.audited)), before=None)

    @staticmethod
    def _summary(detail: CallDetail) -> CallSummary:
        return CallSummary(**{field: getattr(detail, field) for field in CallSummary.__struct_fields__})
