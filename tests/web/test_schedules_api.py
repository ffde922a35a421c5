"""Scheduled reports in the pages: set up, changed, run by hand, their runs looked at."""

from typing import Any

import pytest

from callcenter.reporting.settings import Mail, Settings
from callcenter.store import report_runs
from callcenter.web.reporting_door import REPORTING
from tests.web.house import Reader
from tests.web.real_house import RealHouse, real_house

NEW = {"name": "Daily", "report": "queues", "every": "day", "at": "08:00"}


@pytest.fixture(scope="module")
async def place() -> Any:
    async with real_house() as made:
        yield made


async def added(reader: Reader, **changes: Any) -> str:
    status, answer = await reader.ask("POST", "/schedules", NEW | changes)
    assert status == 200, answer
    return str(answer["id"])


async def test_a_schedule_is_set_up_changed_and_deleted(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    id_ = await added(boss, options={"queues": "sales", "service_level": "of_offered", "grain": "hour"})
    _, answer = await boss.get("/schedules")
    [entry] = answer["schedules"]
    assert (entry["name"], entry["options"]["queues"], answer["mail"]) == ("Daily", "sales", False)
    assert entry["next_at"] > 0

    assert (await boss.ask("PUT", f"/schedules/{id_}", NEW | {"active": False, "version": 1}))[0] == 200
    status, answer = await boss.ask("PUT", f"/schedules/{id_}", NEW | {"version": 1})
    assert (status, answer["error"]["word"]) == (409, "stale_version")
    _, answer = await boss.get("/schedules")
    assert answer["schedules"][0]["next_at"] is None
    assert (await boss.ask("DELETE", f"/schedules/{id_}"))[0] == 200
    status, answer = await boss.ask("DELETE", f"/schedules/{id_}")
    assert (status, answer["error"]["word"]) == (404, "no_such_schedule")


BAD: list[tuple[dict[str, Any], str]] = [
    ({"report": "nonsense"}, "options"),
    ({"every": "week", "on": 8}, "on"),
    ({"every": "year"}, "every"),
    ({"at": "24:00"}, "at"),
    ({"options": {"queues": "nowhere"}}, "options"),
    ({"options": {"order_by": "1; DROP TABLE calls"}}, "options"),
    ({"options": {"service_level": "best"}}, "options"),
    ({"options": {"grain": "second"}}, "options"),
    ({"way": "webhook", "to": ["whk_none"]}, "to"),
    ({"way": "mail", "to": ["boss@example.com"]}, "way"),
    ({"format": "exe"}, "format"),
]


async def test_bad_input_is_refused_by_field(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    for change, field in BAD:
        status, answer = await boss.ask("POST", "/schedules", NEW | change)
        assert (status, answer["error"]["word"], answer["error"]["field"]) == (400, "bad_value", field), answer


async def test_what_is_no_mail_address_is_refused(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    place.application[REPORTING] = Settings(mail=Mail(host="mail.example.com", sender="cc@example.com"))
    await added(boss, name="good", way="mail", to=["boss@example.com"])
    for address in ("nobody", "a@b@c", "a@example.com\r\nBcc: x@example.com", "a b@example.com", ""):
        status, answer = await boss.ask("POST", "/schedules", NEW | {"way": "mail", "to": [address]})
        assert (status, answer["error"]["field"]) == (400, "to[0]"), answer
    place.application[REPORTING] = Settings()


async def test_a_run_by_hand_is_put_into_the_line_and_listed(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    id_ = await added(boss)
    _, answer = await boss.ask("POST", f"/schedules/{id_}/run", {})
    _, page = await boss.get(f"/schedule-runs?schedule={id_}")
    [run] = page["runs"]
    assert (run["id"], run["by"], run["name"]) == (answer["id"], "boss", "Daily")

    report_runs.settle(place.database, run["id"], 2.0, error="no room", again_at=None)
    assert (await boss.ask("POST", f"/schedule-runs/{run['id']}/retry", {}))[0] == 200
    status, answer = await boss.ask("POST", "/schedule-runs/run_none/retry", {})
    assert (status, answer["error"]["word"]) == (404, "no_such_run")
