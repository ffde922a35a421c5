"""What every report carries. Times are seconds since the epoch, durations seconds, shares from 0 to 1."""

from typing import Literal

import msgspec

from callcenter.store.reports.filters import Filters
from callcenter.store.reports.formulas import Used
from callcenter.store.reports.period import Period
from callcenter.store.reports.variants import Variants

Source = Literal["rollup", "recount"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is asked for. `now`: what goes on counts up to this moment."""

    period: Period
    now: float
    filters: Filters = Filters()
    variants: Variants = Variants()


class Discrepancy(msgspec.Struct, frozen=True, kw_only=True):
    """What does not add up: `left` and `right` should be equal for this queue, in the quarter of an hour that begins
    at `at` (None: the whole period). `rule`: conservation (offered = the exits + waiting)."""

    rule: Literal["conservation"]
    of: str
    at: float | None
    left: int
    right: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`formulas` says for every figure of the rows how it was made. `source` recount: read from the calls themselves,
    since the filters ask for what roll-ups do not hold. `stored_seq`: the last ledger entry that is in."""

    asked: Asked
    formulas: dict[str, Used]
    source: Source
    stored_seq: int
    discrepancies: tuple[Discrepancy, ...] = ()
