"""What migrations leave to be summed: done when all of them have run, by the tables and the code of this version.

A migration that summed by itself would do so with today's statements on yesterday's tables.
"""

from typing import Literal

import sqlalchemy as sa
from alembic.config import Config

from callcenter.store.rollups import keeper, remake
from callcenter.store.rollups.spec import AGENT_QUEUE, AGENT_QUEUE_REPEAT

Wanted = Literal["everything", "wholes", "repeats"]
_ATTRIBUTE = "sums_wanted"


def want(config: Config | None, what: Wanted) -> None:
    """Called by migrations. `everything`: all roll-ups; `wholes`: those of all queues, all agents, and agents in
    queues; `repeats`: those of agents in queues. A migration that is run alone (`config` None) leaves nothing."""
    if config is not None:
        config.attributes.setdefault(_ATTRIBUTE, set()).add(what)


def make(connection: sa.Connection, config: Config) -> None:
    wanted: set[Wanted] = config.attributes.get(_ATTRIBUTE, set())
    zone = keeper.zone(connection)
    if "everything" in wanted:
        remake.everything(connection, zone)
        return
    if "wholes" in wanted:
        remake.make_wholes(connection, ("quarters", "days", "months"))
        remake.make_spread(connection, AGENT_QUEUE, zone)
    if "repeats" in wanted:
        remake.make_spread(connection, AGENT_QUEUE_REPEAT, zone)
