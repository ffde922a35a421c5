"""A supervisor takes part in a live talk: who hears whom, what is recorded, who is refused and what is written."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy
import pytest

from tests.asterisk.gathering import AGENT, CUSTOMER, SUPERVISOR
from tests.asterisk.listening import Samples, loudness
from tests.end_to_end.routing import RING_S
from tests.end_to_end.supervising import (
    CHIEF,
    People,
    audited,
    granted,
    hears,
    last_audited,
    listening,
    own_gap_s,
    people,
    refused,
    supervised,
    taking_part,
    talking,
    the_recording,
    until_mode,
)
from tests.hearing import tone_s
from tests.real_centre import RealCentre, running_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

GAP_S = 1.0  # of silence that a voice may have in a recording besides what was not said: moves cost a moment


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), supervised(), edge=True) as running:
        yield running


@pytest.fixture(scope="module")
async def staff(centre: RealCentre) -> AsyncIterator[People]:
    async with people(centre) as signed_in:
        yield signed_in


def longest_gap_s(samples: Samples, hz: int) -> float:
    """Between the first and the last piece of 0.1 s with the tone."""
    pieces = [loudness(samples[start : start + 800], hz) > 0.05 for start in range(0, len(samples) - 799, 800)]
    heard = numpy.flatnonzero(pieces)
    return float(numpy.max(numpy.diff(heard), initial=0)) / 10


async def test_who_listens_and_whispers_is_not_heard_by_the_caller_nor_recorded(centre: RealCentre, staff: People):
    since = await last_audited(centre)
    async with listening(centre, staff) as (talk, ear):
        await hears(talk.call, AGENT, for_s=1)
        await hears(talk.desk, CUSTOMER, for_s=1)
        assert centre.floor.calls[talk.id].phase == "talking"
        await granted(staff.chief, "/floor/listen", agent="8001", mode="whisper")
        await until_mode(centre, "whisper")
        await hears(talk.desk, CUSTOMER, SUPERVISOR)
        await hears(talk.call, AGENT, for_s=1)
        await hears(ear, CUSTOMER, AGENT)
        await talk.desk.hang_up()
        assert await ear.ended(RING_S) == "them"
        await until_mode(centre, None)
        assert await talk.call.ended(RING_S) == "them"
    said, heard = await the_recording(centre, talk.id)
    assert tone_s(said, SUPERVISOR) == tone_s(heard, SUPERVISOR) == 0
    assert tone_s(said, CUSTOMER) > 1
    assert tone_s(heard, AGENT) > 1
    assert await audited(centre, since) == [("listen_in", "8001"), ("whisper", "8001")]
    (row,) = await centre.rows("select * from listenings where call_id = :id and ended_at > 0", id=talk.id)
    assert (row["supervisor"], row["by"], row["agent"], row["mode"]) == (CHIEF, "chief", "8001", "whisper")


async def test_who_barges_in_is_heard_by_all_and_recorded_and_whispers_again(centre: RealCentre, staff: People):
    since = await last_audited(centre)
    async with listening(centre, staff) as (talk, ear):
        await granted(staff.chief, "/floor/listen", agent="8001", mode="barge")
        await until_mode(centre, "barge")
        await hears(talk.call, AGENT, SUPERVISOR)
        await hears(talk.desk, CUSTOMER, SUPERVISOR)
        await hears(ear, CUSTOMER, AGENT)
        assert (await centre.until_phase("conference")).agent == "8001"
        await hears(talk.call, AGENT, SUPERVISOR, for_s=1)
        await granted(staff.chief, "/floor/listen", agent="8001", mode="whisper")
        await until_mode(centre, "whisper")
        await hears(talk.call, AGENT, for_s=1)
        await hears(talk.desk, CUSTOMER, SUPERVISOR)
        await centre.until_phase("talking")
        await granted(staff.chief, "/floor/listen/stop")
        assert await ear.ended(RING_S) == "them"
        await until_mode(centre, None)
        await hears(talk.desk, CUSTOMER)
        await hears(talk.call, AGENT)
        await talk.call.hang_up()
        await talk.desk.ended(RING_S)
    said, heard = await the_recording(centre, talk.id)
    assert tone_s(said, SUPERVISOR) == 0
    assert tone_s(heard, SUPERVISOR) > 1
    assert longest_gap_s(said, CUSTOMER) < GAP_S + own_gap_s(talk.call)
    assert longest_gap_s(heard, AGENT) < GAP_S + own_gap_s(talk.desk)
    steps = ("listen_in", "barge_in", "whisper", "stop_listening")
    assert await audited(centre, since) == [(step, "8001") for step in steps]


@pytest.mark.parametrize("mode", ["listen", "barge"])
async def test_who_takes_over_goes_on_with_the_caller_in_the_same_recording(
    centre: RealCentre, staff: People, mode: str
):
    since = await last_audited(centre)
    async with listening(centre, staff) as (talk, ear):
        if mode == "barge":
            await granted(staff.chief, "/floor/listen", agent="8001", mode="barge")
            await hears(talk.call, AGENT, SUPERVISOR)
        taken = centre.now
        await granted(staff.chief, "/floor/take-over")
        await centre.until_agent("8001", "wrap_up", since=taken)
        assert await talk.desk.ended(RING_S) == "them"
        await until_mode(centre, None)
        own = ("talking", CHIEF, ())
        await centre.until(lambda floor: ((one := floor.calls[talk.id]).phase, one.agent, one.parties) == own)
        await centre.until_agent(CHIEF, "talking")
        await hears(talk.call, SUPERVISOR, for_s=1)
        await hears(ear, CUSTOMER, for_s=1)
        await centre.until_agent("8001", "ready")
        await ear.hang_up()
        assert await talk.call.ended(RING_S) == "them"
    said, heard = await the_recording(centre, talk.id)
    assert longest_gap_s(said, CUSTOMER) < GAP_S + own_gap_s(talk.call)
    assert tone_s(heard, AGENT) > 0.5
    assert tone_s(heard, SUPERVISOR) > 1
    rows = await centre.rows(
        "select * from talks where call_id = :id and ended_at > 0 order by seq", lambda all: len(all) == 2, id=talk.id
    )
    assert [row["agent"] for row in rows] == ["8001", CHIEF]
    assert await audited(centre, since) == [
        ("listen_in", "8001"),
        *([("barge_in", "8001")] if mode == "barge" else []),
        ("take_over", "8001"),
    ]


async def test_when_the_agent_ends_the_talk_of_three_the_supervisor_has_the_caller(centre: RealCentre, staff: People):
    async with listening(centre, staff) as (talk, ear):
        await granted(staff.chief, "/floor/listen", agent="8001", mode="barge")
        await hears(talk.call, AGENT, SUPERVISOR)
        await talk.desk.hang_up()
        await centre.until(lambda floor: floor.calls[talk.id].agent == CHIEF)
        await hears(talk.call, SUPERVISOR)
        await hears(ear, CUSTOMER)
        await talk.call.hang_up()
        assert await ear.ended(RING_S) == "them"
        await until_mode(centre, None)


async def test_who_may_not_listen_is_refused_and_nothing_changes(centre: RealCentre, staff: People):
    async with talking(centre) as talk, centre.agent(CHIEF, ready=False) as phone, centre.agent("8002", ready=False):
        before, since = centre.floor.calls[talk.id], await last_audited(centre)
        await refused(staff.other, "/floor/listen", "forbidden", agent="8001")
        await refused(staff.agent, "/floor/listen", "forbidden", agent="8001")
        assert "groups" in await refused(staff.leader, "/floor/listen", "forbidden", agent="8001")
        await refused(staff.admin, "/floor/listen", "no_phone", agent="8001")
        await refused(staff.chief, "/floor/listen", "not_now", agent=CHIEF)
        assert "8002" in await refused(staff.chief, "/floor/listen", "not_now", agent="8002")
        await refused(staff.chief, "/floor/listen", "unknown_agent", agent="9999")
        await refused(staff.chief, "/floor/listen", "bad_value", agent="8001", mode="shout")
        await refused(staff.chief, "/floor/listen/stop", "not_now")
        await refused(staff.chief, "/floor/take-over", "not_now")
        await refused(staff.other, "/floor/take-over", "forbidden")
        assert centre.floor.calls[talk.id] == before
        assert await audited(centre, since) == await audited(centre, since, "leader") == []
        ear = await taking_part(centre, staff, phone)
        await refused(staff.chief, "/floor/listen", "not_now", agent="8001", mode="listen")
        await hears(ear, CUSTOMER, AGENT)
        await hears(talk.call, AGENT)
        await talk.call.hang_up()
        await ear.ended(RING_S)
        await until_mode(centre, None)
        await refused(staff.chief, "/floor/take-over", "not_now")
        await refused(staff.chief, "/floor/listen", "not_now", agent="8001")
        assert await audited(centre, since) == [("listen_in", "8001")]
        assert not phone.calls or all(call.is_over for call in phone.calls.values())


async def test_a_phone_that_rings_for_it_already_is_not_rung_twice_and_may_be_let_ring(
    centre: RealCentre, staff: People
):
    async with talking(centre) as talk, centre.agent(CHIEF, ready=False) as phone:
        await granted(staff.chief, "/floor/listen", agent="8001")
        ringing = await phone.incoming(RING_S)
        await refused(staff.chief, "/floor/listen", "not_now", agent="8001", mode="barge")
        await refused(staff.chief, "/floor/take-over", "not_now")
        await granted(staff.chief, "/floor/listen/stop")
        assert await ringing.ended(RING_S) == "them"
        await hears(talk.call, AGENT)
        await taking_part(centre, staff, phone)


async def test_a_supervisor_in_a_call_of_the_own_cannot_listen(centre: RealCentre, staff: People):
    async with listening(centre, staff) as (talk, ear):
        await granted(staff.chief, "/floor/take-over")
        await centre.until_agent(CHIEF, "talking")
        await hears(ear, CUSTOMER)
        await refused(staff.chief, "/floor/listen", "not_now", agent=CHIEF)
        await refused(staff.chief, "/floor/take-over", "not_now")
        await hears(talk.call, SUPERVISOR)
