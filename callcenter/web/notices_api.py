"""Messages from supervisors to agents."""

from callcenter.calls.requests import ReadNotice, SendNotice
from callcenter.web.asked import Nothing
from callcenter.web.asked_live import NoticeText
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.shapes import Done
from callcenter.web.visit import Visit

notices = Endpoints("notices")


@notices.post("/notices", needs="notify_agents", words=("engine_lost", "unknown_agent", "not_now"))
async def send(visit: Visit, asked: NoticeText) -> Done:
    """Send a message to agents. `result.notice` is its id."""
    to = _reached(visit, asked.to)
    request = SendNotice(by=visit.username, by_name=visit.account.name, to=to, text=asked.text, urgent=asked.urgent)
    return await visit.audited(request, "send_notice", ",".join(to)[:256], text=asked.text, urgent=asked.urgent)


@notices.post("/agent/notices/{id}/read", needs="take_calls", words=("engine_lost", "not_now"))
async def read(visit: Visit, _asked: Nothing) -> Done:
    """The agent has read a message."""
    return await visit.submit(ReadNotice(agent=visit.agent, notice=visit.path("id")))


def _reached(visit: Visit, to: tuple[str, ...]) -> tuple[str, ...]:
    """Those the notice goes to; empty: everybody who has begun work.

    Raises ApiError `forbidden` for an agent out of reach, `not_now` when nobody in reach is at work.
    """
    for agent in to:
        if not visit.access.over_agent("notify_agents", agent):
            raise ApiError("forbidden", f"to: agent {agent} is not in the groups this account is in charge of")
    reach = visit.access.agents("notify_agents")
    if to or reach is None:
        return to
    at_work = (view.id for view in visit.live_floor.agents.values() if view.state != "signed_out")
    if not (reached := tuple(agent for agent in at_work if agent in reach)):
        raise ApiError("not_now", "nobody in the groups of this account has begun work")
    return reached
