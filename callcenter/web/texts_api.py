"""Text messages: those that came in and went out, and answers to those in the message centre."""

import uuid

import msgspec

from callcenter.calls.numbers import masked
from callcenter.store import received_texts
from callcenter.store.received_texts import Line
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.inbox_api import seen_item, sees_number
from callcenter.web.store_door import store_of
from callcenter.web.text_shapes import Conversation, TextLine, TextList, TextQuery, TextReply
from callcenter.web.visit import Visit

texts = Endpoints("texts")

SEND_WITHIN_S = 15.0


@texts.get("/texts", needs="take_messages")
async def list_texts(visit: Visit, query: TextQuery) -> TextList:
    """Newest first. Agents find those of their own boxes, others all of them."""
    boxes = visit.access.mailboxes()
    found = await store_of(visit).run(
        received_texts.page,
        boxes=None if boxes is None else tuple(boxes),
        before=query.before,
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    before = page[-1].at if len(found) > query.limit else None
    return TextList(texts=tuple(_told(visit, one, one.box) for one in page), before=before)


@texts.get("/inbox/{id}/texts", needs="take_messages", words=("no_such_item",))
async def conversation(visit: Visit) -> Conversation:
    """Every text from and to the number of an item in the message centre."""
    item = await seen_item(visit)
    if not item.caller:
        return Conversation(texts=(), refuses=False)
    found = await store_of(visit).run(received_texts.conversation, item.caller)
    refuses = await store_of(visit).run(received_texts.refuses, item.caller)
    return Conversation(texts=tuple(_told(visit, one, item.box) for one in found), refuses=refuses)


@texts.post(
    "/inbox/{id}/reply",
    needs="take_messages",
    words=("no_such_item", "texts_refused", "text_not_sent", "engine_lost"),
)
async def reply(visit: Visit, asked: TextReply) -> Conversation:
    """A text to the number of an item, which the reader need not see."""
    item, text = await seen_item(visit), asked.text.strip()
    if not item.caller or not text:
        raise ApiError("bad_value", "text: there is nothing to say, or nobody to say it to", field="text")
    if await store_of(visit).run(received_texts.refuses, item.caller):
        raise ApiError("texts_refused")
    key = f"reply-{uuid.uuid4().hex}"
    fields = {"to": item.caller, "text": text, "tag": "reply", "key": key}
    answer = await visit.services.link.hosted("text", SEND_WITHIN_S, fields)
    await store_of(visit).run(received_texts.answered, key, text, visit.username, item.box)
    trouble = answer.get("trouble", "")
    await visit.services.archive.note(
        visit.username, "reply_by_text", item.id, visit.address, box=item.box, trouble=trouble
    )
    if trouble == "forbidden":
        raise ApiError("texts_refused")
    if trouble:
        raise ApiError("text_not_sent", f"the text was not sent: {trouble}")
    return await _conversation_of(visit, item.caller, item.box)


async def _conversation_of(visit: Visit, number: str, box: str) -> Conversation:
    found = await store_of(visit).run(received_texts.conversation, number)
    return Conversation(texts=tuple(_told(visit, one, box) for one in found), refuses=False)


def _told(visit: Visit, line: Line, box: str) -> TextLine:
    """As the reader may see it. What went to nobody's box is seen by who sees all numbers."""
    fields = msgspec.structs.asdict(line)
    seen = sees_number(visit, box) if box else visit.access.over("see_numbers", ())
    if not seen:
        fields["number"] = masked(line.number)
    return msgspec.convert(fields, TextLine)
