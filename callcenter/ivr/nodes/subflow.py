"""subflow"""

from collections.abc import Mapping
from typing import ClassVar, Self

import yaml

from callcenter.ivr.evaluation import evaluate
from callcenter.ivr.expression import Tree, revealed
from callcenter.ivr.fields import NOTHING, Fields
from callcenter.ivr.flow import Call, Go, Here, Interface, Turn
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.problems import allowed
from callcenter.ivr.values import Value


class Subflow(NodeKind, frozen=True, kw_only=True):
    """Runs another flow, and goes on here when that comes back with a `return`.

    The other flow has values of its own: it sees what it is given by `with`, and what it gives back is set here. A
    call finishes in the versions of both flows that it began with.

    ```yaml
    identify:
      kind: subflow
      flow: verify
      with: {number: call.caller}
      into: {verified: is_known}
      next: menu
    ```

    | field | | meaning |
    |---|---|---|
    | `flow` | required | the id of the other flow |
    | `with` | none | a value that it `takes` -> [expression](flows.md#expressions) |
    | `into` | each under its own name | a value that it `gives` -> the name of it here |
    | `next` | required, unless it never comes back | the node that follows when it has come back |
    """

    kind: ClassVar[str] = "subflow"

    flow: str
    arguments: Mapping[str, Tree]
    into: Mapping[str, str]
    next: str
    silent: bool = False

    @classmethod
    def read(cls, fields: Fields) -> Self:
        flow, arguments = _flow(fields), _arguments(fields)
        into, interface = _into(fields), _interface(fields, flow)
        to = fields.target("next", default="")
        if interface is not None:
            _check_next(fields, interface, to)
            _take_given(fields, interface, into)
        return cls(
            flow=flow, arguments=arguments, into=into, next=to, silent=interface is not None and interface.silent
        )

    def enter(self, here: Here) -> Turn:
        scope = here.scope()
        values: dict[str, Value] = {}
        secrets: dict[str, Value] = {}
        for name, tree in self.arguments.items():
            secret = any(each.name in here.secrets for each in revealed(tree))
            (secrets if secret else values)[name] = evaluate(tree, scope)
        return Call(self.flow, values, secrets)

    def returned(self, here: Here, values: Mapping[str, Value], secrets: Mapping[str, Value]) -> Turn:
        return Go(self.next, values=self._renamed(values), secrets=self._renamed(secrets))

    def subflows(self) -> frozenset[str]:
        return frozenset({self.flow})

    def holds_up(self) -> bool:
        return not self.silent

    def _renamed(self, given: Mapping[str, Value]) -> dict[str, Value]:
        return {self.into.get(name, name): value for name, value in given.items()}


def _flow(fields: Fields) -> str:
    known = fields.reading.known
    if known.subflows is None and not known.flows:  # it was judged when it was published
        return fields.word("flow")
    return fields.one_of("flow", "flow", known.flows)


def _arguments(fields: Fields) -> dict[str, Tree]:
    """Judged against what the other flow takes, when that is known."""
    below, arguments = fields.mapping("with"), dict[str, Tree]()
    interface = _known(fields)
    for name, _, _ in below.entries() if below else ():
        assert below is not None
        wants = interface.takes.get(name) if interface else None
        if interface and wants is None:
            below.complain(name, mistake("not_taken", known=allowed(interface.takes, name)))
        openly = bool(interface and name not in interface.secret)
        arguments[name] = below.expression(name, wants=wants, openly=openly)
    for name in interface.takes if interface else ():
        if name not in arguments:
            fields.missing(mistake.phrase("which_it_takes", name=name), "with")
            arguments[name] = NOTHING
    return arguments


def _known(fields: Fields) -> Interface | None:
    subflows = fields.reading.known.subflows
    return None if subflows is None else subflows.get(fields.word("flow", ""))


def _interface(fields: Fields, flow: str) -> Interface | None:
    """None: it is not known what the flow takes and gives."""
    if fields.reading.known.subflows is None:
        fields.reading.values_unknown = True
        return None
    found = _known(fields)
    if found is None:
        fields.reading.values_unknown = True
        if flow in fields.reading.known.flows:
            fields.complain("flow", mistake("faulty_flow", flow=flow))
    elif fields.reading.flow in found.calls or fields.reading.flow == flow:
        fields.complain("flow", mistake("circle", flow=flow))
    return found


def _into(fields: Fields) -> dict[str, str]:
    below = fields.mapping("into")
    found: dict[str, str] = {}
    for name, _, value in below.entries() if below else ():
        assert below is not None
        scalar = below.scalar_of(value, name)
        found[name] = below.named_value(scalar, name) if isinstance(scalar, yaml.ScalarNode) else name
    return found


def _check_next(fields: Fields, interface: Interface, to: str) -> None:
    if interface.returns and not to:
        fields.missing("next")
    if to and not interface.returns:
        fields.complain("next", mistake("never_back"))


def _take_given(fields: Fields, interface: Interface, into: Mapping[str, str]) -> None:
    for name in into.keys() - interface.gives.keys():
        fields.complain("into", mistake("not_given", name=name, known=allowed(interface.gives, name)))
    for name, given in interface.gives.items():
        fields.sets(into.get(name, name), given.kind, given.secret, by="next")
