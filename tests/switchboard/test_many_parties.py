"""Whatever happens to calls of several, in whatever order: nobody is lost, and everybody is free in the end."""

import contextlib

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.parties import Target
from callcenter.switchboard.state import State
from tests.switchboard.obedient import Obedient
from tests.switchboard.several import Several

AGENTS = ("8001", "8002", "8003", "8004")
TARGETS = st.sampled_from(
    (
        *(Target(kind=kind, id=agent) for kind in ("agent", "extension") for agent in AGENTS),
        Target(kind="queue", id="support"),
        Target(kind="queue", id="sales"),
        Target(kind="number", id="13900139000"),
    )
)
MOST_CALLS = 3
RESULTS = st.sampled_from(("no_answer", "busy", "unreachable", "failed"))


class SeveralParties(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.line = Obedient()
        self.count = 0
        for agent in AGENTS:
            self.line.sign_in(agent)
        self.line.drain()
        for _ in range(2):
            self.a_caller_is_served()

    @initialize(to=TARGETS, start=st.sampled_from(("talk", "held", "ringing", "asked", "shared", "completed", "out")))
    def begin(self, to, start):
        """Somewhere in the middle: c1 in the hands of 8001."""
        if start == "held":
            self.ask(rq.Hold(agent="8001", interaction="c1", on=True))
        elif start == "out":
            self.ask(rq.DialOut(agent="8003", number="13900139000"))
            for _ in range(2):
                self.line.answer_one(self.line.ringing[0])
        elif start != "talk":
            self.ask(rq.Consult(agent="8001", interaction="c1", to=to))
            for one in self.asked() if start != "ringing" else ():
                self.line.answer_one(one)
            kind = {"shared": rq.ShareTalk, "completed": rq.CompleteTransfer}.get(start)
            if kind:
                self.ask(kind(agent="8001", interaction="c1"))

    @property
    def state(self) -> State:
        return self.line.board.state

    def ask(self, request) -> None:
        with contextlib.suppress(rq.Refused):
            self.line.do(request)
        self.line.drain()

    def live(self) -> list:
        return [call for call in self.state.calls.values() if call.phase != "ended"]

    def in_talk(self) -> list:
        phases = ("talking", "held", "consulting", "conference", "reconnecting")
        return [call for call in self.live() if call.phase in phases]

    # ---- callers

    @rule()
    @precondition(lambda self: len(self.live()) < MOST_CALLS)
    def another_caller_is_served(self):
        self.a_caller_is_served()

    def a_caller_is_served(self):
        self.count += 1
        self.line.arrive(f"c{self.count}")
        for one in [one for one in self.line.ringing if one.call == f"c{self.count}"]:
            self.line.answer_one(one)

    @rule(agent=st.sampled_from(AGENTS))
    @precondition(lambda self: len(self.live()) < MOST_CALLS)
    def an_agent_calls_out(self, agent):
        self.ask(rq.DialOut(agent=agent, number="13900139000"))

    # ---- agents

    @rule(data=st.data(), to=TARGETS)
    @precondition(lambda self: self.in_talk())
    def an_agent_asks_somebody(self, data, to):
        call = data.draw(st.sampled_from(self.in_talk()))
        self.ask(rq.Consult(agent=call.agent, interaction=call.id, to=to))

    @rule(data=st.data(), to=TARGETS)
    @precondition(lambda self: self.in_talk())
    def an_agent_gives_the_customer_away(self, data, to):
        call = data.draw(st.sampled_from(self.in_talk()))
        self.ask(rq.Transfer(agent=call.agent, interaction=call.id, to=to, note="n"))

    @rule(data=st.data(), kind=st.sampled_from((rq.EndConsult, rq.CompleteTransfer, rq.ShareTalk, rq.EndCall)))
    @precondition(lambda self: self.in_talk())
    def an_agent_decides(self, data, kind):
        call = data.draw(st.sampled_from(self.in_talk()))
        self.ask(kind(agent=call.agent, interaction=call.id))

    @rule(data=st.data())
    @precondition(lambda self: any(call.parties or call.consult for call in self.in_talk()))
    def somebody_asked_hangs_up_by_the_page(self, data):
        call = data.draw(st.sampled_from([call for call in self.in_talk() if call.parties or call.consult]))
        agent = next((leg.agent for leg in call.legs.values() if leg.agent not in ("", call.agent)), "")
        self.ask(rq.EndCall(agent=agent, interaction=call.id))

    @rule(data=st.data(), on=st.booleans())
    @precondition(lambda self: self.in_talk())
    def an_agent_holds(self, data, on):
        call = data.draw(st.sampled_from(self.in_talk()))
        self.ask(rq.Hold(agent=call.agent, interaction=call.id, on=on))

    @rule(data=st.data(), on=st.booleans())
    @precondition(lambda self: self.in_talk())
    def a_phone_holds(self, data, on):
        call = data.draw(st.sampled_from(self.in_talk()))
        leg = call.leg_of(call.agent)
        if leg:
            self.line.report(sg.LegHeld if on else sg.LegResumed, channel=leg.channel)
            self.line.drain()

    @rule(agent=st.sampled_from(AGENTS), wish=st.sampled_from((rq.SignOut, rq.Pause, "phone")))
    def an_agent_goes_and_comes_back(self, agent, wish):
        if wish == "phone":
            self.line.report(sg.PhoneSeen, agent=agent, device="web", reachable=False)
            self.line.drain()
            self.line.report(sg.PhoneSeen, agent=agent, device="web", reachable=True)
        else:
            self.ask(wish(agent=agent))
        self.ask(rq.SignIn(agent=agent, ready=True))

    @rule()
    def all_are_ready(self):
        for agent in AGENTS:
            self.ask(rq.EndWrapUp(agent=agent))
            self.ask(rq.GoReady(agent=agent))

    # ---- telephones

    @rule(data=st.data())
    @precondition(lambda self: self.asked())
    def whoever_is_asked_answers(self, data):
        self.line.answer_one(data.draw(st.sampled_from(self.asked())))

    def asked(self) -> list:
        return [one for one in self.line.ringing if one.role in ("consult", "external")]

    @rule(data=st.data(), kind=st.sampled_from((rq.CompleteTransfer, rq.ShareTalk)))
    @precondition(lambda self: any(call.consult and call.consult.state == "talking" for call in self.in_talk()))
    def who_asked_goes_on(self, data, kind):
        calls = [call for call in self.in_talk() if call.consult and call.consult.state == "talking"]
        call = data.draw(st.sampled_from(calls))
        self.ask(kind(agent=call.agent, interaction=call.id))

    @rule(data=st.data())
    @precondition(lambda self: self.line.ringing)
    def somebody_answers(self, data):
        self.line.answer_one(data.draw(st.sampled_from(self.line.ringing)))

    @rule(data=st.data(), result=RESULTS)
    @precondition(lambda self: self.line.ringing)
    def somebody_does_not_answer(self, data, result):
        self.line.fail_one(data.draw(st.sampled_from(self.line.ringing)), result)

    @rule(data=st.data())
    @precondition(lambda self: self.line.dying)
    def a_leg_ends_as_ordered(self, data):
        self.line.end(data.draw(st.sampled_from(self.line.dying)))

    @rule()
    @precondition(lambda self: self.line.dying)
    def all_legs_end_as_ordered(self):
        while self.line.dying:
            self.line.end(self.line.dying[0])

    @rule(data=st.data())
    @precondition(lambda self: self.line.channels)
    def somebody_hangs_up(self, data):
        self.line.end(data.draw(st.sampled_from(sorted(self.line.channels))))

    @rule(seconds=st.sampled_from((1, 6, 12, 40)))
    def time_passes(self, seconds):
        self.line.wait(seconds)
        self.line.drain()
        self.line.beats()

    @rule()
    def the_link_breaks_and_comes_back(self):
        self.line.outage()

    # ---- what always holds

    @invariant()
    def nothing_goes_wrong_inside(self):
        assert self.line.faults == []

    @invariant()
    def legs_belong_to_one_call(self):
        self.line.sound()
        held = [channel for agent in self.state.agents.values() for channel in agent.legs]
        assert len(held) == len(set(held))
        assert set(held) <= set(self.state.legs)

    @invariant()
    def offered_is_answered_plus_abandoned_plus_the_rest(self):
        entered, left = len(self.line.all(ev.QueueEntered)), len(self.line.all(ev.QueueLeft))
        assert entered == left + sum(call.in_queue for call in self.state.calls.values())

    @invariant()
    def talks_and_consults_begin_and_end(self):
        talking = sum(
            call.phase in ("talking", "held", "consulting", "conference", "reconnecting") for call in self.live()
        )
        assert len(self.line.all(ev.Connected)) == len(self.line.all(ev.TalkEnded)) + talking
        asking = sum(call.consult is not None for call in self.live())
        assert len(self.line.all(ev.ConsultBegan)) == len(self.line.all(ev.ConsultEnded)) + asking
        parties = sum(len(call.parties) for call in self.live())
        assert len(self.line.all(ev.PartyJoined)) == len(self.line.all(ev.PartyLeft)) + parties

    @invariant()
    def whoever_is_busy_has_a_part_in_a_call(self):
        for agent in self.state.agents.values():
            call = self.state.calls.get(agent.interaction)
            if agent.hand in ("", "wrap_up"):
                continue
            assert call is not None
            asked = call.consult is not None and call.consult.party == agent.id
            joined = agent.id in [party.who for party in call.parties.values()]
            rung = call.offer is not None and agent.id in call.offer.rings
            assert asked or joined or rung or agent.id in (call.agent, call.begun_by), agent.hand

    @invariant()
    def every_reservation_ends(self):
        for call in self.live():
            if call.consult and call.consult.state == "ringing":
                assert call.consult.until >= self.line.now
            if call.phase == "dialling":
                assert call.try_until >= self.line.now

    @invariant()
    def replaying_the_events_gives_the_same_picture(self):
        copy = Several(State(), self.line.now)
        copy.board.replay(self.line.events, self.line.now)
        assert copy.board.floor(0) == self.line.board.floor(0)

    def teardown(self):
        """Whoever rings stops, whoever is to go goes; then nobody is where nobody else is."""
        line = self.line
        for _ in range(12):
            while line.dying:
                line.end(line.dying[0])
            while line.ringing:
                line.fail_one(line.ringing[0], "no_answer")
            line.wait(10)
            line.drain()
            line.beats()
            for agent in AGENTS:
                self.ask(rq.Pause(agent=agent))
        assert line.faults == []
        for call in self.live():
            self.nobody_is_alone(call)
        for agent in self.state.agents.values():
            assert agent.hand in ("", "wrap_up") or self.state.calls[agent.interaction].phase != "ended"
        for name, leg in line.channels.items():
            call = self.state.call_of(name)
            assert leg.role == "customer" or (call and call.phase != "ended"), f"{name} talks with nobody"

    def nobody_is_alone(self, call):
        customer = self.line.channels.get(call.channel)
        assert customer is not None, f"{call.id} {call.phase} has no customer"
        others = [
            one for one in self.line.channels.values() if one.bridge == customer.bridge != "" and one is not customer
        ]
        agent = call.leg_of(call.agent)
        match call.phase:
            case "talking" | "conference":
                assert customer.place in ("pair", "room"), (call.id, call.phase, customer.place)
                assert agent and agent.channel in {one.name for one in others}
            case "held" | "consulting":
                assert agent and agent.channel in self.line.channels
            case "waiting":
                assert customer.place == "wait", (call.id, customer.place)
            case "outside":
                assert customer.place == "outside" or others, (call.id, customer.place)
            case other:
                assert other in ("flow", "survey"), (call.id, other, customer.place)


SeveralParties.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestCallsOfSeveral = SeveralParties.TestCase
