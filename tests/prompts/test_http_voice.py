"""An engine on the network: what it is asked, what it may answer, and when it is asked again."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from callcenter.calls.languages import Prompt
from callcenter.prompts import PromptLibrary, PromptNotRendered, Settings
from callcenter.prompts.level import read_samples, write_samples
from callcenter.prompts.settings import HttpEngine
from tests.prompts.engines import Engines
from tests.prompts.test_level import tone

HELLO = Prompt("zh-CN", '说 "{key}" 吧')


class Peer:
    """Answers with what is next in `answers`; the last one again and again."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, str]] = []
        self.answers: list[web.Response] = []
        application = web.Application()
        application.router.add_route("*", "/speak", self._speak)
        self.server = TestServer(application)

    async def _speak(self, http: web.Request) -> web.Response:
        self.asked.append((dict(http.headers), await http.text()))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]  # type: ignore[misc]
        return web.Response(status=status, body=body)


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    made = Peer()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
def sound(tmp_path: Path) -> bytes:
    write_samples(tmp_path / "tone.wav", tone(500, 0.5))
    return (tmp_path / "tone.wav").read_bytes()


def library(peer: Peer, engines: Engines, tmp_path: Path, **engine: Any) -> PromptLibrary:
    http = HttpEngine(
        url=str(peer.server.make_url("/speak")),
        headers={"Authorization": "Bearer {key}"},
        body='{"say": "{text}", "as": "{voice}", "in": "{language}"}',
        **engine,
    )
    settings = Settings(http=http, voices={"zh-CN": "xiaoxiao"}, timeout_s=60)
    return PromptLibrary(tmp_path / "r", tmp_path / "recorded", engines.tools, settings)


async def test_the_text_goes_out_as_json_and_the_sound_comes_back(
    peer: Peer, engines: Engines, tmp_path: Path, sound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICE_KEY", "s3cret")
    peer.answers = [(200, sound)]  # type: ignore[list-item]
    path = await library(peer, engines, tmp_path, key_env="VOICE_KEY").ready(HELLO)
    headers, body = peer.asked[0]
    assert json.loads(body) == {"say": HELLO.text, "as": "xiaoxiao", "in": "zh-CN"}
    assert headers["Authorization"] == "Bearer s3cret"
    assert len(read_samples(Path(path + ".wav"))) == 4000


async def test_audio_within_json_is_found(peer: Peer, engines: Engines, tmp_path: Path, sound: bytes) -> None:
    answer = json.dumps({"result": {"audio": base64.b64encode(sound).decode()}}).encode()
    peer.answers = [(200, answer)]  # type: ignore[list-item]
    assert await library(peer, engines, tmp_path, audio_field="result.audio").ready(HELLO)


async def test_a_busy_engine_is_asked_again_and_a_refusal_is_final(
    peer: Peer, engines: Engines, tmp_path: Path, sound: bytes
) -> None:
    peer.answers = [(503, b""), (200, sound)]  # type: ignore[list-item]
    voices = library(peer, engines, tmp_path)
    await voices.ready(HELLO)
    assert len(peer.asked) == 2
    peer.answers = [(401, b"")]  # type: ignore[list-item]
    with pytest.raises(PromptNotRendered, match=r"127\.0\.0\.1 answered 401"):
        await voices.ready(Prompt("en", "Hello."))
    assert len(peer.asked) == 3


async def test_what_is_no_audio_is_refused(peer: Peer, engines: Engines, tmp_path: Path) -> None:
    peer.answers = [(200, b"<html>welcome</html>")]  # type: ignore[list-item]
    with pytest.raises(PromptNotRendered, match="20 bytes that are no audio"):
        await library(peer, engines, tmp_path).ready(HELLO)


async def test_a_key_that_is_not_set_is_named(peer: Peer, engines: Engines, tmp_path: Path) -> None:
    with pytest.raises(PromptNotRendered, match="NO_SUCH_KEY"):
        await library(peer, engines, tmp_path, key_env="NO_SUCH_KEY").ready(HELLO)
