"""Where the Asterisk we start comes from: a private copy unpacked below the data directory, or one installed here.

A private copy needs neither root nor a container: Debian packages unpacked into a prefix, each program started
through the prefix's own loader, so the machine's libraries are never mixed with the prefix's.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.asterisk.debian_suite import InstallationError, unpack_suite

__all__ = ["OLDEST_VERSION", "Installation", "InstallationError", "ensure_private", "system_installation"]

OLDEST_VERSION = (22, 10, 1)
LOCK_FILE = Path(__file__).with_name("packages.lock")
PACKAGES = (
    "asterisk",
    "asterisk-core-sounds-en-wav",
    "asterisk-moh-opsound-wav",
    "espeak-ng",
    "sip-tester",
    "sox",
)
PROGRAMS = {
    "asterisk": "usr/sbin/asterisk",
    "espeak-ng": "usr/bin/espeak-ng",
    "sipp": "usr/bin/sipp",
    "sox": "usr/bin/sox_ng",
}
_STAMP = "complete.for"
_RECORD = "packages.installed"


@dataclass(frozen=True)
class Installation:
    """An Asterisk with its modules, sounds and the tools around it.

    `version` is Asterisk's, e.g. (22, 10, 1). `data_dir` holds `sounds/`, `moh/` and `documentation/` as shipped.
    Start programs with `environment` added to the process's own.
    """

    version: tuple[int, int, int]
    modules_dir: Path
    data_dir: Path
    english_sounds_dir: Path
    programs: Mapping[str, Path]
    loader: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, program: str, *args: str) -> list[str]:
        """The argv of `asterisk`, `sipp`, `sox` or `espeak-ng`; InstallationError when it is not there."""
        path = self.programs.get(program)
        if path is None:
            found = ", ".join(sorted(self.programs))
            raise InstallationError(f"no program {program!r} in this installation; it has: {found}")
        return [*self.loader, str(path), *args]

    def rasterisk(self, asterisk_conf: Path, order: str) -> list[str]:
        """The argv that sends one console order to the Asterisk running with `asterisk_conf`."""
        return self.command("asterisk", "-C", str(asterisk_conf), "-rx", order)


def ensure_private(prefix: Path, say: Callable[[str], None], mirror: str | None = None) -> Installation:
    """The private Asterisk in `prefix`, fetched and unpacked first (some 140 MB fetched, 400 MB on disk) if need be.

    Complete already for the present lock file: returns within milliseconds. A run that was interrupted leaves only
    a folder aside, which the next run removes; a second run at the same time waits for the first. `mirror` replaces
    the Debian mirror named in this machine's apt sources. Raises InstallationError, naming what is missing.
    """
    prefix = prefix.absolute()
    if not _is_complete(prefix):
        prefix.parent.mkdir(parents=True, exist_ok=True)
        with _alone(prefix, say):
            if not _is_complete(prefix):
                _install(prefix, say, mirror)
    return _private(prefix)


def system_installation(binary: Path) -> Installation:
    """The Asterisk installed on this machine as `binary`; InstallationError when older than OLDEST_VERSION."""
    version = _version_of([str(binary)])
    if version < OLDEST_VERSION:
        raise InstallationError(
            f"{binary} is Asterisk {_dotted(version)}; needed is {_dotted(OLDEST_VERSION)} or newer"
        )
    tools = {name: Path(found) for name in PROGRAMS if (found := shutil.which(name))}
    data_dir = _first_with("sounds", _data_candidates(binary), "Asterisk's data directory")
    return Installation(
        version=version,
        modules_dir=_first_with("chan_pjsip.so", _module_candidates(binary), "Asterisk's modules"),
        data_dir=data_dir,
        english_sounds_dir=_english_sounds(data_dir),
        programs={**tools, "asterisk": binary},
    )


def installed_packages(prefix: Path) -> str:
    """The `name=version` lines of what lies in a private prefix, in the form of the lock file."""
    return (prefix / _RECORD).read_text(encoding="utf-8")


def _install(prefix: Path, say: Callable[[str], None], mirror: str | None) -> None:
    aside = prefix.with_name(f".{prefix.name}.partial")
    shutil.rmtree(aside, ignore_errors=True)
    root = aside / "root"
    root.mkdir(parents=True)
    installed = unpack_suite(PACKAGES, aside, root, say, mirror)
    _compare_with_lock(installed, say)
    (root / _RECORD).write_text(installed, encoding="utf-8")
    say(f"Asterisk {_dotted(_version_of(_private(root).command('asterisk')))} starts, putting it in place")
    (root / _STAMP).write_text(_lock_digest(), encoding="utf-8")
    _swap(root, prefix, aside)


def _swap(root: Path, prefix: Path, aside: Path) -> None:
    if prefix.exists():
        prefix.rename(aside / "former")
    root.rename(prefix)
    shutil.rmtree(aside, ignore_errors=True)


def _compare_with_lock(installed: str, say: Callable[[str], None]) -> None:
    locked = _lock_text()
    if not locked:
        say("no package versions are locked; going on with what the suite has")
        return
    wanted, got = _versions(locked), _versions(installed)
    both = sorted(wanted.keys() & got.keys())
    moved = [f"{name} {wanted[name]} -> {got[name]}" for name in both if got[name] != wanted[name]]
    if moved:
        shown = ", ".join(moved[:5]) + (", …" if len(moved) > 5 else "")
        say(
            f"the Debian suite has moved on: {len(moved)} of {len(wanted)} packages differ "
            f"from packages.lock ({shown}); going on with what the suite has, recorded in the prefix "
            f"as {_RECORD} (copy it over packages.lock to accept it)"
        )


def _versions(text: str) -> dict[str, str]:
    """Rebuilds (`+b2`) are left out: they differ from one architecture to the next."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {name: re.sub(r"\+b\d+$", "", version) for name, _, version in pairs}


def _is_complete(prefix: Path) -> bool:
    try:
        return (prefix / _STAMP).read_text(encoding="utf-8") == _lock_digest()
    except FileNotFoundError:
        return False


def _lock_text() -> str:
    return LOCK_FILE.read_text(encoding="utf-8") if LOCK_FILE.exists() else ""


def _lock_digest() -> str:
    asked_for = _lock_text() + "\n" + " ".join(PACKAGES)
    return hashlib.sha256(asked_for.encode()).hexdigest()


@contextmanager
def _alone(prefix: Path, say: Callable[[str], None]) -> Iterator[None]:
    with prefix.with_name(f".{prefix.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is installing Asterisk here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _private(prefix: Path) -> Installation:
    loader = next(iter(sorted((prefix / "usr/lib").glob("*/ld-linux*.so.*"))), None)
    if loader is None:
        raise InstallationError(
            f"{prefix} holds no dynamic loader (usr/lib/*/ld-linux*); remove the folder and start again"
        )
    libraries = loader.parent
    start = (str(loader), "--library-path", f"{libraries}:{libraries / 'pulseaudio'}")
    data_dir = prefix / "usr/share/asterisk"
    return Installation(
        version=_recorded_version(prefix),
        modules_dir=libraries / "asterisk/modules",
        data_dir=data_dir,
        english_sounds_dir=_english_sounds(data_dir),
        programs={name: prefix / path for name, path in PROGRAMS.items()},
        loader=start,
        environment={"ESPEAK_DATA_PATH": str(libraries)},
    )


def _recorded_version(prefix: Path) -> tuple[int, int, int]:
    """From the record, since starting Asterisk to ask it costs 50 times as much."""
    recorded = _versions(installed_packages(prefix)).get("asterisk", "")
    version = _parse_version(recorded.rpartition(":")[2])
    if version is None:
        raise InstallationError(f"{prefix / _RECORD} names no Asterisk version; remove {prefix} and start again")
    return version


def _version_of(asterisk: list[str]) -> tuple[int, int, int]:
    try:
        answer = subprocess.run([*asterisk, "-V"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallationError(f"cannot start {asterisk[-1]}: {error}") from error
    version = _parse_version(answer.stdout.removeprefix("Asterisk "))
    if version is None:
        said = (answer.stdout + answer.stderr).strip()[:200]
        raise InstallationError(
            f"{asterisk[-1]} -V says {said!r}; expected a release like Asterisk {_dotted(OLDEST_VERSION)}"
        )
    return version


def _parse_version(text: str) -> tuple[int, int, int] | None:
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _english_sounds(data_dir: Path) -> Path:
    """The packages' post-install step would link the voice as `sounds/en`; a bare unpacking has only the voice."""
    candidates = [data_dir / "sounds" / "en", data_dir / "sounds" / "en_US_f_Allison"]
    return next((each for each in candidates if each.is_dir()), candidates[0])


def _data_candidates(binary: Path) -> list[Path]:
    root = binary.resolve().parent.parent
    return [root / "share/asterisk", Path("/usr/share/asterisk"), Path("/var/lib/asterisk")]


def _module_candidates(binary: Path) -> list[Path]:
    root = binary.resolve().parent.parent
    return [
        *sorted(root.glob("lib/*/asterisk/modules")),
        root / "lib/asterisk/modules",
        root / "lib64/asterisk/modules",
    ]


def _first_with(entry: str, candidates: list[Path], what: str) -> Path:
    for candidate in candidates:
        if os.path.lexists(candidate / entry):
            return candidate
    looked = ", ".join(map(str, candidates))
    raise InstallationError(f"{what} not found (a folder holding {entry}); looked in: {looked}")
