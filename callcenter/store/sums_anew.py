"""What migrations leave to be summed: done when all of them have run, by the tables and the code of this version.

A migration that summed by itself would do so with today's statements on yesterday's tables.
"""

from typing import Literal

import sqlalchemy as sa
from alembic.config import Config

from callcenter.store.rollups import keeper, remake

Wanted = Literal["everything", "wholes"]
_ATTRIBUTE = "sums_wanted"


def want(config: Config | None, what: Wanted) -> None:
    """Called by migrations. `everything`: all roll-ups; `wholes`: those of all queues, all agents, and agents in
    queues. A migration that is run alone (`config` None) leaves nothing."""
    if config is not None:
        config.attributes.setdefault(_ATTRIBUTE, set()).add(what)


def make(connection: sa.Connection, config: Config) -> None:
    wanted: set[Wanted] = config.attributes.get(_ATTRIBUTE, set())
    zone = keeper.zone(connection)
    if "everything" in wanted:
        remake.everything(connection, zone)
    elif "wholes" in wanted:
        remake.make_wholes(connection, ("quarters", "days", "months"))
        remake.make_agent_queues(connection, zone)
