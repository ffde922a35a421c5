"""A file that was made: in memory, with a name that every system takes."""

import re
from typing import NamedTuple

CSV, XLSX, TEXT, JSON = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/plain",
    "application/json",
)
_ALLOWED = re.compile(r"[^\w.-]+", re.UNICODE)


class File(NamedTuple):
    name: str
    media_type: str
    content: bytes


def safe_name(*parts: str, ending: str) -> str:
    """Letters of any language, digits, `-`, `_` and dots; never a path, never hidden.

    >>> safe_name("../日报", "2026-11-27", ending="xlsx")
    '日报-2026-11-27.xlsx'
    """
    stem = "-".join(filter(None, (_ALLOWED.sub("-", part).strip(".-") for part in parts)))
    return f"{stem[:120] or 'report'}.{ending}"
