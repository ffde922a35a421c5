"""A path through flows that call each other, as each of them sees it. Pure.

A path (`flow_runs.Runs`) has the nodes of the flow that the call is in as they are, and those of a flow that was
called with its id before them: `menu 1:check verify.pin verify.done thanks`. To the calling flow the caller stood at
`check` all the while, and went from there to `thanks`; to `verify` it was one visit, from `pin` to `done`.
"""

from collections.abc import Iterator

import msgspec

OWN = ""  # the flow that the call itself is in
RETURNED = "returned"


class Visit(msgspec.Struct, frozen=True):
    """`steps`: (key, node), in their order; `key` is empty where none led there. `result` as in `events.FlowEnded`,
    RETURNED when the caller went back to the flow that called, empty while the caller is there."""

    steps: tuple[tuple[str, str], ...]
    result: str


def visits(path: str, result: str, flow: str = OWN) -> Iterator[Visit]:
    """Every stay in `flow` on a path that ended with `result`; in the call's own flow there is one."""
    open_flows = [OWN]
    steps: list[tuple[str, str]] | None = [] if flow == OWN else None
    for step in path.split():
        key, _, place = step.rpartition(":")
        called, _, node = place.rpartition(".")
        came_back = _leave(open_flows, called)
        if flow in came_back and steps is not None:
            yield Visit(tuple(steps), RETURNED)
            steps = None
        if called != flow:
            continue
        pressed_here = steps and not came_back  # a key that was pressed in another flow led out of that
        steps = [*(steps or ()), (key if pressed_here else "", node)]
    if steps is not None:
        yield Visit(tuple(steps), result)


def straight(path: str, result: str) -> Visit:
    """The whole path as one visit, through all flows."""
    parted = (step.rpartition(":") for step in path.split())
    return Visit(tuple((key, node) for key, _, node in parted), result)


def called_in(path: str) -> frozenset[str]:
    """The flows that were called on the path."""
    places = (step.rpartition(":")[2] for step in path.split())
    return frozenset(place.rpartition(".")[0] for place in places if "." in place)


def _leave(open_flows: list[str], flow: str) -> list[str]:
    """Go to `flow` among those that are open; the flows that were over thereby."""
    if flow not in open_flows:
        open_flows.append(flow)
        return []
    over = open_flows[open_flows.index(flow) + 1 :]
    del open_flows[open_flows.index(flow) + 1 :]
    return over
