"""The times of agents open their stretches: of a row, a step or all, for whoever may see the figure."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from callcenter.store import accounts, planned_shifts
from callcenter.store.database import writing
from callcenter.store.planned_shifts import Placed
from callcenter.store.projections import apply
from callcenter.store.rollups.of_plan import Shift
from tests.store.ledger_stories import CENTRE, answered_call, ev, numbered
from tests.web.fake_archive import PASSWORD
from tests.web.real_house import RealHouse, real_house
from tests.web.test_reports_api import BEGIN, document

DAY = {"from": "2026-11-26", "to": "2026-11-26"}


def stories() -> list[Any]:
    """A morning of two agents: one call each, a break, and one who forgot to sign out."""
    events: list[Any] = [ev.CentreApplied(at=1.0, version=1, centre=CENTRE)]
    for agent, late in (("8001", 0.0), ("8002", 1234.5)):
        begin = BEGIN + late
        events += [ev.AgentSignedIn(at=begin - 600.25, agent=agent, device="web")]
        events += [ev.AgentReady(at=begin - 540, agent=agent)]
        events += answered_call(f"one-{agent}.1", begin, agent=agent, offer=agent)
        events += [ev.AgentPaused(at=begin + 3000.125, agent=agent, reason="lunch")]
        events += [ev.AgentReady(at=begin + 4100, agent=agent)]
    return [*events, ev.AgentSignedOut(at=BEGIN + 9000, agent="8001")]


def plan() -> Iterator[Shift]:
    for agent in ("8001", "8002"):
        for begin, end, activity in ((-600, 3000, "work"), (3000, 3900, "break"), (3900, 8000, "work")):
            at = BEGIN + begin, BEGIN + end
            day = int(BEGIN // 86400)
            yield Shift(
                agent=agent, begin_at=at[0], end_at=at[1], activity=activity, paid=activity == "work", day=day
            )


@pytest.fixture(scope="module")
async def place() -> Any:
    async with real_house(document()) as made:
        planned_shifts.replace(made.database, [Placed(row, shift) for row, shift in enumerate(plan(), start=2)])
        with writing(made.database) as connection:
            apply(connection, numbered(sorted(stories(), key=lambda event: event.at)))
        lead = accounts.Account(username="lead", role="lead", agent=None, name="L", language="en", groups=("first",))
        accounts.save(made.database, lead, PASSWORD)
        yield made


def times(answer: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], float]]:
    """(what narrows to the row, column, value) of every figure that opens stretches."""
    for one in answer["tiles"]:
        if one["column"]["time"]:
            yield {}, one["column"], one["value"]
    for sheet in answer["sheets"]:
        for row in sheet["rows"]:
            cells = {column["id"]: cell for column, cell in zip(sheet["columns"], row, strict=True)}
            told = {"agents": cells["agent"]} if "agent" in cells else {}
            if "pause_reason" in cells:
                told["pause_reason"] = cells["pause_reason"] or "-"
            if "from_at" in cells:
                told |= {"begins_at": cells["from_at"], "ends_at": cells["from_at"] + 3600}
            for column in sheet["columns"]:
                if column["time"] and cells[column["id"]] is not None:
                    yield told, column, cells[column["id"]]


def summed(kind: str, stretches: list[dict[str, Any]]) -> float:
    if kind == "count":
        return len(stretches)
    sums = {"part": 0.0, "whole": 0.0}
    for each in stretches:
        sums[each["side"]] += each["sign"] * each["length_s"]
    return sums["part"] / sums["whole"] if kind == "share" else sums["part"]


@pytest.mark.parametrize("variant", ["default", "with_ringing"])
async def test_every_time_is_the_sum_of_its_stretches(place: RealHouse, variant: str) -> None:
    boss = await place.somebody("boss")
    status, answer = await boss.get(f"/reports/agents?{urlencode({**DAY, 'occupancy': variant})}")
    assert status == 200
    found = [each for each in times(answer) if each[2]]
    assert {column["time"] for _, column, _ in found} >= {
        *("signed_in_s", "ready_s", "ringing_s", "talking_s", "wrapping_s", "paused_s", "occupied_of_s"),
        *("occupancy", "planned_s", "paid_s", "adherent_s", "adherence", "utilisation", "pauses", "paused_for_s"),
    }
    for row, column, value in found:
        query = urlencode({**DAY, "occupancy": variant, **row, "figure": column["time"], "limit": 500})
        status, page = await boss.get(f"/reports/agents/time?{query}")
        assert status == 200, page
        assert page["next"] is None
        assert page["value"] == pytest.approx(value, rel=1e-9), (row, column)
        assert summed(column["kind"], page["stretches"]) == pytest.approx(value, rel=1e-9), (row, column)


async def test_a_stretch_of_a_call_names_it(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    for figure in ("talking_s", "wrapping_s"):
        _, page = await boss.get(f"/reports/agents/time?{urlencode({**DAY, 'figure': figure, 'agents': '8002'})}")
        assert {each["call"] for each in page["stretches"]} == {"one-8002.1"}
        assert [each["agent"] for each in page["agents"]] == ["8002"]


async def test_an_agent_sees_the_own_time_and_a_lead_that_of_the_group(place: RealHouse) -> None:
    query = urlencode({**DAY, "figure": "ready_s"})
    for who in ("8001", "lead"):
        reader = await place.somebody(who)
        status, page = await reader.get(f"/reports/agents/time?{query}")
        assert status == 200 and {each["agent"] for each in page["stretches"]} == {"8001"}
        status, page = await reader.get(f"/reports/agents/time?{query}&agents=8002")
        assert (status, page["error"]["word"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("report", "more", "field"),
    [
        ("agents", {"figure": "offered"}, "figure"),
        ("queues", {"figure": "ready_s"}, "figure"),
        ("agents", {"figure": "ready_s", "after": "x"}, "after"),
        ("agents", {"figure": "ready_s", "queues": "service"}, "queues"),
        ("agents", {"figure": "ready_s", "agents": "8009"}, "agents"),
        ("agents", {"figure": "ready_s", "begins_at": BEGIN + 1, "ends_at": BEGIN + 900}, "from"),
        ("agents", {"figure": "ready_s", "begins_at": BEGIN, "ends_at": BEGIN - 900}, "to"),
    ],
)
async def test_bad_questions_are_refused_by_field(
    place: RealHouse, report: str, more: dict[str, Any], field: str
) -> None:
    boss = await place.somebody("boss")
    status, answer = await boss.get(f"/reports/{report}/time?{urlencode({**DAY, **more})}")
    assert (status, answer["error"]["word"], answer["error"]["field"]) == (400, "bad_report", field), answer
    assert answer["error"]["text"]["zh-CN"]
