"""Whether customers say in surveys that their problem is solved."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_LEVELS = ("quarters", "days", "months")
_KEYS = ("queue", "agent", "survey", "question", "pressed")
_SUMS = ("resolution_answers", "solved")


def upgrade() -> None:
    op.add_column("survey_answers", sa.Column("solved", sa.Boolean(), nullable=True))
    for level in _LEVELS:
        op.create_table(
            f"resolution_{level}",
            sa.Column("slot", sa.BigInteger(), nullable=False, autoincrement=False),
            *(sa.Column(key, sa.String(), nullable=False) for key in _KEYS),
            *(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in _SUMS),
            sa.PrimaryKeyConstraint("slot", *_KEYS, name=op.f(f"pk_resolution_{level}")),
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    for level in _LEVELS:
        op.drop_table(f"resolution_{level}")
    op.drop_column("survey_answers", "solved")
