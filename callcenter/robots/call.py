"""One call of a SIP telephone without a person, in either direction."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from callcenter.robots import sip
from callcenter.robots.rtp import Sound
from callcenter.robots.sip import Message

if TYPE_CHECKING:
    from callcenter.robots.phone import SipPhone


class CallRefused(Exception):
    """The other side answered with an error; `status` is SIP's (486 busy, 603 declined, 480, 404, …)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status


class Call:
    """One call, in either direction. Moments (`…_at`) are `time.monotonic` seconds, 0.0 while not reached."""

    def __init__(self, phone: SipPhone, call_id: str, sound: Sound) -> None:
        self.phone, self.call_id, self.sound = phone, call_id, sound
        self.invited_at = self.answered_at = self.ended_at = 0.0
        self.caller_name = self.caller_number = ""
        self.ended_by = ""  # "us" or "them"
        self.refused: CallRefused | None = None
        self.invite: Message | None = None
        self._local = self._remote = self._target = ""
        self._cseq = 0
        self._sdp_port = 0
        self._over = asyncio.Event()
        self._answered = asyncio.Event()
        self._acknowledged = asyncio.Event()

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    @property
    def dialled(self) -> str:
        """The number that an incoming call is for."""
        target = self.invite.start.split(" ")[1] if self.invite else ""
        return target.removeprefix("sip:").partition("@")[0]

    async def answer(self) -> None:
        """Pick up an incoming call; returns when the other side has acknowledged."""
        assert self.invite is not None
        ok = sip.response(self.invite, 200, "OK", sip.tag_of(self._local))
        ok.headers += [("Contact", self.phone.contact), ("Content-Type", "application/sdp")]
        ok.body = self._sdp()
        self._connect_sound(self.invite.body)
        self.answered_at = time.monotonic()
        await self.phone.send_until(ok, self._acknowledged, self._over)

    def reject(self, status: int = 486, reason: str = "Busy Here") -> None:
        assert self.invite is not None
        self.phone.send(sip.response(self.invite, status, reason, sip.tag_of(self._local)))
        self._end("us")

    async def press(self, keys: str) -> None:
        await self.sound.press(keys)

    async def hold(self) -> None:
        """Put the other side on hold (re-INVITE, sendonly)."""
        await self._invite_again("sendonly")

    async def resume(self) -> None:
        await self._invite_again("sendrecv")

    async def hang_up(self) -> None:
        """BYE, or CANCEL while it still rings; no effect when over."""
        if self.is_over:
            return
        if self.answered_at:
            bye = self._request("BYE")
            self._end("us")
            await self.phone.transact(bye)
        elif self.invite and self.refused is None:
            self._cancel()

    async def ended(self, timeout_s: float | None = None) -> str:
        """Until it is over: "us" or "them". TimeoutError."""
        await asyncio.wait_for(self._over.wait(), timeout_s)
        return self.ended_by

    # -- used by the phone

    async def place(self, target: str) -> None:
        self._sdp_port = await self.sound.open(self.phone.host)
        self._local = f"{self.phone.address};tag={sip.new_tag()}"
        self._remote, self._target = f"<{target}>", target
        self.invited_at = time.monotonic()
        self.invite = self._request("INVITE", self._sdp())
        try:
            answer = await self.phone.transact(self.invite, self._learn_provisional)
        except TimeoutError as error:
            self.refused = CallRefused(408, "no answer from the server")
            self._end("them")
            raise self.refused from error
        if answer.status >= 300:
            self.refused = CallRefused(answer.status, answer.reason)
            self._end("them")
            raise self.refused
        self._established(answer)

    async def ring(self, invite: Message) -> None:
        self.invite, self.invited_at = invite, time.monotonic()
        self._local = f"{invite.get('To')};tag={sip.new_tag()}"
        self._remote, self._target = invite.get("From"), sip.uri_of(invite.get("Contact"))
        self.caller_name = invite.get("From").partition("<")[0].strip().strip('"')
        self.caller_number = sip.uri_of(invite.get("From")).removeprefix("sip:").partition("@")[0]
        self._sdp_port = await self.sound.open(self.phone.host)
        ringing = sip.response(invite, 180, "Ringing", sip.tag_of(self._local))
        ringing.headers.append(("Contact", self.phone.contact))
        self.phone.send(ringing)

    def on_request(self, request: Message) -> None:
        if request.method == "ACK":
            self._acknowledged.set()
        elif request.method == "BYE":
            self._reply(request, 200, "OK")
            self._end("them")
        elif request.method == "CANCEL":
            self._cancelled(request)
        elif request.method == "INVITE" and request.cseq != (self.invite.cseq if self.invite else -1):
            self._reinvited(request)
        elif request.method in ("UPDATE", "INFO", "NOTIFY", "OPTIONS"):
            self._reply(request, 200, "OK")

    def acknowledge(self, answer: Message) -> None:
        """The ACK of a final answer to our INVITE (also for its repetitions)."""
        ack = self._request("ACK", cseq=answer.cseq)
        if answer.status >= 300:
            ack.start = f"ACK {self._target} SIP/2.0"
            ack.headers[0] = ("Via", answer.get("Via"))
        to = answer.get("To")
        ack.headers = [(key, to if key == "To" else value) for key, value in ack.headers]
        self.phone.send(ack)

    # -- inside

    def _established(self, answer: Message) -> None:
        self._remote = answer.get("To")
        self._target = sip.uri_of(answer.get("Contact")) or self._target
        self.answered_at = time.monotonic()
        self._answered.set()
        self.acknowledge(answer)
        self._connect_sound(answer.body)

    def _learn_provisional(self, answer: Message) -> None:
        if answer.body:
            self._connect_sound(answer.body)

    def _connect_sound(self, sdp: str) -> None:
        media = sip.media_of(sdp)
        if media:
            self.sound.connect(*media)

    def _sdp(self, direction: str = "sendrecv") -> str:
        return sip.offer(self.phone.host, self._sdp_port, direction, self.phone.codec)

    async def _invite_again(self, direction: str) -> None:
        request = self._request("INVITE", self._sdp(direction))
        answer = await self.phone.transact(request)
        self.acknowledge(answer)
        if answer.status >= 300:
            raise CallRefused(answer.status, answer.reason)

    def _reinvited(self, request: Message) -> None:
        ok = sip.response(request, 200, "OK", "")
        ok.headers += [("Contact", self.phone.contact), ("Content-Type", "application/sdp")]
        ok.body = self._sdp()
        self.phone.send(ok)
        self._connect_sound(request.body)

    def _cancelled(self, cancel: Message) -> None:
        self._reply(cancel, 200, "OK")
        if self.invite and not self.answered_at:
            self.phone.send(sip.response(self.invite, 487, "Request Terminated", sip.tag_of(self._local)))
            self._end("them")

    def _cancel(self) -> None:
        assert self.invite is not None
        kept = [pair for pair in self.invite.headers if pair[0] in ("Via", "From", "To", "Call-ID", "Max-Forwards")]
        cancel = Message(self.invite.start.replace("INVITE", "CANCEL", 1), kept)
        cancel.headers.append(("CSeq", f"{self.invite.cseq} CANCEL"))
        self.phone.send(cancel)
        self._end("us")

    def _reply(self, request: Message, status: int, reason: str) -> None:
        self.phone.send(sip.response(request, status, reason, sip.tag_of(self._local)))

    def _request(self, method: str, body: str = "", cseq: int = 0) -> Message:
        if not cseq:
            self._cseq += 1
        headers = [
            ("Via", self.phone.via()),
            ("Max-Forwards", "70"),
            ("From", self._local),
            ("To", self._remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq or self._cseq} {method}"),
            ("Contact", self.phone.contact),
        ]
        if body:
            headers.append(("Content-Type", "application/sdp"))
        return Message(f"{method} {self._target} SIP/2.0", headers, body)

    def renew(self, request: Message) -> None:
        """A new CSeq and branch, for the second attempt with credentials."""
        self._cseq += 1
        renewed = {"CSeq": f"{self._cseq} {request.method}", "Via": self.phone.via()}
        request.headers = [(key, renewed.get(key, value)) for key, value in request.headers]

    def _end(self, by: str) -> None:
        if not self.is_over:
            self.ended_by, self.ended_at = by, time.monotonic()
            self._over.set()
            self._acknowledged.set()
            self.sound.close()
            # Kept a while for repeated messages of a call that is over.
            asyncio.get_running_loop().call_later(sip.GIVE_UP_S, self.phone.calls.pop, self.call_id, None)
