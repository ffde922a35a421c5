"""The ledger's entries of every kind have these in common."""

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    at: float


class CallEvent(Event, frozen=True, kw_only=True, tag=True):
    interaction: str


class CallbackEvent(Event, frozen=True, kw_only=True, tag=True):
    callback: str  # its id: that of the call in which it was asked for, and "cb"


class AgentEvent(Event, frozen=True, kw_only=True, tag=True):
    agent: str
