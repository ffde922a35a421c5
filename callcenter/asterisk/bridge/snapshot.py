"""All that is alive in Asterisk, asked for once after each (re)connect."""

from collections.abc import Iterable, Sequence
from typing import Literal, cast, get_args

from callcenter.asterisk.ami import AmiClient
from callcenter.asterisk.ami_errors import AmiRefused
from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.asterisk.bridge.legs import Leg, Legs, new_leg
from callcenter.asterisk.bridge.ordered import Ordered
from callcenter.asterisk.bridge.translation import RING, UP
from callcenter.asterisk.reading import endpoint_of, language, seconds, shown_name
from callcenter.calls.centre import Device, agent_device
from callcenter.calls.numbers import cleaned
from callcenter.calls.signals import AsteriskSnapshot, OtherCall, SeenLeg

Place = Literal["flow", "wait", "offer", "fallback", "voicemail", "callback", "held", "room", "outside", "other"]
LegRole = Literal["customer", "agent", "consult", "external", "supervisor"]
VARIABLES = ("CC_ID", "CC_AT", "CC_ROLE", "CC_DNIS", "CC_LANG", "CC_QUEUE", "CC_ENTRY")
LIST_TIMEOUT_S = 10.0
_NOT_SET = "(null)"  # what Status writes for a variable the channel does not have
_UNREACHABLE = frozenset({"Unreachable", "Unavailable", "Removed"})


async def live_channels(client: AmiClient) -> list[AmiMessage]:
    return await client.list_action("Status", Variables=",".join(VARIABLES), timeout_s=LIST_TIMEOUT_S)


async def live_contacts(client: AmiClient) -> list[AmiMessage]:
    """Registered contacts of every account. Asterisk answers with an error when there is none."""
    try:
        return await client.list_action("PJSIPShowContacts", timeout_s=LIST_TIMEOUT_S)
    except AmiRefused as error:
        if "no contacts found" not in error.reason.lower():
            raise
        return []


async def started_at(client: AmiClient) -> str:
    """When Asterisk started, to the second: another text means that it has restarted since."""
    status = await client.action("CoreStatus")
    return f"{status.text('corestartupdate')} {status.text('corestartuptime')}"


def interactions_of(channels: Iterable[AmiMessage]) -> frozenset[str]:
    return frozenset(_variables(row).get("CC_ID", "") for row in channels) - {""}


def legs_of(channels: Iterable[AmiMessage], contacts: Iterable[AmiMessage]) -> Legs:
    """What the bridge has to know to translate the events that follow the snapshot."""
    legs = Legs()
    for row in channels:
        leg = _leg(row)
        legs.by_channel[leg.channel] = leg
    for row in contacts:
        owner = agent_device(row.text("endpoint") or row.text("aor"))
        if owner:
            legs.contacts.setdefault(owner, {})[row.text("uri")] = row.text("status") not in _UNREACHABLE
    return legs


def snapshot_of(channels: Sequence[AmiMessage], legs: Legs, restarted: bool, at: float) -> AsteriskSnapshot:
    """Channels without an interaction (an agent's echo test) are left out."""
    reachable: list[tuple[str, Device]] = [owner for owner in legs.contacts if legs.reachable(*owner)]
    return AsteriskSnapshot(
        at=at,
        legs=tuple(seen_leg(row) for row in channels if _variables(row).get("CC_ID")),
        reachable=tuple(sorted(reachable)),
        restarted=restarted,
    )


def seen_leg(row: AmiMessage) -> SeenLeg:
    """One row of AMI's Status list."""
    values = _variables(row)
    owner = agent_device(endpoint_of(row.text("channel")))
    role = _role(values, has_owner=owner is not None)
    return SeenLeg(
        channel=row.text("uniqueid"),
        interaction=values["CC_ID"],
        role=role,
        agent=owner[0] if owner else "",
        device=owner[1] if owner else None,
        up=row.text("channelstate") == UP,
        bridge=row.text("bridgeid"),
        place=_place(values.get("CC_AT", "") if role == "customer" else "other"),
        caller=cleaned(row.text("calleridnum")),
        caller_name=shown_name(row.text("calleridname")),
        dialled=cleaned(values.get("CC_DNIS", "")),
        language=language(values.get("CC_LANG", "")),
        queue=values.get("CC_QUEUE", ""),
        queued_at=seconds(values.get("CC_ENTRY", "")),
    )


def _leg(row: AmiMessage) -> Leg:
    leg = new_leg(row.text("uniqueid"), row.text("channel"))
    values = _variables(row)
    leg.announced = bool(values.get("CC_ID")) and _role(values, bool(leg.agent)) != "customer"
    leg.state, leg.bridge = row.text("channelstate"), row.text("bridgeid")
    leg.other = bool(leg.agent) and not leg.announced and leg.state in (RING, UP)
    leg.ordered = _order_of(leg, values)
    return leg


def _order_of(leg: Leg, values: dict[str, str]) -> Ordered | None:
    """The order of a call that nobody has answered: an earlier engine may have given it."""
    if leg.state == UP or values.get("CC_AT", "") not in ("callback", "partner", "called"):
        return None
    role = _role(values, bool(leg.agent))
    if role == "customer":
        return Ordered(values.get("CC_ID", ""))
    return Ordered(values.get("CC_ID", ""), leg.agent, leg.device, role, leg.channel)


def other_calls(legs: Legs, at: float) -> list[OtherCall]:
    """Agents' phones that are in calls of their own."""
    others = (leg for leg in legs.by_channel.values() if leg.other)
    return [OtherCall(at=at, agent=leg.agent, channel=leg.channel, live=True) for leg in others]


def _variables(row: AmiMessage) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in row.texts("variable"))
    return {name: value for name, _, value in pairs if value not in ("", _NOT_SET)}


def _role(values: dict[str, str], has_owner: bool) -> LegRole:
    """As stamped. A leg that still rings has no stamp of its own: the account tells."""
    stamped = values.get("CC_ROLE", "")
    if has_owner:
        return cast(LegRole, stamped) if stamped in ("consult", "supervisor") else "agent"
    return "external" if stamped == "external" else "customer"


def _place(text: str) -> Place:
    return cast(Place, text) if text in get_args(Place) else "other"
