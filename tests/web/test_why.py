"""Why a call waits and why it went where it went; and how well waits are foretold."""

import msgspec

from callcenter.calls.views import Why
from callcenter.web.routing_shapes import Decision
from tests.web.fake_archive import record
from tests.web.floor import call, offer, why
from tests.web.house import House, until

ENTERED = Decision(seq=1, at=1.0, kind="QueueEntered", data={"queue": "sales"})


async def test_a_supervisor_learns_why_a_caller_waits_and_what_was_decided(home: House) -> None:
    home.engine.waits["c1"] = why("c1")
    home.archive.decided["c1"] = (ENTERED,)

    _, told = await (await home.somebody("boss")).get("/calls/c1/why")

    assert msgspec.convert(told["live"], Why) == why("c1")
    assert [one["kind"] for one in told["decisions"]] == ["QueueEntered"]


async def test_decisions_are_told_of_a_call_that_is_over_and_while_the_engine_is_lost(home: House) -> None:
    home.archive.decided["c1"] = (ENTERED,)
    boss = await home.somebody("boss")
    _, over = await boss.get("/calls/c1/why")
    home.link._socket_path = home.socket_path.with_name("gone")
    await home.link.close()
    status, lost = await boss.get("/calls/c1/why")

    assert (status, over, lost) == (200, lost, over)
    assert over["live"] is None


async def test_an_unknown_call_is_told(home: House) -> None:
    status, answer = await (await home.somebody("boss")).get("/calls/c9%20%26x/why")

    assert (status, answer["error"]["word"]) == (404, "no_such_call")


async def test_an_agent_asks_about_calls_in_its_hands_or_handled_and_no_others(home: House) -> None:
    home.archive.decided = dict.fromkeys(("now", "rings", "old", "other"), (ENTERED,))
    home.archive.records = {"old": record("old"), "other": record("other", agent="8002")}
    calls = {
        "now": call("now", phase="talking", agent="8001"),
        "rings": call("rings", phase="ringing", offer=offer("8002", "o1", "8001")),
    }
    home.engine.publish(calls=calls)
    await until(lambda: home.link.floor and home.link.floor.calls)
    agent = await home.somebody("8001")

    statuses = [(await agent.get(f"/calls/{one}/why"))[0] for one in ("now", "rings", "old", "other")]

    assert statuses == [200, 200, 200, 404]


async def test_everybody_sees_how_well_waits_were_foretold(home: House) -> None:
    _, told = await (await home.somebody("8001")).get("/queues/forecast")

    assert (told["queues"][0]["queue"], told["queues"][0]["share"]) == ("sales", 0.9)
