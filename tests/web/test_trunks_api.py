"""Trunks over HTTP: what goes to the engine's process, what comes back, and what never does."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from callcenter.calls.centre import Outbound
from callcenter.calls.desk import OutboundNumber
from callcenter.calls.languages import Text
from callcenter.calls.requests import Refused
from callcenter.web.control import serve_control
from tests.web.floor import centre
from tests.web.house import House, house

LINE = {
    "name": "main",
    "host": "sip.example.com",
    "port": 5060,
    "transport": "udp",
    "username": "u1",
    "register": True,
    "match": [],
    "caller_number": "+862155550100",
    "from_config": False,
    "state": "registered",
    "state_detail": "Registered",
}
TESTED = {"result": "busy", "cause": "User busy", "rang_after_s": 0.4, "answered_after_s": None}


class Desk:
    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refusal: Refused | None = None

    async def ask(self, what: str, fields: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((what, fields))
        if self.refusal:
            raise self.refusal
        return {"trunks": {"trunks": [LINE]}, "test_trunk": TESTED}.get(what, {})


@contextlib.asynccontextmanager
async def lines_house() -> AsyncIterator[tuple[House, Desk]]:
    desk = Desk()
    async with house() as home, serve_control(home.engine, home.socket_path, desk.ask):
        home.link._http and await home.link._http.close()
        home.link._http = None
        yield home, desk


@pytest.fixture
async def place() -> AsyncIterator[tuple[House, Desk]]:
    async with lines_house() as made:
        yield made


async def test_lines_are_told_with_their_state_and_changed_without_telling_passwords(
    place: tuple[House, Desk],
) -> None:
    home, desk = place
    admin = await home.somebody("admin")
    assert (await admin.get("/trunks")) == (200, {"trunks": [LINE]})
    edit = {"host": "sip.example.com", "username": "u1", "password": "hush-hush", "register": True}
    assert (await admin.ask("PUT", "/trunks/main", edit))[0] == 200
    what, fields = desk.asked[-1]
    assert (what, fields["name"], fields["password"], fields["by"]) == ("save_trunk", "main", "hush-hush", "admin")
    assert "hush-hush" not in str(home.archive.__dict__)
    assert (await admin.ask("PUT", "/trunks/main", {"host": "sip.example.com"}))[0] == 200
    assert "password" not in desk.asked[-1][1]


async def test_a_test_call_tells_how_it_went(place: tuple[House, Desk]) -> None:
    home, desk = place
    admin = await home.somebody("admin")
    assert await admin.ask("POST", "/trunks/main/test", {"number": "13800138000"}) == (200, TESTED)
    assert desk.asked[-1] == ("test_trunk", {"name": "main", "number": "13800138000"})
    status, answer = await admin.ask("POST", "/trunks/main/test", {"number": "1&SIP/x"})
    assert (status, answer["error"]["word"]) == (400, "bad_value")


async def test_only_who_may_edit_trunks_reaches_them_and_one_in_use_stays(place: tuple[House, Desk]) -> None:
    home, desk = place
    boss = await home.somebody("boss")
    for method, path in (("GET", "/trunks"), ("DELETE", "/trunks/main"), ("POST", "/trunks/main/test")):
        assert (await boss.ask(method, path, None if method == "GET" else {}))[0] == 403
    assert desk.asked == []
    admin = await home.somebody("admin")
    assert (await admin.ask("DELETE", "/trunks/main", {}))[0] == 200
    used = Outbound(numbers=(OutboundNumber(number="+862155550100", name=Text(zh="甲", en="A"), trunk="main"),))
    home.archive.document = msgspec.structs.replace(
        home.archive.document, document=msgspec.structs.replace(centre(), outbound=used)
    )
    status, answer = await admin.ask("DELETE", "/trunks/main", {})
    assert (status, answer["error"]["word"]) == (409, "trunk_in_use")


async def test_the_refusal_of_the_engines_process_is_told(place: tuple[House, Desk]) -> None:
    home, desk = place
    desk.refusal = Refused("no")
    desk.refusal.word = "no_such_trunk"
    admin = await home.somebody("admin")
    status, answer = await admin.ask("POST", "/trunks/gone/test", {"number": "10086"})
    assert (status, answer["error"]["word"]) == (404, "no_such_trunk")
