"""What supervisors ask for: in whose name, over whom, and what the audit keeps of it."""

from typing import Any

import msgspec
import pytest

from callcenter.calls import requests
from callcenter.calls.centre import Agent, Centre, Choice, Queue, RoleRights
from callcenter.calls.desk import Supervision
from callcenter.calls.views import PartyView
from callcenter.web.access import Account
from tests.web.fake_archive import ACCOUNTS
from tests.web.floor import SALES, agent, call, centre, floor
from tests.web.house import House

CHIEF = Account(username="chief", name="Ma Li", role="supervisor", agent="8009")
LEAD = Account(username="lead", name="Lead", role="lead", agent="8009", groups=("north",))
OVER_GROUP = ("see_calls", "listen", "take_over", "force_agents", "force_calls", "notify_agents")


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACCOUNTS, "chief", CHIEF)
    monkeypatch.setitem(ACCOUNTS, "lead", LEAD)


def two_groups() -> Centre:
    """8001 is in the north and serves sales, 8002 in the south and serves service."""
    role = RoleRights(id="lead", name=SALES, grants={"take_calls": "all", **dict.fromkeys(OVER_GROUP, "group")})  # type: ignore[arg-type]
    agents = (
        Agent(id="8001", name="Li Na", queues=("sales",), groups=("north",)),
        Agent(id="8002", name="Wang Wei", queues=("service",), groups=("south",)),
    )
    return msgspec.structs.replace(
        centre(),
        queues=(*centre().queues, Queue(id="service", name=SALES)),
        groups=(Choice(id="north", name=SALES), Choice(id="south", name=SALES)),
        agents=agents,
        roles=(role,),
    )


async def busy(home: House) -> None:
    """Both agents talk; a caller waits in either queue; the chief listens to 8001."""
    home.engine.state = floor(
        agents=(
            agent("8001", state="talking", interaction="north-talk"),
            agent("8002", state="talking", interaction="south-talk"),
            agent("8009", listens_to="8001"),
        ),
        calls=(
            call("north-talk", phase="talking", agent="8001"),
            call("south-talk", phase="talking", agent="8002", queue="service"),
            call("north-waits", queue="sales"),
            call("south-waits", queue="service"),
        ),
    )
    home.link._rise(home.engine.state)
    home.put_in_force(two_groups())
    await home.floor_at(home.engine.state.seq)


ACTS: list[tuple[str, dict[str, Any], requests.AnyRequest, tuple[str, str, dict[str, Any]]]] = [
    (
        "/floor/listen",
        {"agent": "8001"},
        requests.Listen(by="chief", supervisor="8009", agent="8001"),
        ("listen_in", "8001", {"interaction": "north-talk"}),
    ),
    (
        "/floor/listen",
        {"agent": "8001", "mode": "whisper"},
        requests.Listen(by="chief", supervisor="8009", agent="8001", mode="whisper"),
        ("whisper", "8001", {"interaction": "north-talk"}),
    ),
    (
        "/floor/listen",
        {"agent": "8001", "mode": "barge"},
        requests.Listen(by="chief", supervisor="8009", agent="8001", mode="barge"),
        ("barge_in", "8001", {"interaction": "north-talk"}),
    ),
    (
        "/floor/listen/stop",
        {},
        requests.StopListening(by="chief", supervisor="8009"),
        ("stop_listening", "8001", {}),
    ),
    (
        "/floor/take-over",
        {},
        requests.TakeOver(by="chief", supervisor="8009"),
        ("take_over", "8001", {"interaction": "north-talk"}),
    ),
    (
        "/calls/north-talk/cut",
        {},
        requests.CutCall(by="chief", interaction="north-talk"),
        ("cut_call", "north-talk", {"agent": "8001", "phase": "talking"}),
    ),
    (
        "/calls/north-waits/move",
        {"to": "queue", "id": "service"},
        requests.MoveWaiter(by="chief", interaction="north-waits", to="queue", id="service"),
        ("move_waiter", "north-waits", {"to": "queue", "id": "service", "queue": "sales"}),
    ),
    (
        "/agents/8002/state",
        {"to": "paused", "reason": "lunch"},
        requests.ForceAgent(by="chief", agent="8002", to="paused", reason="lunch"),
        ("force_agent", "8002", {"to": "paused", "reason": "lunch"}),
    ),
    (
        "/notices",
        {"to": ["8001"], "text": "call me", "urgent": True},
        requests.SendNotice(by="chief", by_name="Ma Li", to=("8001",), text="call me", urgent=True),
        ("send_notice", "8001", {"text": "call me", "urgent": True}),
    ),
    (
        "/rooms/hall/invite",
        {"number": "+8613900139000"},
        requests.InviteToRoom(by="chief", room="hall", number="+8613900139000"),
        ("room_invite", "hall", {"number": "+8613900139000"}),
    ),
    (
        "/rooms/hall/kick",
        {"channel": "x"},
        requests.KickMember(by="chief", room="hall", channel="x"),
        ("room_kick", "hall", {"member": ""}),
    ),
    (
        "/rooms/hall/mute",
        {"channel": "x", "on": True},
        requests.MuteMember(by="chief", room="hall", channel="x", on=True),
        ("room_mute", "hall", {"member": "", "on": True}),
    ),
    (
        "/rooms/hall/lock",
        {"on": True},
        requests.LockRoom(by="chief", room="hall", on=True),
        ("room_lock", "hall", {"on": True}),
    ),
]


@pytest.mark.parametrize(("path", "body", "asked", "kept"), ACTS)
async def test_an_act_is_asked_in_the_supervisors_name_and_audited(
    home: House, path: str, body: dict[str, Any], asked: requests.AnyRequest, kept: tuple[str, str, dict[str, Any]]
) -> None:
    await busy(home)

    status, answer = await (await home.somebody("chief")).ask("POST", path, body)

    assert (status, home.engine.asked) == (200, [asked]), answer
    entry = home.archive.audited[-1]
    assert (entry.by, entry.action, entry.target, entry.details) == ("chief", *kept)


@pytest.mark.parametrize(("path", "body"), [(path, body) for path, body, _, _ in ACTS])
async def test_a_refused_act_changes_nothing_and_is_no_act_in_the_audit(
    home: House, path: str, body: dict[str, Any]
) -> None:
    await busy(home)
    home.engine.refusal = requests.NotNow("the call is over")

    status, answer = await (await home.somebody("chief")).ask("POST", path, body)

    assert (status, answer["error"]["word"]) == (409, "not_now")
    assert home.archive.audited == []


OUT_OF_REACH = [
    ("/floor/listen", {"agent": "8002"}, "forbidden"),
    ("/agents/8002/state", {"to": "ready"}, "forbidden"),
    ("/calls/north-waits/move", {"to": "agent", "id": "8002"}, "forbidden"),
    ("/notices", {"to": ["8001", "8002"], "text": "hi"}, "forbidden"),
    ("/calls/south-talk/cut", {}, "no_such_call"),
    ("/calls/south-waits/move", {"to": "front"}, "no_such_call"),
    ("/calls/never-was/cut", {}, "no_such_call"),
]


@pytest.mark.parametrize(("path", "body", "word"), OUT_OF_REACH)
async def test_who_is_in_charge_of_a_group_touches_nobody_elses_agents_and_calls(
    home: House, path: str, body: dict[str, Any], word: str
) -> None:
    await busy(home)

    _, answer = await (await home.somebody("lead")).ask("POST", path, body)

    assert answer["error"]["word"] == word
    assert (home.engine.asked, home.archive.audited) == ([], [])


@pytest.mark.parametrize("path", ["/calls/north-talk/cut", "/calls/north-waits/cut"])
async def test_who_is_in_charge_of_a_group_acts_on_its_talks_and_waiters(home: House, path: str) -> None:
    await busy(home)

    status, _ = await (await home.somebody("lead")).ask("POST", path, {})

    assert status == 200


async def test_a_notice_to_everybody_goes_to_those_in_reach_who_are_at_work(home: House) -> None:
    await busy(home)

    await (await home.somebody("lead")).ask("POST", "/notices", {"text": "meeting at five"})
    await (await home.somebody("chief")).ask("POST", "/notices", {"text": "meeting at five"})

    sent = [one.to for one in home.engine.asked if isinstance(one, requests.SendNotice)]
    assert sent == [("8001", "8009"), ()]


@pytest.mark.parametrize("path", ["/floor/listen", "/floor/listen/stop", "/floor/take-over", "/rooms/hall/join"])
async def test_without_a_phone_the_answer_says_what_to_do(home: House, path: str) -> None:
    status, answer = await (await home.somebody("boss")).ask(
        "POST", path, {"agent": "8001"} if path == "/floor/listen" else {}
    )

    assert (status, answer["error"]["word"]) == (404, "no_phone")
    assert "agent id" in answer["error"]["message"]


async def test_nothing_is_done_by_a_picture_that_is_not_live(home: House) -> None:
    await busy(home)
    chief = await home.somebody("chief")
    home.link._lose()

    status, answer = await chief.ask("POST", "/calls/north-talk/cut", {})

    assert (status, answer["error"]["word"]) == (503, "engine_lost")


async def test_a_listener_is_hidden_from_the_agent_unless_the_centre_says_otherwise(home: House) -> None:
    await busy(home)
    ear = PartyView(channel="s", role="supervisor", who="8009", since=1.0, state="listening", mode="listen")
    home.engine.publish(calls={"north-talk": call("north-talk", phase="talking", agent="8001", parties=(ear,))})
    await home.floor_at(home.engine.state.seq)
    async with (await home.somebody("8001")).page() as page, (await home.somebody("chief")).page() as boss:
        hidden, seen = await page.until("snapshot"), await boss.until("snapshot")
        told = msgspec.structs.replace(two_groups(), supervision=Supervision(tell_agent=True))
        home.put_in_force(told)
        after = await page.until("snapshot")

    assert hidden["floor"]["calls"]["north-talk"]["parties"] == []
    assert hidden["floor"]["agents"]["8009"]["listens_to"] == ""
    assert [party["who"] for party in seen["floor"]["calls"]["north-talk"]["parties"]] == ["8009"]
    assert [party["who"] for party in after["floor"]["calls"]["north-talk"]["parties"]] == ["8009"]
