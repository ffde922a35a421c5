"""Who is let in, and where calls go: inbound rules, the blacklist, the tiers of customers."""

import datetime
from typing import Annotated

from msgspec import Meta

from callcenter.calls.document import DialledNumber, Document, NumberPrefix, Seconds, Slug, TierId
from callcenter.calls.languages import Language, Text
from callcenter.calls.queues import Destination

WITHHELD = "withheld"


class Tier(Document, frozen=True, kw_only=True):
    """Customers of a tier stand in every queue as if they had waited `credit_s` longer."""

    id: TierId
    name: Text
    credit_s: Seconds = 0
    sticky_s: Annotated[int, Meta(ge=0, le=3600)] | None = None  # instead of the queue's


class Rule(Document, frozen=True, kw_only=True):
    """The first rule whose every condition holds decides; an empty condition always holds.

    `callers`: how the caller's number begins, or `withheld`. `languages`: that of the number dialled, or of the
    customer's card when it names one. `open`, `closed`: a roster that must be open or closed now.
    """

    id: Slug
    note: Annotated[str, Meta(max_length=128)] = ""
    dialled: tuple[DialledNumber, ...] = ()
    callers: tuple[Annotated[str, Meta(pattern=r"^(withheld|\+?[0-9]{1,15})$")], ...] = ()
    tiers: tuple[TierId, ...] = ()
    languages: tuple[Language, ...] = ()
    open: Slug | None = None
    closed: Slug | None = None
    to: Destination


class Blocked(Document, frozen=True, kw_only=True):
    """Callers whose number begins so are turned away. `until`: the last day, in the centre's zone; else for good."""

    number: NumberPrefix
    reason: Annotated[str, Meta(min_length=1, max_length=128)]
    until: datetime.date | None = None
