"""Disk, limits, files and their rights."""

from __future__ import annotations

import os
import resource
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.doctor.finding import Finding, bad, doubtful, good
from callcenter.preparation import privileges

if TYPE_CHECKING:
    from callcenter.config import Config

_GB = 1 << 30
# An hour of recorded talk, two channels of 16 bit at 8 kHz, takes 115 MB.
_LEAST_FREE, _GOOD_FREE = 1 * _GB, 5 * _GB
_GOOD_OPEN_FILES = 4096


def disk(config: Config) -> Iterator[Finding]:
    """Where records and recordings land, each file system once."""
    seen = set()
    for folder in (config.data_dir, config.recordings_dir):
        place = nearest(folder)
        if place.stat().st_dev not in seen:
            seen.add(place.stat().st_dev)
            yield space(folder, shutil.disk_usage(place).free)


def space(folder: Path, free: int) -> Finding:
    zh, en = f"{folder} 剩余 {free / _GB:.1f} GB", f"{free / _GB:.1f} GB free at {folder}"
    mend = "清理磁盘，或改用更大的磁盘（data_dir、recordings_dir）", "free some, or move data_dir or recordings_dir"
    if free < _LEAST_FREE:
        return bad(zh, en, *mend)
    return doubtful(zh, en, *mend) if free < _GOOD_FREE else good(zh, en)


def folders(config: Config) -> Iterator[Finding]:
    for key, folder in (("data_dir", config.data_dir), ("recordings_dir", config.recordings_dir)):
        if os.access(nearest(folder), os.W_OK | os.X_OK):
            yield good(f"{folder} 可写", f"{folder} can be written")
        else:
            yield bad(
                f"当前用户无法写入 {folder}",
                f"this user cannot write to {folder}",
                f"修改目录权限，或在配置中更换 {key}",
                f"give this user the folder (chown), or change {key}",
            )


def nearest(folder: Path) -> Path:
    """The folder, or the one above it where it will be made."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def secrets(config: Config) -> Iterator[Finding]:
    for file in (config.data_dir / "secrets.yaml", config.data_dir / "demo-accounts.txt"):
        if not file.exists():
            continue
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield bad(
                f"其他用户可以读取 {file}",
                f"other users can read {file}",
                f"执行 chmod 600 {file}",
                f"run: chmod 600 {file}",
            )
        else:
            yield good(f"{file.name} 只有所有者可读", f"{file.name} is readable by its owner only")


def open_files(_: Config) -> Iterator[Finding]:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY or hard >= _GOOD_OPEN_FILES:
        yield good(f"可打开文件数 {hard}", f"{hard} files may be open")
        return
    yield doubtful(
        f"最多只能打开 {hard} 个文件，通话多时不够",
        f"only {hard} files may be open: too few for a busy centre",
        "在服务配置中设置 LimitNOFILE=16384",
        "set LimitNOFILE=16384 in the service, or `ulimit -n` in the shell",
    )


def user(config: Config) -> Iterator[Finding]:
    runs_as = privileges.identity(config)
    if runs_as.why:
        yield doubtful(
            f"所有进程将以 root 运行（{runs_as.why}）",
            f"everything would run as root, since {runs_as.why}",
            "以普通用户启动，或把程序放在该用户可读的目录（如 /opt）",
            "start it as an ordinary user, or put the program where that user can read it, such as /opt",
        )
    elif runs_as.user:
        yield good(f"以用户 {runs_as.user} 运行", f"runs as user {runs_as.user}")
