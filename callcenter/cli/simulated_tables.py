"""Simulated figures as tables for a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from callcenter.cli.speech import said
from callcenter.cli.table import table
from callcenter.simulate.chart import bar
from callcenter.simulate.erlang import Theory
from callcenter.simulate.figures import Figures, Interval, Results

NONE = "-"


def percent(share: float | None) -> str:
    return NONE if share is None else f"{100 * share:.2f} %"


def seconds(value: float | None) -> str:
    return NONE if value is None else "∞" if math.isinf(value) else f"{value:.2f} s"


def count(value: int) -> str:
    return f"{value:,}"


def clock(moment_s: float, first_s: float = 0.0) -> str:
    """Hours and minutes on the trace's own axis, without the whole days before `first_s`."""
    minutes = int(moment_s - first_s // 86_400 * 86_400) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def figures_table(amounts: Results, formula: Theory | None) -> str:
    """One figure a row; with a formula its own value beside."""
    total = amounts.total
    rows = [
        (said("来电", "offered"), count(total.offered), ""),
        (said("接听", "answered"), count(total.answered), ""),
        *_shares_lost(total, formula),
        _row(said("服务水平", "service level"), percent, total.service_level, _of(formula, "service_level")),
        _row(said("平均应答速度", "ASA"), seconds, total.asa_s, _of(formula, "asa_s")),
        _row(said("平均等候", "mean wait"), seconds, total.mean_wait_s, _of(formula, "mean_wait_s")),
        _row(said("需等候", "had to wait"), percent, total.p_wait, _of(formula, "p_wait")),
        _row(said("占用率", "occupancy"), percent, amounts.occupancy, _of(formula, "occupancy")),
    ]
    head = (said("指标", "figure"), said("模拟", "simulated"))
    if formula is None:
        return table(head, [row[:2] for row in rows])
    return table((*head, formula.model), rows)


def queues_table(amounts: Results) -> str:
    head = (
        said("队列", "queue"), said("来电", "offered"), said("接听", "answered"), said("放弃", "abandoned"),
        said("服务水平", "service level"), said("平均应答速度", "ASA"), said("平均等候", "mean wait"),
    )  # fmt: skip
    rows = [(name, *_counts(each)[:3], *_levels(each)) for name, each in amounts.queues.items()]
    return table(head, rows)


def intervals_table(over_time: Sequence[Interval]) -> str:
    first_s = over_time[0].from_s
    head = (
        said("时间", "from"), said("来电", "offered"), said("放弃", "abandoned"), said("平均等候", "mean wait"),
        said("服务水平", "service level"), "",
    )  # fmt: skip
    rows = [
        (
            clock(each.from_s, first_s), count(each.figures.offered), count(each.figures.abandoned),
            seconds(each.figures.mean_wait_s), percent(each.figures.service_level),
            bar(each.figures.service_level),
        )
        for each in over_time
    ]  # fmt: skip
    return table(head, rows)


def _of(formula: Theory | None, name: str) -> float | None:
    return None if formula is None else float(getattr(formula, name))


def _shares_lost(total: Figures, formula: Theory | None) -> list[tuple[str, str, str]]:
    let_in = total.offered - total.blocked
    rows = [
        (said("放弃", "abandoned"), let_in, total.abandoned, _of(formula, "p_abandon")),
        (said("拒接", "blocked"), total.offered, total.blocked, _of(formula, "p_block")),
    ]
    return [
        (name, f"{count(lost)} ({percent(lost / of if of else None)})", "" if theirs is None else percent(theirs))
        for name, of, lost, theirs in rows
    ]


def _row(
    name: str, shown: Callable[[float | None], str], ours: float | None, theirs: float | None
) -> tuple[str, str, str]:
    return name, shown(ours), "" if theirs is None else shown(theirs)


def _counts(figures: Figures) -> tuple[str, str, str, str]:
    return count(figures.offered), count(figures.answered), count(figures.abandoned), count(figures.blocked)


def _levels(figures: Figures) -> tuple[str, str, str]:
    return percent(figures.service_level), seconds(figures.asa_s), seconds(figures.mean_wait_s)
