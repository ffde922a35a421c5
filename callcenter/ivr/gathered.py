"""What the reading of one file gathers: nodes named, expressions used, values set."""

import msgspec

from callcenter.ivr.expression import Tree
from callcenter.ivr.known import Known
from callcenter.ivr.problems import Problems
from callcenter.ivr.values import Kind


class Reference(msgspec.Struct, frozen=True):
    """A node named by another one, in its field `field`. `column` counts from 0."""

    node: str
    line: int
    target: str
    field: str = ""
    column: int = 0


class Use(msgspec.Struct, frozen=True):
    """An expression of a node. `wants`: the kind it must come to, None for any; `openly`: secrets must not be in it.

    `format` is the way a text says it; `given`: values that are there besides those of the flow, by kind.
    """

    node: str
    line: int
    field: str
    tree: Tree
    wants: Kind | None = None
    openly: bool = False
    format: str = ""
    given: tuple[tuple[str, Kind], ...] = ()
    sure: tuple[str, ...] = ()


class Setting(msgspec.Struct, frozen=True):
    """A value that is certainly set when the call leaves the node by its field `by` (empty: by any).

    Its kind and whether it is a secret follow from `tree` when there is one. `kind` None without: it was set before.
    """

    node: str
    line: int
    name: str
    kind: Kind | None
    secret: bool = False
    by: str = ""
    tree: Tree | None = None


class Reading(msgspec.Struct):
    """What the reading of one file gathers. `gaps`: something that may name nodes could not be read."""

    problems: Problems
    known: Known = Known()
    references: list[Reference] = []
    uses: list[Use] = []
    settings: list[Setting] = []
    gaps: bool = False
    flow: str = ""
    takes: dict[str, Kind] = {}
    secret_takes: frozenset[str] = frozenset()
    gives: tuple[str, ...] = ()
    values_unknown: bool = False
