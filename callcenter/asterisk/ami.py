"""A lasting AMI session: it logs in, watches the peer by Ping, comes back by itself, and never
sends an action a second time."""

import asyncio
import logging
import random
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, cast

from callcenter.asterisk.ami_errors import (
    AmiConnectionLost,
    AmiError,
    AmiLoginRefused,
    AmiNotConnected,
    AmiRefused,
    AmiTimedOut,
)
from callcenter.asterisk.ami_wire import AmiAction, AmiMessage, AmiProtocol, Value

log = logging.getLogger(__name__)

State = Literal["stopped", "connecting", "connected", "retrying"]


@dataclass(frozen=True)
class AmiSettings:
    """Where Asterisk's manager listens and how patient we are. All times in seconds, above 0.

    A session with `events=False` gets no events and serves actions without waiting behind them.
    """

    host: str
    port: int
    username: str
    secret: str = field(repr=False)
    events: bool = True
    tls: bool = False
    connect_timeout_s: float = 3.0
    action_timeout_s: float = 5.0
    ping_every_s: float = 5.0
    ping_timeout_s: float = 3.0
    retry_first_s: float = 0.1
    retry_most_s: float = 2.0


@dataclass(frozen=True)
class AmiStatus:
    """`since_at`: when `state` began (UTC). `last_error` stays readable after a reconnect."""

    state: State
    since_at: datetime
    last_error: str | None = None


async def _nothing() -> None: ...


class AmiClient:
    """`on_event` must only enqueue: it runs between two reads of the socket.

    `on_up` is awaited after each login and may send actions; when it raises, the session is closed and
    tried again. `on_down` is called once a login, when that session is over.
    """

    def __init__(
        self,
        settings: AmiSettings,
        on_event: Callable[[AmiMessage], None] = lambda message: None,
        on_up: Callable[[], Awaitable[None]] = _nothing,
        on_down: Callable[[], None] = lambda: None,
        dice: random.Random | None = None,
    ) -> None:
        self.settings = settings
        self.status = AmiStatus("stopped", datetime.now(UTC))
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._dice = dice or random.Random()
        self._protocol: AmiProtocol | None = None
        self._lost = asyncio.Event()
        self._connected = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to connect and returns at once; a missing Asterisk is no error, only a status."""
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name=f"ami {self.settings.username}")

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        self._set_status("stopped")

    async def until_connected(self, timeout_s: float) -> None:
        """Returns once there is a session; raises AmiNotConnected when there is none in time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._connected.wait()
        except TimeoutError as error:
            if not self._connected.is_set():
                raise AmiNotConnected(self._why_not_connected()) from error

    async def action(
        self, name: str, *, timeout_s: float | None = None, **fields: Value | Sequence[Value]
    ) -> AmiMessage:
        """Sends one action and returns its response; a list value becomes repeated headers.

        Raises a kind of AmiError: at once when there is no session, when the session ends first, after
        `timeout_s`, when Asterisk refuses, or when a field may not be sent. Nothing is ever sent twice.
        """
        answer = await self._ask(AmiAction({"Action": name, **fields}), timeout_s)
        return cast(AmiMessage, answer)

    async def list_action(
        self, name: str, *, timeout_s: float | None = None, **fields: Value | Sequence[Value]
    ) -> list[AmiMessage]:
        """Like `action` for one that answers with a list of events; the end mark is not among them."""
        answer = await self._ask(AmiAction({"Action": name, **fields}, as_list=True), timeout_s)
        return cast(list[AmiMessage], answer)

    async def _ask(self, action: AmiAction, timeout_s: float | None) -> AmiMessage | list[AmiMessage]:
        protocol = self._protocol
        if protocol is None or protocol.closed:
            raise AmiNotConnected(f"{action['action']} was not sent: {self._why_not_connected()}")
        return await self._exchange(protocol, action, timeout_s or self.settings.action_timeout_s)

    async def _exchange(
        self, protocol: AmiProtocol, action: AmiAction, timeout_s: float
    ) -> AmiMessage | list[AmiMessage]:
        protocol.send(action, as_list=action.as_list)
        try:
            # Not wait_for: before Python 3.12 it may swallow a cancellation that meets the answer.
            async with asyncio.timeout(timeout_s):
                answer = await action.future
        except TimeoutError as error:
            if not action.future.done() or action.future.cancelled():
                raise AmiTimedOut(f"{action['action']} was not answered within {timeout_s:g} s") from error
            answer = action.future.result()  # it was there in time: this process was late to look
        finally:
            protocol.forget(action)
        if isinstance(answer, AmiMessage) and answer.text("response") == "Error":
            raise AmiRefused(action["action"], answer.text("message"))
        return cast("AmiMessage | list[AmiMessage]", answer)

    def _why_not_connected(self) -> str:
        why = self.status.last_error or "no error yet"
        return f"the AMI session of {self.settings.username} is {self.status.state} ({why})"

    async def _run(self) -> None:
        failures = 0
        while True:
            self._set_status("retrying" if failures else "connecting")
            was_up = await self._one_session()
            failures = 1 if was_up else failures + 1
            await asyncio.sleep(self._retry_in_s(failures))

    def _retry_in_s(self, failures: int) -> float:
        """Half to full of the doubled delay, so that many clients do not come back as one."""
        doubled = self.settings.retry_first_s * 2.0 ** min(failures - 1, 20)
        longest = min(self.settings.retry_most_s, doubled)
        return longest * self._dice.uniform(0.5, 1.0)

    async def _one_session(self) -> bool:
        """From connecting to the loss; True when the session came up."""
        was_up = False
        try:
            await self._log_in(await self._connect())
            self._set_status("connected")
            await self._come_up()
            was_up = True
            await self._watch()
        except (AmiError, OSError) as error:
            self._set_status("retrying", str(error) or f"no connection: {type(error).__name__}")
        except Exception as error:
            log.exception("the AMI session of %s could not be used", self.settings.username)
            self._set_status("retrying", repr(error))
        finally:
            self._drop()
        return was_up

    async def _connect(self) -> AmiProtocol:
        self._lost = lost = asyncio.Event()
        connecting = asyncio.get_running_loop().create_connection(
            lambda: AmiProtocol(self._on_event, lambda cause: lost.set()),
            self.settings.host,
            self.settings.port,
            ssl=ssl.create_default_context() if self.settings.tls else None,
        )
        async with asyncio.timeout(self.settings.connect_timeout_s):
            _, protocol = await connecting
        return protocol

    async def _log_in(self, protocol: AmiProtocol) -> None:
        user = self.settings
        login: dict[str, Value] = {"Action": "Login", "Username": user.username, "Secret": user.secret}
        login["Events"] = "on" if user.events else "off"
        try:
            await self._exchange(protocol, AmiAction(login), user.connect_timeout_s)
        except BaseException as error:
            protocol.close()
            if isinstance(error, AmiRefused):
                raise AmiLoginRefused("Login", f"{error.reason} (user {user.username!r})") from error
            raise
        self._protocol = protocol
        self._connected.set()

    async def _come_up(self) -> None:
        """`on_up`, given up as soon as the session is lost."""
        up, lost = asyncio.ensure_future(self._on_up()), asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait({up, lost}, return_when=asyncio.FIRST_COMPLETED)
            if not up.done():
                raise AmiConnectionLost("the AMI session ended while it came up")
            await up
        finally:
            for task in (up, lost):
                task.cancel()
            await asyncio.gather(up, lost, return_exceptions=True)

    async def _watch(self) -> None:
        """Returns never: raises when the session ended or the peer is silent."""
        while True:
            try:
                async with asyncio.timeout(self.settings.ping_every_s):
                    await self._lost.wait()
            except TimeoutError:
                await self.action("Ping", timeout_s=self.settings.ping_timeout_s)
            else:
                raise AmiConnectionLost("the AMI session ended")

    def _drop(self) -> None:
        self._connected.clear()
        protocol, self._protocol = self._protocol, None
        if protocol is not None:
            protocol.close()
            self._on_down()

    def _set_status(self, state: State, error: str | None = None) -> None:
        if error is not None and error != self.status.last_error:
            log.warning("the AMI session of %s: %s", self.settings.username, error)
        since_at = self.status.since_at if state == self.status.state else datetime.now(UTC)
        self.status = AmiStatus(state, since_at, error or self.status.last_error)
