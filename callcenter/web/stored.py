"""The archive over the real store: its rows in the API's shapes."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy
import yaml

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.calls.numbers import normalised
from callcenter.calls.requests import StaleVersion
from callcenter.store import audit, day, documents, forecasts, history, projections, today
from callcenter.store import customers as cards
from callcenter.web.archive import Within
from callcenter.web.asked import AuditQuery, CallQuery, CardEdit, CustomerQuery, GivenNumber, NewCard
from callcenter.web.call_shapes import CallDetail, CallList, CallSummary
from callcenter.web.card_shapes import Card, CustomerList
from callcenter.web.centre_shapes import CentreDocument
from callcenter.web.desk_shapes import FloorToday, Interval, MissedCall
from callcenter.web.doorkeeper import Doorkeeper
from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal
from callcenter.web.routing_shapes import QueueForecast, QueueForecasts
from callcenter.web.settings import Settings
from callcenter.web.stored_routing import StoredRouting
from callcenter.web.system_shapes import AuditEntry, AuditList
from callcenter.web.threads import StoreThreads
from callcenter.web.today_shapes import AgentToday, QueuesToday, QueueToday

LAST_CALLS = 20
QUICK_THREADS = 2  # for what a screen-pop waits for: not behind pages that look at figures
TEXT_WITHIN_S = 31 * 86_400
FORMULAS = {
    "service_level": "within / (offered - short)",
    "abandon_rate": "(abandoned - short) / (offered - short)",
    "asa_s": "wait_s / answered",
    "att_s": "talk_s / handled",
    "aht_s": "(talk_s + hold_s + wrap_up_s) / handled",
}
_CARD_FIELDS = ("name", "tier", "company", "region", "address", "notes", "language")

Shape = TypeVar("Shape")


def _shaped(row: Any, shape: type[Shape], **more: Any) -> Shape:
    """A store row as an API shape: the fields both have, and `more`."""
    if not more:
        return msgspec.convert(row, shape, from_attributes=True)
    return msgspec.convert(msgspec.structs.asdict(row) | more, shape)


class StoredArchive:
    """Implements `archive.Archive`. `close` when done."""

    def __init__(
        self, database: sqlalchemy.Engine, settings: Settings, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._threads = StoreThreads(database, settings.database_threads, "store")
        self._quick = StoreThreads(database, QUICK_THREADS, "quick")
        self._centre: documents.CentreVersion | None = None
        self._doorkeeper = Doorkeeper(database, settings, clock)
        self.sign_in = self._doorkeeper.sign_in
        self.session = self._doorkeeper.session
        self.sign_out = self._doorkeeper.sign_out
        routing = StoredRouting(self._threads, self._normalised, clock)
        self.decisions = routing.decisions
        self.callbacks = routing.callbacks
        self.messages = routing.messages
        self.message = routing.message
        self.mark_message = routing.mark_message

    async def close(self) -> None:
        self._doorkeeper.close()
        self._quick.close()
        self._threads.close()

    # ---- the centre

    async def centre(self) -> CentreDocument:
        found = self._centre = await self._quick.run(documents.current_centre, self._centre)
        if found is None:
            return CentreDocument(version=0, document=Centre(), saved_at=0.0, saved_by="")
        return CentreDocument(
            version=found.version, document=found.document, saved_at=found.saved_at, saved_by=found.saved_by
        )

    async def save_centre(self, document: Centre, by: str, base_version: int) -> int:
        try:
            return await self._threads.run(documents.save_centre, document, by, base_version, self._clock())
        except StaleVersion as error:
            raise ApiError("stale_version", error.message) from error

    async def flow_names(self) -> dict[str, Text]:
        flows = await self._threads.run(documents.current_flows)
        return {flow: _flow_name(flow, version.source) for flow, version in flows.items()}

    # ---- calls

    async def calls(self, query: CallQuery, within: Within | None = None) -> CallList:
        filters = history.CallFilter(
            agent=query.agent,
            queue=query.queue,
            caller=await self._normalised(query.caller),
            outcome=query.outcome or "",
            from_at=_text_from(query),
            to_at=query.to,
            disposition=query.disposition,
            direction=query.direction,
            recording=query.recording,
            talk_from_s=query.talk_from_s,
            talk_to_s=query.talk_to_s,
            score_from=query.score_from,
            score_to=query.score_to,
            text=query.text.strip(),
            within=within and (tuple(within.agents), tuple(within.queues)),
        )
        try:
            found = await self._threads.run(history.recent_calls, filters, query.limit + 1, query.before)
        except history.UnknownCall:
            raise ApiError("bad_value", refusal("bad_page"), field="before") from None
        page = _summaries(found[: query.limit])
        return CallList(calls=page, before=page[-1].id if len(found) > query.limit else None)

    async def call(self, call_id: str, audited: bool = False) -> CallDetail | None:
        try:
            return _shaped(await self._threads.run(history.call, call_id, audited), CallDetail)
        except history.UnknownCall:
            return None

    async def calls_of_customer(self, customer_id: str) -> tuple[CallSummary, ...]:
        return await self._last_calls(self._threads, history.CallFilter(customer=customer_id))

    async def calls_of_number(self, number: str) -> tuple[CallSummary, ...]:
        return await self._last_calls(self._quick, history.CallFilter(caller=number)) if number else ()

    async def _last_calls(self, threads: StoreThreads, filters: history.CallFilter) -> tuple[CallSummary, ...]:
        return _summaries(await threads.run(history.recent_calls, filters, LAST_CALLS))

    async def stored_seq(self) -> int:
        return await self._threads.run(projections.stored_seq)

    # ---- customers

    async def customers(self, query: CustomerQuery) -> CustomerList:
        asked = query.text or query.q, query.tier, query.page, query.limit
        found = await self._threads.run(cards.found, *asked)
        return CustomerList(customers=_cards(found.cards), total=found.total, page=query.page, page_size=query.limit)

    async def customer(self, customer_id: str) -> Card | None:
        try:
            return _shaped(await self._threads.run(cards.card, customer_id), Card)
        except cards.UnknownCustomer:
            return None

    async def customers_of(self, number: str) -> tuple[Card, ...]:
        wanted = await self._normalised(number)
        return _cards(await self._quick.run(cards.by_number, wanted)) if wanted else ()

    async def add_customer(self, card: NewCard, by: str) -> Card:
        fields = {name: getattr(card, name) for name in _CARD_FIELDS}
        numbers = await self._numbers(card.numbers)
        return await self._kept(
            self._threads.run(cards.create, cards.CardFields(numbers=numbers, **fields), self._clock())
        )

    async def change_customer(self, customer_id: str, edit: CardEdit, by: str) -> Card:
        before = await self.customer(customer_id)
        if before is None:
            raise ApiError("no_such_customer")
        fields = {name: _given(getattr(edit, name), getattr(before, name)) for name in _CARD_FIELDS}
        numbers = tuple(cards.CardNumber(entry.number, entry.label) for entry in before.numbers)
        if edit.numbers is not None:
            numbers = await self._numbers(edit.numbers)
        changed = cards.CardFields(numbers=numbers, **fields)
        return await self._kept(self._threads.run(cards.update, customer_id, changed, edit.changed_at, self._clock()))

    async def _kept(self, saving: Any) -> Card:
        try:
            return _shaped(await saving, Card)
        except cards.BadCard as error:
            raise ApiError("bad_value", error.said, field=error.field) from error
        except cards.UnknownCustomer:
            raise ApiError("no_such_customer") from None
        except cards.StaleCard as error:
            raise ApiError("stale_version", str(error)) from error

    async def _numbers(self, given: tuple[GivenNumber, ...]) -> tuple[cards.CardNumber, ...]:
        return tuple([cards.CardNumber(await self._normalised(entry.number), entry.label) for entry in given])

    async def _normalised(self, number: str) -> str:
        """The number as the store keeps it. What is no number at all stays, and finds nothing."""
        if not number:
            return ""
        centre = (await self.centre()).document
        return normalised(number, centre.country, centre.area_code) or number

    # ---- figures

    async def agent_today(self, agent: str) -> AgentToday:
        now = self._clock()
        from_at, to_at = _today((await self.centre()).document.zone, now)
        found = await self._threads.run(day.agent_today, agent, from_at, to_at, now)
        return _shaped(found, AgentToday, day_began_at=from_at)

    async def missed_today(self, agent: str) -> tuple[MissedCall, ...]:
        from_at, to_at = _today((await self.centre()).document.zone, self._clock())
        found = await self._threads.run(today.missed, agent, from_at, to_at)
        return tuple(_shaped(row, MissedCall) for row in found)

    async def floor_today(self, queue: str) -> FloorToday:
        now = self._clock()
        from_at, _ = _today((await self.centre()).document.zone, now)
        found = await self._threads.run(today.by_quarter, from_at, now, queue)
        intervals = tuple(_shaped(row, Interval, at=from_at + row.step * today.STEP_S) for row in found)
        return FloorToday(from_at=from_at, step_s=today.STEP_S, intervals=intervals, formula=FORMULAS)

    async def queues_today(self) -> QueuesToday:
        """Every queue of the centre, also those nobody entered today."""
        centre = (await self.centre()).document
        from_at, to_at = _today(centre.zone, self._clock())
        found = {row.queue: row for row in await self._threads.run(day.queue_today, from_at, to_at)}
        targets = {queue.id: queue.service_level_s for queue in centre.queues}
        return QueuesToday(
            day_began_at=from_at,
            queues=tuple(
                _shaped(found.get(queue) or _quiet(queue=queue), QueueToday, target_s=targets.get(queue, 0))
                for queue in dict.fromkeys([*targets, *found])
            ),
        )

    async def forecasts(self) -> QueueForecasts:
        """Every queue of the centre, also those where nobody was told a wait today."""
        centre = (await self.centre()).document
        from_at, to_at = _today(centre.zone, self._clock())
        found = {row.queue: row for row in await self._threads.run(forecasts.by_queue, from_at, to_at)}
        queues = dict.fromkeys([*(queue.id for queue in centre.queues), *found])
        told = (
            _shaped(found[queue], QueueForecast) if queue in found else QueueForecast(queue=queue) for queue in queues
        )
        return QueueForecasts(day_began_at=from_at, queues=tuple(told))

    # ---- audit

    async def note(self, by: str, action: str, target: str = "", address: str = "", **details: object) -> None:
        await self._threads.run(audit.note, self._clock(), by, action, target, details, address)

    async def audit(self, query: AuditQuery) -> AuditList:
        asked = query.before, query.by, query.action, query.from_, query.to
        found = await self._threads.run(audit.entries, query.limit + 1, *asked)
        page = tuple(_entry(row) for row in found[: query.limit])
        return AuditList(entries=page, before=page[-1].id if len(found) > query.limit else None)


def _given(new: Any, old: Any) -> Any:
    return old if new is None else new


def _summaries(rows: list[history.CallSummary]) -> tuple[CallSummary, ...]:
    return tuple(_shaped(row, CallSummary) for row in rows)


def _cards(rows: Iterable[cards.Card]) -> tuple[Card, ...]:
    return tuple(_shaped(row, Card) for row in rows)


def _entry(row: audit.AuditEntry) -> AuditEntry:
    return AuditEntry(
        id=row.id, at=row.at, by=row.who, action=row.what, target=row.object, address=row.address, details=row.details
    )


def _quiet(queue: str) -> day.QueueDay:
    """The figures of a queue nobody entered."""
    none = {name: 0 for name in day.QueueDay.__struct_fields__ if name != "queue"}
    return day.QueueDay(queue=queue, **none | {"service_level": None, "abandon_rate": None})  # type: ignore[arg-type]


def _today(zone: str, now: float) -> tuple[float, float]:
    """Midnight before and after `now` in the zone; a day of 23 or 25 hours when clocks change."""
    midnight = datetime.fromtimestamp(now, ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.timestamp(), (midnight + timedelta(days=1)).timestamp()


def _flow_name(flow: str, source: str) -> Text:
    """The flow's `name`; its id when the source has none."""
    try:
        return msgspec.convert(yaml.safe_load(source)["name"], Text)
    except (yaml.YAMLError, msgspec.ValidationError, TypeError, KeyError):
        return Text(zh=flow, en=flow)


def _text_from(query: CallQuery) -> float | None:
    """A text is looked for in a bounded time: no index has it."""
    return time.time() - TEXT_WITHIN_S if query.text.strip() and query.from_ is None else query.from_
