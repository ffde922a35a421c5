"""What is asked of live calls, agents and rooms. Conventions as in `asked`."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.centre import AgentId
from callcenter.calls.parties import Digits, Mode, OutsideNumber, Target
from callcenter.web.asked import Asked, Name

TransferNote = Annotated[str, Meta(max_length=2000)]
ShownNumber = Annotated[
    str,
    Meta(
        pattern=r"^(\+?[0-9]{3,15})?$",
        description="one of the outbound numbers, or empty",
        extra_json_schema={"x-zh": "一个外呼号码，或留空"},
    ),
]
Channel = Annotated[str, Meta(min_length=1, max_length=128)]
EntryId = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9_]{0,32}$",
        description="an id of the centre, or empty",
        extra_json_schema={"x-zh": "呼叫中心的一个标识，或留空"},
    ),
]


# ---- the agent


class PickedUp(Asked, frozen=True, kw_only=True):
    offer: Name


class OneCall(Asked, frozen=True, kw_only=True):
    interaction: Name


class HoldSwitch(Asked, frozen=True, kw_only=True):
    interaction: Name
    on: bool


class PressedKeys(Asked, frozen=True, kw_only=True):
    interaction: Name
    digits: Digits


class MuteSwitch(Asked, frozen=True, kw_only=True):
    interaction: Name
    on: bool


class GivenCall(Asked, frozen=True, kw_only=True):
    """To whom a call is given, or who is asked; `note` is for whoever takes it next."""

    interaction: Name
    to: Target
    note: TransferNote = ""


class Dialled(Asked, frozen=True, kw_only=True):
    """Whom to call. `number` may be masked as it was shown, when `customer` names the card it is on, or `call` the
    call it came from. `as_number`: the number shown to the other side; empty: the first."""

    number: OutsideNumber
    as_number: ShownNumber = ""
    customer: Annotated[str, Meta(max_length=32)] = ""
    call: Annotated[str, Meta(max_length=128)] = ""


# ---- the supervisor


class ListenTo(Asked, frozen=True, kw_only=True):
    agent: AgentId
    mode: Mode = "listen"


class ForcedState(Asked, frozen=True, kw_only=True):
    """`reason`: of a pause, the id of one of the centre's pause reasons."""

    to: Literal["ready", "paused", "signed_out"]
    reason: EntryId = ""


class MovedWaiter(Asked, frozen=True, kw_only=True):
    """To the front of the queue, to another queue, or to one agent alone; `id` names the queue or agent."""

    to: Literal["front", "queue", "agent"]
    id: EntryId = ""


class NoticeText(Asked, frozen=True, kw_only=True):
    """A message to agents; an empty `to` means everybody in reach who has begun work."""

    to: Annotated[tuple[AgentId, ...], Meta(max_length=2000)] = ()
    text: Annotated[str, Meta(min_length=1, max_length=500)]
    urgent: bool = False


class TodayQuery(Asked, frozen=True, kw_only=True):
    """Empty `queue`: all of them."""

    queue: Annotated[str, Meta(max_length=32)] = ""


# ---- rooms


class InvitedNumber(Asked, frozen=True, kw_only=True):
    number: OutsideNumber
    as_number: ShownNumber = ""


class MemberSwitch(Asked, frozen=True, kw_only=True):
    channel: Channel
    on: bool


class OneMember(Asked, frozen=True, kw_only=True):
    channel: Channel


class LockSwitch(Asked, frozen=True, kw_only=True):
    on: bool
