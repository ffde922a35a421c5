"""Calls are found by anything in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calls import events as ev
from callcenter.store import call_texts, call_words, customers, kept_recordings
from callcenter.store.customers import CardFields, CardNumber
from callcenter.store.database import writing
from callcenter.store.history import CallFilter, recent_calls
from tests.store.store_rows import add
from tests.store.test_quality import DAY, NOW, talked


@pytest.fixture
def store(either_db):
    db = either_db
    talked(db, "a")
    talked(db, "b", at=NOW - 2 * DAY, recorded=False)
    talked(db, "c", queue="support")
    note = {"interaction": "a", "agent": "8001", "disposition": "solved"}
    survey = {"interaction": "c", "survey": "s", "question": "q", "key": "1", "agent": "8001", "queue": "support"}
    add(
        db,
        [
            ev.NoteWritten(at=NOW, note="wants 50% off, 要求退款单", **note),
            ev.SurveyAnswered(at=NOW, score=4, satisfied=True, **survey),
        ],
    )
    kept_recordings.hold(db, "c", NOW, "boss", "claim")
    return db


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"text": "退款"}, ["a"]),
        ({"text": "要求退款"}, ["a"]),
        ({"text": "单"}, ["a"]),
        ({"text": "款退"}, []),
        ({"text": "求款"}, []),  # both letters, but not together
        ({"text": "WAN 退款"}, ["a"]),  # how a word begins, whatever its capitals
        ({"text": "ants"}, []),
        ({"text": "５０"}, ["a"]),
        ({"text": "50%"}, ["a"]),
        ({"text": "w%nts"}, []),  # a sign of the database's is a sign like others
        ({"text": "wa_ts"}, []),
        ({"text": '" OR words:"'}, []),
        ({"text": "wants' | 'x"}, []),
        ({"text": "%"}, []),
        ({"text": "wants", "queue": "support"}, []),
        ({"text": "wants", "within": (("8001",), ())}, ["a"]),
        ({"text": "wants", "within": (("8999",), ("support",))}, []),
        ({"text": "wants", "to_at": NOW - 86_400.0}, []),
        ({"disposition": "solved", "agent": "8999"}, []),
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


def test_the_latest_come_first_page_by_page(either_db):
    for n in range(5):
        talked(either_db, f"p{n}", at=NOW - n * DAY)
    noted = {"agent": "8001", "disposition": "solved", "note": "later please"}
    add(either_db, [ev.NoteWritten(at=NOW, interaction=f"p{n}", **noted) for n in range(5)])
    filters, found, before = CallFilter(text="later"), [], ""
    while page := [call.id for call in recent_calls(either_db, filters, limit=2, before=before)]:
        found += page
        before = page[-1]
    assert found == ["p0", "p1", "p2", "p3", "p4"]
    after = CallFilter(text="later", from_at=NOW - 2.5 * DAY, to_at=NOW - 0.5 * DAY)
    assert [call.id for call in recent_calls(either_db, after)] == ["p1", "p2"]


def test_a_note_that_is_changed_is_found_by_what_it_says_now(store, either_db):
    note = {"interaction": "a", "agent": "8001", "disposition": "open", "note": "all is well"}
    add(either_db, [ev.NoteWritten(at=NOW + 5, **note)])
    found = {text: [c.id for c in recent_calls(either_db, CallFilter(text=text))] for text in ("退款", "well")}
    assert found == {"退款": [], "well": ["a"]}
    assert recent_calls(either_db, CallFilter(disposition="solved")) == []


def test_calls_are_found_by_the_words_of_their_customers_card(either_db):
    talked(either_db, "a")
    (call,) = recent_calls(either_db)
    card = customers.create(
        either_db, CardFields(name="王小明", company="Acme Trading", numbers=(CardNumber(call.caller),)), 1.0
    )
    for text, found in (("小明", ["a"]), ("acme", ["a"]), ("wang", [])):
        assert [one.id for one in recent_calls(either_db, CallFilter(text=text))] == found, text
    fields = CardFields(name="Li Lei", numbers=card.numbers)
    customers.update(either_db, card.id, fields, card.changed_at, 2.0)
    assert recent_calls(either_db, CallFilter(text="小明")) == []
    assert [one.id for one in recent_calls(either_db, CallFilter(text="lei"))] == ["a"]


def test_made_anew_the_index_is_the_same(store, either_db):
    def contents():
        with either_db.connect() as connection:
            return connection.execute(call_texts.call_texts.select().order_by("place")).all()

    kept = contents()
    assert kept
    with writing(either_db) as connection:
        call_texts.remake(connection)
    assert contents() == kept
    assert [call.id for call in recent_calls(either_db, CallFilter(text="退款"))] == ["a"]


_LETTERS = st.text(alphabet="ab退款单_ %'\"", max_size=12)


@settings(max_examples=60, deadline=None)
@given(note=_LETTERS, asked=_LETTERS)
def test_what_is_found_is_what_stands_in_the_text(note, asked):
    """By the words alone: every stretch asked for stands in the note, a Latin one where a word begins."""
    words, terms = call_words.words_of(note), call_words.terms_of(asked)
    plain = call_words.normal(note.replace("_", " "))
    for term in terms:
        stretch = term.words[0] + "".join(word[-1] for word in term.words[1:])
        held = any(
            tuple(words[at : at + len(term.words)]) == term.words
            or (term.begins and words[at].startswith(term.words[0]))
            for at in range(len(words))
        )
        assert held == _stands(plain, stretch)


def _stands(plain, stretch):
    latin = stretch[0] in "ab"
    return any(
        plain.startswith(stretch, at) and (not latin or at == 0 or plain[at - 1] not in "ab")
        for at in range(len(plain))
    )
