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
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr.pieces import PREFIX, RESTS_MS, known, piece
from callcenter.ivr.spoken import WHEN
from callcenter.prompts.composing import Leftovers, Part, join, name_of
from callcenter.prompts.errors import Failure, PromptError, PromptMissing, PromptNotRendered, shown
from callcenter.prompts.level import (
    PIECE_MARGIN_S,
    NotPromptAudio,
    normalised,
    read_samples,
    trimmed,
    write_samples,
)
from callcenter.prompts.recordings import Recordings
from callcenter.prompts.settings import Settings, Tools
from callcenter.prompts.voice import Voice

log = logging.getLogger(__name__)

AT_ONCE = 2  # programs running; a set-up must leave the machine usable
_FORMAT = 1  # raise it when the conversion changes, so that everything is rendered anew
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
LONGEST_FALLBACK_S = 10.0  # on a busy machine; it takes a tenth of a second
_Stamp = tuple[int, int, int]
Speak = Callable[[Prompt, Path], Awaitable[Path]]


class PromptLibrary:
    """Rendered prompts in `folder/<language>/<hash>.wav`: 8 kHz, 16 bit, mono, all equally loud.

    What outweighs the synthetic voice: what is in force in `recordings` (`folder/recordings`), and then files in
    `recorded`, `<language>/<name>.wav`. To be used from one event loop; several processes may share the folder.
    """

    def __init__(
        self,
        folder: Path,
        recorded: Path,
        tools: Tools,
        settings: Settings | None = None,
        recordings: Path | None = None,
    ) -> None:
        self._folder = folder.absolute()
        self._recorded = recorded.absolute()
        self._settings = settings or Settings()
        self._voice = Voice(tools, self._settings)
        self._recordings = Recordings(recordings.absolute() if recordings else self._folder / "recordings")
        self._composed = self._folder / "composed"
        self._leftovers = Leftovers(self._composed)
        self._digests: dict[Path, tuple[_Stamp, str]] = {}
        self._rendering: dict[Path, asyncio.Task[None]] = {}
        self._unrecorded: set[str] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)

    def path(self, prompt: Prompt) -> str:
        """The audio file, absolute and without extension, as Asterisk wants it; PromptMissing when there is none."""
        file = self._present(prompt)
        if file is None:
            raise PromptMissing(f"{shown(prompt)} is not rendered; if it was tried, the log says why it failed")
        return str(file.with_suffix(""))

    async def ready(self, prompt: Prompt) -> str:
        """As `path`, rendering first what is new; PromptNotRendered when that fails."""
        if parts := self._recorded_parts(prompt):
            return str((await self._joined(prompt, parts)).with_suffix(""))
        file = self._file(prompt)
        if not file.exists():
            await self._once(prompt, file)
        return str(file.with_suffix(""))

    async def at_once(self, prompt: Prompt) -> str:
        """As `ready`, for a caller who is waiting: put together from pieces, or else spoken within `call_wait_s`.

        What the chosen voice does not speak in time, the other says now; the chosen one goes on, for the next caller.
        PromptNotRendered when neither does.
        """
        self._tell_unrecorded(prompt)
        if prompt.pieces and known(prompt.pieces, prompt.language) and not self._whole(prompt):
            return await self._from_pieces(prompt)
        patience_s = self._settings.call_wait_s if self._voice.has_fallback else LONGEST_FALLBACK_S
        try:
            async with asyncio.timeout(patience_s):
                return await self.ready(prompt)
        except (TimeoutError, PromptNotRendered) as error:
            return await self._by_fallback(prompt, str(error) or f"{shown(prompt)}: not spoken in {patience_s:g} s")

    async def render(self, prompts: Iterable[Prompt]) -> tuple[Failure, ...]:
        """Render all that are new. Those that fail are logged and returned, the others are not kept from it."""
        tried = await asyncio.gather(*(self._tried(prompt) for prompt in dict.fromkeys(prompts)))
        return tuple(failure for failure in tried if failure)

    def check(self, prompts: Iterable[Prompt]) -> tuple[Prompt, ...]:
        """Those of which there is no audio."""
        return tuple(prompt for prompt in dict.fromkeys(prompts) if not self._is_there(prompt))

    def is_recorded(self, prompt: Prompt) -> bool:
        """Whether people speak it: as a whole, or in all of its pieces."""
        return self._recording(prompt) is not None or bool(self._recorded_parts(prompt))

    def _is_there(self, prompt: Prompt) -> bool:
        return bool(self._recorded_parts(prompt)) or self._file(prompt).exists()

    def _present(self, prompt: Prompt) -> Path | None:
        """What would be played if nothing were rendered or put together any more."""
        file = self._file(prompt)
        parts = self._recorded_parts(prompt)
        if not parts and not file.exists() and known(prompt.pieces, prompt.language):
            parts = [RESTS_MS.get(id_) or self._file(piece(id_, prompt.language)) for id_ in prompt.pieces]
        file = self._composed / prompt.language / name_of(parts) if parts else file
        return file if file.exists() else None

    def _whole(self, prompt: Prompt) -> bool:
        """Whether it need not be put together from pieces."""
        return not self._recorded_parts(prompt) and self._file(prompt).exists()

    def _recorded_parts(self, prompt: Prompt) -> list[Part]:
        """Its pieces, when it is not recorded as a whole but all of them are. Empty otherwise."""
        if not prompt.pieces or not known(prompt.pieces, prompt.language) or self._recording(prompt):
            return []
        parts: list[Part] = []
        for id_ in prompt.pieces:
            part = RESTS_MS.get(id_) or self._recording(piece(id_, prompt.language))
            if part is None:
                return []
            parts.append(part)
        return parts

    async def _from_pieces(self, prompt: Prompt) -> str:
        """In the voice of whichever pieces are recorded, and else in the synthetic one."""
        parts = await asyncio.gather(*(self._piece(id_, prompt.language) for id_ in prompt.pieces))
        return str((await self._joined(prompt, parts)).with_suffix(""))

    async def _piece(self, id_: str, language: Language) -> Part:
        return RESTS_MS.get(id_) or Path(await self.at_once(piece(id_, language)) + ".wav")

    async def _joined(self, prompt: Prompt, parts: Sequence[Part]) -> Path:
        out = self._composed / prompt.language / name_of(parts)
        try:
            await asyncio.to_thread(self._join, parts, out)
        except (OSError, EOFError, NotPromptAudio) as error:
            raise PromptNotRendered(f"{shown(prompt)}: {error}") from error
        return out

    def _join(self, parts: Sequence[Part], out: Path) -> None:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists():
            out.touch()
        else:
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=".rendering-") as aside:
                join(parts, done := Path(aside, "done.wav"))
                done.replace(out)
        self._leftovers.sweep()

    async def _by_fallback(self, prompt: Prompt, why: str) -> str:
        if not self._voice.has_fallback:
            raise PromptNotRendered(why)
        log.warning("%s; espeak-ng says it now", why)
        content = json.dumps([_FORMAT, "fallback", self._settings.level_db, prompt.text])
        file = self._folder / prompt.language / f"{_hash(content)}.wav"
        if not file.exists():
            async with asyncio.timeout(LONGEST_FALLBACK_S):
                await self._write(prompt, file, self._voice.speak_by_fallback)
        return str(file.with_suffix(""))

    def _tell_unrecorded(self, prompt: Prompt) -> None:
        """Once for each prompt that flows play by name: its author meant to record it."""
        if not prompt.name or prompt.name.startswith(PREFIX) or self._recording(prompt):
            return
        key = f"{prompt.language} {prompt.name} {prompt.text}"
        if key not in self._unrecorded:
            self._unrecorded.add(key)
            log.warning("%s is not recorded: a synthetic voice speaks it", shown(prompt))

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
            task.add_done_callback(lambda task: self._rendered(file, task))
        await asyncio.shield(task)

    def _rendered(self, file: Path, task: asyncio.Task[None]) -> None:
        self._rendering.pop(file, None)
        if not task.cancelled() and task.exception():
            log.debug("%s", task.exception())  # whoever waited has been told; perhaps nobody did any more

    async def _render(self, prompt: Prompt, file: Path) -> None:
        async with self._turns:
            try:
                await self._write(prompt, file, self._voice.speak)
            except (OSError, EOFError, NotPromptAudio) as error:
                raise PromptNotRendered(f"{shown(prompt)}: {error}") from error

    async def _write(self, prompt: Prompt, file: Path, speak: Speak) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".rendering-") as aside:
            source = self._recording(prompt) or await speak(prompt, Path(aside, "spoken.wav"))
            converted, done = Path(aside, "converted.wav"), Path(aside, "done.wav")
            await self._voice.convert(source, converted)
            await asyncio.to_thread(_level, converted, done, self._settings.level_db, _is_piece(prompt))
            done.replace(file)

    def _file(self, prompt: Prompt) -> Path:
        if finished := self._recordings.of(prompt):
            return finished
        recording = self._recording(prompt)
        source = (
            ["recorded", self._digest(recording)]
            if recording
            else [prompt.text, *self._voice.signature(prompt.language)]
        )
        trimmed = ["trimmed"] if _is_piece(prompt) else []
        content = json.dumps([_FORMAT, prompt.language, self._settings.level_db, *source, *trimmed])
        return self._folder / prompt.language / f"{_hash(content)}.wav"

    def _recording(self, prompt: Prompt) -> Path | None:
        if found := self._recordings.of(prompt):
            return found
        name = prompt.name.partition(WHEN)[0]
        if not _NAME.fullmatch(name):
            return None
        file = self._recorded / prompt.language / f"{name}.wav"
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


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _is_piece(prompt: Prompt) -> bool:
    return prompt.name.startswith(PREFIX)


def _level(source: Path, out: Path, level_db: float, trim: bool) -> None:
    samples = read_samples(source)
    write_samples(out, normalised(trimmed(samples, PIECE_MARGIN_S) if trim else samples, level_db))
    with out.open("rb") as written:
        os.fsync(written.fileno())
