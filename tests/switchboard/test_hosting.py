"""Calls whose line a provider holds, decided on a virtual clock."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.centre import Destination, Rule
from callcenter.switchboard.state import State
from tests.switchboard.centre import Telephone, document

ID = "tw-" + "0" * 32


def asked(phone: Telephone, step: int, digits: str = "", **more) -> cm.TellHost:
    phone.report(
        sg.HostedAsked,
        agi=phone.agi(),
        interaction=ID,
        channel="CA1",
        caller="+8613800138000",
        dialled="4001",
        host="twilio",
        step=step,
        digits=digits,
        brings=True,
        **more,
    )
    (answer,) = [c for c in phone.commands if isinstance(c, cm.TellHost) and c.agi == f"agi{phone._count}"]
    return answer


def test_what_dialplan_is_told_nobody_but_the_provider_hears():
    phone = Telephone()
    first = asked(phone, 0)
    assert (first.step, first.told.do, first.told.max_digits) == (1, "keys", 1)
    assert not [c for c in phone.commands if isinstance(c, cm.FlowStep | cm.Leave)]
    assert phone.view(ID).phase == "flow"
    over = asked(phone, 1, "2")
    assert over.told.do == "over"
    assert not phone.faults


def test_it_stands_in_line_only_when_it_has_come_over():
    phone = Telephone()
    phone.sign_in("8001")
    asked(phone, 0)
    asked(phone, 1, "2")
    assert not [c for c in phone.commands if isinstance(c, cm.StartOffer)]
    phone.report(sg.FlowWanted, agi="a", interaction=ID, channel="x1", caller="", caller_name="", dialled="4001")
    (offer,) = [c for c in phone.commands if isinstance(c, cm.StartOffer)]
    assert (offer.interaction, offer.channel) == (ID, "x1")


def test_a_rule_that_leads_into_a_queue_brings_the_call_over_at_once():
    rule = Rule(id="all", to=Destination(to="queue", id="sales"))
    centre = msgspec.structs.replace(document(), rules=(rule,))
    phone = Telephone(centre=centre)
    assert asked(phone, 0).told.do == "over"
    phone.report(sg.FlowWanted, agi="a", interaction=ID, channel="x1", caller="", caller_name="", dialled="4001")
    assert (phone.view(ID).phase, phone.view(ID).queue) == ("waiting", "sales")


def test_a_call_that_is_not_heard_of_ends_and_one_that_said_goodbye_sooner():
    phone = Telephone()
    asked(phone, 0)
    phone.wait(899)
    assert phone.view(ID).phase == "flow"
    phone.wait(2)
    (end,) = [e for e in phone.events if isinstance(e, ev.CallEnded)]
    assert (end.by, end.phase) == ("caller", "flow")
    assert asked(phone, 1).told is None
    assert asked(phone, 0).told is None


def test_the_state_outlives_a_snapshot():
    phone = Telephone()
    asked(phone, 0)
    state = msgspec.json.decode(msgspec.json.encode(phone.board.state), type=State)
    again = Telephone(state, phone.now)
    assert asked(again, 0).told == phone.commands[-1].told


@given(st.lists(st.tuples(st.sampled_from(["go on", "again", "old", "ahead"]), st.sampled_from(["", "2", "7"]))))
def test_a_repeated_question_changes_nothing_and_wrong_ones_have_no_answer(acts):
    phone, step, before = Telephone(), 0, None
    asked_last = -1
    for act, digits in acts:
        known = len(phone.events)
        if act == "go on" or before is None:
            if before and before.told.do != "keys":
                return
            asked_last, answer = step, asked(phone, step, digits)
            assert (answer.step, answer.told is None) == (step + 1, False)
            step, before = answer.step, answer
        elif act == "again":
            repeated = asked(phone, asked_last, digits)
            assert (repeated.step, repeated.told) == (before.step, before.told)
            assert len(phone.events) == known
        else:
            wrong = asked_last - 1 if act == "old" else step + 1
            assert asked(phone, wrong, digits).told is None
            assert len(phone.events) == known
    assert not phone.faults
