"""What the agent does with a call in hand: pick up, hold, press keys, give away, ask somebody."""

from callcenter.calls import requests
from callcenter.calls.parties import Target
from callcenter.web.asked_live import GivenCall, HoldSwitch, MuteSwitch, OneCall, PickedUp, PressedKeys
from callcenter.web.endpoints import Endpoints
from callcenter.web.numbers import check_outside
from callcenter.web.shapes import Done
from callcenter.web.visit import Visit

talk = Endpoints("talk")

_WORDS = ("engine_lost", "not_your_call", "no_such_call", "not_now")
_GIVING = (*_WORDS, "target_not_free", "unknown_target", "number_not_allowed")


@talk.post("/agent/answer", needs="take_calls", words=("engine_lost", "not_your_call", "phone_not_reachable"))
async def answer(visit: Visit, asked: PickedUp) -> Done:
    """Make the desk phone that rings pick up. A browser answers by itself."""
    return await visit.submit(requests.AnswerOffer(agent=visit.agent, offer=asked.offer))


@talk.post("/agent/survey", needs="take_calls", words=_WORDS)
async def push_survey(visit: Visit, asked: OneCall) -> Done:
    """End the talk by sending the caller to the queue's survey."""
    return await visit.submit(requests.PushSurvey(agent=visit.agent, interaction=asked.interaction))


@talk.post("/agent/hold", needs="take_calls", words=_WORDS)
async def hold(visit: Visit, asked: HoldSwitch) -> Done:
    """The customer hears music, or the agent again."""
    return await visit.submit(requests.Hold(agent=visit.agent, interaction=asked.interaction, on=asked.on))


@talk.post("/agent/keys", needs="take_calls", words=_WORDS)
async def press_keys(visit: Visit, asked: PressedKeys) -> Done:
    """Keys for the other side's menu. Which ones is kept nowhere."""
    request = requests.SendDigits(agent=visit.agent, interaction=asked.interaction, digits=asked.digits)
    return await visit.submit(request)


@talk.post("/agent/mute", needs="take_calls", words=_WORDS)
async def mute(visit: Visit, asked: MuteSwitch) -> Done:
    """The agent's desk phone is not heard, or heard again. A browser mutes itself."""
    return await visit.submit(requests.Mute(agent=visit.agent, interaction=asked.interaction, on=asked.on))


@talk.post("/agent/transfer", needs="transfer", words=_GIVING)
async def transfer(visit: Visit, asked: GivenCall) -> Done:
    """Give the call away at once; the note travels along. A number outside needs `dial_out` too."""
    _check(visit, asked.to)
    return await visit.submit(
        requests.Transfer(agent=visit.agent, interaction=asked.interaction, to=asked.to, note=asked.note)
    )


@talk.post("/agent/consult", needs="transfer", words=_GIVING)
async def consult(visit: Visit, asked: GivenCall) -> Done:
    """Ask somebody while the customer waits with music. A number outside needs `dial_out` too."""
    _check(visit, asked.to)
    return await visit.submit(
        requests.Consult(agent=visit.agent, interaction=asked.interaction, to=asked.to, note=asked.note)
    )


@talk.post("/agent/consult/end", needs="transfer", words=_WORDS)
async def end_consult(visit: Visit, asked: OneCall) -> Done:
    """Let whoever was asked go; back to the customer."""
    return await visit.submit(requests.EndConsult(agent=visit.agent, interaction=asked.interaction))


@talk.post("/agent/consult/complete", needs="transfer", words=_WORDS)
async def complete(visit: Visit, asked: OneCall) -> Done:
    """Leave: the customer goes on with whoever was asked."""
    return await visit.submit(requests.CompleteTransfer(agent=visit.agent, interaction=asked.interaction))


@talk.post("/agent/consult/share", needs="transfer", words=_WORDS)
async def share(visit: Visit, asked: OneCall) -> Done:
    """All three hear each other."""
    return await visit.submit(requests.ShareTalk(agent=visit.agent, interaction=asked.interaction))


def _check(visit: Visit, to: Target) -> None:
    """Raises ApiError `forbidden` or `bad_value`."""
    if to.kind == "number":
        visit.require("dial_out")
        check_outside(to.id, "to.id")
