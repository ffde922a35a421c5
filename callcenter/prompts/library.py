"""Every text a caller or an agent can hear, as audio: recorded by people, or else spoken by a synthetic voice.

Files are named by what they contain, so that a changed text, recording or voice is a new file and a file once
written never changes: Asterisk may be playing it.
"""

import asyncio
import hashlib
import json
import logging
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from callcenter.calls.languages import Prompt
from callcenter.prompts.errors import Failure, PromptError, PromptMissing, PromptNotRendered, shown
from callcenter.prompts.level import NotPromptAudio, normalised, read_samples, write_samples
from callcenter.prompts.settings import Settings, Tools
from callcenter.prompts.voice import Voice

log = logging.getLogger(__name__)

AT_ONCE = 2  # programs running; a set-up must leave the machine usable
_FORMAT = 1  # raise it when the conversion changes, so that everything is rendered anew
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_Stamp = tuple[int, int, int]


class PromptLibrary:
    """Rendered prompts in `folder/<language>/<hash>.wav`: 8 kHz, 16 bit, mono, all equally loud.

    `recorded` holds recordings, `<language>/<name>.wav`, that outweigh the synthetic voice. To be used from one
    event loop; several processes may share the folder.
    """

    def __init__(self, folder: Path, recorded: Path, tools: Tools, settings: Settings | None = None) -> None:
        self._folder = folder.absolute()
        self._recorded = recorded.absolute()
        self._settings = settings or Settings()
        self._voice = Voice(tools, self._settings)
        self._digests: dict[Path, tuple[_Stamp, str]] = {}
        self._rendering: dict[Path, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    def path(self, prompt: Prompt) -> str:
        """The audio file, absolute and without extension, as Asterisk wants it; PromptMissing when there is none."""
        file = self._file(prompt)
        if not file.exists():
            raise PromptMissing(f"{shown(prompt)} is not rendered; if it was tried, the log says why it failed")
        return str(file.with_suffix(""))

    async def ready(self, prompt: Prompt) -> str:
        """As `path`, rendering first what is new; PromptNotRendered when that fails."""
        file = self._file(prompt)
        if not file.exists():
            await self._once(prompt, file)
        return str(file.with_suffix(""))

    async def render(self, prompts: Iterable[Prompt]) -> tuple[Failure, ...]:
        """Render all that are new. Those that fail are logged and returned, the others are not kept from it."""
        tried = await asyncio.gather(*(self._tried(prompt) for prompt in dict.fromkeys(prompts)))
        return tuple(failure for failure in tried if failure)

    def check(self, prompts: Iterable[Prompt]) -> tuple[Prompt, ...]:
        """Those of which there is no audio."""
        return tuple(prompt for prompt in dict.fromkeys(prompts) if not self._file(prompt).exists())

    async def _tried(self, prompt: Prompt) -> Failure | None:
        try:
            await self.ready(prompt)
        except PromptError as error:
            log.warning("prompt not rendered: %s", error)
            return Failure(prompt, str(error))
        return None

    async def _once(self, prompt: Prompt, file: Path) -> None:
        """Whoever comes while it is being rendered waits for that; a waiter who leaves does not stop it."""
        task = self._rendering.get(file)
        if task is None:
            task = asyncio.create_task(self._render(prompt, file))
            self._rendering[file] = task
            task.add_done_callback(lambda _: self._rendering.pop(file, None))
        await asyncio.shield(task)

    async def _render(self, prompt: Prompt, file: Path) -> None:
        async with self._turns:
            try:
                await self._write(prompt, file)
            except (OSError, EOFError, NotPromptAudio) as error:
                raise PromptNotRendered(f"{shown(prompt)}: {error}") from error

    async def _write(self, prompt: Prompt, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".rendering-") as aside:
            source = self._recording(prompt)
            if source is None:
                source = Path(aside, "spoken.wav")
                await self._voice.speak(prompt, source)
            converted, done = Path(aside, "converted.wav"), Path(aside, "done.wav")
            await self._voice.convert(source, converted)
            await asyncio.to_thread(_level, converted, done, self._settings.level_db)
            done.replace(file)

    def _file(self, prompt: Prompt) -> Path:
        recording = self._recording(prompt)
        source = (
            ["recorded", self._digest(recording)]
            if recording
            else [prompt.text, *self._voice.signature(prompt.language)]
        )
        content = json.dumps([_FORMAT, prompt.language, self._settings.level_db, *source])
        return self._folder / prompt.language / f"{hashlib.sha256(content.encode()).hexdigest()[:32]}.wav"

    def _recording(self, prompt: Prompt) -> Path | None:
        if not _NAME.fullmatch(prompt.name):
            return None
        file = self._recorded / prompt.language / f"{prompt.name}.wav"
        return file if file.is_file() else None

    def _digest(self, file: Path) -> str:
        """Of the recording's content, read again only when the file has changed."""
        state = file.stat()
        stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
        known = self._digests.get(file)
        if known is None or known[0] != stamp:
            known = (stamp, hashlib.sha256(file.read_bytes()).hexdigest())
            self._digests[file] = known
        return known[1]


def _level(source: Path, out: Path, level_db: float) -> None:
    write_samples(out, normalised(read_samples(source), level_db))
    with out.open("rb") as written:
        os.fsync(written.fileno())
