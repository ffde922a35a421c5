"""A robot agent at work. Its duties follow from what the floor shows: no restart needs a special case."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol

from callcenter.calls import requests as rq
from callcenter.robots.agents import AgentScript, Duty, Rest, duty
from callcenter.robots.desk import LEAVES_WITHIN_S, Desk
from callcenter.robots.dialogue import note_for
from callcenter.robots.phone import SipPhone
from callcenter.robots.sight import Sight
from callcenter.robots.voices import Voices

ASK_AGAIN_S = 2.0


class Choices(Protocol):
    """What the centre lets an agent choose from, by id."""

    def dispositions(self) -> Sequence[str]: ...
    def pause_reasons(self) -> Sequence[str]: ...


class Attendant:
    def __init__(
        self,
        agent: str,
        phone: SipPhone,
        sight: Sight,
        script: AgentScript,
        voices: Voices,
        choices: Choices,
    ) -> None:
        self._agent, self._phone, self._sight = agent, phone, sight
        self._script, self._choices = script, choices
        self._desk = Desk(agent, phone, sight, script, voices)
        self._rest: Rest | None = None

    async def run(self) -> None:
        """Until cancelled; then calls are hung up and the agent is signed out, within about four seconds."""
        async with self._phone:
            try:
                async with asyncio.TaskGroup() as work:
                    work.create_task(self._desk.stay_registered())
                    work.create_task(self._desk.take_calls())
                    work.create_task(self._do_duties())
            finally:
                await self._desk.hang_up_all()
                await self._sign_out()
                await self._desk.unregister()

    async def _do_duties(self) -> None:
        await asyncio.sleep(self._script.arrives_in_s())
        while True:
            now = self._duty()
            if now is None or await self._do(now):
                await self._until_other_than(now)
            else:
                await asyncio.sleep(ASK_AGAIN_S)

    def _duty(self) -> Duty | None:
        return duty(self._sight.agent(self._agent))

    async def _until_other_than(self, done: Duty | None) -> None:
        while self._duty() == done:
            await self._sight.change()

    async def _do(self, now: Duty) -> bool:
        """False when it was refused: to be tried again."""
        match now.what:
            case "sign_in":
                return await self._sight.ask(rq.SignIn(agent=self._agent, device="desk", ready=True))
            case "wrap_up":
                return await self._wrap_up(now.of)
            case "come_back":
                return await self._come_back(now)

    async def _wrap_up(self, interaction: str) -> bool:
        lasts_s = self._script.wrap_up_s()
        await asyncio.sleep(lasts_s / 2)
        await self._write_note(interaction)
        await asyncio.sleep(lasts_s / 2)
        if self._duty() != Duty("wrap_up", interaction, 0.0):
            return True  # the time limit has ended it
        self._rest = self._script.rest(self._choices.pause_reasons())
        if self._rest:
            await self._sight.ask(rq.Pause(agent=self._agent, reason=self._rest.reason))
        return await self._sight.ask(rq.EndWrapUp(agent=self._agent))

    async def _write_note(self, interaction: str) -> None:
        call = self._sight.call(interaction)
        disposition = self._script.disposition(self._choices.dispositions())
        note = note_for(disposition, self._script.random).in_(call.language if call else "zh-CN")
        await self._sight.ask(
            rq.WriteNote(agent=self._agent, interaction=interaction, note=note, disposition=disposition)
        )

    async def _come_back(self, now: Duty) -> bool:
        """From a rest of its own, or from a pause that missed calls or a restart have brought."""
        rest, self._rest = self._rest, None
        await asyncio.sleep(rest.lasts_s if rest else self._script.back_in_s())
        return self._duty() != now or await self._sight.ask(rq.GoReady(agent=self._agent))

    async def _sign_out(self) -> None:
        view = self._sight.agent(self._agent)
        if view and view.intent != "signed_out" and view.device == "desk":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._sight.ask(rq.SignOut(agent=self._agent)), LEAVES_WITHIN_S)
