"""Mailboxes as they are reached by telephone: PINs, and who was told of a message."""

import time

import msgspec

from callcenter.calls.centre import Agent, Queue
from callcenter.calls.numbers import masked
from callcenter.store import mailbox_notices, mailbox_pins
from callcenter.store.mailbox_pins import BadPin, PinState
from callcenter.web.asked import Nothing
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.inbox_shapes import MailboxState, MailboxStates, MessageNotice, MessageNotices, NewPin
from callcenter.web.messages_api import seen_message
from callcenter.web.shapes import Done
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

boxes = Endpoints("mailboxes")


@boxes.get("/mailboxes", needs="take_messages")
async def list_mailboxes(visit: Visit) -> MailboxStates:
    """Those whose messages the reader may take, and how they are reached by telephone."""
    pins = await store_of(visit).run(mailbox_pins.states)
    allowed = visit.access.mailboxes()
    owners: list[Queue | Agent] = [*visit.access.centre.queues, *visit.access.centre.agents]
    reached = (one for one in owners if allowed is None or one.id in allowed)
    return MailboxStates(mailboxes=tuple(_state(one, pins.get(one.id)) for one in reached))


@boxes.put("/mailboxes/{id}/pin", needs="take_messages", words=("no_such_mailbox", "bad_pin"))
async def set_pin(visit: Visit, asked: NewPin) -> Done:
    """With which the mailbox is listened to by telephone. Agents set that of their own mailbox, not a queue's."""
    mailbox = _own(visit)
    try:
        await store_of(visit).run(mailbox_pins.set_pin, mailbox, asked.pin, visit.username, time.time())
    except BadPin as error:
        raise ApiError("bad_pin", f"pin: {error}", field="pin") from error
    await visit.services.archive.note(visit.username, "set_mailbox_pin", mailbox, visit.address)
    return Done(result={})


@boxes.delete("/mailboxes/{id}/pin", needs="take_messages", words=("no_such_mailbox",))
async def take_pin(visit: Visit, _asked: Nothing) -> Done:
    """Nobody listens to the mailbox by telephone any more."""
    mailbox = _own(visit)
    await store_of(visit).run(mailbox_pins.take_away, mailbox)
    await visit.services.archive.note(visit.username, "take_mailbox_pin", mailbox, visit.address)
    return Done(result={})


@boxes.get("/messages/{id}/notices", needs="take_messages", words=("no_such_message",))
async def notices(visit: Visit) -> MessageNotices:
    """Who was told of a message by a call or a text, and what came of it."""
    message = await seen_message(visit)
    found = await store_of(visit).run(mailbox_notices.of_message, message.id)
    whole = visit.scope_of("see_numbers") == "all" and visit.scope_of("take_messages") != "own"
    return MessageNotices(notices=tuple(_notice(one, whole) for one in found))


def _own(visit: Visit) -> str:
    """Raises ApiError `no_such_mailbox`. Agents set the PIN of their own mailbox, not of their queues'."""
    mailbox, allowed = visit.path("id"), visit.access.mailboxes()
    known = visit.access.centre.mailbox(mailbox) is not None
    mine = mailbox == visit.account.agent or visit.scope_of("take_messages") != "own"
    if not (known and mine and (allowed is None or mailbox in allowed)):
        raise ApiError("no_such_mailbox")
    return mailbox


def _state(owner: Queue | Agent, pin: PinState | None) -> MailboxState:
    box = owner.mailbox
    return MailboxState(
        id=owner.id,
        number=box.number or (owner.id if isinstance(owner, Agent) else ""),
        has_pin=pin is not None,
        pin_set_at=pin.set_at if pin else None,
        pin_set_by=pin.set_by if pin else "",
        locked_until=pin.locked_until if pin and pin.locked_until else None,
        rings=len(box.notice.call),
        writes_to=len(box.notice.text),
    )


def _notice(one: mailbox_notices.Notice, whole: bool) -> MessageNotice:
    number = one.number if whole else masked(one.number)
    return msgspec.convert(msgspec.structs.asdict(one) | {"number": number}, MessageNotice)
