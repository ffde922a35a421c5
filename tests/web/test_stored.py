"""The edge's archive over the real store, in a real SQLite file."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import sqlalchemy

from callcenter.calls.centre import Queue
from callcenter.calls.events import AnyEvent
from callcenter.calls.languages import Text
from callcenter.store import accounts, documents, projections
from callcenter.store.database import migrate, open_database, writing
from callcenter.web import doorkeeper
from callcenter.web.access import Account
from callcenter.web.asked import AuditQuery, CallQuery, CardEdit, CustomerQuery, GivenNumber, NewCard
from callcenter.web.errors import ApiError
from callcenter.web.settings import Settings
from callcenter.web.stored import StoredArchive, _today
from tests.store.ledger_stories import answered_call, numbered, signed_in
from tests.web.fake_archive import PASSWORD
from tests.web.floor import CALLER, centre

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC).timestamp()  # twelve in Shanghai
FLOW = "flow: welcome\nname: {zh-CN: 欢迎, en: Welcome}\nstart: hello\n"
SERVICE = Queue(id="service", name=Text(zh="客服", en="Service"), service_level_s=10)


@dataclass
class Shelf:
    database: sqlalchemy.Engine
    archive: StoredArchive
    file: Path
    now: float = NOON

    def write(self, *events: AnyEvent, after: int = 0) -> None:
        with writing(self.database) as connection:
            projections.apply(connection, numbered(events, after))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlalchemy.Engine]:
    url = f"sqlite:///{tmp_path / 'callcenter.db'}"
    migrate(url)
    database = open_database(url, busy_timeout_ms=50)
    yield database
    database.dispose()


@pytest.fixture
async def shelf(database: sqlalchemy.Engine, tmp_path: Path) -> AsyncIterator[Shelf]:
    document = msgspec.structs.replace(centre(), queues=(*centre().queues, SERVICE))
    accounts.save(
        database, accounts.Account(username="8001", role="agent", agent="8001", name="Li", language="en"), PASSWORD
    )
    documents.save_flow(database, "welcome", FLOW, "set-up", 0, NOON)
    documents.save_centre(database, document, "set-up", 0, NOON)
    made: Shelf
    settings = Settings(session_hours=2.0, session_longest_hours=3.0, sign_in_attempts=3, sign_in_pause_s=60)
    archive = StoredArchive(database, settings, clock=lambda: made.now)
    made = Shelf(database, archive, tmp_path / "callcenter.db")
    yield made
    await archive.close()


async def refused(doing: object) -> ApiError:
    with pytest.raises(ApiError) as error:
        await doing  # type: ignore[misc]
    return error.value


async def test_who_signs_in_is_known_by_the_token_until_signing_out(shelf: Shelf) -> None:
    token, account = await shelf.archive.sign_in("8001", PASSWORD, "127.0.0.1")

    assert account == Account(username="8001", name="Li", role="agent", agent="8001", language="en")
    assert await shelf.archive.session(token) == account
    await shelf.archive.sign_out(token)
    assert await shelf.archive.session(token) is None


async def test_a_session_ends_without_use_and_after_its_longest_life(shelf: Shelf) -> None:
    unused, _ = await shelf.archive.sign_in("8001", PASSWORD, "a")
    used, _ = await shelf.archive.sign_in("8001", PASSWORD, "a")
    shelf.now += 1.5 * 3600
    assert await shelf.archive.session(used) is not None
    shelf.now += 1.0 * 3600
    assert await shelf.archive.session(unused) is None
    assert await shelf.archive.session(used) is not None
    shelf.now += 0.6 * 3600
    assert await shelf.archive.session(used) is None


async def test_sign_ins_and_failed_ones_are_audited_and_guessing_is_paused(shelf: Shelf) -> None:
    for _ in range(3):
        error = await refused(shelf.archive.sign_in("8001", "guess guess", "10.0.0.9"))
        assert (error.word, error.status) == ("wrong_credentials", 401)

    held = await refused(shelf.archive.sign_in("8001", PASSWORD, "10.0.0.9"))
    await shelf.archive.sign_in("8001", PASSWORD, "10.0.0.10")

    assert (held.word, held.headers) == ("too_many_attempts", {"Retry-After": "60"})
    found = (await shelf.archive.audit(AuditQuery())).entries
    assert [(one.by, one.action, one.address) for one in found] == [
        ("8001", "sign_in", "10.0.0.10"),
        *[("8001", "sign_in_failed", "10.0.0.9")] * 3,
    ]


async def test_while_the_database_is_locked_a_known_session_goes_on(shelf: Shelf) -> None:
    token, account = await shelf.archive.sign_in("8001", PASSWORD, "a")
    await shelf.archive.session(token)
    shelf.now += 120  # its use would be written now
    with locked(shelf.file):
        assert await shelf.archive.session(token) == account
        error = await refused(shelf.archive.note("8001", "listen"))

    assert (error.word, error.status) == ("database_down", 503)


async def test_a_database_that_hangs_does_not_hang_the_pages(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    token, account = await shelf.archive.sign_in("8001", PASSWORD, "a")
    await shelf.archive.session(token)
    monkeypatch.setattr(doorkeeper, "SESSION_WITHIN_S", 0.05)
    monkeypatch.setattr(doorkeeper, "FIRST_WITHIN_S", 0.05)
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()
    waiting = asyncio.run_coroutine_threadsafe

    def hang(*_: object) -> None:
        waiting(go_on.wait(), loop).result()

    monkeypatch.setattr(shelf.archive._doorkeeper, "_look_up", hang)
    try:
        assert await shelf.archive.session(token) == account
        assert (await refused(shelf.archive.session("somebody else's"))).word == "database_down"
    finally:
        go_on.set()


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another process writes and does not end."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_call_is_told_in_the_apis_shape(shelf: Shelf) -> None:
    shelf.write(*answered_call("c1", begin=NOON - 600))

    call = await shelf.archive.call("c1")

    assert call is not None
    assert (call.outcome, call.agent, call.queue, call.recording) == ("answered", "8001", "service", "stored")
    assert (call.talk_s, call.hold_s, call.satisfied) == (14.0, 6.0, True)
    assert call.recordings[0].file == "1970/01/01/c1.wav"
    assert [one.kind for one in call.timeline][:2] == ["CallArrived", "FlowStarted"]
    assert call.offers[0].id == "o1"
    assert await shelf.archive.stored_seq() == len(answered_call())
    assert await shelf.archive.call("nothing") is None


async def test_a_list_goes_on_where_the_last_page_ended(shelf: Shelf) -> None:
    for i in range(3):
        shelf.write(*answered_call(f"c{i}", begin=NOON - 600 + i), after=i * 25)

    first = await shelf.archive.calls(CallQuery(limit=2))
    second = await shelf.archive.calls(CallQuery(limit=2, before=first.before or ""))
    wrong = await refused(shelf.archive.calls(CallQuery(before="nothing")))

    assert ([one.id for one in first.calls], [one.id for one in second.calls]) == (["c2", "c1"], ["c0"])
    assert second.before is None
    assert (wrong.word, wrong.field) == ("bad_value", "before")


async def test_callers_are_found_however_the_number_is_written(shelf: Shelf) -> None:
    shelf.write(*answered_call("c1", begin=NOON - 600))
    card = await shelf.archive.add_customer(
        NewCard(name="Chen Jie", numbers=(GivenNumber(number="138 0013 8000", label="mobile"),)), "8001"
    )

    assert card.numbers[0].number == CALLER
    for written in ("13800138000", "013800138000", "+86 138-0013-8000", "8613800138000"):
        assert [one.id for one in await shelf.archive.customers_of(written)] == [card.id], written
        assert len((await shelf.archive.calls(CallQuery(caller=written))).calls) == 1
    assert await shelf.archive.customers_of("") == ()
    assert [one.id for one in await shelf.archive.calls_of_customer(card.id)] == ["c1"]
    assert [one.id for one in await shelf.archive.calls_of_number(CALLER)] == ["c1"]


async def test_a_card_is_changed_by_what_is_given_and_never_over_a_later_change(shelf: Shelf) -> None:
    card = await shelf.archive.add_customer(NewCard(name="Chen Jie", notes="VIP"), "8001")

    changed = await shelf.archive.change_customer(
        card.id, CardEdit(changed_at=card.changed_at, company="Acme"), "8001"
    )
    stale = await refused(shelf.archive.change_customer(card.id, CardEdit(changed_at=card.changed_at), "8001"))
    unknown = await refused(shelf.archive.change_customer("99", CardEdit(changed_at=1.0), "8001"))
    twice = CardEdit(changed_at=changed.changed_at, numbers=(GivenNumber(number="13800138000"),) * 2)
    bad = await refused(shelf.archive.change_customer(card.id, twice, "8001"))

    assert (changed.name, changed.company, changed.notes) == ("Chen Jie", "Acme", "VIP")
    assert (stale.word, unknown.word) == ("stale_version", "no_such_customer")
    assert (bad.word, bad.field) == ("bad_value", "numbers[1]")
    found = await shelf.archive.customers(CustomerQuery(q="acm", limit=10))
    assert ([one.company for one in found.customers], found.total) == (["Acme"], 1)


async def test_a_centre_is_saved_in_turn(shelf: Shelf) -> None:
    stale = await refused(shelf.archive.save_centre(centre(), "admin", 0))

    assert stale.word == "stale_version"
    assert await shelf.archive.save_centre(centre(), "admin", 1) == 2
    assert (await shelf.archive.centre()).saved_by == "admin"


async def test_flows_have_their_names(shelf: Shelf) -> None:
    documents.save_flow(shelf.database, "odd", "[", "x", 0, NOON)

    names = await shelf.archive.flow_names()

    assert names == {"welcome": Text(zh="欢迎", en="Welcome"), "odd": Text(zh="odd", en="odd")}


async def test_the_figures_of_today_are_those_of_the_centres_day(shelf: Shelf) -> None:
    shelf.write(*answered_call("old", begin=NOON - 86_400, offer="o0"))
    shelf.write(*signed_in(at=NOON - 700), *answered_call("c1", begin=NOON - 600), after=25)

    figures = await shelf.archive.queues_today()
    agent = await shelf.archive.agent_today("8001")

    by_queue = {one.queue: one for one in figures.queues}
    assert list(by_queue) == ["sales", "service"]
    assert (by_queue["service"].offered, by_queue["service"].service_level) == (1, 1.0)
    assert by_queue["service"].target_s == 10
    assert (by_queue["sales"].offered, by_queue["sales"].service_level) == (0, None)
    assert (agent.handled, agent.talk_s) == (1, 14.0)
    assert figures.day_began_at == NOON - 12 * 3600


def test_a_day_is_as_long_as_its_clocks_say() -> None:
    change = datetime(2026, 3, 29, 12, tzinfo=UTC).timestamp()

    begin, end = _today("Europe/Berlin", change)

    assert end - begin == 23 * 3600


async def test_the_audit_goes_on_where_the_last_page_ended(shelf: Shelf) -> None:
    for i in range(3):
        await shelf.archive.note("admin", "listen", f"c{i}", "a", part=i)

    first = await shelf.archive.audit(AuditQuery(limit=2))
    second = await shelf.archive.audit(AuditQuery(limit=2, before=first.before, action="listen"))

    assert [one.target for one in (*first.entries, *second.entries)] == ["c2", "c1", "c0"]
    assert (first.entries[0].details, second.before) == ({"part": 2}, None)
