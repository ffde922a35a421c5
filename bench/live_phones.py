"""Agents' desk phones that only signal: their sound is another process'."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial

from bench import place
from bench.live_sound import SharedSound
from callcenter.calls.requests import SignIn
from callcenter.config import Config
from callcenter.robots.phone import SipPhone
from callcenter.robots.sip import Message
from callcenter.web.engine_link import EngineLink
from callcenter.web.errors import ApiError

RING_LIMIT_S = 30.0
REST_S = 3.0


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
            while await self._rings_within(REST_S):
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
async def desks(config: Config, agents: Sequence[str], sound_port: int) -> AsyncIterator[list[StampingPhone]]:
    """Registered; their calls' sound is at `sound_port`."""
    server, sound = ("127.0.0.1", config.asterisk.sip_port), partial(SharedSound, sound_port)
    async with contextlib.AsyncExitStack() as stack:
        phones: list[StampingPhone] = []
        for agent in agents:
            phone = StampingPhone(agent, config.keyring.sip_password(agent), server, sound=sound)
            await stack.enter_async_context(phone)
            phones.append(phone)
            await phone.register(expires_s=3600)
        yield phones


async def sign_in(link: EngineLink, agent: str) -> None:
    """As soon as the engine knows that the phone is there."""
    request = SignIn(agent=agent, device="desk", ready=True)
    async with asyncio.timeout(place.READY_LIMIT_S):
        while True:
            try:
                await link.submit(request, "bench")
                return
            except ApiError as error:
                if error.word != "phone_not_reachable":
                    raise
            await asyncio.sleep(0.1)
