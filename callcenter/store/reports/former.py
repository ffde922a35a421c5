"""Queues, agents, numbers and dispositions that figures are kept of, whether the centre still has them or not."""

import sqlalchemy as sa

from callcenter.store.rollups.spec import AGENT, DISPOSITION, NUMBER, QUEUE, Tally
from callcenter.store.rollups.tables import TABLES

_KEPT = {
    "queues": (QUEUE, "queue"),
    "agents": (AGENT, "agent"),
    "numbers": (NUMBER, "number"),
    "dispositions": (DISPOSITION, "disposition"),
}


def former_names(db: sa.Engine) -> dict[str, set[str]]:
    """By the filter that asks for them."""
    with db.connect() as connection:
        return {name: set(connection.scalars(_names(*of))) for name, of in _KEPT.items()}


def _names(tally: Tally, key: str) -> sa.Select[tuple[str]]:
    return sa.select(TABLES[tally.name, "months"].c[key]).distinct()
