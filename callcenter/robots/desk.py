"""A robot agent's telephone: it stays registered, and takes one call after the other."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from callcenter.calls import requests as rq
from callcenter.calls.views import CallView
from callcenter.robots.agents import AgentScript, Hold, Talk
from callcenter.robots.call import Call, CallRefused
from callcenter.robots.dialogue import dialogue_for, lines_of
from callcenter.robots.phone import SipPhone
from callcenter.robots.sight import Sight
from callcenter.robots.voices import Voices

log = logging.getLogger(__name__)
REGISTRATION_S = 120
ANSWERED_WITHIN_S = 5.0
LONGEST_RETRY_S = 15.0
SEEN_WITHIN_S = 5.0  # the engine learns of a registration a moment later
LONGEST_RINGING_S = 150.0  # the centre's longest ring_s is 120
WHISPER_WITHIN_S = 10.0
LOST_AFTER_S = 4.0
LEAVES_WITHIN_S = 1.5


def retry_in(attempt: int) -> float:
    """Seconds before attempt number `attempt`, 1 being the first repetition: 1, 2, 4, 8, then 15."""
    return min(LONGEST_RETRY_S, 2.0 ** (min(attempt, 10) - 1))


class Desk:
    """`phone` is open while the desk is in use."""

    def __init__(self, agent: str, phone: SipPhone, sight: Sight, script: AgentScript, voices: Voices) -> None:
        self._agent, self._phone = agent, phone
        self._sight, self._script, self._voices = sight, script, voices

    async def stay_registered(self) -> None:
        attempt = 0
        while True:
            try:
                await asyncio.wait_for(self._phone.register(REGISTRATION_S), ANSWERED_WITHIN_S)
                attempt = 0
                await asyncio.sleep(SEEN_WITHIN_S)
                await self._until_unreachable(REGISTRATION_S / 2)
            except (CallRefused, TimeoutError) as error:
                attempt += 1
                log.info("%s cannot register: %s", self._agent, error or "no answer")
                await asyncio.sleep(retry_in(attempt))

    async def take_calls(self) -> None:
        while True:
            call = await self._phone.incoming()
            try:
                await self._serve(call)
            except (CallRefused, TimeoutError) as error:
                log.info("%s: a call broke: %s", self._agent, error or "no answer")
            await _hang_up(call)

    async def hang_up_all(self) -> None:
        for call in list(self._phone.calls.values()):
            await _hang_up(call, LEAVES_WITHIN_S)

    async def unregister(self) -> None:
        with contextlib.suppress(TimeoutError, CallRefused):
            await asyncio.wait_for(self._phone.unregister(), LEAVES_WITHIN_S)

    async def _until_unreachable(self, at_most_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                while (view := self._sight.agent(self._agent)) is None or view.reachable:
                    await self._sight.change()

    async def _serve(self, call: Call) -> None:
        answer = self._script.answer()
        if await _over_within(call, answer.after_s):
            return
        if answer.how == "rejects":
            call.reject()
        elif answer.how == "ignores":
            await call.ended(LONGEST_RINGING_S)
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

    async def _speak(self, call: Call) -> None:
        view = await self._talks_within(WHISPER_WITHIN_S)
        if view:
            lines = lines_of(dialogue_for(view.id, view.queue), "agent")
            await self._voices.speak(call.sound, lines, view.language, "agent")

    async def _hang_up_when_lost(self, call: Call) -> None:
        """An Asterisk that was killed says no goodbye, but the engine knows the talk no more."""
        await asyncio.sleep(WHISPER_WITHIN_S)
        while not call.is_over:
            while not self._sight.is_open or self._sight.talk_of(self._agent):
                await self._sight.change()
            if await self._talks_within(LOST_AFTER_S) is None and self._sight.is_open:
                await _hang_up(call)

    async def _talks_within(self, seconds: float) -> CallView | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (view := self._sight.talk_of(self._agent)) is None:
                    await self._sight.change()
                return view
        return None

    async def _end(self, call: Call, talk: Talk) -> None:
        """As a person does who uses the page, or else the call is still there and the receiver is put down."""
        view = self._sight.talk_of(self._agent)
        if talk.ends == "in_page" and view:
            await self._sight.ask(rq.EndCall(agent=self._agent, interaction=view.id))
            await _over_within(call, 3)


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
