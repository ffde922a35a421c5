"""Flows that are taken out of use: refused with the reasons, kept with their history, and brought back."""

from collections.abc import AsyncIterator

import pytest

from callcenter.calls.languages import Text
from callcenter.calls.requests import FlowInUse, PublishFlow, RetireFlow
from callcenter.store import audit, documents, flow_retirements
from callcenter.web.flow_desk import FlowDesk
from tests.web.real_house import RealHouse, real_house
from tests.web.test_flows_api import FLOW, OTHER, Voices

SPRING = FLOW.replace("flow: welcome", "flow: spring")


@pytest.fixture
async def home() -> AsyncIterator[RealHouse]:
    async with real_house(flow_desk=FlowDesk(voices=Voices(), clock=lambda: 500.0)) as home:
        documents.save_flow(home.database, "spring", SPRING, "admin", 0, 10.0)
        documents.save_flow(home.database, "spring", SPRING.replace("press 1", "press one"), "admin", 1, 20.0)
        yield home


async def test_a_retired_flow_is_in_no_caller_s_way_and_keeps_its_versions(home: RealHouse) -> None:
    admin = await home.somebody("admin")
    edit = {"source": OTHER, "base_version": 2, "revision": 0}
    await admin.ask("PUT", "/flows/spring/draft", edit)
    status, _ = await admin.ask("POST", "/flows/spring/retire", {"version": 2, "note": "spring is over"})
    assert status == 200
    assert home.engine.asked[-1] == RetireFlow(flow="spring")
    assert "spring" not in documents.current_flows(home.database)
    _, told = await admin.get("/flows")
    (entry,) = (one for one in told["flows"] if one["id"] == "spring")
    assert (entry["published"], entry["draft"], entry["retired"]["version"]) == (None, None, 2)
    _, opened = await admin.get("/flows/spring")
    assert "press one" in opened["version"]["source"] and opened["retired"]["note"] == "spring is over"
    _, versions = await admin.get("/flows/spring/versions")
    assert [one["version"] for one in versions["versions"]] == [2, 1]
    assert any(one.what == "retire_flow" and one.object == "spring" for one in audit.entries(home.database, 9))
    assert "spring" not in (await admin.get("/flows/kinds"))[1]["flows"]


async def test_what_the_engine_refuses_stays_in_force_and_the_reason_is_told_in_both_languages(
    home: RealHouse,
) -> None:
    admin = await home.somebody("admin")
    reason = Text(zh="流程“spring”正在使用：号码 4001。", en="The flow 'spring' is in use: number 4001.")
    home.engine.refusal = FlowInUse(reason.en, reason)
    status, answer = await admin.ask("POST", "/flows/spring/retire", {"version": 2})
    assert (status, answer["error"]["word"]) == (409, "flow_in_use")
    assert answer["error"]["text"] == {"zh-CN": reason.zh, "en": reason.en}
    assert documents.current_flows(home.database)["spring"].version == 2
    assert not any(one.what == "retire_flow" for one in audit.entries(home.database, 9))


async def test_a_version_nobody_has_seen_is_not_retired(home: RealHouse) -> None:
    admin = await home.somebody("admin")
    status, answer = await admin.ask("POST", "/flows/spring/retire", {"version": 1})
    assert (status, answer["error"]["word"]) == (409, "stale_version")
    assert (await admin.ask("POST", "/flows/summer/retire", {"version": 1}))[0] == 404
    assert home.engine.asked == []


async def test_it_comes_back_with_its_last_version_or_with_another_text(home: RealHouse) -> None:
    admin = await home.somebody("admin")
    await admin.ask("POST", "/flows/spring/retire", {"version": 2})
    status, done = await admin.ask("POST", "/flows/spring/restore", {"note": "spring again"})
    assert (status, done["version"]) == (200, 3)
    asked = home.engine.asked[-1]
    assert isinstance(asked, PublishFlow) and (asked.version, "press one" in asked.source) == (3, True)
    assert flow_retirements.retirements(home.database) == {}
    assert (await admin.ask("POST", "/flows/spring/restore", {}))[0] == 404
    await admin.ask("POST", "/flows/spring/retire", {"version": 3})
    fresh = {"source": SPRING, "base_version": 3}
    assert (await admin.ask("POST", "/flows/spring/publish", fresh))[1]["version"] == 4
    assert documents.current_flows(home.database)["spring"].source == SPRING
    noted = [one.what for one in audit.entries(home.database, 9)]
    assert "restore_flow" in noted
