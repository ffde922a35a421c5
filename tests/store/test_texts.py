"""What became of a text: reports in any order, and it never goes back to an earlier state."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.store import texts

ORDER = ("accepted", "queued", "sending", "sent", "delivered", "read")


@pytest.fixture
def sent(db):
    return texts.ask_for(db, "c1-3", "+8613800138000", "request", 1.0)[0].id


@given(told=st.permutations(ORDER), twice=st.lists(st.sampled_from(ORDER)))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_order_the_furthest_state_stays(db, told, twice):
    one = texts.ask_for(db, "", "+8613800138000", "request", 1.0)[0].id
    reached = []
    for at, state in enumerate([*told, *twice]):
        texts.progress(db, one, state, float(at))
        reached.append(ORDER.index(texts.one(db, one).state))
    assert reached == sorted(reached)
    assert texts.one(db, one).state == "read"


def test_what_failed_for_good_is_not_delivered_afterwards(db, sent):
    assert texts.progress(db, sent, "undelivered", 2.0, error="30003")
    assert not texts.progress(db, sent, "delivered", 3.0)
    assert not texts.progress(db, sent, "refused", 3.0)
    assert (texts.one(db, sent).state, texts.one(db, sent).error) == ("undelivered", "30003")


def test_the_latest_come_first_by_number_and_state(db, sent):
    other = texts.ask_for(db, "c1-4", "+8613900139000", "", 5.0)[0].id
    texts.progress(db, sent, "sent", 6.0)
    assert [text.id for text in texts.latest(db)] == [other, sent]
    assert [text.id for text in texts.latest(db, number="+8613800138000")] == [sent]
    assert [text.id for text in texts.latest(db, state="asked", limit=1)] == [other]
