"""What the intervals of agents add to the tallies, once they are over. Pure."""

from callcenter.store.agent_intervals import Interval
from callcenter.store.rollups.amounts import Amounts, ms
from callcenter.store.rollups.slots import pieces
from callcenter.store.rollups.spec import AGENT, PAUSE, STATES


def add_interval(found: Amounts, interval: Interval) -> None:
    """Cut at the quarters of an hour; each piece is rounded for itself. A pause is counted where it begins."""
    if interval.ended_at is None:
        return
    measure, key = STATES[interval.state], (interval.agent,)
    for _, began_at, ended_at in pieces(interval.began_at, interval.ended_at):
        found.add(AGENT, key, began_at, **{measure: ms(ended_at - began_at)})
        if interval.state == "paused":
            found.add(PAUSE, (interval.agent, interval.reason), began_at, paused_ms=ms(ended_at - began_at))
    if interval.state == "paused":
        found.add(PAUSE, (interval.agent, interval.reason), interval.began_at, pauses=1)
