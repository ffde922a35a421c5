"""The table of prompt recordings. The sounds lie in a folder, named by their content."""

from sqlalchemy import Boolean, Column, Double, Index, String, Table, Text

from callcenter.store.schema.base import metadata

prompt_versions = Table(
    "prompt_versions",
    metadata,
    Column("id", String, primary_key=True),
    Column("language", String, nullable=False),
    Column("prompt", String, nullable=False),
    Column("text", Text, nullable=False),  # what it speaks
    Column("file", String, nullable=False),
    Column("original", String, nullable=False),
    Column("original_name", String, nullable=False),
    Column("how", String, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("level_db", Double, nullable=False),
    Column("quiet", Boolean, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("in_force", Boolean, nullable=False),
    Index("ix_prompt_versions_language_prompt", "language", "prompt"),
)
