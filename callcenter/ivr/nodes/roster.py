"""roster"""

from typing import ClassVar, Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.nodes.kind import NodeKind


class OnDuty(NodeKind, frozen=True, kw_only=True):
    """Goes where a roster of the centre says: open or closed now, with its exceptions and the centre's holidays.

    ```yaml
    office_hours:
      kind: roster
      roster: office
      open: menu
      closed: closed
      holiday: holiday_greeting
    ```

    | field | | meaning |
    |---|---|---|
    | `roster` | required | the id of a roster of the centre |
    | `open` | required | the node while it is open |
    | `closed` | required | the node while it is closed |
    | `holiday` | as `closed` | the node while it is closed and the day is a holiday of the centre |
    """

    kind: ClassVar[str] = "roster"

    roster: str
    open: str
    closed: str
    holiday: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        roster = fields.one_of("roster", "roster", fields.reading.known.rosters)
        closed = fields.target("closed")
        return cls(
            roster=roster, open=fields.target("open"), closed=closed, holiday=fields.target("holiday", default=closed)
        )

    def enter(self, here: Here) -> Turn:
        if self.roster in here.context.open_rosters:
            return Go(self.open)
        return Go(self.holiday if here.context.holiday else self.closed)
