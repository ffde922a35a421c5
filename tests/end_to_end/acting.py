"""Scenarios of flows (`ivr_flows/scenarios`) acted by a real caller, and the transcript that comes of it.

Three witnesses make the transcript, and none of them knows the scenario's own: the caller's ear tells what was heard,
the caller's hand which keys were pressed, and the engine's ledger where the flow waited meanwhile, what came of the
work it asked for, and how it ended.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from callcenter.calls.outside import Outcome
from callcenter.calls.work import HttpRequest, LeaveMessage, TextMessage
from callcenter.ivr import session as ivr
from callcenter.ivr.scenario import HANG_UP, HIDDEN, SILENT, Line, Moment, Scenario, typed
from callcenter.robots.call import Call
from tests.hearing import speak
from tests.listener import Heard, Listener, Vocabulary, until_tone
from tests.real_centre import RealCentre

BEEP_HZ, CALLER_HZ = 700, 600
PATIENCE_S = 25.0  # with the next prompt: the longest prompt and the longest pause, on a busy machine
SPEAKS_S = 1.5
TOO_LONG_S = 0.4  # of a sound that is no prompt
LATE_S = 3.0  # how much later than meant a wait may be seen to end on a busy machine
_HTTP_TROUBLES = frozenset({"", "status", "unreachable", "timeout"})


class CannotBeActed(Exception):
    """Why a scenario is one for the pure session alone."""


@dataclass
class Part:
    """A scenario to be acted, run through by the pure session before. `after`: packets of sound before its flow."""

    flow: str
    scenario: Scenario
    moments: list[Moment]
    vocabulary: Vocabulary
    after: int = 0
    pressed: list[tuple[float, str]] = field(default_factory=list)  # (time.monotonic seconds, keys)

    def works(self) -> Iterator[HttpRequest]:
        for moment in self.moments:
            if isinstance(moment.then, ivr.Outside) and isinstance(moment.then.work, HttpRequest):
                yield moment.then.work

    def answer_to(self, stay: str) -> tuple[HttpRequest, Outcome]:
        """What the service answers to the request of that stay at a node."""
        for moment in self.moments:
            if isinstance(moment.then, ivr.Outside) and moment.then.key.rpartition("-")[2] == stay:
                assert isinstance(moment.then.work, HttpRequest)
                return moment.then.work, moment.outcome
        raise AssertionError(f"the pure run asks for nothing at stay {stay}")


def check(part: Part) -> None:
    """CannotBeActed, with what it is that a caller and the services of a test cannot bring about."""
    for moment in part.moments:
        if isinstance(moment.then, ivr.Outside) and (why := _impossible(moment.then.work, moment.outcome)):
            raise CannotBeActed(f"{part.scenario.name}: node {moment.place!r}: {why}")


def _impossible(work: object, outcome: Outcome) -> str:
    match work:
        case HttpRequest(service=service):
            if not service:
                return "it asks an address of the world outside; a `service` of config.yaml can be played"
            return "" if outcome.trouble in _HTTP_TROUBLES else f"no service can be made to give {outcome.trouble!r}"
        case LeaveMessage():
            return "" if outcome.values.get("left") else "the caller is not sure to be the one who discards it"
        case TextMessage():
            return "" if outcome.trouble == "not_configured" else "no provider of texts is there"
        case _:
            return f"{type(work).__name__} has a test of its own"


class Actor:
    """One caller. `call` is in the flow of the part, or about to be."""

    def __init__(self, centre: RealCentre, part: Part, call: Call, call_id: str) -> None:
        self._centre, self._part, self._call, self.id = centre, part, call, call_id
        self.ear = Listener(call.sound, part.vocabulary, part.after)

    async def act(self) -> None:
        """To the end, or to where the call goes another way than the pure run: the transcript will tell."""
        count = 0
        for moment in self._part.moments:
            count += len([prompt for prompt in moment.then.play if prompt.text])
            if not await self._do(moment, count):
                break
        await self._call.hang_up()
        self.ear.listen(last=True)

    async def _do(self, moment: Moment, count: int) -> bool:
        """False: the call is not where it should be."""
        match moment.then:
            case ivr.Collect() if moment.keys in ("", SILENT):
                return True  # what is heard next tells that it was waited for
            case ivr.Collect():
                return await self.ear.until_begun(count, PATIENCE_S) and await self._hand(moment.keys)
            case ivr.Outside(work=LeaveMessage()):
                return await self.ear.until_begun(count, PATIENCE_S) and await self._speak()
            case ivr.Outside():
                return True
            case ivr.ToQueue():
                return await self.ear.until_begun(count, PATIENCE_S) and await self._led_to("waiting")
            case ivr.ToVoicemail():
                return await self.ear.until_begun(count, PATIENCE_S) and await self._led_to("voicemail")
            case _:
                return await self.ear.until_begun(count, PATIENCE_S) and await self._hung_up()

    async def _hand(self, keys: str) -> bool:
        self._part.pressed.append((time.monotonic(), keys))
        await (self._call.hang_up() if keys == HANG_UP else self._call.press(keys))
        return True

    async def _speak(self) -> bool:
        await until_tone(self._call, BEEP_HZ, PATIENCE_S)
        await speak(SPEAKS_S, self._call, CALLER_HZ)
        await self._call.press("#")
        return True

    async def _led_to(self, phase: str) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while (view := self._centre.floor.calls.get(self.id)) and view.phase != phase:
            if time.monotonic() > deadline or self._call.is_over:
                return False
            await asyncio.sleep(0.1)
            self.ear.listen()
        return view is not None

    async def _hung_up(self) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while not self._call.is_over and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
            self.ear.listen()
        return self._call.is_over

    async def transcript(self) -> tuple[tuple[Line, ...], str]:
        """Once the call is over; and the nodes passed, with spaces between."""
        steps = await ledger_of(self._centre, self.id, self._part.flow)
        return tuple(_joined(_lines(steps, self._part, self.ear))), " ".join(_path(steps))


def expected(part: Part) -> tuple[tuple[Line, ...], str]:
    """The pure run's transcript as it can be witnessed, and the nodes passed."""
    lines = part.scenario.transcript or tuple(line for moment in part.moments for line in moment.lines())
    return tuple(_joined(lines)), " ".join(node for moment in part.moments for node in moment.path)


def _joined(lines: Sequence[Line] | Iterator[Line]) -> Iterator[Line]:
    """What is heard with nothing between is heard in one piece."""
    open_ = ""
    for line in lines:
        if line.did == "hears":
            open_ = f"{open_} {line.what}".strip()
            continue
        if open_:
            yield Line("hears", open_)
        open_ = ""
        yield line
    if open_:
        yield Line("hears", open_)


# ---- the witnesses


@dataclass
class Step:
    """From `at` the flow waited at `node`, for work outside if `asked`; `outcome` is that of the wait before."""

    kind: str
    at: float
    node: str
    asked: bool
    path: tuple[str, ...]
    outcome: str
    ends: str = ""


async def ledger_of(centre: RealCentre, call: str, flow: str) -> list[Step]:
    """The steps of the call through that flow, the last one its end. Times are seconds since the epoch."""
    query = "select kind, at, body from ledger where interaction = :id order by seq"
    rows = await centre.rows(query, lambda rows: any(row["kind"] == "CallEnded" for row in rows), id=call)
    events = [(row["kind"], row["at"], json.loads(row["body"])) for row in rows]
    steps, waits, within = [], -1, False
    for kind, at, body in events:
        if kind == "FlowStarted":
            within = body["flow"] == flow
        elif within and kind == "FlowStepped" and body["session"]["waits"] != waits:
            waits = body["session"]["waits"]
            asked = bool(body["session"].get("asked"))
            steps.append(Step(kind, at, body["node"], asked, tuple(body["path"]), body.get("outcome", "")))
        elif within and kind == "FlowEnded":
            ends = _ended(body["result"], events)
            steps.append(Step(kind, at, "", False, tuple(body.get("path", ())), body.get("outcome", ""), ends))
            within = False
    return steps


def _ended(result: str, events: list[tuple[str, float, dict[str, Any]]]) -> str:
    """In the words of `scenario.ended`."""
    of = {kind: body for kind, _, body in events}
    if result == "queue":
        asked = of["QueueEntered"].get("skills", {})
        return f"queue {of['QueueEntered']['queue']}" + "".join(f" {s}={n}" for s, n in sorted(asked.items()))
    if result == "voicemail":
        return f"voicemail {of['MessageBegan']['mailbox']}"
    return {"hangup": "hang_up", "waiting": "back"}.get(result, result)


def _path(steps: list[Step]) -> Iterator[str]:
    for step in steps:
        yield from step.path


def _lines(steps: list[Step], part: Part, ear: Listener) -> Iterator[Line]:
    wall = time.time() - time.monotonic()
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        until = after.at if after else float("inf")
        heard = [each for each in ear.heard if step.at <= each.began_at + wall < until]
        for each in heard:
            yield Line("hears", each.prompt.text)
        others = [s for moment, s in ear.others if step.at <= moment + wall < until and s > TOO_LONG_S]
        if others and after and not step.asked:
            yield Line("hears", f"(something else, for {sum(others):.1f} s)")
        if after is None:
            yield _end(step, steps)
        elif step.asked:
            if after.outcome:
                yield Line("asks", f"{step.node}: {after.outcome}")
        elif after.ends != "caller_gone":
            yield from _input(step, after, part, heard, wall)


def _input(step: Step, after: Step, part: Part, heard: list[Heard], wall: float) -> Iterator[Line]:
    keys = [keys for at, keys in part.pressed if step.at <= at + wall < after.at + 0.05]
    if keys:
        collect = next(m.then for m in part.moments if m.keys == keys[0] and isinstance(m.then, ivr.Collect))
        yield Line("presses", HIDDEN if collect.secret else typed(keys[0], collect))
    else:
        since = max([step.at, *(each.over_at + wall for each in heard)])
        if (seconds := after.at - since) > 0.5:
            yield Line("silent_s", f"{_meant(seconds, step.node, part):g}")


def _meant(seconds: float, node: str, part: Part) -> float:
    """How long that node waits, when it waited so long or a little longer; else what was measured."""
    waits = [m.then.timeout_s for m in part.moments if m.place == node and isinstance(m.then, ivr.Collect)]
    return max((each for each in waits if -0.5 <= seconds - each <= LATE_S), default=round(seconds))


def _end(step: Step, steps: list[Step]) -> Line:
    if step.ends == "caller_gone":
        return Line("hangs_up_at", steps[-2].node)
    return Line("ends", step.ends)
