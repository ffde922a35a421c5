"""Reports over HTTP: figures with their formulas, narrowed to whoever asks, as files; bad questions refused."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from openpyxl import load_workbook

from callcenter.calls.centre import Agent, Centre, Choice, Number, Queue, RoleRights
from callcenter.calls.languages import Text
from callcenter.store import accounts, audit
from callcenter.store.database import writing
from callcenter.store.projections import apply
from tests.store.ledger_stories import CENTRE, answered_call, ev, numbered
from tests.web.fake_archive import PASSWORD
from tests.web.floor import centre
from tests.web.real_house import RealHouse, real_house

BEGIN = datetime(2026, 11, 26, 2, 0, tzinfo=UTC).timestamp()  # 10:00 in Shanghai
DAY = "from=2026-11-26&to=2026-11-26"
GROUPED = RoleRights(
    id="lead",
    name=Text(zh="组长", en="Lead"),
    grants={"see_figures": "all", "see_calls": "group", "export": "all"},
)


def document() -> Centre:
    base = centre()
    queues = (
        Queue(id="service", name=Text(zh="客服", en="Service")),
        Queue(id="secret", name=Text(zh="=机密", en="=Secret")),
    )
    agents = (
        Agent(id="8001", name="Li Na", queues=("service",), groups=("first",)),
        Agent(id="8002", name="Wang Wei", queues=("secret",), groups=("second",)),
    )
    numbers = tuple(Number(number=each, flow="welcome") for each in ("+862112345678", "4001"))
    groups = tuple(Choice(id=each, name=Text(zh=each, en=each)) for each in ("first", "second"))
    return msgspec.structs.replace(
        base, queues=queues, agents=agents, groups=groups, roles=(GROUPED,), numbers=numbers, zone="Asia/Shanghai"
    )


@pytest.fixture(scope="module")
async def place() -> Any:
    async with real_house(document()) as made:
        events: list[Any] = [ev.CentreApplied(at=1.0, version=1, centre=CENTRE)]
        events += answered_call("one-1.1", BEGIN)
        events += answered_call("one-2.1", BEGIN + 5000, agent="8002", offer="o2")
        with writing(made.database) as connection:
            apply(connection, numbered(events))
        lead = accounts.Account(username="lead", role="lead", agent=None, name="L", language="en", groups=("first",))
        accounts.save(made.database, lead, PASSWORD)
        yield made


def column(sheet: dict[str, Any], name: str) -> list[Any]:
    at = [each["id"] for each in sheet["columns"]].index(name)
    return [row[at] for row in sheet["rows"]]


def tile(answer: dict[str, Any], figure: str) -> dict[str, Any]:
    return next(each for each in answer["tiles"] if each["column"]["id"] == figure)


async def test_a_report_has_figures_formulas_and_an_earlier_period(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    status, answer = await boss.get(f"/reports/queues?{DAY}&compare=true")
    assert status == 200, answer
    assert (tile(answer, "offered")["value"], tile(answer, "offered")["before"]) == (2, 0)
    assert tile(answer, "asa_s")["value"] == 4.0 and tile(answer, "asa_s")["before"] is None
    steps = answer["sheets"][0]
    assert steps["id"] == "by_step" and len(steps["rows"]) == 24
    assert sum(column(steps, "offered")) == 2 and column(steps, "offered")[10] == 1
    [formula] = [each for each in answer["formulas"] if each["figure"] == "service_level"]
    assert formula["expression"] == "within / (offered - short)"
    assert (formula["setting"], len(formula["variants"])) == ("service_level", 4)
    assert answer["period"]["from_at"] == datetime(2026, 11, 25, 16, tzinfo=UTC).timestamp()
    assert answer["before"]["to_at"] == answer["period"]["from_at"] and answer["wrong"] == []


async def test_it_can_be_compared_with_the_same_days_earlier_or_days_of_ones_own(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    for query, begins in (
        ("compare=week", "2026-11-18"),
        ("compare=month", "2026-10-25"),
        ("compare=year", "2025-11-25"),
        ("compare=own&before_from=2026-03-02", "2026-03-01"),
    ):
        status, answer = await boss.get(f"/reports/queues?{DAY}&{query}")
        assert status == 200, answer
        before = answer["before"]
        assert before["from_at"] == datetime.fromisoformat(f"{begins}T16:00:00+00:00").timestamp(), query
        assert before["to_at"] - before["from_at"] == 86_400
    for query, field in (
        ("from=2026-11-01&to=2026-11-26&compare=week", "compare"),
        (f"{DAY}&compare=own", "before_from"),
        (f"{DAY}&compare=own&before_from=spring", "before_from"),
    ):
        status, answer = await boss.get(f"/reports/queues?{query}")
        assert (status, answer["error"]["field"]) == (400, field), answer
        assert answer["error"]["text"]["zh-CN"]


async def test_another_formula_can_be_chosen(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    _, answer = await boss.get(f"/reports/queues?{DAY}&service_level=of_answered")
    [formula] = [each for each in answer["formulas"] if each["figure"] == "service_level"]
    assert (formula["variant"], formula["expression"]) == ("of_answered", "within / answered")


BAD = [
    ("", "from"),
    ("from=2026-11-26", "to"),
    ("from=2026-11-26&to=2026-11-25", "to"),
    ("from=2026-13-01&to=2026-11-25", "from"),
    ("from=2026-11-26'--&to=2026-11-26", "from"),
    ("from=2026-11-26T08:07&to=2026-11-26T09:00", "from"),
    ("from=2000-01-01&to=2026-11-26", "to"),
    ("from=2026-01-01&to=2026-11-26&grain=quarter", "to"),
    (f"{DAY}&queues=nowhere", "queues"),
    (f"{DAY}&queues=service' OR 1=1 --", "queues"),
    (f"{DAY}&dispositions=x", "dispositions"),
    (f"{DAY}&service_level=best", "service_level"),
    (f"{DAY}&fcr_days=90", "fcr_days"),
]


async def test_bad_questions_are_refused_by_field(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    for query, field in BAD:
        status, answer = await boss.get(f"/reports/queues?{query}")
        assert (status, answer["error"]["word"], answer["error"]["field"]) == (400, "bad_report", field), answer


async def test_refusals_say_in_chinese_what_is_wrong_without_an_english_word(place: RealHouse) -> None:
    boss, asked = await place.somebody("boss"), [f"/reports/queues?{query}" for query, _ in BAD]
    asked += [
        f"/reports/nothing?{DAY}",
        f"/reports/queues?{DAY}&agents=8001",
        f"/reports/queues/calls?{DAY}&figure=x",
    ]
    asked += [f"/reports/queues/export?{DAY}&format=csv&sheet=x", f"/reports/numbers?{DAY}&direction=sideways"]
    for path in asked:
        status, answer = await boss.get(path)
        text = answer["error"]["text"]
        assert status in (400, 404), answer
        assert CHINESE.search(text["zh-CN"]) and not CHINESE.search(text["en"]), text
        assert not ENGLISH.search(_without_names(text["zh-CN"])), text


CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile("[A-Za-z]{2,} [A-Za-z]{2,}")  # names of values may be English words, sentences not


def _without_names(text: str) -> str:
    """Lists of what is allowed, and what was asked for."""
    return text.replace("service' OR 1=1 --", "")


async def test_numbers_are_taken_as_people_write_them(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    _, known = await boss.get("/reports")
    (numbers,) = [each["numbers"] for each in known["reports"] if each["name"] == "numbers"]
    assert numbers == ["+862112345678", "4001"]
    for written, calls in (("%2B86 21 1234 5678", 2), ("021-1234", 2), ("5678", 2), ("40 01", 0)):
        status, answer = await boss.get(f"/reports/numbers?{DAY}&numbers={written}")
        assert (status, tile(answer, "calls")["value"]) == (200, calls), (written, answer)
    status, answer = await boss.get(f"/reports/numbers?{DAY}&numbers=99999")
    assert (status, answer["error"]["field"]) == (400, "numbers")


async def test_every_setting_of_a_report_says_what_it_may_be(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    _, known = await boss.get("/reports")
    for report in known["reports"]:
        assert [one["setting"] for one in report["choices"]] == report["settings"]
        for setting in report["choices"]:
            for value in [one["value"] for one in setting["choices"]] or ["30"]:
                status, answer = await boss.get(f"/reports/{report['name']}?{DAY}&{setting['setting']}={value}")
                assert status == 200, answer


async def test_a_field_of_the_heat_map_opens_its_calls(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    path = "/reports/traffic/calls?from=2026-11-01&to=2026-11-30&figure=offered"
    _, found = await boss.get(f"{path}&weekday=3&hour=10")  # a Thursday
    assert [each["call"]["id"] for each in found["calls"]] == ["one-1.1"]
    _, found = await boss.get(f"{path}&weekday=2&hour=10")
    assert found["calls"] == []


async def test_a_file_of_a_comparison_has_the_earlier_tables_behind(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    path = f"{boss.base}/api/v1/reports/queues/export?from=2026-11-27&to=2026-11-27&compare=true&language=en"
    async with boss.http.get(f"{path}&format=xlsx") as response:
        book = load_workbook(io.BytesIO(await response.read()))
    assert "By queue, before" in book.sheetnames
    async with boss.http.get(f"{path}&format=csv&sheet=by_queue_before") as response:
        assert (await response.read()).decode("utf-8-sig").splitlines()[1].startswith("Service,2,2")


async def test_what_no_report_is_asked_is_refused(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    for query in ("order_by=offered;DROP TABLE calls", "grain=second", "compare=perhaps", "limit=1"):
        status, answer = await boss.get(f"/reports/queues?{DAY}&{query}")
        assert (status, answer["error"]["word"]) == (400, "bad_value"), answer


async def test_an_unknown_report_is_said_to_be_none(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    status, answer = await boss.get(f"/reports/sqlite_master?{DAY}")
    assert (status, answer["error"]["word"]) == (404, "no_such_report")


async def test_whoever_leads_a_group_gets_its_queues_alone(place: RealHouse) -> None:
    lead = await place.somebody("lead")
    _, answer = await lead.get(f"/reports/queues?{DAY}")
    assert tile(answer, "offered")["value"] == 2  # both calls were for the group's queue
    assert answer["narrowed_to"] == ["service"]
    status, answer = await lead.get(f"/reports/queues?{DAY}&queues=secret")
    assert (status, answer["error"]["word"]) == (403, "forbidden")
    status, answer = await lead.get(f"/reports/queues/export?{DAY}&queues=secret&format=csv")
    assert (status, answer["error"]["word"]) == (403, "forbidden")


async def test_an_agent_gets_no_report_of_queues(place: RealHouse) -> None:
    agent = await place.somebody("8001")
    _, answer = await agent.get("/reports")
    assert "queues" not in [each["name"] for each in answer["reports"]]
    status, answer = await agent.get(f"/reports/queues?{DAY}")
    assert (status, answer["error"]["word"]) == (403, "forbidden")


async def test_a_file_is_made_and_audited(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    path = f"{boss.base}/api/v1/reports/queues/export?{DAY}&language=zh-CN"
    async with boss.http.get(f"{path}&format=xlsx") as response:
        assert response.status == 200
        assert "filename*=UTF-8''%E9%98%9F%E5%88%97-2026-11-26" in response.headers["Content-Disposition"]
        book = load_workbook(io.BytesIO(await response.read()))
    assert [cell.value for cell in book["按队列"][2]][:3] == ["客服", 2, 2]
    assert [cell.value for cell in book["按队列"][3]][:3] == ["合计", 2, 2]
    async with boss.http.get(f"{path}&format=csv&sheet=by_queue") as response:
        text = (await response.read()).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("客服,2,2")
    entry = audit.entries(place.database, what="export_report")[0]
    assert (entry.who, entry.object, entry.details["format"]) == ("boss", "queues", "csv")
    status, answer = await boss.get(f"/reports/queues/export?{DAY}&format=csv&sheet=../x")
    assert (status, answer["error"]["field"]) == (400, "sheet")


async def test_a_report_that_takes_too_long_is_broken_off(place: RealHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlalchemy as sa

    from callcenter.reporting.catalogue import REPORTS
    from callcenter.store.bounded import bounded
    from callcenter.web.store_door import REPORTS as DOOR
    from callcenter.web.threads import StoreThreads

    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    def slow(db: sa.Engine, _asked: Any) -> Any:
        with db.connect() as connection:
            return connection.execute(sa.text(endless)).all()

    impatient = bounded(place.database, 0.2)
    monkeypatch.setitem(place.application._state, DOOR, StoreThreads(impatient, 1, "impatient"))
    monkeypatch.setitem(REPORTS, "queues", msgspec.structs.replace(REPORTS["queues"], parts=(slow,)))
    boss = await place.somebody("boss")
    status, answer = await boss.get(f"/reports/queues?{DAY}")
    assert (status, answer["error"]["word"]) == (503, "report_too_slow")
    impatient.dispose()


async def test_a_figure_opens_its_calls_as_far_as_they_are_somebodys(place: RealHouse) -> None:
    boss = await place.somebody("boss")
    _, page = await boss.get(f"/reports/queues/calls?{DAY}&figure=answered&limit=1")
    assert [each["call"]["id"] for each in page["calls"]] == ["one-2.1"] and page["next"]
    _, hour = await boss.get(f"/reports/queues/calls?{DAY}&figure=answered&begins_at={BEGIN}&ends_at={BEGIN + 3600}")
    assert [each["call"]["id"] for each in hour["calls"]] == ["one-1.1"] and hour["next"] is None
    agent = await place.somebody("8001")
    _, own = await agent.get(f"/reports/agents/calls?{DAY}&figure=handled")
    assert [each["call"]["id"] for each in own["calls"]] == ["one-1.1"]
    status, answer = await agent.get(f"/reports/agents/calls?{DAY}&figure=handled&agents=8002")
    assert (status, answer["error"]["word"]) == (403, "forbidden")
    status, answer = await boss.get(f"/reports/queues/calls?{DAY}&figure=sqlite_master")
    assert (status, answer["error"]["field"]) == (400, "figure")
