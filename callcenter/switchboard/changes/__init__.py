"""How each event changes the state: one small function an event, no decisions here.

`evolve` is the only thing that changes live state, so the state is the sum of its events.
"""

from callcenter.switchboard.changes import agents, callbacks, calls, centre, floor, hosted, offers, parties
from callcenter.switchboard.changes.registry import evolve

__all__ = ["agents", "callbacks", "calls", "centre", "evolve", "floor", "hosted", "offers", "parties"]
