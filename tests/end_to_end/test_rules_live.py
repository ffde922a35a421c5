"""Rules, tiers, rosters and sticky agents at work, and a centre that changes while callers wait."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from callcenter.calls import requests as rq
from callcenter.calls.centre import Blocked, Centre, Choice, Destination, Number, Roster, Rule, Tier
from callcenter.calls.languages import Prompt, Text
from callcenter.ivr import phrases
from callcenter.preparation.centre import opened
from callcenter.store import customers
from callcenter.store.customers import CardFields, CardNumber
from tests.end_to_end.routing import (
    RING_S,
    SALES,
    SUPPORT,
    Somebody,
    done,
    id_of,
    nobody,
    queue_of,
    signed_in,
    straight,
    waits,
)
from tests.hearing import Ear
from tests.real_centre import HOTLINE, RealCentre, running_centre, small_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

NIGHT_LINE = "4004"
FIRST, SECOND, VIP = "13800138001", "13800138002", "13900139009"
UNWANTED = "13700137001"
CREDIT_S = 300
SORRY = Text(zh="现在是夜间，请明天再来电。", en="It is night. Please call again tomorrow.")
CLOSED_FLOW = f"""
flow: closed
name: {{zh-CN: 非服务时间, en: Closed}}
start: sorry
nodes:
  sorry:
    kind: hang_up
    say: {{zh-CN: {SORRY.zh}, en: {SORRY.en}}}
"""
NEWCOMER = "8005"  # serves sales alone, until told otherwise


def document() -> Centre:
    """Sales is sticky."""
    centre = small_centre(survey=None, wrap_up_s=0)
    sales = msgspec.structs.replace(queue_of(centre, "sales"), sticky_s=60)
    routes = straight()
    never = Roster(id="never", name=Text(zh="从不", en="Never"))
    rules = (
        Rule(id="vip", tiers=("A",), dialled=(HOTLINE,), to=Destination(to="queue", id="support")),
        Rule(id="night", dialled=(NIGHT_LINE,), closed="never", to=Destination(to="flow", id="closed")),
    )
    agents = tuple(
        msgspec.structs.replace(one, queues=("sales",)) if one.id == NEWCOMER else one for one in centre.agents
    )
    return msgspec.structs.replace(
        centre,
        agents=agents,
        queues=(queue_of(centre, "support"), sales),
        numbers=(*routes["numbers"], Number(number=NIGHT_LINE, flow="hotline")),
        rules=(*rules, *routes["rules"]),
        tiers=(Tier(id="A", name=Text(zh="贵宾", en="VIP"), credit_s=CREDIT_S),),
        rosters=(never,),
        skills=(Choice(id="english", name=Text(zh="英语", en="English")),),
        blacklist=(Blocked(number=f"+86{UNWANTED}", reason="threats"),),
    )


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    folder = tmp_path_factory.mktemp("cc")
    async with running_centre(folder, document(), edge=True, flows={"closed": CLOSED_FLOW}) as running:
        yield running


@pytest.fixture(scope="module")
async def supervisor(centre: RealCentre) -> AsyncIterator[Somebody]:
    async with signed_in(centre, "chief", "supervisor") as one:
        yield one


@pytest.fixture(scope="module")
async def administrator(centre: RealCentre) -> AsyncIterator[Somebody]:
    async with signed_in(centre, "admin", "administrator") as one:
        yield one


async def decided(supervisor: Somebody, call: str, kind: str) -> dict[str, Any]:
    """The first decision of that kind about the call."""

    def there(told: dict[str, Any]) -> list[dict[str, Any]]:
        return [one["data"] for one in told["decisions"] if one["kind"] == kind]

    found = await supervisor.until(f"/calls/{call}/why", there)
    return there(found)[0]


async def test_who_is_on_the_blacklist_is_turned_away(centre: RealCentre, ear: Ear, supervisor: Somebody):
    async with centre.agent("8001"), centre.caller(UNWANTED) as caller:
        call = await caller.call(SUPPORT)
        await ear.until_heard(call, phrases.blocked("zh-CN"))
        assert await call.ended(RING_S) == "them"
        assert centre.floor.agents["8001"].state == "ready"
    (row,) = await centre.rows("select * from blocked_calls")
    assert (row["number"], row["reason"]) == (f"+86{UNWANTED}", "threats")
    told = await decided(supervisor, row["call_id"], "CallBlocked")
    assert (told["number"], told["reason"]) == (f"+86{UNWANTED}", "threats")
    assert not await centre.rows("select * from queue_entries where call_id = :id", lambda _: True, id=row["call_id"])


async def test_outside_the_roster_a_rule_leads_to_the_flow_for_it(centre: RealCentre, ear: Ear, supervisor: Somebody):
    async with centre.agent("8001"), centre.caller(FIRST) as caller:
        before = centre.now
        call = await caller.call(NIGHT_LINE)
        view = await centre.until_phase("flow", FIRST, since=before)
        await ear.until_heard(call, Prompt("zh-CN", SORRY.zh))
        assert await call.ended(RING_S) == "them"
    told = await decided(supervisor, view.id, "RuleApplied")
    assert (told["rule"], told["to"], told["id"]) == ("night", "flow", "closed")


async def test_a_vip_goes_straight_to_the_queue_and_stands_before_those_who_wait(
    centre: RealCentre, supervisor: Somebody
):
    card = CardFields(name="星河", numbers=(CardNumber(f"+86{VIP}"),), tier="A")
    with opened(centre.config) as database:
        customers.create(database, card, 1.0)
    async with (
        centre.agent("8001", ready=False) as desk,
        centre.caller(FIRST) as first,
        centre.caller(VIP) as vip,
    ):
        await waits(centre, first)
        await waits(centre, vip, HOTLINE)
        call = await centre.until_phase("waiting", VIP)
        assert (call.tier, call.credit_s, call.ahead) == ("A", CREDIT_S, 0)
        await why_the_first_waits(centre, supervisor)
        await centre.ask(rq.GoReady(agent="8001"))
        talk = await desk.incoming(RING_S)
        await talk.answer()
        assert (await centre.until_phase("talking", VIP)).agent == "8001"
        await done_and_next(centre, "8001", talk, FIRST, desk)
    pick = (await decided(supervisor, call.id, "OfferMade"))["pick"]
    assert (pick["candidates"], pick["credit_s"], pick["ahead"]) == (["8001"], CREDIT_S, 0)


async def why_the_first_waits(centre: RealCentre, supervisor: Somebody) -> None:
    live = (await supervisor.get(f"/calls/{id_of(centre, FIRST)}/why"))["live"]
    assert (live["queue"], live["phase"], live["ahead"]) == ("support", "waiting", 1)
    by_agent = {one["agent"]: one["excluded"] for one in live["agents"]}
    assert by_agent == dict.fromkeys(("8002", "8003", "8004", "8006"), "signed_out") | {"8001": "paused"}
    async with nobody(centre) as stranger, signed_in(centre, "8002") as other:
        assert (await stranger.ask("GET", f"/calls/{id_of(centre, FIRST)}/why"))[0] == 401
        assert (await other.ask("GET", f"/calls/{id_of(centre, FIRST)}/why"))[0] == 404


async def done_and_next(centre: RealCentre, agent: str, talk: Any, caller: str, desk: Any) -> None:
    """The agent hangs up and the caller who waits is served."""
    await talk.hang_up()
    following = await desk.incoming(RING_S)
    await following.answer()
    await centre.until_phase("talking", caller)
    await done(centre, agent, following)


async def test_who_calls_again_gets_the_agent_of_the_last_talk(centre: RealCentre):
    async with centre.agent("8002") as second_desk, centre.caller(SECOND) as caller:
        await caller.call(SALES)
        talk = await second_desk.incoming(RING_S)
        await talk.answer()
        view = await centre.until_phase("talking", SECOND)
        await done(centre, "8002", talk)
        await centre.rows("select * from calls where id = :id and agent = '8002' and ended_at > 0", id=view.id)
        async with centre.agent("8001") as first_desk:
            await centre.ask(rq.Pause(agent="8002"))
            await centre.ask(rq.GoReady(agent="8002"))
            await caller.call(SALES)
            again = await second_desk.incoming(RING_S)
            await again.answer()
            assert (await centre.until_phase("talking", SECOND)).agent == "8002"
            assert not first_desk.calls, "idle for longer, and not asked"
            await done(centre, "8002", again)


async def test_a_change_by_the_page_is_in_force_for_a_caller_who_waits(
    centre: RealCentre, administrator: Somebody, supervisor: Somebody
):
    async with centre.agent("8001") as desk, centre.caller(FIRST) as caller:
        await changed(administrator, lambda one: one["queues"][0].update(skills={"english": 3}))
        await caller.call(SUPPORT)
        before = await centre.until_phase("waiting", FIRST)
        live = (await supervisor.get(f"/calls/{before.id}/why"))["live"]
        assert live["needs"] == {"english": 3}
        assert ("8001", "lacks_skill", "english 3") in [
            (one["agent"], one["excluded"], one["detail"]) for one in live["agents"]
        ]
        status, answer = await change(supervisor, (await administrator.get("/centre/document"))["document"], 1)
        assert (status, answer["error"]["word"]) == (403, "forbidden")
        await changed(administrator, lambda one: one["queues"][0].update(skills={}))
        talk = await desk.incoming(RING_S)
        await talk.answer()
        view = await centre.until_phase("talking", FIRST)
        assert (view.id, view.queued_at) == (before.id, before.queued_at)
        await done(centre, "8001", talk)


async def change(by: Somebody, document: Any, base_version: int) -> tuple[int, Any]:
    return await by.ask("PUT", "/centre/document", json={"base_version": base_version, "document": document})


async def changed(administrator: Somebody, how: Callable[[Any], None]) -> int:
    """The document in force, changed so; its new version."""
    current = await administrator.get("/centre/document")
    how(current["document"])
    status, answer = await change(administrator, current["document"], current["version"])
    assert status == 200, answer
    return int(answer["version"])


async def test_wrong_and_stale_changes_by_the_page_change_nothing_and_say_why(
    centre: RealCentre, administrator: Somebody
):
    async with centre.agent("8001", ready=False), centre.caller(FIRST) as caller:
        await waits(centre, caller)
        before = await administrator.get("/centre/document")
        wrong = msgspec.json.decode(msgspec.json.encode(before["document"]))
        wrong["rules"][0]["to"]["id"] = "nowhere"
        status, answer = await change(administrator, wrong, before["version"])
        assert (status, answer["error"]["word"]) == (400, "bad_centre")
        assert [one["path"] for one in answer["error"]["problems"]] == ["rules[0].to.id"]
        status, answer = await change(administrator, before["document"], before["version"] - 1)
        assert (status, answer["error"]["word"]) == (409, "stale_version")
        without = msgspec.json.decode(msgspec.json.encode(before["document"]))
        await deleting_a_queue_in_use_is_refused(centre, administrator, without, before["version"])
        assert (await centre.until_phase("waiting", FIRST)).queue == "support"


async def deleting_a_queue_in_use_is_refused(
    centre: RealCentre, administrator: Somebody, document: Any, version: int
) -> None:
    document["queues"] = [one for one in document["queues"] if one["id"] != "support"]
    status, answer = await change(administrator, document, version)
    assert (status, answer["error"]["word"]) in ((400, "bad_centre"), (409, "queue_has_waiters"))
    assert centre.floor.system.centre_version == version


# ---- by the command line


async def command(centre: RealCentre, *words: str) -> tuple[int, str]:
    """(exit status, everything it says)."""
    argv = [sys.executable, "-m", "callcenter", "--config", str(centre.config.file), *words]
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def exported(centre: RealCentre, file: Path) -> tuple[str, Any]:
    """The line with the version, and the document."""
    status, said = await command(centre, "export", str(file))
    assert status == 0, said
    text = file.read_text("utf-8")
    return text.splitlines()[0], yaml.safe_load(text)


def write(file: Path, first_line: str, document: Any) -> None:
    file.write_text(f"{first_line}\n{yaml.safe_dump(document, allow_unicode=True)}", "utf-8")


def newcomer_in(document: Any) -> Any:
    return next(one for one in document["agents"] if one["id"] == NEWCOMER)


async def test_a_file_is_in_force_at_once_for_a_caller_who_waits(centre: RealCentre, tmp_path: Path):
    file = tmp_path / "centre.yaml"
    async with centre.agent(NEWCOMER) as desk, centre.caller(FIRST) as caller:
        await caller.call(SUPPORT)
        before = await centre.until_phase("waiting", FIRST)
        version = centre.floor.system.centre_version
        first_line, document = await exported(centre, file)
        newcomer_in(document)["queues"] = ["sales", "nowhere"]
        write(file, first_line, document)
        status, said = await command(centre, "apply", str(file))
        assert status != 0
        assert "nowhere" in said
        assert str(file) in said
        assert centre.floor.system.centre_version == version
        assert (await centre.until_phase("waiting", FIRST)).queued_at == before.queued_at
        newcomer_in(document)["queues"] = ["sales", "support"]
        write(file, first_line, document)
        status, said = await command(centre, "apply", str(file))
        assert status == 0, said
        talk = await desk.incoming(RING_S)
        await talk.answer()
        view = await centre.until_phase("talking", FIRST)
        assert (view.id, view.queued_at, view.agent) == (before.id, before.queued_at, NEWCOMER)
        assert centre.floor.system.centre_version == version + 1
        status, said = await command(centre, "apply", str(file))
        assert status != 0, "made from a version that is no longer in force"
        assert centre.floor.system.centre_version == version + 1
        await done(centre, NEWCOMER, talk)
