"""Recordings that were expected and neither stored nor found missing: an earlier run did not get to them."""

import sqlalchemy as sa

from callcenter.store.tables import recordings


def expected_recordings(db: sa.Engine) -> list[str]:
    """Interaction ids, oldest first."""
    columns = recordings.c
    query = sa.select(columns.call_id).where(columns.state == "expected").order_by(columns.expected_at)
    with db.connect() as connection:
        return list(connection.scalars(query))
