"""What a caller hears during a question, and the keys pressed meanwhile."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.agi_errors import AgiRefused
from callcenter.calls.commands import FlowStep
from callcenter.calls.languages import Prompt

log = logging.getLogger(__name__)

Sounds = Callable[[Prompt], Awaitable[str]]
"""The file of a prompt: absolute, without extension."""


LATE_S = 2.0


class LateKey:
    """The key that ends an input which was complete without it: it may still come, and is no answer to what follows.

    Callers end a number as they were asked to, and cannot know that all its digits are there already.
    """

    def __init__(self) -> None:
        self._key, self._until = "", 0.0

    def expect(self, key: str) -> None:
        """`key` is empty when no key ends the input."""
        self._key, self._until = key, asyncio.get_running_loop().time() + LATE_S

    def has_come(self, key: str) -> bool:
        """Whether this is it; it comes once, and before any other."""
        expected, self._key = self._key, ""
        return key != "" and key == expected and asyncio.get_running_loop().time() < self._until


async def run_step(
    call: AgiCall, step: FlowStep, sounds: Sounds, before: tuple[str, ...] = (), late: LateKey | None = None
) -> str:
    """Plays and collects; the digits pressed, '' when there were none in time. `before`: files heard first."""
    if not step.max_digits:
        await play(call, step.play, sounds)
        return ""
    late = late or LateKey()
    at_once = step.max_digits > 1 and step.terminator != "" and not step.secret
    ask = typed if at_once else first_key
    keys = await ask(call, step, sounds, before)
    if late.has_come(keys):
        keys = await ask(call, step, sounds, before)
    digits = keys.removeprefix(step.terminator) if at_once else await collect(call, step, keys)
    if len(digits) == step.max_digits:
        late.expect(step.terminator)
    return digits


async def typed(call: AgiCall, step: FlowStep, sounds: Sounds, before: tuple[str, ...] = ()) -> str:
    """All the keys, or the terminator alone. They too cut the prompts off."""
    asked = step.timeout_s, step.between_s, step.max_digits, step.terminator
    try:
        return await call.keys_after([*before, *await files_of(step.play, sounds)], *asked)
    except AgiRefused as error:
        log.error("prompts of %s were not heard: %s", call.session_id, error)
        return await call.keys_after((), *asked)


async def first_key(call: AgiCall, step: FlowStep, sounds: Sounds, before: tuple[str, ...] = ()) -> str:
    """A key pressed while the prompts play cuts them off and counts."""
    timeout_ms = round(step.timeout_s * 1000)
    files = [*before, *await files_of(step.play, sounds)]
    if not files:
        return await call.wait_for_digit(timeout_ms)
    try:
        if step.secret:
            return await call.secret_key_after(files, timeout_ms)
        return await call.key_after(files, timeout_ms)
    except AgiRefused as error:
        log.error("prompts of %s were not heard: %s", call.session_id, error)
        return await call.wait_for_digit(timeout_ms)


async def play(call: AgiCall, prompts: tuple[Prompt, ...], sounds: Sounds) -> None:
    """A prompt that cannot be played is logged and skipped."""
    for file in await files_of(prompts, sounds):
        try:
            await call.stream_file(file)
        except AgiRefused as error:
            log.error("a prompt of %s was not heard: %s", call.session_id, error)


async def files_of(prompts: tuple[Prompt, ...], sounds: Sounds) -> list[str]:
    """Without those of which there is no sound: a caller who misses one is better off than one who is lost."""
    files = []
    for prompt in prompts:
        try:
            files.append(await sounds(prompt))
        except Exception:
            log.exception("the prompt %r is not to be had", prompt.text[:40])
    return files


async def collect(call: AgiCall, step: FlowStep, key: str) -> str:
    """The first key and those behind it."""
    if step.secret and step.max_digits > 1 and key and key != step.terminator == "#":
        return key + await call.secret_keys(round(step.between_s * 1000), step.max_digits - 1)
    digits = ""
    while key and key != step.terminator:
        digits += key
        if len(digits) >= step.max_digits:
            break
        key = await call.wait_for_digit(round(step.between_s * 1000))
    return digits
