"""From the agent's BYE to the next INVITE at the agent's phone, with ten callers waiting: ours and app_queue.

Both on the same Asterisk, one after the other. The agent's phone is this process and does nothing else; both moments
are read at its socket. Talks are of random length, so that a poller's rhythm is met at every phase.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator

from bench import place
from bench.results import Result, compared, machine
from callcenter.calls.requests import SignIn
from callcenter.config import Config
from callcenter.robots.phone import SipPhone
from callcenter.robots.sip import Message
from callcenter.web.engine_link import EngineLink
from callcenter.web.errors import ApiError

CALLS, QUICK_CALLS = 100, 8
WAITING = 10
WARM_UP_CALLS = 3  # not counted: first sounds are read, first code paths taken
TALK_S = 0.5, 1.5  # the whisper, a tenth of a second, is within
RING_LIMIT_S = 30.0
PEER = "app_queue (autofill=yes, retry=1)"


def measure(quick: bool) -> Result:
    state = machine()
    calls = QUICK_CALLS if quick else CALLS
    with place.prepared() as config:
        ours, peer = asyncio.run(_both(config, calls))
    return compared("dispatch_gap", ours, peer, peer_name=PEER, unit="ms", machine=state)


async def _both(config: Config, calls: int) -> tuple[list[float], list[float]]:
    """Milliseconds, ours and app_queue's."""
    async with place.running_asterisk(config), _agent(config) as phone:
        async with place.running_callers(config, place.PEER_NUMBER, WAITING + 1):
            peer = await gaps(phone, calls)
        await phone.at_rest()
        async with place.running_engine(config) as link:
            await _sign_in(link)
            async with place.running_callers(config, place.OURS_NUMBER, WAITING + 1):
                ours = await gaps(phone, calls)
    return ours, peer


async def gaps(phone: "StampingPhone", calls: int) -> list[float]:
    """Milliseconds from each BYE to the next INVITE. TimeoutError when the phone does not ring any more."""
    measured: list[float] = []
    dice = random.Random(20)  # the same talks for both
    call = await phone.incoming(RING_LIMIT_S)
    for _ in range(WARM_UP_CALLS + calls):
        await call.answer()
        await asyncio.sleep(dice.uniform(*TALK_S))
        await call.hang_up()
        call = await phone.incoming(RING_LIMIT_S)
        measured.append((phone.invited_at - phone.bye_at) * 1000)
    call.reject()
    return measured[WARM_UP_CALLS:]


class StampingPhone(SipPhone):
    """Notes when its last BYE went out and when the last new call came in: `time.perf_counter` seconds."""

    bye_at = invited_at = 0.0

    def send(self, message: Message) -> None:
        if message.start.startswith("BYE "):
            self.bye_at = time.perf_counter()
        super().send(message)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data.startswith(b"INVITE "):
            self.invited_at = time.perf_counter()
        super().datagram_received(data, addr)

    async def at_rest(self) -> None:
        """Until the last callers are gone and nothing rings; what still comes is turned away. TimeoutError."""
        async with asyncio.timeout(RING_LIMIT_S):
            while await self._rings_within(2.0):
                pass

    async def _rings_within(self, seconds: float) -> bool:
        try:
            call = await self.incoming(seconds)
        except TimeoutError:
            return False
        if not call.is_over:
            call.reject()
        return True


@contextlib.asynccontextmanager
async def _agent(config: Config) -> AsyncIterator[StampingPhone]:
    password = config.keyring.sip_password(place.AGENT)
    server = ("127.0.0.1", config.asterisk.sip_port)
    phone = StampingPhone(place.AGENT, password, server)
    async with phone:
        await phone.register(expires_s=3600)
        yield phone


async def _sign_in(link: EngineLink) -> None:
    """As soon as the engine knows that the phone is there."""
    request = SignIn(agent=place.AGENT, device="desk", ready=True)
    async with asyncio.timeout(place.READY_LIMIT_S):
        while True:
            try:
                await link.submit(request, "bench")
                return
            except ApiError as error:
                if error.word != "phone_not_reachable":
                    raise
            await asyncio.sleep(0.1)
