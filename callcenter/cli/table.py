"""Lists in columns: a Chinese character is two columns wide in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def padded(text: str, columns: int) -> str:
    return text + " " * max(0, columns - width(text))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows below their heads, columns as wide as their widest entry, two spaces apart."""
    widths = [max(width(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = ["  ".join(map(padded, row, widths)).rstrip() for row in [head, *rows]]
    rule = "  ".join("-" * each for each in widths).rstrip()
    return "\n".join([lines[0], rule, *lines[1:]])
