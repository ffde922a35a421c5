"""Roles of one's own, the groups a supervisor is given, and when somebody was here last."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("groups", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("last_sign_in_at", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("last_sign_in_at")
        batch_op.drop_column("groups")
