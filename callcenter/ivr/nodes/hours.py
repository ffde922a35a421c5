"""hours"""

import re
from datetime import datetime
from typing import ClassVar, Self

import msgspec

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY

_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")


class Range(msgspec.Struct, frozen=True):
    """A stretch of the day. Minutes since midnight; `to` is not in it. `days` counts Monday as 0.

    When `to` is not after `from_` the range ends on the day after, and belongs to the day it begins on.
    """

    from_: int
    to: int
    days: frozenset[int]
    next: str

    def holds(self, minute_of_week: int) -> bool:
        length = (self.to - self.from_) % MINUTES_A_DAY or MINUTES_A_DAY
        return any((minute_of_week - day * MINUTES_A_DAY - self.from_) % MINUTES_A_WEEK < length for day in self.days)

    def minutes(self) -> int:
        """The minutes of the week it holds, one bit each."""
        length = (self.to - self.from_) % MINUTES_A_DAY or MINUTES_A_DAY
        stretch = (1 << length) - 1
        week = 0
        for day in self.days:
            week |= stretch << (day * MINUTES_A_DAY + self.from_)
        return (week | week >> MINUTES_A_WEEK) & ((1 << MINUTES_A_WEEK) - 1)


class Hours(NodeKind, frozen=True, kw_only=True):
    """Goes where the time of day and the weekday say, by the centre's own clock. The first range that fits decides.

    ```yaml
    time_of_day:
      kind: hours
      ranges:
        - {from: "06:00", to: "12:00", next: morning}
        - {from: "12:00", to: "18:00", days: mon-fri, next: afternoon}
      otherwise: closed
    ```

    | field | | meaning |
    |---|---|---|
    | `ranges` | required | a list of ranges |
    | `ranges.from`, `ranges.to` | required | `HH:MM`; `to` itself is outside; 22:00 to 06:00 ends on the next day |
    | `ranges.days` | `mon-sun` | `mon-fri`, `sat, sun`; over midnight: the day the range begins on |
    | `ranges.next` | required | the node for this range |
    | `otherwise` | required | the node for all other times |
    """

    kind: ClassVar[str] = "hours"

    ranges: tuple[Range, ...]
    otherwise: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        covered, ranges = 0, []
        for entry in fields.sequence("ranges"):
            found = _range(entry)
            if found.days and found.minutes() & ~covered == 0:
                entry.complain("from", mistake("covered"))
            covered |= found.minutes()
            ranges.append(found)
        return cls(ranges=tuple(ranges), otherwise=fields.target("otherwise"))

    def enter(self, here: Here) -> Turn:
        minute = _minute_of_week(here.context.local_now)
        return Go(next((each.next for each in self.ranges if each.holds(minute)), self.otherwise))


def _minute_of_week(at: datetime) -> int:
    return at.weekday() * MINUTES_A_DAY + at.hour * 60 + at.minute


def _range(fields: Fields) -> Range:
    begin, end, days = _clock(fields, "from", 0), _clock(fields, "to", MINUTES_A_DAY), _days(fields)
    if begin % MINUTES_A_DAY == end % MINUTES_A_DAY and (begin, end) != (0, MINUTES_A_DAY):
        fields.complain("to", mistake("same_times"))
    found = Range(begin % MINUTES_A_DAY, end % MINUTES_A_DAY, days, fields.target("next"))
    fields.finish()
    return found


def _clock(fields: Fields, name: str, stand_in: int) -> int:
    said = fields.word(name)
    match = _CLOCK.fullmatch(said)
    minute = int(match[1]) * 60 + int(match[2]) if match else MINUTES_A_DAY + 1
    if minute <= MINUTES_A_DAY:
        return minute
    if said:
        fields.complain(name, mistake("no_time", value=said))
    return stand_in


def _days(fields: Fields) -> frozenset[int]:
    said = fields.word("days", "mon-sun")
    found: set[int] = set()
    for part in said.lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        if first not in DAYS or (dash and last not in DAYS):
            fields.complain("days", mistake("no_weekday", value=part.strip(), names=", ".join(DAYS)))
            continue
        begin = DAYS.index(first)
        count = (DAYS.index(last) - begin) % 7 if dash else 0
        found |= {(begin + step) % 7 for step in range(count + 1)}
    return frozenset(found)
