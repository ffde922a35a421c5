"""Roll-ups of how soon callers of a queue called again, by agent; summed once all migrations have run."""

import sqlalchemy as sa
from alembic import op

from callcenter.store import sums_anew

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_LEVELS = ("days", "months")
_GAPS = tuple(f"{gap}_{day:02}" for gap in ("before", "again", "again_any") for day in range(1, 31))
_SUMS = ("contacts", "handled_contacts", *_GAPS)


def upgrade() -> None:
    for level in _LEVELS:
        name = f"agent_queue_repeat_{level}"
        op.create_table(
            name,
            sa.Column("slot", sa.BigInteger(), nullable=False, autoincrement=False),
            *(sa.Column(key, sa.String(), nullable=False) for key in ("queue", "agent")),
            *(sa.Column(measure, sa.Integer(), nullable=False, server_default="0") for measure in _SUMS),
            sa.PrimaryKeyConstraint("slot", "queue", "agent", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
        op.create_index(op.f(f"ix_{name}_agent_slot"), name, ["agent", "slot"])
    sums_anew.want(op.get_context().config, "repeats")


def downgrade() -> None:
    for level in _LEVELS:
        op.drop_table(f"agent_queue_repeat_{level}")
