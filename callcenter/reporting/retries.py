"""When something that failed is tried again. Pure."""

from typing import Literal

# After the first attempt, the second, and so on: about 15 hours in all.
WEBHOOK_WAITS_S = (10, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800)
RUN_WAITS_S = (60, 300, 1800)
DISABLED_AFTER_S = 24 * 3600.0  # a webhook that nothing arrived at for so long is switched off
_SPREAD = 0.2  # so that what failed together does not come back together

Verdict = Literal["arrived", "again", "gone"]


def verdict(status: int | None) -> Verdict:
    """By HTTP status; None: no answer. 410 says that the receiver is no more."""
    if status is not None and 200 <= status < 300:
        return "arrived"
    return "gone" if status == 410 else "again"


def webhook_again_in_s(tries: int, chance: float) -> float | None:
    """After so many attempts; None: never. `chance` in [0, 1)."""
    if tries > len(WEBHOOK_WAITS_S):
        return None
    return WEBHOOK_WAITS_S[tries - 1] * (1 + _SPREAD * chance)


def run_again_in_s(attempts: int) -> float | None:
    """After so many attempts of a scheduled report; None: it has failed."""
    return float(RUN_WAITS_S[attempts - 1]) if attempts <= len(RUN_WAITS_S) else None
