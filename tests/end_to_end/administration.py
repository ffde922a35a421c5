"""What the tests of the administrator's pages have in common: accounts, saving, and how a page is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from playwright.async_api import Browser, Locator, Page, expect

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Language
from callcenter.preparation.centre import opened
from callcenter.store import accounts, documents
from callcenter.store.accounts import Account
from tests import browser as workplace
from tests.real_centre import RealCentre, small_centre

ADMINISTRATOR = Account(username="ada", role="administrator", agent=None, name="Ada Wong", language="en")

# What somebody must be able to tell by ear, as Chromium's accessibility tree has it.
CONTROLS = frozenset(
    {
        *("button", "link", "textbox", "searchbox", "checkbox", "radio", "switch"),
        *("combobox", "listbox", "spinbutton", "slider", "tab", "menuitem"),
    }
)


def open_account(centre: RealCentre, account: Account) -> None:
    with opened(centre.config) as database:
        accounts.save(database, account, workplace.PASSWORD)


def in_force(centre: RealCentre) -> Centre:
    with opened(centre.config) as database:
        found = documents.current_centre(database)
    assert found is not None
    return found.document


def few_agents(*kept: str) -> Centre:
    """The small centre, of whose agents only some serve support."""
    centre = small_centre(survey=None, wrap_up_s=0)
    agents = tuple(
        agent if agent.id in kept else msgspec.structs.replace(agent, queues=("sales",)) for agent in centre.agents
    )
    return msgspec.structs.replace(centre, agents=agents)


@asynccontextmanager
async def signed_in(
    browser: Browser, centre: RealCentre, username: str, language: Language = "en", password: str = ""
) -> AsyncIterator[Page]:
    """A page of somebody who has just signed in; whatever goes wrong in its scripts fails the test."""
    async with workplace.profile(browser, centre, language) as context:
        one = workplace.Desk(await context.new_page(), workplace.address(centre))
        await sign_in(one.page, username, password)
        await expect(one.page.locator("nav .avatar")).to_be_visible()
        yield one.page
        assert not one.errors, one.errors


async def sign_in(page: Page, username: str, password: str = "") -> None:
    await page.goto("/sign-in")
    await page.fill("#username", username)
    await page.fill("#password", password or workplace.PASSWORD)
    await page.click("form button[type=submit]")


async def go(page: Page, path: str) -> None:
    """Within the application, as a click on a link does, when it runs; else by loading it."""
    await page.goto(path)
    await expect(page.locator("main, .page, [data-page]").first).to_be_visible()


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog").last


async def has_focus(page: Page) -> None:
    """A dialog takes the focus once it stands, and with it whatever is being typed into its second field."""
    await expect(dialog(page).locator(":focus")).to_have_count(1)


async def press(page: Page, word: str) -> None:
    """A button at the foot of the dialog that is open."""
    await dialog(page).locator("footer").get_by_role("button", name=word, exact=True).click()


async def choose(page: Page, field: Locator, word: str) -> None:
    """One of the words of a drop-down."""
    await field.click()
    await page.locator(".el-select-dropdown:visible").get_by_text(word, exact=True).click()
    await expect(page.locator(".el-select-dropdown:visible")).to_have_count(0)


async def saved(page: Page) -> None:
    """The draft of the centre, through the summary of what changes, until it is in force."""
    await page.click(".save:not([disabled])")
    await page.click(".apply")
    await expect(page.locator(".apply")).to_have_count(0)


async def called(page: Page, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    """What the programming interface says to the page's own session: (status, refusal's word or empty)."""
    done = """async ([method, path, body]) => {
      const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'callcenter' };
      const answer = await fetch('/api/v1' + path, { method, headers, body: body && JSON.stringify(body) });
      const told = await answer.json().catch(() => ({}));
      return [answer.status, told.error?.word ?? ''];
    }"""
    status, word = await page.evaluate(done, [method, path, body])
    return int(status), str(word)


async def nameless(page: Page) -> list[str]:
    """Controls without a name, as Chromium tells them to a screen reader."""
    session = await page.context.new_cdp_session(page)
    try:
        tree = await session.send("Accessibility.getFullAXTree")
        found = []
        for node in tree["nodes"]:
            role = node.get("role", {}).get("value")
            if node.get("ignored") or role not in CONTROLS or node.get("name", {}).get("value", "").strip():
                continue
            told = await session.send("DOM.describeNode", {"backendNodeId": node["backendDOMNodeId"]})
            found.append(f"{role} <{told['node']['localName']} {' '.join(told['node'].get('attributes', []))}>")
        return found
    finally:
        await session.detach()


FAINT = """() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  const known = new Map();
  const parts = (color) => {
    if (!known.has(color)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = color;
      brush.fillRect(0, 0, 1, 1);
      known.set(color, [...brush.getImageData(0, 0, 1, 1).data].map((one, i) => (i === 3 ? one / 255 : one)));
    }
    return known.get(color);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== 'none') return null;
      const layer = parts(style.backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = ([red, green, blue]) => {
    const one = (value) => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * one(red) + 0.7152 * one(green) + 0.0722 * one(blue);
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim(), element = node.parentElement;
    const off = ':disabled, [aria-disabled=true], .is-disabled, [aria-hidden=true], .visually-hidden, script, style';
    if (!text || !element || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest(off)) continue;
    const below = behind(element);
    if (!below) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(over(parts(style.color), below)), light(below)].sort((one, other) => other - one);
    const ratio = (a + 0.05) / (b + 0.05);
    const px = parseFloat(style.fontSize);
    const least = px >= 24 || (px >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const name = `${element.localName}.${element.className}`;
    if (ratio < least) found.add(`${ratio.toFixed(2)} ${name} "${text.slice(0, 40)}"`);
  }
  return [...found];
}"""

# Nothing fades in or out any more.
STILL = """() => document.getAnimations().every(
  (one) => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""

# Words that do not fit: cut off without a way to read them whole; and what stands out of the window.
CUT = """() => {
  const found = [];
  const wide = document.scrollingElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`the page is ${wide} px wider than the window`);
  for (const one of document.querySelectorAll('button, th, h1, h2, h3, label, .el-button span, .cut, td, small')) {
    if (!one.checkVisibility() || one.classList.contains('visually-hidden')) continue;
    const style = getComputedStyle(one);
    if (style.overflowX === 'visible' || one.scrollWidth <= one.clientWidth + 1) continue;
    if (one.title || one.closest('[title]')) continue;
    found.push(`cut: ${one.localName}.${one.className} "${one.textContent.trim().slice(0, 50)}"`);
  }
  return found;
}"""
