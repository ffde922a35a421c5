"""What routing leaves: tiers, credit, foretold waits, decisions, messages, callbacks, the blacklist's work."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocked_calls",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_blocked_calls")),
    )
    op.create_table(
        "callback_attempts",
        sa.Column("callback", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("interaction", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("callback", "seq", name=op.f("pk_callback_attempts")),
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("caller_name", sa.String(), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("credit_s", sa.Double(), nullable=False),
        sa.Column("asked_in", sa.String(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("queued_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("again_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("interaction", sa.String(), nullable=False),
        sa.Column("low_s", sa.Double(), nullable=False),
        sa.Column("high_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callbacks_asked_at_id"), ["asked_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_callbacks_number_asked_at_id"), ["number", "asked_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_callbacks_queue_asked_at_id"), ["queue", "asked_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_callbacks_state_asked_at_id"), ["state", "asked_at", "id"], unique=False)

    op.create_table(
        "message_handling",
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("handled_at", sa.Double(), nullable=False),
        sa.Column("handled_by", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_message_handling")),
    )
    op.create_table(
        "messages",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("left_at", sa.Double(), nullable=False),
        sa.Column("settled_at", sa.Double(), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_messages_mailbox_state_left_at_call_id"),
            ["mailbox", "state", "left_at", "call_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_messages_state_left_at_call_id"), ["state", "left_at", "call_id"], unique=False
        )

    op.create_table(
        "picks",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_picks")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("direction", sa.String(), server_default="inbound", nullable=False))
        batch_op.add_column(sa.Column("tier", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("callback", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.add_column(sa.Column("callback", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_ledger_callback_seq"), ["callback", "seq"], unique=False)

    with op.batch_alter_table("queue_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(), server_default="live", nullable=False))
        batch_op.add_column(sa.Column("credit_s", sa.Double(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("why", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("to", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("foretold_low_s", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("foretold_high_s", sa.Double(), nullable=True))

    op.execute("UPDATE calls SET direction = 'callback' WHERE source = 'callback'")
    op.execute(
        "UPDATE queue_entries SET source = "
        "COALESCE((SELECT calls.source FROM calls WHERE calls.id = call_id), 'live')"
    )


def downgrade() -> None:
    with op.batch_alter_table("queue_entries", schema=None) as batch_op:
        batch_op.drop_column("foretold_high_s")
        batch_op.drop_column("foretold_low_s")
        batch_op.drop_column("to")
        batch_op.drop_column("why")
        batch_op.drop_column("credit_s")
        batch_op.drop_column("source")

    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_callback_seq"))
        batch_op.drop_column("callback")

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_column("callback")
        batch_op.drop_column("tier")
        batch_op.drop_column("direction")

    op.drop_table("picks")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_state_left_at_call_id"))
        batch_op.drop_index(batch_op.f("ix_messages_mailbox_state_left_at_call_id"))

    op.drop_table("messages")
    op.drop_table("message_handling")
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_callbacks_state_asked_at_id"))
        batch_op.drop_index(batch_op.f("ix_callbacks_queue_asked_at_id"))
        batch_op.drop_index(batch_op.f("ix_callbacks_number_asked_at_id"))
        batch_op.drop_index(batch_op.f("ix_callbacks_asked_at_id"))

    op.drop_table("callbacks")
    op.drop_table("callback_attempts")
    op.drop_table("blocked_calls")
