import asyncio
import random
from collections import Counter

import pytest
from msgspec.structs import replace

from bench import ami_stream, readme, screen_pop
from bench.page_clients import Popped, Reader
from bench.place import free_ports
from bench.played_floor import Offered, PlayedFloor
from bench.seen_pops import Seen, _pop
from callcenter.asterisk.ami import AmiClient, AmiSettings
from callcenter.asterisk.ami_wire import AmiMessage
from callcenter.web.page_messages import Beat, PageMessage, PopMessage, encode_message
from tests.bench.samples import measured

GREETING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


class Wire(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)


def framed(message: PageMessage) -> bytes:
    body = encode_message(message)
    length = bytes((len(body),)) if len(body) < 126 else b"\x7e" + len(body).to_bytes(2)
    return b"\x81" + length + body


def reader() -> tuple[Reader, Wire, list[Popped]]:
    """Inside a loop or not: nothing is waited for."""
    popped: list[Popped] = []
    one, wire = Reader("8003", popped.append), Wire()
    one.connection_made(wire)
    return one, wire, popped


# ---- pages without a browser


def test_a_page_that_reads_finds_the_pops_wherever_the_stream_is_cut() -> None:
    stream = GREETING + framed(Beat(now=1.0)) + framed(PopMessage(pop=_pop("13800000001"))) + framed(Beat(now=2.0))
    pop = _pop("13800000001")
    for place in range(1, len(stream)):
        one, _, popped = reader()
        one.data_received(stream[:place])
        one.data_received(stream[place:])
        assert (one.messages, popped) == (3, [Popped("8003", pop.interaction, pop.offer)])


def test_a_page_that_reads_answers_the_servers_pings() -> None:
    one, wire, _ = reader()
    one.data_received(GREETING + b"\x89\x02hi")
    assert wire.written == b"\x8a\x82\0\0\0\0hi"


# ---- what is counted


def offered(call: int, agent: str = "8003", freed_at: float = 0.0) -> Offered:
    return Offered(call, agent, f"{ami_stream.customer_id(call)}-1", freed_at + 0.01, freed_at)


def popped_of(offer: Offered, agent: str = "8003") -> Popped:
    return Popped(agent, ami_stream.customer_id(offer.call), offer.offer)


def test_every_offer_has_one_pop_at_its_agent() -> None:
    offers = [offered(1), offered(2)]
    assert screen_pop._read(offers, [popped_of(offer) for offer in offers]) == (2, 0, 0, 0)


def test_a_pop_that_is_missing_or_comes_twice_or_to_somebody_else_is_told() -> None:
    offers = [offered(1), offered(2), offered(3)]
    came = [popped_of(offers[0]), popped_of(offers[0]), popped_of(offers[1], agent="8004")]
    assert screen_pop._read(offers, came) == (3, 2, 1, 1)


def test_the_pops_of_the_browser_and_of_the_page_that_never_reads_are_not_looked_for_here() -> None:
    assert screen_pop._read([offered(1, screen_pop.WATCHED), offered(2, screen_pop.STALLED)], []).offered == 0


def test_the_time_counts_from_the_end_of_the_agents_last_leg_to_the_first_sight() -> None:
    offers = [offered(1, screen_pop.WATCHED, freed_at=50.0), offered(2, screen_pop.WATCHED, freed_at=9.0)]
    seen = [Seen(ami_stream.caller(1), 50.03), Seen(ami_stream.caller(1), 51.0), Seen(ami_stream.caller(2), 9.1)]
    assert screen_pop._gaps_ms(offers, seen, 10.0, 60.0) == pytest.approx([30.0])
    assert screen_pop._browsed(offers, seen) == (2, 0, 1, 0)


def test_talks_are_as_long_as_the_calls_a_second_need() -> None:
    talk_s = screen_pop._talks(screen_pop.FULL, random.Random(1))
    for agent in (agents := screen_pop._agents(screen_pop.FULL)[1:]):
        talk_s(agent)
    mean_s = sum(talk_s(agent) for agent in agents * 20) / len(agents) / 20
    others = len(agents) / (mean_s + screen_pop.CONNECT_S)
    assert others + screen_pop.WATCHED_CALLS_A_SECOND == pytest.approx(screen_pop.FULL.calls_a_second, rel=0.02)


# ---- the played Asterisk, to our own client


def test_the_played_asterisk_speaks_as_the_real_one() -> None:
    """What is listed, and the events of a call that is moved, rings, talks and ends."""
    heard = asyncio.run(_one_call_heard())
    assert heard == Counter(Newchannel=2, Newstate=3, DialBegin=1, DialEnd=1, BridgeEnter=2, BridgeLeave=2, Hangup=2)


async def _one_call_heard() -> "Counter[str]":
    heard: list[str] = []
    floor = PlayedFloor(["8001", "8002"], "95001", lambda _: 0.01, random.Random(1))
    ami_port, agi_port = free_ports(2)
    over = asyncio.Event()

    def on_event(event: AmiMessage) -> None:
        heard.append(event.text("event"))
        if heard.count("Hangup") == 2:
            over.set()

    dialplan = await asyncio.start_server(_engine, "127.0.0.1", agi_port)
    async with dialplan, floor.open(ami_port, agi_port), asyncio.timeout(60):
        client = AmiClient(AmiSettings("127.0.0.1", ami_port, "cc_events", "any"), on_event)
        await client.start()
        await client.until_connected(60)
        assert len(await client.list_action("PJSIPShowContacts")) == 2
        await floor.fill(1, 1000)
        (call,) = await client.list_action("CoreShowChannels")
        channel = call.text("uniqueid")
        floor._over = True  # nobody comes after
        await client.action("Setvar", Channel=channel, Variable="ARRAY(CC_OFFER,CC_DIAL)", Value=f"{channel}-1,8002")
        await client.action("Redirect", Channel=channel, Context="offer", Exten="s", Priority=1)
        await over.wait()
        await client.stop()
    assert [(offer.agent, offer.offer) for offer in floor.offers] == [("8002", f"{channel}-1")]
    assert not floor.failed
    return Counter(name for name in heard if name not in ("FullyBooted", "DeviceStateChange", "MixMonitorStart"))


async def _engine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Callers wait; who has talked is hung up."""
    asked = (await reader.readuntil(b"\n\n")).decode()
    to = "wait" if "script: flow" in asked else "hangup" if "script: next" in asked else "stay"
    writer.write(f'SET VARIABLE CC_NEXT "{to}"\n'.encode())
    await reader.readline()
    writer.close()


# ---- what is told of it


@pytest.mark.parametrize(
    ("language", "words"), [("en", "0 of 9 pops were lost"), ("zh-CN", "9 次弹屏")], ids=["en", "zh-CN"]
)
def test_the_table_tells_what_else_was_measured(language: str, words: str) -> None:
    memory = screen_pop.Memory(80.0, 90.0, 10.0)
    tally = screen_pop.Tally(9, 0, 0, 0)
    found = screen_pop.Measured(
        pops_ms=[20.0], bare_ms=[2.0], calls=600, length_s=60.0, readers=tally, browser=screen_pop.Tally(0, 0, 0, 0),
        before=memory, after=replace_engine(memory), cut_off=1, messages=1, closed=0, mistakes=[],
    )  # fmt: skip
    more = screen_pop._more(screen_pop.FULL, found)
    assert (more["calls_a_second"], more["engine_growth_mb"]) == (10.0, 1.5)
    assert words in readme.table([replace(measured("screen_pop", [20.0]), more=more)], language)


def replace_engine(memory: screen_pop.Memory) -> screen_pop.Memory:
    return memory._replace(engine=memory.engine + 1.5)
