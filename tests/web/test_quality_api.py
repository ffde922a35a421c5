"""Scores: given beside the recording, seen and answered by the agent, by nobody else."""

from collections.abc import AsyncIterator

import pytest_asyncio

from callcenter.store import quality
from callcenter.store.audit import entries
from tests.calls.test_scoring import CARD
from tests.store.test_quality import talked
from tests.web.house import Reader
from tests.web.real_house import RealHouse, real_house

GOOD = {"answers": {"greeting": 1, "tone": 2, "identity": 1}, "marks": [{"at_s": 12.5, "text": "interrupts"}]}


@pytest_asyncio.fixture
async def home() -> AsyncIterator[RealHouse]:
    async with real_house() as made:
        quality.save_card(made.database, CARD, "boss", 1.0, 0)
        talked(made.database, "a")
        talked(made.database, "b", agent="8002")
        yield made


async def scored(boss: Reader, call: str = "a", **changed: object) -> tuple[int, dict]:  # type: ignore[type-arg]
    return await boss.ask("POST", "/scores", {"call": call, "card": "service", "judgement": GOOD} | changed)


async def test_a_supervisor_scores_and_the_agent_answers(home: RealHouse) -> None:
    boss, agent = await home.somebody("boss"), await home.somebody("8001")
    status, made = await scored(boss)
    assert (status, made["agent"], made["percent"]) == (200, "8001", 70.0)  # (1 + 3 * 2/4 + 1) / 5
    await scored(boss, "b")
    _, own = await agent.get("/scores")
    assert [one["call"] for one in own["scores"]] == ["a"]
    assert own["scores"][0]["judgement"]["marks"] == [{"at_s": 12.5, "text": "interrupts"}]
    status, told = await agent.ask("POST", f"/scores/{made['id']}/answer", {"comment": "understood"})
    assert (status, told["agent_comment"]) == (200, "understood") and told["seen_at"]
    _, figures = await boss.get("/quality/figures")
    assert [(one["key"], one["mean"]) for one in figures["by_agent"]] == [("8001", 70.0), ("8002", 70.0)]
    assert (await boss.ask("DELETE", f"/scores/{made['id']}"))[0] == 200
    assert (await agent.get("/scores"))[1]["scores"] == []
    done = [one.what for one in entries(home.database, limit=10)]
    assert {"score_call", "answer_score", "delete_score"} <= set(done)


async def test_agents_score_nobody_and_see_nobody_elses(home: RealHouse) -> None:
    boss, agent = await home.somebody("boss"), await home.somebody("8001")
    assert (await scored(agent))[0] == 403
    _, other = await scored(boss, "b")
    for method, path in (("POST", f"/scores/{other['id']}/answer"), ("DELETE", f"/scores/{other['id']}")):
        status, answer = await agent.ask(method, path, {})
        assert (status, answer["error"]["word"]) == (404, "unknown_score")
    assert (await boss.ask("POST", f"/scores/{other['id']}/answer", {}))[0] == 403
    assert (await agent.get("/quality/draw"))[1] == {"calls": []}


async def test_bad_judgements_and_cards_are_refused_clearly(home: RealHouse) -> None:
    boss = await home.somebody("boss")
    bad = {"answers": {"greeting": 7, "tone": 1, "identity": 1}}
    status, answer = await scored(boss, judgement=bad)
    assert status == 400 and "allowed: 0 to 1" in answer["error"]["message"]
    assert (await scored(boss, card="none"))[1]["error"]["word"] == "unknown_card"
    assert (await scored(boss, call="none"))[1]["error"]["word"] == "no_such_call"
    assert (await scored(boss, agent="8002"))[0] == 400
    assert (await boss.get("/score-cards/service/99999999999"))[1]["error"]["word"] == "unknown_card"
    _, cards = await boss.get("/score-cards")
    card = cards["cards"][0]["card"]
    assert (await boss.ask("PUT", "/score-cards/service", {"card": card, "base": 0}))[1]["error"][
        "word"
    ] == "stale_version"
    assert (await boss.ask("PUT", "/score-cards/service", {"card": card, "base": 1}))[0] == 200
    assert (await boss.ask("PUT", "/score-cards/other", {"card": card, "base": 0}))[0] == 400
    agent = await home.somebody("8001")
    assert (await agent.ask("PUT", "/score-cards/service", {"card": card, "base": 2}))[0] == 403
