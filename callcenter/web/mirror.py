"""The edge's copy of live state: a floor, and what a delta makes of it. Pure."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from callcenter.calls.views import Delta, Floor

View = TypeVar("View")


def applied(floor: Floor, delta: Delta) -> Floor:
    """The floor after the delta. Views are whole, so a delta that is applied twice changes nothing."""
    return Floor(
        seq=max(floor.seq, delta.seq),
        system=delta.system or floor.system,
        agents=_merged(floor.agents, delta.agents),
        calls=_merged(floor.calls, delta.calls),
        queues=_merged(floor.queues, delta.queues),
        callbacks=_merged(floor.callbacks, delta.callbacks),
        rooms=_merged(floor.rooms, delta.rooms),
        notices=_merged(floor.notices, delta.notices),
        mismatches=_merged(floor.mismatches, delta.mismatches),
    )


def joined(first: Delta, then: Delta) -> Delta:
    """Both as one: views are whole, so the later one of each is all that counts."""
    return Delta(
        seq=max(first.seq, then.seq),
        system=then.system or first.system,
        agents=first.agents | then.agents,
        calls=first.calls | then.calls,
        queues=first.queues | then.queues,
        callbacks=first.callbacks | then.callbacks,
        rooms=first.rooms | then.rooms,
        notices=first.notices | then.notices,
        mismatches=first.mismatches | then.mismatches,
    )


def _merged(views: dict[str, View], changes: Mapping[str, View | None]) -> dict[str, View]:
    if not changes:
        return views
    merged = dict(views)
    for key, view in changes.items():
        if view is None:
            merged.pop(key, None)
        else:
            merged[key] = view
    return merged


class StreamMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message of the engine's stream: exactly one of the two is set."""

    floor: Floor | None = None
    delta: Delta | None = None
