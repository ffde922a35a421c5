"""What callers were asked after a talk, and what they answered: made from the ledger."""

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Double, Index, Integer, String, Table

from callcenter.store.schema.base import metadata, of_call

SPOKEN = sa.text("key = 'voice'")  # of an answer: the caller said it, as the call's message

survey_answers = Table(
    "survey_answers",
    metadata,
    *of_call(),
    Column("at", Double, nullable=False),
    Column("survey", String, nullable=False),
    Column("question", String, nullable=False),
    Column("key", String, nullable=False),
    Column("score", Double),
    Column("satisfied", Boolean),
    Column("agent", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("solved", Boolean),  # of a question that asks whether the problem is solved; of others NULL
    Index(None, "at"),
    Index(
        "ix_survey_answers_of_agent",
        "agent",
        "at",
        "survey",
        "question",
        "key",
        "queue",
        "solved",
        "satisfied",
        "score",
    ),
    Index("ix_survey_answers_spoken", "at", sqlite_where=SPOKEN, postgresql_where=SPOKEN),
)

survey_pushes = Table(
    "survey_pushes",
    metadata,
    *of_call(),
    Column("at", Double, nullable=False),
    Column("survey", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("answers", Integer, nullable=False),
    Index(None, "at"),
    Index("ix_survey_pushes_of_agent", "agent", "at", "survey", "queue", "answers"),
)
