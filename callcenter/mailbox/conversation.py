"""One telephone call to a mailbox: questions asked, keys taken. Of keys that are secret nothing stays."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.bridge.speaking import Sounds, play, run_step
from callcenter.calls.commands import FlowStep
from callcenter.calls.languages import Language, Prompt
from callcenter.ivr.phrases import Phrase

KEY_S = 6.0
NUMBER_S = 8.0
LONGEST_PIN, LONGEST_NUMBER = 10, 8


class Conversation:
    """What is said is said in `language`, which may change. Raises AgiHungUp when nobody is there any more."""

    def __init__(self, call: AgiCall, sounds: Sounds, language: Language) -> None:
        self.call, self.language = call, language
        self._sounds = sounds

    async def say(self, *said: Phrase) -> None:
        await play(self.call, tuple(phrase(self.language) for phrase in said), self._sounds)

    async def speak(self, *prompts: Prompt) -> None:
        await play(self.call, prompts, self._sounds)

    async def key(self, *said: Phrase, after: Sequence[str] = ()) -> str:
        """One key, '' when none came; `after`: sounds that are heard before what is said."""
        step = self._step(said, most=1, wait_s=KEY_S)
        return await run_step(self.call, step, self._sounds, tuple(after))

    async def number(self, said: Phrase) -> str:
        return await run_step(self.call, self._step((said,), most=LONGEST_NUMBER, wait_s=NUMBER_S), self._sounds)

    async def pin(self, said: Phrase) -> str:
        step = self._step((said,), most=LONGEST_PIN, wait_s=NUMBER_S, secret=True)
        return await run_step(self.call, step, self._sounds)

    def _step(self, said: Sequence[Phrase], most: int, wait_s: float, secret: bool = False) -> FlowStep:
        return FlowStep(
            agi=self.call.session_id,
            play=tuple(phrase(self.language) for phrase in said),
            max_digits=most,
            timeout_s=wait_s,
            terminator="" if most == 1 else "#",
            secret=secret,
        )
