"""What became of recordings after the call; score cards and scores."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_recordings",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kept_at", sa.Double(), nullable=False),
        sa.Column("to_remove", sa.String(), nullable=False),
        sa.Column("checked_at", sa.Double(), nullable=True),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("held_at", sa.Double(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("hold_reason", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.Double(), nullable=True),
        sa.Column("deleted_by", sa.String(), nullable=False),
        sa.Column("deleted_rule", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_kept_recordings")),
    )
    with op.batch_alter_table("kept_recordings", schema=None) as batch_op:
        for columns in (["place", "deleted_at"], ["held_at"], ["finding"]):
            batch_op.create_index(batch_op.f(f"ix_kept_recordings_{'_'.join(columns)}"), columns, unique=False)
    op.create_table(
        "score_cards",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.Double(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_score_cards")),
    )
    op.create_table(
        "scores",
        sa.Column("id", _ID, nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("card_version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("scored_at", sa.Double(), nullable=False),
        sa.Column("call_at", sa.Double(), nullable=False),
        sa.Column("percent", sa.Double(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=True),
        sa.Column("agent_comment", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        for columns in (["agent", "scored_at"], ["queue", "scored_at"], ["call_id"], ["scored_at"]):
            batch_op.create_index(batch_op.f(f"ix_scores_{'_'.join(columns)}"), columns, unique=False)


def downgrade() -> None:
    op.drop_table("scores")
    op.drop_table("score_cards")
    op.drop_table("kept_recordings")
