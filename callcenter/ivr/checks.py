"""Whether the nodes of a flow hang together: targets, reachability, ways out, loops."""

from collections.abc import Iterable, Mapping

import msgspec

from callcenter.ivr.flow import Node
from callcenter.ivr.gathered import Reading, Reference
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.problems import Problems, allowed

Edges = Mapping[str, list[str]]


class Placed(msgspec.Struct, frozen=True):
    """A node and the line of its id. None: it could not be read, which is a problem already."""

    line: int
    node: Node | None = None


def comes_back(start: str, placed: Mapping[str, Placed], references: Iterable[Reference]) -> tuple[bool, bool]:
    """Whether a flow may come back to one that called it, and whether it may do so without waiting for a key."""
    edges = _edges(placed, references)
    silent = {
        node_id: [] if each.node and each.node.holds_up() else edges[node_id] for node_id, each in placed.items()
    }
    backs = {node_id for node_id, each in placed.items() if each.node and each.node.returns}
    return bool(backs & _reached([start], edges)), bool(backs & _reached([start], silent))


def check_graph(start: str, placed: Mapping[str, Placed], reading: Reading) -> None:
    """Note every problem. Ways are only judged when all that names nodes could be read and all targets exist."""
    problems = reading.problems
    sound = _check_targets(placed, reading.references, problems)
    if not sound or reading.gaps or any(each.node is None for each in placed.values()):
        return
    edges = _edges(placed, reading.references)
    _check_reachable(start, placed, edges, problems)
    _check_ways_out(placed, edges, problems)
    _check_loops(placed, edges, problems)


def _check_targets(placed: Mapping[str, Placed], references: Iterable[Reference], problems: Problems) -> bool:
    unknown = [reference for reference in references if reference.target not in placed]
    for reference in unknown:
        said = mistake("unknown_node", name=reference.target, known=allowed(placed, reference.target))
        problems.add(reference.line, said, reference.node)
    return not unknown


def _edges(placed: Mapping[str, Placed], references: Iterable[Reference]) -> dict[str, list[str]]:
    edges: dict[str, list[str]] = {node_id: [] for node_id in placed}
    for reference in references:
        if reference.node:
            edges[reference.node].append(reference.target)
    return edges


def _check_reachable(start: str, placed: Mapping[str, Placed], edges: Edges, problems: Problems) -> None:
    reached = _reached([start], edges) if start in placed else set(placed)
    for node_id in placed.keys() - reached:
        problems.add(placed[node_id].line, mistake("unreachable"), node_id)


def _check_ways_out(placed: Mapping[str, Placed], edges: Edges, problems: Problems) -> None:
    backwards: dict[str, list[str]] = {node_id: [] for node_id in placed}
    for node_id, targets in edges.items():
        for target in targets:
            backwards[target].append(node_id)
    ends = [node_id for node_id, each in placed.items() if each.node and (each.node.ends or not edges[node_id])]
    for node_id in placed.keys() - _reached(ends, backwards):
        problems.add(placed[node_id].line, mistake("dead_end"), node_id)


def _check_loops(placed: Mapping[str, Placed], edges: Edges, problems: Problems) -> None:
    """Loops in which nothing asks the caller for a key, or counts the rounds, would play for ever."""
    silent = {node_id for node_id, each in placed.items() if each.node is not None and not each.node.holds_up()}
    while left := _looping(silent, edges):
        loop = _loop_from(min(left, key=lambda node_id: placed[node_id].line), left, edges)
        path = " -> ".join([*loop[:8], *(["…"] if len(loop) > 8 else []), loop[0]])
        problems.add(placed[loop[0]].line, mistake("silent_loop", path=path), loop[0])
        silent = left - set(loop)


def _looping(nodes: set[str], edges: Edges) -> set[str]:
    """Those from which one can walk on for ever within `nodes`."""
    backwards: dict[str, list[str]] = {}
    ways: dict[str, int] = {}
    for node_id in nodes:
        inside = [target for target in edges[node_id] if target in nodes]
        ways[node_id] = len(inside)
        for target in inside:
            backwards.setdefault(target, []).append(node_id)
    done = [node_id for node_id, count in ways.items() if count == 0]
    for node_id in done:  # grows while it is walked
        for before in backwards.get(node_id, ()):
            ways[before] -= 1
            if ways[before] == 0:
                done.append(before)
    return nodes - set(done)


def _loop_from(node_id: str, left: set[str], edges: Edges) -> list[str]:
    path: dict[str, int] = {}
    while node_id not in path:
        path[node_id] = len(path)
        node_id = next(target for target in edges[node_id] if target in left)
    return list(path)[path[node_id] :]


def _reached(begin: Iterable[str], edges: Edges) -> set[str]:
    reached = set(begin)
    open_ends = list(reached)
    while open_ends:
        for target in edges[open_ends.pop()]:
            if target not in reached:
                reached.add(target)
                open_ends.append(target)
    return reached
