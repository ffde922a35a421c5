"""How much room there is for recordings, said before there is none."""

import shutil
from pathlib import Path
from typing import Literal

import msgspec

Level = Literal["enough", "low", "full"]


class Disk(msgspec.Struct, frozen=True):
    """`low` below `warn_free` bytes, `full` below `stop_free`: then no new recording is begun."""

    folder: Path
    warn_free: int
    stop_free: int

    def room(self) -> "Room":
        """Raises OSError."""
        usage = shutil.disk_usage(_there(self.folder))
        level: Level = "full" if usage.free < self.stop_free else "low" if usage.free < self.warn_free else "enough"
        return Room(level, usage.free, usage.total)


class Room(msgspec.Struct, frozen=True):
    level: Level
    free: int
    total: int


def days_left(room: Room, stop_free: int, grown_bytes: int, in_days: float) -> float | None:
    """Until the disk is `full`, when it goes on as in the last days; None: it does not grow."""
    return max(0.0, (room.free - stop_free) / (grown_bytes / in_days)) if grown_bytes > 0 else None


def _there(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
