"""Half a minute of the robots' floor, for real: Asterisk, engine, SIP and RTP."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.robots.agents import AgentHabits
from callcenter.robots.callers import CallerHabits
from callcenter.robots.floor import Pace
from callcenter.robots.process import Cast, put_together
from tests.real_centre import RealCentre, running_centre

pytestmark = pytest.mark.real

# English strangers press 9 at once and so are through the menu in a few seconds.
QUICK_CALLERS = CallerHabits(
    known=0.0,
    english_strangers=1.0,
    wrong_key_first=0.0,
    silent=0.0,
    leaves_menu=0.0,
    leaves_queue=0.0,
    leaves_talk=0.0,
    leaves_survey=0.0,
    language_s=(0.5, 1.0),
    menu_s=(0.5, 1.0),
    rating_s=(0.5, 1.0),
)
QUICK_AGENTS = AgentHabits(
    arrives_s=(0.0, 0.1),
    answers_s=(0.2, 0.4),
    ignores=0.0,
    rejects=0.0,
    talks_s=(4.0, 5.0),
    holds=1.0,
    hold_s=(1.0, 1.0),
    wrap_up_s=(0.5, 1.0),
    pauses=1.0,
    pause_s=(1.0, 1.5),
)
AGENTS = ("8002", "8003")


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc")) as running:
        yield running


async def everybody_has_left(centre: RealCentre) -> None:
    await centre.until(lambda floor: all(floor.agents[agent].state == "signed_out" for agent in AGENTS))
    await centre.until(lambda floor: not floor.calls)


async def test_robots_call_answer_hold_rate_write_notes_rest_and_leave(centre: RealCentre):
    cast = Cast(AGENTS, Pace(30, at_once=2), seed=5, callers=QUICK_CALLERS, agent_habits=QUICK_AGENTS)
    stop = asyncio.Event()
    running = asyncio.create_task(put_together(centre.config, cast, centre.link).run(stop))
    try:
        await centre.until(lambda floor: all(floor.agents[agent].state == "ready" for agent in AGENTS))
        await centre.until(lambda floor: any(call.phase == "held" for call in floor.calls.values()))
        await centre.until(lambda floor: any(call.phase == "survey" for call in floor.calls.values()))
        await centre.until(lambda floor: any(agent.reason == "lunch" for agent in floor.agents.values()))
        await centre.rows("select * from survey_answers where question = 'resolution' and solved is not null")
        (call, *_) = await centre.rows("select * from calls where disposition = 'solved' and note != ''")
        assert call["agent"] in AGENTS
        await centre.until(lambda floor: 0 < len(floor.calls) <= 2)  # the last of a call may be told behind a new one
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)
    await everybody_has_left(centre)


@pytest.fixture
async def process(centre: RealCentre) -> AsyncIterator[asyncio.subprocess.Process]:
    argv = [sys.executable, "-m", "callcenter", "--config", str(centre.config.file), "robots", "--seed", "7"]
    argv += ["--calls-per-minute", "60", "--agents", *AGENTS]
    log = Path(centre.config.log_dir, "robots.log")
    with log.open("wb") as out:
        robots = await asyncio.create_subprocess_exec(*argv, stdout=out, stderr=out)
    yield robots
    with contextlib.suppress(ProcessLookupError):
        robots.kill()
    await robots.wait()


async def test_the_process_outlives_the_engine_and_ends_on_sigterm(
    centre: RealCentre, process: asyncio.subprocess.Process
):
    await centre.until_agent("8002", "ready")
    await centre.until(lambda floor: floor.calls)
    await centre.kill("engine")
    await centre.until(lambda _: centre.link.state == "lost")
    await centre.start("engine")
    await centre.until(lambda floor: centre.link.state == "up" and floor.system.asterisk == "up")
    known = set(centre.floor.calls)
    await centre.until(lambda floor: set(floor.calls) - known)
    await centre.until(lambda floor: all(floor.agents[agent].reachable for agent in AGENTS))
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0, centre.log("robots")
    await everybody_has_left(centre)
