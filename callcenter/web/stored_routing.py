"""The part of the archive that routing writes: callbacks, messages, decisions, forecasts."""

from collections.abc import Awaitable, Callable, Collection

import msgspec

from callcenter.store import callbacks, decisions, messages
from callcenter.web.archive import PastCallbacks
from callcenter.web.asked import CallbackQuery, MessageMark, MessageQuery
from callcenter.web.errors import ApiError
from callcenter.web.routing_shapes import Decision, Mailbox, Message, MessageList, PastCallback
from callcenter.web.threads import StoreThreads


class StoredRouting:
    """`normalised` makes of a number what the store keeps."""

    def __init__(
        self, threads: StoreThreads, normalised: Callable[[str], Awaitable[str]], clock: Callable[[], float]
    ) -> None:
        self._threads = threads
        self._normalised = normalised
        self._clock = clock

    async def decisions(self, call_id: str) -> tuple[Decision, ...]:
        found = await self._threads.run(decisions.of_call, call_id)
        return tuple(msgspec.convert(row, Decision, from_attributes=True) for row in found)

    async def callbacks(self, query: CallbackQuery, queues: Collection[str] | None) -> PastCallbacks:
        filters = callbacks.CallbackFilter(
            state="over",
            queues=_within(query.queue, queues),
            number=await self._normalised(query.number),
            result=query.result or "",
        )
        try:
            found = await self._threads.run(callbacks.recent, filters, query.limit + 1, query.before)
        except callbacks.UnknownCallback:
            raise _no_such_page("callback") from None
        page = tuple(_callback(row) for row in found[: query.limit])
        return PastCallbacks(page, page[-1].id if len(found) > query.limit else None)

    async def messages(self, query: MessageQuery, mailboxes: Collection[str] | None) -> MessageList:
        filters = messages.MessageFilter(mailboxes=_within(query.mailbox, mailboxes), state=query.state or "")
        try:
            found = await self._threads.run(messages.recent, filters, query.limit + 1, query.before)
        except messages.UnknownMessage:
            raise _no_such_page("message") from None
        boxes = await self._threads.run(messages.mailboxes, mailboxes)
        page = tuple(_message(row) for row in found[: query.limit])
        return MessageList(
            messages=page,
            mailboxes=tuple(msgspec.convert(box, Mailbox, from_attributes=True) for box in boxes),
            before=page[-1].id if len(found) > query.limit else None,
        )

    async def message(self, message_id: str) -> Message | None:
        try:
            return _message(await self._threads.run(messages.one, message_id))
        except messages.UnknownMessage:
            return None

    async def mark_message(self, message_id: str, mark: MessageMark, by: str) -> None:
        try:
            await self._threads.run(messages.mark, message_id, mark.handled, mark.note, by, self._clock())
        except messages.UnknownMessage:
            raise ApiError("no_such_message") from None


def _within(wanted: str, allowed: Collection[str] | None) -> tuple[str, ...] | None:
    """What is asked for, of what may be seen; None: all."""
    if not wanted:
        return None if allowed is None else tuple(allowed)
    return (wanted,) if allowed is None or wanted in allowed else ()


def _callback(row: callbacks.Callback) -> PastCallback:
    return msgspec.convert(
        msgspec.structs.asdict(row) | {"result": row.result or None}, PastCallback, from_attributes=True
    )


def _message(row: messages.Message) -> Message:
    return msgspec.convert(row, Message, from_attributes=True)


def _no_such_page(noun: str) -> ApiError:
    return ApiError(
        "bad_value", f"before: no {noun} has this id; give the `before` of the last answer", field="before"
    )
