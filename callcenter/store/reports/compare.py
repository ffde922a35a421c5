"""A report beside the same one of an earlier period."""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
import sqlalchemy as sa

from callcenter.store.reports.period import Period
from callcenter.store.reports.result import Asked, Report

Made = TypeVar("Made", bound=Report)


class Compared(msgspec.Struct, Generic[Made], frozen=True, kw_only=True):
    now: Made
    before: Made


def compare(
    db: sa.Engine, asked: Asked, make: Callable[[sa.Engine, Asked], Made], with_: Period | None = None
) -> Compared[Made]:
    """`with_`: the other period; without one it is as long a period right before (`Period.before`)."""
    earlier = msgspec.structs.replace(asked, period=with_ or asked.period.before())
    return Compared(now=make(db, asked), before=make(db, earlier))


def change(now: float | None, before: float | None) -> float | None:
    """By what share a figure has grown; None when there is nothing to compare with."""
    return (now - before) / before if now is not None and before else None
