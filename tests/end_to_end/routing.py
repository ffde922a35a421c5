"""What stories about routing share: numbers that lead straight into a queue, people who work with the API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import hdrs

from callcenter.calls.centre import Centre, Destination, Number, Role, Rule
from callcenter.preparation.centre import opened
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from callcenter.store import accounts
from callcenter.store.accounts import Account
from callcenter.web.endpoints import PREFIX
from tests.end_to_end.test_one_call import AGENT_HZ, CALLER_HZ
from tests.hearing import until_heard_for
from tests.real_centre import HOTLINE, RealCentre

SUPPORT, SALES = "4002", "4003"  # no flow before the queue
PASSWORD = "a password of this test"
RING_S = 40.0  # patience with a telephone that is to ring: the machine may be busy


def straight() -> dict[str, Any]:
    """Fields of a centre in which two more numbers lead into the queues at once."""
    to = {SUPPORT: "support", SALES: "sales"}
    return {
        "numbers": tuple(Number(number=number, flow="hotline") for number in (HOTLINE, *to)),
        "rules": tuple(
            Rule(id=queue, dialled=(number,), to=Destination(to="queue", id=queue)) for number, queue in to.items()
        ),
    }


async def waits(centre: RealCentre, phone: SipPhone, number: str = SUPPORT) -> Call:
    """A caller in the queue."""
    call = await phone.call(number)
    await centre.until_phase("waiting", phone.user)
    return call


def id_of(centre: RealCentre, caller: str) -> str:
    """The call of this caller that is not over."""
    (found,) = (c.id for c in centre.floor.calls.values() if c.caller.endswith(caller) and c.phase != "ended")
    return found


async def rings(phone: SipPhone) -> Call:
    """The next call that rings still: Asterisk's fallback queue may have rung before, and given up."""
    while (call := await phone.incoming(RING_S)).is_over:
        pass
    return call


async def hear_each_other(caller: Call, agent: Call) -> None:
    """Both speak in a tone, and each hears the other's."""
    caller.sound.play(tone(CALLER_HZ), loop=True)
    agent.sound.play(tone(AGENT_HZ), loop=True)
    await until_heard_for(1.0, caller, AGENT_HZ, RING_S)
    await until_heard_for(1.0, agent, CALLER_HZ, RING_S)


async def done(centre: RealCentre, agent: str, talk: Call) -> None:
    """The agent hangs up and is ready again."""
    await talk.hang_up()
    await centre.until_agent(agent, "ready")


class Somebody:
    """Signed in at the API."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def get(self, path: str, **query: str) -> Any:
        status, answer = await self.ask("GET", path, params=query)
        assert status == 200, answer
        return answer

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        async with self._http.request(method, PREFIX + path, **options) as response:
            return response.status, await response.json()

    async def sound(self, path: str) -> bytes:
        async with self._http.get(PREFIX + path) as response:
            assert response.status == 200
            return await response.read()

    async def until(self, path: str, holds: Any, **query: str) -> Any:
        """Asked again until `holds` of the answer, which is returned: what is written down is never far behind."""
        try:
            async with asyncio.timeout(RING_S):
                while not holds(answer := await self.get(path, **query)):
                    await asyncio.sleep(0.1)
                return answer
        except TimeoutError:
            raise AssertionError(f"{path} answers {answer}") from None


@asynccontextmanager
async def nobody(centre: RealCentre) -> AsyncIterator[Somebody]:
    headers = {"X-Requested-With": "callcenter"}
    address = f"http://127.0.0.1:{centre.config.web.port}"
    async with aiohttp.ClientSession(address, headers=headers, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Somebody(http)


@asynccontextmanager
async def signed_in(centre: RealCentre, username: str, role: Role = "agent") -> AsyncIterator[Somebody]:
    """Agents are named by their number."""
    await until_served(centre)
    agent = username if role == "agent" else None
    account = Account(username=username, role=role, agent=agent, name=username, language="en")
    with opened(centre.config) as database:
        await asyncio.to_thread(accounts.save, database, account, PASSWORD)
    async with nobody(centre) as one:
        status, answer = await one.ask(hdrs.METH_POST, "/session", json={"username": username, "password": PASSWORD})
        assert status == 200, answer
        yield one


async def until_served(centre: RealCentre) -> None:
    """The edge answers."""
    async with asyncio.timeout(RING_S), nobody(centre) as one:
        while True:
            try:
                await one.ask("GET", "/openapi.json")
                return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


def queue_of(document: Centre, queue: str) -> Any:
    found = document.queue(queue)
    assert found is not None
    return found
