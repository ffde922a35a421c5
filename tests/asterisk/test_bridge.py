"""The whole bridge before a scripted Asterisk: snapshot, reconnect, commands and questions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from callcenter.asterisk.ami import AmiSettings
from callcenter.asterisk.bridge import Bridge, BridgeSettings
from callcenter.asterisk.bridge.working import Work, nobody
from callcenter.asterisk.fastagi import FastAgiSettings
from callcenter.calls import commands, signals
from callcenter.calls.languages import Prompt
from callcenter.calls.signals import Signal
from tests.asterisk.agi_peer import ENVIRONMENT, Peer
from tests.asterisk.fake_ami import BOOTED, FakeAmi, frame, reply
from tests.asterisk.offers import OFFER, PROMPT, sound
from tests.asterisk.status_rows import AGENT_LEG, AGENT_ROW, CUSTOMER_ROW, ECHO_ROW

AT = 1_700_000_000.0


class Scripted:
    """A bridge, the Asterisk it talks to, and what it told."""

    def __init__(self, bridge: Bridge, asterisk: FakeAmi) -> None:
        self.bridge, self.asterisk = bridge, asterisk
        self.told: list[Signal] = []
        self.answers: Callable[[Signal], None] = lambda signal: None
        self._news = asyncio.Event()

    def tell(self, signal: Signal) -> None:
        self.told.append(signal)
        self._news.set()
        self.answers(signal)

    async def until(self, kind: type[Any], times: int = 1) -> Any:
        async with asyncio.timeout(20):
            while len(found := [signal for signal in self.told if isinstance(signal, kind)]) < times:
                self._news.clear()
                await self._news.wait()
        return found[times - 1]

    async def in_step(self) -> None:
        """A moment after the snapshot is told, the conference rooms have been looked at too."""
        async with asyncio.timeout(20):
            while not self.bridge.in_step:
                await asyncio.sleep(0)

    def event(self, *lines: str) -> None:
        self.asterisk.by_user["cc_events"].write(frame(*lines))


def listing(*rows: tuple[str, ...]) -> Callable[[FakeAmi, dict[str, str]], bytes]:
    def answer(_: FakeAmi, asked: dict[str, str]) -> bytes:
        own = f"ActionID: {asked['ActionID']}"
        body = b"".join(frame(row[0], own, *row[1:]) for row in rows)
        return reply(asked, "Success", "EventList: start") + body + frame("Event: Done", own, "EventList: Complete")

    return answer


def started(moment: str) -> Callable[[FakeAmi, dict[str, str]], bytes]:
    return lambda _, asked: reply(asked, "Success", "CoreStartupDate: 2026-01-01", f"CoreStartupTime: {moment}")


CONTACT_ROW = ("Event: ContactList", "Uri: sip:8001@10.0.0.1", "Endpoint: 8001-web", "Status: NonQualified")


@asynccontextmanager
async def scripted(connect: bool = True, work: Work | None = None) -> AsyncIterator[Scripted]:
    async with FakeAmi() as asterisk:
        asterisk.booted = BOOTED
        asterisk.answers["Status"] = listing(CUSTOMER_ROW, AGENT_ROW, ECHO_ROW)
        asterisk.answers["PJSIPShowContacts"] = listing(CONTACT_ROW)
        asterisk.answers["CoreStatus"] = started("08:00:00")
        for name in ("Setvar", "Redirect", "Hangup", "Reload"):
            asterisk.answers[name] = lambda _, asked: reply(asked)
        made = Scripted.__new__(Scripted)
        port = asterisk.port if connect else 1
        bridge = Bridge(
            bridge_settings(port), lambda signal: made.tell(signal), sound, lambda: AT, work=work or nobody
        )
        made.__init__(bridge, asterisk)  # type: ignore[misc]
        await bridge.start()
        try:
            yield made
        finally:
            await bridge.stop()


def bridge_settings(port: int) -> BridgeSettings:
    users = [
        AmiSettings("127.0.0.1", port, f"cc_{name}", "s", retry_first_s=0.01, retry_most_s=0.05)
        for name in ("events", "actions", "system")
    ]
    return BridgeSettings(*users, FastAgiSettings("127.0.0.1", 0))


async def test_the_snapshot_comes_first_and_shows_all_that_is_alive() -> None:
    async with scripted() as script:
        seen = await script.until(signals.AsteriskSnapshot)
        other = await script.until(signals.OtherCall)
        assert script.told == [seen, other]
        assert (other.agent, other.channel, other.live) == ("8002", "cc1-3.3", True)
        assert [leg.channel for leg in seen.legs] == ["cc1-1.1", "cc1-2.2"]
        assert seen.reachable == (("8001", "web"),)
        assert not seen.restarted
        await script.in_step()


async def test_what_happens_during_the_snapshot_is_told_after_it_and_once() -> None:
    async with FakeAmi() as asterisk:
        asterisk.booted = BOOTED
        rows = listing(CUSTOMER_ROW, AGENT_ROW)

        def status(fake: FakeAmi, asked: dict[str, str]) -> bytes:
            entered = ("Channel: PJSIP/trunk-00000001", "Uniqueid: cc1-1.1", "BridgeUniqueid: b1")
            return (
                frame("Event: BridgeEnter", *entered)  # the rows show it already
                + rows(fake, asked)
                + frame("Event: Hangup", *AGENT_LEG, "Cause: 16")
            )

        asterisk.answers |= {"Status": status, "CoreStatus": started("08:00:00")}
        asterisk.answers["PJSIPShowContacts"] = listing(CONTACT_ROW)
        told_here: list[Signal] = []
        bridge = Bridge(bridge_settings(asterisk.port), told_here.append, sound, lambda: AT)
        await bridge.start()
        async with asyncio.timeout(20):
            while len(told_here) < 2:
                await asyncio.sleep(0.001)
        await bridge.stop()
        assert [type(signal).__name__ for signal in told_here] == ["AsteriskSnapshot", "LegEnded"]


async def test_a_lost_link_is_told_and_followed_by_a_new_snapshot() -> None:
    async with scripted() as script:
        await script.until(signals.AsteriskSnapshot)
        await script.in_step()
        script.asterisk.answers["CoreStatus"] = started("09:30:00")
        script.asterisk.answers["Status"] = listing()
        script.asterisk.drop_all()
        second = await script.until(signals.AsteriskSnapshot, times=2)
        assert [type(signal).__name__ for signal in script.told] == [
            "AsteriskSnapshot",
            "OtherCall",
            "AsteriskLost",
            "AsteriskSnapshot",
        ]
        assert second.restarted
        assert second.legs == ()


async def test_a_snapshot_that_fails_is_taken_again() -> None:
    async with FakeAmi() as asterisk:
        asterisk.booted = BOOTED
        refused: list[int] = []

        def status(fake: FakeAmi, asked: dict[str, str]) -> bytes:
            refused.append(1)
            return reply(asked, "Error", "Message: busy") if len(refused) < 3 else listing()(fake, asked)

        asterisk.answers |= {"Status": status, "CoreStatus": started("08:00:00"), "PJSIPShowContacts": listing()}
        told_here: list[Signal] = []
        bridge = Bridge(bridge_settings(asterisk.port), told_here.append, sound, lambda: AT)
        await bridge.start()
        async with asyncio.timeout(20):
            while not told_here:
                await asyncio.sleep(0.001)
        await bridge.stop()
        assert [type(signal).__name__ for signal in told_here] == ["AsteriskSnapshot"]


async def test_a_snapshot_is_taken_only_when_asterisk_has_finished_its_start() -> None:
    async with FakeAmi() as asterisk:
        asterisk.answers |= {"Status": listing(), "CoreStatus": started("08:00:00"), "PJSIPShowContacts": listing()}
        told_here: list[Signal] = []
        bridge = Bridge(bridge_settings(asterisk.port), told_here.append, sound, lambda: AT)
        await bridge.start()
        await asterisk.until_asked("Login", times=3)
        for user in ("cc_events", "cc_actions", "cc_system"):
            assert user in asterisk.by_user
        assert asterisk.named("Status") == []
        asterisk.by_user["cc_events"].write(BOOTED)
        await asterisk.until_asked("Status")
        await bridge.stop()


async def test_no_registered_phone_is_an_answer_and_another_refusal_is_not() -> None:
    async with scripted() as script:
        await script.until(signals.AsteriskSnapshot)
        script.asterisk.answers["PJSIPShowContacts"] = lambda _, asked: reply(
            asked, "Error", "Message: Invalid/unknown command"
        )
        script.asterisk.drop_all()
        await script.asterisk.until_asked("PJSIPShowContacts", times=3)
        assert len([one for one in script.told if isinstance(one, signals.AsteriskSnapshot)]) == 1
        script.asterisk.answers["PJSIPShowContacts"] = lambda _, asked: reply(
            asked, "Error", "Message: No Contacts found"
        )
        assert (await script.until(signals.AsteriskSnapshot, times=2)).reachable == ()


async def test_time_never_runs_backwards() -> None:
    moments = iter([50.0, 49.0, 51.0])
    async with FakeAmi() as asterisk:
        asterisk.booted = BOOTED
        bridge = Bridge(bridge_settings(asterisk.port), lambda signal: None, sound, lambda: next(moments))
        assert [bridge._now() for _ in range(3)] == [50.0, 50.0, 51.0]


async def test_commands_reach_asterisk_as_actions() -> None:
    async with scripted() as script:
        await script.until(signals.AsteriskSnapshot)
        script.bridge.carry_out(OFFER)
        assert (await script.asterisk.until_asked("Redirect"))["Context"] == "offer"
        script.bridge.carry_out(commands.HangUp(channel="cc1-2.2", cause=21))
        asked = await script.asterisk.until_asked("Hangup")
        assert (asked["Channel"], asked["Cause"]) == ("cc1-2.2", "21")
        await script.bridge.reload("res_pjsip.so")
        assert (await script.asterisk.until_asked("Reload"))["Module"] == "res_pjsip.so"


async def test_a_hang_up_by_pattern_is_refused() -> None:
    async with scripted() as script:
        with pytest.raises(ValueError, match="channel"):
            script.bridge.carry_out(commands.HangUp(channel="/.*/"))
        with pytest.raises(ValueError, match="module"):
            await script.bridge.reload("x\r\ny")


async def test_the_next_move_follows_as_soon_as_the_dial_is_seen() -> None:
    async with scripted() as script:
        await script.until(signals.AsteriskSnapshot)
        script.bridge.carry_out(OFFER)
        back = commands.ReturnToWait(interaction="cc1-1.1", channel="cc1-1.1", queue="sales", queued_at=AT)
        script.bridge.carry_out(back)
        await script.asterisk.until_asked("Redirect")
        script.event(
            "Event: DialBegin",
            "Uniqueid: cc1-1.1",
            "ChanVariable: CC_ID=cc1-1.1",
            "ChanVariable: CC_AT=offer",
            "DestChannel: PJSIP/8001-web-00000009",
            "DestUniqueid: cc1-9.9",
        )
        assert (await script.asterisk.until_asked("Redirect", times=2))["Context"] == "wait"


@pytest.mark.parametrize("action", ["Setvar", "Redirect"])
async def test_an_offer_that_asterisk_refuses_to_begin_is_told(action: str) -> None:
    async with scripted() as script:
        await script.until(signals.AsteriskSnapshot)
        script.asterisk.answers[action] = lambda _, asked: reply(asked, "Error", "Message: no")
        script.bridge.carry_out(OFFER)
        told = await script.until(signals.OfferNotStarted)
        assert (told.interaction, told.offer, told.at) == ("cc1-1.1", "o-7", AT)


async def test_an_offer_to_a_caller_who_has_just_gone_is_not_told_as_failed() -> None:
    async with scripted() as script:
        await script.until(signals.AsteriskSnapshot)

        def refused(_: FakeAmi, asked: dict[str, str]) -> bytes:
            script.event("Event: Hangup", "Channel: PJSIP/trunk-00000001", "Uniqueid: cc1-1.1", "Cause: 16")
            return reply(asked, "Error", "Message: No such channel")

        script.asterisk.answers["Setvar"] = refused
        script.bridge.carry_out(OFFER)
        await script.until(signals.LegEnded)
        while script.bridge._moves._outstanding:
            await asyncio.sleep(0)
        assert not any(isinstance(told, signals.OfferNotStarted) for told in script.told)


# ---- questions


def question(script: str, *arguments: str) -> bytes:
    lines = [line for line in ENVIRONMENT.decode().strip().split("\n") if "_arg_" not in line]
    lines = [f"agi_network_script: {script}" if "_script" in line else line for line in lines]
    lines += [f"agi_arg_{n}: {argument}" for n, argument in enumerate(arguments, 1)]
    return ("\n".join(lines) + "\n\n").encode()


async def test_a_flow_question_is_put_answered_in_steps_and_left() -> None:
    async with scripted() as script:
        peer = await Peer.connect(script.bridge.agi_port, question("flow"))
        assert await peer.answer("200 result=1 (4001234)") == "GET VARIABLE CC_DNIS"
        asked = await script.until(signals.FlowWanted)
        assert (asked.interaction, asked.caller, asked.caller_name, asked.dialled) == (
            "cc1-1.1",
            "13800138000",
            "王: 小明",
            "4001234",
        )
        step = commands.FlowStep(agi=asked.agi, play=(PROMPT, PROMPT), max_digits=3, timeout_s=4, terminator="#")
        script.bridge.carry_out(step)
        assert await peer.answer("200 result=1") == 'SET VARIABLE TIMEOUT(response) "4"'
        assert await peer.answer("200 result=1") == 'SET VARIABLE TIMEOUT(digit) "3"'
        read = 'EXEC Read "CC_KEY,/prompts/en/Sales&/prompts/en/Sales,3,et(#),1"'
        assert await peer.answer("200 result=0") == read
        assert await peer.answer("200 result=1 (12)") == "GET VARIABLE CC_KEY"
        assert (await script.until(signals.FlowInput)).digits == "12"
        script.bridge.carry_out(commands.FlowStep(agi=asked.agi, max_digits=1, timeout_s=4.5))
        assert await peer.answer("200 result=0") == "WAIT FOR DIGIT 4500"
        assert (await script.until(signals.FlowInput, times=2)).digits == ""
        script.bridge.carry_out(
            commands.Leave(
                agi=asked.agi, to="wait", play=(PROMPT,), language="zh-CN", queue="sales", queued_at=1_700_000_001.25
            )
        )
        assert [await peer.answer("200 result=1") for _ in range(4)] == [
            'SET VARIABLE CC_LANG "zh-CN"',
            'SET VARIABLE CHANNEL(language) "zh"',
            'SET VARIABLE CC_QUEUE "sales"',
            'SET VARIABLE CC_ENTRY "1700000001.250"',
        ]
        assert await peer.answer("200 result=0") == 'STREAM FILE "/prompts/en/Sales" ""'
        assert await peer.answer("200 result=1") == 'SET VARIABLE CC_NEXT "wait"'
        assert await peer.closed() == b""
        assert (await script.until(signals.QuestionClosed)).agi == asked.agi


async def test_a_prompt_that_cannot_be_played_does_not_stop_the_flow() -> None:
    async with scripted() as script:
        peer = await Peer.connect(script.bridge.agi_port, question("beat"))
        asked = await script.until(signals.Beat)
        script.bridge.carry_out(commands.Leave(agi=asked.agi, to="stay", play=(PROMPT,)))
        assert await peer.answer("200 result=1") == 'SET VARIABLE TIMEOUT(absolute) "120"'
        await peer.answer("200 result=-1 endpos=0")
        assert await peer.answer("200 result=6") == "CHANNEL STATUS"
        assert await peer.answer("200 result=1") == 'SET VARIABLE CC_NEXT "stay"'


async def test_a_key_of_a_waiting_caller_is_told_and_answered_with_an_announcement() -> None:
    async with scripted() as script:
        peer = await Peer.connect(script.bridge.agi_port, question("key", "#"))
        asked = await script.until(signals.WaitKey)
        assert (asked.key, asked.interaction, asked.channel) == ("#", "cc1-1.1", "cc1-1.1")
        step = commands.FlowStep(agi=asked.agi, play=(PROMPT,), max_digits=1, timeout_s=0)
        script.bridge.carry_out(step)
        assert await peer.answer("200 result=1") == 'SET VARIABLE TIMEOUT(absolute) "120"'
        assert await peer.answer("200 result=0") == 'EXEC Read "CC_KEY,/prompts/en/Sales,1,e,1,0.001"'
        assert await peer.answer("200 result=1 (*)") == "GET VARIABLE CC_KEY"
        assert (await script.until(signals.FlowInput)).digits == "*"
        script.bridge.carry_out(commands.Leave(agi=asked.agi, to="stay"))
        assert await peer.answer("200 result=1") == 'SET VARIABLE CC_NEXT "stay"'


@pytest.mark.parametrize("arguments", [(), ("12",), ("A",), ("1", "2"), ("1\t",)])
async def test_what_is_no_key_is_turned_away(arguments: tuple[str, ...]) -> None:
    async with scripted() as script:
        peer = await Peer.connect(script.bridge.agi_port, question("key", *arguments))
        assert await peer.closed() == b""
        assert not any(isinstance(told, signals.WaitKey) for told in script.told)


async def test_a_prompt_of_which_there_is_no_sound_loses_no_waiting_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_sound(_: Prompt) -> str:
        raise RuntimeError("the voice engine is not there")

    async with scripted() as script:
        monkeypatch.setattr(script.bridge._questions, "_sounds", no_sound)
        peer = await Peer.connect(script.bridge.agi_port, question("beat"))
        asked = await script.until(signals.Beat)
        script.bridge.carry_out(commands.Leave(agi=asked.agi, to="stay", play=(PROMPT,)))
        await peer.answer("200 result=1")
        assert await peer.answer("200 result=1") == 'SET VARIABLE CC_NEXT "stay"'


async def test_music_and_the_file_of_a_message_are_stamped() -> None:
    async with scripted() as script:
        peer = await Peer.connect(script.bridge.agi_port, question("key", "1"))
        asked = await script.until(signals.WaitKey)
        leave = commands.Leave(agi=asked.agi, to="voicemail", music="calm", file="cc1-1.1.raw")
        script.bridge.carry_out(leave)
        assert [await peer.answer("200 result=1") for _ in range(6)] == [
            'SET VARIABLE CHANNEL(musicclass) "calm"',
            'SET VARIABLE CC_MOST "180"',
            'SET VARIABLE CC_SILENCE "8"',
            'SET VARIABLE CC_AFRESH ""',
            'SET VARIABLE CC_FILE "cc1-1.1"',
            'SET VARIABLE CC_NEXT "voicemail"',
        ]


async def test_what_comes_next_is_asked_with_the_result_of_the_dial() -> None:
    async with scripted() as script:
        await Peer.connect(script.bridge.agi_port, question("next", "o-7", "NOANSWER", "0"))
        asked = await script.until(signals.NextWanted)
        assert (asked.offer, asked.result, asked.talked) == ("o-7", "NOANSWER", False)
        await Peer.connect(script.bridge.agi_port, question("next", "fallback", "", "1"))
        assert (await script.until(signals.NextWanted, times=2)).talked


async def test_a_caller_who_leaves_closes_the_question() -> None:
    async with scripted() as script:
        peer = await Peer.connect(script.bridge.agi_port, question("beat"))
        asked = await script.until(signals.Beat)
        peer.say(b"HANGUP\n")
        closed = await script.until(signals.QuestionClosed)
        assert (closed.agi, closed.interaction) == (asked.agi, "cc1-1.1")
        script.bridge.carry_out(commands.Leave(agi=asked.agi, to="stay"))  # too late, and harmless


async def test_an_unknown_question_is_left_to_the_dialplan() -> None:
    async with scripted() as script:
        peer = await Peer.connect(script.bridge.agi_port, question("reboot"))
        assert await peer.closed() == b""


async def test_a_question_about_no_channel_is_turned_away_quietly(caplog: pytest.LogCaptureFixture) -> None:
    async with scripted() as script:
        await script.until(signals.AsteriskSnapshot)
        peer = await Peer.connect(script.bridge.agi_port, b"agi_network_script: beat\n\n")
        assert await peer.closed() == b""
        assert [type(signal) for signal in script.told] == [signals.AsteriskSnapshot, signals.OtherCall]
    assert "Traceback" not in caplog.text


async def test_a_question_the_core_does_not_answer_is_given_back() -> None:
    async with scripted() as script:
        script.bridge._questions._patience_s = 0.02
        peer = await Peer.connect(script.bridge.agi_port, question("beat"))
        assert await peer.closed() == b""
        await script.until(signals.QuestionClosed)


async def test_without_the_ami_a_question_is_left_to_the_dialplan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callcenter.asterisk.bridge.bridge.LINK_WAIT_S", 0.02)
    async with scripted(connect=False) as script:
        peer = await Peer.connect(script.bridge.agi_port, question("beat"))
        assert await peer.closed() == b""
        assert script.told == []
