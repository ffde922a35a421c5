"""After the call: compressed, encrypted, moved, deleted; and killed at every step without losing anything."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callcenter.asterisk.installation import ensure_private
from callcenter.calls import events as ev
from callcenter.calls.recording import RecordingPolicy, RetentionRule
from callcenter.recordings import archivist as room
from callcenter.recordings.archivist import Archivist, Rules
from callcenter.recordings.comparison import NotAlike, check_alike
from callcenter.recordings.compression import Encoder
from callcenter.recordings.conversion import convert
from callcenter.recordings.places import Folder, hashed
from callcenter.recordings.retention import doomed
from callcenter.recordings.sealing import SUFFIX, Keys
from callcenter.store import kept_recordings as ledger
from callcenter.store.database import migrate, open_database
from tests.recordings.sound import AGENT_HZ, CALLER_HZ, channels, loudness, write_raw
from tests.store.store_rows import add

KEYS = Keys("k1", {"k1": bytes(range(32))})
CALL = "cc1-1767225600.42"
NAME = f"2026/01/01/{CALL}.wav"
NOW = 1_767_300_000.0
PRIVATE = Path(__file__).parents[2] / "var" / "asterisk"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    there = ensure_private(PRIVATE, print)
    return Encoder(tuple(there.command("sox")), there.environment)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WAV file of three seconds, a tone in each channel."""
    folder = tmp_path_factory.mktemp("sound")
    wav = folder / "one.wav"
    convert(write_raw(folder / "one.raw", 3.0), wav, folder / "workshop")
    return wav


class Copies(Folder):
    """Stands for a bucket: what is put there stays here too."""

    def put(self, source: Path, name: str, sha256: str) -> None:
        beside = source.with_name(f"{source.name}.sent")
        shutil.copy(source, beside)
        super().put(beside, name, sha256)


@cache
def migrated() -> Path:
    """An empty store: made once, since each test, and each step of some, begins with one."""
    file = Path(tempfile.mkdtemp(prefix="cc-store-")) / "store.db"
    migrate(f"sqlite:///{file}")
    return file


class House:
    """A folder with one recording, and the ledger that tells of it."""

    def __init__(self, folder: Path, sound: Path) -> None:
        self.folder, self.original = folder / "recordings", sound
        wav = self.folder / NAME
        wav.parent.mkdir(parents=True)
        shutil.copy(sound, wav)
        shutil.copy(migrated(), folder / "store.db")
        self.db: sa.Engine = open_database(f"sqlite:///{folder / 'store.db'}")
        self.bucket = Copies(folder / "bucket")
        stored = ev.RecordingStored(
            at=NOW, interaction=CALL, file=NAME, duration_s=3.0, bytes=wav.stat().st_size, sha256=hashed(wav)
        )
        arrived = ev.CallArrived(
            at=NOW - 60, interaction=CALL, channel="x", caller="1", caller_name="", dialled="4001", language="en"
        )
        ended = ev.CallEnded(at=NOW - 5, interaction=CALL, by="caller", cause=16, phase="talking", answered=True)
        add(self.db, [arrived, ended, stored])

    def archivist(self, rules: Rules, encoder: Encoder | None, now: float = NOW) -> Archivist:
        return Archivist(self.folder, self.db, rules, lambda: now, KEYS, encoder, self.bucket)

    def kept(self) -> ledger.Kept:
        found = ledger.of_call(self.db, CALL)
        assert found is not None
        return found

    def plain(self, rules: Rules, encoder: Encoder | None) -> bytes:
        opened = self.archivist(rules, encoder).opened(self.kept())
        return b"".join(opened.read(0, opened.bytes))

    def files(self) -> set[str]:
        return {str(f.relative_to(self.folder)) for f in self.folder.rglob("*") if f.is_file()}


@pytest.fixture
def house(tmp_path: Path, sound: Path) -> House:
    return House(tmp_path, sound)


RULES = [
    Rules(),
    Rules(encrypt=True),
    Rules(format="flac"),
    Rules(format="mp3"),
    Rules(format="mp3", encrypt=True),
    Rules(format="opus"),
    Rules(format="opus", encrypt=True),
    Rules(format="wav", encrypt=True, place="s3"),
]


def listen(house: House, rules: Rules, encoder: Encoder, tmp_path: Path) -> None:
    """Both voices are in what can be played now, each in its own channel."""
    played = tmp_path / f"played.{rules.format}"
    played.write_bytes(house.plain(rules, encoder))
    decoded = tmp_path / "decoded.wav"
    if rules.format == "wav":
        shutil.copy(played, decoded)
    else:
        encoder.decode(played, decoded)
    caller, agent = channels(decoded)
    middle = slice(8000, 16000)
    assert loudness(caller[middle], CALLER_HZ) > 0.2 > 0.02 > loudness(caller[middle], AGENT_HZ)
    assert loudness(agent[middle], AGENT_HZ) > 0.2 > 0.02 > loudness(agent[middle], CALLER_HZ)


@pytest.mark.parametrize("rules", RULES, ids=lambda r: f"{r.format}-{r.encrypt}-{r.place}")
def test_a_recording_is_taken_over_once(house: House, rules: Rules, encoder: Encoder, tmp_path: Path) -> None:
    one = house.archivist(rules, encoder)
    one.work()
    kept = house.kept()
    assert (kept.format, bool(kept.key_id), kept.place) == (rules.format, rules.encrypt, rules.place)
    assert kept.to_remove == "" and not one.failing
    assert len(house.files()) == (0 if rules.place == "s3" else 1)
    listen(house, rules, encoder, tmp_path)
    assert one.work() == 0
    if rules.format in ("mp3", "opus"):
        assert kept.bytes < house.original.stat().st_size / 3
    if rules.encrypt:
        assert kept.file.endswith(SUFFIX)


def test_what_did_not_come_out_alike_is_not_kept(
    house: House, encoder: Encoder, monkeypatch: Any, sound: Path
) -> None:
    def spoiled(self: Encoder, wav: Path, target: Path) -> None:
        shutil.copy(wav, target)
        data = bytearray(target.read_bytes())
        data[2000:40000] = bytes(38000)
        target.write_bytes(bytes(data))

    monkeypatch.setattr(Encoder, "encode", spoiled)
    monkeypatch.setattr(Encoder, "decode", lambda self, source, wav: shutil.copy(source, wav))
    one = house.archivist(Rules(format="mp3"), encoder)
    one.work()
    assert "channel 0" in one.failing[CALL]
    assert ledger.of_call(house.db, CALL) is None
    assert hashed(house.folder / NAME) == hashed(sound)


@pytest.mark.parametrize(("what", "exact"), [("silence", False), ("swapped", False), ("one sample", True)])
def test_differences_are_found(sound: Path, tmp_path: Path, what: str, exact: bool) -> None:
    data = bytearray(sound.read_bytes())
    if what == "silence":
        data[44:] = bytes(len(data) - 44)
    elif what == "swapped":
        data[44:] = data[46:] + data[44:46]
        data[20000:40000] = bytes(20000)
    else:
        data[5000] ^= 1
    other = tmp_path / "other.wav"
    other.write_bytes(bytes(data))
    with pytest.raises(NotAlike):
        check_alike(sound, other, exact)


# ---- retention, holds, checking, keys

POLICY = RecordingPolicy(retention=(RetentionRule(days=30),))
LATER = NOW + 31 * 86_400


def test_what_is_too_old_goes_and_the_ledger_says_by_which_rule(house: House) -> None:
    one = house.archivist(Rules(encrypt=True), None)
    one.work()
    assert doomed(house.db, POLICY, NOW) == []
    (due,) = doomed(house.db, POLICY, LATER)
    assert due.call_id == CALL
    assert one.purge(POLICY, LATER) == 1
    kept = house.kept()
    assert (kept.deleted_at, kept.deleted_rule, kept.to_remove) == (LATER, "1: 30 d", "")
    assert house.files() == set()
    assert one.purge(POLICY, LATER) == 0


def test_what_is_held_stays_until_it_is_released(house: House) -> None:
    one = house.archivist(Rules(), None)
    ledger.hold(house.db, CALL, NOW, "boss", "claim 7")
    one.work()
    assert (house.kept().held_by, house.kept().hold_reason) == ("boss", "claim 7")
    assert one.purge(POLICY, LATER) == 0
    ledger.release(house.db, CALL)
    assert one.purge(POLICY, LATER) == 1
    with pytest.raises(ledger.NotHere):
        ledger.hold(house.db, CALL, LATER, "boss", "too late")


def test_checking_finds_what_is_missing_altered_or_nobodys(house: House) -> None:
    one, found = house.archivist(Rules(), None), list[tuple[str, str]]()
    one.work()
    assert one.checking.verify(lambda *what: found.append(what)) == {"whole": 1, "missing": 0, "altered": 0}
    wav = house.folder / NAME
    (wav.parent / "stranger.wav").write_bytes(b"x")
    assert one.checking.strangers() == ["2026/01/01/stranger.wav"]
    wav.write_bytes(wav.read_bytes()[:-1] + b"\1")
    one.checking.verify(lambda *what: found.append(what))
    wav.unlink()
    one.checking.verify(lambda *what: found.append(what))
    assert found == [(CALL, "altered"), (CALL, "missing")]
    (gap,) = ledger.gaps(house.db, NOW)
    assert (gap.call, gap.kind) == (CALL, "missing_file")
    assert ledger.figures(house.db, NOW).missing_files == 1


def test_a_new_key_takes_over_every_file(house: House, sound: Path) -> None:
    house.archivist(Rules(encrypt=True), None).work()
    both = Keys("k2", {"k1": bytes(range(32)), "k2": bytes(range(1, 33))})
    new = Archivist(house.folder, house.db, Rules(encrypt=True), lambda: NOW, both)
    assert new.rotate() == 1
    assert house.kept().key_id == "k2"
    only = Archivist(house.folder, house.db, Rules(), lambda: NOW, Keys("k2", {"k2": both.known["k2"]}))
    opened = only.opened(house.kept())
    assert b"".join(opened.read(0, opened.bytes)) == sound.read_bytes()
    assert {name for name in house.files() if not name.startswith(room.WORKSHOP)} == {house.kept().file}


def test_a_bucket_that_is_down_is_tried_again_later_and_later_still(house: House, monkeypatch: Any) -> None:
    now = [NOW]
    one = Archivist(house.folder, house.db, Rules(place="s3"), lambda: now[0], KEYS, None, house.bucket)

    def down(*_: Any) -> None:
        raise OSError("no route to the bucket")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.bucket, "put", down)
        one.work()
        assert one.failing == {CALL: "no route to the bucket"}
        assert (house.folder / NAME).is_file() and house.kept().place == "local"
    now[0] += 10
    assert one.work() == 0  # not yet
    now[0] += 30
    assert one.work() == 1
    assert house.kept().place == "s3" and not one.failing


def test_fifty_that_fail_keep_nobody_waiting(house: House, monkeypatch: Any) -> None:
    """What fails is left out until its time has come, so that others are looked at."""
    one, asked = house.archivist(Rules(), None), list[list[str]]()

    def told(db: sa.Engine, but: Any = (), limit: int = 50) -> list[ledger.Told]:
        asked.append(list(but))
        return untaken(db, but, limit)

    untaken = ledger.untaken
    monkeypatch.setattr(room.ledger, "untaken", told)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "hashed", lambda _: (_ for _ in ()).throw(OSError("unreadable")))
        one.work()
    assert one.failing == {CALL: "unreadable"}
    one.work()
    assert asked == [[], [CALL]]


def test_a_hold_set_before_or_while_it_is_taken_over_stays(house: House) -> None:
    ledger.hold(house.db, CALL, NOW, "boss", "claim 7")
    one = house.archivist(Rules(encrypt=True), None)
    (told,) = ledger.untaken(house.db)
    ledger.release(house.db, CALL)
    ledger.hold(house.db, CALL, NOW, "chief", "claim 8")
    one.take_over(told)
    kept = house.kept()
    assert (kept.held_by, kept.hold_reason) == ("chief", "claim 8")
    assert kept.key_id == "k1" and house.files() == {kept.file}  # a hold is no reason to lie there unencrypted


def test_checking_what_is_not_taken_over_yet_takes_nothing_over(house: House, encoder: Encoder) -> None:
    one = house.archivist(Rules(format="flac"), encoder)
    assert one.checking.verify(lambda *_: None)["whole"] == 1
    assert one.work() == 1
    assert house.kept().format == "flac"


def test_a_key_made_meanwhile_is_known_at_once(house: House, sound: Path) -> None:
    house.archivist(Rules(encrypt=True), None).work()
    known = [KEYS]
    page = Archivist(house.folder, house.db, Rules(encrypt=True), lambda: NOW, lambda: known[0])
    known[0] = Keys("k2", {**KEYS.known, "k2": bytes(range(1, 33))})
    command = Archivist(house.folder, house.db, Rules(encrypt=True), lambda: NOW, known[0])
    while command.rotate():
        pass
    opened = page.opened(house.kept())
    assert b"".join(opened.read(0, opened.bytes)) == sound.read_bytes()
