"""The trunks that calls go out on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from callcenter.asterisk.bridge.orders import NAME, checked
from callcenter.asterisk.phones import DEMO_TRUNK
from callcenter.asterisk.settings import Settings

NUMBER = re.compile(r"\+?[0-9]{2,20}")
OUTSIDE = re.compile(r"\+?[0-9*#]{2,20}")
NO_TRUNK = "none"


@dataclass(frozen=True)
class Line:
    """A trunk to call out on; `caller_number` is shown to whoever is called."""

    name: str
    caller_number: str = ""


class Lines:
    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = {line.name: line for line in lines}

    def named(self, name: str) -> Line | None:
        """The usual one without a name; None when there is no such trunk. Raises ValueError."""
        if not name:
            return next(iter(self._lines.values()), None)
        return self._lines.get(checked("trunk", NAME, name))


def lines(settings: Settings) -> tuple[Line, ...]:
    """The trunks in their order, and last the demo's when its customers can be called."""
    trunks = tuple(Line(trunk.name, trunk.caller_number) for trunk in settings.trunks)
    return (*trunks, Line(DEMO_TRUNK)) if settings.demo and settings.demo_trunk_contact else trunks


def shown(as_number: str, line: Line) -> str:
    """The number that whoever is called sees; '' when nobody said which. Raises ValueError."""
    number = as_number or line.caller_number
    return checked("as_number" if as_number else "caller_number", NUMBER, number) if number else ""
