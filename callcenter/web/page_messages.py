"""What the server sends to a page over `/ws`, each message tagged by `type`."""

from typing import Literal

import msgspec

from callcenter.calls.views import (
    AgentView,
    CallbackView,
    CallView,
    Floor,
    MismatchView,
    NoticeView,
    QueueView,
    RoomView,
    SystemView,
)
from callcenter.web.card_shapes import Pop


class PageMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    pass


class Snapshot(PageMessage, frozen=True, kw_only=True, tag="snapshot"):
    """All that the reader may see. Replaces everything the page knew. `now` is the server's clock."""

    seq: int
    now: float
    floor: Floor
    pops: tuple[Pop, ...]


class FloorDelta(PageMessage, frozen=True, kw_only=True, tag="delta", omit_defaults=True):
    """What changed up to `seq`: whole views by id, null means gone (or no longer the reader's)."""

    seq: int
    system: SystemView | None = None
    agents: dict[str, AgentView | None] = {}
    calls: dict[str, CallView | None] = {}
    queues: dict[str, QueueView | None] = {}
    callbacks: dict[str, CallbackView | None] = {}
    rooms: dict[str, RoomView | None] = {}
    notices: dict[str, NoticeView | None] = {}
    mismatches: dict[str, MismatchView | None] = {}


class PopMessage(PageMessage, frozen=True, kw_only=True, tag="pop"):
    pop: Pop


class EngineMessage(PageMessage, frozen=True, kw_only=True, tag="engine"):
    """While the engine is lost, nothing shown is live. A snapshot follows its return."""

    state: Literal["up", "lost"]
    since: float


class CallStored(PageMessage, frozen=True, kw_only=True, tag="call_stored"):
    """The call's record can be read now under `/calls/{id}`."""

    id: str


class Beat(PageMessage, frozen=True, kw_only=True, tag="beat"):
    """Every ten seconds, so that a page notices a dead connection and how far its clock is off."""

    now: float


AnyPageMessage = Snapshot | FloorDelta | PopMessage | EngineMessage | CallStored | Beat
encode_message = msgspec.json.Encoder().encode
