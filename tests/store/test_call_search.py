"""Calls are found by anything in them."""

import pytest

from callcenter.calls import events as ev
from callcenter.store import kept_recordings
from callcenter.store.history import CallFilter, recent_calls
from tests.store.store_rows import add
from tests.store.test_quality import DAY, NOW, talked


@pytest.fixture
def store(db):
    talked(db, "a")
    talked(db, "b", at=NOW - 2 * DAY, recorded=False)
    talked(db, "c", queue="support")
    note = {"interaction": "a", "agent": "8001", "disposition": "solved"}
    survey = {"interaction": "c", "survey": "s", "question": "q", "key": "1", "agent": "8001", "queue": "support"}
    add(
        db,
        [
            ev.NoteWritten(at=NOW, note="wants 50% off, 退款", **note),
            ev.SurveyAnswered(at=NOW, score=4, satisfied=True, **survey),
        ],
    )
    kept_recordings.hold(db, "c", NOW, "boss", "claim")
    return db


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"text": "退款"}, ["a"]),
        ({"text": "50%"}, ["a"]),
        ({"text": "50_"}, []),  # a sign of the database's is a sign like others
        ({"disposition": "solved"}, ["a"]),
        ({"recording": "stored"}, ["a", "c"]),
        ({"recording": "none"}, ["b"]),
        ({"recording": "held"}, ["c"]),
        ({"recording": "deleted"}, []),
        ({"score_from": 4}, ["c"]),
        ({"score_to": 3}, []),
        ({"talk_from_s": 60, "talk_to_s": 60, "queue": "support"}, ["c"]),
        ({"talk_from_s": 61}, []),
        ({"direction": "outbound"}, []),
        ({"agent": "8001", "text": "wants"}, ["a"]),
    ],
)
def test_calls_are_found_by(store, filters, found):
    assert sorted(call.id for call in recent_calls(store, CallFilter(**filters))) == found
