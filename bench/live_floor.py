"""Fifty agents who talk, 120 callers who wait, every talk recorded: ours and app_queue on the same Asterisk.

Measured from an agent's BYE to the next INVITE at that agent's phone, both read at its socket; `bench.live_sound`
speaks in all 170 calls and reads the gaps between packets at the agents' side. Talks last 10 to 20 s and there is no
wrap-up, so that three or four agents a second become free. app_queue goes first, without an engine, its talks
recorded like ours; then the engine and the edge, as `callcenter run` starts them. The processor's time is that of
each process over the measured stretch: the engine's children (none in a steady state) are among it.
"""

import asyncio
import random
import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import psutil
import sqlalchemy as sa

from bench import place
from bench.live_phones import RING_LIMIT_S, StampingPhone, desks, sign_in
from bench.live_sound import Heard, SoundProcess, running_sound
from bench.results import Result, compared, machine
from callcenter.calls import centre as ct
from callcenter.calls.languages import Text
from callcenter.calls.recording import LEAST_TALK_S
from callcenter.config import Config
from callcenter.recordings.conversion import CHANNELS, SAMPLE_BYTES, SAMPLES_PER_S
from callcenter.recordings.naming import wav_name
from callcenter.store.database import open_database


class Scale(NamedTuple):
    """`settle_s`: from the last caller's arrival until the talks are spread evenly; not measured."""

    agents: int
    waiting: int
    talk_s: tuple[float, float]
    settle_s: float
    peer_s: float
    ours_s: float


FULL = Scale(50, 120, (10.0, 20.0), 15.0, 30.0, 70.0)
QUICK = Scale(10, 24, (3.0, 6.0), 6.0, 8.0, 15.0)
PEER = "app_queue (autofill=yes, retry=1)"
KEPT_WITHIN_S = 40.0
LENGTH_SLACK_S = 0.5  # between what Asterisk wrote and what the engine knows of the talk
HEAD_BYTES = 44  # of a WAV file


class Floor(NamedTuple):
    """`gaps_ms`: from each BYE to the next INVITE at the same phone. Processor seconds by process, a second."""

    gaps_ms: list[float]
    cpu: dict[str, float]
    heard: Heard


class Recordings(NamedTuple):
    """Of the talks there were: how many have a file, and how many of those are as long as the talk."""

    expected: int
    kept: int
    right_length: int


def measure(quick: bool) -> Result:
    state, scale = machine(), QUICK if quick else FULL
    place.instruments_first()
    with place.prepared(_centre(scale), _peer(scale)) as config:
        peer, ours, recordings = asyncio.run(_both(config, scale))
    result = compared("live_floor", ours.gaps_ms, peer.gaps_ms, peer_name=PEER, unit="ms", machine=state)
    return msgspec.structs.replace(result, more=_more(peer, ours, recordings))


def _more(peer: Floor, ours: Floor, recordings: Recordings) -> dict[str, float]:
    cpu = {f"cpu_{name}": round(share, 3) for name, share in ours.cpu.items()}
    return {
        **cpu,
        "engine_of_asterisk": round(ours.cpu["engine"] / ours.cpu["asterisk"], 3),
        "peer_cpu_asterisk": round(peer.cpu["asterisk"], 3),
        **_sound(ours.heard, ""),
        **_sound(peer.heard, "peer_"),
        "recordings_expected": recordings.expected,
        "recordings_kept": recordings.kept,
        "recordings_right_length": recordings.right_length,
    }


def _sound(heard: Heard, whose: str) -> dict[str, float]:
    return {
        f"{whose}rtp_longest_gap_ms": heard.longest_ms,
        f"{whose}rtp_gaps_over_60_ms": heard.over_limit,
        f"{whose}rtp_packets": heard.packets,
        f"{whose}rtp_lost": heard.lost,
        f"{whose}rtp_slowest_sender_ms": heard.slowest_ms,
    }


# ---- the place


def _agents(scale: Scale) -> list[str]:
    return [f"{8001 + n}" for n in range(scale.agents)]


def _centre(scale: Scale) -> ct.Centre:
    line = ct.Queue(id=place.QUEUE, name=Text(zh="热线", en="Line"), wrap_up_s=0)
    return ct.Centre(
        agents=tuple(ct.Agent(id=agent, name="Robot", queues=(place.QUEUE,)) for agent in _agents(scale)),
        queues=(line,),
        numbers=(ct.Number(number=place.OURS_NUMBER, flow="straight"),),
    )


def _peer(scale: Scale) -> place.Peer:
    """Recorded as our dialplan does it."""
    dialplan = f"""
[inbound](+)
exten => {place.PEER_NUMBER},1,Answer()
 same => n,MixMonitor(,br(peer-${{UNIQUEID}}-caller.raw)t(peer-${{UNIQUEID}}-agent.raw))
 same => n,Queue(peer)
 same => n,Hangup()
"""
    return place.Peer(place.peer_queue(*_agents(scale)), dialplan)


# ---- the measurement


async def _both(config: Config, scale: Scale) -> tuple[Floor, Floor, Recordings]:
    async with (
        place.running_asterisk(config),
        running_sound() as sound,
        desks(config, _agents(scale), sound.agents_port) as phones,
    ):
        peer = await _floor(config, scale, sound, phones, place.PEER_NUMBER, scale.peer_s)
        async with place.running_engine(config) as link, place.running_edge(config):
            for phone in phones:
                await sign_in(link, phone.user)
            ours = await _floor(config, scale, sound, phones, place.OURS_NUMBER, scale.ours_s)
            recordings = await _recordings(config)
    return peer, ours, recordings


async def _floor(
    config: Config, scale: Scale, sound: SoundProcess, phones: list[StampingPhone], number: str, for_s: float
) -> Floor:
    """The phones answer and hang up by themselves; what falls into the measured stretch counts."""
    dice = random.Random(50)
    gaps: list[tuple[float, float]] = []
    work = [asyncio.create_task(_take_calls(phone, dice, scale.talk_s, gaps)) for phone in phones]
    callers = scale.waiting + scale.agents
    async with place.running_callers(config, number, callers, sound.callers_port):
        await _while_working(work, callers * place.CALLERS_ONE_IN_S + scale.settle_s)
        await sound.mark()
        began, used = time.perf_counter(), _used_s()
        await _while_working(work, for_s)
        ended, used_then, heard = time.perf_counter(), _used_s(), await sound.tell()
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    await place.hang_up_all(config)
    await asyncio.gather(*(phone.at_rest() for phone in phones))
    within = [(invited - bye) * 1000 for bye, invited in gaps if began <= bye and invited <= ended]
    return Floor(within, {name: (used_then[name] - used[name]) / (ended - began) for name in used}, heard)


async def _while_working(work: list["asyncio.Task[None]"], seconds: float) -> None:
    """Raises what a phone has met: without calls there is nothing to measure."""
    done, _ = await asyncio.wait(work, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _take_calls(
    phone: StampingPhone, dice: random.Random, talk_s: tuple[float, float], gaps: list[tuple[float, float]]
) -> None:
    """Notes (BYE, next INVITE) of every call but the last. TimeoutError when the phone does not ring any more."""
    call = await phone.incoming(2 * RING_LIMIT_S)
    while True:
        await call.answer()
        await asyncio.sleep(dice.uniform(*talk_s))
        by_us = not call.is_over
        await call.hang_up()
        call = await phone.incoming(RING_LIMIT_S)
        if by_us:
            gaps.append((phone.bye_at, phone.invited_at))


def _used_s() -> dict[str, float]:
    """Seconds of processor time so far; `engine_loop` is the part of the engine's that decides, the rest of it
    belongs to the store, the disk and the recordings."""
    used = {}
    for process in psutil.Process().children():
        words = process.cmdline()
        for name, is_it in _PROCESSES.items():
            if is_it(words):
                times = process.cpu_times()
                used[name] = times.user + times.system + times.children_user + times.children_system
                if name == "engine":
                    used["engine_loop"] = next(
                        t.user_time + t.system_time for t in process.threads() if t.id == process.pid
                    )
    return used


_PROCESSES: dict[str, Callable[[list[str]], bool]] = {
    "asterisk": lambda words: any(word.endswith("/asterisk") for word in words),
    "engine": lambda words: "callcenter" in words and "engine" in words,
    "edge": lambda words: "callcenter" in words and "edge" in words,
    "sound": lambda words: "bench.live_sound" in words,
    "callers": lambda words: "bench.callers" in words,
}


# ---- the recordings


async def _recordings(config: Config) -> Recordings:
    """When the last one is settled, or time is up."""
    by = time.monotonic() + KEPT_WITHIN_S
    while (found := await asyncio.to_thread(_kept, config))[1] and time.monotonic() < by:
        await asyncio.sleep(0.5)
    return found[0]


def _kept(config: Config) -> tuple[Recordings, int]:
    """And how many are not settled yet."""
    database = open_database(config.database_url)
    query = (
        "SELECT calls.id, calls.arrived_at, calls.talk_s, calls.ended_at, recordings.state, recordings.duration_s"
        " FROM calls LEFT JOIN recordings ON recordings.call_id = calls.id"
        " WHERE calls.answered AND calls.talk_s >= :least"
    )
    with database.connect() as connection:
        rows = connection.execute(sa.text(query), {"least": LEAST_TALK_S}).all()
    database.dispose()
    open_ones = sum(row.ended_at is None or row.state == "expected" for row in rows)
    kept = [row for row in rows if row.state == "stored" and _on_disk(config, row)]
    right = sum(abs(row.duration_s - row.talk_s) <= LENGTH_SLACK_S for row in kept)
    return Recordings(len(rows), len(kept), right), open_ones


def _on_disk(config: Config, row: "sa.Row[tuple[object, ...]]") -> bool:
    """The file is there, with as much sound as was told."""
    file = config.recordings_dir / wav_name(row.id)
    told_bytes = HEAD_BYTES + round(row.duration_s * SAMPLES_PER_S) * CHANNELS * SAMPLE_BYTES
    return bool(file.exists() and abs(file.stat().st_size - told_bytes) <= CHANNELS * SAMPLE_BYTES)
