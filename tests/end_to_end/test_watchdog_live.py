"""Telephones that vanish while their agents are ready: no caller is offered to them, and the floor says why."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from callcenter.calls import requests as rq
from callcenter.robots.phone import SipPhone
from tests.end_to_end.routing import RING_S, SUPPORT
from tests.end_to_end.supervising import CALLER, People, granted, people, supervised
from tests.real_centre import RealCentre, running_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

# A phone that is gone without a word is asked for every 30 s, may answer within 3 s, and is waited for for 30 s.
FOUND_WITHIN_S = 120.0


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), supervised(), edge=True) as running:
        yield running


async def test_an_agent_whose_phone_has_vanished_is_paused_and_the_floor_says_why(centre: RealCentre):
    async with centre.phone("8001") as leaving, centre.caller(CALLER) as caller, people(centre) as staff:
        async with centre.phone("8002") as vanishing:
            for agent, phone in (("8001", leaving), ("8002", vanishing)):
                await phone.register()
                await centre.ask(rq.SignIn(agent=agent, device="desk", ready=True))
                await centre.until_agent(agent, "ready")
            await leaving.unregister()
            await centre.until_agent("8001", "unreachable")
        # The second's socket is closed: no goodbye.
        for agent in ("8001", "8002"):
            view = await centre.until_agent(agent, "paused", FOUND_WITHIN_S)
            assert (view.paused_by, view.reachable) == ("system", False)
        found = {one.agent: one for one in centre.floor.mismatches.values()}
        assert set(found) == {"8001", "8002"}
        assert {(one.kind, one.mended, one.detail) for one in found.values()} == {("phone_gone", True, "desk")}
        rows = await centre.rows("select agent from ledger where kind = 'MismatchFound'", lambda all: len(all) == 2)
        assert {row["agent"] for row in rows} == {"8001", "8002"}
        await back_at_work(centre, leaving, staff, caller)


async def back_at_work(centre: RealCentre, phone: SipPhone, staff: People, caller: SipPhone) -> None:
    """Within reach again the agent stays paused, until ready by a click; then is served."""
    await phone.register()
    await centre.until(lambda floor: floor.agents["8001"].reachable)
    assert centre.floor.agents["8001"].state == "paused"
    await granted(staff.agent, "/agent/ready")
    call = await caller.call(SUPPORT)
    talk = await phone.incoming(RING_S)
    await talk.answer()
    await centre.until_phase("talking")
    await call.hang_up()
