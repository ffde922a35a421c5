"""Who is let in, and which rule decides where a call goes."""

import datetime

import pytest

from callcenter.calls import centre as ct
from callcenter.calls import commands as cm
from callcenter.calls import events as ev
from callcenter.calls import signals as sg
from callcenter.calls.languages import Text
from callcenter.calls.rosters import Roster, Shift
from tests.switchboard.centre import Telephone, document

NIGHT = Roster(id="night", name=Text("夜间", "Night"), shifts=(Shift(days=("wed",), from_="00:00", to="08:00"),))
TIER_A = ct.Tier(id="A", name=Text("甲", "A"))


def centre(*rules, **fields) -> ct.Centre:
    plain = document()
    kept = {name: getattr(plain, name) for name in plain.__struct_fields__}
    more = {"rules": rules, "tiers": (TIER_A,), "rosters": (NIGHT,)}
    return ct.Centre(**kept | more | fields)


def to(place: str, **fields) -> ct.Destination:
    return ct.Destination(to=place, **fields)


def test_a_caller_on_the_blacklist_is_turned_away_and_it_is_written_down():
    phone = Telephone(centre=centre(blacklist=(ct.Blocked(number="13800138000", reason="abuse"),)))
    phone.call("c1", "+8613800138000")
    assert phone.last(ev.CallBlocked).reason == "abuse"
    assert (phone.last(cm.Leave).to, len(phone.last(cm.Leave).play)) == ("hangup", 1)
    phone.caller_hangs_up()
    assert phone.last(ev.CallEnded).by == "flow"
    phone.call("c2", "13900139000")
    assert phone.view("c2").phase == "flow"
    assert isinstance(phone.commands[-1], cm.FlowStep)


def test_a_whole_range_of_numbers_can_be_blocked():
    phone = Telephone(centre=centre(blacklist=(ct.Blocked(number="+86170", reason="robots"),)))
    phone.call("c1", "17012345678")
    assert phone.last(ev.CallBlocked).number == "+86170"


@pytest.mark.parametrize(("until", "blocked"), [("2023-11-15", True), ("2023-11-14", False)])
def test_an_entry_holds_through_its_last_day_in_the_centres_zone(until, blocked):
    entry = ct.Blocked(number="13800138000", reason="rude", until=datetime.date.fromisoformat(until))
    phone = Telephone(centre=centre(blacklist=(entry,)))  # it is 2023-11-15 06:13 in Shanghai, still the 14th in UTC
    phone.call("c1", "13800138000")
    assert bool(phone.all(ev.CallBlocked)) is blocked


def test_without_a_rule_the_numbers_flow_runs():
    phone = Telephone(centre=centre())
    phone.call()
    assert (phone.view().phase, phone.view().flow) == ("flow", "hotline")


def test_a_rule_sends_a_tier_straight_into_a_queue():
    phone = Telephone(centre=centre(ct.Rule(id="vip", tiers=("A",), to=to("queue", id="support"))))
    phone.call("c1", tier="A")
    assert (phone.view().phase, phone.view().queue) == ("waiting", "support")
    assert phone.last(cm.Leave).to == "wait"
    assert phone.last(ev.RuleApplied).rule == "vip"
    phone.call("c2", "13900139000")
    assert phone.view("c2").phase == "flow"


def test_a_rule_sends_a_caller_to_one_agent_and_after_a_while_to_the_queue():
    rule = ct.Rule(id="ours", callers=("+86138",), to=to("agent", id="8002", queue="support", wait_s=20))
    phone = Telephone(centre=centre(rule))
    phone.sign_in("8001")
    phone.call("c1", "13800138000")
    assert (phone.view().offer, phone.view().only) == (None, "8002")
    phone.sign_in("8002")
    assert phone.view().offer.agent == "8002"


def test_the_queue_serves_when_the_named_agent_does_not_come():
    rule = ct.Rule(id="ours", callers=("+86138",), to=to("agent", id="8002", queue="support", wait_s=20))
    phone = Telephone(centre=centre(rule))
    phone.sign_in("8001")
    phone.call("c1", "13800138000")
    phone.wait(20)
    assert phone.view().offer.agent == "8001"


def test_a_rule_sends_withheld_callers_to_voicemail():
    phone = Telephone(centre=centre(ct.Rule(id="unknown", callers=("withheld",), to=to("voicemail", id="support"))))
    phone.call("c1", "")
    assert phone.view().phase == "voicemail"
    assert (phone.last(cm.Leave).to, phone.last(cm.Leave).file) == ("voicemail", "c1.wav")


@pytest.mark.parametrize(("day", "rule"), [("open", "at_night"), ("closed", "by_day")])
def test_rules_know_what_time_it_is(day, rule):
    rules = (
        ct.Rule(id="at_night", open="night", to=to("voicemail", id="support")),
        ct.Rule(id="by_day", closed="night", to=to("queue", id="sales")),
    )
    phone = Telephone(centre=centre(*rules))  # a Wednesday, 06:13
    phone.wait(0 if day == "open" else 2 * 3600)
    phone.call()
    assert phone.last(ev.RuleApplied).rule == rule


def test_the_first_rule_that_holds_decides():
    rules = (
        ct.Rule(id="english", languages=("en",), to=to("queue", id="sales")),
        ct.Rule(id="all", dialled=("4001",), to=to("queue", id="support")),
    )
    phone = Telephone(centre=centre(*rules))
    phone.call("c1", language="en")
    phone.call("c2", "13900139000")
    assert [event.rule for event in phone.all(ev.RuleApplied)] == ["english", "all"]
    assert phone.view("c1").language == "en"


def test_a_message_left_is_kept_and_the_caller_is_thanked():
    phone = Telephone(centre=centre(ct.Rule(id="all", to=to("voicemail", id="support"))))
    phone.call()
    phone.call()  # the dialplan asks again when the recording is over
    phone.press("c1", "#")
    assert (phone.last(cm.Leave).to, len(phone.last(cm.Leave).play)) == ("hangup", 1)
    phone.caller_hangs_up()
    assert phone.last(ev.CallEnded).phase == "voicemail"
    phone.report(sg.MessageSeen, interaction="c1", mailbox="support", file="m.wav", duration_s=4.0, bytes=64_000)
    assert (phone.last(ev.MessageLeft).mailbox, phone.last(ev.MessageLeft).duration_s) == ("support", 4.0)
    assert phone.faults == []
