"""Seats, transfers and listening as moves: what Asterisk is asked, what is refused, and two who move as one."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from callcenter.asterisk.bridge.at_a_leg import AtALeg
from callcenter.asterisk.bridge.legs import Legs
from callcenter.asterisk.bridge.lines import Line, Lines
from callcenter.asterisk.bridge.moves import Move, Moves
from callcenter.asterisk.bridge.orders import offer_move
from callcenter.asterisk.bridge.originations import agent_order, outside_order
from callcenter.asterisk.bridge.outgoing import OutgoingCalls
from callcenter.asterisk.bridge.seating import away_move, seats_move, spy_move
from callcenter.calls import commands, signals
from callcenter.calls.languages import Prompt
from tests.asterisk.offers import OFFER, PROMPT, sound
from tests.asterisk.test_bridge_orders import FakeActions, moves

ID, AGENT, EAR = "cc1-1.1", "cc1-2.2", "a1-cc1-1.1"
EVIL = ["", "/./", "a,b", "8001&PJSIP/trunk/0900", "a\r\nb", "${EVIL}", "x)", '"', "a b"]
LINE = Line("line", "+861062345678")
HELD, IN_ROOM = commands.Seat(channel=ID, at="held"), commands.Seat(channel=AGENT, at="room")
AWAY = commands.GiveAway(interaction=ID, channel=ID, number="+8613911112222", trunk="line")
LISTEN = commands.Spy(interaction=ID, channel=EAR, spied=AGENT, mode="listen")
RING = commands.RingAgent(interaction=ID, agent="8003", device="web", ring_s=20, whisper=PROMPT, language="en")
ASK_IN = commands.CallOutside(
    interaction=ID, channel="x1", number="10086", trunk="", as_number="", ring_s=30, language="zh-CN"
)


def seats(*seats: commands.Seat, play: tuple[Prompt, ...] = ()) -> Move:
    return seats_move(commands.Seats(interaction=ID, seats=seats, play=play), sound)


async def at_once() -> None: ...


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_two_who_talk_are_moved_in_one_breath() -> None:
    made, actions = moves()
    made.move(seats(HELD, IN_ROOM, play=(PROMPT, Prompt("en", "Hold"))))
    await actions.until(2)
    assert actions.asked[0] == (
        "Setvar",
        {"Channel": ID, "Variable": "ARRAY(CC_PLAY)", "Value": "/prompts/en/Sales&/prompts/en/Hold"},
    )
    assert actions.asked[1] == (
        "Redirect",
        {
            "Channel": ID,
            "Context": "held",
            "Exten": "s",
            "Priority": 1,
            "ExtraChannel": AGENT,
            "ExtraContext": "room",
            "ExtraExten": "s",
            "ExtraPriority": 1,
        },
    )


async def test_a_pair_waits_until_both_have_arrived_where_they_were_sent_before() -> None:
    made, actions = moves()
    made.move(seats(HELD))
    made.move(seats(IN_ROOM))
    made.move(seats(commands.Seat(channel=ID, at="room"), IN_ROOM))
    await settled()
    assert actions.names().count("Redirect") == 2
    made.seen(ID, "held")
    await settled()
    assert actions.names().count("Redirect") == 2
    made.seen(AGENT, "room")
    await settled()
    assert actions.asked[-1][1]["ExtraChannel"] == AGENT


async def test_of_a_pair_that_waits_the_half_that_is_decided_anew_is_left_out() -> None:
    made, actions = moves()
    made.move(seats(HELD))
    made.move(seats(commands.Seat(channel=ID, at="room"), IN_ROOM))
    made.move(away_move(replace(AWAY, number="", trunk="", queue="sales", queued_at=1.0), None))
    await settled()
    redirects = [fields for name, fields in actions.asked if name == "Redirect"]
    assert [(each["Channel"], each["Context"]) for each in redirects] == [(ID, "held"), (AGENT, "room")]
    made.seen(ID, "held")
    await settled()
    assert (actions.asked[-1][1]["Channel"], actions.asked[-1][1]["Context"]) == (ID, "wait")


async def test_of_a_pair_the_half_that_ended_is_not_waited_for() -> None:
    made, actions = moves()
    made.move(seats(HELD, IN_ROOM))
    await settled()
    made.gone(AGENT)
    made.seen(ID, "held")
    await settled()
    assert not made._outstanding
    assert "Getvar" not in actions.names()


async def test_a_move_seen_to_be_lost_is_made_once_more_and_not_a_third_time() -> None:
    made, actions = moves(confirm_within_s=0.01)
    actions.place = "held"
    made.move(seats(HELD, IN_ROOM))
    async with asyncio.timeout(20):
        while made._outstanding:
            await asyncio.sleep(0.005)
    redirects = [fields for name, fields in actions.asked if name == "Redirect"]
    assert [each["Channel"] for each in redirects] == [ID, AGENT]
    assert "ExtraChannel" not in redirects[1]
    assert made.unconfirmed == 2


async def test_a_lost_move_is_not_made_again_when_something_else_was_decided() -> None:
    made, actions = moves(confirm_within_s=0.01)
    made.move(seats(IN_ROOM))
    await settled()
    made.move(seats(replace(IN_ROOM, at="held")))
    async with asyncio.timeout(20):
        while made._outstanding:
            await asyncio.sleep(0.005)
    contexts = [fields["Context"] for name, fields in actions.asked if name == "Redirect"]
    assert contexts[:2] == ["room", "held"]
    assert "room" not in contexts[2:]


@pytest.mark.parametrize("wrong", [(), (HELD, HELD), (HELD, IN_ROOM, replace(HELD, channel="cc1-3.3"))])
def test_one_leg_or_two_are_seated(wrong: tuple[commands.Seat, ...]) -> None:
    with pytest.raises(ValueError, match=r"^seats are "):
        seats(*wrong)


@pytest.mark.parametrize("bad", EVIL)
def test_what_asterisk_would_act_on_is_refused_and_named(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^channel is "):
        seats(replace(HELD, channel=bad))
    for field in ("channel", "spied"):
        with pytest.raises(ValueError, match=f"^{field} is "):
            spy_move(replace(LISTEN, **{field: bad}))
    for field in ("interaction", "channel", "number"):
        with pytest.raises(ValueError, match=f"^{field} is "):
            outside_order(replace(ASK_IN, **{field: bad}), LINE)
    with pytest.raises(ValueError, match=r"^channel is "):
        away_move(replace(AWAY, channel=bad), LINE)
    if bad:
        for changed in ({"number": bad}, {"as_number": bad}, {"number": "", "queue": bad}):
            with pytest.raises(ValueError, match=f"^{list(changed)[-1]} is "):
                away_move(replace(AWAY, **changed), LINE)
        with pytest.raises(ValueError, match=r"^as_number is "):
            outside_order(replace(ASK_IN, as_number=bad), LINE)
        with pytest.raises(ValueError, match=r"^trunk is "):
            Lines((LINE,)).named(bad)
        with pytest.raises(ValueError, match=r"^room is "):
            outside_order(replace(ASK_IN, room=bad), LINE)
    for changed in ({"into": "spy", "spied": bad}, {"into": "conference", "room": bad}):
        with pytest.raises(ValueError, match=f"^{list(changed)[-1]} is "):
            agent_order(replace(RING, **changed), EAR, sound)


@pytest.mark.parametrize("wrong", [{"queue": "sales"}, {"number": ""}])
def test_a_customer_is_given_to_a_queue_or_to_a_number(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="one of them"):
        away_move(replace(AWAY, **wrong), LINE)


async def test_a_customer_is_given_to_a_number_over_a_trunk() -> None:
    assert await away_move(AWAY, LINE).stamps() == {
        "CC_OUTSIDE": "+8613911112222",
        "CC_LINE": "line",
        "CC_SHOWN": "+861062345678",
        "CC_RING": "60",
    }
    assert (await away_move(replace(AWAY, as_number="95001"), LINE).stamps())["CC_SHOWN"] == "95001"
    assert (await away_move(AWAY, None).stamps())["CC_LINE"] == "none"


async def test_who_listens_is_stamped_with_whom_and_how_and_who_barges_in_goes_to_the_room() -> None:
    move = spy_move(replace(LISTEN, mode="whisper"))
    assert (move.channel, move.place) == (EAR, "spy")
    assert await move.stamps() == {"CC_SPIED": AGENT, "CC_MODE": "whisper"}
    barge = spy_move(replace(LISTEN, mode="barge", spied=""))
    assert (barge.place, await barge.stamps()) == ("room", {})


@pytest.mark.parametrize(
    ("changed", "context", "stamps"),
    [
        ({}, "partner", {"CC_AT=partner"}),
        ({"ringback": True}, "partner", {"CC_AT=partner", "CC_RINGBACK=1"}),
        ({"into": "room", "role": "consult"}, "called", {"CC_INTO=room", "CC_ROLE=consult", "CC_AT=called"}),
        (
            {"into": "spy", "spied": AGENT, "role": "supervisor", "mode": "whisper"},
            "called",
            {"CC_INTO=spy", f"CC_SPIED={AGENT}", "CC_MODE=whisper", "CC_ROLE=supervisor"},
        ),
        ({"into": "spy", "mode": "barge", "role": "supervisor"}, "called", {"CC_INTO=room"}),
        ({"into": "conference", "room": "briefing"}, "called", {"CC_INTO=conference", "CC_ROOM=briefing"}),
        ({"auto_answer": True}, "partner", {"PJSIP_HEADER(add,X-CC-Answer)=auto"}),
    ],
)
async def test_an_agent_is_rung_for_what_the_core_says(
    changed: dict[str, Any], context: str, stamps: set[str]
) -> None:
    action = await agent_order(replace(RING, **changed), EAR, sound).action()
    assert action["Context"] == context
    assert stamps <= set(action["Variable"])


def test_a_channel_outside_does_not_begin_with_the_interactions_id() -> None:
    """Asterisk makes no channel whose id is the beginning of another's, or begins with one."""
    with pytest.raises(ValueError, match=r"^channel is "):
        outside_order(replace(ASK_IN, channel=ID + "-x"), LINE)


def test_who_is_invited_to_a_conference_may_be_named_after_it() -> None:
    invited = replace(ASK_IN, interaction="room-briefing", channel="room-briefing-1758000000000", room="briefing")
    order = outside_order(invited, LINE)
    assert (order.channel, order.ordered.role) == (invited.channel, "external")


async def nothing_written() -> None: ...


async def test_somebody_outside_who_cannot_be_called_is_told_of() -> None:
    told: list[Any] = []
    actions: Any = FakeActions()
    calls = OutgoingCalls(actions, sound, lambda: Lines(()), Legs, told.append, lambda: 5.0, nothing_written)
    calls.call_outside(ASK_IN)
    assert told == [signals.OutsideCalled(at=5.0, interaction=ID, channel="x1", result="unreachable")]
    assert actions.asked == []


async def test_devices_that_take_an_offer_by_themselves_are_named() -> None:
    rings = (replace(OFFER.rings[0], auto_answer=True), replace(OFFER.rings[0], agent="8002"))
    rings = (*rings, replace(OFFER.rings[0], agent="8003", device="desk", auto_answer=True))
    stamps = await offer_move(replace(OFFER, rings=rings), sound, lambda: None).stamps()
    assert stamps["CC_ANSWERS"] == "/8001-web//8003/"


async def test_keys_are_pressed_one_after_the_other_in_a_session_of_their_own() -> None:
    actions, slow, system = FakeActions(), FakeActions(), FakeActions()
    at = AtALeg(actions, slow, system, at_once)  # type: ignore[arg-type]
    at.press(commands.PressKeys(channel=ID, digits="1*"))
    at.press(commands.PressKeys(channel=ID, digits="#"))
    async with asyncio.timeout(20):
        while len(slow.asked) < 3:
            await asyncio.sleep(0.01)
    assert [fields["Digit"] for _, fields in slow.asked] == ["1", "*", "#"]
    assert actions.asked == system.asked == []
    await at.stop()


async def test_mute_and_pick_up_are_asked_of_the_user_who_may() -> None:
    actions, slow, system = FakeActions(), FakeActions(), FakeActions()
    at = AtALeg(actions, slow, system, at_once)  # type: ignore[arg-type]
    at.mute(commands.MuteLeg(channel=AGENT, on=True))
    at.pick_up(commands.PickUp(channel=AGENT))
    await system.until(2)
    assert system.asked == [
        ("MuteAudio", {"Channel": AGENT, "Direction": "in", "State": "on"}),
        ("PJSIPNotify", {"Channel": AGENT, "Variable": "Event=talk"}),
    ]
    assert actions.asked == slow.asked == []


@pytest.mark.parametrize("digits", ["", "a", "12 3", "1\r\n", "1" * 33])
def test_keys_are_those_of_a_telephone(digits: str) -> None:
    actions: Any = FakeActions()
    with pytest.raises(ValueError, match=r"^digits is "):
        AtALeg(actions, actions, actions, at_once).press(commands.PressKeys(channel=ID, digits=digits))


@pytest.mark.parametrize("bad", EVIL)
def test_what_is_done_at_a_leg_names_one_leg(bad: str) -> None:
    actions: Any = FakeActions()
    at = AtALeg(actions, actions, actions, at_once)
    for do, command in (
        (at.mute, commands.MuteLeg(channel=bad, on=True)),
        (at.pick_up, commands.PickUp(channel=bad)),
        (at.hang_up, commands.HangUp(channel=bad)),
        (at.press, commands.PressKeys(channel=bad, digits="1")),
    ):
        with pytest.raises(ValueError, match=r"^channel is "):
            do(command)  # type: ignore[operator]


async def test_the_other_of_a_pair_is_hung_up_after_the_first_was_moved() -> None:
    actions: Any = FakeActions()
    made = Moves(actions)
    at = AtALeg(actions, actions, actions, made.sent)
    made.move(away_move(AWAY, LINE))
    at.hang_up(commands.HangUp(channel=AGENT))
    await actions.until(3)
    assert actions.names() == ["Setvar", "Redirect", "Hangup"]
    made.gone(ID)
    await at.stop()


async def test_a_hang_up_does_not_wait_for_a_link_that_is_away() -> None:
    actions: Any = FakeActions()
    made = Moves(actions, settles_within_s=0.02)
    at = AtALeg(FakeActions(), actions, actions, made.sent)  # type: ignore[arg-type]
    actions.connected.clear()
    made.move(away_move(AWAY, LINE))
    at.hang_up(commands.HangUp(channel=AGENT))
    hung_up: Any = at._actions
    await hung_up.until(1)
    assert actions.asked == []
    await at.stop()


async def test_what_is_said_before_a_number_is_called_goes_along():
    async def sounds(prompt: Prompt) -> str:
        return f"/prompts/{prompt.text}"

    given = replace(AWAY, play=(Prompt("en", "one"), Prompt("en", "two")))
    assert (await away_move(given, LINE, sounds).stamps())["CC_PLAY"] == "/prompts/one&/prompts/two"
