"""Scenarios of flows (`ivr_flows/scenarios`) played by real callers: the lines are what is really heard."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from callcenter.calls.languages import Prompt
from callcenter.calls.outside import Outcome
from callcenter.ivr import session as ivr
from callcenter.ivr.flow import Flow
from callcenter.ivr.scenario import HANG_UP, SILENT, Line, Scenario, ended, heard, pressed, typed
from callcenter.robots.mulaw import from_wav
from callcenter.robots.phone import Call
from tests.asterisk.listening import as_floats, until_heard
from tests.hearing import SURE, Ear, likeness, of_wav
from tests.real_centre import RealCentre

BEEP_HZ = 700
HEARD_WITHIN_S = 40.0
SPOILED = 2  # of five pieces of a prompt, which a busy machine may have torn


class Played:
    """One scenario's call. `lines` are yielded only once they have come true."""

    def __init__(self, centre: RealCentre, ear: Ear, call: Call, flow: Flow, scenario: Scenario) -> None:
        self._centre, self._ear, self._call = centre, ear, call
        self._flow, self._scenario = flow, scenario
        self._inputs = list(scenario.does)
        self._since = 0.0

    async def lines(self) -> AsyncIterator[Line]:
        step = ivr.start(self._flow, 1, self._scenario.context())
        while True:
            for line in heard(step.then.play):
                await self._hear(step.then.play)
                yield line
            match step.then:
                case ivr.Outside():
                    outcome = await self._worked(step)
                    yield Line("asks", f"{step.session.node}: {outcome.trouble or 'done'}")
                    step = ivr.answered(self._flow, step.session, outcome, self._scenario.context())
                case ivr.Collect() as collect:
                    keys = self._inputs.pop(0) if self._inputs else SILENT
                    if keys == HANG_UP:
                        await self._at(step.session.node)
                        await self._call.hang_up()
                        yield Line("hangs_up_at", step.session.node)
                        return
                    digits = typed(keys, collect)
                    await self._press(keys, step.session.node)
                    yield pressed(digits, collect)
                    step = ivr.resume(self._flow, step.session, digits, self._scenario.context())
                case leaving:
                    await self._end(leaving)
                    yield ended(leaving)
                    return

    async def _hear(self, prompts: tuple[Prompt, ...]) -> None:
        """In what came since the last key, whatever its order."""
        deadline = time.monotonic() + HEARD_WITHIN_S
        for prompt in prompts:
            wanted = of_wav(Path(await self._ear.ready(prompt) + ".wav"))
            while (found := likeness(as_floats(self._call.sound.heard(self._since)), wanted, SPOILED)) < SURE:
                assert not self._call.is_over, f"hung up before {prompt.text!r}"
                assert time.monotonic() < deadline, f"{prompt.text!r} was not heard (likeness {found:.2f})"
                await asyncio.sleep(0.1)

    async def _press(self, keys: str, node: str) -> None:
        await self._at(node)
        self._since = time.monotonic()
        if keys != SILENT:
            await self._call.press(keys)

    async def _at(self, node: str) -> None:
        number = self._call.phone.user
        await self._centre.until(
            lambda floor: any(c.node == node and c.caller.endswith(number) for c in floor.calls.values()), 30
        )

    async def _worked(self, step: ivr.Step) -> Outcome:
        """What comes of it is what the scenario says; here is what a caller has to do for it."""
        node = step.session.node
        answers = self._scenario.outside[node]
        if type(step.then.work).__name__ == "LeaveMessage":  # type: ignore[union-attr]
            await until_heard(self._call, BEEP_HZ, timeout_s=30)
            self._call.sound.play(from_wav(Path(await self._ear.ready(step.then.play[0]) + ".wav")), loop=True)
            await asyncio.sleep(2.0)  # so long the caller speaks
            await self._call.press("#")
        return answers[0]

    async def _end(self, leaving: ivr.Leaving) -> None:
        if isinstance(leaving, ivr.ToQueue):
            view = await self._centre.until_phase("waiting", self._call.phone.user, HEARD_WITHIN_S)
            assert view.queue == leaving.queue
            await self._call.hang_up()
        else:
            assert await self._call.ended(30) == "them"


class Shop:
    """The service `demo`, which answers as the scenarios say, by the number in the path or the body."""

    def __init__(self) -> None:
        self.says: dict[tuple[str, str], Outcome] = {}  # (kind, customer number) -> what the scenario says
        self.asked: list[tuple[str, str, str]] = []  # kind, customer number, idempotency key
        self.hangs: set[str] = set()
        self.gate = asyncio.Event()

    def learn(self, scenario: Scenario, number: str) -> None:
        for node, outcomes in scenario.outside.items():
            self.says[node, number] = outcomes[0]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        parts = request.path.strip("/").split("/")
        kind, number = (parts[2], parts[1]) if parts[0] == "customers" else ("book", json.loads(body)["customer"])
        self.asked.append((kind, number, request.headers.get("Idempotency-Key", "")))
        if number in self.hangs:
            await self.gate.wait()
        outcome = self.says.get((kind, number), Outcome(trouble="status", status=404))
        if outcome.trouble == "status":
            return web.Response(status=outcome.status)
        if outcome.trouble:
            assert request.transport
            request.transport.abort()
        return web.json_response(_as_told(kind, outcome.values))


def _as_told(kind: str, values: Mapping[str, Any]) -> Any:
    if kind == "account":
        return {"account": values}
    if kind == "orders":
        first = {"id": values.get("order"), "status": values.get("status"), "arrives": values.get("arrives")}
        return {"orders": [first] * int(values["count"])}
    return values


@asynccontextmanager
async def open_shop(port: int) -> AsyncIterator[Shop]:
    shop = Shop()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", shop.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield shop
    finally:
        shop.gate.set()
        await runner.cleanup()
