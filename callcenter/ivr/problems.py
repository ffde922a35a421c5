"""What is wrong with a flow file, said so that its author finds the place."""

from collections.abc import Collection

import msgspec

from callcenter.calls.complaint import Complaint
from callcenter.calls.languages import Text
from callcenter.ivr.mistakes import mistake

_LISTED = 30


class FlowProblem(msgspec.Struct, frozen=True):
    """`line` counts from 1; `node` is empty when the problem lies outside the nodes, `field` when in no field.

    `message` has the field before it. `said` is the sentence in every language; None: only the command line says it.
    """

    origin: str
    line: int
    node: str
    message: str
    field: str = ""
    said: Complaint | None = None

    def __str__(self) -> str:
        where = f"{self.origin}:{self.line}"
        return f"{where}: node {self.node!r}: {self.message}" if self.node else f"{where}: {self.message}"

    @property
    def placed(self) -> Text:
        """With line, node and field, to be read alone."""
        said = self.said or mistake.phrase("as_it_is", said=self.message)
        if self.field:
            said = mistake("in_field", field=self.field, said=said)
        place = {"line": self.line, "node": self.node, "said": said}
        return mistake.phrase("in_node" if self.node else "on_line", **place)


class FlowError(Exception):
    """A file that cannot be used. `problems` has all there is to mend, in the order of the lines."""

    word = "bad_flow"

    def __init__(self, problems: tuple[FlowProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    @property
    def text(self) -> Text:
        """Every problem in every language, one a line."""
        placed = [problem.placed for problem in self.problems]
        return Text(zh="\n".join(one.zh for one in placed), en="\n".join(one.en for one in placed))


class Problems:
    """Collects the problems of one file."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._found: list[FlowProblem] = []

    def add(self, line: int, said: Complaint, node: str = "", field: str = "") -> None:
        message = f"{field}: {said}" if field and said.word != "missing" else str(said)
        self._found.append(FlowProblem(self._origin, line, node, message, field, said))

    def raise_if_any(self) -> None:
        if self._found:
            raise FlowError(tuple(sorted(set(self._found), key=_place)))


def allowed(names: Collection[str], wrong: str = "") -> Text:
    """The names to choose from; of many only those that begin as the wrong one does."""
    if not names:
        return mistake.phrase("none_known")
    if len(names) <= _LISTED:
        return mistake.phrase("known", names=", ".join(sorted(names)))
    alike = sorted(name for name in names if wrong and name[:3] == wrong[:3])[:_LISTED]
    return mistake.phrase("many_alike" if alike else "many_known", count=len(names), names=", ".join(alike))


def _place(problem: FlowProblem) -> tuple[int, str, str]:
    return problem.line, problem.node, problem.message
