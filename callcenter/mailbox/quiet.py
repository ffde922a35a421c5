"""Hours in which nobody is told of anything. Pure."""

from callcenter.acd import roster
from callcenter.calls.languages import Text
from callcenter.calls.rosters import WEEKDAYS, Hours, Roster, Shift


def free_at(quiet: Hours | None, zone: str, at: float) -> float:
    """`at` itself, or the end of the quiet hours it lies in; seconds since the epoch."""
    if quiet is None or quiet.from_ == quiet.to:
        return at
    every_day = Shift(days=WEEKDAYS, from_=quiet.from_, to=quiet.to)
    hours = Roster(id="quiet", name=Text("", ""), shifts=(every_day,), holidays=False)
    if not roster.on_duty(hours, (), zone, at):
        return at
    return roster.next_change(hours, (), zone, at) or at
