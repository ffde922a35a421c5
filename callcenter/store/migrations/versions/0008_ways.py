"""Roll-ups of the ways through flows. What was there before is summed by 0015."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEYS = ("flow", "version", "path", "result")


def upgrade() -> None:
    op.create_index(op.f("ix_flow_runs_began_at"), "flow_runs", ["began_at"])
    for level in ("days", "months"):
        op.create_table(
            f"way_{level}",
            sa.Column("slot", sa.BigInteger(), nullable=False, autoincrement=False),
            *(sa.Column(key, sa.String(), nullable=False) for key in _KEYS),
            sa.Column("runs", sa.BigInteger(), nullable=False, server_default="0"),
            sa.PrimaryKeyConstraint("slot", *_KEYS, name=op.f(f"pk_way_{level}")),
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    op.drop_table("way_days")
    op.drop_table("way_months")
    op.drop_index(op.f("ix_flow_runs_began_at"), "flow_runs")
