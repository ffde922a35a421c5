"""Planned time of agents, and how it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_LEVELS = ("quarters", "days", "months")
_SUMS = ("work_ms", "off_ms", "paid_ms", "kept_ms", "missed_ms")


def upgrade() -> None:
    op.create_table(
        "planned_shifts",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("begin_at", sa.Double(), nullable=False),
        sa.Column("end_at", sa.Double(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "begin_at", name=op.f("pk_planned_shifts")),
    )
    op.create_index(op.f("ix_planned_shifts_day_agent"), "planned_shifts", ["day", "agent"])
    for level in _LEVELS:
        op.create_table(
            f"plan_{level}",
            sa.Column("slot", sa.BigInteger(), nullable=False, autoincrement=False),
            sa.Column("agent", sa.String(), nullable=False),
            *(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in _SUMS),
            sa.PrimaryKeyConstraint("slot", "agent", name=op.f(f"pk_plan_{level}")),
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    for level in _LEVELS:
        op.drop_table(f"plan_{level}")
    op.drop_index(op.f("ix_planned_shifts_day_agent"), "planned_shifts")
    op.drop_table("planned_shifts")
