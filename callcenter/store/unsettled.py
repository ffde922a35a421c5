"""Recordings and messages expected and neither stored nor found missing: an earlier run did not get to them."""

import sqlalchemy as sa

from callcenter.store.tables import messages, recordings


def expected_recordings(db: sa.Engine) -> list[str]:
    """Interaction ids, oldest first."""
    columns = recordings.c
    query = sa.select(columns.call_id).where(columns.state == "expected").order_by(columns.expected_at)
    with db.connect() as connection:
        return list(connection.scalars(query))


def expected_messages(db: sa.Engine) -> dict[str, str]:
    """Mailboxes by interaction id, oldest first."""
    columns = messages.c
    query = sa.select(columns.call_id, columns.mailbox).where(columns.state == "recording").order_by(columns.seq)
    with db.connect() as connection:
        return {row.call_id: row.mailbox for row in connection.execute(query)}
