"""A mailbox's settings, a queue's or an agent's: what callers may record, and who is told of it how."""

from typing import Annotated

from msgspec import Meta

from callcenter.calls.document import DialledNumber, Document
from callcenter.calls.languages import Language
from callcenter.calls.rosters import Hours

MailboxNumber = Annotated[
    str,
    Meta(
        pattern=r"^([0-9]{2,8})?$",
        description="two to eight digits, or empty",
        extra_json_schema={"x-zh": "2 到 8 位数字，或留空"},
    ),
]


class MailboxNotice(Document, frozen=True, kw_only=True):
    """Who is told of a new message. `call`: numbers that are rung; a key is needed before anything is played.

    `text`: numbers that get a text message. A call that brought no listener is repeated after `retry_after_s`, up to
    `attempts` tries; nobody is rung or written to during `quiet`, by the centre's clock: it waits for that to end.
    `ask_pin`: after the key the mailbox's PIN is asked for, too. `trunk`: its name in config.yaml; empty: the first.
    """

    call: tuple[DialledNumber, ...] = ()
    text: tuple[DialledNumber, ...] = ()
    attempts: Annotated[int, Meta(ge=1, le=10)] = 3
    retry_after_s: Annotated[int, Meta(ge=10, le=86_400)] = 600
    ring_s: Annotated[int, Meta(ge=10, le=120)] = 30
    quiet: Hours | None = None
    ask_pin: bool = False
    trunk: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,32}$")] = ""


class MailboxSettings(Document, frozen=True, kw_only=True):
    """`number`: what is typed to listen by telephone; an agent's mailbox has the agent's id besides.

    A message ends after `most_s`, or after `silence_s` without a sound. `review`: callers who have finished may
    listen, record again or discard before they send. `language`: in which the mailbox speaks to whoever listens.
    """

    number: MailboxNumber = ""
    language: Language = "zh-CN"
    most_s: Annotated[int, Meta(ge=5, le=900)] = 180
    silence_s: Annotated[int, Meta(ge=2, le=60)] = 8
    review: bool = True
    notice: MailboxNotice = MailboxNotice()
