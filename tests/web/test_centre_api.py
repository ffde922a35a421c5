"""The centre, telephones, health, audit: who may, and what comes of it."""

import msgspec
import pytest

from callcenter.calls.requests import ApplyCentre, QueueHasWaiters
from callcenter.web.centre_check import shape_problems
from tests.web.floor import centre
from tests.web.house import House, house

FORBIDDEN = [
    ("8001", "GET", "/centre/document"),
    ("8001", "GET", "/system"),
    ("8001", "GET", "/audit"),
    ("boss", "GET", "/audit"),
    ("boss", "GET", "/centre/document"),
    ("boss", "PUT", "/centre/document"),
    ("boss", "GET", "/centre/schema"),
    ("boss", "POST", "/centre/check"),
    ("boss", "GET", "/phone"),
    ("boss", "PUT", "/calls/c1/note"),
    ("admin", "POST", "/agent/ready"),
]


@pytest.mark.parametrize(("username", "method", "path"), FORBIDDEN)
async def test_what_a_role_may_not_is_forbidden(home: House, username: str, method: str, path: str) -> None:
    status, answer = await (await home.somebody(username)).ask(method, path, None if method == "GET" else {})

    assert (status, answer["error"]["word"]) == (403, "forbidden")


async def test_every_page_can_name_things(home: House) -> None:
    _, named = await (await home.somebody("8001")).get("/centre")

    assert [one["id"] for one in named["agents"]] == ["8001", "8002"]
    assert named["queues"][0]["name"] == {"zh-CN": "销售", "en": "Sales"}
    assert (named["skills"], named["music"]) == (
        [{"id": "english", "name": {"zh-CN": "英语", "en": "English"}}],
        ["default"],
    )
    assert named["tiers"] == [{"id": "A", "name": {"zh-CN": "贵宾", "en": "Gold"}, "credit_s": 90}]
    assert named["features"] == {"test_phone": True, "recording": True}


async def test_a_new_document_is_kept_and_put_in_force(home: House) -> None:
    admin = await home.somebody("admin")
    document = msgspec.structs.replace(centre(), zone="Asia/Tokyo")

    status, saved = await admin.ask(
        "PUT", "/centre/document", {"base_version": 1, "document": msgspec.to_builtins(document)}
    )

    assert (status, saved["version"], saved["document"]["zone"]) == (200, 2, "Asia/Tokyo")
    assert home.engine.asked == [ApplyCentre(version=2, centre=document)]
    assert home.archive.audited[-1].action == "change_centre"


async def test_a_stale_edit_changes_nothing(home: House) -> None:
    admin = await home.somebody("admin")

    status, answer = await admin.ask(
        "PUT", "/centre/document", {"base_version": 0, "document": msgspec.to_builtins(centre())}
    )

    assert (status, answer["error"]["word"]) == (409, "stale_version")
    assert home.engine.asked == []


async def test_a_document_the_engine_refuses_is_taken_back(home: House) -> None:
    admin = await home.somebody("admin")
    home.engine.refusal = QueueHasWaiters("callers wait in sales")
    document = msgspec.structs.replace(centre(), queues=(), agents=())

    status, answer = await admin.ask(
        "PUT", "/centre/document", {"base_version": 1, "document": msgspec.to_builtins(document)}
    )

    assert (status, answer["error"]["word"]) == (409, "queue_has_waiters")
    assert home.archive.document.document == centre()


async def test_a_wrong_field_deep_in_a_document_is_named(home: House) -> None:
    admin = await home.somebody("admin")
    document = msgspec.to_builtins(centre())
    document["queues"][0]["ring_s"] = 1

    status, answer = await admin.ask("PUT", "/centre/document", {"base_version": 1, "document": document})

    assert (status, answer["error"]["field"]) == (400, "document.queues[0].ring_s")
    assert "allowed: an integer between 5 and 120" in answer["error"]["message"]


async def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_changed(home: House) -> None:
    admin = await home.somebody("admin")
    document = msgspec.to_builtins(centre())
    document["queues"][0]["music"] = "jazz"
    document["numbers"][0]["flow"] = "gone"

    _, checked = await admin.ask("POST", "/centre/check", {"document": document})
    status, answer = await admin.ask("PUT", "/centre/document", {"base_version": 1, "document": document})

    assert [one["path"] for one in checked["problems"]] == ["queues[0].music", "numbers[0].flow"]
    assert (status, answer["error"]["word"]) == (400, "bad_centre")
    assert answer["error"]["problems"] == checked["problems"]
    assert "queues[0].music: there is no music 'jazz'; known: default" in answer["error"]["message"]
    assert (home.engine.asked, home.archive.document.version) == ([], 1)


async def test_a_sound_document_has_no_problems(home: House) -> None:
    _, checked = await (await home.somebody("admin")).ask(
        "POST", "/centre/check", {"document": msgspec.to_builtins(centre())}
    )

    assert checked == {"problems": []}


def test_every_entry_of_the_wrong_shape_is_named_with_what_is_allowed() -> None:
    queue = msgspec.to_builtins(centre().queues[0])
    document = {
        "zone": 3,
        "queues": [queue, queue | {"ring_s": 1}, queue | {"exits": {"x": {"to": "callback"}}}],
        "tiers": [{"id": "A"}],
        "queue": [{}],
    }

    told = {problem.path: problem.message for problem in shape_problems(document)}

    assert list(told) == ["zone", "queues[1].ring_s", "queues[2].exits", "tiers[0].name", "queue"]
    assert told["queues[1].ring_s"] == "Expected int >= 5; allowed: an integer between 5 and 120"
    assert told["queues[2].exits"].startswith("a key of it: ")
    assert told["queues[2].exits"].endswith("; allowed: one key of a telephone")
    assert told["queue"].startswith("is not known here; allowed: zone, ")


async def test_the_schema_describes_the_document(home: House) -> None:
    _, schema = await (await home.somebody("admin")).get("/centre/schema")

    assert schema["$defs"]["Queue"]["properties"]["ring_s"] == {
        "type": "integer",
        "minimum": 5,
        "maximum": 120,
        "default": 20,
    }


async def test_an_agent_gets_its_own_telephone_and_no_other(home: House) -> None:
    _, phone = await (await home.somebody("8001")).get("/phone")
    status, answer = await (await home.somebody("8002")).get("/phone")

    assert phone == {
        "uri": "sip:8001-web@callcenter",
        "username": "8001-web",
        "password": "sip-secret",
        "websocket": "/sip",
        "ice_servers": [],
    }
    assert (status, answer["error"]["word"]) == (404, "no_phone")


async def test_the_test_phone_is_there_in_the_demo_only(home: House) -> None:
    _, phone = await (await home.nobody()).get("/test-phone")
    async with house() as elsewhere:
        status, answer = await (await elsewhere.nobody()).get("/test-phone")

    assert (phone["username"], phone["password"]) == ("testphone", "demo-secret")
    assert phone["numbers"] == [{"number": "+862155550100", "name": {"zh-CN": "欢迎", "en": "Welcome"}}]
    assert (status, answer["error"]["word"]) == (404, "no_test_phone")


async def test_health_is_told_with_and_without_an_engine() -> None:
    async with house() as home:
        await home.up()
        boss = await home.somebody("boss")
        _, healthy = await boss.get("/system")
        home.link._lose()
        _, lost = await boss.get("/system")

    assert (healthy["engine_link"], healthy["asterisk"], healthy["database"]) == ("up", "up", "up")
    assert healthy["engine"]["journal"] == "ok"
    assert (lost["engine_link"], lost["asterisk"]) == ("lost", "unknown")


async def test_an_administrator_reads_the_audit(home: House) -> None:
    await home.archive.note("8001", "listen", "c1", "127.0.0.1", part=1)

    _, found = await (await home.somebody("admin")).get("/audit?limit=10")

    assert found["entries"][0]["details"] == {"part": 1}


async def test_a_mistake_of_ours_is_told_without_its_inside(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> None:
        raise RuntimeError("secret path /var/x")

    monkeypatch.setattr(home.archive, "queues_today", broken)

    status, answer = await (await home.somebody("boss")).get("/queues/today")

    assert (status, answer["error"]["word"]) == (500, "internal")
    assert "secret" not in answer["error"]["message"]
