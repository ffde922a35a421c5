"""How long callers waited: the distribution, and its percentiles with what they may be off by."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from callcenter.store import projections
from callcenter.store.reports import spreads
from callcenter.store.reports.filters import only
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Sums, merged, where_of
from callcenter.store.rollups.bins import WAIT_BOUNDS_S
from callcenter.store.rollups.spec import WAITS

SHARES = (0.5, 0.8, 0.9, 0.95, 0.99)


class WaitClass(msgspec.Struct, frozen=True, kw_only=True):
    """Waits from `from_s` (included) to `to_s` (not; None: open)."""

    from_s: float
    to_s: float | None
    answered: int
    abandoned: int


class WaitPercentile(msgspec.Struct, frozen=True, kw_only=True):
    """`share` of the answered callers waited `wait_s` at most; the true value is off by `error_s` at most. The last
    class is open: of it there is no upper bound (`error_s` None) and `wait_s` is where it begins."""

    share: float
    wait_s: float
    error_s: float | None


class QueueWaits(msgspec.Struct, frozen=True, kw_only=True):
    queue: str
    answered: int
    abandoned: int
    classes: tuple[WaitClass, ...]
    percentiles: tuple[WaitPercentile, ...]


class Waits(Report, frozen=True, kw_only=True):
    """`total` has no queue."""

    total: QueueWaits
    by_queue: tuple[QueueWaits, ...]


def waits(db: sa.Engine, asked: Asked) -> Waits:
    only(asked.filters, "queues")
    with db.connect() as connection:
        found = spreads.read(connection, asked, WAITS, where_of(asked.filters))
        stored = projections._stored_seq(connection)
    return Waits(
        asked=asked,
        formulas=used(("answered", "abandoned", "wait_percentile_s"), asked.variants),
        source="rollup",
        stored_seq=stored,
        total=_of(merged(found.values()), ""),
        by_queue=tuple(_of(sums, keys[0]) for keys, sums in found.items()),
    )


def _of(sums: Sums, queue: str) -> QueueWaits:
    uppers = [*map(float, WAIT_BOUNDS_S[1:]), None]
    classes = tuple(
        WaitClass(
            from_s=float(lower),
            to_s=upper,
            answered=sums.get(f"answered_{place:02}", 0),
            abandoned=sums.get(f"abandoned_{place:02}", 0),
        )
        for place, (lower, upper) in enumerate(zip(WAIT_BOUNDS_S, uppers, strict=True))
    )
    return QueueWaits(
        queue=queue,
        answered=sum(each.answered for each in classes),
        abandoned=sum(each.abandoned for each in classes),
        classes=classes,
        percentiles=tuple(percentile(classes, share) for share in SHARES) if any(c.answered for c in classes) else (),
    )


def percentile(classes: Sequence[WaitClass], share: float) -> WaitPercentile:
    """Within its class the value is taken to lie where an even spread would put it; the class's width bounds the
    error."""
    wanted = share * sum(each.answered for each in classes)
    for each in classes:
        if each.answered and wanted <= each.answered:
            if each.to_s is None:
                return WaitPercentile(share=share, wait_s=each.from_s, error_s=None)
            width = each.to_s - each.from_s
            within = width * wanted / each.answered
            return WaitPercentile(share=share, wait_s=each.from_s + within, error_s=max(within, width - within))
        wanted -= each.answered
    return WaitPercentile(share=share, wait_s=classes[-1].from_s, error_s=None)
