"""Started as root, everything that handles calls and data runs as another user, where that user can reach all of it.

The change is made once and for good, before the first file below the data directory is written: nothing that
runs as root then follows names that the other user could have put there.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from callcenter.preparation.steps import StepFailed

if TYPE_CHECKING:
    from callcenter.config import Config

_NICE_CEILING = 30
_PACKAGE = Path(__file__).parents[1]
# Read by the other user and never written: what an attacker who became that user could not change.
_NOT_HANDED_OVER = {"asterisk"}
_TRY = """
import os, sys
import callcenter, msgspec, aiohttp
for path in sys.argv[1:]:
    if not os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0)):
        sys.exit(path)
"""


class Identity(msgspec.Struct, frozen=True):
    """`user` is empty when nothing changes; `why` then says so if it should be said."""

    user: str = ""
    why: str = ""


def identity(config: Config) -> Identity:
    """As whom the programs run. StepFailed when `run_as` names nobody."""
    if os.geteuid() != 0:
        return Identity()
    if config.run_as == "root":
        return Identity(why="run_as is root")
    try:
        entry = pwd.getpwnam(config.run_as)
    except KeyError as error:
        raise StepFailed(f"{config.file}: run_as: there is no user {config.run_as!r} on this machine") from error
    out_of_reach = _out_of_reach(config, entry)
    if out_of_reach:
        return Identity(why=f"user {config.run_as} cannot reach {out_of_reach}")
    return Identity(user=config.run_as)


def take_on(config: Config) -> Identity:
    """Becomes that user, with the folders that are written to in its hands; what it only reads stays root's."""
    found = identity(config)
    if found.user:
        entry = pwd.getpwnam(found.user)
        _hand_over(config, entry)
        _become(entry, config.file.parent)
    return found


def _become(entry: pwd.struct_passwd, folder: Path) -> None:
    os.chdir(folder)
    with contextlib.suppress(OSError, ValueError):
        # Asterisk and the engine may go before other processes, see service/conf; 20 - 30 is a niceness of -10.
        resource.setrlimit(resource.RLIMIT_NICE, (_NICE_CEILING, _NICE_CEILING))
    os.setgroups([])
    os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
    os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
    os.environ |= {"HOME": str(folder), "USER": entry.pw_name, "LOGNAME": entry.pw_name}


def _hand_over(config: Config, entry: pwd.struct_passwd) -> None:
    for path in _handed_over(config):
        info = path.lstat()
        if (info.st_uid, info.st_gid) != (entry.pw_uid, entry.pw_gid):
            os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def _handed_over(config: Config) -> Iterator[Path]:
    yield config.data_dir
    for top in config.data_dir.iterdir():
        if top.name not in _NOT_HANDED_OVER and not top.name.startswith(".asterisk"):
            yield from _tree(top)
    yield from _tree(config.recordings_dir)


def _tree(top: Path) -> Iterator[Path]:
    yield top
    if top.is_dir() and not top.is_symlink():
        for folder, folders, files in os.walk(top):
            yield from (Path(folder, name) for name in (*folders, *files))


def _out_of_reach(config: Config, entry: pwd.struct_passwd) -> str:
    """The first thing that this user cannot get at, found out by becoming it; empty when all is well."""
    # The folders themselves are handed over; what lies above them, and behind links, stays as it is.
    needed = [config.file, config.data_dir.parent, config.recordings_dir.parent]
    needed += [config.asterisk.program] if config.asterisk.program else []
    needed += [prefix.resolve()] if (prefix := config.data_dir / "asterisk").is_symlink() else []
    try:
        answer = subprocess.run(
            [sys.executable, "-c", _TRY, *(str(each) for each in needed if each.exists())],
            user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], cwd=_PACKAGE.parent,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    except OSError:  # PermissionError names Python's own path, or the folder to start in
        return f"{sys.executable} or {_PACKAGE.parent}"
    if answer.returncode == 0:
        return ""
    return (answer.stderr.strip().splitlines() or [str(_PACKAGE)])[-1]
