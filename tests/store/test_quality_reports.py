"""Scores and recordings in reports equal an independent count in plain SQL, by step, agent, queue and card."""

import pytest
import sqlalchemy as sa

from callcenter.calls import events as ev
from callcenter.calls.scoring import Judgement
from callcenter.store import kept_recordings, quality
from callcenter.store.reports.errors import BadReport
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.period import between
from callcenter.store.reports.recordings import recordings
from callcenter.store.reports.result import Asked
from callcenter.store.reports.scores import scores
from tests.calls.test_scoring import CARD
from tests.store.store_rows import add
from tests.store.test_quality import DAY, FATAL, GOOD, NOW, talked

FAIR = Judgement(answers={"greeting": 1, "tone": 2, "identity": 1})


@pytest.fixture
def told(db):
    quality.save_card(db, CARD, "boss", NOW, 0)
    for number in range(4):
        talked(db, f"a{number}", at=NOW - DAY + 3600 * number)
    talked(db, "b0", agent="8002", queue="support")
    talked(db, "silent", recorded=False)
    at = NOW - DAY + 10
    add(db, [ev.RecordingExpected(at=at, interaction="silent", file="silent.raw")])
    add(db, [ev.RecordingMissing(at=at + 60, interaction="silent", file="silent.raw")])
    for call, judgement, agent, at in (
        ("a0", GOOD, "8001", NOW),
        ("a1", FAIR, "8001", NOW + 3600),
        ("a2", FATAL, "8001", NOW + 7200),
        ("b0", GOOD, "8002", NOW),
    ):
        quality.save_score(db, call, agent, "service", judgement, "boss", at)
    quality.withdraw(db, quality.save_score(db, "a3", "8001", "service", FATAL, "boss", NOW).id, NOW + 1)
    quality.acknowledge(db, 1, "", NOW + 60)
    kept_recordings.hold(db, "a0", NOW, "boss", "claim")
    kept_recordings.hold(db, "a1", NOW, "boss", "claim")
    kept_recordings.release(db, "a1")
    kept_recordings.change(db, "a1", deleted_at=NOW)
    return db


def asked(**filters):
    hour = NOW - NOW % 3600
    period = between(hour - 2 * DAY, hour + DAY, "Asia/Shanghai", "hour")
    return Asked(period=period, now=NOW + DAY, filters=Filters(**filters))


def counted(db, query):
    with db.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_scores_equal_a_count_of_the_rows(told):
    found = scores(told, asked())
    per_agent = (
        "select agent, count(*), sum(percent) from scores where withdrawn_at is null group by agent order by 1"
    )
    for row, (agent, count, percent) in zip(found.by_agent, counted(told, per_agent), strict=True):
        assert (row.agent, row.scores, row.score_share) == (agent, count, pytest.approx(percent / count / 100))
    assert (found.total.scores, found.total.fatal_scores, found.total.scores_seen) == (4, 1, 1)
    assert found.total.lowest_score == 0.0
    assert sum(step.scores for step in found.by_step) == 4
    assert [(row.queue, row.scores) for row in found.by_queue] == [("sales", 3), ("support", 1)]
    assert [(row.card, row.scores) for row in found.by_card] == [("service", 4)]
    assert found.names == {"card": {"service": CARD.name}}
    assert set(found.formulas) == {"scores", "score_share", "lowest_score", "fatal_scores", "scores_seen"}


def test_recordings_equal_a_count_of_the_rows(told):
    found = recordings(told, asked())
    ((stored, seconds),) = counted(told, "select count(*), sum(duration_s) from recordings where state = 'stored'")
    total = found.total
    assert (total.recordings_stored, total.recorded_s) == (stored, seconds)
    assert (total.recordings_expected, total.recordings_missing, total.recordings_open) == (6, 1, 0)
    assert total.recordings_kept_share == 5 / 6
    assert (total.recordings_held, total.recordings_deleted) == (1, 1)
    assert sum(step.recordings_expected for step in found.by_step) == 6
    assert [(row.agent, row.recordings_stored) for row in found.by_agent] == [("8001", 4), ("8002", 1)]
    assert [(row.queue, row.recordings_missing) for row in found.by_queue] == [("sales", 1), ("support", 0)]


def test_they_are_narrowed_to_agents_and_queues(told):
    assert scores(told, asked(agents=("8002",))).total.scores == 1
    assert scores(told, asked(queues=("sales",), agents=("8002",))).total.scores == 0
    assert recordings(told, asked(queues=("support",))).total.recordings_stored == 1
    with pytest.raises(BadReport):
        recordings(told, asked(numbers=("4001",)))


def test_of_a_talk_without_a_sound_nothing_is_missing(db):
    at = NOW - DAY
    add(
        db,
        [
            ev.CallArrived(
                at=at, interaction="x", channel="x", caller="1", caller_name="", dialled="4001", language="en"
            ),
            ev.QueueEntered(at=at, interaction="x", queue="sales", entered_at=at),
            ev.QueueLeft(at=at + 5, interaction="x", queue="sales", reason="answered", waited_s=5),
            ev.Connected(at=at + 5, interaction="x", agent="8001", device="web", queue="sales"),
            ev.RecordingExpected(at=at + 5, interaction="x", file="x.raw"),
            ev.TalkEnded(at=at + 5.05, interaction="x", agent="8001", by="caller", talk_s=0.05, hold_s=0),
            ev.CallEnded(at=at + 5.05, interaction="x", by="caller", cause=16, phase="talking", answered=True),
            ev.RecordingMissing(at=at + 15, interaction="x", file="x.raw"),
        ],
    )
    assert kept_recordings.gaps(db, NOW) == []
    assert kept_recordings.figures(db, NOW).missing == 0
    assert recordings(db, asked()).total.recordings_expected == 0
