"""SIP messages as values: parsing, writing, digest answers, and the little SDP a µ-law phone needs. No I/O."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field

_COMPACT = {"f": "From", "t": "To", "i": "Call-ID", "v": "Via", "m": "Contact", "l": "Content-Length"}
T1_S = 0.5  # RFC 3261: when a request is first sent again
GIVE_UP_S = 64 * T1_S
DTMF_PAYLOAD = 101
CODECS = {"PCMU": (0, "PCMU/8000"), "G722": (9, "G722/8000"), "opus": (111, "opus/48000/2")}


@dataclass
class Message:
    """`start` is the request or status line; `headers` keep their order and may repeat."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @property
    def method(self) -> str:
        """Of a request; of a response, the method it answers."""
        return self.get("CSeq").partition(" ")[2] if self.status else self.start.partition(" ")[0]

    @property
    def status(self) -> int:
        """0 for a request."""
        return int(self.start.split(" ", 2)[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def reason(self) -> str:
        return self.start.split(" ", 2)[2] if self.status else ""

    @property
    def cseq(self) -> int:
        return int(self.get("CSeq").partition(" ")[0])

    @property
    def branch(self) -> str:
        found = re.search(r";branch=([^;,\s]+)", self.get("Via"))
        return found[1] if found else ""

    def get(self, name: str) -> str:
        """The first value of a header, empty when absent."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def encode(self) -> bytes:
        body = self.body.encode()
        lines = [self.start, *(f"{key}: {value}" for key, value in self.headers), f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def parsed(datagram: bytes) -> Message:
    """ValueError when it is no SIP message."""
    head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    if "SIP/2.0" not in start:
        raise ValueError(f"no SIP message: {start[:60]!r}")
    headers = []
    for line in lines:
        key, _, value = line.partition(":")
        headers.append((_COMPACT.get(key.strip().lower(), key.strip()), value.strip()))
    return Message(start, [pair for pair in headers if pair[0].lower() != "content-length"], body)


def response(request: Message, status: int, reason: str, to_tag: str) -> Message:
    kept = [("Via", via) for via in request.all("Via")] + [("From", request.get("From"))]
    to = request.get("To")
    kept.append(("To", to if ";tag=" in to else f"{to};tag={to_tag}"))
    kept += [("Call-ID", request.get("Call-ID")), ("CSeq", request.get("CSeq"))]
    return Message(f"SIP/2.0 {status} {reason}", kept)


def tag_of(address: str) -> str:
    found = re.search(r";tag=([^;\s]+)", address)
    return found[1] if found else ""


def uri_of(address: str) -> str:
    """The URI in a From, To or Contact header."""
    found = re.search(r"<([^>]+)>", address)
    return found[1] if found else address.partition(";")[0].strip()


def new_branch() -> str:
    return "z9hG4bK" + secrets.token_hex(8)


def new_tag() -> str:
    return secrets.token_hex(6)


def digest_answer(challenge: str, user: str, password: str, method: str, uri: str) -> str:
    """The Authorization value for a WWW-Authenticate or Proxy-Authenticate one (MD5, RFC 2617)."""
    asked = {
        key.lower(): quoted or bare for key, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)
    }
    realm, nonce = asked.get("realm", ""), asked.get("nonce", "")
    secret, action = _md5(f"{user}:{realm}:{password}"), _md5(f"{method}:{uri}")
    given = {"username": user, "realm": realm, "nonce": nonce, "uri": uri}
    extra = ""
    if "qop" in asked:
        cnonce = secrets.token_hex(8)
        answer = _md5(f"{secret}:{nonce}:00000001:{cnonce}:auth:{action}")
        extra = f', qop=auth, nc=00000001, cnonce="{cnonce}"'
    else:
        answer = _md5(f"{secret}:{nonce}:{action}")
    if "opaque" in asked:
        given["opaque"] = asked["opaque"]
    quoted_pairs = ", ".join(f'{key}="{value}"' for key, value in {**given, "response": answer}.items())
    return f"Digest {quoted_pairs}, algorithm=MD5{extra}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def offer(host: str, port: int, direction: str = "sendrecv", codec: str = "PCMU") -> str:
    """The SDP of a phone that knows one codec of CODECS, and RFC 4733 keys."""
    payload, name = CODECS[codec]
    lines = (
        "v=0",
        f"o=- {secrets.randbelow(2**31)} 1 IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {payload} {DTMF_PAYLOAD}",
        f"a=rtpmap:{payload} {name}",
        f"a=rtpmap:{DTMF_PAYLOAD} telephone-event/8000",
        f"a=fmtp:{DTMF_PAYLOAD} 0-16",
        "a=ptime:20",
        f"a={direction}",
    )
    return "\r\n".join(lines) + "\r\n"


def media_of(sdp: str) -> tuple[str, int, int] | None:
    """(host, port, payload type of keys) of the audio in an SDP; None when there is none."""
    host = re.search(r"^c=IN IP4 (\S+)", sdp, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", sdp, re.MULTILINE)
    if not host or not port:
        return None
    keys = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", sdp, re.MULTILINE)
    return host[1], int(port[1]), int(keys[1]) if keys else DTMF_PAYLOAD
