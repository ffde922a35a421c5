"""All tables; each stands with those of its subject in `schema`. Times are seconds since the epoch, UTC; durations
are seconds.

The ledger is the truth; `calls` and what hangs on it, `callbacks` and `agent_intervals` are made from it by
`projections` and may be thrown away and made again. The other tables are the truth themselves.
"""

from callcenter.store.schema.accounts import accounts, audit, sessions, sign_in_failures
from callcenter.store.schema.agents import agent_intervals, agent_standing
from callcenter.store.schema.base import metadata
from callcenter.store.schema.callbacks import callback_attempts, callbacks
from callcenter.store.schema.calls import blocked_calls, call_agents, call_texts, calls, key_presses, legs, segments
from callcenter.store.schema.centre import centre_versions, trunks
from callcenter.store.schema.customers import customer_numbers, customer_words, customers
from callcenter.store.schema.deliveries import (
    leases,
    report_runs,
    report_schedules,
    webhook_attempts,
    webhook_deliveries,
    webhooks,
)
from callcenter.store.schema.floor import mismatches, notice_reads, notices, room_stays
from callcenter.store.schema.flows import flow_drafts, flow_retirements, flow_runs, flow_versions
from callcenter.store.schema.inbox import inbox_calls, inbox_items, inbox_words, mailbox_notices, mailbox_pins
from callcenter.store.schema.ledger import ledger, store_state
from callcenter.store.schema.messages import messages
from callcenter.store.schema.plans import planned_shifts
from callcenter.store.schema.prompts import prompt_versions
from callcenter.store.schema.quality import score_cards, scores
from callcenter.store.schema.queueing import offers, picks, queue_entries, queue_limits
from callcenter.store.schema.recordings import kept_recordings, recordings
from callcenter.store.schema.surveys import SPOKEN, survey_answers, survey_pushes
from callcenter.store.schema.talks import listenings, talks, transfers
from callcenter.store.schema.texts import received_texts, text_messages, text_refusals

__all__ = [
    "CALLBACK_TABLES",
    "CALL_TABLES",
    "FLOOR_TABLES",
    "SPOKEN",
    "accounts",
    "agent_intervals",
    "agent_standing",
    "audit",
    "blocked_calls",
    "call_agents",
    "call_texts",
    "callback_attempts",
    "callbacks",
    "calls",
    "centre_versions",
    "customer_numbers",
    "customer_words",
    "customers",
    "flow_drafts",
    "flow_retirements",
    "flow_runs",
    "flow_versions",
    "inbox_calls",
    "inbox_items",
    "inbox_words",
    "kept_recordings",
    "key_presses",
    "leases",
    "ledger",
    "legs",
    "listenings",
    "mailbox_notices",
    "mailbox_pins",
    "messages",
    "metadata",
    "mismatches",
    "notice_reads",
    "notices",
    "offers",
    "picks",
    "planned_shifts",
    "prompt_versions",
    "queue_entries",
    "queue_limits",
    "received_texts",
    "recordings",
    "report_runs",
    "report_schedules",
    "room_stays",
    "score_cards",
    "scores",
    "segments",
    "sessions",
    "sign_in_failures",
    "store_state",
    "survey_answers",
    "survey_pushes",
    "talks",
    "text_messages",
    "text_refusals",
    "transfers",
    "trunks",
    "webhook_attempts",
    "webhook_deliveries",
    "webhooks",
]

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
