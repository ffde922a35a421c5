"""Commands become actions: checked, one move at a time, and the fallback queue's members mirrored."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from callcenter.asterisk.ami_errors import AmiConnectionLost, AmiRefused
from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.asterisk.bridge.members import FallbackMembers
from callcenter.asterisk.bridge.moves import Move, Moves
from callcenter.asterisk.bridge.orders import offer_move, wait_move
from callcenter.calls import commands
from callcenter.calls.languages import Prompt
from tests.asterisk.fake_ami import message
from tests.asterisk.offers import OFFER, sound


class FakeActions:
    """Stands for the acting AMI session: keeps what was asked, answers as told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.refusals: dict[str, str] = {}
        self.place = ""
        self.lost = False
        self.connected = asyncio.Event()
        self.connected.set()

    async def until_connected(self, timeout_s: float) -> None:
        async with asyncio.timeout(timeout_s):
            await self.connected.wait()

    async def action(self, name: str, **fields: Any) -> AmiMessage:
        self.asked.append((name, fields))
        await asyncio.sleep(0)
        if self.lost:
            raise AmiConnectionLost("gone")
        if name in self.refusals:
            raise AmiRefused(name, self.refusals[name])
        return message("Response: Success", f"Value: {self.place}")

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.asked) < count:
                await asyncio.sleep(0)


def to(place: str, not_made: Callable[[], None] | None = None, **stamps: str) -> Move:
    async def given() -> Mapping[str, str]:
        return stamps or {"CC_X": "1"}

    return Move("cc1-1.1", place, given, not_made or nobody_minds)


def moves(confirm_within_s: float = 5.0, settles_within_s: float = 0.0) -> tuple[Moves, FakeActions]:
    actions = FakeActions()
    return Moves(actions, confirm_within_s, settles_within_s), actions  # type: ignore[arg-type]


class Told:
    """Counts how often it was told that a move was not made."""

    def __init__(self) -> None:
        self.times = 0
        self._news = asyncio.Event()

    def __call__(self) -> None:
        self.times += 1
        self._news.set()

    async def once(self) -> None:
        async with asyncio.timeout(20):
            await self._news.wait()
        assert self.times == 1


def nobody_minds() -> None: ...


async def test_a_move_stamps_the_channel_and_then_redirects() -> None:
    made, actions = moves()
    made.move(to("offer", CC_OFFER="o1", CC_RING="20"))
    await actions.until(2)
    assert actions.asked == [
        ("Setvar", {"Channel": "cc1-1.1", "Variable": "ARRAY(CC_OFFER,CC_RING)", "Value": "o1,20"}),
        ("Redirect", {"Channel": "cc1-1.1", "Context": "offer", "Exten": "s", "Priority": 1}),
    ]


async def test_a_second_move_waits_until_the_first_was_seen_to_arrive() -> None:
    made, actions = moves()
    made.move(to("offer"))
    made.move(to("flow"))
    made.move(to("wait"))
    await actions.until(2)
    made.seen("cc1-1.1", "wait")
    for _ in range(20):
        await asyncio.sleep(0)
    assert actions.names() == ["Setvar", "Redirect"]
    made.seen("cc1-1.1", "offer")
    await actions.until(4)
    assert [fields.get("Context") for _, fields in actions.asked] == [None, "offer", None, "wait"]


async def test_a_move_that_nobody_saw_is_looked_up_and_not_sent_again() -> None:
    made, actions = moves(confirm_within_s=0.01)
    actions.place = "wait"
    made.move(to("offer"))
    await actions.until(3)
    await asyncio.sleep(0.03)
    assert actions.names() == ["Setvar", "Redirect", "Getvar"]
    assert made.unconfirmed == 1


async def test_an_arrival_that_was_told_while_this_process_did_not_run_is_seen() -> None:
    made, actions = moves(confirm_within_s=0.2)
    made.move(to("offer"))
    await actions.until(2)
    await asyncio.sleep(0.02)
    asyncio.get_running_loop().call_later(0.1, made.seen, "cc1-1.1", "offer")
    time.sleep(0.3)  # what was told and the end of the patience meet in the same turn of the loop
    await asyncio.sleep(0.02)
    assert actions.names() == ["Setvar", "Redirect"]
    assert made.unconfirmed == 0


async def test_a_channel_that_is_gone_is_not_moved_any_more() -> None:
    made, actions = moves()
    made.move(to("offer"))
    made.move(to("wait"))
    await actions.until(2)
    made.gone("cc1-1.1")
    for _ in range(20):
        await asyncio.sleep(0)
    assert actions.names() == ["Setvar", "Redirect"]


async def test_a_move_is_not_repeated_after_the_link_was_lost() -> None:
    made, actions = moves()
    actions.lost = True
    made.move(to("offer"))
    made.move(to("wait"))
    made.forget_all()
    await actions.until(1)
    for _ in range(20):
        await asyncio.sleep(0)
    assert actions.names() == ["Setvar", "Redirect"]
    assert made.failed == 1


async def test_a_move_waits_a_moment_for_a_session_that_is_coming_back() -> None:
    made, actions = moves()
    actions.connected.clear()
    made.move(to("offer"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert actions.names() == []
    actions.connected.set()
    await actions.until(2)
    assert actions.names() == ["Setvar", "Redirect"]


async def test_a_caller_who_was_not_stamped_counts_as_not_moved() -> None:
    """Both were asked in one go; the dialplan uses up what it dials, and rings nobody without it."""
    made, actions = moves()
    actions.refusals["Setvar"] = "No such channel"
    made.move(to("offer"))
    await actions.until(2)
    for _ in range(20):
        await asyncio.sleep(0)
    assert actions.names() == ["Setvar", "Redirect"]
    assert made.failed == 1


@pytest.mark.parametrize("action", ["Setvar", "Redirect"])
async def test_a_refused_move_is_told_of(action: str) -> None:
    made, actions = moves()
    actions.refusals[action] = "Channel is not to be moved"
    told = Told()
    made.move(to("offer", told))
    await told.once()


async def test_a_move_that_came_to_nothing_is_told_of() -> None:
    made, actions = moves(confirm_within_s=0.01)
    actions.place = "wait"
    told = Told()
    made.move(to("offer", told))
    await told.once()


@pytest.mark.parametrize("sign", [Moves.gone, lambda made, channel: made.seen(channel, "offer")])
async def test_a_failed_move_is_not_told_of_when_the_channel_ends_or_arrives_after_all(
    sign: Callable[[Moves, str], None],
) -> None:
    made, actions = moves(settles_within_s=5)
    actions.refusals["Redirect"] = "Channel does not exist"
    told = Told()
    made.move(to("offer", told))
    await actions.until(2)
    sign(made, "cc1-1.1")
    while made._outstanding:
        await asyncio.sleep(0)
    assert (made.failed, told.times) == (1, 0)


async def test_an_arrival_is_not_told_of() -> None:
    made, actions = moves()
    told = Told()
    made.move(to("offer", told))
    await actions.until(2)
    made.seen("cc1-1.1", "offer")
    while made._outstanding:
        await asyncio.sleep(0)
    assert told.times == 0


async def test_a_prompt_that_is_not_to_be_had_does_not_keep_the_caller_from_the_agent() -> None:
    async def silent(prompt: Prompt) -> str:
        raise LookupError(prompt.text)

    stamps = await offer_move(OFFER, silent, nobody_minds).stamps()
    assert (stamps["CC_WHISPER"], stamps["CC_WORKNO"], stamps["CC_DIAL"]) == ("", "", "8001-web")


async def test_an_offer_is_stamped_with_all_the_dialplan_needs() -> None:
    move = offer_move(OFFER, sound, nobody_minds)
    assert (move.channel, move.place) == ("cc1-1.1", "offer")
    assert await move.stamps() == {
        "CC_OFFER": "o-7",
        "CC_DIAL": "8001-web",
        "CC_RING": "20",
        "CC_WHISPER": "/prompts/en/Sales",
        "CC_WORKNO": "/prompts/en/Sales",
        "CC_RECORD": "1",
    }


@pytest.mark.parametrize("field", ["channel", "offer", "agent"])
@pytest.mark.parametrize("bad", ["", "/./", "a,b", "8001&PJSIP/trunk/0900", "a\r\nb", "${EVIL}", "x)", '"', "a b"])
def test_a_value_with_a_meaning_to_asterisk_is_refused_and_named(field: str, bad: str) -> None:
    changed = {"rings": (*OFFER.rings, replace(OFFER.rings[0], agent=bad))} if field == "agent" else {field: bad}
    with pytest.raises(ValueError, match=f"^{field} is "):
        offer_move(replace(OFFER, **changed), sound, nobody_minds)


@pytest.mark.parametrize("count", [0, 51])
def test_an_offer_rings_one_to_fifty_devices(count: int) -> None:
    with pytest.raises(ValueError, match=r"^rings has"):
        offer_move(replace(OFFER, rings=OFFER.rings * count), sound, nobody_minds)


async def test_an_offer_to_several_has_each_ones_work_number() -> None:
    rings = (
        commands.Ring(agent="8001", device="web", work_number=Prompt("en", "one")),
        commands.Ring(agent="8002", device="desk", work_number=Prompt("en", "two")),
    )
    stamps = await offer_move(replace(OFFER, rings=rings), sound, nobody_minds).stamps()
    assert stamps["CC_DIAL"] == "8001-web&8002"
    numbers = {"CC_WORKNO": "", "CC_WORKNO_8001": "/prompts/en/one", "CC_WORKNO_8002": "/prompts/en/two"}
    assert stamps.items() >= numbers.items()


async def test_stamps_that_do_not_fit_into_one_line_are_written_in_several() -> None:
    made, actions = moves()
    made.move(to("offer", **{f"CC_WORKNO_80{n:02}": "/prompt" * 50 for n in range(6)}))
    await actions.until(4)
    *stamped, moved = actions.asked
    assert moved[0] == "Redirect"
    assert [fields["Variable"] for _, fields in stamped] == [
        f"ARRAY(CC_WORKNO_80{n:02},CC_WORKNO_80{n + 1:02})" for n in (0, 2, 4)
    ]
    assert all(len(fields["Value"]) < 900 for _, fields in stamped)


@pytest.mark.parametrize("bad", ["sounds/relative", "/a,b", "/a&b", "/a:b", "/a(b)", "/a${b}", "/a^b"])
async def test_a_prompt_file_that_would_break_the_dial_is_refused(bad: str) -> None:
    async def evil(prompt: Prompt) -> str:
        return bad

    with pytest.raises(ValueError, match="whisper"):
        await offer_move(OFFER, evil, nobody_minds).stamps()


async def test_a_caller_goes_back_to_wait_with_the_old_place() -> None:
    back = commands.ReturnToWait(interaction="cc1-1.1", channel="cc1-1.1", queue="sales", queued_at=1_700_000_000.5)
    move = wait_move(back)
    assert (move.place, await move.stamps()) == ("wait", {"CC_QUEUE": "sales", "CC_ENTRY": "1700000000.500"})


def member(state: Any, device: Any = "web", name: str = "Li Lei") -> commands.SetFallbackMember:
    return commands.SetFallbackMember(agent="8001", name=name, device=device, state=state)


async def test_a_ready_agent_becomes_a_member_on_one_device_only() -> None:
    actions = FakeActions()
    FallbackMembers(actions).set(member("ready", name="Li;Lei|x"))  # type: ignore[arg-type]
    await actions.until(2)
    add = {"Queue": "fallback", "Interface": "PJSIP/8001-web", "StateInterface": "PJSIP/8001-web", "Paused": "false"}
    assert actions.asked == [
        ("QueueRemove", {"Queue": "fallback", "Interface": "PJSIP/8001"}),
        ("QueueAdd", {**add, "MemberName": "Li Lei x"}),
    ]


async def test_a_member_that_is_there_already_is_paused_or_not() -> None:
    actions = FakeActions()
    actions.refusals = {
        "QueueAdd": "Unable to add interface: Already there",
        "QueueRemove": "Unable to remove interface: Not there",
    }
    FallbackMembers(actions).set(member("paused"))  # type: ignore[arg-type]
    await actions.until(3)
    assert actions.asked[-1] == (
        "QueuePause",
        {"Queue": "fallback", "Interface": "PJSIP/8001-web", "Paused": "true"},
    )


async def test_of_changes_that_pile_up_the_last_one_holds() -> None:
    actions = FakeActions()
    members = FallbackMembers(actions)  # type: ignore[arg-type]
    for state in ("ready", "paused", "ready", "gone"):
        members.set(member(state))
    await actions.until(2)
    for _ in range(20):
        await asyncio.sleep(0)
    assert actions.names() == ["QueueRemove", "QueueRemove"]
