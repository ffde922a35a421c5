"""condition"""

from typing import ClassVar, Self

import msgspec

from callcenter.ivr.evaluation import holds
from callcenter.ivr.expression import ExpressionError, Tree
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.nodes.kind import NodeKind


class Branch(msgspec.Struct, frozen=True):
    when: Tree
    next: str

    def fits(self, here: Here) -> bool:
        """What cannot be worked out (a division by nought) does not hold."""
        try:
            return holds(self.when, here.scope())
        except ExpressionError:
            return False


class Condition(NodeKind, frozen=True, kw_only=True):
    """Goes where the values of the call, the customer and the flow say. The first branch whose condition holds
    decides.

    ```yaml
    who_calls:
      kind: condition
      branches:
        - {when: customer.tier == "vip", next: vip}
        - {when: not customer.known and call.hour >= 18, next: closed}
      otherwise: menu
    ```

    | field | | meaning |
    |---|---|---|
    | `branches` | required | a list of branches |
    | `branches.when` | required | an [expression](flows.md#expressions) that is true or false |
    | `branches.next` | required | the node for those it holds for |
    | `otherwise` | required | the node for all others |
    """

    kind: ClassVar[str] = "condition"

    branches: tuple[Branch, ...]
    otherwise: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        branches = tuple(_branch(entry, at) for at, entry in enumerate(fields.sequence("branches")))
        return cls(branches=branches, otherwise=fields.target("otherwise"))

    def enter(self, here: Here) -> Turn:
        return Go(next((branch.next for branch in self.branches if branch.fits(here)), self.otherwise))


def _branch(fields: Fields, at: int) -> Branch:
    way = f"branches.{at}.next"
    when = fields.expression("when", wants="bool")
    fields.assures(when, by=way)
    branch = Branch(when, fields.target("next", way=way))
    fields.finish()
    return branch
