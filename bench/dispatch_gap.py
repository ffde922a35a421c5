"""From the agent's BYE to the next INVITE at the agent's phone, with ten callers waiting: ours and app_queue.

Both on the same Asterisk, one after the other. The agent's phone is this process and does nothing else; both moments
are read at its socket. Talks are of random length, so that a poller's rhythm is met at every phase.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

from bench import place
from bench.live_phones import RING_LIMIT_S, StampingPhone, sign_in
from bench.results import Result, compared, machine
from callcenter.config import Config

CALLS, QUICK_CALLS = 100, 8
WAITING = 10
WARM_UP_CALLS = 3  # not counted: first sounds are read, first code paths taken
TALK_S = 0.5, 1.5  # the whisper, a tenth of a second, is within
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
            await sign_in(link, place.AGENT)
            async with place.running_callers(config, place.OURS_NUMBER, WAITING + 1):
                ours = await gaps(phone, calls)
    return ours, peer


async def gaps(phone: StampingPhone, calls: int) -> list[float]:
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


@contextlib.asynccontextmanager
async def _agent(config: Config) -> AsyncIterator[StampingPhone]:
    password = config.keyring.sip_password(place.AGENT)
    server = ("127.0.0.1", config.asterisk.sip_port)
    phone = StampingPhone(place.AGENT, password, server)
    async with phone:
        await phone.register(expires_s=3600)
        yield phone
