"""A robot agent at work: a desk phone that stays registered, and the requests a person's page would make.

Duties follow from what the floor shows, so that a restart of engine or Asterisk needs no special case.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Protocol

from callcenter.calls import requests as rq
from callcenter.calls.views import AgentView, CallView
from callcenter.robots.agents import AgentScript, Hold, Rest, Talk
from callcenter.robots.dialogue import dialogue_for, lines_of, note_for
from callcenter.robots.phone import Call, CallRefused, SipPhone
from callcenter.robots.sight import Sight
from callcenter.robots.voices import Voices
from callcenter.web.errors import ApiError

log = logging.getLogger(__name__)
BY = "robots"
REGISTRATION_S = 120
LONGEST_RETRY_S = 15.0
ASK_AGAIN_S = 2.0
LEAVES_WITHIN_S = 1.5
WHISPER_WITHIN_S = 10.0
LOST_AFTER_S = 4.0


class Choices(Protocol):
    """What the centre lets an agent choose from, by id."""

    def dispositions(self) -> Sequence[str]: ...
    def pause_reasons(self) -> Sequence[str]: ...


def retry_in(attempt: int) -> float:
    """Seconds before attempt number `attempt`, 1 being the first repetition: 1, 2, 4, 8, then 15."""
    return min(LONGEST_RETRY_S, 2.0 ** (min(attempt, 10) - 1))


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
        self._script, self._voices, self._choices = script, voices, choices
        self._rest: Rest | None = None

    async def run(self) -> None:
        """Until cancelled; then calls are hung up and the agent is signed out, within about four seconds."""
        async with self._phone:
            try:
                async with asyncio.TaskGroup() as work:
                    work.create_task(self._stay_registered())
                    work.create_task(self._do_duties())
                    work.create_task(self._take_calls())
            finally:
                await self._leave()

    # ---- the telephone

    async def _stay_registered(self) -> None:
        attempt = 0
        while True:
            try:
                await asyncio.wait_for(self._phone.register(REGISTRATION_S), 5)
                attempt = 0
                await asyncio.sleep(5)  # the engine learns of it a moment later
                await self._until_unreachable(REGISTRATION_S / 2)
            except (CallRefused, TimeoutError) as error:
                attempt += 1
                log.info("%s cannot register: %s", self._agent, error or "no answer")
                await asyncio.sleep(retry_in(attempt))

    async def _until_unreachable(self, at_most_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                while (view := self._sight.agent(self._agent)) is None or view.reachable:
                    await self._sight.change()

    async def _take_calls(self) -> None:
        while True:
            call = await self._phone.incoming()
            try:
                await self._serve(call)
            except (CallRefused, TimeoutError) as error:
                log.info("%s: a call broke: %s", self._agent, error or "no answer")
            await _hang_up(call)

    async def _serve(self, call: Call) -> None:
        answer = self._script.answer()
        if await _over_within(call, answer.after_s):
            return
        if answer.how == "rejects":
            call.reject()
        elif answer.how == "ignores":
            await call.ended(150)
        else:
            await call.answer()
            await self._talk(call, self._script.talk())

    async def _talk(self, call: Call, talk: Talk) -> None:
        beside = [asyncio.create_task(self._speak(call)), asyncio.create_task(self._hang_up_when_lost(call))]
        try:
            held_s = await self._hold(call, talk.hold) if talk.hold else 0.0
            if not await _over_within(call, talk.lasts_s - held_s):
                await self._end(call, talk)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _hold(self, call: Call, hold: Hold) -> float:
        """The seconds of the talk that have gone by then."""
        if not await _over_within(call, hold.after_s):
            await call.hold()
            if not await _over_within(call, hold.lasts_s):
                await call.resume()
        return hold.after_s + hold.lasts_s

    async def _hang_up_when_lost(self, call: Call) -> None:
        """An Asterisk that was killed says no goodbye, but the engine knows the talk no more."""
        await asyncio.sleep(WHISPER_WITHIN_S)
        while not call.is_over:
            while not self._sight.is_open or self._sight.talk_of(self._agent):
                await self._sight.change()
            if await self._talks_within(LOST_AFTER_S) is None and self._sight.is_open:
                await _hang_up(call)

    async def _speak(self, call: Call) -> None:
        view = await self._talks_within(WHISPER_WITHIN_S)
        if view:
            lines = lines_of(dialogue_for(view.id, view.queue), "agent")
            await self._voices.speak(call.sound, lines, view.language, "agent")

    async def _talks_within(self, seconds: float) -> CallView | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (view := self._sight.talk_of(self._agent)) is None:
                    await self._sight.change()
                return view
        return None

    async def _end(self, call: Call, talk: Talk) -> None:
        view = self._sight.talk_of(self._agent)
        if talk.ends == "in_page" and view and await self._ask(rq.EndCall(agent=self._agent, interaction=view.id)):
            await _over_within(call, 3)

    # ---- the page

    async def _do_duties(self) -> None:
        await asyncio.sleep(self._script.arrives_in_s())
        while True:
            view = self._sight.agent(self._agent)
            if view is None or await self._do_duty(view):
                await self._until_other(view)
            else:
                await asyncio.sleep(ASK_AGAIN_S)

    async def _until_other(self, view: AgentView | None) -> None:
        while _duty(self._sight.agent(self._agent)) == _duty(view):
            await self._sight.change()

    async def _do_duty(self, view: AgentView) -> bool:
        """False when the engine refused: to be tried again."""
        match _duty(view)[0]:
            case "signed_out":
                return await self._ask(rq.SignIn(agent=self._agent, device="desk", ready=True))
            case "wrap_up":
                return await self._wrap_up(view)
            case "paused":
                return await self._come_back(view)
        return True

    async def _wrap_up(self, view: AgentView) -> bool:
        lasts_s = self._script.wrap_up_s()
        await asyncio.sleep(lasts_s / 2)
        call = self._sight.call(view.interaction)
        disposition = self._script.disposition(self._choices.dispositions())
        note = note_for(disposition, self._script.random).in_(call.language if call else "zh-CN")
        await self._ask(
            rq.WriteNote(agent=self._agent, interaction=view.interaction, note=note, disposition=disposition)
        )
        await asyncio.sleep(lasts_s / 2)
        self._rest = self._script.rest(self._choices.pause_reasons())
        if self._rest:
            await self._ask(rq.Pause(agent=self._agent, reason=self._rest.reason))
        # The time limit may have ended it meanwhile: the floor shows which.
        await self._ask(rq.EndWrapUp(agent=self._agent))
        return True

    async def _come_back(self, view: AgentView) -> bool:
        rest, self._rest = self._rest, None
        await asyncio.sleep(rest.lasts_s if rest else self._script.back_in_s())
        if _duty(self._sight.agent(self._agent)) != _duty(view):
            return True
        return await self._ask(rq.GoReady(agent=self._agent))

    async def _ask(self, request: rq.AnyRequest) -> bool:
        try:
            await self._sight.link.submit(request, BY)
        except ApiError as error:
            log.info("%s: %s refused: %s", self._agent, type(request).__name__, error)
            return False
        return True

    async def _leave(self) -> None:
        for call in list(self._phone.calls.values()):
            if not call.is_over:
                await _hang_up(call, LEAVES_WITHIN_S)
        with contextlib.suppress(TimeoutError, CallRefused):
            view = self._sight.agent(self._agent)
            if view and view.intent != "signed_out" and view.device == "desk":
                await asyncio.wait_for(self._ask(rq.SignOut(agent=self._agent)), LEAVES_WITHIN_S)
            await asyncio.wait_for(self._phone.unregister(), LEAVES_WITHIN_S)


def _duty(view: AgentView | None) -> tuple[str, str, float]:
    """What is to be done, and by which it is told from the next time. An agent in a browser is a person's."""
    if view is None or (view.device == "web" and view.intent != "signed_out"):
        return ("none", "", 0.0)
    if view.state == "wrap_up":
        return ("wrap_up", view.interaction, 0.0)
    if view.state == "paused" and view.paused_by == "supervisor":
        return ("none", "", 0.0)
    return (view.state, "", view.since) if view.state in ("signed_out", "paused") else ("none", "", 0.0)


async def _over_within(call: Call, seconds: float) -> bool:
    try:
        await call.ended(seconds)
    except TimeoutError:
        return False
    return True


async def _hang_up(call: Call, at_most_s: float = 3.0) -> None:
    """An unanswered call is refused; an end that nobody confirms is given up."""
    if call.is_over:
        return
    if not call.answered_at:
        call.reject(480, "Temporarily Unavailable")
        return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(call.hang_up(), at_most_s)
