"""What supervisors do on the floor. Everything leaves an audit entry."""

from callcenter.calls import requests
from callcenter.calls.rights import Permission
from callcenter.calls.views import CallView
from callcenter.web.asked import Nothing
from callcenter.web.asked_live import ForcedState, ListenTo, MovedWaiter, TodayQuery
from callcenter.web.desk_shapes import FloorToday
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.hands import Hands
from callcenter.web.shapes import Done
from callcenter.web.visit import Visit

floor = Endpoints("floor")

_BY_PHONE = ("engine_lost", "no_phone", "phone_not_reachable", "not_signed_in", "not_now", "no_such_call")
_ACTIONS = {"listen": "listen_in", "whisper": "whisper", "barge": "barge_in"}


@floor.post("/floor/listen", needs="listen", words=(*_BY_PHONE, "unknown_agent"))
async def listen(visit: Visit, asked: ListenTo) -> Done:
    """Listen to the call an agent talks in, whisper to the agent, or barge in; again: change how.

    The supervisor's own phone rings for it.
    """
    supervisor = _phone(visit)
    _over(visit, "listen", asked.agent)
    call = visit.in_hand(asked.agent)
    request = requests.Listen(by=visit.username, supervisor=supervisor, agent=asked.agent, mode=asked.mode)
    return await visit.audited(request, _ACTIONS[asked.mode], asked.agent, interaction=call)


@floor.post("/floor/listen/stop", needs="listen", words=_BY_PHONE)
async def stop_listening(visit: Visit, _asked: Nothing) -> Done:
    """Hang the supervisor's phone up; the call goes on."""
    supervisor = _phone(visit)
    request = requests.StopListening(by=visit.username, supervisor=supervisor)
    return await visit.audited(request, "stop_listening", visit.listened_to())


@floor.post("/floor/take-over", needs="take_over", words=_BY_PHONE)
async def take_over(visit: Visit, _asked: Nothing) -> Done:
    """Who listens goes on with the customer alone; the agent is released."""
    supervisor, agent = _phone(visit), visit.listened_to()
    if agent:
        _over(visit, "take_over", agent)
    request = requests.TakeOver(by=visit.username, supervisor=supervisor)
    return await visit.audited(request, "take_over", agent, interaction=visit.in_hand(agent))


@floor.post("/calls/{id}/cut", needs="force_calls", words=("engine_lost", "no_such_call", "not_now"))
async def cut(visit: Visit, _asked: Nothing) -> Done:
    """End a call by force."""
    call = _call(visit)
    request = requests.CutCall(by=visit.username, interaction=call.id)
    return await visit.audited(request, "cut_call", call.id, agent=call.agent, phase=call.phase)


@floor.post(
    "/calls/{id}/move",
    needs="force_calls",
    words=("engine_lost", "no_such_call", "not_now", "unknown_target", "target_not_free"),
)
async def move(visit: Visit, asked: MovedWaiter) -> Done:
    """A waiting caller to the front, to another queue with the place it has, or to one agent alone."""
    call = _call(visit)
    if asked.to == "agent":
        _over(visit, "force_calls", asked.id)
    request = requests.MoveWaiter(by=visit.username, interaction=call.id, to=asked.to, id=asked.id)
    details = {"to": asked.to, "id": asked.id, "queue": call.queue}
    return await visit.audited(request, "move_waiter", call.id, **details)


@floor.post(
    "/agents/{id}/state",
    needs="force_agents",
    words=("engine_lost", "unknown_agent", "not_signed_in", "phone_not_reachable", "unknown_choice", "not_now"),
)
async def force(visit: Visit, asked: ForcedState) -> Done:
    """Make an agent ready, paused or signed out. A call in hand goes on."""
    agent = visit.path("id")
    _over(visit, "force_agents", agent)
    request = requests.ForceAgent(by=visit.username, agent=agent, to=asked.to, reason=asked.reason)
    return await visit.audited(request, "force_agent", agent, to=asked.to, reason=asked.reason)


@floor.get("/floor/today", needs="see_figures")
async def today(visit: Visit, query: TodayQuery) -> FloorToday:
    """The day so far by the quarter of an hour, of one queue or all."""
    return await visit.services.archive.floor_today(query.queue)


def _phone(visit: Visit) -> str:
    """The agent id whose phone takes part. Raises ApiError `no_phone`."""
    if not visit.agent:
        raise ApiError(
            "no_phone",
            "this account has no phone to listen with: an administrator gives it an agent id under users; "
            "then sign in with a phone at the desk",
        )
    return visit.agent


def _over(visit: Visit, permission: Permission, agent: str) -> None:
    """Raises ApiError `forbidden` for an agent out of reach."""
    if not visit.access.over_agent(permission, agent):
        raise ApiError("forbidden", f"agent {agent} is not in the groups this account is in charge of")


def _call(visit: Visit) -> CallView:
    """Raises ApiError `engine_lost`, and `no_such_call` also for calls out of reach: ids tell nothing."""
    live = visit.live_floor
    view = live.calls.get(visit.path("id"))
    if view is None or not visit.access.over("force_calls", Hands(live.agents.values()).of(view), view.queue):
        raise ApiError("no_such_call")
    return view
