"""Twilio's part in a call: it asks by signed webhooks and does what the answer says, as its reference tells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient
from twilio.request_validator import RequestValidator

from tests.twilio import reference
from tests.twilio.server import ACCOUNT, TOKEN

PUBLIC = "https://calls.example.com"
Client = TestClient[web.Request, web.Application]
SID = "CA" + "{:032x}"
MOST_ANSWERS = 60


class TwilioCall:
    """One inbound call. `keys`: what the caller presses at each Gather, '' for nothing; at its end nothing more.

    `heard` has what was played and said; `asked` every request; `ended` how it came to an end: hangup, reject, dial.
    """

    def __init__(
        self,
        edge: Client | ClientSession,
        keys: list[str],
        *,
        number: int = 1,
        caller: str = "+8613800138000",
        dialled: str = "+862155550100",
        token: str = TOKEN,
        public: str = PUBLIC,
        sound: Callable[[bytes], str] = lambda content: content[44:].decode(),
    ) -> None:
        """`sound` tells what is heard in a file. `edge` may be any client whose paths are the edge's."""
        self._edge, self._keys, self._token = edge, list(keys), token
        self.public, self._sound = public, sound
        self.form = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": SID.format(number),
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": caller,
            "To": dialled,
        }
        self.heard: list[str] = []
        self.gathers: list[dict[str, str]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.documents: list[str] = []
        self.ended = ""
        self.dial: Xml.Element | None = None

    async def run(self) -> TwilioCall:
        """To its end, or to a Dial."""
        await self.go_on(f"{self.public}/twilio/calls", {})
        return self

    async def go_on(self, url: str, more: dict[str, str]) -> None:
        for _ in range(MOST_ANSWERS):
            status, document = await self.ask(url, more)
            assert status == 200, (status, url)
            following = await self._do(reference.read(document))
            if following is None:
                return
            url, more = following
        raise AssertionError("a call without an end")

    async def ask(self, url: str, more: dict[str, str]) -> tuple[int, str]:
        """One request, signed; as it was sent it is the last of `asked`."""
        form = self.form | more
        self.asked.append((url, more))
        self.form["CallStatus"] = "in-progress"
        return await self.repeat(url, form)

    async def repeat(self, url: str, form: dict[str, str], signed_as: str = "") -> tuple[int, str]:
        signature = RequestValidator(self._token).compute_signature(signed_as or url, form)
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        answer = await self._edge.post(path, data=form, headers={"X-Twilio-Signature": signature})
        document = await answer.text()
        if answer.status == 200:
            assert answer.content_type == "text/xml"
            self.documents.append(document)
        return answer.status, document

    async def dialled(self, status: str, **more: str) -> None:
        """What came of the Dial."""
        assert self.dial is not None
        dial, self.dial, self.ended = self.dial, None, ""
        await self.go_on(dial.attrib["action"], {"DialCallStatus": status} | more)

    async def hang_up(self) -> int:
        status, _ = await self.ask(f"{self.public}/twilio/calls/ended", {"CallStatus": "completed"})
        return status

    # ---- verbs

    async def _do(self, verbs: list[Xml.Element]) -> tuple[str, dict[str, str]] | None:
        for verb in verbs:
            match verb.tag:
                case "Play" | "Say" | "Pause":
                    await self._hear(verb)
                case "Gather":
                    following = await self._gather(verb)
                    if following is not None:
                        return following
                case "Redirect":
                    return str(verb.text), {}
                case "Dial":
                    self.dial, self.ended = verb, "dial"
                    return None
                case _:
                    self.ended = verb.tag.lower()
                    return None
        self.ended = "hangup"  # a document that says no more ends the call
        return None

    async def _hear(self, verb: Xml.Element) -> None:
        if verb.tag == "Pause":
            await asyncio.sleep(0)
        elif verb.tag == "Say":
            self.heard.append(f"{verb.get('language')}: {verb.text}")
        else:
            self.heard.append(await self.fetched(str(verb.text)))

    async def fetched(self, url: str) -> str:
        """Twilio fetches sounds without a signature."""
        assert url.startswith(self.public)
        answer = await self._edge.get(url.removeprefix(self.public))
        assert (answer.status, answer.content_type) == (200, "audio/wav"), url
        content = await answer.read()
        assert content[:4] == b"RIFF"
        return self._sound(content)

    async def _gather(self, verb: Xml.Element) -> tuple[str, dict[str, str]] | None:
        self.gathers.append(dict(verb.attrib))
        for each in verb:
            await self._hear(each)
        pressed = self._keys.pop(0) if self._keys else ""
        digits = self._collected(verb, pressed)
        if not digits and verb.get("actionOnEmptyResult") != "true":
            return None
        return verb.attrib["action"], {"Digits": digits}

    @staticmethod
    def _collected(verb: Xml.Element, pressed: str) -> str:
        """The published defaults: # ends, as many digits as one likes."""
        ends, most = verb.get("finishOnKey", "#"), int(verb.get("numDigits", "1000"))
        digits = pressed.split(ends, 1)[0] if ends else pressed
        return digits[:most]
