"""A SIP telephone without a person: registers, calls, answers, presses keys, speaks and listens. UDP, IPv4, µ-law."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from functools import partial
from types import TracebackType

from callcenter.robots import sip
from callcenter.robots.call import Call, CallRefused
from callcenter.robots.rtp import Sound
from callcenter.robots.sip import Message


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
        async with asyncio.timeout(sip.GIVE_UP_S):
            pause_s = sip.T1_S
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
