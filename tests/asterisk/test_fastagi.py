"""The FastAGI server, spoken to as Asterisk does, as a port scanner does and as a broken peer does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.agi_errors import AgiBadArgument, AgiHungUp, AgiRefused, AgiTimedOut
from callcenter.asterisk.fastagi import FastAgiServer, FastAgiSettings
from tests.asterisk.agi_peer import ENVIRONMENT, Peer

Handler = Callable[[AgiCall], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler, **changes: float) -> AsyncIterator[FastAgiServer]:
    server = FastAgiServer(FastAgiSettings("127.0.0.1", 0, **changes), handler)  # type: ignore[arg-type]
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def conversation(run: Handler, **changes: float) -> AsyncIterator[tuple[Peer, "asyncio.Future[None]"]]:
    """A peer in an AGI session that runs `run`; the future tells how `run` ended."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def handler(call: AgiCall) -> None:
        try:
            ended.set_result(await run(call))
        except Exception as error:
            ended.set_exception(error)

    async with serving(handler, **changes) as server:
        yield await Peer.connect(server.port), ended


async def finished(ended: "asyncio.Future[None]") -> None:
    async with asyncio.timeout(20):
        await ended


# ---- commands


async def test_a_call_knows_who_asks_and_what() -> None:
    seen: list[AgiCall] = []

    async def run(call: AgiCall) -> None:
        seen.append(call)

    async with conversation(run) as (peer, ended):
        await finished(ended)
        assert await peer.closed() == b""
    assert seen[0].script == "flow"
    assert seen[0].arguments == ("offer-7", "NOANSWER", "")
    assert seen[0].environment["calleridname"] == "王: 小明"


async def test_a_key_that_cuts_a_sound_off_is_returned() -> None:
    async def run(call: AgiCall) -> None:
        assert await call.stream_file("/prompts/菜单 1", "12#") == "2"
        assert await call.stream_file("/prompts/menu") == ""

    async with conversation(run) as (peer, ended):
        assert await peer.answer("200 result=50 endpos=8000") == 'STREAM FILE "/prompts/菜单 1" "12#"'
        assert await peer.answer("200 result=0 endpos=16000") == 'STREAM FILE "/prompts/menu" ""'
        await finished(ended)


@pytest.mark.parametrize(
    ("answer", "key"), [("200 result=1 (0)", "0"), ("200 result=1 (#)", "#"), ("200 result=1 ()", "")]
)
async def test_one_application_plays_all_sounds_and_takes_a_key(answer: str, key: str) -> None:
    async def run(call: AgiCall) -> None:
        assert await call.key_after(["/prompts/a", "/prompts/b"], 2500) == key

    async with conversation(run) as (peer, ended):
        assert await peer.answer("200 result=0") == 'EXEC Read "CC_KEY,/prompts/a&/prompts/b,1,e,1,2.5"'
        assert await peer.answer(answer) == "GET VARIABLE CC_KEY"
        await finished(ended)


async def test_a_missing_sound_is_told_from_a_caller_who_is_gone() -> None:
    async def run(call: AgiCall) -> None:
        with pytest.raises(AgiRefused, match="no_such"):
            await call.stream_file("no_such")
        with pytest.raises(AgiHungUp):
            await call.stream_file("menu")
        assert call.hung_up

    async with conversation(run) as (peer, ended):
        await peer.answer("200 result=-1 endpos=0")
        assert await peer.answer("200 result=6") == "CHANNEL STATUS"
        await peer.answer("200 result=-1 endpos=0")
        await peer.answer("200 result=-1")
        await finished(ended)


async def test_a_caller_who_was_moved_away_during_a_sound_counts_as_gone() -> None:
    async def run(call: AgiCall) -> None:
        with pytest.raises(AgiHungUp):
            await call.stream_file("menu")

    async with conversation(run) as (peer, ended):
        await peer.answer("HANGUP\n200 result=-1 endpos=400")
        await finished(ended)


async def test_waiting_for_a_digit_ends_by_key_by_time_or_by_hang_up() -> None:
    async def run(call: AgiCall) -> None:
        assert await call.wait_for_digit(3000) == "9"
        assert await call.wait_for_digit(0) == ""
        with pytest.raises(AgiHungUp):
            await call.wait_for_digit(3000)

    async with conversation(run) as (peer, ended):
        assert await peer.answer("200 result=57") == "WAIT FOR DIGIT 3000"
        assert await peer.answer("200 result=0") == "WAIT FOR DIGIT 1"
        await peer.answer("200 result=-1")
        await finished(ended)


async def test_variables_are_written_and_read_whatever_they_hold() -> None:
    async def run(call: AgiCall) -> None:
        await call.set_variable("CC_NEXT", 'a "b" \\ c, ${d}')
        await call.set_variable("CHANNEL(language)", "zh")
        assert await call.get_variable("CC_QUEUE") == "sales (north)"
        assert await call.get_variable("CC_NONE") is None
        assert await call.get_variable("CC_EMPTY") == ""
        assert await call.get_variable("CC_EVIL") == "x\n200 result=0"
        assert await call.get_variable("CC_AFTER") == "in step"

    async with conversation(run) as (peer, ended):
        assert await peer.answer("200 result=1") == 'SET VARIABLE CC_NEXT "a \\"b\\" \\\\ c, ${d}"'
        assert await peer.answer("200 result=1") == 'SET VARIABLE CHANNEL(language) "zh"'
        assert await peer.answer("200 result=1 (sales (north))") == "GET VARIABLE CC_QUEUE"
        await peer.answer("200 result=0")
        await peer.answer("200 result=1 ()")
        await peer.answer("200 result=1 (x\n200 result=0)")
        await peer.answer("200 result=1 (in step)")
        await finished(ended)


async def test_an_application_is_run_and_a_missing_one_is_an_error() -> None:
    async def run(call: AgiCall) -> None:
        await call.exec_("Playback", "a&b", "noanswer")
        with pytest.raises(AgiRefused):
            await call.exec_("NoSuchThing")

    async with conversation(run) as (peer, ended):
        assert await peer.answer("100 Trying...\n200 result=0") == 'EXEC Playback "a&b,noanswer"'
        await peer.answer("200 result=-2")
        await finished(ended)


async def test_answers_that_are_errors_are_errors() -> None:
    async def run(call: AgiCall) -> None:
        with pytest.raises(AgiRefused, match="510"):
            await call.set_variable("A", "1")
        with pytest.raises(AgiRefused, match="520"):
            await call.set_variable("A", "1")
        with pytest.raises(AgiHungUp):
            await call.set_variable("A", "1")

    async with conversation(run) as (peer, ended):
        await peer.answer("510 Invalid or unknown command")
        await peer.answer(
            "520-Invalid command syntax.  Proper usage follows:\nUsage: SET ...\n520 End of proper usage."
        )
        await peer.answer("511 Command Not Permitted on a dead channel or intercept routine")
        await finished(ended)


@pytest.mark.parametrize(
    ("command", "argument"),
    [
        (lambda call: call.set_variable("A", "1\nEXEC System reboot"), "A"),
        (lambda call: call.set_variable("A\nB", "1"), "variable"),
        (lambda call: call.set_variable("SHELL(reboot)", "1"), "variable"),
        (lambda call: call.get_variable("A B"), "variable"),
        (lambda call: call.stream_file("a\r\nHANGUP"), "path"),
        (lambda call: call.stream_file("../../etc/passwd"), "path"),
        (lambda call: call.stream_file("a", '1" x'), "escape_digits"),
        (lambda call: call.exec_("System\n", "x"), "application"),
        (lambda call: call.exec_("Playback", "x\0y"), "arguments"),
        (lambda call: call.set_variable("A", "x" * 2000), "A"),
    ],
)
async def test_no_argument_can_bring_a_second_command(
    command: Callable[[AgiCall], Awaitable[object]], argument: str
) -> None:
    async def run(call: AgiCall) -> None:
        with pytest.raises(AgiBadArgument) as refused:
            await command(call)
        assert refused.value.argument == argument

    async with conversation(run) as (peer, ended):
        await finished(ended)
        assert await peer.closed() == b""


# ---- the end of a session


@pytest.mark.parametrize("news", [b"HANGUP\n", b""])
async def test_a_hang_up_is_noticed_between_commands(news: bytes) -> None:
    async def run(call: AgiCall) -> None:
        async with asyncio.timeout(20):
            await call.until_hung_up()
        with pytest.raises(AgiHungUp):
            await call.set_variable("A", "1")

    async with conversation(run) as (peer, ended):
        if news:
            peer.say(news)
        else:
            peer.writer.close()
        await finished(ended)


async def test_a_connection_that_breaks_during_a_command_is_a_hang_up() -> None:
    async def run(call: AgiCall) -> None:
        with pytest.raises(AgiHungUp):
            await call.stream_file("menu")

    async with conversation(run) as (peer, ended):
        await peer.hear()
        peer.writer.transport.abort()
        await finished(ended)


async def test_an_asterisk_that_does_not_answer_is_not_waited_for() -> None:
    async def run(call: AgiCall) -> None:
        with pytest.raises(AgiTimedOut):
            await call.set_variable("A", "1")

    async with conversation(run, answer_timeout_s=0.05) as (peer, ended):
        await finished(ended)
        assert b"SET VARIABLE" in await peer.closed()


async def test_a_sound_may_take_longer_than_an_answer_to_a_quick_command() -> None:
    async def run(call: AgiCall) -> None:
        assert await call.stream_file("a_long_question", "1") == ""

    async with conversation(run, answer_timeout_s=0.05) as (peer, ended):
        await peer.hear()
        await asyncio.sleep(0.2)  # the length of the sound
        peer.say(b"200 result=0 endpos=16000\n")
        await finished(ended)


async def test_an_exception_in_a_handler_ends_that_call_only_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def handler(call: AgiCall) -> None:
        if call.arguments[0] == "bad":
            raise RuntimeError("a broken handler")
        await call.set_variable("CC_NEXT", "stay")

    async with serving(handler) as server:
        bad = await Peer.connect(server.port, ENVIRONMENT.replace(b"offer-7", b"bad"))
        assert await bad.closed() == b""
        good = await Peer.connect(server.port)
        assert await good.answer("200 result=1") == 'SET VARIABLE CC_NEXT "stay"'
    assert [record.exc_text for record in caplog.records if record.exc_info and record.name.endswith("fastagi")]


# ---- strangers


async def one_good_call(server: FastAgiServer) -> None:
    peer = await Peer.connect(server.port)
    assert await peer.answer("200 result=1") == 'SET VARIABLE CC_NEXT "stay"'


async def say_stay(call: AgiCall) -> None:
    await call.set_variable("CC_NEXT", "stay")


GARBAGE = [
    b"",
    b"\n",
    b"\n\n\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 40,
    b"agi_network: yes\n\n",
    b"agi_network_script: flow",
    b"agi_x: " + b"y" * 100_000 + b"\n",
    b"".join(b"agi_a%d: 1\n" % n for n in range(500)) + b"\n",
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=[repr(one[:20]) for one in GARBAGE])
async def test_garbage_is_turned_away_at_once(garbage: bytes) -> None:
    async with serving(say_stay) as server:
        peer = await Peer.connect(server.port, garbage)
        peer.writer.write_eof()
        assert await peer.closed() == b""
        assert server.refused == 1
        await one_good_call(server)


async def test_a_port_scan_delays_no_call() -> None:
    async with serving(say_stay, greeting_timeout_s=60) as server:
        for _ in range(200):
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.transport.abort()
        async with asyncio.timeout(20):
            await one_good_call(server)


async def test_half_open_peers_are_dropped_after_a_while() -> None:
    async with serving(say_stay, greeting_timeout_s=0.05) as server:
        silent = await Peer.connect(server.port, b"")
        slow = await Peer.connect(server.port, b"agi_network: yes\nagi_netw")
        assert await silent.closed() == await slow.closed() == b""
        assert server.refused == 2


async def test_idle_strangers_keep_no_caller_out() -> None:
    async with serving(say_stay, greeting_max=8, greeting_timeout_s=30) as server:
        strangers = [await Peer.connect(server.port, b"agi_") for _ in range(50)]
        async with asyncio.timeout(20):
            await one_good_call(server)
        assert await strangers[0].closed() == b""


async def test_calls_past_the_limit_are_turned_away_at_once() -> None:
    async def wait(call: AgiCall) -> None:
        await call.until_hung_up()

    async with serving(wait, calls_max=2) as server:
        peers = [await Peer.connect(server.port) for _ in range(2)]
        while len(server._calls) < 2:
            await asyncio.sleep(0)
        third = await Peer.connect(server.port)
        assert await third.closed() == b""
        peers[0].writer.close()
        while len(server._calls) > 1:
            await asyncio.sleep(0)
        await Peer.connect(server.port)


async def test_a_peer_that_floods_answers_is_held_back_and_ends_with_its_call() -> None:
    done = asyncio.Event()

    async def run(call: AgiCall) -> None:
        async with asyncio.timeout(20):
            await done.wait()

    async with serving(run) as server:
        flood = await Peer.connect(server.port)
        flood.say(b"200 result=1\n" * 20_000)
        flood.say(b"x" * 100_000)
        done.set()
        await flood.closed()


async def test_stopping_the_server_ends_its_sessions() -> None:
    async def wait(call: AgiCall) -> None:
        await asyncio.Event().wait()

    async with serving(wait) as server:
        peer = await Peer.connect(server.port)
        while not server._calls:
            await asyncio.sleep(0)
    assert await peer.closed() == b""
