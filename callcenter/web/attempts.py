"""Slows down who guesses passwords: counts failed sign-ins by name and address, and by address alone.

In memory and exact to the pause; the store slows repeated failures down on its own, also across restarts.
"""

from collections import deque

NAMES_AN_ADDRESS = 20  # a whole office may share one address: it may fail this many times more
MOST_KEYS = 20_000


class Attempts:
    """`allowed` failures within `pause_s` seconds, then `retry_in` says how long to wait."""

    def __init__(self, allowed: int, pause_s: float) -> None:
        self._allowed = allowed
        self._pause_s = pause_s
        self._failures: dict[str, deque[float]] = {}

    def retry_in(self, username: str, address: str, now: float) -> float:
        """Seconds until the next attempt is looked at; 0 when it is looked at now."""
        by_name = self._wait(self._name(username, address), self._allowed, now)
        return max(by_name, self._wait(address, self._allowed * NAMES_AN_ADDRESS, now))

    def failed(self, username: str, address: str, now: float) -> None:
        self._count(self._name(username, address), self._allowed, now)
        self._count(address, self._allowed * NAMES_AN_ADDRESS, now)

    def succeeded(self, username: str, address: str) -> None:
        self._failures.pop(self._name(username, address), None)

    @staticmethod
    def _name(username: str, address: str) -> str:
        return f"{username.strip().lower()}\0{address}"

    def _count(self, key: str, allowed: int, now: float) -> None:
        # Put last, so that the key that failed longest ago is the first to be forgotten.
        failures = self._failures.pop(key, None) or deque(maxlen=allowed)
        failures.append(now)
        self._failures[key] = failures
        if len(self._failures) > MOST_KEYS:
            del self._failures[next(iter(self._failures))]

    def _wait(self, key: str, allowed: int, now: float) -> float:
        failures = self._failures.get(key)
        if failures is None or len(failures) < allowed or failures[0] + self._pause_s <= now:
            return 0.0
        return max(0.0, failures[-1] + self._pause_s - now)
