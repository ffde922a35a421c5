"""Packages of a Debian suite other than the machine's own, fetched by apt and unpacked without root.

apt works in a folder of its own with an empty status file: it knows of nothing installed and so fetches the whole
closure, the C library included. Signatures are checked against the Debian archive keyring as always.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

SUITE = "forky"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_APT_LIMIT_S = 1800
_SAY_EACH = 50


class InstallationError(Exception):
    """Asterisk cannot be put in place or used; the message names what is missing and what would help."""


def unpack_suite(
    packages: Sequence[str], workshop: Path, root: Path, say: Callable[[str], None], mirror: str | None = None
) -> str:
    """Unpacks `packages` and all they depend on into `root`; `workshop` keeps apt's own files meanwhile.

    Returns `name=version` lines, sorted by name. Raises InstallationError.
    """
    _require_tools()
    conf = _write_apt_folder(workshop, mirror or debian_mirror())
    say(f"reading the package lists of Debian {SUITE}")
    _apt(conf, "update", "--error-on=any")
    say(f"fetching {', '.join(packages)} and what they need (about 140 MB)")
    _apt(conf, "--yes", "--download-only", "install", *packages)
    archives = sorted((workshop / "cache/archives").glob("*.deb"))
    if not archives:
        raise InstallationError("apt fetched no package and gave no error; see its settings in /etc/apt/apt.conf.d")
    return _unpack(archives, root, say)


def debian_mirror() -> str:
    """The address of the Debian mirror this machine already uses; InstallationError when it uses none."""
    wanted = "$(SITE) $(LABEL)"
    answer = subprocess.run(
        ["apt-get", "indextargets", "--format", wanted], capture_output=True, text=True, timeout=60, check=False
    )
    for line in answer.stdout.splitlines():
        site, _, label = line.partition(" ")
        # The label is known only once the lists were fetched; before that the path tells.
        if label == "Debian" or (label.startswith("$(") and site.rstrip("/").endswith("/debian")):
            return site
    raise InstallationError(
        "this machine's apt sources name no Debian mirror; add one to /etc/apt/sources.list.d, "
        "or use an installed Asterisk"
    )


def _require_tools() -> None:
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise InstallationError(f"{program} is missing: the private Asterisk needs a Debian machine")
    if not KEYRING.exists():
        raise InstallationError(f"{KEYRING} is missing: install the package debian-archive-keyring")


def _write_apt_folder(workshop: Path, mirror: str) -> Path:
    for folder in ("lists/partial", "cache/archives/partial"):
        (workshop / folder).mkdir(parents=True)
    (workshop / "status").write_text("", encoding="utf-8")
    source = f"deb [signed-by={KEYRING} check-valid-until=no] {mirror} {SUITE} main\n"
    (workshop / "sources.list").write_text(source, encoding="utf-8")
    conf = workshop / "apt.conf"
    conf.write_text(_apt_conf(workshop), encoding="utf-8")
    return conf


def _apt_conf(workshop: Path) -> str:
    """Laid over the machine's own settings, whose proxy stays in force and whose clean-up hooks do not."""
    settings = {
        "Dir::Etc::SourceList": workshop / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": workshop / "lists",
        "Dir::State::status": workshop / "status",
        "Dir::Cache": workshop / "cache",
        "Dir::Cache::archives": "archives/",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Binary::apt-get::APT::Keep-Downloaded-Packages": "true",
        "Debug::NoLocking": "1",
    }
    cleared = (
        "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n#clear DPkg::Post-Invoke;\n"
    )
    return cleared + "".join(f'{key} "{value}";\n' for key, value in settings.items())


def _apt(conf: Path, *args: str) -> None:
    argv = ["apt-get", "--quiet=2", f"--config-file={conf}", *args]
    try:
        answer = subprocess.run(
            argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=_APT_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InstallationError(
            f"apt-get {args[0]} took longer than {_APT_LIMIT_S} s; is the network usable?"
        ) from error
    if answer.returncode != 0:
        complaint = answer.stderr.strip() or answer.stdout.strip()
        raise InstallationError(
            f"apt could not fetch from Debian {SUITE} "
            f"(network, proxy, disk space, mirror?); it says:\n{complaint[-1500:]}"
        )


def _unpack(archives: Sequence[Path], root: Path, say: Callable[[str], None]) -> str:
    lines = []
    for count, archive in enumerate(archives, start=1):
        _dpkg("--extract", str(archive), str(root))
        lines.append(_dpkg("--show", "--showformat=${Package}=${Version}", str(archive)))
        archive.unlink()
        if count % _SAY_EACH == 0 or count == len(archives):
            say(f"unpacked {count} of {len(archives)} packages")
    return "".join(f"{line}\n" for line in sorted(lines))


def _dpkg(*args: str) -> str:
    answer = subprocess.run(["dpkg-deb", *args], capture_output=True, text=True, timeout=300, check=False)
    if answer.returncode != 0:
        raise InstallationError(f"cannot unpack {args[-1]}: {answer.stderr.strip()[-500:]}")
    return answer.stdout
