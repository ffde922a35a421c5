"""Telephones outside that are told of a new message: rung over a trunk, and led to the dialplan's `notice`.

They belong to no interaction. What becomes of such a call shows when the dialplan asks what to say, or does not.
"""

from __future__ import annotations

from typing import Any

from callcenter.asterisk.bridge.lines import NO_TRUNK, NUMBER, Lines, shown
from callcenter.asterisk.bridge.orders import NAME, checked
from callcenter.asterisk.bridge.originations import timeout_ms


def notice_call(lines: Lines, notice: int, number: str, trunk: str, ring_s: int) -> dict[str, Any]:
    """The fields of AMI's Originate. Raises ValueError: a value that must not reach Asterisk, or no such trunk."""
    line = lines.named(trunk)
    if line is None:
        raise ValueError(f"trunk is {trunk or NO_TRUNK!r}; there is no such trunk")
    as_number = shown("", line)
    return {
        "Channel": f"PJSIP/{checked('number', NUMBER, number)}@{checked('trunk', NAME, line.name)}",
        "Context": "notice",
        "Exten": "s",
        "Priority": 1,
        "Async": "true",
        "Timeout": timeout_ms(ring_s),
        "Variable": [f"CC_NOTICE={int(notice)}", "CC_ROLE=notice"],
        **({"CallerID": f"<{as_number}>"} if as_number else {}),
    }
