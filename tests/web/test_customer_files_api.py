"""Tables of customers over HTTP: looked at, taken, written out; cards erased and merged."""

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from argon2 import PasswordHasher
from openpyxl import load_workbook

from callcenter.store import accounts, audit, customers
from callcenter.store.customers import CardFields, CardNumber
from tests.web.house import PROOF, Reader
from tests.web.real_house import RealHouse, real_house

TABLE = "姓名,手机号码,公司\r\n李雷,13800138000,茶\r\n韩梅梅,nonsense,\r\n=1+1,13700137000,\r\n"
COLUMNS = {"姓名": "name", "手机号码": "number", "公司": "company"}


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", hasher)
    monkeypatch.setattr(accounts, "_NOBODYS_HASH", hasher.hash("x"))


@pytest.fixture
async def place() -> AsyncIterator[RealHouse]:
    async with real_house() as made:
        yield made


async def sent(reader: Reader, content: bytes, name: str = "customers.csv", part: str = "file") -> tuple[int, Any]:
    form = aiohttp.FormData()
    form.add_field(part, content, filename=name)
    url = f"{reader.base}/api/v1/customers/import"
    async with reader.http.post(url, data=form, headers=PROOF) as response:
        return response.status, await response.json()


def word(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["word"]


async def test_a_table_is_looked_at_then_taken(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    status, shown = await sent(boss, TABLE.encode("gb18030"))
    assert (status, shown["rows"], shown["new"], len(shown["errors"])) == (200, 3, 2, 1)
    assert {one["name"]: one["field"] for one in shown["columns"]} == COLUMNS
    assert (await boss.get("/customers"))[1]["total"] == 0
    path = f"/customers/import/{shown['import']}/apply"
    other = await place.somebody("admin")
    assert word(await other.ask("POST", path, {"columns": COLUMNS})) == (404, "no_such_import")
    assert word(await boss.ask("POST", path, {"columns": {"gone": "name"}})) == (400, "bad_value")
    status, made = await boss.ask("POST", path, {"columns": COLUMNS, "duplicates": "skip"})
    assert (status, made["created"], made["errors"][0]["row"]) == (200, 2, 3)
    assert word(await boss.ask("POST", path, {"columns": COLUMNS})) == (404, "no_such_import")
    status, found = await boss.get("/customers?text=0138001&page=1")
    assert (status, found["total"], found["customers"][0]["name"]) == (200, 1, "李雷")
    assert audit.entries(place.database)[0].details == {"created": 2, "updated": 0, "skipped": 0}


async def test_what_cannot_be_taken_is_said(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    assert word(await sent(boss, b"x", "table.pdf")) == (400, "bad_file")
    assert word(await sent(boss, b"PK no", "table.xlsx")) == (400, "bad_file")
    assert word(await sent(boss, b"x", part="other")) == (400, "bad_value")
    assert word(await boss.ask("POST", "/customers/import", {})) == (415, "bad_media_type")
    agent = await place.somebody("8001")
    assert word(await sent(agent, TABLE.encode())) == (403, "forbidden")
    assert word(await agent.get("/customers/export")) == (403, "forbidden")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_everything_there_is_as_a_file_that_runs_nothing(place: RealHouse, kind: str) -> None:
    customers.create(place.database, CardFields(name="=1+1", numbers=(CardNumber("+8613800138000"),)), 1.0)
    boss = await place.somebody("boss")
    async with boss.http.get(f"{boss.base}/api/v1/customers/export?format={kind}") as response:
        content = await response.read()
        assert (response.status, f"customers.{kind}" in response.headers["Content-Disposition"]) == (200, True)
    if kind == "xlsx":
        rows = [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
        assert rows[1][:2] == ["'=1+1", "'+8613800138000"]
    else:
        assert b"'=1+1,'+8613800138000" in content
    assert audit.entries(place.database)[0].what == "export_customers"


async def test_an_erased_customer_is_gone_and_the_audit_says_who_did_it(place: RealHouse) -> None:
    card = customers.create(place.database, CardFields(name="李雷", numbers=(CardNumber("+8613800138000"),)), 1.0)
    path = f"/customers/{card.id}"
    assert word(await (await place.somebody("boss")).ask("DELETE", path, {"reason": ""})) == (403, "forbidden")
    admin = await place.somebody("admin")
    assert (await admin.ask("DELETE", path, {"reason": "asked for by letter"}))[0] == 200
    assert word(await admin.ask("DELETE", path, {"reason": ""})) == (404, "no_such_customer")
    entry = audit.entries(place.database)[0]
    assert (entry.who, entry.what, entry.details) == (
        "admin",
        "erase_customer",
        {"calls": 0, "reason": "asked for by letter"},
    )
    assert "李雷" not in str(audit.entries(place.database))


async def test_two_cards_become_one(place: RealHouse) -> None:
    one = customers.create(place.database, CardFields(name="李雷", numbers=(CardNumber("+8613800138000"),)), 1.0)
    two = customers.create(place.database, CardFields(name="Li Lei", numbers=(CardNumber("+8613900139000"),)), 1.0)
    boss = await place.somebody("boss")
    status, made = await boss.ask("POST", f"/customers/{one.id}/merge", {"other": two.id})
    assert (status, len(made["numbers"])) == (200, 2)
    assert word(await boss.ask("POST", f"/customers/{one.id}/merge", {"other": two.id})) == (404, "no_such_customer")
