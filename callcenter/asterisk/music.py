"""Music for waiting callers: one class for each folder in `<data_dir>/music`, and `calm`, which is made here.

Asterisk plays 8 kHz files from `converted_music_dir`; `classes.json` there says which, in their order. What has not
changed is not converted again, and what a running Asterisk may still be playing is removed a round later.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.asterisk import calm
from callcenter.asterisk.allowed import checked_path
from callcenter.asterisk.music_conversion import SUFFIXES, UnusableMusic, convert

if TYPE_CHECKING:
    from callcenter.asterisk.installation import Installation
    from callcenter.asterisk.settings import Settings

log = logging.getLogger(__name__)

DEFAULT = "default"
CALM = "calm"
INDEX = "classes.json"
_FORMAT = 1  # raise it when a conversion should sound different
_CLASS = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CLASS_ALLOWED = "a-z, 0-9 and _, starting with a letter, at most 32"
_FILE = re.compile(r"[0-9a-f]{24}\.wav")


@dataclass(frozen=True)
class Prepared:
    """`classes` that callers can hear, sorted; `problems` name the file or folder and what is wrong with it."""

    classes: tuple[str, ...]
    problems: tuple[str, ...] = ()
    converted: int = 0


def classes(settings: Settings) -> frozenset[str]:
    """Those a queue may name. `default` is always there; the others since the last `prepare`."""
    return frozenset({DEFAULT, *_index(settings)})


def stamp(settings: Settings) -> int:
    """Changes with every `prepare` that found other music; 0 before the first."""
    try:
        return (settings.converted_music_dir / INDEX).stat().st_mtime_ns
    except OSError:
        return 0


def prepare(settings: Settings, installation: Installation) -> Prepared:
    """Convert what is new in `music_dir`. Milliseconds when nothing is; else about a second for ten minutes of music.

    A class with a file that cannot be used is left out. OSError when files cannot be written (full disk).
    """
    settings.music_dir.mkdir(parents=True, exist_ok=True)
    settings.converted_music_dir.mkdir(parents=True, exist_ok=True)
    round_ = _Round(settings, installation)
    found = round_.all_classes()
    before = _index(settings)
    if found != before:
        _write_index(settings, found)
    _remove_unused(settings, {*_files(before), *_files(found)})
    return Prepared(tuple(sorted({DEFAULT, *found})), tuple(round_.problems), round_.converted)


def sections(settings: Settings, shipped: Path) -> str:
    """The classes as musiconhold.conf has them; `shipped` is the folder of the music that came with Asterisk."""
    found = _index(settings)
    own = [_playlist(settings, name, files) for name, files in sorted(found.items())]
    folder = f"[{DEFAULT}]\nmode = files\ndirectory = {checked_path('music_dir', shipped.absolute())}\nsort = alpha\n"
    return "\n".join([*([] if DEFAULT in found else [folder]), *own])


def _playlist(settings: Settings, name: str, files: list[str]) -> str:
    folder = checked_path("converted_music_dir", settings.converted_music_dir.absolute())
    return f"[{name}]\nmode = playlist\n" + "".join(
        f"entry = {folder}/{file.removesuffix('.wav')}\n" for file in files
    )


class _Round:
    """One look through all folders."""

    def __init__(self, settings: Settings, installation: Installation) -> None:
        self._source, self._target = settings.music_dir, settings.converted_music_dir
        self._installation = installation
        self.problems: list[str] = []
        self.converted = 0

    def all_classes(self) -> dict[str, list[str]]:
        found = {folder.name: files for folder in self._folders() if (files := self._class(folder))}
        return {CALM: [self._calm()], **found}

    def _folders(self) -> Iterator[Path]:
        for folder in sorted(self._source.iterdir()):
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            if _CLASS.fullmatch(folder.name):
                yield folder
            else:
                self._problem(folder, f"cannot be the name of a class; allowed: {_CLASS_ALLOWED}")

    def _class(self, folder: Path) -> list[str]:
        """Empty when the class is left out."""
        try:
            files = [self._ready(source) for source in self._audio(folder)]
        except UnusableMusic as error:
            self.problems.append(f"{error}; the music class {folder.name!r} is left out")
            return []
        if not files:
            self._problem(folder, f"has no audio in it; the class is left out. Files may be {_suffixes()}")
        return files

    def _audio(self, folder: Path) -> Iterator[Path]:
        for source in sorted(folder.iterdir()):
            if source.name.startswith(".") or source.is_dir():
                continue
            if source.suffix.lower() in SUFFIXES:
                yield source
            else:
                self._problem(source, f"is not played; files may be {_suffixes()}")

    def _ready(self, source: Path) -> str:
        """The converted file's name; made now when it is not there."""
        try:
            info = source.stat()
        except OSError as error:
            raise UnusableMusic(f"{source} cannot be read: {error.strerror}") from error
        where = str(source.relative_to(self._source))
        target = self._target / _name(where, info.st_size, info.st_mtime_ns)
        if not target.exists():
            convert(source, target, self._installation)
            self.converted += 1
        return target.name

    def _calm(self) -> str:
        target = self._target / _name(CALM, calm.VERSION)
        if not target.exists():
            calm.write(target)
            self.converted += 1
        return target.name

    def _problem(self, path: Path, what: str) -> None:
        self.problems.append(f"{path}: {what}")


def _suffixes() -> str:
    return ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))


def _name(*what: object) -> str:
    return hashlib.sha256(json.dumps([_FORMAT, *what]).encode()).hexdigest()[:24] + ".wav"


def _files(index: Mapping[str, list[str]]) -> set[str]:
    return {file for files in index.values() for file in files}


def _index(settings: Settings) -> dict[str, list[str]]:
    """Class -> files. Empty before the first `prepare`, and when somebody wrote something else into the file."""
    file = settings.converted_music_dir / INDEX
    try:
        found = json.loads(file.read_text("utf-8"))
        return {name: files for name, files in found.items() if _is_sound(name, files)}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError):
        log.exception("%s cannot be read: only the music class %s is there", file, DEFAULT)
        return {}


def _is_sound(name: str, files: object) -> bool:
    return bool(
        _CLASS.fullmatch(name)
        and isinstance(files, list)
        and files
        and all(isinstance(file, str) and _FILE.fullmatch(file) for file in files)
    )


def _write_index(settings: Settings, found: Mapping[str, list[str]]) -> None:
    file = settings.converted_music_dir / INDEX
    fresh = file.with_name(f".{INDEX}.new")
    fresh.write_text(json.dumps(found, indent=1, sort_keys=True), "utf-8")
    fresh.replace(file)


def _remove_unused(settings: Settings, used: set[str]) -> None:
    for file in settings.converted_music_dir.glob("*.wav"):
        if file.name not in used:
            file.unlink(missing_ok=True)
