"""What a run of a flow hands out: things to note, and what is to happen until the next wait."""

from datetime import datetime

import msgspec

from callcenter.calls.languages import Language, Prompt


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The call as a flow sees it. `local_now` is the centre's own wall clock; `language` is the one to begin in.

    `agent` and `queue` are those of the talk before (a survey); empty before any talk.
    """

    local_now: datetime
    language: Language
    caller: str = ""
    dialled: str = ""
    agent: str = ""
    queue: str = ""


class Pressed(msgspec.Struct, frozen=True, tag=True):
    """A key at a node that asks for one. `key` is empty when none came in time."""

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


Note = Pressed | Chose | Rated


class Collect(msgspec.Struct, frozen=True, tag=True):
    """Play, then wait for keys. `max_digits` 0: play to the end and take no key.

    `timeout_s` runs from the end of the prompts to the first key.
    """

    play: tuple[Prompt, ...] = ()
    max_digits: int = 1
    timeout_s: float = 5.0
    terminator: str = ""


class ToQueue(msgspec.Struct, frozen=True, tag=True):
    """The flow is over: play, then wait in this queue."""

    queue: str
    play: tuple[Prompt, ...] = ()


class End(msgspec.Struct, frozen=True, tag=True):
    """The flow is over: play, then hang up."""

    play: tuple[Prompt, ...] = ()


Then = Collect | ToQueue | End
