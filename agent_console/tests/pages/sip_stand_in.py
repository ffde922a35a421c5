"""Just enough SIP over a websocket for the browser telephone to register, ring, be answered and hold."""

import re
import uuid
from collections.abc import Awaitable, Callable

FINGERPRINT = ":".join(["3A"] * 32)
OFFER = "\r\n".join(
    [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 40000 UDP/TLS/RTP/SAVPF 0",
        "a=mid:0",
        "a=rtpmap:0 PCMU/8000",
        "a=rtcp-mux",
        "a=sendrecv",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789abcdef0123456789",
        f"a=fingerprint:sha-256 {FINGERPRINT}",
        "a=setup:{setup}",
        "a=candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host",
        "",
    ]
)


class SipPeer:
    """One browser telephone, seen from the server."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self.send = send
        self.contact = ""
        self.call_id = ""
        self.from_header = ""
        self.to_header = ""

    async def receive(self, text: str) -> None:
        first = text.split("\r\n", 1)[0]
        if first.startswith("REGISTER"):
            self.contact = re.search(r"^Contact: <([^>]+)>", text, re.M).group(1)  # type: ignore[union-attr]
            await self._reply(text, extra=f"Contact: <{self.contact}>;expires=120\r\n")
        elif first.startswith("INVITE"):
            await self._reply(
                text, body=OFFER.format(setup="passive"), extra="Contact: <sip:server@127.0.0.1;transport=ws>\r\n"
            )
        elif (
            first.startswith("SIP/2.0")
            and re.search(r"^CSeq: \d+ INVITE", text, re.M)
            and not first.startswith("SIP/2.0 1")
        ):
            self.to_header = header(text, "To")
            await self.send(self._request("ACK", 1))
        elif not first.startswith(("SIP/2.0", "ACK")):
            await self._reply(text)

    async def ring(self, caller: str) -> None:
        if not self.contact:
            return
        self.call_id = uuid.uuid4().hex
        self.from_header = f"<sip:{caller}@127.0.0.1>;tag={uuid.uuid4().hex[:8]}"
        self.to_header = f"<{self.contact}>"
        await self.send(self._request("INVITE", 1, OFFER.format(setup="actpass")))

    async def end(self) -> None:
        if self.call_id:
            await self.send(self._request("BYE", 2))
        self.call_id = ""

    def _request(self, method: str, sequence: int, body: str = "") -> str:
        content = content_of(body)
        return (
            f"{method} {self.contact} SIP/2.0\r\nVia: SIP/2.0/WS 127.0.0.1;branch=z9hG4bK{uuid.uuid4().hex[:10]}\r\n"
            f"Max-Forwards: 70\r\nFrom: {self.from_header}\r\nTo: {self.to_header}\r\nCall-ID: {self.call_id}\r\n"
            f"CSeq: {sequence} {method}\r\nContact: <sip:server@127.0.0.1;transport=ws>\r\n{content}"
        )

    async def _reply(self, request: str, body: str = "", extra: str = "") -> None:
        to = header(request, "To")
        to += "" if "tag=" in to else f";tag={uuid.uuid4().hex[:8]}"
        content = content_of(body)
        copied = "".join(f"{name}: {header(request, name)}\r\n" for name in ("Via", "From", "Call-ID", "CSeq"))
        await self.send(f"SIP/2.0 200 OK\r\n{copied}To: {to}\r\n{extra}{content}")


def content_of(body: str) -> str:
    kind = "Content-Type: application/sdp\r\n" if body else ""
    return f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"


def header(text: str, name: str) -> str:
    found = re.search(rf"^{name}: (.*?)\r?$", text, re.M)
    return found.group(1) if found else ""
