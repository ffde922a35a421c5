"""What supervisors do by force on a live floor: move callers, end calls, change states, send messages, run rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from callcenter.calls import requests as rq
from callcenter.robots.phone import SipPhone
from tests.asterisk.gathering import AGENT, OUTSIDE, TARGET, speaks
from tests.end_to_end.routing import RING_S, SUPPORT, id_of, waits
from tests.end_to_end.supervising import (
    CALLER,
    CHIEF,
    LATER,
    LATEST,
    People,
    audited,
    connected,
    granted,
    hears,
    last_audited,
    people,
    refused,
    supervised,
    talking,
)
from tests.real_centre import OWN_NUMBER, RealCentre, running_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

FRIEND = "13911112222"


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory, home: SipPhone) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    async with running_centre(folder, supervised(), edge=True, trunk_port=home.port) as running:
        yield running


@pytest.fixture(scope="module")
async def staff(centre: RealCentre) -> AsyncIterator[People]:
    async with people(centre) as signed_in:
        yield signed_in


# ---- waiting callers


def line_of(centre: RealCentre, queue: str) -> list[str]:
    """Who waits there, by the end of the number, first one first."""
    waiting = [call for call in centre.floor.calls.values() if (call.phase, call.queue) == ("waiting", queue)]
    return [call.caller[-11:] for call in sorted(waiting, key=lambda call: call.queued_at - call.credit_s)]


async def until_line(centre: RealCentre, queue: str, *callers: str) -> None:
    await centre.until(lambda _: line_of(centre, queue) == list(callers))


async def test_a_waiting_caller_is_moved_to_the_front_and_to_another_queue_with_the_place_kept(
    centre: RealCentre, staff: People
):
    since = await last_audited(centre)
    async with (
        centre.agent("8001", ready=False) as desk,
        centre.caller(CALLER) as first,
        centre.caller(LATER) as second,
        centre.caller(LATEST) as third,
    ):
        for caller in (first, second, third):
            await waits(centre, caller)
        await until_line(centre, "support", CALLER, LATER, LATEST)
        last = centre.floor.calls[id_of(centre, LATEST)]
        await the_wrong_are_refused(centre, staff, last.id)
        await granted(staff.chief, f"/calls/{last.id}/move", to="front")
        await until_line(centre, "support", LATEST, CALLER, LATER)
        await refused(staff.chief, f"/calls/{last.id}/move", "not_now", to="front")
        await granted(staff.chief, f"/calls/{last.id}/move", to="queue", id="sales")
        await until_line(centre, "sales", LATEST)
        await until_line(centre, "support", CALLER, LATER)
        assert centre.floor.calls[last.id].queued_at == last.queued_at
        await refused(staff.chief, f"/calls/{last.id}/move", "not_now", to="queue", id="sales")
        assert await audited(centre, since) == [("move_waiter", last.id)] * 2
        await centre.ask(rq.GoReady(agent="8001"))
        talk = await desk.incoming(RING_S)
        ringing = await centre.until_phase("ringing")
        await refused(staff.chief, f"/calls/{ringing.id}/move", "not_now", to="front")
        await talk.answer()
        view = await centre.until_phase("talking")
        await refused(staff.chief, f"/calls/{view.id}/move", "not_now", to="front")
    left, _ = await centre.rows(
        "select * from queue_entries where call_id = :id order by seq", lambda rows: len(rows) == 2, id=last.id
    )
    assert (left["queue"], left["reason"], left["to"]) == ("support", "overflow", "sales")


async def the_wrong_are_refused(centre: RealCentre, staff: People, call: str) -> None:
    before, since = centre.floor.calls, await last_audited(centre)
    await refused(staff.agent, f"/calls/{call}/move", "forbidden", to="front")
    await refused(staff.chief, "/calls/nothing-1.1/move", "no_such_call", to="front")
    await refused(staff.chief, f"/calls/{call}/move", "unknown_target", to="queue", id="nowhere")
    await refused(staff.chief, f"/calls/{call}/move", "not_now", to="queue", id="support")
    await refused(staff.chief, f"/calls/{call}/move", "unknown_target", to="agent", id="9999")
    assert "8002" in await refused(staff.chief, f"/calls/{call}/move", "target_not_free", to="agent", id="8002")
    assert centre.floor.calls == before
    assert await audited(centre, since) == []


async def test_a_caller_moved_to_an_agent_waits_for_that_agent_alone(centre: RealCentre, staff: People):
    async with talking(centre) as talk, centre.caller(LATER) as first, centre.caller(LATEST) as second:
        await waits(centre, first)
        await waits(centre, second)
        moved = id_of(centre, LATER)
        await granted(staff.chief, f"/calls/{moved}/move", to="agent", id="8001")
        assert (await centre.until(lambda floor: floor.calls[moved].only and floor.calls[moved])).only == "8001"
        await refused(staff.chief, f"/calls/{moved}/move", "not_now", to="agent", id="8001")
        async with centre.agent("8002", ready=False) as desk:
            await centre.ask(rq.GoReady(agent="8002"))
            other = await desk.incoming(RING_S)
            await other.answer()
            assert (await centre.until_phase("talking", LATEST)).agent == "8002"
            assert line_of(centre, "support") == [LATER]
            await talk.desk.hang_up()
            view = await centre.until_phase("ringing", LATER)
            assert view.offer.agents == ("8001",)


# ---- calls ended by force


async def test_a_talk_is_ended_by_force_once(centre: RealCentre, staff: People):
    since = await last_audited(centre)
    async with talking(centre) as talk, centre.caller(LATER) as waiting:
        await waits(centre, waiting)
        await refused(staff.agent, f"/calls/{talk.id}/cut", "forbidden")
        await refused(staff.leader, f"/calls/{talk.id}/cut", "no_such_call")
        await refused(staff.chief, "/calls/nothing-1.1/cut", "no_such_call")
        await hears(talk.call, AGENT)
        await granted(staff.chief, f"/calls/{talk.id}/cut")
        assert await talk.call.ended(RING_S) == await talk.desk.ended(RING_S) == "them"
        await centre.until(lambda floor: floor.calls.get(talk.id) is None or floor.calls[talk.id].phase == "ended")
        await refused(staff.chief, f"/calls/{talk.id}/cut", "no_such_call")
        assert await audited(centre, since) == [("cut_call", talk.id)]
        (row,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=talk.id)
        assert row["ended_by"] == "system"
        other = id_of(centre, LATER)
        await granted(staff.chief, f"/calls/{other}/cut")
        await centre.until(lambda floor: floor.calls.get(other) is None or floor.calls[other].phase == "ended")


# ---- agents


async def test_an_agents_state_is_changed_by_force(centre: RealCentre, staff: People):
    since = await last_audited(centre)
    where = "/agents/8001/state"
    async with centre.agent("8001"):
        before = centre.floor.agents["8001"]
        await refused(staff.other, where, "forbidden", to="paused", reason="lunch")
        await refused(staff.leader, where, "forbidden", to="paused", reason="lunch")
        await refused(staff.chief, where, "unknown_choice", to="paused", reason="golf")
        await refused(staff.chief, where, "not_now", to="ready")
        await refused(staff.chief, "/agents/9999/state", "unknown_agent", to="paused", reason="lunch")
        await refused(staff.chief, "/agents/8003/state", "not_signed_in", to="ready")
        assert centre.floor.agents["8001"] == before
        assert await audited(centre, since) == []
        await granted(staff.chief, where, to="paused", reason="lunch")
        paused = await centre.until_agent("8001", "paused")
        assert (paused.reason, paused.paused_by) == ("lunch", "supervisor")
        await refused(staff.chief, where, "not_now", to="paused", reason="lunch")
        await granted(staff.chief, where, to="ready")
        await centre.until_agent("8001", "ready")
        await granted(staff.chief, where, to="signed_out")
        await centre.until_agent("8001", "signed_out")
        await refused(staff.chief, where, "not_signed_in", to="signed_out")
    assert await audited(centre, since) == [("force_agent", "8001")] * 3


async def test_an_agent_paused_in_a_talk_finishes_it_and_is_paused_then(centre: RealCentre, staff: People):
    async with talking(centre) as talk:
        await granted(staff.chief, "/agents/8001/state", to="paused", reason="lunch")
        await hears(talk.call, AGENT)
        assert centre.floor.agents["8001"].state == "talking"
        in_talk = centre.now
        await talk.desk.hang_up()
        await centre.until_agent("8001", "wrap_up", since=in_talk)
        assert (await centre.until_agent("8001", "paused")).reason == "lunch"


async def test_an_offer_is_taken_back_from_an_agent_who_is_paused_by_force(centre: RealCentre, staff: People):
    async with centre.agent("8001") as desk, centre.caller(CALLER) as caller:
        await caller.call(SUPPORT)
        ringing = await desk.incoming(RING_S)
        before = await centre.until_phase("ringing")
        await granted(staff.chief, "/agents/8001/state", to="paused", reason="lunch")
        assert await ringing.ended(RING_S) == "them"
        view = await centre.until_phase("waiting")
        assert (view.queued_at, centre.floor.agents["8001"].missed) == (before.queued_at, 0)


# ---- messages


async def test_a_message_reaches_those_it_is_for_and_tells_who_has_read_it(centre: RealCentre, staff: People):
    since = await last_audited(centre)
    async with centre.agent("8001"), centre.agent("8002"):
        await refused(staff.agent, "/notices", "forbidden", to=["8002"], text="Hello")
        await refused(staff.leader, "/notices", "forbidden", to=["8001"], text="Hello")
        await refused(staff.chief, "/notices", "bad_value", to=["8001"], text="")
        await refused(staff.chief, "/notices", "unknown_agent", to=["9999"], text="Hello")
        assert await audited(centre, since) == []
        notice = (await granted(staff.chief, "/notices", to=["8001"], text="请看公告", urgent=True))["notice"]
        shown = await centre.until(lambda floor: floor.notices.get(notice))
        assert (shown.by, shown.to, shown.read_by, shown.urgent) == ("chief", ("8001",), (), True)
        await refused(staff.other, f"/agent/notices/{notice}/read", "unknown_target")
        assert centre.floor.notices[notice].read_by == ()
        await granted(staff.agent, f"/agent/notices/{notice}/read")
        await centre.until(lambda floor: floor.notices[notice].read_by == ("8001",))
        await granted(staff.agent, f"/agent/notices/{notice}/read")
        everybody = (await granted(staff.chief, "/notices", text="To all"))["notice"]
        assert set((await centre.until(lambda floor: floor.notices.get(everybody))).to) == {"8001", "8002"}
        own = (await granted(staff.leader, "/notices", text="To the south"))["notice"]
        assert (await centre.until(lambda floor: floor.notices.get(own))).to == ("8002",)
    assert [what for what, _ in await audited(centre, since)] == ["send_notice"] * 2


# ---- conference rooms


async def test_an_agent_and_somebody_outside_meet_in_a_conference_room(
    centre: RealCentre, staff: People, home: SipPhone
):
    since = await last_audited(centre)
    async with centre.agent("8001", ready=False) as phone, centre.agent("8002", ready=False) as other_phone:
        await refused(staff.agent, "/rooms/meeting/invite", "forbidden", number=FRIEND)
        await refused(staff.agent, "/rooms/meeting/lock", "forbidden", on=True)
        await refused(staff.agent, "/rooms/nowhere/join", "unknown_room")
        await refused(staff.chief, "/rooms/meeting/lock", "not_now", on=True)
        await refused(staff.admin, "/rooms/meeting/join", "no_phone")
        await granted(staff.agent, "/rooms/meeting/join")
        desk = await speaks(await phone.incoming(RING_S), AGENT)
        await centre.until(lambda floor: floor.agents["8001"].room == "meeting")
        await refused(staff.agent, "/rooms/meeting/join", "not_now")
        await granted(staff.chief, "/rooms/meeting/invite", number=FRIEND)
        invited = await home.incoming(RING_S)
        assert (invited.dialled, invited.caller_number) == (f"+86{FRIEND}", OWN_NUMBER)
        friend = await speaks(invited, OUTSIDE)
        await hears(desk, OUTSIDE)
        await hears(friend, AGENT)
        room = await centre.until(lambda floor: len(floor.rooms["meeting"].members) == 2 and floor.rooms["meeting"])
        (channel,) = (member.channel for member in room.members if member.outside)
        await refused(staff.other, "/rooms/meeting/join", "room_full")
        await refused(staff.other, "/rooms/meeting/mute", "forbidden", channel=channel, on=True)
        await granted(staff.chief, "/rooms/meeting/mute", channel=channel, on=True)
        await centre.until(lambda floor: any(member.muted for member in floor.rooms["meeting"].members))
        await hears(desk)
        await hears(friend, AGENT)
        await granted(staff.chief, "/rooms/meeting/mute", channel=channel, on=False)
        await hears(desk, OUTSIDE)
        await granted(staff.chief, "/rooms/meeting/kick", channel=channel)
        assert await friend.ended(RING_S) == "them"
        await centre.until(lambda floor: len(floor.rooms["meeting"].members) == 1)
        await refused(staff.chief, "/rooms/meeting/kick", "unknown_target", channel=channel)
        await granted(staff.chief, "/rooms/meeting/lock", on=True)
        await centre.until(lambda floor: floor.rooms["meeting"].locked)
        await refused(staff.chief, "/rooms/meeting/lock", "not_now", on=True)
        await refused(staff.other, "/rooms/meeting/join", "not_now")
        await granted(staff.chief, "/rooms/meeting/lock", on=False)
        await centre.until(lambda floor: not floor.rooms["meeting"].locked)
        await granted(staff.other, "/rooms/meeting/join")
        second = await speaks(await other_phone.incoming(RING_S), TARGET)
        await hears(desk, TARGET)
        await second.hang_up()
        await desk.hang_up()
        await centre.until(lambda floor: not floor.rooms["meeting"].members)
    acts = ("invite", "mute", "mute", "kick", "lock", "lock")
    assert await audited(centre, since) == [(f"room_{act}", "meeting") for act in acts]


async def test_who_is_in_a_room_is_offered_no_caller_and_cannot_listen(centre: RealCentre, staff: People):
    async with centre.agent(CHIEF, ready=False) as phone, talking(centre) as talk:
        await granted(staff.chief, "/rooms/meeting/join")
        desk = await speaks(await phone.incoming(RING_S), AGENT)
        await centre.until(lambda floor: floor.agents[CHIEF].room == "meeting")
        await refused(staff.chief, "/floor/listen", "not_now", agent="8001")
        await hears(talk.call, AGENT)
        await desk.hang_up()
        await centre.until(lambda floor: floor.agents[CHIEF].room == "")


async def test_a_leader_acts_on_the_own_group_alone(centre: RealCentre, staff: People):
    since = await last_audited(centre)
    async with (
        centre.agent("8002") as desk,
        centre.caller(CALLER) as caller,
        centre.agent("8005", ready=False) as own,
    ):
        talk = await connected(centre, caller, desk)
        await granted(staff.leader, "/floor/listen", agent="8002")
        ear = await speaks(await own.incoming(RING_S), TARGET)
        await centre.until(lambda floor: floor.agents["8005"].listens_to == "8002")
        await granted(staff.leader, "/floor/listen/stop")
        assert await ear.ended(RING_S) == "them"
        await granted(staff.leader, f"/calls/{talk.id}/cut")
        assert await talk.call.ended(RING_S) == "them"
        await centre.until_agent("8002", "ready")
        await granted(staff.leader, "/agents/8002/state", to="paused", reason="lunch")
    acts = ["listen_in", "stop_listening", "cut_call", "force_agent"]
    assert [what for what, _ in await audited(centre, since, "leader")] == acts
