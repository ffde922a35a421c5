"""What is wrong with a flow file, said so that its author finds the place."""

from collections.abc import Collection

import msgspec

_LISTED = 30


class FlowProblem(msgspec.Struct, frozen=True):
    """`line` counts from 1; `node` is empty when the problem lies outside the nodes."""

    origin: str
    line: int
    node: str
    message: str

    def __str__(self) -> str:
        where = f"{self.origin}:{self.line}"
        return f"{where}: node {self.node!r}: {self.message}" if self.node else f"{where}: {self.message}"


class FlowError(Exception):
    """A file that cannot be used. `problems` has all there is to mend, in the order of the lines."""

    word = "bad_flow"

    def __init__(self, problems: tuple[FlowProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Problems:
    """Collects the problems of one file."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._found: list[FlowProblem] = []

    def add(self, line: int, message: str, node: str = "") -> None:
        self._found.append(FlowProblem(self._origin, line, node, message))

    def raise_if_any(self) -> None:
        if self._found:
            raise FlowError(tuple(sorted(set(self._found), key=_place)))


def allowed(names: Collection[str], wrong: str = "") -> str:
    """The names to choose from; of many only those that begin as the wrong one does."""
    if not names:
        return "there are none"
    if len(names) <= _LISTED:
        return "known: " + ", ".join(sorted(names))
    alike = sorted(name for name in names if wrong and name[:3] == wrong[:3])[:_LISTED]
    return f"{len(names)} are known" + (f", among them {', '.join(alike)}" if alike else "")


def _place(problem: FlowProblem) -> tuple[int, str, str]:
    return problem.line, problem.node, problem.message
