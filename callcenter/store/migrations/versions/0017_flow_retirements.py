"""Flows that are retired: kept with their history, and in no caller's way."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flow_retirements",
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_by", sa.String(), nullable=False),
        sa.Column("retired_at", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("flow", name=op.f("pk_flow_retirements")),
    )


def downgrade() -> None:
    op.drop_table("flow_retirements")
