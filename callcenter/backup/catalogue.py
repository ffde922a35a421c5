"""What a backup says of itself: `backup.json`, written last, and `SHA256SUMS`, which `sha256sum -c` reads too."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal

import msgspec

HEAD, SUMS, CONFIG, DATA, RECORDINGS, SCRIPTS = (
    "backup.json", "SHA256SUMS", "config.yaml", "data", "recordings", "scripts",
)  # fmt: skip
FORM = 1
_BLOCK_BYTES = 1 << 20

Kind = Literal["sqlite", "postgresql"]
DATABASES: dict[Kind, str] = {"sqlite": "callcenter.db", "postgresql": "callcenter.pgdump"}


class BackupRefused(Exception):
    """Nothing was overwritten; says what is in the way and what to do, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """`revision` is the shape of the tables, `sums` the SHA-256 of the list of files, `made_at` in s since 1970."""

    form: int
    made_at: float
    program: str
    database: Kind
    revision: str
    files: int
    bytes: int
    recordings: bool
    in_bucket: int  # recordings that lie in a bucket, and are not in here
    sums: str


class Sums:
    """Copies files into a backup and lists them; `with` closes the list."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = self.bytes = 0
        self._list = (folder / SUMS).open("w", encoding="utf-8")

    def __enter__(self) -> "Sums":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._list.close()

    def copy(self, source: Path, name: str) -> str:
        """The SHA-256 of what was copied. Raises OSError; FileNotFoundError when it is gone by now."""
        sha256 = copied(source, self.folder / name)
        self.list(name, sha256)
        return sha256

    def copy_if_there(self, source: Path, name: str) -> None:
        """For what may be deleted at any moment: a report, a prompt."""
        try:
            self.copy(source, name)
        except FileNotFoundError:
            return

    def list(self, name: str, sha256: str) -> None:
        """A file that is there already."""
        self.files += 1
        self.bytes += (self.folder / name).stat().st_size
        self._list.write(f"{sha256}  {name}\n")

    def finish(self) -> str:
        """The list's own SHA-256."""
        self._list.flush()
        os.fsync(self._list.fileno())
        return hashed(self.folder / SUMS)


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    """(name, SHA-256) of every file of the backup."""
    with (folder / SUMS).open(encoding="utf-8") as lines:
        for line in lines:
            sha256, _, name = line.rstrip("\n").partition("  ")
            yield name, sha256


def write_head(folder: Path, head: Head) -> None:
    """From then on it is a whole backup."""
    file = folder / HEAD
    file.write_bytes(msgspec.json.format(msgspec.json.encode(head), indent=1) + b"\n")
    with file.open("rb") as done:
        os.fsync(done.fileno())


def read_head(folder: Path) -> Head:
    """Raises BackupRefused when it is no whole backup, or one that was changed."""
    try:
        head = msgspec.json.decode((folder / HEAD).read_bytes(), type=Head)
    except FileNotFoundError:
        raise BackupRefused(
            f"{folder} 不是完整的备份（缺少 {HEAD}）",
            f"{folder} is no whole backup: there is no {HEAD}; it was cut off, or is another folder",
        ) from None
    except (msgspec.DecodeError, OSError) as error:
        raise BackupRefused(
            f"无法读取 {folder / HEAD}：{error}", f"{folder / HEAD} cannot be read: {error}"
        ) from None
    if head.form != FORM:
        raise BackupRefused(
            f"备份格式为 {head.form}，本版本只认识 {FORM}",
            f"the backup has form {head.form}, this version knows {FORM}: use {head.program}, which made it",
        )
    if not (folder / SUMS).is_file() or hashed(folder / SUMS) != head.sums:
        raise BackupRefused(f"{folder / SUMS} 已被改动", f"{folder / SUMS} was changed since the backup was made")
    return head


def copied(source: Path, target: Path) -> str:
    """At once or not at all, on disk when this returns, with the source's mode and time; the SHA-256 of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part, digest = target.with_name(f".{target.name[:200]}.part"), hashlib.sha256()
    try:
        with source.open("rb") as given, part.open("wb") as taken:
            while block := given.read(_BLOCK_BYTES):
                taken.write(block)
                digest.update(block)
            taken.flush()
            os.fsync(taken.fileno())
        shutil.copystat(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest()


def hashed(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
