"""return"""

from typing import ClassVar, Self

from callcenter.ivr.expression import Name
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Here, Return, Turn
from callcenter.ivr.gathered import Use
from callcenter.ivr.nodes.kind import NodeKind


class ReturnNode(NodeKind, frozen=True, kw_only=True):
    """Ends a flow that another one has called as its `subflow`, and goes on there. Where nobody called it, the call
    ends.

    The values that the flow `gives` must be set on every way to here.

    ```yaml
    back:
      kind: return
    ```

    | field | | meaning |
    |---|---|---|
    | none | | |
    """

    kind: ClassVar[str] = "return"
    ends: ClassVar[bool] = True
    returns: ClassVar[bool] = True

    @classmethod
    def read(cls, fields: Fields) -> Self:
        uses = (Use(fields.node, fields.line, "gives", Name(name)) for name in fields.reading.gives)
        fields.reading.uses.extend(uses)
        return cls()

    def enter(self, here: Here) -> Turn:
        return Return()
