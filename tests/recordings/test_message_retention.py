"""Messages go by the centre's retention rules: the sound is deleted, the entry of the message centre stays."""

from pathlib import Path

import pytest

from callcenter.calls.recording import RecordingPolicy, RetentionRule
from callcenter.recordings import message_retention
from callcenter.store import inbox, messages
from callcenter.store import tables as t
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.schema.recordings import kept_recordings
from tests.store.ledger_stories import answered_call, message, message_left
from tests.store.store_rows import add

DAY = 86_400
LEFT_AT = 2000.0
POLICY = RecordingPolicy(retention=(RetentionRule(queue="sales", days=1), RetentionRule(days=30)))
LATER = LEFT_AT + 31 * DAY


@pytest.fixture
def db(tmp_path):
    url = f"sqlite:///{tmp_path / 'callcenter.db'}"
    migrate(url)
    db = open_database(url)
    yield db
    db.dispose()


@pytest.fixture
def sound(db, tmp_path) -> Path:
    """The message of one call, on the disk, and that of a later one."""
    for n, at in ((1, LEFT_AT), (2, LATER)):
        call = answered_call(f"one-{n}.1", begin=at - 100)[:7]
        add(db, [*call, message(f"one-{n}.1")[0](at), message_left(f"one-{n}.1")(at + 10)])
    file = tmp_path / "recordings" / messages.one(db, "one-1.1").file
    file.parent.mkdir(parents=True)
    file.write_bytes(b"RIFF")
    (file.parent / "one-2.1.wav").write_bytes(b"RIFF")
    return file


def purge(db, tmp_path, now, policy=POLICY):
    return message_retention.purge(db, tmp_path / "recordings", policy, now)


def test_what_is_too_old_goes_and_the_entry_says_so(db, tmp_path, sound):
    assert purge(db, tmp_path, LEFT_AT + 29 * DAY) == 0
    (doomed,) = message_retention.doomed(db, POLICY, LATER)
    assert (doomed.call_id, doomed.rule) == ("one-1.1", "2: 30 d")
    assert purge(db, tmp_path, LATER) == 1
    assert not sound.exists() and (sound.parent / "one-2.1.wav").exists()
    item = inbox.one(db, "one-1.1")
    assert (item.sound_deleted_at, item.file, item.is_open) == (LATER, "", True)
    assert [each.id for each in messages.recent(db)] == ["one-2.1"]
    assert purge(db, tmp_path, LATER) == 0


def test_a_message_removed_by_hand_goes_by_the_same_rules(db, tmp_path, sound):
    inbox.remove(db, "one-1.1", "li", LEFT_AT + 60)
    assert sound.exists()
    assert purge(db, tmp_path, LATER) == 1
    assert not sound.exists()


def test_without_rules_or_while_its_call_is_held_a_message_stays(db, tmp_path, sound):
    assert purge(db, tmp_path, LATER, RecordingPolicy()) == 0
    texts = ("key_id", "finding", "to_remove", "deleted_by", "deleted_rule", "sha256")
    row = {"call_id": "one-1.1", "file": "x", "place": "local", "format": "wav", "bytes": 1, "kept_at": 1.0}
    row |= {"held_at": 1.0, "held_by": "boss", "hold_reason": "claim", **dict.fromkeys(texts, "")}
    with writing(db) as connection:
        connection.execute(kept_recordings.insert().values(row))
    assert purge(db, tmp_path, LATER) == 0 and sound.exists()
    with writing(db) as connection:
        connection.execute(kept_recordings.update().values(held_at=None))
    assert purge(db, tmp_path, LATER) == 1 and not sound.exists()


def test_a_file_that_is_gone_already_is_marked_all_the_same(db, tmp_path, sound):
    sound.unlink()
    assert purge(db, tmp_path, LATER) == 1
    assert inbox.one(db, "one-1.1").sound_deleted_at == LATER


def test_nothing_outside_of_the_folder_is_touched(db, tmp_path, sound):
    outside = tmp_path / "secrets.yaml"
    outside.write_text("keep me")
    with writing(db) as connection:
        connection.execute(t.messages.update().values(file="../secrets.yaml"))
    purge(db, tmp_path, LATER + 99 * DAY)
    assert outside.exists()
