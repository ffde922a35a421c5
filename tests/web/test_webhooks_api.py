"""Webhooks in the pages: set up, changed, their deliveries looked at and sent anew."""

from typing import Any

import pytest

from callcenter.reporting import signing
from callcenter.store import deliveries, webhooks
from tests.web.house import Reader
from tests.web.real_house import RealHouse, real_house

NEW = {"name": "CRM", "url": "https://crm.example.com/hook"}


@pytest.fixture(scope="module")
async def place() -> Any:
    async with real_house() as made:
        yield made


async def added(reader: Reader, **changes: Any) -> tuple[str, str]:
    status, answer = await reader.ask("POST", "/webhooks", NEW | changes)
    assert status == 200, answer
    return answer["id"], answer["secret"]


async def test_a_webhook_is_set_up_and_its_secret_told_once(place: RealHouse) -> None:
    admin = await place.somebody("admin")
    id_, secret = await added(admin, queues=["sales"], outcomes=["answered"])

    status, answer = await admin.get("/webhooks")
    [entry] = answer["webhooks"]
    assert (status, entry["name"], entry["masked"], entry["queues"]) == (200, "CRM", True, ["sales"])
    assert secret.startswith(signing.PREFIX) and secret not in str(answer)
    _, audited = await admin.get("/audit?action=add_webhook")
    assert audited["entries"][0]["target"] == id_ and secret not in str(audited)


async def test_another_secret_takes_the_place_of_the_first(place: RealHouse) -> None:
    admin = await place.somebody("admin")
    id_, secret = await added(admin)
    status, answer = await admin.ask("POST", f"/webhooks/{id_}/secret", {})
    assert status == 200 and answer["secret"] != secret
    assert webhooks.webhook(place.database, id_).secret == answer["secret"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"url": "https://127.0.0.1/hook"}, "url"),
    ({"url": "http://crm.example.com\r\nX: y"}, "url"),
    ({"url": "file:///etc/passwd"}, "url"),
    ({"name": "  "}, "name"),
    ({"queues": ["nowhere"]}, "queues"),
    ({"outcomes": ["lost"]}, "outcomes[0]"),
    ({"secret": "mine"}, "secret"),
]


async def test_bad_input_is_refused_by_field(place: RealHouse) -> None:
    admin = await place.somebody("admin")
    for change, field in BAD:
        status, answer = await admin.ask("POST", "/webhooks", NEW | change)
        assert (status, answer["error"]["word"], answer["error"]["field"]) == (400, "bad_value", field)


async def test_a_stale_change_is_refused_and_a_good_one_kept(place: RealHouse) -> None:
    admin = await place.somebody("admin")
    id_, _ = await added(admin)
    assert (await admin.ask("PUT", f"/webhooks/{id_}", NEW | {"active": False, "version": 1}))[0] == 200
    status, answer = await admin.ask("PUT", f"/webhooks/{id_}", NEW | {"version": 1})
    assert (status, answer["error"]["word"]) == (409, "stale_version")
    status, answer = await admin.ask("POST", f"/webhooks/{id_}/test", {})
    assert (status, answer["error"]["word"]) == (409, "webhook_off")
    assert (await admin.ask("DELETE", f"/webhooks/{id_}"))[0] == 200
    status, answer = await admin.ask("PUT", f"/webhooks/{id_}", NEW | {"version": 2})
    assert (status, answer["error"]["word"]) == (404, "no_such_webhook")


async def test_deliveries_are_listed_opened_and_sent_anew(place: RealHouse) -> None:
    admin = await place.somebody("admin")
    id_, _ = await added(admin)
    kept = webhooks.webhook(place.database, id_)
    for n in range(3):
        deliveries.put(place.database, kept, "call.finished", f"call-{n}", '{"a":1}', f"dlv_{n}", 100.0 + n)
    [newest] = deliveries.recent(place.database, id_, limit=1)
    failed = deliveries.Attempt(number=1, at=200.0, took_s=0.1, status=500, error="HTTP 500")
    deliveries.note_attempt(place.database, newest, failed, None)

    _, page = await admin.get(f"/webhooks/{id_}/deliveries?limit=2")
    assert [each["id"] for each in page["deliveries"]] == ["dlv_2", "dlv_1"]
    _, rest = await admin.get(f"/webhooks/{id_}/deliveries?limit=2&before={page['before']}")
    assert [each["id"] for each in rest["deliveries"]] == ["dlv_0"] and rest["before"] is None
    _, given_up = await admin.get(f"/webhooks/{id_}/deliveries?state=given_up")
    assert [each["id"] for each in given_up["deliveries"]] == ["dlv_2"]

    _, detail = await admin.get(f"/webhooks/{id_}/deliveries/dlv_2")
    assert (detail["body"], detail["tried"][0]["status"]) == ('{"a":1}', 500)
    assert (await admin.ask("POST", f"/webhooks/{id_}/deliveries/dlv_2/replay", {}))[0] == 200
    _, detail = await admin.get(f"/webhooks/{id_}/deliveries/dlv_2")
    assert (detail["state"], detail["attempts"]) == ("waiting", 1)
    status, answer = await admin.get(f"/webhooks/{id_}/deliveries?before=nothing")
    assert (status, answer["error"]["word"]) == (404, "no_such_delivery")


async def test_a_test_is_put_into_the_line(place: RealHouse) -> None:
    admin = await place.somebody("admin")
    id_, _ = await added(admin, calls=False)
    _, answer = await admin.ask("POST", f"/webhooks/{id_}/test", {})
    _, detail = await admin.get(f"/webhooks/{id_}/deliveries/{answer['id']}")
    assert detail["kind"] == "webhook.ping" and '"name":"CRM"' in detail["body"]
