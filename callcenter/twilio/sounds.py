"""Prompts as Twilio hears them: files of ours behind addresses that are signed and expire.

Twilio does not sign what it fetches for a `Play`, so the address itself must prove that it was given by us.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from callcenter.calls.languages import Prompt

log = logging.getLogger(__name__)

SOUND_PATH: Final = "/twilio/sounds/"
ROUND_S = 300  # addresses of one file stay the same for a while, so that Twilio may keep it
VALID_S = 600
FIND_WITHIN_S = 4.0
_ITS_OWN = "composed"  # below the folder of prompts: what was put together for one caller

Find = Callable[[Prompt], Awaitable[str]]
"""The file of a prompt, absolute and without extension; raises when there is none."""


class Sounds:
    """`folders` hold all that may be heard. `key` is known to us alone; `now`: seconds since the epoch."""

    def __init__(
        self, find: Find, folders: tuple[Path, ...], key: Callable[[], bytes], now: Callable[[], float]
    ) -> None:
        self._find, self._key, self._now = find, key, now
        self._folders = tuple(folder.resolve() for folder in folders)

    async def address(self, prompt: Prompt) -> str:
        """The path to fetch it by; empty when it has no sound, or not in time."""
        try:
            async with asyncio.timeout(FIND_WITHIN_S):
                file = Path(await self._find(prompt) + ".wav")
        except Exception as error:  # whatever the voices raise: Twilio's own voice says it
            log.warning("a prompt is spoken by Twilio's voice: %s", type(error).__name__)
            return ""
        return SOUND_PATH + self._signed(file)

    def _signed(self, file: Path) -> str:
        number = next((i for i, folder in enumerate(self._folders) if file.resolve().is_relative_to(folder)), None)
        if number is None:
            raise ValueError(f"{file} lies outside the folders of prompts")
        until = (int(self._now()) // ROUND_S + 1) * ROUND_S + VALID_S
        what = f"{until}.{number}.{file.resolve().relative_to(self._folders[number]).as_posix()}"
        return f"{_text(what.encode())}.{_text(self._signature(what))}.wav"

    def _signature(self, what: str) -> bytes:
        return hmac.digest(self._key(), what.encode(), hashlib.sha256)

    def file(self, token: str) -> Path | None:
        """None: not given by us, no longer valid, or gone."""
        what, _, signature = token.removesuffix(".wav").partition(".")
        try:
            text, given = _bytes(what).decode(), _bytes(signature)
        except ValueError:
            return None
        if not hmac.compare_digest(given, self._signature(text)):
            return None
        until, number, name = text.split(".", 2)
        file = self._folders[int(number)] / name
        return file if int(until) >= self._now() and file.is_file() else None


SOUNDS = web.AppKey("twilio_sounds", Sounds)


async def sound(http: web.Request) -> web.StreamResponse:
    file = await asyncio.to_thread(http.app[SOUNDS].file, http.match_info["token"])
    if file is None:
        return web.Response(status=404)
    kept = "no-store" if _ITS_OWN in file.parts else f"private, max-age={VALID_S}"
    return web.FileResponse(file, headers={"Cache-Control": kept, "Content-Type": "audio/wav"})


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
