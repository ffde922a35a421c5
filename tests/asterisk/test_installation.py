"""A private Asterisk in its place, whatever interrupts the way there; and the ones we refuse."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from callcenter.asterisk import debian_suite, installation
from callcenter.asterisk.debian_suite import InstallationError, debian_mirror, unpack_suite
from callcenter.asterisk.installation import ensure_private, installed_packages, system_installation
from tests.real_asterisk import REPOSITORY

LOCKED = "asterisk=1:22.10.1-1\nlibc6=2.42-1\n"


class Suite:
    """Stands in for the mirror: a prefix with a loader that runs scripts, and an Asterisk that tells its version."""

    def __init__(self, packages: str = LOCKED) -> None:
        self.packages, self.fetched = packages, 0

    def __call__(
        self, packages: object, workshop: Path, root: Path, say: Callable[[str], None], mirror: str | None = None
    ) -> str:
        self.fetched += 1
        write_script(root / "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", 'shift 2; exec "$@"')
        write_script(root / "usr/sbin/asterisk", "echo Asterisk 22.10.1")
        return self.packages


def write_script(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    stand_in = Suite()
    (tmp_path / "packages.lock").write_text(LOCKED)
    monkeypatch.setattr(installation, "LOCK_FILE", tmp_path / "packages.lock")
    monkeypatch.setattr(installation, "unpack_suite", stand_in)
    return stand_in


def test_the_second_time_nothing_is_fetched(suite: Suite, tmp_path: Path) -> None:
    said: list[str] = []
    ensure_private(tmp_path / "var/asterisk", said.append)
    said.clear()
    found = ensure_private(tmp_path / "var/asterisk", said.append)
    assert (suite.fetched, said) == (1, [])
    assert found.version == (22, 10, 1)


def test_a_program_starts_through_the_prefixs_own_loader(suite: Suite, tmp_path: Path) -> None:
    found = ensure_private(tmp_path / "asterisk", print)
    loader, option, libraries, program, argument = found.command("asterisk", "-V")
    assert loader == str(tmp_path / "asterisk/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")
    assert (option, argument) == ("--library-path", "-V")
    assert libraries.startswith(str(tmp_path)) and program.startswith(str(tmp_path))
    with pytest.raises(InstallationError, match="asterisk, espeak-ng, sipp, sox"):
        found.command("fsck")


def test_an_interrupted_run_leaves_nothing_behind(
    suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object) -> str:
        suite(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(installation, "unpack_suite", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ensure_private(tmp_path / "asterisk", print)
    assert not (tmp_path / "asterisk").exists()
    monkeypatch.setattr(installation, "unpack_suite", suite)
    ensure_private(tmp_path / "asterisk", print)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".asterisk.lock", "asterisk", "packages.lock"]


def test_two_at_once_fetch_once(suite: Suite, tmp_path: Path) -> None:
    said: list[str] = []
    runs = [threading.Thread(target=ensure_private, args=(tmp_path / "asterisk", said.append)) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(20)
    assert suite.fetched == 1


def test_a_new_lock_file_renews_the_prefix(suite: Suite, tmp_path: Path) -> None:
    ensure_private(tmp_path / "asterisk", print)
    suite.packages = LOCKED.replace("2.42-1", "2.43-1")
    (tmp_path / "packages.lock").write_text(suite.packages)
    said: list[str] = []
    ensure_private(tmp_path / "asterisk", said.append)
    assert installed_packages(tmp_path / "asterisk") == suite.packages
    assert not any("moved on" in line for line in said)


def test_a_suite_that_has_moved_on_is_said_plainly_and_recorded(suite: Suite, tmp_path: Path) -> None:
    suite.packages = "asterisk=1:22.11.0-1\nlibc6=2.42-1+b3\nlibnew=1\n"
    said: list[str] = []
    ensure_private(tmp_path / "asterisk", said.append)
    (moved,) = [line for line in said if "moved on" in line]
    assert "1 of 2 packages" in moved
    assert "asterisk 1:22.10.1-1 -> 1:22.11.0-1" in moved
    assert installed_packages(tmp_path / "asterisk") == suite.packages
    ensure_private(tmp_path / "asterisk", print)
    assert suite.fetched == 1, "not fetched again at every start"


# ---- what is missing is named


def test_a_machine_without_apt_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InstallationError, match="apt-get is missing"):
        unpack_suite(["asterisk"], tmp_path / "workshop", tmp_path / "root", print)


def test_a_missing_keyring_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_script(tmp_path / "apt-get", "exit 0")
    write_script(tmp_path / "dpkg-deb", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(debian_suite, "KEYRING", tmp_path / "none.gpg")
    with pytest.raises(InstallationError, match="debian-archive-keyring"):
        unpack_suite(["asterisk"], tmp_path / "workshop", tmp_path / "root", print)


def test_what_apt_complains_of_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "keyring.gpg").touch()
    monkeypatch.setattr(debian_suite, "KEYRING", tmp_path / "keyring.gpg")
    write_script(tmp_path / "bin/apt-get", 'echo "E: Temporary failure resolving" >&2; exit 100')
    write_script(tmp_path / "bin/dpkg-deb", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    with pytest.raises(InstallationError, match="Temporary failure resolving"):
        unpack_suite(
            ["asterisk"], tmp_path / "workshop", tmp_path / "root", print, mirror="http://mirror.example/debian"
        )


@pytest.mark.parametrize(
    ("targets", "mirror"),
    [
        ("http://a.example/ubuntu Ubuntu\nhttp://b.example/debian Debian", "http://b.example/debian"),
        (
            "http://c.example/debian-security Debian-Security\nhttp://c.example/debian $(LABEL)",
            "http://c.example/debian",
        ),
        ("http://a.example/ubuntu Ubuntu", None),
    ],
)
def test_the_mirror_is_the_one_this_machine_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, targets: str, mirror: str | None
) -> None:
    write_script(tmp_path / "apt-get", f"cat <<'END'\n{targets}\nEND")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    if mirror:
        assert debian_mirror() == mirror
    else:
        with pytest.raises(InstallationError, match="no Debian mirror"):
            debian_mirror()


# ---- an Asterisk that is installed


@pytest.mark.parametrize("says", ["Asterisk 20.19.0", "Asterisk certified-22.8-cert1", "Asterisk 22.10.0", ""])
def test_an_asterisk_that_will_not_do_is_refused(tmp_path: Path, says: str) -> None:
    write_script(tmp_path / "sbin/asterisk", f"echo {says}")
    with pytest.raises(InstallationError, match=r"22\.10\.1"):
        system_installation(tmp_path / "sbin/asterisk")


def test_an_asterisk_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InstallationError, match=str(tmp_path / "asterisk")):
        system_installation(tmp_path / "asterisk")


def test_an_installed_asterisk_is_used_with_its_own_folders(tmp_path: Path) -> None:
    write_script(tmp_path / "sbin/asterisk", "echo Asterisk 23.1.0")
    write_script(tmp_path / "lib/asterisk/modules/chan_pjsip.so", "")
    (tmp_path / "share/asterisk/sounds/en").mkdir(parents=True)
    found = system_installation(tmp_path / "sbin/asterisk")
    assert found.version == (23, 1, 0)
    assert found.modules_dir == tmp_path / "lib/asterisk/modules"
    assert found.english_sounds_dir == tmp_path / "share/asterisk/sounds/en"
    assert found.command("asterisk", "-f") == [str(tmp_path / "sbin/asterisk"), "-f"]


# ---- the real one


@pytest.mark.real
@pytest.mark.parametrize(
    ("program", "option", "says"),
    [
        ("asterisk", "-V", "Asterisk 2"),
        ("sipp", "-v", "SIPp v3"),
        ("sox", "--version", "SoX"),
        ("espeak-ng", "--version", "eSpeak NG"),
    ],
)
def test_every_program_of_the_private_installation_starts(program: str, option: str, says: str) -> None:
    found = ensure_private(REPOSITORY / "var/asterisk", print)
    environment = {**os.environ, **found.environment}
    done = subprocess.run(found.command(program, option), env=environment, capture_output=True, text=True)
    assert says in done.stdout


@pytest.mark.real
def test_the_private_installation_has_modules_voice_and_music() -> None:
    found = ensure_private(REPOSITORY / "var/asterisk", print)
    assert (found.modules_dir / "chan_pjsip.so").exists()
    assert (found.english_sounds_dir / "beep.wav").exists()
    assert list((found.data_dir / "moh").glob("*.wav"))
