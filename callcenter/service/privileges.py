"""Started as root, the programs run as another user, where that user can reach all they need."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from callcenter.service.errors import ServiceError

if TYPE_CHECKING:
    from callcenter.config import Config

_PACKAGE = Path(__file__).parents[1]
# Read by the other user and never written: what an attacker who became that user could not change.
_NOT_HANDED_OVER = {"asterisk", "demo-accounts.txt"}
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
    """As whom the programs run. ServiceError when `run_as` names nobody."""
    if os.geteuid() != 0:
        return Identity()
    if config.run_as == "root":
        return Identity(why="run_as is root")
    try:
        entry = pwd.getpwnam(config.run_as)
    except KeyError as error:
        raise ServiceError(f"{config.file}: run_as: there is no user {config.run_as!r} on this machine") from error
    out_of_reach = _out_of_reach(config, entry)
    if out_of_reach:
        return Identity(why=f"user {config.run_as} cannot reach {out_of_reach}")
    return Identity(user=config.run_as)


def hand_over(config: Config, user: str) -> None:
    """The folders that are written to go to `user`; what it only reads stays root's."""
    entry = pwd.getpwnam(user)
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
    needed = [config.file, config.data_dir, config.recordings_dir, config.data_dir / "asterisk"]
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
