"""split"""

from typing import ClassVar, Self
from zlib import crc32

import msgspec

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind

_BY = {"call": False, "caller": True}
_STEP = 0.6180339887498949  # the golden section: nodes of one run draw different chances


class Share(msgspec.Struct, frozen=True):
    percent: float
    next: str


class Split(NodeKind, frozen=True, kw_only=True):
    """Sends a share of the callers one way and the others another, by chance: to try a new menu, or to share out
    load.

    ```yaml
    trial:
      kind: split
      shares:
        - {percent: 20, next: new_menu}
      otherwise: old_menu
      by: caller
    ```

    | field | | meaning |
    |---|---|---|
    | `shares` | required | a list of shares, together at most 100 percent |
    | `shares.percent` | required | of the callers, 0 to 100 |
    | `shares.next` | required | the node for this share |
    | `otherwise` | required | the node for all others |
    | `by` | `call` | `call`: drawn for every call; `caller`: the same number always goes the same way |
    """

    kind: ClassVar[str] = "split"

    shares: tuple[Share, ...]
    otherwise: str
    by_caller: bool = False

    @classmethod
    def read(cls, fields: Fields) -> Self:
        shares = tuple(_share(entry, at) for at, entry in enumerate(fields.sequence("shares")))
        if sum(share.percent for share in shares) > 100:
            fields.complain("shares", mistake("over_100"))
        return cls(shares=shares, otherwise=fields.target("otherwise"), by_caller=fields.choice("by", _BY, False))

    def enter(self, here: Here) -> Turn:
        at = 100 * (_of_caller(here) if self.by_caller and here.context.caller else _drawn(here))
        for share in self.shares:
            if at < share.percent:
                return Go(share.next)
            at -= share.percent
        return Go(self.otherwise)


def _of_caller(here: Here) -> float:
    return crc32(f"{here.node} {here.context.caller}".encode()) / 2**32


def _drawn(here: Here) -> float:
    return (here.context.chance + _STEP * here.stay) % 1


def _share(fields: Fields, at: int) -> Share:
    share = Share(fields.number("percent", -1, 0, 100), fields.target("next", way=f"shares.{at}.next"))
    if share.percent < 0:
        fields.missing("percent")
    fields.finish()
    return share
