"""A demo that was set up by an older version gets the demo's newer numbers, and keeps all it has."""

import msgspec
import pytest

from callcenter.calls.centre import Centre, Number
from callcenter.demo.centre import centre
from callcenter.preparation.demo_additions import add_missing
from callcenter.store import documents, flow_retirements
from callcenter.store.database import migrate, open_database
from tests.ivr.flows import FLOWS

NOW = centre()


@pytest.fixture
def db(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    migrate(url)
    database = open_database(url)
    for flow in ("hotline", "survey", "closed"):
        documents.save_flow(database, flow, (FLOWS / f"{flow}.yaml").read_text("utf-8"), "setup", 0, 1.0)
    yield database
    database.dispose()


def keep(db, document: Centre, base: int = 0) -> None:
    documents.save_centre(db, document, "setup", base, 1.0)


def old(**changes: object) -> Centre:
    numbers = tuple(each for each in NOW.numbers if each.flow != "self_service")
    return msgspec.structs.replace(NOW, **{"numbers": numbers, **changes})


def numbers(db) -> dict[str, str]:
    current = documents.current_centre(db)
    assert current is not None
    return {each.number: each.flow for each in current.document.numbers}


def test_the_number_comes_with_its_flow(db) -> None:
    keep(db, old())
    assert add_missing(db, NOW) == ["4002"]
    assert numbers(db)["4002"] == "self_service"
    assert "self_service" in documents.current_flows(db)
    assert add_missing(db, NOW) == []


def test_what_somebody_has_changed_stays(db) -> None:
    mine = tuple(msgspec.structs.replace(each, language="en") for each in old().numbers)
    keep(db, old(numbers=mine))
    documents.save_flow(db, "hotline", "flow: mine", "admin", 1, 2.0)
    add_missing(db, NOW)
    current = documents.current_centre(db)
    assert current is not None and current.document.numbers[: len(mine)] == mine
    assert documents.current_flows(db)["hotline"].source == "flow: mine"


def test_a_number_that_was_taken_away_does_not_come_back(db) -> None:
    keep(db, old())
    add_missing(db, NOW)
    keep(db, old(), base=2)
    assert add_missing(db, NOW) == []
    flow_retirements.retire(db, "self_service", 1, "admin", 3.0, "")
    assert add_missing(db, NOW) == [] and "4002" not in numbers(db)


def test_a_number_that_serves_something_else_is_left_alone(db) -> None:
    keep(db, old(numbers=(*old().numbers, Number(number="4002", flow="hotline"))))
    assert add_missing(db, NOW) == []
    assert numbers(db)["4002"] == "hotline"


def test_where_the_flow_would_not_work_nothing_is_laid(db) -> None:
    queues = tuple(queue for queue in NOW.queues if queue.id != "support")
    keep(db, msgspec.structs.replace(old(), queues=queues))
    assert add_missing(db, NOW) == []
    assert "self_service" not in documents.current_flows(db)
