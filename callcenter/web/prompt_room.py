"""What the pages know of prompts: every text, what speaks it, and what people have recorded.

Recordings and the list of those in force lie in a folder that the engine plays from; the table says whose they are.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import sqlalchemy as sa
from aiohttp import web

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Language, Text
from callcenter.ivr.flow import Flow
from callcenter.ivr.inventory import Line, inventory, spoken_form
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import FlowError, parse
from callcenter.ivr.pieces import PREFIX
from callcenter.prompts import PromptLibrary
from callcenter.prompts.intake import Intake, Taken
from callcenter.prompts.publishing import publish
from callcenter.store import documents, prompt_versions
from callcenter.store.prompt_versions import How, Version
from callcenter.web.prompt_uploads import Stage

log = logging.getLogger(__name__)

State = Literal["recorded", "stale", "synthetic", "missing"]


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A text, and what speaks it now. `version`: in force under its id; it may be of an older text."""

    line: Line
    state: State
    version: Version | None = None


class PromptRoom:
    """To be used from the edge's event loop; `database` calls run in threads."""

    def __init__(
        self,
        database: sa.Engine,
        library: PromptLibrary,
        intake: Intake,
        folder: Path,
        named: Callable[[], Mapping[str, Text]],
    ) -> None:
        self._database, self._named = database, named
        self.library, self.intake, self.folder = library, intake, folder
        self.stage = Stage(folder)
        self._parsed: dict[tuple[str, int, int], Flow] = {}

    async def statuses(self) -> list[Status]:
        return await asyncio.to_thread(self._statuses)

    async def line(self, id_: str, language: Language) -> Line | None:
        lines, _ = await asyncio.to_thread(self._read)
        return next((line for line in lines if line.id == id_ and line.language == language), None)

    async def orphans(self) -> list[Version]:
        """In force for prompts that are no longer spoken anywhere."""
        lines, versions = await asyncio.to_thread(self._read)
        ids = {(line.id, line.language) for line in lines}
        return [each for each in versions if (each.prompt, each.language) not in ids]

    async def versions(self, prompt: str, language: Language) -> list[Version]:
        """Newest first."""
        return await asyncio.to_thread(prompt_versions.versions_of, self._database, prompt, language)

    async def version(self, id_: str) -> Version:
        """Raises UnknownVersion."""
        return await asyncio.to_thread(prompt_versions.version, self._database, id_)

    async def keep(self, line: Line, content: bytes, name: str, how: How, by: str) -> Version:
        """In force from the next play on. Raises intake.Unusable."""
        taken = await self.intake.take(content, piece=line.id.startswith(PREFIX))
        (made,) = await self.keep_all([self.made(line, taken, name, how, by)])
        return made

    async def keep_all(self, versions: list[Version]) -> list[Version]:
        made = await asyncio.to_thread(prompt_versions.add, self._database, versions)
        await self.publish()
        return made

    @staticmethod
    def made(line: Line, taken: Taken, name: str, how: How, by: str) -> Version:
        return Version(
            language=line.language,
            prompt=line.id,
            text=line.text,
            file=taken.file,
            original=taken.original,
            original_name=name[:200],
            how=how,
            duration_s=taken.duration_s,
            level_db=taken.level_db,
            quiet=taken.quiet,
            made_by=by,
            made_at=time.time(),
        )

    async def changed(self, change: Callable[[sa.Engine], tuple[str, ...] | None]) -> None:
        """Change the table, then what is in force, then remove the files that are needed no more."""
        unneeded = await asyncio.to_thread(change, self._database)
        await self.publish()
        for name in unneeded or ():
            (self.folder / name).unlink(missing_ok=True)

    async def publish(self) -> None:
        await asyncio.to_thread(publish, self._database, self.folder)

    def _statuses(self) -> list[Status]:
        """Asks for some thousand files."""
        lines, versions = self._read()
        in_force = {(each.prompt, each.language): each for each in versions if each.in_force}
        return [self._status(line, in_force.get((line.id, line.language))) for line in lines]

    def _status(self, line: Line, version: Version | None) -> Status:
        if self.library.is_recorded(line.prompt):
            state: State = "recorded"
        elif version is not None:
            state = "stale"
        else:
            state = "missing" if self.library.check([line.prompt]) and self._is_due(line) else "synthetic"
        return Status(line=line, state=state, version=version)

    @staticmethod
    def _is_due(line: Line) -> bool:
        """Pieces are spoken when somebody needs them; all others when they come into force."""
        return line.source != "piece"

    def _read(self) -> tuple[tuple[Line, ...], list[Version]]:
        kept = documents.current_centre(self._database)
        centre = kept.document if kept else Centre()
        return inventory(centre, self._flows(centre, kept.version if kept else 0)), prompt_versions.all_versions(
            self._database
        )

    def _flows(self, centre: Centre, version: int) -> list[Flow]:
        current = documents.current_flows(self._database)
        known = known_of(centre, frozenset(current), self._named())
        keys = {name: (name, flow.version, version) for name, flow in current.items()}
        fresh: dict[tuple[str, int, int], Flow] = {}
        for name, key in keys.items():
            try:
                fresh[key] = self._parsed.get(key) or parse(current[name].source, name, known)
            except FlowError as error:
                log.warning("the texts of the flow %s are left out of the prompts: %s", name, error)
        self._parsed = fresh
        return list(fresh.values())


PROMPTS = web.AppKey("prompts", PromptRoom)


def by_form(lines: Iterable[Line]) -> dict[tuple[Language, str], list[Line]]:
    """Lines that sound the same together; pieces stay apart."""
    found: dict[tuple[Language, str], list[Line]] = defaultdict(list)
    for line in lines:
        found[line.language, line.id if line.source == "piece" else spoken_form(line.text)].append(line)
    return found
