"""Calls of several people on a whole centre: who hears whom, who has the caller afterwards, what is written down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from callcenter.calls import requests as rq
from callcenter.calls.centre import Centre
from callcenter.calls.desk import Outbound, OutboundNumber
from callcenter.calls.languages import Text
from callcenter.ivr import spoken
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests.asterisk.gathering import AGENT, CUSTOMER, OUTSIDE, TARGET, speaks, until_music
from tests.asterisk.listening import Samples, loudness
from tests.end_to_end.routing import RING_S, SALES, SUPPORT, Somebody, waits
from tests.end_to_end.supervising import (
    CALLER,
    LATER,
    Talk,
    at_the_api,
    connected,
    granted,
    granted_when_free,
    hears,
    refused,
    refused_when_free,
    supervised,
    talking,
    the_recording,
)
from tests.hearing import Ear, speak, tone_s
from tests.real_centre import OWN_NUMBER, RealCentre, running_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

FRIEND, SHOWN = "13911112222", "+861087654321"
MARKS = {"customer": 1600, "agent": 2200}  # tones by which the two sides of a recording are compared
IN_STEP_S = 0.3
COLLEAGUE = {"kind": "agent", "id": "8002"}
SALES_QUEUE = {"kind": "queue", "id": "sales"}
NUMBER = {"kind": "number", "id": FRIEND}


def document() -> Centre:
    """A number outside rings for ten seconds; calls out may be shown as one of two numbers."""
    numbers = (
        OutboundNumber(number=OWN_NUMBER, name=Text(zh="总机", en="Main")),
        OutboundNumber(number=SHOWN, name=Text(zh="回访", en="Follow-up")),
    )
    outbound = Outbound(numbers=numbers, ring_s=10, wrap_up_s=2)
    return msgspec.structs.replace(supervised(wrap_up_s=2), outbound=outbound)


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    async with running_centre(folder, document(), edge=True, trunk_port=home.port) as running:
        home.server = ("127.0.0.1", running.config.asterisk.sip_port)
        yield running


@pytest.fixture(scope="module")
async def agent(centre: RealCentre) -> AsyncIterator[Somebody]:
    async with at_the_api(centre, "8001", "agent", "8001") as one:
        yield one


@pytest.fixture(scope="module")
async def other(centre: RealCentre) -> AsyncIterator[Somebody]:
    async with at_the_api(centre, "8002", "agent", "8002") as one:
        yield one


@asynccontextmanager
async def asking(centre: RealCentre, agent: Somebody, note: str = "") -> AsyncIterator[tuple[Talk, Call]]:
    """8001 asks 8002 while the caller hears music."""
    async with talking(centre) as talk, centre.agent("8002") as phone:
        await granted(agent, "/agent/consult", interaction=talk.id, to=COLLEAGUE, note=note)
        await until_music(talk.call, RING_S)
        target = await speaks(await phone.incoming(RING_S), TARGET)
        await hears(talk.desk, TARGET)
        await hears(target, AGENT)
        await until_of(centre, talk, "consulting")
        view = await centre.until(lambda floor: (one := floor.calls[talk.id]).consult.state == "talking" and one)
        assert (view.phase, view.consult.party, view.consult.note) == ("consulting", "8002", note)
        await until_music(talk.call, RING_S)
        yield talk, target


async def until_of(centre: RealCentre, talk: Talk, phase: str, agent: str = "8001") -> Any:
    return await centre.until(
        lambda floor: (view := floor.calls.get(talk.id)) and (view.phase, view.agent) == (phase, agent) and view
    )


async def talks_of(centre: RealCentre, call_id: str, *agents: str) -> None:
    rows = await centre.rows(
        "select * from talks where call_id = :id and ended_at > 0 order by seq",
        lambda rows: len(rows) == len(agents),
        id=call_id,
    )
    assert tuple(row["agent"] for row in rows) == agents


async def given(centre: RealCentre, call_id: str) -> tuple[str, str, str, bool, str]:
    """The only transfer of the call: who, to what, to whom, after asking, with which note."""
    (row,) = await centre.rows("select * from transfers where call_id = :id", id=call_id)
    return row["agent"], row["kind"], row["to"], bool(row["attended"]), row["note"]


async def over(talk: Talk) -> None:
    """The caller hangs up."""
    await talk.call.hang_up()


# ---- asked first


async def test_an_agent_is_asked_while_the_caller_hears_music_and_the_caller_is_fetched_back(
    centre: RealCentre, agent: Somebody
):
    async with asking(centre, agent) as (talk, target):
        await centre.until(lambda floor: floor.agents["8002"].interaction == talk.id)
        await granted(agent, "/agent/consult/end", interaction=talk.id)
        assert await target.ended(RING_S) == "them"
        await hears(talk.call, AGENT)
        await hears(talk.desk, CUSTOMER)
        await until_of(centre, talk, "talking")
        await centre.until_agent("8002", "ready")
        await over(talk)
        await talk.desk.ended(RING_S)
    await talks_of(centre, talk.id, "8001")


async def test_whoever_was_asked_gets_the_caller_and_the_recording_goes_on(centre: RealCentre, agent: Somebody):
    async with asking(centre, agent, "wants a refund") as (talk, target):
        await granted(agent, "/agent/consult/complete", interaction=talk.id)
        await hears(talk.call, TARGET)
        await hears(target, CUSTOMER)
        assert await talk.desk.ended(RING_S) == "them"
        view = await until_of(centre, talk, "talking", "8002")
        assert (view.transferred_by, view.transfer_note) == ("8001", "wants a refund")
        await centre.until_agent("8001", "ready")
        await hears(talk.call, TARGET, for_s=1)
        await target.hang_up()
        assert await talk.call.ended(RING_S) == "them"
    await talks_of(centre, talk.id, "8001", "8002")
    assert await given(centre, talk.id) == ("8001", "agent", "8002", True, "wants a refund")
    said, heard = await the_recording(centre, talk.id)
    assert tone_s(said, CUSTOMER) > 1
    assert min(tone_s(heard, AGENT), tone_s(heard, TARGET)) > 0.4
    assert tone_s(said, AGENT) == tone_s(said, TARGET) == 0


async def test_three_talk_the_agent_leaves_and_both_sides_of_the_recording_are_in_step(
    centre: RealCentre, agent: Somebody
):
    async with asking(centre, agent) as (talk, target):
        await granted(agent, "/agent/consult/share", interaction=talk.id)
        await until_of(centre, talk, "conference")
        await hears(talk.call, AGENT, TARGET)
        await hears(talk.desk, CUSTOMER, TARGET)
        await hears(target, CUSTOMER, AGENT)
        await refused(agent, "/agent/consult/share", "not_now", interaction=talk.id)
        talk.desk.sound.play(tone(MARKS["agent"]), loop=True)
        await speak(1, talk.call, MARKS["customer"])
        talk.call.sound.play(tone(CUSTOMER), loop=True)
        await granted(agent, "/agent/consult/complete", interaction=talk.id)
        assert await talk.desk.ended(RING_S) == "them"
        await until_of(centre, talk, "talking", "8002")
        await hears(talk.call, TARGET)
        await hears(target, CUSTOMER)
        await over(talk)
        await target.ended(RING_S)
    await talks_of(centre, talk.id, "8001", "8002")
    said, heard = await the_recording(centre, talk.id)
    apart_s = first_s(said, MARKS["customer"]) - first_s(heard, MARKS["agent"])
    assert abs(apart_s) < IN_STEP_S, f"{apart_s:.1f} s apart"


def first_s(samples: Samples, hz: int) -> float:
    starts = range(0, len(samples) - 799, 400)
    return next(start / 8000 for start in starts if loudness(samples[start : start + 800], hz) > 0.05)


# ---- given away at once


async def test_a_call_is_given_to_an_agent_with_a_note(centre: RealCentre, agent: Somebody):
    async with talking(centre) as talk, centre.agent("8002") as phone:
        await granted(agent, "/agent/transfer", interaction=talk.id, to=COLLEAGUE, note="speaks English")
        assert await talk.desk.ended(RING_S) == "them"
        ringing = await phone.incoming(RING_S)
        view = await centre.until(lambda floor: (one := floor.calls[talk.id]).transferred_by and one)
        assert (view.transferred_by, view.transfer_note) == ("8001", "speaks English")
        target = await speaks(ringing, TARGET)
        await hears(talk.call, TARGET)
        await hears(target, CUSTOMER)
        await until_of(centre, talk, "talking", "8002")
        await over(talk)
        await target.ended(RING_S)
    await talks_of(centre, talk.id, "8001", "8002")
    assert await given(centre, talk.id) == ("8001", "agent", "8002", False, "speaks English")


async def test_a_call_is_given_to_a_queue_at_the_place_of_its_arrival(centre: RealCentre, agent: Somebody):
    async with (
        talking(centre) as talk,
        centre.caller(LATER) as later,
        centre.agent("8003", ready=False) as phone,
    ):
        await centre.ask(rq.Pause(agent="8001"))
        await waits(centre, later, SALES)
        await granted(agent, "/agent/transfer", interaction=talk.id, to=SALES_QUEUE)
        await talk.desk.ended(RING_S)
        view = await until_of(centre, talk, "waiting")
        assert (view.queue, view.ahead) == ("sales", 0), "who came later comes later"
        await centre.ask(rq.GoReady(agent="8003"))
        target = await speaks(await phone.incoming(RING_S), TARGET)
        await until_of(centre, talk, "talking", "8003")
        await hears(target, CUSTOMER)
        await centre.ask(rq.Pause(agent="8003"))
        await over(talk)
        await target.ended(RING_S)
    await talks_of(centre, talk.id, "8001", "8003")
    assert await given(centre, talk.id) == ("8001", "queue", "sales", False, "")


async def test_a_call_is_given_to_a_number_outside(centre: RealCentre, agent: Somebody, home: SipPhone):
    async with talking(centre) as talk:
        await granted(agent, "/agent/transfer", interaction=talk.id, to=NUMBER)
        outside = await home.incoming(RING_S)
        assert outside.dialled.endswith(FRIEND)
        assert await talk.desk.ended(RING_S) == "them"
        await speaks(outside, OUTSIDE)
        await hears(talk.call, OUTSIDE)
        await hears(outside, CUSTOMER)
        await centre.until(lambda floor: floor.calls[talk.id].phase == "outside")
        await centre.until_agent("8001", "ready")
        await over(talk)
        assert await outside.ended(RING_S) == "them"
    assert await given(centre, talk.id) == ("8001", "number", f"+86{FRIEND}", False, "")


async def test_a_number_that_does_not_answer_gives_the_caller_back_to_the_queue_with_an_apology(
    centre: RealCentre, agent: Somebody, home: SipPhone, ear: Ear
):
    async with talking(centre) as talk:
        await centre.ask(rq.Pause(agent="8001"))  # whom the caller would be offered at once
        await granted(agent, "/agent/transfer", interaction=talk.id, to=NUMBER)
        outside = await home.incoming(RING_S)
        since = time.monotonic()
        assert await outside.ended(RING_S) == "them"
        await ear.until_heard(talk.call, spoken.transfer_failed("zh-CN"), since)
        view = await until_of(centre, talk, "waiting")
        assert (view.queue, view.ahead) == ("support", 0)
        await over(talk)


# ---- called out


async def test_a_call_out_is_shown_as_chosen_recorded_and_written_down(
    centre: RealCentre, agent: Somebody, home: SipPhone
):
    async with centre.agent("8001", ready=False) as phone:
        asked = await granted_when_free(agent, "/agent/dial", number=FRIEND, as_number=SHOWN)
        desk = await speaks(await phone.incoming(RING_S), AGENT)
        outside = await home.incoming(RING_S)
        assert (outside.dialled, outside.caller_number) == (f"+86{FRIEND}", SHOWN)
        await refused(agent, "/agent/dial", "not_now", number=FRIEND)
        await speaks(outside, CUSTOMER)
        await hears(outside, AGENT, for_s=1)
        await hears(desk, CUSTOMER, for_s=1)
        view = await centre.until_phase("talking", FRIEND)
        assert (view.id, view.direction, view.as_number, view.agent) == (asked["interaction"], "out", SHOWN, "8001")
        await outside.hang_up()
        await desk.ended(RING_S)
        await centre.until_agent("8001", "paused")
    (row,) = await centre.rows("select * from calls where ended_at > 0 and id = :id", id=view.id)
    assert (row["direction"], row["as_number"], row["outcome"]) == ("outbound", SHOWN, "answered")
    await talks_of(centre, view.id, "8001")
    said, heard = await the_recording(centre, view.id)
    assert tone_s(said, CUSTOMER) > 0.8
    assert tone_s(heard, AGENT) > 0.8


async def test_a_call_out_to_somebody_busy_says_so_and_leaves_the_agent_free(
    centre: RealCentre, agent: Somebody, home: SipPhone
):
    async with centre.agent("8001", ready=False) as phone:
        asked = await granted_when_free(agent, "/agent/dial", number=FRIEND)
        desk = await speaks(await phone.incoming(RING_S), AGENT)
        outside = await home.incoming(RING_S)
        assert outside.caller_number == OWN_NUMBER
        outside.reject()
        assert await desk.ended(RING_S) == "them"
        await centre.until(lambda floor: floor.agents["8001"].state == "paused" and not floor.calls)
        await refused_when_free(agent, "/agent/dial", "number_not_allowed", number="0044123456789")
        await refused(agent, "/agent/dial", "number_not_allowed", number=FRIEND, as_number="+8699")
    (row,) = await centre.rows("select * from calls where ended_at > 0 and id = :id", id=asked["interaction"])
    assert (row["answered"], row["failure"], row["as_number"]) == (0, "busy", OWN_NUMBER)
    assert await centre.rows("select 1 from talks where call_id = :id", lambda rows: True, id=row["id"]) == []


# ---- the desk phone, worked from the page


async def test_a_desk_phone_is_held_keyed_and_muted_by_request(centre: RealCentre, agent: Somebody):
    async with talking(centre) as talk:
        await granted(agent, "/agent/hold", interaction=talk.id, on=True)
        await centre.until_agent("8001", "held")
        await until_music(talk.call, RING_S)
        await refused(agent, "/agent/hold", "not_now", interaction=talk.id, on=True)
        await granted(agent, "/agent/hold", interaction=talk.id, on=False)
        await hears(talk.call, AGENT)
        await hears(talk.desk, CUSTOMER)
        await refused(agent, "/agent/hold", "not_now", interaction=talk.id, on=False)
        await granted(agent, "/agent/mute", interaction=talk.id, on=True)
        await hears(talk.call)
        await hears(talk.desk, CUSTOMER)
        await granted(agent, "/agent/mute", interaction=talk.id, on=False)
        await hears(talk.call, AGENT)
        await granted(agent, "/agent/keys", interaction=talk.id, digits="42#")
        async with asyncio.timeout(RING_S):
            while "".join(talk.call.sound.keys_heard) != "42#":
                await asyncio.sleep(0.05)
        await refused(agent, "/agent/keys", "bad_value", interaction=talk.id, digits="4a")
        await over(talk)
        await talk.desk.ended(RING_S)
    (row,) = await centre.rows("select * from calls where ended_at > 0 and id = :id", id=talk.id)
    assert row["hold_s"] > 0.4


# ---- refused


ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/agent/hold", {"on": True}),
    ("/agent/mute", {"on": True}),
    ("/agent/keys", {"digits": "1"}),
    ("/agent/transfer", {"to": SALES_QUEUE}),
    ("/agent/consult", {"to": SALES_QUEUE}),
    ("/agent/consult/end", {}),
    ("/agent/consult/complete", {}),
    ("/agent/consult/share", {}),
)


async def test_what_is_not_the_agents_call_or_over_or_not_now_is_refused_and_changes_nothing(
    centre: RealCentre, agent: Somebody, other: Somebody
):
    async with talking(centre) as talk, centre.agent("8002", ready=False):
        before = centre.floor.calls[talk.id]
        for path, body in ACTS:
            await refused(other, path, "not_your_call", interaction=talk.id, **body)
            await refused(agent, path, "no_such_call", interaction="no-such-call", **body)
        for path in ("/agent/consult/end", "/agent/consult/complete", "/agent/consult/share"):
            await refused(agent, path, "not_now", interaction=talk.id)
        for kind, target, word in (
            ("agent", "8002", "target_not_free"),
            ("agent", "8001", "unknown_target"),
            ("agent", "9999", "unknown_target"),
            ("queue", "nowhere", "unknown_target"),
            ("number", "0044123456789", "number_not_allowed"),
            ("number", "1&PJSIP/line", "bad_value"),
        ):
            for path in ("/agent/transfer", "/agent/consult"):
                await refused(agent, path, word, interaction=talk.id, to={"kind": kind, "id": target})
        await refused(agent, "/agent/dial", "not_now", number=FRIEND)
        assert centre.floor.calls[talk.id] == before
        await hears(talk.call, AGENT)
        await over(talk)
        await talk.desk.ended(RING_S)
        await centre.until(lambda floor: floor.calls.get(talk.id) is None or floor.calls[talk.id].phase == "ended")
        for path, body in ACTS:
            await refused(agent, path, "no_such_call", interaction=talk.id, **body)


async def test_asking_twice_and_asking_two_is_refused_while_the_first_is_rung(centre: RealCentre, agent: Somebody):
    async with talking(centre) as talk, centre.agent("8002") as phone:
        await granted(agent, "/agent/consult", interaction=talk.id, to=COLLEAGUE)
        ringing = await phone.incoming(RING_S)
        await refused(agent, "/agent/consult", "not_now", interaction=talk.id, to=COLLEAGUE)
        await refused(agent, "/agent/consult/complete", "not_now", interaction=talk.id)
        await refused(agent, "/agent/transfer", "not_now", interaction=talk.id, to=SALES_QUEUE)
        await until_of(centre, talk, "consulting")
        ringing.reject()
        await until_of(centre, talk, "talking")
        await hears(talk.call, AGENT)
        await refused(agent, "/agent/consult/end", "not_now", interaction=talk.id)


async def test_two_customers_of_one_agent_are_never_mixed(centre: RealCentre, agent: Somebody):
    """A call given away rings elsewhere; the agent's next caller has nothing to do with it."""
    async with talking(centre) as talk, centre.agent("8002") as phone, centre.caller(LATER) as later:
        await granted(agent, "/agent/transfer", interaction=talk.id, to=COLLEAGUE)
        await talk.desk.ended(RING_S)
        target = await speaks(await phone.incoming(RING_S), TARGET)
        await hears(target, CUSTOMER)
        desk_phone = talk.desk.phone
        await connected(centre, later, desk_phone, SUPPORT)
        await hears(talk.call, TARGET)
        await refused(agent, "/agent/transfer", "not_your_call", interaction=talk.id, to=SALES_QUEUE)
        assert centre.floor.calls[talk.id].caller.endswith(CALLER)
