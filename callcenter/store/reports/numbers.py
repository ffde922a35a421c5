"""Calls by the number that was dialled (DNIS), or shown in calls out; self-service of those that met a flow."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store.reports import figures
from callcenter.store.reports.formulas import used
from callcenter.store.reports.result import Asked, Report
from callcenter.store.reports.sums import Sums, read
from callcenter.store.rollups.spec import NUMBER, OUTCOMES


class NumberFigures(msgspec.Struct, frozen=True, kw_only=True):
    """calls = answered + abandoned + voicemail + callback + blocked + flow_only + failed + in_progress, by how each
    ended as a whole."""

    calls: int
    answered: int
    abandoned: int
    short: int
    voicemail: int
    callback: int
    blocked: int
    flow_only: int
    failed: int
    in_progress: int
    entered_flow: int
    contained: int
    containment: float | None
    talk_mean_s: float | None
    wait_mean_s: float | None


class NumberRow(NumberFigures, frozen=True, kw_only=True):
    number: str
    direction: str


class NumberStep(NumberFigures, frozen=True, kw_only=True):
    from_at: float
    to_at: float


class Numbers(Report, frozen=True, kw_only=True):
    total: NumberFigures
    by_number: tuple[NumberRow, ...]
    by_step: tuple[NumberStep, ...]


_FORMULAS = {"answered": "calls_answered", "abandoned": "calls_abandoned", "voicemail": "calls_voicemail"}
_FORMULAS |= {"callback": "calls_callback", "short": "calls_short"}


def numbers(db: sa.Engine, asked: Asked) -> Numbers:
    with db.connect() as connection:
        found = read(connection, asked, NUMBER)
    formulas = used([_FORMULAS.get(name, name) for name in NumberFigures.__struct_fields__], asked.variants)
    named = {name: formulas[_FORMULAS.get(name, name)] for name in NumberFigures.__struct_fields__}
    return Numbers(
        asked=asked,
        formulas=named,
        source=found.source,
        stored_seq=found.stored_seq,
        total=NumberFigures(**_figures(found.total)),
        by_number=tuple(
            NumberRow(number=number, direction=direction, **_figures(sums))
            for (number, direction), sums in found.by_key.items()
        ),
        by_step=tuple(
            NumberStep(from_at=step.from_at, to_at=step.to_at, **_figures(sums))
            for step, sums in zip(found.steps, found.by_step, strict=True)
        ),
    )


def _figures(sums: Sums) -> dict[str, Any]:
    n = sums.get
    counts = ("calls", *OUTCOMES, "short", "entered_flow", "contained")
    return {
        **{name: n(name, 0) for name in counts},
        "containment": figures.share(n("contained", 0), n("entered_flow", 0)),
        "talk_mean_s": figures.mean_s(sums, "talk_ms", "answered"),
        "wait_mean_s": figures.mean_s(sums, "wait_ms", "calls"),
    }
