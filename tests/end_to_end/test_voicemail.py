"""A caller who would rather speak to a machine: greeting, tone, message, and who hears it."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from callcenter.calls.centre import Centre, Destination
from callcenter.ivr import phrases, spoken
from callcenter.robots.call import Call
from callcenter.robots.mulaw import from_wav
from callcenter.robots.phone import SipPhone
from tests.asterisk.listening import as_floats, until_heard
from tests.end_to_end.routing import RING_S, Somebody, nobody, queue_of, signed_in, straight, waits
from tests.hearing import SURE, Ear, likeness, of_wav
from tests.real_centre import RealCentre, running_centre, small_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

ZH = "zh-CN"
BEEP_HZ = 700
CALLER, SILENT = "13800138001", "13800138002"
SAID = phrases.callback_type(ZH)  # any sentence that is not heard in these calls
OUTSIDER = "8006"  # an agent of sales alone


def document() -> Centre:
    centre = small_centre(survey=None, exits={"2": Destination(to="voicemail")})
    agents = tuple(
        msgspec.structs.replace(one, queues=("sales",)) if one.id == OUTSIDER else one for one in centre.agents
    )
    return msgspec.structs.replace(centre, agents=agents, **straight())


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), document(), edge=True) as running:
        yield running


@pytest.fixture(scope="module")
async def supervisor(centre: RealCentre) -> AsyncIterator[Somebody]:
    async with signed_in(centre, "chief", "supervisor") as one:
        yield one


async def after_the_tone(centre: RealCentre, ear: Ear, caller: SipPhone) -> Call:
    call = await waits(centre, caller)
    await centre.press(call, "2")
    await ear.until_heard(call, spoken.voicemail_greeting(queue_of(document(), "support").name, ZH))
    await until_heard(call, BEEP_HZ, timeout_s=RING_S)
    return call


async def says(centre: RealCentre, ear: Ear, call: Call) -> str:
    """Until the whole sentence, over and over, is on the disk; the id of the call."""
    view = await centre.until_phase("voicemail", call.phone.user)
    file = ear.file(SAID)
    call.sound.play(from_wav(file), loop=True)
    raw = centre.config.asterisk_settings().raw_messages_dir / f"{view.id}.raw"
    enough_bytes = 1.25 * 2 * len(of_wav(file))
    async with asyncio.timeout(RING_S):
        while not raw.exists() or raw.stat().st_size < enough_bytes:
            await asyncio.sleep(0.1)
    return str(view.id)


async def messages(supervisor: Somebody, count: int) -> list[dict[str, Any]]:
    found = await supervisor.until("/messages", lambda told: len(told["messages"]) == count, mailbox="support")
    listed: list[dict[str, Any]] = found["messages"]
    return listed


async def test_what_the_caller_says_after_the_tone_is_listed_heard_and_handled(
    centre: RealCentre, ear: Ear, supervisor: Somebody
):
    async with centre.caller(CALLER) as caller:
        call = await after_the_tone(centre, ear, caller)
        call_id = await says(centre, ear, call)
        await call.press("#")
        await ear.until_heard(call, phrases.message_review(ZH))
        await call.press("3")
        await ear.until_heard(call, phrases.message_saved(ZH))
        assert await call.ended(RING_S) == "them"
    (message,) = await messages(supervisor, 1)
    assert (message["call"], message["mailbox"], message["state"]) == (call_id, "support", "new")
    assert message["caller"] == f"+86{CALLER}"
    assert (
        likeness(as_floats(wav(await supervisor.sound(f"/messages/{message['id']}/audio"))), of_wav(ear.file(SAID)))
        > SURE
    )
    (entry,) = await centre.rows("select * from queue_entries where call_id = :id", id=call_id)
    assert (entry["reason"], entry["why"], entry["to"]) == ("voicemail", "key", "support")
    await handled_by_the_queues_own_agents_alone(centre, message["id"])


async def handled_by_the_queues_own_agents_alone(centre: RealCentre, message: str) -> None:
    mark = {"handled": True, "note": "called the customer"}
    async with signed_in(centre, OUTSIDER) as outsider, nobody(centre) as stranger:
        for somebody, status in ((outsider, 404), (stranger, 401)):
            assert (await somebody.ask("GET", f"/messages/{message}/audio"))[0] == status
            assert (await somebody.ask("POST", f"/messages/{message}/handled", json=mark))[0] == status
        assert not (await outsider.get("/messages"))["messages"]
    async with signed_in(centre, "8001") as agent:
        assert wav(await agent.sound(f"/messages/{message}/audio"))
        status, told = await agent.ask("POST", f"/messages/{message}/handled", json=mark)
        assert (status, told["state"], told["handled_by"]) == (200, "handled", "8001")
        assert not (await agent.get("/messages", state="new"))["messages"]


def wav(sound: bytes) -> bytes:
    """Samples of 16 bit, one channel."""
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, 8000)
        return file.readframes(file.getnframes())


async def test_a_message_is_kept_when_the_caller_just_hangs_up_and_silence_is_none(
    centre: RealCentre, ear: Ear, supervisor: Somebody
):
    before = len((await supervisor.get("/messages", mailbox="support"))["messages"])
    async with centre.caller(SILENT) as silent:
        call = await after_the_tone(centre, ear, silent)
        await call.hang_up()
    await centre.rows("select * from messages where state = 'missing'")
    async with centre.caller(CALLER) as caller:
        call = await after_the_tone(centre, ear, caller)
        await says(centre, ear, call)
        await call.hang_up()
    newest, *_ = await messages(supervisor, before + 1)
    assert newest["caller"] == f"+86{CALLER}"
    assert (
        likeness(as_floats(wav(await supervisor.sound(f"/messages/{newest['id']}/audio"))), of_wav(ear.file(SAID)))
        > SURE
    )
