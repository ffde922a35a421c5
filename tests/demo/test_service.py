"""The demo's customer system, asked over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestClient, TestServer

from callcenter.demo.service import Books, application

TODAY = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
async def books() -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(application(Books(TODAY)))) as client:
        yield client


async def test_a_customer_has_a_balance_and_orders(books: TestClient):
    account = await (await books.get("/customers/1001/account")).json()
    assert account["customer"]["name"]
    assert account["account"] == {"balance": 177.35, "due": "2026-12-02", "currency": "CNY"}
    orders = (await (await books.get("/customers/1001/orders")).json())["orders"]
    assert len(orders) == 1001 % 3
    assert orders[0]["arrives"] > "2026-11-28"


async def test_a_request_booked_twice_by_the_same_key_has_one_number(books: TestClient):
    wish = {"customer": "1001", "kind": "repair"}
    first, again, other = [
        await (await books.post("/requests", json=wish, headers={"Idempotency-Key": key})).json()
        for key in ("call-1", "call-1", "call-2")
    ]
    assert first == again == {"ticket": "260001"}
    assert other == {"ticket": "260002"}


async def test_who_is_unknown_or_says_nonsense_is_told_so(books: TestClient):
    for path in ("/customers/1/account", "/customers/x/orders", "/customers/9999999/account"):
        assert (await books.get(path)).status == 404, path
    for body in (b"", b"[]", b'{"customer": 1}', b'{"customer": "1001"}', b"x" * 20_000):
        assert (await books.post("/requests", data=body)).status in (400, 413), body[:20]
