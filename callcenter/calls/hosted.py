"""Calls whose line a provider holds: it asks over HTTP what the caller is to hear, and does what it is told.

The provider counts nothing: every answer carries the number of the step that its next question has to name.
"""

from typing import Literal

import msgspec

from callcenter.calls.languages import Language, Prompt

PREFIX = "tw-"  # of the ids of such calls; 32 hexadecimal digits that nobody can guess follow


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider does next; it plays `play` first.

    keys: collects as `commands.FlowStep` says (`max_digits` 0: none) and asks again; work: asks again soon, something
    is being found out; dial: calls `number` for `ring_s` and asks again with what came of it; over: brings the
    call to our own telephone; hangup.
    """

    do: Literal["keys", "work", "dial", "over", "hangup"]
    play: tuple[Prompt, ...] = ()
    language: Language = "zh-CN"
    max_digits: int = 0
    timeout_s: float = 5.0
    terminator: str = ""
    number: str = ""
    ring_s: int = 30
