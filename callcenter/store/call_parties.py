"""Whom a call's customer talks with, one after the other or several at once. Part of `call_rows`; pure.

Every agent's time with the customer is a talk of its own, also when the call is given on, shared or taken over. A
stretch with a party left out, as after an engine's restart, is the shorter truth; the talk's own sums stand.
"""

from collections.abc import Callable
from typing import Any

from callcenter.calls import events as ev
from callcenter.store.rows import Call, Listening, Talk, Transfer
from callcenter.store.stretches import HOLDING, TALKING, WITH_OTHERS, Stretches

_NOBODY_TO_GO_BACK_TO = ("completed", "caller_gone")


class Parties:
    def __init__(self, call: Call, stretches: Stretches) -> None:
        self.talks: list[Talk] = []
        self.transfers: list[Transfer] = []
        self.listenings: list[Listening] = []
        self.agents: list[str] = []  # who talked, or dialled, in this order
        self._call, self._stretches = call, stretches
        self._seq = 0
        self._agent = ""  # who has the customer
        self._others: dict[str, str] = {}  # in the talk besides: party by channel
        self._consulted: dict[str, str] = {}
        self._given_outside = ""  # the agent whose customer goes to a number

    def take(self, entry: ev.Entry) -> None:
        self._seq = entry.seq
        step = _STEPS.get(type(entry.event))
        if step:
            step(self, entry.event)

    # ---- calls that agents begin

    def dialled_out(self, event: ev.DialledOut) -> None:
        call = self._call
        call.direction, call.as_number = "outbound", event.as_number
        call.agent, call.device = event.agent, event.device
        self._name(event.agent)
        self._begin("dialling", event.at, event.agent, party=event.number)

    def dial_out_failed(self, event: ev.DialOutFailed) -> None:
        self._call.failure = event.reason
        self._stretches.end(event.at, event.reason, "dialling")

    # ---- talks

    def connected(self, event: ev.Connected) -> None:
        self._agent = event.agent
        self._name(event.agent)
        self._others = {channel: party for channel, party in self._others.items() if party != event.agent}
        if self._talk_of(event.agent) is None:
            talk = Talk(
                call_id=self._call.id,
                seq=self._seq,
                agent=event.agent,
                device=event.device,
                queue=event.queue or self._call.queue,
                began_at=event.at,
            )
            self.talks.append(talk)
        self._with_customer(event.at)

    def held(self, event: ev.Held) -> None:
        self._begin("hold", event.at, event.agent)

    def resumed(self, event: ev.Resumed) -> None:
        self._with_customer(event.at, event.agent)

    def talk_ended(self, event: ev.TalkEnded) -> None:
        self._stretches.end_of_agent(event.at, event.by, event.agent)
        if talk := self._talk_of(event.agent):
            talk.ended_at, talk.ended_by = max(event.at, talk.began_at), event.by
            talk.talk_s, talk.hold_s = event.talk_s, event.hold_s
            talk.over_at = talk.ended_at
        self._call.talk_s += event.talk_s
        self._call.hold_s += event.hold_s
        if self._given_outside == event.agent:
            self._given_outside = ""
            self._begin("outside", event.at, "", party=self.transfers[-1].to)

    def wrap_up_began(self, event: ev.WrapUpBegan) -> None:
        if talk := self._last_talk(event.agent):
            talk.over_at = None

    def wrap_up_ended(self, event: ev.WrapUpEnded) -> None:
        self._call.wrap_up_s += event.wrap_up_s
        if talk := self._last_talk(event.agent):
            talk.wrap_up_s += event.wrap_up_s
            talk.over_at = max(event.at, talk.began_at)

    def note_written(self, event: ev.NoteWritten) -> None:
        self._call.note, self._call.disposition = event.note, event.disposition
        if talk := self._last_talk(event.agent):
            talk.note, talk.disposition = event.note, event.disposition

    def call_ended(self, event: ev.CallEnded) -> None:
        """Talks whose lengths nobody told of have those of their stretches, which are over by now."""
        for talk in self.talks:
            if talk.ended_at is None:
                talk.ended_at = talk.over_at = max(event.at, talk.began_at)
                talk.talk_s = self._stretches.length_s(TALKING, talk.agent, talk.began_at)
                talk.hold_s = self._stretches.length_s(HOLDING, talk.agent, talk.began_at)
                self._call.talk_s += talk.talk_s
                self._call.hold_s += talk.hold_s
        for listening in self.listenings:
            self._stop_listening(listening, event.at, event.at - listening.began_at)

    # ---- asking others, giving the customer on

    def consult_began(self, event: ev.ConsultBegan) -> None:
        self._consulted.clear()
        self._begin("consult", event.at, event.agent, party=event.id)

    def consult_joined(self, event: ev.ConsultJoined) -> None:
        self._consulted[event.channel] = event.party
        if asked := self._stretches.open("consult"):
            asked.party = event.party

    def consult_ended(self, event: ev.ConsultEnded) -> None:
        if event.result == "shared":
            self._others |= self._consulted
        asked = self._stretches.open("consult")
        if asked and event.result not in _NOBODY_TO_GO_BACK_TO:
            self._with_customer(event.at, event.agent, event.result)
        elif asked:
            self._stretches.end(event.at, event.result, "consult")

    def party_joined(self, event: ev.PartyJoined) -> None:
        self._others[event.channel] = event.party
        self._with_customer(event.at)

    def party_left(self, event: ev.PartyLeft) -> None:
        self._others.pop(event.channel, None)
        if not self._others and self._stretches.open("conference"):
            self._with_customer(event.at)

    def transferred(self, event: ev.Transferred) -> None:
        transfer = Transfer(
            call_id=self._call.id,
            seq=self._seq,
            at=event.at,
            agent=event.agent,
            kind=event.kind,
            to=event.id,
            attended=event.attended,
            note=event.note,
        )
        self.transfers.append(transfer)
        self._given_outside = event.agent if event.kind == "number" else ""

    def queue_entered(self, event: ev.QueueEntered) -> None:
        """Whoever stands in line is with nobody, whatever was tried before."""
        self._stretches.end(event.at, "", *WITH_OTHERS)

    # ---- phones lost

    def agent_lost(self, event: ev.AgentLost) -> None:
        self._begin("reconnecting", event.at, event.agent)

    def agent_back(self, event: ev.AgentBack) -> None:
        self._with_customer(event.at, event.agent)

    # ---- who listens

    def listening_began(self, event: ev.ListeningBegan) -> None:
        self.listenings.append(
            Listening(
                call_id=self._call.id,
                seq=self._seq,
                supervisor=event.supervisor,
                by=event.by,
                agent=event.agent,
                mode=event.mode,
                began_at=event.at,
            )
        )

    def listening_changed(self, event: ev.ListeningChanged) -> None:
        for listening in self._listening_of(event.supervisor):
            listening.mode = event.mode

    def listening_ended(self, event: ev.ListeningEnded) -> None:
        for listening in self._listening_of(event.supervisor):
            listening.mode = event.mode
            self._stop_listening(listening, event.at, event.listened_s)

    def _listening_of(self, supervisor: str) -> list[Listening]:
        return [each for each in self.listenings if each.supervisor == supervisor and each.ended_at is None]

    def _stop_listening(self, listening: Listening, at: float, listened_s: float) -> None:
        if listening.ended_at is None:
            listening.ended_at, listening.listened_s = max(at, listening.began_at), max(listened_s, 0.0)

    # ----

    def _with_customer(self, at: float, agent: str = "", result: str = "") -> None:
        kind = "conference" if self._others else "talk"
        going_on = self._stretches.open(kind)
        if going_on and going_on.agent == (agent or self._agent):
            going_on.party = ",".join(self._others.values())
        else:
            self._begin(kind, at, agent or self._agent, ",".join(self._others.values()), result)

    def _begin(self, kind: str, at: float, agent: str, party: str = "", result: str = "") -> None:
        """`result`: of what it takes the place of."""
        self._stretches.end(at, result, *WITH_OTHERS)
        self._stretches.begin(kind, at, agent=agent, queue=self._call.queue, party=party)

    def _talk_of(self, agent: str) -> Talk | None:
        """The one that goes on."""
        return next((talk for talk in self.talks if talk.agent == agent and talk.ended_at is None), None)

    def _last_talk(self, agent: str) -> Talk | None:
        return next((talk for talk in reversed(self.talks) if talk.agent == agent), None)

    def _name(self, agent: str) -> None:
        if agent not in self.agents:
            self.agents.append(agent)


_STEPS: dict[type, Callable[[Parties, Any], None]] = {
    ev.DialledOut: Parties.dialled_out,
    ev.DialOutFailed: Parties.dial_out_failed,
    ev.Connected: Parties.connected,
    ev.Held: Parties.held,
    ev.Resumed: Parties.resumed,
    ev.TalkEnded: Parties.talk_ended,
    ev.WrapUpBegan: Parties.wrap_up_began,
    ev.WrapUpEnded: Parties.wrap_up_ended,
    ev.NoteWritten: Parties.note_written,
    ev.CallEnded: Parties.call_ended,
    ev.ConsultBegan: Parties.consult_began,
    ev.ConsultJoined: Parties.consult_joined,
    ev.ConsultEnded: Parties.consult_ended,
    ev.PartyJoined: Parties.party_joined,
    ev.PartyLeft: Parties.party_left,
    ev.Transferred: Parties.transferred,
    ev.QueueEntered: Parties.queue_entered,
    ev.AgentLost: Parties.agent_lost,
    ev.AgentBack: Parties.agent_back,
    ev.ListeningBegan: Parties.listening_began,
    ev.ListeningChanged: Parties.listening_changed,
    ev.ListeningEnded: Parties.listening_ended,
}
