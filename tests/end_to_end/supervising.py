"""A centre with supervisors: who they are, a talk they take part in, who hears whom, what the audit has of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import hdrs

from callcenter.calls.centre import Centre, Choice, Room
from callcenter.calls.languages import Text
from callcenter.calls.rights import BUILT_IN, RoleRights
from callcenter.preparation.centre import opened
from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from callcenter.robots.rtp import Sound
from callcenter.store import accounts
from callcenter.store.accounts import Account
from tests.asterisk.gathering import AGENT, CUSTOMER, SUPERVISOR, speaks, until_hears
from tests.asterisk.listening import Samples
from tests.end_to_end.routing import PASSWORD, RING_S, SUPPORT, Somebody, nobody, straight, until_served
from tests.hearing import of_wav
from tests.real_centre import RealCentre, small_centre

LISTEN = "/floor/listen"
CHIEF = "8006"  # the chief's own telephone
NORTH, SOUTH = "north", "south"
CALLER, LATER, LATEST = "13800138001", "13800138002", "13800138003"
ROOM = Room(id="meeting", name=Text(zh="会议室", en="Meeting"), number="700", most=2)


def supervised(**queue: Any) -> Centre:
    """8001 is of the north, all others of the south; a leader has a supervisor's rights over the own group alone."""
    centre = small_centre(**{"survey": None, "wrap_up_s": 4} | queue)
    agents = tuple(
        msgspec.structs.replace(
            one, groups=(NORTH if one.id == "8001" else SOUTH,), queues=() if one.id == CHIEF else one.queues
        )
        for one in centre.agents
    )
    supervisor = next(role for role in BUILT_IN if role.id == "supervisor")
    narrow = dict.fromkeys(("listen", "take_over", "force_agents", "force_calls", "notify_agents"), "group")
    leader = RoleRights(id="leader", name=Text(zh="组长", en="Leader"), grants={**supervisor.grants, **narrow})  # type: ignore[arg-type]
    routes = straight()
    return msgspec.structs.replace(
        centre,
        agents=agents,
        groups=tuple(Choice(id=one, name=Text(zh=one, en=one)) for one in (NORTH, SOUTH)),
        roles=(leader,),
        rooms=(ROOM,),
        numbers=routes["numbers"],
        rules=routes["rules"],
    )


def open_account(centre: RealCentre, username: str, role: str, agent: str | None) -> None:
    account = Account(username=username, role=role, agent=agent, name=username, language="en")
    with opened(centre.config) as database:
        accounts.save(database, account, PASSWORD)


@asynccontextmanager
async def at_the_api(
    centre: RealCentre, username: str, role: str, agent: str | None = None
) -> AsyncIterator[Somebody]:
    await until_served(centre)
    await asyncio.to_thread(open_account, centre, username, role, agent)
    async with nobody(centre) as one:
        await granted(one, "/session", username=username, password=PASSWORD)
        yield one


@dataclass
class People:
    """Signed in at the API."""

    chief: Somebody  # a supervisor with the telephone CHIEF
    leader: Somebody  # of the south, with the telephone 8005
    agent: Somebody  # 8001
    other: Somebody  # 8002
    admin: Somebody  # has no telephone


@asynccontextmanager
async def people(centre: RealCentre) -> AsyncIterator[People]:
    async with (
        at_the_api(centre, "chief", "supervisor", CHIEF) as chief,
        at_the_api(centre, "leader", "leader", "8005") as leader,
        at_the_api(centre, "8001", "agent", "8001") as agent,
        at_the_api(centre, "8002", "agent", "8002") as other,
        at_the_api(centre, "admin", "administrator") as admin,
    ):
        yield People(chief, leader, agent, other, admin)


# ---- asked, granted, refused


async def granted(one: Somebody, path: str, **body: Any) -> dict[str, Any]:
    status, answer = await one.ask(hdrs.METH_POST, path, json=body)
    assert status == 200, answer
    result: dict[str, Any] = answer.get("result", {})
    return result


async def granted_when_free(one: Somebody, path: str, **body: Any) -> dict[str, Any]:
    """Once the phone is on the hook: Asterisk tells of the end of a leg a moment after the phone knows it."""
    async with asyncio.timeout(RING_S):
        while True:
            status, answer = await one.ask(hdrs.METH_POST, path, json=body)
            if status == 200:
                result: dict[str, Any] = answer.get("result", {})
                return result
            assert answer["error"]["word"] == "not_now", answer
            await asyncio.sleep(0.05)


async def refused_when_free(one: Somebody, path: str, word: str, **body: Any) -> None:
    """As `refused`, once the phone is on the hook."""
    async with asyncio.timeout(RING_S):
        while (await one.ask(hdrs.METH_POST, path, json=body))[1]["error"]["word"] == "not_now":
            await asyncio.sleep(0.05)
    await refused(one, path, word, **body)


async def refused(one: Somebody, path: str, word: str, **body: Any) -> str:
    """The sentence that says why."""
    status, answer = await one.ask(hdrs.METH_POST, path, json=body)
    assert status >= 400, f"{path} was granted: {answer}"
    assert answer["error"]["word"] == word, answer
    return str(answer["error"]["message"])


async def last_audited(centre: RealCentre) -> int:
    (row,) = await centre.rows("select coalesce(max(id), 0) as last from audit")
    return int(row["last"])


async def audited(centre: RealCentre, since: int, who: str = "chief") -> list[tuple[str, str]]:
    """What was done and to whom, after that entry, in order."""
    rows = await centre.rows(
        "select what, object from audit where id > :since and who = :who order by id",
        lambda _: True,
        since=since,
        who=who,
    )
    return [(row["what"], row["object"]) for row in rows]


# ---- a talk


class Watched(Sound):
    """Knows for how long it kept the other side waiting for sound: this process may stand still."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_wait_s = self._sent_at = 0.0

    def _send_frame(self) -> None:
        now = time.monotonic()
        if self._sent_at:
            self.longest_wait_s = max(self.longest_wait_s, now - self._sent_at)
        self._sent_at = now
        super()._send_frame()


def own_gap_s(call: Call) -> float:
    """The longest silence that came from who spoke, and not from the way."""
    assert isinstance(call.sound, Watched)
    return call.sound.longest_wait_s


@dataclass
class Talk:
    id: str
    call: Call  # the customer's
    desk: Call  # the agent's


@asynccontextmanager
async def talking(centre: RealCentre, number: str = SUPPORT, agent: str = "8001") -> AsyncIterator[Talk]:
    """The customer and the agent hear each other."""
    async with centre.agent(agent, sound=Watched) as phone, centre.caller(CALLER, sound=Watched) as caller:
        yield await connected(centre, caller, phone, number)


async def connected(centre: RealCentre, caller: SipPhone, phone: SipPhone, number: str = SUPPORT) -> Talk:
    call = await caller.call(number)
    call.sound.play(tone(CUSTOMER), loop=True)
    desk = await speaks(await phone.incoming(RING_S), AGENT)
    view = await centre.until_phase("talking", caller.user)
    await hears(call, AGENT)
    await hears(desk, CUSTOMER)
    return Talk(view.id, call, desk)


async def hears(call: Call, *tones: int, for_s: float = 0.4) -> None:
    """Exactly these of all tones, for so long."""
    await until_hears(call, set(tones), for_s, RING_S)


@asynccontextmanager
async def listening(centre: RealCentre, people: People, mode: str = "listen") -> AsyncIterator[tuple[Talk, Call]]:
    """The chief takes part in the talk of 8001; the second is the chief's ear."""
    async with talking(centre) as talk, centre.agent(CHIEF, ready=False) as phone:
        yield talk, await taking_part(centre, people, phone, mode)


async def taking_part(centre: RealCentre, people: People, phone: SipPhone, mode: str = "listen") -> Call:
    await granted_when_free(people.chief, LISTEN, agent="8001", mode=mode)
    ear = await speaks(await phone.incoming(RING_S), SUPERVISOR)
    await until_mode(centre, mode)
    await hears(ear, CUSTOMER, AGENT)
    return ear


async def until_mode(centre: RealCentre, mode: str | None, agent: str = "8001") -> None:
    """The chief takes part in that way; None: not any more."""
    wanted = (agent, mode) if mode else ("", None)
    await centre.until(lambda floor: (floor.agents[CHIEF].listens_to, floor.agents[CHIEF].listen_mode) == wanted)


# ---- what is written down


async def the_recording(centre: RealCentre, call_id: str) -> tuple[Samples, Samples]:
    """What the customer said and heard; there is one recording, and not another."""
    (row,) = await centre.rows(
        "select * from recordings where call_id = :id",
        lambda rows: rows and all(row["state"] == "stored" for row in rows),
        id=call_id,
    )
    file = centre.config.recordings_dir / row["file"]
    return of_wav(file, 0), of_wav(file, 1)
