"""Messages callers have left by voice, in the mailboxes of queues and agents."""

import time

import msgspec
from aiohttp import web

from callcenter.calls.numbers import masked
from callcenter.store import inbox
from callcenter.web.asked import MessageMark, MessageQuery
from callcenter.web.endpoints import PREFIX, Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.masking import name_or_mask
from callcenter.web.routing_shapes import Message, MessageList
from callcenter.web.sound_files import sound, sound_file
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

messages = Endpoints("messages")


@messages.get("/messages", needs="take_messages")
async def list_messages(visit: Visit, query: MessageQuery) -> MessageList:
    """Messages, newest first. Agents find those left for them or their queues."""
    allowed = visit.access.mailboxes()
    if query.mailbox and allowed is not None and query.mailbox not in allowed:
        raise ApiError(
            "forbidden", "mailbox: agents open their own mailbox and those of their queues", field="mailbox"
        )
    found = await visit.services.archive.messages(query, allowed)
    return msgspec.structs.replace(found, messages=tuple(_told(visit, one) for one in found.messages))


@messages.get(
    "/messages/{id}/audio", needs="take_messages", words=("no_such_message", "no_recording"), produces="audio/wav"
)
async def audio(visit: Visit) -> web.FileResponse:
    """The message. Takes Range. Listening is audited."""
    message = await seen_message(visit)
    file = sound_file(visit.services.settings.recordings_folder, message.file)
    if file is None:
        raise ApiError("no_recording")
    if visit.services.listening.begins(visit.account.username, f"message {message.id}", time.time()):
        await visit.services.archive.note(visit.account.username, "listen_message", message.id, visit.address)
        await store_of(visit).run(inbox.heard, message.id, visit.account.username, time.time())
    return sound(file)


@messages.post("/messages/{id}/handled", needs="take_messages", words=("no_such_message",))
async def mark(visit: Visit, asked: MessageMark) -> Message:
    """Mark a message as handled, with a note, or as new again."""
    message, by = await seen_message(visit), visit.account.username
    await visit.services.archive.mark_message(message.id, asked, by)
    details = {"handled": asked.handled, "mailbox": message.mailbox}
    await visit.services.archive.note(by, "handle_message", message.id, visit.address, **details)
    return _told(visit, await seen_message(visit))


async def seen_message(visit: Visit) -> Message:
    """Raises ApiError `no_such_message`, also for those that are not the reader's: ids tell nothing."""
    message, allowed = await visit.services.archive.message(visit.path("id")), visit.access.mailboxes()
    if message is None or (allowed is not None and message.mailbox not in allowed):
        raise ApiError("no_such_message")
    return message


def _told(visit: Visit, message: Message) -> Message:
    """As the reader may see it: an agent sees who left a message in its own mailbox."""
    message = msgspec.structs.replace(message, url=f"{PREFIX}/messages/{message.id}/audio" if message.file else "")
    if _sees_number(visit, message.mailbox):
        return message
    name = name_or_mask(message.caller_name)
    return msgspec.structs.replace(message, caller=masked(message.caller), caller_name=name)


def _sees_number(visit: Visit, mailbox: str) -> bool:
    """A mailbox is an agent's or a queue's."""
    if visit.access.centre.queue(mailbox) is None:
        return visit.access.over("see_numbers", (mailbox,))
    return visit.access.over("see_numbers", (), mailbox)
