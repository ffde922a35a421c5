"""An agent at home behind a router that lets little out: the page over TLS, the sound by a relay."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import async_playwright

from callcenter.config import load
from callcenter.preparation.prompts import render
from callcenter.robots.mulaw import tone
from tests import browser as workplace
from tests.asterisk.listening import until_heard
from tests.hosts import CENTRE, Hosts, hosts
from tests.real_centre import HOTLINE, RealCentre, prepare, small_centre, write_config

pytestmark = pytest.mark.real

CALLER_HZ, AGENT_HZ = 600, 1100
WEB_PORT, TURN_PORT = 8443, 3478
SECRET = "a-secret-of-this-test"
PAIR = """async () => {
  const stats = [...(await peer.getStats()).values()];
  const transport = stats.find(one => one.type === 'transport' && one.selectedCandidatePairId);
  const pair = stats.find(one => one.id === transport.selectedCandidatePairId);
  return stats.find(one => one.id === pair.localCandidateId).candidateType;
}"""


def written(folder: Path) -> Path:
    """Reached from outside over TLS alone; callers come from this host, as over a trunk."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", f"/CN={CENTRE}", "-addext", f"subjectAltName=IP:{CENTRE}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run(argv, check=True, capture_output=True, timeout=60)
    file = write_config(folder)
    trunk = "{name: line, host: 127.0.0.1, port: 9, match: [127.0.0.1]}"
    text = file.read_text().replace("demo: true", "demo: false")
    text = text.replace("asterisk: {", f"asterisk: {{sip_host: 0.0.0.0, trunks: [{trunk}], ")
    # Asterisk takes sound only from addresses that a browser has named: behind a router it learns its own by STUN.
    urls = f"'stun:{CENTRE}:{TURN_PORT}', 'turn:{CENTRE}:{TURN_PORT}?transport=tcp'"
    web = {
        "host": "0.0.0.0",
        "port": WEB_PORT,
        "public_url": f"https://{CENTRE}:{WEB_PORT}",
        "tls_certificate": certificate,
        "tls_key": key,
        "relays": f"[{{urls: [{urls}], secret: '{SECRET}'}}]",
    }
    lines = [line for line in text.splitlines() if not line.startswith("web:")]
    lines += ["web: {" + ", ".join(f"{key}: {value}" for key, value in web.items()) + "}", "run_as: root", ""]
    file.write_text("\n".join(lines))
    return file


@asynccontextmanager
async def centre_on(network: Hosts, folder: Path) -> AsyncIterator[RealCentre]:
    config = load(written(folder))
    await asyncio.to_thread(prepare, config, small_centre(survey=None))
    await asyncio.to_thread(render, config, lambda _: None)
    running = RealCentre(config)
    try:
        await running.start("asterisk", "engine", "edge")
        workplace.open_accounts(running, "8001")
        await until_served()
        yield running
    finally:
        await running.stop()


async def until_served() -> None:
    """The edge answers."""
    async with asyncio.timeout(workplace.BACK_MS / 1000), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"https://{CENTRE}:{WEB_PORT}/api/v1/openapi.json", ssl=False):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


@contextmanager
def turn_server(network: Hosts, folder: Path) -> Iterator[None]:
    """coturn, as the documentation tells to set it up."""
    file = folder / "turnserver.conf"
    file.write_text(
        f"listening-ip={CENTRE}\nrelay-ip={CENTRE}\nlistening-port={TURN_PORT}\nrealm=callcenter\nuse-auth-secret\n"
        f"static-auth-secret={SECRET}\nno-tls\nno-dtls\nno-cli\nmin-port=49160\nmax-port=49200\n"
        f"pidfile={folder}/turn.pid\nlog-file={folder}/turn.log\nsimple-log\nno-rfc5780\n"
    )
    argv = ["ip", "netns", "exec", network.centre, "turnserver", "-c", str(file), "--db", str(folder / "turn.db")]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield
        finally:
            server.terminate()


@asynccontextmanager
async def desk_at_home(network: Hosts, centre: RealCentre, folder: Path) -> AsyncIterator[workplace.Desk]:
    voice = folder / "voice.wav"
    workplace.write_voice(voice, AGENT_HZ)
    flags = [*workplace.FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
    async with async_playwright() as playwright:
        program = network.at_home(folder, workplace.CHROMIUM)
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        context = await browser.new_context(
            ignore_https_errors=True, permissions=["microphone"], viewport={"width": 1440, "height": 900}
        )
        context.set_default_timeout(workplace.PATIENCE_MS)
        await context.add_init_script(workplace.WITNESS)
        one = workplace.Desk(await context.new_page(), f"https://{CENTRE}:{WEB_PORT}")
        await one.begin_work("8001")
        await centre.until_agent("8001", "ready")
        yield one
        await browser.close()


@pytest.mark.parametrize(
    ("allowed", "way"),
    [
        # Everything leaves the home, under the router's address: the relay is not needed.
        ("accept", {"host", "srflx", "prflx"}),
        # Only the page and the relay's port leave it, over TCP: sound has no other way.
        (f"tcp dport {{ {WEB_PORT}, {TURN_PORT} }} accept", {"relay"}),
    ],
    ids=["nat", "firewall"],
)
async def test_an_agent_at_home_talks_to_a_caller(tmp_path: Path, allowed: str, way: set[str]) -> None:
    with hosts(allowed) as network, network.as_centre(), turn_server(network, tmp_path):
        async with (
            centre_on(network, tmp_path) as centre,
            desk_at_home(network, centre, tmp_path) as desk,
            centre.caller() as caller,
        ):
            call = await caller.call(HOTLINE)
            call.sound.play(tone(CALLER_HZ), loop=True)
            await centre.press(call, "81")
            await desk.until("ringing")
            await desk.press("answer")
            await centre.until_phase("talking")
            await desk.until_heard(CALLER_HZ)
            await until_heard(call, AGENT_HZ, timeout_s=40)
            assert await desk.page.evaluate(PAIR) in way
            await desk.press("end")
