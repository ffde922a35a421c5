"""What the bridge remembers of each live channel, so that one event is translated in constant time."""

from dataclasses import dataclass, field

from callcenter.asterisk.bridge.ordered import Ordered
from callcenter.asterisk.reading import endpoint_of
from callcenter.calls.centre import Device, agent_device


@dataclass
class Leg:
    """One channel. `channel` is Asterisk's unique id: unlike the name it never changes.

    `agent` is empty for a customer's channel. An agent's leg is `announced` once it is known to
    belong to an interaction; what it did before is told then. `other`: known to belong to none.
    `ordered` until it is answered, when we began the call.
    """

    channel: str
    name: str = ""
    agent: str = ""
    device: Device = "desk"
    announced: bool = False
    state: str = ""
    bridge: str = ""
    held: bool = False
    other: bool = False
    ordered: Ordered | None = None


@dataclass
class Legs:
    """All live channels, by unique id, and the registered contacts of every agent's account.

    `ordered`: channels to come, by the unique id that we chose.
    """

    by_channel: dict[str, Leg] = field(default_factory=dict)
    contacts: dict[tuple[str, Device], dict[str, bool]] = field(default_factory=dict)
    ordered: dict[str, Ordered] = field(default_factory=dict)

    def seen(self, channel: str, name: str) -> Leg:
        """The leg of this channel; a new one when it was not known."""
        leg = self.by_channel.get(channel)
        if leg is None:
            leg = self.by_channel[channel] = new_leg(channel, name)
        return leg

    def reachable(self, agent: str, device: Device) -> bool:
        return any(self.contacts.get((agent, device), {}).values())

    def desk_phones(self) -> dict[str, frozenset[str]]:
        """By agent, the contacts that are within reach."""
        found = {
            agent: frozenset(uri for uri, there in contacts.items() if there)
            for (agent, device), contacts in self.contacts.items()
            if device == "desk"
        }
        return {agent: contacts for agent, contacts in found.items() if contacts}


def new_leg(channel: str, name: str) -> Leg:
    owner = agent_device(endpoint_of(name))
    return Leg(channel, name, owner[0], owner[1]) if owner else Leg(channel, name)
