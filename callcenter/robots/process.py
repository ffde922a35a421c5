"""The robots' process: the demo's customers and agents, put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from callcenter.calls.centre import Centre
from callcenter.demo.customers import customers
from callcenter.preparation.centre import current
from callcenter.preparation.prompts import library
from callcenter.robots.agents import AgentHabits, AgentScript
from callcenter.robots.attendant import Attendant
from callcenter.robots.callers import CallerHabits, CallerScript, Person, draw, script_of
from callcenter.robots.calling import Calling
from callcenter.robots.floor import Pace, RobotFloor
from callcenter.robots.home import Home
from callcenter.robots.phone import SipPhone
from callcenter.robots.sight import Sight
from callcenter.robots.voices import Voices
from callcenter.web.engine_link import EngineLink

if TYPE_CHECKING:
    from callcenter.config import Config

log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"  # the demo's trunk is whoever calls from here


@dataclass(frozen=True)
class Cast:
    """Who takes part. `agents` are the centre's; `seed` 0 lets chance choose one."""

    agents: Sequence[str]
    pace: Pace = field(default_factory=Pace)
    seed: int = 0
    callers: CallerHabits = field(default_factory=CallerHabits)
    agent_habits: AgentHabits = field(default_factory=AgentHabits)


class NoHotline(Exception):
    """The centre has no number that could be called."""


async def run_robots(config: Config, cast: Cast) -> None:
    """Until SIGTERM or SIGINT. NoHotline."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with following_link(config) as link:
        await put_together(config, cast, link).run(stop)
    log.info("the robots have left")


@contextlib.asynccontextmanager
async def following_link(config: Config) -> AsyncIterator[EngineLink]:
    link = EngineLink(config.engine_socket)
    following = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def put_together(config: Config, cast: Cast, link: EngineLink) -> RobotFloor:
    """NoHotline."""
    centre = CentreInForce(config, link)
    if not centre.centre.numbers:
        raise NoHotline("the centre has no hotline number: add one under numbers, then start again")
    seed = cast.seed or secrets.randbelow(2**32) + 1
    log.info("robots with seed %d: agents %s, %s", seed, ", ".join(cast.agents) or "none", cast.pace)
    sight, voices = Sight(link), Voices(library(config).ready)
    server = (LOOPBACK, config.asterisk.sip_port)

    def attendant(agent: str) -> Attendant:
        phone = SipPhone(agent, config.keyring.sip_password(agent), server)
        script = AgentScript(Random(f"{seed} agent {agent}"), cast.agent_habits)
        return Attendant(agent, phone, sight, script, voices, centre)

    contact = config.asterisk.demo_trunk_contact
    homes = [home(contact, server, cast, seed, sight, voices)] if contact else []
    return RobotFloor(
        sight=sight,
        agents=[*homes, *(attendant(agent) for agent in cast.agents)],
        draw=partial(draw, Random(f"{seed} callers"), known_people(), cast.callers),
        call=Calling(server, centre.centre.numbers[0].number, sight, voices).call,
        random=Random(f"{seed} pace"),
        pace=cast.pace,
    )


def home(contact: str, server: tuple[str, int], cast: Cast, seed: int, sight: Sight, voices: Voices) -> Home:
    """Where the demo's trunk delivers calls. `contact`: host:port."""
    host, _, port = contact.rpartition(":")
    languages = {person.number: person.language for person in known_people()}
    random = Random(f"{seed} home")

    def script(number: str) -> CallerScript:
        return script_of(Person(number, languages.get(number, "zh-CN")), random, cast.callers)

    return Home(SipPhone("home", "", server, host=host, port=int(port)), script, sight, voices, random)


def known_people() -> list[Person]:
    """The demo's customers by every number they have."""
    return [
        Person(each.number, "en" if card.language == "en" else "zh-CN")
        for card in customers()
        for each in card.numbers
    ]


class CentreInForce:
    """The choices of the centre, read anew when the engine has another version."""

    def __init__(self, config: Config, link: EngineLink) -> None:
        self._config, self._link = config, link
        self.centre: Centre = current(config)
        self._version = 0

    def dispositions(self) -> list[str]:
        """The innermost ones; the others only hold them together."""
        known = self._fresh().dispositions
        outer = {choice.parent for choice in known}
        return [choice.id for choice in known if choice.id not in outer]

    def pause_reasons(self) -> list[str]:
        return [choice.id for choice in self._fresh().pause_reasons]

    def _fresh(self) -> Centre:
        version = self._link.floor.system.centre_version if self._link.floor else 0
        if version != self._version:
            self.centre, self._version = current(self._config), version
        return self.centre
