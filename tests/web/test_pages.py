"""Live state in the pages: who sees what, in which order, and what happens to those who do not read."""

import asyncio

import aiohttp
import msgspec
import pytest

from callcenter.web import audience, page_socket, pages
from callcenter.web.page_messages import AnyPageMessage, encode_message
from tests.web.fake_archive import card, record
from tests.web.floor import CALLER, agent, call, floor, offer
from tests.web.house import WITHIN_S, House, until


async def test_a_page_gets_a_snapshot_then_what_changes(home: House) -> None:
    boss = await home.somebody("boss")
    async with boss.page() as page:
        snapshot = await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1")})
        delta = await page.until("delta")

    assert page.seen[0] == {"type": "engine", "state": "up", "since": page.seen[0]["since"]}
    assert set(snapshot["floor"]["agents"]) == {"8001", "8002"}
    assert (delta["seq"], list(delta["calls"])) == (2, ["c1"])
    assert "queues" not in delta


async def test_every_message_has_its_declared_shape(home: House) -> None:
    home.archive.cards["1"] = card()
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer())})
        await page.until("pop")
        home.archive.stored = 9
        home.engine.publish(calls={"c1": None})
        await page.until("call_stored")

    for message in page.seen:
        understood = msgspec.convert(message, AnyPageMessage)
        assert msgspec.json.decode(encode_message(understood)) == message


async def test_nobody_is_shown_nothing_and_told_to_sign_in(home: House) -> None:
    async with (await home.nobody()).page() as page:
        message = await page.socket.receive(timeout=20)

    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert page.socket.close_code == pages.SESSION_OVER


async def test_a_foreign_page_cannot_open_the_websocket(home: House) -> None:
    boss = await home.somebody("boss")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await boss.http.ws_connect(f"{home.base}/ws", headers={"Origin": "https://elsewhere.example"})

    assert refused.value.status == 403


async def test_an_agent_sees_its_own_calls_and_colleagues_as_presence(home: House) -> None:
    home.engine.state = floor(
        agents=(
            agent("8001", state="paused", reason="lunch"),
            agent("8002", state="talking", interaction="c2", missed=2, reason="?"),
        ),
        calls=(call("c1"), call("c2", phase="talking", agent="8002")),
    )
    home.engine.publish(queues={})
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(agents=home.engine.state.agents)
        delta = await page.until("delta")
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer("8001"))})
        offered = await page.until("delta")
        home.engine.publish(calls={"c1": call("c1")})
        withdrawn = await page.until("delta")

    assert delta["agents"]["8001"]["reason"] == "lunch"
    seen = delta["agents"]["8002"]
    assert (seen["state"], seen["interaction"], seen["missed"], seen["reason"]) == ("talking", "", 0, "")
    assert offered["calls"]["c1"]["caller"] == CALLER
    assert withdrawn["calls"] == {"c1": None}


async def test_an_agent_hears_nothing_of_other_peoples_calls(home: House) -> None:
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c2": call("c2", phase="talking", agent="8002")})
        home.engine.publish(calls={"c3": call("c3", agent="8001", phase="talking")})
        delta = await page.until("delta")

    assert list(delta["calls"]) == ["c3"]


async def test_the_pop_comes_before_the_offer_in_the_same_turn(home: House) -> None:
    home.archive.cards["1"] = card("1", CALLER, name="Chen Jie")
    home.archive.records["old"] = record("old", agent="8002")
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1")})
        await until(lambda: home.archive.lookups == 1)
        home.engine.publish(calls={"c1": call("c1", phase="offered", since=118.0, offer=offer())})
        first, second = await page.next(), await page.next()

    assert (first["type"], second["type"]) == ("pop", "delta")
    pop = first["pop"]
    assert (pop["interaction"], pop["offer"], pop["waited_s"]) == ("c1", "o1", 8.0)
    assert pop["customer"]["name"] == "Chen Jie"
    assert [one["id"] for one in pop["last_calls"]] == ["old"]
    assert home.archive.lookups == 1


async def test_a_pop_is_for_the_offered_agent_alone(home: House) -> None:
    async with (await home.somebody("8002")).page() as other, (await home.somebody("boss")).page() as boss:
        await other.until("snapshot")
        await boss.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer("8001"))})
        await boss.until("delta")
        home.engine.publish(calls={"c2": call("c2", phase="offered", offer=offer("8002", "o2"))})
        pop = await other.until("pop")

    assert pop["pop"]["interaction"] == "c2"
    assert "pop" not in [message["type"] for message in boss.seen]


async def test_two_customers_with_one_number_are_both_listed(home: House) -> None:
    home.archive.cards |= {"1": card("1"), "2": card("2")}
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer())})
        pop = (await page.until("pop"))["pop"]

    assert pop["customer"] is None
    assert [one["id"] for one in pop["matches"]] == ["1", "2"]


async def test_a_slow_lookup_delays_the_pop_and_not_the_offer(home: House) -> None:
    home.archive.lookup_gate.clear()
    home.archive.cards["1"] = card()
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer())})
        assert (await page.next())["type"] == "delta"
        home.archive.lookup_gate.set()
        pop = await page.until("pop")

    assert pop["pop"]["customer"]["id"] == "1"


async def test_a_call_that_went_on_to_another_agent_meanwhile_pops_up_there_once(home: House) -> None:
    home.archive.lookup_gate.clear()
    async with (await home.somebody("8001")).page() as first, (await home.somebody("8002")).page() as second:
        await first.until("snapshot")
        await second.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer("8001", "o1"))})
        home.engine.publish(calls={"c1": call("c1")})
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer("8002", "o2"))})
        await until(lambda: home.link.floor and home.link.floor.seq == 4)
        home.archive.lookup_gate.set()
        pop = await second.until("pop")
        home.engine.publish(queues=home.engine.state.queues)
        await second.until("delta")
        await first.until("delta")

    assert pop["pop"]["offer"] == "o2"
    assert [message["type"] for message in second.seen].count("pop") == 1
    assert "pop" not in [message["type"] for message in first.seen]


async def test_after_a_reload_the_pop_is_in_the_snapshot_until_wrap_up_ends(home: House) -> None:
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer())})
        await page.until("pop")
        home.engine.publish(
            agents={"8001": agent(state="wrap_up", interaction="c1")}, calls={"c1": call("c1", phase="ended")}
        )
        home.engine.publish(calls={"c1": None})
        await until(lambda: home.link.floor and home.link.floor.seq == 4)
    async with (await home.somebody("8001")).page() as reloaded:
        in_wrap_up = await reloaded.until("snapshot")
        home.engine.publish(agents={"8001": agent()})
        await reloaded.until("delta")
    async with (await home.somebody("8001")).page() as later:
        after = await later.until("snapshot")

    assert [pop["interaction"] for pop in in_wrap_up["pops"]] == ["c1"]
    assert after["pops"] == []


async def test_a_changed_card_is_shown_again_to_who_talks_to_the_customer(home: House) -> None:
    home.archive.cards["1"] = card()
    someone = await home.somebody("8001")
    async with someone.page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="talking", agent="8001")})
        await page.until("pop")
        await someone.ask("PUT", "/customers/1", {"changed_at": 1.0, "company": "Acme"})
        again = await page.until("pop")

    assert again["pop"]["customer"]["company"] == "Acme"


async def test_a_stored_call_is_told_to_who_had_it_and_not_to_others(home: House) -> None:
    async with (
        (await home.somebody("8001")).page() as own,
        (await home.somebody("8002")).page() as other,
        (await home.somebody("boss")).page() as boss,
    ):
        for page in (own, other, boss):
            await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="talking", agent="8001")})
        home.engine.publish(calls={"c1": None})  # ledger position 3
        home.archive.stored = 2
        await boss.until("delta")
        await boss.until("delta")
        home.archive.stored = 3
        assert (await own.until("call_stored"))["id"] == "c1"
        assert (await boss.until("call_stored"))["id"] == "c1"
        home.engine.publish(queues={"sales": home.engine.state.queues["sales"]})
        await other.until("delta")

    assert "call_stored" not in [message["type"] for message in other.seen]


async def test_a_lost_engine_is_told_and_its_return_brings_a_new_snapshot(home: House) -> None:
    async with (await home.somebody("boss")).page() as page:
        await page.until("snapshot")
        home.link._lose()  # what happens when the stream breaks
        lost = await page.until("engine")
        home.link._rise(home.engine.state)
        up = await page.until("engine")
        await page.until("snapshot")

    assert (lost["state"], up["state"]) == ("lost", "up")


async def test_a_page_that_does_not_read_is_cut_off_and_leaves_no_trace(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "QUEUED_MESSAGES", 10)
    boss = await home.somebody("boss")
    async with boss.page() as page:
        await page.until("snapshot")
        seq = home.engine.state.seq
        for _ in range(50):  # in one turn: nothing can be written meanwhile
            home.engine.publish(calls={"c1": call("c1")})
        closed = await _last(page.socket)
        assert closed
        await until(lambda: home.link.floor and home.link.floor.seq == seq + 50)
    async with boss.page() as again:
        assert (await again.until("snapshot"))["seq"] == seq + 50


async def _last(socket: aiohttp.ClientWebSocketResponse) -> bool:
    over = (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR)
    async with asyncio.timeout(WITHIN_S):
        while (await socket.receive()).type not in over:
            pass
    return True


async def test_signing_out_closes_the_pages_of_the_session(home: House) -> None:
    someone = await home.somebody("8001")
    async with someone.page() as page:
        await page.until("snapshot")
        await someone.ask("DELETE", "/session")
        await _last(page.socket)

    assert page.socket.close_code == pages.SESSION_OVER


async def test_a_session_that_ended_elsewhere_closes_its_pages(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_socket, "BEAT_S", 0.01)
    async with (await home.somebody("8001")).page() as page:
        await page.until("beat")
        home.archive.sessions.clear()
        await _last(page.socket)

    assert page.socket.close_code == pages.SESSION_OVER


async def test_a_page_that_talks_without_end_is_closed(home: House) -> None:
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        for _ in range(page_socket.MESSAGES_A_BEAT + 1):
            await page.socket.send_str("?")
        await _last(page.socket)
