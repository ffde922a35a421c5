"""A centre of its own for a measurement: a folder, free ports, an Asterisk and, when wanted, an engine."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import wave
from array import array
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from callcenter.asterisk.ami import AmiClient, AmiSettings
from callcenter.asterisk.installation import Installation
from callcenter.calls import centre as ct
from callcenter.calls.languages import Text
from callcenter.config import Config, config_file, load
from callcenter.preparation import asterisk, centre, prompts
from callcenter.service import conf
from callcenter.store import documents
from callcenter.web.engine_link import EngineLink
from callcenter.web.errors import ApiError

ROOT = Path(__file__).parent.parent
AGENT, QUEUE = "8001", "line"
OURS_NUMBER, PEER_NUMBER = "95001", "95002"
CALLERS_ONE_IN_S = 0.05  # callers who begin one after the other
READY_LIMIT_S = 40.0
STOP_LIMIT_S = 10.0

FLOW = f"""
flow: straight
name: {{zh-CN: 直接排队, en: Straight to the queue}}
start: line
nodes:
  line: {{kind: queue, queue: {QUEUE}}}
"""
# What an integrator would write for the shortest gap: every setting that delays is off.
_PEER_QUEUE = """
[peer]
strategy = leastrecent
musicclass = default
autofill = yes
retry = 1
timeout = 20
wrapuptime = 0
memberdelay = 0
ringinuse = no
autopause = no
joinempty = yes
leavewhenempty = no
announce-frequency = 0
"""
PEER_DIALPLAN = f"""
[inbound](+)
exten => {PEER_NUMBER},1,Answer()
 same => n,Queue(peer)
 same => n,Hangup()
"""


class Peer(NamedTuple):
    """What stands beside ours in `queues.conf` and the dialplan."""

    queue: str
    dialplan: str


def peer_queue(*agents: str) -> str:
    return _PEER_QUEUE + "".join(f"member => PJSIP/{agent}\n" for agent in agents)


@contextlib.contextmanager
def prepared(
    centre_document: ct.Centre | None = None, peer: Peer | None = None, *, heard: bool = True, flow: str = FLOW
) -> Iterator[Config]:
    """A configuration in a temporary folder with everything written that a start needs; `flow` is called straight.

    Without more it is the centre of one agent, and its peer. Unless it is `heard`, prompts are not even converted.
    """
    wanted = centre_document or document()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        config = _config(Path(folder))
        centre.database(config)
        _publish(config, wanted, flow)
        if not heard:
            _put_prompts(config)
        prompts.render(config, lambda _: None)
        asterisk.configure(config, wanted)
        add_peer(config, peer or Peer(peer_queue(AGENT), PEER_DIALPLAN))
        yield config


def document() -> ct.Centre:
    """One agent, one queue without wrap-up and without recording: app_queue's callers are not recorded either."""
    line = ct.Queue(id=QUEUE, name=Text(zh="热线", en="Line"), wrap_up_s=0, recorded=False)
    return ct.Centre(
        agents=(ct.Agent(id=AGENT, name="Robot", queues=(QUEUE,)),),
        queues=(line,),
        numbers=(ct.Number(number=OURS_NUMBER, flow="straight"),),
    )


@contextlib.asynccontextmanager
async def running_asterisk(config: Config) -> AsyncIterator[None]:
    place = asterisk.installation(config, print)
    argv = place.command("asterisk", "-C", str(config.asterisk_settings().asterisk_conf), "-f")
    async with _running(_as_run(argv, conf.URGENT), config.log_dir / "asterisk.log", place):
        await _fully_booted(config)
        yield


async def hang_up_all(config: Config) -> None:
    """Whoever is still there: of many who hang up at once, one may not be heard."""
    place = asterisk.installation(config, print)
    argv = place.rasterisk(config.asterisk_settings().asterisk_conf, "channel request hangup all")
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*argv, stdout=quiet, stderr=quiet, env=_environment(place))
    await asyncio.wait_for(process.wait(), STOP_LIMIT_S)


@contextlib.asynccontextmanager
async def running_engine(config: Config) -> AsyncIterator[EngineLink]:
    argv = [sys.executable, "-m", "callcenter", "engine", "--config", str(config.file)]
    async with _running(_as_run(argv, conf.URGENT), config.log_dir / "engine.log"):
        link = EngineLink(config.engine_socket)
        try:
            await until_engine_answers(link)
            yield link
        finally:
            await link.close()


async def until_engine_answers(link: EngineLink) -> None:
    async with asyncio.timeout(READY_LIMIT_S):
        while True:
            with contextlib.suppress(ApiError):
                await link.health()
                return
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def running_edge(config: Config) -> AsyncIterator[None]:
    """It follows the engine even when nobody looks at a page."""
    argv = [sys.executable, "-m", "callcenter", "edge", "--config", str(config.file)]
    async with _running(_as_run(argv), config.log_dir / "edge.log"):
        await _until_served(config.web.port)
        yield


async def _until_served(port: int) -> None:
    async with asyncio.timeout(READY_LIMIT_S):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def running_callers(config: Config, number: str, count: int, sound_port: int = 0) -> AsyncIterator[None]:
    """A process that keeps so many callers in the line, away from the one that measures.

    With a `sound_port` they begin one after the other, and `bench.live_sound` speaks and listens for them there.
    """
    argv = [sys.executable, "-m", "bench.callers", str(config.asterisk.sip_port), number, str(count), str(sound_port)]
    async with _running(argv, config.log_dir / "callers.log"):
        yield


def _config(folder: Path) -> Config:
    """As the repository's own, in another place; the private Asterisk is shared, nothing is written into it."""
    own = load(config_file())
    web_port, *others = free_ports(5)
    ports = dict(zip(("sip_port", "http_port", "ami_port", "agi_port"), others, strict=True))
    program = {"program": str(own.asterisk.program)} if own.asterisk.program else {}
    if not program:
        asterisk.installation(own, print)
        (folder / "var").mkdir()
        (folder / "var/asterisk").symlink_to(own.data_dir / "asterisk")
    settings = {
        "demo": True,
        "data_dir": "var",
        "asterisk": {**program, **ports},
        "web": {"port": web_port},
        "prompts": {"command": ["cp", str(_beep(folder)), "{out}"]},
    }
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return load(file)


def free_ports(count: int) -> list[int]:
    """Free for TCP and UDP at this moment, and different."""
    with contextlib.ExitStack() as stack:
        found: list[int] = []
        while len(found) < count:
            tcp = stack.enter_context(socket.socket())
            udp = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                found.append(tcp.getsockname()[1])
        return found


def _beep(folder: Path) -> Path:
    """A tenth of a second in place of every prompt: what is said does not matter here, the time it takes does."""
    with wave.open(str(folder / "beep.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(array("h", [3000, -3000] * 400).tobytes())
    return folder / "beep.wav"


def _put_prompts(config: Config) -> None:
    """The beep as it is for each of them: a big centre has thousands, of which Asterisk is never to play one."""
    library, beep = prompts.library(config), (config.file.parent / "beep.wav").read_bytes()
    for prompt in prompts.everything_said(config):
        file = library._file(prompt)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(beep)


def _publish(config: Config, wanted: ct.Centre, flow: str) -> None:
    with centre.opened(config) as database:
        documents.save_flow(database, "straight", flow, "bench", 0, time.time())
        documents.save_centre(database, wanted, "bench", 0, time.time())


def add_peer(config: Config, peer: Peer) -> None:
    """Beside the generated dialplan, until an engine writes it anew: the peer is measured first."""
    folder = config.asterisk_settings().etc_dir
    for name, text in (("queues.conf", peer.queue), ("extensions.conf", peer.dialplan)):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)


async def _fully_booted(config: Config) -> None:
    booted = asyncio.Event()
    settings = config.asterisk_settings()
    ami = AmiSettings(settings.ami_host, settings.ami_port, "cc_events", settings.ami_secrets.events)
    client = AmiClient(ami, on_event=lambda event: booted.set() if event.text("event") == "FullyBooted" else None)
    await client.start()
    try:
        async with asyncio.timeout(READY_LIMIT_S):
            await booted.wait()
    finally:
        await client.stop()


def _as_run(argv: Sequence[str], nice: int = 0) -> list[str]:
    """As `callcenter run` starts it."""
    return [sys.executable, str(conf.GUARD), str(os.getpid()), str(nice), *argv]


def instruments_first() -> None:
    """What measures stands for machines of their own: it must not wait for what it measures."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, conf.URGENT)


@contextlib.asynccontextmanager
async def _running(argv: Sequence[str], log: Path, place: Installation | None = None) -> AsyncIterator[None]:
    """The process while the block runs; on an error the end of its log is shown."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=subprocess.PIPE, stdout=file, stderr=file, env=_environment(place), cwd=ROOT
        )
    try:
        yield
    except BaseException:
        print(f"--- the end of {log.name}:\n{log.read_text('utf-8', 'replace')[-2000:]}", file=sys.stderr)
        raise
    finally:
        await _stop(process)


def _environment(place: Installation | None) -> dict[str, str]:
    return {**os.environ, **(place.environment if place else {})}


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
    except TimeoutError:
        process.kill()
        await process.wait()
