"""What an agent does with the call in hand, and others brought into it. `agent` is who asks."""

from typing import Annotated

from msgspec import Meta

from callcenter.calls.parties import Digits, OutsideNumber, Target
from callcenter.calls.requests.base import Request


class Hold(Request, frozen=True, kw_only=True):
    """Customer on hold with music, or back. For a desk phone; a browser may hold by SIP as well."""

    agent: str
    interaction: str
    on: bool


class SendDigits(Request, frozen=True, kw_only=True):
    """Keys for the other side (an external menu). Never logged."""

    agent: str
    interaction: str
    digits: Digits


class Mute(Request, frozen=True, kw_only=True):
    """The agent's own leg is not heard, or heard again. For a desk phone; a browser mutes itself."""

    agent: str
    interaction: str
    on: bool


class Transfer(Request, frozen=True, kw_only=True):
    """Blind: the customer goes to the target at once, the agent into wrap-up. `note` travels along."""

    agent: str
    interaction: str
    to: Target
    note: Annotated[str, Meta(max_length=2000)] = ""


class Consult(Request, frozen=True, kw_only=True):
    """The customer waits with music while the agent speaks with the target."""

    agent: str
    interaction: str
    to: Target
    note: Annotated[str, Meta(max_length=2000)] = ""


class EndConsult(Request, frozen=True, kw_only=True):
    """The target is let go (or rung no longer), the agent is back with the customer."""

    agent: str
    interaction: str


class CompleteTransfer(Request, frozen=True, kw_only=True):
    """After a consult, or out of a talk of three: the agent leaves, customer and target go on."""

    agent: str
    interaction: str


class ShareTalk(Request, frozen=True, kw_only=True):
    """After a consult: customer, agent and target all hear each other."""

    agent: str
    interaction: str


class DialOut(Request, frozen=True, kw_only=True):
    """Call somebody. `as_number`: one of the centre's outbound numbers, empty for the first. The reply has
    `interaction`. Refused while the agent has a call in hand or is not signed in with a phone within reach."""

    agent: str
    number: OutsideNumber
    as_number: str = ""
