"""An engine and an edge in one process, a journal on disk, no telephone: for calls whose flow Twilio runs."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import sqlalchemy as sa
from aiohttp import web

from callcenter.calls import events as ev
from callcenter.calls import requests as rq
from callcenter.calls import signals as sg
from callcenter.calls.centre import Agent, Centre, Number, Queue
from callcenter.calls.commands import AnyCommand, DoWork
from callcenter.calls.languages import Prompt, Text
from callcenter.calls.outside import Outcome
from callcenter.engine import Engine
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.store import documents
from callcenter.store.journal import Journal
from callcenter.switchboard.state import State
from callcenter.switchboard.switchboard import Switchboard
from callcenter.twilio.calls import EngineAway, call_id
from callcenter.twilio.line import TwilioLines
from callcenter.twilio.proof import Door
from callcenter.twilio.settings import Settings
from callcenter.twilio.sounds import Sounds
from callcenter.twilio.webhooks import add_webhooks
from tests.twilio.server import ACCOUNT, TOKEN
from tests.twilio.voice import PUBLIC

SETTINGS = Settings(account_sid=ACCOUNT, sip_address="pbx.example.com", sip_username="cc")
FLOW = """
flow: hotline
name: {zh-CN: 热线, en: Hotline}
start: hello
nodes:
  hello:
    kind: say
    say: {zh-CN: 您好, en: Hello}
    interruptible: false
    next: menu
  menu:
    kind: menu
    say: {zh-CN: 查单请按一，人工请按二，外线请按三, en: "Orders 1, agents 2, somebody else 3"}
    keys: {1: order, 2: support, 3: elsewhere, 9: pin}
    tries: 2
    timeout_s: 4
    invalid: {say: {zh-CN: 按错了, en: Wrong key}}
    missing: {say: {zh-CN: 没有按键, en: No key}}
    gave_up: bye
  order:
    kind: collect
    say: {zh-CN: 请输入订单号, en: Type the order}
    into: order
    least: 4
    most: 8
    next: ask
    gave_up: bye
  pin:
    kind: collect
    say: {zh-CN: 请输入密码, en: Type the PIN}
    into: pin
    least: 4
    most: 12
    terminator: none
    secret: true
    next: check
    gave_up: bye
  check:
    kind: condition
    branches:
      - {when: 'pin != "0000"', next: support}
    otherwise: bye
  ask:
    kind: http
    url: "https://shop.example.com/orders/{order}"
    values: {state: state}
    next: told
    failed: bye
  told:
    kind: say
    say: {zh-CN: "订单状态{state}", en: "The order is {state}"}
    next: support
  support:
    kind: queue
    queue: support
    say: {zh-CN: 正在转接, en: Connecting}
  elsewhere:
    kind: number
    number: "+8613900139000"
    ring_s: 20
    otherwise: bye
  bye:
    kind: hang_up
    say: {zh-CN: 再见, en: Goodbye}
"""


def centre() -> Centre:
    return Centre(
        area_code="021",
        agents=(Agent(id="8001", name="Ann", queues=("support",)),),
        queues=(Queue(id="support", name=Text("支持", "Support")),),
        numbers=(
            Number(number="02155550100", flow="hotline", language="en", host="twilio"),
            Number(number="02155550199", flow="hotline", language="en"),
        ),
    )


class Place:
    """`outcomes`: what comes of work, in order. `spoiled`: texts without a sound. `restart` is as a kill -9 is."""

    def __init__(self, folder: Path, database: sa.Engine, settings: Settings = SETTINGS) -> None:
        self.folder, self.database, self.settings = folder, database, settings
        self.prompts = folder / "prompts"
        self.prompts.mkdir()
        self.events: list[ev.AnyEvent] = []
        self.commands: list[AnyCommand] = []
        self.outcomes: list[Outcome | Awaitable[Outcome]] = []
        self.worked: list[DoWork] = []
        self.hung_up: list[str] = []
        self.spoiled: set[str] = set()
        self.away = False
        documents.save_centre(database, centre(), "anna", 0, 1.0)
        self.application = web.Application()
        door = Door(settings, lambda: TOKEN, PUBLIC, database, sip_password_of=lambda: "s3cret")
        sounds = Sounds(self._find, (self.prompts,), lambda: b"key", lambda: self.now())
        add_webhooks(self.application, door, self._ask, sounds)
        self.now: Callable[[], float] = time.time

    async def start(self) -> None:
        self._journal = Journal(self.folder / "journal", begin_after=0)
        board = Switchboard(_parse, Random(7), State())
        board.replay((entry.event for entry in self._journal.read(0)), self.now())
        self.board = board
        self.engine = Engine(board, append=self._append, carry_out=self._carry_out, clock=lambda: self.now())
        self.lines = TwilioLines(self.engine.signal, self._do, lambda: self.now(), self._end)
        self.engine.start("cc1")
        if not board.state.centre_version:
            await self.engine.submit(rq.ApplyCentre(version=1, centre=centre()))
            await self.engine.submit(rq.PublishFlow(flow="hotline", version=1, source=FLOW))
        self.engine.signal(sg.AsteriskSnapshot(at=self.now()))

    async def stop(self) -> None:
        await self.lines.stop()
        self._journal.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    def call(self, number: int = 1) -> Any:
        """The call as the engine has it."""
        return self.board.state.calls.get(call_id(TOKEN, f"CA{number:032x}"))

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    def _append(self, events: Any) -> Any:
        self.events += events
        return self._journal.append(events)

    def _carry_out(self, command: AnyCommand) -> None:
        self.commands.append(command)
        self.lines.carry_out(command)

    async def _do(self, command: DoWork) -> Outcome:
        self.worked.append(command)
        outcome = self.outcomes.pop(0)
        return outcome if isinstance(outcome, Outcome) else await outcome

    async def _end(self, call: str) -> None:
        self.hung_up.append(call)

    async def _ask(self, what: str, fields: dict[str, Any]) -> dict[str, Any]:
        """As over the control channel: JSON both ways."""
        if self.away:
            raise EngineAway("engine_lost")
        asked = msgspec.json.decode(msgspec.json.encode(fields))
        answered: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(await self.lines.ask(what, asked)))
        return answered

    async def _find(self, prompt: Prompt) -> str:
        if prompt.text in self.spoiled:
            raise RuntimeError("no voice")
        file = self.prompts / f"{abs(hash((prompt.language, prompt.text)))}.wav"
        file.write_bytes(b"RIFF" + bytes(40) + prompt.text.encode())
        return str(file.with_suffix(""))


def _parse(source: str, origin: str, document: Centre, flows: Any = None) -> Any:
    return parse(source, origin, known_of(document, frozenset(flows or ())))
