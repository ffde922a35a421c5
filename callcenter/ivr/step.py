"""What a run of a flow hands out: things to note, and what is to happen until the next wait."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr.values import Value

DO_WITHIN_S = 10.0


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """What the customers' cards say of the caller; `id` is empty when nobody, or more than one, is meant."""

    id: str = ""
    tier: str = ""
    last_agent: str = ""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The call as a flow sees it. `local_now` is the centre's own wall clock; `language` is the one to begin in.

    `caller` is normalised, empty when withheld. `agent` and `queue` are those of the talk before (a survey), or the
    queue the caller waits in. `wait`: how long that will still take, from and to in seconds; None: nobody can say.
    `country`, `area_code`, `allowed`: which numbers may be called back, as in the centre and its queue's callbacks.
    `may_return`: the caller waits in a queue and may go on waiting. `pending`: a callback to this caller is booked.
    `call` is its id. `open_rosters`: those of the centre that are open now. `holiday`: one of the centre's. `chance`
    is drawn anew for every run, from 0 to below 1. `secrets` is what `session.Step.secrets` was at the last wait,
    empty after a restart.
    """

    local_now: datetime
    language: Language
    caller: str = ""
    dialled: str = ""
    agent: str = ""
    queue: str = ""
    wait: tuple[float, float] | None = None
    country: str = "CN"
    area_code: str = ""
    allowed: tuple[str, ...] = ()
    may_return: bool = False
    pending: bool = False
    call: str = ""
    customer: Customer = Customer()
    open_rosters: frozenset[str] = frozenset()
    holiday: bool = False
    chance: float = 0.0
    secrets: Mapping[str, Value] = {}


class Pressed(msgspec.Struct, frozen=True, tag=True):
    """A key at a node that asks for one. `key` is empty when none came in time, `#` after a telephone number."""

    node: str
    key: str
    valid: bool


class Chose(msgspec.Struct, frozen=True, tag=True):
    language: Language


class Rated(msgspec.Struct, frozen=True, tag=True):
    """An answer to a survey question. None: the answer does not score, or is neither satisfied nor not."""

    question: str
    key: str
    score: float | None
    satisfied: bool | None
    solved: bool | None = None  # of a question that asks whether the problem is solved


class Identified(msgspec.Struct, frozen=True, tag=True):
    """Whose call this is: the card's id, and its tier."""

    customer: str
    tier: str = ""


Note = Pressed | Chose | Rated | Identified


class Collect(msgspec.Struct, frozen=True, tag=True):
    """Play, then wait for keys. `max_digits` 0: play to the end and take no key.

    `timeout_s` runs from the end of the prompts to the first key, `between_s` from key to key. `terminator` ends the
    input and is not in it. `secret`: the keys must not come to where anybody could read them.
    """

    play: tuple[Prompt, ...] = ()
    max_digits: int = 1
    timeout_s: float = 5.0
    terminator: str = ""
    between_s: float = 3.0
    secret: bool = False


class Outside(msgspec.Struct, frozen=True, tag=True):
    """Play, and have `work` done meanwhile (`calls.outside`); given up after `within_s`. `session.answered` goes on.

    `key` names this piece of work: the same when it is asked for again after a break. `music`: heard when it takes
    long. `at_call`: the work speaks with the caller itself, so nothing else is heard.
    """

    work: msgspec.Struct
    key: str
    within_s: float = DO_WITHIN_S
    play: tuple[Prompt, ...] = ()
    music: bool = True
    at_call: bool = False


class ToQueue(msgspec.Struct, frozen=True, tag=True):
    """The flow is over: play, then wait in this queue. `skills`: least levels of the agent, besides the queue's."""

    queue: str
    play: tuple[Prompt, ...] = ()
    skills: Mapping[str, int] = {}


class ToVoicemail(msgspec.Struct, frozen=True, tag=True):
    """The flow is over: play, then the greeting of this mailbox (a queue's or an agent's), and record a message."""

    mailbox: str
    play: tuple[Prompt, ...] = ()


class ToMailbox(msgspec.Struct, frozen=True, tag=True):
    """The flow is over: play, then the caller listens to a mailbox, let in by its PIN."""

    play: tuple[Prompt, ...] = ()


class ToCallback(msgspec.Struct, frozen=True, tag=True):
    """The flow is over: the caller of this queue is to be called back at `number`; play what confirms it, hang up."""

    queue: str
    number: str
    play: tuple[Prompt, ...] = ()


class Back(msgspec.Struct, frozen=True, tag=True):
    """The flow is over: play, then go on waiting in the queue the caller is in."""

    play: tuple[Prompt, ...] = ()


class End(msgspec.Struct, frozen=True, tag=True):
    """The flow is over: play, then hang up."""

    play: tuple[Prompt, ...] = ()


Leaving = ToQueue | ToVoicemail | ToMailbox | ToCallback | Back | End
Then = Collect | Outside | Leaving
