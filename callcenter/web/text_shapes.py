"""What the API takes and tells about text messages. Conventions as in `shapes`."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.web.asked import Asked, Moment, PageSize
from callcenter.web.shapes import Shape

TextDirection = Literal["in", "out"]
TextWish = Literal["", "stop", "start"]


class TextLine(Shape, frozen=True, kw_only=True):
    """A text that came in or went out. What flows and notices sent is told by `tag`; what it said is not kept.

    `state` of one that went out: asked, refused, unreachable, accepted, scheduled, queued, sending, sent, delivered,
    undelivered, failed, canceled, read; `error`: the provider's code, or `opted_out`. `wish`: the number wants no
    texts from then on, or texts again. `media`: pictures and files that came with it.
    """

    id: str
    direction: TextDirection
    number: str
    at: float
    body: str
    media: int
    state: str
    error: str
    tag: str
    by: str
    box: str
    wish: TextWish


class TextList(Shape, frozen=True, kw_only=True):
    """Newest first. `before`: what to ask for to see more; None: that is all."""

    texts: tuple[TextLine, ...]
    before: float | None


class Conversation(Shape, frozen=True, kw_only=True):
    """All texts from and to the number of an item, newest first. `refuses`: it wants none; none are sent to it."""

    texts: tuple[TextLine, ...]
    refuses: bool


class TextQuery(Asked, frozen=True, kw_only=True):
    before: Moment | None = None
    limit: PageSize = 50


class TextReply(Asked, frozen=True, kw_only=True):
    text: Annotated[str, Meta(min_length=1, max_length=1000)]
