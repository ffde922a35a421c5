"""Orders to call an agent or a customer: what Asterisk is asked, what is refused, and that each ends in one word."""

import asyncio
from collections.abc import Callable, Set
from typing import Any

import pytest
from msgspec.structs import replace

from callcenter.asterisk.bridge import outgoing
from callcenter.asterisk.bridge.legs import Leg, Legs
from callcenter.asterisk.bridge.lines import Line, Lines
from callcenter.asterisk.bridge.ordered import result_of
from callcenter.asterisk.bridge.originations import agent_order, customer_order
from callcenter.asterisk.bridge.outgoing import OutgoingCalls
from callcenter.asterisk.bridge.translation import translate
from callcenter.calls import commands, signals
from callcenter.calls.signals import Signal
from tests.asterisk.fake_ami import message
from tests.asterisk.offers import PROMPT, sound
from tests.asterisk.test_bridge_orders import FakeActions

AT = 1_700_000_000.0
ID = "pbx-1758000000.12cb1-2"
RING = commands.RingAgent(interaction=ID, agent="8001", device="web", ring_s=20, whisper=PROMPT, language="zh-CN")
CALL = commands.CallCustomer(
    interaction=ID,
    number="+8613800138000",
    trunk="",
    ring_s=30,
    language="en",
    queue="sales",
    queued_at=1_758_000_000.5,
)
LINE = Line("line", "+861062345678")
EVIL = ["", "/./", "a,b", "8001&PJSIP/trunk/0900", "a\r\nb", "${EVIL}", "x)", '"', "a b"]


class Stage:
    def __init__(self) -> None:
        self.told: list[Signal] = []
        self.legs = Legs()
        self.written: list[str] = []  # interactions whose end is read from a file
        self.actions = FakeActions()
        client: Any = self.actions
        self.calls = OutgoingCalls(
            client,
            sound,
            lambda: Lines((LINE, Line("other"))),
            lambda: self.legs,
            self.told.append,
            lambda: AT,
            self.read_up,
        )

    async def read_up(self, over: Set[str]) -> None:
        for call in self.written:
            self.calls.known_from_elsewhere(call)

    def happens(self, *events: Any) -> None:
        for event in events:
            self.told.extend(translate(event, self.legs, AT))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(outgoing, "SETTLES_WITHIN_S", 0.01)
    return Stage()


async def test_a_customer_is_called_as_the_channel_that_the_interaction_names(stage: Stage) -> None:
    stage.calls.call(CALL)
    await stage.actions.until(1)
    [(name, asked)] = stage.actions.asked
    assert name == "Originate"
    assert asked == {
        "ActionID": f"call/{ID}",
        "ChannelId": ID,
        "Channel": "PJSIP/+8613800138000@line",
        "CallerID": "<+861062345678>",
        "Account": ID,
        "Context": "callback",
        "Exten": "s",
        "Priority": 1,
        "Timeout": "30000",
        "Async": "true",
        "Variable": [
            f"__CC_ID={ID}",
            "CC_ROLE=customer",
            "CC_AT=callback",
            "CC_NUMBER=+8613800138000",
            "CC_DNIS=+861062345678",
            "CC_LANG=en",
            "CC_SPOKEN=en",
            "CC_QUEUE=sales",
            "CC_ENTRY=1758000000.500",
        ],
    }


async def test_an_agent_is_called_as_a_channel_whose_id_does_not_begin_with_the_interaction(stage: Stage) -> None:
    """Asterisk refuses a second channel whose id is the beginning of a first one's."""
    stage.calls.ring(RING)
    await stage.actions.until(1)
    asked = stage.actions.asked[0][1]
    assert not asked["ChannelId"].startswith(ID)
    assert (asked["Channel"], asked["Context"], asked["Account"]) == ("PJSIP/8001-web", "partner", ID)
    stamps = [f"CC_ID={ID}", "CC_ROLE=agent", "CC_SPOKEN=zh", "CC_AT=partner", "CC_HINT=/prompts/en/Sales"]
    assert asked["Variable"] == stamps


@pytest.mark.parametrize("field", ["interaction", "number", "trunk", "queue"])
@pytest.mark.parametrize("bad", EVIL)
def test_a_customers_call_with_a_value_that_asterisk_would_act_on_is_refused(field: str, bad: str) -> None:
    if (field, bad) in (("trunk", ""), ("queue", "")):
        return
    with pytest.raises(ValueError, match=f"^{field} is "):
        Stage().calls.call(replace(CALL, **{field: bad}))


@pytest.mark.parametrize("bad", ["123*", "13800138000@evil", "+", "0900#", "1" * 21])
def test_a_number_is_digits_and_a_plus(bad: str) -> None:
    with pytest.raises(ValueError, match=r"^number is "):
        customer_order(replace(CALL, number=bad), LINE)


@pytest.mark.parametrize("field", ["interaction", "agent"])
@pytest.mark.parametrize("bad", EVIL)
def test_an_agents_call_with_a_value_that_asterisk_would_act_on_is_refused(field: str, bad: str) -> None:
    with pytest.raises(ValueError, match=f"^{field} is "):
        agent_order(replace(RING, **{field: bad}), f"a1-{ID}", sound)


async def test_a_trunk_that_is_not_there_reaches_nobody_and_one_that_is_named_is_taken(stage: Stage) -> None:
    stage.calls.call(replace(CALL, trunk="gone"))
    assert stage.told == [signals.CustomerCalled(at=AT, interaction=ID, result="unreachable")]
    stage.calls.call(replace(CALL, trunk="other"))
    await stage.actions.until(1)
    assert stage.actions.asked[0][1]["Channel"].endswith("@other")


async def test_an_order_that_is_refused_has_failed(stage: Stage) -> None:
    stage.actions.refusals["Originate"] = "no"
    stage.calls.call(CALL)
    await told(stage, 1)
    assert stage.told == [signals.CustomerCalled(at=AT, interaction=ID, result="failed")]


async def test_an_order_whose_fate_is_unknown_has_failed_unless_its_channel_comes(stage: Stage) -> None:
    stage.actions.lost = True
    stage.calls.call(CALL)
    await stage.actions.until(1)
    stage.happens(NEW)
    await settled(stage)
    assert stage.told == []
    stage.happens(gone(17), gone(17))
    assert stage.told == [signals.CustomerCalled(at=AT, interaction=ID, result="busy")]


NEW = message("Event: Newchannel", "Channel: PJSIP/line-00000001", f"Uniqueid: {ID}", "ChannelState: 0")
UP = message("Event: Newstate", "Channel: PJSIP/line-00000001", f"Uniqueid: {ID}", "ChannelState: 6")
LEAVING = message("Event: HangupRequest", "Channel: PJSIP/line-00000001", f"Uniqueid: {ID}")
FAILED = message("Event: OriginateResponse", f"ActionID: call/{ID}", "Response: Failure", "Reason: 5")


def gone(cause: int) -> Any:
    return message("Event: Hangup", "Channel: PJSIP/line-00000001", f"Uniqueid: {ID}", f"Cause: {cause}")


Steps = tuple[Callable[[Stage], None], ...]
CHANNEL_BEGINS: Callable[[Stage], None] = lambda stage: stage.happens(NEW)  # noqa: E731
CHANNEL_ENDS: Callable[[Stage], None] = lambda stage: stage.happens(LEAVING, gone(17))  # noqa: E731
ASTERISK_SAYS: Callable[[Stage], None] = lambda stage: stage.calls.said(FAILED)  # noqa: E731


@pytest.mark.parametrize(
    "steps",
    [
        (CHANNEL_BEGINS, CHANNEL_ENDS, ASTERISK_SAYS),
        (CHANNEL_BEGINS, ASTERISK_SAYS, CHANNEL_ENDS),
        (ASTERISK_SAYS, CHANNEL_BEGINS, CHANNEL_ENDS),
        (ASTERISK_SAYS,),
        (ASTERISK_SAYS, ASTERISK_SAYS),
    ],
)
async def test_a_failure_is_told_once_in_whatever_order_it_is_heard(stage: Stage, steps: Steps) -> None:
    stage.calls.call(CALL)
    for step in steps:
        step(stage)
    await settled(stage)
    assert stage.told == [signals.CustomerCalled(at=AT, interaction=ID, result="busy")]


async def test_who_answered_ends_like_any_leg(stage: Stage) -> None:
    stage.calls.call(CALL)
    stage.happens(NEW, UP, gone(16))
    assert stage.told == [signals.LegEnded(at=AT, channel=ID, cause=16)]


async def test_after_a_lost_link_an_order_goes_on_or_has_failed(stage: Stage) -> None:
    stage.calls.call(CALL)
    stage.happens(NEW)
    before, stage.legs = stage.legs, Legs()
    stage.calls.reconcile(before, stage.legs)
    await settled(stage)
    assert stage.told == [signals.CustomerCalled(at=AT, interaction=ID, result="failed")]


async def test_after_a_lost_link_an_order_that_was_never_begun_has_failed(stage: Stage) -> None:
    stage.calls.call(CALL)
    before, stage.legs = stage.legs, Legs()
    stage.calls.reconcile(before, stage.legs)
    await settled(stage)
    assert stage.told == [signals.CustomerCalled(at=AT, interaction=ID, result="failed")]


@pytest.mark.parametrize("heard", [(), (NEW,)])
async def test_no_order_has_failed_before_all_is_read_that_was_written_of_it(
    stage: Stage, heard: tuple[Any, ...]
) -> None:
    stage.calls.call(CALL)
    stage.happens(*heard)
    stage.written = [ID]
    before, stage.legs = stage.legs, Legs()
    stage.calls.reconcile(before, stage.legs)
    await settled(stage)
    assert stage.told == []


async def test_after_a_lost_link_a_call_that_was_answered_is_no_order_any_more(stage: Stage) -> None:
    stage.calls.call(CALL)
    before, stage.legs = stage.legs, Legs(by_channel={ID: Leg(ID, "PJSIP/line-00000001", state="6")})
    stage.calls.reconcile(before, stage.legs)
    await settled(stage)
    stage.happens(gone(16))
    assert [type(signal) for signal in stage.told] == [signals.LegEnded]


@pytest.mark.parametrize(
    ("cause", "result"),
    [(17, "busy"), (21, "busy"), (19, "no_answer"), (16, "no_answer"), (1, "unreachable"), (3, "unreachable")],
)
def test_a_cause_says_what_came_of_a_call(cause: int, result: str) -> None:
    assert result_of(cause) == result
    assert result_of(111) == "failed"


async def told(stage: Stage, count: int) -> None:
    async with asyncio.timeout(20):
        while len(stage.told) < count:
            await asyncio.sleep(0)


async def settled(stage: Stage) -> None:
    """What was to be done later is done; the time until then is shortened here."""
    async with asyncio.timeout(20):
        await asyncio.gather(*stage.calls._tasks)
