"""A bucket of a real S3-compatible server: what was sent is read back, in ranges too, and failures are told apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.recordings.archivist import Archivist, Rules
from callcenter.recordings.places import Bucket, S3Settings, hashed
from callcenter.store import kept_recordings as ledger
from tests.recordings.bucket_server import bucket_server
from tests.recordings.test_archivist import CALL, KEYS, NOW, House
from tests.recordings.test_archivist import house as house
from tests.recordings.test_archivist import sound as sound


@pytest.fixture(scope="module")
def settings() -> Iterator[S3Settings]:
    with bucket_server() as found:
        yield found


def test_what_was_sent_is_there_whole_in_parts_and_gone_when_removed(settings: S3Settings, tmp_path: Path) -> None:
    bucket, file = Bucket(settings), tmp_path / "one"
    file.write_bytes(bytes(range(256)) * 5000)
    bucket.put(file, "2026/one", hashed(file))
    assert (bucket.size("2026/one"), bucket.sha256("2026/one")) == (1_280_000, hashed(file))
    assert bucket.fetch("2026/one", 300, 4) == bytes([44, 45, 46, 47])
    assert file.is_file()
    bucket.remove("2026/one")
    bucket.remove("2026/one")
    with pytest.raises(FileNotFoundError):
        bucket.size("2026/one")
    with pytest.raises(FileNotFoundError):
        bucket.fetch("2026/one", 0, 1)


def test_what_was_not_sent_as_it_should_be_is_refused(settings: S3Settings, tmp_path: Path) -> None:
    file = tmp_path / "one"
    file.write_bytes(b"sound")
    with pytest.raises(OSError, match="not what was sent"):
        Bucket(settings).put(file, "two", "0" * 64)


def test_a_bucket_that_does_not_answer_is_an_error_to_be_tried_again(tmp_path: Path) -> None:
    away = Bucket(S3Settings(bucket="calls", endpoint="http://127.0.0.1:9", access_key="x", secret_key="x"))
    with pytest.raises(OSError):
        away.size("one")


def test_a_sealed_recording_goes_there_and_is_heard_from_there(
    house: House, settings: S3Settings, sound: Path
) -> None:
    rules, bucket = Rules(encrypt=True, place="s3"), Bucket(settings)
    one = Archivist(house.folder, house.db, rules, lambda: NOW, KEYS, None, bucket)
    assert one.work() == 2
    kept = ledger.of_call(house.db, CALL)
    assert kept is not None and (kept.place, kept.to_remove) == ("s3", "")
    assert house.files() == set()
    opened, plain = one.opened(kept), sound.read_bytes()
    assert opened.bytes == len(plain)
    assert b"".join(opened.read(70_000 - 44, 10_000)) == plain[70_000 - 44 :][:10_000]
    assert one.checking.verify(lambda *_: None)["whole"] == 1
    home = Archivist(house.folder, house.db, Rules(encrypt=True), lambda: NOW, KEYS, None, bucket)
    assert home.work() == 1  # the rules have changed: back again
    assert {kept.file} == {name for name in house.files() if not name.startswith(".")}
    with pytest.raises(FileNotFoundError):
        bucket.size(kept.file)
