"""What one call leaves in the tables: a pure function of its ledger entries.

The rows of a call are always made from all of its entries, so an entry that comes late or twice
can neither be counted twice nor be missed.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from callcenter.calls import events as ev
from callcenter.store import call_picks
from callcenter.store.call_parties import Parties
from callcenter.store.call_sounds import Sounds
from callcenter.store.flow_runs import FlowRun, Runs
from callcenter.store.rows import (
    BlockedCall,
    Call,
    CallAgent,
    KeyPress,
    Leg,
    Listening,
    Message,
    Offer,
    Pick,
    QueueEntry,
    Recording,
    Segment,
    SurveyAnswer,
    SurveyPush,
    Talk,
    Transfer,
)
from callcenter.store.stretches import EVERY_KIND, Stretches

# How a queue was left decides what became of a call that nobody answered.
_OUTCOMES = {"abandoned": "abandoned", "voicemail": "voicemail", "callback": "callback"}


class Limits(msgspec.Struct, frozen=True):
    """A queue's limits in force at an entry, in seconds."""

    service_level_s: float = 20.0
    short_abandon_s: float = 5.0


class CallRows(msgspec.Struct):
    call: Call
    segments: list[Segment] = []
    talks: list[Talk] = []
    transfers: list[Transfer] = []
    listenings: list[Listening] = []
    call_agents: list[CallAgent] = []
    queue_entries: list[QueueEntry] = []
    offers: list[Offer] = []
    survey_answers: list[SurveyAnswer] = []
    survey_pushes: list[SurveyPush] = []
    legs: list[Leg] = []
    recordings: list[Recording] = []
    key_presses: list[KeyPress] = []
    flow_runs: list[FlowRun] = []
    picks: list[Pick] = []
    messages: list[Message] = []
    blocked_calls: list[BlockedCall] = []


LimitsAt = Callable[[str, int], Limits]  # (queue, seq) -> what was in force


def call_rows(call_id: str, entries: Iterable[ev.Entry], limits_at: LimitsAt) -> CallRows:
    """`entries`: all of this call so far, in the ledger's order, at least one."""
    making = _Making(call_id, limits_at)
    for entry in entries:
        making.take(entry)
    return making.finished()


class _Making:
    def __init__(self, call_id: str, limits_at: LimitsAt) -> None:
        self._rows = CallRows(Call(id=call_id))
        self._call = self._rows.call
        self._limits_at = limits_at
        self._sounds = Sounds(call_id)
        self._runs = Runs(call_id)
        self._stretches = Stretches(call_id)
        self._parties = Parties(self._call, self._stretches)
        self._seq = 0
        self._began = False
        self._callback_asked = False

    def take(self, entry: ev.Entry) -> None:
        self._seq = self._stretches.seq = entry.seq
        if not self._began:
            self._began, self._call.arrived_at = True, entry.event.at
        step = _STEPS.get(type(entry.event))
        if step:
            step(self, entry.event)
        self._parties.take(entry)
        self._sounds.take(entry)
        self._runs.take(entry)
        self._keep_decision(entry)

    def _keep_decision(self, entry: ev.Entry) -> None:
        if pick := call_picks.pick(self._call.id, entry):
            self._rows.picks.append(pick)
        if blocked := call_picks.blocked(self._call.id, entry):
            self._rows.blocked_calls.append(blocked)

    def finished(self) -> CallRows:
        call, rows = self._call, self._rows
        waits = [entry.waited_s for entry in rows.queue_entries if entry.waited_s is not None]
        call.waited_s = sum(waits) if rows.queue_entries else call.waited_s
        scores = [answer.score for answer in rows.survey_answers if answer.score is not None]
        call.score = sum(scores) / len(scores) if scores else None
        said = [answer.satisfied for answer in rows.survey_answers if answer.satisfied is not None]
        call.satisfied = said[-1] if said else None
        rows.segments = self._stretches.rows
        self._add_parties()
        if rows.talks:
            self._sounds.talked(call.talk_s)
        rows.recordings, rows.messages = self._sounds.recordings, self._sounds.messages
        rows.flow_runs = self._runs.rows
        call.recording = self._sounds.recording
        if call.ended_at is not None:
            call.outcome = self._outcome()
        return rows

    def _add_parties(self) -> None:
        call, rows, parties = self._call, self._rows, self._parties
        rows.talks, rows.transfers, rows.listenings = parties.talks, parties.transfers, parties.listenings
        call.agents = ",".join(parties.agents)
        rows.call_agents = [
            CallAgent(agent=agent, arrived_at=call.arrived_at, call_id=call.id) for agent in parties.agents
        ]

    def _outcome(self) -> str:
        if self._call.answered:
            return "answered"
        if self._rows.blocked_calls:
            return "blocked"
        if self._callback_asked:
            return "callback"
        if self._rows.messages:
            return "voicemail"
        if not self._rows.queue_entries:
            return "flow_only" if self._call.flow else "failed"
        return self._outcome_of(self._rows.queue_entries[-1])

    def _outcome_of(self, last: QueueEntry) -> str:
        if last.reason == "overflow" and self._call.end_phase == "flow":
            return "flow_only"
        if last.reason == "abandoned":
            self._call.short_abandon = (last.waited_s or 0.0) <= last.short_abandon_s
        return _OUTCOMES.get(last.reason, "failed")

    # ---- arrival and flow

    def arrived(self, event: ev.CallArrived) -> None:
        call = self._call
        call.arrived_at = min(call.arrived_at, event.at)
        call.caller, call.caller_name, call.dialled = event.caller, event.caller_name, event.dialled
        call.language = call.language or event.language
        call.source = call.source or event.source
        call.tier, call.callback = event.tier, event.callback
        call.direction = "callback" if event.callback or event.source == "callback" else "inbound"
        call.customer_id = int(event.customer) if event.customer.isdigit() else None

    def language_chosen(self, event: ev.LanguageChosen) -> None:
        self._call.language = event.language

    def identified(self, event: ev.CustomerIdentified) -> None:
        self._call.tier = event.tier
        self._call.customer_id = int(event.customer) if event.customer.isdigit() else self._call.customer_id

    def flow_started(self, event: ev.FlowStarted) -> None:
        kind = "survey" if event.flow == self._call.survey else "flow"
        going_on = self._stretches.open(kind)
        if going_on and going_on.flow == event.flow:  # resumed after a restart
            return
        self._stretches.end(event.at, "", "flow", "survey", "outside")
        self._stretches.begin(kind, event.at, flow=event.flow)
        self._call.flow = self._call.flow or event.flow

    def flow_ended(self, event: ev.FlowEnded) -> None:
        self._stretches.end(event.at, event.result, "flow", "survey")

    def key_pressed(self, event: ev.KeyPressed) -> None:
        self._rows.key_presses.append(
            KeyPress(
                call_id=self._call.id,
                seq=self._seq,
                at=event.at,
                flow=event.flow,
                node=event.node,
                key=event.key,
                valid=event.valid,
            )
        )

    def survey_offered(self, event: ev.SurveyOffered) -> None:
        """Offered again about the same talk, it is the same."""
        self._call.survey = event.survey
        pushes = self._rows.survey_pushes
        if not any((push.survey, push.agent) == (event.survey, event.agent) for push in pushes):
            push = SurveyPush(call_id=self._call.id, seq=self._seq, **_fields(event, "interaction", "how"))
            self._rows.survey_pushes = [*pushes, push]

    def survey_answered(self, event: ev.SurveyAnswered) -> None:
        """Asked again, the last answer to a question about one talk is the one that counts."""
        answer = SurveyAnswer(call_id=self._call.id, seq=self._seq, **_fields(event, "interaction"))
        same = (answer.survey, answer.question, answer.agent)
        others = [a for a in self._rows.survey_answers if (a.survey, a.question, a.agent) != same]
        self._rows.survey_answers = [*others, answer]
        for push in self._rows.survey_pushes:
            if (push.survey, push.agent) == (answer.survey, answer.agent):
                push.answers = sum(a.survey == push.survey and a.agent == push.agent for a in [*others, answer])

    # ---- channels

    def leg_opened(self, event: ev.LegOpened) -> None:
        leg = Leg(
            call_id=self._call.id,
            seq=self._seq,
            channel=event.channel,
            role=event.role,
            agent=event.agent,
            device=event.device or "",
            opened_at=event.at,
        )
        self._rows.legs = [*self._rows.legs, leg]

    def leg_closed(self, event: ev.LegClosed) -> None:
        for leg in self._rows.legs:
            if leg.channel == event.channel and leg.closed_at is None:
                leg.closed_at, leg.cause = max(event.at, leg.opened_at), event.cause

    # ---- the queue

    def queue_entered(self, event: ev.QueueEntered) -> None:
        self._call.queue = event.queue
        waiting = self._waiting()
        if waiting and waiting.queue == event.queue:  # the same place, taken again after a failed offer
            return
        if waiting:
            self._leave(waiting, event.at, "overflow", event.at - waiting.entered_at)
            waiting.to = event.queue
        began_at = self._stay_began(event)
        limits = self._limits_at(event.queue, self._seq)
        self._rows.queue_entries.append(
            QueueEntry(
                call_id=self._call.id,
                seq=self._seq,
                queue=event.queue,
                entered_at=began_at,
                place_at=event.entered_at if event.entered_at != began_at else None,
                service_level_s=limits.service_level_s,
                short_abandon_s=limits.short_abandon_s,
                source=self._call.source or "live",
                credit_s=event.credit_s,
            )
        )
        self._stretches.begin("queue", began_at, queue=event.queue)

    def _stay_began(self, event: ev.QueueEntered) -> float:
        """A place of long ago is a claim, not a wait, for somebody who was elsewhere in between."""
        been_elsewhere = self._rows.queue_entries or self._parties.talks
        return max(event.at, event.entered_at) if been_elsewhere else event.entered_at

    def queue_left(self, event: ev.QueueLeft) -> None:
        waiting = self._waiting()
        if waiting:
            self._leave(waiting, event.at, event.reason, event.waited_s)
            waiting.why, waiting.to = event.why, event.to

    def wait_foretold(self, event: ev.WaitForetold) -> None:
        """What counts is what the caller was told first."""
        waiting = self._waiting()
        if waiting and waiting.foretold_high_s is None:
            waiting.foretold_low_s, waiting.foretold_high_s = event.low_s, event.high_s

    def callback_asked(self, _event: ev.CallbackAsked) -> None:
        self._callback_asked = True

    def message_began(self, event: ev.MessageBegan) -> None:
        self._stretches.end(event.at, "", "voicemail")
        self._stretches.begin("voicemail", event.at, queue=event.queue)

    def _waiting(self) -> QueueEntry | None:
        return next((entry for entry in self._rows.queue_entries if entry.left_at is None), None)

    def _leave(self, waiting: QueueEntry, at: float, reason: str, waited_s: float) -> None:
        waiting.left_at, waiting.reason, waiting.waited_s = at, reason, max(waited_s, 0.0)
        self._stretches.end(at, reason, "queue")

    # ---- offers

    def offer_made(self, event: ev.OfferMade) -> None:
        self._rows.offers.append(
            Offer(
                call_id=self._call.id,
                seq=self._seq,
                id=event.offer,
                agent=event.agent,
                device=event.device,
                queue=event.queue,
                made_at=event.at,
            )
        )

    def offer_rang(self, event: ev.OfferRang) -> None:
        for offer in self._standing(event.offer, event.agent):
            offer.rang_at = event.at if offer.rang_at is None else offer.rang_at

    def offer_accepted(self, event: ev.OfferAccepted) -> None:
        for offer in self._standing(event.offer, event.agent):
            offer.accepted_at = event.at

    def offer_failed(self, event: ev.OfferFailed) -> None:
        for offer in self._standing(event.offer, event.agent):
            offer.ended_at, offer.result = event.at, event.reason

    def _standing(self, offer_id: str, agent: str) -> list[Offer]:
        offers = self._rows.offers
        return [o for o in offers if o.id == offer_id and o.agent == agent and o.ended_at is None]

    # ---- talk

    def connected(self, event: ev.Connected) -> None:
        call = self._call
        call.answered, call.agent, call.device = True, event.agent, event.device
        call.queue = event.queue or call.queue
        if call.answered_at is None:
            call.answered_at, call.waited_s = event.at, event.waited_s  # the wait stands only without queue entries
        for offer in self._standing(event.offer, event.agent):
            offer.ended_at, offer.result = event.at, "answered"
        for entry in self._rows.queue_entries[-1:]:
            if entry.reason in ("", "answered"):
                entry.agent = entry.agent or event.agent

    # ---- the end

    def ended(self, event: ev.CallEnded) -> None:
        call = self._call
        call.ended_at, call.ended_by = event.at, event.by
        call.end_phase, call.cause = event.phase, event.cause
        call.answered = call.answered or event.answered
        self._leave_at_end(event)
        self._stretches.end(event.at, "ended", *EVERY_KIND)
        for offer in self._rows.offers:
            if offer.ended_at is None:
                offer.ended_at, offer.result = event.at, "caller_gone"

    def _leave_at_end(self, event: ev.CallEnded) -> None:
        waiting = self._waiting()
        if waiting:
            reason = "answered" if waiting.agent else self._way_out(event)
            until = self._parties.talks[-1].began_at if waiting.agent else event.at
            self._leave(waiting, max(until, waiting.entered_at), reason, until - waiting.entered_at)

    def _way_out(self, event: ev.CallEnded) -> str:
        """Of a caller whom nobody answered and whose leaving nobody told of."""
        if self._callback_asked:
            return "callback"
        if self._sounds.messages:
            return "voicemail"
        return "abandoned" if event.by == "caller" else "system"


def _fields(event: ev.SurveyAnswered | ev.SurveyOffered, *without: str) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__struct_fields__ if name not in without}


_STEPS: dict[type, Callable[[_Making, Any], None]] = {
    ev.CallArrived: _Making.arrived,
    ev.LanguageChosen: _Making.language_chosen,
    ev.CustomerIdentified: _Making.identified,
    ev.FlowStarted: _Making.flow_started,
    ev.FlowEnded: _Making.flow_ended,
    ev.KeyPressed: _Making.key_pressed,
    ev.SurveyOffered: _Making.survey_offered,
    ev.SurveyAnswered: _Making.survey_answered,
    ev.LegOpened: _Making.leg_opened,
    ev.LegClosed: _Making.leg_closed,
    ev.QueueEntered: _Making.queue_entered,
    ev.QueueLeft: _Making.queue_left,
    ev.WaitForetold: _Making.wait_foretold,
    ev.CallbackAsked: _Making.callback_asked,
    ev.MessageBegan: _Making.message_began,
    ev.OfferMade: _Making.offer_made,
    ev.OfferRang: _Making.offer_rang,
    ev.OfferAccepted: _Making.offer_accepted,
    ev.OfferFailed: _Making.offer_failed,
    ev.Connected: _Making.connected,
    ev.CallEnded: _Making.ended,
}
