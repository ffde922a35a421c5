"""What can go wrong in an AGI session: one exception an error, its stable word beside it."""

from typing import ClassVar


class AgiError(Exception):
    word: ClassVar[str] = "agi_error"


class AgiHungUp(AgiError):
    """The caller is gone, or was moved elsewhere by a Redirect, or the connection broke."""

    word = "hung_up"


class AgiRefused(AgiError):
    """Asterisk does not accept the command, or could not carry it out while the caller is still there."""

    word = "refused"


class AgiTimedOut(AgiError):
    """Asterisk did not answer in time; the session is closed."""

    word = "timed_out"


class AgiBadArgument(AgiError):
    """An argument that must not be sent; `argument` names it."""

    word = "bad_argument"

    def __init__(self, argument: str, why: str) -> None:
        super().__init__(f"AGI argument {argument!r} {why}")
        self.argument = argument


class AgiBadRequest(AgiError):
    """The peer's greeting is no AGI environment (a port scan, another protocol, too much of it)."""

    word = "bad_request"
