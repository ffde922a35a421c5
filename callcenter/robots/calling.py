"""A robot caller's call, carried out: the script's decisions with a real telephone."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from callcenter.calls.views import CallView
from callcenter.robots.call import Call, CallRefused
from callcenter.robots.callers import Act, BeginToTalk, Caller, CallerScript, HangUp, Press, StopTalking
from callcenter.robots.dialogue import dialogue_for, lines_of
from callcenter.robots.phone import SipPhone
from callcenter.robots.sight import Sight
from callcenter.robots.voices import Voices

log = logging.getLogger(__name__)
ANSWERED_WITHIN_S = 10.0


class Calling:
    """Calls `hotline` at the SIP server `server` (host, port), from an address that is taken for a trunk."""

    def __init__(self, server: tuple[str, int], hotline: str, sight: Sight, voices: Voices) -> None:
        self._server, self._hotline = server, hotline
        self._sight, self._voices = sight, voices

    async def call(self, script: CallerScript) -> None:
        """Until either side hangs up; a cancelled call is hung up."""
        async with SipPhone(script.written, "", self._server) as phone:
            call, answered = phone.dial(self._hotline)
            try:
                await asyncio.wait_for(answered, ANSWERED_WITHIN_S)
                await Visit(call, script, self._sight, self._voices).run()
            except (CallRefused, TimeoutError) as error:
                log.info("a call from %s came to nothing: %s", script.person.number, error or "no answer")
            finally:
                answered.cancel()


class Visit:
    """A caller's part in one call that is answered, until either side hangs up."""

    def __init__(self, call: Call, script: CallerScript, sight: Sight, voices: Voices) -> None:
        self._call, self._number = call, script.person.number
        self._sight, self._voices = sight, voices
        self._loop = asyncio.get_running_loop()
        self._caller = Caller(script, self._loop.time())
        self._last: CallView | None = None
        self._talk: asyncio.Task[None] | None = None

    async def run(self) -> None:
        following = self._loop.create_task(self._follow())
        over = self._loop.create_task(self._call.ended())
        try:
            await asyncio.wait((following, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._be_silent()
            for task in (following, over):
                task.cancel()
            await asyncio.gather(following, over, return_exceptions=True)

    async def _follow(self) -> None:
        while True:
            for act in self._caller.look(self._loop.time(), self._seen()):
                if isinstance(act, HangUp):
                    return
                await self._do(act)
            await self._sight.change(max(0.0, self._caller.next_at - self._loop.time()))

    def _seen(self) -> CallView | None:
        """While engine or Asterisk is away, or they are not in step yet, what was seen last."""
        if self._sight.is_open:
            self._last = self._sight.call_from(self._number)
        return self._last

    async def _do(self, act: Act) -> None:
        match act:
            case Press(keys=keys):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._call.press(keys), 5)
            case BeginToTalk(call=call):
                lines = lines_of(dialogue_for(call.id, call.queue), "caller")
                speaking = self._voices.speak(self._call.sound, lines, call.language, "caller")
                self._talk = self._loop.create_task(speaking)
            case StopTalking():
                self._be_silent()

    def _be_silent(self) -> None:
        if self._talk:
            self._talk.cancel()
            self._talk = None
