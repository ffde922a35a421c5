"""Supervisors, lost phones, consults and conference rooms in any order: nobody is lost, everybody becomes free."""

import contextlib

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.parties import Target
from callcenter.switchboard.state import State
from tests.switchboard.exchange import Exchange, Live
from tests.switchboard.floor import Floor

AGENTS = st.sampled_from(("8001", "8002"))
SUPERVISORS = st.sampled_from(("9001", "9002"))
MODES = st.sampled_from(("listen", "whisper", "barge"))


class TheFloor(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor()
        self.exchange = Exchange(self.floor)
        self.count = 0
        self.gone: list[str] = []
        for agent in ("8001", "8002"):
            self.floor.sign_in(agent)
            self.somebody_calls()
            self.all_answer()

    @property
    def state(self) -> State:
        return self.floor.board.state

    def legs(self, *places: str, roles: tuple[str, ...] = ()) -> list[Live]:
        found = self.exchange.legs.values()
        return [leg for leg in found if leg.place in places and (not roles or leg.role in roles)]

    def ask(self, request) -> None:
        with contextlib.suppress(rq.Refused):
            self.floor.do(request)
        self.exchange.settle()

    def in_hand(self, agent: str) -> str:
        return self.state.agents[agent].interaction

    # ---- phones

    @rule()
    def somebody_calls(self):
        if len(self.state.calls) < 4:
            self.count += 1
            self.exchange.calls_in(f"c{self.count}")

    @rule()
    @precondition(lambda self: self.legs("ringing"))
    def all_answer(self):
        for leg in self.legs("ringing"):
            if leg.channel in self.exchange.legs:
                self.exchange.answers(leg)

    @rule(data=st.data())
    @precondition(lambda self: self.legs("ringing"))
    def a_phone_is_not_answered(self, data):
        self.exchange.fails(data.draw(st.sampled_from(self.legs("ringing"))))

    @rule(data=st.data(), role=st.sampled_from(("agent", "agent", "supervisor", "consult", "customer")))
    def somebody_hangs_up_or_is_lost(self, data, role):
        if found := [leg.channel for leg in self.exchange.legs.values() if leg.role == role]:
            self.exchange.end(data.draw(st.sampled_from(found)))
            self.exchange.settle()

    @rule(agent=AGENTS)
    def a_phone_goes_for_a_moment(self, agent):
        for reachable in (False, True):
            self.floor.report(sg.PhoneSeen, agent=agent, device="web", reachable=reachable)
            self.exchange.settle()
            self.floor.wait(1)

    # ---- agents

    @rule(agent=AGENTS, wish=st.sampled_from((rq.GoReady, rq.Pause, rq.SignOut, rq.EndWrapUp, rq.SignIn)))
    def an_agent_changes_state(self, agent, wish):
        self.ask(wish(agent=agent))
        self.ask(rq.SignIn(agent=agent, ready=True))

    @rule(agent=AGENTS, on=st.booleans())
    def an_agent_holds_or_resumes(self, agent, on):
        self.ask(rq.Hold(agent=agent, interaction=self.in_hand(agent), on=on))

    @rule(agent=AGENTS, to=AGENTS)
    def an_agent_asks_another(self, agent, to):
        self.ask(rq.Consult(agent=agent, interaction=self.in_hand(agent), to=Target(kind="agent", id=to)))

    @rule(agent=AGENTS, wish=st.sampled_from((rq.EndConsult, rq.ShareTalk, rq.CompleteTransfer, rq.EndCall)))
    def an_agent_goes_on(self, agent, wish):
        self.ask(wish(agent=agent, interaction=self.in_hand(agent)))

    # ---- supervisors

    @rule(supervisor=SUPERVISORS, agent=AGENTS, mode=MODES, answered=st.booleans())
    def a_supervisor_listens(self, supervisor, agent, mode, answered):
        self.ask(rq.Listen(by="lee", supervisor=supervisor, agent=agent, mode=mode))
        if answered:
            self.all_answer()

    @rule(supervisor=SUPERVISORS, agent=AGENTS, mode=MODES)
    def a_supervisor_listens_otherwise(self, supervisor, agent, mode):
        self.ask(rq.Listen(by="lee", supervisor=supervisor, agent=agent, mode=mode))
        self.all_answer()

    @rule(supervisor=SUPERVISORS, wish=st.sampled_from((rq.StopListening, rq.TakeOver)))
    def a_supervisor_stops_or_takes_over(self, supervisor, wish):
        self.ask(wish(by="lee", supervisor=supervisor))

    @rule(data=st.data())
    @precondition(lambda self: self.state.calls)
    def a_supervisor_uses_force(self, data):
        call = data.draw(st.sampled_from(sorted(self.state.calls)))
        agent = data.draw(AGENTS)
        to = data.draw(st.sampled_from(("ready", "paused", "signed_out", "front", "queue", "agent", "cut")))
        if to == "cut":
            self.ask(rq.CutCall(by="lee", interaction=call))
        elif to in ("front", "queue", "agent"):
            name = {"front": "", "queue": "sales", "agent": agent}[to]
            self.ask(rq.MoveWaiter(by="lee", interaction=call, to=to, id=name))
        else:
            self.ask(rq.ForceAgent(by="lee", agent=agent, to=to))

    # ---- time

    @rule(seconds=st.sampled_from((1, 3, 10, 25, 61)))
    def time_passes(self, seconds):
        self.floor.wait(seconds)
        self.exchange.settle()
        self.exchange.beats()

    @rule()
    def everything_is_counted(self):
        self.floor.report(sg.Census, channels=tuple(self.exchange.legs))
        self.exchange.settle()

    # ---- what always holds

    @invariant()
    def nothing_goes_wrong_inside(self):
        assert self.floor.faults == []

    @invariant()
    def legs_are_those_that_live(self):
        assert set(self.state.legs) == set(self.exchange.legs)

    @invariant()
    def nobody_alive_is_lost(self):
        """Every customer on the line has a call that is not over, and somebody or something to wait for."""
        for leg in self.exchange.legs.values():
            if leg.role == "customer":
                call = self.state.calls[leg.interaction]
                assert call.phase != "ended"
                if call.phase in ("talking", "held", "consulting", "conference"):
                    assert call.leg_of(call.agent), (call.phase, call.agent)
                    assert self.state.agents[call.agent].interaction == call.id
                if call.phase == "reconnecting":
                    assert self.floor.board.next_deadline <= call.back_until

    @invariant()
    def no_phone_rings_for_a_call_that_is_over(self):
        for leg in self.legs("ringing"):
            assert leg.interaction in self.state.calls, leg
            assert self.state.calls[leg.interaction].phase != "ended", leg

    @invariant()
    def supervisors_listen_to_live_talks_alone(self):
        self.floor.sound()
        for ear in self.state.ears.values():
            assert self.state.calls[ear.interaction].phase != "ended"
            if not ear.since:
                assert self.state.agents[ear.supervisor].rung_until

    @invariant()
    def nobody_idles_while_somebody_waits(self):
        waiting = [call for call in self.state.calls.values() if call.phase == "waiting" and call.in_queue]
        for agent in self.state.agents.values():
            if agent.may_be_offered(self.floor.now):
                free = [c for c in waiting if c.only in ("", agent.id) or c.only_until <= self.floor.now]
                assert not {call.queue for call in free} & set(agent.queues)

    @invariant()
    def replaying_the_events_gives_the_same_picture(self):
        copy = Floor(state=State(), now=self.floor.now)
        copy.board.replay(self.floor.events, self.floor.now)
        assert copy.board.floor(0) == self.floor.board.floor(0)

    def teardown(self):
        """When all have hung up and time has passed nobody has anything in hand, and nobody waits."""
        for channel in sorted(self.exchange.legs, key=lambda name: "customer" not in name):
            self.exchange.end(channel)
            self.exchange.settle()
            self.no_phone_rings_for_a_call_that_is_over()
        self.floor.wait(200)
        self.exchange.settle()
        assert not [call for call in self.state.calls.values() if call.phase != "ended"]
        assert not self.state.ears
        assert not self.state.legs
        for agent in self.state.agents.values():
            assert (agent.hand, agent.listens_to, agent.room) == ("", "", "")


TheFloor.TestCase.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
TestTheFloor = TheFloor.TestCase
