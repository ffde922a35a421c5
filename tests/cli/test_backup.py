"""`callcenter backup`, `restore` and `recordings` as a person at the terminal meets them."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from callcenter import archive
from callcenter.__main__ import main
from callcenter.calls.requests import AdoptRecording
from callcenter.config import Config, load
from callcenter.preparation import centre
from callcenter.recordings.adoption import YOUNG_S
from callcenter.service import engine_door
from callcenter.store import kept_recordings as ledger
from tests.backup.installation import CALL, CONVERTED, installed, tree

Capture = pytest.CaptureFixture[str]
LOST = "cc1-1767225999.44"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setattr("os.nice", lambda _: 0)  # for good, of the whole run


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("original") / "here").file.parent


@pytest.fixture
def config(original: Path, tmp_path: Path) -> Config:
    shutil.copytree(original, tmp_path / "here")
    return load(tmp_path / "here/config.yaml")


def said(capsys: Capture, folder: Path, *words: str) -> tuple[int, str, str]:
    code = main(["--config", str(folder / "config.yaml"), *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def kept(config: Config, call: str) -> ledger.Kept:
    with centre.opened(config) as db:
        found = ledger.of_call(db, call)
    assert found is not None
    return found


# ---- backup, restore


def test_a_backup_and_its_restore_say_what_they_did(config: Config, tmp_path: Path, capsys: Capture) -> None:
    backup = str(tmp_path / "backup")
    code, out, err = said(capsys, config.file.parent, "backup", backup)
    assert (code, err) == (0, "") and "Keys are among them" in out
    code, _, err = said(capsys, config.file.parent, "backup", backup)
    assert code == 1 and "overwrites nothing" in err
    code, out, err = said(capsys, tmp_path / "there", "restore", backup)
    assert (code, err) == (0, "") and "config.yaml is written" in out and "recordings verify" in out
    code, out, _ = said(capsys, tmp_path / "there", "recordings", "verify")
    assert (code, out.strip()) == (0, "2 whole, 0 missing, 0 altered.")
    code, _, err = said(capsys, config.file.parent, "restore", str(tmp_path))
    assert code == 1 and "no whole backup" in err


def test_without_recordings_both_say_so(
    config: Config, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(capsys, config.file.parent, "backup", str(tmp_path / "b"), "--without-recordings")[0] == 0
    code, out, _ = said(capsys, tmp_path / "there", "restore", str(tmp_path / "b"))
    assert code == 0 and "It has no recordings" in out
    assert not (tmp_path / "there/recordings").exists()
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    code, _, err = said(capsys, config.file.parent, "backup", str(tmp_path / "b"))
    assert code == 1 and "备份不会覆盖任何内容" in err


def test_what_differs_from_the_ledger_is_an_exit_code(config: Config, tmp_path: Path, capsys: Capture) -> None:
    (config.recordings_dir / kept(config, CALL).file).unlink()
    code, out, err = said(capsys, config.file.parent, "backup", str(tmp_path / "backup"))
    assert (code, err) == (1, f"{CALL}\tmissing\n") and "1 recordings are not as the ledger says" in out


# ---- recordings adopt


@pytest.fixture
def orphan(config: Config) -> Path:
    """The sealed file of a call that no ledger knows, an hour old."""
    file = config.recordings_dir / kept(config, CALL).file
    lost = file.with_name(file.name.replace(CALL, LOST))
    lost.write_bytes(file.read_bytes())
    return lost


def adopt(capsys: Capture, config: Config, *words: str) -> tuple[int, str, str]:
    return said(capsys, config.file.parent, "recordings", "adopt", *words)


def test_adopting_lists_and_tells_the_engine(
    config: Config, orphan: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[AdoptRecording, str]] = []
    monkeypatch.setattr(engine_door, "submit", lambda _, request, by: asked.append((request, by)))
    code, out, _ = adopt(capsys, config, "--dry-run")
    assert code == 0 and "0 files that the ledger does not know" in out  # it was written just now
    monkeypatch.setattr(archive.time, "time", lambda: orphan.stat().st_mtime + YOUNG_S + 1)
    code, out, _ = adopt(capsys, config, "--dry-run")
    assert code == 0 and f"unknown_call\t{LOST}\t2.0\t" in out and "1 can be adopted" in out and not asked
    code, out, _ = adopt(capsys, config)
    assert code == 0 and "1 recordings were adopted" in out
    ((request, by),) = asked
    assert (request.interaction, request.known, by) == (LOST, False, "command line")
    assert kept(config, LOST).key_id == kept(config, CALL).key_id


def test_adopting_needs_the_engine(
    config: Config, orphan: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive.time, "time", lambda: orphan.stat().st_mtime + YOUNG_S + 1)
    code, _, err = adopt(capsys, config)
    assert code == 1 and "it does not run: start it, then adopt" in err


# ---- recordings rotate-key


def rotate(capsys: Capture, config: Config, *words: str) -> tuple[int, str, str]:
    return said(capsys, config.file.parent, "recordings", "rotate-key", *words)


def plain(config: Config, call: str) -> bytes:
    with centre.opened(config) as db:
        opened = archive.archivist(config, db).opened(kept(config, call))
        return b"".join(opened.read(0, opened.bytes))


def test_a_rotation_puts_every_file_under_a_new_key(config: Config, capsys: Capture) -> None:
    old, sound, before = kept(config, CALL).key_id, plain(config, CALL), tree(config.file.parent)
    code, out, _ = rotate(capsys, config, "--dry-run")
    assert code == 0 and "A new key would be made" in out
    assert tree(config.recordings_dir) == {
        name.removeprefix("recordings/"): data for name, data in before.items() if name.startswith("recordings/")
    }
    code, out, err = rotate(capsys, config)
    keys = archive.keys(config)
    assert keys is not None and keys.current != old and old in keys.known
    assert (code, err) == (0, "") and f"The current key is {keys.current}; 2 recordings" in out
    assert {kept(config, call).key_id for call in (CALL, CONVERTED)} == {keys.current}
    assert plain(config, CALL) == sound
    query = "SELECT object FROM audit WHERE what = 'recording_rotate'"
    with centre.opened(config) as db, db.connect() as connection:
        assert connection.exec_driver_sql(query).scalars().all() == [keys.current]


def test_a_rotation_that_was_interrupted_is_finished_first(config: Config, capsys: Capture) -> None:
    begun: Any = archive.new_key(config)
    code, out, _ = rotate(capsys, config)
    assert code == 0 and f"An earlier rotation to {begun} is finished first" in out
    assert kept(config, CALL).key_id == begun
    rotate(capsys, config)
    assert kept(config, CALL).key_id != begun


def test_a_file_that_cannot_be_put_under_the_new_key_is_named(config: Config, capsys: Capture) -> None:
    file = config.recordings_dir / kept(config, CALL).file
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(bytes(data))
    code, out, err = rotate(capsys, config)
    assert code == 1 and "1 recordings were put under it" in out and err.startswith(f"{CALL}\t")
    assert file.read_bytes() == data
