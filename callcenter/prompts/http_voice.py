"""A voice engine on the network."""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import aiohttp

from callcenter.calls.languages import Language
from callcenter.prompts.settings import HttpEngine, Settings
from callcenter.prompts.sound_kinds import kind_of

LARGEST_ANSWER_BYTES = 20_000_000


class EngineRefused(Exception):
    """`again`: it may go better next time."""

    def __init__(self, message: str, again: bool) -> None:
        super().__init__(message)
        self.again = again


async def fetch(engine: HttpEngine, settings: Settings, text: str, language: Language, out: Path) -> Path:
    """The spoken text beside `out`, with the ending of its format. Raises EngineRefused and TimeoutError."""
    values = {"text": text, "language": language, "voice": settings.voices.get(language, ""), "key": _key(engine)}
    timeout = aiohttp.ClientTimeout(total=settings.timeout_s)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http:
            sound = await _asked(http, engine, values)
    except aiohttp.ClientError as error:
        raise EngineRefused(f"{_host(engine)}: {error or type(error).__name__}", again=True) from error
    kind = kind_of(sound)
    if kind is None:
        raise EngineRefused(f"{_host(engine)} answered with {len(sound)} bytes that are no audio", again=False)
    file = out.with_suffix(f".{kind}")
    file.write_bytes(sound)
    return file


async def _asked(http: aiohttp.ClientSession, engine: HttpEngine, values: Mapping[str, str]) -> bytes:
    body = _filled(engine.body, _as_json(values) if engine.body.lstrip().startswith("{") else values)
    url = _filled(engine.url, {name: quote(value, safe="") for name, value in values.items()})
    headers = {name: _filled(value, _one_line(values)) for name, value in engine.headers.items()}
    data = body.encode() if engine.body else None
    async with http.request(engine.method, url, headers=headers, data=data) as response:
        if response.status != 200:
            again = response.status == 429 or response.status >= 500
            raise EngineRefused(f"{_host(engine)} answered {response.status}", again)
        return _sound(await _bounded(response, engine), engine)


async def _bounded(response: aiohttp.ClientResponse, engine: HttpEngine) -> bytes:
    found = bytearray()
    async for piece in response.content.iter_chunked(65_536):
        found += piece
        if len(found) > LARGEST_ANSWER_BYTES:
            raise EngineRefused(f"{_host(engine)} answered with more than {LARGEST_ANSWER_BYTES} bytes", again=False)
    return bytes(found)


def _sound(answer: bytes, engine: HttpEngine) -> bytes:
    if not engine.audio_field:
        return answer
    try:
        found = json.loads(answer)
        for name in engine.audio_field.split("."):
            found = found[name]
        return base64.b64decode(found, validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise EngineRefused(f"{_host(engine)}: no audio in the field {engine.audio_field!r}", again=False) from error


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        if name != "text":
            template = template.replace(f"{{{name}}}", value)
    return template.replace("{text}", values["text"])  # last: what is in a text is never filled in


def _as_json(values: Mapping[str, str]) -> dict[str, str]:
    return {name: json.dumps(value)[1:-1] for name, value in values.items()}


def _one_line(values: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in values.items()}


def _key(engine: HttpEngine) -> str:
    if not engine.key_env:
        return ""
    if not (key := os.environ.get(engine.key_env, "")):
        raise EngineRefused(
            f"the environment variable {engine.key_env} of prompts.http.key_env is not set", again=False
        )
    return key


def _host(engine: HttpEngine) -> str:
    return urlsplit(engine.url).hostname or "the voice engine"
