"""All tables. Times are seconds since the epoch, UTC; durations are seconds.

The ledger is the truth; `calls` and what hangs on it, `callbacks` and `agent_intervals` are made from it by
`projections` and may be thrown away and made again. The other tables are the truth themselves.
"""

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, String, Table, Text

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite counts up by itself only in a column of type INTEGER.
_Counter = sa.BigInteger().with_variant(Integer, "sqlite")
_Seq = sa.BigInteger


def _of_call() -> list[Column[object]]:
    """The key of a row that belongs to a call: `seq` is the ledger entry it began with."""
    return [Column("call_id", String, primary_key=True), Column("seq", _Seq, primary_key=True)]


# ---- the ledger

ledger = Table(
    "ledger",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("interaction", String),
    Column("agent", String),
    Column("body", Text, nullable=False),  # the event as JSON
    Column("callback", String),  # of an event about a callback
    Index(None, "interaction", "seq"),
    Index(None, "callback", "seq"),
)

store_state = Table(
    "store_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("stored_seq", _Seq, nullable=False),
)

# ---- projections of the ledger

calls = Table(
    "calls",
    metadata,
    Column("id", String, primary_key=True),
    Column("arrived_at", Double, nullable=False),
    Column("ended_at", Double),  # NULL: the call is going on
    Column("caller", String, nullable=False),
    Column("caller_name", String, nullable=False),
    Column("customer_id", _Counter),
    Column("dialled", String, nullable=False),
    Column("language", String, nullable=False),
    Column("source", String, nullable=False),
    Column("flow", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("device", String, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("answered_at", Double),
    Column("waited_s", Double, nullable=False),
    Column("talk_s", Double, nullable=False),
    Column("hold_s", Double, nullable=False),
    Column("wrap_up_s", Double, nullable=False),
    Column("ended_by", String, nullable=False),
    Column("end_phase", String, nullable=False),
    Column("cause", Integer),
    Column("outcome", String, nullable=False),
    Column("short_abandon", Boolean, nullable=False),
    Column("disposition", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("survey", String, nullable=False),
    Column("score", Double),
    Column("satisfied", Boolean),
    Column("recording", String, nullable=False),
    Column("direction", String, nullable=False, server_default="inbound"),
    Column("tier", String, nullable=False, server_default=""),
    Column("callback", String, nullable=False, server_default=""),  # which the call carries out
    Column("as_number", String, nullable=False, server_default=""),
    Column("failure", String, nullable=False, server_default=""),
    Column("agents", String, nullable=False, server_default=""),  # all of them, with commas between
    Index("ix_calls_in_time", "arrived_at", "id", "talk_s", "score"),  # all of a search's time, without their rows
    Index(None, "agent", "arrived_at", "id"),
    Index(None, "queue", "arrived_at", "id"),
    Index(None, "caller", "arrived_at", "id"),
    Index(None, "customer_id", "arrived_at", "id"),
    Index(None, "outcome", "arrived_at", "id"),
    Index(None, "ended_at"),
)

segments = Table(
    "segments",
    metadata,
    *_of_call(),
    Column("kind", String, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("agent", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("flow", String, nullable=False),
    Column("result", String, nullable=False),
    Column("party", String, nullable=False, server_default=""),
)

# Every agent's talk in a call has a row of its own; a call given on has several.
talks = Table(
    "talks",
    metadata,
    *_of_call(),
    Column("agent", String, nullable=False),
    Column("device", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),  # NULL: going on
    Column("talk_s", Double, nullable=False),
    Column("hold_s", Double, nullable=False),
    Column("wrap_up_s", Double, nullable=False),
    Column("ended_by", String, nullable=False),
    Column("disposition", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("over_at", Double),  # NULL: the talk or its wrap-up goes on
    Index(None, "agent", "began_at"),
    Index(None, "over_at", "queue"),
    Index("ix_talks_of_agent", "agent", "over_at", "queue", "disposition", "talk_s", "hold_s", "wrap_up_s"),
)

transfers = Table(
    "transfers",
    metadata,
    *_of_call(),
    Column("at", Double, nullable=False),
    Column("agent", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("to", String, nullable=False),
    Column("attended", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "at"),
)

listenings = Table(
    "listenings",
    metadata,
    *_of_call(),
    Column("supervisor", String, nullable=False),
    Column("by", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("listened_s", Double, nullable=False),
    Index(None, "supervisor", "began_at"),
)

# By whom a call can be found: everybody who talked in it, or dialled it.
call_agents = Table(
    "call_agents",
    metadata,
    Column("agent", String, primary_key=True),
    Column("arrived_at", Double, primary_key=True),
    Column("call_id", String, primary_key=True),
    Index(None, "call_id"),
)

queue_entries = Table(
    "queue_entries",
    metadata,
    *_of_call(),
    Column("queue", String, nullable=False),
    Column("entered_at", Double, nullable=False),
    Column("left_at", Double),
    Column("reason", String, nullable=False),
    Column("waited_s", Double),
    Column("agent", String, nullable=False),
    Column("service_level_s", Double, nullable=False),
    Column("short_abandon_s", Double, nullable=False),
    Column("source", String, nullable=False, server_default="live"),
    Column("credit_s", Double, nullable=False, server_default="0"),
    Column("why", String, nullable=False, server_default=""),
    Column("to", String, nullable=False, server_default=""),
    Column("foretold_low_s", Double),  # NULL: nothing could be told
    Column("foretold_high_s", Double),
    Column("place_at", Double),  # what decided the place in the line; NULL: `entered_at`
    Index(None, "entered_at", "queue"),
    Index(None, "queue", "reason", "entered_at"),
)

offers = Table(
    "offers",
    metadata,
    *_of_call(),
    Column("id", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("device", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("rang_at", Double),
    Column("accepted_at", Double),
    Column("ended_at", Double),
    Column("result", String, nullable=False),
    Index(None, "agent", "made_at"),
    Index(None, "made_at", "queue"),
)

SPOKEN = sa.text("key = 'voice'")  # of an answer: the caller said it, as the call's message

survey_answers = Table(
    "survey_answers",
    metadata,
    *_of_call(),
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
    *_of_call(),
    Column("at", Double, nullable=False),
    Column("survey", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("answers", Integer, nullable=False),
    Index(None, "at"),
    Index("ix_survey_pushes_of_agent", "agent", "at", "survey", "queue", "answers"),
)

legs = Table(
    "legs",
    metadata,
    *_of_call(),
    Column("channel", String, nullable=False),
    Column("role", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("device", String, nullable=False),
    Column("opened_at", Double, nullable=False),
    Column("closed_at", Double),
    Column("cause", Integer),
)

recordings = Table(
    "recordings",
    metadata,
    *_of_call(),
    Column("file", String, nullable=False),
    Column("state", String, nullable=False),
    Column("expected_at", Double, nullable=False),
    Column("settled_at", Double),
    Column("duration_s", Double, nullable=False),
    Column("bytes", sa.BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Index(None, "state", "expected_at"),
)

key_presses = Table(
    "key_presses",
    metadata,
    *_of_call(),
    Column("at", Double, nullable=False),
    Column("flow", String, nullable=False),
    Column("node", String, nullable=False),
    Column("key", String, nullable=False),
    Column("valid", Boolean, nullable=False),
)

# Why an agent was picked, or nobody was: the decisions of the router, with what they were made of.
picks = Table(
    "picks",
    metadata,
    *_of_call(),
    Column("at", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("body", Text, nullable=False),  # JSON
)

messages = Table(
    "messages",
    metadata,
    *_of_call(),
    Column("mailbox", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("state", String, nullable=False),
    Column("left_at", Double, nullable=False),
    Column("settled_at", Double),
    Column("duration_s", Double, nullable=False),
    Column("bytes", sa.BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("file", String, nullable=False),
    Index(None, "state", "left_at", "call_id"),
    Index(None, "mailbox", "state", "left_at", "call_id"),
)

blocked_calls = Table(
    "blocked_calls",
    metadata,
    *_of_call(),
    Column("at", Double, nullable=False),
    Column("number", String, nullable=False),  # the entry of the blacklist
    Column("reason", String, nullable=False),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", String, primary_key=True),
    Column("seq", _Seq, nullable=False),
    Column("state", String, nullable=False),
    Column("result", String, nullable=False),
    Column("number", String, nullable=False),
    Column("caller_name", String, nullable=False),
    Column("customer_id", _Counter),
    Column("queue", String, nullable=False),
    Column("language", String, nullable=False),
    Column("tier", String, nullable=False),
    Column("credit_s", Double, nullable=False),
    Column("asked_in", String, nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("queued_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("again_at", Double),
    Column("ended_at", Double),
    Column("by", String, nullable=False),
    Column("interaction", String, nullable=False),
    Column("low_s", Double, nullable=False),
    Column("high_s", Double, nullable=False),
    Index(None, "asked_at", "id"),
    Index(None, "state", "asked_at", "id"),
    Index(None, "queue", "asked_at", "id"),
    Index(None, "number", "asked_at", "id"),
)

callback_attempts = Table(
    "callback_attempts",
    metadata,
    Column("callback", String, primary_key=True),
    Column("seq", _Seq, primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("interaction", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("first", String, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("result", String, nullable=False),
)

agent_intervals = Table(
    "agent_intervals",
    metadata,
    Column("agent", String, primary_key=True),
    Column("seq", _Seq, primary_key=True),
    Column("state", String, primary_key=True),
    Column("began_at", Double, nullable=False),
    Column("ended_at", Double),  # NULL: going on
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("interaction", String, nullable=False),
    Column("queue", String, nullable=False),
    Index(None, "agent", "ended_at"),
)

# What the next event of an agent has to be read against.
agent_standing = Table(
    "agent_standing",
    metadata,
    Column("agent", String, primary_key=True),
    Column("body", Text, nullable=False),
)

# The limits of a queue, in force from entry `seq` on; a queue entry takes them along.
queue_limits = Table(
    "queue_limits",
    metadata,
    Column("queue", String, primary_key=True),
    Column("seq", _Seq, primary_key=True),
    Column("service_level_s", Double, nullable=False),
    Column("short_abandon_s", Double, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False),
    Column("at", Double, nullable=False),
    Column("by", String, nullable=False),
    Column("by_name", String, nullable=False),
    Column("to", Text, nullable=False),  # JSON: a list of agents
    Column("text", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Index(None, "at"),
)

notice_reads = Table(
    "notice_reads",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("notice", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("at", Double, nullable=False),
    Index(None, "notice"),
)

mismatches = Table(
    "mismatches",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("interaction", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("mended", Boolean, nullable=False),
    Index(None, "at"),
)

room_stays = Table(
    "room_stays",
    metadata,
    Column("seq", _Seq, primary_key=True, autoincrement=False),
    Column("room", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("member", String, nullable=False),
    Column("outside", Boolean, nullable=False),
    Column("joined_at", Double, nullable=False),
    Column("left_at", Double),  # NULL: still there
    Index(None, "room", "joined_at"),
    Index(None, "channel"),
)

CALL_TABLES = (
    segments,
    talks,
    transfers,
    listenings,
    call_agents,
    queue_entries,
    offers,
    survey_answers,
    survey_pushes,
    legs,
    recordings,
    key_presses,
    picks,
    messages,
    blocked_calls,
)
CALLBACK_TABLES = (callbacks, callback_attempts)
FLOOR_TABLES = (notices, notice_reads, mismatches, room_stays)

# ---- customers

customers = Table(
    "customers",
    metadata,
    Column("id", _Counter, primary_key=True),
    Column("name", String, nullable=False),
    Column("tier", String, nullable=False),
    Column("company", String, nullable=False),
    Column("region", String, nullable=False),
    Column("address", String, nullable=False),
    Column("notes", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    Index(None, "name"),
    Index(None, "changed_at", "id"),
    Index(None, "tier", "name", "id"),
)

customer_numbers = Table(
    "customer_numbers",
    metadata,
    Column("customer_id", _Counter, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Column("number", String, primary_key=True),
    Column("label", String, nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "number"),
)

# Compared byte by byte on every database, so that a beginning is a range of the index.
_Plain = String().with_variant(String(collation="C"), "postgresql")

# What a card is found by; see `customer_words`.
customer_words = Table(
    "customer_words",
    metadata,
    Column("kind", _Plain, primary_key=True),
    Column("word", _Plain, primary_key=True),
    Column("customer_id", _Counter, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "customer_id"),
)

# ---- lines to the telephone network that were set up in the pages; their passwords are in the keyring

trunks = Table(
    "trunks",
    metadata,
    Column("name", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("port", Integer, nullable=False),
    Column("transport", String, nullable=False),
    Column("username", String, nullable=False),
    Column("register", Boolean, nullable=False),
    Column("match", Text, nullable=False),  # JSON: a list of addresses and networks
    Column("caller_number", String, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Double, nullable=False),
)

# ---- who may come in, and what they did

accounts = Table(
    "accounts",
    metadata,
    Column("username", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("agent", String),
    Column("name", String, nullable=False),
    Column("language", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("groups", Text, nullable=False, server_default="[]"),  # JSON: a list of ids
    Column("last_sign_in_at", Double),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("username", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Double, nullable=False),
    Index(None, "last_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("username", String, ForeignKey("accounts.username", ondelete="CASCADE"), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    Column("address", String, nullable=False),
    Index(None, "username"),
    Index(None, "seen_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _Counter, primary_key=True),
    Column("at", Double, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("object", String, nullable=False),
    Column("details", Text, nullable=False),
    Column("address", String, nullable=False),
    Index(None, "who", "id"),
    Index(None, "what", "id"),
    sqlite_autoincrement=True,
)

# ---- documents

centre_versions = Table(
    "centre_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("saved_by", String, nullable=False),
    Column("saved_at", Double, nullable=False),
)

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
