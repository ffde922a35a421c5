"""Texts over HTTP: the conversation of an entry, an answer by who may not see the number, and those who want none."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from callcenter.store import inbox, received_texts, texts
from callcenter.store.received_texts import Received
from callcenter.web.control import serve_control
from tests.web.real_house import RealHouse, real_house

NUMBER = "+8613800138000"
NOW = 1_700_000_000.0


class Provider:
    """In the place of the engine's process: writes down what it is to send, as the real one does."""

    def __init__(self, home: RealHouse) -> None:
        self.home, self.asked, self.trouble = home, list[dict[str, Any]](), ""

    async def ask(self, what: str, fields: dict[str, Any]) -> dict[str, Any]:
        assert what == "text"
        self.asked.append(fields)
        texts.ask_for(self.home.database, fields["key"], fields["to"], fields["tag"], NOW + len(self.asked))
        return {"trouble": self.trouble}


@contextlib.asynccontextmanager
async def texts_house() -> AsyncIterator[tuple[RealHouse, Provider]]:
    async with real_house() as home:
        provider = Provider(home)
        async with serve_control(home.engine, home.socket_path, hosted=provider.ask):
            home.link._http and await home.link._http.close()
            home.link._http = None
            yield home, provider


@pytest.fixture
async def place() -> AsyncIterator[tuple[RealHouse, Provider]]:
    async with texts_house() as made:
        yield made


def came(home: RealHouse, body: str, number: int = 1, wish: Any = "", box: str = "sales") -> None:
    received_texts.take(
        home.database,
        Received(
            id=f"SM{number:032x}",
            number=NUMBER,
            dialled="+15550001111",
            body=body,
            media=0,
            received_at=NOW + number / 10,
            customer_id=None,
            box=box,
            wish=wish,
        ),
    )


async def test_an_agent_answers_a_text_without_seeing_the_number(place: tuple[RealHouse, Provider]):
    home, provider = place
    came(home, "几点到？")
    agent = await home.somebody("8001")
    status, listed = await agent.get("/inbox?kind=text")
    assert status == 200
    (item,) = listed["items"]
    assert (item["caller"], item["body"]) == ("+86138****8000", "几点到？")
    status, talk = await agent.ask("POST", f"/inbox/{item['id']}/reply", {"text": " 下午两点 "})
    assert status == 200
    assert provider.asked[0] | {"key": ""} == {"to": NUMBER, "text": "下午两点", "tag": "reply", "key": ""}
    told = [(line["direction"], line["body"], line["by"], line["number"]) for line in talk["texts"]]
    assert told == [("out", "下午两点", "8001", "+86138****8000"), ("in", "几点到？", "", "+86138****8000")]
    assert await agent.get(f"/inbox/{item['id']}/texts") == (200, talk)
    boss = await home.somebody("boss")
    _, all_ = await boss.get("/texts")
    assert [line["number"] for line in all_["texts"]] == [NUMBER, NUMBER]
    _, audit = await (await home.somebody("admin")).get("/audit?action=reply_by_text")
    assert [entry["by"] for entry in audit["entries"]] == ["8001"]


async def test_who_wants_none_gets_none_and_what_is_not_sent_is_said(place: tuple[RealHouse, Provider]):
    home, provider = place
    came(home, "几点到？")
    boss = await home.somebody("boss")
    (item,) = inbox.page(home.database)
    provider.trouble = "unreachable"
    status, answer = await boss.ask("POST", f"/inbox/{item.id}/reply", {"text": "hello"})
    assert (status, answer["error"]["word"]) == (502, "text_not_sent")
    came(home, "退订", 2, "stop")
    status, answer = await boss.ask("POST", f"/inbox/{item.id}/reply", {"text": "hello"})
    assert (status, answer["error"]["word"]) == (409, "texts_refused")
    assert len(provider.asked) == 1
    _, talk = await boss.get(f"/inbox/{item.id}/texts")
    assert talk["refuses"] is True
    assert (await boss.ask("POST", f"/inbox/{item.id}/reply", {"text": " "}))[0] in (400, 409)


async def test_agents_find_the_texts_of_their_own_boxes(place: tuple[RealHouse, Provider]):
    home, _ = place
    came(home, "mine")
    came(home, "another's", 2, box="elsewhere")
    agent = await home.somebody("8001")
    _, found = await agent.get("/texts")
    assert [line["body"] for line in found["texts"]] == ["mine"]
    assert (await agent.get(f"/inbox/text-SM{2:032x}/texts"))[0] == 404
