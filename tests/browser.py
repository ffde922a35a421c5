"""Chromium as an agent's workplace: signs in on the real page, clicks, speaks in a tone, and tells what it heard."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from callcenter.calls.languages import Language
from callcenter.preparation.centre import opened
from callcenter.robots.mulaw import SAMPLES_PER_S, decoded, tone
from callcenter.store import accounts, customers
from callcenter.store.accounts import Account
from callcenter.store.customers import CardFields, CardNumber
from tests.real_centre import RealCentre

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    # One --disable-features counts, the last: background services are named in the same.
    "--disable-features=MediaRouter,OptimizationHints,Translate",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PASSWORD = "a password of this test"
PATIENCE_MS = 30_000
BACK_MS = 60_000  # a process that starts on a busy machine, and a page that looks for it every ten seconds
CONSOLE = Path(__file__).parents[1] / "agent_console/dist/index.html"

# The strip's buttons by their names: what a button does changes with the call.
BUTTONS = {
    "answer": re.compile("^(接听|Answer)$"),
    "hold": re.compile("^(保持|取回|Hold|Resume)$"),
    "mute": re.compile("^(静音|取消静音|Mute|Unmute)$"),
    "keypad": re.compile("^(键盘|拨号|Keypad|Dial)$"),
    "transfer": re.compile("^(转接|Transfer)$"),
    "end": re.compile(
        "^(挂断|拒接|回到客户|退出|停止|离开会议|Hang up|Reject|Back to caller|Leave|Stop|Leave room)$"
    ),
}

expect.set_options(timeout=PATIENCE_MS)

# Notes in the page, by its own clock, when something was told and when it was seen; keeps hold of the sound.
WITNESS = """(() => {
  const moments = (window.moments = {});
  const note = (name) => (moments[name] ??= performance.now());
  window.witnessed = { sockets: 0, snapshots: 0, registrations: 0 };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      const told = this.url.endsWith('/sip') ? heardSip : this.url.endsWith('/ws') ? heardLive : () => undefined;
      if (this.url.endsWith('/sip')) window.witnessed.sockets += 1;
      this.addEventListener('message', (event) => told(String(event.data)));
    }
  };
  function heardSip(text) {
    if (text.startsWith('INVITE ')) note('invited');
    if (/^SIP\\/2.0 200/.test(text) && /CSeq: \\d+ REGISTER/i.test(text)) window.witnessed.registrations += 1;
  }
  function heardLive(text) {
    const message = JSON.parse(text);
    if (message.type === 'pop') note('popped');
    if (message.type === 'snapshot') window.witnessed.snapshots += 1;
  }
  window.toasted = new Set();
  const seen = { card: '.pop .card', history: '.history li', ringing: '.strip.ringing', outOfStep: '.state.out' };
  new MutationObserver(() => {
    for (const [name, place] of Object.entries(seen)) if (document.querySelector(place)) note(name);
    for (const toast of document.querySelectorAll('.toast')) window.toasted.add(toast.textContent);
  }).observe(document, { subtree: true, childList: true, attributes: true });
  const Player = window.Audio;
  window.players = [];
  window.Audio = function (...given) {
    const player = new Player(...given);
    window.players.push(player);
    return player;
  };
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...given) {
      super(...given);
      this.addEventListener('track', (event) => { window.heardTrack = event.track; });
      window.peer = this;
    }
  };
  window.loudness = async (hertz, milliseconds) => {
    if (!window.heardTrack) return -1;
    const context = (window.ear ??= new AudioContext());
    await context.resume();
    if (window.earOf !== window.heardTrack) {
      window.analyser = context.createAnalyser();
      window.analyser.fftSize = 4096;
      context.createMediaStreamSource(new MediaStream([window.heardTrack])).connect(window.analyser);
      window.earOf = window.heardTrack;
    }
    const levels = new Float32Array(window.analyser.frequencyBinCount);
    const bin = Math.round((hertz * window.analyser.fftSize) / context.sampleRate);
    let loudest = -200;
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      window.analyser.getFloatFrequencyData(levels);
      loudest = Math.max(loudest, ...levels.slice(bin - 1, bin + 2));
    }
    return loudest;
  };
})()"""

# A microphone that is a tone: for the second telephone of a browser, whose device would speak the same.
OWN_TONE = """(hertz) => {
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext();
    await context.resume();
    const voice = context.createOscillator(), loudness = context.createGain();
    const out = context.createMediaStreamDestination();
    voice.frequency.value = hertz;
    loudness.gain.value = 0.3;
    voice.connect(loudness).connect(out);
    voice.start();
    return out.stream;
  };
}"""


class Desk:
    """One tab: what the agent sees, clicks and hears."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def sign_in(self, agent: str) -> None:
        await self.page.goto(self.address)
        await self.page.fill("#username", agent)
        await self.page.fill("#password", PASSWORD)
        await self.page.click("form button[type=submit]")

    async def begin_work(self, agent: str, *, ready: bool = True) -> None:
        """From the sign-in page to the first free minute, as people do it."""
        await self.sign_in(agent)
        await expect(self.strip.locator(".lamp.tone-ready")).to_be_visible()
        await self.page.click(".begin .el-button--primary" if ready else ".begin .el-button:not(.el-button--primary)")
        await expect(self.page.locator(".begin")).to_have_count(0)

    @property
    def strip(self) -> Any:
        return self.page.locator(".strip")

    async def until(self, mood: str) -> None:
        """The softphone strip shows the mood: idle, ringing, talking, held, wrap_up."""
        await expect(self.page.locator(f".strip.{mood}")).to_be_visible()

    async def press(self, button: str) -> None:
        """Of the strip: answer, hold (resumes as well), mute, keypad, transfer, end."""
        await self.button(button).click()

    async def strike(self, keys: str, button: str) -> None:
        """The keys of a button of the strip, once it works: a key that comes before does nothing."""
        await expect(self.button(button)).to_be_enabled()
        await self.page.keyboard.press(keys)

    async def choose_by_keys(self, who: str) -> Any:
        """Whom to transfer to, found by typing; returns the panel that asks how."""
        await self.strike("Alt+F", "transfer")
        panel = self.page.locator(".handover:visible")
        await expect(panel.locator("input")).to_be_focused()
        await self.page.keyboard.type(who)
        await self.page.keyboard.press("Enter")
        return panel

    def button(self, button: str) -> Any:
        """Of the strip: found by what it is called in either language."""
        return self.strip.locator(".buttons button").and_(self.page.get_by_label(BUTTONS[button]))

    async def moment(self, name: str) -> float:
        """When (ms, the page's clock) it first happened: invited, popped, card, history, ringing, outOfStep.

        0 when it never did.
        """
        return float(await self.page.evaluate("name => moments[name] ?? 0", name))

    async def witnessed(self, name: str) -> int:
        """How often so far: sockets (of the telephone), snapshots, registrations."""
        return int(await self.page.evaluate("name => witnessed[name]", name))

    async def until_witnessed(self, name: str, more_than: int) -> None:
        await self.page.wait_for_function(
            "([name, count]) => witnessed[name] > count", arg=[name, more_than], timeout=BACK_MS
        )

    async def until_connected(self) -> None:
        """The telephone's sound has a way: what is said or pressed before gets lost."""
        await self.page.wait_for_function("window.peer?.connectionState === 'connected'", timeout=PATIENCE_MS)

    async def hears(self, hz: int, for_ms: int = 400) -> bool:
        """Whether the tone is in what the page plays now."""
        return float(await self.page.evaluate("([hz, ms]) => loudness(hz, ms)", [hz, for_ms])) > -50

    async def until_heard(self, hz: int, timeout_s: float = 40.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not await self.hears(hz):
                pass

    async def until_played(self, at_least_s: float) -> float:
        """Until a recording has played for so long; returns its duration in seconds."""
        played = """seconds => players.filter(one => one.src.startsWith("blob:"))
            .find(one => one.currentTime >= seconds)?.duration"""
        found = await self.page.wait_for_function(played, arg=at_least_s, timeout=PATIENCE_MS)
        return float(await found.json_value())

    async def picture(self, path: Path) -> None:
        await self.page.screenshot(path=path)


async def until_toasted(page: Page, text: str) -> None:
    """The page has said so in passing, be it that nobody looked."""
    said = "text => [...toasted].some(one => one.includes(text))"
    await page.wait_for_function(said, arg=text, timeout=PATIENCE_MS)


@asynccontextmanager
async def chromium(folder: Path, *hz: int) -> AsyncIterator[Browser]:
    """A browser whose microphone hears a tone, or several of them one after the other, over and over."""
    assert Path(CHROMIUM).exists(), f"{CHROMIUM} is missing: install the package chromium"
    assert _own_address(), "this machine has no IPv4 address but 127.0.0.1, which Asterisk never offers to a browser"
    voice = folder / "voice.wav"
    write_voice(voice, *hz)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def profile(
    browser: Browser, centre: RealCentre, language: Language = "zh-CN", dark: bool = False
) -> AsyncIterator[BrowserContext]:
    """One person's browser profile: its tabs share the session and the telephone's lock."""
    assert CONSOLE.exists(), "the pages are not built: run `make setup`"
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale=language,
        color_scheme="dark" if dark else "light",
        permissions=["microphone"],
        base_url=address(centre),
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(WITNESS)
    await context.add_init_script(f"localStorage.setItem('callcenter.language', '{language}')")
    try:
        yield context
    finally:
        await context.close()


@asynccontextmanager
async def desk(
    browser: Browser, centre: RealCentre, agent: str, language: Language = "zh-CN", *, ready: bool = True
) -> AsyncIterator[Desk]:
    """An agent at work in the browser."""
    async with profile(browser, centre, language) as context:
        one = Desk(await context.new_page(), address(centre))
        await one.begin_work(agent, ready=ready)
        if ready:
            await centre.until_agent(agent, "ready")
        yield one
        assert not one.errors, one.errors


def address(centre: RealCentre) -> str:
    return f"http://127.0.0.1:{centre.config.web.port}"


def open_accounts(centre: RealCentre, *agents: str) -> None:
    with opened(centre.config) as database:
        for agent in agents:
            account = Account(username=agent, role="agent", agent=agent, name=f"Agent {agent}", language="zh-CN")
            accounts.save(database, account, PASSWORD)


def write_card(centre: RealCentre, name: str, number: str) -> None:
    """`number` as callers' numbers are kept, with +86."""
    fields = CardFields(name=name, numbers=(CardNumber(number),), tier="A", company="星河科技", notes="偏好电话回访")
    with opened(centre.config) as database:
        customers.create(database, fields, 1.0)


async def emptied(centre: RealCentre) -> None:
    """Once all calls are over, signs everybody out: the next test begins with an empty floor."""
    await centre.until(lambda floor: all(call.phase == "ended" for call in floor.calls.values()), 40)
    for agent in centre.floor.agents.values():
        if agent.intent != "signed_out":
            await centre.sign_out(agent.id)


async def until_served(centre: RealCentre, timeout_s: float = 30.0) -> None:
    """The edge answers."""
    async with asyncio.timeout(timeout_s), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{address(centre)}/api/v1/openapi.json"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


def _own_address() -> str:
    """An IPv4 address of this machine besides the loopback; empty when there is none."""
    known = (each for addresses in psutil.net_if_addrs().values() for each in addresses)
    usable = (each.address for each in known if each.family == socket.AF_INET and each.address[:4] != "127.")
    return next(usable, "")


def write_voice(path: Path, *hz: int) -> None:
    """Half a second of each tone, then a quarter of silence: a steady tone would be taken for noise and removed."""
    spoken = [sample for each in hz for sample in decoded(tone(each))[: SAMPLES_PER_S // 2]]
    samples = array("h", [*spoken, *([0] * (SAMPLES_PER_S // 4))])
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLES_PER_S)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
