"""The recording of a call that goes on: paused for what must not be kept, resumed, begun on demand."""

from callcenter.calls import requests
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.hands import Hands
from callcenter.web.shapes import Done
from callcenter.web.visit import Visit

recording = Endpoints("recording")

_WORDS = ("engine_lost", "not_your_call", "no_such_call", "not_now")


@recording.post("/calls/{id}/recording/pause", needs="pause_recordings", words=_WORDS)
async def pause(visit: Visit) -> Done:
    """Silence is recorded until it is resumed, the talk is over, or the centre's limit (`recording.pause_most_s`)."""
    agent, by = _whose(visit)
    request = requests.PauseRecording(agent=agent, interaction=visit.path("id"), by=by)
    return await visit.audited(request, "recording_pause", visit.path("id"))


@recording.post("/calls/{id}/recording/resume", needs="pause_recordings", words=_WORDS)
async def resume(visit: Visit) -> Done:
    """Sound is recorded again."""
    agent, by = _whose(visit)
    request = requests.ResumeRecording(agent=agent, interaction=visit.path("id"), by=by)
    return await visit.audited(request, "recording_resume", visit.path("id"))


@recording.post("/calls/{id}/recording/start", needs="pause_recordings", words=_WORDS)
async def start(visit: Visit) -> Done:
    """Begin to record, where the centre's rules say `on_demand`."""
    agent, by = _whose(visit)
    request = requests.StartRecording(agent=agent, interaction=visit.path("id"), by=by)
    return await visit.audited(request, "recording_start", visit.path("id"))


def _whose(visit: Visit) -> tuple[str, str]:
    """(whose call it must be, who asks). Raises ApiError `no_such_call` for a call out of reach: ids tell nothing."""
    floor, call_id = visit.live_floor, visit.path("id")
    view = floor.calls.get(call_id)
    if visit.agent and view and view.agent == visit.agent:
        return visit.agent, ""
    within = Hands(floor.agents.values()).of(view) if view else frozenset[str]()
    if view is None or not visit.access.over("pause_recordings", within, view.queue):
        raise ApiError("no_such_call")
    return "", visit.username
