"""One real call through the whole house, and the ways it can go otherwise. Real Asterisk, SIP and RTP."""

import pytest

from callcenter.calls import requests as rq
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
async def centre(tmp_path_factory):
    async with running_centre(tmp_path_factory.mktemp("cc")) as running:
        yield running


async def test_a_call_from_menu_to_rating(centre: RealCentre):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await caller.call(HOTLINE)
        await centre.until_phase("flow", "13800138000")
        await call.press("82")
        ringing = await desk.incoming(15)
        await centre.until_agent("8001", "ringing")
        await ringing.answer()
        view = await centre.until_phase("talking", "13800138000")
        assert (view.agent, view.queue) == ("8001", "support")
        await centre.ask(rq.EndCall(agent="8001", interaction=view.id))
        await ringing.ended(5)
        await centre.until_phase("survey")
        await centre.until(lambda floor: floor.calls[view.id].node)
        await call.press("1")
        assert await call.ended(15) == "them"
        rows = await centre.rows("select * from calls where id = :id and ended_at > 0", id=view.id)
        print(rows)
