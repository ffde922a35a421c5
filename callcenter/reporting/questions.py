"""What a report is asked for, in the words of a query, a command line or a schedule. Bad ones raise BadReport."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.calls.numbers import numbers_like
from callcenter.reporting.catalogue import REPORTS, Definition
from callcenter.store.reports import filters as narrowing
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import NONE, Filters
from callcenter.store.reports.former import former_names
from callcenter.store.reports.period import EARLIER, Period, between, local, midnight
from callcenter.store.reports.result import Asked
from callcenter.store.reports.variants import Variants

LISTS = ("queues", "agents", "numbers", "dispositions")
SETTINGS = tuple(Variants.__struct_fields__)
OPTIONS = (*LISTS, "direction", "grain", *SETTINGS)
_MOST_DAYS = {"hour": 3.1, "day": 62.1, "week": 200.0}  # the finest grain that still reads well


def definition(name: str) -> Definition:
    """Raises BadReport: no_such_report."""
    if name not in REPORTS:
        known = ", ".join(REPORTS)
        text = Text(
            zh=f"没有报表 {name[:40]}；可用：{known}", en=f"there is no report {name[:40]}; there are {known}"
        )
        raise BadReport("no_such_report", "report", text)
    return REPORTS[name]


def period(from_: str, to: str, zone: str, grain: str = "") -> Period:
    """`from_`, `to`: days as 2026-11-27, both included, or minutes as 2026-11-27T08:30 in the zone, then `to` is not.

    Without `grain` one that fits the length is taken.
    """
    begins, ends = _moment(from_, "from", zone), _moment(to, "to", zone, after=True)
    return between(begins, ends, zone, grain or _fitting(begins, ends))


def of_days(first: date, after: date, zone: str, grain: str = "") -> Period:
    begins, ends = midnight(first, zone), midnight(after, zone)
    return between(begins, ends, zone, grain or _fitting(begins, ends))


def to_compare(when: Period, by: str, from_: str = "", to: str = "") -> Period:
    """`by`: before, week, month, year. Days of one's own (`from_`, `to` as in `period`) go first; without `to`
    as many as the period has, or as long a time from a minute on. Raises BadReport."""
    if not from_ and not to:
        if by not in EARLIER:
            text = Text(zh=f"可用：{', '.join(EARLIER)}", en=f"allowed: {', '.join(EARLIER)}")
            raise BadReport("unknown_option", "compare", text)
        return when.earlier(by)
    if to or "T" in from_ or not (days := when.whole_days()):
        begins = _moment(from_, "before_from", when.zone)
        ends = _moment(to, "before_to", when.zone, after=True) if to else (begins or 0.0) + when.length_s
        return between(begins, ends, when.zone, when.grain)
    first = local(_moment(from_, "before_from", when.zone) or 0.0, when.zone).date()
    return of_days(first, first + (days[1] - days[0]), when.zone, when.grain)


def asked(
    of: Definition, when: Period, options: Mapping[str, str], known: Mapping[str, Collection[str]], now: float
) -> Asked:
    """`options` by name, lists with commas between, in which `-` means none; empty ones count as absent."""
    given = {name: value for name, value in options.items() if value}
    for name in given:
        if name not in OPTIONS:
            allowed = ", ".join(OPTIONS)
            text = Text(zh=f"不认识；可用：{allowed}", en=f"is not known; allowed: {allowed}")
            raise BadReport("unknown_option", name[:40], text)
    filters = Filters(
        **{name: _list(given[name]) for name in LISTS if name in given},
        direction=given.get("direction", ""),  # type: ignore[arg-type]
    )
    for name in filters.names():
        if name not in of.filters:
            raise BadReport("no_such_filter", name, narrowing.not_here(name, of.filters))
    filters = msgspec.structs.replace(filters, numbers=tuple(_meant(filters.numbers, known.get("numbers", ()))))
    narrowing.check(filters, known)
    return Asked(period=when, now=now, filters=filters, variants=_variants(given))


def _meant(typed: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """The centre's numbers that are meant, each once: written whole, with spaces or its country, or a part of it."""
    found: dict[str, None] = {}
    for text in typed:
        whole = not text or text in known
        found |= dict.fromkeys([text] if whole else sorted(numbers_like(text, known)) or [text])
    yield from found


def known_names(centre: Centre) -> dict[str, set[str]]:
    return {
        "queues": {each.id for each in centre.queues},
        "agents": {each.id for each in centre.agents},
        "numbers": {each.number for each in centre.numbers},
        "dispositions": {each.id for each in centre.dispositions},
    }


def names_meant(db: sa.Engine, centre: Centre, options: Mapping[str, str]) -> dict[str, set[str]]:
    """The centre's names; with those that figures are kept of as well, when the options name one that it has not."""
    known = known_names(centre)
    if not any(set(_list(options.get(name, ""))) - {"", *known[name]} for name in LISTS):
        return known
    former = former_names(db)
    return {name: names | former[name] for name, names in known.items()}


def _variants(given: Mapping[str, str]) -> Variants:
    chosen: dict[str, Any] = {name: given[name] for name in SETTINGS if name in given}
    try:
        return msgspec.convert(chosen, Variants, strict=False)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("$.")[2].rstrip("`")
        hint = get_type_hints(Variants).get(field)
        allowed = ", ".join(str(each) for each in getattr(hint, "__args__", ())) or "1 - 30"
        text = Text(zh=f"可用：{allowed}", en=f"allowed: {allowed}")
        raise BadReport("unknown_variant", field, text) from error


def _list(text: str) -> tuple[str, ...]:
    parts = filter(None, (part.strip() for part in text.split(",")))
    return tuple(dict.fromkeys("" if part == NONE else part for part in parts))


def _moment(text: str, field: str, zone: str, after: bool = False) -> float | None:
    if not text:
        return None
    try:
        if "T" in text:
            there = datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo(zone))
            return there.timestamp()
        day = date.fromisoformat(text)
        return midnight(day + timedelta(days=1) if after else day, zone)
    except (ValueError, OverflowError):
        words = Text(
            zh="日期应写作 2026-11-27，或 2026-11-27T08:30", en="give a day as 2026-11-27, or 2026-11-27T08:30"
        )
        raise BadReport("bad_day", field, words) from None


def _fitting(begins: float | None, ends: float | None) -> str:
    days = ((ends or 0.0) - (begins or 0.0)) / 86_400
    return next((grain for grain, most in _MOST_DAYS.items() if days <= most), "month")
