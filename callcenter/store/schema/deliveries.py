"""Tables of what is sent out by itself: finished calls to webhooks, reports on a schedule. Nothing remakes them.

Times are seconds since the epoch, UTC.
"""

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Integer, String, Table, Text

from callcenter.store.schema.base import metadata

# Of several edges one does the work: whoever holds the lease.
leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Double, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("url", String, nullable=False),
    Column("secret", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("masked", Boolean, nullable=False),  # numbers as those see them who may not see them whole
    Column("calls", Boolean, nullable=False),  # finished calls; without it reports only
    Column("queues", Text, nullable=False),  # JSON: a list of ids; empty: all
    Column("outcomes", Text, nullable=False),  # JSON: a list; empty: all
    Column("cursor_seq", BigInteger, nullable=False),  # calls that ended up to this ledger entry are queued
    Column("failing_since", Double),  # NULL: the last attempt arrived
    Column("disabled_at", Double),  # by itself, after long failure
    Column("disabled_why", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Double, nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("webhook", String, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),  # the call's id, or the run's
    Column("state", String, nullable=False),
    Column("body", Text, nullable=False),  # empty until the record is whole
    Column("made_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tries", Integer, nullable=False),  # attempts since it was made, or sent anew by somebody
    Column("settled_at", Double),
    Column("status", Integer),  # HTTP, of the last attempt
    Column("error", String, nullable=False),  # of the last attempt
    Index(None, "state", "due_at"),
    Index(None, "webhook", "made_at", "id"),
    Index("ux_webhook_deliveries_about", "webhook", "kind", "about", unique=True),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("delivery", String, ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Double, nullable=False),
    Column("took_s", Double, nullable=False),
    Column("status", Integer),
    Column("error", String, nullable=False),
)

report_schedules = Table(
    "report_schedules",
    metadata,
    Column("id", String, primary_key=True),
    Column("body", Text, nullable=False),  # the schedule as JSON
    Column("active", Boolean, nullable=False),
    Column("since", Double, nullable=False),  # moments before this are not made up for
    Column("version", Integer, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Double, nullable=False),
)

report_runs = Table(
    "report_runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("schedule", String, nullable=False),
    Column("name", String, nullable=False),  # as the schedule was called then
    Column("due_at", Double, nullable=False),
    Column("by", String, nullable=False),  # empty: by itself
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("again_at", Double),
    Column("began_at", Double),
    Column("ended_at", Double),
    Column("result", String, nullable=False),  # where it went
    Column("error", String, nullable=False),
    Column("skipped", Integer, nullable=False),  # earlier moments that were missed and are not made up for
    Index(None, "due_at", "id"),
    Index(None, "state", "again_at"),
    Index("ux_report_runs_moment", "schedule", "due_at", "by", unique=True),
)
