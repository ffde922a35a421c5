"""The programs that speak and convert."""

import asyncio
import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.prompts.errors import PromptNotRendered, shown
from callcenter.prompts.http_voice import EngineRefused, fetch
from callcenter.prompts.settings import HttpEngine, Settings, Tools

_FIRST_REST_S = 0.3  # before the second try; twice as long before each further one

# Words a minute. In Chinese a character counts as a word: four of them a second, as announcers speak.
_ESPEAK: Mapping[Language, tuple[str, ...]] = {
    "zh-CN": ("-v", "cmn", "-s", "195"),
    "en": ("-v", "en-us", "-s", "150"),
}
_FIELD = re.compile(r"\{(text|language|voice|out)\}")


class Voice:
    """Speaks texts, and brings any audio to telephone format."""

    def __init__(self, tools: Tools, settings: Settings) -> None:
        self._tools = tools
        self._settings = settings

    def signature(self, language: Language) -> tuple[str, ...]:
        """Changes whenever the same text would sound different."""
        voice = [each] if (each := self._settings.voices.get(language)) else []
        if self._settings.http:
            return (msgspec.json.encode(self._settings.http, order="deterministic").decode(), *voice)
        if self._settings.command:
            return (*self._settings.command, *voice)
        return self.fallback_signature(language)

    def fallback_signature(self, language: Language) -> tuple[str, ...]:
        return ("espeak-ng", *_ESPEAK[language])

    @property
    def has_fallback(self) -> bool:
        """Whether there is another voice when the chosen one does not speak."""
        return bool(
            self._settings.fallback and self._tools.espeak and (self._settings.http or self._settings.command)
        )

    async def speak(self, prompt: Prompt, out: Path) -> Path:
        """The spoken text beside `out`, in whatever format the engine has; tried again when it fails."""
        text = _speakable(prompt.text)
        if not text:
            raise PromptNotRendered(f"{shown(prompt)}: there is nothing to say")
        for left in reversed(range(self._settings.tries)):
            try:
                return await self._spoken(prompt, text, out)
            except PromptNotRendered as error:
                if not (left and error.again):
                    raise
                await asyncio.sleep(_FIRST_REST_S * 2 ** (self._settings.tries - 1 - left))
        raise AssertionError("the last try raises or returns")

    async def speak_by_fallback(self, prompt: Prompt, out: Path) -> Path:
        """As `speak`, by espeak-ng."""
        return await self._by_program(prompt, _speakable(prompt.text), out, self._espeak(prompt.language))

    async def _spoken(self, prompt: Prompt, text: str, out: Path) -> Path:
        if self._settings.http:
            return await self._by_http(self._settings.http, prompt, text, out)
        if not (self._settings.command or self._tools.espeak):
            advice = "install espeak-ng, set prompts.command or prompts.http, or record it"
            raise PromptNotRendered(f"{shown(prompt)}: no voice; {advice}")
        return await self._by_program(prompt, text, out, self._settings.command or self._espeak(prompt.language))

    async def _by_http(self, engine: HttpEngine, prompt: Prompt, text: str, out: Path) -> Path:
        try:
            return await fetch(engine, self._settings, text, prompt.language, out)
        except EngineRefused as error:
            raise PromptNotRendered(f"{shown(prompt)}: {error}", again=error.again) from error
        except TimeoutError as error:
            limit = f"{self._settings.timeout_s:g} s"
            raise PromptNotRendered(f"{shown(prompt)}: no answer within {limit}", again=True) from error

    async def _by_program(self, prompt: Prompt, text: str, out: Path, template: tuple[str, ...]) -> Path:
        argv = self._argv(template, prompt.language, text, out)
        on_stdin = not any("{text}" in part for part in template)
        await self._run(argv, shown(prompt), text if on_stdin else "")
        if not out.exists():
            raise PromptNotRendered(f"{shown(prompt)}: {argv[0]} ended well but wrote no file to {{out}}")
        return out

    async def convert(self, source: Path, out: Path) -> None:
        """`source` as 8 kHz 16-bit mono wav in `out`; `-G` keeps resampling from clipping."""
        form = ("-r", "8000", "-c", "1", "-b", "16", "-e", "signed-integer")
        await self._run([*self._tools.sox, "-V1", "-G", "-D", str(source), *form, str(out)], str(source))

    def _espeak(self, language: Language) -> tuple[str, ...]:
        return (*self._tools.espeak, *_ESPEAK[language], "-w", "{out}", "--stdin")

    def _argv(self, template: tuple[str, ...], language: Language, text: str, out: Path) -> list[str]:
        voice = self._settings.voices.get(language, "")
        values = {"text": text, "language": language, "voice": voice, "out": str(out)}
        return [_FIELD.sub(lambda found: values[found[1]], part) for part in template]

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
            raise PromptNotRendered(f"{what}: not done within {self._settings.timeout_s:g} s", again=True) from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return " ".join(said.decode(errors="replace").split())[:300]


def _speakable(text: str) -> str:
    """Without control characters, and without a dash in front that a program would take for an option."""
    return "".join(char if char.isprintable() else " " for char in text).strip().lstrip("- ")
