"""The demo's flows on a real centre: a number for each in each language, and scenarios acted there all at once.

The time of day is arranged by the centre's zone, the services are played on loopback, a survey has a talk before it.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from callcenter.calls import requests as rq
from callcenter.calls.centre import Number, Queue
from callcenter.calls.languages import LANGUAGES, Text
from callcenter.calls.mailboxes import MailboxSettings
from callcenter.calls.views import CallView
from callcenter.ivr import session as ivr
from callcenter.ivr.flow import Flow
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.ivr.scenario import Line, Scenario, moments, play
from callcenter.ivr.scenario_file import read_scenarios
from callcenter.preparation.flows import named_texts
from callcenter.robots.call import Call
from callcenter.robots.phone import SipPhone
from tests.end_to_end.acting import Actor, CannotBeActed, Part, check, expected
from tests.end_to_end.seats import vocabulary
from tests.listener import Vocabulary
from tests.real_centre import FLOWS, RealCentre, small_centre
from tests.services.stand_in import Asked, StandIn

FILES = [read_scenarios(file.read_text("utf-8"), file.name) for file in sorted((FLOWS / "scenarios").glob("*.yaml"))]
Name = tuple[str, str]  # flow, scenario
SURVEY, DESK = "survey", "8006"
SOURCES = {file.flow: (FLOWS / f"{file.flow}.yaml").read_text("utf-8") for file in FILES}
SOURCES["straight"] = """
flow: straight
name: {zh-CN: 直接, en: Straight}
start: queue
nodes: {queue: {kind: queue, queue: surveyed}}
"""
SOURCES["careful"] = """
flow: careful
name: {zh-CN: 密码, en: PIN}
start: notice
nodes:
  notice:
    kind: say
    interruptible: false
    say: {zh-CN: 请不要向任何人透露您的密码，我们的工作人员也不会向您询问。, en: Never tell anybody your PIN.}
    next: pin
  pin:
    kind: collect
    into: pin
    secret: true
    least: 6
    most: 6
    say: {zh-CN: 请输入您的六位密码，按井号键结束。, en: "Please enter your PIN, then pound."}
    next: sure
    gave_up: wrong
  sure:
    kind: menu
    say: {zh-CN: 确认请按1。, en: "To confirm, press 1."}
    keys: {1: check}
    gave_up: wrong
  check: {kind: condition, branches: [{when: 'last(pin, 4) == "9164"', next: right}], otherwise: wrong}
  right: {kind: hang_up, say: {zh-CN: 密码正确。, en: That is right.}}
  wrong: {kind: hang_up, say: {zh-CN: 抱歉，密码有误。, en: That is wrong.}}
"""
NUMBERS = {
    (flow, language): f"4{n:02}{at}" for n, flow in enumerate(SOURCES) for at, language in enumerate(LANGUAGES)
}
NUMBERS |= {(SURVEY, language): NUMBERS["straight", language] for language in LANGUAGES}
BASE = small_centre(mailbox=MailboxSettings(review=False))
DOCUMENT = replace(
    BASE,
    agents=tuple(replace(one, queues=("surveyed",)) if one.id == DESK else one for one in BASE.agents),
    queues=(*BASE.queues, Queue(id="surveyed", name=Text("评价", "Survey"), wrap_up_s=0, survey=SURVEY)),
    numbers=tuple(
        Number(number=number, flow=flow, language=language)
        for (flow, language), number in NUMBERS.items()
        if flow != SURVEY
    ),
)
ZONES = [DOCUMENT.zone, *(f"Etc/GMT{off:+d}" for off in range(-14, 13))]
STAYS_FOR = timedelta(minutes=2)


def read(flow: str) -> Flow:
    return parse(SOURCES[flow], flow, known_of(DOCUMENT, prompts=named_texts()))


class Acted(msgspec.Struct):
    """One scenario: transcript, nodes passed and requests as they were witnessed, and as the pure run has them.

    `cannot`: why it was not acted.
    """

    got: list[str] = []
    wanted: list[str] = []
    cannot: str = ""


class Stage:
    """Where scenarios are acted, all at once."""

    def __init__(self, centre: RealCentre, service: StandIn, phones: AsyncExitStack) -> None:
        self._centre, self._service, self._phones = centre, service, phones
        self._zone, self._version, self._callers = DOCUMENT.zone, 1, 0
        self._desk: SipPhone | None = None

    async def everything(self) -> dict[Name, Acted]:
        self._desk = await self._phones.enter_async_context(self._centre.agent(DESK))
        acting: dict[Name, asyncio.Task[Acted]] = {}
        cannot: dict[Name, Acted] = {}
        for file in FILES:
            flow = read(file.flow)
            said = [
                prompt for each in file.scenarios for moment in moments(flow, each) for prompt in moment.then.play
            ]
            known = await vocabulary(self._centre.config, [flow], said)
            for scenario in file.scenarios:
                try:
                    acting[file.flow, scenario.name] = await self._begun(flow, scenario, known)
                except CannotBeActed as why:
                    cannot[file.flow, scenario.name] = Acted(cannot=str(why))
        await asyncio.wait(acting.values())
        await self._in_zone(DOCUMENT.zone)
        return {name: _outcome(task) for name, task in acting.items()} | cannot

    async def _begun(self, flow: Flow, scenario: Scenario, known: Vocabulary) -> asyncio.Task[Acted]:
        self._callers += 1
        number = f"138000{self._callers:05}"
        zone, at = arranged(flow, scenario)
        scenario = replace(scenario, at=at, caller=f"+86{number}")
        part = Part(flow.id, scenario, list(moments(flow, scenario)), known)
        check(part)
        await self._in_zone(zone)
        call, call_id = await self._called(part, number)
        asked = Asked(part.answer_to)
        await self._service.expect(call_id, asked)
        return asyncio.create_task(_acted(Actor(self._centre, part, call, call_id), part, asked))

    async def _in_zone(self, zone: str) -> None:
        if zone != self._zone:
            self._zone, self._version = zone, self._version + 1
            document = replace(DOCUMENT, zone=zone)
            await self._centre.ask(rq.ApplyCentre(version=self._version, centre=document))

    async def _called(self, part: Part, number: str) -> tuple[Call, str]:
        """The call has begun its flow: what time it is does not matter any more."""
        phone = await self._phones.enter_async_context(self._centre.caller(number))
        call = await phone.call(NUMBERS[part.flow, part.scenario.language])
        if part.flow == SURVEY:
            assert self._desk
            part.after = await talk_before(self._centre, self._desk, call)
        view: CallView = await self._centre.until(
            lambda floor: next((c for c in floor.calls.values() if c.caller.endswith(number) and c.node), None)
        )
        return call, view.id


async def talk_before(centre: RealCentre, desk: SipPhone, call: Call) -> int:
    """A talk that the agent ends, so that the survey begins; how many packets of sound came before it."""
    ringing = await desk.incoming(30)
    await ringing.answer()
    await centre.until_phase("talking", call.phone.user)
    after = len(call.sound.packets())
    await ringing.hang_up()
    await centre.until_phase("survey", call.phone.user)
    await centre.until_agent(DESK, "ready")
    return after


def arranged(flow: Flow, scenario: Scenario) -> tuple[str, datetime]:
    """A zone in which it is now as it is in the scenario, as far as the flow can tell, and the time there.

    CannotBeActed: nowhere is it such a time, or the flow asks for what is not arranged here.
    """
    wanted, now = play(flow, scenario), datetime.now(UTC)
    bare = replace(scenario, open=frozenset(), holiday=False, customer=ivr.Customer(), queue="", agent="")
    for zone in ZONES:
        here = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        circumstances = [(at, chance) for at in (here, here + STAYS_FOR) for chance in (0.0, 0.5, 0.99)]
        if all(play(flow, replace(bare, at=at, chance=chance)) == wanted for at, chance in circumstances):
            return zone, here
    raise CannotBeActed(
        f"{scenario.name}: nowhere on earth it is a time like {scenario.at:%A %H:%M} now; or it wants a roster, a "
        "holiday, a customer's card or a chance of its own"
    )


async def _acted(actor: Actor, part: Part, asked: Asked) -> Acted:
    await actor.act()
    wanted = [f"{work.method} {work.url} {_json(work.body)}" for work in part.works()]
    seen = dict.fromkeys(f"{method} {path} {_json(body)}" for method, path, body in asked.seen)
    return Acted(got=_shown(*await actor.transcript(), list(seen)), wanted=_shown(*expected(part), wanted))


def _json(body: object) -> str:
    return msgspec.json.encode(body).decode()


def _shown(lines: tuple[Line, ...], path: str, requests: list[str]) -> list[str]:
    return [*map(str, lines), f"passes: {path}", *(f"requests: {each}" for each in requests)]


def _outcome(task: asyncio.Task[Acted]) -> Acted:
    error = task.exception()
    return Acted(cannot=f"{type(error).__name__}: {error}") if error else task.result()
