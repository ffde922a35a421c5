"""The calls behind every figure are those it counts: rows without a name, names that are gone, flows, scores."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from callcenter.store import quality
from callcenter.store.database import writing
from callcenter.store.projections import apply
from tests.calls.test_scoring import CARD
from tests.store.ledger_stories import CENTRE, answered_call, ev, numbered
from tests.store.test_quality import GOOD
from tests.web.real_house import RealHouse, real_house
from tests.web.test_reports_api import BEGIN, document, tile

DAYS = {"from": "2026-11-26", "to": "2026-11-26"}
AFTER = {"from": "2026-11-27", "to": "2026-11-27"}
# As the page narrows to a row: agent_console/src/state/report_table.ts.
NAMES = {"queue": "queues", "agent": "agents", "disposition": "dispositions", "number": "numbers"}
NAMES |= {"from_s": "waited_from_s", "to_s": "waited_to_s"}
SAME = (
    "direction",
    "flow",
    "version",
    "result",
    "path",
    "card",
    "survey",
    "question",
    "key",
    "begin",
    "end",
    "region",
    "weekday",
    "hour",
)
REPORTS = ("queues", "agents", "survey", "numbers", "repeats", "dispositions", "causes", "ivr", "quality")


def stories() -> list[Any]:
    """Of an agent who has left, of a call without a disposition, and of a caller who never came to a queue, but went
    round in the flow."""
    gone = answered_call("one-1.1", BEGIN, agent="8009")
    open_ = [each for each in answered_call("one-2.1", BEGIN + 4000, offer="o2") if type(each) is not ev.NoteWritten]
    alone = [each for each in answered_call("one-3.1", BEGIN + 8000)[:3] if type(each) is not ev.FlowStepped]
    round_ = ("menu", "pin", "menu", "pin")
    alone += [ev.FlowStepped(at=BEGIN + 8009, interaction="one-3.1", node="pin", session={}, path=round_)]
    over = ev.CallEnded(at=BEGIN + 8010, interaction="one-3.1", by="caller", cause=16, phase="flow", answered=False)
    return [ev.CentreApplied(at=1.0, version=1, centre=CENTRE), *gone, *open_, *alone, over]


@pytest.fixture(scope="module")
async def place() -> Any:
    async with real_house(document()) as made:
        with writing(made.database) as connection:
            apply(connection, numbered(stories()))
        quality.save_card(made.database, CARD, "boss", BEGIN, 0)
        quality.save_score(made.database, "one-2.1", "8001", CARD.id, GOOD, "boss", BEGIN + 9000)
        yield made


def counts(answer: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], int]]:
    """(what narrows to the row, column, count) of every count that opens calls."""
    for one in answer["tiles"]:
        if one["column"]["drill"] and one["column"]["kind"] == "count":
            yield {}, one["column"], one["value"]
    for sheet in answer["sheets"]:
        for row in sheet["rows"]:
            cells = list(zip(sheet["columns"], row, strict=True))
            for column, cell in cells:
                if column["drill"] and column["kind"] == "count" and column["id"] not in SAME:
                    yield narrowed(cells), column, cell


def totals(sheet: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], int]]:
    """Those of a table's row of sums."""
    for column, cell in zip(sheet["columns"], sheet["sums"] or [None] * len(sheet["columns"]), strict=True):
        if column["drill"] and column["kind"] == "count" and cell is not None:
            yield {}, column, cell


def narrowed(cells: list[tuple[dict[str, Any], Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column, cell in cells:
        name = NAMES.get(column["id"]) or (column["id"] if column["id"] in SAME else "")
        if name and cell is not None:
            told[name] = "-" if cell == "" else cell
        if column["id"] == "from_at":
            told |= {"begins_at": cell, "ends_at": cell + 3600}
    return told


@pytest.mark.parametrize("report", REPORTS)
async def test_every_count_opens_as_many_calls(place: RealHouse, report: str) -> None:
    boss = await place.somebody("boss")
    status, answer = await boss.get(f"/reports/{report}?{urlencode(DAYS)}")
    assert status == 200
    found = list(counts(answer))
    assert any(count for _, _, count in found)
    if report == "ivr":
        of_hops = {name: [n for _, column, n in found if column["id"] == name] for name in ("passages", "runs")}
        assert sum(of_hops["passages"]) > sum(of_hops["runs"][-len(of_hops["passages"]) :]) > 0
    for row, column, count in found:
        query = urlencode({**DAYS, **row, "figure": column["drill"]})
        status, page = await boss.get(f"/reports/{report}/calls?{query}")
        each = [call["times"] if column["id"] == "passages" else 1 for call in page["calls"]]
        assert (status, sum(each)) == (200, count), (row, column["id"], page)


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("by", ["before", "own"])
async def test_every_count_of_an_earlier_period_opens_as_many_calls(place: RealHouse, report: str, by: str) -> None:
    boss = await place.somebody("boss")
    own = {"compare": by, **({"before_from": DAYS["from"]} if by == "own" else {})}
    status, answer = await boss.get(f"/reports/{report}?{urlencode({**AFTER, 'grain': 'hour', **own})}")
    assert (status, answer["before"]["from_at"]) == (200, answer["period"]["from_at"] - 86400)
    assert [each["id"] for each in answer["before_sheets"]] == [each["id"] for each in answer["sheets"]]
    tiles = [{**each, "value": each["before"]} for each in answer["tiles"]]
    found = list(counts({"tiles": tiles, "sheets": answer["before_sheets"]}))
    found += [each for sheet in answer["before_sheets"] for each in totals(sheet)]
    assert any(count for _, _, count in found) and not any(count for _, _, count in counts(answer))
    if by == "own":
        found = found[:1]
    for row, column, count in found:
        query = urlencode({**DAYS, **row, "figure": column["drill"]})
        status, page = await boss.get(f"/reports/{report}/calls?{query}")
        each = [call["times"] if column["id"] == "passages" else 1 for call in page["calls"]]
        assert (status, sum(each)) == (200, count), (row, column["id"], page)


async def test_an_agent_who_has_left_can_be_asked_for_and_nobody_who_never_was(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    status, answer = await boss.get(f"/reports/agents?{urlencode(DAYS)}&agents=8009")
    assert (status, tile(answer, "handled")["value"]) == (200, 1)
    status, answer = await boss.get(f"/reports/agents?{urlencode(DAYS)}&agents=8010")
    assert (status, answer["error"]["text"]["en"]) == (400, "there is no agent 8010")


async def test_score_cards_are_called_by_their_names_in_the_page_and_in_files(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    _, answer = await boss.get(f"/reports/quality?{urlencode(DAYS)}")
    assert answer["names"] == {"card": {CARD.id: {"zh-CN": CARD.name.zh, "en": CARD.name.en}}}
    query = urlencode({**DAYS, "format": "csv", "sheet": "by_card", "language": "en"})
    async with boss.http.get(f"{boss.base}/api/v1/reports/quality/export?{query}") as response:
        assert f"\n{CARD.name.en},1," in (await response.text()).replace("\r\n", "\n")


async def test_nobody_sees_calls_by_the_right_to_score_them(place: RealHouse) -> None:
    agent = await place.somebody("8001")
    query = urlencode({**DAYS, "figure": "scores"})
    _, own = await agent.get(f"/reports/quality/calls?{query}")
    assert [each["call"]["id"] for each in own["calls"]] == ["one-2.1"]
    status, answer = await agent.get(f"/reports/quality/calls?{query}&agents=8009")
    assert (status, answer["error"]["word"]) == (403, "forbidden")
