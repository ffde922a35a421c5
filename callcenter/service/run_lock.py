"""One running system per data directory."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class RunsAlready(Exception):
    """Another process has the lock; `pid` is 0 while it has not written its own yet."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"pid {pid}")
        self.pid = pid


class RunLock:
    """Held while the process lives, however it ends: the kernel lets go of it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: int | None = None

    def take(self) -> None:
        """RunsAlready when another process has it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise RunsAlready(self._pid()) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._held = handle

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def holder(self) -> int | None:
        """The id of the process that has it; None when nobody has."""
        try:
            handle = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return self._pid()
        finally:
            os.close(handle)
        return None

    def _pid(self) -> int:
        text = self._file.read_text(encoding="utf-8").strip()
        return int(text) if text.isdigit() else 0
