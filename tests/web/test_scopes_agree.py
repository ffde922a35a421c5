"""What a page shows of live calls and callbacks is what the API answers about them, whatever the scope."""

import msgspec
import pytest

from callcenter.calls.centre import Agent, Centre, Choice, Queue, RoleRights
from callcenter.calls.rights import Scope
from callcenter.web.access import Account
from tests.web.fake_archive import ACCOUNTS
from tests.web.floor import SALES, agent, call, callback, centre, floor, offer, why
from tests.web.house import House

CALLS = {
    "own-talk": call("own-talk", phase="talking", agent="8001"),
    "own-offer": call("own-offer", phase="offered", offer=offer("8001")),
    "own-callback": call("own-callback", phase="dialling", queue=""),  # 8001 is reserved for it
    "mate-talk": call("mate-talk", phase="talking", agent="8003", queue="service"),
    "mates-queue": call("mates-queue", queue="sales"),
    "other-talk": call("other-talk", phase="talking", agent="8002"),
    "other-queue": call("other-queue", queue="service"),
    "in-flow": call("in-flow", phase="flow", queue=""),
}
OWN = {"own-talk", "own-offer", "own-callback"}
SEEN: dict[Scope, set[str]] = {
    "own": OWN,
    "group": OWN | {"mate-talk", "mates-queue"},
    "all": set(CALLS),
}
CALLBACKS_SEEN: dict[Scope, set[str]] = {"own": {"b-sales"}, "group": {"b-sales"}, "all": {"b-sales", "b-service"}}


def three_agents(scope: Scope) -> Centre:
    """8001 and 8003 share a group; sales is 8001's and 8002's queue, service 8002's alone."""
    role = RoleRights(id="tested", name=SALES, grants={"see_calls": scope, "see_callbacks": scope})
    agents = (
        Agent(id="8001", name="Li Na", queues=("sales",), groups=("north",)),
        Agent(id="8002", name="Wang Wei", queues=("sales", "service"), groups=("south",)),
        Agent(id="8003", name="Xu Lei", groups=("north",)),
    )
    groups = (Choice(id="north", name=SALES), Choice(id="south", name=SALES))
    queues = (*centre().queues, Queue(id="service", name=SALES))
    return msgspec.structs.replace(centre(), queues=queues, groups=groups, agents=agents, roles=(role,))


async def begin(home: House, scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACCOUNTS, "tested", Account(username="tested", name="X", role="tested", agent="8001"))
    reserved = agent("8001", state="reserved", interaction="own-callback")
    home.engine.state = floor(calls=tuple(CALLS.values()), agents=(reserved, agent("8002"), agent("8003")))
    home.engine.waits = {key: why(key) for key in CALLS}
    home.link._rise(home.engine.state)
    home.put_in_force(three_agents(scope))
    home.engine.publish(
        callbacks={"b-sales": callback("b-sales"), "b-service": callback("b-service", queue="service")}
    )
    await home.floor_at(home.engine.state.seq)


@pytest.mark.parametrize("scope", ["own", "group", "all"])
async def test_page_and_api_agree_on_live_calls_and_callbacks(
    home: House, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(home, scope, monkeypatch)
    reader = await home.somebody("tested")
    async with reader.page() as page:
        shown = (await page.until("snapshot"))["floor"]
    answered = {key for key in CALLS if (await reader.get(f"/calls/{key}/why"))[0] == 200}
    _, callbacks = await reader.get("/callbacks")

    assert set(shown["calls"]) == answered == SEEN[scope]
    assert set(shown["callbacks"]) == {one["id"] for one in callbacks["now"]} == CALLBACKS_SEEN[scope]


@pytest.mark.parametrize("scope", ["own", "group", "all"])
async def test_without_see_numbers_every_number_is_masked_everywhere(
    home: House, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(home, scope, monkeypatch)
    reader = await home.somebody("tested")
    async with reader.page() as page:
        shown = (await page.until("snapshot"))["floor"]
    _, callbacks = await reader.get("/callbacks")

    assert {one["caller"] for one in shown["calls"].values()} == {"+86138****8000"}
    assert {one["number"] for one in [*shown["callbacks"].values(), *callbacks["now"]]} == {"+86138****8000"}


async def test_a_changed_role_takes_effect_on_an_open_page(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await begin(home, "own", monkeypatch)
    async with (await home.somebody("tested")).page() as page:
        before = await page.until("snapshot")
        home.put_in_force(three_agents("all"))
        after = await page.until("snapshot")

    assert set(before["floor"]["calls"]) == SEEN["own"]
    assert set(after["floor"]["calls"]) == SEEN["all"]
