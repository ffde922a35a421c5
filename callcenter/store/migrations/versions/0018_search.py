"""Calls found by words; answers of surveys that were spoken; sounds of messages that retention rules delete."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from callcenter.store import call_texts, sums_anew

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# SQLite's index of words keeps none of the texts: it reads them where they are.
_SEARCH = """
CREATE VIRTUAL TABLE call_search USING fts5(
    words, content='call_texts', content_rowid='place', tokenize='unicode61 remove_diacritics 0', columnsize=0
)
"""
_IN = "INSERT INTO call_search(rowid, words) VALUES (new.place, new.words);"
_OUT = "INSERT INTO call_search(call_search, rowid, words) VALUES ('delete', old.place, old.words);"
_TRIGGERS = {"insert": _IN, "delete": _OUT, "update": f"{_OUT} {_IN}"}
_SPOKEN = sa.text("key = 'voice'")


def _count_anew() -> None:
    """Until then what callers said counted among the keys: CSAT was told too low. Hardly anybody has any of it."""
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM survey_answers WHERE key = 'voice'")):
        sums_anew.want(op.get_context().config, "everything")


def upgrade() -> None:
    op.create_table(
        "call_texts",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_call_texts")),
    )
    op.create_index(op.f("ix_call_texts_call_id"), "call_texts", ["call_id"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_call_texts_words", "call_texts", ["words"], postgresql_using="gin")
    else:
        op.execute(_SEARCH)
        for when, what in _TRIGGERS.items():
            op.execute(f"CREATE TRIGGER call_texts_{when} AFTER {when.upper()} ON call_texts BEGIN {what} END")
    op.create_index(
        "ix_survey_answers_spoken", "survey_answers", ["at"], sqlite_where=_SPOKEN, postgresql_where=_SPOKEN
    )
    op.add_column("inbox_items", sa.Column("sound_deleted_at", sa.Double(), nullable=True))
    op.add_column("inbox_items", sa.Column("sound_deleted_rule", sa.String(), nullable=False, server_default=""))
    for column in ("claimed_by", "queue"):
        name = f"ix_inbox_items_{column}_removed_is_open_last_at_id"
        op.create_index(op.f(name), "inbox_items", [column, "removed", "is_open", "last_at", "id"])
    call_texts.remake(op.get_bind())
    _count_anew()


def downgrade() -> None:
    for column in ("claimed_by", "queue"):
        op.drop_index(op.f(f"ix_inbox_items_{column}_removed_is_open_last_at_id"), "inbox_items")
    op.drop_column("inbox_items", "sound_deleted_rule")
    op.drop_column("inbox_items", "sound_deleted_at")
    op.drop_index("ix_survey_answers_spoken", "survey_answers")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE call_search")
    op.drop_table("call_texts")
