"""What Asterisk is asked to send to a desk phone about messages."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter.asterisk.ami_errors import AmiRefused
from callcenter.asterisk.bridge.lamps import show_waiting
from callcenter.asterisk.bridge.legs import Legs


class System:
    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses
        self.sent: list[tuple[str, dict[str, Any]]] = []

    async def action(self, name: str, **fields: Any) -> None:
        if self.refuses:
            raise AmiRefused(name, "no such endpoint")
        self.sent.append((name, fields))


@pytest.mark.parametrize(("new", "heard", "lit"), [(0, 0, "no"), (0, 3, "no"), (2, 1, "yes")])
async def test_a_summary_has_both_counts_and_lights_for_new_ones(new: int, heard: int, lit: str) -> None:
    system = System()
    assert await show_waiting(system, "8001", new, heard)  # type: ignore[arg-type]
    ((name, fields),) = system.sent
    assert (name, fields["Endpoint"]) == ("PJSIPNotify", "8001")
    assert fields["Variable"][-2:] == [f"Content=Messages-Waiting: {lit}", f"Content=Voice-Message: {new}/{heard}"]


async def test_a_telephone_that_is_not_there_is_no_fault() -> None:
    assert not await show_waiting(System(refuses=True), "8001", 1, 0)  # type: ignore[arg-type]


async def test_only_agents_numbers_reach_asterisk() -> None:
    with pytest.raises(ValueError, match="agent"):
        await show_waiting(System(), "8001&8002", 1, 0)  # type: ignore[arg-type]


def test_phones_within_reach_are_desk_phones_with_a_contact_that_answers() -> None:
    legs = Legs()
    legs.contacts = {
        ("8001", "desk"): {"sip:a": True, "sip:b": False},
        ("8002", "desk"): {"sip:c": False},
        ("8003", "web"): {"sip:d": True},
    }
    assert legs.desk_phones() == {"8001": frozenset({"sip:a"})}
