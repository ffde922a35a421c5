"""What an agent must have for a work item, and how that gives way while the item waits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from callcenter.calls.queues import Relaxation

EVERYTHING = 10  # the level no skill exceeds: relaxation asks for all there is


class Needs(msgspec.Struct, frozen=True):
    """`skills`: sorted pairs of skill and least level; `only`: this agent alone. Nothing named: anybody."""

    skills: tuple[tuple[str, int], ...] = ()
    only: str = ""


class Stage(msgspec.Struct, frozen=True):
    """What counts from `at` on (seconds since the epoch; the first stage counts from the beginning in any case).

    `level` is what relaxation asks of every skill, 10 (everything) to 0 (anybody); it decides nothing, `needs` does.
    """

    at: float
    needs: Needs
    level: int = EVERYTHING


def may_serve(agent: str, skills: Mapping[str, int], needs: Needs) -> bool:
    if needs.only and needs.only != agent:
        return False
    for skill, level in needs.skills:  # noqa: SIM110 -- asked most of all: `all` of a generator takes twice as long
        if skills.get(skill, 0) < level:
            return False
    return True


def in_force(stages: Sequence[Stage], now: float) -> int:
    """The place of the stage that counts at `now`."""
    place = len(stages) - 1
    while place and stages[place].at > now:
        place -= 1
    return place


def asked(stages: Sequence[Stage], place: int) -> tuple[tuple[str, int], ...]:
    """The skills by which agents are compared in a stage: its own, or those first asked for when it asks for none."""
    for stage in (stages[place], *stages):
        if stage.needs.skills:
            return stage.needs.skills
    return ()


def stages(
    entered_at: float,
    skills: Mapping[str, int],
    relax: Sequence[Relaxation],
    only: str = "",
    only_until: float = 0.0,
) -> tuple[Stage, ...]:
    """The stages of an item that entered at `entered_at`, first to last; steps that change nothing are left out.

    A step caps every skill at its level, 0 drops them all; a later step never asks for more than an earlier one.
    Until `only_until` the agent `only` alone may serve, whatever the skills and the relaxation: who is to speak to
    a person needs the person.
    """
    levels = list(_levels(entered_at, relax))
    if only and only_until > entered_at:
        level_then = [level for at, level in levels if at <= only_until][-1]
        later = [(only_until, level_then), *((at, level) for at, level in levels if at > only_until)]
        return (Stage(entered_at, Needs(only=only)), *_distinct(skills, later))
    return tuple(_distinct(skills, levels))


def _levels(entered_at: float, relax: Sequence[Relaxation]) -> Iterator[tuple[float, int]]:
    level = EVERYTHING
    yield entered_at, level
    for step in sorted(relax, key=lambda step: step.after_s):
        level = min(level, step.level)
        yield entered_at + step.after_s, level


def _distinct(skills: Mapping[str, int], levels: Iterable[tuple[float, int]]) -> Iterator[Stage]:
    last: Needs | None = None
    for at, level in levels:
        needs = Needs(_capped(skills, level))
        if needs != last:
            yield Stage(at, needs, level)
        last = needs


def _capped(skills: Mapping[str, int], level: int) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((skill, min(least, level)) for skill, least in skills.items())) if level else ()
