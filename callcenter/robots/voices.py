"""Spoken sentences as µ-law, each made once; a hum in their place when there is no voice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from callcenter.calls.languages import Language, Prompt, Text
from callcenter.robots.mulaw import from_wav, tone
from callcenter.robots.rtp import Sound

log = logging.getLogger(__name__)
_HUM_HZ = {"agent": 220, "caller": 330}


class Voices:
    """`ready` renders a prompt and returns its file without extension, as `prompts.PromptLibrary.ready` does."""

    def __init__(self, ready: Callable[[Prompt], Awaitable[str]]) -> None:
        self._ready = ready
        self._made: dict[Prompt, bytes] = {}
        self._warned = False

    async def sound_of(self, prompt: Prompt) -> bytes | None:
        """None when it cannot be spoken; said once in the log."""
        if prompt not in self._made:
            try:
                path = await self._ready(prompt)
                self._made[prompt] = await asyncio.to_thread(from_wav, Path(f"{path}.wav"))
            except Exception as error:
                self._warn(error)
                return None
        return self._made[prompt]

    async def speak(self, sound: Sound, lines: Sequence[tuple[float, Text]], language: Language, side: str) -> None:
        """Each line at its moment, in seconds from now."""
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        try:
            for at_s, text in lines:
                spoken = await self.sound_of(Prompt(language, text.in_(language)))
                await asyncio.sleep(max(0.0, began_at + at_s - loop.time()))
                sound.play(spoken or tone(_HUM_HZ[side], 0.1))
        except asyncio.CancelledError:
            sound.stop_playing()
            raise

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            self._warned = True
            log.warning("robots hum, since sentences cannot be spoken: %s", error)
