"""An engine that does nothing of itself: says what it is told to say, keeps what it is asked."""

from collections.abc import Callable
from typing import Any

from callcenter.calls.requests import AnyRequest, Refused
from callcenter.calls.views import Delta, Floor, Why
from callcenter.web.mirror import applied
from tests.web.floor import floor


class FakeEngine:
    def __init__(self) -> None:
        self.state = floor()
        self.asked: list[AnyRequest] = []
        self.refusal: Refused | None = None
        self.waits: dict[str, Why] = {}
        self.subscribers: list[Callable[[Delta], None]] = []

    async def submit(self, request: AnyRequest) -> dict[str, Any]:
        if self.refusal is not None:
            raise self.refusal
        self.asked.append(request)
        return {"seq": self.state.seq}

    def floor(self) -> Floor:
        return self.state

    def subscribe(self, callback: Callable[[Delta], None]) -> Callable[[], None]:
        self.subscribers.append(callback)
        return lambda: self.subscribers.remove(callback)

    def why(self, interaction: str) -> Why | None:
        return self.waits.get(interaction)

    def health(self) -> dict[str, Any]:
        return {"seq": self.state.seq, "journal": "ok"}

    def publish(self, **changes: Any) -> None:
        """The next delta: `calls={...}`, `agents={...}`, ..."""
        delta = Delta(seq=self.state.seq + 1, **changes)
        self.state = applied(self.state, delta)
        for callback in list(self.subscribers):
            callback(delta)
