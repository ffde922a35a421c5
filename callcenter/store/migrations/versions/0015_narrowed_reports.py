"""Indexes for reports of one queue or one agent; roll-ups of agents in queues, of all queues and of all agents.

What came before there were roll-ups is summed once all migrations have run.
"""

import sqlalchemy as sa
from alembic import op

from callcenter.store import sums_anew
from callcenter.store.rollups.spec import Level

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INDEXES = (
    ("survey_answers", ("agent", "at")),
    ("survey_pushes", ("agent", "at")),
    ("offers", ("made_at", "queue")),
    ("contacts", ("queue", "within_30_days", "at")),
    ("contacts", ("agent", "within_30_days", "at")),
)
_LEVELS: tuple[Level, ...] = ("quarters", "days", "months")
_TALKS = ("handled", "talk_ms", "hold_ms", "wrap_up_ms")
_SURVEYS = ("surveys_pushed", "surveys_answered", "answers", "satisfied", "scored", "score_milli")
_AGENT_QUEUE = ("offers", "missed", "handled_out", *_TALKS, *_SURVEYS)
_WHOLE = {
    "all_queues": (
        "offered", "answered", "abandoned", "overflow", "voicemail", "callback", "timeout", "system", "waiting",
        "within", "short", "abandoned_within", "wait_ms", "abandoned_wait_ms", *_TALKS, *_SURVEYS, "longest_ms",
    ),
    "all_agents": (
        "signed_in_ms", "ready_ms", "ringing_ms", "talking_ms", "held_ms", "wrapping_ms", "paused_ms",
        "other_call_ms", "off_duty_ms", "unreachable_ms", "offers", "missed", "handled_out", "transfers", *_TALKS,
        *_SURVEYS,
    ),
}  # fmt: skip


def upgrade() -> None:
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    for name, measures in _WHOLE.items():
        for level in _LEVELS:
            _rollup(f"{name}_{level}", (), measures)
    for level in _LEVELS[1:]:
        _rollup(f"agent_queue_{level}", ("queue", "agent"), _AGENT_QUEUE)
    connection = op.get_bind()
    unsummed = connection.scalar(sa.text("SELECT slot FROM number_quarters LIMIT 1")) is None
    sums_anew.want(op.get_context().config, "everything" if unsummed else "wholes")


def _rollup(name: str, keys: tuple[str, ...], measures: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("slot", sa.BigInteger(), nullable=False, autoincrement=False),
        *(sa.Column(key, sa.String(), nullable=False) for key in keys),
        *(sa.Column(measure, sa.BigInteger(), nullable=False, server_default="0") for measure in measures),
        sa.PrimaryKeyConstraint("slot", *keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for level in _LEVELS[1:]:
        op.drop_table(f"agent_queue_{level}")
    for name in _WHOLE:
        for level in _LEVELS:
            op.drop_table(f"{name}_{level}")
    for table, columns in _INDEXES:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
