"""One AMI event -> what it means for the calls. Plain functions; everything they know is in `Legs`."""

from collections.abc import Callable, Iterable

from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.asterisk.bridge.legs import Leg, Legs
from callcenter.asterisk.bridge.ordered import Ordered, Role, came_to_nothing, result_of
from callcenter.asterisk.reading import cause_of
from callcenter.calls import signals
from callcenter.calls.centre import Device, agent_device
from callcenter.calls.signals import Signal

RING, RINGING, UP = "4", "5", "6"  # Asterisk's numbers of channel states
_GONE = frozenset({"Removed", "Unreachable"})


def translate(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    """The signals of one event, usually none or one; `at` is stamped on each."""
    handler = _HANDLERS.get(event.text("event"))
    return handler(event, legs, at) if handler else ()


def _channel_began(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    """A leg that we ordered is known by its id; one in state Ring was begun by the agent's own phone."""
    leg = legs.seen(event.text("uniqueid"), event.text("channel"))
    leg.state = event.text("channelstate")
    ordered = legs.ordered.pop(leg.channel, None)
    if ordered is not None:
        return _order_began(leg, ordered, at)
    return _other_began(leg, at) if leg.agent and leg.state == RING else ()


def _order_began(leg: Leg, ordered: Ordered, at: float) -> list[Signal]:
    """The core knows of a customer whom it calls; any other leg is told of."""
    leg.ordered = ordered
    return [] if ordered.is_customer else _leg_began(leg, ordered.interaction, at, ordered.role)


def _leg_began(leg: Leg, interaction: str, at: float, role: Role = "agent") -> list[Signal]:
    leg.announced = True
    began = signals.LegStarted(
        at=at, interaction=interaction, channel=leg.channel, agent=leg.agent, device=leg.device, role=role
    )
    return [began, *_state_signals(leg, at)]


def _other_began(leg: Leg, at: float) -> list[Signal]:
    if leg.other or leg.announced:
        return []
    leg.other = True
    return [signals.OtherCall(at=at, agent=leg.agent, channel=leg.channel, live=True)]


def _dial_began(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    """The leg of an agent, or of a number that the customer is given to, is tied to the interaction here; its
    ringing may have come earlier."""
    interaction = variable(event, "CC_ID")
    leg = legs.seen(event.text("destuniqueid"), event.text("destchannel"))
    if leg.announced:
        return ()
    if not leg.agent:
        given_away = interaction and variable(event, "CC_AT") == "outside"
        return _leg_began(leg, interaction, at, "external") if given_away else ()
    return _leg_began(leg, interaction, at) if interaction else _other_began(leg, at)


def _state_changed(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    leg = legs.seen(event.text("uniqueid"), event.text("channel"))
    if leg.state == event.text("channelstate"):
        return ()
    leg.state = event.text("channelstate")
    if leg.state == UP:
        leg.ordered = None
    return _state_signals(leg, at) if leg.announced else ()


def _state_signals(leg: Leg, at: float) -> list[Signal]:
    if leg.state == RINGING:
        return [signals.LegRinging(at=at, channel=leg.channel)]
    if leg.state == UP:
        return [signals.LegAnswered(at=at, channel=leg.channel)]
    return []


def _joined(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    leg, bridge = legs.seen(event.text("uniqueid"), event.text("channel")), event.text("bridgeuniqueid")
    if leg.bridge == bridge:
        return ()
    leg.bridge = bridge
    return [signals.LegJoined(at=at, channel=leg.channel, bridge=bridge)] if counts(leg) else ()


def _left(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    leg, bridge = legs.by_channel.get(event.text("uniqueid")), event.text("bridgeuniqueid")
    if leg is None or leg.bridge != bridge:
        return ()
    leg.bridge = ""
    return [signals.LegLeft(at=at, channel=leg.channel, bridge=bridge)] if counts(leg) else ()


def _held(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    leg = legs.by_channel.get(event.text("uniqueid"))
    if leg is None or leg.held or not counts(leg):
        return ()
    leg.held = True
    return [signals.LegHeld(at=at, channel=leg.channel)]


def _resumed(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    leg = legs.by_channel.get(event.text("uniqueid"))
    if leg is None or not leg.held:
        return ()
    leg.held = False
    return [signals.LegResumed(at=at, channel=leg.channel)]


def _leaving(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    leg = legs.by_channel.get(event.text("uniqueid"))
    return [signals.LegLeaving(at=at, channel=leg.channel)] if leg and counts(leg) else ()


def _ended(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    leg = legs.by_channel.pop(event.text("uniqueid"), None)
    return end_of(leg, cause_of(event.text("cause")), at) if leg else ()


def end_of(leg: Leg, cause: int, at: float) -> Iterable[Signal]:
    if leg.other:
        yield signals.OtherCall(at=at, agent=leg.agent, channel=leg.channel, live=False)
    if counts(leg):
        yield signals.LegEnded(at=at, channel=leg.channel, cause=cause)
    if leg.ordered:
        yield came_to_nothing(leg.ordered, result_of(cause), at)


def _contact_changed(event: AmiMessage, legs: Legs, at: float) -> Iterable[Signal]:
    """A phone that registers anew has two contacts for a moment: the account counts, not the contact."""
    owner = agent_device(event.text("endpointname") or event.text("aor"))
    if owner is None:
        return ()
    before = legs.reachable(*owner)
    _keep_contact(legs, owner, event.text("uri"), event.text("contactstatus"))
    after = legs.reachable(*owner)
    return [signals.PhoneSeen(at=at, agent=owner[0], device=owner[1], reachable=after)] if after != before else ()


def _keep_contact(legs: Legs, owner: tuple[str, Device], uri: str, status: str) -> None:
    contacts = legs.contacts.setdefault(owner, {})
    if status == "Removed":
        contacts.pop(uri, None)
    elif status != "Updated" or uri not in contacts:
        contacts[uri] = status not in _GONE


def counts(leg: Leg) -> bool:
    """Whether the core hears of it: an agent's leg that belongs to an interaction, or a customer's who is there."""
    return leg.announced or not (leg.agent or leg.ordered)


def variable(event: AmiMessage, name: str) -> str:
    """A channel variable that manager.conf's `channelvars` puts on every event; '' when not set.

    Asterisk writes `ChanVariable: CC_ID=…` for the event's channel (the dialling one of a dial).
    """
    prefix = name + "="
    for pair in event.texts("chanvariable"):
        if pair.startswith(prefix):
            return pair[len(prefix) :]
    return ""


_HANDLERS: dict[str, Callable[[AmiMessage, Legs, float], Iterable[Signal]]] = {
    "Newchannel": _channel_began,
    "Newstate": _state_changed,
    "DialBegin": _dial_began,
    "BridgeEnter": _joined,
    "BridgeLeave": _left,
    "Hold": _held,
    "Unhold": _resumed,
    "HangupRequest": _leaving,
    "Hangup": _ended,
    "ContactStatus": _contact_changed,
}
WANTED_EVENTS = frozenset(_HANDLERS)
