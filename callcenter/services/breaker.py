"""When a service is left alone for a while: it failed again and again, and callers need not wait to learn it anew."""


class Breaker:
    """After `after` failures in a row nobody may try for `rest_s`; then one tries, and decides for all others.

    Times are seconds of any clock that does not go backwards.
    """

    def __init__(self, after: int, rest_s: float) -> None:
        self._after, self._rest_s = after, rest_s
        self._failures = 0
        self._closed_until = 0.0
        self._trying_until = 0.0

    def lets(self, now: float) -> bool:
        """Whether somebody may try. Who is told so after a rest is the one who tries: others wait for what comes."""
        if self._failures < self._after:
            return True
        if now < self._closed_until or now < self._trying_until:
            return False
        self._trying_until = now + self._rest_s  # and if nothing is ever heard of that try, another may
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._closed_until = self._trying_until = 0.0

    def failed(self, now: float) -> None:
        self._failures += 1
        self._trying_until = 0.0
        if self._failures >= self._after:
            self._closed_until = now + self._rest_s
