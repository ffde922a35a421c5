"""What the signed-in agent does: begin and end work, ready, pause, reject, end a call, wrap-up."""

from callcenter.calls import requests
from callcenter.web.asked import AgentPause, AgentSignIn, EndedCall, MoreWrapUp, Nothing, RejectedOffer
from callcenter.web.endpoints import Endpoints
from callcenter.web.shapes import Done
from callcenter.web.today_shapes import AgentToday
from callcenter.web.visit import Visit

agent = Endpoints("agent")


@agent.post("/agent/sign-in", needs="take_calls", words=("engine_lost", "unknown_agent", "phone_not_reachable"))
async def begin_work(visit: Visit, asked: AgentSignIn) -> Done:
    """Begin work on a device: paused, or ready at once."""
    return await visit.submit(requests.SignIn(agent=visit.agent, device=asked.device, ready=asked.ready))


@agent.post("/agent/sign-out", needs="take_calls", words=("engine_lost", "not_signed_in"))
async def end_work(visit: Visit, _asked: Nothing) -> Done:
    """End work. The session in the page goes on."""
    return await visit.submit(requests.SignOut(agent=visit.agent))


@agent.post("/agent/ready", needs="take_calls", words=("engine_lost", "not_signed_in", "phone_not_reachable"))
async def go_ready(visit: Visit, _asked: Nothing) -> Done:
    """Ready for calls; ends wrap-up."""
    return await visit.submit(requests.GoReady(agent=visit.agent))


@agent.post("/agent/pause", needs="take_calls", words=("engine_lost", "not_signed_in", "unknown_choice"))
async def pause(visit: Visit, asked: AgentPause) -> Done:
    """No more offers. A call that rings goes back to its place in the queue."""
    return await visit.submit(requests.Pause(agent=visit.agent, reason=asked.reason))


@agent.post("/agent/reject", needs="take_calls", words=("engine_lost", "not_your_call"))
async def reject(visit: Visit, asked: RejectedOffer) -> Done:
    """Refuse the call that is offered."""
    return await visit.submit(requests.RejectOffer(agent=visit.agent, offer=asked.offer))


@agent.post("/agent/end-call", needs="take_calls", words=("engine_lost", "not_your_call"))
async def end_call(visit: Visit, asked: EndedCall) -> Done:
    """End the talk: the caller is led to the survey, or the call ends."""
    return await visit.submit(requests.EndCall(agent=visit.agent, interaction=asked.interaction))


@agent.post("/agent/wrap-up/extend", needs="take_calls", words=("engine_lost", "not_in_wrap_up"))
async def extend_wrap_up(visit: Visit, asked: MoreWrapUp) -> Done:
    """More time for wrap-up."""
    return await visit.submit(requests.ExtendWrapUp(agent=visit.agent, by_s=asked.by_s))


@agent.post("/agent/wrap-up/end", needs="take_calls", words=("engine_lost", "not_in_wrap_up"))
async def end_wrap_up(visit: Visit, _asked: Nothing) -> Done:
    """Wrap-up is done."""
    return await visit.submit(requests.EndWrapUp(agent=visit.agent))


@agent.get("/agents/me/today", needs="take_calls")
async def my_day(visit: Visit) -> AgentToday:
    """The agent's own figures since midnight in the centre's zone."""
    return await visit.services.archive.agent_today(visit.agent)
