"""A call of several people on a real Asterisk: each speaks a tone of their own, so every ear tells whom it hears."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callcenter.asterisk.cel import CelReader
from callcenter.asterisk.settings import Trunk
from callcenter.calls import commands, signals
from callcenter.calls.centre import Agent, Centre, Number
from callcenter.calls.languages import Prompt
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests.asterisk import listening
from tests.asterisk.bridged import PlayedCore, played_core
from tests.asterisk.listening import hears
from tests.asterisk.scene import calling, ready_phone
from tests.real_asterisk import RunningAsterisk, free_port, free_settings, running_asterisk

CUSTOMER, AGENT, TARGET, SUPERVISOR, OUTSIDE = 440, 1000, 1400, 1900, 700
EVERYBODY = frozenset({CUSTOMER, AGENT, TARGET, SUPERVISOR, OUTSIDE})
OWN_NUMBER, SHOWN_NUMBER, FRIEND = "+861062345678", "+861087654321", "+8613911112222"
SILENT = Prompt("en", "")


@asynccontextmanager
async def party_asterisk(data_dir: Path) -> AsyncIterator[RunningAsterisk]:
    """Three agents, and a trunk `line` that leads to a telephone of ours."""
    port = free_port()
    trunk = Trunk("line", "127.0.0.1", port, match=("127.0.0.2",), caller_number=OWN_NUMBER)
    settings = free_settings(data_dir, demo_trunk_contact=f"127.0.0.1:{port}", trunks=(trunk,))
    agents = tuple(Agent(id=agent, name=agent) for agent in ("8001", "8002", "8003"))
    centre = Centre(agents=agents, numbers=(Number(number="95001", flow="hotline"),))
    async with running_asterisk(data_dir, centre, settings) as running:
        yield running


@asynccontextmanager
async def outside_phone(asterisk: RunningAsterisk) -> AsyncIterator[SipPhone]:
    port = int(asterisk.settings.demo_trunk_contact.rpartition(":")[2])
    async with SipPhone("outside", "", asterisk.sip_address, port=port) as phone:
        yield phone


@dataclass
class Talk:
    """The customer (`call`) and the agent (`desk`, on the `phone`) who talk; channels of all."""

    core: PlayedCore
    phone: SipPhone
    call: Call
    desk: Call
    customer: str
    agent: str
    target: str = ""

    def do(self, command: commands.AnyCommand) -> None:
        self.core.bridge.carry_out(command)

    def seats(self, play: tuple[Prompt, ...] = (), **places: str) -> None:
        """`customer` and others by the name of the field that holds their channel."""
        seats = tuple(commands.Seat(channel=getattr(self, who), at=at) for who, at in places.items())  # type: ignore[arg-type]
        self.do(commands.Seats(interaction=self.customer, seats=seats, play=play))

    def ring(self, agent: str, **changed: Any) -> None:
        usual = {"interaction": self.customer, "agent": agent, "device": "desk", "ring_s": 20, "whisper": SILENT}
        self.do(commands.RingAgent(**{**usual, "language": "en", "into": "room", **changed}))

    def hang_up(self, channel: str) -> None:
        self.do(commands.HangUp(channel=channel))


@asynccontextmanager
async def talking(
    asterisk: RunningAsterisk, cel: CelReader | None = None, *, recorded: bool = True
) -> AsyncIterator[Talk]:
    """A (recorded) talk with 8001, whose desk phone stays registered; who is on hold may stay there."""
    async with (
        played_core(asterisk, cel) as core,
        ready_phone(asterisk, "8001") as phone,
        calling(asterisk) as call,
    ):
        core.says[signals.HeldBeat] = lambda asked: core.leave(asked, "stay")
        beat = await core.until(signals.Beat)
        await offer(core, beat.channel, recorded=recorded)
        desk = await speaks(await phone.incoming(20), AGENT)
        leg = await core.until(signals.LegStarted)
        await core.until(signals.LegJoined, times=2)
        await until_hears(call, {AGENT})
        yield Talk(core, phone, call, desk, beat.channel, leg.channel)


async def offer(
    core: PlayedCore,
    channel: str,
    rings: tuple[commands.Ring, ...] = (),
    *,
    auto_answer: bool = False,
    recorded: bool = True,
) -> None:
    """To 8001's desk phone, without others; once the caller is at rest."""
    await core.at_rest(channel)
    usual = commands.Ring(agent="8001", device="desk", work_number=SILENT, auto_answer=auto_answer)
    core.bridge.carry_out(
        commands.StartOffer(
            interaction=channel,
            channel=channel,
            offer="o-1",
            rings=rings or (usual,),
            ring_s=20,
            whisper=SILENT,
            recorded=recorded,
            queue="sales",
            queued_at=1_758_000_000.5,
        )
    )


async def speaks(ringing: Call, hz: int) -> Call:
    """Answered, and speaking that tone."""
    await ringing.answer()
    ringing.sound.play(tone(hz), loop=True)
    return ringing


def heard_now(call: Call, since: float) -> set[int]:
    return {hz for hz in EVERYBODY if hears(call, hz, since, piece_s=0.2, level=0.05)}


async def until_hears(call: Call, wanted: set[int], stretch_s: float = 0.4, timeout_s: float = 20.0) -> None:
    """For a stretch of time exactly these of all tones."""
    deadline = time.monotonic() + timeout_s
    while True:
        since = time.monotonic()
        await asyncio.sleep(stretch_s)
        if (found := heard_now(call, since)) == wanted:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"hears {sorted(found)}, not {sorted(wanted)}")


async def until_music(call: Call, timeout_s: float = 20.0) -> None:
    """Some sound that is nobody's tone."""
    await listening.until_music(call, *EVERYBODY, timeout_s=timeout_s)


def roles(core: PlayedCore) -> list[str]:
    return [leg.role for leg in core.all(signals.LegStarted)]
