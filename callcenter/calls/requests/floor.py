"""What supervisors ask for. `by` is the user name, `supervisor` the agent id whose phone takes part."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.centre import AgentId
from callcenter.calls.parties import Mode
from callcenter.calls.requests.base import Request


class Listen(Request, frozen=True, kw_only=True):
    """Begin to listen to the call that `agent` talks in, or change how. The supervisor's phone is rung and answers
    by itself in a browser. Refused when the supervisor is in another call."""

    by: str
    supervisor: AgentId
    agent: AgentId
    mode: Mode = "listen"


class StopListening(Request, frozen=True, kw_only=True):
    by: str
    supervisor: AgentId


class TakeOver(Request, frozen=True, kw_only=True):
    """The supervisor, who listens already, goes on with the customer alone."""

    by: str
    supervisor: AgentId


class CutCall(Request, frozen=True, kw_only=True):
    """End a call by force."""

    by: str
    interaction: str


class ForceAgent(Request, frozen=True, kw_only=True):
    """A call in hand goes on; the state holds after it."""

    by: str
    agent: AgentId
    to: Literal["ready", "paused", "signed_out"]
    reason: str = ""


class MoveWaiter(Request, frozen=True, kw_only=True):
    """A waiting caller to the front of the queue, to another queue (keeping the place in time), or to one agent."""

    by: str
    interaction: str
    to: Literal["front", "queue", "agent"]
    id: str = ""


class SendNotice(Request, frozen=True, kw_only=True):
    """A message to agents; empty `to` means everybody who is signed in. The reply has `notice`."""

    by: str
    by_name: str
    to: tuple[AgentId, ...] = ()
    text: Annotated[str, Meta(min_length=1, max_length=500)]
    urgent: bool = False


class CancelCallback(Request, frozen=True, kw_only=True):
    """Nobody will be called back. A callback that is being carried out cannot be cancelled."""

    callback: str
    by: str = ""
