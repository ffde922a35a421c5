"""A SIP telephone without a person: registers, calls, answers, presses keys, speaks and listens. UDP, IPv4, µ-law."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from types import TracebackType

from callcenter.robots import sip
from callcenter.robots.rtp import Sound
from callcenter.robots.sip import Message

_RETRY_S = 0.5  # T1 of RFC 3261
_GIVE_UP_S = 32.0  # 64 * T1


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
            asyncio.get_running_loop().call_later(_GIVE_UP_S, self.phone.calls.pop, self.call_id, None)


class SipPhone(asyncio.DatagramProtocol):
    """Use as `async with SipPhone("8001", "secret", ("127.0.0.1", 5060)) as phone:`.

    `on_call` is told of every incoming call as it begins to ring; without it calls queue up for `incoming`.
    With a `codec` other than PCMU (G722, opus) it sends silence and keeps nothing of what it hears. `port` is where
    it listens, 0 for a free one. `sound` makes the sound of each call, in place of a `Sound`.
    """

    def __init__(
        self,
        user: str,
        password: str,
        server: tuple[str, int],
        *,
        display_name: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
        codec: str = "PCMU",
        on_call: Callable[[Call], None] | None = None,
        sound: Callable[[], Sound] | None = None,
    ) -> None:
        self._sound = sound or partial(Sound, codec)
        self.user, self.host, self.server = user, host, server
        self.on_call, self.codec = on_call, codec
        self.calls: dict[str, Call] = {}
        self.told: deque[Message] = deque(maxlen=20)  # NOTIFYs that belong to no call, the newest last
        self._display_name = display_name
        self._password = password
        self._port = port
        self._transport: asyncio.DatagramTransport | None = None
        self._incoming: asyncio.Queue[Call] = asyncio.Queue()
        self._waiting: dict[tuple[str, str], asyncio.Future[Message]] = {}
        self._provisional: dict[tuple[str, str], Callable[[Message], None]] = {}
        self._registration = secrets.token_hex(8)
        self._registration_cseq = 0
        self._background: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> SipPhone:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, self._port))
        self._port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hangs up whatever still talks; the registration is left to expire or to `unregister`."""
        for call in list(self.calls.values()):
            if not call.is_over:
                try:
                    await asyncio.wait_for(call.hang_up(), 1.0)
                except TimeoutError:
                    call.sound.close()
        if self._transport:
            self._transport.close()

    @property
    def port(self) -> int:
        return self._port

    @property
    def contact(self) -> str:
        return f"<sip:{self.user}@{self.host}:{self._port}>"

    @property
    def address(self) -> str:
        """For From: name and account; a display name's quotes and backslashes are escaped."""
        name = self._display_name.replace("\\", "\\\\").replace('"', '\\"')
        shown = f'"{name}" ' if name else ""
        return f"{shown}<sip:{self.user}@{self.server[0]}:{self.server[1]}>"

    async def register(self, expires_s: int = 300) -> None:
        """Once; CallRefused when the server refuses. Repeat before `expires_s` is over."""
        self._registration_cseq += 1
        target = f"sip:{self.server[0]}:{self.server[1]}"
        headers = [
            ("Via", self.via()),
            ("Max-Forwards", "70"),
            ("From", f"{self.address};tag={sip.new_tag()}"),
            ("To", self.address),
            ("Call-ID", self._registration),
            ("CSeq", f"{self._registration_cseq} REGISTER"),
            ("Contact", self.contact),
            ("Expires", str(expires_s)),
        ]
        answer = await self.transact(Message(f"REGISTER {target} SIP/2.0", headers))
        if answer.status != 200:
            raise CallRefused(answer.status, answer.reason)

    async def unregister(self) -> None:
        await self.register(expires_s=0)

    def dial(self, number: str) -> tuple[Call, asyncio.Task[None]]:
        """Begin a call without waiting: the task ends when it is answered, or raises CallRefused."""
        call = Call(self, secrets.token_hex(12), self._sound())
        self.calls[call.call_id] = call
        target = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        return call, asyncio.get_running_loop().create_task(call.place(target))

    async def call(self, number: str) -> Call:
        """Call and wait until it is answered. CallRefused."""
        call, answered = self.dial(number)
        await answered
        return call

    async def incoming(self, timeout_s: float | None = None) -> Call:
        """The next incoming call, ringing. TimeoutError."""
        return await asyncio.wait_for(self._incoming.get(), timeout_s)

    # -- wire

    def via(self) -> str:
        return f"SIP/2.0/UDP {self.host}:{self._port};rport;branch={sip.new_branch()}"

    def send(self, message: Message) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(message.encode(), self.server)

    async def send_until(self, message: Message, *done: asyncio.Event) -> None:
        """Repeats the message until one of the events happens; TimeoutError after 32 s."""
        async with asyncio.timeout(_GIVE_UP_S):
            pause_s = _RETRY_S
            while not any(event.is_set() for event in done):
                self.send(message)
                try:
                    await asyncio.wait_for(done[0].wait(), pause_s)
                except TimeoutError:
                    pause_s = min(4.0, pause_s * 2)

    async def transact(self, request: Message, provisional: Callable[[Message], None] | None = None) -> Message:
        """The final answer; a challenge is met once. TimeoutError when no answer comes within 32 s."""
        answer = await self._exchange(request, provisional)
        if answer.status in (401, 407):
            if request.method == "INVITE":
                self.calls[request.get("Call-ID")].acknowledge(answer)
            self._authorize(request, answer)
            answer = await self._exchange(request, provisional)
        if request.method == "INVITE" and answer.status >= 300:
            self.calls[request.get("Call-ID")].acknowledge(answer)
        return answer

    def _authorize(self, request: Message, challenge: Message) -> None:
        call = self.calls.get(request.get("Call-ID"))
        if call:
            call.renew(request)
        else:
            self._registration_cseq += 1
            renewed = {"CSeq": f"{self._registration_cseq} {request.method}", "Via": self.via()}
            request.headers = [(key, renewed.get(key, value)) for key, value in request.headers]
        proxy = challenge.status == 407
        asked = challenge.get("Proxy-Authenticate" if proxy else "WWW-Authenticate")
        uri = request.start.split(" ")[1]
        answer = sip.digest_answer(asked, self.user, self._password, request.method, uri)
        request.headers.append(("Proxy-Authorization" if proxy else "Authorization", answer))

    async def _exchange(self, request: Message, provisional: Callable[[Message], None] | None) -> Message:
        key = (request.branch, request.method)
        final: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[key] = final
        heard = asyncio.Event()

        def noted(answer: Message) -> None:
            heard.set()
            if provisional:
                provisional(answer)

        self._provisional[key] = noted
        final.add_done_callback(lambda _: heard.set())
        try:
            await self.send_until(request, heard)
            return await final
        finally:
            self._waiting.pop(key, None)
            self._provisional.pop(key, None)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            message = sip.parsed(data)
        except ValueError:
            return
        if not self.server[1]:  # waits to be found, as behind a trunk: who speaks first is the server
            self.server = addr[:2]
        if message.status:
            self._on_answer(message)
        else:
            self._on_request(message)

    def error_received(self, exc: Exception) -> None:
        """The server's port is closed at the moment: the repetitions go on."""

    def _on_answer(self, answer: Message) -> None:
        key = (answer.branch, answer.method)
        if answer.status < 200:
            if key in self._provisional:
                self._provisional[key](answer)
        elif key in self._waiting:
            if not self._waiting[key].done():
                self._waiting[key].set_result(answer)
        elif answer.method == "INVITE" and answer.get("Call-ID") in self.calls:
            self.calls[answer.get("Call-ID")].acknowledge(answer)

    def _on_request(self, request: Message) -> None:
        call = self.calls.get(request.get("Call-ID"))
        if call:
            call.on_request(request)
        elif request.method == "INVITE":
            self._ring(request)
        elif request.method != "ACK":
            if request.method == "NOTIFY":
                self.told.append(request)
            status = (200, "OK") if request.method in ("OPTIONS", "NOTIFY") else (481, "No Such Call")
            self.send(sip.response(request, *status, sip.new_tag()))

    def _ring(self, invite: Message) -> None:
        call = Call(self, invite.get("Call-ID"), self._sound())
        self.calls[call.call_id] = call

        async def begin() -> None:
            await call.ring(invite)
            if self.on_call:
                self.on_call(call)
            else:
                self._incoming.put_nowait(call)

        task = asyncio.get_running_loop().create_task(begin())
        self._background.add(task)
        task.add_done_callback(self._background.discard)
