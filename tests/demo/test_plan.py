"""The demo's planned shifts: whole weeks in which somebody is always there, and nobody in two places."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from callcenter.demo.centre import centre, score_card
from callcenter.demo.plan import DAYS, plan

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("first", [date(2026, 11, 29), date(2026, 12, 28), date(2027, 3, 3)])
def test_shifts_of_an_agent_do_not_overlap_and_bear_their_day(first):
    by_agent = defaultdict(list)
    for shift in plan(centre(), first):
        by_agent[shift.agent].append(shift)
        assert datetime.fromtimestamp(shift.begin_at, ZONE).date() == date(1970, 1, 1) + timedelta(days=shift.day)
        assert first <= date(1970, 1, 1) + timedelta(days=shift.day) < first + timedelta(days=DAYS)
        assert shift.paid == (shift.activity != "break")
    assert set(by_agent) == {"8001", "8002", "8003", "8004"}
    for shifts in by_agent.values():
        assert all(one.end_at <= other.begin_at for one, other in pairwise(shifts))


def test_somebody_works_at_every_quarter_of_the_office_hours():
    shifts = [each for each in plan(centre(), date(2026, 11, 30), 5) if each.activity == "work"]
    for day in range(30, 35):
        opens = datetime(2026, 11, 1, 9, 0, tzinfo=ZONE) + timedelta(days=day - 1)
        for quarter in range(36):
            at = (opens + timedelta(minutes=15 * quarter)).timestamp()
            assert any(each.begin_at <= at < each.end_at for each in shifts), (day, quarter)


def test_the_score_card_is_told_in_both_languages():
    for question in score_card().questions().values():
        assert question.text.zh != question.text.en
