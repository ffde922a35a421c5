"""What a run amounts to. Shares of 1, times in seconds; None where there is nothing to divide by."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from callcenter.simulate.calls import Call, Floor
from callcenter.simulate.run import Served


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """offered = answered + abandoned + blocked; "let in" are those not blocked.

    service_level: answered within the target / let in. asa_s: mean wait of the answered. mean_wait_s: of all let in,
    an abandoned call with its patience. p_wait: let in and met by no agent at once / let in.
    """

    offered: int
    answered: int
    abandoned: int
    blocked: int
    service_level: float | None
    target_s: float | None  # None: queues with different ones
    asa_s: float | None
    mean_wait_s: float | None
    p_wait: float | None


class AgentFigures(msgspec.Struct, frozen=True, kw_only=True):
    """occupancy: time from answers on / time at work, between the first arrival and the end of the last call."""

    answered: int
    busy_s: float
    occupancy: float | None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    total: Figures
    occupancy: float | None  # of all agents
    span_s: float
    queues: dict[str, Figures]
    agents: dict[str, AgentFigures]


def results(
    floor: Floor, calls: Sequence[Call], served: Served, target_s: float, targets: Mapping[str, float] | None = None
) -> Results:
    """`targets` of single queues go before `target_s`."""
    goals = dict.fromkeys({call.queue for call in calls}, target_s) | dict(targets or {})
    by_queue: dict[str, list[int]] = {}
    for i, call in enumerate(calls):
        by_queue.setdefault(call.queue, []).append(i)
    here_s = [_at_work_s(who.shifts, served.first_s, served.last_s) for who in floor.workers]
    return Results(
        total=figures(range(len(calls)), calls, served, goals, target_s),
        occupancy=_share(sum(served.busy_s), sum(here_s)),
        span_s=served.last_s - served.first_s,
        queues={name: figures(by_queue[name], calls, served, goals, target_s) for name in sorted(by_queue)},
        agents={
            who.id: AgentFigures(answered=taken, busy_s=busy_s, occupancy=_share(busy_s, here))
            for who, taken, busy_s, here in zip(floor.workers, served.taken, served.busy_s, here_s, strict=True)
        },
    )


def figures(
    which: Iterable[int], calls: Sequence[Call], served: Served, targets: Mapping[str, float], target_s: float
) -> Figures:
    """Of the calls at these places. `targets`: by queue; `target_s`: where there is no call."""
    offered = answered = blocked = within = waited = 0
    answered_s = all_s = 0.0
    goals = set()
    for i in which:
        offered += 1
        wait_s, ending, goal_s = served.waits_s[i], served.endings[i], targets[calls[i].queue]
        goals.add(goal_s)
        if ending == "blocked":
            blocked += 1
            continue
        all_s += wait_s
        waited += not served.at_once[i]
        if ending == "answered":
            answered += 1
            answered_s += wait_s
            within += wait_s <= goal_s
    let_in = offered - blocked
    return Figures(
        offered=offered,
        answered=answered,
        abandoned=let_in - answered,
        blocked=blocked,
        service_level=_share(within, let_in),
        target_s=target_s if not goals else goals.pop() if len(goals) == 1 else None,
        asa_s=_share(answered_s, answered),
        mean_wait_s=_share(all_s, let_in),
        p_wait=_share(waited, let_in),
    )


def _at_work_s(shifts: Iterable[tuple[float, float]], from_s: float, to_s: float) -> float:
    return sum(max(min(end, to_s) - max(begin, from_s), 0.0) for begin, end in shifts)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


class Interval(msgspec.Struct, frozen=True):
    """The calls that arrived from `from_s` on."""

    from_s: float
    figures: Figures


def intervals(
    calls: Sequence[Call], served: Served, targets: Mapping[str, float], target_s: float, length_s: float
) -> list[Interval]:
    """Without gaps from the first call's to the last call's; they begin at multiples of `length_s`."""
    places: dict[int, list[int]] = {}
    for i, call in enumerate(calls):
        places.setdefault(int(call.arrival_s // length_s), []).append(i)
    numbers = range(min(places), max(places) + 1) if places else ()
    return [
        Interval(number * length_s, figures(places.get(number, ()), calls, served, targets, target_s))
        for number in numbers
    ]


_QUARTER_S = 900.0
_LENGTHS_S = tuple(_QUARTER_S * count for count in (1, 2, 4, 8, 16, 24, 48, 96, 192, 480, 960))


def readable_length_s(span_s: float, most: int = 40) -> float:
    """A quarter of an hour, or the next longer step at which the span has at most so many intervals."""
    return next((length_s for length_s in _LENGTHS_S if span_s / length_s <= most), span_s / most)
