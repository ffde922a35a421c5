"""What people ask for, and the words for a refusal.

Every request is made in somebody's name; the web room checks the role before it submits.
"""

import msgspec

from callcenter.calls.centre import Centre, Device


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    pass


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


class RejectOffer(Request, frozen=True, kw_only=True):
    agent: str
    offer: str


class EndCall(Request, frozen=True, kw_only=True):
    """The agent ends the talk: the caller is led to the survey, or the call ends."""

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


class CancelCallback(Request, frozen=True, kw_only=True):
    """Nobody will be called back. A callback that is being carried out cannot be cancelled."""

    callback: str
    by: str = ""


class ApplyCentre(Request, frozen=True, kw_only=True):
    """Put a new centre document in force. `version` is the one given by the store."""

    version: int
    centre: Centre


class PublishFlow(Request, frozen=True, kw_only=True):
    """Put a new version of a flow in force for calls that begin from now on. `source` is its YAML."""

    flow: str
    version: int
    source: str


AnyRequest = (
    SignIn
    | SignOut
    | GoReady
    | Pause
    | RejectOffer
    | EndCall
    | WriteNote
    | ExtendWrapUp
    | EndWrapUp
    | CancelCallback
    | ApplyCentre
    | PublishFlow
)


class Refused(Exception):
    """A request that cannot be granted. `word` is stable and public; the text says what to do instead."""

    word = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownAgent(Refused):
    word = "unknown_agent"


class NotSignedIn(Refused):
    word = "not_signed_in"


class PhoneNotReachable(Refused):
    word = "phone_not_reachable"


class NotYourCall(Refused):
    word = "not_your_call"


class NotInWrapUp(Refused):
    word = "not_in_wrap_up"


class UnknownChoice(Refused):
    """A pause reason or disposition that the centre does not have."""

    word = "unknown_choice"


class WrapUpKept(Refused):
    """The queue does not let agents cut their wrap-up short."""

    word = "wrap_up_kept"


class UnknownCallback(Refused):
    word = "unknown_callback"


class StaleVersion(Refused):
    word = "stale_version"


class QueueHasWaiters(Refused):
    word = "queue_has_waiters"


class BadFlow(Refused):
    """A flow that cannot be used; the message has every problem, a line each."""

    word = "bad_flow"
