"""The programs that speak and convert."""

import asyncio
import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from callcenter.calls.languages import Language, Prompt
from callcenter.prompts.errors import PromptNotRendered, shown
from callcenter.prompts.settings import Settings, Tools

# Words a minute. In Chinese a character counts as a word: four of them a second, as announcers speak.
_ESPEAK: Mapping[Language, tuple[str, ...]] = {
    "zh-CN": ("-v", "cmn", "-s", "195"),
    "en": ("-v", "en-us", "-s", "150"),
}
_FIELD = re.compile(r"\{(text|language|out)\}")


class Voice:
    """Speaks texts, and brings any audio to telephone format."""

    def __init__(self, tools: Tools, settings: Settings) -> None:
        self._tools = tools
        self._settings = settings

    def signature(self, language: Language) -> tuple[str, ...]:
        """Changes whenever the same text would sound different."""
        return self._settings.command or ("espeak-ng", *_ESPEAK[language])

    async def speak(self, prompt: Prompt, out: Path) -> None:
        """Write the spoken text to `out`, in whatever format the engine has."""
        text = _speakable(prompt.text)
        if not text:
            raise PromptNotRendered(f"{shown(prompt)}: there is nothing to say")
        if not (self._settings.command or self._tools.espeak):
            advice = "install espeak-ng, set prompts.command, or record it"
            raise PromptNotRendered(f"{shown(prompt)}: no voice; {advice}")
        argv = self._argv(prompt.language, text, out)
        on_stdin = not any("{text}" in part for part in self._template(prompt.language))
        await self._run(argv, shown(prompt), text if on_stdin else "")
        if not out.exists():
            raise PromptNotRendered(f"{shown(prompt)}: {argv[0]} ended well but wrote no file to {{out}}")

    async def convert(self, source: Path, out: Path) -> None:
        """`source` as 8 kHz 16-bit mono wav in `out`; `-G` keeps resampling from clipping."""
        form = ("-r", "8000", "-c", "1", "-b", "16", "-e", "signed-integer")
        await self._run([*self._tools.sox, "-V1", "-G", "-D", str(source), *form, str(out)], str(source))

    def _template(self, language: Language) -> tuple[str, ...]:
        if self._settings.command:
            return self._settings.command
        return (*self._tools.espeak, *_ESPEAK[language], "-w", "{out}", "--stdin")

    def _argv(self, language: Language, text: str, out: Path) -> list[str]:
        values = {"text": text, "language": language, "out": str(out)}
        return [_FIELD.sub(lambda found: values[found[1]], part) for part in self._template(language)]

    async def _run(self, argv: list[str], what: str, stdin: str = "") -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, **self._tools.environment},
            )
        except OSError as error:
            raise PromptNotRendered(f"{what}: cannot start {argv[0]}: {error.strerror or error}") from error
        said = await self._finished(process, what, stdin)
        if process.returncode:
            raise PromptNotRendered(f"{what}: {argv[0]} failed ({process.returncode}): {said or 'it said nothing'}")

    async def _finished(self, process: asyncio.subprocess.Process, what: str, stdin: str) -> str:
        """What it wrote to its standard error, shortened. A program that hangs, or is no longer wanted, is killed."""
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                _, said = await process.communicate(stdin.encode())
        except TimeoutError as error:
            raise PromptNotRendered(f"{what}: not done within {self._settings.timeout_s:g} s") from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return " ".join(said.decode(errors="replace").split())[:300]


def _speakable(text: str) -> str:
    """Without control characters, and without a dash in front that a program would take for an option."""
    return "".join(char if char.isprintable() else " " for char in text).strip().lstrip("- ")
