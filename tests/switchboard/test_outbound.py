"""Calls that agents begin."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import desk as dk
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.parties import Target
from tests.switchboard.several import NUMBER, SHOWN, Several, centre


class Out(Several):
    id = ""

    def dial(self, number: str = "13900139000", as_number: str = "", device: str = "web") -> "Out":
        self.sign_in("8001", device)
        turn = self.do(rq.DialOut(agent="8001", number=number, as_number=as_number))
        self.id = turn.reply["interaction"]
        return self

    def phone_rings(self, device: str = "web") -> None:
        self.agent_legs[self.id, "8001"] = "own"
        self.report(sg.LegStarted, interaction=self.id, channel="own", agent="8001", device=device)
        self.report(sg.LegRinging, channel="own")

    def phone_answered(self) -> "Out":
        self.phone_rings()
        self.report(sg.LegAnswered, channel="own")
        return self

    def customer_answers(self) -> cm.Leave:
        self.report(
            sg.FlowWanted,
            agi=self.agi(),
            interaction=self.id,
            channel=self.id,
            caller="",
            caller_name="",
            dialled="",
        )
        return self.last(cm.Leave)

    def joined(self) -> "Out":
        self.customer_answers()
        for channel in ("own", self.id):
            self.report(sg.LegJoined, channel=channel, bridge="pair")
        return self


@pytest.fixture
def line():
    line = Out()
    yield line
    line.sound()


def test_the_agents_phone_then_the_customers_rings_and_both_talk(line):
    line.dial(as_number=SHOWN)
    arrived, dialled = line.last(ev.CallArrived), line.last(ev.DialledOut)
    assert (arrived.source, arrived.caller, arrived.dialled) == ("outbound", NUMBER, SHOWN)
    assert (dialled.number, dialled.as_number, dialled.trunk) == (NUMBER, SHOWN, "two")
    ring = line.last(cm.RingAgent)
    assert (ring.into, ring.ringback, ring.auto_answer) == ("partner", True, True)
    view = line.view(line.id)
    assert (view.phase, view.direction, view.as_number, view.agent) == ("dialling", "out", SHOWN, "8001")
    assert line.state_of("8001") == ("reserved", line.id)
    assert not line.last(cm.CallCustomer)

    line.phone_answered()
    called = line.last(cm.CallCustomer)
    assert (called.interaction, called.number, called.trunk) == (line.id, NUMBER, "two")
    assert (called.as_number, called.queue, called.ring_s) == (SHOWN, "", 45)

    leave = line.customer_answers()
    assert (leave.to, leave.partner, leave.recorded) == ("agent", "own", True)
    line.joined()
    connected = line.last(ev.Connected)
    assert (connected.queue, connected.offer, connected.waited_s) == ("", "", 0)
    assert line.last(ev.RecordingExpected).file == f"{line.id}.raw"
    assert line.state_of("8001") == ("talking", line.id)


def test_its_wrap_up_is_the_centres_and_no_survey_follows(line):
    line.dial().phone_answered().joined()
    line.do(rq.EndCall(agent="8001", interaction=line.id))
    line.ends("own")
    assert line.agent().wrap_up_until == line.now + 15
    assert line.next_wanted(line.id, "ANSWER", True).commands[-1].to == "hangup"
    line.ends(line.id)
    line.wait(20)
    assert line.state_of("8001") == ("ready", "")
    assert line.id not in line.board.state.calls


def test_it_is_transferred_and_consulted_like_any_call(line):
    line.sign_in("8002")
    line.dial().phone_answered().joined()
    line.do(rq.Transfer(agent="8001", interaction=line.id, to=Target(kind="agent", id="8002")))
    assert (line.view(line.id).queue, line.view(line.id).offer.agent) == ("support", "8002")


def test_unrecorded_where_the_centre_says_so(line):
    line.apply(msgspec.structs.replace(centre(), outbound=dk.Outbound(recorded=False)))
    line.dial().phone_answered()
    assert line.last(cm.CallCustomer).as_number == ""
    assert not line.customer_answers().recorded
    line.joined()
    assert not line.last(ev.RecordingExpected)


@pytest.mark.parametrize("result", ["no_answer", "busy", "unreachable", "failed"])
def test_a_customer_who_does_not_answer_sets_the_agent_free(line, result):
    line.dial().phone_answered()
    line.report(sg.CustomerCalled, interaction=line.id, result=result)
    assert line.last(ev.DialOutFailed).reason == result
    assert "own" in line.hung_up()
    assert line.id not in line.board.state.calls
    line.ends("own")
    assert line.state_of("8001") == ("ready", "")


def test_a_phone_that_is_not_answered_sets_the_agent_free(line):
    line.dial()
    line.report(sg.AgentRung, interaction=line.id, agent="8001", result="no_answer")
    assert line.last(ev.DialOutFailed).reason == "agent_no_answer"
    assert line.state_of("8001") == ("ready", "")


@pytest.mark.parametrize("how", ["ends", "hangs_up"])
def test_an_agent_who_hangs_up_while_the_customer_rings_stops_it(line, how):
    line.dial().phone_answered()
    if how == "ends":
        line.do(rq.EndCall(agent="8001", interaction=line.id))
        assert "own" in line.hung_up()
    line.ends("own")
    assert line.id in line.hung_up()
    assert line.last(ev.DialOutFailed).reason == "agent_gone"
    line.ends(line.id)
    assert line.state_of("8001") == ("ready", "")


def test_a_customers_leg_that_ends_before_the_two_are_joined_ends_the_call(line):
    line.dial().phone_answered()
    line.customer_answers()
    line.ends(line.id)
    assert line.last(ev.CallEnded)
    assert "own" in line.hung_up()
    line.ends("own")
    assert line.state_of("8001") == ("ready", "")


def test_a_phone_that_vanishes_before_it_answers_sets_the_agent_free(line):
    line.dial()
    line.report(sg.PhoneSeen, agent="8001", device="web", reachable=False)
    assert line.last(ev.DialOutFailed)
    assert line.state_of("8001") == ("unreachable", "")


def test_what_nobody_reports_ends_by_itself(line):
    line.dial().phone_answered()
    line.wait(300)
    assert line.last(ev.DialOutFailed).reason == "failed"
    line.ends("own")
    assert line.state_of("8001") == ("ready", "")


def test_a_pause_does_not_end_ones_own_call(line):
    line.dial()
    line.do(rq.Pause(agent="8001"))
    assert line.state_of("8001") == ("reserved", line.id)


def test_what_cannot_be_is_refused_and_changes_nothing(line):
    def dial(number="13900139000", as_number="", agent="8001"):
        return line.refused(rq.DialOut(agent=agent, number=number, as_number=as_number))

    assert dial() == "not_signed_in"
    assert dial(agent="8009") == "unknown_agent"
    line.do(rq.SignIn(agent="8001"))
    assert dial() == "phone_not_reachable"
    line.sign_in("8001")
    for number in ("110", "95588", "+4915112345678", "**", "8002"):
        assert dial(number) == "number_not_allowed", number
    assert dial(as_number="02100000000") == "number_not_allowed"
    line.report(sg.AsteriskLost)
    assert dial() == "not_now"
    line.report(sg.AsteriskSnapshot, reachable=(("8001", "web"),))
    line.dial()
    assert dial() == "not_now"


def test_in_a_call_or_in_wrap_up_nobody_is_called(line):
    line.talking()
    assert line.refused(rq.DialOut(agent="8001", number="13900139000")) == "not_now"
    line.ask(rq.EndCall)
    line.ends(line.own)
    assert line.refused(rq.DialOut(agent="8001", number="13900139000")) == "not_now"


def test_numbers_the_centre_allows_beyond_its_country(line):
    line.apply(msgspec.structs.replace(centre(), outbound=dk.Outbound(allowed=("+49", "955"))))
    assert line.dial("+4915112345678")
    line.report(sg.AgentRung, interaction=line.id, agent="8001", result="failed")
    assert line.refused(rq.DialOut(agent="8001", number="13900139000")) == "number_not_allowed"
