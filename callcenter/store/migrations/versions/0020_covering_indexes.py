"""Indexes that hold what reports about one queue or one agent sum up: a year of millions is read at a glance."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NEW = (
    ("ix_calls_in_time", "calls", ("arrived_at", "id", "talk_s", "score")),
    ("ix_talks_of_agent", "talks", ("agent", "over_at", "queue", "disposition", "talk_s", "hold_s", "wrap_up_s")),
    ("ix_offers_of_agent", "offers", ("agent", "made_at", "result")),
    ("ix_queue_entries_queue_reason_entered_at", "queue_entries", ("queue", "reason", "entered_at")),
    (
        "ix_survey_answers_of_agent",
        "survey_answers",
        ("agent", "at", "survey", "question", "key", "queue", "solved", "satisfied", "score"),
    ),
    ("ix_survey_pushes_of_agent", "survey_pushes", ("agent", "at", "survey", "queue", "answers")),
    ("ix_contacts_of_queue", "contacts", ("queue", "at", "handled", "agent", "again_s", "again_any_s")),
    (
        "ix_contacts_of_agent",
        "contacts",
        ("agent", "at", "handled", "queue", "again_s", "again_any_s", "before_s"),
    ),
)
_OLD = (
    ("ix_calls_arrived_at_id", "calls", ("arrived_at", "id")),
    ("ix_talks_agent_over_at", "talks", ("agent", "over_at")),
    ("ix_offers_agent_made_at", "offers", ("agent", "made_at")),
    ("ix_survey_answers_agent_at", "survey_answers", ("agent", "at")),
    ("ix_survey_pushes_agent_at", "survey_pushes", ("agent", "at")),
)


def upgrade() -> None:
    _put(_NEW, _OLD)


def downgrade() -> None:
    _put(_OLD, _NEW)


def _put(
    there: tuple[tuple[str, str, tuple[str, ...]], ...], gone: tuple[tuple[str, str, tuple[str, ...]], ...]
) -> None:
    for name, table, columns in there:
        op.create_index(op.f(name), table, list(columns))
    for name, table, _ in gone:
        op.drop_index(op.f(name), table)
