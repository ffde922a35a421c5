"""What callers hear while they wait, that it never keeps an agent waiting, and what outlives a killed engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from statistics import fmean
from typing import Any

import msgspec
import pytest

from callcenter.calls import requests as rq
from callcenter.calls.centre import CallbackPolicy, Centre, Destination
from callcenter.calls.languages import Prompt, Text
from callcenter.ivr import phrases, spoken
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests.asterisk.listening import Samples, as_floats
from tests.end_to_end.routing import (
    RING_S,
    SALES,
    SUPPORT,
    Somebody,
    done,
    nobody,
    queue_of,
    signed_in,
    straight,
    waits,
)
from tests.hearing import SURE, Ear, likeness, of_wav
from tests.real_centre import RealCentre, running_centre, small_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

ZH = "zh-CN"
TALKER, FIRST, SECOND, THIRD = (f"1380013800{n}" for n in range(1, 5))
CALLER_HZ = 600
KEYS = Text(
    zh="如果您不愿意继续等候，希望我们在轮到您的时候给您回电，请按1。如果您希望给我们留言，请按2，我们的客服人员会尽快与您联系。",
    en="To be called back when it is your turn, press 1. To leave a message for our agents, press 2.",
)
EXITS = {"1": Destination(to="callback"), "2": Destination(to="voicemail")}


def document() -> Centre:
    centre = small_centre(survey=None, wrap_up_s=0, exits=EXITS, exits_text=KEYS, announce_every_s=15)
    support = msgspec.structs.replace(queue_of(centre, "support"), callback=CallbackPolicy())
    sales = msgspec.structs.replace(
        queue_of(centre, "sales"), music="calm", exits={}, exits_text=None, announce_every_s=3600
    )
    return msgspec.structs.replace(centre, queues=(support, sales), **straight())


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    async with running_centre(folder, document(), edge=True, trunk_port=home.port) as running:
        home.server = ("127.0.0.1", running.config.asterisk.sip_port)
        yield running


@pytest.fixture(scope="module")
async def supervisor(centre: RealCentre) -> AsyncIterator[Somebody]:
    async with signed_in(centre, "chief", "supervisor") as one:
        yield one


async def told_on_entering(centre: RealCentre, caller: str) -> Prompt:
    """The range that was foretold, in words."""
    view = await centre.until_phase("waiting", caller)
    view = await centre.until(lambda floor: (one := floor.calls[view.id]).foretold_high_s and one)
    return spoken.wait_range(view.foretold_low_s, view.foretold_high_s, ZH)


async def next_talk(centre: RealCentre, desk: SipPhone, caller: str) -> Call:
    """The agent's phone rings, and it is this caller."""
    talk = await desk.incoming(RING_S)
    await talk.answer()
    await centre.until_phase("talking", caller)
    return talk


async def test_callers_hear_their_place_and_a_range_of_their_wait_which_is_reported_against_what_came(
    centre: RealCentre, ear: Ear, supervisor: Somebody
):
    async with (
        centre.agent("8001") as desk,
        centre.caller(TALKER) as talker,
        centre.caller(FIRST) as first,
        centre.caller(SECOND) as second,
    ):
        await talker.call(SUPPORT)
        talk = await next_talk(centre, desk, TALKER)
        one = await waits(centre, first)
        two = await waits(centre, second)
        for call, caller, ahead in ((one, FIRST, 0), (two, SECOND, 1)):
            await ear.until_heard(call, spoken.position(ahead, ZH), spoiled=1)
            told = await told_on_entering(centre, caller)
            await ear.until_heard(call, told, timeout_s=60, spoiled=0)  # ranges differ in a word or two
            await ear.until_heard(call, Prompt(ZH, KEYS.zh))
            assert ear.heard(call, spoken.position(1 - ahead, ZH), spoiled=1) < SURE
        again = time.monotonic()
        await ear.until_heard(two, spoken.position(1, ZH), again, timeout_s=60)
        for caller in (FIRST, SECOND):
            await talk.hang_up()
            talk = await next_talk(centre, desk, caller)
        await done(centre, "8001", talk)
    await reported(centre, supervisor)


async def reported(centre: RealCentre, supervisor: Somebody) -> None:
    """The first of the three had nobody to wait for: an agent was free."""
    query = "select * from queue_entries where reason = 'answered' and foretold_high_s is not null"
    entries = await centre.rows(query, lambda rows: len(rows) == 2)

    def of_support(answer: Any) -> list[Any]:
        return [one for one in answer["queues"] if (one["queue"], one["told"]) == ("support", 2)]

    (support,) = of_support(await supervisor.until("/queues/forecast", of_support))
    assert support["waited_s"] == pytest.approx(fmean(row["waited_s"] for row in entries))
    assert support["low_s"] == pytest.approx(fmean(row["foretold_low_s"] for row in entries))
    async with nobody(centre) as stranger:
        assert (await stranger.ask("GET", "/queues/forecast"))[0] == 401


async def test_an_announcement_does_not_keep_an_agent_waiting(centre: RealCentre, ear: Ear):
    keys = Prompt(ZH, KEYS.zh)
    async with centre.agent("8001", ready=False) as desk, centre.caller(FIRST) as caller:
        call = await waits(centre, caller)
        await ear.until_heard(call, keys)
        await centre.ask(rq.GoReady(agent="8001"))
        talk = await desk.incoming(RING_S)
        await talk.answer()
        await ear.until_heard(call, spoken.work_number("8001", ZH))
        assert ear.heard(call, keys, spoiled=0) < SURE, "it was cut short"
        await done(centre, "8001", talk)


async def test_each_queue_has_its_own_music(centre: RealCentre):
    (file,) = (centre.config.asterisk_settings().converted_music_dir).glob("*.wav")
    calm = of_wav(file)
    async with centre.caller(FIRST) as first, centre.caller(SECOND) as second:
        at_sales, at_support = await waits(centre, first, SALES), await waits(centre, second, SUPPORT)
        await until_music(at_sales, calm)
        assert likeness(calm, last_heard(at_support)) < SURE


async def until_music(call: Call, music: Samples) -> None:
    async with asyncio.timeout(60):
        while likeness(music, last_heard(call)) < SURE:
            await asyncio.sleep(0.2)


def last_heard(call: Call) -> Samples:
    """The last two seconds."""
    return as_floats(call.sound.heard(time.monotonic() - 2))


async def test_places_callbacks_and_messages_outlive_a_killed_engine(
    centre: RealCentre, ear: Ear, home: SipPhone, supervisor: Somebody
):
    async with (
        centre.agent("8001", ready=False) as desk,
        centre.caller(FIRST) as first,
        centre.caller(SECOND) as second,
        centre.caller(THIRD) as third,
    ):
        await asks_to_be_called(centre, ear, first)
        await waits(centre, second)
        await waits(centre, third)
        async with centre.caller(TALKER) as talker:
            await leaves_a_message(centre, talker)
        before = line_of(centre)
        await centre.kill("engine")
        await centre.start("engine")
        assert line_of(centre) == before
        (message,) = (await supervisor.until("/messages", lambda told: told["messages"]))["messages"]
        assert message["caller"] == f"+86{TALKER}"
        await centre.until_agent("8001", "paused")
        await centre.ask(rq.GoReady(agent="8001"))
        back = await home.incoming(RING_S)
        assert back.dialled == f"+86{FIRST}"
        await back.answer()
        talk = await next_talk(centre, desk, FIRST)
        for caller in (SECOND, THIRD):
            await talk.hang_up()
            talk = await next_talk(centre, desk, caller)
        await done(centre, "8001", talk)
    (row,) = await centre.rows("select * from callbacks where ended_at is not null")
    assert (row["number"], row["result"]) == (f"+86{FIRST}", "served")


def line_of(centre: RealCentre) -> list[tuple[float, str]]:
    """Who stands in the line of support, in order: callers and callbacks."""
    calls: list[Any] = [one for one in centre.floor.calls.values() if one.phase == "waiting"]
    places = [(one.queued_at, one.caller) for one in calls]
    return sorted(places + [(one.queued_at, one.number) for one in centre.floor.callbacks.values()])


async def asks_to_be_called(centre: RealCentre, ear: Ear, caller: SipPhone) -> None:
    call = await waits(centre, caller)
    await centre.press(call, "1")
    await ear.until_heard(call, phrases.callback_own(ZH))
    await call.press("1")
    await call.ended(RING_S)
    await centre.until(lambda floor: floor.callbacks)


async def leaves_a_message(centre: RealCentre, caller: SipPhone) -> None:
    call = await waits(centre, caller)
    await centre.press(call, "2")
    view = await centre.until_phase("voicemail", caller.user)
    call.sound.play(tone(CALLER_HZ), loop=True)
    raw = centre.config.asterisk_settings().raw_messages_dir / f"{view.id}.raw"
    async with asyncio.timeout(60):
        while not raw.exists() or raw.stat().st_size < 3 * 16_000:
            await asyncio.sleep(0.1)
    await call.hang_up()
    await centre.until(lambda floor: view.id not in floor.calls or floor.calls[view.id].phase == "ended")
