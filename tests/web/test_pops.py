"""Screen-pops beyond the first offer: of calls given on, of agents who are asked, of calls out."""

from typing import Any

from callcenter.calls.parties import Target
from callcenter.calls.views import ConsultView, PartyView
from tests.web.fake_archive import card
from tests.web.floor import CALLER, agent, call, offer
from tests.web.house import House

KEYS = ("main=2", "billing=1")


def asking(party: str = "8002", state: Any = "ringing", **fields: Any) -> ConsultView:
    return ConsultView(to=Target(kind="agent", id="8002"), state=state, since=130.0, party=party, **fields)


async def test_a_card_that_takes_long_follows_a_pop_without_one(home: House) -> None:
    home.archive.cards["1"] = card("1", CALLER, name="Chen Jie")
    home.archive.lookup_gate.clear()
    async with (await home.somebody("8002")).page() as page:
        await page.until("snapshot")
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer("8002"))})
        first = (await page.until("pop"))["pop"]
        home.archive.lookup_gate.set()
        second = (await page.until("pop"))["pop"]

    assert (first["caller"], first["customer"], first["looking_up"]) == (CALLER, None, True)
    assert (second["offer"], second["customer"]["name"], second["looking_up"]) == (first["offer"], "Chen Jie", False)


async def test_a_call_given_on_pops_up_with_the_note_and_who_gave_it(home: House) -> None:
    async with (await home.somebody("8002")).page() as page:
        await page.until("snapshot")
        given = {"transfer_note": "wants a refund", "transferred_by": "8001"}
        home.engine.publish(calls={"c1": call("c1", phase="waiting", **given)})
        home.engine.publish(calls={"c1": call("c1", phase="offered", offer=offer("8002"), **given)})
        pop = (await page.until("pop"))["pop"]

    assert (pop["kind"], pop["note"], pop["by_agent"]) == ("call", "wants a refund", "8001")


async def test_who_is_asked_sees_the_customer_the_keys_and_the_askers_note(home: House) -> None:
    home.archive.cards["1"] = card("1", CALLER, name="Chen Jie")
    async with (await home.somebody("8002")).page() as asked, (await home.somebody("8001")).page() as asking_page:
        await asked.until("snapshot")
        await asking_page.until("snapshot")
        talking = call("c1", phase="talking", agent="8001", keys=KEYS)
        home.engine.publish(calls={"c1": talking})
        await asking_page.until("pop")
        consulting = call("c1", phase="consulting", agent="8001", keys=KEYS, consult=asking(note="can we refund?"))
        home.engine.publish(
            calls={"c1": consulting}, agents={"8002": agent("8002", state="ringing", interaction="c1")}
        )
        pop, delta = (await asked.until("pop"))["pop"], await asked.until("delta")
        joined = call("c1", phase="consulting", agent="8001", keys=KEYS, consult=asking(state="talking"))
        home.engine.publish(calls={"c1": joined})
        await asked.until("delta")
        await asking_page.until("delta")

    assert (pop["kind"], pop["by_agent"], pop["note"]) == ("consult", "8001", "can we refund?")
    assert (pop["customer"]["name"], pop["keys"], pop["offer"]) == ("Chen Jie", list(KEYS), "")
    assert delta["calls"]["c1"]["phase"] == "consulting"
    assert [message["type"] for message in asked.seen].count("pop") == 1
    assert [message["type"] for message in asking_page.seen].count("pop") == 1


async def test_who_stays_after_a_consult_has_the_call_and_its_note(home: House) -> None:
    async with (await home.somebody("8002")).page() as page:
        await page.until("snapshot")
        home.engine.publish(
            calls={"c1": call("c1", phase="consulting", agent="8001", consult=asking(state="talking"))}
        )
        assert (await page.until("pop"))["pop"]["kind"] == "consult"
        given = call("c1", phase="talking", agent="8002", transferred_by="8001", transfer_note="refund agreed")
        home.engine.publish(calls={"c1": given})
        pop = (await page.until("pop"))["pop"]

    assert (pop["kind"], pop["by_agent"], pop["note"]) == ("call", "8001", "refund agreed")


async def test_a_reload_in_a_talk_of_three_brings_the_pop_back_to_both_agents(home: House) -> None:
    third = PartyView(channel="x", role="agent", who="8002", since=140.0)
    home.engine.publish(calls={"c1": call("c1", phase="conference", agent="8001", parties=(third,))})
    await home.floor_at(2)
    async with (await home.somebody("8001")).page() as first, (await home.somebody("8002")).page() as second:
        shown, asked = await first.until("snapshot"), await second.until("snapshot")

    assert [(pop["interaction"], pop["kind"]) for pop in shown["pops"]] == [("c1", "call")]
    assert [(pop["interaction"], pop["kind"]) for pop in asked["pops"]] == [("c1", "consult")]


async def test_a_call_out_pops_up_while_the_agents_phone_rings(home: House) -> None:
    home.archive.cards["1"] = card("1", CALLER, name="Chen Jie")
    async with (await home.somebody("8001")).page() as page:
        await page.until("snapshot")
        home.engine.publish(
            calls={"out1": call("out1", phase="dialling", direction="out", queue="", queued_at=0.0)},
            agents={"8001": agent("8001", state="reserved", interaction="out1")},
        )
        delta, pop = await page.until("delta"), (await page.until("pop"))["pop"]  # the card was not at hand yet

    assert (pop["kind"], pop["customer"]["name"], pop["waited_s"]) == ("out", "Chen Jie", 0.0)
    assert list(delta["calls"]) == ["out1"]
