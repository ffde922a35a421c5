"""The stretches behind figures of agents' time, of all pages, and what a reader of the list would add them up to."""

from collections import defaultdict

from callcenter.store.reports.time_behind import time_behind
from callcenter.store.reports.time_terms import PAUSES, SHARES


def stretches(db, question, figure, reason="", limit=500):
    """Of all pages."""
    found, after = [], ""
    while True:
        page = time_behind(db, question, figure, reason, limit, after)
        found += page.stretches
        if page.next is None:
            return page, found
        assert page.next != after
        after = page.next


def summed(figure, found):
    if figure == PAUSES:
        return len(found)
    sums = defaultdict(int)
    for each in found:
        sums[each.side] += each.sign * round(each.length_s * 1000)
    if figure in SHARES:
        return sums["part"] / sums["whole"] if sums["whole"] else None
    assert set(sums) <= {"part"}
    return sums["part"] / 1000
