"""A robot agent's decisions: what to do next, how soon to answer, how long to talk, when to rest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from callcenter.calls.views import AgentView
from callcenter.robots.callers import Span


@dataclass(frozen=True)
class AgentHabits:
    """Shares are of all calls, 0 to 1; `…_s` are spans to draw from."""

    arrives_s: Span = (0.0, 4.0)
    answers_s: Span = (1.0, 4.0)
    ignores: float = 0.05
    rejects: float = 0.03
    talks_s: Span = (15.0, 60.0)
    holds: float = 0.2
    hold_s: Span = (5.0, 15.0)
    ends_in_page: float = 0.5
    wrap_up_s: Span = (5.0, 20.0)
    pauses: float = 0.12
    pause_s: Span = (20.0, 60.0)
    back_after_s: Span = (10.0, 25.0)  # from a pause nobody chose: missed calls, a restart
    dispositions: Sequence[int] = (50, 20, 15, 6, 4)  # how often the first, second … of the centre's is chosen


class Answer(NamedTuple):
    """After so long: picked up, refused, or never (the caller is taken elsewhere)."""

    how: Literal["answers", "rejects", "ignores"]
    after_s: float


class Hold(NamedTuple):
    after_s: float
    lasts_s: float


class Talk(NamedTuple):
    lasts_s: float
    hold: Hold | None
    ends: Literal["in_page", "on_phone"]


class Rest(NamedTuple):
    reason: str
    lasts_s: float


class AgentScript:
    """One agent's chances; the same source of chance gives the same day."""

    def __init__(self, random: Random, habits: AgentHabits | None = None) -> None:
        self.random = random
        self._habits = habits or AgentHabits()

    def arrives_in_s(self) -> float:
        return self._between(self._habits.arrives_s)

    def answer(self) -> Answer:
        after_s, chance = self._between(self._habits.answers_s), self.random.random()
        if chance < self._habits.ignores:
            return Answer("ignores", after_s)
        return Answer("rejects" if chance < self._habits.ignores + self._habits.rejects else "answers", after_s)

    def talk(self) -> Talk:
        """A hold lies inside the talk, and leaves a third of it on either side."""
        lasts_s, hold_s = self._between(self._habits.talks_s), self._between(self._habits.hold_s)
        hold = Hold(lasts_s / 3, min(hold_s, lasts_s / 3)) if self._happens(self._habits.holds) else None
        return Talk(lasts_s, hold, "in_page" if self._happens(self._habits.ends_in_page) else "on_phone")

    def wrap_up_s(self) -> float:
        return self._between(self._habits.wrap_up_s)

    def disposition(self, known: Sequence[str]) -> str:
        """One of the centre's, the first ones more often; empty when it has none."""
        often = [*self._habits.dispositions, *[1] * len(known)][: len(known)]
        return self.random.choices(known, often)[0] if known else ""

    def rest(self, reasons: Sequence[str]) -> Rest | None:
        """After a call; None to go on working."""
        if not self._happens(self._habits.pauses):
            return None
        return Rest(self.random.choice(reasons) if reasons else "", self._between(self._habits.pause_s))

    def back_in_s(self) -> float:
        return self._between(self._habits.back_after_s)

    def _between(self, span: Span) -> float:
        return self.random.uniform(*span)

    def _happens(self, share: float) -> bool:
        return self.random.random() < share


class Duty(NamedTuple):
    """`of` is the call of a wrap-up; two duties that are equal are one and the same."""

    what: Literal["sign_in", "wrap_up", "come_back"]
    of: str
    since: float


def duty(view: AgentView | None) -> Duty | None:
    """None when there is nothing to do, or a person has the agent's place in a browser."""
    if view is None or (view.device == "web" and view.intent != "signed_out"):
        return None
    if view.state == "wrap_up":
        return Duty("wrap_up", view.interaction, 0.0)  # since changes when it is extended
    if view.state == "signed_out":
        return Duty("sign_in", "", view.since)
    if view.state == "paused" and view.paused_by != "supervisor":
        return Duty("come_back", "", view.since)
    return None
