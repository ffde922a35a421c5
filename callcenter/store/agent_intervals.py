"""How an agent spends the time: the intervals that follow from one event after the other. Pure.

State intervals (ready, reserved, ringing, talking, held, wrap_up, paused, other_call, off_duty,
unreachable) follow each other without gap or overlap within the `signed_in` interval, which spans them.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from callcenter.calls import events as ev

Key = tuple[str, int, str]  # (agent, seq, state)
_ASKED = "consult"  # why an agent has somebody else's call in hand


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """`seq` is the ledger entry that began it; `ended_at` is None while it lasts."""

    agent: str
    seq: int
    state: str
    began_at: float
    ended_at: float | None = None
    reason: str = ""
    by: str = ""
    interaction: str = ""
    queue: str = ""


class Standing(msgspec.Struct, kw_only=True):
    """What the agent's next event is read against."""

    agent: str
    span: Interval | None = None  # signed in since
    now: Interval | None = None
    device: str = ""
    reachable: bool = True
    ready: bool = False
    reason: str = ""
    by: str = ""
    on_duty: bool = True  # also while signed out, as the next
    other_calls: list[str] = []  # channels


Changes = dict[Key, Interval | None]  # None: it lasted no time and is not kept


def agent_of(event: ev.Event) -> str:
    """Whose time an event is about; empty when it is nobody's."""
    return getattr(event, "agent", "") if type(event) in _STEPS else ""


def others_of(event: ev.Event) -> tuple[str, ...]:
    """Who else may be concerned: agent ids, or telephone numbers."""
    match event:
        case ev.ConsultBegan(kind="agent" | "extension"):
            return (event.id,)
        case ev.ConsultJoined() | ev.ConsultEnded() | ev.PartyJoined(role="agent") | ev.PartyLeft(role="agent"):
            return (event.party,)
        case _:
            return ()


def step_other(standing: Standing, entry: ev.Entry, changes: Changes) -> None:
    """As `step`, for an agent who is asked into another's call."""
    take = _OTHERS_STEPS.get(type(entry.event))
    if take and standing.span:
        take(_Taking(standing, entry, changes), entry.event)


def step(standing: Standing, entry: ev.Entry, changes: Changes) -> None:
    """Take one event of this agent in: `standing` is brought up to date, `changes` is added to."""
    take = _STEPS.get(type(entry.event))
    if take and (standing.span or isinstance(entry.event, _ALSO_SIGNED_OUT)):
        take(_Taking(standing, entry, changes), entry.event)


class _Taking:
    def __init__(self, standing: Standing, entry: ev.Entry, changes: Changes) -> None:
        self._it, self._changes = standing, changes
        self._seq, self._at = entry.seq, entry.event.at

    def signed_in(self, event: ev.AgentSignedIn) -> None:
        self._close_all()
        self._it.device, self._it.reachable = event.device, True
        self._it.ready, self._it.reason, self._it.by = False, "", "self"
        self._it.span = self._open("signed_in")
        self._idle()

    def signed_out(self, _event: ev.AgentSignedOut) -> None:
        self._close_all()

    def went_ready(self, _event: ev.AgentReady) -> None:
        self._it.ready, self._it.reason, self._it.by = True, "", ""
        self._idle_unless_busy()

    def paused(self, event: ev.AgentPaused) -> None:
        self._it.ready, self._it.reason, self._it.by = False, event.reason, event.by
        self._idle_unless_busy()

    def shift_began(self, _event: ev.ShiftBegan) -> None:
        self._it.on_duty = True
        self._idle_unless_busy()

    def shift_ended(self, _event: ev.ShiftEnded) -> None:
        self._it.on_duty = False
        self._idle_unless_busy()

    def other_call_began(self, event: ev.OtherCallBegan) -> None:
        if event.channel not in self._it.other_calls:
            self._it.other_calls = [*self._it.other_calls, event.channel]
        self._idle_unless_busy()

    def other_call_ended(self, event: ev.OtherCallEnded) -> None:
        self._it.other_calls = [channel for channel in self._it.other_calls if channel != event.channel]
        self._idle_unless_busy()

    def phone_lost(self, event: ev.PhoneLost) -> None:
        if event.device == self._it.device:
            self._it.reachable = False
            self._idle_unless_busy()

    def phone_reached(self, event: ev.PhoneReached) -> None:
        if event.device == self._it.device:
            self._it.reachable = True
            self._idle_unless_busy()

    def offered(self, event: ev.OfferMade) -> None:
        now = self._it.now
        if now and self._in_hand(event.interaction, "reserved"):  # for a callback, which has named no queue
            self._it.now = self._changes[_key(now)] = msgspec.structs.replace(now, queue=event.queue)
        else:
            self._move("reserved", interaction=event.interaction, queue=event.queue)

    def rang(self, event: ev.OfferRang) -> None:
        if self._in_hand(event.interaction, "reserved"):
            self._move("ringing", interaction=event.interaction, queue=self._queue())

    def offer_failed(self, event: ev.OfferFailed) -> None:
        if self._in_hand(event.interaction, "reserved", "ringing"):
            self._idle()

    def dialled(self, event: ev.DialledOut) -> None:
        """The agent's phone is rung first, then the other side's; until somebody answers there is no talk."""
        self._move("reserved", interaction=event.interaction)

    def dialled_in_vain(self, event: ev.DialOutFailed) -> None:
        if self._in_hand(event.interaction, "reserved", "ringing"):
            self._idle()

    def called_back(self, event: ev.CallbackTried) -> None:
        self._move("reserved", interaction=event.interaction)

    def lined_up(self, event: ev.QueueEntered) -> None:
        """The customer of a callback is there and stands in line: an offer decides now, no longer the reservation."""
        if self._in_hand(event.interaction, "reserved") and not self._queue():
            self._idle()

    def not_called_back(self, event: ev.CallbackFailed) -> None:
        if self._in_hand(event.interaction, "reserved", "ringing"):
            self._idle()

    # ---- asked by another agent

    def asked(self, event: ev.ConsultBegan) -> None:
        self._move("reserved", reason=_ASKED, interaction=event.interaction)

    def joined(self, event: ev.ConsultJoined | ev.PartyJoined) -> None:
        if not self._in_hand(event.interaction, "talking"):
            self._move("talking", reason=_ASKED, interaction=event.interaction)

    def no_longer_asked(self, event: ev.ConsultEnded) -> None:
        kept = event.result in ("completed", "shared") and self._in_hand(event.interaction, "talking")
        if not kept and self._is_asked(event.interaction):
            self._idle()

    def left(self, event: ev.PartyLeft) -> None:
        if self._is_asked(event.interaction):
            self._idle()

    def _is_asked(self, interaction: str) -> bool:
        """Not so any more once the customer is this agent's own."""
        now = self._it.now
        return bool(now and now.reason == _ASKED and self._in_hand(interaction, "reserved", "ringing", "talking"))

    # ----

    def connected(self, event: ev.Connected) -> None:
        self._move("talking", interaction=event.interaction, queue=event.queue)

    def held(self, event: ev.Held) -> None:
        if self._in_hand(event.interaction, "talking"):
            self._move("held", interaction=event.interaction, queue=self._queue())

    def resumed(self, event: ev.Resumed) -> None:
        if self._in_hand(event.interaction, "held"):
            self._move("talking", interaction=event.interaction, queue=self._queue())

    def talk_ended(self, event: ev.TalkEnded) -> None:
        if self._in_hand(event.interaction, "talking", "held"):
            self._idle()

    def call_ended(self, event: ev.CallEnded) -> None:
        """Whatever was in hand of a call that is over is over too."""
        if self._in_hand(event.interaction, "reserved", "ringing", "talking", "held"):
            self._idle()

    def wrap_up_began(self, event: ev.WrapUpBegan) -> None:
        self._move("wrap_up", interaction=event.interaction, queue=event.queue)

    def wrap_up_ended(self, event: ev.WrapUpEnded) -> None:
        if self._in_hand(event.interaction, "wrap_up"):
            self._idle()

    def _in_hand(self, interaction: str, *states: str) -> bool:
        now = self._it.now
        return bool(now and now.interaction == interaction and now.state in states)

    def _queue(self) -> str:
        return self._it.now.queue if self._it.now else ""

    def _idle_unless_busy(self) -> None:
        if self._it.span and not (self._it.now and self._it.now.interaction):
            self._idle()

    def _idle(self) -> None:
        if not self._it.ready:
            self._move("paused", reason=self._it.reason, by=self._it.by)
        elif self._it.other_calls:
            self._move("other_call")
        elif not self._it.on_duty:
            self._move("off_duty")
        else:
            self._move("ready" if self._it.reachable else "unreachable")

    def _move(self, state: str, *, reason: str = "", by: str = "", interaction: str = "", queue: str = "") -> None:
        now = self._it.now
        if now and (now.state, now.reason, now.interaction, now.queue) == (state, reason, interaction, queue):
            return
        self._close(now)
        self._it.now = self._open(state, reason=reason, by=by, interaction=interaction, queue=queue)

    def _open(self, state: str, **details: Any) -> Interval:
        interval = Interval(agent=self._it.agent, seq=self._seq, state=state, began_at=self._at, **details)
        self._changes[_key(interval)] = interval
        return interval

    def _close(self, interval: Interval | None) -> None:
        if not interval:
            return
        # An event from before the interval (a call put together afterwards) cannot shorten it below nothing.
        self._at = max(self._at, interval.began_at)
        ended = msgspec.structs.replace(interval, ended_at=self._at)
        lasted = self._at > interval.began_at
        self._changes[_key(interval)] = ended if lasted else None

    def _close_all(self) -> None:
        self._close(self._it.now)
        self._close(self._it.span)
        self._it.now = self._it.span = None


def _key(interval: Interval) -> Key:
    return interval.agent, interval.seq, interval.state


_OTHERS_STEPS: dict[type, Callable[[_Taking, Any], None]] = {
    ev.ConsultBegan: _Taking.asked,
    ev.ConsultJoined: _Taking.joined,
    ev.ConsultEnded: _Taking.no_longer_asked,
    ev.PartyJoined: _Taking.joined,
    ev.PartyLeft: _Taking.left,
    ev.CallEnded: _Taking.call_ended,
}
_ALSO_SIGNED_OUT = (ev.AgentSignedIn, ev.ShiftBegan, ev.ShiftEnded, ev.OtherCallBegan, ev.OtherCallEnded)
_STEPS: dict[type, Callable[[_Taking, Any], None]] = {
    ev.AgentSignedIn: _Taking.signed_in,
    ev.AgentSignedOut: _Taking.signed_out,
    ev.AgentReady: _Taking.went_ready,
    ev.AgentPaused: _Taking.paused,
    ev.PhoneReached: _Taking.phone_reached,
    ev.PhoneLost: _Taking.phone_lost,
    ev.ShiftBegan: _Taking.shift_began,
    ev.ShiftEnded: _Taking.shift_ended,
    ev.OtherCallBegan: _Taking.other_call_began,
    ev.OtherCallEnded: _Taking.other_call_ended,
    ev.DialledOut: _Taking.dialled,
    ev.DialOutFailed: _Taking.dialled_in_vain,
    ev.CallbackTried: _Taking.called_back,
    ev.QueueEntered: _Taking.lined_up,
    ev.CallbackFailed: _Taking.not_called_back,
    ev.OfferMade: _Taking.offered,
    ev.OfferRang: _Taking.rang,
    ev.OfferFailed: _Taking.offer_failed,
    ev.Connected: _Taking.connected,
    ev.Held: _Taking.held,
    ev.Resumed: _Taking.resumed,
    ev.TalkEnded: _Taking.talk_ended,
    ev.CallEnded: _Taking.call_ended,
    ev.WrapUpBegan: _Taking.wrap_up_began,
    ev.WrapUpEnded: _Taking.wrap_up_ended,
}
