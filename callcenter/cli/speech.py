"""The language of this terminal: Chinese when its locale says so, else English."""

from __future__ import annotations

import os
import sys


def in_chinese() -> bool:
    """By the first of LC_ALL, LC_MESSAGES and LANG that is set."""
    settings = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, settings), "").startswith("zh")


def said(zh: str, en: str) -> str:
    return zh if in_chinese() else en


def say(zh: str, en: str) -> None:
    """One line to the person at the terminal, at once."""
    print(said(zh, en), flush=True)


def complain(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
