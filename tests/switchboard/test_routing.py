"""Who gets which caller: skills, weights, credit, strategies, the agent of the last talk."""

import msgspec
import pytest

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from callcenter.switchboard.state import State
from tests.switchboard.centre import Telephone, document

ENGLISH = ct.Choice(id="english", name=Text("英语", "English"))


def centre(agents, tiers=(), **queue) -> ct.Centre:
    """One queue `support`, agents by id with what else they have."""
    plain = document(**queue)
    made = tuple(ct.Agent(id=name, name=name, **{"queues": ("support",)} | more) for name, more in agents.items())
    fields = {name: getattr(plain, name) for name in plain.__struct_fields__}
    return ct.Centre(**fields | {"agents": made, "skills": (ENGLISH,), "tiers": tiers})


def offered(phone: Telephone, interaction: str = "c1") -> str:
    offer = phone.view(interaction).offer
    return offer.agent if offer else ""


def test_a_caller_waits_for_the_level_and_after_a_while_less_is_enough():
    phone = Telephone(
        centre=centre(
            {"8001": {"skills": {"english": 3}}, "8002": {}},
            skills={"english": 5},
            relax=(ct.Relaxation(after_s=30, level=3), ct.Relaxation(after_s=60, level=0)),
        )
    )
    phone.sign_in("8002")
    phone.queue_up()
    assert offered(phone) == ""
    assert phone.last(ev.NoAgentYet).lacking == 1
    phone.sign_in("8001")
    assert offered(phone) == "", "level 3 is not enough yet"
    phone.wait(29)
    assert offered(phone) == ""
    phone.wait(1)
    assert offered(phone) == "8001"
    assert phone.last(ev.OfferMade).pick.level == 3


def test_at_last_any_agent_of_the_queue_will_do():
    phone = Telephone(centre=centre({"8002": {}}, skills={"english": 5}, relax=(ct.Relaxation(after_s=60, level=0),)))
    phone.sign_in("8002")
    phone.queue_up()
    phone.wait(59)
    assert offered(phone) == ""
    phone.wait(1)
    assert offered(phone) == "8002"


def test_an_agent_of_one_of_the_queues_groups_serves_it():
    plain = document(groups=("evening",))
    fields = {name: getattr(plain, name) for name in plain.__struct_fields__}
    group = ct.Choice(id="evening", name=Text("晚班", "Evening"))
    agents = (ct.Agent(id="8009", name="Wu", groups=("evening",)),)
    phone = Telephone(centre=ct.Centre(**fields | {"agents": agents, "groups": (group,)}))
    phone.sign_in("8009")
    phone.queue_up()
    assert offered(phone) == "8009"


def test_a_tier_with_ninety_seconds_of_credit_stands_where_one_who_has_waited_ninety_seconds_longer_stands():
    tiers = (ct.Tier(id="A", name=Text("甲", "A"), credit_s=90),)
    phone = Telephone(centre=centre({"8001": {}}, tiers=tiers))
    phone.queue_up("early", "13800138001")
    phone.wait(89)
    phone.queue_up("dear", "13800138002", tier="A")
    phone.sign_in("8001")
    assert offered(phone, "dear") == "8001"
    assert phone.last(ev.OfferMade).pick.credit_s == 90


def test_one_second_more_of_waiting_is_worth_more_than_the_credit():
    tiers = (ct.Tier(id="A", name=Text("甲", "A"), credit_s=90),)
    phone = Telephone(centre=centre({"8001": {}}, tiers=tiers))
    phone.queue_up("early", "13800138001")
    phone.wait(91)
    phone.queue_up("dear", "13800138002", tier="A")
    phone.sign_in("8001")
    assert offered(phone, "early") == "8001"


def test_the_fewest_calls_today_come_first():
    phone = Telephone(centre=centre({"8001": {}, "8002": {}}, strategy="fewest_calls", wrap_up_s=0))
    phone.sign_in("8001")
    phone.talk("c1")
    phone.agent_leg_ends("c1", "8001")
    phone.caller_hangs_up("c1")
    phone.wait(100)
    phone.sign_in("8002")
    phone.queue_up("c2")
    assert offered(phone, "c2") == "8002"
    assert phone.agent("8001").calls_today == 1


def test_calls_of_yesterday_do_not_count():
    phone = Telephone(centre=centre({"8001": {}, "8002": {}}, strategy="fewest_calls", wrap_up_s=0))
    phone.sign_in("8001")
    phone.talk("c1")
    phone.agent_leg_ends("c1", "8001")
    phone.caller_hangs_up("c1")
    phone.wait(86_400)
    phone.sign_in("8002")
    assert phone.agent("8001").calls_today == 0
    phone.queue_up("c2")
    assert offered(phone, "c2") == "8001", "as few as the other today, and idle for longer"


# ---- ring all


@pytest.fixture
def everybody() -> Telephone:
    phone = Telephone(centre=centre({"8001": {}, "8002": {}, "8003": {}}, strategy="ring_all"))
    for agent in ("8001", "8002", "8003"):
        phone.sign_in(agent)
    phone.queue_up()
    return phone


def test_all_phones_ring_and_the_first_to_answer_gets_the_call(everybody):
    assert [ring.agent for ring in everybody.last(cm.StartOffer).rings] == ["8001", "8002", "8003"]
    everybody.ring("c1")
    assert {everybody.agent(a).state for a in ("8001", "8002", "8003")} == {"ringing"}
    everybody.answer("c1", "8002")
    assert everybody.view().agent == "8002"
    for loser in ("8001", "8003"):
        everybody.agent_leg_ends("c1", loser, cause=26)
        assert (everybody.agent(loser).state, everybody.agent(loser).missed) == ("ready", 0)
    everybody.queue_up("c2")
    assert everybody.view("c2").offer.agents == ("8001", "8003")
    assert everybody.faults == []


def test_one_who_rejects_leaves_the_others_ringing(everybody):
    everybody.ring("c1")
    everybody.do(rq.RejectOffer(agent="8002", offer="c1-1"))
    assert everybody.last(cm.HangUp).channel == everybody.leg("c1", "8002")
    assert everybody.view().offer.agents == ("8001", "8003")
    assert everybody.agent("8002").state == "backing_off"
    everybody.agent_leg_ends("c1", "8002")
    everybody.answer("c1", "8003")
    assert everybody.view().agent == "8003"


def test_when_nobody_answers_the_caller_keeps_the_place(everybody):
    entered_at = everybody.view().queued_at
    everybody.ring("c1")
    everybody.wait(20)
    for agent in ("8001", "8002"):
        everybody.agent_leg_ends("c1", agent, cause=19)
    assert everybody.view().offer.agents == ("8003",)
    everybody.agent_leg_ends("c1", "8003", cause=19)
    everybody.next_wanted("c1", "NOANSWER", talked=False)
    assert (everybody.view().phase, everybody.view().queued_at) == ("waiting", entered_at)
    assert [everybody.agent(a).missed for a in ("8001", "8002", "8003")] == [1, 1, 1]
    assert everybody.faults == []


def test_phones_that_stopped_ringing_a_moment_apart_ring_together_again(everybody):
    everybody.ring("c1")
    everybody.wait(20.002)
    everybody.agent_leg_ends("c1", "8001", cause=16)
    everybody.wait(0.003)
    everybody.agent_leg_ends("c1", "8002", cause=16)
    everybody.wait(0.25)
    everybody.agent_leg_ends("c1", "8003", cause=16)
    everybody.next_wanted("c1", "NOANSWER", talked=False)
    assert {everybody.agent(a).state for a in ("8001", "8002", "8003")} == {"backing_off"}
    everybody.wait(11)
    assert everybody.view().offer.agents == ("8001", "8002", "8003")


def test_a_caller_who_hangs_up_while_all_phones_ring_costs_nobody_anything(everybody):
    everybody.ring("c1")
    everybody.caller_hangs_up()
    for agent in ("8001", "8002", "8003"):
        everybody.agent_leg_ends("c1", agent, cause=16)
    assert {everybody.agent(a).state for a in ("8001", "8002", "8003")} == {"ready"}
    assert everybody.last(ev.QueueLeft).reason == "abandoned"


# ---- the agent of the last talk


def test_a_caller_waits_a_while_for_the_agent_of_the_last_talk():
    phone = Telephone(centre=centre({"8001": {}, "8002": {}}, sticky_s=30))
    phone.sign_in("8001")
    phone.talk("other")
    phone.sign_in("8002")
    phone.queue_up("c1", last_agent="8001", last_talk_at=phone.now - 3600)
    assert (offered(phone), phone.view().only) == ("", "8001")
    phone.wait(30)
    assert offered(phone) == "8002"


def test_the_agent_of_the_last_talk_who_becomes_free_in_time_gets_the_caller():
    phone = Telephone(centre=centre({"8001": {}, "8002": {}}, sticky_s=30, wrap_up_s=0))
    phone.sign_in("8001")
    phone.talk("other")
    phone.sign_in("8002")
    phone.queue_up("c1", last_agent="8001", last_talk_at=phone.now - 3600)
    phone.wait(10)
    phone.agent_ends("other", "8001")
    assert offered(phone) == "8001"


def test_nobody_waits_for_an_agent_who_is_not_there_or_for_a_talk_of_long_ago():
    phone = Telephone(centre=centre({"8001": {}, "8002": {}}, sticky_s=30))
    phone.sign_in("8002")
    phone.queue_up("c1", last_agent="8001", last_talk_at=phone.now - 3600)
    assert offered(phone, "c1") == "8002"
    phone.sign_in("8001")
    phone.do(rq.Pause(agent="8001", reason="lunch"))
    phone.queue_up("c2", last_agent="8002", last_talk_at=phone.now - 31 * 86_400)
    assert phone.view("c2").only == ""


def test_nobody_waits_for_an_agent_who_cannot_serve_the_queue_any_more():
    agents = {"8001": {"skills": {"english": 1}}, "8002": {"skills": {"english": 9}}}
    phone = Telephone(centre=centre(agents, sticky_s=30, skills={"english": 5}))
    for agent in agents:
        phone.sign_in(agent)
    phone.queue_up("c1", last_agent="8001", last_talk_at=phone.now - 3600)
    assert offered(phone) == "8002"


# ---- what else keeps an agent from calls


def test_an_agent_whose_phone_is_in_another_call_is_left_alone():
    phone = Telephone(centre=centre({"8001": {}}))
    phone.sign_in("8001")
    phone.report(sg.OtherCall, agent="8001", channel="echo", live=True)
    phone.queue_up()
    assert (offered(phone), phone.agent().state) == ("", "other_call")
    phone.report(sg.OtherCall, agent="8001", channel="echo", live=False)
    assert offered(phone) == "8001"


def test_a_wrap_up_that_is_kept_ends_only_by_its_limit():
    phone = Telephone(centre=centre({"8001": {}}, wrap_up_s=30, wrap_up_cut=False))
    phone.sign_in("8001")
    phone.talk()
    phone.agent_ends("c1", "8001")
    assert phone.agent().wrap_up_may_end is False
    for wish in (rq.EndWrapUp, rq.GoReady):
        with pytest.raises(rq.WrapUpKept):
            phone.do(wish(agent="8001"))
    phone.wait(30)
    assert phone.agent().state == "ready"


def test_a_wrap_up_is_extended_up_to_the_queues_limit():
    phone = Telephone(centre=centre({"8001": {}}, wrap_up_s=30, wrap_up_limit_s=60))
    phone.sign_in("8001")
    phone.talk()
    phone.agent_ends("c1", "8001")
    began_at = phone.now
    phone.do(rq.ExtendWrapUp(agent="8001", by_s=60))
    assert phone.agent().wrap_up_until == began_at + 60
    with pytest.raises(rq.Refused, match="60 seconds"):
        phone.do(rq.ExtendWrapUp(agent="8001", by_s=60))


# ---- changes while callers wait


def test_a_new_centre_takes_effect_on_those_who_wait():
    phone = Telephone(centre=centre({"8001": {}}, skills={"english": 5}))
    phone.sign_in("8001")
    phone.queue_up()
    phone.wait(10)
    assert offered(phone) == ""
    place = phone.view().queued_at
    phone.apply(centre({"8001": {"skills": {"english": 5}}}, skills={"english": 5}))
    assert (offered(phone), phone.view().queued_at) == ("8001", place)


def test_an_agent_who_is_deleted_counts_no_longer():
    phone = Telephone(centre=centre({"8001": {}, "8002": {}}))
    phone.sign_in("8001")
    phone.sign_in("8002")
    phone.apply(centre({"8001": {}}))
    assert phone.board.floor(0).queues["support"].staffed == 1
    phone.do(rq.Pause(agent="8001", reason="lunch"))
    phone.queue_up()
    assert phone.last(ev.NoAgentYet).excluded == {"paused": 1}


def test_who_ended_before_a_restart_is_not_counted_as_waiting_after_it():
    phone = Telephone(centre=centre({"8001": {}}))
    phone.queue_up()
    snapshot = msgspec.json.encode(phone.board.state)
    tail = len(phone.events)
    phone.caller_hangs_up()
    again = Telephone(state=msgspec.json.decode(snapshot, type=State), now=phone.now)
    again.board.replay(phone.events[tail:], phone.now)
    assert again.board.floor(0).queues["support"].waiting == 0


def test_the_trace_of_an_offer_names_candidates_and_who_was_left_out():
    phone = Telephone(centre=centre({"8001": {}, "8002": {}, "8003": {}}))
    phone.sign_in("8002")
    phone.wait(5)
    phone.sign_in("8001")
    phone.queue_up()
    pick = phone.last(ev.OfferMade).pick
    assert (pick.strategy, pick.candidates, pick.ready) == ("longest_idle", ("8002", "8001"), 2)
    assert pick.excluded == {"signed_out": 1}
