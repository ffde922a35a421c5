"""A list on the terminal: the latest few of something, as a table, or as JSON for programs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TypeVar

from callcenter.cli.speech import said, say

Each = TypeVar("Each")
MOST = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--limit", type=int, default=20, metavar="N", help=said("条数（默认 20）", "how many (default 20)")
    )
    parser.add_argument("--json", action="store_true", help=said("每行一个 JSON", "as JSON, one a line"))


def limit_of(args: argparse.Namespace) -> int:
    return max(1, min(int(args.limit), MOST))


def show(
    args: argparse.Namespace,
    found: Sequence[Each],
    head: Sequence[str],
    row: Callable[[Each], Sequence[str]],
    none: tuple[str, str],
) -> None:
    """`none`: what is said when there is nothing, in Chinese and English."""
    import msgspec

    from callcenter.cli.table import table

    if args.json:
        for each in found:
            print(msgspec.json.encode(each).decode())
    elif found:
        print(table(head, [row(each) for each in found]))
    else:
        say(*none)
