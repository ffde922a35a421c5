"""Three hundred live calls beside the simulator on the same calls: do callers wait as long as it says?

Live: calls arrive at random (Poisson, from a seed) at a real Asterisk and a real engine; seven agents answer at once
and talk for a few seconds, drawn from the same seed; nobody gives up. A call's wait is the store's: from its entry
into the queue to the agent's answer.

The simulator is given what it cannot know: when each call really entered the queue, how long its agent really
talked (from the answer to the BYE, both read at the agent's phone; there is no wrap-up, so the agent is free then),
and one constant for all calls: how long it takes from an offer to the answer, the mean of the live offers. It is not
given what this centre needs from an agent's BYE to the next offer, nor who served whom: what differs is ours.

`ours` and `peer` are mean waits, and `ratio` is the simulated one by the live one: 0.9 to 1.1 is the aim. The
percentiles are those of the single calls' waits. `told_and_held` is the share of callers whose wait lay within what
they were told on entering, of those who were told something.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from bench import place
from bench.live_phones import StampingPhone, desks, sign_in
from bench.live_sound import SharedSound, running_sound
from bench.results import Result, compared, machine, rounded
from callcenter.calls import centre as ct
from callcenter.calls.languages import Text
from callcenter.config import Config
from callcenter.robots.phone import SipPhone
from callcenter.simulate.arrivals import exponential
from callcenter.simulate.calls import Call, like_agents
from callcenter.simulate.run import run
from callcenter.store.database import open_database

CALLS, QUICK_CALLS = 300, 30
AGENTS = 7
LOAD = 0.87  # of the agents' time, talks and the time around them
TALK_S, SHORTEST_TALK_S = 3.0, 0.3
AROUND_S = 0.1  # about what an offer takes, for the choice of the rate
SEED = 10
DONE_WITHIN_S = 120.0
FIRST_NUMBER = 13_800_000_000
PEER = "the simulator, on the same calls"


class Planned(NamedTuple):
    """`arrival_s` counts from the beginning."""

    number: str
    arrival_s: float
    talk_s: float


class Lived(NamedTuple):
    """One call as it went. `entered_at` and `waited_s` are the store's, `rang_s` from the offer to the answer,
    `talked_s` what the agent's phone saw; `told` is the range that was foretold."""

    entered_at: float
    waited_s: float
    rang_s: float
    talked_s: float
    told: tuple[float, float] | None = None


def measure(quick: bool) -> Result:
    state = machine()
    plan = planned(QUICK_CALLS if quick else CALLS, random.Random(SEED))
    with place.prepared(_centre()) as config:
        lived = asyncio.run(_live(config, plan))
    if len(lived) < len(plan):
        raise RuntimeError(f"{len(plan) - len(lived)} of {len(plan)} calls were not answered, or not just once")
    waits, foretold = [call.waited_s for call in lived], simulated(lived)
    result = compared("live_waits", waits, foretold, peer_name=PEER, unit="s", machine=state)
    ours, peer = statistics.fmean(waits), statistics.fmean(foretold)
    return msgspec.structs.replace(
        result, ours=rounded(ours), peer=rounded(peer), ratio=rounded(peer / ours), more=_more(lived, foretold)
    )


def planned(count: int, dice: random.Random) -> list[Planned]:
    gap_s = (TALK_S + AROUND_S) / (AGENTS * LOAD)
    arrival_s, calls = 0.0, []
    for n in range(count):
        arrival_s += exponential(gap_s, dice)
        calls.append(Planned(str(FIRST_NUMBER + n), arrival_s, max(SHORTEST_TALK_S, exponential(TALK_S, dice))))
    return calls


def simulated(lived: Sequence[Lived]) -> list[float]:
    """The waits, ringing included, in the given order."""
    rang_s = statistics.fmean(call.rang_s for call in lived)
    calls = [Call(call.entered_at, call.talked_s, ring_s=rang_s) for call in lived]
    return run(like_agents(AGENTS, calls), calls, random.Random(SEED)).waits_s


def _more(lived: Sequence[Lived], foretold: Sequence[float]) -> dict[str, float]:
    apart = [live.waited_s - wait for live, wait in zip(lived, foretold, strict=True)]
    told = [call for call in lived if call.told]
    held = sum(call.told[0] <= call.waited_s <= call.told[1] for call in told if call.told)
    last = max(call.entered_at + call.waited_s + call.talked_s for call in lived)
    spread_s = last - min(call.entered_at for call in lived)
    return {
        "mean_wait_s": rounded(statistics.fmean(call.waited_s for call in lived)),
        "simulated_mean_wait_s": rounded(statistics.fmean(foretold)),
        "mean_difference_s": rounded(statistics.fmean(apart)),
        "largest_difference_s": rounded(max(map(abs, apart))),
        "ring_s": rounded(statistics.fmean(call.rang_s for call in lived)),
        "mean_talk_s": rounded(statistics.fmean(call.talked_s for call in lived)),
        "busy": rounded(sum(call.rang_s + call.talked_s for call in lived) / spread_s / AGENTS),
        "told": len(told),
        "told_and_held": rounded(held / len(told)) if told else 0.0,
    }


# ---- live


def _agents() -> list[str]:
    return [f"{8001 + n}" for n in range(AGENTS)]


def _centre() -> ct.Centre:
    line = ct.Queue(id=place.QUEUE, name=Text(zh="热线", en="Line"), wrap_up_s=0)
    return ct.Centre(
        agents=tuple(ct.Agent(id=agent, name="Robot", queues=(place.QUEUE,)) for agent in _agents()),
        queues=(line,),
        numbers=(ct.Number(number=place.OURS_NUMBER, flow="straight"),),
    )


async def _live(config: Config, plan: Sequence[Planned]) -> list[Lived]:
    """Those that were answered and have ended, in the order of the plan."""
    talked_s: dict[str, float] = {}
    async with (
        place.running_asterisk(config),
        running_sound() as sound,
        desks(config, _agents(), sound.agents_port) as phones,
        place.running_engine(config) as link,
    ):
        for phone in phones:
            await sign_in(link, phone.user)
        talks_s = {call.number: call.talk_s for call in plan}
        work = [asyncio.create_task(_take_calls(phone, talks_s, talked_s)) for phone in phones]
        try:
            await _call_in(config, plan, sound.callers_port)
            return await _lived(config, plan, talked_s)
        finally:
            for task in work:
                task.cancel()


async def _call_in(config: Config, plan: Sequence[Planned], sound_port: int) -> None:
    """Every call at its moment; returns when all are over."""
    async with asyncio.timeout(plan[-1].arrival_s + DONE_WITHIN_S):
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for call in plan:
                await asyncio.sleep(max(0.0, began + call.arrival_s - time.monotonic()))
                group.create_task(_one_call(config, call.number, sound_port))


async def _one_call(config: Config, number: str, sound_port: int) -> None:
    server = ("127.0.0.1", config.asterisk.sip_port)
    async with SipPhone(number, "", server, sound=partial(SharedSound, sound_port)) as phone:
        call = await phone.call(place.OURS_NUMBER)
        await call.ended()


async def _take_calls(phone: StampingPhone, talks_s: dict[str, float], talked_s: dict[str, float]) -> None:
    while True:
        call = await phone.incoming()
        number = call.caller_number.removeprefix("+86")
        began = time.perf_counter()
        await call.answer()
        await asyncio.sleep(max(0.0, began + talks_s[number] - time.perf_counter()))
        await call.hang_up()
        talked_s[number] = phone.bye_at - began


async def _lived(config: Config, plan: Sequence[Planned], talked_s: dict[str, float]) -> list[Lived]:
    """As soon as the store knows the end of all calls, or time is up."""
    by = time.monotonic() + place.READY_LIMIT_S
    while len(found := await asyncio.to_thread(_stored, config, talked_s)) < len(plan) and time.monotonic() < by:
        await asyncio.sleep(0.5)
    return [found[call.number] for call in plan if call.number in found]


def _stored(config: Config, talked_s: dict[str, float]) -> dict[str, Lived]:
    """By the caller's number."""
    query = (
        "SELECT calls.caller, entered_at, queue_entries.waited_s, offers.accepted_at - offers.made_at AS rang_s,"
        " foretold_low_s, foretold_high_s"
        " FROM calls JOIN queue_entries ON queue_entries.call_id = calls.id JOIN offers ON offers.call_id = calls.id"
        " WHERE calls.answered AND calls.ended_at IS NOT NULL AND offers.accepted_at IS NOT NULL"
    )
    database = open_database(config.database_url)
    with database.connect() as connection:
        rows = connection.execute(sa.text(query)).all()
    database.dispose()
    found = {}
    for row in rows:
        number = row.caller.removeprefix("+86")
        told = None if row.foretold_low_s is None else (row.foretold_low_s, row.foretold_high_s)
        if number in talked_s:
            found[number] = Lived(row.entered_at, row.waited_s, row.rang_s, talked_s[number], told)
    return found
