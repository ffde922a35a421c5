"""Who calls a mailbox, and whom it calls: let in by PIN, or by a key; then the messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.bridge.speaking import Sounds
from callcenter.calls.centre import Centre, agent_device
from callcenter.calls.languages import LANGUAGES, Language
from callcenter.calls.numbers import masked
from callcenter.ivr import mailbox_phrases as said
from callcenter.mailbox.conversation import Conversation
from callcenter.mailbox.greetings import Greetings
from callcenter.mailbox.letters import Letters
from callcenter.mailbox.listening import CallBack, Listening
from callcenter.mailbox.shelf import Shelf
from callcenter.store.mailbox_notices import Notice, Result

TRIES = 3
ASKED = 3
LISTENS_MOST_S = 3600.0
OTHER = "*"  # instead of the PIN: another mailbox than one's own


class MailboxLine:
    """`listen` answers the dialplan's question `mailbox`, `told` its question `notice`.

    `missed` is told of a notice whose call brought no listener, and why. `beep`: the sound before greetings are
    recorded on the `shelf`.
    """

    def __init__(
        self,
        letters: Letters,
        centre: Callable[[], Centre],
        sounds: Sounds,
        files: Path,
        clock: Callable[[], float],
        call_back: CallBack,
        missed: Callable[[Notice, Result], None],
        shelf: Shelf,
        beep: str,
    ) -> None:
        self._letters, self._centre, self._sounds = letters, centre, sounds
        self._files, self._clock = files, clock
        self._call_back, self._missed = call_back, missed
        self._shelf, self._beep = shelf, beep

    async def listen(self, call: AgiCall) -> None:
        """Whoever knows a mailbox's number and PIN; from a desk phone the own mailbox is meant first."""
        owner = agent_device(call.arguments[0]) if call.arguments else None
        own = owner[0] if owner and self._centre().agent(owner[0]) else ""
        talk = Conversation(call, self._sounds, await _language(call))
        mailbox = await self._admitted(talk, own)
        if mailbox:
            self._speak_as(talk, mailbox)
            by = self._by(mailbox)
            greetings = Greetings(talk, self._shelf, self._beep, mailbox, by)
            await Listening(talk, self._letters, self._files, self._call_back, mailbox, by, greetings).begin()

    async def told(self, call: AgiCall) -> None:
        """Somebody has answered a notice's call: a person, or a machine."""
        notice = await self._letters.notice(int("".join(call.arguments) or 0))
        if notice is None or notice.state != "trying":
            return
        await self._letters.hold(notice.id, self._clock() + LISTENS_MOST_S)
        result: Result = "no_key"
        try:
            talk = Conversation(call, self._sounds, "zh-CN")
            self._speak_as(talk, notice.mailbox)
            result = await self._lets_itself_in(talk, notice)
            if result == "heard":
                await self._letters.settle(notice.id, "heard")
                by = f"{notice.mailbox} ({masked(notice.number)})"
                listening = Listening(talk, self._letters, self._files, _never, notice.mailbox, by)
                await listening.begin(notice.message)
        finally:
            if result != "heard":
                self._missed(notice, result)

    # ---- let in

    async def _admitted(self, talk: Conversation, own: str) -> str:
        """The mailbox; empty after too many wrong PINs. A mailbox that is not there is asked for its PIN as well."""
        wrong = 0
        while wrong < TRIES:
            mailbox = own or self._numbered(await talk.number(said.mailbox_ask_number))
            self._speak_as(talk, mailbox)
            pin = await talk.pin(said.mailbox_ask_own_pin if own else said.mailbox_ask_pin)
            if own and pin == OTHER:
                own = ""
                continue
            if await self._letters.fits(mailbox, pin):
                return mailbox
            wrong += 1
            if wrong < TRIES:
                await talk.say(said.mailbox_wrong)
        await talk.say(said.mailbox_refused)
        return ""

    async def _lets_itself_in(self, talk: Conversation, notice: Notice) -> Result:
        for _ in range(ASKED):
            if await talk.key(said.mailbox_told) == "1":
                break
        else:
            return "no_key"
        mailbox = self._centre().mailbox(notice.mailbox)
        if mailbox is None or not mailbox.notice.ask_pin:
            return "heard"
        for _ in range(TRIES):
            if await self._letters.fits(notice.mailbox, await talk.pin(said.mailbox_ask_pin)):
                return "heard"
            await talk.say(said.mailbox_wrong)
        return "wrong_pin"

    def _numbered(self, number: str) -> str:
        """The id of the mailbox with this number; empty: there is none."""
        centre = self._centre()
        boxes = [(each.id, each.mailbox) for each in centre.agents] + [
            (each.id, each.mailbox) for each in centre.queues
        ]
        return next((owner for owner, box in boxes if number and number in (box.number, owner)), "")

    def _speak_as(self, talk: Conversation, mailbox: str) -> None:
        settings = self._centre().mailbox(mailbox)
        if settings is not None:
            talk.language = settings.language

    def _by(self, mailbox: str) -> str:
        return mailbox if self._centre().agent(mailbox) else f"{mailbox} (PIN)"


def _never(_mailbox: str, _number: str) -> bool:
    """A call back is made by the centre's telephones, not by the one that was told of a message."""
    return False


async def _language(call: AgiCall) -> Language:
    spoken_to = await call.get_variable("CC_LANG")
    return next((language for language in LANGUAGES if language == spoken_to), "zh-CN")
