"""The centre that is generated: 60 queues, 300 agents, twelve hotline numbers, two years that end today."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

QUEUES = tuple(f"queue-{number:02}" for number in range(60))
AGENTS = tuple(str(8001 + number) for number in range(300))
NUMBERS = tuple(f"+86400800{1000 + number}" for number in range(12))
DISPOSITIONS = tuple(f"reason-{number}" for number in range(10))
FLOW, SURVEY, QUESTION = "main", "rating", "satisfied"
ZONE = "Asia/Shanghai"
DAYS = 728
DETAILED = 1_000_000  # so many of the newest calls have picks, keys, legs, segments and recordings
BUSY_DAYS, FEW_ROUNDS = 62, 7  # of the newest days all states of the agents; before them those of so many calls a day
ENTRIES_A_CALL = 26  # numbers of the ledger that a generated call takes

KNOWN = {
    "queues": set(QUEUES),
    "agents": set(AGENTS),
    "numbers": set(NUMBERS),
    "dispositions": set(DISPOSITIONS),
}


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What a generated store holds. Calls are before `until`, midnight of the day it was made on."""

    calls: int
    until: float
    days: int = DAYS
    fill_s: float = 0.0
    calls_a_second: float = 0.0

    @property
    def began_at(self) -> float:
        return self.until - self.days * 86400

    @property
    def today(self) -> date:
        """The day after the last whole one: what is written while measuring falls into it."""
        return datetime.fromtimestamp(self.until, ZoneInfo(ZONE)).date()

    @property
    def stored_seq(self) -> int:
        return self.calls * ENTRIES_A_CALL

    def day(self, before: int) -> date:
        return self.today - timedelta(days=before)


def midnight(now: datetime) -> float:
    """The last one in the centre's zone; which has had no summer time since 1991."""
    there = now.astimezone(ZoneInfo(ZONE))
    return there.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def read(folder: Path) -> Made | None:
    file = folder / "made.json"
    return msgspec.json.decode(file.read_bytes(), type=Made) if file.exists() else None


def write(folder: Path, made: Made) -> None:
    (folder / "made.json").write_bytes(msgspec.json.encode(made) + b"\n")
