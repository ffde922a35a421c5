"""Calls, recordings and customer cards: who sees what of them."""

from pathlib import Path

import pytest

from callcenter.web.listening import Listening
from tests.web.fake_archive import card, record
from tests.web.floor import CALLER, call
from tests.web.house import House, until

MASKED = "+86138****8000"
OTHER = "+8613900139000"


async def test_an_agent_lists_its_own_calls_and_nobody_elses(home: House) -> None:
    home.archive.records = {"a": record("a"), "b": record("b", agent="8002")}
    agent = await home.somebody("8001")

    _, own = await agent.get("/calls")
    status, answer = await agent.get("/calls?agent=8002")

    assert [one["id"] for one in own["calls"]] == ["a"]
    assert own["calls"][0]["caller"] == CALLER
    assert (status, answer["error"]["field"]) == (403, "agent")


async def test_a_supervisor_lists_all_calls_with_whole_numbers(home: House) -> None:
    home.archive.records = {"a": record("a"), "b": record("b", agent="8002")}

    _, found = await (await home.somebody("boss")).get("/calls")

    assert [(one["id"], one["caller"]) for one in found["calls"]] == [("a", CALLER), ("b", CALLER)]


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=x", "limit"), ("outcome=lost", "outcome"), ("from=nan", "from"), ("x=1", "x")],
)
async def test_a_bad_query_is_named(home: House, query: str, field: str) -> None:
    status, answer = await (await home.somebody("boss")).get(f"/calls?{query}")

    assert (status, answer["error"]["word"], answer["error"]["field"]) == (400, "bad_value", field)
    assert "allowed:" in answer["error"]["message"]


async def test_a_reversed_period_is_refused_and_an_open_one_is_not(home: House) -> None:
    boss = await home.somebody("boss")
    for path in ("/calls", "/inbox", "/scores"):
        status, answer = await boss.get(f"{path}?from=2000&to=1000")
        assert (status, answer["error"]["field"]) == (400, "to"), (path, answer)
        assert answer["error"]["text"] == {
            "zh-CN": "早于开始时间；请给出更晚的时间",
            "en": "is before from; give a later moment",
        }
    assert (await boss.get("/calls?from=1000"))[0] == 200


async def test_names_that_never_were_are_refused_and_not_merely_not_found(home: House) -> None:
    boss = await home.somebody("boss")
    for query in ("/calls?queue=nowhere", "/inbox?queue=nowhere", "/callbacks?queue=nowhere"):
        status, answer = await boss.get(query)
        assert (status, answer["error"]["field"]) == (400, "queue"), (query, answer)
        assert answer["error"]["text"] == {"zh-CN": "没有队列 nowhere", "en": "there is no queue nowhere"}
    assert (await boss.get("/calls?agent=0815"))[1]["error"]["field"] == "agent"
    assert (await boss.get("/calls?disposition=none_such"))[1]["error"]["field"] == "disposition"


async def test_a_query_given_twice_is_refused(home: House) -> None:
    status, answer = await (await home.somebody("boss")).get("/calls?agent=1&agent=2")

    assert (status, answer["error"]["field"]) == (400, "agent")


async def test_another_agents_call_looks_as_if_it_did_not_exist(home: House) -> None:
    home.archive.records["b"] = record("b", agent="8002")
    agent = await home.somebody("8001")

    for path in ("/calls/b", "/calls/b/recording", "/calls/nothing"):
        status, answer = await agent.get(path)
        assert (status, answer["error"]["word"]) == (404, "no_such_call")


async def test_earlier_calls_of_a_caller_in_hand_can_be_read_masked_and_not_heard(home: House) -> None:
    home.archive.records["b"] = record("b", agent="8002")
    home.engine.publish(calls={"now": call("now", phase="talking", agent="8001")})
    await until(lambda: home.link.floor and home.link.floor.calls)
    agent = await home.somebody("8001")

    status, found = await agent.get("/calls/b")
    heard, answer = await agent.get("/calls/b/recording")

    assert (status, found["caller"]) == (200, MASKED)
    assert found["recordings"][0]["url"] == found["recordings"][0]["file"] == ""
    assert (heard, answer["error"]["word"]) == (403, "forbidden")


@pytest.fixture
async def recorded(home: House) -> House:
    home.archive.records["a"] = record("a")
    folder: Path = home.socket_path.parent / "2026/11/21"
    folder.mkdir(parents=True)
    (folder / "a.wav").write_bytes(bytes(range(200)))
    return home


async def test_a_recording_is_heard_and_that_is_audited(recorded: House) -> None:
    agent = await recorded.somebody("8001")
    _, found = await agent.get("/calls/a")
    url = recorded.base + found["recordings"][0]["url"]

    async with agent.http.get(url) as response:
        assert (response.status, response.content_type) == (200, "audio/wav")
        assert await response.read() == bytes(range(200))
        assert "no-store" in response.headers["Cache-Control"]

    entry = recorded.archive.audited[-1]
    assert (entry.by, entry.action, entry.target, entry.address) == ("8001", "listen", "a", "127.0.0.1")


async def test_a_player_fetches_a_recording_in_ranges_and_is_audited_once(recorded: House) -> None:
    agent = await recorded.somebody("8001")
    url = f"{recorded.base}/api/v1/calls/a/recording"

    async with agent.http.get(url, headers={"Range": "bytes=100-"}) as first:
        assert await first.read() == bytes(range(100, 200))
        assert first.headers["Content-Range"] == "bytes 100-199/200"
    async with agent.http.get(url, headers={"Range": "bytes=0-99"}) as second:
        assert (second.status, len(await second.read())) == (206, 100)

    assert [entry.action for entry in recorded.archive.audited].count("listen") == 1


def test_a_listening_is_over_when_nothing_was_fetched_for_a_while() -> None:
    listening = Listening()

    assert listening.begins("8001", "a", 0.0)
    assert not listening.begins("8001", "a", 500.0)
    assert not listening.begins("8001", "a", 1000.0)
    assert listening.begins("8001", "a", 1601.0)
    assert listening.begins("8002", "a", 1601.0)


@pytest.mark.parametrize("file", ["../../secrets.yaml", "/etc/passwd", "", "2026/11/21/gone.wav"])
async def test_a_recording_that_lies_elsewhere_or_nowhere_is_not_sent(home: House, file: str) -> None:
    told = record("a").recordings[0]
    home.archive.records["a"] = record("a", recordings=(type(told)(state="stored", file=file),))

    status, answer = await (await home.somebody("boss")).get("/calls/a/recording")

    assert (status, answer["error"]["word"]) == (404, "no_recording")


async def test_a_search_shows_agents_masked_numbers_and_supervisors_whole_ones(home: House) -> None:
    home.archive.cards["1"] = card()

    _, for_agent = await (await home.somebody("8001")).get("/customers?q=Cust")
    _, for_boss = await (await home.somebody("boss")).get("/customers?q=Cust")

    assert for_agent["customers"][0]["numbers"][0]["number"] == MASKED
    assert for_boss["customers"][0]["numbers"][0]["number"] == CALLER


async def test_the_number_of_a_caller_in_hand_is_whole_and_the_cards_others_are_not(home: House) -> None:
    home.archive.cards["1"] = card("1", CALLER, OTHER)
    home.engine.publish(calls={"now": call("now", phase="talking", agent="8001")})
    await until(lambda: home.link.floor and home.link.floor.calls)

    _, found = await (await home.somebody("8001")).get("/customers/1")

    assert [one["number"] for one in found["card"]["numbers"]] == [CALLER, "+86139****9000"]


async def test_masked_numbers_sent_back_stand_for_the_whole_ones(home: House) -> None:
    home.archive.cards["1"] = card("1", CALLER, OTHER)
    agent = await home.somebody("8001")
    numbers = [{"number": MASKED, "label": "mobile"}]

    status, saved = await agent.ask("PUT", "/customers/1", {"changed_at": 1.0, "numbers": numbers})

    assert (status, saved["numbers"]) == (200, numbers)
    assert home.archive.cards["1"].numbers[0].number == CALLER


async def test_a_mask_of_no_number_of_the_card_is_refused(home: House) -> None:
    home.archive.cards["1"] = card()
    agent = await home.somebody("8001")
    numbers = [{"number": "+86131****0000"}]

    for method, path, more in (("PUT", "/customers/1", {"changed_at": 1.0}), ("POST", "/customers", {"name": "X"})):
        status, answer = await agent.ask(method, path, {"numbers": numbers} | more)
        assert (status, answer["error"]["field"]) == (400, "numbers")


async def test_a_card_is_made_and_changed_and_both_are_audited(home: House) -> None:
    boss = await home.somebody("boss")
    _, made = await boss.ask("POST", "/customers", {"name": "Chen Jie", "numbers": [{"number": CALLER}]})
    edit = {"changed_at": made["changed_at"], "company": "Acme"}

    _, changed = await boss.ask("PUT", f"/customers/{made['id']}", edit)
    stale, answer = await boss.ask("PUT", f"/customers/{made['id']}", edit)

    assert (changed["name"], changed["company"]) == ("Chen Jie", "Acme")
    assert (stale, answer["error"]["word"]) == (409, "stale_version")
    assert [entry.action for entry in home.archive.audited] == ["add_customer", "change_customer"]


async def test_a_bad_card_is_refused_by_its_field(home: House) -> None:
    boss = await home.somebody("boss")

    _, tier = await boss.ask("POST", "/customers", {"name": "X", "tier": "gold"})
    _, number = await boss.ask("POST", "/customers", {"name": "X", "numbers": [{"number": "call me"}]})

    assert (tier["error"]["field"], number["error"]["field"]) == ("tier", "numbers[0].number")
    assert "digits, a leading + allowed" in number["error"]["message"]


async def test_a_missing_customer_is_named(home: House) -> None:
    status, answer = await (await home.somebody("boss")).get("/customers/99")

    assert (status, answer["error"]["word"]) == (404, "no_such_customer")
