"""The centre's promises under any order of things happening: phones, people, time, outages."""

import contextlib

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.switchboard.state import State
from tests.switchboard.centre import Telephone

AGENTS = st.sampled_from(("8001", "8002", "8003"))


class Centre(RuleBasedStateMachine):
    """Asterisk's part is played faithfully: a leg that was told to end does end, and so on."""

    def __init__(self) -> None:
        super().__init__()
        self.phone = Telephone(max_wait_s=120, announce_every_s=15)
        self.count = 0
        self.checked = 0

    @property
    def state(self) -> State:
        return self.phone.board.state

    def calls(self, *phases: str) -> list:
        return [call for call in self.state.calls.values() if call.phase in phases]

    def ask(self, request) -> None:
        with contextlib.suppress(rq.Refused):
            self.phone.do(request)

    # ---- callers

    @rule()
    def a_caller_queues_up(self):
        self.count += 1
        self.phone.queue_up(f"c{self.count}")

    @rule(data=st.data())
    @precondition(lambda self: self.calls("flow", "waiting", "offered", "ringing", "talking", "held", "survey"))
    def a_caller_hangs_up(self, data):
        call = data.draw(
            st.sampled_from(self.calls("flow", "waiting", "offered", "ringing", "talking", "held", "survey"))
        )
        agent = call.agent_leg()
        self.phone.caller_hangs_up(call.id)
        if agent:
            self.phone.report(sg.LegEnded, channel=agent.channel, cause=16)

    # ---- agents' phones

    @rule(data=st.data())
    @precondition(lambda self: self.calls("offered"))
    def a_phone_rings(self, data):
        self.phone.ring(data.draw(st.sampled_from(self.calls("offered"))).id)

    @rule(data=st.data())
    @precondition(lambda self: self.calls("ringing"))
    def an_agent_answers(self, data):
        self.phone.answer(data.draw(st.sampled_from(self.calls("ringing"))).id)

    def ringing_for_somebody(self) -> list:
        """Not those where the agent is rung first and no customer is there yet to ask what is next."""
        return [call for call in self.calls("ringing") if call.channel in call.legs]

    @rule(data=st.data(), result=st.sampled_from(("NOANSWER", "BUSY", "CHANUNAVAIL", "CONGESTION")))
    @precondition(lambda self: self.ringing_for_somebody())
    def an_agent_does_not_answer(self, data, result):
        call = data.draw(st.sampled_from(self.ringing_for_somebody()))
        self.phone.agent_leg_ends(call.id, call.offer.first.agent, cause=19)
        self.phone.next_wanted(call.id, result, talked=False)

    @rule(data=st.data(), asked=st.booleans())
    @precondition(lambda self: self.calls("talking", "held"))
    def an_agent_leaves_the_talk(self, data, asked):
        call = data.draw(st.sampled_from(self.calls("talking", "held")))
        agent = call.agent
        if asked:
            self.ask(rq.EndCall(agent=agent, interaction=call.id))
        self.phone.agent_leg_ends(call.id, agent)
        self.phone.next_wanted(call.id, "ANSWER", talked=True)

    @rule(agent=AGENTS, reachable=st.booleans())
    def a_phone_comes_or_goes(self, agent, reachable):
        self.phone.report(sg.PhoneSeen, agent=agent, device="web", reachable=reachable)
        self.stop_withdrawn_legs()

    # ---- agents' wishes

    @rule(agent=AGENTS)
    def an_agent_signs_in(self, agent):
        self.ask(rq.SignIn(agent=agent, ready=True))

    @rule(agent=AGENTS, wish=st.sampled_from((rq.SignOut, rq.Pause, rq.GoReady, rq.EndWrapUp)))
    def an_agent_changes_state(self, agent, wish):
        self.ask(wish(agent=agent))
        self.stop_withdrawn_legs()

    def stop_withdrawn_legs(self):
        """Asterisk ends the legs of offers that were taken back."""
        for call in list(self.state.calls.values()):
            leg = call.agent_leg()
            if leg and call.phase in ("waiting", "offered"):
                self.phone.report(sg.LegEnded, channel=leg.channel, cause=16)

    # ---- time and outages

    @rule(seconds=st.sampled_from((1, 10, 31, 61)))
    def time_passes(self, seconds):
        self.phone.wait(seconds)
        self.stop_withdrawn_legs()

    @rule()
    def the_link_breaks_and_comes_back(self):
        self.phone.report(sg.AsteriskLost)
        legs = []
        for call in self.state.calls.values():
            if call.phase == "ended":
                continue
            talking = call.phase in ("talking", "held")
            for leg in call.legs.values():
                legs.append(
                    sg.SeenLeg(
                        channel=leg.channel,
                        interaction=call.id,
                        role=leg.role,
                        agent=leg.agent,
                        device=leg.device,
                        bridge="b" if talking else "",
                        place="offer" if leg.role == "customer" and call.offer else "wait",
                        queue=call.queue,
                        queued_at=call.place_at,
                    )
                )
        reachable = tuple((a.id, d) for a in self.state.agents.values() for d in a.within_reach)
        self.phone.report(sg.AsteriskSnapshot, legs=tuple(legs), reachable=reachable)

    # ---- what always holds

    @invariant()
    def nobody_idles_while_somebody_waits(self):
        waiting = {call.queue for call in self.calls("waiting") if call.in_queue}
        for agent in self.state.agents.values():
            if agent.may_be_offered(self.phone.now):
                assert not waiting & set(agent.queues)

    @invariant()
    def one_offer_at_a_time_each_way(self):
        offered = [agent for call in self.state.calls.values() if call.offer for agent in call.offer.rings]
        assert len(offered) == len(set(offered))
        for call in self.state.calls.values():
            for name in call.offer.rings if call.offer else ():
                agent = self.state.agents[name]
                assert (agent.interaction, agent.hand in ("reserved", "ringing")) == (call.id, True)
        in_hand = {agent.interaction for agent in self.state.agents.values() if agent.hand}
        assert all(call in self.state.calls for call in in_hand)

    @invariant()
    def every_reservation_has_a_lease_that_ends(self):
        for call in self.state.calls.values():
            if call.offer and not call.offer.accepted_at:
                assert call.offer.until >= self.phone.now
                assert self.phone.board.next_deadline <= call.offer.until

    @invariant()
    def offered_is_answered_plus_abandoned_plus_the_rest(self):
        entered = len(self.phone.all(ev.QueueEntered))
        left = len(self.phone.all(ev.QueueLeft))
        assert entered == left + sum(call.in_queue for call in self.state.calls.values())

    @invariant()
    def the_most_due_caller_is_offered_first(self):
        """Every offer went to the caller with the earliest place among those waiting at that moment."""
        places: dict[str, float] = {}
        for event in self.phone.events:
            match event:
                case ev.QueueEntered():
                    places[event.interaction] = event.entered_at
                case ev.OfferMade():
                    assert places.pop(event.interaction) <= min(places.values(), default=event.at)
                case ev.OfferFailed():
                    places[event.interaction] = self.place_of(event.interaction)
                case ev.QueueLeft():
                    places.pop(event.interaction, None)

    def place_of(self, interaction: str) -> float:
        return next(e.entered_at for e in self.phone.all(ev.QueueEntered) if e.interaction == interaction)

    @invariant()
    def replaying_the_events_gives_the_same_picture(self):
        copy = Telephone(state=State(), now=self.phone.now)
        copy.board.replay(self.phone.events, self.phone.now)
        assert copy.board.floor(0) == self.phone.board.floor(0)

    @invariant()
    def nothing_goes_wrong_inside(self):
        assert self.phone.faults == []


Centre.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestTheCentre = Centre.TestCase
