"""`callcenter backup`: made while everything runs.

The order makes it whole. The journal is copied before the store and once more after it: whatever the store has not is
in the journal. Nothing is compressed, moved or deleted meanwhile, so that each file the ledger names is there. What
is still being recorded is copied before finished recordings, and left out where its finished file has come.
"""

import shutil
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import msgspec
import sqlalchemy as sa

from callcenter.archive import alone
from callcenter.backup import contents, databases, sound
from callcenter.backup.catalogue import (
    CONFIG,
    DATA,
    DATABASES,
    FORM,
    BackupRefused,
    Head,
    Sums,
    copied,
    hashed,
    write_head,
)
from callcenter.config import Config
from callcenter.store.database import open_database
from callcenter.store.segments import segments

Tell = Callable[[str, str], None]
SPARE_BYTES = 100_000_000


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """`findings` names recordings that the ledger has and that are not as it says: (call, missing or altered)."""

    head: Head
    findings: tuple[tuple[str, str], ...]


def make(config: Config, folder: Path, tell: Tell, *, recordings: bool = True) -> Made:
    """Into `folder`, which is made, or empty. Raises BackupRefused or OSError; what is there then is no backup."""
    _check(config, folder, recordings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with alone(config, wait=False) as at_once:
        if not at_once:
            tell("等待录音处理完成……", "Waiting for the recordings' work that is under way …")
    with alone(config), Sums(folder) as sums:
        return _made(config, folder, sums, tell, recordings)


def _made(config: Config, folder: Path, sums: Sums, tell: Tell, recordings: bool) -> Made:
    kind = databases.kind_of(config.database_url)
    tell("复制台账和数据库……", "Copying the journal and the database …")
    journal, copied_journal = config.data_dir / "journal", folder / DATA / "journal"
    _copy_journal(journal, copied_journal)
    databases.copy(config.database_url, folder / DATABASES[kind])
    sums.list(DATABASES[kind], hashed(folder / DATABASES[kind]))
    _copy_snapshot(journal, copied_journal)
    _copy_journal(journal, copied_journal)
    for file in sorted(copied_journal.glob("*")):
        sums.list(f"{DATA}/journal/{file.name}", hashed(file))
    sums.copy(config.file, CONFIG)
    for file, name in contents.of_data(config):
        sums.copy_if_there(file, name)
    findings, in_bucket = list[tuple[str, str]](), 0
    spooled = sound.copy_spools(config, folder)
    if recordings:
        tell("复制并核对录音……", "Copying the recordings and comparing them with the ledger …")
        findings, in_bucket = sound.copy_recordings(config, sums)
        spooled = [name for name in spooled if not sound.has_come(folder, name)]
    for name in spooled:
        sums.list(name, hashed(folder / name))
    head = Head(
        form=FORM,
        made_at=time.time(),
        program=version("callcenter"),
        database=kind,
        revision=_revision(config),
        recordings=recordings,
        in_bucket=in_bucket,
        sums=sums.finish(),
        files=sums.files,
        bytes=sums.bytes,
    )
    write_head(folder, head)
    return Made(head=head, findings=tuple(findings))


def _check(config: Config, folder: Path, recordings: bool) -> None:
    """Before anything is written."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupRefused(
            f"{folder} 已存在且不为空：备份不会覆盖任何内容",
            f"{folder} is there and not empty: a backup overwrites nothing",
        )
    for inside in (config.data_dir, config.recordings_dir):
        if folder.resolve().is_relative_to(inside):
            raise BackupRefused(
                f"{folder} 位于 {inside} 之内，请另选目录", f"{folder} lies in {inside}: choose another"
            )
    if databases.kind_of(config.database_url) == "sqlite" and not databases.sqlite_file(config.database_url).exists():
        raise BackupRefused("还没有数据库，没有可备份的内容", "there is no database yet: nothing to back up")
    needed = sum(file.stat().st_size for file, _ in _everything(config, recordings)) + SPARE_BYTES
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        raise BackupRefused(
            f"{there} 空间不足：需要约 {needed / 1e6:.0f} MB，剩余 {free / 1e6:.0f} MB",
            f"too little space at {there}: some {needed / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB are free",
        )


def _everything(config: Config, recordings: bool) -> list[tuple[Path, str]]:
    """A database server's size is not known."""
    found = [*contents.of_data(config), *contents.of_spools(config)]
    if databases.kind_of(config.database_url) == "sqlite":
        found.append((databases.sqlite_file(config.database_url), ""))
    return found + (list(contents.of_recordings(config)) if recordings else [])


def _copy_journal(source: Path, target: Path) -> None:
    """A segment that goes meanwhile is in the store by then."""
    target.mkdir(parents=True, exist_ok=True)
    for segment in segments(source) if source.is_dir() else ():
        try:
            copied(segment, target / segment.name)
        except FileNotFoundError:
            continue


def _copy_snapshot(source: Path, target: Path) -> None:
    if (source / "snapshot").is_file():
        copied(source / "snapshot", target / "snapshot")


def _revision(config: Config) -> str:
    db = open_database(config.database_url)
    try:
        with db.connect() as connection:
            return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))
    finally:
        db.dispose()
