"""Texts that come in, who wants none, and what people answered."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("text_messages") as table:
        table.add_column(sa.Column("body", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("sent_by", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("box", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "received_texts",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "number", "dialled")),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("media", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("customer_id", sa.Integer()),
        sa.Column("box", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_texts")),
    )
    op.create_index(op.f("ix_received_texts_received_at"), "received_texts", ["received_at"])
    op.create_index(op.f("ix_received_texts_number_received_at"), "received_texts", ["number", "received_at"])
    op.create_table(
        "text_refusals",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_text_refusals")),
    )


def downgrade() -> None:
    op.drop_table("text_refusals")
    op.drop_table("received_texts")
    with op.batch_alter_table("text_messages") as table:
        for column in ("box", "sent_by", "body"):
            table.drop_column(column)
