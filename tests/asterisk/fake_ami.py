"""An Asterisk manager that says what the test tells it to, over real TCP."""

import asyncio
from collections.abc import Callable

from callcenter.asterisk.ami_wire import AmiMessage

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
Answer = Callable[["FakeAmi", dict[str, str]], bytes | None]


def frame(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode()


def reply(asked: dict[str, str], response: str = "Success", *lines: str) -> bytes:
    return frame(f"Response: {response}", f"ActionID: {asked['ActionID']}", *lines)


def asked_from(text: bytes) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.decode().split("\r\n") if ": " in line)


BOOTED = frame("Event: FullyBooted", "Status: Fully Booted")


class FakeAmi:
    """Answers Login and Ping; everything else by `answers[action]`, or not at all when it is missing.

    `booted` is sent after each login: `BOOTED` for an Asterisk that has finished its start.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answers: dict[str, Answer] = {
            "Login": lambda fake, asked: reply(asked, "Success", "Message: Authentication accepted") + fake.booted,
            "ConfbridgeListRooms": lambda fake, asked: reply(asked, "Error", "Message: No active conferences."),
            "Ping": lambda fake, asked: reply(asked, "Success", "Ping: Pong"),
        }
        self.writers: list[asyncio.StreamWriter] = []
        self.by_user: dict[str, asyncio.StreamWriter] = {}
        self.booted = b""
        self.port = 0
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> "FakeAmi":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        assert self._server
        self._server.close()
        self.drop_all()

    def drop_all(self) -> None:
        for writer in self.writers:
            writer.transport.abort()
        self.writers.clear()

    def send(self, data: bytes) -> None:
        self.writers[-1].write(data)

    async def until_asked(self, action: str, times: int = 1, timeout_s: float = 20.0) -> dict[str, str]:
        """The `times`-th request of that name."""

        def enough() -> bool:
            return len(self.named(action)) >= times

        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(enough), timeout_s)
        return self.named(action)[times - 1]

    def named(self, action: str) -> list[dict[str, str]]:
        return [one for one in self.asked if one["Action"] == action]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        writer.write(BANNER)
        try:
            while True:
                await self._one(asked_from(await reader.readuntil(b"\r\n\r\n")), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _one(self, asked: dict[str, str], writer: asyncio.StreamWriter) -> None:
        self.asked.append(asked)
        if asked["Action"] == "Login":
            self.by_user[asked["Username"]] = writer
        answer = self.answers.get(asked["Action"])
        data = answer(self, asked) if answer else None
        if data:
            writer.write(data)
        async with self._changed:
            self._changed.notify_all()


def message(*lines: str) -> AmiMessage:
    """One AMI message as the bridge receives it."""
    parsed = AmiMessage.from_frame("\r\n".join(lines).encode())
    assert parsed is not None
    return parsed
