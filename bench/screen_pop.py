"""From the event that an agent's leg has ended to the next caller's screen-pop on that agent's page.

The engine and the edge are real, as `callcenter run` starts them, before a played Asterisk (`played_asterisk`): two
hundred agents with a page each, callers always waiting, ten calls a second. One page is the console in Chromium
(`seen_pops`), whose agent has short talks and so gets many calls; one page never reads; the others are read by this
process, which compares every pop with the offers that Asterisk was told to make: none may be lost, doubled or
somebody else's. Measured from the moment the `Hangup` event of the agent's last leg is written to the manager's
socket. The peer, in the same run and browser: a message of a bare websocket to one element of a bare page.

Memory is that of the processes (resident) and of the page's script. `--quick` has few agents. How long is measured
is said by SCREEN_POP_S (seconds; 60 without): `SCREEN_POP_S=1800 python -m bench --case screen_pop` is the half hour.
"""

import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
import psutil
import sqlalchemy as sa

from bench import place
from bench.ami_stream import caller, customer_id
from bench.live_phones import sign_in
from bench.page_clients import PASSWORD, Popped, Reader, Stalled, reading, sessions
from bench.played_floor import Offered, PlayedFloor
from bench.results import Result, compared, machine, percentile, rounded
from bench.seen_pops import BarePage, Console, Seen, chromium, console
from callcenter.calls import centre as ct
from callcenter.calls.languages import Text
from callcenter.config import Config
from callcenter.preparation import centre
from callcenter.store import accounts, tables
from callcenter.store.database import writing

Key = TypeVar("Key")

LENGTH = "SCREEN_POP_S"
PEER = "a bare websocket page in the same Chromium"
WATCHED, STALLED = "8001", "8002"
WATCHED_TALK_S = 0.15, 0.35  # two to three calls a second, with the ringing
CONNECT_S = 0.12  # from the offer to the talk, on average
WATCHED_CALLS_A_SECOND = 2.5
ALL_SEEN_WITHIN_S = 10.0  # what comes later after the last offer is lost
MEMORY_SAMPLES = 5


class Scale(NamedTuple):
    """`waiting`: callers in the line at any time. The first calls come at `fill_a_second`, and the talks are spread
    evenly `settle_s` after the last of them."""

    agents: int
    waiting: int
    calls_a_second: float
    fill_a_second: float
    settle_s: float
    measured_s: float


FULL = Scale(200, 30, 10.0, 25.0, 10.0, 60.0)
QUICK = Scale(24, 6, 5.0, 10.0, 2.0, 8.0)


class Memory(NamedTuple):
    """Megabytes, resident; `page` is what the page's script holds."""

    engine: float
    edge: float
    page: float


class Tally(NamedTuple):
    """Of the offers made: pops that never came, came more than once, or came to somebody else."""

    offered: int
    lost: int
    doubled: int
    strayed: int


class Measured(NamedTuple):
    """`calls`: connected in the measured stretch of `length_s`. `browser` is of the page in Chromium, `all` of
    the pages that this process reads."""

    pops_ms: list[float]
    bare_ms: list[float]
    calls: int
    length_s: float
    readers: Tally
    browser: Tally
    before: Memory
    after: Memory
    cut_off: int
    messages: int
    closed: int
    mistakes: list[str]


def measure(quick: bool) -> Result:
    state, scale = machine(), QUICK if quick else _full()
    with place.prepared(_centre(scale), heard=False) as config:
        _open_accounts(config, _agents(scale))
        found = asyncio.run(_measured(config, scale))
    if found.mistakes:
        raise RuntimeError(f"{len(found.mistakes)} calls went wrong, the first: {found.mistakes[0]}")
    result = compared("screen_pop", found.pops_ms, found.bare_ms, peer_name=PEER, unit="ms", machine=state)
    return msgspec.structs.replace(result, more=_more(scale, found))


def _full() -> Scale:
    return FULL._replace(measured_s=float(os.environ.get(LENGTH, FULL.measured_s)))


def _more(scale: Scale, found: Measured) -> dict[str, float]:
    before, after = found.before, found.after
    growth = {
        f"{name}_growth_mb": round(now - then, 1)
        for name, then, now in zip(Memory._fields, before, after, strict=True)
    }
    return {
        "length_s": round(found.length_s),
        "pages": scale.agents,
        "calls_a_second": round(found.calls / found.length_s, 2),
        "pops": found.readers.offered + found.browser.offered,
        "lost": found.readers.lost + found.browser.lost,
        "lost_in_browser": found.browser.lost,
        "doubled": found.readers.doubled + found.browser.doubled,
        "strayed": found.readers.strayed + found.browser.strayed,
        "pops_in_browser": len(found.pops_ms),
        "longest_ms": rounded(max(found.pops_ms)),
        "p95_ms": rounded(percentile(found.pops_ms, 0.95)),
        "silent_page_cut_off": found.cut_off,
        "other_pages_closed": found.closed,
        "messages_a_second": round(found.messages / found.length_s),
        **{f"{name}_mb": round(now, 1) for name, now in zip(Memory._fields, after, strict=True)},
        **growth,
    }


# ---- the place


def _agents(scale: Scale) -> list[str]:
    return [str(8001 + n) for n in range(scale.agents)]


def _centre(scale: Scale) -> ct.Centre:
    line = ct.Queue(id=place.QUEUE, name=Text(zh="热线", en="Line"), wrap_up_s=0, recorded=False)
    return ct.Centre(
        agents=tuple(ct.Agent(id=agent, name=f"Robot {agent}", queues=(place.QUEUE,)) for agent in _agents(scale)),
        queues=(line,),
        numbers=(ct.Number(number=place.OURS_NUMBER, flow="straight"),),
    )


def _open_accounts(config: Config, agents: Sequence[str]) -> None:
    """All with one password, which is hashed once: that takes its time by design."""
    with centre.opened(config) as database:
        shape = accounts.Account(username=agents[0], role="agent", agent=agents[0], name="Robot", language="en")
        accounts.save(database, shape, PASSWORD)
        table = tables.accounts
        with writing(database) as connection:
            first = connection.execute(sa.select(table)).mappings().one()
            rest = [{**first, "username": agent, "agent": agent} for agent in agents[1:]]
            connection.execute(table.insert(), rest)


def _talks(scale: Scale, dice: random.Random) -> "_Talks":
    others_a_second = scale.calls_a_second - WATCHED_CALLS_A_SECOND
    return _Talks((scale.agents - 1) / others_a_second - CONNECT_S, dice)


class _Talks:
    """How long each talk lasts. An agent's first is a part of one, so that not all of them end together."""

    def __init__(self, mean_s: float, dice: random.Random) -> None:
        self._mean_s, self._dice = mean_s, dice
        self._begun: set[str] = set()

    def __call__(self, agent: str) -> float:
        if agent == WATCHED:
            return self._dice.uniform(*WATCHED_TALK_S)
        first = agent not in self._begun
        self._begun.add(agent)
        shortest = 0.3 if first else 0.7
        return self._mean_s * self._dice.uniform(shortest, 1.3 if not first else 1.0)


# ---- the measurement


async def _measured(config: Config, scale: Scale) -> Measured:
    dice = random.Random(200)
    floor = PlayedFloor(_agents(scale), place.OURS_NUMBER, _talks(scale, dice), dice)
    popped: list[Popped] = []
    ports = config.asterisk
    async with (
        floor.open(ports.ami_port, ports.agi_port),
        place.running_engine(config) as link,
        place.running_edge(config),
        chromium() as browser,
        BarePage().open(browser) as bare,
    ):
        await asyncio.gather(*(sign_in(link, agent) for agent in _agents(scale)[1:]))
        address = f"http://127.0.0.1:{config.web.port}"
        async with (
            _readers(config, scale, popped) as (readers, stalled),
            console(browser, address, WATCHED) as page,
            _going_on(stalled.stay(), bare.keep_sending(dice)),
        ):
            await floor.fill(scale.waiting + scale.agents, scale.fill_a_second)
            await asyncio.sleep(scale.settle_s)
            return await _over_a_stretch(scale, floor, page, bare, readers, popped, stalled)


async def _over_a_stretch(
    scale: Scale,
    floor: PlayedFloor,
    page: Console,
    bare: BarePage,
    readers: Sequence[Reader],
    popped: list[Popped],
    stalled: Stalled,
) -> Measured:
    before = await _memory(page)
    began, ended_before, messages = time.time(), floor.ended, _messages(readers)
    await asyncio.sleep(scale.measured_s)
    until, calls, messages = time.time(), floor.ended - ended_before, _messages(readers) - messages
    after = await _memory(page)
    floor.stop()
    seen = await _all_seen(floor.offers, page, popped)
    mistakes = [*floor.failed, *page.errors, *floor.asterisk.unknown]
    # All that was offered since the first call counts here, not that of the stretch alone.
    return Measured(
        pops_ms=[*_gaps_ms(floor.offers, seen, began, until)],
        bare_ms=await bare.gaps_ms(began, until),
        calls=calls,
        length_s=until - began,
        # An offer that met the end of the measurement is none, though its pop was there first.
        readers=_read(floor.offers, [one for one in popped if one.interaction not in floor.asterisk.refused]),
        browser=_browsed(floor.offers, seen),
        before=before,
        after=after,
        cut_off=stalled.cut_off,
        messages=messages,
        closed=sum(reader.closed for reader in readers),
        mistakes=mistakes,
    )


async def _all_seen(offers: Sequence[Offered], page: Console, popped: Sequence[Popped]) -> list[Seen]:
    """What the page in the browser has shown when nothing is missing any more, there and here, or time is up."""
    by = time.monotonic() + ALL_SEEN_WITHIN_S
    while True:
        await asyncio.sleep(1)
        seen = await page.seen()
        if time.monotonic() > by or not (_browsed(offers, seen).lost or _read(offers, popped).lost):
            return seen


@contextlib.asynccontextmanager
async def _readers(config: Config, scale: Scale, popped: list[Popped]) -> AsyncIterator[tuple[list[Reader], Stalled]]:
    agents = _agents(scale)[1:]
    cookies = sessions(config, agents)
    readers = [
        await reading(config.web.port, cookies[agent], agent, popped.append) for agent in agents if agent != STALLED
    ]
    try:
        yield readers, Stalled(config.web.port, cookies[STALLED], _is_served)
    finally:
        for reader in readers:
            reader.close()


@contextlib.asynccontextmanager
async def _going_on(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _messages(readers: Iterable[Reader]) -> int:
    return sum(reader.messages for reader in readers)


# ---- pops and offers


def _gaps_ms(offers: Sequence[Offered], seen: Sequence[Seen], since: float, until: float) -> list[float]:
    """Of the calls whose agent was freed in between, each from there to the first sight of the pop."""
    first = {one.caller: one.at for one in reversed(seen)}
    shown = ((offer, first.get(caller(offer.call))) for offer in offers if offer.agent == WATCHED)
    return [(at - offer.freed_at) * 1000 for offer, at in shown if at and since <= offer.freed_at <= until]


def _read(offers: Sequence[Offered], popped: Sequence[Popped]) -> Tally:
    """The pages that this process reads."""
    expected = {
        Popped(offer.agent, customer_id(offer.call), offer.offer)
        for offer in offers
        if offer.agent not in (WATCHED, STALLED)
    }
    return _tally(expected, Counter(popped))


def _browsed(offers: Sequence[Offered], seen: Sequence[Seen]) -> Tally:
    expected = {caller(offer.call) for offer in offers if offer.agent == WATCHED}
    return _tally(expected, Counter(one.caller for one in seen))


def _tally(expected: set[Key], came: "Counter[Key]") -> Tally:
    doubled = sum(times - 1 for times in came.values())
    return Tally(len(expected), len(expected - came.keys()), doubled, len(came.keys() - expected))


# ---- processes


async def _memory(page: Console) -> Memory:
    """The least of some samples: what is waiting for the garbage collector is none of it."""
    samples = []
    for _ in range(MEMORY_SAMPLES):
        samples.append([_process(name).memory_info().rss / 1e6 for name in ("engine", "edge")])
        await asyncio.sleep(0.5)
    engine, edge = (min(each) for each in zip(*samples, strict=True))
    return Memory(engine, edge, await page.heap_mb())


def _process(name: str) -> psutil.Process:
    for process in psutil.Process().children():
        words = process.cmdline()
        if "callcenter" in words and name in words:
            return process
    raise RuntimeError(f"the {name} is gone")


def _is_served(port: int) -> bool:
    """Whether the edge still has the connection that comes from this port."""
    lines = _process("edge").net_connections("tcp")
    return any(line.raddr and line.raddr.port == port and line.status == psutil.CONN_ESTABLISHED for line in lines)
