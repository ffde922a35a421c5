"""Who calls when, and how patient they are: chance, from a given source of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from callcenter.calls.languages import Language

OPENS_AT, CLOSES_AT = time(9, 0), time(18, 0)
# Calls an hour, from 9 to 18: mornings are busiest.
_BUSY = (8, 13, 15, 9, 6, 10, 12, 9, 5)
_KNOWN_SHARE = 0.8
_SALES_SHARE = 0.4
_LEAVES_IN_MENU_SHARE = 0.06
_TELLS_SHARE = 0.85  # of those who have rated the talk
_SOLVED_SHARES = {"1": 0.95, "2": 0.85, "3": 0.6, "4": 0.3, "5": 0.15}  # by how they rated it


class Caller(NamedTuple):
    number: str
    name: str
    language: Language
    tier: str = ""


class Visit(NamedTuple):
    """One call as its caller means it. Durations in seconds; `queue` is empty for one who leaves in the menu."""

    at: float
    caller: Caller
    queue: str
    menu_s: float
    patience_s: float
    talk_s: float
    hold_s: float
    wrap_up_s: float
    answer_key: str  # of the survey; empty: hung up before it
    solved_key: str  # whether it is solved; empty: hung up before that


def days_before(now: datetime, count: int) -> list[date]:
    """`count` days before today, and today."""
    return [now.date() - timedelta(days=back) for back in range(count, -1, -1)]


def visits_of_day(day: date, zone: ZoneInfo, callers: Sequence[Caller], random: Random) -> Iterator[Visit]:
    """In the order they arrive, within opening hours."""
    opens_at = datetime.combine(day, OPENS_AT, zone).timestamp()
    for hour, rate in enumerate(_BUSY):
        offset_s = 0.0
        while (offset_s := offset_s + random.expovariate(rate / 3600)) < 3600:
            yield _visit(opens_at + 3600 * hour + offset_s, callers, random)


def _visit(at: float, callers: Sequence[Caller], random: Random) -> Visit:
    stays = random.random() >= _LEAVES_IN_MENU_SHARE
    queue = "sales" if random.random() < _SALES_SHARE else "support"
    answer_key = random.choices("12345", (48, 22, 9, 3, 2))[0] if random.random() < 0.7 else ""
    return Visit(
        at=at,
        caller=random.choice(callers) if random.random() < _KNOWN_SHARE else _stranger(random),
        queue=queue if stays else "",
        menu_s=random.uniform(12, 35),
        patience_s=min(8 + random.expovariate(1 / 110), 400.0),
        talk_s=min(random.lognormvariate(5.0, 0.6), 900.0),  # half of them below two and a half minutes
        hold_s=random.uniform(10, 60) if random.random() < 0.15 else 0.0,
        wrap_up_s=random.uniform(8, 45),
        answer_key=answer_key,
        solved_key=_solved(answer_key, random) if answer_key and random.random() < _TELLS_SHARE else "",
    )


def _solved(answer_key: str, random: Random) -> str:
    """Who is satisfied has mostly been helped."""
    return "1" if random.random() < _SOLVED_SHARES[answer_key] else "2"


def _stranger(random: Random) -> Caller:
    return Caller(f"+861390000{random.randrange(1000, 10_000)}", "", "zh-CN")
