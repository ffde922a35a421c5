"""SIPp from the private installation, as callers and as agents' desk phones; each run bounded in count and time."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from callcenter.robots.mulaw import tone
from tests.real_asterisk import free_port, installation
from tests.real_centre import HOTLINE, RealCentre

SCENARIOS = Path(__file__).parent / "end_to_end/sipp"
KEYS_NOP = '<nop><action><exec play_dtmf="@{keys}"/></action></nop>'
LIMIT_S = 120
RTP_PORTS = 40  # of one run; below those that Asterisk uses in tests and that the system hands out


class Sipp:
    """One centre's SIPp: scenarios are filled in and logs kept in `folder`."""

    def __init__(self, centre: RealCentre, folder: Path) -> None:
        self._centre, self._folder = centre, folder
        self._runs = 0

    async def call(self, numbers: Sequence[str], *, keys: str, hz: int) -> None:
        """All of them at once, until the centre has hung up on every one. AssertionError when a call goes wrong.

        Keys need raw sockets, which are root's alone; without them the callers press nothing, and the flow
        leads them to the first queue in the end.
        """
        listed = self._folder / "numbers.csv"
        listed.write_text("\n".join(("SEQUENTIAL", *(f"{number};" for number in numbers))) + "\n")
        count = str(len(numbers))
        bounds = ("-m", count, "-l", count, "-r", count, "-timeout", f"{LIMIT_S}s", "-timeout_error")
        argv = ("-s", HOTLINE, "-inf", str(listed), *bounds)
        process = await self._start(self._scenario("caller", keys=keys, tone=self._tone(hz)), free_port(), *argv)
        await self._well_done(process)

    @asynccontextmanager
    async def desk(self, agent: str, *, hz: int, talk_ms: int) -> AsyncIterator[None]:
        """A registered desk phone that answers every call and hangs up after a while."""
        port = free_port()
        password = self._centre.config.keyring.sip_password(agent)
        known = ("-s", agent, "-au", agent, "-ap", password, "-m", "1", "-timeout", "10s", "-timeout_error")
        scenario = self._scenario("desk", tone=self._tone(hz), talk_ms=str(talk_ms))
        await self._well_done(await self._start(self._scenario("register"), port, *known))
        process = await self._start(scenario, port)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _scenario(self, name: str, **values: str) -> Path:
        text = (SCENARIOS / f"{name}.xml").read_text("utf-8")
        if os.geteuid() != 0:
            text = text.replace(KEYS_NOP, "")
        for key, value in values.items():
            text = text.replace(f"@{{{key}}}", value)
        self._runs += 1
        file = self._folder / f"{name}-{self._runs}.xml"
        file.write_text(text, "utf-8")
        return file

    def _tone(self, hz: int) -> str:
        """Ten seconds of the tone, as SIPp sends it: µ-law without a header."""
        file = self._folder / f"{hz}.ul"
        file.write_bytes(tone(hz) * 10)
        return str(file)

    async def _start(self, scenario: Path, port: int, *more: str) -> asyncio.subprocess.Process:
        place = installation()
        first = 12_000 + (os.getpid() * 13 + self._runs) % 100 * RTP_PORTS
        media = ("-min_rtp_port", str(first), "-max_rtp_port", str(first + RTP_PORTS - 1))
        server = f"127.0.0.1:{self._centre.config.asterisk.sip_port}"
        where = ("-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(port), *media)
        logs = ("-nostdin", "-trace_err", "-error_file", str(scenario.with_suffix(".err")))
        argv = place.command("sipp", server, "-sf", str(scenario), *where, *logs, *more)
        with scenario.with_suffix(".out").open("wb") as out:
            return await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self._folder,
                env={**os.environ, **place.environment, "TERM": "dumb"},
            )

    async def _well_done(self, process: asyncio.subprocess.Process) -> None:
        async with asyncio.timeout(LIMIT_S + 10):
            code = await process.wait()
        assert code == 0, f"SIPp ended with {code}: {self._complaints()}"

    def _complaints(self) -> str:
        return "\n".join(file.read_text("utf-8", "replace")[-1500:] for file in self._folder.glob("*.err"))
