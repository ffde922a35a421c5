"""loop"""

from typing import ClassVar, Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind


class Loop(NodeKind, frozen=True, kw_only=True):
    """Goes one way a number of times and then another: for what is to be tried again, but not for ever.

    ```yaml
    once_more:
      kind: loop
      times: 2
      next: ask_again
      then: operator
    ```

    | field | | meaning |
    |---|---|---|
    | `times` | required | how often a call goes on by `next`, 1 to 20 |
    | `next` | required | the node that follows the first times |
    | `then` | required | the node that follows after that; from then on it counts anew |
    """

    kind: ClassVar[str] = "loop"
    limits: ClassVar[bool] = True

    times: int
    next: str
    then: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        times = fields.count("times", 0, 0, 20)
        if not times:
            fields.missing(mistake.phrase("times_from_to"), "times")
        return cls(times=times, next=fields.target("next"), then=fields.target("then"))

    def enter(self, here: Here) -> Turn:
        so_far = here.counts.get(here.node, 0)
        if so_far >= self.times:
            return Go(self.then, counts={here.node: 0})
        return Go(self.next, counts={here.node: so_far + 1})
