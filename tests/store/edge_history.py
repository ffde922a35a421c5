"""A call centre's autumn with the edges at which counting goes wrong.

Midnights, the doubled hour, borders of months and quarters; waits right at the limits and at the bounds of classes;
calls given on; limits that change; callers who come again right at the border of a window, in the same queue or in
another; agents who pause, leave, lose their phone or their shift over such borders. Times are literal or drawn from
a seed; two agents never have one call, and an agent never two.
"""

import heapq
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from callcenter.calls import events as ev
from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import Text

ZONE = "Europe/Berlin"
FIRST, LAST = date(2026, 10, 24), date(2026, 11, 1)  # the doubled hour is on the second day, November on the last
AGENTS = ("8001", "8002", "8003")
QUEUES = ("service", "sales")
NUMBERS = ("+4930111", "+4930222")
_OWN = "+4930999"
_DAY_S = 86400.0
_WAITS_S = (0.0, 2.0, 3.0, 3.001, 4.999, 5.0, 5.001, 9.5, 10.0, 10.001, 15.0, 20.0, 20.001, 44.25, 75.0, 240.0)
_ENDS = ("overflow", "timeout", "voicemail", "callback", "system")
_KINDS = ("answered",) * 9 + ("abandoned",) * 4 + ("given on",) * 3 + _ENDS
_KINDS += ("flow", "flow", "blocked", "failed", "out", "out", "out in vain", "carried out")


def midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).timestamp()


BEGINS, ENDS = midnight(FIRST), midnight(LAST + timedelta(days=1))
NOW = ENDS + 40 * _DAY_S


def history(seed):
    """Events in the order of time."""
    making = _Making(Random(seed))
    making.play()
    centre = [ev.CentreApplied(at=BEGINS - 9 * _DAY_S, version=1, centre=_centre(10))]
    centre += [ev.CentreApplied(at=midnight(date(2026, 10, 28)) + 7.0, version=2, centre=_centre(15))]
    return sorted([*centre, *making.events], key=lambda event: event.at)


def _centre(service_level_s):
    limits = {"service": (service_level_s, 3), "sales": (20, 5)}
    queues = tuple(
        Queue(id=id_, name=Text(zh=id_, en=id_), service_level_s=level, short_abandon_s=short)
        for id_, (level, short) in limits.items()
    )
    return msgspec.structs.replace(Centre(), zone=ZONE, queues=queues)


def _edges():
    """Right before, at and right after what borders anything."""
    for day in range(10):
        for off in (-30.0, -1.0, 0.0, 1.0):
            yield midnight(FIRST + timedelta(days=day)) + off
    doubled = midnight(date(2026, 10, 25)) + 2 * 3600
    yield from (doubled + off for off in (-20.0, 0.0, 1800.0, 3599.0, 3600.0, 3630.0, 7199.0, 7200.0))
    yield from (BEGINS + 900.0 * number - 25.0 for number in (3, 50, 333))


class _Making:
    def __init__(self, chance):
        self.events, self._chance = [], chance
        self._todo, self._order, self._calls = [], 0, 0
        self._free_at = dict.fromkeys(AGENTS, 0.0)
        self._there = dict.fromkeys(AGENTS, False)

    def play(self):
        for agent in AGENTS:
            self._at(BEGINS - 3 * _DAY_S - self._chance.randint(0, 9999), self._comes, agent)
        for at in _edges():
            self._at(at, self._call, {})
        for _ in range(110):
            self._at(BEGINS + self._chance.randint(0, int(ENDS - BEGINS) * 4) / 4, self._call, {})
        for at, more in self._comes_again():
            self._at(at, self._call, more)
        while self._todo:
            at, _, do, what = heapq.heappop(self._todo)
            do(at, what)
        self._still_there(ENDS - 12.0)

    def _comes_again(self):
        """Pairs of calls of one caller: the gap is the window, half a second less, half a second more."""
        for number, (days, off, queue) in enumerate(
            (days, off, queue) for days in (1, 7, 30) for off in (-0.5, 0.0, 0.5) for queue in QUEUES
        ):
            first = BEGINS + 40_000.0 + 35_000 * number
            caller = {"caller": f"+49170{number:07}", "kind": "answered"}
            yield first, caller | {"queue": "service"}
            yield first + days * _DAY_S + off, caller | {"queue": queue}

    def _at(self, at, do, what):
        self._order += 1
        heapq.heappush(self._todo, (at, self._order, do, what))

    def _put(self, at, kind, call, /, **fields):
        self.events.append(kind(at=at, interaction=call, **fields))

    # ---- agents

    def _comes(self, at, agent):
        self.events += [ev.AgentSignedIn(at=at, agent=agent, device="web"), ev.AgentReady(at=at + 2.5, agent=agent)]
        self._there[agent], self._free_at[agent] = True, at + 3.0
        self._at(at + self._chance.choice((900.0, 4000.25, 30_000.0)), self._goes, agent)

    def _goes(self, at, agent):
        """For a while an agent is not to be had; who is in a call goes after it."""
        if at < self._free_at[agent]:
            return self._at(self._free_at[agent] + 0.5, self._goes, agent)
        if at > ENDS + 3600.0:
            return None
        until = at + self._chance.choice((0.25, 60.0, 899.75, 900.0, 7300.0))
        gone, back = self._chance.choice(_ABSENCES)
        self.events += [*gone(at, agent), *back(until, agent)]
        self._free_at[agent] = until + 3.0
        self._at(until + self._chance.choice((600.0, 5000.5, 20_000.0, 50_000.0)), self._goes, agent)
        return None

    def _idle(self, at):
        return [agent for agent in AGENTS if self._there[agent] and self._free_at[agent] < at]

    # ---- calls

    def _call(self, at, more):
        kind = more.get("kind") or self._chance.choice(_KINDS)
        self._calls += 1
        call = f"edge-{self._calls:04}.1"
        if kind in ("out", "out in vain"):
            self._dials_out(at, call, kind == "out")
            return
        caller = more.get("caller") or self._chance.choice(("", "+491711", "+491712", "+491713", "+491714"))
        self._arrives(at, call, caller, "callback" if kind == "carried out" else "")
        if kind == "blocked":
            self._put(at, ev.CallBlocked, call, number=caller, reason="threats")
            self._ends(at + 1, call, "flow", "flow")
            return
        begin = at if kind == "failed" or self._chance.random() < 0.3 else self._flow(at, call, kind)
        if kind in ("flow", "failed"):
            self._ends(begin + 1, call, "caller", "flow")
            return
        self._waits(begin, call, kind, more.get("queue") or self._chance.choice(QUEUES))

    def _arrives(self, at, call, caller, callback):
        dialled = self._chance.choice(NUMBERS)
        source = {"source": "callback", "callback": f"{call}cb"} if callback else {}
        who = {"caller": caller, "caller_name": "", "dialled": dialled, "language": "en"}
        self._put(at, ev.CallArrived, call, channel="c", **who, **source)

    def _flow(self, at, call, kind):
        flow, version = self._chance.choice((("main", 1), ("main", 2), ("night", 1)))
        self._put(at, ev.FlowStarted, call, flow=flow, version=version, session={})
        self._put(at, ev.FlowStepped, call, node="menu", session={}, path=("menu",))
        result = "hangup" if kind == "flow" else "queue"
        self._put(at + 4.5, ev.FlowEnded, call, flow=flow, result=result)
        return at + 4.5

    def _waits(self, at, call, kind, queue, placed_at=None, first=True):
        """Stands in line and is answered, as far as somebody is there; else the caller gives up."""
        wait_s = self._chance.choice(_WAITS_S)
        self._put(at, ev.QueueEntered, call, queue=queue, entered_at=at if placed_at is None else placed_at)
        if kind in _ENDS or not (idle := self._idle(at)):
            reason = kind if kind in _ENDS else "abandoned"
            return self._leaves(at + wait_s, call, queue, reason, wait_s)
        if kind == "abandoned":
            if wait_s > 5:
                self._rings_in_vain(at + 1, call, queue, idle[0], "caller_gone", wait_s - 1.5)
            return self._leaves(at + wait_s, call, queue, "abandoned", wait_s)
        agent = self._chance.choice(idle)
        if wait_s > 15 and self._chance.random() < 0.5:
            missed = self._chance.choice(("no_answer", "rejected", "busy", "unreachable"))
            self._rings_in_vain(at + 1, call, queue, agent, missed, 5.0)
        self._rings(at + max(wait_s - 3.0, 0.0), call, queue, agent, at + wait_s)
        self._leaves(at + wait_s, call, queue, "answered", wait_s, over=False)
        return self._talks(at + wait_s, call, queue, agent, kind == "given on" and first, at)

    def _leaves(self, at, call, queue, reason, wait_s, over=True):
        if reason == "voicemail":
            self._put(at, ev.MessageBegan, call, mailbox=queue, queue=queue, file=f"{call}.wav")
        if reason == "callback":
            self.events.append(_callback(at, call, queue))
        self._put(at, ev.QueueLeft, call, queue=queue, reason=reason, waited_s=wait_s)
        if over:
            self._ends(at, call, "caller" if reason == "abandoned" else "system", "waiting")

    def _rings(self, at, call, queue, agent, until):
        offer = {"offer": f"{call}-{at}", "agent": agent}
        self._put(at, ev.OfferMade, call, device="web", queue=queue, lease_until=until + 30, **offer)
        self._put(at + round(0.5 * (until - at), 2), ev.OfferRang, call, **offer)

    def _rings_in_vain(self, at, call, queue, agent, reason, for_s):
        self._rings(at, call, queue, agent, at + for_s)
        self._put(at + for_s, ev.OfferFailed, call, offer=f"{call}-{at}", agent=agent, reason=reason)
        self._free_at[agent] = max(self._free_at[agent], at + for_s + 1)

    def _talks(self, at, call, queue, agent, gives_on, placed_at):
        talk_s, hold_s = self._chance.choice((1.0, 33.25, 400.0, 950.5)), self._chance.choice((0.0, 0.0, 6.5))
        wrap_s = self._chance.choice((0.0, 10.0, 45.75))
        self._put(at, ev.Connected, call, agent=agent, device="web", queue=queue)
        if hold_s:
            self._put(at + 0.5, ev.Held, call, agent=agent)
            self._put(at + 0.5 + hold_s, ev.Resumed, call, agent=agent)
        end = at + talk_s + hold_s
        if self._chance.random() < 0.15:  # during a talk: in force after it
            self.events += [ev.AgentPaused(at=at + 0.75, agent=agent, reason="lunch")]
            self.events += [ev.AgentReady(at=end + wrap_s + 5.0, agent=agent)]
        if self._chance.random() < 0.8:
            self._put(at + 0.75, ev.NoteWritten, call, agent=agent, note="", disposition=self._chance.choice("abc"))
        to = next(other for other in QUEUES if other != queue)
        if gives_on:
            self._put(end, ev.Transferred, call, agent=agent, kind="queue", id=to, attended=False)
        by = "agent" if gives_on else "caller"
        self._put(end, ev.TalkEnded, call, agent=agent, by=by, talk_s=talk_s, hold_s=hold_s)
        self._wraps_up(end, call, queue, agent, wrap_s)
        self._free_at[agent] = end + wrap_s + 8.0
        if gives_on:
            return self._waits(end, call, "answered", to, placed_at, first=False)
        return self._ends(self._asked(end, call, queue, agent), call, "flow", "survey")

    def _wraps_up(self, at, call, queue, agent, wrap_s):
        if not wrap_s:
            return
        self.events += [ev.WrapUpBegan(at=at, agent=agent, interaction=call, queue=queue, until=at + 90)]
        self.events += [ev.WrapUpEnded(at=at + wrap_s, agent=agent, interaction=call, by="self", wrap_up_s=wrap_s)]

    def _asked(self, at, call, queue, agent):
        """A survey of one or two questions, of which none to both are answered; one key does not score."""
        if self._chance.random() < 0.35:
            return at
        whose = {"survey": self._chance.choice(("rating", "nps")), "agent": agent, "queue": queue}
        self._put(at, ev.SurveyOffered, call, **whose)
        keys = {"1": (5.0, True), "2": (3.5, None), "3": (1.0, False), "0": (None, None), "voice": (None, None)}
        for number in range(self._chance.randint(0, 2)):
            key = self._chance.choice(sorted(keys))
            score, satisfied = keys[key]
            answer = {"question": f"q{number}", "key": key, "score": score, "satisfied": satisfied}
            self._put(at + 3 + number, ev.SurveyAnswered, call, **answer, **whose)
        if self._chance.random() < 0.5:
            key = self._chance.choice("123")
            answer = {"question": "solved", "key": key, "score": None, "satisfied": None, "solved": key == "1"}
            self._put(at + 5.5, ev.SurveyAnswered, call, **answer, **whose)
        return at + 6

    def _dials_out(self, at, call, answered):
        idle = self._idle(at)
        if not idle:
            return
        agent = idle[-1]
        self._put(
            at, ev.CallArrived, call, channel="c", caller="+491799", caller_name="", dialled=_OWN, language="en",
            source="outbound",
        )  # fmt: skip
        number = {"number": "+491799", "as_number": _OWN, "trunk": "main"}
        self._put(at, ev.DialledOut, call, agent=agent, device="web", **number)
        if answered:
            self._talks(at + 8.0, call, "", agent, False, at)
        else:
            self._put(at + 8.0, ev.DialOutFailed, call, agent=agent, reason="busy")
            self._free_at[agent] = at + 9.0
            self._ends(at + 8.0, call, "system", "dialling")

    def _ends(self, at, call, by, phase):
        self._put(at, ev.CallEnded, call, by=by, cause=16, phase=phase, answered=False)

    def _still_there(self, at):
        """Who waits when everything is read."""
        for queue in QUEUES:
            self._arrives(at, f"now-{queue}.1", "+491715", "")
            self._put(at + 1, ev.QueueEntered, f"now-{queue}.1", queue=queue, entered_at=at + 1)


def _callback(at, call, queue):
    fields = {"entered_at": at - 20, "credit_s": 0.0, "skills": {}, "language": "en", "expires_at": at + 3600}
    fields |= {"low_s": 60.0, "high_s": 120.0, "customer": "", "tier": ""}
    return ev.CallbackAsked(at=at, callback=f"{call}cb1", asked_in=call, number="+491716", queue=queue, **fields)


_ABSENCES = (
    (
        lambda at, agent: [ev.AgentPaused(at=at, agent=agent, reason="lunch")],
        lambda at, agent: [ev.AgentReady(at=at, agent=agent)],
    ),
    (
        lambda at, agent: [ev.AgentPaused(at=at, agent=agent, reason="training", by="supervisor")],
        lambda at, agent: [ev.AgentReady(at=at, agent=agent)],
    ),
    (
        lambda at, agent: [ev.AgentSignedOut(at=at, agent=agent)],
        lambda at, agent: [
            ev.AgentSignedIn(at=at, agent=agent, device="web"),
            ev.AgentReady(at=at + 1.25, agent=agent),
        ],
    ),
    (
        lambda at, agent: [ev.PhoneLost(at=at, agent=agent, device="web")],
        lambda at, agent: [ev.PhoneReached(at=at, agent=agent, device="web")],
    ),
    (
        lambda at, agent: [ev.ShiftEnded(at=at, agent=agent)],
        lambda at, agent: [ev.ShiftBegan(at=at, agent=agent)],
    ),
    (
        lambda at, agent: [ev.OtherCallBegan(at=at, agent=agent, channel="echo")],
        lambda at, agent: [ev.OtherCallEnded(at=at, agent=agent, channel="echo")],
    ),
)
