"""The channel between engine and edge: nothing is lost on it, and it comes back."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web

from callcenter.calls import requests
from callcenter.calls.views import Delta, Floor
from callcenter.web import control
from callcenter.web.control import serve_control
from callcenter.web.engine_link import EngineLink, retry_in
from callcenter.web.errors import WORDS, ApiError, engine_words
from tests.web.fake_engine import FakeEngine
from tests.web.floor import agent, call, floor
from tests.web.house import until


@pytest.fixture
def socket_path() -> "AsyncIterator[Path]":
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "engine.sock"


@contextlib.asynccontextmanager
async def running(link: EngineLink) -> AsyncIterator[EngineLink]:
    task = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def linked(path: Path) -> EngineLink:
    return EngineLink(path, jitter=lambda: 0.0)


async def test_the_mirror_shows_the_floor_and_every_change_after_it(socket_path: Path) -> None:
    engine = FakeEngine()
    async with serve_control(engine, socket_path), running(linked(socket_path)) as link:
        await until(lambda: link.state == "up")
        engine.publish(calls={"c1": call("c1")})
        engine.publish(agents={"8001": agent(state="paused", intent="paused")})
        engine.publish(calls={"c1": None})
        await until(lambda: link.floor and link.floor.seq == 4)

        assert link.floor == engine.state


async def test_a_change_between_subscription_and_snapshot_is_not_lost(socket_path: Path) -> None:
    class Busy(FakeEngine):
        def floor(self) -> Floor:
            shown = self.state
            self.publish(calls={"c1": call("c1")})  # happens while the picture is taken
            return shown

    engine = Busy()
    async with serve_control(engine, socket_path), running(linked(socket_path)) as link:
        await until(lambda: link.floor and "c1" in link.floor.calls)


async def test_a_lost_engine_is_told_once_and_found_again_with_a_new_picture(socket_path: Path) -> None:
    told: list[str] = []
    link = linked(socket_path)
    link.on_up.append(lambda floor: told.append(f"up {floor.seq}"))
    link.on_lost.append(lambda since: told.append("lost"))
    async with running(link):
        async with serve_control(FakeEngine(), socket_path):
            await until(lambda: link.state == "up")
        await until(lambda: link.state == "lost")
        later = FakeEngine()
        later.publish(calls={"c1": call("c1")})
        async with serve_control(later, socket_path):
            await until(lambda: link.state == "up")

    assert told == ["up 1", "lost", "up 2", "lost"][: len(told)]
    assert told[:3] == ["up 1", "lost", "up 2"]


async def test_callbacks_see_the_mirror_already_changed(socket_path: Path) -> None:
    engine, link = FakeEngine(), linked(socket_path)
    shown: list[tuple[int, int]] = []

    def changed(delta: Delta) -> None:
        assert link.floor is not None
        shown.append((delta.seq, link.floor.seq))

    link.on_delta.append(changed)
    async with serve_control(engine, socket_path), running(link):
        await until(lambda: link.state == "up")
        engine.publish(calls={"c1": call("c1")})
        await until(lambda: shown)

    assert shown == [(2, 2)]


async def test_a_request_reaches_the_engine_and_its_result_comes_back(socket_path: Path) -> None:
    engine = FakeEngine()
    async with serve_control(engine, socket_path), running(linked(socket_path)) as link:
        assert await link.submit(requests.GoReady(agent="8001"), by="8001") == {"seq": 1}
        assert await link.health() == {"seq": 1, "journal": "ok"}

    assert engine.asked == [requests.GoReady(agent="8001")]


async def test_a_refusal_keeps_its_word(socket_path: Path) -> None:
    engine = FakeEngine()
    engine.refusal = requests.UnknownChoice("there is no pause reason 'x'")
    async with serve_control(engine, socket_path), running(linked(socket_path)) as link:
        with pytest.raises(ApiError) as refused:
            await link.submit(requests.Pause(agent="8001", reason="x"), by="8001")

    assert (refused.value.word, refused.value.status) == ("unknown_choice", 409)


async def test_without_an_engine_a_request_fails_at_once_and_says_so(socket_path: Path) -> None:
    link = linked(socket_path)
    with pytest.raises(ApiError) as refused:
        await link.submit(requests.GoReady(agent="8001"), by="8001")
    await link.close()

    assert (refused.value.word, refused.value.status) == ("engine_lost", 503)


async def test_a_request_the_engine_does_not_know_is_refused(socket_path: Path) -> None:
    async with (
        serve_control(FakeEngine(), socket_path),
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(socket_path))) as http,
        http.post("http://engine/submit", data=b'{"request": {"type": "Explode"}, "by": "x"}') as response,
    ):
        assert response.status == 400
        assert (await response.json())["error"]["word"] == "bad_value"


async def test_only_the_engines_user_may_open_the_socket(socket_path: Path) -> None:
    async with serve_control(FakeEngine(), socket_path):
        assert socket_path.stat().st_mode & 0o777 == 0o600


async def test_a_socket_left_behind_does_not_stop_the_start(socket_path: Path) -> None:
    socket_path.touch()
    async with serve_control(FakeEngine(), socket_path), running(linked(socket_path)) as link:
        await until(lambda: link.state == "up")


async def test_an_edge_that_lags_too_far_behind_is_cut_off_and_begins_anew(
    socket_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "BACKLOG", 3)
    engine, link = FakeEngine(), linked(socket_path)
    pictures: list[int] = []
    link.on_up.append(lambda floor: pictures.append(floor.seq))
    async with serve_control(engine, socket_path), running(link):
        await until(lambda: link.state == "up" and engine.subscribers)
        for _ in range(10):  # in one turn of the loop: nothing can be sent meanwhile
            engine.publish(calls={"c1": call("c1")})
        await until(lambda: len(pictures) == 2)

        assert link.floor == engine.state
        assert len(engine.subscribers) == 1


async def test_a_mistake_in_what_follows_the_engine_does_not_end_the_link(socket_path: Path) -> None:
    engine, link = FakeEngine(), linked(socket_path)
    seen: list[int] = []

    def mistaken(delta: Delta) -> None:
        raise KeyError(delta.seq)

    link.on_delta += [mistaken, lambda delta: seen.append(delta.seq)]
    async with serve_control(engine, socket_path), running(link):
        await until(lambda: link.state == "up")
        engine.publish(calls={"c1": call("c1")})
        engine.publish(calls={"c1": None})
        await until(lambda: len(seen) == 2)

        assert link.state == "up"


@pytest.mark.parametrize("garbage", [b"\xff", b"not json", b'{"floor": 5}'])
async def test_garbage_from_the_engines_socket_makes_the_link_begin_anew(socket_path: Path, garbage: bytes) -> None:
    met = 0

    async def stream(http: web.Request) -> web.WebSocketResponse:
        nonlocal met
        socket = web.WebSocketResponse()
        await socket.prepare(http)
        met += 1
        if met == 1:
            await socket._writer.send_frame(garbage, aiohttp.WSMsgType.TEXT if garbage == b"\xff" else 2)
        else:
            await socket.send_bytes(msgspec.json.encode({"floor": floor()}))
        async for _ in socket:
            pass
        return socket

    application = web.Application()
    application.router.add_get("/stream", stream)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.UnixSite(runner, str(socket_path)).start()
    async with running(linked(socket_path)) as link:
        await until(lambda: link.state == "up")
    await runner.cleanup()

    assert met == 2


def test_the_wait_between_attempts_doubles_up_to_two_seconds() -> None:
    assert [retry_in(attempt, 1.0) for attempt in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0]
    assert retry_in(5, 0.0) == 1.0
    assert retry_in(1000, 1.0) == 2.0


def test_every_refusal_of_the_engine_is_among_the_words() -> None:
    assert engine_words() <= set(WORDS)
