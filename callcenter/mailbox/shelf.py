"""Where greetings that were recorded by telephone lie: beside those of the pages, and like them in versions."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from callcenter.asterisk.agi_call import AgiCall
from callcenter.calls.centre import Centre
from callcenter.calls.languages import LANGUAGES, Language, Prompt
from callcenter.ivr import spoken
from callcenter.ivr.spoken import Greeting, greeting_name
from callcenter.prompts.intake import Intake, Taken, Unusable
from callcenter.prompts.publishing import publish
from callcenter.store import audit, prompt_versions
from callcenter.store.prompt_versions import Version

if TYPE_CHECKING:
    import sqlalchemy as sa

KEPT_VERSIONS = 5  # of what was recorded by telephone; whoever does it daily fills no disk
_ASIDE = ".telephone"


class Recorded(msgspec.Struct, frozen=True):
    """As callers would hear it. `sound`: absolute, without extension."""

    taken: Taken
    sound: str


class Shelf:
    """`folder`: of recordings in force; `spool`: where Asterisk may write. `clock`: seconds since the epoch, UTC."""

    def __init__(
        self,
        database: sa.Engine,
        intake: Intake,
        folder: Path,
        spool: Path,
        centre: Callable[[], Centre],
        clock: Callable[[], float],
    ) -> None:
        self._database, self._folder, self._spool = database, folder, spool
        self._aside = folder / _ASIDE
        self._intake = intake.into(self._aside)
        self._centre, self._clock = centre, clock

    def heard(self, mailbox: str, when: Greeting, language: Language) -> Prompt:
        """What a caller would hear."""
        centre = self._centre()
        queue, agent = centre.queue(mailbox), centre.agent(mailbox)
        name = queue.name if queue else spoken.person(agent.name) if agent else None
        own = queue.greeting if queue else agent.greeting if agent else None
        return spoken.mailbox_greeting(mailbox, own, name, language, when)

    @contextlib.asynccontextmanager
    async def recording(self, call: AgiCall, beep: str, most_s: int, silence_s: int) -> AsyncIterator[Recorded]:
        """What is said after the tone, until the pound key. Raises Unusable, and AgiHungUp.

        What was not kept by the end of the block is gone.
        """
        raw = self._spool / f"greeting-{secrets.token_hex(8)}"
        await call.stream_file(beep)
        try:
            await call.record(str(raw), silence_s, most_s)
            taken = await self._taken(raw.with_suffix(".wav"))
        finally:
            raw.with_suffix(".wav").unlink(missing_ok=True)
        try:
            yield Recorded(taken, str((self._aside / taken.file).with_suffix("")))
        finally:
            for name in (taken.file, taken.original):
                (self._aside / name).unlink(missing_ok=True)

    async def keep(self, mailbox: str, when: Greeting, recorded: Recorded, by: str) -> None:
        """In force for callers of every language from the next one on."""
        taken = recorded.taken
        for name in (taken.file, taken.original):
            (self._aside / name).replace(self._folder / name)
        made = [self._made(self.heard(mailbox, when, language), taken, by) for language in LANGUAGES]
        await asyncio.to_thread(prompt_versions.add, self._database, made)
        for version in made:
            await asyncio.to_thread(self._forget_old, version)
        details = {"how": "telephone", "duration_s": round(taken.duration_s, 1)}
        await self._changed(by, "record_prompt", greeting_name(mailbox, when), details)

    async def take_back(self, mailbox: str, when: Greeting, by: str) -> None:
        """The versions stay; none of them is in force any more."""
        name = greeting_name(mailbox, when)
        for language in LANGUAGES:
            await asyncio.to_thread(prompt_versions.use_none, self._database, name, language)
        await self._changed(by, "use_prompt", name, {"how": "telephone", "version": "synthetic"})

    async def _taken(self, file: Path) -> Taken:
        try:
            content = await asyncio.to_thread(file.read_bytes)
        except FileNotFoundError as error:
            raise Unusable("empty") from error
        return await self._intake.take(content)

    def _made(self, prompt: Prompt, taken: Taken, by: str) -> Version:
        return Version(
            language=prompt.language,
            prompt=prompt.name,
            text=prompt.text,
            file=taken.file,
            original=taken.original,
            original_name="",
            how="telephone",
            duration_s=taken.duration_s,
            level_db=taken.level_db,
            quiet=taken.quiet,
            made_by=by,
            made_at=self._clock(),
        )

    def _forget_old(self, newest: Version) -> None:
        found = prompt_versions.versions_of(self._database, newest.prompt, newest.language)
        for old in [each for each in found if each.how == "telephone" and not each.in_force][KEPT_VERSIONS - 1 :]:
            for name in prompt_versions.remove(self._database, old.id):
                (self._folder / name).unlink(missing_ok=True)

    async def _changed(self, by: str, what: str, prompt: str, details: dict[str, object]) -> None:
        await asyncio.to_thread(publish, self._database, self._folder)
        await asyncio.to_thread(audit.note, self._database, self._clock(), by, what, prompt, details)
