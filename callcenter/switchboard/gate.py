"""Who is let in and by which rule: the document's numbers, blacklist and rules, ready for looking up."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.calls.centre import Blocked, Centre, Number, Rule
from callcenter.calls.numbers import cleaned, normalised
from callcenter.calls.rules import WITHHELD
from callcenter.switchboard.state import Interaction


class Gate:
    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._numbers = {self.written(number.number): number for number in centre.numbers}
        self._blocked = {prefix: entry for entry in centre.blacklist for prefix in self._spellings(entry.number)}
        self._rules = [
            (rule, frozenset(map(self.written, rule.dialled)), self._callers(rule)) for rule in centre.rules
        ]

    def written(self, number: str) -> str:
        """A number as the centre writes numbers."""
        return normalised(number, self._centre.country, self._centre.area_code)

    def number(self, dialled: str) -> Number | None:
        """The centre's number that was dialled, however the trunk writes it."""
        return self._numbers.get(self.written(dialled))

    def blocked(self, caller: str, now: float) -> Blocked | None:
        """The entry that keeps this caller out today; the longest prefix counts."""
        today = datetime.fromtimestamp(now, ZoneInfo(self._centre.zone)).date()
        for length in range(len(caller), 0, -1):
            entry = self._blocked.get(caller[:length])
            if entry and (entry.until is None or today <= entry.until):
                return entry
        return None

    def rule(self, call: Interaction, is_open: Callable[[str], bool]) -> Rule | None:
        """The first whose conditions all hold. `is_open` tells it of a roster."""
        dialled = self.written(call.dialled)
        for rule, numbers, callers in self._rules:
            if (
                (not numbers or dialled in numbers)
                and (not callers or (call.caller or WITHHELD).startswith(callers))
                and (not rule.tiers or call.tier in rule.tiers)
                and (not rule.languages or call.language in rule.languages)
                and (rule.open is None or is_open(rule.open))
                and (rule.closed is None or not is_open(rule.closed))
            ):
                return rule
        return None

    def _callers(self, rule: Rule) -> tuple[str, ...]:
        return tuple(spelling for caller in rule.callers for spelling in self._spellings(caller))

    def _spellings(self, prefix: str) -> set[str]:
        """A prefix as written, and as a whole number when it is one."""
        return {prefix, self.written(prefix)} if cleaned(prefix) else {prefix}
