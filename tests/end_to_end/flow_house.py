"""A centre whose flows put callers through, record them, run scripts and ask services that mean harm."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from msgspec.structs import replace

from callcenter.calls.centre import Centre, Number
from callcenter.calls.desk import Outbound, OutboundNumber
from callcenter.calls.languages import Text
from callcenter.ivr.flow import Flow
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse
from callcenter.preparation.flows import named_texts
from tests.real_centre import FLOWS, OWN_NUMBER, small_centre

ENDS = """
  busy: {kind: hang_up, say: {zh-CN: 占线。, en: That line is busy at the moment.}}
  no_answer: {kind: hang_up, say: {zh-CN: 无人接听。, en: Nobody has answered your call.}}
  absent: {kind: hang_up, say: {zh-CN: 没有此人。, en: There is no such person here.}}
  otherwise: {kind: hang_up, say: {zh-CN: 无法接通。, en: We cannot put you through.}}
"""
WAYS = "busy: busy, no_answer: no_answer, absent: absent, otherwise: otherwise"
TYPED = """
start: asked
nodes:
  asked:
    kind: collect
    into: to
    terminator: "#"
    say: {zh-CN: 请输入。, en: Please type the number.}
    next: through
    gave_up: otherwise
"""
SORRY = "sorry: {kind: hang_up, say: {zh-CN: 抱歉。, en: Our system cannot be reached.}}"
FLOWS_OF_THE_HOUSE: Mapping[str, str] = {
    "numbers": f'{TYPED}  through: {{kind: number, number: "{{to}}", ring_s: 40, {WAYS}}}{ENDS}',
    "in_haste": f'{TYPED}  through: {{kind: number, number: "{{to}}", ring_s: 5, {WAYS}}}{ENDS}',
    "agents": f'{TYPED}  through: {{kind: agent, agent: "{{to}}", {WAYS}}}{ENDS}',
    "patient": f'{TYPED}  through: {{kind: agent, agent: "{{to}}", wait_s: 60, {WAYS}}}{ENDS}',
    "extensions": f'{TYPED}  through: {{kind: extension, extension: "{{to}}", {WAYS}}}{ENDS}',
    "wishes": """
start: wish
nodes:
  wish:
    kind: record
    mailbox: "8004"
    say: {zh-CN: 请说出您的愿望。, en: Please tell us your wish after the tone.}
    next: noted
    discarded: forgotten
  noted: {kind: hang_up, say: {zh-CN: 已记录。, en: Your wish has been noted.}}
  forgotten: {kind: hang_up, say: {zh-CN: 已删除。, en: Your wish has been forgotten.}}
""",
    "meter": """
start: reading
nodes:
  reading:
    kind: script
    script: meter_reading.py
    arguments: ["1000"]
    values: {reading: {variable: READING, kind: number}}
    next: thanks
    failed: sorry
  thanks: {kind: hang_up, say: {zh-CN: "读数{reading:digits}。", en: "Your reading is {reading:digits}."}}
  """ + SORRY,
    **{
        name: f"""
start: runs
nodes:
  runs: {{kind: script, script: {name}.py, timeout_s: 3, next: fine, failed: sorry}}
  fine: {{kind: hang_up, say: {{zh-CN: 很好。, en: All is well.}}}}
  {SORRY}
"""
        for name in ("hangs", "crashes")
    },
    "asks": TYPED.replace("gave_up: otherwise", "gave_up: sorry")
    + """
  through:
    kind: http
    service: demo
    url: "/{to}"
    timeout_s: 2
    retries: 0
    values: {name: name}
    next: outside
    failed: sorry
  outside: {kind: number, number: "{name}", ring_s: 5, otherwise: inside}
  inside: {kind: extension, extension: "{name}", otherwise: told}
  told: {kind: hang_up, say: {zh-CN: "谢谢您，{name}。", en: "Thank you very much, {name}."}}
  """ + SORRY,
    "shown": """
start: asks
nodes:
  asks:
    kind: http
    service: demo
    url: "/shown?caller={call.caller}"
    method: POST
    headers: {X-Caller: "{call.caller}"}
    json: {caller: "{call.caller}"}
    timeout_s: 3
    retries: 0
    next: runs
    failed: runs
  runs: {kind: script, script: tells.py, arguments: ["{call.caller}"], next: thanks, failed: sorry}
  thanks: {kind: hang_up, say: {zh-CN: 谢谢。, en: Thank you for calling us.}}
  """ + SORRY,
    "secret": """
start: card
nodes:
  card:
    kind: collect
    into: card
    secret: true
    least: 16
    most: 19
    valid: luhn(card)
    say: {zh-CN: 请输入卡号。, en: "Please enter your card number, then pound."}
    next: pin
    gave_up: sorry
  pin:
    kind: collect
    into: pin
    secret: true
    least: 12
    most: 12
    say: {zh-CN: 请输入密码。, en: "Please enter your long PIN, then pound."}
    next: pays
    gave_up: sorry
  pays:
    kind: http
    service: demo
    url: /pays
    method: POST
    json: {card: "{card}", pin: "{pin}"}
    timeout_s: 20
    retries: 0
    next: thanks
    failed: sorry
  thanks: {kind: hang_up, say: {zh-CN: "谢谢，{last(card, 4):digits}。", en: "Thank you for {last(card, 4):digits}."}}
  """ + SORRY,
    "calm": """
start: menu
nodes:
  menu:
    kind: menu
    say: {zh-CN: 请按星号键。, en: Press star as often as you like.}
    keys: {1: over}
    repeat: "*"
    gave_up: over
  over: {kind: hang_up, say: {zh-CN: 再见。, en: That was all.}}
""",
}  # fmt: skip
SOURCES = {
    flow: f"flow: {flow}\nname: {{zh-CN: {flow}, en: {flow}}}\n{source.strip()}\n"
    for flow, source in FLOWS_OF_THE_HOUSE.items()
}
NUMBERS = {flow: f"44{n:02}" for n, flow in enumerate(SOURCES)}
SCRIPTS = {
    "hangs.py": "import time\ntime.sleep(600)\n",
    "crashes.py": "from asterisk.agi import AGI\nagi = AGI()\nagi.verbose('fine')\nraise RuntimeError('7391')\n",
    "tells.py": """import os, sys
from asterisk.agi import AGI
agi = AGI()
with open(f"told-{os.getpid()}.txt", "w") as file:
    print(*sys.argv[1:], *(f"{key}={value}" for key, value in agi.env.items()), sep="\\n", file=file)
""",
}


def document() -> Centre:
    centre = small_centre(survey=None, wrap_up_s=0)
    return replace(
        centre,
        numbers=(
            *centre.numbers,
            *(Number(number=number, flow=flow, language="en") for flow, number in NUMBERS.items()),
        ),
        outbound=Outbound(numbers=(OutboundNumber(number=OWN_NUMBER, name=Text(zh="总机", en="Main")),)),
    )


def read(flow: str) -> Flow:
    return parse(SOURCES[flow], flow, known_of(document(), prompts=named_texts()))


def write_scripts(folder: Path) -> None:
    """The demo's own as it is, and others that are no better than they should be."""
    folder.mkdir()
    shutil.copy(FLOWS / "scripts/meter_reading.py", folder)
    for name, source in SCRIPTS.items():
        (folder / name).write_text(source)


# ---- the service `demo`, which means harm

Answer = Callable[["Service", web.Request], Awaitable[web.StreamResponse]]


class Service:
    """`answers` by the path; what is not there is answered with `name`s. `asked`: (path, headers, body)."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.asked: list[tuple[str, Mapping[str, str], str]] = []
        self.gate = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.asked.append((request.path_qs, dict(request.headers), body))
        case = request.path.strip("/")
        if case == "pays":
            await self.gate.wait()
        if case in self.names:
            return web.json_response({"name": self.names[case]})
        return await EVIL.get(case, _nothing)(self, request)


async def _nothing(_: Service, request: web.Request) -> web.StreamResponse:
    return web.json_response({})


async def _hangs(service: Service, _: web.Request) -> web.StreamResponse:
    await service.gate.wait()
    return web.Response()


async def _html(_: Service, request: web.Request) -> web.StreamResponse:
    return web.Response(text='<html>{"name": "x"}</html>', content_type="application/json")


async def _broken(_: Service, request: web.Request) -> web.StreamResponse:
    return web.Response(text='{"name": "x', content_type="application/json")


async def _deep(_: Service, request: web.Request) -> web.StreamResponse:
    return web.Response(text="[" * 100_000, content_type="application/json")


async def _ten_megabytes(_: Service, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    for _n in range(10):
        await response.write(b'{"name": "' + b"x" * 1_000_000)
    return response


async def _trickles(service: Service, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while not service.gate.is_set():
        await response.write(b" ")
        await asyncio.sleep(0.05)
    return response


async def _long_name(_: Service, request: web.Request) -> web.StreamResponse:
    return web.json_response({"name": "x" * 5000})


EVIL: Mapping[str, Answer] = {
    "901": _hangs,
    "902": _html,
    "903": _broken,
    "904": _deep,
    "905": _ten_megabytes,
    "906": _trickles,
    "907": _long_name,
}


@asynccontextmanager
async def service(port: int, names: Mapping[str, str]) -> AsyncIterator[Service]:
    played = Service(names)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", played.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield played
    finally:
        played.gate.set()
        await runner.cleanup()
