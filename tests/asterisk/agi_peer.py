"""Asterisk's end of a FastAGI session, or whatever a test makes of it."""

import asyncio

ENVIRONMENT = (
    b"agi_network: yes\nagi_network_script: flow\nagi_request: agi://127.0.0.1:4573/flow\n"
    b"agi_channel: PJSIP/trunk-00000001\nagi_uniqueid: cc1-1.1\nagi_callerid: 13800138000\n"
    b"agi_calleridname: \xe7\x8e\x8b: \xe5\xb0\x8f\xe6\x98\x8e\nagi_context: flow\nagi_accountcode: cc1-1.1\n"
    b"agi_arg_1: offer-7\nagi_arg_2: NOANSWER\nagi_arg_3: \n\n"
)


class Peer:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, port: int, data: bytes = ENVIRONMENT) -> "Peer":
        peer = cls(*await asyncio.open_connection("127.0.0.1", port))
        peer.say(data)
        return peer

    def say(self, data: bytes) -> None:
        self.writer.write(data)

    async def hear(self) -> str:
        async with asyncio.timeout(20):
            return (await self.reader.readline()).decode().rstrip("\n")

    async def answer(self, reply: str) -> str:
        """Hears one command, replies, and returns the command."""
        heard = await self.hear()
        self.say(reply.encode() + b"\n")
        return heard

    async def closed(self) -> bytes:
        """What was still said before the server closed."""
        async with asyncio.timeout(20):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""
