"""Callbacks: who sees them, with which number, and how one is cancelled."""

import msgspec

from callcenter.calls.centre import Agent, Centre, Queue
from callcenter.calls.requests import CancelCallback, UnknownCallback
from tests.web.fake_archive import card, past_callback
from tests.web.floor import CALLER, SALES, agent, call, callback, centre, offer
from tests.web.house import House, until

MASKED = "+86138****8000"


def serving(queue: str) -> Centre:
    """A centre whose agent serves another queue than before."""
    other = Queue(id=queue, name=SALES)
    return msgspec.structs.replace(
        centre(), queues=(other,), agents=(Agent(id="8001", name="Li Na", queues=(queue,)),)
    )


async def in_line(home: House, **callbacks: object) -> None:
    home.engine.publish(callbacks=callbacks)
    await until(lambda: home.link.floor and set(home.link.floor.callbacks) == set(callbacks))


async def test_a_supervisor_sees_all_callbacks_with_whole_numbers(home: House) -> None:
    await in_line(home, b=callback("b", queue="service", queued_at=90.0), a=callback("a"))
    home.archive.past_callbacks = {"old": past_callback("old", "service")}

    _, found = await (await home.somebody("boss")).get("/callbacks")

    assert [(one["id"], one["number"]) for one in found["now"]] == [("b", CALLER), ("a", CALLER)]
    assert [(one["id"], one["number"], one["result"]) for one in found["past"]] == [("old", CALLER, "given_up")]


async def test_an_agent_sees_those_of_its_queues_without_the_number(home: House) -> None:
    await in_line(home, a=callback("a"), b=callback("b", queue="service"))
    home.archive.past_callbacks = {"x": past_callback("x"), "y": past_callback("y", "service")}

    _, found = await (await home.somebody("8001")).get("/callbacks")

    assert [(one["id"], one["number"]) for one in found["now"]] == [("a", MASKED)]
    assert [(one["id"], one["number"]) for one in found["past"]] == [("x", MASKED)]


async def test_an_agent_sees_the_number_of_a_customer_it_called_itself(home: House) -> None:
    await in_line(home, a=callback("a", state="trying", agent="8002"))
    home.archive.past_callbacks = {"x": past_callback("x")}

    _, found = await (await home.somebody("8002")).get("/callbacks")

    assert (found["now"][0]["number"], found["past"][0]["number"]) == (CALLER, CALLER)


async def test_a_result_asks_for_those_that_are_over(home: House) -> None:
    await in_line(home, a=callback("a"))
    home.archive.past_callbacks = {"x": past_callback("x"), "y": past_callback("y", result="served")}

    _, found = await (await home.somebody("boss")).get("/callbacks?result=served")

    assert (found["now"], [one["id"] for one in found["past"]]) == ([], ["y"])


async def test_a_callback_is_cancelled_in_a_name_and_audited(home: House) -> None:
    boss = await home.somebody("boss")

    status, _ = await boss.ask("POST", "/callbacks/a/cancel", {})

    assert status == 200
    assert home.engine.asked == [CancelCallback(callback="a", by="boss")]
    assert [(one.action, one.target) for one in home.archive.audited] == [("cancel_callback", "a")]


async def test_an_agent_cancels_nothing_and_a_refusal_is_not_audited(home: House) -> None:
    forbidden, _ = await (await home.somebody("8001")).ask("POST", "/callbacks/a/cancel", {})
    home.engine.refusal = UnknownCallback("it is being carried out")
    status, answer = await (await home.somebody("boss")).ask("POST", "/callbacks/a/cancel", {})

    assert forbidden == 403
    assert (status, answer["error"]["word"]) == (409, "unknown_callback")
    assert home.archive.audited == []


async def test_pages_follow_callbacks_in_their_scope(home: House) -> None:
    async with (await home.somebody("8001")).page() as page, (await home.somebody("boss")).page() as boss:
        await page.until("snapshot")
        await boss.until("snapshot")
        home.engine.publish(callbacks={"other": callback("other", queue="service")})
        home.engine.publish(callbacks={"own": callback("own")})
        home.engine.publish(callbacks={"own": None, "other": None})
        mine, gone = await page.until("delta"), await page.until("delta")
        first = await boss.until("delta")

    assert {key: view["number"] for key, view in mine["callbacks"].items()} == {"own": MASKED}
    assert gone["callbacks"] == {"own": None}
    assert first["callbacks"]["other"]["number"] == CALLER


async def test_an_agent_moved_to_another_queue_sees_that_queues_callbacks(home: House) -> None:
    await in_line(home, a=callback("a"), b=callback("b", queue="service"))
    async with (await home.somebody("8001")).page() as page:
        before = await page.until("snapshot")
        home.put_in_force(serving("service"))
        after = await page.until("snapshot")

    assert (list(before["floor"]["callbacks"]), list(after["floor"]["callbacks"])) == (["a"], ["b"])


async def test_the_agent_a_customer_is_called_back_for_sees_the_call_and_the_card_at_once(home: House) -> None:
    home.archive.cards["1"] = card("1", CALLER, name="Chen Jie")
    dialled = call("c1-cb-1", phase="dialling", callback="c1-cb")
    async with (await home.somebody("8001")).page() as page, (await home.somebody("8002")).page() as other:
        await page.until("snapshot")
        await other.until("snapshot")
        home.engine.publish(
            agents={"8001": agent("8001", state="reserved", interaction="c1-cb-1")}, calls={"c1-cb-1": dialled}
        )
        delta, pop = await page.until("delta"), (await page.until("pop"))["pop"]
        rings = call("c1-cb-1", phase="ringing", callback="c1-cb", offer=offer("8001", "c1-cb"))
        home.engine.publish(calls={"c1-cb-1": rings})
        again = (await page.until("pop"))["pop"]
        seen = await other.until("delta")

    assert delta["calls"]["c1-cb-1"]["caller"] == CALLER
    assert (pop["callback"], pop["customer"]["name"], again["offer"]) == ("c1-cb", "Chen Jie", "c1-cb")
    assert "calls" not in seen


async def test_the_pop_of_a_callback_says_so_before_the_customer_is_there(home: House) -> None:
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c1-cb-1": call("c1-cb-1", phase="dialling", agent="8001", callback="c1-cb")})
        pop = (await page.until("pop"))["pop"]

    assert (pop["interaction"], pop["callback"], pop["caller"]) == ("c1-cb-1", "c1-cb", CALLER)
