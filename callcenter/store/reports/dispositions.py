"""What calls were about, as agents wrote it down."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store.reports import figures
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Sums, group, read
from callcenter.store.rollups.spec import DISPOSITION


class DispositionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """`disposition` is empty where none was given. `share` is of all handled talks."""

    disposition: str
    handled: int
    share: float | None
    aht_s: float | None
    att_s: float | None


class DispositionOfQueue(DispositionFigures, frozen=True, kw_only=True):
    queue: str


class Dispositions(Report, frozen=True, kw_only=True):
    handled: int
    by_disposition: tuple[DispositionFigures, ...]
    by_queue: tuple[DispositionOfQueue, ...]


def dispositions(db: sa.Engine, asked: Asked) -> Dispositions:
    with db.connect() as connection:
        found = read(connection, asked, DISPOSITION, stepped=False)
    handled = found.total.get("handled", 0)
    whole = group(found.by_key, lambda keys: (keys[1],))
    most_first = sorted(whole.items(), key=lambda each: (-each[1].get("handled", 0), each[0]))
    return Dispositions(
        asked=asked,
        formulas=used(("handled", "share", "aht_s", "att_s"), asked.variants),
        source=found.source,
        stored_seq=found.stored_seq,
        handled=handled,
        by_disposition=tuple(DispositionFigures(**_figures(keys[0], sums, handled)) for keys, sums in most_first),
        by_queue=tuple(
            DispositionOfQueue(queue=queue, **_figures(disposition, sums, handled))
            for (queue, disposition), sums in found.by_key.items()
        ),
    )


def _figures(disposition: str, sums: Sums, handled: int) -> dict[str, Any]:
    return {
        "disposition": disposition,
        "handled": sums.get("handled", 0),
        "share": figures.share(sums.get("handled", 0), handled),
        "aht_s": figures.aht_s(sums),
        "att_s": figures.mean_s(sums, "talk_ms", "handled"),
    }
