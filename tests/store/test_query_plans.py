"""No read on a hot path goes through all rows: SQLite is asked how it would do each statement."""

from datetime import date

import pytest
import sqlalchemy as sa

from callcenter.store import (
    audit,
    callbacks,
    callers,
    customers,
    day,
    decisions,
    documents,
    forecasts,
    history,
    inbox,
    messages,
    projections,
    sessions,
    unsettled,
)
from callcenter.store.callbacks import CallbackFilter
from callcenter.store.customers import CardFields, CardNumber
from callcenter.store.database import writing
from callcenter.store.history import CallFilter
from callcenter.store.inbox import InboxFilter
from callcenter.store.messages import MessageFilter
from callcenter.store.reports.drill import Of
from callcenter.store.reports.filters import NONE, Filters
from callcenter.store.reports.hop_calls import calls_by_hop
from callcenter.store.reports.period import between, of_days
from callcenter.store.reports.repeats import repeats
from callcenter.store.reports.result import Asked
from callcenter.store.reports.time_behind import time_behind
from tests.store.ledger_stories import answered_call, callback_asked, message, message_left, numbered, signed_in

_ONE_ROW = ("store_state",)
ROUTED = [
    *(each(2000.0) for each in message("one-1.1")),
    message_left("one-1.1")(2010.0),
    callback_asked(2020.0, "one-1.1cb1"),
    callback_asked(2020.0, "one-2.1cb1"),
]


@pytest.fixture
def plans(db):
    """Runs what it is given and returns SQLite's plan of every statement in it."""

    def plans_of(work):
        statements = []

        def keep(_connection, _cursor, statement, parameters, _context, many):
            statements.append((statement, parameters[0] if many else parameters))

        sa.event.listen(db, "before_cursor_execute", keep)
        try:
            work(db)
        finally:
            sa.event.remove(db, "before_cursor_execute", keep)
        with db.connect() as connection:
            return [
                row.detail
                for statement, parameters in statements
                if not statement.startswith(("BEGIN", "PRAGMA"))
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]

    return plans_of


@pytest.fixture(autouse=True)
def filled(db):
    fields = CardFields(name="Li", numbers=(CardNumber("+8613800138000"),))
    customers.create(db, fields, now=1.0)
    with writing(db) as connection:
        events = [*signed_in(), *answered_call(), *answered_call("one-2.1", offer="o2"), *ROUTED]
        projections.apply(connection, numbered(events))


def scans(plans):
    return [plan for plan in plans if plan.startswith("SCAN ") and plan.split()[1] not in _ONE_ROW]


_FILTERS = {
    "none": CallFilter(),
    "time": CallFilter(from_at=1.0, to_at=2000.0),
    "agent": CallFilter(agent="8001"),
    "queue": CallFilter(queue="service", from_at=1.0),
    "caller": CallFilter(caller="+8613800138000"),
    "customer": CallFilter(customer="1"),
    "outcome": CallFilter(outcome="answered"),
}


@pytest.mark.parametrize("before", ["", "one-2.1"])
@pytest.mark.parametrize("filters", _FILTERS.values(), ids=_FILTERS.keys())
def test_a_page_of_calls_is_read_in_the_order_of_an_index(plans, filters, before):
    found = plans(lambda db: history.recent_calls(db, filters, before=before))
    assert not [plan for plan in found if "TEMP B-TREE" in plan]
    assert all("USING INDEX" in plan for plan in found if " calls" in plan and "sqlite_autoindex" not in plan)
    assert not [plan for plan in scans(found) if "USING INDEX ix_calls_in_time" not in plan]


@pytest.mark.parametrize("before", ["", "one-2.1"])
@pytest.mark.parametrize(
    "filters",
    [
        CallFilter(text="refund"),
        CallFilter(text="退款 ref", from_at=1.0, to_at=2000.0),
        CallFilter(text="refund", agent="8001", outcome="answered"),
        CallFilter(text="refund", within=(("8001",), ("service",))),
        CallFilter(disposition="complaint", queue="service"),
    ],
    ids=["words", "time", "agent", "scope", "disposition"],
)
def test_calls_with_words_are_read_from_the_index_of_words_in_its_order(plans, filters, before):
    found = plans(lambda db: history.recent_calls(db, filters, before=before))
    assert not [plan for plan in found if "TEMP B-TREE" in plan]
    assert [plan for plan in scans(found) if "call_search VIRTUAL TABLE INDEX" not in plan] == []


@pytest.mark.parametrize(
    "work",
    [
        lambda db: history.call(db, "one-1.1"),
        lambda db: customers.by_number(db, "+8613800138000"),
        lambda db: customers.card(db, "1"),
        lambda db: day.queue_today(db, 0.0, 2000.0),
        lambda db: day.agent_today(db, "8001", 0.0, 2000.0, 2000.0),
        lambda db: sessions.session(db, "token", 5.0),
        lambda db: audit.entries(db, who="li", before=7),
        lambda db: audit.entries(db, what="listen"),
        lambda db: documents.flow(db, "main", 1),
        unsettled.expected_recordings,
        unsettled.expected_messages,
        lambda db: callers.known(db, "+8613800138000", 5000.0),
        lambda db: decisions.of_call(db, "one-1.1"),
        lambda db: forecasts.by_queue(db, 0.0, 2000.0),
        lambda db: callbacks.one(db, "one-1.1cb1"),
        lambda db: messages.one(db, "one-1.1"),
        lambda db: messages.mark(db, "one-1.1", True, "", "li", 1.0),
        lambda db: messages.mailboxes(db),
        lambda db: messages.mailboxes(db, ("service",)),
    ],
    ids=[
        "call",
        "by_number",
        "card",
        "queues",
        "agent",
        "session",
        "audit_who",
        "audit_what",
        "flow",
        "unsettled",
        "unsettled_messages",
        "known",
        "decisions",
        "forecast",
        "callback",
        "message",
        "mark",
        "mailboxes",
        "some_mailboxes",
    ],
)
def test_no_other_read_goes_through_all_rows(plans, work):
    found = plans(work)
    assert found
    derived = ("SCAN latest", "SCAN anon_")
    assert not [plan for plan in scans(found) if not plan.startswith(derived)]


@pytest.mark.parametrize("before", ["", "one-2.1cb1"])
@pytest.mark.parametrize(
    "filters",
    [
        CallbackFilter(),
        CallbackFilter(state="open"),
        CallbackFilter(state="over", result="served"),
        CallbackFilter(queues=("service",)),
        CallbackFilter(number="+8613800138000"),
        CallbackFilter(from_at=1.0, to_at=9000.0),
    ],
    ids=["none", "open", "result", "queue", "number", "time"],
)
def test_a_page_of_callbacks_is_read_in_the_order_of_an_index(plans, filters, before):
    found = plans(lambda db: callbacks.recent(db, filters, before=before))
    _is_in_the_order_of(found, "callbacks", "ix_callbacks_asked_at_id")


@pytest.mark.parametrize("before", ["", "one-1.1"])
@pytest.mark.parametrize(
    "filters",
    [MessageFilter(), MessageFilter(state="new"), MessageFilter(mailboxes=("service",)), MessageFilter(from_at=1.0)],
    ids=["none", "new", "mailbox", "time"],
)
def test_a_page_of_messages_is_read_in_the_order_of_an_index(plans, filters, before):
    found = plans(lambda db: messages.recent(db, filters, before=before))
    _is_in_the_order_of(found, "messages", "")


def _is_in_the_order_of(plans, table, whole):
    """`whole`: the index that may be gone through from its end, as far as the page goes."""
    assert any(f" {table} " in plan and "USING INDEX" in plan for plan in plans)
    assert not [plan for plan in plans if "TEMP B-TREE" in plan]
    assert not [plan for plan in scans(plans) if not (whole and whole in plan)]


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(queues=("service",)), "PRIMARY KEY (slot=? AND queue=?)"),
        (Filters(agents=("8001",)), "ix_agent_queue_repeat_days_agent_slot (agent=? AND slot>? AND slot<?)"),
        (Filters(queues=("service",), agents=("8001",)), "slot=?"),
    ],
    ids=["queue", "agent", "both"],
)
def test_repeats_of_few_look_at_no_row_of_others(plans, filters, index):
    quarter = of_days(date(1970, 1, 15), date(1970, 4, 15), "Asia/Shanghai")
    found = plans(lambda db: repeats(db, Asked(period=quarter, now=quarter.to_at, filters=filters)))
    assert not scans(found)
    assert any(" agent_queue_repeat_days " in plan and index in plan for plan in found)


QUARTER = between(0.0, 90 * 86_400.0, "UTC")
BY_END = "USING INDEX ix_agent_intervals_agent_ended_at"


@pytest.mark.parametrize("after", ["", "400.0/8001"])
@pytest.mark.parametrize("figure", ["talking_s", "occupancy", "adherence", "pauses"])
def test_the_time_of_an_agent_is_read_past_that_of_others(plans, figure, after):
    asked = Asked(period=QUARTER, now=QUARTER.to_at, filters=Filters(agents=("8001",)))
    found = plans(lambda db: time_behind(db, asked, figure, after=after))
    assert not scans(found)
    of_intervals = [plan for plan in found if " agent_intervals " in plan]
    assert of_intervals and all(BY_END in plan and "(agent=?" in plan for plan in of_intervals)


def test_the_times_of_all_agents_are_read_by_the_index_over_their_ends(plans):
    found = plans(lambda db: time_behind(db, Asked(period=QUARTER, now=QUARTER.to_at), "talking_s", limit=1))
    assert scans(found) == ["SCAN agent_standing USING COVERING INDEX sqlite_autoindex_agent_standing_1"]
    assert all(BY_END in plan for plan in found if " agent_intervals " in plan)


@pytest.mark.parametrize("after", ["", "200100.0/9/one-2.1"])
def test_who_went_a_step_of_a_flow_is_looked_for_among_the_runs_of_the_days_with_that_step(db, plans, after):
    with writing(db) as connection:
        projections.apply(connection, numbered(answered_call("one-9.1", begin=200_000.0), after=99))
    step = Of(flow="main", version=1, begin="menu", end=NONE, result="queue")
    days = of_days(date(1970, 1, 2), date(1970, 3, 31), "Asia/Shanghai")
    found = plans(lambda db: calls_by_hop(db, Asked(period=days, now=days.to_at), step, after=after))
    assert not scans(found)
    assert any("way_days USING PRIMARY KEY (slot>?" in plan for plan in found)
    of_runs = [plan for plan in found if " flow_runs " in plan]
    assert of_runs and all(
        "ix_flow_runs_flow_began_at (flow=? AND began_at>? AND began_at<?)" in plan for plan in of_runs
    )


def test_storing_goes_through_no_table(plans):
    def store(db):
        with writing(db) as connection:
            story = [*answered_call("one-3.1", offer="o3"), callback_asked(3000.0, "one-3.1cb1")]
            projections.apply(connection, numbered(story, after=99))

    assert scans(plans(store)) == []


_INBOX = {
    "all": InboxFilter(),
    "open": InboxFilter(state="open"),
    "free": InboxFilter(state="free"),
    "boxes": InboxFilter(boxes=("service", "8001"), state="open"),
    "kind": InboxFilter(kind="missed", state="done"),
    "time": InboxFilter(from_at=1.0, to_at=9000.0),
    "text": InboxFilter(text="138001"),
}


@pytest.mark.parametrize("filters", _INBOX.values(), ids=_INBOX)
def test_the_message_centre_looks_at_no_item_in_vain(plans, filters):
    derived = "SCAN anon_"  # of the holders of a word, so many of them at most
    assert not [plan for plan in scans(plans(lambda db: inbox.page(db, filters))) if not plan.startswith(derived)]


def test_what_is_left_to_do_is_counted_by_an_index(plans):
    assert not scans(plans(lambda db: (inbox.counts(db), inbox.counts(db, ("service",)))))
