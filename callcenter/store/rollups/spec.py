"""The tallies: by what they are keyed and what they sum. Pure.

`_ms` are milliseconds, `score_milli` thousandths. Every measure of the queue but those of talks is booked to the
moment of entry, talks to the end of their wrap-up, a call to its arrival, offers, transfers and answers to their
moment.
"""

from typing import Literal

import msgspec

from callcenter.store.rollups.bins import MOST_DAYS, WAIT_BOUNDS_S

Level = Literal["quarters", "days", "months"]

EXITS = ("answered", "abandoned", "overflow", "voicemail", "callback", "timeout", "system")
MISSED = ("no_answer", "rejected", "busy", "unreachable")
OUTCOMES = ("answered", "abandoned", "voicemail", "callback", "blocked", "flow_only", "failed", "in_progress")
STATES = {
    "signed_in": "signed_in_ms",
    "ready": "ready_ms",
    "reserved": "ringing_ms",
    "ringing": "ringing_ms",
    "talking": "talking_ms",
    "held": "held_ms",
    "wrap_up": "wrapping_ms",
    "paused": "paused_ms",
    "other_call": "other_call_ms",
    "off_duty": "off_duty_ms",
    "unreachable": "unreachable_ms",
}

AT_WORK = frozenset(STATES) - {"signed_in", "paused"}
"""States in which planned work is kept, and a planned break is not."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """`peaks` are greatest values, not sums. `found_by`: a key behind the first by which rows are found as well;
    `small`: no sum ever reaches two thousand million, so that it takes half the room."""

    name: str
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    peaks: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ("quarters", "days", "months")
    found_by: str = ""
    small: bool = False

    @property
    def measures(self) -> tuple[str, ...]:
        return self.sums + self.peaks


_TALKS = ("handled", "talk_ms", "hold_ms", "wrap_up_ms")
_SURVEYS = ("surveys_pushed", "surveys_answered", "answers", "satisfied", "scored", "score_milli")

QUEUE = Tally(
    name="queue",
    keys=("queue",),
    sums=(
        "offered", *EXITS, "waiting", "within", "short", "abandoned_within", "wait_ms", "abandoned_wait_ms",
        *_TALKS, *_SURVEYS,
    ),
    peaks=("longest_ms",),
)  # fmt: skip
AGENT = Tally(
    name="agent",
    keys=("agent",),
    sums=(*dict.fromkeys(STATES.values()), "offers", "missed", "handled_out", "transfers", *_TALKS, *_SURVEYS),
)
AGENT_QUEUE = Tally(
    name="agent_queue",
    keys=("queue", "agent"),
    sums=("offers", "missed", "handled_out", *_TALKS, *_SURVEYS),
    levels=("days", "months"),
)
PAUSE = Tally(name="pause", keys=("agent", "reason"), sums=("paused_ms", "pauses"))
NUMBER = Tally(
    name="number",
    keys=("number", "direction"),
    sums=("calls", *OUTCOMES, "short", "entered_flow", "contained", "wait_ms", "talk_ms", "hold_ms"),
)
DISPOSITION = Tally(name="disposition", keys=("queue", "disposition"), sums=_TALKS)
SURVEY = Tally(
    name="survey",
    keys=("survey", "question", "pressed", "queue"),
    sums=("surveys_pushed", "surveys_answered", "answers", "satisfied", "dissatisfied", "scored", "score_milli"),
)
RESOLUTION = Tally(
    name="resolution",
    keys=("queue", "agent", "survey", "question", "pressed"),
    sums=("resolution_answers", "solved"),
)
PLAN = Tally(name="plan", keys=("agent",), sums=("work_ms", "off_ms", "paid_ms", "kept_ms", "missed_ms"))
WAITS = Tally(
    name="wait",
    keys=("queue",),
    sums=tuple(f"{reason}_{place:02}" for reason in ("answered", "abandoned") for place in range(len(WAIT_BOUNDS_S))),
    levels=("days", "months"),
)
HOURS = Tally(
    name="hour",
    keys=("queue",),
    sums=tuple(f"hour_{hour:02}" for hour in range(24)),
    levels=("days",),  # a day has its weekday; a month has none
)
_DAYS = range(1, MOST_DAYS + 1)
REPEAT = Tally(
    name="repeat",
    keys=("queue",),
    sums=(
        "contacts", "handled_contacts",
        *(f"{gap}_{day:02}" for gap in ("before", "again", "again_any") for day in _DAYS),
    ),
    levels=("days", "months"),
)  # fmt: skip
AGENT_REPEAT = Tally(
    name="agent_repeat",
    keys=("agent",),
    sums=("handled_contacts", *(f"{gap}_{day:02}" for gap in ("again", "again_any") for day in _DAYS)),
    levels=("days", "months"),
)
AGENT_QUEUE_REPEAT = Tally(
    name="agent_queue_repeat",
    keys=("queue", "agent"),
    sums=REPEAT.sums,
    levels=("days", "months"),
    found_by="agent",
    small=True,
)
WAY = Tally(name="way", keys=("flow", "version", "path", "result"), sums=("runs",), levels=("days", "months"))
ALL_QUEUES = Tally(name="all_queues", keys=(), sums=QUEUE.sums, peaks=QUEUE.peaks)
ALL_AGENTS = Tally(name="all_agents", keys=(), sums=AGENT.sums)
WHOLE = {QUEUE.name: ALL_QUEUES, AGENT.name: ALL_AGENTS}
"""By tally: the one of all its keys together, so that a curve of a month is not summed over sixty queues."""
TALLIES = (
    QUEUE, AGENT, AGENT_QUEUE, PAUSE, NUMBER, DISPOSITION, SURVEY, WAITS, HOURS, REPEAT, AGENT_REPEAT,
    AGENT_QUEUE_REPEAT, WAY, ALL_QUEUES, ALL_AGENTS, RESOLUTION, PLAN,
)  # fmt: skip
BY_NAME = {tally.name: tally for tally in TALLIES}
