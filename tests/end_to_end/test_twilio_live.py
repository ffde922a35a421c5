"""A call that begins at Twilio and ends with an agent: real edge, engine and Asterisk; a SIP peer plays Twilio.

It asks by signed webhooks what to do, survives an engine that is killed meanwhile, and brings the caller by an INVITE
that must prove whose it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from xml.etree import ElementTree as Xml

import msgspec
import pytest
from aiohttp import ClientSession

from callcenter.calls import requests as rq
from callcenter.calls.centre import Number
from callcenter.robots.call import CallRefused
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from callcenter.robots.sip import Message
from callcenter.twilio.calls import call_id
from tests.browser import until_served
from tests.end_to_end.routing import RING_S
from tests.hearing import of_wav, tone_s, until_heard_for
from tests.real_centre import RealCentre, running_centre, small_centre
from tests.twilio import reference
from tests.twilio.server import ACCOUNT, TOKEN
from tests.twilio.voice import SID, TwilioCall

pytestmark = pytest.mark.real

NUMBER, CALLER = "+862155550100", "+8613800138000"
PEER = "127.0.0.5"  # calls from 127.0.0.1 are the demo's, whatever trunk there is
USER, PASSWORD = "twilio-in", "between-us-alone"
TRUNK = f"{{name: twilio, host: {PEER}, match: [{PEER}], inbound_username: {USER}, inbound_password: {PASSWORD}}}"
SECTION = f"""twilio:
  account_sid: {ACCOUNT}
  public_url: "http://127.0.0.1:{{web}}"
  sip_address: pbx.example.com
  sip_username: {USER}
"""
CALLER_HZ, AGENT_HZ = 600, 1100
ID = call_id(TOKEN, SID.format(1))


class Peer(SipPhone):
    """Twilio's SIP side: sends the headers that the TwiML named, and the caller's number."""

    headers: dict[str, str]

    @property
    def address(self) -> str:
        return f"<sip:{CALLER}@{PEER}>"

    def send(self, message: Message) -> None:
        if message.method == "INVITE" and not any(key in self.headers for key, _ in message.headers):
            message.headers += list(self.headers.items())
        super().send(message)


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    document = msgspec.structs.replace(
        small_centre(survey=None), numbers=(Number(number=NUMBER, flow="hotline", language="en", host="twilio"),)
    )
    async with running_centre(
        tmp_path_factory.mktemp("cc"), document, edge=True, trunk=TRUNK, more=SECTION
    ) as running:
        running.config.keyring.put("twilio.auth_token", TOKEN)
        running.config.keyring.put("twilio.sip_password", PASSWORD)
        await until_served(running)
        yield running


def peer(centre: RealCentre, headers: dict[str, str], user: str = USER, password: str = PASSWORD) -> Peer:
    phone = Peer(user, password, ("127.0.0.1", centre.config.asterisk.sip_port), host=PEER)
    phone.headers = headers
    return phone


async def test_a_call_at_twilio_is_brought_to_an_agent_as_one_call(centre: RealCentre):
    public = f"http://127.0.0.1:{centre.config.web.port}"
    async with ClientSession(public) as edge, centre.agent("8001") as desk:
        call = TwilioCall(edge, [], caller=CALLER, dialled=NUMBER, public=public, sound=_is_a_sound)
        _, first = await call.ask(f"{public}/twilio/calls", {})
        await centre.kill("engine")
        step = reference.read(first)[0].attrib["action"]
        await centre.start("engine")
        await centre.until_agent("8001", "ready")
        call._keys = ["", "2"]  # no other language; support
        await call.go_on(step, {"Digits": ""})
        sip, headers = brought(call)
        assert (sip.get("username"), sip.get("password")) == (USER, PASSWORD)
        async with peer(centre, headers, password="guessed") as stranger:
            with pytest.raises(CallRefused) as refused:
                await stranger.call(NUMBER)
            assert refused.value.status == 401
        async with peer(centre, headers) as twilio:
            arrived = await twilio.call(NUMBER)
            ringing = await desk.incoming(RING_S)
            await ringing.answer()
            view = await centre.until_phase("talking")
            assert (view.id, view.caller, view.queue, view.language) == (ID, CALLER, "support", "en")
            arrived.sound.play(tone(CALLER_HZ), loop=True)
            ringing.sound.play(tone(AGENT_HZ), loop=True)
            await until_heard_for(1.0, arrived, AGENT_HZ)
            await until_heard_for(1.0, ringing, CALLER_HZ)
            async with peer(centre, headers) as second:
                again = await second.call(NUMBER)
                assert await again.ended(RING_S) == "them"  # the id counts once
            await centre.ask(rq.EndCall(agent="8001", interaction=ID))
            assert await arrived.ended(RING_S) == "them"
        await call.dialled("completed")
        assert call.ended == "hangup"
    await written_down(centre)


async def written_down(centre: RealCentre) -> None:
    (row,) = await centre.rows("select * from calls", lambda rows: rows and rows[0]["ended_at"])
    assert (row["id"], row["outcome"], row["agent"], row["caller"]) == (ID, "answered", "8001", CALLER)
    keys = await centre.rows("select node, key from key_presses order by seq")
    assert [(each["node"], each["key"]) for each in keys if each["key"]] == [("menu", "2")]
    (sound,) = await centre.rows("select * from recordings", lambda rows: rows and rows[0]["state"] == "stored")
    file = centre.config.recordings_dir / sound["file"]
    assert tone_s(of_wav(file, 0), CALLER_HZ) > 0.5
    assert tone_s(of_wav(file, 1), AGENT_HZ) > 0.5


def brought(call: TwilioCall) -> tuple[Xml.Element, dict[str, str]]:
    assert call.dial is not None
    (sip,) = call.dial
    return sip, reference.sip_address(str(sip.text))[1]


def _is_a_sound(content: bytes) -> str:
    assert len(content) > 8000
    return "sound"
