"""Callers sitting in flows: each listens, and does one thing after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from callcenter.calls.languages import LANGUAGES, Language, Prompt
from callcenter.config import Config
from callcenter.ivr.flow import Flow
from callcenter.preparation.prompts import library
from callcenter.robots.call import Call
from tests.listener import Heard, Listener, Vocabulary, voices
from tests.real_centre import RealCentre

PATIENCE_S = 40.0


async def vocabulary(
    config: Config,
    flows: Iterable[Flow],
    others: Iterable[Prompt] = (),
    languages: Sequence[Language] = LANGUAGES,
) -> Vocabulary:
    """All that these flows say to every caller, and `others`, in the sounds that the engine plays."""
    said = list(others)
    for flow in flows:
        for node in flow.nodes.values():
            said += [p for speech in node.speeches() for language in languages for p in speech.fixed(language)]
    by_text: dict[tuple[str, Language], Prompt] = {(p.text, p.language): p for p in reversed(said) if p.text}
    rendered = library(config)
    return Vocabulary(voices([(p, Path(await rendered.at_once(p) + ".wav")) for p in by_text.values()]))


def says(flow: Flow, node: str, language: Language = "zh-CN") -> str:
    """The first thing a node says."""
    return next(speech.fixed(language)[0].text for speech in flow.nodes[node].speeches())


class Seat:
    """One caller. `id` is the call's."""

    def __init__(self, centre: RealCentre, call: Call, call_id: str, known: Vocabulary, after: int = 0) -> None:
        self._centre, self.call, self.id = centre, call, call_id
        self.ear = Listener(call.sound, known, after)

    async def hears(self, said: str, since: float = 0.0, timeout_s: float = PATIENCE_S) -> Heard:
        """The prompt, begun since that moment (time.monotonic)."""
        deadline = time.monotonic() + timeout_s
        self.ear.listen(last=self.call.is_over)
        while not (found := [h for h in self.ear.heard if h.prompt.text == said and h.began_at >= since]):
            heard = " | ".join(each.prompt.text for each in self.ear.heard)
            assert not self.call.is_over, f"{said!r} was not heard before the end; heard: {heard}"
            assert time.monotonic() < deadline, f"{said!r} was not heard; heard: {heard}"
            await asyncio.sleep(0.1)
            self.ear.listen(last=self.call.is_over)
        return found[0]

    async def presses(self, *turns: tuple[str, str]) -> None:
        """(what is heard first, the keys then pressed), one after the other."""
        since = 0.0
        for said, keys in turns:
            since = (await self.hears(said, since)).began_at
            await self.call.press(keys)

    async def is_led_to(self, phase: str) -> Any:
        return await self._centre.until(
            lambda floor: (view := floor.calls.get(self.id)) and view.phase == phase and view, PATIENCE_S
        )


async def seated(
    centre: RealCentre, phones: AsyncExitStack, number: str, caller: str, known: Vocabulary, **phone: Any
) -> Seat:
    """Calls that number, and is in its flow."""
    telephone = await phones.enter_async_context(centre.caller(caller, **phone))
    call = await telephone.call(number)
    view = await centre.until(
        lambda floor: next(
            (c for c in floor.calls.values() if c.caller.endswith(caller) and c.phase != "ended"), None
        )
    )
    return Seat(centre, call, view.id, known)
