"""From whole numbers to the figures of METRICS. Pure. None: nothing to divide by."""

from callcenter.store.reports.sums import Sums
from callcenter.store.reports.variants import Variants


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def seconds(sums: Sums, name: str) -> float:
    return sums.get(name, 0) / 1000.0


def mean_s(sums: Sums, name: str, of: str) -> float | None:
    return share(seconds(sums, name), sums.get(of, 0))


def service_level(sums: Sums, variants: Variants) -> float | None:
    n = sums.get
    match variants.service_level:
        case "of_answered":
            return share(n("within", 0), n("answered", 0))
        case "with_abandoned":
            return share(n("within", 0) + n("abandoned_within", 0), n("answered", 0) + n("abandoned", 0))
        case "of_offered":
            return share(n("within", 0), n("offered", 0))
        case _:
            return share(n("within", 0), n("offered", 0) - n("short", 0))


def abandon_rate(sums: Sums, variants: Variants) -> float | None:
    n = sums.get
    if variants.abandon_rate == "of_offered":
        return share(n("abandoned", 0), n("offered", 0))
    return share(n("abandoned", 0) - n("short", 0), n("offered", 0) - n("short", 0))


def aht_s(sums: Sums) -> float | None:
    handled_s = sum(seconds(sums, name) for name in ("talk_ms", "hold_ms", "wrap_up_ms"))
    return share(handled_s, sums.get("handled", 0))


def occupied_of_s(sums: Sums) -> float:
    """What occupancy is divided by: signed in without pauses."""
    return seconds(sums, "signed_in_ms") - seconds(sums, "paused_ms")


def occupancy(sums: Sums, variants: Variants) -> float | None:
    busy = ("talking_ms", "held_ms", "wrapping_ms")
    counted = (*busy, "ringing_ms") if variants.occupancy == "with_ringing" else busy
    return share(sum(seconds(sums, name) for name in counted), occupied_of_s(sums))


def plan(sums: Sums) -> dict[str, float | None]:
    """Breaks are kept by not being at work: what of them was missed is what was worked."""
    planned_s = seconds(sums, "work_ms") + seconds(sums, "off_ms")
    adherent_s = seconds(sums, "kept_ms") + seconds(sums, "off_ms") - seconds(sums, "missed_ms")
    if not planned_s:
        return {"planned_s": None, "adherent_s": None, "adherence": None}
    return {"planned_s": planned_s, "adherent_s": adherent_s, "adherence": share(adherent_s, planned_s)}


def csat(sums: Sums, variants: Variants) -> float | None:
    if variants.csat == "mean":
        return mean_score(sums)
    return share(sums.get("satisfied", 0), sums.get("answers", 0))


def mean_score(sums: Sums) -> float | None:
    return share(sums.get("score_milli", 0) / 1000.0, sums.get("scored", 0))


def within_days(sums: Sums, of: str, days: int) -> int:
    """Of classes `of`_01 to `of`_30 those up to `days`."""
    return sum(sums.get(f"{of}_{day:02}", 0) for day in range(1, days + 1))


def gap(variants: Variants) -> str:
    """The classes by which a contact counts as followed by another."""
    return "again_any" if variants.fcr_category == "any" else "again"


def fcr(sums: Sums, variants: Variants) -> float | None:
    if variants.fcr_category == "survey":
        return share(sums.get("solved", 0), sums.get("resolution_answers", 0))
    handled = sums.get("handled_contacts", 0)
    return share(handled - within_days(sums, gap(variants), variants.fcr_days), handled)
