"""The words for a refusal, one an error."""

from callcenter.calls.languages import Text


class Refused(Exception):
    """A request that cannot be granted. `word` is stable and public; the message says what to do instead.

    `text`: the details in every language, where pages have to say more than the word's meaning.
    """

    word = "refused"

    def __init__(self, message: str, text: Text | None = None) -> None:
        super().__init__(message)
        self.message, self.text = message, text


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


class NoSuchCall(Refused):
    """The call is not there, or over."""

    word = "no_such_call"


class NotNow(Refused):
    """The call or the agent is in a state in which this cannot be done; the text says which."""

    word = "not_now"


class TargetNotFree(Refused):
    """The agent asked for is in a call, paused, signed out or out of reach; the text says which."""

    word = "target_not_free"


class UnknownTarget(Refused):
    word = "unknown_target"


class NumberNotAllowed(Refused):
    """Outbound rules of the centre do not allow this number, or there is no trunk."""

    word = "number_not_allowed"


class RoomFull(Refused):
    word = "room_full"


class UnknownRoom(Refused):
    word = "unknown_room"


class UnknownCallback(Refused):
    word = "unknown_callback"


class StaleVersion(Refused):
    word = "stale_version"


class QueueHasWaiters(Refused):
    word = "queue_has_waiters"


class FlowInUse(Refused):
    """Callers would come into the flow, or are in it; the message says by what."""

    word = "flow_in_use"


class BadFlow(Refused):
    """A flow that cannot be used; the message has every problem, a line each."""

    word = "bad_flow"
