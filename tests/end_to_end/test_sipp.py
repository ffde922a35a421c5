"""Calls by SIPp: a telephone that is not our own speaks SIP and RTP with the centre, at either end or at both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from callcenter.calls import requests as rq
from callcenter.robots.mulaw import tone
from tests.hearing import of_wav, tone_s, until_heard_for
from tests.real_centre import RealCentre, running_centre, small_centre
from tests.sipp import Sipp

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

CALLER_HZ, AGENT_HZ = 600, 1100
TALK_MS = 6500  # the whisper, then the work number, take the first four seconds
CALLERS = [f"139001390{n:02}" for n in range(1, 11)]


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    document = small_centre(wrap_up_s=0, survey=None)
    async with running_centre(tmp_path_factory.mktemp("cc"), document) as running:
        yield running


@pytest.fixture
def sipp(centre: RealCentre, tmp_path: Path) -> Sipp:
    return Sipp(centre, tmp_path)


async def sign_in(centre: RealCentre, agent: str) -> None:
    await centre.until(lambda floor: agent in floor.agents)
    await centre.ask(rq.SignIn(agent=agent, device="desk", ready=True))
    await centre.until_agent(agent, "ready")


async def recording_of(centre: RealCentre, call_id: str) -> Path:
    (row,) = await centre.rows(
        "select * from recordings where call_id = :id", lambda rows: rows and rows[0]["state"] == "stored", id=call_id
    )
    return centre.config.recordings_dir / row["file"]


def left_is_the_caller_and_right_the_agent(file: Path) -> None:
    left, right = of_wav(file, 0), of_wav(file, 1)
    assert tone_s(left, CALLER_HZ) > 1
    assert tone_s(right, AGENT_HZ) > 1
    assert tone_s(left, AGENT_HZ) == tone_s(right, CALLER_HZ) == 0


async def answered(centre: RealCentre, callers: list[str]) -> list[dict[str, Any]]:
    """The finished calls of these callers, in the order in which they were answered."""
    wanted = {f"+86{caller}" for caller in callers}

    def all_there(rows: list[dict[str, Any]]) -> bool:
        return wanted <= {row["caller"] for row in rows}

    rows = await centre.rows("select * from calls where ended_at > 0 order by answered_at", all_there)
    return [row for row in rows if row["caller"] in wanted]


async def test_a_caller_by_sipp_presses_keys_and_talks_with_an_agent(centre: RealCentre, sipp: Sipp):
    async with centre.agent("8001") as desk:
        calling = asyncio.create_task(sipp.call(["13800138000"], keys="81", hz=CALLER_HZ))
        ringing = await desk.incoming(60)
        await ringing.answer()
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard_for(1.5, ringing, CALLER_HZ)
        view = await centre.until_phase("talking", "13800138000")
        await ringing.hang_up()
        await calling
        await centre.until_agent("8001", "ready")
        await centre.sign_out("8001")
    (row,) = await answered(centre, ["13800138000"])
    assert (row["id"], row["agent"], row["ended_by"], row["outcome"]) == (view.id, "8001", "agent", "answered")
    left_is_the_caller_and_right_the_agent(await recording_of(centre, view.id))


async def test_ten_callers_at_once_are_served_by_four_desk_phones_in_order_and_recorded(
    centre: RealCentre, sipp: Sipp
):
    desks = ["8001", "8002", "8003", "8004"]
    async with AsyncExitStack() as stack:
        for agent in desks:
            await stack.enter_async_context(sipp.desk(agent, hz=AGENT_HZ, talk_ms=TALK_MS))
            await sign_in(centre, agent)
        await sipp.call(CALLERS, keys="82", hz=CALLER_HZ)
        for agent in desks:
            await centre.until_agent(agent, "ready")
            await centre.sign_out(agent)
    rows = await answered(centre, CALLERS)
    assert [row["outcome"] for row in rows] == ["answered"] * 10
    assert {row["agent"] for row in rows} == set(desks)
    for row in rows:
        left_is_the_caller_and_right_the_agent(await recording_of(centre, row["id"]))
    await served_in_order(centre, rows)


async def served_in_order(centre: RealCentre, rows: list[dict[str, Any]]) -> None:
    """Who entered the queue earlier is offered to an agent earlier, each exactly once."""
    ids = {row["id"] for row in rows}
    entries = await centre.rows("select call_id from queue_entries order by entered_at")
    offers = await centre.rows("select call_id, result from offers order by seq")
    made = [row["call_id"] for row in offers if row["call_id"] in ids]
    assert made == [row["call_id"] for row in entries if row["call_id"] in ids]
    assert {row["result"] for row in offers if row["call_id"] in ids} == {"answered"}
