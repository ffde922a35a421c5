"""A caller who hangs up is gone, whatever is being played at that moment."""

import pytest

from tests.real_centre import HOTLINE, RealCentre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]


async def test_a_caller_who_hangs_up_during_the_work_number_does_not_leave_the_agent_talking_to_nobody(
    centre: RealCentre,
):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await caller.call(HOTLINE)
        await call.press("82")
        ringing = await desk.incoming(10)
        await ringing.answer()
        view = await centre.until_phase("talking")
        await call.hang_up()
        assert await ringing.ended(15) == "them"
        await centre.until_agent("8001", "ready")
    (row,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=view.id)
    assert (row["outcome"], row["ended_by"]) == ("answered", "caller")
