"""The large bench with few calls: what it generates holds together, and everything it asks for has an answer."""

import time
from datetime import UTC, datetime

import msgspec
import pytest

from bench.large import figures, generator, load, peers, recounting
from bench.large.centre import Made, midnight
from bench.large.figures import Figures
from bench.large.load import Written
from bench.large.questions import CALLS, EVERYTHING, REPORTS, TIMES
from bench.results import Machine
from callcenter.store.database import migrate, open_database
from tests.store.conftest import postgres  # noqa: F401

MANY = 2000


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(request, tmp_path_factory):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('large') / 'store.db'}"
        migrate(url)
    else:
        server = request.getfixturevalue("postgres")
        url = server.new_url(server.template)
    wanted = Made(calls=MANY, until=midnight(datetime.now(UTC)), days=15)
    filled = generator.fill(url, wanted, lambda _: None)
    db = open_database(url)
    yield db, filled
    db.dispose()


@pytest.mark.parametrize("name", EVERYTHING)
def test_everything_that_is_asked_has_an_answer(made, name):
    db, store = made
    told = msgspec.json.decode(EVERYTHING[name](db, store, 1))
    if name in REPORTS:
        rows = [sheet["rows"] for sheet in told["sheets"]]
    else:
        rows = told["agents"] if name in TIMES else told["calls"]
    assert any(rows) or "one" in name or name in CALLS or "page" in name  # of few calls there may be none such


@pytest.mark.parametrize("name", peers.PLAIN)
def test_every_peer_can_be_asked(made, name):
    peers.plain(*made, name)


def test_calls_that_come_in_later_leave_all_sums_equal_to_a_recount(made):
    db, store = made
    assert recounting.differences(db, lambda _: None) == 0
    beside = load.Load(db, 50.0)
    beside.start()
    while beside._calls <= 50:  # it is paced by the clock
        time.sleep(0.1)
    written = beside.stop()
    assert (written.failures, written.unprojected, written.stored) == (0, 0, True)
    assert written.calls > 50
    assert load.ingest(db, 30) > 1
    assert recounting.differences(db, lambda _: None) == 0
    assert recounting.contacts_differ(db, store.until) == 0


def test_a_sum_that_is_off_is_found(made):
    db, _ = made
    with db.begin() as connection:
        connection.exec_driver_sql("UPDATE agent_days SET handled = handled + 1 WHERE handled > 0 AND agent = '8030'")
    assert recounting.differences(db, lambda _: None) > 0


def test_the_table_has_every_question_at_both_sizes():
    results = figures.results([_figures(1_000_000, 2.0), _figures(10_000_000, 3.0)])
    assert {result.case for result in results} >= {"store_sqlite_queues", "store_sqlite_agents"}
    more = next(result.more for result in results if result.case == "store_sqlite_queues")
    assert (more["median_growth"], more["over_200_ms"], more["differences"]) == (1.5, 0, 0)
    lines = figures.table(results).splitlines()
    assert lines[0] == "| p50 / p95 in ms | SQLite, 1,000,000 calls | SQLite, 10,000,000 calls |"
    assert len(lines) == 2 + len(EVERYTHING)
    assert "| 2 / 2 | 3 / 3 |" in lines[2]


def test_at_which_size_the_sums_were_compared_is_told():
    larger = msgspec.structs.replace(_figures(10_000_000, 3.0), differences=None)
    more = figures.results([_figures(1_000_000, 2.0), larger])[0].more
    assert (more["recounted_calls"], more["differences"]) == (1_000_000, 0)


def _figures(calls, ms):
    return Figures(
        backend="sqlite",
        made=Made(calls=calls, until=0.0),
        bytes=calls * 2000,
        ingest_calls_s=200.0,
        times={name: [ms, ms] for name in EVERYTHING},
        plain={name: [100.0, 100.0] for name in peers.PLAIN},
        written=Written(calls=500, length_s=10.0, behind=3, failures=0, unprojected=0, stored=True),
        machine=Machine(cpu="a processor", cores=2, load=0.5, python="3.11.7"),
        at="2026-11-29T00:00:00+00:00",
        differences=0,
    )
