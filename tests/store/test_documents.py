"""Versioned documents, and the audit."""

import threading

import pytest

from callcenter.calls.centre import Centre
from callcenter.calls.requests import StaleVersion
from callcenter.store import audit, documents
from tests.store.ledger_stories import CENTRE


def test_there_is_no_centre_before_the_first_is_saved(db):
    assert documents.current_centre(db) is None
    assert documents.current_flows(db) == {}


def test_the_latest_centre_is_the_current_one(db):
    assert documents.save_centre(db, Centre(), "admin", 0, now=1.0) == 1
    assert documents.save_centre(db, CENTRE, "li", 1, now=2.0) == 2
    current = documents.current_centre(db)
    assert (current.version, current.document, current.saved_by, current.saved_at) == (2, CENTRE, "li", 2.0)


@pytest.mark.parametrize("base", [0, 2, 7, -1])
def test_a_change_made_from_another_version_is_refused(db, base):
    documents.save_centre(db, CENTRE, "admin", 0, now=1.0)
    with pytest.raises(StaleVersion, match="is at version 1"):
        documents.save_centre(db, Centre(), "li", base, now=2.0)
    assert documents.current_centre(db).document == CENTRE


def test_of_changes_at_the_same_moment_exactly_one_is_kept(either_db):
    outcomes = []

    def save():
        try:
            outcomes.append(documents.save_centre(either_db, CENTRE, "li", 0, now=1.0))
        except StaleVersion:
            outcomes.append("stale")

    threads = [threading.Thread(target=save) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(map(str, outcomes)) == ["1", *["stale"] * 5]


def test_every_flow_counts_its_own_versions_and_old_ones_stay(db):
    documents.save_flow(db, "main", "one", "li", 0, now=1.0)
    documents.save_flow(db, "rating", "r", "li", 0, now=1.0)
    assert documents.save_flow(db, "main", "two", "li", 1, now=2.0) == 2
    current = documents.current_flows(db)
    assert {flow: (found.version, found.source) for flow, found in current.items()} == {
        "main": (2, "two"),
        "rating": (1, "r"),
    }
    assert documents.flow(db, "main", 1).source == "one"
    assert documents.flow(db, "main", 3) is None
    with pytest.raises(StaleVersion, match="'main'"):
        documents.save_flow(db, "main", "three", "li", 1, now=3.0)


def test_the_audit_is_read_newest_first_by_who_and_what(db):
    audit.note(db, 1.0, "li", "sign_in", address="10.0.0.9")
    audit.note(db, 2.0, "wang", "listen", "one-1.1", {"from_s": 3})
    audit.note(db, 3.0, "li", "listen", "one-2.1")
    assert [(entry.who, entry.what) for entry in audit.entries(db)] == [
        ("li", "listen"),
        ("wang", "listen"),
        ("li", "sign_in"),
    ]
    assert [entry.object for entry in audit.entries(db, what="listen", limit=1)] == ["one-2.1"]
    last = audit.entries(db, what="listen", limit=1)[-1].id
    (older,) = audit.entries(db, what="listen", before=last)
    assert (older.who, older.details, older.at) == ("wang", {"from_s": 3}, 2.0)
    assert [entry.address for entry in audit.entries(db, who="li")] == ["", "10.0.0.9"]
