"""Who still writes up a call. By the index of each agent's intervals that go on."""

from collections.abc import Sequence

import sqlalchemy as sa

from callcenter.store.tables import agent_intervals


def in_wrap_up(db: sa.Engine, call_id: str, agents: Sequence[str]) -> bool:
    c = agent_intervals.c
    open_ones = c.agent.in_(agents) & c.ended_at.is_(None)
    query = sa.select(c.seq).where(open_ones, c.state == "wrap_up", c.interaction == call_id).limit(1)
    with db.connect() as connection:
        return connection.execute(query).first() is not None
