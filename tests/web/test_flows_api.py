"""Flows over HTTP: drafts of two editors, publishing and what a refusal leaves, rolling back, walking through."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from callcenter.calls.languages import Prompt
from callcenter.calls.requests import BadFlow, PublishFlow
from callcenter.store import audit, documents, flow_drafts
from callcenter.store.database import writing
from callcenter.store.projections import apply
from callcenter.web.flow_desk import FlowDesk
from tests.store.test_flow_ways import menu_call, numbered
from tests.web.real_house import RealHouse, real_house

FLOW = """flow: welcome
name: {zh-CN: 欢迎, en: Welcome}
start: menu
nodes:
  menu:
    kind: menu
    say: {zh-CN: 销售请按1。, en: "For sales, press 1."}
    keys: {1: sales}
    gave_up: goodbye
  sales: {kind: queue, queue: sales}
  goodbye: {kind: hang_up}
"""
OTHER = FLOW.replace("For sales, press 1.", "To buy, press 1.")
BROKEN = FLOW.replace("{1: sales}", "{1: nowhere}")


class Voices:
    """Speaks everything but what is in `mute`."""

    def __init__(self) -> None:
        self.spoken: list[Prompt] = []
        self.mute = ""

    def check(self, prompts: Any) -> tuple[Prompt, ...]:
        return tuple(one for one in prompts if one not in self.spoken)

    async def render(self, prompts: Any) -> tuple[Any, ...]:
        failed = [one for one in prompts if self.mute and self.mute in one.text]
        self.spoken += [one for one in prompts if one not in failed]
        return tuple(type("Failure", (), {"message": f"{one.text}: no voice"}) for one in failed)

    async def ready(self, prompt: Prompt) -> str:
        return "/nowhere"


class Place:
    def __init__(self, home: RealHouse, voices: Voices) -> None:
        self.home, self.voices = home, voices

    async def admin(self) -> Any:
        return await self.home.somebody("admin")

    def versions(self, flow: str = "welcome") -> list[int]:
        return [one.version for one in flow_drafts.history(self.home.database, flow)]

    def noted(self) -> list[str]:
        return [entry.what for entry in audit.entries(self.home.database, 50)]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    voices = Voices()
    async with real_house(flow_desk=FlowDesk(voices=voices, clock=lambda: 500.0)) as home:
        documents.save_flow(home.database, "welcome", FLOW, "admin", 1, 10.0)
        yield Place(home, voices)


async def publish(reader: Any, source: str, base: int, **more: Any) -> tuple[int, Any]:
    return await reader.ask("POST", "/flows/welcome/publish", {"source": source, "base_version": base} | more)


async def test_the_list_tells_what_is_in_force_what_is_written_and_what_leads_there(place: Place) -> None:
    admin = await place.admin()
    await admin.ask("PUT", "/flows/other/draft", {"source": "flow: other\n", "base_version": 0, "revision": 0})
    _, told = await admin.get("/flows")
    welcome = next(one for one in told["flows"] if one["id"] == "welcome")
    assert (welcome["published"]["version"], welcome["defects"], welcome["nodes"]) == (2, 0, 3)
    assert welcome["used_by"] == ["number +862155550100"]
    other = next(one for one in told["flows"] if one["id"] == "other")
    assert other["published"] is None and other["draft"]["defects"] > 0


async def test_a_mistake_is_told_by_its_word_and_field_in_both_languages(place: Place) -> None:
    admin = await place.admin()
    _, told = await admin.ask("POST", "/flows/check", {"source": FLOW.replace("queue: sales", "queue: sale")})
    (defect,) = told["defects"]
    assert (defect["node"], defect["field"], defect["word"]) == ("sales", "queue", "unknown")
    assert defect["message"] == f"queue: {defect['text']['en']}"
    assert defect["text"]["zh-CN"].startswith("没有队列“sale”；可用：")


async def test_titles_of_nodes_are_told_to_whoever_is_signed_in(place: Place) -> None:
    admin = await place.admin()
    titled = OTHER.replace("    kind: menu\n", "    kind: menu\n    title: {zh-CN: 主菜单, en: Main menu}\n")
    assert (await publish(admin, titled, 2))[0] == 200
    agent = await place.home.somebody("8001")
    _, told = await agent.get("/node-titles")
    assert told["names"]["welcome"] == {"zh-CN": "欢迎", "en": "Welcome"}
    assert told["flows"]["welcome"] == {"menu": {"zh-CN": "主菜单", "en": "Main menu"}}


async def test_a_script_that_is_not_there_is_told_before_anything_is_spoken() -> None:
    voices = Voices()
    desk = FlowDesk(voices=voices, clock=lambda: 500.0, scripts=lambda: frozenset({"lottery.py"}))
    script = FLOW.replace("gave_up: goodbye", "gave_up: run").replace(
        "  goodbye:", "  run: {kind: script, script: lotery.py, next: goodbye, failed: goodbye}\n  goodbye:"
    )
    async with real_house(flow_desk=desk) as home:
        documents.save_flow(home.database, "welcome", FLOW, "admin", 1, 10.0)
        admin = await home.somebody("admin")
        status, answer = await publish(admin, script, 2)
        assert (status, answer["error"]["word"]) == (409, "bad_flow")
        assert "没有脚本“lotery.py”；可用：lottery.py" in answer["error"]["text"]["zh-CN"]
        assert voices.spoken == [] and home.engine.asked == []


async def test_of_two_editors_of_a_draft_the_second_is_told_and_nothing_is_lost(place: Place) -> None:
    admin = await place.admin()
    edit = {"source": OTHER, "base_version": 2, "revision": 0}
    status, kept = await admin.ask("PUT", "/flows/welcome/draft", edit)
    assert (status, kept["revision"]) == (200, 1)
    status, answer = await admin.ask("PUT", "/flows/welcome/draft", edit | {"source": FLOW})
    assert (status, answer["error"]["word"]) == (409, "stale_version")
    _, opened = await admin.get("/flows/welcome")
    assert opened["draft"]["source"] == OTHER
    assert (await admin.ask("DELETE", "/flows/welcome/draft", {"revision": 3}))[0] == 409
    assert (await admin.ask("DELETE", "/flows/welcome/draft", {"revision": 1}))[0] == 200
    assert (await admin.get("/flows/welcome"))[1]["draft"] is None


async def test_a_draft_may_have_mistakes_and_they_are_told_with_line_and_node(place: Place) -> None:
    admin = await place.admin()
    _, told = await admin.ask("POST", "/flows/check", {"source": BROKEN})
    assert [(one["line"], one["node"]) for one in told["defects"]] == [(8, "menu")]
    assert "there is no node 'nowhere'" in told["defects"][0]["message"]
    assert [node["id"] for node in told["outline"]["nodes"]] == ["menu", "sales", "goodbye"]
    assert (await admin.ask("PUT", "/flows/welcome/draft", {"source": BROKEN, "base_version": 2, "revision": 0}))[
        0
    ] == 200


async def test_publishing_speaks_first_then_saves_hands_over_and_uses_the_draft_up(place: Place) -> None:
    admin = await place.admin()
    await admin.ask("PUT", "/flows/welcome/draft", {"source": OTHER, "base_version": 2, "revision": 0})
    status, done = await publish(admin, OTHER, 2, revision=1, note="friendlier")
    assert (status, done["version"], done["in_force"]) == (200, 3, True)
    assert done["spoken"] == len(place.voices.spoken) and "To buy, press 1." in [
        one.text for one in place.voices.spoken
    ]
    assert place.home.engine.asked[-1] == PublishFlow(flow="welcome", version=3, source=OTHER)
    _, opened = await admin.get("/flows/welcome")
    assert (opened["draft"], opened["published"]["note"]) == (None, "friendlier")
    assert "publish_flow" in place.noted()


async def test_what_the_engine_refuses_leaves_no_version_behind(place: Place) -> None:
    admin = await place.admin()
    place.home.engine.refusal = BadFlow("welcome.yaml:8: no")
    status, answer = await publish(admin, OTHER, 2)
    assert (status, answer["error"]["word"]) == (409, "bad_flow")
    assert place.versions() == [2, 1] and "publish_flow" not in place.noted()
    place.home.engine.refusal = None
    assert (await publish(admin, OTHER, 2))[1]["version"] == 3


async def test_nothing_is_saved_of_a_flow_with_mistakes_or_without_a_voice(place: Place) -> None:
    admin = await place.admin()
    status, answer = await publish(admin, BROKEN, 2)
    assert (status, answer["error"]["word"]) == (409, "bad_flow") and "line 8, node 'menu'" in answer["error"][
        "message"
    ]
    place.voices.mute = "To buy"
    status, answer = await publish(admin, OTHER, 2)
    assert (status, answer["error"]["word"]) == (502, "prompts_failed") and "To buy" in answer["error"]["message"]
    status, answer = await publish(admin, FLOW.replace("flow: welcome", "flow: other"), 2)
    assert (status, answer["error"]["word"]) == (409, "bad_flow")
    assert place.versions() == [2, 1] and place.home.engine.asked == []


async def test_publishing_over_a_version_not_seen_is_refused_before_anything_is_spoken(place: Place) -> None:
    admin = await place.admin()
    status, answer = await publish(admin, OTHER, 1)
    assert (status, answer["error"]["word"]) == (409, "stale_version")
    assert place.voices.spoken == [] and place.versions() == [2, 1]
    await admin.ask("PUT", "/flows/welcome/draft", {"source": OTHER, "base_version": 2, "revision": 0})
    assert (await publish(admin, OTHER, 2, revision=9))[0] == 409


async def test_rolling_back_publishes_the_older_text_as_a_new_version(place: Place) -> None:
    admin = await place.admin()
    await publish(admin, OTHER, 2)
    status, done = await admin.ask(
        "POST", "/flows/welcome/rollback", {"version": 2, "base_version": 3, "note": "too rude"}
    )
    assert (status, done["version"]) == (200, 4)
    assert place.home.engine.asked[-1] == PublishFlow(flow="welcome", version=4, source=FLOW)
    _, told = await admin.get("/flows/welcome/versions")
    assert [(one["version"], one["note"]) for one in told["versions"]][:2] == [(4, "too rude"), (3, "")]
    entry = next(one for one in audit.entries(place.home.database, 9) if one.what == "roll_back_flow")
    assert entry.details["back_to"] == 2
    assert (await admin.ask("POST", "/flows/welcome/rollback", {"version": 77, "base_version": 4}))[0] == 404
    assert (await admin.get("/flows/welcome/versions/no"))[0] == 400


async def test_versions_are_compared_with_each_other_and_with_what_is_being_written(place: Place) -> None:
    admin = await place.admin()
    await publish(admin, OTHER, 2)
    _, told = await admin.ask("POST", "/flows/welcome/compare", {"before": 2, "after": 3})
    (change,) = told["difference"]["nodes"]
    assert (change["node"], change["fields"][0]["path"]) == ("menu", "say.en")
    _, same = await admin.ask("POST", "/flows/welcome/compare", {"before": 3, "source": OTHER})
    assert same["difference"] == {"nodes": [], "hunks": []}


async def test_one_walks_through_a_text_that_is_saved_nowhere(place: Place) -> None:
    admin = await place.admin()
    _, first = await admin.ask("POST", "/flows/rehearse", {"source": OTHER, "language": "en"})
    assert [one["text"] for one in first["heard"]] == ["To buy, press 1."]
    assert (first["node"], first["most_keys"], first["path"]) == ("menu", 1, ["menu"])
    ask = {"source": OTHER, "language": "en", "session": first["session"]}
    _, wrong = await admin.ask("POST", "/flows/rehearse", ask | {"keys": "7"})
    assert wrong["node"] == "menu" and len(wrong["heard"]) == 2
    _, end = await admin.ask("POST", "/flows/rehearse", ask | {"keys": "1"})
    assert (end["session"], end["outcome"]) == (None, {"result": "queue", "target": "sales"})
    assert (await admin.ask("POST", "/flows/rehearse", ask | {"session": {"checkpoint": {}}}))[0] == 400
    assert (await admin.ask("POST", "/flows/rehearse", {"source": BROKEN}))[0] == 409
    assert place.home.engine.asked == []


async def test_today_tells_how_many_went_which_way_version_by_version(place: Place) -> None:
    with writing(place.home.database) as connection:
        apply(connection, numbered([*menu_call("one"), *menu_call("two", key="1", version=2)]))
    _, told = await (await place.admin()).get("/flows/hotline/today")
    assert [one["version"] for one in told["versions"]] == [1, 2]
    hops = [(one["begin"], one["key"], one["end"], one["calls"]) for one in told["versions"][0]["hops"]]
    assert ("menu", "2", "support", 1) in hops and ("support", "queue", "", 1) in hops


async def test_kinds_come_with_their_forms_and_with_what_may_be_named(place: Place) -> None:
    _, told = await (await place.admin()).get("/flows/kinds")
    assert "menu" in [one["kind"] for one in told["kinds"]] and told["queues"] == ["sales"]


async def test_a_supervisor_looks_and_changes_nothing(place: Place) -> None:
    boss = await place.home.somebody("boss")
    assert (await boss.get("/flows"))[0] == 200
    assert (await boss.ask("POST", "/flows/check", {"source": FLOW}))[0] == 403
    assert (await publish(boss, OTHER, 2))[0] == 403
