"""A robot caller: what it presses when, and how patient it is. Pure; times are seconds on any one clock.

`draw` invents a script from a given source of chance; `Caller` follows it through a call: shown the call as the
floor shows it, it says what to do now, and `next_at` says when to ask it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from callcenter.calls.languages import Language
from callcenter.calls.views import CallPhase, CallView

Stretch = Literal["unseen", "menu", "queue", "talk", "survey", "gone"]
Span = tuple[float, float]  # shortest and longest, seconds
_STRETCHES: Mapping[CallPhase, Stretch] = {
    "flow": "menu",
    "waiting": "queue",
    "offered": "queue",
    "ringing": "queue",
    "parked": "queue",
    "talking": "talk",
    "held": "talk",
    "survey": "survey",
    "voicemail": "menu",
    "dialling": "unseen",
    "ended": "gone",
}


class Person(NamedTuple):
    """`number` in E.164."""

    number: str
    language: Language


class Press(NamedTuple):
    """`after_s` counts from the moment the question begins."""

    after_s: float
    keys: str


@dataclass(frozen=True)
class CallerScript:
    """`presses`: by node, one for each time the question is put. `stays_s`: in a stretch, before hanging up."""

    person: Person
    written: str  # the number as the trunk of this call writes it
    presses: Mapping[str, Sequence[Press]]
    stays_s: Mapping[Stretch, float]


@dataclass(frozen=True)
class CallerHabits:
    """Shares are of all callers, 0 to 1; `…_s` are spans to draw from."""

    known: float = 0.8
    english_strangers: float = 0.1
    sales: float = 0.45
    wrong_key_first: float = 0.12
    silent: float = 0.06
    leaves_menu: float = 0.06
    leaves_queue: float = 0.15
    leaves_talk: float = 0.2
    leaves_survey: float = 0.2
    language_s: Span = (5.0, 13.0)
    menu_s: Span = (2.0, 7.0)
    leaves_menu_s: Span = (6.0, 25.0)
    leaves_queue_s: Span = (12.0, 40.0)
    leaves_talk_s: Span = (12.0, 40.0)
    leaves_survey_s: Span = (2.0, 6.0)
    patience_s: Span = (60.0, 240.0)
    longest_talk_s: Span = (120.0, 300.0)
    rating_s: Span = (4.0, 11.0)
    ratings: Sequence[int] = (50, 25, 12, 4, 3)  # how often keys 1, 2, 3 … are chosen
    solved: float = 0.8
    unseen_s: float = 90.0  # no engine shows it: the fallback queue may have answered
    gone_s: float = 5.0  # the engine knows it no more: the telephone system was killed


LONGEST_MENU_S = 120.0
AGAIN_AFTER_S = 8.0  # a key that nothing came of is pressed again, as people do
PRESSED_AT_MOST = 3
LONGEST_SURVEY_S = 60.0


def draw(random: Random, people: Sequence[Person], habits: CallerHabits, busy: Collection[str]) -> CallerScript:
    """Nobody whose number is in `busy`: the floor tells callers apart by their numbers."""
    return script_of(_person(random, [each for each in people if each.number not in busy], habits), random, habits)


def script_of(person: Person, random: Random, habits: CallerHabits) -> CallerScript:
    return CallerScript(
        person=person,
        written=random.choice(written_forms(person.number)),
        presses=_presses(random, person.language, habits),
        stays_s=_patience(random, habits),
    )


def written_forms(number: str) -> tuple[str, ...]:
    """As trunks write it. Only Chinese numbers vary."""
    if not number.startswith("+86"):
        return (number,)
    national = number.removeprefix("+86")
    return (number, number[1:], f"0{national}", national) if len(national) == 11 else (number, f"0{national}")


def _person(random: Random, free: Sequence[Person], habits: CallerHabits) -> Person:
    if free and random.random() < habits.known:
        return random.choice(free)
    english = random.random() < habits.english_strangers
    return Person(f"+861390000{random.randrange(1000, 10_000)}", "en" if english else "zh-CN")


def _presses(random: Random, language: Language, habits: CallerHabits) -> dict[str, tuple[Press, ...]]:
    presses: dict[str, tuple[Press, ...]] = {"satisfaction": (_rating(random, habits),)}
    if language == "en":
        presses["language"] = (Press(random.uniform(*habits.language_s), "9"),)
    if random.random() >= habits.silent:
        presses["menu"] = tuple(_choices(random, habits))
    solved = "1" if random.random() < habits.solved else "2"
    return presses | {"resolution": (Press(random.uniform(*habits.rating_s), solved),)}


def _choices(random: Random, habits: CallerHabits) -> list[Press]:
    right = "1" if random.random() < habits.sales else "2"
    wrong = [random.choice("34567")] if random.random() < habits.wrong_key_first else []
    return [Press(random.uniform(*habits.menu_s), key) for key in (*wrong, right)]


def _rating(random: Random, habits: CallerHabits) -> Press:
    keys = [str(n) for n in range(1, len(habits.ratings) + 1)]
    return Press(random.uniform(*habits.rating_s), random.choices(keys, habits.ratings)[0])


def _patience(random: Random, habits: CallerHabits) -> dict[Stretch, float]:
    def stays(share: float, leaves_s: Span, otherwise: Span) -> float:
        return random.uniform(*(leaves_s if random.random() < share else otherwise))

    return {
        "unseen": habits.unseen_s,
        "menu": stays(habits.leaves_menu, habits.leaves_menu_s, (LONGEST_MENU_S, LONGEST_MENU_S)),
        "queue": stays(habits.leaves_queue, habits.leaves_queue_s, habits.patience_s),
        "talk": stays(habits.leaves_talk, habits.leaves_talk_s, habits.longest_talk_s),
        "survey": stays(habits.leaves_survey, habits.leaves_survey_s, (LONGEST_SURVEY_S, LONGEST_SURVEY_S)),
        "gone": habits.gone_s,
    }


class HangUp(NamedTuple):
    pass


class BeginToTalk(NamedTuple):
    call: CallView


class StopTalking(NamedTuple):
    pass


Act = Press | HangUp | BeginToTalk | StopTalking


class Caller:
    """One script in one call."""

    def __init__(self, script: CallerScript, now_s: float) -> None:
        self._script = script
        self.stretch: Stretch = "unseen"
        self._since_s = now_s
        self._question: tuple[str, int] = ("", 0)
        self._asked_at_s = now_s
        self._due: Press | None = None
        self._presses = 0

    @property
    def next_at(self) -> float:
        """When to look again although nothing has changed."""
        return min(self._leaves_at, self._asked_at_s + self._due.after_s if self._due else self._leaves_at)

    @property
    def _leaves_at(self) -> float:
        return self._since_s + self._script.stays_s[self.stretch]

    def look(self, now_s: float, call: CallView | None) -> list[Act]:
        """`call` is None when the floor does not show it."""
        acts = self._enter(now_s, call)
        if call is not None and (question := (call.node, len(call.keys))) != self._question:
            self._question, self._asked_at_s = question, now_s
            self._due, self._presses = self._answer_to(call), 0
        if now_s >= self._leaves_at:
            return [*acts, HangUp()]
        if self._due and now_s >= self._asked_at_s + self._due.after_s:
            acts.append(self._due)
            self._presses += 1
            again = self._due._replace(after_s=self._due.after_s + AGAIN_AFTER_S)
            self._due = again if self._presses < PRESSED_AT_MOST else None
        return acts

    def _enter(self, now_s: float, call: CallView | None) -> list[Act]:
        stretch = _STRETCHES[call.phase] if call else "unseen" if self.stretch == "unseen" else "gone"
        if stretch == self.stretch:
            return []
        left, self.stretch, self._since_s = self.stretch, stretch, now_s
        if stretch == "talk" and call:
            return [BeginToTalk(call)]
        return [StopTalking()] if left == "talk" else []

    def _answer_to(self, call: CallView) -> Press | None:
        presses = self._script.presses.get(call.node, ())
        heard = sum(key.startswith(f"{call.node}=") for key in call.keys)
        return presses[heard] if heard < len(presses) else None
