"""Days of the centre, for figures that count from midnight on."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_zone = cache(ZoneInfo)


def day_of(zone: str, at: float) -> str:
    """The date at the moment `at`, as in 2026-01-31."""
    return datetime.fromtimestamp(at, _zone(zone)).date().isoformat()


def midnight_after(zone: str, at: float) -> float:
    """When the next day begins there."""
    tomorrow = datetime.fromtimestamp(at, _zone(zone)).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=_zone(zone)).timestamp()
