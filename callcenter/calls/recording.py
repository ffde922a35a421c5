"""Which talks are recorded, and for how long recordings are kept: the centre's policy, and what follows from it.

Pure: the same call is decided the same way wherever and whenever it is asked.
"""

import hashlib
from collections.abc import Collection
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from callcenter.calls.document import AgentId, Document, Slug
from callcenter.calls.languages import Text

LEAST_TALK_S = 0.1  # a talk that is over before its first packets has no sound: nothing can be recorded of it

Direction = Literal["in", "out", "callback"]
Keep = Literal["always", "never", "on_demand", "share"]


class RecordingRule(Document, frozen=True, kw_only=True):
    """The first rule that fits a talk decides; what is left out fits everything.

    share: `percent` of the calls, chosen by the call's id, so that a call is recorded whole or not at all.
    on_demand: when the agent begins it.
    """

    queue: Slug | None = None
    direction: Direction | None = None
    agent: AgentId | None = None
    keep: Keep = "always"
    percent: Annotated[float, Meta(ge=0, le=100)] = 100.0

    def fits(self, queue: str, direction: Direction, agent: str) -> bool:
        return (
            self.queue in (None, queue)
            and self.direction in (None, direction)
            and (self.agent in (None, agent or "-"))
        )


class RetentionRule(Document, frozen=True, kw_only=True):
    """The first rule that fits a recording decides after how many days it is deleted; 0: it is kept for ever.

    `outcome` as in the records of calls: answered, abandoned and so on.
    """

    queue: Slug | None = None
    direction: Direction | None = None
    outcome: Annotated[str, Meta(pattern=r"^[a-z_]{1,32}$")] | None = None
    days: Annotated[int, Meta(ge=0, le=36_500)] = 0


class RecordingPolicy(Document, frozen=True, kw_only=True):
    """Talks that no rule fits are recorded as their queue says, calls out as `outbound` says.

    `notice`: said to callers after the work number, when a talk that is recorded begins. A pause that nobody ends
    is over after `pause_most_s`. Recordings that no retention rule fits are kept.
    """

    rules: tuple[RecordingRule, ...] = ()
    notice: Text | None = None
    pause_most_s: Annotated[int, Meta(ge=10, le=3600)] = 180
    retention: tuple[RetentionRule, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """`rule`: the number of the rule from 1 on; 0: none fitted. `record`: from the beginning of the talk."""

    record: bool
    keep: Keep
    rule: int = 0


def decide(
    policy: RecordingPolicy, default: bool, interaction: str, queue: str, direction: Direction, agent: str = ""
) -> Decision:
    """`agent` empty: not known yet; then rules that name one do not fit. `default` is for talks without a rule."""
    for number, rule in enumerate(policy.rules, start=1):
        if rule.fits(queue, direction, agent):
            chosen = rule.keep == "always" or (rule.keep == "share" and drawn(interaction) < rule.percent)
            return Decision(chosen, rule.keep, number)
    return Decision(default, "always" if default else "never")


def decide_for(
    policy: RecordingPolicy,
    default: bool,
    interaction: str,
    queue: str,
    direction: Direction,
    agents: Collection[str],
) -> Decision:
    """While several are rung: recorded from the beginning only when that holds whoever answers."""
    each = [decide(policy, default, interaction, queue, direction, agent) for agent in agents or ("",)]
    return next((one for one in each if not one.record), each[0])


def drawn(interaction: str) -> float:
    """The call's lot, at least 0 and below 100; as good as even over many calls."""
    return int.from_bytes(hashlib.sha256(interaction.encode()).digest()[:6]) / 2**48 * 100


def retention(policy: RecordingPolicy, queue: str, direction: Direction, outcome: str) -> tuple[int, int]:
    """(days, number of the rule); 0 days: kept for ever; rule 0: none fitted."""
    for number, rule in enumerate(policy.retention, start=1):
        if rule.queue in (None, queue) and rule.direction in (None, direction) and rule.outcome in (None, outcome):
            return rule.days, number
    return 0, 0
