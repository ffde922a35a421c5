"""The production router on a virtual clock.

What happens at one and the same moment happens in this order: shifts end; agents become free and shifts begin;
relaxation; patience ends; calls arrive, in the order given. The router decides after each. So a caller whose patience
ends just when an agent becomes free is answered; a call that arrives just then gets the agent when nobody waits; and
a call without any patience is answered when somebody is idle.
"""

import math
from collections.abc import Callable, Sequence
from heapq import heappop, heappush

import msgspec

from callcenter.acd.router import Router
from callcenter.acd.strategies import Standing
from callcenter.simulate.calls import Call, Chance, Ending, Floor, Worker
from callcenter.simulate.kinds import Kinds

_SHIFT_ENDS, _FREE, _SHIFT_BEGINS, _RELAXED, _PATIENCE_ENDS = range(5)
_REPORTED_EVERY = 4096

Watch = Callable[[int], None]  # told now and then how many calls have arrived


class Unservable(Exception):
    """A caller of endless patience whom nobody can ever serve; `index`: the place in the calls given."""

    def __init__(self, index: int) -> None:
        super().__init__(f"nobody can ever serve call {index}")
        self.index = index


class Served(msgspec.Struct, frozen=True):
    """What became of the calls, by their places as given.

    `waits_s`: from arrival to the answer, or to giving up; 0 for a blocked call. `workers`: who answered, as a place
    on the floor; -1: nobody. `at_once`: an agent was there on arrival. `busy_s` and `taken` are by worker: the time
    from answers on, and the calls. From `first_s`, the first arrival, to `last_s`, when the last call was over.
    """

    waits_s: list[float]
    endings: list[Ending]
    workers: list[int]
    at_once: list[bool]
    busy_s: list[float]
    taken: list[int]
    first_s: float
    last_s: float


def run(
    floor: Floor, calls: Sequence[Call], rng: Chance, lines: int | None = None, watch: Watch | None = None
) -> Served:
    """`calls` in any order; `rng` decides for the strategy `random` alone. Raises Unservable before anything happens.

    With `lines` = N, a call that finds N waiting or served is blocked. Who has endless patience and still waits when
    the last shift is over leaves then.
    """
    return _Run(floor, calls, rng, lines).through(watch)


def waits(arrivals: Sequence[tuple[float, float, str]], agents: int, rng: Chance) -> list[float]:
    """The waits of calls (arrival_s, service_s, queue) with so many agents for all queues; nobody gives up."""
    calls = [Call(arrival_s, service_s, queue=queue) for arrival_s, service_s, queue in arrivals]
    queues = tuple(sorted({call.queue for call in calls}))
    return run(Floor(tuple(Worker(str(number), queues) for number in range(agents))), calls, rng).waits_s


class _Run:
    """Calls and workers go by their places; the router knows them by names that sort like the order of arrival."""

    def __init__(self, floor: Floor, calls: Sequence[Call], rng: Chance, lines: int | None) -> None:
        self._floor, self._calls = floor, calls
        self._lines = math.inf if lines is None else lines
        self._order = sorted(range(len(calls)), key=lambda i: calls[i].arrival_s)
        self._first_s = calls[self._order[0]].arrival_s if calls else 0.0
        self._last_s = self._first_s
        self._router = Router(rng)
        for name, line in floor.lines.items():
            self._router.set_queue(name, line.discipline)
        self._kinds = Kinds(floor)
        self._heap: list[tuple[float, int, int]] = []
        self._in_system = 0
        self._waiting = bytearray(len(calls))
        self._waits_s = [0.0] * len(calls)
        self._endings: list[Ending] = ["abandoned"] * len(calls)
        self._by = [-1] * len(calls)
        self._at_once = [False] * len(calls)
        self._item_names = [""] * len(calls)
        self._names = [f"{place:06}" for place in range(len(floor.workers))]
        self._at_work = [False] * len(floor.workers)
        self._in_hand = [False] * len(floor.workers)  # a call, or the ringing of one
        self._serving = [False] * len(floor.workers)
        self._came_s = [self._first_s] * len(floor.workers)
        self._idle_since = [-math.inf] * len(floor.workers)
        self._busy_s = [0.0] * len(floor.workers)
        self._taken = [0] * len(floor.workers)

    def through(self, watch: Watch | None) -> Served:
        for i, call in enumerate(self._calls):
            if math.isinf(call.patience_s) and not self._kinds.of(call).servable:
                raise Unservable(i)
        self._open()
        for rank, i in enumerate(self._order):
            self._go_on_to(self._calls[i].arrival_s)
            self._arrive(rank, i)
            if watch and rank % _REPORTED_EVERY == 0:
                watch(rank)
        self._go_on_to(math.inf)
        self._close()
        return Served(
            self._waits_s, self._endings, self._by, self._at_once, self._busy_s, self._taken,
            self._first_s, self._last_s,
        )  # fmt: skip

    def _go_on_to(self, until: float) -> None:
        heap = self._heap
        while heap and heap[0][0] <= until:
            now, what, place = heappop(heap)
            if what == _FREE:
                self._release(place, now)
            elif what == _PATIENCE_ENDS:
                if self._waiting[place]:
                    self._give_up(place, now, self._calls[place].patience_s)
            elif what == _RELAXED:
                if self._waiting[place]:
                    self._router.relax(now)
                    self._decide(now)
            else:
                self._change_shift(place, now, begins=what == _SHIFT_BEGINS)

    # ---- callers

    def _arrive(self, rank: int, i: int) -> None:
        call = self._calls[i]
        if self._in_system >= self._lines:
            self._endings[i] = "blocked"
            return
        self._in_system += 1
        self._waiting[i] = 1
        now, kind = call.arrival_s, self._kinds.of(call)
        stages = kind.stages_from(now)
        name = self._item_names[i] = f"{rank:09}"
        self._router.enter(name, call.queue, now - (call.credit_s + kind.credit_s), stages, now)
        self._decide(now)
        if self._waiting[i]:
            if call.patience_s < math.inf:
                heappush(self._heap, (now + call.patience_s, _PATIENCE_ENDS, i))
            for stage in stages[1:]:
                heappush(self._heap, (stage.at, _RELAXED, i))

    def _give_up(self, i: int, now: float, waited_s: float) -> None:
        self._router.leave(self._item_names[i])
        self._waiting[i] = 0
        self._waits_s[i] = waited_s
        self._in_system -= 1
        self._last_s = now

    def _close(self) -> None:
        """Those who would wait for ever: nobody comes any more who could serve them."""
        over_s = max((end for who in self._floor.workers for _, end in who.shifts if end < math.inf), default=0.0)
        for i in filter(self._waiting.__getitem__, self._order):
            until = max(over_s, self._calls[i].arrival_s)
            self._waits_s[i] = until - self._calls[i].arrival_s
            self._last_s = max(self._last_s, until)

    # ---- agents

    def _open(self) -> None:
        for place, who in enumerate(self._floor.workers):
            for begin, end in who.shifts:
                if begin == -math.inf:
                    self._at_work[place] = True
                    self._router.free(self._names[place], who.queues, who.skills, Standing(-math.inf))
                else:
                    heappush(self._heap, (begin, _SHIFT_BEGINS, place))
                if end < math.inf:
                    heappush(self._heap, (end, _SHIFT_ENDS, place))
        self._decide(-math.inf)

    def _change_shift(self, worker: int, now: float, *, begins: bool) -> None:
        self._at_work[worker] = begins
        if not begins:
            self._router.occupy(self._names[worker])
        elif not self._in_hand[worker]:
            self._came_s[worker] = self._idle_since[worker] = now
            self._offer_to(worker, now)

    def _decide(self, now: float) -> None:
        for match in self._router.matches(now):
            i = self._order[int(match.item)]
            self._waiting[i] = 0
            for name in match.agents[1:]:  # the first answers; the others' phones stop ringing then
                self._in_hand[int(name)] = True
                heappush(self._heap, (now + self._calls[i].ring_s, _FREE, int(name)))
            self._serve(i, int(match.agents[0]), now)

    def _serve(self, i: int, worker: int, now: float) -> None:
        call = self._calls[i]
        self._in_hand[worker] = self._serving[worker] = True
        self._at_once[i] = now == call.arrival_s
        waited_s = now - call.arrival_s
        if call.ring_s:
            waited_s += call.ring_s
            if waited_s > call.patience_s:
                self._waits_s[i] = call.patience_s
                heappush(self._heap, (call.arrival_s + call.patience_s, _FREE, worker))
                return
            now += call.ring_s
        self._waits_s[i], self._endings[i], self._by[i] = waited_s, "answered", worker
        self._busy_s[worker] += call.service_s
        self._taken[worker] += 1
        heappush(self._heap, (now + call.service_s, _FREE, worker))

    def _release(self, worker: int, now: float) -> None:
        if self._serving[worker]:
            self._serving[worker] = False
            self._in_system -= 1
            self._idle_since[worker] = self._last_s = now
        self._in_hand[worker] = False
        if self._at_work[worker]:
            self._offer_to(worker, now)

    def _offer_to(self, worker: int, now: float) -> None:
        """The worker may be given calls."""
        here_s = now - self._came_s[worker]
        occupancy = self._busy_s[worker] / here_s if here_s > 0 else 0.0
        who = self._floor.workers[worker]
        standing = Standing(self._idle_since[worker], self._taken[worker], occupancy)
        self._router.free(self._names[worker], who.queues, who.skills, standing)
        self._decide(now)
