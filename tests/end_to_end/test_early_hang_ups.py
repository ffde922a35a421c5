"""A caller who hangs up is gone, whatever is being played at that moment."""

import pytest

from tests.end_to_end.routing import RING_S
from tests.real_centre import RealCentre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]


async def test_a_caller_who_hangs_up_during_the_work_number_does_not_leave_the_agent_talking_to_nobody(
    centre: RealCentre,
):
    async with centre.agent("8001") as desk, centre.caller() as caller:
        call = await centre.queued(caller)
        ringing = await desk.incoming(RING_S)
        await ringing.answer()
        view = await centre.until_phase("talking")
        await call.hang_up()
        assert await ringing.ended(RING_S) == "them"
        await centre.until_agent("8001", "ready")
    (row,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=view.id)
    assert (row["outcome"], row["ended_by"]) == ("answered", "caller")
