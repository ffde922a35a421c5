"""Sound files as they are sent: one in a form, or a studio's ZIP that is looked at before it is taken."""

import hashlib
import re
import secrets
import shutil
import time
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

import msgspec
from aiohttp import BodyPartReader, web

from callcenter.calls.languages import Language
from callcenter.ivr.inventory import Line, spoken_form
from callcenter.prompts.intake import LARGEST_BYTES, Unusable
from callcenter.store.prompt_versions import Version
from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal

LARGEST_ZIP_BYTES = 300_000_000
MOST_FILES = 3000
KEPT_S = 3600.0

_NAME = re.compile(r"(zh-CN|en)_([A-Za-z0-9_-]{1,120}?)(?:_([0-9a-f]{6}))?")
_IGNORED = re.compile(r"(^|/)(__MACOSX|\.)|\.(csv|xlsx|txt|pdf|md)$", re.IGNORECASE)


def file_name(line: Line) -> str:
    """What a studio calls its recording; the mark at the end tells whether the text has changed since."""
    return f"{line.language}_{line.id}_{_mark(line)}.wav"


@dataclass(frozen=True)
class Sent:
    content: bytes
    name: str
    fields: Mapping[str, str]


async def receive(http: web.Request) -> Sent:
    """The part `file` of a form, and what else is in the form. Raises ApiError."""
    fields: dict[str, str] = {}
    async for part in _parts(http):
        if part.name == "file":
            with SpooledTemporaryFile() as out:
                await _copy(part, out, LARGEST_BYTES)
                return Sent(out.read(), part.filename or "", fields)
        fields[part.name or ""] = (await part.text())[:1000]
    raise ApiError("bad_value", refusal("no_file_last"), field="file")


async def receive_zip(http: web.Request, out: IO[bytes]) -> None:
    """Raises ApiError."""
    async for part in _parts(http):
        if part.name == "file":
            return await _copy(part, out, LARGEST_ZIP_BYTES)
    raise ApiError("bad_value", refusal("no_file"), field="file")


class Reject(msgspec.Struct, frozen=True):
    file: str
    why: str
    detail: str = ""


@dataclass(frozen=True)
class Member:
    """A file of a ZIP. `line`: the text it speaks."""

    name: str
    info: zipfile.ZipInfo
    line: Line


def matched(archive: zipfile.ZipFile, lines: Sequence[Line]) -> tuple[list[Member], list[Reject]]:
    """By the names of the files, whatever folders they are in. ApiError when there are too many."""
    files = [info for info in archive.infolist() if not info.is_dir() and not _IGNORED.search(info.filename)]
    if len(files) > MOST_FILES:
        raise ApiError("bad_sound", f"{len(files)} files are too many; at most {MOST_FILES}", field="file")
    by_id = {(line.language, line.id): line for line in lines}
    members, rejects, taken = list[Member](), list[Reject](), set[str]()
    for info in files:
        name = PurePosixPath(info.filename).name
        found = _line_of(name, by_id)
        if isinstance(found, str):
            rejects.append(Reject(name, found))
        elif (key := f"{found.language} {found.id}") in taken:
            rejects.append(Reject(name, "twice"))
        else:
            taken.add(key)
            members.append(Member(name, info, found))
    return members, rejects


def content_of(archive: zipfile.ZipFile, member: Member) -> bytes:
    """Raises intake.Unusable."""
    if member.info.file_size > LARGEST_BYTES:
        raise Unusable("too_large")
    try:
        with archive.open(member.info) as file:
            return file.read(LARGEST_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise Unusable("damaged", str(error)[:100]) from error


def _line_of(name: str, by_id: Mapping[tuple[Language, str], Line]) -> Line | str:
    match = _NAME.fullmatch(PurePosixPath(name).stem)
    line = by_id.get((match[1], match[2])) if match else None  # type: ignore[arg-type]
    if line is None or match is None:
        return "unknown"
    return line if match[3] in (None, _mark(line)) else "changed"


def _mark(line: Line) -> str:
    return hashlib.sha256(f"{line.language} {spoken_form(line.text)}".encode()).hexdigest()[:6]


@dataclass(frozen=True)
class Staged:
    """A ZIP that was looked at: `folder` has the sounds of `versions`."""

    id: str
    by: str
    folder: Path
    versions: tuple[Version, ...]
    at: float


class Stage:
    """Looked-at ZIPs, kept for an hour; the newest of each account."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, Staged] = {}

    def folder(self) -> Path:
        """A new one, beside where the sounds will lie, so that they can be moved."""
        for left in self._old_folders():
            shutil.rmtree(left, ignore_errors=True)
        made = self._folder / f".studio-{secrets.token_hex(8)}"
        made.mkdir(parents=True)
        return made

    def keep(self, by: str, folder: Path, versions: Sequence[Version]) -> Staged:
        for other in [each for each in self._kept.values() if each.by == by]:
            self.forget(other)
        staged = Staged(secrets.token_urlsafe(16), by, folder, tuple(versions), time.time())
        self._kept[staged.id] = staged
        return staged

    def of(self, id_: str, by: str) -> Staged:
        """Raises ApiError `no_such_import`."""
        staged = self._kept.get(id_)
        if staged is None or staged.by != by or time.time() - staged.at > KEPT_S:
            raise ApiError("no_such_import")
        return staged

    def take(self, staged: Staged) -> None:
        """Its sounds are moved to where sounds lie."""
        for file in staged.folder.iterdir():
            if file.is_file():
                file.replace(self._folder / file.name)
        self.forget(staged)

    def forget(self, staged: Staged) -> None:
        self._kept.pop(staged.id, None)
        shutil.rmtree(staged.folder, ignore_errors=True)

    def _old_folders(self) -> Iterator[Path]:
        for folder in self._folder.glob(".studio-*"):
            if time.time() - folder.stat().st_mtime > KEPT_S:
                yield folder


async def _parts(http: web.Request) -> AsyncIterator[BodyPartReader]:
    if not http.content_type.startswith("multipart/"):
        raise ApiError("bad_media_type", f"send multipart/form-data, not {http.content_type}")
    async for part in await http.multipart():
        if isinstance(part, BodyPartReader):
            yield part


async def _copy(part: BodyPartReader, out: IO[bytes], largest: int) -> None:
    size = 0
    while piece := await part.read_chunk(65_536):
        size += len(piece)
        if size > largest:
            raise ApiError("too_large", f"the file is larger than {largest // 1_000_000} MB", field="file")
        out.write(piece)
    out.seek(0)
