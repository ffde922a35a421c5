"""Music for waiting callers as the pages see it: a folder a class, converted as soon as it has changed.

The engine notices what was converted and tells Asterisk; whoever waits hears the old music to the end of the wait.
"""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
from aiohttp import web

from callcenter.asterisk import music
from callcenter.prompts.sound_kinds import BY_SOX, kind_of

CLASS = re.compile(r"[a-z][a-z0-9_]{0,31}")
MOST_FILES = 100
_ODD = re.compile(r"[^\w .()-]")


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    bytes: int


class BadMusic(Exception):
    """`word`: class, not_audio, many, unusable."""

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


class MusicRoom:
    """`prepare` converts what is new; it takes seconds and is called in a thread, as is everything here."""

    def __init__(self, folder: Path, prepare: Callable[[], music.Prepared]) -> None:
        self.folder, self._prepare = folder, prepare

    def classes(self) -> dict[str, list[Piece]]:
        """By name, each with its files; hidden ones left out."""
        found = sorted(folder for folder in self.folder.glob("*/") if CLASS.fullmatch(folder.name))
        return {folder.name: _pieces(folder) for folder in found}

    def file(self, class_: str, name: str) -> Path | None:
        """None when there is none, or the name leads elsewhere."""
        file = self.folder / class_ / Path(name).name
        return file if CLASS.fullmatch(class_) and not name.startswith(".") and file.is_file() else None

    def add(self, class_: str, name: str, content: bytes) -> str:
        """The name it was given. Raises BadMusic, and then nothing has changed, and OSError."""
        if not CLASS.fullmatch(class_):
            raise BadMusic("class", f"{class_!r} cannot be the name of a class; allowed: a-z, 0-9 and _, at most 32")
        kind = kind_of(content)
        if kind not in BY_SOX:
            raise BadMusic("not_audio", f"this is no music that can be read; allowed are {', '.join(sorted(BY_SOX))}")
        folder = self.folder / class_
        if len(_pieces(folder)) >= MOST_FILES:
            raise BadMusic("many", f"a class holds {MOST_FILES} files at most")
        return self._tried(folder, f"{_ODD.sub('_', Path(name).stem)[:80].strip() or 'music'}.{kind}", content)

    def remove(self, class_: str, name: str) -> bool:
        """Whether there was one. A class ends with its last file."""
        file = self.file(class_, name)
        if file is None:
            return False
        file.unlink()
        if not _pieces(file.parent):
            for left in file.parent.iterdir():
                left.unlink()
            file.parent.rmdir()
        self._prepare()
        return True

    def _tried(self, folder: Path, name: str, content: bytes) -> str:
        """A class with a file that cannot be converted would be left out: such a file goes at once."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / name
        before = file.read_bytes() if file.exists() else None
        file.write_bytes(content)
        problems = [problem for problem in self._prepare().problems if str(file) in problem]
        if not problems:
            return name
        if before is None:
            file.unlink()
            if not _pieces(folder):
                folder.rmdir()
        else:
            file.write_bytes(before)
        self._prepare()
        raise BadMusic("unusable", problems[0])


def _pieces(folder: Path) -> list[Piece]:
    if not folder.is_dir():
        return []
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    return [Piece(name=file.name, bytes=file.stat().st_size) for file in files]


MUSIC = web.AppKey("music", MusicRoom)
