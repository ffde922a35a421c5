"""AMI events and snapshot rows become signals: a recorded session, and one event at a time."""

from pathlib import Path

import pytest

from callcenter.asterisk.ami_wire import AmiMessage, AmiProtocol
from callcenter.asterisk.bridge.legs import Legs
from callcenter.asterisk.bridge.ordered import Ordered
from callcenter.asterisk.bridge.snapshot import seen_leg
from callcenter.asterisk.bridge.translation import translate
from callcenter.asterisk.reading import endpoint_of
from callcenter.calls import signals
from callcenter.calls.signals import Signal
from tests.asterisk.fake_ami import message
from tests.asterisk.status_rows import AGENT_LEG, AGENT_ROW, CUSTOMER_ROW

RECORDED = (Path(__file__).parent / "recorded/one_call.ami").read_bytes()
AT = 1_700_000_000.0


def told(*events: AmiMessage, legs: Legs | None = None) -> list[Signal]:
    legs = Legs() if legs is None else legs
    return [signal for event in events for signal in translate(event, legs, AT)]


def replayed(*chunks: bytes) -> list[Signal]:
    found: list[Signal] = []
    legs = Legs()
    protocol = AmiProtocol(lambda event: found.extend(translate(event, legs, AT)), lambda cause: None)
    protocol.connection_made(None)
    for chunk in chunks:
        protocol.data_received(chunk)
    assert protocol.failed_handlers == 0
    return found


# ---- translation


def test_a_recorded_call_reads_as_the_call_it_was() -> None:
    caller, agent, bridge = "test-1795285908.0", "test-1795285910.1", _recorded_bridge()
    assert replayed(RECORDED) == [
        signals.PhoneSeen(at=AT, agent="8001", device="desk", reachable=True),
        signals.LegStarted(at=AT, interaction=caller, channel=agent, agent="8001", device="desk"),
        signals.LegRinging(at=AT, channel=agent),
        signals.LegAnswered(at=AT, channel=agent),
        signals.LegJoined(at=AT, channel=agent, bridge=bridge),
        signals.LegJoined(at=AT, channel=caller, bridge=bridge),
        signals.LegHeld(at=AT, channel=agent),
        signals.LegResumed(at=AT, channel=agent),
        signals.LegLeft(at=AT, channel=agent, bridge=bridge),
        signals.LegEnded(at=AT, channel=agent, cause=16),
        signals.LegLeft(at=AT, channel=caller, bridge=bridge),
        signals.LegEnded(at=AT, channel=caller, cause=16),
        signals.PhoneSeen(at=AT, agent="8001", device="desk", reachable=False),
    ]


def _recorded_bridge() -> str:
    return RECORDED.partition(b"BridgeUniqueid: ")[2].partition(b"\r\n")[0].decode()


def test_a_recorded_call_reads_the_same_wherever_it_is_split() -> None:
    whole = replayed(RECORDED)
    for cut in range(1, len(RECORDED), 13):
        assert replayed(RECORDED[:cut], RECORDED[cut:]) == whole, f"split at byte {cut}"


NEW_LEG = message("Event: Newchannel", *AGENT_LEG, "ChannelState: 0")
RINGS = message("Event: Newstate", *AGENT_LEG, "ChannelState: 5")
DIAL = message(
    "Event: DialBegin",
    "Channel: PJSIP/trunk-00000001",
    "Uniqueid: cc1-1.1",
    "ChanVariable: CC_ID=cc1-1.1",
    "ChanVariable: CC_AT=offer",
    "DestChannel: PJSIP/8001-web-00000002",
    "DestUniqueid: cc1-2.2",
)
HANGUP = message("Event: Hangup", *AGENT_LEG, "Cause: 21")


def kinds(*events: AmiMessage) -> list[str]:
    return [type(signal).__name__ for signal in told(*events)]


def test_ringing_that_comes_before_the_dial_is_told_after_the_leg() -> None:
    assert kinds(NEW_LEG, RINGS, DIAL) == ["LegStarted", "LegRinging"]
    assert kinds(NEW_LEG, DIAL, RINGS) == ["LegStarted", "LegRinging"]
    assert kinds(DIAL, DIAL, RINGS, RINGS) == ["LegStarted", "LegRinging"]


def test_a_rejected_leg_ends_with_its_cause() -> None:
    assert told(NEW_LEG, DIAL, HANGUP)[-1] == signals.LegEnded(at=AT, channel="cc1-2.2", cause=21)
    assert told(NEW_LEG, DIAL, HANGUP, HANGUP)[-1:] == told(NEW_LEG, DIAL, HANGUP)[-1:]


def test_what_an_agent_dials_for_itself_is_no_call_of_the_centre() -> None:
    joined = message("Event: BridgeEnter", *AGENT_LEG, "BridgeUniqueid: b1")
    assert told(NEW_LEG, RINGS, joined, HANGUP) == []


def test_a_call_that_an_agents_phone_makes_is_another_call_until_it_ends() -> None:
    dialled = message("Event: Newchannel", *AGENT_LEG, "ChannelState: 4")
    joined = message("Event: BridgeEnter", *AGENT_LEG, "BridgeUniqueid: b1")
    other = {"at": AT, "agent": "8001", "channel": "cc1-2.2"}
    assert told(dialled, dialled, joined, HANGUP) == [
        signals.OtherCall(**other, live=True),
        signals.OtherCall(**other, live=False),
    ]


def test_a_dial_to_an_agent_that_is_none_of_ours_is_another_call() -> None:
    foreign = message("Event: DialBegin", "DestChannel: PJSIP/8001-web-00000002", "DestUniqueid: cc1-2.2")
    assert kinds(NEW_LEG, RINGS, foreign, HANGUP) == ["OtherCall", "OtherCall"]
    assert kinds(NEW_LEG, DIAL, foreign, HANGUP) == ["LegStarted", "LegEnded"]


def test_an_agent_who_is_called_for_a_callback_has_a_leg_like_any_other() -> None:
    legs = Legs(ordered={"cc1-2.2": Ordered("cc1-9.9", "8001", "web")})
    up = message("Event: Newstate", *AGENT_LEG, "ChannelState: 6")
    foreign = message("Event: DialBegin", "DestChannel: PJSIP/8001-web-00000002", "DestUniqueid: cc1-2.2")
    seen = told(NEW_LEG, foreign, RINGS, up, HANGUP, legs=legs)
    assert [type(signal).__name__ for signal in seen] == ["LegStarted", "LegRinging", "LegAnswered", "LegEnded"]
    assert seen[0] == signals.LegStarted(at=AT, interaction="cc1-9.9", channel="cc1-2.2", agent="8001", device="web")


def test_an_agent_who_refuses_a_callback_is_told_of_once() -> None:
    legs = Legs(ordered={"cc1-2.2": Ordered("cc1-9.9", "8001", "web")})
    seen = told(NEW_LEG, RINGS, HANGUP, HANGUP, legs=legs)
    assert seen[2:] == [
        signals.LegEnded(at=AT, channel="cc1-2.2", cause=21),
        signals.AgentRung(at=AT, interaction="cc1-9.9", agent="8001", result="busy"),
    ]


def test_a_hangup_without_a_cause_counts_as_normal() -> None:
    gone = message("Event: Hangup", "Channel: PJSIP/trunk-00000001", "Uniqueid: cc1-1.1", "Cause: 0")
    began = message("Event: Newchannel", "Channel: PJSIP/trunk-00000001", "Uniqueid: cc1-1.1", "ChannelState: 4")
    assert told(began, gone) == [signals.LegEnded(at=AT, channel="cc1-1.1", cause=16)]


def test_who_asks_to_leave_is_told_for_legs_of_calls_only() -> None:
    asks = message("Event: HangupRequest", *AGENT_LEG, "Cause: 16")
    assert told(NEW_LEG, DIAL, asks)[-1] == signals.LegLeaving(at=AT, channel="cc1-2.2")
    assert told(NEW_LEG, asks) == told(asks) == []


def test_nothing_is_kept_of_a_leg_that_ended() -> None:
    legs = Legs()
    told(NEW_LEG, RINGS, DIAL, HANGUP, legs=legs)
    assert legs.by_channel == {}


def test_repeated_bridge_and_hold_events_are_told_once() -> None:
    enter = message("Event: BridgeEnter", *AGENT_LEG, "BridgeUniqueid: b1")
    leave_other = message("Event: BridgeLeave", *AGENT_LEG, "BridgeUniqueid: b0")
    leave = message("Event: BridgeLeave", *AGENT_LEG, "BridgeUniqueid: b1")
    hold, unhold = message("Event: Hold", *AGENT_LEG), message("Event: Unhold", *AGENT_LEG)
    assert kinds(DIAL, enter, enter, hold, hold, unhold, unhold, leave_other, leave, leave)[1:] == [
        "LegJoined",
        "LegHeld",
        "LegResumed",
        "LegLeft",
    ]


def contact(status: str, uri: str = "sip:8001@10.0.0.1", account: str = "8001") -> AmiMessage:
    return message(
        "Event: ContactStatus",
        f"URI: {uri}",
        f"ContactStatus: {status}",
        f"AOR: {account}",
        f"EndpointName: {account}",
    )


@pytest.mark.parametrize(
    ("events", "reachable"),
    [
        ([contact("NonQualified"), contact("Reachable"), contact("Updated")], [True]),
        ([contact("Created"), contact("Unreachable"), contact("Reachable")], [True, False, True]),
        ([contact("Created"), contact("Created", "sip:new"), contact("Removed")], [True]),
        ([contact("Created"), contact("Removed"), contact("Removed")], [True, False]),
        ([contact("Unreachable"), contact("Updated")], []),
        ([contact("Created", account="trunk-1")], []),
    ],
)
def test_a_phone_is_reachable_while_one_of_its_contacts_is(events: list[AmiMessage], reachable: list[bool]) -> None:
    seen = told(*events)
    assert [signal.reachable for signal in seen if isinstance(signal, signals.PhoneSeen)] == reachable


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("PJSIP/8001-0000002a", "8001"),
        ("PJSIP/8001-web-0000002a", "8001-web"),
        ("PJSIP/my-trunk-1-00000000", "my-trunk-1"),
        ("Local/8001@agents-00000001;1", ""),
        ("", ""),
    ],
)
def test_the_account_of_a_channel(name: str, endpoint: str) -> None:
    assert endpoint_of(name) == endpoint


# ---- snapshot


def test_a_row_of_a_customer_is_read_with_its_stamps() -> None:
    assert seen_leg(message(*CUSTOMER_ROW)) == signals.SeenLeg(
        channel="cc1-1.1",
        interaction="cc1-1.1",
        role="customer",
        up=True,
        bridge="b1",
        place="wait",
        caller="13800138000",
        caller_name="王小明",
        dialled="4001234",
        language="en",
        queue="sales",
        queued_at=1_700_000_000.125,
    )


def test_a_row_of_an_agent_names_agent_and_device() -> None:
    seen = seen_leg(message(*AGENT_ROW))
    assert (seen.role, seen.agent, seen.device, seen.up, seen.place) == ("agent", "8001", "web", False, "other")


def test_stamps_that_make_no_sense_are_left_out() -> None:
    row = "|".join(CUSTOMER_ROW)
    for good, bad in (("=wait", "=nowhere"), ("=en", "=xx"), ("1700000000.125", "soon"), (": 138", ": <x>")):
        row = row.replace(good, bad)
    seen = seen_leg(message(*row.split("|")))
    assert (seen.place, seen.language, seen.queued_at, seen.caller) == ("other", "zh-CN", 0.0, "")
