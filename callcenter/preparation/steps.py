"""Steps with their names and times, shown as they go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callcenter.calls.languages import Text

Say = Callable[[str], None]
# A step that is done already takes less; its name then appears once, with its time.
_QUIET_S = 0.5


class StepFailed(Exception):
    """A step cannot be done; the text says why and what would help."""


@dataclass(frozen=True)
class Step:
    """`do` gets a way to say what it is at, and returns what it found or made, in a few words."""

    name: Text
    do: Callable[[Say], str]


def carry_out(steps: Sequence[Step], show: Say, name_of: Callable[[Text], str]) -> None:
    """One after the other; the first that fails ends it, with its exception."""
    for number, step in enumerate(steps, start=1):
        _carry_out(step, f"[{number}/{len(steps)}] {name_of(step.name)}", show)


def _carry_out(step: Step, title: str, show: Say) -> None:
    began = time.monotonic()
    slow = threading.Timer(_QUIET_S, show, [f"{title} …"])
    slow.daemon = True
    slow.start()
    try:
        outcome = step.do(lambda line: show(f"      {line}"))
    finally:
        slow.cancel()
    took_s = time.monotonic() - began
    show(f"{title}: {outcome} ({took_s:.1f} s)")
