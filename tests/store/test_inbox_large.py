"""The message centre with a hundred thousand entries: a page is read from an index, whatever is asked for, and looks
at little more than it shows. What is counted is work: steps of SQLite's machine, rows of PostgreSQL's plans."""

import json

import pytest
import sqlalchemy as sa

from callcenter.store import inbox
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.inbox import InboxFilter

ITEMS = 100_000
_SERIES = f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {ITEMS})"
_FILL = (
    "INSERT INTO inbox_items (id, kind, box, queue, caller, caller_name, first_at, last_at, count, call_id, is_open,"
    " heard_at, heard_by, claimed_at, claimed_by, done_at, done_by, done_why, reached_call, note,"
    " changed_at, removed)"
    f" {_SERIES} SELECT 'item-' || n, CASE n % 3 WHEN 0 THEN 'message' WHEN 1 THEN 'missed' ELSE 'callback' END,"
    " 'box-' || (n % 50), 'queue-' || (n % 50), '+86138' || (10000000 + n), '', n, n, 1, 'call-' || n, n % 10 = 0,"
    " NULL, '', NULL, CASE WHEN n % 5000 = 0 THEN 'li' ELSE '' END, NULL, '', '', '', '', 0.0, false FROM s",
    f"INSERT INTO inbox_words (kind, word, item) {_SERIES} SELECT 't', 'refund', 'item-' || n FROM s",
    f"INSERT INTO inbox_words (kind, word, item) {_SERIES} SELECT 'n', '138' || (10000000 + n), 'item-' || n FROM s",
    f"INSERT INTO inbox_words (kind, word, item) {_SERIES}"
    " SELECT 't', 'rare', 'item-' || n FROM s WHERE n % 9999 = 0",
    "ANALYZE",
)
ASKED = {
    "all": InboxFilter(),
    "open": InboxFilter(state="open"),
    "free": InboxFilter(state="free"),
    "mine": InboxFilter(state="open", claimed_by="li"),
    "of nobody there": InboxFilter(state="open", claimed_by="nobody"),
    "a box": InboxFilter(boxes=("box-7",), state="open"),
    "some boxes": InboxFilter(boxes=("box-7", "box-8"), state="done"),
    "a queue": InboxFilter(queue="queue-7", state="open"),
    "a kind": InboxFilter(kind="message", state="done"),
    "a time": InboxFilter(from_at=500.0, to_at=900.0),
    "a word of all": InboxFilter(text="refund"),
    "a word of few": InboxFilter(text="rare"),
    "how all numbers begin": InboxFilter(text="138"),
    "a number": InboxFilter(text="13810077777"),
    "a word of few, among all": InboxFilter(text="refund rare"),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def large(request, tmp_path_factory):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('inbox') / 'callcenter.db'}"
        migrate(url)
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.new_url(postgres.template)
    db = open_database(url)
    with writing(db) as connection:
        for statement in _FILL:
            connection.execute(sa.text(statement))
    yield db
    db.dispose()


@pytest.mark.parametrize("filters", ASKED.values(), ids=ASKED)
def test_a_page_looks_at_little_more_than_it_shows(large, filters):
    if large.dialect.name == "sqlite":
        assert steps(large, filters) < 400_000  # going through all entries takes millions
    else:
        assert rows_read(large, filters) < 12_000


def test_pages_follow_one_another_to_the_last(large):
    filters, found, before = InboxFilter(text="rare"), [], ""
    while page := inbox.page(large, filters, limit=4, before=before):
        found += [item.id for item in page]
        before = found[-1]
    assert found == [f"item-{n}" for n in range(99_990, 0, -9999)]


def steps(db, filters):
    counted = [0]
    with db.connect() as connection:
        driver = connection.connection.driver_connection
        driver.set_progress_handler(lambda: counted.__setitem__(0, counted[0] + 1), 1000)
        try:
            list(_page(connection, filters))
        finally:
            driver.set_progress_handler(None, 0)
    return counted[0] * 1000


def _page(connection, filters):
    query = inbox._query(connection, filters).order_by(inbox._c.last_at.desc(), inbox._c.id.desc()).limit(51)
    return connection.execute(query)


def rows_read(db, filters):
    with db.connect() as connection:
        query = inbox._query(connection, filters).order_by(inbox._c.last_at.desc(), inbox._c.id.desc()).limit(51)
        compiled = query.compile(db, compile_kwargs={"literal_binds": True})
        (plan,) = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}".replace("%", "%%")
        ).scalar_one()
    return sum(_read(json.loads(plan)["Plan"] if isinstance(plan, str) else plan["Plan"]))


def _read(node):
    if "Relation Name" in node or "Index Name" in node:
        yield (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    for inner in node.get("Plans", ()):
        yield from _read(inner)
