"""The demo's customers answer when they are called back."""

import asyncio
from random import Random

import pytest

from callcenter.robots import home as at_home
from callcenter.robots.callers import CallerHabits, Person, script_of
from callcenter.robots.home import Home
from callcenter.robots.phone import SipPhone
from callcenter.robots.sight import Sight
from tests.real_asterisk import free_port
from tests.robots.test_floor import FakeLink

NUMBER = "+8613800138000"


class Looking(Sight):
    """Tells when a robot first looks for its call: the call is under way then."""

    def __init__(self):
        super().__init__(FakeLink())
        self.looked_for = asyncio.Queue()

    def call_from(self, number):
        self.looked_for.put_nowait(number)
        return super().call_from(number)


async def test_a_customer_who_is_called_back_answers_by_the_number_and_leaves_with_the_floor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(at_home, "ANSWERS_AFTER_S", (0.0, 0.1))
    monkeypatch.setattr(at_home, "NOT_AT_HOME", 0.0)
    called: list[str] = []

    def script(number: str):
        called.append(number)
        return script_of(Person(number, "en"), Random(1), CallerHabits())

    centre_port, home_port = free_port(), free_port()
    phone = SipPhone("home", "", ("127.0.0.1", centre_port), port=home_port)
    sight = Looking()
    home = Home(phone, script, sight, None, Random(1))
    running = asyncio.create_task(home.run())
    async with SipPhone("centre", "", ("127.0.0.1", home_port), port=centre_port) as centre:
        call = await asyncio.wait_for(centre.call(NUMBER), 60)
        assert await asyncio.wait_for(sight.looked_for.get(), 60) == NUMBER
        assert called == [NUMBER]
        assert not call.is_over
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert await call.ended(60) == "them"


async def test_a_port_that_is_taken_is_said_and_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async with SipPhone("other", "", ("127.0.0.1", 1)) as other:
        phone = SipPhone("home", "", ("127.0.0.1", 1), port=other.port)
        await Home(phone, lambda number: None, Sight(FakeLink()), None, Random(1)).run()
    assert f"port {other.port}" in caplog.text
