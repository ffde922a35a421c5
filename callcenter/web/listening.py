"""Which recordings somebody is listening to: so that one listening makes one audit entry.

Players fetch a recording in many ranges and begin anywhere, so the range does not tell.
"""

SAME_LISTENING_S = 600.0
REMEMBERED = 5_000


class Listening:
    def __init__(self) -> None:
        self._heard: dict[tuple[str, str], float] = {}

    def begins(self, username: str, call: str, now: float) -> bool:
        """Whether this request begins a listening; true again ten minutes after the last request."""
        before = self._heard.pop((username, call), None)
        self._heard[username, call] = now
        if len(self._heard) > REMEMBERED:
            del self._heard[next(iter(self._heard))]
        return before is None or now - before > SAME_LISTENING_S
