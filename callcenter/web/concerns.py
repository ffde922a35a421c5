"""Whom a change concerns beyond what everybody is told. Pure.

With hundreds of open pages most changes concern one or two agents; asking every reader would cost more than
telling them.
"""

from collections.abc import Callable, Iterable, Iterator

from callcenter.calls.views import CallbackView, CallView, Delta, Floor, NoticeView, RoomView
from callcenter.web.hands import Hands

Serving = Callable[[str], Iterable[str]]
"""The agents of a queue."""


class Concerns:
    """Follows live state: `hands` knows whom calls are with."""

    def __init__(self, serving: Serving) -> None:
        self.hands = Hands()
        self._serving = serving
        self._before: dict[tuple[str, str], frozenset[str]] = {}

    def begin(self, floor: Floor) -> None:
        self.hands = Hands(floor.agents.values())
        self._before = {}
        whole = Delta(
            seq=floor.seq,
            calls=dict(floor.calls),
            callbacks=dict(floor.callbacks),
            notices=dict(floor.notices),
            rooms=dict(floor.rooms),
        )
        for key, agents in self._concerned(whole):
            self._before[key] = agents

    def widened(self, delta: Delta, floor: Floor) -> Delta:
        """The delta, with the calls that change hands because of what became of an agent. Comes first."""
        moved = self.hands.take(delta.agents) - set(delta.calls)
        calls = {call: floor.calls[call] for call in moved if call in floor.calls}
        if not calls:
            return delta
        return Delta(
            seq=delta.seq,
            system=delta.system,
            agents=delta.agents,
            calls={**delta.calls, **calls},
            queues=delta.queues,
            callbacks=delta.callbacks,
            rooms=delta.rooms,
            notices=delta.notices,
            mismatches=delta.mismatches,
        )

    def of(self, delta: Delta) -> set[str]:
        """The agents to whom it is more than what everybody is told: it is theirs now, or was until now."""
        agents = set(delta.agents)
        for key, now in self._concerned(delta):
            agents |= now | self._before.pop(key, frozenset())
            if now:
                self._before[key] = now
        return agents

    def _concerned(self, delta: Delta) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
        for key, call in delta.calls.items():
            yield ("call", key), self._of_call(call)
        for key, callback in delta.callbacks.items():
            yield ("callback", key), self._of_callback(callback)
        for key, notice in delta.notices.items():
            yield ("notice", key), _of_notice(notice)
        for key, room in delta.rooms.items():
            yield ("room", key), _of_room(room)

    def _of_call(self, view: CallView | None) -> frozenset[str]:
        return self.hands.of(view) if view else frozenset()

    def _of_callback(self, view: CallbackView | None) -> frozenset[str]:
        return frozenset((*self._serving(view.queue), view.agent)) - {""} if view else frozenset()


def _of_notice(view: NoticeView | None) -> frozenset[str]:
    return frozenset(view.to) if view else frozenset()


def _of_room(view: RoomView | None) -> frozenset[str]:
    return frozenset(member.member for member in view.members if not member.outside) if view else frozenset()
