"""Cards in versions; scores; calls drawn by chance; sums as an independent count has them."""

import pytest

from callcenter.calls import events as ev
from callcenter.calls.scoring import Judgement
from callcenter.store import kept_recordings, quality
from callcenter.store.quality import Wanted
from tests.calls.test_scoring import CARD
from tests.store.store_rows import add

DAY = 86_400.0
NOW = 1_767_300_000.0
GOOD = Judgement(answers={"greeting": 1, "tone": 4, "identity": 1}, comment="good")
FATAL = Judgement(answers={"greeting": 1, "tone": 4, "identity": 0})


def talked(db, call, agent="8001", queue="sales", at=NOW - DAY, recorded=True):
    events = [
        ev.CallArrived(
            at=at, interaction=call, channel=call, caller="1", caller_name="", dialled="4001", language="en"
        ),
        ev.QueueEntered(at=at, interaction=call, queue=queue, entered_at=at),
        ev.QueueLeft(at=at + 5, interaction=call, queue=queue, reason="answered", waited_s=5),
        ev.Connected(at=at + 5, interaction=call, agent=agent, device="web", queue=queue),
        ev.TalkEnded(at=at + 65, interaction=call, agent=agent, by="caller", talk_s=60, hold_s=0),
        ev.CallEnded(at=at + 65, interaction=call, by="caller", cause=16, phase="talking", answered=True),
    ]
    if recorded:
        events.append(
            ev.RecordingStored(
                at=at + 70, interaction=call, file=f"2026/01/01/{call}.wav", duration_s=60, bytes=10, sha256="x"
            )
        )
    add(db, events)


@pytest.fixture
def store(db):
    quality.save_card(db, CARD, "boss", NOW, 0)
    for number in range(6):
        talked(db, f"a{number}")
    for number in range(2):
        talked(db, f"b{number}", agent="8002", queue="support")
    talked(db, "old", at=NOW - 30 * DAY)
    talked(db, "silent", recorded=False)
    return db


def score(db, call, judgement=GOOD, agent="8001", at=NOW, by="boss"):
    return quality.save_score(db, call, agent, "service", judgement, by, at)


def test_a_card_has_versions_and_a_stale_edit_is_refused(db):
    assert quality.save_card(db, CARD, "boss", NOW, 0) == 1
    assert quality.save_card(db, CARD, "boss", NOW, 1, active=False) == 2
    with pytest.raises(quality.StaleCard):
        quality.save_card(db, CARD, "other", NOW, 1)
    assert quality.cards(db) == []
    (card,) = quality.cards(db, every=True)
    assert (card.version, card.active, card.card) == (2, False, CARD)
    assert quality.card(db, "service", 1).active
    with pytest.raises(quality.UnknownCard):
        quality.card(db, "service", 3)


def test_a_score_is_seen_answered_and_withdrawn(store):
    made = score(store, "a0")
    assert (made.percent, made.fatal, made.card_version, made.queue) == (100.0, False, 1, "sales")
    told = quality.acknowledge(store, made.id, "thanks", NOW + 5)
    assert (told.seen_at, told.agent_comment) == (NOW + 5, "thanks")
    assert quality.acknowledge(store, made.id, "", NOW + 9).agent_comment == "thanks"
    quality.withdraw(store, made.id, NOW + 10)
    with pytest.raises(quality.UnknownScore):
        quality.score(store, made.id)
    assert quality.found_scores(store, Wanted()) == []


def test_calls_are_drawn_by_chance_until_there_are_enough(store):
    drawn = quality.draw(store, ("8001", "8002"), 3, NOW)
    assert [one.agent for one in drawn] == ["8001"] * 3 + ["8002"] * 2
    assert quality.draw(store, ("8001", "8002"), 3, NOW + 60) == drawn
    assert {"old", "silent"}.isdisjoint(one.call for one in quality.draw(store, ("8001",), 50, NOW))
    score(store, drawn[0].call)
    again = quality.draw(store, ("8001",), 3, NOW + 60)
    assert len(again) == 2 and drawn[0].call not in {one.call for one in again}
    assert quality.draw(store, ("8001",), 3, NOW, queue="support") == []


def test_what_was_deleted_is_not_drawn(store):
    kept_recordings.hold(store, "b0", NOW, "x", "x")
    kept_recordings.change(store, "b0", deleted_at=NOW)
    assert {one.call for one in quality.draw(store, ("8002",), 9, NOW)} == {"b1"}


def test_sums_are_what_the_scores_say(store):
    score(store, "a0")
    score(store, "a1", FATAL)
    score(store, "b0", GOOD, agent="8002")
    quality.withdraw(store, score(store, "b1", FATAL, agent="8002").id, NOW)
    first, second = quality.sums(store, Wanted(), "agent")
    assert (first.key, first.scores, first.mean, first.lowest, first.fatal) == ("8001", 2, 50.0, 0.0, 1)
    assert (second.key, second.scores, second.mean) == ("8002", 1, 100.0)
    every = quality.found_scores(store, Wanted())
    (whole,) = quality.sums(store, Wanted(), "all")
    assert (whole.scores, whole.mean) == (3, round(sum(one.percent for one in every) / 3, 2))
    assert quality.sums(store, Wanted(agents=("8002",)), "queue")[0].key == "support"
    assert quality.sums(store, Wanted(to_at=NOW), "all") == []
