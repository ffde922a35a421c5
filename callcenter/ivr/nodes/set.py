"""set"""

from collections.abc import Mapping
from typing import ClassVar, Self

import yaml

from callcenter.ivr.evaluation import evaluate
from callcenter.ivr.expression import ExpressionError, Tree, revealed
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.values import Value


class SetValues(NodeKind, frozen=True, kw_only=True):
    """Works out values and remembers them for the rest of the flow.

    ```yaml
    due:
      kind: set
      values:
        until: call.date + 14
        evening: call.hour >= 18
      next: tell
    ```

    | field | | meaning |
    |---|---|---|
    | `values` | required | value -> [expression](flows.md#expressions); those above may be used in those below |
    | `next` | required | the node that follows |
    | `failed` | the call ends with an apology | the node that follows when one cannot be worked out |

    A value that a secret can be told from is a secret too.
    """

    kind: ClassVar[str] = "set"

    values: Mapping[str, Tree]
    next: str
    failed: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        below = fields.mapping("values", required=True)
        values = _values(below) if below else {}
        return cls(values=values, next=fields.target("next"), failed=fields.target("failed", default=""))

    def enter(self, here: Here) -> Turn:
        try:
            values, secrets = _worked_out(self.values, here)
        except ExpressionError:
            if not self.failed:
                raise
            return Go(self.failed)
        return Go(self.next, values=values, secrets=secrets)


def _worked_out(trees: Mapping[str, Tree], here: Here) -> tuple[dict[str, Value], dict[str, Value]]:
    scope, hidden = dict(here.scope()), set(here.secrets)
    values: dict[str, Value] = {}
    secrets: dict[str, Value] = {}
    for name, tree in trees.items():
        secret = any(each.name in hidden for each in revealed(tree))
        scope[name] = (secrets if secret else values)[name] = evaluate(tree, scope)
        if secret:
            hidden.add(name)
    return values, secrets


def _values(fields: Fields) -> dict[str, Tree]:
    values: dict[str, Tree] = {}
    above: list[str] = []
    for name, at, _ in fields.entries():
        if isinstance(at, yaml.ScalarNode):
            fields.named_value(at, name)
        values[name] = fields.expression(name, sure=tuple(above))
        fields.sets_to(name, values[name], by="next")
        above.append(name)
    if not values:
        fields.missing(mistake.phrase("a_value_as_in"), "values")
    return values
