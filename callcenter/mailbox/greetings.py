"""The greetings of a mailbox by keys: heard, recorded, kept, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from callcenter.ivr import mailbox_phrases as said
from callcenter.ivr.spoken import Greeting
from callcenter.mailbox.conversation import Conversation
from callcenter.mailbox.shelf import Recorded, Shelf
from callcenter.prompts.intake import Unusable

WHICH: Mapping[str, Greeting] = {"1": "", "2": "busy", "3": "away"}
SILENT_MOST = 3
MOST_S = 120
SILENCE_S = 5


class Greetings:
    """`beep`: the sound before a recording begins. `by` is who the audit names."""

    def __init__(self, talk: Conversation, shelf: Shelf, beep: str, mailbox: str, by: str) -> None:
        self._talk, self._shelf, self._beep = talk, shelf, beep
        self._mailbox, self._by = mailbox, by

    async def begin(self) -> None:
        """Until whoever listens wants to go back, or presses nothing any more."""
        for _ in range(SILENT_MOST):
            while (key := await self._talk.key(said.greeting_which)) in WHICH:
                await self._one(WHICH[key])
            if key == "*":
                return

    async def _one(self, when: Greeting) -> None:
        silent = 0
        while silent < SILENT_MOST:
            key = await self._talk.key(said.greeting_menu)
            silent = 0 if key else silent + 1
            match key:
                case "1":
                    await self._talk.speak(self._shelf.heard(self._mailbox, when, self._talk.language))
                case "2":
                    await self._record(when)
                case "7":
                    await self._shelf.take_back(self._mailbox, when, self._by)
                    await self._talk.say(said.greeting_standard)
                case "*":
                    return

    async def _record(self, when: Greeting) -> None:
        """What is not kept leaves nothing behind, also when the telephone is hung up."""
        for _ in range(SILENT_MOST):
            await self._talk.say(said.greeting_speak)
            try:
                async with self._shelf.recording(self._talk.call, self._beep, MOST_S, SILENCE_S) as recorded:
                    choice = await self._reviewed(recorded)
                    if choice == "keep":
                        await self._shelf.keep(self._mailbox, when, recorded, self._by)
            except Unusable:
                await self._talk.say(said.greeting_silent)
                continue
            if choice != "again":
                await self._talk.say(said.greeting_kept if choice == "keep" else said.greeting_discarded)
                return

    async def _reviewed(self, recorded: Recorded) -> Literal["again", "keep", "discard"]:
        after: tuple[str, ...] = ()
        for _ in range(SILENT_MOST):
            while (key := await self._talk.key(said.greeting_review, after=after)) == "1":
                after = (recorded.sound,)
            if key in ("2", "#", "*"):
                return "again" if key == "2" else "keep" if key == "#" else "discard"
            after = ()
        return "discard"
