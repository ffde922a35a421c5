"""Any audio file that people send becomes a prompt: telephone format, silence cut off, as loud as the others.

What was sent is hostile until it has been converted: its kind is told from its content, its conversion runs in a
program of its own, bounded in time and size.
"""

import asyncio
import contextlib
import hashlib
import os
import sys
import tempfile
from array import array
from pathlib import Path

import msgspec

from callcenter.prompts.level import (
    MARGIN_S,
    PIECE_MARGIN_S,
    RATE_HZ,
    NotPromptAudio,
    level_db,
    normalised,
    read_samples,
    trimmed,
    write_samples,
)
from callcenter.prompts.settings import Tools
from callcenter.prompts.sound_kinds import ALLOWED, BY_SOX, kind_of

LARGEST_BYTES = 20_000_000
LONGEST_S = 300.0
TIME_LIMIT_S = 60.0
_QUIET_DB = -45.0
_FORM = ("-r", str(RATE_HZ), "-c", "1", "-b", "16", "-e", "signed-integer")


class Unusable(Exception):
    """`word`: empty, too_large, not_audio, damaged, silent, too_long. `detail`: what a program said about it."""

    def __init__(self, word: str, detail: str = "") -> None:
        super().__init__(f"{_WHY[word]}{f': {detail}' if detail else ''}")
        self.word, self.detail = word, detail


_WHY = {
    "empty": "the file is empty",
    "too_large": f"the file is larger than {LARGEST_BYTES // 1_000_000} MB",
    "not_audio": f"this is no audio file that can be read; allowed are {ALLOWED}",
    "damaged": "the audio file is damaged or in a form that cannot be read",
    "silent": "nothing is heard in it",
    "too_long": f"it is longer than {LONGEST_S:g} s",
}


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A recording as callers hear it. `file` is named by its content. `level_db` is as it was sent.

    `quiet`: so much so that the noise in it was made loud with the speech.
    """

    file: str
    original: str
    duration_s: float
    level_db: float
    quiet: bool = False


class Intake:
    """Writes into `folder`: `<hash>.wav` as it is played, `<hash>.original.<kind>` as it came."""

    def __init__(self, folder: Path, tools: Tools, wanted_db: float) -> None:
        self._folder, self._tools, self._wanted_db = folder, tools, wanted_db
        self._turns = asyncio.Semaphore(2)

    def into(self, folder: Path) -> "Intake":
        """The same for another folder; both convert two files at once at most."""
        other = Intake(folder, self._tools, self._wanted_db)
        other._turns = self._turns
        return other

    async def take(self, content: bytes, piece: bool = False) -> Taken:
        """`piece`: it is put together with others: hardly any silence may stay. Raises Unusable and OSError."""
        kind = _kind(content)
        async with self._turns:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=".taking-") as aside:
                source, plain = Path(aside, f"source.{kind}"), Path(aside, "plain.wav")
                await asyncio.to_thread(source.write_bytes, content)
                await self._convert(kind, source, plain)
                return await asyncio.to_thread(self._finish, source, plain, piece)

    async def _convert(self, kind: str, source: Path, out: Path) -> None:
        try:
            if kind not in BY_SOX:
                await _run([sys.executable, "-m", "callcenter.prompts.decode", str(source), str(out)], {})
                source, kind = out, "wav"
                out = out.with_name("again.wav")
            argv = [*self._tools.sox, "--no-glob", "-V1", "-G", "-D", "-t", kind, str(source), *_FORM, str(out)]
            await _run([*argv, "trim", "0", f"{LONGEST_S + 1:g}"], dict(self._tools.environment))
            if out.name == "again.wav":
                out.replace(source)
        except OSError as error:
            raise Unusable("damaged", str(error)) from error

    def _finish(self, source: Path, plain: Path, piece: bool) -> Taken:
        try:
            samples = read_samples(plain)
            heard = trimmed(samples, PIECE_MARGIN_S if piece else MARGIN_S)
        except NotPromptAudio as error:
            raise Unusable("silent") from error
        except (OSError, EOFError) as error:
            raise Unusable("damaged", str(error)) from error
        if len(heard) > LONGEST_S * RATE_HZ:
            raise Unusable("too_long")
        return self._kept(source, heard)

    def _kept(self, source: Path, heard: "array[int]") -> Taken:
        done = source.with_name("done.wav")
        write_samples(done, normalised(heard, self._wanted_db))
        name = hashlib.sha256(done.read_bytes()).hexdigest()[:32]
        with done.open("rb") as written:
            os.fsync(written.fileno())
        original = f"{name}.original{source.suffix}"
        source.replace(self._folder / original)
        done.replace(self._folder / f"{name}.wav")
        level = level_db(heard)
        return Taken(
            file=f"{name}.wav",
            original=original,
            duration_s=len(heard) / RATE_HZ,
            level_db=round(level, 1),
            quiet=level < _QUIET_DB,
        )


def _kind(content: bytes) -> str:
    if not content:
        raise Unusable("empty")
    if len(content) > LARGEST_BYTES:
        raise Unusable("too_large")
    kind = kind_of(content)
    if kind is None:
        raise Unusable("not_audio")
    return kind


async def _run(argv: list[str], environment: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            _, said = await process.communicate()
    except TimeoutError as error:
        raise Unusable("damaged", f"not read within {TIME_LIMIT_S:g} s") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise Unusable("damaged", " ".join(said.decode(errors="replace").split())[-200:])
