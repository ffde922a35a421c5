"""What waiting callers hear, the keys they may press, and where they go when they cannot be served as usual."""

import pytest

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from callcenter.calls.rosters import Roster, Shift
from tests.switchboard.centre import Telephone, document

DAY = Roster(id="day", name=Text("日班", "Day"), shifts=(Shift(days=("wed",), from_="06:00", to="08:00"),))


def centre(agents=("8001", "8002"), roster_of_agents=None, **queue) -> ct.Centre:
    plain = document(**queue)
    kept = {name: getattr(plain, name) for name in plain.__struct_fields__}
    made = tuple(ct.Agent(id=a, name=a, queues=("support", "sales"), roster=roster_of_agents) for a in agents)
    return ct.Centre(**kept | {"agents": made, "rosters": (DAY,)})


def to(place: str, **fields) -> ct.Destination:
    return ct.Destination(to=place, **fields)


def leave(phone: Telephone) -> tuple[str, str, str]:
    """(reason, why, to) of the last exit."""
    left = phone.last(ev.QueueLeft)
    return left.reason, left.why, left.to


# ---- what is heard


def test_the_place_and_the_wait_are_told_and_the_texts_in_turn():
    texts = (Text("第一", "One"), Text("第二", "Two"))
    phone = Telephone(centre=centre(announcements=texts, exits_text=Text("按1", "Press 1"), announce_every_s=15))
    phone.sign_in("8001", ready=True)
    phone.talk("busy")
    phone.queue_up("c1")
    heard = phone.beat("c1")
    assert heard[0].startswith("您是下一位")
    assert heard[1].startswith("预计等候时间")
    assert heard[2:] == ["按1"]
    phone.wait(15)
    assert phone.beat("c1")[2:] == ["第一", "按1"]
    phone.wait(15)
    assert phone.beat("c1")[2:] == ["第二", "按1"]


def test_what_is_announced_can_be_chosen():
    phone = Telephone(centre=centre(announce=("position",)))
    phone.sign_in("8001")
    phone.talk("busy")
    phone.queue_up("c1")
    assert len(phone.beat("c1")) == 1


def test_what_was_foretold_is_written_down_and_held_against_what_came():
    phone = Telephone(centre=centre(wrap_up_s=0, announce_every_s=15))
    phone.sign_in("8001")
    phone.talk("busy")
    phone.queue_up("c1")
    told = phone.last(ev.WaitForetold)
    assert 0 <= told.low_s < told.high_s
    phone.wait((told.low_s + told.high_s) / 2)
    phone.agent_ends("busy", "8001")
    phone.ring("c1")
    phone.answer("c1")
    queue = phone.board.floor(0).queues["support"]
    assert (queue.foretold, queue.held) == (1, 1)


def test_an_announcement_takes_a_key_only_where_keys_mean_something():
    phone = Telephone(centre=centre(exits={"2": to("voicemail")}))
    phone.queue_up("c1")
    phone.beat("c1")
    step = phone.commands[-1]
    assert isinstance(step, cm.FlowStep)
    assert (step.max_digits, step.timeout_s) == (1, 0)
    phone.press("c1", "")
    assert phone.last(cm.Leave).to == "stay"


def test_the_music_is_the_queues():
    phone = Telephone(centre=centre(music="calm"))
    phone.queue_up("c1")
    assert phone.last(cm.Leave).music == "calm"


# ---- keys


def test_a_key_leads_to_voicemail():
    phone = Telephone(centre=centre(exits={"2": to("voicemail")}))
    phone.queue_up()
    phone.press_waiting("c1", "2")
    assert leave(phone) == ("voicemail", "key", "support")
    assert (phone.view().phase, phone.last(ev.MessageBegan).mailbox) == ("voicemail", "support")
    phone.sign_in("8001")
    assert phone.view().offer is None


def test_a_key_during_an_announcement_counts_as_well():
    phone = Telephone(centre=centre(exits={"2": to("voicemail")}))
    phone.queue_up()
    phone.beat()
    phone.press("c1", "2")
    assert phone.view().phase == "voicemail"


def test_a_key_leads_to_a_menu_and_back_to_the_same_place():
    phone = Telephone(centre=centre(exits={"*": to("flow", id="hotline")}))
    phone.queue_up("c1")
    place = phone.view().queued_at
    phone.wait(40)
    phone.press_waiting("c1", "*")
    assert phone.last(cm.Leave).to == "flow"
    assert phone.view().phase == "flow"
    phone.call("c1")
    assert isinstance(phone.commands[-1], cm.FlowStep)
    phone.press("c1", "2")
    assert (phone.view().phase, phone.view().queued_at) == ("waiting", place)


def test_a_key_that_means_nothing_changes_nothing():
    phone = Telephone(centre=centre(exits={"2": to("voicemail")}))
    phone.queue_up()
    phone.press_waiting("c1", "7")
    assert (phone.view().phase, phone.last(cm.Leave).to) == ("waiting", "stay")


# ---- instead of waiting


def test_a_full_queue_sends_callers_on():
    full = ct.Instead(full=to("queue", id="sales"))
    phone = Telephone(centre=centre(capacity=1, instead=full))
    phone.queue_up("c1")
    phone.queue_up("c2", "13900139000")
    assert leave(phone) == ("overflow", "full", "sales")
    assert (phone.view("c2").queue, phone.view("c2").phase) == ("sales", "waiting")


def test_a_full_queue_without_a_destination_says_so_and_ends_the_call():
    phone = Telephone(centre=centre(capacity=1))
    phone.queue_up("c1")
    phone.queue_up("c2", "13900139000")
    assert (leave(phone), phone.last(cm.Leave).to) == (("overflow", "full", ""), "hangup")


def test_a_connection_that_breaks_during_the_apology_does_not_bring_the_caller_back():
    phone = Telephone(centre=centre(max_wait_s=30))
    phone.queue_up()
    phone.wait(30)
    phone.beat()
    assert phone.last(cm.Leave).to == "hangup"
    phone.beat()
    assert phone.last(cm.Leave).to == "flow"
    phone.call("c1")
    assert phone.last(cm.Leave).to == "hangup"


def test_who_flows_over_keeps_the_seconds_waited():
    phone = Telephone(centre=centre(max_wait_s=60, instead=ct.Instead(too_long=to("queue", id="sales"))))
    phone.queue_up()
    place = phone.view().queued_at
    phone.wait(60)
    phone.beat()
    assert (phone.view().queue, phone.view().queued_at) == ("sales", place)
    assert leave(phone) == ("overflow", "too_long", "sales")


def test_queues_that_send_callers_to_each_other_do_not_do_so_for_ever():
    plain = document()
    instead = [ct.Instead(full=to("queue", id=other)) for other in ("sales", "support")]
    queues = tuple(
        ct.Queue(id=name, name=Text(name, name), capacity=1, instead=way)
        for name, way in zip(("support", "sales"), instead, strict=True)
    )
    kept = {name: getattr(plain, name) for name in plain.__struct_fields__}
    phone = Telephone(centre=ct.Centre(**kept | {"queues": queues}))
    for n in range(3):
        phone.queue_up(f"c{n}", f"1380013800{n}")
    assert phone.last(cm.Leave).to == "hangup"
    assert phone.faults == []


@pytest.mark.parametrize("why", ["nobody_signed_in", "all_paused"])
def test_with_nobody_to_take_calls_callers_go_to_voicemail(why):
    phone = Telephone(centre=centre(instead=ct.Instead(**{why: to("voicemail")})))
    if why == "all_paused":
        phone.sign_in("8001")
        phone.do(rq.Pause(agent="8001", reason="lunch"))
    phone.queue_up()
    assert leave(phone) == ("voicemail", why, "support")
    assert phone.view().phase == "voicemail"


def test_when_the_last_agent_signs_out_those_who_wait_are_led_on():
    phone = Telephone(centre=centre(instead=ct.Instead(nobody_signed_in=to("voicemail"))))
    phone.sign_in("8001")
    phone.talk("busy")
    phone.queue_up("c1")
    assert phone.view("c1").phase == "waiting"
    phone.agent_ends("busy", "8001")
    phone.do(rq.SignOut(agent="8001"))
    phone.sign_in("8002")
    phone.do(rq.SignOut(agent="8002"))


def test_outside_the_roster_callers_hear_so_and_nobody_is_offered():
    phone = Telephone(centre=centre(roster="day"))  # a Wednesday, 06:13
    phone.sign_in("8001")
    phone.wait(2 * 3600)
    phone.queue_up()
    assert (leave(phone), phone.last(cm.Leave).to) == (("overflow", "closed", ""), "hangup")
    assert phone.all(ev.OfferMade) == []
    assert phone.board.floor(0).queues["support"].open is False


def test_outside_the_roster_callers_get_the_closed_flow():
    phone = Telephone(centre=centre(roster="day", instead=ct.Instead(closed=to("flow", id="survey"))))
    phone.wait(2 * 3600)
    phone.queue_up()
    assert (phone.view().phase, phone.view().flow) == ("flow", "survey")


def test_those_who_wait_at_closing_time_are_served_while_somebody_is_at_work():
    phone = Telephone(centre=centre(roster="day", max_wait_s=86_400))
    phone.sign_in("8001")
    phone.talk("busy")
    phone.queue_up("c1")
    phone.wait(2 * 3600)
    phone.beat("c1")
    assert phone.view("c1").phase == "waiting"
    phone.agent_ends("busy", "8001")
    phone.do(rq.SignOut(agent="8001"))
    phone.beat("c1")
    assert leave(phone)[:2] == ("overflow", "closed")


# ---- shifts


def test_an_agent_off_duty_is_not_offered_and_is_again_when_the_shift_begins():
    phone = Telephone(centre=centre(roster_of_agents="day"))
    phone.sign_in("8001")
    phone.wait(2 * 3600)
    assert phone.agent().state == "off_duty"
    phone.queue_up()
    assert phone.view().offer is None
    assert phone.last(cm.SetFallbackMember).state == "paused"
    phone.wait(7 * 86_400 - 2 * 3600)
    assert phone.all(ev.ShiftBegan)
    assert phone.view().offer.agent == "8001"


def test_a_shift_that_ends_at_midnight_ends():
    plain = centre(roster_of_agents="day")
    late = Roster(id="day", name=DAY.name, shifts=(Shift(days=("wed",), from_="06:00", to="24:00"),))
    kept = {name: getattr(plain, name) for name in plain.__struct_fields__}
    phone = Telephone(centre=ct.Centre(**kept | {"rosters": (late,)}))
    phone.sign_in("8001")
    phone.wait(18 * 3600)
    assert phone.all(ev.ShiftEnded)
    assert phone.agent().state == "off_duty"


def test_with_nobody_on_duty_callers_go_where_the_queue_says():
    way = ct.Instead(nobody_on_duty=to("voicemail"))
    phone = Telephone(centre=centre(roster_of_agents="day", instead=way))
    phone.wait(2 * 3600)
    phone.queue_up()
    assert leave(phone) == ("voicemail", "nobody_on_duty", "support")


def test_shifts_that_changed_while_no_engine_ran_are_noticed_at_the_start():
    phone = Telephone(centre=centre(roster_of_agents="day"))
    phone.sign_in("8001")
    phone.now += 3 * 3600
    phone._keep(phone.board.start("cc1", phone.now))
    assert phone.last(ev.ShiftEnded).agent in ("8001", "8002")
    assert phone.agent("8001").on_duty is False


# ---- why


def test_why_names_everybody_and_what_keeps_each():
    phone = Telephone(centre=centre(agents=("8001", "8002", "8003", "8004")))
    phone.sign_in("8001")
    phone.talk("busy")
    phone.sign_in("8002", ready=False)
    phone.do(rq.Pause(agent="8002", reason="lunch"))
    phone.sign_in("8003")
    phone.report(sg.PhoneSeen, agent="8003", device="web", reachable=False)
    phone.queue_up("c1")
    why = phone.board.why("c1", phone.now)
    assert {one.agent: (one.excluded, one.detail) for one in why.agents} == {
        "8001": ("talking", "busy"),
        "8002": ("paused", "lunch"),
        "8003": ("unreachable", ""),
        "8004": ("signed_out", ""),
    }
    assert phone.board.why("busy", phone.now) is None
    assert phone.last(ev.NoAgentYet).excluded == {"talking": 1, "paused": 1, "unreachable": 1, "signed_out": 1}
