"""Planned shifts over HTTP: taken whole or not at all, told by the week, written as a file, removed; audited."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from argon2 import PasswordHasher

from callcenter.store import accounts, audit
from tests.web.house import PROOF, Reader
from tests.web.real_house import RealHouse, real_house

HEAD = "agent,day,from,to,activity\n"
NIGHT = "8001,2031-12-01,22:00,06:00,work\n8001,2031-12-01,12:00,13:00,break\n"
WEEK = "from=2031-12-01&to=2031-12-07"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", hasher)
    monkeypatch.setattr(accounts, "_NOBODYS_HASH", hasher.hash("x"))


@pytest.fixture
async def place() -> AsyncIterator[RealHouse]:
    async with real_house() as made:
        yield made


async def sent(reader: Reader, content: str, name: str = "shifts.csv") -> tuple[int, Any]:
    form = aiohttp.FormData()
    form.add_field("file", content.encode(), filename=name)
    url = f"{reader.base}/api/v1/planned-shifts/import"
    async with reader.http.post(url, data=form, headers=PROOF) as response:
        return response.status, await response.json()


async def file(reader: Reader, path: str) -> str:
    async with reader.http.get(f"{reader.base}/api/v1{path}") as response:
        assert response.status == 200
        return (await response.read()).decode("utf-8-sig")


async def test_a_week_is_taken_told_written_and_removed(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    status, made = await sent(boss, HEAD + NIGHT)
    assert (status, made) == (200, {"agents": 1, "days": 1, "added": 2, "removed": 0, "errors": []})
    status, week = await boss.get(f"/planned-shifts?{WEEK}")
    assert (status, [(one["day"], one["activity"], one["paid"]) for one in week["shifts"]]) == (
        200, [("2031-12-01", "break", False), ("2031-12-01", "work", True)],
    )  # fmt: skip
    assert "8001" in {agent["id"] for agent in week["agents"]}
    written = await file(boss, f"/planned-shifts/export?{WEEK}")
    status, again = await sent(boss, written)
    assert (again["added"], again["removed"], again["errors"]) == (2, 2, [])
    assert (await sent(boss, await file(boss, "/planned-shifts/template")))[1]["errors"] == []
    ask = {"from": "2031-12-01", "to": "2031-12-01", "agents": ["8001"]}
    assert await boss.ask("POST", "/planned-shifts/remove", ask) == (200, {"removed": 2})
    assert (await boss.get("/planned-shifts?from=2031-12-01&to=2031-12-01"))[1]["shifts"] == []
    entries = audit.entries(place.database)
    assert [entry.what for entry in reversed(entries) if entry.what != "sign_in"] == [
        "import_planned_shifts", "export_planned_shifts", "import_planned_shifts", "import_planned_shifts",
        "remove_planned_shifts",
    ]  # fmt: skip
    assert entries[0].details == {"from": "2031-12-01", "to": "2031-12-01", "removed": 2}


async def test_with_one_mistake_nothing_is_changed_and_all_are_told(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    await sent(boss, HEAD + NIGHT)
    status, made = await sent(boss, HEAD + "8001,2031-12-01,08:00,09:00,work\n8001,x,09:00,10:00,nap\n7,,,,\n")
    assert (status, made["added"]) == (200, 0)
    assert [(one["row"], one["column"]) for one in made["errors"]] == [(3, "day"), (4, "agent")]
    assert all(one["text"]["zh-CN"] and one["text"]["en"] for one in made["errors"])
    (error,) = (await sent(boss, HEAD + "8001,2031-12-02,05:00,09:00,work\n"))[1]["errors"]
    assert (error["row"], error["column"]) == (2, "")
    assert len((await boss.get(f"/planned-shifts?{WEEK}"))[1]["shifts"]) == 2
    assert [entry.what for entry in audit.entries(place.database)] == ["import_planned_shifts", "sign_in"]


async def test_what_cannot_be_asked_is_said(place: RealHouse) -> None:
    boss, agent = await place.somebody("boss"), await place.somebody("8001")
    for query, field in (("from=2031-11-31&to=2031-12-01", "from"), ("from=2031-12-02&to=2031-12-01", "to")):
        status, body = await boss.get(f"/planned-shifts?{query}")
        assert (status, body["error"]["word"], body["error"]["field"]) == (400, "bad_value", field)
    assert (await boss.get("/planned-shifts?from=2026-01-01&to=2026-04-01"))[0] == 400
    assert (await sent(boss, "x", "shifts.pdf"))[1]["error"]["word"] == "bad_file"
    assert (await sent(agent, HEAD + NIGHT))[0] == 403
    assert (await agent.get(f"/planned-shifts?{WEEK}"))[0] == 403
