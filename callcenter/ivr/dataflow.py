"""Whether the values of a flow are there where they are used: set on every way, of one kind, and secrets kept.

A value is *certain* at a node when every way from the start to it sets the value. Ways are followed as sets of bits,
one a name, so that a flow of a thousand nodes takes milliseconds.
"""

from collections.abc import Iterator, Mapping

import msgspec

from callcenter.calls.complaint import Complaint
from callcenter.ivr import facts
from callcenter.ivr.checks import Placed
from callcenter.ivr.evaluation import kind_in
from callcenter.ivr.expression import ExpressionError, names, revealed
from callcenter.ivr.gathered import Reading, Reference, Setting, Use
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.problems import Problems, allowed
from callcenter.ivr.saying import FORMATS
from callcenter.ivr.values import Kind


class Values(msgspec.Struct, frozen=True):
    """All that a flow sets anywhere: kind and secrecy by name."""

    kinds: Mapping[str, Kind]
    secret: frozenset[str]


class Edge(msgspec.Struct, frozen=True):
    source: str
    field: str
    gives: int  # the bits of the values that are set on it


def check_values(start: str, placed: Mapping[str, Placed], reading: Reading) -> Values:
    """Note every problem; nothing is judged while what names nodes or values could not be read, or what other flows
    give is unknown. All that the flow sets or is given."""
    if reading.gaps or any(each.node is None for each in placed.values()):
        return Values({}, frozenset())
    values = _values(reading)
    if reading.values_unknown or start not in placed:
        return values
    bits = {name: 1 << at for at, name in enumerate(values.kinds)}
    known = sum(bits[name] for name in reading.takes)
    incoming = _incoming(placed, reading, bits)
    certain = _certain(start, placed, incoming, known)
    for use in reading.uses:
        _check_use(use, values, bits, certain, incoming, reading.problems)
    return values


# ---- what is set


def _values(reading: Reading) -> Values:
    kinds: dict[str, Kind] = dict(reading.takes)
    for setting in reading.settings:
        if setting.kind is not None:
            _take_kind(kinds, setting, setting.kind, reading.problems)
    _infer(kinds, [each for each in reading.settings if each.tree is not None], reading.problems)
    return Values(kinds, _secret(reading.settings, reading.secret_takes))


def _infer(kinds: dict[str, Kind], open_: list[Setting], problems: Problems) -> None:
    """The kinds of what expressions are set to; several rounds, since one may be worked out from another."""
    while open_:
        left = [setting for setting in open_ if not _inferred(kinds, setting, problems)]
        if len(left) == len(open_):
            return
        open_ = left


def _inferred(kinds: dict[str, Kind], setting: Setting, problems: Problems) -> bool:
    assert setting.tree is not None
    try:
        kind = kind_in(setting.tree, {**facts.KINDS, **kinds})
    except ExpressionError:
        return False  # is told where the expression is judged as a use
    _take_kind(kinds, setting, kind, problems)
    return True


def _take_kind(kinds: dict[str, Kind], setting: Setting, kind: Kind, problems: Problems) -> None:
    before = kinds.setdefault(setting.name, kind)
    if before != kind:
        kinds_in_words = {"kind": mistake.phrase(kind), "before": mistake.phrase(before)}
        problems.add(setting.line, mistake("two_kinds", name=setting.name, **kinds_in_words), setting.node)


def _secret(settings: list[Setting], taken: frozenset[str] = frozenset()) -> frozenset[str]:
    """A value is a secret when it is set as one anywhere, or worked out from one that it gives away."""
    found = {each.name for each in settings if each.secret} | taken
    trees = [(each.name, {name.name for name in revealed(each.tree)}) for each in settings if each.tree is not None]
    while more := {name for name, read in trees if read & found} - found:
        found |= more
    return frozenset(found)


# ---- where it is certain


def _incoming(placed: Mapping[str, Placed], reading: Reading, bits: Mapping[str, int]) -> dict[str, list[Edge]]:
    gives: dict[tuple[str, str], int] = {}
    for setting in reading.settings:
        at = (setting.node, setting.by)
        gives[at] = gives.get(at, 0) | bits.get(setting.name, 0)
    incoming: dict[str, list[Edge]] = {node_id: [] for node_id in placed}
    for reference in reading.references:
        if reference.node and reference.target in incoming:
            incoming[reference.target].append(_edge(reference, gives))
    return incoming


def _edge(reference: Reference, gives: Mapping[tuple[str, str], int]) -> Edge:
    node, field = reference.node, reference.field
    return Edge(node, field, gives.get((node, ""), 0) | (gives.get((node, field), 0) if field else 0))


def _certain(
    start: str, placed: Mapping[str, Placed], incoming: Mapping[str, list[Edge]], known: int
) -> dict[str, int]:
    """By node, the largest solution: begins with everything and takes away what some way does not set."""
    outgoing: dict[str, list[str]] = {node_id: [] for node_id in placed}
    for target, edges in incoming.items():
        for edge in edges:
            outgoing[edge.source].append(target)
    certain = dict.fromkeys(placed, -1)
    certain[start] = known
    open_ = [start, *outgoing.get(start, ())]
    while open_:
        node_id = open_.pop()
        here = known if node_id == start else -1
        for edge in incoming.get(node_id, ()):
            here &= certain[edge.source] | edge.gives
        if here != certain[node_id]:
            certain[node_id] = here
            open_ += outgoing[node_id]
    return certain


# ---- what is used


def _check_use(
    use: Use,
    values: Values,
    bits: Mapping[str, int],
    certain: Mapping[str, int],
    incoming: Mapping[str, list[Edge]],
    problems: Problems,
) -> None:
    complaints = [*_unknown(use, values), *_uncertain(use, bits, certain, incoming), *_told(use, values)]
    for complaint in complaints or _senseless(use, values):
        problems.add(use.line, complaint, use.node, use.field)


def _unknown(use: Use, values: Values) -> Iterator[Complaint]:
    given = {name for name, _ in use.given}
    for name in names(use.tree):
        if "." in name.name and name.name not in facts.KINDS:
            yield mistake("unknown_fact", name=name.name, known=allowed(facts.KINDS, name.name))
        elif "." not in name.name and name.name not in values.kinds and name.name not in given:
            yield mistake("nothing_sets_known", name=name.name, known=allowed(values.kinds, name.name))


def _uncertain(
    use: Use, bits: Mapping[str, int], certain: Mapping[str, int], incoming: Mapping[str, list[Edge]]
) -> Iterator[Complaint]:
    given = {*use.sure, *(name for name, _ in use.given)}
    for name in sorted({each.name for each in names(use.tree)} - given):
        bit = bits.get(name, 0)
        if bit and not certain.get(use.node, -1) & bit:
            yield _not_on_way(name, use.node, bit, certain, incoming)


def _not_on_way(
    name: str, node: str, bit: int, certain: Mapping[str, int], incoming: Mapping[str, list[Edge]]
) -> Complaint:
    edge = next((each for each in incoming.get(node, ()) if not (certain[each.source] | each.gives) & bit), None)
    if edge and edge.field:
        return mistake("not_on_way", name=name, node=edge.source, field=edge.field)
    return mistake("not_from_start", name=name)


def _told(use: Use, values: Values) -> Iterator[Complaint]:
    for name in {each.name for each in revealed(use.tree)} & values.secret if use.openly else ():
        yield mistake("secret_told", name=name)


def _senseless(use: Use, values: Values) -> Iterator[Complaint]:
    try:
        kind = kind_in(use.tree, {**facts.KINDS, **values.kinds, **dict(use.given)})
    except ExpressionError as error:
        yield error.placed
        return
    if use.wants is not None and kind != use.wants:
        yield mistake("kind_wanted", wanted=mistake.phrase(use.wants), found=mistake.phrase(kind))
    elif use.format and kind not in FORMATS[use.format].kinds:
        ways = ", ".join(name for name, each in FORMATS.items() if kind in each.kinds)
        yield mistake("not_said_as", kind=mistake.phrase(kind), form=use.format, names=ways)
