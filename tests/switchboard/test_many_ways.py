"""The centre's promises when everything is used at once.

Skills that relax, two queues, all phones ringing, keys in the waiting room, messages, callbacks with either side
first, shifts, other calls.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from callcenter.acd.needs import in_force, may_serve, stages
from callcenter.calls import centre as ct
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from callcenter.calls.rosters import Roster, Shift
from tests.switchboard.centre import Telephone, document
from tests.switchboard.test_invariants import Centre

HALF = Roster(
    id="half",
    name=Text("半天", "Half"),
    shifts=(Shift(days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), from_="06:00", to="06:15"),),
)
EXITS = {
    "1": ct.Destination(to="callback"),
    "2": ct.Destination(to="voicemail"),
    "3": ct.Destination(to="queue", id="sales"),
    "*": ct.Destination(to="flow", id="hotline"),
}


def rich() -> ct.Centre:
    plain = document(
        skills={"english": 5},
        relax=(ct.Relaxation(after_s=30, level=2), ct.Relaxation(after_s=60, level=0)),
        exits=EXITS,
        callback=ct.CallbackPolicy(retry_after_s=10, attempts=2, expires_s=600),
        announce_every_s=15,
        max_wait_s=120,
        capacity=4,
        wrap_up_s=10,
        sticky_s=20,
        instead=ct.Instead(full=ct.Destination(to="queue", id="sales"), too_long=ct.Destination(to="voicemail")),
    )
    support = plain.queues[0]
    sales = ct.Queue(
        id="sales",
        name=Text("销售", "Sales"),
        strategy="ring_all",
        weight=3.0,
        exits=EXITS | {"3": ct.Destination(to="queue", id="support")},
        callback=ct.CallbackPolicy(first="agent", retry_after_s=10, attempts=2, expires_s=600),
        max_wait_s=90,
        wrap_up_s=0,
    )
    agents = (
        ct.Agent(id="8001", name="a", queues=("support", "sales"), skills={"english": 9}),
        ct.Agent(id="8002", name="b", queues=("support", "sales"), skills={"english": 3}),
        ct.Agent(id="8003", name="c", queues=("sales",), roster="half"),
    )
    kept = {name: getattr(plain, name) for name in plain.__struct_fields__}
    english = ct.Choice(id="english", name=Text("英语", "English"))
    return ct.Centre(
        **kept | {"agents": agents, "queues": (support, sales), "skills": (english,), "rosters": (HALF,)}
    )


class Rich(Centre):
    def __init__(self) -> None:
        super().__init__()
        self.phone = Telephone(centre=rich())
        for agent in ("8001", "8002", "8003"):
            self.phone.sign_in(agent)

    # ---- waiting callers

    @rule()
    def a_caller_queues_up(self):
        self.count += 1
        self.phone.queue_up(f"c{self.count}", f"138001{self.count:05}")

    @rule(data=st.data())
    @precondition(lambda self: [call for call in self.calls("waiting") if call.in_queue and not call.callback])
    def a_waiting_caller_books_a_callback(self, data):
        waiting = [call for call in self.calls("waiting") if call.in_queue and not call.callback]
        call = data.draw(st.sampled_from(waiting))
        self.phone.press_waiting(call.id, "1")
        self.ask_for_flow(call.id)
        self.phone.press(call.id, "1")
        self.phone.caller_hangs_up(call.id)

    @rule(data=st.data(), key=st.sampled_from("123*9"))
    @precondition(lambda self: self.calls("waiting"))
    def a_waiting_caller_presses(self, data, key):
        call = data.draw(st.sampled_from(self.calls("waiting")))
        self.phone.press_waiting(call.id, key)
        if call.phase in ("flow", "voicemail"):
            self.ask_for_flow(call.id)

    @rule(data=st.data())
    @precondition(lambda self: self.calls("waiting"))
    def a_heart_beats(self, data):
        self.phone.beat(data.draw(st.sampled_from(self.calls("waiting"))).id)

    @rule(data=st.data(), keys=st.sampled_from(("1", "2", "*", "", "13900139000")))
    @precondition(lambda self: self.calls("flow"))
    def a_caller_presses_in_a_flow(self, data, keys):
        self.phone.press(data.draw(st.sampled_from(self.calls("flow"))).id, keys)

    def ask_for_flow(self, interaction):
        self.phone.report(
            sg.FlowWanted,
            agi=self.phone.agi(),
            interaction=interaction,
            channel=f"{interaction}-customer",
            caller="",
            caller_name="",
            dialled="",
        )

    def ask_for_flow_of(self, call):
        self.phone.report(
            sg.FlowWanted,
            agi=self.phone.agi(),
            interaction=call.id,
            channel=call.channel,
            caller="",
            caller_name="",
            dialled="",
        )

    # ---- callbacks

    def dialling(self) -> list:
        called = [call for call in self.state.calls.values() if call.callback and not call.in_queue]
        return [call for call in called if call.channel in call.legs and call.phase != "ended" and not call.answered]

    @rule(data=st.data())
    @precondition(lambda self: self.dialling())
    def a_customer_answers(self, data):
        call = data.draw(st.sampled_from(self.dialling()))
        self.ask_for_flow_of(call)
        if call.phase == "dialling":
            self.phone.press(call.id, "")
        leg = call.agent_leg()
        if leg and call.phase == "waiting" and call.offer:
            for channel in (leg.channel, call.channel):
                self.phone.report(sg.LegJoined, channel=channel, bridge=f"{call.id}-bridge")

    @rule(data=st.data())
    @precondition(lambda self: self.dialling())
    def a_customer_answers_and_is_connected(self, data):
        call = data.draw(st.sampled_from(self.dialling()))
        self.ask_for_flow_of(call)
        if call.phase == "dialling":
            self.phone.press(call.id, "")
        if call.phase == "offered":
            self.phone.ring(call.id)
            self.phone.answer(call.id)

    @rule(data=st.data(), result=st.sampled_from(("no_answer", "busy", "failed")))
    @precondition(lambda self: self.dialling())
    def a_customer_does_not_answer(self, data, result):
        call = data.draw(st.sampled_from(self.dialling()))
        self.phone.report(sg.CustomerCalled, interaction=call.id, result=result)

    @rule(data=st.data(), answers=st.booleans())
    @precondition(lambda self: [c for c in self.calls("offered", "ringing") if c.callback and not c.in_queue])
    def an_agent_rung_first(self, data, answers):
        calls = [c for c in self.calls("offered", "ringing") if c.callback and not c.in_queue]
        call = data.draw(st.sampled_from(calls))
        if call.offer is None or call.offer.accepted_at:
            return
        agent, leg = call.offer.first.agent, call.agent_leg()
        channel = leg.channel if leg else f"{call.id}-first"
        if leg is None:
            self.phone.agent_legs[call.id, agent] = channel
            self.phone.report(sg.LegStarted, interaction=call.id, channel=channel, agent=agent, device="web")
            self.phone.report(sg.LegRinging, channel=channel)
        if answers:
            self.phone.report(sg.LegAnswered, channel=channel)
        else:
            self.phone.report(sg.LegEnded, channel=channel, cause=19)
            self.phone.report(sg.AgentRung, interaction=call.id, agent=agent, result="no_answer")

    @rule(data=st.data())
    @precondition(lambda self: self.state.callbacks)
    def a_callback_is_cancelled(self, data):
        self.ask(rq.CancelCallback(callback=data.draw(st.sampled_from(sorted(self.state.callbacks)))))

    @rule(agent=st.sampled_from(("8001", "8002")), live=st.booleans())
    def an_agent_makes_another_call(self, agent, live):
        self.phone.report(sg.OtherCall, agent=agent, channel="echo", live=live)

    # ---- what always holds, said for agents who differ

    @invariant()
    def nobody_idles_while_somebody_waits(self):
        free = [agent for agent in self.state.agents.values() if agent.may_be_offered(self.phone.now)]
        for call in self.calls("waiting"):
            if call.in_queue and call.offer is None:
                queue = self.state.queues[call.queue]
                own = stages(call.place_at, queue.skills, queue.relax, call.only, call.only_until)
                needs = own[in_force(own, self.phone.board._board.now)].needs
                for agent in free:
                    assert not (queue.id in agent.queues and may_serve(agent.id, agent.skills, needs))

    @invariant()
    def the_most_due_caller_is_offered_first(self):
        """Said of one queue by the test above this one; here the router's own tests say it of several."""

    @invariant()
    def every_reservation_has_a_lease_that_ends(self):
        for call in self.state.calls.values():
            if call.offer and not call.offer.accepted_at:
                assert call.offer.until >= self.phone.now or call.callback
        for agent in self.state.agents.values():
            if agent.hand == "reserved":
                assert self.phone.board.next_deadline is not None

    @invariant()
    def callbacks_in_flight_have_an_agent_each(self):
        trying = [one for one in self.state.callbacks.values() if one.interaction]
        before_the_talk = [one for one in trying if not self.state.calls[one.interaction].in_queue]
        reserved = [one.agent for one in before_the_talk]
        assert len(reserved) == len(set(reserved))
        for one in before_the_talk:
            assert self.state.agents[one.agent].interaction == one.interaction

    @invariant()
    def no_callback_is_lost(self):
        asked = {event.callback for event in self.phone.all(ev.CallbackAsked)}
        ended = [event.callback for event in self.phone.all(ev.CallbackEnded)]
        assert len(ended) == len(set(ended))
        assert asked == set(ended) | set(self.state.callbacks)


Rich.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestTheWholeCentre = Rich.TestCase
