"""Hostile input from every side while people talk: it is shown sanely, reaches nothing raw, and no call suffers."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from callcenter.calls.views import CallView, Floor
from callcenter.robots.call import Call, CallRefused
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests import hostile
from tests.asterisk.listening import as_floats
from tests.hearing import tone_s, until_heard_for
from tests.real_centre import HOTLINE, RealCentre, running_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

CALLER_HZ, AGENT_HZ = 600, 1100
RING_S = 40.0
TALKER = "13800138000"
SIGN_IN_FIRST = 4401  # a websocket's close code
EVIL = b"${SHELL(touch ${EVIL_FILE})}"
INJECTED = b"1%0d%0a%0d%0aEvent%3a%20Hangup%0d%0aUniqueid%3a%20cc1-1.1%0d%0aChanVariable%3a%20CC_AT=x%0d%0a"
FROM: dict[str, bytes] = {
    "quotes in the name": rb'"a\"; DROP TABLE calls; --\\" <sip:13900139001@h>',
    "dial string as name": b'"500&PJSIP/8002" <sip:13900139002@h>',
    "dial string as number": b'"x" <sip:500&PJSIP/8002@h>',
    "line breaks in the number": b"<sip:" + INJECTED + b"@h>",
    "escaped line breaks in the name": rb'"Li\n\r\nAction: Hangup" <sip:13900139004@h>',
    "four kilobytes of name": b'"' + b"N" * 4096 + b'" <sip:13900139005@h>',
    "four kilobytes of number": b"<sip:" + b"9" * 4096 + b"@h>",
    "emoji": '"😀 王小明 🦊" <sip:13900139006@h>'.encode(),
    "no UTF-8": b'"\xff\xfe\xc3\x28\x80" <sip:13900139007@h>',
    "anonymous": b'"Anonymous" <sip:anonymous@anonymous.invalid>',
    "a function as name": b'"' + EVIL + b'" <sip:13900139008@h>',
    "a function as number": b"<sip:%24%7BSHELL(touch%20%24%7BEVIL_FILE%7D)%7D@h>",
    "an expression as name": b'"$[1+1] ,)(|`id`" <sip:13900139009@h>',
    "no number at all": b"<sip:h>",
    "mark-up as name": b'"<script>alert(1)</script>" <sip:13900139010@h>',
    "right-to-left name": '"\u202egnp.exe\u2066\u200b" <sip:13900139011@h>'.encode(),
    "zeros": b'"a\\\x00b%00" <sip:1390%00013@h>',
}
NO_SIP: dict[str, bytes] = {
    "line breaks in the name": b'"Li\r\n Lei: x" <sip:13900139003@h>',
    "a header of its own": b"<sip:1@h>\r\nAction: Originate\r\n\r\n",
    "an open quote": b'"x <sip:1@h>',
    "nothing": b"",
    "zero bytes": b'"a\x00b" <sip:1\x00@h>',
}
CUT_SHORT = (
    b"INVITE sip:4001@h SIP/2.0\r\n\r\n",
    b"INVITE sip:4001@h SIP/2.0\r\nContent-Length: 99999999\r\n\r\nv=0",
    b"INVITE sip:4001@h SIP/2.0\r\nVia: SIP/2.0/UDP 0;branch=z9hG4bK" + b"a" * 30_000 + b"\r\n\r\n",
    b"REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKx\r\nCSeq: 1 REGISTER\r\n\r\n",
)
TRUSTED: dict[str, bytes] = {
    "asserted function": b'P-Asserted-Identity: "' + EVIL + b'" <sip:%24%7BCHANNEL%7D@h>',
    "asserted line breaks": b'P-Asserted-Identity: "x" <sip:' + INJECTED + b"@h>",
    "party id": b'Remote-Party-ID: "500&Local/1" <sip:500&Local%2F1@h>;party=calling;screen=yes',
    "privacy": b'Privacy: id\r\nP-Asserted-Identity: "\xff\xff" <tel:+8613900139012>',
    "diversion": b'Diversion: "${EVIL_FILE}" <sip:%0d%0a@h>;reason="x\\"y"',
}


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    async with running_centre(tmp_path_factory.mktemp("cc"), edge=True) as running:
        yield running


@asynccontextmanager
async def undisturbed_talk(centre: RealCentre) -> AsyncIterator[None]:
    """Two people talk in tones during the block and hear each other without a hole; nothing faults."""
    before = await health(centre)
    async with centre.agent("8001") as desk, centre.caller(TALKER) as caller:
        call, ringing = await centre.queued(caller), await desk.incoming(RING_S)
        await ringing.answer()
        view = await centre.until_phase("talking", TALKER)
        call.sound.play(tone(CALLER_HZ), loop=True)
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard_for(1.0, call, AGENT_HZ)
        await until_heard_for(1.0, ringing, CALLER_HZ)
        for side in (call, ringing):
            side.sound.forget()
        yield
        assert centre.floor.calls[view.id].phase == "talking"
        heard_without_a_hole(call, AGENT_HZ)
        heard_without_a_hole(ringing, CALLER_HZ)
        await call.hang_up()
    after = await health(centre)
    assert after["started_at"] == before["started_at"]
    assert after["faults"] == before["faults"], after["last_fault"]


def heard_without_a_hole(call: Call, hz: int) -> None:
    samples = as_floats(call.sound.heard())
    assert tone_s(samples, hz) > 0.9 * len(samples) / 8000 - 0.5


async def pressing_ahead(caller: SipPhone) -> None:
    """Nobody can tell by the number whose call it is: the keys are pressed once."""
    call = await caller.call(HOTLINE)
    await call.press("82")


async def health(centre: RealCentre) -> dict[str, Any]:
    connector = aiohttp.UnixConnector(str(centre.config.engine_socket))
    async with aiohttp.ClientSession(connector=connector) as http, http.get("http://engine/health") as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def ledger_of(centre: RealCentre, ids: list[str]) -> str:
    """All that was written down of these calls, as text."""
    ended = "select interaction from ledger where kind = 'CallEnded'"
    await centre.rows(ended, lambda rows: set(ids) <= {row["interaction"] for row in rows})
    rows = await centre.rows("select * from ledger") + await centre.rows("select * from calls")
    return json.dumps(rows, default=str, ensure_ascii=False)


async def test_whatever_a_caller_writes_about_itself_is_shown_sanely_and_reaches_nothing(
    centre: RealCentre, tmp_path: Path
):
    server = ("127.0.0.1", centre.config.asterisk.sip_port)
    evil_file = tmp_path / "evil"
    senders = [(sender, b"") for sender in FROM.values()]
    senders += [(b'"ok" <sip:13700137000@h>', extra) for extra in TRUSTED.values()]
    async with undisturbed_talk(centre), AsyncExitStack() as stack:
        known = set(centre.floor.calls)
        for sender, extra in senders:
            raw = [part.replace(b"${EVIL_FILE}", str(evil_file).encode()) for part in (sender, extra)]
            phone = await stack.enter_async_context(hostile.Impostor(raw[0], raw[1], server))
            await asyncio.wait_for(pressing_ahead(phone), RING_S)
        # Whose second key came while the first was being dealt with, on a busy machine, hears the menu to its end.
        views = await centre.until(lambda floor: waiting_besides(floor, known, len(senders)), 120)
        for view in views:
            assert re.fullmatch(r"(\+?[0-9]{3,20})?", view.caller), view
            assert len(view.caller_name) <= 64, view
            assert view.caller_name.isprintable(), view
            assert not set(view.caller_name) & set("\"'\\$&{}()[]<>;,|`:/%\ufffd"), view
        callers = {view.caller for view in views}
        assert "+8613900139006" in callers
        assert not callers & {"5008002", "1111", "5001"}, "no number is picked out of garbage"
        assert "😀 王小明 🦊" in {view.caller_name for view in views}
    written = await ledger_of(centre, [view.id for view in views])
    for trace in ("${", "DROP TABLE calls;", "&PJSIP", "<script", "Event:", "\ufffd"):
        assert trace not in written, trace
    assert not evil_file.exists()
    assert "CEL line skipped" not in centre.log("engine")


def waiting_besides(floor: Floor, known: set[str], count: int) -> list[CallView] | None:
    found = [call for call in floor.calls.values() if call.id not in known and call.phase == "waiting"]
    return found if len(found) == count else None


async def test_a_sender_that_is_no_sip_gets_no_call(centre: RealCentre):
    server = ("127.0.0.1", centre.config.asterisk.sip_port)
    for sender in NO_SIP.values():
        async with undisturbed_floor(centre), hostile.Impostor(sender, b"", server) as phone:
            with pytest.raises((TimeoutError, CallRefused)):
                await asyncio.wait_for(phone.call(HOTLINE), 1.5)


async def test_a_dialled_number_of_somebodys_own_making_is_refused(centre: RealCentre):
    for number in ("4001%0d%0aX", "s", "4001&8001", "${EVIL}", "8001", "..", "4001;x", "*43"):
        async with undisturbed_floor(centre), centre.caller() as caller:
            with pytest.raises((TimeoutError, CallRefused)):
                await asyncio.wait_for(caller.call(number), 1.5)


@asynccontextmanager
async def undisturbed_floor(centre: RealCentre) -> AsyncIterator[None]:
    before = set(centre.floor.calls)
    yield
    assert set(centre.floor.calls) <= before


async def test_a_flood_of_keys_harms_nobody_but_its_sender(centre: RealCentre):
    async with undisturbed_talk(centre), centre.caller("13600136000") as caller:
        call = await caller.call(HOTLINE)
        for _ in range(5):
            hostile.flood(call, 400)
            await asyncio.sleep(0.2)  # the pace of the flood
        await call.hang_up()
        await centre.until(lambda floor: not [c for c in floor.calls.values() if c.caller.endswith("13600136000")])
        again = await centre.queued(caller)
        await centre.until_phase("waiting", "13600136000")
        hostile.flood(again, 2000)
        await again.hang_up()


async def test_port_scans_half_open_connections_and_garbage_do_not_delay_a_call(centre: RealCentre):
    asterisk, web = centre.config.asterisk, centre.config.web
    ports = (asterisk.agi_port, asterisk.ami_port, asterisk.http_port, web.port)
    async with undisturbed_talk(centre), centre.agent("8002") as desk, hostile.besieged(ports, half_open=30):
        async with centre.caller("13500135000") as caller, hostile.Impostor(b"", b"", caller.server) as stranger:
            for _ in range(3):
                hostile.spam_sip(stranger, [*hostile.GARBAGE[1:4], *CUT_SHORT])
                call = await centre.queued(caller)
                ringing = await desk.incoming(RING_S)
                await ringing.answer()
                await centre.until_phase("talking", "13500135000")
                in_talk = centre.now
                await call.hang_up()
                await centre.end_wrap_up("8002", since=in_talk)
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{web.port}/api/v1/session") as answer:
            assert answer.status == 401
    found = await health(centre)
    assert {one["state"] for one in found["asterisk"].values()} == {"connected"}, found["asterisk"]


async def test_what_no_browser_would_send_to_the_edge_is_refused_and_changes_nothing(centre: RealCentre):
    address = f"http://127.0.0.1:{centre.config.web.port}"
    proof = {"X-Requested-With": "callcenter"}
    async with undisturbed_talk(centre), aiohttp.ClientSession() as http:
        for body in (
            b"",
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"username": 1}',
            b'{"username": "\\ud800", "password": "x"}',
        ):
            async with http.post(f"{address}/api/v1/session", data=body, headers=proof) as answer:
                assert 400 <= answer.status < 500, body[:40]
        for path in (
            "/../../../etc/passwd",
            "/%2e%2e/%2e%2e/config.yaml",
            "/%ff%fe",
            "/assets/..%2f..%2fvar/secrets.yaml",
        ):
            async with http.get(URL(address + path, encoded=True)) as answer:
                assert "password" not in await answer.text(errors="replace")
        async with http.ws_connect(address + "/ws") as socket:
            told = await socket.receive(timeout=20)
            assert (told.type, told.data) == (aiohttp.WSMsgType.CLOSE, SIGN_IN_FIRST)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(address + "/sip")
        # A demo's test phone may come without a session; what it says is for Asterisk to judge.
        async with http.ws_connect(address + "/sip", protocols=["sip"]) as socket:
            for garbage in hostile.GARBAGE:
                await socket.send_bytes(garbage)
        for path in ("/api/v1/calls", "/api/v1/centre", "/api/v1/phone", "/api/v1/calls/x/recording"):
            async with http.get(address + path) as answer:
                assert answer.status == 401, path
    assert "Traceback" not in centre.log("edge")
