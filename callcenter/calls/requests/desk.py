"""An agent's own day at the desk, and the call in hand."""

from callcenter.calls.centre import Device
from callcenter.calls.requests.base import Request


class SignIn(Request, frozen=True, kw_only=True):
    """The agent begins work on this device, not ready yet (paused) unless `ready`."""

    agent: str
    device: Device = "web"
    ready: bool = False


class SignOut(Request, frozen=True, kw_only=True):
    agent: str


class GoReady(Request, frozen=True, kw_only=True):
    """Ready for calls. Ends wrap-up when the agent is in it."""

    agent: str


class Pause(Request, frozen=True, kw_only=True):
    """No more offers. An offer that is ringing is withdrawn and the caller keeps the place."""

    agent: str
    reason: str = ""


class AnswerOffer(Request, frozen=True, kw_only=True):
    """Tell the agent's desk phone, which rings for the offer, to pick up. A browser answers by itself."""

    agent: str
    offer: str


class RejectOffer(Request, frozen=True, kw_only=True):
    agent: str
    offer: str


class EndCall(Request, frozen=True, kw_only=True):
    """The agent ends the talk: the caller is led to the survey, or the call ends."""

    agent: str
    interaction: str


class PushSurvey(Request, frozen=True, kw_only=True):
    """The agent ends the talk by sending the caller to the queue's survey, whatever its policy says."""

    agent: str
    interaction: str


class WriteNote(Request, frozen=True, kw_only=True):
    """Keep the note of a call (as it is typed) and its disposition, during the talk or wrap-up."""

    agent: str
    interaction: str
    note: str = ""
    disposition: str = ""


class ExtendWrapUp(Request, frozen=True, kw_only=True):
    agent: str
    by_s: int = 60


class EndWrapUp(Request, frozen=True, kw_only=True):
    agent: str


class ReadNotice(Request, frozen=True, kw_only=True):
    agent: str
    notice: str
