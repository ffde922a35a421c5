"""A telephone behind a trunk answers whoever asks for it first, before anybody told it where its server is."""

from __future__ import annotations

import asyncio

from callcenter.robots import sip
from callcenter.robots.phone import SipPhone


class Server(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.answers.put_nowait(data)


def options(port: int) -> bytes:
    return (
        f"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK1\r\n"
        "From: <sip:line@127.0.0.1>;tag=1\r\nTo: <sip:127.0.0.1>\r\nCall-ID: asked\r\nCSeq: 1 OPTIONS\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


async def test_whoever_speaks_first_is_the_server() -> None:
    async with SipPhone("home", "", ("127.0.0.1", 0)) as phone:
        loop = asyncio.get_running_loop()
        transport, server = await loop.create_datagram_endpoint(Server, ("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
        transport.sendto(options(port), ("127.0.0.1", phone.port))
        answer = sip.parsed(await asyncio.wait_for(server.answers.get(), 60))
        transport.close()
        assert (answer.status, phone.server) == (200, ("127.0.0.1", port))
