"""Every file that ever lay in some folders, kept by a second name: what is deleted can be looked at afterwards."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

LOOK_EVERY_S = 0.005


class Album:
    """Looks into the folders again and again, in a thread of its own; `folder` must be on their file system.

    A file is known by its inode: one that is renamed is kept once, one that grows is kept whole.
    """

    def __init__(self, folder: Path, watched: Sequence[Path]) -> None:
        self._folder, self._watched = folder, watched
        self._seen: dict[int, Path] = {}
        self._names: dict[int, list[str]] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._look, name="album", daemon=True)

    def __enter__(self) -> Album:
        self._folder.mkdir()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()

    def files(self) -> list[tuple[Path, list[str]]]:
        """Each with all names that it had, in their order."""
        return [(self._seen[number], self._names[number]) for number in list(self._seen)]

    def _look(self) -> None:
        while not self._closed.wait(LOOK_EVERY_S):
            for folder in self._watched:
                for found in _below(folder):
                    self._keep(found)

    def _keep(self, found: os.DirEntry[str]) -> None:
        number = found.inode()
        if number not in self._seen:
            copy = self._folder / f"{len(self._seen):03}"
            with suppress(FileNotFoundError):
                os.link(found.path, copy)
                number = copy.stat().st_ino
                self._seen[number], self._names[number] = copy, []
        names = self._names.get(number)
        if names is not None and found.name not in names:
            names.append(found.name)


def _below(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry
