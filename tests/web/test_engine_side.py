"""The real engine and the stand-in keep the same promises to the control channel."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from callcenter.calls import requests as rq
from callcenter.calls.events import Entry
from callcenter.calls.views import Delta
from callcenter.engine import Engine
from callcenter.switchboard.switchboard import Switchboard
from callcenter.web.control import EngineSide, serve_control
from callcenter.web.engine_link import EngineLink
from callcenter.web.errors import ApiError
from tests.switchboard.centre import HOTLINE, SURVEY, document, parse_flow
from tests.web.fake_engine import FakeEngine
from tests.web.floor import agent
from tests.web.house import until


async def the_real_one() -> Engine:
    seq = 0

    def append(events: object) -> list[Entry]:
        nonlocal seq
        entries = [Entry(number, event) for number, event in enumerate(events, seq + 1)]  # type: ignore[arg-type]
        seq += len(entries)
        return entries

    clock = asyncio.get_running_loop().time
    engine = Engine(Switchboard(parse_flow, Random(7)), append=append, carry_out=lambda _: None, clock=clock)
    engine.start("cc1")
    await engine.submit(rq.ApplyCentre(version=1, centre=document()))
    await engine.submit(rq.PublishFlow(flow="hotline", version=1, source=HOTLINE))
    await engine.submit(rq.PublishFlow(flow="survey", version=1, source=SURVEY))
    return engine


class ObligingFake(FakeEngine):
    """Carries out the one request of this contract."""

    async def submit(self, request: rq.AnyRequest) -> dict[str, object]:
        if not isinstance(request, rq.SignIn) or request.agent != "8001":
            raise rq.UnknownAgent("no such agent")
        self.publish(agents={"8001": agent(state="paused", intent="paused", device="desk")})
        return await super().submit(request)


@pytest.fixture(params=["real", "fake"])
async def engine(request: pytest.FixtureRequest) -> EngineSide:
    return await the_real_one() if request.param == "real" else ObligingFake()


@pytest.fixture
async def link(engine: EngineSide) -> AsyncIterator[EngineLink]:
    with tempfile.TemporaryDirectory() as folder:
        socket_path = Path(folder) / "engine.sock"
        async with serve_control(engine, socket_path):
            made = EngineLink(socket_path, jitter=lambda: 0.0)
            task = asyncio.create_task(made.run())
            await until(lambda: made.state == "up")
            yield made
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_what_a_request_changes_arrives_in_the_mirror(engine: EngineSide, link: EngineLink) -> None:
    result = await link.submit(rq.SignIn(agent="8001", device="desk"), by="8001")
    await until(lambda: link.floor and link.floor.agents["8001"].intent == "paused")

    assert isinstance(result, dict)
    assert link.floor == engine.floor()


async def test_a_refusal_has_a_word_the_api_knows(link: EngineLink) -> None:
    with pytest.raises(ApiError) as refused:
        await link.submit(rq.SignIn(agent="9999"), by="x")

    assert refused.value.word == "unknown_agent"


async def test_an_ended_subscription_gets_nothing_more(engine: EngineSide) -> None:
    got: list[Delta] = []
    unsubscribe = engine.subscribe(got.append)
    await engine.submit(rq.SignIn(agent="8001", device="desk"))
    await until(lambda: got)
    unsubscribe()
    before = len(got)
    await engine.submit(rq.SignIn(agent="8001", device="desk", ready=True))

    assert len(got) == before


async def test_health_is_plain_json(engine: EngineSide, link: EngineLink) -> None:
    assert (await link.health())["seq"] == engine.health()["seq"]
