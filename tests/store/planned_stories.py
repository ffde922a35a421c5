"""Plans over the edges of `edge_history`: the doubled hour, midnights, odd minutes, and one who never came."""

from datetime import timedelta
from random import Random

from callcenter.store import planned_shifts, projections
from callcenter.store.database import writing
from callcenter.store.planned_shifts import Placed
from callcenter.store.rollups.of_plan import Shift
from callcenter.store.rollups.slots import day_number
from tests.store.edge_history import AGENTS, FIRST, LAST, NOW, history, midnight
from tests.store.ledger_stories import numbered

NEVER_CAME, UNPAID = "8004", "8003"


def plans(seed):
    """By day, the shifts of all agents. Offsets are minutes from the day's midnight."""
    chance = Random(seed)
    days = [FIRST + timedelta(days=number) for number in range(-1, (LAST - FIRST).days + 2)]
    return {day: [shift for agent in (*AGENTS, NEVER_CAME) for shift in _day(chance, agent, day)] for day in days}


def around_now():
    """One that is not over, and one that has not begun."""
    day = day_number(LAST + timedelta(days=40))
    begins = (("work", NOW - 3607.25, NOW + 1800.0), ("break", NOW + 1800.0, NOW + 3600.0))
    return [
        Shift(agent=agent, begin_at=begin, end_at=end, activity=activity, paid=activity == "work", day=day)
        for agent in ("8001", NEVER_CAME)
        for activity, begin, end in begins
    ]


def fill(db):
    """With the history and its plans: some days are planned before, some afterwards."""
    early = [shift for day, shifts in plans(seed=5).items() if day.day % 3 for shift in shifts]
    planned_shifts.replace(db, placed(early))
    with writing(db) as connection:
        projections.apply(connection, numbered(history(seed=11)))
    late = [shift for day, shifts in plans(seed=6).items() if day.day % 2 for shift in shifts]
    planned_shifts.replace(db, placed([*late, *around_now()]))


def placed(shifts):
    return [Placed(row, shift) for row, shift in enumerate(shifts, start=2)]


def _day(chance, agent, day):
    at = midnight(day) + 60.0 * chance.choice((0, 1, 127, 480, 481))
    end = midnight(day + timedelta(days=1)) + chance.choice((-3600.0, -1.0, 0.0))
    while at < end and chance.random() < 0.9:
        until = min(at + 60.0 * chance.choice((7, 30, 61, 150, 244)), end)
        activity = chance.choice(("work", "work", "break", "training", "meeting"))
        paid = agent != UNPAID and (activity != "break" or chance.random() < 0.3)
        yield Shift(agent=agent, begin_at=at, end_at=until, activity=activity, paid=paid, day=day_number(day))
        at = until + chance.choice((0.0, 0.0, 33.0))
