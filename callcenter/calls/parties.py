"""Words for calls of more than two: whom a call may be given to, and how a supervisor takes part."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

TargetKind = Literal["agent", "extension", "queue", "number"]
Mode = Literal["listen", "whisper", "barge"]
"""listen: hears both, heard by nobody; whisper: heard by the agent alone; barge: heard by all."""

MismatchKind = Literal[
    "leg_gone",  # a leg of ours that Asterisk does not have
    "call_unknown",  # a channel of Asterisk's that belongs to no call we know
    "busy_without_call",  # an agent in a talk that is over
    "phone_gone",  # ready on a phone that is not registered
    "held_too_long",  # on hold with nobody left who could fetch the customer
]

OutsideNumber = Annotated[
    str,
    Meta(
        pattern=r"^\+?[0-9*#]{2,20}$",
        description="2 to 20 digits, + first if at all",
        extra_json_schema={"x-zh": "2 到 20 位数字，前面可加 +"},
    ),
]
Digits = Annotated[
    str,
    Meta(
        pattern=r"^[0-9*#]{1,32}$",
        description="1 to 32 keys of a telephone",
        extra_json_schema={"x-zh": "1 到 32 个电话按键"},
    ),
]


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom a call is given to, or who is asked into it.

    agent: an agent id; refused when the agent is not free (blind) or has no phone within reach. extension: an agent
    id too, but the phone is rung whatever the agent's state, as long as it is in no call. queue: a queue's id; the
    next agent there. number: outside, over a trunk.
    """

    kind: TargetKind
    id: Annotated[str, Meta(min_length=1, max_length=64)]
