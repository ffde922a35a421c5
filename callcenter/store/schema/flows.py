"""Flows: their versions, drafts of the next ones, and the ways callers took through them (made from the ledger)."""

from sqlalchemy import Column, Double, Index, Integer, String, Table, Text

from callcenter.store.schema.base import Seq, metadata

flow_versions = Table(
    "flow_versions",
    metadata,
    Column("flow", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("saved_by", String, nullable=False),
    Column("saved_at", Double, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
)

# One run of a call through a flow. `path`: see `flow_runs.Runs`. `result` is empty while the caller is in it.
flow_runs = Table(
    "flow_runs",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("seq", Seq, primary_key=True),
    Column("flow", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("result", String, nullable=False),
    Column("path", Text, nullable=False),
    Index(None, "flow", "began_at"),
    Index(None, "began_at"),
)

# Flows that no caller comes into any more. A version that was published later brings the flow back.
flow_retirements = Table(
    "flow_retirements",
    metadata,
    Column("flow", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("retired_by", String, nullable=False),
    Column("retired_at", Double, nullable=False),
    Column("note", Text, nullable=False),
)

# At most one of a flow. `revision` counts its changes, `base_version` is the published one it was begun from.
flow_drafts = Table(
    "flow_drafts",
    metadata,
    Column("flow", String, primary_key=True),
    Column("base_version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Double, nullable=False),
)
