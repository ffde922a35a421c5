"""A whole centre for one test: the private Asterisk, the engine and (when asked for) the edge, each a process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.calls import requests as rq
from callcenter.calls.centre import Agent, Centre, Choice, Number, Queue
from callcenter.calls.languages import Text
from callcenter.calls.views import CallView, Floor
from callcenter.config import Config, load
from callcenter.preparation import asterisk as asterisk_preparation
from callcenter.preparation import music
from callcenter.preparation.prompts import render
from callcenter.robots.call import Call
from callcenter.robots.phone import SipPhone
from callcenter.store import documents
from callcenter.store.database import migrate, open_database
from callcenter.web.engine_link import EngineLink
from callcenter.web.errors import ApiError
from tests import real_asterisk

HOTLINE = "4001"
OWN_NUMBER = "+861062345678"
FLOWS = Path(__file__).parents[1] / "ivr_flows"
NO_FLOWS: Mapping[str, str] = {}
PATIENCE_S = 40.0  # a process of a busy machine may stand still for seconds
START_S = 60.0
AGAIN_S = 2.0  # then a key that the engine has not heard of is pressed once more


def small_centre(**queue: Any) -> Centre:
    """One number, one queue, four agents; wrap-up is short unless told otherwise."""
    queue = {"wrap_up_s": 2, "survey": "survey", "missed_back_off_s": 2} | queue
    return Centre(
        agents=tuple(Agent(id=f"800{n}", name=f"Agent {n}", queues=("support", "sales")) for n in range(1, 7)),
        queues=(
            Queue(id="support", name=Text("技术支持", "Support"), **queue),
            Queue(id="sales", name=Text("产品咨询", "Sales"), **queue),
        ),
        numbers=(Number(number=HOTLINE, flow="hotline"),),
        pause_reasons=(Choice(id="lunch", name=Text("午餐", "Lunch")),),
        dispositions=(Choice(id="solved", name=Text("已解决", "Solved")),),
    )


def write_config(folder: Path, trunk_port: int = 0, more: str = "", trunk: str = "") -> Path:
    """Free ports, everything below `folder`. The customers behind the only trunk answer at `trunk_port`, if any; or
    it is `trunk`, as YAML.

    `more`: lines of YAML behind the others; `{web}` in them is the port of the pages.
    """
    ports = {name: real_asterisk.free_port() for name in ("sip_port", "http_port", "ami_port", "agi_port")}
    first = 20_000 + (os.getpid() * 97 + ports["sip_port"]) % 55 * 200
    asterisk = ", ".join(f"{name}: {port}" for name, port in ports.items())
    if trunk_port:
        # Calls from 127.0.0.1 are the demo's; this trunk is there to call out on.
        line = f"name: line, host: 127.0.0.1, port: {trunk_port}, match: [127.0.0.2]"
        asterisk += f", trunks: [{{{line}, caller_number: '{OWN_NUMBER}'}}]"
    asterisk += f", trunks: [{trunk}]" if trunk else ""
    web_port = real_asterisk.free_port()
    file = folder / "config.yaml"
    file.write_text(
        f"data_dir: var\nrecordings_dir: recordings\ndemo: true\ndemo_service_port: {real_asterisk.free_port()}\n"
        f"asterisk: {{{asterisk}, rtp_first_port: {first}, rtp_last_port: {first + 198}}}\n"
        f"web: {{port: {web_port}}}\n" + more.replace("{web}", str(web_port))
    )
    (folder / "var").mkdir()
    (folder / "var/asterisk").symlink_to(real_asterisk.REPOSITORY / "var/asterisk")
    (folder / "var/prompts").symlink_to(_shared_prompts())
    return file


def _shared_prompts() -> Path:
    """Prompts are named by their content: all tests may share them."""
    folder = real_asterisk.REPOSITORY / "var/test-prompts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prepare(config: Config, centre: Centre, flows: Mapping[str, str] = NO_FLOWS) -> None:
    """`flows` are published besides the hotline's and the survey."""
    real_asterisk.installation()
    migrate(config.database_url)
    database = open_database(config.database_url)
    for flow in ("hotline", "survey"):
        documents.save_flow(database, flow, (FLOWS / f"{flow}.yaml").read_text("utf-8"), "test", 0, 1.0)
    for flow, source in flows.items():
        documents.save_flow(database, flow, source, "test", 0, 1.0)
    documents.save_centre(database, centre, "test", 0, 1.0)
    database.dispose()
    music.prepare(config, lambda _: None)
    asterisk_preparation.configure(config, centre)


@contextmanager
def _already(word: str) -> Iterator[None]:
    """No error when a request is refused by that word."""
    try:
        yield
    except ApiError as refusal:
        if refusal.word != word:
            raise


class RealCentre:
    """What a test does to a running centre, and what it can see of it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.link = EngineLink(config.engine_socket)
        self._pictures: list[Floor] = []
        self._looking: list[Callable[[], None]] = []
        self._link_task: asyncio.Task[None] | None = None
        self.link.on_delta.append(lambda _: self._look())
        self.link.on_up.append(lambda _: self._look())
        self.link.on_lost.append(lambda _: self._look())

    # ---- processes

    async def start(self, *names: str) -> None:
        """Returns when the engine, if it is among them, runs and has heard from Asterisk."""
        before = self.link.floor.system.started_at if self.link.floor else 0.0
        for name in names:
            self.processes[name] = await self._spawn(name)
        if "engine" in names:
            self._link_task = self._link_task or asyncio.create_task(self.link.run())
            await self.until(
                lambda floor: floor.system.started_at > before and floor.system.asterisk == "up", START_S
            )

    async def kill(self, name: str) -> None:
        """As `kill -9` does."""
        self.processes[name].send_signal(signal.SIGKILL)
        await self.processes[name].wait()

    async def stop(self) -> None:
        if self._link_task:
            self._link_task.cancel()
            await asyncio.gather(self._link_task, return_exceptions=True)
        await self.link.close()
        for process in reversed(self.processes.values()):
            await real_asterisk.stop(process)

    async def _spawn(self, name: str) -> asyncio.subprocess.Process:
        environment = dict(os.environ)
        if name == "asterisk":
            place = real_asterisk.installation()
            conf = self.config.asterisk_settings().asterisk_conf
            argv = place.command("asterisk", "-C", str(conf), "-f")
            environment |= place.environment
        else:
            argv = [sys.executable, "-m", "callcenter", "--config", str(self.config.file), name]
        self.config.log_dir.mkdir(parents=True, exist_ok=True)
        with (self.config.log_dir / f"{name}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *argv, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )

    def log(self, name: str) -> str:
        return (self.config.log_dir / f"{name}.log").read_text("utf-8", "replace")

    # ---- what there is to see

    @property
    def floor(self) -> Floor:
        assert self.link.floor is not None
        return self.link.floor

    def _look(self) -> None:
        if self.link.floor is not None:
            self._pictures.append(self.link.floor)
        for look in list(self._looking):
            look()

    @property
    def now(self) -> int:
        """The present picture's number, for `since`."""
        return max(0, len(self._pictures) - 1)

    async def until(
        self, holds: Callable[[Floor], Any], timeout_s: float = PATIENCE_S, since: int | None = None
    ) -> Any:
        """Waits for the live picture to be as told, be it for a moment only; returns what `holds` returned.

        Each change is looked at by itself, also when this process had to wait while many came. What may be over by
        now is looked for from the picture `since` on, an earlier `now`.
        """
        for past in self._pictures[self.now if since is None else since : -1]:
            if was := holds(past):
                return was
        found: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def look() -> None:
            try:
                if not found.done() and self.link.floor is not None and (seen := holds(self.link.floor)):
                    found.set_result(seen)
            except Exception as mistake:
                found.set_exception(mistake)

        self._looking.append(look)
        try:
            look()
            return await asyncio.wait_for(found, timeout_s)
        except TimeoutError:
            picture = msgspec.json.format(msgspec.json.encode(self.link.floor), indent=1).decode()
            raise AssertionError(f"it did not come about within {timeout_s} s; the floor is\n{picture}") from None
        finally:
            self._looking.remove(look)

    async def until_phase(
        self, phase: str, caller: str = "", timeout_s: float = PATIENCE_S, since: int | None = None
    ) -> Any:
        """The call (of this caller) that is in the phase; `since` as of `until`."""

        def found(floor: Floor) -> Any:
            return next((c for c in floor.calls.values() if c.phase == phase and c.caller.endswith(caller)), None)

        return await self.until(found, timeout_s, since)

    async def until_agent(
        self, agent: str, state: str, timeout_s: float = PATIENCE_S, since: int | None = None
    ) -> Any:
        def found(floor: Floor) -> Any:
            view = floor.agents.get(agent)
            return view if view and view.state == state else None

        return await self.until(found, timeout_s, since)

    async def rows(
        self,
        query: str,
        holds: Callable[[list[dict[str, Any]]], Any] = bool,
        timeout_s: float = PATIENCE_S,
        **values: Any,
    ) -> Any:
        """Rows of the store, read again until `holds` of them: the writer is never far behind."""
        database = open_database(self.config.database_url)
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    with database.connect() as connection:
                        found = [dict(row) for row in connection.execute(sa.text(query), values).mappings()]
                    if holds(found):
                        return found
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"{query} gave {found}") from None
        finally:
            database.dispose()

    # ---- what people do

    async def ask(self, request: rq.Request) -> dict[str, Any]:
        """Done, and to be seen in the live picture."""
        answer = await self.link.submit(request, by="test")
        await self.caught_up()
        return answer

    async def caught_up(self) -> None:
        """Until the live picture shows whatever the engine has done by now."""
        seq = (await self.link.health())["seq"]
        await self.until(lambda floor: floor.seq >= seq)

    async def sign_out(self, agent: str) -> None:
        """No effect on one who has left already."""
        with _already("not_signed_in"):
            await self.ask(rq.SignOut(agent=agent))

    async def end_wrap_up(self, agent: str, since: int) -> None:
        """Of a talk that went on at `since`; by now its time may be over as well."""
        await self.until_agent(agent, "wrap_up", since=since)
        with _already("not_in_wrap_up"):
            await self.ask(rq.EndWrapUp(agent=agent))

    async def press(self, call: Call, keys: str) -> None:
        """One key after the other, each until the engine has heard of it.

        Asterisk drops what is pressed between two questions: while the engine thinks about the key before, or about
        where a call that has just arrived is to go. People press again, and so do callers here.
        """
        for key in keys:
            await self._press(call, key)

    async def _press(self, call: Call, key: str) -> None:
        caller, began_at = call.phone.user.lstrip("0"), time.time() - (time.monotonic() - call.invited_at)

        def own(floor: Floor) -> CallView | None:
            calls = (each for each in floor.calls.values() if each.arrived_at >= began_at)
            return next((each for each in calls if each.caller.endswith(caller)), None)

        def heard(floor: Floor) -> bool:
            view = own(floor)
            return view is not None and any(each.endswith(f"={key}") for each in view.keys[known:])

        known = len((await self.until(own)).keys)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            since = self.now
            await call.press(key)
            with contextlib.suppress(AssertionError):
                await self.until(heard, AGAIN_S, since)
                return
        raise AssertionError(f"key {key} was not heard within {PATIENCE_S} s")

    async def queued(self, caller: SipPhone, keys: str = "82") -> Call:
        """A call to the hotline, led by keys to a queue in Chinese: 82 to support, 81 to sales."""
        call = await caller.call(HOTLINE)
        await self.press(call, keys)
        return call

    async def until_mirrored(self, endpoint: str) -> None:
        """Until Asterisk's fallback queue knows the agent's phone."""
        async with asyncio.timeout(PATIENCE_S):
            while f"PJSIP/{endpoint}" not in await self.typed("queue show fallback"):
                await asyncio.sleep(0.1)

    async def typed(self, command: str) -> str:
        """What Asterisk shows for a command at its console."""
        conf = self.config.asterisk_settings().asterisk_conf
        argv = real_asterisk.installation().rasterisk(conf, command)
        process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
        shown, _ = await process.communicate()
        return shown.decode()

    def caller(self, number: str = "13800138000", **options: Any) -> SipPhone:
        return SipPhone(number, "", ("127.0.0.1", self.config.asterisk.sip_port), **options)

    def phone(self, endpoint: str, **options: Any) -> SipPhone:
        password = self.config.keyring.sip_password(endpoint)
        return SipPhone(endpoint, password, ("127.0.0.1", self.config.asterisk.sip_port), **options)

    @asynccontextmanager
    async def agent(self, agent: str, *, ready: bool = True, **options: Any) -> AsyncIterator[SipPhone]:
        """An agent with a desk phone, signed in."""
        async with self.phone(agent, **options) as phone:
            await phone.register()
            await self.until(lambda floor: agent in floor.agents)
            await self.ask(rq.SignIn(agent=agent, device="desk", ready=ready))
            await self.until_agent(agent, "ready" if ready else "paused")
            await self.until(lambda floor: floor.agents[agent].reachable)
            yield phone


@asynccontextmanager
async def running_centre(
    folder: Path,
    centre: Centre | None = None,
    *,
    edge: bool = False,
    trunk_port: int = 0,
    flows: Mapping[str, str] = NO_FLOWS,
    more: str = "",
    trunk: str = "",
) -> AsyncIterator[RealCentre]:
    """`trunk` and `more` as of `write_config`."""
    config = load(write_config(folder, trunk_port, more, trunk))
    document = centre or small_centre()
    await asyncio.to_thread(prepare, config, document, flows)
    await asyncio.to_thread(render, config, lambda _: None)
    running = RealCentre(config)
    try:
        await running.start("asterisk", "engine", *(["edge"] if edge else []))
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            await running.stop()
