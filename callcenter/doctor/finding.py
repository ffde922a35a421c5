"""What a check finds."""

from __future__ import annotations

from typing import Literal

import msgspec

from callcenter.calls.languages import Text


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`bad`: it does not work or soon will not. `doubtful`: it should be looked at. `mend` says what to do."""

    level: Literal["good", "doubtful", "bad"]
    what: Text
    mend: Text | None = None


def good(zh: str, en: str) -> Finding:
    return Finding(level="good", what=Text(zh=zh, en=en))


def doubtful(zh: str, en: str, mend_zh: str, mend_en: str) -> Finding:
    return Finding(level="doubtful", what=Text(zh=zh, en=en), mend=Text(zh=mend_zh, en=mend_en))


def bad(zh: str, en: str, mend_zh: str, mend_en: str) -> Finding:
    return Finding(level="bad", what=Text(zh=zh, en=en), mend=Text(zh=mend_zh, en=mend_en))
