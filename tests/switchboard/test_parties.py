"""Hold, keys, mute and picking up; dispositions; automatic answers."""

import msgspec
import pytest

from callcenter.calls import commands as cm
from callcenter.calls import desk as dk
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from tests.switchboard.several import Several, centre


@pytest.fixture
def line():
    line = Several().talking(device="desk", others=("8002",))
    yield line
    line.sound()


def hold(line, on=True):
    return line.ask(rq.Hold, on=on)


# ---- hold


def test_held_by_the_page_the_customer_hears_music_and_comes_back(line):
    hold(line)
    assert line.places() == [("c1-customer", "held"), (line.own, "room")]
    assert (line.view().phase, line.state_of("8001")[0]) == ("held", "held")
    assert line.held_beat().to == "stay"
    line.wait(30)
    hold(line, on=False)
    assert line.places() == [("c1-customer", "room")]
    line.seats_taken()
    assert (line.view().phase, line.state_of("8001")[0]) == ("talking", "talking")
    hold(line)
    assert line.places() == [("c1-customer", "held")], "the agent is in the room already"


def test_held_by_the_phone_a_pair_stays_and_in_a_room_the_customer_moves(line):
    line.report(sg.LegHeld, channel=line.own)
    assert line.view().phase == "held"
    assert not line.last(cm.Seats)
    assert line.refused(rq.Hold(agent="8001", interaction="c1", on=False)) == "not_now"
    line.report(sg.LegResumed, channel=line.own)
    hold(line)
    hold(line, on=False)
    line.seats_taken()
    line.report(sg.LegHeld, channel=line.own)
    assert line.places() == [("c1-customer", "held")]
    line.report(sg.LegResumed, channel=line.own)
    assert line.places() == [("c1-customer", "room")]
    assert line.view().phase == "talking"


def test_a_customer_whose_agent_hangs_up_during_hold_hears_what_is_next(line):
    hold(line)
    line.seats_taken()
    line.ends(line.own)
    assert line.state_of("8001")[0] == "wrap_up"
    assert line.held_beat().to == "flow"
    assert line.view().phase == "survey"


def test_a_customer_who_hangs_up_during_hold_leaves_no_leg_behind(line):
    hold(line)
    line.caller_hangs_up()
    assert line.hung_up() == [line.own]
    assert line.last(ev.TalkEnded).by == "caller"


def test_held_twice_or_taken_back_twice_is_refused(line):
    assert line.refused(rq.Hold(agent="8001", interaction="c1", on=False)) == "not_now"
    hold(line)
    assert line.refused(rq.Hold(agent="8001", interaction="c1", on=True)) == "not_now"
    assert line.refused(rq.Hold(agent="8002", interaction="c1", on=False)) == "not_your_call"


def test_a_customer_on_hold_whose_call_nobody_knows_is_asked_into_a_flow(line):
    line.report(sg.HeldBeat, agi=line.agi(), interaction="c7", channel="c7-customer")
    assert line.last(cm.Leave).to == "flow"


# ---- keys, mute, picking up


def test_keys_go_to_the_customer_and_are_not_kept(line):
    line.ask(rq.SendDigits, digits="123#")
    assert line.last(cm.PressKeys) == cm.PressKeys(channel="c1-customer", digits="123#")
    assert line.last(ev.DigitsSent).count == 4
    assert "123#" not in repr(line.last(ev.DigitsSent))


def test_an_agent_mutes_the_own_leg(line):
    line.ask(rq.Mute, on=True)
    assert line.last(cm.MuteLeg) == cm.MuteLeg(channel=line.own, on=True)
    assert line.refused(rq.Mute(agent="8002", interaction="c1", on=True)) == "not_your_call"


def test_a_desk_phone_is_told_to_pick_up_and_a_browser_is_not():
    line = Several()
    line.sign_in("8001", "desk")
    line.queue_up("c1")
    offer = line.view().offer.id
    assert line.refused(rq.AnswerOffer(agent="8001", offer=offer)) == "not_now", "it does not ring yet"
    line.ring("c1")
    line.do(rq.AnswerOffer(agent="8001", offer=offer))
    assert line.last(cm.PickUp).channel == line.own
    assert line.refused(rq.AnswerOffer(agent="8001", offer="c1-9")) == "not_your_call"
    line.answer("c1")
    assert line.refused(rq.AnswerOffer(agent="8001", offer=offer)) in ("not_now", "not_your_call")
    line.sign_in("8002", "web")
    line.queue_up("c2", "13800138002")
    line.ring("c2")
    assert line.refused(rq.AnswerOffer(agent="8002", offer=line.view("c2").offer.id)) == "not_now"
    line.sound()


def test_browsers_answer_by_themselves_by_the_agents_or_the_queues_entry():
    plain = centre()
    line = Several()
    line.sign_in("8001")
    line.queue_up("c1")
    assert not line.last(cm.StartOffer).rings[0].auto_answer
    queues = (msgspec.structs.replace(plain.queues[0], auto_answer=True), *plain.queues[1:])
    line.apply(msgspec.structs.replace(plain, queues=queues))
    line.sign_in("8002", "web")
    line.queue_up("c2", "13800138002")
    assert line.last(cm.StartOffer).rings[0].auto_answer
    line.sign_in("8003", "desk")
    line.queue_up("c3", "13800138003")
    assert not line.last(cm.StartOffer).rings[0].auto_answer


# ---- dispositions


@pytest.fixture
def strict():
    line = Several(disposition_required=True)
    tree = (
        dk.Disposition(id="sale", name=Text("成交", "Sale")),
        dk.Disposition(id="cash", name=Text("现金", "Cash"), parent="sale"),
        dk.Disposition(id="none", name=Text("无", "None")),
    )
    line.apply(msgspec.structs.replace(centre(disposition_required=True), dispositions=tree))
    line.talking()
    line.ask(rq.EndCall)
    line.ends(line.own)
    assert line.state_of("8001") == ("wrap_up", "c1")
    return line


def note(line, disposition):
    return rq.WriteNote(agent="8001", interaction="c1", note="", disposition=disposition)


def test_only_leaves_of_the_dispositions_are_chosen(strict):
    assert strict.refused(note(strict, "sale")) == "unknown_choice"
    assert strict.refused(note(strict, "gone")) == "unknown_choice"
    strict.do(note(strict, "cash"))


def test_where_one_is_required_wrap_up_ends_early_only_with_it(strict):
    assert strict.refused(rq.EndWrapUp(agent="8001")) == "not_now"
    assert strict.refused(rq.GoReady(agent="8001")) == "not_now"
    strict.do(note(strict, "none"))
    strict.do(rq.EndWrapUp(agent="8001"))
    assert strict.state_of("8001") == ("ready", "")


def test_the_limit_ends_the_wrap_up_without_one(strict):
    strict.wait(120)
    assert strict.state_of("8001") == ("ready", "")
