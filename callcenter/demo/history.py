"""A week of calls that nobody made, as the events they would have left in the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from callcenter.calls import events as ev
from callcenter.calls.centre import Agent, Centre
from callcenter.demo.visits import CLOSES_AT, OPENS_AT, Caller, Visit, days_before, visits_of_day

_SCORES = {"1": (5.0, True), "2": (4.0, True), "3": (3.0, None), "4": (2.0, False), "5": (1.0, False)}
_NOTES = ("", "", "已说明", "需要寄送资料", "客户要求上门", "Sent the manual by mail", "已升级处理", "询问报价")
_MISSED_SHARE = 0.04
# Nothing of the demo is left open: who calls later than this before now is left out.
_LONGEST_CALL_S = 1800.0


def history(
    centre: Centre, callers: Sequence[Caller], now: float, random: Random, days: int = 6
) -> list[ev.AnyEvent]:
    """In the order of time, all before `now`; every call has ended and every agent has signed out."""
    zone = ZoneInfo(centre.zone)
    past = _Past(centre, random)
    for day in days_before(datetime.fromtimestamp(now, zone), days):
        opens_at = datetime.combine(day, OPENS_AT, zone).timestamp()
        closes_at = min(datetime.combine(day, CLOSES_AT, zone).timestamp(), now)
        if closes_at - opens_at > 2 * _LONGEST_CALL_S:
            visits = list(visits_of_day(day, zone, callers, random))
            past.day(opens_at, closes_at, [each for each in visits if each.at < closes_at - _LONGEST_CALL_S])
    return sorted(past.events, key=lambda event: event.at)


class _Past:
    """One agent serves one caller at a time; who has been free longest takes the next."""

    def __init__(self, centre: Centre, random: Random) -> None:
        self.events: list[ev.AnyEvent] = []
        self._centre, self._random = centre, random
        self._free_at: dict[str, float] = {}
        self._numbers = count(1)

    def day(self, opens_at: float, closes_at: float, visits: Sequence[Visit]) -> None:
        self._free_at.clear()
        for agent in self._on_duty():
            begins_at = opens_at - self._random.uniform(60, 600)
            self._free_at[agent.id] = begins_at + 30
            self.events += [
                ev.AgentSignedIn(at=begins_at, agent=agent.id, device="web"),
                ev.AgentReady(at=begins_at + 30, agent=agent.id),
            ]
        for visit in visits:
            self._call(visit)
        for agent_id, free_at in self._free_at.items():
            at = max(free_at, closes_at - self._random.uniform(1, 300))
            self.events.append(ev.AgentSignedOut(at=at, agent=agent_id))

    def _on_duty(self) -> list[Agent]:
        """One who serves the most queues and one more: few enough for somebody to wait and to give up."""
        most = max(len(agent.queues) for agent in self._centre.agents)
        versatile = [agent for agent in self._centre.agents if len(agent.queues) == most]
        first = self._random.choice(versatile)
        return [first, self._random.choice([agent for agent in self._centre.agents if agent != first])]

    def _call(self, visit: Visit) -> None:
        call_id = f"demo-{int(visit.at)}.{next(self._numbers)}"
        self.events += _arrival(call_id, visit, self._centre.numbers[0].number)
        at = visit.at + visit.menu_s
        if not visit.queue:
            self.events += [
                ev.FlowEnded(at=at, interaction=call_id, flow="hotline", result="caller_gone"),
                _ended(call_id, at, "caller", "flow", answered=False),
            ]
            return
        self.events += _queued(call_id, visit, at)
        self._served(call_id, visit, at)

    def _served(self, call_id: str, visit: Visit, entered_at: float) -> None:
        agent, free_at = self._first_free(visit.queue, entered_at)
        if self._random.random() < _MISSED_SHARE and free_at + 20 < entered_at + visit.patience_s:
            self.events += _missed(call_id, visit.queue, agent, free_at)
            self._free_at[agent] = free_at + 30
            agent, free_at = self._first_free(visit.queue, free_at + 20.1)
        answered_at = free_at + self._random.uniform(2, 8)
        left_at = entered_at + visit.patience_s
        if answered_at > left_at:
            self.events += self._abandoned(call_id, visit, entered_at, left_at, agent, free_at)
            return
        self.events += _talk(call_id, visit, agent, entered_at, free_at, answered_at)
        self._free_at[agent] = self._wrapped_up(call_id, visit, agent, answered_at + visit.talk_s + visit.hold_s)

    def _first_free(self, queue: str, at: float) -> tuple[str, float]:
        able = [agent.id for agent in self._centre.agents if queue in agent.queues and agent.id in self._free_at]
        agent = min(able, key=lambda each: self._free_at[each])
        return agent, max(at, self._free_at[agent]) + 0.05

    def _abandoned(
        self, call_id: str, visit: Visit, entered_at: float, at: float, agent: str, offered_at: float
    ) -> Iterator[ev.AnyEvent]:
        if offered_at < at:
            yield from _offer(call_id, visit.queue, agent, offered_at)
            yield ev.OfferFailed(
                at=at,
                interaction=call_id,
                offer=_offer_id(call_id, agent, offered_at),
                agent=agent,
                reason="caller_gone",
            )
            self._free_at[agent] = at
        yield ev.QueueLeft(
            at=at, interaction=call_id, queue=visit.queue, reason="abandoned", waited_s=at - entered_at
        )
        yield _ended(call_id, at, "caller", "ringing" if offered_at < at else "waiting", answered=False)

    def _wrapped_up(self, call_id: str, visit: Visit, agent: str, at: float) -> float:
        """Disposition and note, then ready again; returns when."""
        dispositions = [each.id for each in self._centre.dispositions]
        until = at + visit.wrap_up_s
        self.events += [
            ev.WrapUpBegan(at=at, agent=agent, interaction=call_id, queue=visit.queue, until=at + 60),
            ev.NoteWritten(
                at=until,
                interaction=call_id,
                agent=agent,
                note=self._random.choice(_NOTES),
                disposition=self._random.choices(dispositions, range(len(dispositions) * 3, 0, -3))[0],
            ),
            ev.WrapUpEnded(at=until, agent=agent, interaction=call_id, by="self", wrap_up_s=visit.wrap_up_s),
        ]
        return until


def _arrival(call_id: str, visit: Visit, dialled: str) -> Iterator[ev.AnyEvent]:
    yield ev.CallArrived(
        at=visit.at,
        interaction=call_id,
        channel=f"PJSIP/demo-{call_id}",
        caller=visit.caller.number,
        caller_name="",
        dialled=dialled,
        language="zh-CN",
    )
    yield ev.FlowStarted(at=visit.at, interaction=call_id, flow="hotline", version=1, session={})
    if visit.caller.language == "en":
        at = visit.at + visit.menu_s / 2
        yield ev.KeyPressed(at=at, interaction=call_id, flow="hotline", node="language", key="9", valid=True)
        yield ev.LanguageChosen(at=at, interaction=call_id, language="en")


def _queued(call_id: str, visit: Visit, at: float) -> Iterator[ev.AnyEvent]:
    key = "1" if visit.queue == "sales" else "2"
    yield ev.KeyPressed(at=at, interaction=call_id, flow="hotline", node="menu", key=key, valid=True)
    yield ev.FlowEnded(at=at, interaction=call_id, flow="hotline", result="queue")
    yield ev.QueueEntered(at=at, interaction=call_id, queue=visit.queue, entered_at=at)


def _offer_id(call_id: str, agent: str, at: float) -> str:
    return f"{call_id}-{agent}-{int(at)}"


def _offer(call_id: str, queue: str, agent: str, at: float) -> Iterator[ev.AnyEvent]:
    offer = _offer_id(call_id, agent, at)
    yield ev.OfferMade(
        at=at, interaction=call_id, offer=offer, agent=agent, device="web", queue=queue, lease_until=at + 30
    )
    yield ev.OfferRang(at=at + 0.02, interaction=call_id, offer=offer, agent=agent)


def _missed(call_id: str, queue: str, agent: str, at: float) -> Iterator[ev.AnyEvent]:
    yield from _offer(call_id, queue, agent, at)
    offer = _offer_id(call_id, agent, at)
    yield ev.OfferFailed(
        at=at + 20, interaction=call_id, offer=offer, agent=agent, reason="no_answer", back_off_until=at + 30
    )


def _talk(
    call_id: str, visit: Visit, agent: str, entered_at: float, offered_at: float, at: float
) -> Iterator[ev.AnyEvent]:
    yield from _offer(call_id, visit.queue, agent, offered_at)
    offer, waited_s = _offer_id(call_id, agent, offered_at), at - entered_at
    channel = f"PJSIP/{agent}-web-{call_id}"
    yield ev.OfferAccepted(at=at, interaction=call_id, offer=offer, agent=agent, channel=channel)
    yield ev.QueueLeft(at=at, interaction=call_id, queue=visit.queue, reason="answered", waited_s=waited_s)
    yield ev.Connected(
        at=at, interaction=call_id, agent=agent, device="web", queue=visit.queue, offer=offer, waited_s=waited_s
    )
    if visit.hold_s:
        held_at = at + visit.talk_s / 2
        yield ev.Held(at=held_at, interaction=call_id, agent=agent)
        yield ev.Resumed(at=held_at + visit.hold_s, interaction=call_id, agent=agent)
    ends_at = at + visit.talk_s + visit.hold_s
    yield ev.TalkEnded(
        at=ends_at, interaction=call_id, agent=agent, by="agent", talk_s=visit.talk_s, hold_s=visit.hold_s
    )
    yield from _survey(call_id, visit, agent, ends_at)


def _survey(call_id: str, visit: Visit, agent: str, at: float) -> Iterator[ev.AnyEvent]:
    yield ev.SurveyOffered(at=at, interaction=call_id, survey="survey", agent=agent, queue=visit.queue)
    yield ev.FlowStarted(at=at, interaction=call_id, flow="survey", version=1, session={})
    over_at = at + 11
    if not visit.answer_key:
        yield ev.FlowEnded(at=over_at, interaction=call_id, flow="survey", result="caller_gone")
        yield _ended(call_id, over_at, "caller", "survey", answered=True)
        return
    score, satisfied = _SCORES[visit.answer_key]
    yield ev.SurveyAnswered(
        at=over_at,
        interaction=call_id,
        survey="survey",
        question="satisfaction",
        key=visit.answer_key,
        score=score,
        satisfied=satisfied,
        agent=agent,
        queue=visit.queue,
    )
    yield ev.FlowEnded(at=over_at + 5, interaction=call_id, flow="survey", result="hangup")
    yield _ended(call_id, over_at + 5, "flow", "survey", answered=True)


def _ended(call_id: str, at: float, by: ev.EndedBy, phase: str, *, answered: bool) -> ev.CallEnded:
    return ev.CallEnded(at=at, interaction=call_id, by=by, cause=16, phase=phase, answered=answered)
