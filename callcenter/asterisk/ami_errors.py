"""What can go wrong with an AMI action: one exception an error, its stable word beside it."""

from typing import ClassVar


class AmiError(Exception):
    """An action that did not succeed. `word` is stable and may be shown, stored and compared."""

    word: ClassVar[str] = "ami_error"


class AmiNotConnected(AmiError):
    """There is no logged-in session: nothing was sent and nothing will be sent later."""

    word = "not_connected"


class AmiConnectionLost(AmiError):
    """The session ended before the answer: the action may or may not have been carried out."""

    word = "connection_lost"


class AmiTimedOut(AmiError):
    """No answer in time: the action may or may not have been carried out."""

    word = "timed_out"


class AmiRefused(AmiError):
    """Asterisk answered with an error; `reason` is Asterisk's own text."""

    word = "refused"

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(f"Asterisk refused {action}: {reason}")
        self.reason = reason


class AmiLoginRefused(AmiRefused):
    """The user name, the secret or the address is not accepted by manager.conf."""

    word = "login_refused"


class AmiBadField(AmiError):
    """A field must not be sent as it is; `field` names it."""

    word = "bad_field"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"AMI field {field!r} {why}")
        self.field = field
