"""The message centre: what callers left behind and who sees to it; PINs of mailboxes; who is told of messages."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from callcenter.store.customer_words import words_of

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_BATCH = 500


def upgrade() -> None:
    items, words = _inbox()
    op.create_table(
        "mailbox_pins",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Double(), nullable=False),
        sa.Column("set_at", sa.Double(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_mailbox_pins")),
    )
    op.create_table(
        "mailbox_notices",
        sa.Column("id", _ID, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("mailbox", "message", "kind", "number", "state")),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("settled_at", sa.Double(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_notices")),
    )
    _index("mailbox_notices", "state", "due_at")
    _index("mailbox_notices", "message")
    _take_over(items, words)
    op.drop_table("message_handling")


def downgrade() -> None:
    handling = op.create_table(
        "message_handling",
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("handled_at", sa.Double(), nullable=False),
        sa.Column("handled_by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_message_handling")),
    )
    done = sa.text(
        "SELECT id AS message, done_at AS handled_at, done_by AS handled_by, note FROM inbox_items"
        " WHERE kind = 'message' AND done_at IS NOT NULL"
    )
    rows = [dict(row) for row in op.get_bind().execute(done).mappings()]
    if rows:
        op.get_bind().execute(handling.insert(), rows)
    for table in ("mailbox_notices", "mailbox_pins", "inbox_words", "inbox_calls", "inbox_items"):
        op.drop_table(table)


def _inbox() -> tuple[sa.Table, sa.Table]:
    texts = ("heard_by", "claimed_by", "done_by", "done_why", "reached_call")
    items = op.create_table(
        "inbox_items",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "kind", "box", "queue", "caller")),
        sa.Column("caller_name", sa.String(), nullable=False),
        sa.Column("first_at", sa.Double(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("heard_at", "claimed_at", "done_at")),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_items")),
    )
    _index("inbox_items", "removed", "last_at", "id")
    _index("inbox_items", "removed", "is_open", "last_at", "id")
    _index("inbox_items", "box", "removed", "is_open", "last_at", "id")
    _index("inbox_items", "kind", "removed", "is_open", "last_at", "id")
    _index("inbox_items", "caller", "is_open")
    op.create_table(
        "inbox_calls",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_inbox_calls")),
    )
    _index("inbox_calls", "item", "at")
    words = op.create_table(
        "inbox_words",
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("word", _PLAIN, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", "item", name=op.f("pk_inbox_words")),
    )
    _index("inbox_words", "item")
    return items, words


def _index(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{table}_{'_'.join(columns)}"), list(columns), unique=False)


def _take_over(items: sa.Table, words: sa.Table) -> None:
    """Messages that were there before, with what was done about them."""
    connection = op.get_bind()
    there = sa.text(
        "SELECT m.call_id, m.mailbox, m.queue, m.left_at, c.caller, c.caller_name,"
        " h.handled_at, h.handled_by, h.note, p.name FROM messages m JOIN calls c ON c.id = m.call_id"
        " LEFT JOIN message_handling h ON h.message = m.call_id LEFT JOIN customers p ON p.id = c.customer_id"
        " WHERE m.state = 'left'"
    )
    found = list({row["call_id"]: row for row in connection.execute(there).mappings()}.values())
    for begin in range(0, len(found), _BATCH):
        some = found[begin : begin + _BATCH]
        connection.execute(items.insert(), [_item(row) for row in some])
        entries = [
            {"kind": kind, "word": word, "item": row["call_id"]}
            for row in some
            for kind, word in sorted(
                words_of(
                    f"{row['name'] or ''} {row['caller_name']}",
                    (row["note"] or "")[:500],
                    [row["caller"]] if row["caller"] else [],
                )
            )
        ]
        if entries:
            connection.execute(words.insert(), entries)


def _item(row: sa.RowMapping) -> dict[str, Any]:
    done = row["handled_at"] is not None
    return {
        "id": row["call_id"],
        "kind": "message",
        "box": row["mailbox"],
        "queue": row["queue"],
        "caller": row["caller"],
        "caller_name": row["caller_name"],
        "first_at": row["left_at"],
        "last_at": row["left_at"],
        "count": 1,
        "call_id": row["call_id"],
        "is_open": not done,
        "heard_at": row["handled_at"],
        "heard_by": row["handled_by"] or "",
        "claimed_at": None,
        "claimed_by": "",
        "done_at": row["handled_at"],
        "done_by": row["handled_by"] or "",
        "done_why": "person" if done else "",
        "reached_call": "",
        "note": row["note"] or "",
        "changed_at": row["handled_at"] or 0.0,
        "removed": False,
    }
