"""Tables of the message centre: what callers left behind and who sees to it, who is told of messages, PINs.

All of them are the truth themselves: `inbox_items` begin from the ledger and are gone on with by people.
"""

from sqlalchemy import Boolean, Column, Double, Index, Integer, String, Table, Text

from callcenter.store.schema.base import Counter, Plain, metadata

inbox_items = Table(
    "inbox_items",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),  # missed, message, callback
    Column("box", String, nullable=False),  # the queue or agent whose it is
    Column("queue", String, nullable=False),
    Column("caller", String, nullable=False),
    Column("caller_name", String, nullable=False),
    Column("first_at", Double, nullable=False),
    Column("last_at", Double, nullable=False),
    Column("count", Integer, nullable=False),  # missed calls of one caller are one item
    Column("call_id", String, nullable=False),  # the latest
    Column("is_open", Boolean, nullable=False),
    Column("heard_at", Double),
    Column("heard_by", String, nullable=False),
    Column("claimed_at", Double),
    Column("claimed_by", String, nullable=False),
    Column("done_at", Double),
    Column("done_by", String, nullable=False),
    Column("done_why", String, nullable=False),  # person, reached
    Column("reached_call", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("changed_at", Double, nullable=False),  # by a person, last; 0: never
    Column("removed", Boolean, nullable=False),
    Column("sound_deleted_at", Double),  # by the retention rules; the entry stays
    Column("sound_deleted_rule", String, nullable=False, server_default=""),
    Index(None, "removed", "last_at", "id"),
    Index(None, "removed", "is_open", "last_at", "id"),
    Index(None, "box", "removed", "is_open", "last_at", "id"),
    Index(None, "kind", "removed", "is_open", "last_at", "id"),
    Index(None, "claimed_by", "removed", "is_open", "last_at", "id"),
    Index(None, "queue", "removed", "is_open", "last_at", "id"),
    Index(None, "caller", "is_open"),
)

# Which missed calls are in which item: so that none is counted twice.
inbox_calls = Table(
    "inbox_calls",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("item", String, nullable=False),
    Column("at", Double, nullable=False),
    Index(None, "item", "at"),
)

inbox_words = Table(
    "inbox_words",
    metadata,
    Column("kind", Plain, primary_key=True),
    Column("word", Plain, primary_key=True),
    Column("item", String, primary_key=True),
    Index(None, "item"),
)

mailbox_pins = Table(
    "mailbox_pins",
    metadata,
    Column("mailbox", String, primary_key=True),
    Column("hash", String, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Double, nullable=False),
    Column("set_at", Double, nullable=False),
    Column("set_by", String, nullable=False),
)

mailbox_notices = Table(
    "mailbox_notices",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("mailbox", String, nullable=False),
    Column("message", String, nullable=False),
    Column("kind", String, nullable=False),  # call, text
    Column("number", String, nullable=False),
    Column("state", String, nullable=False),  # waiting, trying, done, failed
    Column("attempts", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("settled_at", Double),
    Column("result", String, nullable=False),
    Index(None, "state", "due_at"),
    Index(None, "message"),
)
