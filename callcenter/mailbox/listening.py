"""Going through a mailbox's messages by keys."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from callcenter.ivr import mailbox_phrases as said
from callcenter.ivr import spoken
from callcenter.mailbox.conversation import Conversation
from callcenter.mailbox.greetings import Greetings
from callcenter.mailbox.letters import Letters
from callcenter.store.messages import Message

log = logging.getLogger(__name__)

SILENT_MOST = 3
CallBack = Callable[[str, str], bool]
"""(mailbox, number): is it an agent's who can be rung and joined with the number as soon as this call is over? If so,
it will be."""


class Listening:
    """`by` is who the audit names. `files`: the folder that messages' files are relative to. `greetings`: None where
    whoever listens may not change them."""

    def __init__(
        self,
        talk: Conversation,
        letters: Letters,
        files: Path,
        call_back: CallBack,
        mailbox: str,
        by: str,
        greetings: Greetings | None = None,
    ) -> None:
        self._talk, self._letters, self._files = talk, letters, files
        self._call_back = call_back
        self._mailbox, self._by = mailbox, by
        self._greetings = greetings
        self._menu = (said.mailbox_menu, said.mailbox_greetings) if greetings else (said.mailbox_menu,)

    async def begin(self, first: str = "") -> None:
        """Until the messages, or the patience, come to an end; `first`: the message to begin with."""
        found = await self._letters.open_messages(self._mailbox)
        found.sort(key=lambda one: one.id != first)
        if not found:
            await self._nothing_there()
            return
        await self._say_how_many(found)
        if await self._go_through(found):
            await self._talk.say(said.mailbox_no_more, said.mailbox_bye)

    async def _nothing_there(self) -> None:
        await self._talk.say(said.mailbox_empty)
        while self._greetings and await self._talk.key(said.mailbox_greetings, said.mailbox_finish) == "9":
            await self._greetings.begin()
        await self._talk.say(said.mailbox_bye)

    async def _say_how_many(self, found: list[Message]) -> None:
        new = sum(one.state == "new" for one in found)
        await self._talk.speak(spoken.mailbox_counts(new, len(found) - new, self._talk.language))

    async def _go_through(self, found: list[Message]) -> bool:
        """False: the listener is done before the messages are."""
        at = silent = 0
        while at < len(found):
            key = await self._heard(found[at])
            silent = 0 if key else silent + 1
            match key:
                case "2":
                    at += 1
                case "3":
                    at = max(0, at - 1)
                case "4":
                    if await self._calls_back(found[at]):
                        return False
                case "5":
                    await self._say_number(found[at])
                case "6" | "7":
                    await self._settle(found.pop(at), delete=key == "7")
                case "9" if self._greetings:
                    await self._greetings.begin()
                case "*":
                    await self._talk.say(said.mailbox_bye)
                    return False
            if silent >= SILENT_MOST:
                await self._talk.say(said.mailbox_bye)
                return False
        return True

    async def _heard(self, message: Message) -> str:
        """The key pressed during the message, or the menu behind it."""
        file = self._files / message.file
        if not file.is_file():
            log.error("the message %s is to be heard, and its file is gone", message.id)
            return await self._talk.key(said.mailbox_unplayable, *self._menu)
        try:
            return await self._talk.key(*self._menu, after=[str(file.with_suffix(""))])
        finally:
            await self._letters.heard(message.id, self._by)

    async def _settle(self, message: Message, delete: bool) -> None:
        if delete:
            await self._letters.delete(message.id, self._by)
        else:
            await self._letters.done(message.id, self._by)
        await self._talk.say(said.mailbox_deleted if delete else said.mailbox_settled)

    async def _say_number(self, message: Message) -> None:
        if not message.caller:
            await self._talk.say(said.mailbox_withheld)
            return
        await self._talk.speak(*spoken.telephone(message.caller, self._talk.language, "CN"))

    async def _calls_back(self, message: Message) -> bool:
        if message.caller and self._call_back(self._mailbox, message.caller):
            await self._talk.say(said.mailbox_calling_back)
            return True
        await self._talk.say(said.mailbox_no_call_back)
        return False
