"""How the lines to the telephone network are: registered where they should be, and answering."""

from collections.abc import Iterable
from dataclasses import dataclass

from callcenter.asterisk.ami import AmiClient, AmiSettings
from callcenter.asterisk.ami_errors import AmiRefused
from callcenter.asterisk.ami_wire import AmiMessage

CONNECT_WITHIN_S = 3.0


@dataclass(frozen=True)
class TrunkState:
    """`state`: registered, not_registered, reachable, unreachable, unknown; `detail` in Asterisk's own words."""

    state: str
    detail: str = ""


async def trunk_states(system: AmiSettings) -> dict[str, TrunkState]:
    """By trunk, of those that Asterisk knows something of. Raises a kind of AmiError."""
    client = AmiClient(system)
    await client.start()
    try:
        await client.until_connected(CONNECT_WITHIN_S)
        contacts = await _listed(client, "PJSIPShowContacts")
        registrations = await _listed(client, "PJSIPShowRegistrationsOutbound")
    finally:
        await client.stop()
    return _of_contacts(contacts) | _of_registrations(registrations)


async def _listed(client: AmiClient, action: str) -> list[AmiMessage]:
    """An error is Asterisk's way to say that there are none."""
    try:
        return await client.list_action(action)
    except AmiRefused:
        return []


def _of_contacts(rows: Iterable[AmiMessage]) -> dict[str, TrunkState]:
    found: dict[str, TrunkState] = {}
    for row in rows:
        aor, status = row.text("aor") or row.text("objectname").partition("/")[0], row.text("status")
        state = {"Reachable": "reachable", "Unreachable": "unreachable"}.get(status, "unknown")
        found[aor] = TrunkState(state, status)
    return found


def _of_registrations(rows: Iterable[AmiMessage]) -> dict[str, TrunkState]:
    found: dict[str, TrunkState] = {}
    for row in rows:
        name, status = row.text("objectname").removesuffix("-registration"), row.text("status")
        if name and status:
            found[name] = TrunkState("registered" if status == "Registered" else "not_registered", status)
    return found
