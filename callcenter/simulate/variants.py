"""A past day beside its simulations: as it was staffed, and with other agents."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from callcenter.simulate.calls import Call, Chance, Floor
from callcenter.simulate.figures import results
from callcenter.simulate.run import Served, run
from callcenter.simulate.what_if import Draws, PastCall, agents_there, erlang_a_level

REPRODUCED = 0.02  # so near to the day's service level a replay counts as faithful


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """Of one day, or of several simulations of it. `unanswered`: gave up or left otherwise."""

    offered: int
    answered: float
    unanswered: float
    service_level: float
    asa_s: float | None
    mean_wait_s: float
    occupancy: float | None = None  # of agents who serve any of the queues


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the day by the arrivals in it; `erlang_a` is the service level of its steady state."""

    from_s: float
    calls: int
    agents: float
    service_level: float | None
    erlang_a: float | None


class Outlook(msgspec.Struct, frozen=True):
    means: Means
    slots: tuple[Slot, ...]


class Watched(msgspec.Struct, frozen=True):
    """What of a day is looked at: these queues, in slots of this length, with the means that Erlang A needs."""

    queues: frozenset[str]
    slots: tuple[float, ...]  # where they begin
    length_s: float
    aht_s: float  # ringing included: it keeps the agent too
    ring_s: float
    patience_s: float


def watched(calls: Sequence[PastCall], draws: Draws, queues: Collection[str], length_s: float) -> Watched:
    """`calls`: at least one of these queues."""
    seen = [each for each in calls if each.queue in queues]
    numbers = [int(each.arrival_s // length_s) for each in seen]
    ring_s = _mean([each.ring_s for each in seen if each.ring_s is not None]) or 0.0
    service_s = _mean([each.service_s for each in seen if each.service_s is not None]) or 0.0
    gave_up = sum(each.leaving == "abandoned" for each in seen)
    waited_s = sum(each.waited_s for each in seen)
    return Watched(
        frozenset(queues),
        tuple(number * length_s for number in range(min(numbers), max(numbers) + 1)),
        length_s,
        service_s + ring_s,
        ring_s,
        waited_s / gave_up if gave_up else float("inf"),
    )


def as_it_was(calls: Sequence[PastCall], of: Watched, floor: Floor) -> Outlook:
    seen = [each for each in calls if each.queue in of.queues]
    answered = [each for each in seen if each.leaving == "answered"]
    within = [each.leaving == "answered" and each.waited_s <= each.target_s for each in seen]
    means = Means(
        offered=len(seen),
        answered=len(answered),
        unanswered=len(seen) - len(answered),
        service_level=sum(within) / len(seen),
        asa_s=_mean([each.waited_s for each in answered]),
        mean_wait_s=sum(each.waited_s for each in seen) / len(seen),
    )
    return Outlook(means, _slots(seen, within, of, floor))


def simulated(
    floor: Floor, calls: Sequence[PastCall], drawn: Sequence[Sequence[Call]], of: Watched, rng: Chance
) -> Outlook:
    """The mean over all draws of the day's calls."""
    places = [i for i, each in enumerate(calls) if each.queue in of.queues]
    seen = [calls[i] for i in places]
    within = [0.0] * len(places)
    means = []
    for each in drawn:
        served = run(floor, each, rng)
        for number, i in enumerate(places):
            within[number] += _within(served, i, calls[i].target_s) / len(drawn)
        means.append(_means(floor, each, served, calls, of.queues))
    return Outlook(_mean_of(means), _slots(seen, within, of, floor))


def _within(served: Served, i: int, target_s: float) -> bool:
    return served.endings[i] == "answered" and served.waits_s[i] <= target_s


def _means(
    floor: Floor, drawn: Sequence[Call], served: Served, calls: Sequence[PastCall], queues: Collection[str]
) -> Means:
    places = [i for i, each in enumerate(drawn) if each.queue in queues]
    answered = [i for i in places if served.endings[i] == "answered"]
    able = [who.id for who in floor.workers if set(who.queues) & set(queues)]
    shares = results(floor, drawn, served, 0.0).agents
    busy = [shares[name].occupancy for name in able]
    return Means(
        offered=len(places),
        answered=len(answered),
        unanswered=len(places) - len(answered),
        service_level=sum(_within(served, i, calls[i].target_s) for i in places) / len(places),
        asa_s=_mean([served.waits_s[i] for i in answered]),
        mean_wait_s=sum(served.waits_s[i] for i in places) / len(places),
        occupancy=_mean([share for share in busy if share is not None]),
    )


def _mean_of(means: Sequence[Means]) -> Means:
    values: Mapping[str, list[float]] = {
        name: [value for each in means if (value := getattr(each, name)) is not None]
        for name in Means.__struct_fields__
    }
    found = {name: _mean(of_name) for name, of_name in values.items()}
    return Means(**found | {"offered": means[0].offered})  # type: ignore[arg-type]


def _slots(seen: Sequence[PastCall], within: Sequence[float], of: Watched, floor: Floor) -> tuple[Slot, ...]:
    """`within`: of each call, in how large a share of the simulations it was answered in time."""
    grouped: dict[float, list[int]] = {begin: [] for begin in of.slots}
    for number, each in enumerate(seen):
        grouped[each.arrival_s // of.length_s * of.length_s].append(number)
    return tuple(
        _slot(begin, [seen[n] for n in numbers], [within[n] for n in numbers], of, floor)
        for begin, numbers in grouped.items()
    )


def _slot(begin: float, seen: Sequence[PastCall], within: Sequence[float], of: Watched, floor: Floor) -> Slot:
    agents = agents_there(floor, begin, begin + of.length_s, of.queues)
    target_s = max((_mean([each.target_s for each in seen]) or 0.0) - of.ring_s, 0.0)
    rate = len(seen) / of.length_s
    return Slot(
        from_s=begin,
        calls=len(seen),
        agents=agents,
        service_level=_mean(within),
        erlang_a=erlang_a_level(rate, of.aht_s, agents, of.patience_s, target_s),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
