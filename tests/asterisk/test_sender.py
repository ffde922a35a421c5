"""Who calls: as trunks write it, and as somebody might who wants to be believed."""

from __future__ import annotations

import asyncio

import pytest

from callcenter.robots.call import CallRefused
from tests.asterisk.scene import Engine, ready_phone
from tests.hostile import Impostor
from tests.real_asterisk import RunningAsterisk, ami, answering

pytestmark = pytest.mark.real

FORGED = b"1%0d%0a%0d%0aEvent%3a%20Hangup%0d%0aUniqueid%3a%20cc1-1.1%0d%0a%0d%0a"
PAI, RPID = b"P-Asserted-Identity: ", b"Remote-Party-ID: "
NOBODY = ("unknown", "unknown")
SENDERS = {
    "plain": (b"<sip:13800138000@h>", b"", ("13800138000", "unknown")),
    "named": ('"王小明" <sip:+8613800138000@h;user=phone>'.encode(), b"", ("+8613800138000", "王小明")),
    "without brackets": (b"sip:13800138000@h;x=1", b"", ("13800138000", "unknown")),
    "with marks": (b'"no, \\"x\\" <y>" <sip:138-0013.8000@h>', b"", ("13800138000", "no x")),
    "asserted": (b"<sip:1@h>", PAI + b'"A" <sip:13900139000@h>', ("13900139000", "A")),
    "asserted as tel": (b"<sip:1@h>", PAI + b'"B" <tel:+86-13900139000;ext=1>', ("+8613900139000", "B")),
    "plus escaped": (b"<sip:%2B8613800138000;phone-context=x@h>", b"", ("+8613800138000", "unknown")),
    "by address": (b"<sip:192.0.2.1>", b"", NOBODY),
    "party": (b"<sip:1@h>", RPID + b'"C" <sip:13900139000@h>;party=calling', ("13900139000", "C")),
    "anonymous": (b'"Anonymous" <sip:anonymous@1.2.3.4>', b"", ("unknown", "Anonymous")),
    "nobody": (b"<sip:h>", b"", NOBODY),
    "forged": (b"<sip:" + FORGED + b"@h>", b"", NOBODY),
    "forged asserted": (b"<sip:13800138000@h>", PAI + b"<sip:" + FORGED + b"@h>", ("13800138000", "unknown")),
    "forged tel": (b"<sip:13800138000@h>", PAI + b"<tel:" + FORGED + b">", None),
    "dial string": (b'"500&PJSIP/8002" <sip:500&PJSIP/8002@h>', b"", ("unknown", "500PJSIP8002")),
    "function": (b'"${SHELL(id)}" <sip:%24%7BSHELL(id)%7D@h>', b"", ("unknown", "SHELLid")),
    "branches": (b'"x):System(id" <sip:1?s,1:2@h>', b"", ("unknown", "x")),
}


async def test_only_harmless_characters_become_the_callers_id_and_nothing_is_forged(
    asterisk: RunningAsterisk,
) -> None:
    async with ami(asterisk.settings) as events, answering(asterisk.settings, Engine()) as questions:
        for name, (sender, extra, wanted) in SENDERS.items():
            asked = len(questions.asked)
            async with Impostor(sender, extra, asterisk.sip_address) as phone:
                await asyncio.wait_for(phone.call("95001"), 20)
                flow = (await questions.wait_for("flow", after=asked)).environment
                await questions.wait_for("beat", after=asked)
            if wanted:
                assert (flow["callerid"], flow["calleridname"]) == wanted, name
        hung_up = {event["Uniqueid"] for event in events.events if event.get("Event") == "Hangup"}
        assert "cc1-1.1" not in hung_up
        # A forged end of a line would end the event before its own fields.
        assert all("CallerIDName" in event for event in events.events if event.get("Event") == "Newchannel")
    await asterisk.no_channels()
    written, _, _ = asterisk.settings.cel_file.read_text("utf-8", "replace").rpartition("\n")  # not half a line
    lines = written.splitlines()
    assert all(line.startswith('"') and line.endswith('"') for line in lines), "every line of CEL is one record"


async def test_a_number_with_line_breaks_that_an_agent_dials_makes_no_channel(asterisk: RunningAsterisk) -> None:
    async with ami(asterisk.settings) as events, ready_phone(asterisk) as phone:
        with pytest.raises(CallRefused) as refusal:
            await phone.call(FORGED.decode())
        assert refusal.value.status == 404
        await phone.call("*43")
        await events.event("Newchannel")
        began = [event["Exten"] for event in events.events if event.get("Event") == "Newchannel"]
    assert began == ["*43"]
