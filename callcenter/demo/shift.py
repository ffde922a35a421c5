"""One day of the demo, moment by moment: who waits, who is free, who gets whom. Pure.

Callers are served by waiting time and credit, as in the real centre; who has been free longest takes the next.
A caller who runs out of patience hangs up, or asks to be called back where the queue has a key for it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from math import sqrt
from random import Random

import msgspec

from callcenter.calls import events as ev
from callcenter.calls.centre import Agent, CallbackPolicy, Centre, Queue, Rule
from callcenter.demo import traces
from callcenter.demo.crew import Crew, Stint
from callcenter.demo.visits import Visit

NOTES = ("", "", "已说明", "需要寄送资料", "客户要求上门", "Sent the manual by mail", "已升级处理", "询问报价")
MISSED_SHARE = 0.04
CALLBACK_SHARE = 0.4  # of those who would otherwise give up
NOT_AT_HOME_SHARE = 0.25
LAST_TRY_S = 1400.0  # no callback is begun later than this before the end of the day
_BUSY_S = 220.0  # what a call takes an agent, about
_BACK_OFF_S = 10.0


class Waiter(msgspec.Struct):
    """A place in a line: of a call, or of a callback."""

    id: str
    visit: Visit
    queue: Queue
    entered_at: float
    credit_s: float
    callback: bool = False
    attempts: int = 0
    offers: int = 0

    @property
    def gives_up_at(self) -> float:
        return float("inf") if self.callback else self.entered_at + self.visit.patience_s


class Shift:
    """`numbers` gives every call its own; `events` are not in order of time."""

    def __init__(
        self, centre: Centre, agents: Sequence[Agent], closes_at: float, numbers: count[int], random: Random
    ):
        self.events: list[ev.AnyEvent] = []
        self._centre, self._closes_at, self._numbers, self._random = centre, closes_at, numbers, random
        self._crew = Crew(centre, agents)
        self._line: dict[str, Waiter] = {}
        self._to_come: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()

    def run(self, visits: Sequence[Visit], begins_at: dict[str, float]) -> dict[str, float]:
        """Agents are there from `begins_at` on. Returns when each of them was free for the last time."""
        for agent, at in begins_at.items():
            self._at(at, self._agent_free(agent))
        for visit in visits:
            self._at(visit.at, self._arrival(visit))
        while self._to_come:
            at, _, happens = heapq.heappop(self._to_come)
            happens(at)
            self._serve(at)
        return self._crew.free_at

    def _at(self, at: float, happens: Callable[[float], None]) -> None:
        heapq.heappush(self._to_come, (at, next(self._order), happens))

    # ---- callers

    def _arrival(self, visit: Visit) -> Callable[[float], None]:
        return lambda _at: self._arrive(visit)

    def _arrive(self, visit: Visit) -> None:
        call_id = f"demo-{int(visit.at)}.{next(self._numbers)}"
        self.events += traces.arrival(call_id, visit, self._centre.numbers[0].number)
        rule = self._rule(visit)
        queue = self._centre.queue(rule.to.id if rule else visit.queue)
        if rule:
            self.events.append(traces.ruled(call_id, visit.at, rule))
        else:
            self.events += traces.menu(call_id, visit)
        at = visit.at if rule else visit.at + visit.menu_s
        if queue is None:
            self.events.append(traces.ended(call_id, at, "caller", "flow"))
            return
        waiter = Waiter(call_id, visit, queue, at, queue.credit_s + self._credit_s(visit.caller.tier))
        self._at(at, lambda at: self._enter(waiter, at))

    def _rule(self, visit: Visit) -> Rule | None:
        tier = visit.caller.tier
        return next((rule for rule in self._centre.rules if tier in rule.tiers and rule.to.to == "queue"), None)

    def _credit_s(self, tier: str) -> float:
        return next((float(each.credit_s) for each in self._centre.tiers if each.id == tier), 0.0)

    def _enter(self, waiter: Waiter, at: float) -> None:
        self._line[waiter.id] = waiter
        ahead = self._ahead(waiter)
        self.events.append(_entered(waiter.id, waiter, at))
        low_s, high_s = self._foretold(waiter.queue, ahead)
        self.events.append(
            ev.WaitForetold(
                at=at, interaction=waiter.id, queue=waiter.queue.id, low_s=low_s, high_s=high_s, ahead=ahead
            )
        )
        self._serve(at)
        if waiter.id in self._line:
            self.events.append(self._nobody_yet(waiter, ahead, at))
            self._at(waiter.gives_up_at, lambda at: self._lose_patience(waiter, at))

    def _ahead(self, waiter: Waiter) -> int:
        due_at = waiter.entered_at - waiter.credit_s
        others = (each for each in self._line.values() if each.queue == waiter.queue and each is not waiter)
        return sum(each.entered_at - each.credit_s <= due_at for each in others)

    def _foretold(self, queue: Queue, ahead: int) -> tuple[float, float]:
        """The moment of the release after those ahead, when agents become free one by one at a steady rate."""
        if self._crew.candidates(queue):
            return 0.0, 20.0
        mean_s = (ahead + 1) * _BUSY_S / self._crew.size(queue)
        spread_s = 0.5 * mean_s / sqrt(ahead + 1)
        return max(0.0, mean_s - spread_s), mean_s + spread_s

    def _lose_patience(self, waiter: Waiter, at: float) -> None:
        if waiter.id not in self._line:
            return
        del self._line[waiter.id]
        policy = waiter.queue.callback
        key = next((key for key, to in waiter.queue.exits.items() if to.to == "callback"), "")
        if policy and key and self._random.random() < CALLBACK_SHARE:
            self._ask_for_callback(waiter, policy, key, at)
            return
        self.events.append(traces.left(waiter.id, waiter.queue.id, at, "abandoned", at - waiter.entered_at))
        self.events.append(traces.ended(waiter.id, at, "caller", "waiting"))

    def _ask_for_callback(self, waiter: Waiter, policy: CallbackPolicy, key: str, at: float) -> None:
        call_id, confirmed_at = waiter.id, at + 14
        low_s, high_s = self._foretold(waiter.queue, self._ahead(waiter))
        asked = ev.CallbackAsked(
            at=confirmed_at,
            callback=f"{call_id}cb1",
            asked_in=call_id,
            number=waiter.visit.caller.number,
            queue=waiter.queue.id,
            entered_at=waiter.entered_at,
            credit_s=waiter.credit_s,
            skills={},
            language=waiter.visit.caller.language,
            expires_at=confirmed_at + policy.expires_s,
            low_s=low_s,
            high_s=high_s,
            tier=waiter.visit.caller.tier,
        )
        self.events += [
            ev.KeyPressed(at=at, interaction=call_id, flow="", node="waiting", key=key, valid=True),
            ev.FlowStarted(at=at, interaction=call_id, flow="callback_offer", version=0, session={}),
            ev.FlowEnded(at=confirmed_at, interaction=call_id, flow="callback_offer", result="callback"),
            traces.left(call_id, waiter.queue.id, confirmed_at, "callback", confirmed_at - waiter.entered_at),
            asked,
            traces.ended(call_id, confirmed_at + 4, "flow", "flow"),
        ]
        kept = msgspec.structs.replace(waiter, id=asked.callback, callback=True)
        self._at(confirmed_at, lambda _at: self._stand_in_line(kept))

    def _stand_in_line(self, waiter: Waiter) -> None:
        self._line[waiter.id] = waiter

    # ---- agents

    def _agent_free(self, agent: str) -> Callable[[float], None]:
        return lambda at: self._crew.free(agent, at)

    def _busy(self, agent: str, *stints: Stint) -> None:
        """What the agent does from now on, and is free after it."""
        self._crew.busy(agent, stints)
        self._at(stints[-1].until, self._agent_free(agent))

    # ---- who gets whom

    def _serve(self, at: float) -> None:
        for waiter in sorted(self._line.values(), key=lambda each: self._place(each, at)):
            agents = self._crew.candidates(waiter.queue)
            if agents:
                pick = self._pick(waiter, agents, at)
                del self._line[waiter.id]
                (self._call_back if waiter.callback else self._offer)(waiter, agents[0], pick, at)

    @staticmethod
    def _place(waiter: Waiter, at: float) -> tuple[float, float, str]:
        """The most due first."""
        due_at = waiter.entered_at - waiter.credit_s
        return -waiter.queue.weight * (at - due_at), due_at, waiter.id

    def _pick(self, waiter: Waiter, agents: Sequence[str], at: float) -> ev.Pick:
        return ev.Pick(
            strategy="longest_idle",
            candidates=tuple(agents),
            waited_s=at - waiter.entered_at,
            credit_s=waiter.credit_s,
            ahead=self._ahead(waiter),
            ready=len(agents),
            lacking=0,
            excluded=self._crew.excluded(waiter.queue, at),
        )

    def _nobody_yet(self, waiter: Waiter, ahead: int, at: float) -> ev.NoAgentYet:
        excluded = self._crew.excluded(waiter.queue, at)
        return ev.NoAgentYet(
            at=at, interaction=waiter.id, queue=waiter.queue.id, ahead=ahead, ready=0, lacking=0, excluded=excluded
        )

    def _offer(self, waiter: Waiter, agent: str, pick: ev.Pick, at: float) -> None:
        waiter.offers += 1
        call_id, queue = waiter.id, waiter.queue
        offer_id = f"{call_id}-{waiter.offers}"
        self.events += traces.offer(call_id, offer_id, queue.id, agent, at, pick)
        answers_at, gone_at = at + self._random.uniform(2, 8), waiter.gives_up_at
        if self._random.random() < MISSED_SHARE and at + queue.ring_s < gone_at:
            over_at = at + queue.ring_s
            self.events.append(traces.offer_failed(call_id, offer_id, agent, over_at, "no_answer", _BACK_OFF_S))
            self._busy(agent, Stint(over_at, "ringing"), Stint(over_at + _BACK_OFF_S, "backing_off"))
            self._at(over_at, lambda _at: self._stand_in_line(waiter))
            self._at(gone_at, lambda at: self._lose_patience(waiter, at))
        elif answers_at > gone_at:
            self._busy(agent, Stint(gone_at, "ringing"))
            self.events.append(traces.offer_failed(call_id, offer_id, agent, gone_at, "caller_gone"))
            self.events.append(traces.left(call_id, queue.id, gone_at, "abandoned", gone_at - waiter.entered_at))
            self.events.append(traces.ended(call_id, gone_at, "caller", "ringing"))
        else:
            self.events.append(traces.picked_up(call_id, offer_id, agent, answers_at))
            self._talk(waiter, call_id, offer_id, agent, answers_at, answers_at - waiter.entered_at)

    def _talk(self, waiter: Waiter, call_id: str, offer_id: str, agent: str, at: float, waited_s: float) -> None:
        visit = waiter.visit
        over_at = at + visit.talk_s + visit.hold_s
        until = over_at + visit.wrap_up_s
        self._busy(agent, Stint(at, "ringing"), Stint(over_at, "talking"), Stint(until, "wrap_up"))
        self.events += traces.talk(call_id, offer_id, visit, waiter.queue.id, agent, at, waited_s)
        self.events += self._wrap_up(call_id, waiter, agent, over_at, until)

    def _wrap_up(self, call_id: str, waiter: Waiter, agent: str, at: float, until: float) -> Iterator[ev.AnyEvent]:
        """Disposition and note, then ready again."""
        yield ev.WrapUpBegan(at=at, agent=agent, interaction=call_id, queue=waiter.queue.id, until=at + 60)
        inner = {each.parent for each in self._centre.dispositions}
        ids = [each.id for each in self._centre.dispositions if each.id not in inner]
        yield ev.NoteWritten(
            at=until,
            interaction=call_id,
            agent=agent,
            note=self._random.choice(NOTES),
            disposition=self._random.choices(ids, range(len(ids) * 3, 0, -3))[0],
        )
        yield ev.WrapUpEnded(at=until, agent=agent, interaction=call_id, by="self", wrap_up_s=until - at)

    # ---- callbacks

    def _call_back(self, waiter: Waiter, agent: str, pick: ev.Pick, at: float) -> None:
        """The agent is reserved; then the customer is called, or first the agent, as the queue's policy says."""
        policy = waiter.queue.callback or CallbackPolicy()
        if at > self._closes_at - LAST_TRY_S:
            by = self._centre.staff[0].id if self._centre.staff else ""
            self.events.append(ev.CallbackEnded(at=at, callback=waiter.id, result="cancelled", by=by))
            return
        waiter.attempts += 1
        call_id = f"{waiter.id}-{waiter.attempts}"
        self.events += self._try_begun(waiter, call_id, agent, policy, pick, at)
        calls_at = at + self._random.uniform(2, 6) if policy.first == "agent" else at
        if policy.first == "agent":
            self.events += traces.offer(call_id, call_id, waiter.queue.id, agent, at, pick)
            self.events.append(traces.picked_up(call_id, call_id, agent, calls_at))
        if self._random.random() < NOT_AT_HOME_SHARE:
            self._nobody_at_home(waiter, call_id, agent, policy, calls_at + policy.ring_s)
        else:
            self._customer_there(waiter, call_id, agent, policy, calls_at + self._random.uniform(5, 12))

    def _try_begun(
        self, waiter: Waiter, call_id: str, agent: str, policy: CallbackPolicy, pick: ev.Pick, at: float
    ) -> Iterator[ev.AnyEvent]:
        caller = waiter.visit.caller
        yield ev.CallArrived(
            at=at,
            interaction=call_id,
            channel=call_id,
            caller=caller.number,
            caller_name="",
            dialled="",
            language=caller.language,
            source="callback",
            tier=caller.tier,
            callback=waiter.id,
        )
        yield ev.CallbackTried(
            at=at,
            callback=waiter.id,
            attempt=waiter.attempts,
            interaction=call_id,
            agent=agent,
            first=policy.first,
            pick=pick,
        )

    def _nobody_at_home(self, waiter: Waiter, call_id: str, agent: str, policy: CallbackPolicy, at: float) -> None:
        last = waiter.attempts >= policy.attempts
        if policy.first == "agent":
            self.events.append(traces.offer_failed(call_id, call_id, agent, at, "withdrawn"))
        failed = ev.CallbackFailed(
            at=at,
            callback=waiter.id,
            attempt=waiter.attempts,
            interaction=call_id,
            agent=agent,
            reason="no_answer",
            again_at=0.0 if last else at + policy.retry_after_s,
        )
        self.events += [failed, traces.ended(call_id, at, "system", "dialling")]
        self._busy(agent, Stint(at, "reserved"))
        if last:
            self.events.append(ev.CallbackEnded(at=at, callback=waiter.id, result="given_up"))
        else:
            self._at(failed.again_at, lambda _at: self._stand_in_line(waiter))

    def _customer_there(self, waiter: Waiter, call_id: str, agent: str, policy: CallbackPolicy, at: float) -> None:
        self.events.append(_entered(call_id, waiter, at))
        connected_at = at
        if policy.first == "customer":
            connected_at = at + self._random.uniform(2, 6)
            self.events += traces.offer(call_id, call_id, waiter.queue.id, agent, at, None)
            self.events.append(traces.picked_up(call_id, call_id, agent, connected_at))
        self._talk(waiter, call_id, call_id, agent, connected_at, connected_at - at)
        self.events.append(
            ev.CallbackEnded(at=connected_at, callback=waiter.id, result="served", interaction=call_id)
        )


def _entered(call_id: str, waiter: Waiter, at: float) -> ev.QueueEntered:
    return ev.QueueEntered(
        at=at,
        interaction=call_id,
        queue=waiter.queue.id,
        entered_at=waiter.entered_at,
        credit_s=waiter.credit_s,
    )
