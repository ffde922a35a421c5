"""Cells in words, for terminals, mails and CSV. Pure; moments in the book's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.reporting.sheets import Cell, Kind
from callcenter.store.customer_files import harmless


def told(cell: Cell, kind: Kind, zone: ZoneInfo) -> str:
    """
    >>> told(75.4, "seconds", ZoneInfo("UTC")), told(0.8765, "share", ZoneInfo("UTC"))
    ('0:01:15', '87.7%')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    match kind:
        case "seconds":
            return duration(cell)
        case "share":
            return f"{cell:.1%}"
        case "mean":
            return f"{cell:.2f}"
        case "moment":
            return datetime.fromtimestamp(cell, zone).strftime("%Y-%m-%d %H:%M")
        case "day":
            return datetime.fromtimestamp(cell, zone).strftime("%Y-%m-%d")
        case _:
            return str(cell)


def duration(seconds: float) -> str:
    """h:mm:ss, which spreadsheets take as a duration."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def is_right(kind: Kind) -> bool:
    """Whether its column stands at the right."""
    return kind in ("count", "seconds", "share", "mean")
