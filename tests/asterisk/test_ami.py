"""The AMI session: one test for each way in which a manager connection goes wrong."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from callcenter.asterisk.ami import AmiClient, AmiSettings
from callcenter.asterisk.ami_errors import (
    AmiBadField,
    AmiConnectionLost,
    AmiError,
    AmiNotConnected,
    AmiRefused,
    AmiTimedOut,
)
from callcenter.asterisk.ami_wire import FRAME_BYTES_MAX, AmiMessage, AmiProtocol, check_fields
from tests.asterisk.fake_ami import BANNER, FakeAmi, frame, message, reply

# A stretch of a session as Asterisk 22 writes it: the banner runs into the first response, a list
# header repeats, a value holds Chinese text, one is empty, one holds a colon.
RECORDED = b"".join(
    [
        BANNER,
        frame("Response: Success", "ActionID: 1", "Message: Authentication accepted"),
        frame("Event: FullyBooted", "Privilege: system,all", "Uptime: 4", "Status: Fully Booted"),
        frame(
            "Event: Newchannel",
            "Privilege: call,all",
            "Channel: PJSIP/trunk-00000001",
            "CallerIDNum: +8613800138000",
            "CallerIDName: 王小明 🙂",
            "AccountCode: ",
            "ChanVariable(PJSIP/trunk-00000001): CC_ID=cc1-1.1",
            "ChanVariable(PJSIP/trunk-00000001): CC_QUEUE=sales",
            "Uniqueid: cc1-1.1",
        ),
        frame("Event: ContactStatus", "URI: sip:8001@127.0.0.1:5060;ob", "ContactStatus: Reachable"),
        frame("Event: Hangup", "Channel: PJSIP/trunk-00000001", "Cause: 16", "Cause-txt: 正常挂断"),
    ]
)


def settings(port: int, **changes: Any) -> AmiSettings:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "username": "engine",
        "secret": "s3cret",
        "action_timeout_s": 2.0,
        "retry_first_s": 0.01,
        "retry_most_s": 0.05,
        **changes,
    }
    return AmiSettings(**values)


class Session:
    """A client with what it reported, and a way to wait for it."""

    def __init__(self, port: int, **changes: Any) -> None:
        self.events: asyncio.Queue[AmiMessage] = asyncio.Queue()
        self.ups: asyncio.Queue[int] = asyncio.Queue()
        self.downs: asyncio.Queue[int] = asyncio.Queue()
        self.client = AmiClient(
            settings(port, **changes), self.events.put_nowait, self._up, self._down, random.Random(1)
        )

    async def _up(self) -> None:
        self.ups.put_nowait(1)

    def _down(self) -> None:
        self.downs.put_nowait(1)

    async def up(self) -> None:
        await asyncio.wait_for(self.ups.get(), 20)

    async def down(self) -> None:
        await asyncio.wait_for(self.downs.get(), 20)

    async def event(self) -> AmiMessage:
        return await asyncio.wait_for(self.events.get(), 20)


@asynccontextmanager
async def connected(fake: FakeAmi, **changes: Any) -> AsyncIterator[Session]:
    session = Session(fake.port, **changes)
    await session.client.start()
    try:
        await session.up()
        yield session
    finally:
        await session.client.stop()


class FakeTransport:
    aborted = False

    def abort(self) -> None:
        self.aborted = True

    def write(self, data: bytes) -> None: ...


def protocol(on_event: Callable[[AmiMessage], None]) -> AmiProtocol:
    made = AmiProtocol(on_event, lambda cause: None)
    made.connection_made(FakeTransport())
    return made


def read_in_chunks(*chunks: bytes) -> list[list[tuple[str, Any]]]:
    events: list[AmiMessage] = []
    made = protocol(events.append)
    for chunk in chunks:
        made.data_received(chunk)
    return [sorted(event.items()) for event in events]


# ---- the byte stream


def test_events_are_the_same_wherever_the_stream_is_split() -> None:
    whole = read_in_chunks(RECORDED)
    assert [dict(event)["Event"] for event in whole] == ["FullyBooted", "Newchannel", "ContactStatus", "Hangup"]
    for cut in range(len(RECORDED) + 1):
        assert read_in_chunks(RECORDED[:cut], RECORDED[cut:]) == whole, f"split at byte {cut}"


def test_events_survive_when_every_byte_comes_alone() -> None:
    assert read_in_chunks(*(bytes([byte]) for byte in RECORDED)) == read_in_chunks(RECORDED)


def test_a_character_split_between_two_chunks_is_kept() -> None:
    cut = RECORDED.index("王".encode()) + 1
    events = read_in_chunks(RECORDED[:cut], RECORDED[cut:])
    assert dict(events[1])["CallerIDName"] == "王小明 🙂"


def test_bytes_that_are_no_utf8_cost_only_themselves() -> None:
    events = read_in_chunks(b"Event: Newchannel\r\nCallerIDName: \xff\xfeBob\r\n\r\n")
    assert dict(events[0])["CallerIDName"].endswith("Bob")


def test_repeated_headers_are_a_list_and_absent_ones_are_empty() -> None:
    event = message("Event: Newchannel", "ChanVariable: A=1", "ChanVariable: B=2", "AccountCode:")
    assert event.texts("chanvariable") == ["A=1", "B=2"]
    assert (event.text("accountcode"), event.text("nosuch"), event.texts("nosuch")) == ("", "", [])


def test_an_exception_in_a_handler_costs_only_its_own_event() -> None:
    seen: list[str] = []

    def handle(event: AmiMessage) -> None:
        seen.append(event.text("event"))
        if len(seen) == 1:
            raise RuntimeError("a broken handler")

    made = protocol(handle)
    made.data_received(RECORDED)
    assert seen == ["FullyBooted", "Newchannel", "ContactStatus", "Hangup"]
    assert made.failed_handlers == 1


def test_a_peer_that_never_ends_a_message_is_cut_off() -> None:
    made = protocol(lambda event: None)
    made.data_received(b"x" * (FRAME_BYTES_MAX + 1))
    assert made.transport.aborted


# ---- what may be sent


@pytest.mark.parametrize("bad", ["a\r\nAction: Originate", "a\nb", "a\rb", "a\0b", "x" * 1100, "\ud800"])
@pytest.mark.parametrize("field", ["Channel", "Variable"])
def test_a_value_that_could_break_the_line_is_refused_and_named(field: str, bad: str) -> None:
    with pytest.raises(AmiBadField) as refused:
        check_fields({"Action": "Redirect", field: ["fine", bad] if field == "Variable" else bad})
    assert refused.value.field == field
    assert field in str(refused.value)


@pytest.mark.parametrize("name", ["Chan nel", "A: B\r\nC", "", "变量"])
def test_a_header_name_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(AmiBadField):
        check_fields({name: "x"})


def test_more_headers_than_asterisk_reads_are_refused() -> None:
    with pytest.raises(AmiBadField):
        check_fields({"Action": "Originate", "Variable": [f"V{i}=1" for i in range(150)]})


async def test_nothing_of_a_refused_action_reaches_asterisk() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        with pytest.raises(AmiBadField):
            await session.client.action("Redirect", Channel="x\r\nAction: Logoff")
        await session.client.action("Ping")
        assert [one["Action"] for one in fake.asked] == ["Login", "Ping"]


# ---- answers


async def test_an_action_gets_its_own_answer_when_answers_cross() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        first = asyncio.create_task(session.client.action("Getvar", Channel="a", Variable="X"))
        second = asyncio.create_task(session.client.action("Getvar", Channel="b", Variable="X"))
        await fake.until_asked("Getvar", times=2)
        for asked in reversed(fake.named("Getvar")):
            fake.send(reply(asked, "Success", f"Value: of {asked['Channel']}"))
        assert (await first).text("value") == "of a"
        assert (await second).text("value") == "of b"


async def test_an_error_answer_carries_asterisks_reason() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        fake.answers["Redirect"] = lambda _, asked: reply(asked, "Error", "Message: Channel does not exist")
        with pytest.raises(AmiRefused, match="Channel does not exist") as refused:
            await session.client.action("Redirect", Channel="gone")
        assert refused.value.word == "refused"


async def test_successfully_queued_without_async_header_is_an_ordinary_answer() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        fake.answers["Originate"] = lambda _, asked: reply(asked, "Success", "Message: Originate successfully queued")
        answer = await session.client.action("Originate", Channel="PJSIP/8001")
        assert answer.text("message") == "Originate successfully queued"
        await session.client.action("Ping")


async def test_the_late_result_of_an_originate_is_an_event() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        fake.answers["Originate"] = lambda _, asked: (
            reply(asked)
            + frame("Event: OriginateResponse", f"ActionID: {asked['ActionID']}", "Response: Failure", "Reason: 3")
        )
        await session.client.action("Originate", Channel="PJSIP/8001", Async="true")
        assert (await session.event()).text("reason") == "3"


async def test_a_list_is_collected_up_to_its_end_mark_among_live_events() -> None:
    def channels(_: FakeAmi, asked: dict[str, str]) -> bytes:
        own = f"ActionID: {asked['ActionID']}"
        return b"".join(
            [
                reply(asked, "Success", "EventList: start", "Message: Channels will follow"),
                frame("Event: CoreShowChannel", own, "Channel: one"),
                frame("Event: Hangup", "Channel: live"),
                frame("Event: CoreShowChannel", own, "Channel: two"),
                frame("Event: CoreShowChannelsComplete", own, "EventList: Complete", "ListItems: 2"),
            ]
        )

    async with FakeAmi() as fake, connected(fake) as session:
        fake.answers["CoreShowChannels"] = channels
        rows = await session.client.list_action("CoreShowChannels")
        assert [row.text("channel") for row in rows] == ["one", "two"]
        assert (await session.event()).text("channel") == "live"


async def test_a_refused_list_fails_like_an_action() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        fake.answers["Status"] = lambda _, asked: reply(asked, "Error", "Message: No such channel")
        with pytest.raises(AmiRefused):
            await session.client.list_action("Status", Channel="gone")


async def test_an_answer_that_came_while_this_process_did_not_run_is_an_answer() -> None:
    def answered_before_a_stop(fake: FakeAmi, asked: dict[str, str]) -> None:
        fake.send(reply(asked))
        time.sleep(0.3)

    async with FakeAmi() as fake, connected(fake) as session:
        fake.answers["CoreStatus"] = answered_before_a_stop
        assert (await session.client.action("CoreStatus", timeout_s=0.2)).text("response") == "Success"


async def test_an_unanswered_action_times_out_and_its_late_answer_disturbs_nobody() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        with pytest.raises(AmiTimedOut) as late:
            await session.client.action("Redirect", timeout_s=0.05, Channel="a")
        assert late.value.word == "timed_out"
        assert session.client._protocol is not None
        assert session.client._protocol.responses == {}, "nothing is kept of an action that was given up"
        fake.send(reply(await fake.until_asked("Redirect")))
        await session.client.action("Ping")
        assert session.events.empty()


async def test_rows_of_a_list_that_was_given_up_are_no_live_events() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        with pytest.raises(AmiTimedOut):
            await session.client.list_action("DeviceStateList", timeout_s=0.05)
        asked = await fake.until_asked("DeviceStateList")
        fake.send(frame("Event: DeviceStateChange", f"ActionID: {asked['ActionID']}", "State: INUSE"))
        await session.client.action("Ping")
        assert session.events.empty()


# ---- the session


async def test_an_action_without_a_session_fails_at_once() -> None:
    client = AmiClient(settings(1))
    with pytest.raises(AmiNotConnected) as refused:
        await asyncio.wait_for(client.action("Ping"), 4)
    assert refused.value.word == "not_connected"


async def test_pending_actions_fail_when_the_session_ends() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        pending = asyncio.create_task(session.client.action("Redirect", timeout_s=30, Channel="a"))
        await fake.until_asked("Redirect")
        fake.drop_all()
        with pytest.raises(AmiConnectionLost) as lost:
            await asyncio.wait_for(pending, 20)
        assert lost.value.word == "connection_lost"


async def test_an_unanswered_action_is_not_sent_again_after_the_reconnect() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        pending = asyncio.create_task(session.client.action("Redirect", Channel="a"))
        await fake.until_asked("Redirect")
        fake.drop_all()
        await asyncio.gather(pending, return_exceptions=True)
        await session.up()
        fake.send(frame("Event: FullyBooted", "Status: Fully Booted"))
        await session.event()
        await session.client.action("Ping")
        assert len(fake.named("Redirect")) == 1


async def test_the_session_comes_back_after_asterisk_does() -> None:
    async with FakeAmi() as fake, connected(fake) as session:
        assert session.client.status.state == "connected"
        await fake.stop()
        await session.down()
        await until(lambda: session.client.status.state == "retrying")
        assert session.client.status.last_error
        async with fake:
            await session.up()
            assert session.client.status.state == "connected"
            assert len(fake.named("Login")) == 2


async def test_a_silent_peer_is_noticed_by_ping_and_left() -> None:
    async with FakeAmi() as fake:
        answer_ping = fake.answers.pop("Ping")
        async with connected(fake, ping_every_s=0.02, ping_timeout_s=0.05) as session:
            await session.down()
            assert "Ping" in (session.client.status.last_error or "")
            fake.answers["Ping"] = answer_ping
            await session.up()
            await fake.until_asked("Ping", times=len(fake.named("Ping")) + 2)


async def test_a_peer_that_accepts_and_says_nothing_does_not_hold_the_session() -> None:
    async with FakeAmi() as fake:
        answer_login = fake.answers.pop("Login")
        session = Session(fake.port, connect_timeout_s=0.05)
        await session.client.start()
        await fake.until_asked("Login", times=2)
        fake.answers["Login"] = answer_login
        await session.up()
        await session.client.stop()


async def test_a_refused_login_is_visible_and_tried_again_without_showing_the_secret() -> None:
    async with FakeAmi() as fake:
        fake.answers["Login"] = lambda _, asked: reply(asked, "Error", "Message: Authentication failed")
        session = Session(fake.port)
        await session.client.start()
        await fake.until_asked("Login", times=2)
        assert session.client.status.state == "retrying"
        assert "Authentication failed (user 'engine')" in (session.client.status.last_error or "")
        assert "s3cret" not in repr(session.client.settings) + str(session.client.status)
        assert session.downs.empty()
        await session.client.stop()
        assert session.client.status.state == "stopped"


async def test_a_session_whose_start_fails_is_closed_and_tried_again() -> None:
    async with FakeAmi() as fake:
        tries: list[int] = []

        async def unsure() -> None:
            tries.append(1)
            if len(tries) == 1:
                raise RuntimeError("the snapshot failed")

        client = AmiClient(settings(fake.port), on_up=unsure)
        await client.start()
        await fake.until_asked("Login", times=2)
        await until(lambda: len(tries) == 2)
        assert client.status.last_error == "RuntimeError('the snapshot failed')"
        await client.stop()


async def test_a_session_lost_while_it_comes_up_is_tried_again_at_once() -> None:
    async with FakeAmi() as fake:
        tries: list[int] = []

        async def slow() -> None:
            tries.append(1)
            if len(tries) == 1:
                fake.drop_all()
                await asyncio.Event().wait()

        client = AmiClient(settings(fake.port), on_up=slow)
        await client.start()
        await until(lambda: len(tries) == 2)
        await client.stop()


async def test_each_login_is_followed_by_one_down() -> None:
    async with FakeAmi() as fake:
        async with connected(fake) as session:
            for _ in range(3):
                fake.drop_all()
                await session.down()
                await session.up()
        await session.down()
        assert session.downs.empty()


def test_the_delay_doubles_up_to_its_limit_and_is_never_the_same_for_two_clients() -> None:
    client = AmiClient(settings(1, retry_first_s=1.0, retry_most_s=8.0), dice=random.Random(7))
    delays_s = [client._retry_in_s(failures) for failures in (1, 2, 3, 4, 50)]
    for delay_s, longest_s in zip(delays_s, (1, 2, 4, 8, 8), strict=True):
        assert longest_s / 2 <= delay_s <= longest_s
    assert delays_s[3] != delays_s[4]


async def until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    """For states without an event of their own."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)


def test_every_error_has_a_word_of_its_own() -> None:
    words = [kind.word for kind in [AmiError, *AmiError.__subclasses__()]]
    assert len(set(words)) == len(words)
