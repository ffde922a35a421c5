"""The one list of formulas, `formulas.yaml`. A report names for each of its figures the formula and its version.

A change of what a formula means is a new version; the old one is then no longer computed.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from callcenter.calls.languages import Text
from callcenter.store.reports.variants import Variants

_FCR = {"queue": "default", "any": "any", "survey": "survey"}  # by what is asked for: the formula's variant
Unit = Literal["", "s", "share"]


class Formula(msgspec.Struct, frozen=True, kw_only=True):
    """`figure` is the field's name in reports; `expression` is in the names of other fields."""

    figure: str
    variant: str = "default"
    version: int = 1
    unit: Unit = ""
    expression: str
    name: Text
    text: Text

    @property
    def id(self) -> str:
        return self.figure if self.variant == "default" else f"{self.figure}.{self.variant}"


def _all() -> dict[str, Formula]:
    source = yaml.safe_load(Path(__file__).with_name("formulas.yaml").read_text(encoding="utf-8"))
    known = (msgspec.convert(entry, Formula) for entry in source)
    return {formula.id: formula for formula in known}


FORMULAS: dict[str, Formula] = _all()


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """Which formula a figure of this report was made by. `window_days`: of repeat calls and FCR."""

    formula: str
    version: int
    window_days: int | None = None


def used(figures: Iterable[str], variants: Variants = Variants()) -> dict[str, Used]:
    """By figure. Raises KeyError for a figure that has no formula: a report may have none such."""
    return {figure: _used(figure, variants) for figure in figures}


def _used(figure: str, variants: Variants) -> Used:
    chosen = {"fcr": _FCR[variants.fcr_category], "csat": "default"}
    chosen |= {"csat": "mean"} if variants.csat == "mean" else {}
    variant = chosen.get(figure) or getattr(variants, figure, "default")
    formula = FORMULAS[figure if variant == "default" else f"{figure}.{variant}"]
    windowed = figure in ("repeats", "repeat_rate") or formula.id in ("fcr", "fcr.any")
    window = variants.fcr_days if windowed else None
    return Used(formula=formula.id, version=formula.version, window_days=window)
