"""Texts to mobile phones: what was handed to the provider, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_messages",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("id", "key", "number", "tag", "state", "provider_id", "error")
        ),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_text_messages_key")),
    )
    for column in ("asked_at", "number"):
        op.create_index(op.f(f"ix_text_messages_{column}"), "text_messages", [column])


def downgrade() -> None:
    op.drop_table("text_messages")
