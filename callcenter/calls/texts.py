"""Text messages: whose message centre gets them, how long they are kept, and the words by which they are refused."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.document import Document, Slug
from callcenter.calls.languages import Text

Wish = Literal["", "stop", "start"]

_STOP_EN = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START_EN = frozenset({"START", "UNSTOP"})
# Twilio answers the English words itself, and sends no more to who wrote one of them. The others are ours alone.
_STOP = frozenset({"退订", "T", "TD", "退", "取消订阅"})
_START = frozenset({"恢复订阅", "订阅", "重新订阅"})
STOPPED = Text("您已退订，我们不会再给您发送短信。回复“恢复订阅”可重新接收。", "You have opted out of texts.")
STARTED = Text("您已恢复订阅。", "You will get texts again.")


class TextPolicy(Document, frozen=True, kw_only=True):
    """`box`: the queue or agent in whose messages received texts are; None: the centre's first queue. What texts say
    is deleted after `keep_days`; 0: kept for ever."""

    box: Slug | None = None
    keep_days: Annotated[int, Meta(ge=0, le=36_500)] = 0


def wish_of(body: str) -> tuple[Wish, bool]:
    """What somebody wants who writes just one such word, and whether the provider has answered it already.

    >>> wish_of(" stop. "), wish_of("退订"), wish_of("please stop calling")
    (('stop', True), ('stop', False), ('', False))
    """
    word = body.strip().strip(".。!！").strip().upper()
    if word in _STOP_EN or word in _START_EN:
        return ("stop" if word in _STOP_EN else "start"), True
    if word in _STOP or word in _START:
        return ("stop" if word in _STOP else "start"), False
    return "", False
