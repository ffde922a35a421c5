"""What stands when a process is killed: talks, places in line, records. `kill -9`, real calls, real sound."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests.asterisk.listening import as_floats
from tests.end_to_end.test_one_call import MENU_ZH
from tests.hearing import Ear, of_wav, tone_s, until_heard_for
from tests.real_centre import HOTLINE, START_S, RealCentre, running_centre

pytestmark = pytest.mark.real

CALLER_HZ, AGENT_HZ = 600, 1100
RING_S = 40.0
TALKERS = [f"1380013800{n}" for n in range(1, 6)]
WAITERS = [f"139001390{n:02}" for n in range(1, 11)]


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path) as running:
        yield running


class Busy:
    """Five who talk, in tones, and ten who wait, in this order."""

    def __init__(self) -> None:
        self.desks: dict[str, SipPhone] = {}
        self.talks: list[tuple[Call, Call]] = []
        self.waiting: dict[str, Call] = {}


@asynccontextmanager
async def busy(centre: RealCentre, talkers: int = 5, waiters: int = 10) -> AsyncIterator[Busy]:
    async with AsyncExitStack() as stack:
        scene = Busy()
        for number in range(1, talkers + 1):
            agent = f"800{number}"
            scene.desks[agent] = await stack.enter_async_context(centre.agent(agent))
            call = await _dial(centre, stack, TALKERS[number - 1])
            ringing = await scene.desks[agent].incoming(RING_S)
            await ringing.answer()
            await centre.until_phase("talking", TALKERS[number - 1])
            call.sound.play(tone(CALLER_HZ), loop=True)
            ringing.sound.play(tone(AGENT_HZ), loop=True)
            scene.talks.append((call, ringing))
        for number in WAITERS[:waiters]:
            scene.waiting[number] = await _dial(centre, stack, number)
            await centre.until_phase("waiting", number)
        yield scene


async def _dial(centre: RealCentre, stack: AsyncExitStack, number: str) -> Call:
    return await centre.queued(await stack.enter_async_context(centre.caller(number)))


async def still_talk(scene: Busy, seconds: float) -> None:
    """Everybody hears the other side's tone, without a hole worth mentioning, for so long from now."""
    for call, ringing in scene.talks:
        call.sound.forget()
        ringing.sound.forget()
    await asyncio.gather(*(_hear_each_other(pair, seconds) for pair in scene.talks))


async def _hear_each_other(pair: tuple[Call, Call], seconds: float) -> None:
    await until_heard_for(seconds, pair[0], AGENT_HZ, timeout_s=3 * seconds + 10)
    await until_heard_for(seconds, pair[1], CALLER_HZ, timeout_s=3 * seconds + 10)
    for call, hz in ((pair[0], AGENT_HZ), (pair[1], CALLER_HZ)):
        samples = as_floats(call.sound.heard())
        assert tone_s(samples, hz) > 0.9 * len(samples) / 8000 - 0.3


async def next_served(centre: RealCentre, scene: Busy, agent: str) -> str:
    """The number of the caller whom the agent gets next."""
    ringing = await scene.desks[agent].incoming(RING_S)
    await ringing.answer()
    view = await centre.until(
        lambda floor: next((c for c in floor.calls.values() if c.agent == agent and c.phase == "talking"), None)
    )
    in_talk = centre.now
    await ringing.hang_up()
    await centre.end_wrap_up(agent, since=in_talk)
    return view.caller


async def end_talk(centre: RealCentre, scene: Busy, index: int) -> None:
    call, ringing = scene.talks[index]
    await ringing.hang_up()
    await call.hang_up()


async def nothing_lost_or_doubled(centre: RealCentre, calls: int) -> None:
    """Every call ended once, every queue entry left once, offered = answered + abandoned + the rest."""
    await centre.rows("select id from calls where ended_at > 0", lambda rows: len(rows) == calls)
    rows = await centre.rows(
        "select kind, interaction, count(*) as n from ledger where interaction != '' group by kind, interaction"
    )
    for kind in ("CallArrived", "CallEnded"):
        counts = [row["n"] for row in rows if row["kind"] == kind]
        assert counts == [1] * calls, kind
    entered = sum(row["n"] for row in rows if row["kind"] == "QueueEntered")
    assert entered == sum(row["n"] for row in rows if row["kind"] == "QueueLeft")


async def test_an_engine_that_is_killed_and_back_after_three_seconds_is_not_noticed(centre: RealCentre):
    async with busy(centre) as scene:
        await centre.kill("engine")
        await still_talk(scene, 3)
        await centre.start("engine")
        floor = centre.floor
        assert sum(call.phase == "talking" for call in floor.calls.values()) == 5
        order = sorted((c.queued_at, c.caller) for c in floor.calls.values() if c.phase == "waiting")
        assert [caller for _, caller in order] == [f"+86{number}" for number in WAITERS]
        await end_talk(centre, scene, 0)
        served = [await next_served(centre, scene, "8001") for _ in range(3)]
        assert served == [f"+86{number}" for number in WAITERS[:3]]
        await still_talk(rest_of(scene), 1)
    await nothing_lost_or_doubled(centre, 15)


def rest_of(scene: Busy) -> Busy:
    """Those whose talk was not ended."""
    few = Busy()
    few.talks = scene.talks[1:]
    return few


async def test_an_engine_that_is_away_for_a_minute_finds_its_callers_in_order_and_the_calls_it_missed(
    centre: RealCentre,
):
    async with busy(centre) as scene:
        await centre.kill("engine")
        # The waiters are in the fallback queue long before, where nobody serves them while all talk.
        await still_talk(scene, 50)
        await end_talk(centre, scene, 0)
        began = time.monotonic()
        ringing = await scene.desks["8001"].incoming(RING_S)
        assert ringing.caller_number.endswith(WAITERS[0]), "the fallback queue keeps the order"
        await ringing.answer()
        missed = ringing
        missed.sound.play(tone(AGENT_HZ), loop=True)
        scene.waiting[WAITERS[0]].sound.play(tone(CALLER_HZ), loop=True)
        await until_heard_for(1.0, missed, CALLER_HZ)
        await scene.waiting[WAITERS[0]].hang_up()
        lasted_s = time.monotonic() - began
        second = await scene.desks["8001"].incoming(RING_S)
        assert second.caller_number.endswith(WAITERS[1])
        await second.answer()
        await centre.start("engine")
        await centre.until_phase("talking", WAITERS[1])
        in_talk = centre.now
        order = sorted((c.queued_at, c.caller) for c in centre.floor.calls.values() if c.phase == "waiting")
        assert [caller for _, caller in order] == [f"+86{number}" for number in WAITERS[2:]]
        await second.hang_up()
        await centre.end_wrap_up("8001", since=in_talk)
        assert await next_served(centre, scene, "8001") == f"+86{WAITERS[2]}"
        (row,) = await centre.rows("select * from calls where caller = :c and ended_at > 0", c=f"+86{WAITERS[0]}")
        assert (row["outcome"], row["agent"], row["ended_by"]) == ("answered", "8001", "caller")
        assert 0.5 < row["talk_s"] < lasted_s + 1
        (recording,) = await centre.rows(
            "select * from recordings where call_id = :id",
            lambda rows: rows and rows[0]["state"] == "stored",
            id=row["id"],
        )
        file = centre.config.recordings_dir / recording["file"]
        assert tone_s(of_wav(file, 0), CALLER_HZ) > 0.5
        assert tone_s(of_wav(file, 1), AGENT_HZ) > 0.5
    await nothing_lost_or_doubled(centre, 15)


async def test_with_the_engine_gone_for_good_a_new_call_is_answered_within_twenty_seconds(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller("13800138000") as caller:
        await centre.until_mirrored("8001")
        await centre.kill("engine")
        call = await caller.call(HOTLINE)
        ringing = await desk.incoming(20)
        await ringing.answer()
        call.sound.play(tone(CALLER_HZ), loop=True)
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard_for(1.0, call, AGENT_HZ)
        await until_heard_for(1.0, ringing, CALLER_HZ)
        await ringing.hang_up()
        await call.ended(RING_S)
        await centre.start("engine")
    (row,) = await centre.rows("select * from calls where ended_at > 0")
    assert (row["outcome"], row["agent"], row["source"]) == ("answered", "8001", "cel")
    assert row["caller"] == "+8613800138000"
    await centre.rows("select * from recordings", lambda rows: rows and rows[0]["state"] == "stored")


async def test_a_killed_asterisk_closes_its_calls_and_agents_are_ready_again_soon(centre: RealCentre):
    async with busy(centre, talkers=1, waiters=1) as scene:
        await until_on_disk(centre, 1.5)
        await centre.kill("asterisk")
        await centre.until(lambda floor: floor.system.asterisk == "down")
        await centre.start("asterisk")
        await centre.until(lambda floor: floor.system.asterisk == "up", START_S)
        await scene.desks["8001"].register()
        await centre.until(lambda floor: not any(c.phase != "ended" for c in floor.calls.values()))
        await centre.until_agent("8001", "ready")
        async with centre.caller("13700137000") as again:
            await centre.queued(again)
            await (await scene.desks["8001"].incoming(RING_S)).answer()
            await centre.until_phase("talking", "13700137000")
    ended = await centre.rows("select * from calls where ended_at > 0", lambda rows: len(rows) == 3)
    assert sorted(row["ended_by"] for row in ended) == ["caller", "system", "system"]
    assert all(row["cause"] for row in ended)
    first = next(row for row in ended if row["caller"].endswith(TALKERS[0]))
    (recording,) = await centre.rows(
        "select * from recordings where call_id = :id",
        lambda rows: rows and rows[0]["state"] == "stored",
        id=first["id"],
    )
    assert tone_s(of_wav(centre.config.recordings_dir / recording["file"], 1), AGENT_HZ) > 1


async def until_on_disk(centre: RealCentre, seconds: float) -> None:
    """Of what the agent says. Asterisk writes about two seconds at once; what it holds is lost with it."""
    folder = centre.config.asterisk_settings().raw_recordings_dir
    async with asyncio.timeout(RING_S):
        while not any(tone_s(as_floats(whole(side)), AGENT_HZ) >= seconds for side in folder.glob("*-agent.raw")):
            await asyncio.sleep(0.1)


def whole(side: Path) -> bytes:
    """Samples of two bytes: the last one may be half there."""
    written = side.read_bytes()
    return written[: len(written) // 2 * 2]


async def test_a_caller_in_the_menu_is_asked_the_same_question_again_after_the_restart(centre: RealCentre):
    asked = "select seq from ledger where kind = 'FlowStepped' and interaction = :id and body like '%menu%'"
    async with centre.caller() as caller:
        call = await caller.call(HOTLINE)
        await call.press("8")
        view = await centre.until(lambda floor: next((c for c in floor.calls.values() if c.node == "menu"), None))
        await centre.kill("engine")
        await centre.start("engine")
        await centre.rows(asked, lambda rows: len(rows) == 2, id=view.id)
        since = time.monotonic()
        await Ear(centre.config).until_heard(call, MENU_ZH, since)
        await call.press("2")
        await centre.until_phase("waiting")
    await centre.rows("select id from calls where ended_at > 0", lambda rows: len(rows) == 1)


async def test_calls_go_on_while_the_database_is_locked_and_nothing_is_lost(centre: RealCentre):
    file = centre.config.database_url.removeprefix("sqlite:///")
    async with centre.agent("8001") as desk, centre.caller() as caller:
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as somebody_else:
            somebody_else.execute("BEGIN IMMEDIATE")
            call = await centre.queued(caller)
            ringing = await desk.incoming(RING_S)
            await ringing.answer()
            view = await centre.until_phase("talking")
            await ringing.hang_up()
            await centre.until_phase("survey")
            await call.hang_up()
            await centre.until_agent("8001", "ready")
            assert not somebody_else.execute("select id from calls").fetchall()
            somebody_else.execute("ROLLBACK")
    (row,) = await centre.rows("select * from calls where ended_at > 0")
    assert (row["id"], row["outcome"], row["agent"]) == (view.id, "answered", "8001")
    await nothing_lost_or_doubled(centre, 1)
